"""The one HTTP client. It knows addresses, time, size, redirects and manners; it does not know what the bytes mean.

Whatever goes wrong leaves here as a FetchError whose sentence names the host. TLS certificates are always verified.
"""

from __future__ import annotations

import math
import re
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx

from lib.errors import FetchError
from lib.models import FeedState

AGENT = "Altyn/0.1 (feed and rate reader)"
MIB = 1024 * 1024
MAX_REDIRECTS = 5
CHUNK = 64 * 1024  # how much a packed body may unfold at a time: 64 KiB of gzip can hold 64 MiB

BUSY = frozenset({429, 503})
BUSY_RETRIES = 2
BUSY_PATIENCE = 60.0  # seconds of waiting for a busy server, over all its retries
LONGEST_CLOSURE = 24 * 3600.0  # seconds that we believe a Retry-After for: it may be nonsense, and we run for months
UNSTATED_WAIT = 5.0  # seconds, where a busy server does not say how long
QUICK_WAIT = 0.5  # seconds, before the one retry of a connection that failed or broke off

MEANINGS = {
    304: "says that nothing has changed, which we did not ask",
    401: "asks for a password",
    403: "refuses us",
    404: "has nothing at this address",
    410: "has withdrawn this address",
    429: "says that we ask too often",
    503: "is too busy or under repair",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server gave. `body` is unpacked; `status` is 200, or 304 with an empty body; `url` is where the answer
    came from after redirects. `etag` and `modified` are what to send as `FeedState` next time."""

    body: bytes
    status: int
    url: str
    content_type: str
    etag: str
    modified: str


@dataclass(slots=True)
class _Host:
    """Our manners with one host: `turn` is held by who asks it; the others are times of the clock."""

    turn: threading.Lock = field(default_factory=threading.Lock)
    left: float = -math.inf  # when the last answer ended
    closed: float = -math.inf  # until when it asked to be left alone
    refused: str = ""  # the source that it told so, which keeps to that by its own schedule


class Client:
    """Gets bytes over HTTP. Threads may share one: a host is asked by one of them at a time, and its Retry-After holds
    for all. `connect`, `read` and `deadline` are seconds: for a connection, for the next bytes, for a whole answer;
    `max_bytes` counts what a packed body unfolds to."""

    def __init__(
        self,
        transport: httpx.BaseTransport | None = None,
        *,
        connect: float = 5.0,
        read: float = 10.0,
        deadline: float = 30.0,
        max_bytes: int = 8 * MIB,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.connect = connect
        self.read = read
        self.deadline = deadline
        self.max_bytes = max_bytes
        self._sleep = sleep
        self._clock = clock
        self._now = now
        self._hosts: dict[bytes, _Host] = {}  # by name and port
        self._http = httpx.Client(
            transport=transport,
            timeout=httpx.Timeout(read, connect=connect),
            # Only gzip, because we unpack it ourselves: httpx unfolds a whole network read at once, without a limit.
            headers={"User-Agent": AGENT, "Accept-Encoding": "gzip"},
        )

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections that were kept alive."""
        self._http.close()

    def get(
        self, source: str, url: str, *, state: FeedState | None = None, follow: bool = False, pause: float = 0.0
    ) -> Answer:
        """The answer at `url` for the catalogue entry `source`. With `follow`, up to five redirects are followed;
        without, one is an error. 304 is an answer only to a `state`. `pause` is how many seconds the host is left alone
        since anybody's last request. Raises FetchError and nothing else.

        A busy server (429, 503) is asked again when it says, twice at most and within a minute in all; a connection
        that failed or broke off is tried once more at once."""
        request = self._request(source, url, state)
        waits: list[float] = []
        with self._turn(source, request.url, pause):
            while True:
                try:
                    return self._ask(source, request, follow)
                except FetchError as failed:
                    wait = _wait_before_retry(failed, waits)
                    if wait is None:
                        raise
                self._sleep(wait)
                waits.append(wait)

    @contextmanager
    def _turn(self, source: str, url: httpx.URL, pause: float) -> Iterator[None]:
        """Our turn with the host that is asked first. Those that it redirects to are not waited for: two that point at
        each other would wait for ever."""
        host = self._hosts.setdefault(url.netloc, _Host())
        with host.turn:
            if (closed := host.closed - self._clock()) > 0 and source != host.refused:
                until = self._now() + timedelta(seconds=closed)
                why = f"{url.host} told us a while ago to ask nothing before {until:%Y-%m-%d %H:%M} UTC"
                raise FetchError(source, why, url=str(url), retry_after=closed)
            if (wait := host.left + pause - self._clock()) > 0:
                self._sleep(wait)
            try:
                yield
            except FetchError as failed:
                at = self._hosts.setdefault(httpx.URL(failed.url).netloc, _Host())
                at.closed, at.refused = self._clock() + min(failed.retry_after or 0.0, LONGEST_CLOSURE), source
                raise
            finally:
                host.left = self._clock()

    def _request(self, source: str, url: str, state: FeedState | None) -> httpx.Request:
        headers = {"If-None-Match": state.etag, "If-Modified-Since": state.modified} if state else {}
        with suppress(httpx.InvalidURL):
            request = self._http.build_request("GET", url, headers={n: value for n, value in headers.items() if value})
            if _is_web(request.url):
                return request
        raise FetchError(source, f"{url!r} is not a web address", url=url)

    def _ask(self, source: str, request: httpx.Request, follow: bool) -> Answer:
        ends = self._clock() + self.deadline
        for _ in range(MAX_REDIRECTS + 1):
            try:
                with closing(self._http.send(request, stream=True)) as response:
                    if response.next_request is None:
                        return self._answer(source, response, ends)
                    request = _next(source, response, response.next_request, follow)
            except httpx.TransportError as broken:
                raise FetchError(source, _trouble(request.url.host, broken), url=str(request.url)) from broken
        why = f"{request.url.host} redirects us more than {MAX_REDIRECTS} times"
        raise FetchError(source, why, url=str(request.url))

    def _answer(self, source: str, response: httpx.Response, ends: float) -> Answer:
        asked = response.request.headers
        unchanged = response.status_code == 304 and ("if-none-match" in asked or "if-modified-since" in asked)
        # A 304 need not repeat what we know, but a 200 without an ETag has none.
        known = asked if unchanged else httpx.Headers()
        if response.status_code != 200 and not unchanged:
            raise self._refusal(source, response)
        return Answer(
            body=b"" if unchanged else self._body(source, response, ends),
            status=response.status_code,
            url=str(response.url),
            content_type=response.headers.get("content-type", ""),
            etag=_sendable(response.headers.get("etag", known.get("if-none-match", ""))),
            modified=_sendable(response.headers.get("last-modified", known.get("if-modified-since", ""))),
        )

    def _body(self, source: str, response: httpx.Response, ends: float) -> bytes:
        host, url = response.url.host, str(response.url)
        body = bytearray()
        for chunk in _unpacked(source, response):
            body += chunk
            if len(body) > self.max_bytes:
                raise FetchError(source, f"{host} sent more than the {self.max_bytes:,} bytes that we take", url=url)
            if self._clock() > ends:
                raise FetchError(source, f"{host} took more than {self.deadline:g} s over one answer", url=url)
        return bytes(body)

    def _refusal(self, source: str, response: httpx.Response) -> FetchError:
        status = response.status_code
        otherwise = "is broken at the moment" if status >= 500 else "gave an answer that we cannot use"
        why = f"{response.url.host} {MEANINGS.get(status, otherwise)} (status {status})"
        wait = _retry_after(response.headers.get("retry-after", ""), self._now()) if status in BUSY else None
        if wait is not None:
            why += f"; it may be asked again after {self._now() + timedelta(seconds=wait):%Y-%m-%d %H:%M} UTC"
        return FetchError(source, why, url=str(response.url), status=status, retry_after=wait)


def _is_web(url: httpx.URL) -> bool:
    return url.scheme in ("http", "https") and bool(url.host)


def _sendable(header: str) -> str:
    """What can be sent back as it came: a server may send any bytes in its ETag, a request may not."""
    return header if header.isascii() else ""


def _next(source: str, response: httpx.Response, target: httpx.Request, follow: bool) -> httpx.Request:
    if follow and _is_web(target.url):
        return target
    why = f"{response.url.host} sends us to another address, {target.url}"
    raise FetchError(source, why, url=str(response.url), status=response.status_code)


def _unpacked(source: str, response: httpx.Response) -> Iterator[bytes]:
    """The body in pieces of bounded size; at least one piece for each read, so that a caller can watch the clock."""
    assert isinstance(response.stream, httpx.SyncByteStream)
    host, url = response.url.host, str(response.url)
    packing = response.headers.get("content-encoding", "identity").strip().lower()
    if packing not in ("gzip", "identity"):
        raise FetchError(source, f"{host} packs its answer as {packing!r}, which we did not ask for", url=url)
    try:
        yield from _gunzipped(response.stream) if packing == "gzip" else response.stream
    except (zlib.error, EOFError) as damaged:
        raise FetchError(source, f"{host} sent a gzip answer that is damaged", url=url) from damaged


def _gunzipped(packed: httpx.SyncByteStream) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)  # 16: expect gzip's header
    for rest in packed:
        while rest:
            yield unpacker.decompress(rest, CHUNK)
            rest = unpacker.unconsumed_tail
        if unpacker.eof:
            return
    yield unpacker.flush()
    if not unpacker.eof:
        raise EOFError


def _wait_before_retry(failed: FetchError, waits: list[float]) -> float | None:
    """Seconds to wait before another try, None for no other try. `waits` are the waits so far."""
    if failed.status in BUSY:
        wait = UNSTATED_WAIT if failed.retry_after is None else failed.retry_after
        return wait if len(waits) < BUSY_RETRIES and sum(waits) + wait <= BUSY_PATIENCE else None
    broken = failed.__cause__
    passing = isinstance(broken, httpx.TransportError) and _cause(broken, ssl.SSLError) is None
    return QUICK_WAIT if passing and not waits else None


def _retry_after(header: str, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for: a number, or an HTTP date. None where it says neither."""
    if re.fullmatch(r"[0-9]{1,9}", header):
        return float(header)
    try:
        at = parsedate_to_datetime(header)
    except ValueError:
        return None
    return max(0.0, (at.replace(tzinfo=at.tzinfo or UTC) - now).total_seconds())


def _trouble(host: str, broken: httpx.TransportError) -> str:
    """What happened below HTTP, in one sentence."""
    tls = _cause(broken, ssl.SSLError)
    if isinstance(tls, ssl.SSLCertVerificationError):
        return f"the certificate of {host} is not trusted ({tls.verify_message})"
    if tls is not None:
        return f"{host} does not speak TLS as we do"
    if _cause(broken, socket.gaierror) is not None:
        return f"the name {host} cannot be resolved: there is no network, or the name is gone"
    if _cause(broken, ConnectionRefusedError) is not None:
        return f"{host} refuses connections"
    if isinstance(broken, httpx.TimeoutException):
        return f"{host} did not answer in time"
    unreached = isinstance(broken, httpx.ConnectError)
    return f"{host} cannot be reached" if unreached else f"the connection to {host} broke off"


def _cause(error: BaseException | None, kind: type[BaseException]) -> BaseException | None:
    """The nearest error of `kind` among those that led to `error`."""
    while error is not None and not isinstance(error, kind):
        error = error.__cause__ or error.__context__
    return error
