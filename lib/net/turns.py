"""Our manners with each host: one source at a time, a pause between two, and its Retry-After for
all of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Condition

import httpx

from lib.errors import FetchError

MAX_CLOSURE = 24 * 3600.0  # seconds that a Retry-After is believed for: we run for months


@dataclass(slots=True)
class _Host:
    """`turn` is the source that is being asked, since `begun`; times are those of the clock."""

    changed: Condition = field(default_factory=Condition)
    turn: object | None = None
    begun: float = -math.inf
    ended: float = -math.inf  # when the last answer ended
    closed: float = -math.inf  # until when the host asked to be left alone
    refused: str = ""  # the source that it told so, which keeps to that by its own schedule


class Turns:
    """Gives each host to one source at a time. A source that has had its turn for longer than
    `patience` seconds is not waited for any longer: three feeds that never end must not keep their
    neighbours from a host for three deadlines."""

    def __init__(
        self,
        patience: float,
        sleep: Callable[[float], None],
        clock: Callable[[], float],
        now: Callable[[], datetime],
    ) -> None:
        self._patience = patience
        self._sleep = sleep
        self._clock = clock
        self._now = now
        self._hosts: dict[bytes, _Host] = {}  # by name and port

    @contextmanager
    def turn(self, source: str, url: httpx.URL, pause: float) -> Iterator[None]:
        """The turn of `source` with the host that it asks first, `pause` seconds after the last
        answer. Those that it redirects to are not waited for: two that point at each other would
        wait for ever. Raises FetchError where the host has asked to be left alone."""
        host = self._host(url)
        ours = self._take(host, pause)
        try:
            self._respect(host, source, url)
            if (wait := host.begun - self._clock()) > 0:
                self._sleep(wait)
            yield
        except FetchError as failed:
            self._note(failed)
            raise
        finally:
            self._end(host, ours)

    def _host(self, url: httpx.URL) -> _Host:
        return self._hosts.setdefault(url.netloc, _Host())

    def rest(self, url: httpx.URL, seconds: float) -> None:
        """Wait in a turn for a busy host, which does not make it a slow one."""
        host = self._host(url)
        with host.changed:
            host.begun += seconds
        self._sleep(seconds)

    def _take(self, host: _Host, pause: float) -> object:
        with host.changed:
            while host.turn and (wait := host.begun + self._patience - self._clock()) > 0:
                host.changed.wait(wait)
            host.turn, host.begun = object(), max(self._clock(), host.ended + pause)
            return host.turn

    def _end(self, host: _Host, ours: object) -> None:
        with host.changed:
            host.ended = self._clock()
            if host.turn is ours:
                host.turn = None
                host.changed.notify()

    def _respect(self, host: _Host, source: str, url: httpx.URL) -> None:
        if (closed := host.closed - self._clock()) > 0 and source != host.refused:
            until = self._now() + timedelta(seconds=closed)
            why = f"{url.host} told us a while ago to ask nothing before {until:%Y-%m-%d %H:%M} UTC"
            raise FetchError(source, why, url=str(url), retry_after=closed)

    def _note(self, failed: FetchError) -> None:
        """What a busy server said holds for whichever host said it."""
        if failed.status is not None:
            host = self._host(httpx.URL(failed.url))
            wait = min(failed.retry_after or 0.0, MAX_CLOSURE)
            host.closed, host.refused = self._clock() + wait, failed.source
