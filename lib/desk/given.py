"""What a caller may write for a day, an instant or a code. What it may not raises a ValueError that names it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, time


def one_of(name: str, value: str, allowed: Collection[str]) -> str:
    if value not in allowed:
        raise ValueError(f"{name} is {value!r}, and must be one of {', '.join(filter(None, allowed))}")
    return value


def day_of(name: str, value: date | str | None) -> date | None:
    """A day as a date or as in 2026-09-29."""
    if value is None:
        return None
    if isinstance(value, datetime):
        return value.date()
    try:
        return value if isinstance(value, date) else date.fromisoformat(value)
    except (TypeError, ValueError) as wrong:
        raise ValueError(f"{name} is {value!r}, and must be a date or a text like '2026-09-29'") from wrong


def instant_of(name: str, value: datetime | str | None) -> datetime | None:
    """An instant, in UTC unless it has a zone; a day alone stands for its end."""
    if value is None:
        return None
    try:
        moment = value if isinstance(value, datetime) else _instant(value)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (TypeError, ValueError, OverflowError) as wrong:
        raise ValueError(f"{name} is {value!r}, and must be an instant like '2026-09-29T09:15:00Z'") from wrong


def _instant(value: str) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(value), time.max, UTC)
    except ValueError:
        return datetime.fromisoformat(value)
