"""The client: one exchange from the question to the answer, with its redirects and retries."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx

from lib.errors import FetchError
from lib.models import FeedState
from lib.net import settings, troubles
from lib.net.addresses import Resolver, system_resolver
from lib.net.deadline import Deadline, exchange
from lib.net.encoding import BadBody, too_long, unpacked
from lib.net.transport import guard
from lib.net.turns import Turns

MIB = 1024 * 1024
MAX_REDIRECTS = 5
MAX_VALIDATOR = 1000  # characters: servers refuse requests with headers much longer than that
PATIENCE = 1 / 10  # of a deadline, after which a source at the same host is not waited for
WHOLE = frozenset({200, 203})  # 203: a proxy on the way changed the answer, and says so
PERMANENT = frozenset({301, 308})
VALIDATORS = ("if-none-match", "if-modified-since")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server gave. `body` is unpacked; `status` is 200 or 203, or 304 with an empty body;
    `url` is where the answer came from after redirects, and `moved` how far permanent redirects
    led, empty where the first was none. `etag` and `modified` are what to send as `FeedState` next
    time."""

    body: bytes
    status: int
    url: str
    content_type: str
    etag: str
    modified: str
    moved: str = ""


class Client:
    """Gets bytes over HTTP. Threads may share one: a host is asked by one of them at a time, and
    its Retry-After holds for all. `connect`, `read` and `deadline` are seconds: for a connection,
    for the next bytes, for an exchange as a whole (`ALTYN_DEADLINE` where not given). `max_bytes`
    counts a body as it arrives, and again unpacked. `private` allows addresses that are not public
    (`ALTYN_PRIVATE_NETWORKS` where not given)."""

    def __init__(
        self,
        transport: httpx.BaseTransport | None = None,
        *,
        connect: float = 5.0,
        read: float = 10.0,
        deadline: float | None = None,
        max_bytes: int = 8 * MIB,
        private: bool | None = None,
        resolver: Resolver = system_resolver,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.connect = connect
        self.read = read
        self.deadline = settings.deadline() if deadline is None else deadline
        self.max_bytes = max_bytes
        self._clock = clock
        self._now = now
        self._turns = Turns(self.deadline * PATIENCE, sleep, clock, now)
        http = httpx.Client(
            transport=transport,
            timeout=httpx.Timeout(read, connect=connect),
            # Only gzip, because we unpack it ourselves: httpx unpacks whatever arrives, without a
            # limit.
            headers={"User-Agent": settings.agent(), "Accept-Encoding": "gzip"},
        )
        allowed = settings.private_networks() if private is None else private
        self._http = guard(http, resolver, private=allowed)

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections that were kept alive."""
        self._http.close()

    def get(
        self,
        source: str,
        url: str,
        *,
        state: FeedState | None = None,
        follow: bool = False,
        pause: float = 0.0,
        share: float = 1.0,
    ) -> Answer:
        """The answer at `url` for the catalogue entry `source`. With `follow`, up to five redirects
        are followed; without, one is an error. 304 is an answer only to a `state`. `pause` is how
        many seconds the host is left alone since anybody's last request, `share` the part of the
        deadline that is for this address where a source has others for the same answer. Raises
        FetchError and nothing else.

        A busy server (429, 503) is asked again when it says, a connection that failed or broke off
        once more at once, and a server that trips over the `state` once without it: all within the
        deadline of the exchange."""
        request = self._request(source, url, state)
        turn = self._turns.turn(source, request.url, pause)
        with turn, exchange(self.deadline * share, self._clock) as deadline:
            try:
                return self._patiently(source, request, follow, deadline)
            except FetchError as failed:
                if not (_is_conditional(request) and troubles.of_validators(failed)):
                    raise
            return self._patiently(source, self._request(source, url, None), follow, deadline)

    def _request(self, source: str, url: str, state: FeedState | None) -> httpx.Request:
        known = (state.etag, state.modified) if state else ("", "")
        headers = {n: value for n, value in zip(VALIDATORS, known, strict=True) if value}
        with suppress(httpx.InvalidURL):
            request = self._http.build_request("GET", url, headers=headers)
            if _is_web(request.url):
                return request
        raise FetchError(source, f"{url!r} is not a web address", url=url)

    def _patiently(
        self,
        source: str,
        request: httpx.Request,
        follow: bool,
        deadline: Deadline,
    ) -> Answer:
        waits: list[float] = []
        while True:
            try:
                return self._ask(source, request, follow, deadline)
            except FetchError as failed:
                wait = troubles.wait_before_retry(failed, waits, deadline)
                if wait is None:
                    raise
            self._turns.rest(request.url, wait)
            waits.append(wait)

    def _ask(self, source: str, request: httpx.Request, follow: bool, deadline: Deadline) -> Answer:
        via, moved, permanent = "", "", True
        for _ in range(MAX_REDIRECTS + 1):
            if deadline.remaining() <= 0:
                why = troubles.late(request.url.host, deadline)
                raise FetchError(source, why, url=str(request.url))
            try:
                with closing(self._http.send(request, stream=True)) as response:
                    if response.next_request is None:
                        return self._answer(source, response, moved, deadline)
                    request = _next(source, response, response.next_request, follow)
            except (httpx.TransportError, httpx.InvalidURL) as broken:
                why = troubles.of_network(broken, request.url, via, deadline)
                raise FetchError(source, why, url=str(request.url)) from broken
            via = response.url.host
            permanent = permanent and response.status_code in PERMANENT
            moved = str(request.url) if permanent else moved
        why = f"{request.url.host} redirects us more than {MAX_REDIRECTS} times"
        raise FetchError(source, why, url=str(request.url))

    def _answer(
        self,
        source: str,
        response: httpx.Response,
        moved: str,
        deadline: Deadline,
    ) -> Answer:
        unchanged = response.status_code == 304 and _is_conditional(response.request)
        # A 304 need not repeat what we know, but a 200 without an ETag has none.
        known = response.request.headers if unchanged else httpx.Headers()
        if response.status_code not in WHOLE and not unchanged:
            raise self._refusal(source, response)
        return Answer(
            body=b"" if unchanged else self._body(source, response, deadline),
            status=response.status_code,
            url=str(response.url),
            content_type=response.headers.get("content-type", ""),
            etag=_etag(response.headers.get("etag", known.get("if-none-match", ""))),
            modified=_date(
                response.headers.get("last-modified", known.get("if-modified-since", "")),
            ),
            moved=moved,
        )

    def _body(self, source: str, response: httpx.Response, deadline: Deadline) -> bytes:
        try:
            packed = self._packed(source, response, deadline)
            return unpacked(packed, response.headers.get("content-encoding", ""), self.max_bytes)
        except BadBody as bad:
            raise FetchError(source, f"{response.url.host} {bad}", url=str(response.url)) from bad

    def _packed(self, source: str, response: httpx.Response, deadline: Deadline) -> bytes:
        assert isinstance(response.stream, httpx.SyncByteStream)
        body = bytearray()
        for chunk in response.stream:
            body += chunk
            if len(body) > self.max_bytes:
                raise too_long(self.max_bytes)
            if deadline.remaining() <= 0:
                why = troubles.late(response.url.host, deadline)
                raise FetchError(source, why, url=str(response.url))
        return bytes(body)

    def _refusal(self, source: str, response: httpx.Response) -> FetchError:
        status, now = response.status_code, self._now()
        header = response.headers.get("retry-after", "")
        wait = troubles.retry_after(header, now) if status in troubles.BUSY else None
        why = troubles.of_status(response, wait, now + timedelta(seconds=wait or 0.0))
        return FetchError(source, why, url=str(response.url), status=status, retry_after=wait)


def _is_web(url: httpx.URL) -> bool:
    return url.scheme in ("http", "https") and bool(url.host)


def _is_conditional(request: httpx.Request) -> bool:
    return any(name in request.headers for name in VALIDATORS)


def _etag(header: str) -> str:
    """What can be sent back as it came: a server may send any bytes in its ETag, a request may
    not."""
    return header if header.isascii() and len(header) <= MAX_VALIDATOR else ""


def _date(header: str) -> str:
    """A date that can be sent back: servers write "-1" and the like, and do not always take it
    back."""
    try:
        parsedate_to_datetime(header)
    except ValueError:
        return ""
    return header if header.isascii() else ""


def _next(
    source: str,
    response: httpx.Response,
    target: httpx.Request,
    follow: bool,
) -> httpx.Request:
    host, url = response.url.host, str(response.url)
    if not follow or not _is_web(target.url):
        why = f"{host} sends us to another address, {target.url}"
    elif (response.url.scheme, target.url.scheme) == ("https", "http"):
        why = f"{host} redirects us from https to http, which is not safe to follow: {target.url}"
    else:
        return target
    raise FetchError(source, why, url=url, status=response.status_code)
