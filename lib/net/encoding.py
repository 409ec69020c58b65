"""What a body is when its Content-Encoding is taken off: strictly bounded, and lenient with what
servers say.

A label that names no packing at all ("utf-8", "") or names one that the body does not have means
that nothing was packed: some server or proxy took the packing off, or never put it on, and left the
header as it was."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Callable

GZIP = b"\x1f\x8b"
CHUNK = 64 * 1024  # how much is unpacked at a time: 64 KiB of gzip can hold 64 MiB
# What we cannot take off, and never asked for.
FOREIGN = frozenset(
    ("br", "zstd", "compress", "x-compress", "bzip2", "x-bzip2", "xz", "dcb", "dcz"),
)


class BadBody(Exception):
    """A body that cannot be had. The message is what its server did, without the name of the
    server."""


def unpacked(body: bytes, encodings: str, limit: int) -> bytes:
    """`body` without the packings of a Content-Encoding header, the last one first. Raises BadBody
    where it is damaged, packed in a way that we did not ask for, or unpacks to more than `limit`
    bytes."""
    for name in reversed(_names(encodings)):
        if name in UNPACK:
            body = UNPACK[name](body, limit)
        elif name in FOREIGN and not _is_text(body):
            raise BadBody(f"packs its answer as {name!r}, which we did not ask for")
    # Packed twice, or a packed file that is served as it lies on the disk: no feed and no list
    # begins like this.
    return _gunzip(body, limit)


def _names(encodings: str) -> list[str]:
    return [name.partition(";")[0].strip(" \t\"'").lower() for name in encodings.split(",")]


def _is_text(body: bytes) -> bool:
    """Whether this is how XML, HTML or JSON begins."""
    return body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<", b"{", b"["))


def _gunzip(body: bytes, limit: int) -> bytes:
    """All members of a gzip file, which may follow one another (RFC 1952); what else follows them
    is padding."""
    if not body.startswith(GZIP):
        return body
    whole = bytearray()
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(body)) as packed:
            while piece := packed.read1(CHUNK):
                whole += piece
                if len(whole) > limit:
                    raise too_long(limit)
    except (zlib.error, EOFError, gzip.BadGzipFile) as damaged:
        if "Not a gzipped file" not in str(damaged):  # that is padding
            raise BadBody("sent a gzip answer that is damaged") from damaged
    return bytes(whole)


def _inflate(body: bytes, limit: int) -> bytes:
    """ "deflate" is zlib's format by the standard, and without its frame by the habit of some
    servers."""
    for bits in (zlib.MAX_WBITS, -zlib.MAX_WBITS):
        unpacker = zlib.decompressobj(bits)
        try:
            whole = unpacker.decompress(body, limit + 1)
        except zlib.error:
            continue
        if len(whole) > limit:
            raise too_long(limit)
        if unpacker.eof:
            return whole
    if body and not _is_text(body):
        raise BadBody("sent a deflate answer that is damaged")
    return body


def too_long(limit: int) -> BadBody:
    """Of a body that has more than `limit` bytes, packed or not."""
    return BadBody(f"sent more than the {limit:,} bytes that we take")


UNPACK: dict[str, Callable[[bytes, int], bytes]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _inflate,
    "x-deflate": _inflate,
}
