"""A view and its link: which parameters there are, what they may hold, and both ways between them. Pure functions.

Defaults are not written, so links stay short. What cannot be understood is ignored and named, never an error: each
parameter is valid, invalid (with the reason) or missing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

from lib.countries import ANCHORS, CODES, CURRENCIES, PLACES

Measure = Literal["rate", "index", "change"]
Direction = Literal["usd", "local"]
Range = Literal["1M", "3M", "6M", "1Y", "All"]
RANGES: tuple[str, ...] = get_args(Range)
MEASURES: tuple[str, ...] = get_args(Measure)
DIRECTIONS: tuple[str, ...] = get_args(Direction)
BASES: tuple[str, ...] = (*ANCHORS, *CURRENCIES)
RANGE_DAYS = {"1M": 30, "3M": 91, "6M": 182, "1Y": 365}

EARLIEST = date(1990, 1, 1)  # none of the five currencies is older
MOST_WORDS_LENGTH = 200
SHOWN_LENGTH = 40  # of a value that a notice names: links are hostile until cleaned
FOREIGN = ("embed", "embed_options")  # Streamlit's own, and what mailers and social networks hang onto links
FOREIGN_PREFIXES = ("utm_", "fbclid", "gclid", "yclid")


@dataclass(frozen=True, slots=True)
class View:
    """What a reader sees. `news` is None while the feed follows the chart's countries, else the feed's own choice
    (empty: all of them). `since` and `until` are custom dates, either end open; set, they outrank `range`. `sources`
    are publishers chosen for the chart (empty: the best of each currency)."""

    countries: tuple[str, ...] = CODES
    range: Range = "1Y"
    since: date | None = None
    until: date | None = None
    measure: Measure = "rate"
    direction: Direction = "usd"
    base: str = "USD"
    sources: tuple[str, ...] = ()
    log: bool = False
    topics: tuple[str, ...] = ()
    news: tuple[str, ...] | None = None
    any_date: bool = False
    words: str = ""
    page: int = 1

    @property
    def custom(self) -> bool:
        """Whether dates of the reader's own outrank the range."""
        return self.since is not None or self.until is not None

    def period(self, newest: date, oldest: date) -> tuple[date, date]:
        """The first and last day in view, when `oldest` to `newest` is what the store holds."""
        if self.custom:
            since, until = self.since or oldest, self.until or newest
            return min(since, until), max(since, until)
        if self.range == "All":
            return oldest, newest
        return newest - timedelta(days=RANGE_DAYS[self.range]), newest


@dataclass(frozen=True, slots=True)
class Ignored:
    """A part of a link that was not understood: the parameter and its value (both shortened), and why."""

    name: str
    value: str
    why: str


class _Reader:
    """Takes parameters one by one, keeping what had to be ignored."""

    def __init__(self, params: Mapping[str, Sequence[str]]) -> None:
        self.left = {name: list(values) for name, values in params.items()}
        self.ignored: list[Ignored] = []

    def ignore(self, name: str, value: str, why: str) -> None:
        self.ignored.append(Ignored(_shown(name), _shown(value), why))

    def one(self, name: str) -> str:
        """The single value of a parameter, or nothing. Of several, the first."""
        values = self.left.pop(name, [])
        for extra in values[1:]:
            self.ignore(name, extra, "given more than once")
        return values[0].strip() if values else ""

    def choice(self, name: str, allowed: Sequence[str], default: str) -> str:
        value = self.one(name)
        found = {a.lower(): a for a in allowed}.get(value.lower())
        if value and not found:
            self.ignore(name, value, f"not one of {', '.join(allowed)}")
        return found or default

    def choices(self, name: str, allowed: Collection[str]) -> tuple[str, ...]:
        """Several values, in the order of `allowed`, each once."""
        known = {a.lower(): a for a in allowed}
        given = [part.strip() for value in self.left.pop(name, []) for part in value.split(",") if part.strip()]
        for value in dict.fromkeys(given):
            if value.lower() not in known:
                self.ignore(name, value, f"not one of {', '.join(allowed)}")
        wanted = {known[value.lower()] for value in given if value.lower() in known}
        return tuple(a for a in allowed if a in wanted)

    def day(self, name: str) -> date | None:
        value = self.one(name)
        if not value:
            return None
        try:
            day = date.fromisoformat(value)
        except ValueError:
            self.ignore(name, value, "not a date like 2026-09-29")
            return None
        if not EARLIEST <= day <= date(2100, 1, 1):
            self.ignore(name, value, "outside what there can be")
            return None
        return day

    def switch(self, name: str) -> bool:
        return self.choice(name, ("1", "0"), "0") == "1"

    def page(self, name: str) -> int:
        value = self.one(name)
        if value and not (value.isascii() and value.isdigit() and len(value) <= 6 and int(value) > 0):
            self.ignore(name, value, "not a page number")
            return 1
        return int(value or 1)


def parse(
    params: Mapping[str, Sequence[str]], topics: Collection[str], sources: Collection[str] = ()
) -> tuple[View, tuple[Ignored, ...]]:
    """The view that a link asks for, and what of it was not understood, where `topics` and `sources` are the codes
    that there are. Never raises."""
    reader, default = _Reader(params), View()
    countries = reader.choices("country", CODES) or CODES
    since, until = _dates(reader)
    asked = reader.choice("range", RANGES, default.range)
    view = View(
        countries=countries,
        range=default.range if since or until else asked,  # type: ignore[arg-type]
        since=since,
        until=until,
        measure=reader.choice("show", MEASURES, default.measure),  # type: ignore[arg-type]
        direction=reader.choice("per", DIRECTIONS, default.direction),  # type: ignore[arg-type]
        base=reader.choice("base", BASES, default.base),
        sources=reader.choices("source", sources),
        log=reader.switch("log"),
        topics=reader.choices("topic", topics),
        news=_news(reader),
        any_date=reader.choice("when", ("chart", "all"), "chart") == "all",
        words=_words(reader),
        page=reader.page("page"),
    )
    for name, values in reader.left.items():
        if name not in FOREIGN and not name.startswith(FOREIGN_PREFIXES):
            reader.ignore(name, values[0] if values else "", "no such setting")
    return view, tuple(reader.ignored)


def params(view: View) -> dict[str, list[str]]:
    """The link's parameters for a view: what differs from the default, in a fixed order."""
    default = View()
    written: dict[str, list[str]] = {
        "country": [] if set(view.countries) == set(CODES) else list(view.countries),
        "range": [] if view.custom or view.range == default.range else [view.range],
        "from": [view.since.isoformat()] if view.since else [],
        "to": [view.until.isoformat()] if view.until else [],
        "show": [] if view.measure == default.measure else [view.measure],
        "per": [] if view.direction == default.direction else [view.direction],
        "base": [] if view.base == default.base else [view.base],
        "source": list(view.sources),
        "log": ["1"] if view.log else [],
        "topic": list(view.topics),
        "news": [] if view.news is None else list(view.news) or ["all"],
        "when": ["all"] if view.any_date else [],
        "q": [view.words] if view.words else [],
        "page": [str(view.page)] if view.page > 1 else [],
    }
    return {name: values for name, values in written.items() if values}


def _shown(text: str) -> str:
    clean = "".join(c if c.isprintable() else " " for c in text[:SHOWN_LENGTH])
    return f"{clean}…" if len(text) > SHOWN_LENGTH else clean


def _dates(reader: _Reader) -> tuple[date | None, date | None]:
    """Custom dates: either end may be open, but they must be in order."""
    since, until = reader.day("from"), reader.day("to")
    if not (since and until and since > until):
        return since, until
    reader.ignore("from", since.isoformat(), "after the date of to")
    return None, until


def _news(reader: _Reader) -> tuple[str, ...] | None:
    if not reader.left.get("news"):
        return None
    chosen = reader.choices("news", (*PLACES, "all"))
    if not chosen:
        return None
    return () if "all" in chosen else chosen


def _words(reader: _Reader) -> str:
    value = "".join(c if c.isprintable() else " " for c in reader.one("q")).strip()
    if len(value) > MOST_WORDS_LENGTH:
        reader.ignore("q", value, f"longer than {MOST_WORDS_LENGTH} characters")
        return ""
    return value
