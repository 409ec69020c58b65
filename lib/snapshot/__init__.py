"""What an empty store starts with: decades of real rates, a digest of real, dated events, and the
decisions on policy rates. README.md gives the origin and the terms of each file.

The files ship with the project, so a fault in them is a bug and not an error that a reader could mend.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from lib.countries import MANAT_PEGS
from lib.models import Article, PolicyRate, Rate, Tag

HERE = Path(__file__).parent
RATES_SOURCE = "currency_api"  # the source of the bundled daily files
PREFIX = "snapshot"  # of the parts' names in the log of runs
DIGEST = "digest"  # the feed key of the bundled events
EDITOR = "chosen by the digest's editor"
SATURDAY = 5  # of date.weekday()


class Part(NamedTuple):
    """One bundled part under the name that the log of runs keeps: a store loads each once. A store
    that an earlier version filled lacks the parts that came later."""

    name: str
    rates: Callable[[], Iterator[Rate]]
    articles: Callable[[], Iterator[Article]]


def parts(today: date) -> tuple[Part, ...]:
    """All bundled parts; the manat's peg reaches to `today`."""
    return (
        Part(PREFIX, currency_api, _nothing),
        Part(f"{PREFIX}.nbp", nbp, _nothing),
        Part(f"{PREFIX}.imf", imf, _nothing),
        Part(f"{PREFIX}.tmt_peg", lambda: tmt_peg(today), _nothing),
        Part(f"{PREFIX}.digest-2026-11", _nothing, articles),
    )


def currency_api() -> Iterator[Rate]:
    """Units of `quote` per 1 USD on irregular days of 2024-03-04 to 2026-09-29."""
    for row in _rows("rates_currency_api.csv"):
        yield _rate(RATES_SOURCE, row["base"], row["quote"], row["date"], row["value"])


def nbp() -> Iterator[Rate]:
    """Zloty per 1 unit of `base`, weekly (fortnightly before spring 2004), 1999-01 to 2026-10."""
    for row in _rows("rates_nbp.csv"):
        yield _rate("nbp", row["base"], row["quote"], row["date"], row["value"])


def imf() -> Iterator[Rate]:
    """Tenge per 1 USD, daily, 2005-11-28 to 2019-01-31."""
    for row in _rows("rates_imf_kzt.csv"):
        yield _rate("imf", "USD", "KZT", row["date"], row["kzt_per_usd"])


def tmt_peg(today: date) -> Iterator[Rate]:
    """Manat per 1 USD on each weekday from 2009-01-01 to `today`: the rule, which needs no request."""
    ends = [*(since - timedelta(days=1) for since, _ in MANAT_PEGS[1:]), today]
    for (since, value), until in zip(MANAT_PEGS, ends, strict=True):
        for ordinal in range(since.toordinal(), until.toordinal() + 1):
            day = date.fromordinal(ordinal)
            if day.weekday() < SATURDAY:
                yield Rate("tmt_peg", "USD", "TMT", day, value)


def articles() -> Iterator[Article]:
    """The bundled digest: events in our own words, each with the page that supports it."""
    for row in _rows("digest.csv"):
        yield Article(
            key=hashlib.sha256(f"{DIGEST} {row['url']} {row['headline']}".encode()).hexdigest()[:32],
            feed=DIGEST,
            outlet=row["outlet"],
            language=row["language"],
            url=row["url"],
            title=row["headline"],
            excerpt=row["summary"],
            day=date.fromisoformat(row["date"]),
            basis="event" if row["date_basis"] == "event" else "published",
            tags=_tags(row),
        )


def policy_rates() -> tuple[PolicyRate, ...]:
    """Decisions on policy rates by bank and day. The list is incomplete: where a `previous` rate is
    not that of the decision before, decisions are missing."""
    return tuple(
        PolicyRate(
            bank=row["bank"],
            day=date.fromisoformat(row["day"]),
            basis="effective" if row["day_basis"] == "effective" else "decision",
            rate=float(row["rate_percent"]),
            previous=float(row["previous_percent"]) if row["previous_percent"] else None,
            url=row["url"],
            outlet=row["outlet"],
        )
        for row in _rows("policy_rates.csv")
    )


def _nothing() -> Iterator[Any]:
    return iter(())


def _rate(source: str, base: str, quote: str, day: str, value: str) -> Rate:
    return Rate(source, base, quote, date.fromisoformat(day), float(value))


def _tags(row: dict[str, str]) -> tuple[Tag, ...]:
    countries = [Tag("country", code, EDITOR) for code in sorted(row["countries"].split(";")) if code]
    topics = [Tag("topic", code, EDITOR) for code in sorted(row["topics"].split(";")) if code]
    return (*countries, *topics)


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
