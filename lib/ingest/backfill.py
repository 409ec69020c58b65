"""The past of each publisher, window by window, oldest first.

A window is one transaction: its rates, and the note that its days were asked for. So a backfill that was stopped in any
way goes on where it stopped, and what a refresh has stored meanwhile does not hide what is still missing. The last week
is never noted: publishers correct it, and the newest list may not be out yet.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from lib.catalog import Source
from lib.ingest.steps import LOOK_BACK_DAYS, ONE_DAY, Stretch, Tick, parts, side_by_side, walk
from lib.models import Run
from lib.net import Client
from lib.store import Store

SINCE = date(1999, 1, 1)
FIRST = "cbr"  # decades of a currency in one request: a chart is full within a minute, while the others take hours


def backfill(
    chosen: Sequence[Source], since: date, client: Client, store: Store, now: datetime, tick: Tick = lambda _: None
) -> Iterator[Run]:
    """Fill all that is chosen, the Bank of Russia alone and first, then the others side by side; yield each run as it
    ends."""
    for group in ([s for s in chosen if s.key == FIRST], [s for s in chosen if s.key != FIRST]):
        yield from side_by_side(group, lambda source: backfill_rates(source, since, client, store, now, tick))


def backfill_rates(
    source: Source, since: date, client: Client, store: Store, now: datetime, tick: Tick = lambda _: None
) -> Run:
    """Fill one publisher's rates from `since` to today. Never raises SourceError: the run tells what failed."""
    settled = now.date() - timedelta(days=LOOK_BACK_DAYS)
    return walk(source, missing(source, since, store, now.date()), client, store, now, tick, settled)


def missing(source: Source, since: date, store: Store, today: date) -> Iterator[Stretch]:
    """The days from `since` to `today` that no backfill has asked `source` for, in stretches of its own length."""
    start = max(since, source.first)
    beyond = (today + ONE_DAY, today + ONE_DAY)
    for begun, ended in (*store.rates.asked(source.key), beyond):
        yield from parts(start, min(begun - ONE_DAY, today), source.window_days)
        start = max(start, ended + ONE_DAY)
