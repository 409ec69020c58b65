"""How numbers and days are written: significant digits instead of fixed decimals, and no move that did not happen."""

from __future__ import annotations

import math
from datetime import date
from decimal import Decimal

from babel.dates import get_day_names, get_month_names

from lib.words import LANGUAGES, spoken

DIGITS = 6  # one step of a six-digit rate is at most 0.001 %, well under a calm day of any of the five
DASH = "–"
RUSSIAN = str.maketrans({",": "\u00a0", ".": ","})  # thousands by spaces that do not break, decimals by a comma
WEEKDAYS: dict[str, dict[int, str]] = {code: dict(get_day_names("abbreviated", locale=code)) for code in LANGUAGES}
MONTHS: dict[str, dict[int, str]] = {code: dict(get_month_names("abbreviated", locale=code)) for code in LANGUAGES}


def published(value: float) -> str:
    """A published rate: its own digits where there are at most six, else six significant ones, thousands grouped.

    >>> published(478.77), published(441.2345678), published(12968.91140011)
    ('478.77', '441.235', '12,968.9')
    """
    if not math.isfinite(value) or value == 0:
        return derived(value)
    own = Decimal(repr(float(value))).normalize()  # NumPy's floats write their type into their repr
    if len(own.as_tuple().digits) <= DIGITS:
        return number(f"{own:,f}")
    return derived(value)


def alike(one: float, other: float) -> tuple[str, str]:
    """Two published rates with equally many decimals, to be read side by side.

    >>> alike(500.12, 501.0)
    ('500.12', '501.00')
    """
    written = published(one), published(other)
    decimals = max(_decimals(text) for text in written)
    return _padded(written[0], decimals), _padded(written[1], decimals)


def _decimals(text: str) -> int:
    return len(text.partition(number("."))[2])


def _padded(text: str, decimals: int) -> str:
    """With noughts behind the point, which is written where there was none."""
    missing = decimals - _decimals(text)
    return f"{text}{number('.') if missing == decimals > 0 else ''}{'0' * missing}"


def derived(value: float) -> str:
    """A computed rate: six significant digits, trailing noughts included, since they were computed too.

    >>> derived(1 / 487.21), derived(0.5)
    ('0.00205250', '0.500000')
    """
    if not math.isfinite(value) or value == 0:
        return DASH if not math.isfinite(value) else "0"
    exponent = int(f"{value:.{DIGITS - 1}e}".split("e")[1])  # after rounding: 0.9999999 is written as 1.00000
    return number(f"{value:,.{max(0, DIGITS - 1 - exponent)}f}")


def number(told: str) -> str:
    """A number as Python writes it, as the reader's language does: 12,968.9 is 12 968,9 in Russian."""
    return told.translate(RUSSIAN) if spoken() == "ru" else told


def change(percent: float | None, digits: int = 2) -> str:
    """The size of a change with its arrow; the arrow, not a sign, gives the direction.

    >>> change(0.3149), change(-0.004), change(0.0), change(None), change(-13.14, digits=1)
    ('▲ 0.31 %', '▼ <0.01 %', '0.00 %', '–', '▼ 13.1 %')
    """
    if percent is None or not math.isfinite(percent):
        return DASH
    smallest = 10.0**-digits
    if abs(percent) < 1e-9:  # float noise of equal fixings; a real step of 12 digits is larger
        return f"{number(f'{0:.{digits}f}')} %"
    small = abs(percent) < smallest / 2
    size = f"<{smallest:.{digits}f}" if small else f"{abs(percent):,.{digits}f}"
    return f"{'▲' if percent > 0 else '▼'} {number(size)} %"


def weekday(when: date) -> str:
    """A day of the week: Fri, пт."""
    return WEEKDAYS[spoken()][when.weekday()]


def month(when: date) -> str:
    """A month: Sep, сент."""
    return MONTHS[spoken()][when.month]


def day(when: date, *, year: bool = True) -> str:
    """A day as readers write it: 29 Sep 2026, 29 сент. 2026."""
    return f"{when.day} {month(when)} {when.year}" if year else f"{when.day} {month(when)}"


def span(since: date, until: date) -> str:
    """Two days, the year once where it is the same: 1 Jan – 29 Sep 2026. One day is written once."""
    if since == until:
        return day(since)
    return f"{day(since, year=since.year != until.year)} {DASH} {day(until)}"


def short_span(since: date, until: date) -> str:
    """Two neighbouring days where space is dear: 28–29 Sep, 30 Sep – 2 Oct."""
    if (since.year, since.month) == (until.year, until.month):
        return f"{since.day}{DASH}{day(until, year=False)}"
    return f"{day(since, year=False)} {DASH} {day(until, year=False)}"
