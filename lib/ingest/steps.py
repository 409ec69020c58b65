"""One refresh of one publisher or feed, from the network to the store, and many of them side by side."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from lib import news
from lib.catalog import Feed, Source
from lib.errors import FetchError, SourceError
from lib.ingest.rounds import Tick, due_windows, walk
from lib.models import FeedState, Outcome, Run
from lib.net import Answer, Client
from lib.news import stories
from lib.store import Store

MAX_FEEDS = 16  # asked side by side; each source of rates has a thread of its own
PAUSE = 1.0  # seconds between two feeds of one host: RFE/RL has five on one
# Feeds are fetched side by side and read one at a time: threads would not make that faster, and
# would leave less of the processor to pages.
READING = threading.Lock()

Entry = TypeVar("Entry", bound=Source | Feed)


def refresh_rates(source: Source, client: Client, store: Store, now: datetime, tick: Tick = lambda _: None) -> Run:
    """Bring one publisher's rates up to date. Never raises SourceError: the run says what failed, and what was stored
    before stays."""
    return record(store, *walk(source, due_windows(source, store, now.date()), client, store, now, tick))


def refresh_feed(feed: Feed, client: Client, store: Store, now: datetime) -> Run:
    """Bring one feed up to date. Never raises SourceError: the run tells what failed."""
    try:
        state = known_state(feed, store, now)
        answer = client.get(feed.key, feed.url, state=state, follow=True, pause=PAUSE)
        if answer.status == 304:
            return record(store, Run(feed.key, now, utc_now(), "unchanged", error=moved(feed, answer)))
        with READING:
            parsed = news.read(
                answer.body,
                feed,
                now,
                store.articles.held,
                content_type=answer.content_type,
            )
            known = FeedState(answer.etag, answer.modified)
            added = store.articles.add(parsed.articles, feed.key, known, stories.assign)
    except SourceError as failed:
        return record(store, Run(feed.key, now, utc_now(), "failed", error=failed.why), failed)
    outcome: Outcome = "ok" if added.new or added.changed else "unchanged"
    run = Run(feed.key, now, utc_now(), outcome, added.new, added.changed, parsed.rejected)
    return record(store, replace(run, error=moved(feed, answer)))


def known_state(feed: Feed, store: Store, now: datetime) -> FeedState | None:
    """What a conditional request needs. None for the first of a day (UTC), and after a failure:
    some servers answer "not modified" for ever, and some trip over what they said themselves."""
    last = store.runs.latest().get(feed.key)
    if last is None or last.outcome == "failed" or last.started.date() != now.date():
        return None
    return store.articles.state(feed.key)


def moved(feed: Feed, answer: Answer) -> str:
    """What to say of a feed that redirects permanently; "" of others."""
    return f"{feed.url} has moved permanently to {answer.moved}" if answer.moved else ""


def refresh(
    chosen: Sequence[Source | Feed],
    client: Client,
    store: Store,
    tick: Tick = lambda _: None,
) -> Iterator[Run]:
    """Refresh all that is chosen, side by side, and yield each run as it ends."""
    return side_by_side(chosen, lambda entry: refresh_one(entry, client, store, utc_now(), tick))


def refresh_one(entry: Source | Feed, client: Client, store: Store, now: datetime, tick: Tick) -> Run:
    """Refresh one publisher or one feed."""
    if isinstance(entry, Source):
        return refresh_rates(entry, client, store, now, tick)
    return refresh_feed(entry, client, store, now)


def side_by_side(entries: Sequence[Entry], one: Callable[[Entry], Run]) -> Iterator[Run]:
    """Yield each run as it ends. Rates wait for no feed. An interrupt does not wait for those under
    way: their windows are transactions."""
    own, shared = ThreadPoolExecutor(max(len(entries), 1)), ThreadPoolExecutor(MAX_FEEDS)
    pools = [own if isinstance(entry, Source) else shared for entry in entries]
    try:
        runs = [pool.submit(one, entry) for pool, entry in zip(pools, entries, strict=True)]
        for done in as_completed(runs):
            yield done.result()
    finally:
        for pool in (own, shared):
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
