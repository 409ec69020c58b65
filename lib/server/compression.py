"""Compressed responses: brotli where the client accepts it, else gzip.

Streamlit leaves its own files uncompressed, 7.8 MB at a first visit, since its middleware would
compress them anew for each visitor. Here a file whose name has a hash is compressed once."""

from __future__ import annotations

import gzip
from functools import lru_cache, partial

import brotli
from anyio import to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Receive, Scope, Send

from lib.server.capture import changed

MIN_SIZE = 500  # bytes
FILE_QUALITY, ANSWER_QUALITY = 7, 4  # of brotli, 0 to 11: files are compressed once, answers each time
GZIP_LEVEL = 6
MAX_FILES = 256
TYPES = ("text/", "application/json", "application/javascript", "application/xml", "image/svg+xml")
SUFFIXES = ("+json", "+xml")
ENCODINGS = ("br", "gzip")


class Compression:
    """ASGI middleware. The app below answers as if the client accepted no encoding."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope) if scope["type"] == "http" else Headers()
        encoding = accepted(headers.get("accept-encoding", ""))
        if not encoding or scope["method"] != "GET" or "range" in headers:
            await self.app(scope, receive, send)
            return
        plain = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        await changed(
            self.app,
            {**scope, "headers": plain},
            receive,
            send,
            _is_compressible,
            partial(_compressed, encoding),
        )


def accepted(header: str) -> str:
    """The best of our encodings that an Accept-Encoding header allows; none for what it does not
    understand. `*` is not taken for an offer: clients that send it alone may read no brotli."""
    offered = {}
    for part in header.lower().split(","):
        name, _, weight = part.partition(";")
        offered[name.strip()] = _weight(weight)
    return next((encoding for encoding in ENCODINGS if offered.get(encoding, 0.0) > 0), "")


def _weight(parameter: str) -> float:
    """The quality of `q=0.5`; 1 where there is none, 0 where it is no number."""
    if not parameter.strip():
        return 1.0
    name, _, value = parameter.partition("=")
    try:
        return float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0


def _is_compressible(status: int, headers: MutableHeaders) -> bool:
    if status != 200 or "content-encoding" in headers or "content-range" in headers:
        return False
    kind = headers.get("content-type", "").partition(";")[0].strip()
    length = headers.get("content-length")
    large = length is None or int(length) >= MIN_SIZE
    return large and (kind.startswith(TYPES) or kind.endswith(SUFFIXES))


async def _compressed(encoding: str, _status: int, headers: MutableHeaders, body: bytes) -> bytes:
    hashed = "immutable" in headers.get("cache-control", "")
    made = await to_thread.run_sync(_once if hashed else compress, encoding, body, hashed)
    headers["content-encoding"] = encoding
    headers.add_vary_header("Accept-Encoding")
    if (tag := headers.get("etag")) and not tag.startswith("W/"):
        headers["etag"] = f"W/{tag}"  # the bytes differ from those that it was made for
    return made


def compress(encoding: str, body: bytes, thorough: bool = False) -> bytes:
    """The body in an encoding of ENCODINGS."""
    if encoding == "br":
        quality = FILE_QUALITY if thorough else ANSWER_QUALITY
        return bytes(brotli.compress(body, quality=quality))
    return gzip.compress(body, GZIP_LEVEL, mtime=0)


_once = lru_cache(MAX_FILES)(compress)
