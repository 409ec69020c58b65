"""Articles as events: what a study needs of each, and a calendar of many in columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Self

import numpy as np
import pandas as pd

from lib.impact.reactive import reports_rate
from lib.models import Article

DAY = "datetime64[D]"


@dataclass(frozen=True, slots=True)
class Event:
    """One article as an event. `text` is the key of the first article with this very text (its own, where it is the
    first): copies count once. `published` is None where only the day is known."""

    day: date
    key: str
    text: str
    countries: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    title: str = ""
    excerpt: str = ""
    published: datetime | None = None

    @classmethod
    def of(cls, article: Article) -> Self:
        """The event of an article; a time that is not the outlet's own does not count as a time."""
        return cls(
            day=article.day,
            key=article.key,
            text=article.text or article.key,
            countries=article.countries,
            topics=article.topics,
            title=article.title,
            excerpt=article.excerpt,
            published=article.published if article.basis == "published" else None,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """Events in columns of one length: made once, selected from often. `first` and `last` are the days that the news
    cover, before any selection. `reactive` marks articles that report the rate themselves."""

    events: tuple[Event, ...]
    days: np.ndarray  # datetime64[D]
    published: pd.DatetimeIndex  # UTC, NaT where only the day is known
    texts: np.ndarray  # int, the same for copies of one text
    copies: np.ndarray  # bool
    reactive: np.ndarray  # bool
    countries: dict[str, np.ndarray] = field(default_factory=dict)  # code to bool
    topics: dict[str, np.ndarray] = field(default_factory=dict)

    def select(
        self,
        countries: Sequence[str] = (),
        topics: Sequence[str] = (),
        since: date = date.min,
        until: date = date.max,
    ) -> np.ndarray:
        """The positions of the events with one of the countries and one of the topics; none named means any."""
        within = (self.days >= np.datetime64(since)) & (self.days <= np.datetime64(until))
        matching = within & self._any(self.countries, countries) & self._any(self.topics, topics)
        return np.flatnonzero(matching)

    def known(self, until: time | None, zone: str) -> np.ndarray:
        """The day (datetime64[D]) on which trading could first know each article: the day after, where it appeared
        later than `until` in `zone`; the article's own day where no time is known."""
        if until is None or not len(self.events):
            return self.days
        local = self.published.tz_convert(zone).tz_localize(None)
        days = local.to_numpy().astype(DAY)
        late = local.to_numpy() > days + np.timedelta64(until.hour * 60 + until.minute, "m")
        return np.where(self.published.isna(), self.days, days + late.astype("timedelta64[D]"))

    def _any(self, columns: dict[str, np.ndarray], codes: Sequence[str]) -> np.ndarray:
        if not codes:
            return np.ones(len(self.events), bool)
        nowhere = np.zeros(len(self.events), bool)
        found: np.ndarray = np.any([columns.get(code, nowhere) for code in codes], axis=0)
        return found


def calendar(events: Iterable[Event]) -> Calendar:
    """The events in columns. A hundred thousand take about a second: cache it by the revision of the articles."""
    rows = tuple(events)
    return Calendar(
        events=rows,
        days=np.array([row.day for row in rows], dtype=DAY),
        published=pd.DatetimeIndex([row.published for row in rows], dtype="datetime64[s, UTC]"),
        texts=pd.factorize(np.array([row.text for row in rows], dtype=object))[0],
        copies=np.array([row.text != row.key for row in rows], dtype=bool),
        reactive=np.array([reports_rate(f"{row.title}. {row.excerpt}") for row in rows], dtype=bool),
        countries=_columns([row.countries for row in rows]),
        topics=_columns([row.topics for row in rows]),
    )


def _columns(codes: Sequence[tuple[str, ...]]) -> dict[str, np.ndarray]:
    """Which rows have each code."""
    at: dict[str, list[int]] = {}
    for row, some in enumerate(codes):
        for code in some:
            at.setdefault(code, []).append(row)
    columns = {code: np.zeros(len(codes), bool) for code in at}
    for code, rows in at.items():
        columns[code][rows] = True
    return columns
