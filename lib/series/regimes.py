"""The days on which a currency's regime broke: steps that are no wrong prints, and compare across at your peril."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lib.countries import TMT_PEG_SINCE


@dataclass(frozen=True, slots=True)
class Break:
    """One break of a currency's regime: the day, a word for the chart, a sentence for the reader."""

    currency: str
    day: date
    word: str
    sentence: str


BREAKS: tuple[Break, ...] = (
    Break(
        "TMT",
        date.fromisoformat(TMT_PEG_SINCE),
        "re-pegged at 3.5",
        "Turkmenistan moved the fixed rate of the manat from 2.85 to 3.5 per USD.",
    ),
    Break("KZT", date(2015, 8, 20), "float", "Kazakhstan gave up the tenge's corridor and let it float."),
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
