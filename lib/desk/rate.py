"""One rate: of a pair on a day, with its source, and where no one fixed it that day, from when it is."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from lib import notation
from lib.catalog import Source
from lib.desk.compare import rate_on
from lib.export import instant
from lib.export.tables import Table
from lib.links import BASES, EARLIEST
from lib.store import State
from lib.words import t

if TYPE_CHECKING:
    from lib.desk.desk import Desk

MAX_AMOUNT = 1e15
COLUMNS = (
    *("day", "base", "quote", "rate", "amount", "converted", "published", "carried"),
    *("source", "source_name", "kind", "legs", "flags", "asof"),
)


@dataclass(frozen=True, slots=True)
class RateOnDay:
    """`rate` units of `quote` for 1 `base` on `day`, as `published` then or before. `legs` says what
    it was computed from; `flags` are those of the observation. `amount` is of the base."""

    base: str
    quote: str
    day: date
    rate: float
    published: date
    source: Source
    legs: str
    flags: str
    amount: float

    @property
    def carried(self) -> bool:
        """Whether the rate is of an earlier day."""
        return self.published < self.day

    @property
    def converted(self) -> float:
        """The amount in units of the quote currency."""
        return self.amount * self.rate

    def sentence(self) -> str:
        """With its source, in the reader's language."""
        carried = t(", carried from {day}", day=notation.day(self.published)) if self.carried else ""
        write = notation.derived if self.legs else notation.published
        return t(
            "On {day} {amount} {base} were {converted} {quote}: {rate} {quote} per {base}, {source}{carried}.",
            day=notation.day(self.day),
            amount=notation.published(self.amount),
            base=self.base,
            converted=notation.published(self.converted),
            quote=self.quote,
            rate=write(self.rate),
            source=t(self.source.name),
            carried=carried,
        )

    def table(self, state: State) -> Table:
        """One row."""
        source = (self.source.key, self.source.name, self.source.kind)
        days = (self.published, "1" if self.carried else "0")
        numbers = (self.rate, self.amount, self.converted)
        row = (self.day, self.base, self.quote, *numbers, *days, *source)
        return Table(COLUMNS, [(*row, self.legs, self.flags, instant(state.at))])


def on_day(desk: Desk, pair: str, day: date | None, amount: float, state: State, source: str = "") -> RateOnDay:
    """The rate of a pair such as USDKZT on a day, by a source or the one that Compare takes; without a
    day on the newest of the store. Raises ValueError, with a sentence, for what there is not."""
    base, quote = read_pair(pair)
    if not (math.isfinite(amount) and 0 < amount <= MAX_AMOUNT):
        raise ValueError(f"the amount must be a number above 0 and at most {MAX_AMOUNT:,.0f}")
    when = day or _newest(desk, state)
    if when < EARLIEST:
        raise ValueError(f"no rate is older than {EARLIEST}")
    found = rate_on(desk, f"{base}{quote}", when, state=state, source=source)
    if found is None:
        raise ValueError(f"no rate of {base}/{quote} is in force on {when}")
    line = desk.lines.of_pair(base, quote, state)[found.source].frame(found.day, found.day)
    return RateOnDay(
        base=base,
        quote=quote,
        day=when,
        rate=found.rate,
        published=found.day,
        source=desk.sources[found.source],
        legs=found.legs,
        flags=str(line["flags"].iloc[-1]),
        amount=amount,
    )


def read_pair(text: str) -> tuple[str, str]:
    """The currencies of USDKZT, usd/kzt or USD-KZT. Raises ValueError with what there is."""
    found = re.fullmatch("([A-Z]{3})[/ -]?([A-Z]{3})", text.strip().upper(), re.ASCII)
    if found is None:
        raise ValueError("a pair is two currencies, such as USDKZT")
    base, quote = found.groups()
    for code in (base, quote):
        if code not in BASES:
            raise ValueError(f"the currencies are {', '.join(BASES)}")
    if base == quote:
        raise ValueError("a pair is two different currencies")
    return base, quote


def _newest(desk: Desk, state: State) -> date:
    span = desk.lines.span(state)
    return span[1] if span else desk.clock().date()
