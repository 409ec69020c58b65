"""The five countries, how each is drawn, and the lives of the currencies. Imports nothing of ours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Country:
    """One country. `colour` has a contrast of 3:1 or more on white and on near-black, and differs from the other four
    for colour-blind readers; `dash` (a Plotly dash) tells it apart without any colour."""

    code: str  # ISO 3166-1 alpha-2
    name: str
    currency: str  # ISO 4217
    unit: str  # what its people call the money
    bank: str
    colour: str
    dash: str


COUNTRIES: tuple[Country, ...] = (
    Country("KZ", "Kazakhstan", "KZT", "tenge", "National Bank of Kazakhstan", "#2580C3", "solid"),
    Country("KG", "Kyrgyzstan", "KGS", "som", "National Bank of the Kyrgyz Republic", "#D55E00", "5px,2px"),
    Country("TJ", "Tajikistan", "TJS", "somoni", "National Bank of Tajikistan", "#009E73", "8px,2px,2px,2px"),
    Country("TM", "Turkmenistan", "TMT", "manat", "Central Bank of Turkmenistan", "#B87A0B", "2px,2px"),
    Country("UZ", "Uzbekistan", "UZS", "sum", "Central Bank of Uzbekistan", "#B65C9A", "10px,3px"),
)
BY_CODE: dict[str, Country] = {c.code: c for c in COUNTRIES}
BY_CURRENCY: dict[str, Country] = {c.currency: c for c in COUNTRIES}
CODES: tuple[str, ...] = tuple(BY_CODE)
CURRENCIES: tuple[str, ...] = tuple(BY_CURRENCY)

REGION = "REGION"  # the tag of an article on Central Asia as a whole
CENTRAL_ASIA = ("KZ", "KG", "TJ", "TM", "UZ")  # which are these, whatever other countries are ever added
PLACES: tuple[str, ...] = (*CODES, REGION)
PLACE_NAMES: dict[str, str] = {**{c.code: c.name for c in COUNTRIES}, REGION: "Central Asia"}

# The foreign currencies that we quote the five against. USD first: it is what all five banks anchor to.
ANCHORS: tuple[str, ...] = ("USD", "EUR", "RUB", "CNY")


@dataclass(frozen=True, slots=True)
class Life:
    """The days of a currency, `first` and `last` included; one unit replaced `ratio` units of `predecessor`."""

    first: date
    predecessor: str = ""  # ISO 4217, or what banks wrote where ISO had no code
    ratio: int = 1
    last: date = date.max


# A figure outside these days is of another currency, whatever code its source gives it.
LIVES: dict[str, Life] = {
    "KZT": Life(date(1993, 11, 15), "SUR", 500),
    "KGS": Life(date(1993, 5, 10), "SUR", 200),
    "TJS": Life(date(2000, 10, 30), "TJR", 1000),
    "TMT": Life(date(2009, 1, 1), "TMM", 5000),
    "UZS": Life(date(1994, 7, 1), "UZC", 1000),
    "RUB": Life(date(1998, 1, 1), "RUR", 1000),
    "EUR": Life(date(1999, 1, 1), "XEU"),
    "CNY": Life(date(1955, 3, 1)),
    "USD": Life(date(1792, 4, 2)),
}

# The official rate of the manat per USD, from each day on. The first day is that of the currency itself.
MANAT_PEGS: tuple[tuple[date, float], ...] = ((LIVES["TMT"].first, 2.85), (date(2015, 1, 1), 3.5))


def not_alive(currency: str, day: date) -> str:
    """Why a figure of `day` cannot be one of `currency`, as a sentence; "" where it can."""
    life = LIVES.get(currency)
    if life is None or life.first <= day <= life.last:
        return ""
    if day > life.last:
        return f"there has been no {currency} since {life.last}"
    replaced = f", when it replaced {life.predecessor} at {life.ratio:,} to 1" if life.predecessor else ""
    return f"there was no {currency} before {life.first}{replaced}"
