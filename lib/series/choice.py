"""Which source's line is shown: the best one that covers the days, or those that a reader picked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from lib.countries import COUNTRIES
from lib.models import Kind
from lib.series.cadence import limits, usual
from lib.series.lines import cut, empty_line, lines

# One last digit worth this share of the value draws stairs: 0.18 % of NBK's som, 1.4 % of NBKR's sum, 0.02 % of what
# any bank publishes of its own currency.
COARSE = 1e-3
MONTH = pd.Timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Standing:
    """What ranks a source for a currency: its kind, and whose central bank it is."""

    key: str
    kind: Kind
    country: str = ""


# The peg first: it is the rule itself, where a bank abroad computes the manat from others' rates.
RANK: dict[Kind, int] = {"peg": 2, "official": 3, "aggregate": 4, "market": 5}
HOMES: dict[str, str] = {**{c.currency: c.code for c in COUNTRIES}, "RUB": "RU"}


def preference(currency: str, sources: Iterable[Standing], base: str = "USD") -> list[str]:
    """Source keys for `currency` per 1 `base`, best first: the currency's own central bank, that of `base`, then by
    kind, then in the order given."""

    def rank(source: Standing) -> int:
        homes = [HOMES.get(currency), HOMES.get(base)]
        return homes.index(source.country) if source.country in homes else RANK[source.kind]

    return [s.key for s in sorted(sources, key=rank)]


def chosen(table: pd.DataFrame, base: str, quote: str, wanted: Sequence[str]) -> dict[str, pd.DataFrame]:
    """The lines of `quote` per 1 `base` of the sources wanted, in that order; those without rates are left out."""
    made = lines(table, base, quote)
    return {key: made[key] for key in wanted if key in made}


def choose(
    table: pd.DataFrame,
    currency: str,
    sources: Sequence[str],
    *,
    base: str = "USD",
    since: date = date.min,
    until: date = date.max,
) -> tuple[str, pd.DataFrame]:
    """The whole line of `currency` per 1 `base`, of the best source that covers what any source covers of the days
    from `since` to `until`, to within a gap; where none does, of the one that covers most. A line whose last digit is
    worth more than 0.1 % comes after all others. ("", empty line) where nothing is held."""
    made = chosen(table, base, currency, sources)
    key = best(made, since, until)
    return (key, made[key]) if key else ("", empty_line())


def best(made: Mapping[str, pd.DataFrame], since: date = date.min, until: date = date.max) -> str:
    """The key of the line that `choose` would take of these, which come in order of preference; "" of none."""
    parts = _parts(made, since, until)
    return _covering(parts) if parts else ""


def ranked(made: Mapping[str, pd.DataFrame], since: date = date.min, until: date = date.max) -> list[str]:
    """The keys of all annotated lines, which come in order of preference, as a default line takes them: first
    the one that it is made of, then those that continue it. Coarse and weekly lines come last. The
    first reaches the newest observation of the days to within a month, and spans at least half of
    what any source has of them; where none does, it is `best`."""
    parts = _parts(made, since, until)
    if not parts:
        return []
    order = sorted(parts, key=lambda key: (_coarse(parts[key]), _seldom(parts[key])))
    first = min(part.index[0] for part in parts.values())
    last = max(part.index[-1] for part in parts.values())
    half = (last - first) / 2
    lasting = [key for key in order if _lasts(parts[key], last, half)]
    primary = lasting[0] if lasting else best(made, since, until)
    return [primary, *(key for key in order if key != primary)]


def _lasts(part: pd.DataFrame, last: pd.Timestamp, half: pd.Timedelta) -> bool:
    reaches: bool = part.index[-1] >= last - MONTH and part.index[-1] - part.index[0] >= half
    return reaches


def _seldom(part: pd.DataFrame) -> bool:
    return bool(part["every"].iloc[-1] > 1)


def _parts(made: Mapping[str, pd.DataFrame], since: date, until: date) -> dict[str, pd.DataFrame]:
    """The lines within the days (whole where none has any), coarse ones last."""
    cuts = {key: cut(line, since, until) for key, line in made.items()}
    parts = {key: part for key, part in cuts.items() if len(part)} or {k: x for k, x in made.items() if len(x)}
    return dict(sorted(parts.items(), key=lambda part: _coarse(part[1])))


def _coarse(line: pd.DataFrame) -> bool:
    return bool(line["step"].median() > COARSE)


def _covering(parts: Mapping[str, pd.DataFrame]) -> str:
    first, last = min(x.index[0] for x in parts.values()), max(x.index[-1] for x in parts.values())
    for key, part in parts.items():
        slack = pd.Timedelta(days=int(limits(usual(part.index)).max()))
        if part.index[0] <= first + slack and part.index[-1] >= last - slack:
            return key
    return max(parts, key=lambda key: parts[key].index[-1] - parts[key].index[0])
