"""The past of each publisher, window by window, oldest first.

A window is one transaction: its rates, and the note that its days were asked for. So a backfill that was stopped in any
way goes on where it stopped, and what a refresh has stored meanwhile does not hide what is still missing. The last week
is never noted: publishers correct it, and the newest list may not be out yet. `again` asks for noted days as well: a
correction older than a week arrives that way.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from lib.catalog import Source
from lib.ingest.rounds import LOOK_BACK_DAYS, ONE_DAY, Stretch, Tick, left_alone, parts, walk
from lib.ingest.steps import record, side_by_side
from lib.models import Run
from lib.net import Client
from lib.store import Store

SINCE = date(1999, 1, 1)
FIRST = "cbr"  # decades of a currency in one request: a chart is full within a minute, while the others take hours


def backfill(
    chosen: Sequence[Source],
    since: date,
    client: Client,
    store: Store,
    now: datetime,
    tick: Tick = lambda _: None,
    *,
    until: date = date.max,
    again: bool = False,
) -> Iterator[Run]:
    """Fill all that is chosen, the Bank of Russia alone and first, then the others side by side; yield each run as it
    ends."""

    def fill(source: Source) -> Run:
        return backfill_rates(source, since, client, store, now, tick, until=until, again=again)

    for group in ([s for s in chosen if s.key == FIRST], [s for s in chosen if s.key != FIRST]):
        yield from side_by_side(group, fill)


def backfill_rates(
    source: Source,
    since: date,
    client: Client,
    store: Store,
    now: datetime,
    tick: Tick = lambda _: None,
    *,
    until: date = date.max,
    again: bool = False,
) -> Run:
    """Fill one publisher's rates from `since` to `until`, today at most. Never raises SourceError: the run says what
    failed."""
    settled = now.date() - timedelta(days=LOOK_BACK_DAYS)
    stretches = to_ask(source, since, store, now.date(), until=until, again=again)
    return record(store, *walk(source, stretches, client, store, now, tick, settled))


def to_ask(
    source: Source, since: date, store: Store, today: date, *, until: date = date.max, again: bool = False
) -> list[Stretch]:
    """What a backfill asks `source` for: what is missing, or `again` all of the days."""
    until = min(until, today)
    if again:
        return list(parts(max(since, source.first), until, source.window_days))
    return list(missing(source, since, store, until, today))


def missing(source: Source, since: date, store: Store, until: date, today: date | None = None) -> Iterator[Stretch]:
    """The days from `since` to `until` that no backfill has asked `source` for, in stretches of its own length; without
    those that a round of `today` leaves alone."""
    start = max(since, source.first)
    left = left_alone(store.failures.read(source.key), today or until)
    beyond = (until + ONE_DAY, until + ONE_DAY)
    for begun, ended in (*sorted([*store.rates.asked(source.key), *left]), beyond):
        yield from parts(start, min(begun - ONE_DAY, until), source.window_days)
        start = max(start, ended + ONE_DAY)
