"""Bodies and headers as servers really send them: what is packed, what only says so, and what is
malformed."""

from __future__ import annotations

import gzip
import random
import tracemalloc
import zlib
from collections.abc import Callable
from functools import partial

import pytest

from lib.errors import FetchError
from lib.net import MIB, Answer, Client
from lib.net.encoding import BadBody, unpacked
from tests.loopback import Reply, serve

RSS = b"<rss>" + b"<item/>" * 200 + b"</rss>"
LIMIT = 8 * MIB
HALF = len(RSS) // 2
pack = partial(gzip.compress, mtime=0)
MEMBERS = pack(RSS[:HALF]) + pack(RSS[HALF:])
RAW_DEFLATE = zlib.compressobj(wbits=-zlib.MAX_WBITS)
RAW = RAW_DEFLATE.compress(RSS) + RAW_DEFLATE.flush()
FLAGGED = b"\x1f\x8b\x08\x08\0\0\0\0\0\x03feed.xml\0" + pack(RSS)[10:]  # has a file name


def get(raw: bytes) -> Answer:
    """What the client makes of these very bytes."""
    with serve(lambda _: Reply(raw=[raw])) as server, Client(sleep=lambda _: None) as client:
        return client.get("feed", server.url)


def fails(raw: bytes) -> str:
    with pytest.raises(FetchError) as caught:
        get(raw)
    return caught.value.why


def http(*lines: bytes, body: bytes = RSS, end: bytes = b"\r\n") -> bytes:
    """An answer with these lines before its body."""
    return end.join([*lines, b"", b""]) + body


@pytest.mark.parametrize("size", [0, 1, 64 * 1024, 300_000])
def test_a_gzip_body_is_unpacked(size: int) -> None:
    body = random.Random(size).randbytes(size // 2) + bytes(size - size // 2)
    assert unpacked(pack(body), "gzip", LIMIT) == body


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(MEMBERS, id="several members"),
        pytest.param(pack(b"") + MEMBERS + pack(b""), id="empty members"),
        pytest.param(FLAGGED, id="a file name"),
        pytest.param(pack(RSS) + bytes(512), id="zero padding"),
        pytest.param(pack(RSS) + b"\n<!-- cached -->", id="garbage after it"),
        pytest.param(MEMBERS + b"\x1f", id="half a sign of another member"),
        pytest.param(pack(pack(RSS)), id="packed twice, named once"),
    ],
)
def test_all_members_of_a_gzip_body_are_taken_and_padding_is_not(body: bytes) -> None:
    assert unpacked(body, "gzip", LIMIT) == RSS


PACKED = {
    "gzip": pack(RSS),
    "gzip twice": pack(pack(RSS)),
    "zlib": zlib.compress(RSS),
    "deflate alone": RAW,
    "both": pack(zlib.compress(RSS)),
}


@pytest.mark.parametrize(
    ("encodings", "packed"),
    [
        ("x-gzip", "gzip"),
        ("GZip", "gzip"),
        ("gzip, identity", "gzip"),
        ("identity,gzip", "gzip"),
        ("gzip, utf-8", "gzip"),
        ("gzip;q=1.0", "gzip"),
        ('"gzip"', "gzip"),
        ("", "gzip"),
        ("identity", "gzip"),
        ("gzip, gzip", "gzip"),
        ("gzip, gzip", "gzip twice"),
        ("deflate", "zlib"),
        ("deflate", "deflate alone"),
        ("deflate, gzip", "both"),
    ],
)
def test_a_packed_body_is_unpacked_however_that_is_said(encodings: str, packed: str) -> None:
    assert unpacked(PACKED[packed], encodings, LIMIT) == RSS


@pytest.mark.parametrize(
    "encodings",
    ["", ",", "identity", "UTF-8", "utf8", "none", "8bit", "text/xml", "gzip", "deflate", "br"],
)
@pytest.mark.parametrize("body", [RSS, b"\xef\xbb\xbf\n" + RSS, b'{"a": 1}', b"[]"])
def test_a_body_that_is_not_packed_is_taken_as_it_is(encodings: str, body: bytes) -> None:
    assert unpacked(body, encodings, LIMIT) == body


def test_an_empty_body_is_empty_whatever_its_label_says() -> None:
    assert {unpacked(b"", name, LIMIT) for name in ("gzip", "deflate", "utf-8", "")} == {b""}


@pytest.mark.parametrize(
    ("encodings", "body", "says"),
    [
        ("gzip", pack(RSS)[:-20], "sent a gzip answer that is damaged"),
        ("gzip", pack(RSS)[:-4], "sent a gzip answer that is damaged"),
        ("gzip", MEMBERS[:-20], "sent a gzip answer that is damaged"),
        ("gzip", pack(RSS)[:5], "sent a gzip answer that is damaged"),
        ("gzip", pack(RSS)[:-8] + bytes(8), "sent a gzip answer that is damaged"),
        ("", pack(RSS)[:-20], "sent a gzip answer that is damaged"),
        ("deflate", zlib.compress(RSS)[:-20], "sent a deflate answer that is damaged"),
        ("deflate", b"\xff" * 99, "sent a deflate answer that is damaged"),
        ("br", b"\x8b\x02\x80", "packs its answer as 'br', which we did not ask for"),
        ("zstd", b"\x28\xb5\x2f\xfd", "packs its answer as 'zstd', which we did not ask for"),
        ("Br", b"\x8b\x02\x80", "packs its answer as 'br', which we did not ask for"),
    ],
)
def test_a_damaged_or_foreign_body_has_its_sentence(encodings: str, body: bytes, says: str) -> None:
    with pytest.raises(BadBody, match=f"^{says}$"):
        unpacked(body, encodings, LIMIT)


@pytest.mark.parametrize(
    ("encodings", "way"),
    [
        ("gzip", pack),
        ("deflate", zlib.compress),
        ("gzip", lambda body: pack(pack(body))),
        ("gzip", lambda body: b"".join(pack(body[:MIB]) for _ in range(100))),
    ],
    ids=["gzip", "deflate", "twice", "members"],
)
def test_a_bomb_is_left_before_it_unpacks(encodings: str, way: Callable[[bytes], bytes]) -> None:
    packed = way(bytes(100 * MIB))
    tracemalloc.start()
    with pytest.raises(BadBody, match="sent more than the 1,048,576 bytes that we take"):
        unpacked(packed, encodings, MIB)
    assert tracemalloc.get_traced_memory()[1] < 4 * MIB  # the peak
    tracemalloc.stop()


def test_a_body_of_exactly_the_limit_is_unpacked() -> None:
    for encodings, way in (("gzip", pack), ("deflate", zlib.compress)):
        assert unpacked(way(bytes(5)), encodings, 5) == bytes(5)
        with pytest.raises(BadBody, match="sent more than the 4 bytes"):
            unpacked(way(bytes(5)), encodings, 4)


LENGTH = b"Content-Length: %d" % len(RSS)
CHUNKED = b"%x;name=value\r\n%s\r\n%x\r\n%s\r\n0\r\n" % (HALF, RSS[:HALF], len(RSS) - HALF, RSS[HALF:])


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(http(b"HTTP/1.1 203 Non-Authoritative Information", LENGTH), id="203"),
        pytest.param(http(b"HTTP/1.1 200 OK", b"Content-Encoding:", LENGTH), id="encoding empty"),
        pytest.param(http(b"HTTP/1.1 200 OK", b"Content-Encoding: UTF-8", LENGTH), id="utf-8"),
        pytest.param(
            http(
                b"HTTP/1.1 200 OK",
                b"Content-Encoding: gzip",
                b"Content-Length: %d" % len(MEMBERS),
                body=MEMBERS,
            ),
            id="two members",
        ),
        pytest.param(
            http(
                b"HTTP/1.1 200 OK",
                b"Content-Encoding: gzip",
                b"Content-Encoding: identity",
                body=MEMBERS,
            ),
            id="encoding twice",
        ),
        pytest.param(http(b"HTTP/1.0 200 OK"), id="HTTP/1.0 without a length"),
        pytest.param(http(b"HTTP/1.1 200", LENGTH), id="no reason"),
        pytest.param(http(b"HTTP/1.1 200 OK", LENGTH, end=b"\n"), id="bare line feeds"),
        pytest.param(http(b"HTTP/1.1 200 OK", LENGTH, LENGTH), id="length twice"),
        pytest.param(http(b"HTTP/1.1 200 OK", b"X-Long: a\r\n b", LENGTH), id="folded"),
        pytest.param(http(b"HTTP/1.1 200 OK", "X-A: Имя".encode(), LENGTH), id="value not ASCII"),
        pytest.param(http(b"HTTP/1.1 200 OK", LENGTH) + b"more", id="more than the length"),
        pytest.param(
            http(b"HTTP/1.1 103 Early Hints", b"Link: <x>", body=b"") * 3 + http(b"HTTP/1.1 200 OK", LENGTH),
            id="early hints",
        ),
        pytest.param(
            http(b"HTTP/1.1 200 OK", b"Transfer-Encoding: chunked", body=CHUNKED + b"\r\n"),
            id="chunks",
        ),
        pytest.param(
            http(b"HTTP/1.1 200 OK", b"Transfer-Encoding: chunked", body=CHUNKED + b"X-T: 1\r\n\r\n"),
            id="chunks and a trailer",
        ),
    ],
)
def test_an_odd_answer_is_taken_whole(raw: bytes) -> None:
    assert get(raw).body == RSS


@pytest.mark.parametrize(
    "line",
    [
        b"X-Frame-Options : DENY",
        "X-Имя: да".encode(),
        b"no colon at all",
        b": no name",
        b"X-A: null \0",
        b"Content-Length: -1",
        b"Content-Length: 5\r\nContent-Length: 6",
        b"Transfer-Encoding: gzip",
    ],
)
def test_malformed_headers_have_their_sentence(line: bytes) -> None:
    assert fails(http(b"HTTP/1.1 200 OK", line)) == "the HTTP headers of 127.0.0.1 are malformed"


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"<rss/>\r\n\r\n", "the HTTP headers of 127.0.0.1 are malformed"),
        (b"ICY 200 OK\r\n\r\n", "the HTTP headers of 127.0.0.1 are malformed"),
        (b"HTTP/1.1 200 OK\r\nX-A: 1\r\n", "the connection to 127.0.0.1 broke off"),
        (
            http(b"HTTP/1.1 200 OK", b"Content-Length: %d" % (len(RSS) + 1)),
            "the connection to 127.0.0.1 broke off",
        ),
        (
            http(b"HTTP/1.1 200 OK", b"Transfer-Encoding: chunked", body=CHUNKED[:-3]),
            "the connection to 127.0.0.1 broke off",
        ),
        (
            http(b"HTTP/1.1 200 OK", b"X-A: " + b"a" * 200_000),
            "127.0.0.1 sends longer HTTP headers than we take",
        ),
        (
            http(b"HTTP/1.1 206 Partial Content"),
            "127.0.0.1 gave an answer that we cannot use (status 206)",
        ),
        (
            http(b"HTTP/1.1 302 Found"),
            "127.0.0.1 gave an answer that we cannot use (status 302)",
        ),
        (
            http(b"HTTP/1.1 200 OK", b"Content-Encoding: br", body=b"\x8b\x02"),
            "127.0.0.1 packs its answer as 'br', which we did not ask for",
        ),
        (
            http(b"HTTP/1.1 200 OK", b"Content-Encoding: gzip", body=MEMBERS[:-9]),
            "127.0.0.1 sent a gzip answer that is damaged",
        ),
    ],
)
def test_an_answer_that_is_not_whole_has_its_sentence(raw: bytes, says: str) -> None:
    assert fails(raw) == says


def test_malformed_headers_are_not_asked_for_again() -> None:
    raw = http(b"HTTP/1.1 200 OK", b"X-Frame-Options : DENY")
    with serve(lambda _: Reply(raw=[raw])) as server, Client() as client, pytest.raises(FetchError):
        client.get("feed", server.url)
    assert len(server.asked) == 1
