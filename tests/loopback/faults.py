"""Everything that can go wrong with a publisher, by name. Each fault serves any publisher broken in its way."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from itertools import repeat

from tests.loopback.publishers import Publisher, Record, Twist, changed, shifted
from tests.loopback.server import PIECE, Handler, Reply, closed_port, serve

HUGE = 200 * 1024 * 1024
PAGE = b"<!DOCTYPE html>\n<html><head><title>Request Rejected</title></head><body>Support ID 1234</body></html>"
ENTITY_BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE rates [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;">]>
<rates><date>&c;</date></rates>"""
NESTING_BOMB = b"[" * 200_000


@dataclass(frozen=True)
class Fault:
    """One way to fail. `serve(publisher)` is a context that gives the URL to ask."""

    name: str
    serve: Callable[[Publisher], AbstractContextManager[str]]


def _served(
    spoil: Callable[[Publisher], Handler], *, tls: bool = False
) -> Callable[[Publisher], AbstractContextManager[str]]:
    @contextmanager
    def start(publisher: Publisher) -> Iterator[str]:
        with serve(spoil(publisher), tls=tls) as server:
            yield server.url

    return start


@contextmanager
def _refused(_publisher: Publisher) -> Iterator[str]:
    with closed_port() as url:
        yield url


def _always(reply: Reply) -> Callable[[Publisher], Handler]:
    return lambda _publisher: lambda _asked: reply


def _answer(spoil: Callable[[Reply], Reply]) -> Callable[[Publisher], Handler]:
    """The healthy answer, spoiled."""
    return lambda publisher: lambda asked: spoil(publisher.handler()(asked))


def _body(spoil: Callable[[bytes], bytes]) -> Callable[[Publisher], Handler]:
    def spoiled(reply: Reply) -> Reply:
        assert isinstance(reply.body, bytes)
        return replace(reply, body=spoil(reply.body))

    return _answer(spoiled)


def _records(twist: Twist) -> Callable[[Publisher], Handler]:
    """A healthy answer about spoiled records."""
    return lambda publisher: publisher.handler(twist)


def _huge(_publisher: Publisher) -> Handler:
    return lambda _asked: Reply(repeat(b"<" * PIECE, HUGE // PIECE), length=HUGE)


def _gzip_bomb(_publisher: Publisher) -> Handler:
    packed = gzip.compress(bytes(HUGE // 4), compresslevel=1)
    return lambda _asked: Reply(packed, headers={"Content-Encoding": "gzip"})


def _bomb(publisher: Publisher) -> Handler:
    body = ENTITY_BOMB if "xml" in publisher.content_type else NESTING_BOMB
    return lambda _asked: Reply(body)


def _wrongly_encoded(body: bytes) -> bytes:
    """What the declaration (or, for JSON, the standard) says is UTF-8, in windows-1251 with a Cyrillic letter."""
    if b"windows-1251" in body:
        return body.replace(b"windows-1251", b"utf-8").replace(
            b"?>", b"?><!-- " + "Курсы".encode("windows-1251") + b" -->"
        )
    text = body.decode()
    return (text if "В" in text else text.replace('"', '"Ж', 1)).encode("windows-1251")


def _told_twice(records: list[Record]) -> list[Record]:
    return [*records, *(replace(r, value="1" + r.value) for r in records)]


FAULTS = {
    name: Fault(name, start)
    for name, start in {
        "healthy": _served(_records(lambda records: records)),
        # the network
        "refused connection": _refused,
        "timeout mid-body": _served(_answer(lambda reply: replace(reply, ends="hang"))),
        "reset mid-body": _served(_answer(lambda reply: replace(reply, ends="reset"))),
        "close mid-body": _served(_answer(lambda reply: replace(reply, ends="close"))),
        "TLS failure": _served(_records(lambda records: records), tls=True),
        "200 MB body": _served(_huge),
        "gzip bomb": _served(_gzip_bomb),
        # the status
        "301 to elsewhere": _served(_always(Reply(status=301, headers={"Location": "http://moved.invalid/new"}))),
        "403": _served(_always(Reply(status=403))),
        "404": _served(_always(Reply(status=404))),
        "429 with Retry-After": _served(_always(Reply(status=429, headers={"Retry-After": "3600"}))),
        "429 without Retry-After": _served(_always(Reply(status=429))),
        "500": _served(_always(Reply(status=500))),
        # the document
        "HTML with 200": _served(_always(Reply(PAGE, headers={"Content-Type": "text/html"}))),
        "empty with 200": _served(_always(Reply(b""))),
        "truncated document": _served(_body(lambda body: body[: len(body) * 2 // 3])),
        "wrong encoding": _served(_body(_wrongly_encoded)),
        "bomb": _served(_bomb),
        # the records
        "no records": _served(_records(lambda _records: [])),
        "wrong day": _served(_records(shifted(-14))),
        "day in the future": _served(_records(shifted(36_500))),
        "nominal 0": _served(_records(changed(nominal="0"))),
        "no nominal": _served(_records(changed(nominal=None))),
        "value 0": _served(_records(changed(value="0"))),
        "negative value": _served(_records(changed(value="-478.77"))),
        "value N/A": _served(_records(changed(value="N/A"))),
        "value 1e400": _served(_records(changed(value="1e400"))),
        "no value": _served(_records(changed(value=""))),
        "duplicates that disagree": _served(_records(_told_twice)),
    }.items()
}
