"""Yahoo Finance through yfinance: daily closes of `KZT=X` and its like, units of the currency for one USD.

yfinance logs what goes wrong and gives an empty frame, so its log is read for the cause. A close is taken when its
day is over in London, whose calendar these bars follow: the bar of today is a price of the moment and would be
"corrected" at each refresh. A bar on a weekend is taken where Yahoo dates one.
"""

from __future__ import annotations

import atexit
import logging
import shutil
import tempfile
import time
import warnings
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import yfinance
from curl_cffi import CurlOpt
from curl_cffi.requests import Response, Session

from lib.catalog import Source
from lib.errors import FetchError, ParseError
from lib.models import Rejected
from lib.net import Client
from lib.rates import Pause, Row, row

if TYPE_CHECKING:
    import pandas as pd

# yfinance 1.7 calls deprecated pandas functions on every download, and turns their warnings on for all.
warnings.filterwarnings("ignore", category=DeprecationWarning, module="yfinance")

# Left alone, yfinance calls most failures "possibly delisted"; this way it logs the error that it met.
yfinance.config.debug.hide_exceptions = False

LONDON = ZoneInfo("Europe/London")
DAY = timedelta(days=1)
CONNECT = 2.0  # seconds at most; yfinance tries about six connections before it gives a symbol up

# An empty frame may mean a failure or a holiday. A live pair has bars in every week, so a week is always asked for.
LEAST_SPAN = timedelta(days=7)

# What yfinance's log says when Yahoo cannot be used at all, and what that means; the first that fits counts.
TROUBLES = {
    "Too Many Requests": "says that we ask too often",
    "curl: (6)": "cannot be found: there is no network, or the name is gone",
    "curl: (7)": "refuses connections",
    "curl: (28)": "did not answer in time",
    "curl: (60)": "shows a certificate that is not trusted",
    "curl: (63)": "sent more than we take",
    "curl: (": "broke the connection off",
    "JSONDecodeError": "gave an answer that is not JSON: it blocks us, or is broken at the moment",
}
# What it says when Yahoo has nothing for one symbol.
ABSENCES = ("delisted", "No data found", "Data doesn't exist")


def fetch(client: Client, source: Source, since: date, until: date, pause: Pause = time.sleep) -> Iterator[Row]:
    """The closes from `since` to `until`, one symbol after the other. A symbol without any bar is rejected; where no
    symbol has one, or Yahoo cannot be used at all, raises FetchError. `client` lends its limits of time and size."""
    until = min(until, datetime.now(LONDON).date() - DAY)
    if since > until:
        return
    _keep_to_own_cache()
    # yfinance remembers answers by address, failed ones too: one error page would last as long as the process.
    yfinance.data.YfData().cache_get.cache_clear()
    empty: list[Rejected] = []
    with _session(client) as session:
        for quote in source.quotes:
            if quote != source.quotes[0]:
                pause(source.pause)
            frame, log = _download(f"{quote}=X", _asked_from(since, until), until, session)
            if frame.empty:
                _raise_trouble(source, log)
                empty.append(Rejected(f"{quote}=X", "Yahoo has no prices for this pair"))
            else:
                yield from parse(frame, source, quote, since, until)
    if len(empty) == len(source.quotes):
        raise FetchError(source.key, f"Yahoo has no prices for {empty[0].what} nor for any other pair", url=source.url)
    yield from empty


def parse(frame: pd.DataFrame, source: Source, quote: str, since: date, until: date) -> list[Row]:
    """The closes of one symbol's frame (as yfinance makes it: days by "Open" .. "Close") from `since` to `until`.
    Raises ParseError where the frame has none of the days that were asked for."""
    closes = [(stamp.date(), close) for stamp, close in frame["Close"].items()]
    if not any(_asked_from(since, until) <= day <= until for day, _ in closes):
        raise ParseError(source.key, f"the answer for {quote}=X has none of the days that were asked for")
    return [row(source, day, source.base, quote, str(close)) for day, close in closes if since <= day <= until]


def _asked_from(since: date, until: date) -> date:
    return min(since, until - LEAST_SPAN)


def _session(client: Client) -> Session[Response]:
    """A session as yfinance makes its own, but with limits: its requests for a cookie allow themselves 30 s each."""
    limits = {
        CurlOpt.CONNECTTIMEOUT_MS: int(min(client.connect, CONNECT) * 1000),
        CurlOpt.TIMEOUT_MS: int(client.read * 1000),
        CurlOpt.MAXFILESIZE_LARGE: client.max_bytes,
    }
    return Session(impersonate="chrome", curl_options=limits)


def _download(symbol: str, since: date, until: date, session: Session[Response]) -> tuple[pd.DataFrame, str]:
    """One symbol's frame, and what yfinance logged as errors on the way."""
    log = _Log(logging.ERROR)
    logger = logging.getLogger("yfinance")
    logger.addHandler(log)
    try:
        frame = yfinance.download(
            [symbol],
            start=since.isoformat(),
            end=(until + DAY).isoformat(),  # exclusive
            auto_adjust=False,
            threads=False,
            progress=False,
            multi_level_index=False,
            session=session,
        )
    finally:
        logger.removeHandler(log)
    return frame, "\n".join(log.said)


class _Log(logging.Handler):
    """Keeps what is said."""

    def __init__(self, level: int) -> None:
        super().__init__(level)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


@cache
def _keep_to_own_cache() -> None:
    """yfinance keeps time zones and cookies in the user's cache folder; ours go to a folder that goes when we go."""
    folder = tempfile.mkdtemp(prefix="altyn-yfinance-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    yfinance.set_tz_cache_location(folder)


def _raise_trouble(source: Source, log: str) -> None:
    """Raises FetchError where a symbol has no bars for a cause that concerns them all. An empty log is no such cause:
    then all bars were null and were dropped."""
    for sign, meaning in TROUBLES.items():
        if sign in log:
            raise FetchError(source.key, f"Yahoo {meaning}", url=source.url)
    if log and not any(sign in log for sign in ABSENCES):
        raise FetchError(source.key, "Yahoo gave an answer that yfinance cannot read", url=source.url)
