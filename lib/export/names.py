"""What the files are called: subject, span and as-of, in letters that every file system takes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime

LONGEST = 120  # of the subject: file systems stop at 255 bytes, and readers before that


def file_name(subjects: Iterable[str], period: tuple[date, date], asof: datetime, extension: str) -> str:
    """The name for what shows `subjects` (pairs as in "USD/KZT", or a word) of a period as it stood at an instant.

    >>> file_name(["USD/KZT"], (date(2026, 1, 1), date(2026, 9, 29)), datetime(2026, 11, 23, 9, 15, tzinfo=UTC), "csv")
    'altyn_USD-KZT_2026-01-01_2026-09-29_asof-2026-11-23T0915Z.csv'
    """
    plain = (re.sub(r"[^A-Za-z0-9]+", "-", subject).strip("-") for subject in subjects)
    named = "_".join(dict.fromkeys(word for word in plain if word))[:LONGEST]
    days = [day.isoformat() for day in period]
    moment = f"asof-{asof.astimezone(UTC):%Y-%m-%dT%H%MZ}"
    return f"{'_'.join(['altyn', *([named] if named else []), *days, moment])}.{extension}"
