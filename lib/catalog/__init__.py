"""The catalogue: which sources and feeds there are, and the words that tag an article. Data in TOML, read strictly.

A bad entry is refused with the file and the key that are wrong. `ALTYN_CATALOG` names a folder whose files stand in for
the bundled ones of the same name. Nothing here touches the network or the store.
"""

from __future__ import annotations

import logging
import os
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec

from lib.errors import CatalogError
from lib.models import Kind

HERE = Path(__file__).parent
T = TypeVar("T")
Entry = TypeVar("Entry", "Source", "Feed")

log = logging.getLogger(__name__)


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One publisher of rates. `key` is its table's name in sources.toml and the name of its module in `lib.rates`."""

    key: str = ""
    name: str
    short: str  # what a legend has room for
    kind: Kind
    url: str  # where the adapter asks; a template where the publisher's address holds a date
    fallback: str = ""  # asked when `url` fails
    page: str  # where a reader finds the publisher's own figures
    terms: str  # the terms in one sentence, or that none are published
    attribution: str  # the line a citation must carry
    country: str = ""  # of a central bank
    holidays: str = ""  # the country whose public holidays it keeps, where `country` does not say so
    timezone: str = ""  # IANA name of the zone that it must date its figures by, where it names one
    base: str = ""  # the currency that every rate is quoted in, where there is one
    quotes: tuple[str, ...]  # what the adapter takes of what is published
    first: date  # the first day worth asking for
    days: Literal["weekdays", "daily", "tue-sat", "mon-sat"]  # the publication calendar
    window_days: int  # how many days one window of a refresh spans
    initial_days: int  # how far back an empty store starts
    pause: float = 0.0  # seconds between two requests
    every_hours: float  # how often a refresh is due
    enabled: bool = True
    note: str = ""  # what a reader should know of its figures

    @property
    def holiday_country(self) -> str:
        """The country whose public holidays it keeps."""
        return self.holidays or self.country

    def only(self, quotes: tuple[str, ...]) -> Source:
        """The same source, asked for some of its currencies."""
        return msgspec.structs.replace(self, quotes=quotes)


class Feed(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One news feed. `country` is set for a national outlet (a hint, not a verdict); empty for a regional one."""

    key: str = ""
    outlet: str
    url: str
    page: str
    country: str = ""
    language: str
    timezone: str  # IANA name, for dates that come without a zone
    every_minutes: int = 60
    enabled: bool = True
    why: str = ""  # why it is disabled, or what is odd about it


def folder() -> Path:
    """The folder that stands in for ours, or ours."""
    return Path(os.environ.get("ALTYN_CATALOG") or HERE)


def read_toml(name: str) -> dict[str, Any]:
    """The tables of one catalogue file. Raises CatalogError when it is not TOML."""
    path = folder() / name
    if not path.exists():
        path = HERE / name
    try:
        loaded: dict[str, Any] = msgspec.toml.decode(path.read_bytes())
    except msgspec.DecodeError as broken:
        raise CatalogError(name, "(whole file)", str(broken)) from broken
    return loaded


def entries(name: str, shape: type[T]) -> dict[str, T]:
    """Each table of a file as `shape`, with its key filled in. Raises CatalogError naming file, key and fault."""
    return {key: _entry(name, key, table, shape) for key, table in read_toml(name).items()}


def _entry(name: str, key: str, table: Any, shape: type[T]) -> T:
    try:
        return msgspec.convert({**table, "key": key}, shape)
    except (msgspec.ValidationError, TypeError) as bad:
        raise CatalogError(name, key, str(bad)) from bad


def disabled() -> frozenset[str]:
    """`ALTYN_DISABLED`: keys of sources and feeds that are not refreshed, separated by commas. One
    that does not exist is logged."""
    keys = frozenset(os.environ.get("ALTYN_DISABLED", "").replace(",", " ").split())
    known = {*read_toml("sources.toml"), *read_toml("feeds.toml")} if keys else set()
    for key in sorted(keys - known):
        log.warning("ALTYN_DISABLED names %r, which is no source or feed", key)
    return keys


def _switched(catalogue: dict[str, Entry]) -> dict[str, Entry]:
    off = disabled()
    return {
        key: msgspec.structs.replace(entry, enabled=False) if key in off else entry for key, entry in catalogue.items()
    }


@cache
def sources() -> dict[str, Source]:
    """Every source of rates by key, in the order of preference within its kind."""
    return _switched(entries("sources.toml", Source))


@cache
def feeds() -> dict[str, Feed]:
    """Every news feed by key."""
    return _switched(entries("feeds.toml", Feed))
