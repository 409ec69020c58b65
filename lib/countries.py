"""The five countries: names, currency, central bank, and how each is drawn. Imports nothing of ours."""

from __future__ import annotations

from dataclasses import dataclass


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
PLACES: tuple[str, ...] = (*CODES, REGION)
PLACE_NAMES: dict[str, str] = {**{c.code: c.name for c in COUNTRIES}, REGION: "Central Asia"}

# The foreign currencies that we quote the five against. USD first: it is what all five banks anchor to.
ANCHORS: tuple[str, ...] = ("USD", "EUR", "RUB", "CNY")

# The manat has been fixed at this many per USD since the day given; before it stood at 2.85.
TMT_PEG = 3.5
TMT_PEG_SINCE = "2015-01-01"
