"""Yahoo Finance through yfinance: daily closes of `KZT=X` and its like, units of the currency for one USD.

yfinance raises what it met or gives an empty frame. A close is taken when its day is over in the instrument's own time
zone, whose calendar these bars follow: the bar of today is a price of the moment and would be "corrected" at each
refresh. A bar on a weekend is taken where Yahoo dates one. What Yahoo says of an instrument (time zone, currency,
symbol) is compared with the catalogue: another zone would move each close to another day.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
import time
import warnings
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import yfinance
from curl_cffi import CurlOpt
from curl_cffi.requests import Response, Session
from curl_cffi.requests.exceptions import Timeout

from lib.catalog import Source
from lib.errors import FetchError, ParseError
from lib.models import Rejected
from lib.net import Client
from lib.rates import Pause, Row, part, row

if TYPE_CHECKING:
    import pandas as pd

# yfinance 1.7 calls deprecated pandas functions on every download, and turns their warnings on for all.
warnings.filterwarnings("ignore", category=DeprecationWarning, module="yfinance")

# Left alone, yfinance calls most failures "possibly delisted"; this way it raises the error that it met.
yfinance.config.debug.hide_exceptions = False

DAY = timedelta(days=1)
CONNECT = 2.0  # seconds at most; yfinance tries about six connections before it gives a symbol up

# An empty frame may mean a failure or a holiday. A live pair has bars in every week, so a week is always asked for.
LEAST_SPAN = timedelta(days=7)

# A window that ends before this many days ago may be older than an instrument.
OLD = timedelta(days=31)

# What yfinance says when Yahoo cannot be used at all, and what that means; the first that fits counts.
BUSY = "Too Many Requests"  # at times with status 200, as "Edge: Too Many Requests"
TROUBLES = {
    BUSY: "says that we ask too often",
    "curl: (6)": "cannot be found: there is no network, or the name is gone",
    "curl: (7)": "refuses connections",
    "curl: (28)": "did not answer in time",
    "curl: (60)": "shows a certificate that is not trusted",
    "curl: (63)": "sent more than we take",
    "curl: (": "broke the connection off",
    "JSONDecodeError": "gave an answer that is not JSON: it blocks us, or is broken at the moment",
}
# What it says when Yahoo has nothing for one symbol, and when it has nothing for the days.
ABSENCES = ("delisted", "No data found", "Data doesn't exist")
NOT_THEN = "Data doesn't exist"


def fetch(client: Client, source: Source, since: date, until: date, pause: Pause = time.sleep) -> Iterator[Row]:
    """The closes from `since` to `until`, one symbol after the other. A symbol that Yahoo does not have, or has in
    another zone or currency, is rejected; one that begins later has no row. Where Yahoo has no symbol at all, or cannot
    be used, raises FetchError. `client` lends its limits of time and size."""
    today = datetime.now(ZoneInfo(source.timezone)).date()
    until = min(until, today - DAY)
    if since > until:
        return
    _keep_to_own_cache()
    # yfinance remembers answers by address, failed ones too: one error page would last as long as the process.
    yfinance.data.YfData().cache_get.cache_clear()
    absent: list[Rejected] = []
    with _Session(client) as session:
        for quote in source.quotes:
            if quote != source.quotes[0]:
                pause(source.pause)
            frame, meta, trouble = _download(f"{quote}=X", _asked_from(since, until), until, session)
            with part(quote=quote):
                if frame.empty and session.remaining() <= 0:
                    why = f"Yahoo took more than {client.deadline:g} s over one answer"
                    raise FetchError(source.key, why, url=source.url)
                if not frame.empty:
                    yield from _checked(frame, meta, source, quote, since, until)
                    continue
                _raise_trouble(source, session, trouble)
            if not (until < today - OLD and NOT_THEN in trouble):
                absent.append(Rejected(f"{quote}=X", "Yahoo has no prices for this pair"))
    if len(absent) == len(source.quotes):
        raise FetchError(source.key, f"Yahoo has no prices for {absent[0].what} nor for any other pair", url=source.url)
    yield from absent


def _checked(
    frame: pd.DataFrame, meta: Mapping[str, Any], source: Source, quote: str, since: date, until: date
) -> list[Row]:
    """The closes of one symbol, or why they are not those of the instrument that was asked for."""
    why = stranger(meta, source, quote)
    return [Rejected(f"{quote}=X", why)] if why else parse(frame, source, quote, since, until)


def stranger(meta: Mapping[str, Any], source: Source, quote: str) -> str:
    """How what Yahoo says of an instrument differs from what was asked for; "" where it does not. Yahoo names the
    currency of the price, which is the pair's second."""
    zone, currency, symbol = (str(meta.get(x) or "") for x in ("exchangeTimezoneName", "currency", "symbol"))
    if zone != source.timezone:
        return f"Yahoo dates it by {zone or 'no time zone'} where {source.timezone} is expected"
    if currency not in (source.base, quote):
        return f"Yahoo gives it in {currency or 'no currency'} where {quote} is expected"
    if symbol not in ("", f"{quote}=X"):
        return f"Yahoo answers for {symbol}"
    return ""


def parse(frame: pd.DataFrame, source: Source, quote: str, since: date, until: date) -> list[Row]:
    """The closes of one symbol's frame (as yfinance makes it: days by "Open" .. "Close") from `since` to `until`.
    Raises ParseError where the frame has none of the days that were asked for."""
    closes = [(stamp.date(), close) for stamp, close in frame["Close"].items()]
    if not any(_asked_from(since, until) <= day <= until for day, _ in closes):
        raise ParseError(source.key, f"the answer for {quote}=X has none of the days that were asked for")
    return [row(source, day, source.base, quote, str(close)) for day, close in closes if since <= day <= until]


def _asked_from(since: date, until: date) -> date:
    return min(since, until - LEAST_SPAN)


class _Session(Session[Response]):
    """A session as yfinance makes its own, but with limits: its requests for a cookie allow themselves
    30 s each. All requests of a session, for whatever symbol, have one deadline. The last answer is
    kept: yfinance does not tell a status, and reads an error page as it reads any other."""

    def __init__(self, client: Client) -> None:
        limits = {
            CurlOpt.CONNECTTIMEOUT_MS: int(min(client.connect, CONNECT) * 1000),
            CurlOpt.MAXFILESIZE_LARGE: client.max_bytes,
        }
        super().__init__(impersonate="chrome", curl_options=limits)
        self.answer: Response | None = None
        self._read = client.read
        self._ends = time.monotonic() + client.deadline

    def remaining(self) -> float:
        """Seconds until the deadline."""
        return self._ends - time.monotonic()

    def request(self, *args: Any, **options: Any) -> Response:
        self.answer = None
        if (remaining := self.remaining()) <= 0:
            raise Timeout("curl: (28) no time is left")
        milliseconds: Any = max(1, int(min(self._read, remaining) * 1000))
        self.curl_options[CurlOpt.TIMEOUT_MS] = milliseconds
        self.answer = super().request(*args, **options)
        return self.answer


def _download(symbol: str, since: date, until: date, session: _Session) -> tuple[pd.DataFrame, Mapping[str, Any], str]:
    """One symbol's frame, what Yahoo says of the instrument, and the error that yfinance met, as text."""
    ticker = yfinance.Ticker(symbol, session=session)
    try:
        frame = ticker.history(
            start=since.isoformat(),
            end=(until + DAY).isoformat(),  # exclusive
            auto_adjust=False,
            actions=False,
        )
    except Exception as met:
        return yfinance.utils.empty_df(), {}, repr(met)
    return frame, ticker.history_metadata, ""


@cache
def _keep_to_own_cache() -> None:
    """yfinance keeps time zones and cookies in the user's cache folder; ours go to a folder that goes when we go."""
    folder = tempfile.mkdtemp(prefix="altyn-yfinance-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    yfinance.set_tz_cache_location(folder)


def _raise_trouble(source: Source, session: _Session, trouble: str) -> None:
    """Raises FetchError where a symbol has no bars for another cause than that Yahoo has none. An empty `trouble` says
    that all bars were null and were dropped."""
    text, status = (session.answer.text, session.answer.status_code) if session.answer else ("", None)
    for sign, meaning in TROUBLES.items():
        if sign in trouble or sign in text[:200]:
            raise FetchError(source.key, f"Yahoo {meaning}", url=source.url, status=429 if sign == BUSY else status)
    if status is not None and status >= 500:
        raise FetchError(source.key, f"Yahoo is broken at the moment (status {status})", url=source.url, status=status)
    if trouble and not any(sign in trouble for sign in ABSENCES):
        raise FetchError(source.key, "Yahoo gave an answer that yfinance cannot read", url=source.url, status=status)
