"""When an article was published, from the texts that its feed gives. Knows no feed format.

feedparser's own reading is not used: it takes `ALMT` and `Asia/Almaty` for UTC (five hours wrong,
enough to cross a day) and reads neither a date without a zone nor a Russian month.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dateutil import parser

from lib.models import DateBasis
from lib.news import zones

OLDEST = date(1991, 1, 1)  # feeds say 1970 and 1794 when they mean "unknown"
AHEAD = timedelta(days=1)  # a scheduled post or a fast clock, not a mistake

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
# What nearly every feed writes, and Python's own readers read ten times as fast as dateutil.
_RFC_822 = re.compile(r"(?:[A-Z][a-z]{2}, )?\d\d? [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d (?:GMT|[+]\d{4}|-(?!0000)\d{4})")
_ISO_8601 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)")
_CYRILLIC = re.compile(r"[а-яё]+\.?", re.I)
_IANA = re.compile(r"\b[A-Z][a-z]+/[A-Z]\w+(?:[/+-]\w+)*")
_COMMENT = re.compile(r"([+-]\d\d:?\d\d)\s*[(\[].*")
_TIME = re.compile(r"(?<![\d+-])\d\d?:\d\d(?::\d\d(?:[.,]\d+)?)?(?:\s*[ap]\.?m\b\.?)?", re.I)
# After a time of day: a name, a name and an offset, or an offset alone, whose two digits tell it
# from a day.
_ZONE = re.compile(
    r"\s*(?:(?P<name>[a-z]{1,5})(?![a-z])\s*)?"
    r"(?P<sign>(?<=[a-z])[+-]\s*(?=\d)|(?<=[a-z]\s)[+-](?=\d)|[+-](?=\d\d))"
    r"(?P<hours>\d\d?)(?::?(?P<minutes>\d\d))?(?::00)?(?![\d.])\s*Z?|\s*(?P<alone>[a-z]{1,5})(?![a-z])",
    re.I,
)
_DAY_AND_ZONE = re.compile(
    r"(\d{4}-\d\d-\d\d(?![ T])|.*\s\d{4}(?=\s)|.*[a-z]{2}(?=[+-]))\s*(?:Z|[+-]\d\d?(?::?\d\d)?)", re.I
)
_WORD = re.compile(r"(?<![a-z])[a-z]{2,5}(?![a-z])", re.I)
_NO_ZONES = frozenset({"AM", "PM", "MAR", "MAY", "SEP", "SAT", "SUN"})
_LONGEST = 80  # no date is longer, and dateutil is not made for prose
_DEFAULTS = (datetime.fromisoformat("2000-01-01T00:00"), datetime.fromisoformat("2001-02-02T01:00"))
_FURTHEST = timedelta(hours=14)  # from Greenwich

# In an address a day stands between slashes, or begins or is a part of the path: /2015/08/20/,
# /20150820/, /2015-08-20-.
_YEAR, _MONTH, _DAY = r"(?P<year>(?:19|20)\d\d)", r"(?P<month>\d\d?)", r"(?P<day>\d\d?)"
_IN_ADDRESS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"/{_YEAR}/{_MONTH}/{_DAY}(?!\d)",
        rf"[/_=-]{_YEAR}(?P<mark>[-_.]){_MONTH}(?P=mark){_DAY}(?!\d)",
        r"[/_=-](?P<year>(?:19|20)\d\d)(?P<month>\d\d)(?P<day>\d\d)(?=[/_.?&#-]|$)",
        rf"[/_=-](?P<day>\d\d)(?P<mark>[-_./])(?P<month>\d\d)(?P=mark){_YEAR}(?!\d)",
    )
)


class Dated(NamedTuple):
    """`day` in the feed's calendar; `published` in UTC, None where the text names a day only."""

    day: date
    published: datetime | None
    basis: DateBasis


def dated(text: str, zone: ZoneInfo, now: datetime) -> Dated:
    """The date in `text`, read in `zone` where it names none; the fetch time `now`, inferred, where
    there is no date in the text or an impossible one."""
    return first_of((text,), "", zone, now)


def first_of(texts: Iterable[str], url: str, zone: ZoneInfo, now: datetime) -> Dated:
    """The first possible date of `texts`, else the day in the article's address `url`, else the
    fetch time, inferred."""
    for text in texts:
        if found := _possible(_standard(text) or _read(text, zone), zone, now):
            return found
    today = now.astimezone(zone).date()
    return _addressed(url, zone, now) or Dated(today, now.astimezone(UTC), "inferred")


def _possible(found: tuple[datetime, bool] | None, zone: ZoneInfo, now: datetime) -> Dated | None:
    if found is None or found[0].year < OLDEST.year - 1 or found[0] > now + AHEAD:
        return None
    moment, has_time = found
    day = moment.astimezone(zone).date()
    published = moment.astimezone(UTC) if has_time else None
    return Dated(day, published, "published") if day >= OLDEST else None


def _addressed(url: str, zone: ZoneInfo, now: datetime) -> Dated | None:
    for pattern in _IN_ADDRESS:
        for found in pattern.finditer(url):
            try:
                year, month, day = (int(found[part]) for part in ("year", "month", "day"))
                midnight = datetime(year, month, day, tzinfo=zone)
            except ValueError:
                continue
            if possible := _possible((midnight, False), zone, now):
                return possible
    return None


def _standard(text: str) -> tuple[datetime, bool] | None:
    try:
        if _RFC_822.fullmatch(text):
            return parsedate_to_datetime(text), True
        return (datetime.fromisoformat(text), True) if _ISO_8601.fullmatch(text) else None
    except ValueError:
        return None


def _read(text: str, zone: ZoneInfo) -> tuple[datetime, bool] | None:
    """The moment and whether a time of day was given. dateutil fills what is missing from a
    default: two readings with different defaults tell what was really there."""
    text = _CYRILLIC.sub(lambda word: f" {_RUSSIAN.get(word[0][:3].lower(), '')} ", text[:_LONGEST])
    text = _COMMENT.sub(r"\1", text.replace("\N{MINUS SIGN}", "-"))
    if place := _IANA.search(text):
        text, zone = text.replace(place[0], ""), _zone(place[0], zone)
    try:
        rest, name, offset = _parted(re.sub(r"[][()]", " ", text))
        first, second = (_parse(rest, default) for default in _DEFAULTS)
        if first.date() != second.date():
            return None
        if first.hour != second.hour:  # a day only: a zone beside it moves it nowhere
            return datetime.combine(first, time(), zone), False
        if first.tzinfo:
            return first, True
        named = zones.zone_of(name, first, zone) if offset is None else timezone(offset)
        return first.replace(tzinfo=named), True
    except (ValueError, ArithmeticError):  # dateutil lets those of its decimals through
        return None


def _parted(text: str) -> tuple[str, str, timedelta | None]:
    """A date without its zone, the abbreviation of that zone in upper case or nothing, and its
    offset."""
    clock = _TIME.search(text)
    if clock is None:
        day = _DAY_AND_ZONE.fullmatch(text.strip())
        return _without_names(day[1] if day else text)[0], "", None
    found = _ZONE.match(text, clock.end())
    if found and found["sign"]:
        rest, name = _without_names(f"{text[: clock.end()]} {text[found.end() :]}")
        return rest, name, _offset(found)
    rest, name = _without_names(text, clock.end())
    return rest, name, None


def _offset(found: re.Match[str]) -> timedelta:
    """Raises ValueError when it is none. "GMT+5" is UTC+5 to whoever writes it, and UTC-5 to POSIX;
    "MSK+2", as Russian timetables count, is UTC+5."""
    ahead = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"] or 0))
    from_moscow = (found["name"] or "").upper() == "MSK" and len(found["hours"]) == 1
    offset = -ahead if found["sign"].strip() == "-" else ahead
    offset += timedelta(hours=3 if from_moscow else 0)
    if abs(offset) > _FURTHEST:
        raise ValueError(f"no zone is {offset} from Greenwich")
    return offset


def _without_names(text: str, after: int = 0) -> tuple[str, str]:
    """A text without the abbreviations of zones, and the first of them; one letter counts directly
    `after` the time."""
    name = ""
    found = _ZONE.match(text, after) if after else None
    if found and zones.known((found["alone"] or "").upper()):
        name = found["alone"].upper()
        text = text[:after] + text[found.end() :]

    def drop(word: re.Match[str]) -> str:
        nonlocal name
        if word[0].upper() in _NO_ZONES or not zones.known(word[0].upper()):
            return word[0]
        name = name or word[0].upper()
        return " "

    return _WORD.sub(drop, text), name


def _parse(text: str, default: datetime) -> datetime:
    """Raises ValueError or ArithmeticError. What the text lacks comes from `default`; a name that
    is no zone is none."""

    def tzinfos(_name: str | None, offset: int | None) -> tzinfo | None:
        return None if offset is None else timezone(timedelta(seconds=offset))

    day_first = not text.strip()[:4].isdigit()  # dateutil would read 2026-11-03 as 11 March
    return parser.parse(text, default=default, dayfirst=day_first, tzinfos=tzinfos)


def _zone(name: str, otherwise: ZoneInfo) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except ZoneInfoNotFoundError:
        return otherwise
