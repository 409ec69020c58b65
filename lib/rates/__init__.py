"""One module a publisher of rates; the module's name is the publisher's key in sources.toml.

The contract of an adapter:

fetch(client, source, since, until, pause)  asks the publisher for the days `since` .. `until`, both inclusive, and
    yields what it published for them. It rescues nothing: what fails leaves as FetchError (no usable answer) or
    ParseError (an answer that is not what was asked for). Rows that came before an error are sound. Where one request
    of several failed, it is made within `part`, so that the caller can ask for the rest.
parse(...)  makes rows out of one answer, without network. It takes bytes, and what of the question it must compare
    with the answer: the day is read out of the answer, and an answer for another day is a ParseError.

A row is a `Rate` in the publisher's own direction, or `Rejected` where the record cannot be one (no nominal, no
number). Nothing is judged here: nought, negative and infinite values are rates until `checks.sift` rejects them. No
row at all means that nothing was published. Currencies that the source's `quotes` do not name are passed over.

The functions below are what adapters share: reading bytes strictly, and building a row.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from typing import Any, Protocol, cast
from xml.etree.ElementTree import Element
from xml.etree.ElementTree import ParseError as NotXml

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from lib.catalog import Source
from lib.errors import CatalogError, ParseError, SourceError
from lib.models import Rate, Rejected
from lib.net import Client

Row = Rate | Rejected
Pause = Callable[[float], None]  # seconds -> waits as long; `time.sleep` but in tests

SATURDAY = 5  # of date.weekday()
# The days of date.weekday() of each calendar; "tue-sat" is of publishers that are asked for ranges alone.
PUBLISHED = {"weekdays": range(5), "daily": range(7), "mon-sat": range(6), "tue-sat": range(1, 6), "wednesdays": (2,)}
NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")


class Adapter(Protocol):
    """A module of this package, seen from outside."""

    def fetch(self, client: Client, source: Source, since: date, until: date, pause: Pause = ...) -> Iterator[Row]:
        """Every row that `source` published for the days `since` .. `until`. Raises FetchError, ParseError."""


def adapter(key: str) -> Adapter:
    """The adapter of the source `key`, imported when first asked for. Raises CatalogError where there is none."""
    name = f"{__name__}.{key}"
    try:
        return cast(Adapter, import_module(name))
    except ModuleNotFoundError as missing:
        if missing.name != name:
            raise
        raise CatalogError("sources.toml", key, "lib/rates has no module of this name") from missing


def paced_days(source: Source, since: date, until: date, pause: Pause) -> Iterator[date]:
    """The days `since` .. `until` on which `source` publishes, with its pause between one and the next."""
    span = (since + timedelta(days=ahead) for ahead in range((until - since).days + 1))
    days = [day for day in span if day.weekday() in PUBLISHED[source.days]]
    for day in days:
        if day != days[0]:
            pause(source.pause)
        yield day


@contextmanager
def part(day: date | None = None, quote: str = "") -> Iterator[None]:
    """Within it one request of several is made: its error names the day or the currency of the request."""
    try:
        yield
    except SourceError as failed:
        failed.day, failed.quote = day, quote
        raise


def read_xml(source: Source, body: bytes, root: str) -> Element:
    """The root element of an XML answer, which must be called `root`; the XML declaration decides the encoding. An
    answer with a DTD is refused: no publisher sends one, and entities can unfold to gigabytes."""
    _refuse_page(source, body)
    try:
        element: Element = fromstring(body, forbid_dtd=True)
    except DefusedXmlException as trap:
        raise ParseError(source.key, "the answer declares a document type or entities, which we never read") from trap
    except (NotXml, ValueError, LookupError) as bad:  # the latter two: an encoding that Python does not know
        raise ParseError(source.key, f"the answer is not well-formed XML ({bad})") from bad
    if element.tag != root:
        raise ParseError(source.key, f"the answer is <{element.tag}> where <{root}> was expected")
    return element


def read_json(source: Source, body: bytes) -> Any:
    """A JSON answer with its numbers as the text that was published. A repeated key is refused, not overwritten."""
    _refuse_page(source, body)
    try:
        return json.loads(
            body.decode("utf-8-sig"),
            parse_float=str,
            parse_int=str,
            parse_constant=str,
            object_pairs_hook=_without_repeats,
        )
    except UnicodeDecodeError as bad:
        raise ParseError(source.key, "the answer is not in UTF-8") from bad
    except RecursionError as trap:
        raise ParseError(source.key, "the answer is JSON nested too deeply to be rates") from trap
    except ValueError as bad:
        raise ParseError(source.key, f"the answer is not well-formed JSON ({bad})") from bad


def read_day(source: Source, text: object, form: str) -> date:
    """The day that an answer states in the strptime format `form`."""
    try:
        return datetime.strptime(str(text).strip(), form).replace(tzinfo=UTC).date()
    except ValueError as bad:
        raise ParseError(source.key, f"the answer states no date that we can read ({text!r})") from bad


def expect_day(source: Source, told: date, asked: date) -> None:
    """Raises ParseError where an answer is for another day than the one asked for."""
    if told != asked:
        raise ParseError(source.key, f"the answer is for {told} where {asked} was asked for")


def expect_within(source: Source, told: date, since: date, until: date) -> None:
    """Raises ParseError where an answer is for a day outside those asked for."""
    if not since <= told <= until:
        raise ParseError(source.key, f"the answer is for {told} where {since} to {until} was asked for")


def row(source: Source, day: date, base: str, quote: str, value: object, nominal: object = "1") -> Row:
    """One record: `value` units of `quote` for `nominal` units of `base`, both as the text that was published."""
    try:
        return Rate(source.key, base, quote, day, _per_unit(value, nominal))
    except ValueError as bad:
        return Rejected(f"{base}/{quote} {day}", str(bad))


def _per_unit(value: object, nominal: object) -> float:
    units = _number("nominal", nominal)
    if units == 0:
        raise ValueError("the nominal is 0")
    # 12 significant digits are what a rate keeps: they drop the noise of a binary division and nothing published.
    return float(f"{_number('value', value) / units:.12g}")


def _number(what: str, told: object) -> float:
    if not isinstance(told, str) or not told.strip():
        raise ValueError(f"there is no {what}")
    if not NUMBER.fullmatch(told.strip()):
        raise ValueError(f"the {what} is not a number: {told.strip()[:40]!r}")
    return float(told)


def _refuse_page(source: Source, body: bytes) -> None:
    """A firewall's page and a moved site's come with status 200."""
    start = body.removeprefix(b"\xef\xbb\xbf").lstrip()[:15].lower()
    if not start:
        raise ParseError(source.key, "the answer is empty")
    if start.startswith((b"<!doctype html", b"<html")):
        raise ParseError(source.key, "the answer is a web page instead of rates")


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    told = dict(pairs)
    if len(told) != len(pairs):
        raise ValueError("it says the same thing twice")
    return told
