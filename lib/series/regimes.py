"""The days on which a currency's regime broke: steps that are no wrong prints, and compare across at your peril."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lib.countries import LIVES, MANAT_PEGS


@dataclass(frozen=True, slots=True)
class Break:
    """One break of a currency's regime: the day, a word for the chart, a sentence for the reader."""

    currency: str
    day: date
    word: str
    sentence: str


BREAKS: tuple[Break, ...] = (
    Break(
        "KZT",
        date(1999, 4, 5),
        "float of 1999",
        "Kazakhstan gave up the managed rate of the tenge and let it float.",
    ),
    Break(
        "KZT",
        date(2009, 2, 4),
        "devaluation",
        "Kazakhstan devalued the tenge from about 120 to 150 per USD.",
    ),
    Break(
        "KZT",
        date(2014, 2, 11),
        "devaluation",
        "Kazakhstan devalued the tenge from about 155 to 185 per USD.",
    ),
    Break("KZT", date(2015, 8, 20), "float", "Kazakhstan gave up the tenge's corridor and let it float."),
    Break(
        "TJS",
        LIVES["TJS"].first,
        "somoni",
        "Tajikistan replaced 1,000 Tajik roubles by one somoni.",
    ),
    Break(
        "TMT",
        LIVES["TMT"].first,
        "redenomination",
        "Turkmenistan replaced 5,000 old manats by one new one and fixed it at 2.85 per USD.",
    ),
    Break(
        "TMT",
        MANAT_PEGS[1][0],
        "re-pegged at 3.5",
        "Turkmenistan moved the fixed rate of the manat from 2.85 to 3.5 per USD.",
    ),
    Break(
        "UZS",
        date(2017, 9, 5),
        "unification",
        "Uzbekistan unified its exchange rates, and the official price of the dollar about doubled.",
    ),
)


def breaks(currency: str, since: date, until: date) -> list[Break]:
    """The breaks of a currency from `since` to `until`, both included, by day."""
    return [b for b in BREAKS if b.currency == currency and since <= b.day <= until]
