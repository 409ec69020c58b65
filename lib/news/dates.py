"""When an article was published, from the text that its feed gives. Knows no feed format.

feedparser's own reading is not used: it takes `ALMT` and `Asia/Almaty` for UTC (five hours wrong, enough to cross a
day) and reads neither a date without a zone nor a Russian month.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dateutil import parser

from lib.models import DateBasis

OLDEST = timedelta(days=3653)  # ten years: feeds say 1970 and 1794 when they mean "unknown"
AHEAD = timedelta(days=1)  # a scheduled post or a fast clock, not a mistake

# Names that are not in the IANA base, to places that keep their zone's history (Almaty left UTC+6 on 2024-03-01).
_ZONES = {
    "ALMT": "Asia/Almaty",
    "QYZT": "Asia/Qyzylorda",
    "AQTT": "Asia/Aqtobe",
    "ORAT": "Asia/Oral",
    "KGT": "Asia/Bishkek",
    "TJT": "Asia/Dushanbe",
    "TMT": "Asia/Ashgabat",
    "UZT": "Asia/Tashkent",
    "MSK": "Europe/Moscow",
    "MSD": "Europe/Moscow",
    "AZT": "Asia/Baku",
    "EST": "Etc/GMT+5",  # RFC 822 fixes these four whatever the season, and Etc counts westward
    "EDT": "Etc/GMT+4",
    "PST": "Etc/GMT+8",
    "PDT": "Etc/GMT+7",
}
_RUSSIAN = {
    "янв": "Jan",
    "фев": "Feb",
    "мар": "Mar",
    "апр": "Apr",
    "май": "May",
    "мая": "May",
    "июн": "Jun",
    "июл": "Jul",
    "авг": "Aug",
    "сен": "Sep",
    "окт": "Oct",
    "ноя": "Nov",
    "дек": "Dec",
    "мск": "MSK",
}
# What nearly every feed writes, and Python's own reader reads ten times as fast as dateutil.
_RFC_822 = re.compile(r"(?:[A-Z][a-z]{2}, )?\d\d? [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d (?:GMT|[+]\d{4}|-(?!0000)\d{4})")
_CYRILLIC = re.compile(r"[а-яё]+\.?", re.I)
_IANA = re.compile(r"\b[A-Z][a-z]+/[A-Z]\w+(?:[/-]\w+)*")
_GREENWICH = re.compile(r"\b(?:GMT|UTC)\s*(?=[+-]\s*\d)")
_COMMENT = re.compile(r"(?<=[+-]\d\d)(:?\d\d)\s*[(\[].*")
_LONGEST = 80  # no date is longer, and dateutil is not made for prose


class Dated(NamedTuple):
    """`day` in the feed's calendar; `published` in UTC, None where the text names a day only."""

    day: date
    published: datetime | None
    basis: DateBasis


def dated(text: str, zone: ZoneInfo, now: datetime) -> Dated:
    """The date in `text`, read in `zone` where it names none; the fetch time `now`, inferred, where there is no date in
    the text or an impossible one."""
    found = _standard(text) or _read(text, zone)
    if found is None or not now - OLDEST < found[0] <= now + AHEAD:
        return Dated(now.astimezone(zone).date(), now.astimezone(UTC), "inferred")
    moment, has_time = found
    return Dated(moment.astimezone(zone).date(), moment.astimezone(UTC) if has_time else None, "published")


def _standard(text: str) -> tuple[datetime, bool] | None:
    try:
        return (parsedate_to_datetime(text), True) if _RFC_822.fullmatch(text) else None
    except ValueError:
        return None


def _read(text: str, zone: ZoneInfo) -> tuple[datetime, bool] | None:
    """The moment and whether a time of day was given. dateutil fills what is missing from a default: two readings with
    different defaults tell what was really there."""
    text = _CYRILLIC.sub(lambda word: f" {_RUSSIAN.get(word[0][:3].lower(), '')} ", text[:_LONGEST])
    text = _COMMENT.sub(r"\1", text)
    if named := _IANA.search(text):
        text, zone = text.replace(named[0], ""), _zone(named[0], zone)
    # "GMT+5" is UTC+5 to whoever writes it and UTC-5 to dateutil (the POSIX sign).
    text = _GREENWICH.sub("", re.sub(r"[][()]", " ", text)).strip()
    try:
        first, second = (
            _parse(text, datetime(2000, 1, 1, tzinfo=zone)),
            _parse(text, datetime(2001, 2, 2, 1, tzinfo=zone)),
        )
    except (ValueError, OverflowError):
        return None
    if first.date() != second.date():
        return None
    return (first, True) if first.hour == second.hour else (first.replace(tzinfo=zone), False)


def _parse(text: str, default: datetime) -> datetime:
    """Raises ValueError or OverflowError. What the text lacks, zone included, comes from `default`."""

    def tzinfos(name: str | None, offset: int | None) -> tzinfo | None:
        if offset is not None:
            return timezone(timedelta(seconds=offset))
        return ZoneInfo(_ZONES[name]) if name in _ZONES else default.tzinfo

    day_first = not text[:4].isdigit()  # dateutil would read 2026-11-03 as 11 March
    return parser.parse(text, default=default, dayfirst=day_first, tzinfos=tzinfos)


def _zone(name: str, otherwise: ZoneInfo) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except ZoneInfoNotFoundError:
        return otherwise
