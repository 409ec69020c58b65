"""What every published row must pass before it is stored. Pure: `today` is passed in, nothing is fetched or kept.

A rule rejects only what cannot be a rate. What is merely odd (a spike, a step, a value off the peg) is stored and
flagged, because steps of 20 to 100 % were real.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import NamedTuple

from lib.catalog import Source
from lib.countries import not_alive
from lib.models import Rate, Rejected
from lib.rates import Row

# Friday's list is for Monday, three days ahead, or for Tuesday after a holiday. A day further off is a typing error,
# and would make the next refresh start there.
DAYS_AHEAD = timedelta(days=4)

# Between any two currencies that we take the ratio is below 1e5. Beyond these it is an error of units.
LARGEST = 1e9
SMALLEST = 1e-9


class Sifted(NamedTuple):
    """The rates to store, at most one for a pair and day, and the rows that were turned away with the reason."""

    accepted: tuple[Rate, ...]
    rejected: tuple[Rejected, ...]


Rule = Callable[[Rate, Source, date], str]  # the reason to reject a rate, or ""


def sift(rows: Iterable[Row], source: Source, today: date) -> Sifted:
    """Part what `source` published into rates to store and rows to report. Repeated rates are taken once; where two
    for one pair and day disagree, none is taken."""
    rates: dict[tuple[str, str, date], list[Rate]] = defaultdict(list)
    rejected: list[Rejected] = []
    for row in rows:
        if isinstance(row, Rejected):
            rejected.append(row)
        else:
            rates[row.base, row.quote, row.day].append(row)
    accepted: list[Rate] = []
    for same in rates.values():
        why = _disagreement(same) or _first_reason(same[0], source, today)
        if why:
            rejected.append(Rejected(_words(same[0]), why))
        else:
            accepted.append(same[0])
    return Sifted(tuple(accepted), tuple(rejected))


def _disagreement(same: list[Rate]) -> str:
    values = sorted({f"{rate.value:.12g}" for rate in same})
    return f"published with different values: {', '.join(values)}" if len(values) > 1 else ""


def _first_reason(rate: Rate, source: Source, today: date) -> str:
    return next((why for rule in RULES if (why := rule(rate, source, today))), "")


def _words(rate: Rate) -> str:
    return f"{rate.base}/{rate.quote} {rate.day}"


def known_pair(rate: Rate, source: Source, _today: date) -> str:
    """Both currencies are among those taken from this source, and one is the one that it quotes everything in."""
    pair = {rate.base, rate.quote}
    known = len(pair) == 2 and pair <= {source.base, *source.quotes} - {""}
    return "" if known and (source.base in pair or not source.base) else "not a pair that we take from this source"


def finite(rate: Rate, _source: Source, _today: date) -> str:
    """The value is a number."""
    return "" if math.isfinite(rate.value) else "the value is not finite"


def positive(rate: Rate, _source: Source, _today: date) -> str:
    """The value is above nought."""
    return "" if rate.value > 0 else f"the value is {rate.value:g}"


def magnitude(rate: Rate, _source: Source, _today: date) -> str:
    """The value is of a size that a rate can have."""
    return "" if SMALLEST < rate.value < LARGEST else f"the value is absurd: {rate.value:g}"


def not_ahead(rate: Rate, _source: Source, today: date) -> str:
    """The day is not further ahead than publishers announce."""
    return "" if rate.day <= today + DAYS_AHEAD else f"the day is in the future, seen from {today}"


def not_before_first(rate: Rate, source: Source, _today: date) -> str:
    """The day is one that this source covers."""
    return "" if rate.day >= source.first else f"the day is before {source.first}, when this source begins"


def alive(rate: Rate, _source: Source, _today: date) -> str:
    """Both currencies exist on the day: some banks go on from a predecessor under the same code."""
    return not_alive(rate.base, rate.day) or not_alive(rate.quote, rate.day)


RULES: tuple[Rule, ...] = (known_pair, finite, positive, magnitude, not_ahead, not_before_first, alive)
