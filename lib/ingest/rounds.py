"""One round of one publisher: window after window is requested, what is sound is stored, and what fails is noted.

A request that fails does not stop those after it: the next day or currency of the window is requested. After three
failures in a row the rest of the window is given up; where the host itself fails, or three windows in a row are given
up, the round stops. A day or window that failed in three rounds is left alone, and requested once a week. A failure of
recent days counts only where the publisher answered something else in the same round, so that a server that is down for
a day loses nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from lib import rates
from lib.catalog import Source
from lib.errors import SourceError
from lib.models import Outcome, Rejected, Run
from lib.net import Client
from lib.rates import PUBLISHED, Row
from lib.rates.checks import sift
from lib.store import Failure, Store
from lib.store.rates import Window

LOOK_BACK_DAYS = 7  # requested again at each refresh: publishers correct recent days
IN_A_ROW = 3  # requests, or windows, without an answer between them: it is the publisher that fails, and not its days
ONE_DAY = timedelta(days=1)

Tick = Callable[[int], None]  # called with the number of days that each window brought
Stretch = tuple[date, date]  # first and last day, both included


class Bad(NamedTuple):
    """The days of one request that failed, and how."""

    since: date
    until: date
    error: SourceError


def due_windows(source: Source, store: Store, today: date) -> list[Stretch]:
    """What a refresh asks for: the newest days without those that are left alone, oldest first; then older ones that
    failed and are due, which must not keep the newest from being requested."""
    newest = list(windows(source, store.rates.last_day(source.key), today))
    known = store.failures.read(source.key)
    again = [(f.since, f.until) for f in known if f.due(today) and newest and f.until < newest[0][0]]
    return [*without(newest, left_alone(known, today)), *again]


def windows(source: Source, last: date | None, today: date) -> Iterator[Stretch]:
    """The newest days, oldest first, in stretches of the source's own length. What was stored last is requested again
    for a week, because publishers correct recent days."""
    if last is None:
        start = today - timedelta(days=source.initial_days)
    else:  # a day of the future was stored by a clock that ran ahead
        start = min(last, today) - timedelta(days=LOOK_BACK_DAYS)
    return parts(max(start, source.first), today, source.window_days)


def parts(since: date, until: date, days: int) -> Iterator[Stretch]:
    """The days `since` .. `until` in stretches of at most so many days."""
    while since <= until:
        last = min(since + timedelta(days=days - 1), until)
        yield since, last
        since = last + ONE_DAY


def without(stretches: Iterable[Stretch], holes: Iterable[Stretch]) -> list[Stretch]:
    """The stretches less the days of the holes."""
    left = list(stretches)
    for first, last in holes:
        around = [((since, min(until, first - ONE_DAY)), (max(since, last + ONE_DAY), until)) for since, until in left]
        apart = [until < first or since > last for since, until in left]
        pieces = [[whole] if far else cut for whole, cut, far in zip(left, around, apart, strict=True)]
        left = [(since, until) for some in pieces for since, until in some if since <= until]
    return left


def left_alone(known: Iterable[Failure], today: date) -> list[Stretch]:
    """The days that a round of `today` does not ask for."""
    return [(f.since, f.until) for f in known if not f.due(today)]


def walk(
    source: Source,
    stretches: Iterable[Stretch],
    client: Client,
    store: Store,
    now: datetime,
    tick: Tick,
    settled: date = date.min,
) -> tuple[Run, SourceError | None]:
    """Ask one publisher for window after window; each is one transaction, which also remembers that its days up to
    `settled` were requested. Never raises SourceError: the run says what failed, and the error comes beside it."""
    done = _Round(source, client, store, now, settled)
    for since, until in stretches:
        done.window(since, until)
        tick((until - since).days + 1)
        if done.stopped:
            break
    return done.end()


class _Round:
    """What one round has brought so far."""

    def __init__(self, source: Source, client: Client, store: Store, now: datetime, settled: date) -> None:
        self.source, self.client, self.store, self.now, self.settled = source, client, store, now, settled
        self.new = self.changed = 0
        self.rejected: list[Rejected] = []
        self.requested: list[Stretch] = []  # windows that were requested to their end
        self.bad: list[Bad] = []
        self.answered = False
        self.in_a_row = self.given_up = 0  # requests and windows since the last answer
        self.stopped: SourceError | None = None

    def window(self, since: date, until: date) -> None:
        """Ask for one window, and store its sound rows whatever came of the others."""
        rows: list[Row] = []
        before, whole = len(self.bad), True
        try:
            for row in self._rows(since, until):
                rows.append(row)
        except SourceError as failed:
            whole = False
            self._give_up(failed)
        sifted = sift(rows, self.source, self.now.date())
        self.rejected += sifted.rejected
        settled = [(since, min(until, self.settled))] if since <= self.settled and whole else []
        finished = [Window(self.source.key, *x) for x in without(settled, [b[:2] for b in self.bad[before:]])]
        added = self.store.rates.add(sifted.accepted, finished[0] if finished else None)
        for window in finished[1:]:
            self.store.rates.add((), window)
        self.new, self.changed = self.new + added.new, self.changed + added.changed
        if whole:
            self.requested.append((since, until))

    def _give_up(self, failed: SourceError) -> None:
        """The rest of a window is not requested."""
        self.in_a_row, self.given_up = 0, self.given_up + 1
        if failed.by_host or self.given_up >= IN_A_ROW:
            self.stopped = failed

    def _rows(self, since: date, until: date) -> Iterator[Row]:
        """The rows of a window. After a request that failed the rest is requested; raises its error where that is of
        no use."""
        source = self.source
        while True:
            try:
                for row in rates.adapter(source.key).fetch(self.client, source, since, until):
                    self._answer()
                    yield row
                self._answer()
                return
            except SourceError as failed:
                self._fail(failed, source, since, until)
                rest = source.quotes[source.quotes.index(failed.quote) + 1 :] if failed.quote in source.quotes else ()
                if failed.day and failed.day < until:
                    since = failed.day + ONE_DAY
                elif rest:
                    source = source.only(rest)
                else:
                    return
            time.sleep(source.pause)

    def _answer(self) -> None:
        self.answered, self.in_a_row, self.given_up = True, 0, 0

    def _fail(self, failed: SourceError, source: Source, since: date, until: date) -> None:
        """Note what failed. That it was not the first to be requested means that those before it were answered."""
        if (failed.day and self._publishes(since, failed.day)) or failed.quote not in ("", source.quotes[0]):
            self._answer()
        self.in_a_row += 1
        self.bad.append(Bad(failed.day or since, failed.day or until, failed))
        if failed.by_host or self.in_a_row >= IN_A_ROW:
            raise failed

    def _publishes(self, since: date, end: date) -> bool:
        """Whether a day from `since` on, `end` not included, was requested."""
        days = (since + n * ONE_DAY for n in range((end - since).days))
        return any(day.weekday() in PUBLISHED[self.source.days] for day in days)

    def end(self) -> tuple[Run, SourceError | None]:
        """Keep what failed, and say how the round went."""
        known = {(f.since, f.until): f for f in self.store.failures.read(self.source.key)}
        failed = {b[:2]: self._failure(b, known.get(b[:2])) for b in self.bad if self._counts(b)}
        answered = [f for f in known.values() if self._covered(f)]
        self.store.failures.replace(self.source.key, answered, failed.values())
        fresh = [b for b in self.bad if not (b[:2] in known and known[b[:2]].left)]
        error = self._sentence(fresh, failed)
        outcome: Outcome = "failed" if error else "ok" if self.new or self.changed else "unchanged"
        ended = datetime.now(UTC)
        run = Run(self.source.key, self.now, ended, outcome, self.new, self.changed, tuple(self.rejected), error)
        return run, self.stopped or (fresh[0].error if fresh else None)

    def _counts(self, bad: Bad) -> bool:
        """Days that are not over yet are requested again in any case; settled ones may wait for a week."""
        settled = bad.until <= self.settled and not bad.error.by_host
        return bad.until < self.now.date() and (self.answered or settled)

    def _failure(self, bad: Bad, before: Failure | None) -> Failure:
        rounds = before.failures + 1 if before else 1
        return Failure(bad.since, bad.until, rounds, self.now, bad.error.why)

    def _covered(self, known: Failure) -> bool:
        inside = any(since <= known.since and known.until <= until for since, until in self.requested)
        return inside and not any(b.since <= known.until and known.since <= b.until for b in self.bad)

    def _sentence(self, fresh: list[Bad], failed: dict[Stretch, Failure]) -> str:
        """What failed in this round, and is not known to fail for long; "" where nothing did."""
        sentences = [self._words(bad, failed.get(bad[:2])) for bad in {b[:2]: b for b in fresh}.values()]
        if self.stopped and not sentences:
            return self.stopped.why
        more = f" (and {len(sentences) - 1} more like it)" if len(sentences) > 1 else ""
        return f"{sentences[0]}{more}" if sentences else ""

    def _words(self, bad: Bad, failure: Failure | None) -> str:
        if failure is None:
            return bad.error.why
        days = f"{bad.since}" if bad.since == bad.until else f"{bad.since} to {bad.until}"
        left = "; left alone after three rounds, and requested once a week" if failure.left else ""
        return f"{days}: {bad.error.why}{left}"
