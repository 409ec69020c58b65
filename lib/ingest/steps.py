"""One refresh of one publisher or feed, from the network to the store, and many of them side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

from lib import news, rates
from lib.catalog import Feed, Source
from lib.errors import FetchError, SourceError
from lib.ingest.processes import Read
from lib.models import FeedState, Outcome, Rejected, Run
from lib.net import Client
from lib.news import stories
from lib.rates.checks import sift
from lib.store import Store
from lib.store.rates import Window

AT_ONCE = 8  # sources asked side by side: each is its own host, and most of the time is waiting
LOOK_BACK_DAYS = 7  # asked again at each refresh: publishers correct recent days
PAUSE = 1.0  # seconds between two feeds of one host: RFE/RL has five on one
ONE_DAY = timedelta(days=1)

Tick = Callable[[int], None]  # told of the days that each window brought
Stretch = tuple[date, date]  # first and last day, both included
Entry = TypeVar("Entry", bound=Source | Feed)


def refresh_rates(source: Source, client: Client, store: Store, now: datetime, tick: Tick = lambda _: None) -> Run:
    """Bring one publisher's rates up to date. Never raises SourceError: the run tells what failed, and what was stored
    before stays."""
    return walk(source, windows(source, store.rates.last_day(source.key), now.date()), client, store, now, tick)


def refresh_feed(feed: Feed, client: Client, store: Store, now: datetime, read: Read = news.cleaned) -> Run:
    """Bring one feed up to date. Never raises SourceError: the run tells what failed."""
    try:
        state = store.articles.state(feed.key)
        answer = client.get(feed.key, feed.url, state=state, follow=True, pause=PAUSE)
        if answer.status == 304:
            return record(store, Run(feed.key, now, utc_now(), "unchanged"))
        parsed = news.identified(read(answer.body, feed, now), store.articles.held)
    except SourceError as failed:
        return record(store, Run(feed.key, now, utc_now(), "failed", error=failed.why), failed)
    added = store.articles.add(parsed.articles, feed.key, FeedState(answer.etag, answer.modified), stories.assign)
    outcome: Outcome = "ok" if added.new or added.changed else "unchanged"
    return record(store, Run(feed.key, now, utc_now(), outcome, added.new, added.changed, parsed.rejected))


def walk(
    source: Source,
    stretches: Iterable[Stretch],
    client: Client,
    store: Store,
    now: datetime,
    tick: Tick,
    settled: date = date.min,
) -> Run:
    """Ask one publisher for window after window; each is one transaction, which also remembers that its days up to
    `settled` were asked for. Never raises SourceError: the run tells what failed."""
    new, changed = 0, 0
    rejected: list[Rejected] = []
    try:
        for since, until in stretches:
            rows = rates.adapter(source.key).fetch(client, source, since, until)
            sifted = sift(rows, source, now.date())
            asked = Window(source.key, since, min(until, settled)) if since <= settled else None
            added = store.rates.add(sifted.accepted, asked)
            rejected += sifted.rejected
            new, changed = new + added.new, changed + added.changed
            tick((until - since).days + 1)
    except SourceError as failed:
        run = Run(source.key, now, utc_now(), "failed", new, changed, tuple(rejected), failed.why)
        return record(store, run, failed)
    outcome: Outcome = "ok" if new or changed else "unchanged"
    return record(store, Run(source.key, now, utc_now(), outcome, new, changed, tuple(rejected)))


def windows(source: Source, last: date | None, today: date) -> Iterator[Stretch]:
    """The days to ask for, oldest first, in stretches of the source's own length. What was held last is asked again
    for a week, because publishers correct recent days."""
    start = today - timedelta(days=source.initial_days) if last is None else last - timedelta(days=LOOK_BACK_DAYS)
    return parts(max(start, source.first), today, source.window_days)


def parts(since: date, until: date, days: int) -> Iterator[Stretch]:
    """The days `since` .. `until` in stretches of at most so many days."""
    while since <= until:
        last = min(since + timedelta(days=days - 1), until)
        yield since, last
        since = last + ONE_DAY


def refresh(
    chosen: Sequence[Source | Feed],
    client: Client,
    store: Store,
    tick: Tick = lambda _: None,
    read: Read = news.cleaned,
) -> Iterator[Run]:
    """Refresh all that is chosen, side by side, and yield each run as it ends."""
    return side_by_side(chosen, lambda entry: refresh_one(entry, client, store, utc_now(), tick, read))


def refresh_one(
    entry: Source | Feed, client: Client, store: Store, now: datetime, tick: Tick, read: Read = news.cleaned
) -> Run:
    """Refresh one publisher or one feed."""
    if isinstance(entry, Source):
        return refresh_rates(entry, client, store, now, tick)
    return refresh_feed(entry, client, store, now, read)


def side_by_side(entries: Sequence[Entry], one: Callable[[Entry], Run]) -> Iterator[Run]:
    """Yield each run as it ends. An interrupt does not wait for those under way: their windows are transactions."""
    pool = ThreadPoolExecutor(AT_ONCE)
    try:
        for done in as_completed([pool.submit(one, entry) for entry in entries]):
            yield done.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def record(store: Store, run: Run, failed: SourceError | None = None) -> Run:
    """Keep the run in the log, and for the schedule whether it failed and what the server said about asking again."""
    store.runs.record(run)
    if run.outcome == "failed":
        wait = failed.retry_after if isinstance(failed, FetchError) else None
        store.retries.failed(run.source, None if wait is None else run.ended + timedelta(seconds=wait))
    else:
        store.retries.succeeded(run.source)
    return run


def utc_now() -> datetime:
    return datetime.now(UTC)
