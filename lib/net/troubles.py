"""The sentence for everything that can go wrong with an exchange, and whether to try again.
Sentences name the host and nothing below it: whoever owns a feed could otherwise read on the
Sources page which ports answer where."""

from __future__ import annotations

import re
import socket
import ssl
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from lib.errors import FetchError
from lib.net.addresses import NotPublic
from lib.net.deadline import Deadline

BUSY = frozenset({429, 503})
BUSY_RETRIES = 2
UNSTATED_WAIT = 5.0  # seconds, where a busy server does not say how long
QUICK_WAIT = 0.5  # seconds, before the one retry of a connection that failed or broke off
# A request with validators that ends in one of these would end so without them. Others may come of
# the validators: 412 by the standard; 400, 431 and 500 of servers that trip over a date or a long
# ETag of their own making.
UNCONDITIONAL = frozenset({*range(300, 400), 401, 403, 404, 410, 429, 451, 503})

MEANINGS = {
    304: "says that nothing has changed, which we did not ask",
    401: "asks for a password",
    403: "refuses us",
    404: "has nothing at this address",
    410: "has withdrawn this address",
    412: "says that a condition failed, which we did not set",
    429: "says that we ask too often",
    503: "is too busy or under repair",
}
BROKE_OFF = re.compile("disconnected|peer closed|unexpectedly closed")  # as httpcore and h11 say it


def of_network(broken: Exception, url: httpx.URL, via: str, deadline: Deadline) -> str:
    """What happened below HTTP on the way to `url`, to which the host `via` redirected us where it
    is not empty."""
    host = url.host
    if deadline.remaining() <= 0:
        return late(host, deadline)
    if cause(broken, NotPublic):
        if via:
            return f"{via} redirects us to an address that is not public"
        return f"{host} has an address that is not public (ALTYN_PRIVATE_NETWORKS=allow permits it)"
    if tls := cause(broken, ssl.SSLError):
        return _of_tls(tls, host)
    if cause(broken, socket.gaierror):
        return f"the name {host} cannot be resolved: there is no network, or the name is gone"
    if cause(broken, ConnectionRefusedError):
        return f"{host} refuses connections"
    if isinstance(broken, httpx.TimeoutException):
        return f"{host} did not answer in time"
    if isinstance(broken, httpx.ConnectError):
        return f"{host} cannot be reached"
    return _of_http(broken, host)


def late(host: str, deadline: Deadline) -> str:
    """Of a host that was being asked when the time of the exchange ran out."""
    return f"{host} took more than {deadline.seconds:g} s over one answer"


def of_status(response: httpx.Response, wait: float | None, until: datetime) -> str:
    """What an answer says by its status, with which nothing can be done."""
    status = response.status_code
    otherwise = "is broken at the moment" if status >= 500 else "gave an answer that we cannot use"
    why = f"{response.url.host} {MEANINGS.get(status, otherwise)} (status {status})"
    return why if wait is None else f"{why}; it may be asked again after {until:%Y-%m-%d %H:%M} UTC"


def wait_before_retry(failed: FetchError, waits: list[float], deadline: Deadline) -> float | None:
    """Seconds to wait before another try, None for no other try. `waits` are the waits so far. What
    does not fit into the exchange is left to the schedule."""
    if failed.status in BUSY:
        wait = UNSTATED_WAIT if failed.retry_after is None else failed.retry_after
        again = len(waits) < BUSY_RETRIES
    else:
        wait, again = QUICK_WAIT, not waits and _is_passing(failed.__cause__)
    return wait if again and wait < deadline.remaining() else None


def of_validators(failed: FetchError) -> bool:
    """Whether the answer to a request with validators may be due to these."""
    return failed.status not in (None, *UNCONDITIONAL)


def retry_after(header: str, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for: a number, or an HTTP date. None where it says
    neither."""
    if re.fullmatch(r"[0-9]{1,9}", header):
        return float(header)
    try:
        at = parsedate_to_datetime(header)
    except ValueError:
        return None
    return max(0.0, (at.replace(tzinfo=at.tzinfo or UTC) - now).total_seconds())


def cause(error: BaseException | None, *kinds: type[BaseException]) -> BaseException | None:
    """The nearest error of one of `kinds` among those that led to `error`."""
    while error is not None and not isinstance(error, kinds):
        error = error.__cause__ or error.__context__
    return error


def _is_passing(broken: BaseException | None) -> bool:
    """Whether another try may go better: connections fail; certificates, addresses and malformed
    headers stay."""
    if not isinstance(broken, httpx.TransportError) or cause(broken, ssl.SSLError, NotPublic):
        return False
    return not isinstance(broken, httpx.ProtocolError) or bool(BROKE_OFF.search(str(broken)))


def _of_tls(broken: BaseException, host: str) -> str:
    if isinstance(broken, ssl.SSLCertVerificationError):
        return f"the certificate of {host} is not trusted ({broken.verify_message})"
    return f"{host} does not speak TLS as we do"


def _of_http(broken: Exception, host: str) -> str:
    if isinstance(broken, httpx.InvalidURL) or "location header" in str(broken):
        return f"{host} redirects us to something that is not an address"
    if not isinstance(broken, httpx.ProtocolError) or BROKE_OFF.search(str(broken)):
        return f"the connection to {host} broke off"
    if "too long" in str(broken):
        return f"{host} sends longer HTTP headers than we take"
    return f"the HTTP headers of {host} are malformed"
