"""One deadline for an exchange as a whole, whatever its parts are: name, connection, TLS, headers,
hops, body, retries.

Timeouts of a socket count from its last byte, so a server that sends a byte a second never meets
one. The network layer (transport.py) therefore bounds every single wait by what is left of the
exchange that the current thread is in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

import httpcore


class DeadlinePassed(httpcore.TimeoutException):
    """No time is left of the exchange under way."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """The end of one exchange: `seconds` is its whole length, `ends` a time of `clock`."""

    seconds: float
    ends: float
    clock: Callable[[], float]

    def remaining(self) -> float:
        """Seconds that are left; 0 or less where none are."""
        return self.ends - self.clock()


_current: ContextVar[Deadline | None] = ContextVar("deadline", default=None)


@contextmanager
def exchange(seconds: float, clock: Callable[[], float]) -> Iterator[Deadline]:
    """An exchange of the current thread, which begins now and may take so many seconds."""
    deadline = Deadline(seconds, clock() + seconds, clock)
    before = _current.set(deadline)
    try:
        yield deadline
    finally:
        _current.reset(before)


def bounded(timeout: float | None) -> float | None:
    """`timeout` in seconds, or what is left of the exchange under way where that is less. Raises
    DeadlinePassed where nothing is left."""
    deadline = _current.get()
    if deadline is None:
        return timeout
    if (remaining := deadline.remaining()) <= 0:
        raise DeadlinePassed
    return remaining if timeout is None else min(timeout, remaining)
