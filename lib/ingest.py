"""The order of the steps, from the network to the store, and `python -m lib.ingest`. The only room that sees both.

One source's failure is caught, recorded in plain words, and never stops the others; a bug stops the run loudly.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import UTC, date, datetime, timedelta

from tqdm import tqdm

from lib import catalog, news, rates, snapshot
from lib.catalog import Feed, Source
from lib.errors import AltynError, CatalogError, SourceError
from lib.models import FeedState, Rejected, Run
from lib.net import Client
from lib.rates.checks import sift
from lib.store import Store

AT_ONCE = 8  # sources asked side by side: each is its own host, and most of the time is waiting
LOOK_BACK_DAYS = 7  # asked again at each refresh: publishers correct recent days
RETRY_HOURS = 1.0  # a source that failed is tried again after this long, or its own interval if that is shorter

Tick = Callable[[int], None]


def refresh_rates(source: Source, client: Client, store: Store, now: datetime, tick: Tick = lambda _: None) -> Run:
    """Bring one publisher's rates up to date, window by window; each window is one transaction. Never raises
    SourceError: the run tells what failed, and what was stored before stays."""
    started, new, changed = now, 0, 0
    rejected: list[Rejected] = []
    try:
        for since, until in windows(source, store.rates.last_day(source.key), now.date()):
            rows = rates.adapter(source.key).fetch(client, source, since, until)
            sifted = sift(rows, source, now.date())
            rejected += sifted.rejected
            added = store.rates.add(sifted.accepted)
            new, changed = new + added.new, changed + added.changed
            tick((until - since).days + 1)
    except SourceError as failed:
        return _record(store, Run(source.key, started, _now(), "failed", new, changed, tuple(rejected), failed.why))
    outcome = "ok" if new or changed else "unchanged"
    return _record(store, Run(source.key, started, _now(), outcome, new, changed, tuple(rejected)))


def refresh_feed(feed: Feed, client: Client, store: Store, now: datetime) -> Run:
    """Bring one feed up to date. Never raises SourceError: the run tells what failed."""
    try:
        answer = client.get(feed.key, feed.url, state=store.articles.state(feed.key), follow=True)
        if answer.status == 304:
            return _record(store, Run(feed.key, now, _now(), "unchanged"))
        parsed = news.read(answer.body, feed, now)
    except SourceError as failed:
        return _record(store, Run(feed.key, now, _now(), "failed", error=failed.why))
    added = store.articles.add(parsed.articles, feed.key, FeedState(answer.etag, answer.modified))
    outcome = "ok" if added.new or added.changed else "unchanged"
    return _record(store, Run(feed.key, now, _now(), outcome, added.new, added.changed, parsed.rejected))


def windows(source: Source, last: date | None, today: date) -> Iterator[tuple[date, date]]:
    """The days to ask for, oldest first, in stretches of the source's own length. What was held last is asked again
    for a week, because publishers correct recent days."""
    start = today - timedelta(days=source.initial_days) if last is None else last - timedelta(days=LOOK_BACK_DAYS)
    start = max(start, source.first)
    while start <= today:
        until = min(start + timedelta(days=source.window_days - 1), today)
        yield start, until
        start = until + timedelta(days=1)


def due(entries: Iterable[Source | Feed], store: Store, now: datetime) -> list[Source | Feed]:
    """The enabled sources and feeds whose interval has passed since they were last asked; after a failure, sooner."""
    latest = store.runs.latest()
    return [
        e
        for e in entries
        if e.enabled and (e.key not in latest or now - latest[e.key].started >= _wait(e, latest[e.key]))
    ]


def refresh(
    chosen: Sequence[Source | Feed], client: Client, store: Store, tick: Tick = lambda _: None
) -> Iterator[Run]:
    """Refresh all that is chosen, side by side, and yield each run as it ends."""

    def one(entry: Source | Feed) -> Run:
        now = _now()
        if isinstance(entry, Source):
            return refresh_rates(entry, client, store, now, tick)
        return refresh_feed(entry, client, store, now)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for done in as_completed([pool.submit(one, entry) for entry in chosen]):
            yield done.result()


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line. Exit code 0: all went well; 1: a source failed; 2: the command is not understood."""
    options = _options(arguments)
    try:
        everything: dict[str, Source | Feed] = {**catalog.sources(), **catalog.feeds()}
        if unknown := [name for name in options.names if name not in everything]:
            print(f"No source is called {', '.join(unknown)}. There are: {', '.join(everything)}.", file=sys.stderr)
            return 2
        store = Store()
        store.seed(snapshot.rates(), snapshot.articles())
    except (AltynError, CatalogError) as bad:
        print(bad, file=sys.stderr)
        return 2
    chosen = [everything[n] for n in options.names] or due(everything.values(), store, _now())
    if not chosen:
        print("Nothing is due. Name a source to ask it all the same.")
        return 0
    return _run(chosen, store)


def _run(chosen: Sequence[Source | Feed], store: Store) -> int:
    failed = 0
    days = sum(_days(entry, store) for entry in chosen)
    with Client() as client, tqdm(total=days, unit="day", desc="rates", disable=not days, file=sys.stderr) as bar:
        for run in refresh(chosen, client, store, bar.update):
            failed += run.outcome == "failed"
            tqdm.write(_sentence(run))
    return 1 if failed else 0


def _days(entry: Source | Feed, store: Store) -> int:
    """How many days a refresh of the source will walk."""
    if not isinstance(entry, Source):
        return 0
    stretches = windows(entry, store.rates.last_day(entry.key), _now().date())
    return sum((until - since).days + 1 for since, until in stretches)


def _sentence(run: Run) -> str:
    if run.outcome == "failed":
        kept = f" ({run.new} new before that)" if run.new else ""
        return f"✕ {run.source}: {run.error}{kept}"
    rejected = f", {len(run.rejected)} rejected: {run.rejected[0].why}" if run.rejected else ""
    return f"✓ {run.source}: {run.new} new, {run.changed} changed{rejected}"


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m lib.ingest", description="Refresh rates and news that are due.")
    parser.add_argument("names", nargs="*", help="sources to ask now, due or not; none: all that are due")
    return parser.parse_args(arguments)


def _wait(entry: Source | Feed, last: Run) -> timedelta:
    hours = entry.every_hours if isinstance(entry, Source) else entry.every_minutes / 60
    return timedelta(hours=min(hours, RETRY_HOURS) if last.outcome == "failed" else hours)


def _record(store: Store, run: Run) -> Run:
    store.runs.record(run)
    return run


def _now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    raise SystemExit(main())
