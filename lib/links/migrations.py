"""Links that were written for other names: by hand after the names in the code, or for those who show the same thing.

An address that was once in a mail is a promise, so an entry is never taken out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from lib.countries import ANCHORS, COUNTRIES, CURRENCIES


class Migration(NamedTuple):
    """The values of the parameter `old` belong to `new`: all as they are, or those in `values` (in lower case) as they
    are written there. The others stay."""

    old: str
    new: str
    values: Mapping[str, str] | None = None


_ALPHA3 = {"KZ": "kaz", "KG": "kgz", "TJ": "tjk", "TM": "tkm", "UZ": "uzb"}
_BY_CURRENCY = {c.currency.lower(): c.code for c in COUNTRIES}
_PLACES = {
    **_BY_CURRENCY,
    **{_ALPHA3[c.code]: c.code for c in COUNTRIES},
    **{c.name.lower(): c.code for c in COUNTRIES},
}
_CURRENCIES = {code.lower(): code for code in (*ANCHORS, *CURRENCIES)}
_RANGES = {
    **{"30d": "1M", "90d": "3M", "180d": "6M", "365d": "1Y"},
    **{"1mo": "1M", "3mo": "3M", "6mo": "6M", "12mo": "1Y", "12m": "1Y", "max": "All"},
    **{"60m": "5Y", "60mo": "5Y", "120m": "10Y", "120mo": "10Y"},
}
_LENGTHS = {
    **{"1m": "1M", "3m": "3M", "6m": "6M", "ytd": "YTD", "1y": "1Y", "5y": "5Y", "10y": "10Y"},
    **{"all": "All"},
    **_RANGES,
}
_MEASURES = {"rate": "rate", "index": "index", "change": "change"}
_SCALES = {"log": "1", "linear": "0"}

# In this order: a later entry sees what an earlier one has moved.
MIGRATIONS: tuple[Migration, ...] = (
    # After the names of `View` and `ArticleFilter`.
    *(Migration(f"{name}s", name) for name in ("topic", "source", "outlet", "language", "month")),
    *(Migration(old, "country") for old in ("countries", "currency", "currencies")),
    *(Migration(old, "from") for old in ("since", "start", "start_date")),
    *(Migration(old, "to") for old in ("until", "end", "end_date")),
    *(Migration("measure", "show"), Migration("direction", "per"), Migration("selected", "sel")),
    *(Migration("lang_news", "language"), Migration("as_of", "asof"), Migration("period", "range")),
    # Frankfurter and its kin; Wise; XE, whose charts have the range in `view`; Google Finance.
    *(Migration(old, "country") for old in ("quotes", "symbols", "target")),
    *(Migration("providers", "source"), Migration("source", "base", _CURRENCIES)),
    *(Migration(old, "base", _CURRENCIES) for old in ("from", "From")),
    *(Migration(old, "country", _BY_CURRENCY) for old in ("to", "To")),
    *(Migration("view", "range", _LENGTHS), Migration("view", "show", _MEASURES), Migration("window", "range")),
    # FRED and ALFRED: start and end of a graph, and its vintage.
    *(Migration("cosd", "from"), Migration("coed", "to"), Migration("vintage_date", "asof")),
    # Our World in Data: KAZ~UZB, tab=table, yScale=log.
    *(Migration("yScale", "log", _SCALES), Migration("scale", "log", _SCALES)),
    Migration("tab", "table", {"table": "1", "chart": "0"}),
    # WordPress, in which the region's outlets are made; Datasette; the rest of the web.
    *(Migration(old, "q") for old in ("s", "search", "_search", "query", "words")),
    *(Migration("paged", "page"), Migration("_size", "size"), Migration("per_page", "size"), Migration("hl", "lang")),
    # Values, whichever way they came.
    *(Migration("country", "country", _PLACES), Migration("range", "range", _RANGES)),
)


def migrate(params: Mapping[str, Sequence[str]]) -> tuple[dict[str, list[str]], dict[str, str]]:
    """The parameters under today's names, and for those that were not given by today's name, what the link calls
    them."""
    left = {name: list(values) for name, values in params.items()}
    called: dict[str, str] = {}
    for migration in MIGRATIONS:
        if migration.old in left:
            _apply(migration, left, called)
    return left, called


def _apply(migration: Migration, left: dict[str, list[str]], called: dict[str, str]) -> None:
    old, new, values = migration
    moved, stay = _parted(left.pop(old), values)
    if moved and new not in left and new != old:
        called[new] = called.get(old, old)
    if stay:
        left[old] = stay
    if moved:
        left[new] = [*left.get(new, []), *moved]


def _parted(given: Sequence[str], values: Mapping[str, str] | None) -> tuple[list[str], list[str]]:
    """What moves, as it is written from now on, and what stays. Lists have commas, or tildes at Our World in Data."""
    if values is None:
        return list(given), []
    moved: list[str] = []
    stay: list[str] = []
    for value in given:
        parts = re.split("[,~]", value)
        others = [part for part in parts if part.strip().lower() not in values]
        moved += [values[part.strip().lower()] for part in parts if part.strip().lower() in values]
        if others:
            stay.append(value if others == parts else ",".join(others))
    return moved, stay
