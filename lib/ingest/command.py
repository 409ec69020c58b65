"""The command line, `python -m lib.ingest`:

[names]                                asks what is due, or the sources named
backfill --since 1999-01-01 [names]    the past of rates; --again: also what was asked for before
news --pages 20 [names]                the past of feeds
retag                                  the tags of stored articles again, without network
backup FILE                            a copy of an SQLite store, which may be in use
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import NoReturn

from tqdm import tqdm

from lib import catalog, snapshot
from lib.catalog import Feed, Source
from lib.errors import AltynError
from lib.ingest.archive import PAGES, archive
from lib.ingest.backfill import SINCE, backfill, to_ask
from lib.ingest.invalid import supersede_invalid
from lib.ingest.retag import retag
from lib.ingest.rounds import Stretch, due_windows
from lib.ingest.schedule import due
from lib.ingest.steps import refresh, utc_now
from lib.models import Run
from lib.net import Client
from lib.store import Store, backup


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line. Exit code 0: all went well; 1: a source failed; 2: the command is not understood, or the store
    or the catalogue fails."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        command = COMMANDS.get(words[0]) if words else None
        return command(words[1:]) if command else _refresh(words)
    except AltynError as bad:
        print(bad, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        _stop()


def _refresh(words: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m lib.ingest",
        description="Refresh rates and news that are due.",
        epilog=f"Before the names may stand {', '.join(COMMANDS)}; each tells about itself with --help.",
    )
    parser.add_argument("names", nargs="*", help="sources to ask now, due or not; none: all that are due")
    names = parser.parse_args(words).names
    everything: dict[str, Source | Feed] = {**catalog.sources(), **catalog.feeds()}
    if not _known(names, everything):
        return 2
    with closing(_store()) as store:
        chosen = [everything[n] for n in names] or due(everything.values(), store, utc_now())
        if not chosen:
            print("Nothing is due. Name a source to ask it all the same.")
            return 0
        today = utc_now().date()
        sources = [entry for entry in chosen if isinstance(entry, Source)]
        days = sum(_days(due_windows(source, store, today)) for source in sources)
        with Client() as client, _bar(days, "day", "rates") as bar:
            return _tell(refresh(chosen, client, store, bar.update))


def _backfill(words: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m lib.ingest backfill",
        description="Fill in the past of rates. Stopped in any way, the same command goes on from there.",
    )
    parser.add_argument("--since", type=date.fromisoformat, default=SINCE, help=f"the first day; {SINCE} if not given")
    parser.add_argument("--until", type=date.fromisoformat, default=date.max, help="the last day; today if not given")
    parser.add_argument("--again", action="store_true", help="ask for all of these days, also where it was done before")
    parser.add_argument("names", nargs="*", help="publishers of rates; none: all that are switched on")
    options = parser.parse_args(words)
    if options.until < options.since:
        parser.error(f"--until {options.until} is before --since {options.since}")
    if not _known(options.names, catalog.sources()):
        return 2
    chosen = [catalog.sources()[n] for n in options.names] or [s for s in catalog.sources().values() if s.enabled]
    now, days = utc_now(), {"until": options.until, "again": options.again}
    with closing(_store()) as store:
        total = sum(_days(to_ask(source, options.since, store, now.date(), **days)) for source in chosen)
        with Client() as client, _bar(total, "day", "rates") as bar:
            return _tell(backfill(chosen, options.since, client, store, now, bar.update, **days))


def _news(words: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m lib.ingest news",
        description="Walk back through the archives of feeds that have pages, as those of WordPress do.",
        epilog="Stopped in any way, what was stored is kept, and the same command adds only what is missing.",
    )
    parser.add_argument("--pages", type=_number, default=PAGES, help=f"at most so many of each; {PAGES} if not given")
    parser.add_argument("names", nargs="*", help="feeds; none: all that are switched on")
    options = parser.parse_args(words)
    if not _known(options.names, catalog.feeds()):
        return 2
    chosen = [catalog.feeds()[n] for n in options.names] or [f for f in catalog.feeds().values() if f.enabled]
    pages = len(chosen) * options.pages
    with closing(_store()) as store, Client() as client, _bar(pages, "page", "news") as bar:
        return _tell(archive(chosen, options.pages, client, store, utc_now(), bar.update))


def _retag(words: list[str]) -> int:
    argparse.ArgumentParser(
        prog="python -m lib.ingest retag",
        description="Tag all stored articles again by the rules of today, without network.",
        epilog="Stopped in any way, the same command does the rest.",
    ).parse_args(words)
    with closing(_store()) as store:
        count = sum(articles for articles, _ in store.articles.per_feed().values())
        with _bar(count, "article", "tags") as bar:
            summary = retag(store, bar.update)
    print(f"✓ {bar.n} articles: {summary.changed} changed", *summary.lines(), sep="\n")
    return 0


def _backup(words: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m lib.ingest backup",
        description="Copy an SQLite store to one new file, also while it is in use.",
        epilog="To go back, stop Altyn and put the copy in the place of the database, without files ending in -wal.",
    )
    parser.add_argument("file", type=Path, help="the copy; it must not exist yet")
    file = parser.parse_args(words).file
    backup(file)
    print(f"✓ {file}: {file.stat().st_size / 1e6:.1f} MB")
    return 0


COMMANDS = {"backfill": _backfill, "news": _news, "retag": _retag, "backup": _backup}


def _number(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of pages")
    return int(text)


def _known(names: Sequence[str], entries: Mapping[str, object]) -> bool:
    unknown = [name for name in names if name not in entries]
    if unknown:
        print(f"No source is called {', '.join(unknown)}. There are: {', '.join(entries)}.", file=sys.stderr)
    return not unknown


def _store() -> Store:
    store = Store()
    store.seed(snapshot.parts(utc_now().date()))
    supersede_invalid(store, utc_now())
    return store


def _bar(total: int, unit: str, what: str) -> tqdm[NoReturn]:
    return tqdm(total=total, unit=unit, desc=what, disable=not total, file=sys.stderr)


def _days(stretches: Iterable[Stretch]) -> int:
    return sum((until - since).days + 1 for since, until in stretches)


def _tell(runs: Iterable[Run]) -> int:
    """Print each run as it ends."""
    failed = 0
    for run in runs:
        failed += run.outcome == "failed"
        tqdm.write(_sentence(run))
    return 1 if failed else 0


def _sentence(run: Run) -> str:
    if run.outcome == "failed":
        kept = f" ({run.new} new all the same)" if run.new else ""
        return f"✕ {run.source}: {run.error}{kept}"
    rejected = f", {len(run.rejected)} rejected: {run.rejected[0].why}" if run.rejected else ""
    remark = f"; {run.error}" if run.error else ""
    return f"✓ {run.source}: {run.new} new, {run.changed} changed{rejected}{remark}"


def _stop() -> NoReturn:
    """End at once, without waiting for threads: each command may be killed at any moment and loses nothing."""
    print("\nStopped. What was stored is kept; the same command goes on from there.", file=sys.stderr, flush=True)
    os._exit(130)  # what a shell reports of an interrupted command
