"""Reads the parameters of a link one by one. Each is valid, invalid (with the reason) or missing; never an error."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TypeVar

from lib.links.view import Lines

EARLIEST = date(1990, 1, 1)  # none of the five currencies is older
LATEST = date(2100, 1, 1)
MOST_CHOSEN = 100  # values of one parameter whose values are not ours: as many as a 4 kB link holds
MOST_NAMED = 8  # ignored values of one parameter: a link of 100 kB can hold fifty thousand
SHOWN_LENGTH = 40  # of a value that a notice names: links are hostile until cleaned

NOT_ONE_OF, UNKNOWN, TWICE = "not one of {told}", "no such setting", "given more than once"
NOT_A_DATE, NOT_A_MONTH = "not a date like 2026-09-29", "not a month like 2026-09"
NOT_AN_INSTANT, NOT_A_SPAN = "not an instant like 2026-09-29T09:15:00Z", "not days like 2026-01-05..2026-02-03"
OUTSIDE, FUTURE = "outside what there can be", "in the future"
AFTER, BACKWARDS = "after the date of to", "its days are not in order"
NOT_A_LINE = "not a currency and its sources like KZT:nbk"
NOT_A_PAIR = "not two different currencies like USDKZT"
NO_PAGE, TOO_LONG, TOO_MANY = "not a page number", "longer than {told} characters", "more than {told}"
UNPRINTABLE = "holds unprintable characters"
REASONS = (
    *(NOT_ONE_OF, UNKNOWN, TWICE, NOT_A_DATE, NOT_A_MONTH, NOT_AN_INSTANT, NOT_A_SPAN, OUTSIDE, FUTURE),
    *(AFTER, BACKWARDS, NOT_A_LINE, NOT_A_PAIR, NO_PAGE, TOO_LONG, TOO_MANY, UNPRINTABLE),
)

T = TypeVar("T", bound=str)


@dataclass(frozen=True, slots=True)
class Ignored:
    """A part of a link that was not understood: the parameter as the link calls it and its value (both shortened),
    and why: one of REASONS, and what fills its {told}."""

    name: str
    value: str
    reason: str
    told: str = ""

    @property
    def why(self) -> str:
        """The reason in English."""
        return self.reason.format(told=self.told)


class Reader:
    """Takes parameters one by one, keeping what had to be ignored. `called` has the name in the link of each parameter
    that was migrated."""

    def __init__(self, params: Mapping[str, Sequence[str]], called: Mapping[str, str]) -> None:
        self.left = {name: list(values) for name, values in params.items()}
        self.ignored: list[Ignored] = []
        self._called = called
        self._count = Counter[str]()

    def ignore(self, name: str, value: str, reason: str, told: str = "") -> None:
        self._count[name] += 1
        if self._count[name] <= MOST_NAMED:
            self.ignored.append(Ignored(_shown(self._called.get(name, name)), _shown(value), reason, told))

    def one(self, name: str) -> str:
        """The single value of a parameter, or nothing. Of several, the first."""
        values = self.left.pop(name, [])
        for extra in values[1:]:
            self.ignore(name, extra, TWICE)
        return values[0].strip() if values else ""

    def choice(self, name: str, allowed: Sequence[T], default: T) -> T:
        value = self.one(name)
        found = {a.lower(): a for a in allowed}.get(value.lower())
        if value and not found:
            self.ignore(name, value, NOT_ONE_OF, ", ".join(allowed))
        return found or default

    def choices(self, name: str, allowed: Collection[str], *, as_given: bool = False) -> tuple[str, ...]:
        """Several values, each once, in the order of `allowed` or as the link has them."""
        known = {a.lower(): a for a in allowed}
        given = self._parts(name)
        for value in given:
            if value.lower() not in known:
                self.ignore(name, value, NOT_ONE_OF, ", ".join(allowed))
        chosen = dict.fromkeys(known[value.lower()] for value in given if value.lower() in known)
        return tuple(chosen) if as_given else tuple(a for a in allowed if a in chosen)

    def lines(self, name: str, currencies: Sequence[str], sources: Collection[str]) -> Lines:
        """Of each currency the sources of its line, as in KZT:nbk or KZT:nbk+cbr, in the order of `currencies`."""
        known = {key.lower(): key for key in sources}
        found: dict[str, dict[str, None]] = {}
        for value in self._parts(name):
            currency, keys = _line(value)
            if currency not in currencies or not keys:
                self.ignore(name, value, NOT_A_LINE)
                continue
            for key in keys:
                if key in known:
                    found.setdefault(currency, {})[known[key]] = None
                else:
                    self.ignore(name, f"{currency}:{key}", NOT_ONE_OF, ", ".join(sources))
        return tuple((code, tuple(found[code])) for code in currencies if code in found)

    def pair(self, name: str, currencies: Collection[str], default: str) -> str:
        """Two different currencies, as in USDKZT."""
        value = self.one(name)
        sides = value[:3].upper(), value[3:].upper()
        if value and not (value.isascii() and sides[0] != sides[1] and {*sides} <= {*currencies}):
            self.ignore(name, value, NOT_A_PAIR)
            return default
        return "".join(sides) or default

    def switch(self, name: str) -> bool:
        return self.choice(name, ("1", "0"), "0") == "1"

    def page(self, name: str) -> int:
        value = self.one(name)
        if value and not (value.isascii() and value.isdigit() and len(value) <= 6 and int(value) > 0):
            self.ignore(name, value, NO_PAGE)
            return 1
        return int(value or 1)

    def day(self, name: str) -> date | None:
        value = self.one(name)
        return self._day(name, value, NOT_A_DATE) if value else None

    def span(self, name: str) -> tuple[date, date] | None:
        """First and last day; one day alone is both."""
        value = self.one(name)
        if not value:
            return None
        first, dots, last = value.partition("..")
        since = self._day(name, first, NOT_A_SPAN, value)
        until = self._day(name, last, NOT_A_SPAN, value) if since and dots else since
        if since and until and since > until:
            self.ignore(name, value, BACKWARDS)
            return None
        return (since, until) if since and until else None

    def instant(self, name: str, now: datetime) -> datetime | None:
        """A moment that is past, in UTC unless it says otherwise. A day stands for its end."""
        value = self.one(name)
        if not value:
            return None
        try:
            moment = _instant(value)
        except (ValueError, OverflowError):
            self.ignore(name, value, NOT_AN_INSTANT)
            return None
        if moment.date() >= EARLIEST and moment <= now:
            return moment
        self.ignore(name, value, FUTURE if moment > now else OUTSIDE)
        return None

    def months(self, name: str) -> tuple[str, ...]:
        return self._some(name, self._parts(name), _wrong_month)

    def names(self, name: str, longest: int) -> tuple[str, ...]:
        """Values that nobody lists, each whole: a name can have a comma in it."""
        given = dict.fromkeys(value.strip() for value in self.left.pop(name, []) if value.strip())
        return self._some(name, given, lambda value: _wrong_text(value, longest), str(longest))

    def text(self, name: str, longest: int) -> str:
        value = self.one(name)
        if wrong := _wrong_text(value, longest):
            self.ignore(name, value, wrong, str(longest))
            return ""
        return value

    def _parts(self, name: str) -> list[str]:
        """The values between commas, each once."""
        given = (part.strip() for value in self.left.pop(name, []) for part in value.split(","))
        return list(dict.fromkeys(part for part in given if part))

    def _some(self, name: str, given: Collection[str], wrong: Callable[[str], str], told: str = "") -> tuple[str, ...]:
        kept: list[str] = []
        for value in given:
            if reason := wrong(value):
                self.ignore(name, value, reason, told)
            elif len(kept) == MOST_CHOSEN:
                self.ignore(name, value, TOO_MANY, str(MOST_CHOSEN))
            else:
                kept.append(value)
        return tuple(kept)

    def _day(self, name: str, told: str, reason: str, value: str = "") -> date | None:
        """The day that is told in a value."""
        try:
            day = date.fromisoformat(told)
        except ValueError:
            self.ignore(name, value or told, reason)
            return None
        if not EARLIEST <= day <= LATEST:
            self.ignore(name, value or told, OUTSIDE)
            return None
        return day


def _shown(text: str) -> str:
    clean = "".join(c if c.isprintable() else " " for c in text[:SHOWN_LENGTH])
    return f"{clean}…" if len(text) > SHOWN_LENGTH else clean


def _instant(value: str) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(value), time.max, UTC)
    except ValueError:
        moment = datetime.fromisoformat(value)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _line(value: str) -> tuple[str, list[str]]:
    """Currency and sources of KZT:nbk+cbr. In an address a plus sign is a space unless it is escaped."""
    currency, _, chain = value.partition(":")
    return currency.strip().upper(), chain.lower().replace("+", " ").split()


def _wrong_month(value: str) -> str:
    if not re.fullmatch("[0-9]{4}-(0[1-9]|1[0-2])", value):
        return NOT_A_MONTH
    return "" if EARLIEST.isoformat()[:7] <= value <= LATEST.isoformat()[:7] else OUTSIDE


def _wrong_text(value: str, longest: int) -> str:
    if len(value) > longest:
        return TOO_LONG
    return "" if value.isprintable() else UNPRINTABLE
