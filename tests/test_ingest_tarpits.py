"""A full round beside servers that never come to an end: three feeds and a bank. All else is
stored, and in time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from itertools import cycle, repeat
from pathlib import Path

import pytest

from lib import catalog, ingest
from lib.ingest import Background, steps
from lib.models import Run
from lib.store import Store
from tests.loopback import Asked, Handler, Reply, feed, route, serve, write_catalog
from tests.publishers import CURRENCY_API, NBK
from tests.test_ingest import rss
from tests.test_ingest_command import FEED

DEADLINE = 2.0
LATE = "127.0.0.1 took more than 2 s over one answer"


def drips(start: bytes, last: bytes) -> Handler:
    return lambda _: Reply(raw=[start, *[last] * 1000], every=0.1)


def redirects(asked: Asked) -> Reply:
    where = f"{asked.path}x"
    raw = f"HTTP/1.1 302 Found\r\nLocation: {where}\r\nContent-Length: 0\r\n\r\n".encode()
    return Reply(raw=[raw], every=0.6)


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;"
PLACES = {
    "/headers": drips(b"HTTP/1.1 200 OK\r\nX-Slow: ", b"a"),
    "/chunks": drips(CHUNKED, b"a"),
    "/redirects": redirects,
    "/healthy": feed(rss()),
    "/rss/": NBK.handler(),
    "/npm/": lambda _: Reply(raw=repeat(b""), every=60),  # accepts a connection and says nothing
    "/pages/": lambda _: Reply(raw=repeat(b""), every=60),
}
FEEDS = ("headers", "chunks", "redirects", "healthy")


@contextmanager
def everywhere(folder: Path, hosts: int) -> Iterator[None]:
    """A catalogue of all places: the banks on a host of their own, the feeds on one or one each."""
    with ExitStack() as stack:
        banks, *others = (stack.enter_context(serve(route(PLACES))).url for _ in range(1 + hosts))
        urls = dict(zip(FEEDS, cycle(others), strict=False))
        entries = [
            FEED.replace("astana_times", name).replace("/feed", f"/{name}").format(url=url)
            for name, url in urls.items()
        ]
        write_catalog(folder, banks, NBK, CURRENCY_API, feeds="\n".join(entries))
        text = (folder / "sources.toml").read_text()
        for slow in ("initial_days = 400", "initial_days = 90"):
            text = text.replace(slow, "initial_days = 9")
        (folder / "sources.toml").write_text(text.replace("pause = 0.", "pause = 0.000"))
        yield


def by_command(_store: Store) -> None:
    assert ingest.main([]) == 1


def in_background(store: Store) -> None:
    background = Background(store)
    background.step()
    background.wait()


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    url = f"sqlite:///{tmp_path / 'altyn.db'}"
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("ALTYN_CATALOG", str(tmp_path))
    monkeypatch.setenv("ALTYN_DEADLINE", f"{DEADLINE:g}")
    monkeypatch.setattr(steps, "PAUSE", 0.0)  # a second is half of this deadline
    for cached in (catalog.sources, catalog.feeds):
        cached.cache_clear()
    opened = Store(url)
    yield opened
    opened.close()
    for cached in (catalog.sources, catalog.feeds):
        cached.cache_clear()


@pytest.mark.parametrize("hosts", [1, len(FEEDS)])
@pytest.mark.parametrize("refresh", [by_command, in_background])
def test_servers_that_never_end_delay_nobody_else(
    refresh: Callable[[Store], None], hosts: int, store: Store, tmp_path: Path
) -> None:
    with everywhere(tmp_path, hosts):
        refresh(store)
    runs = {key: run for key, run in store.runs.latest().items() if run.outcome != "snapshot"}
    outcomes = {key: (run.outcome, run.error) for key, run in runs.items()}
    assert outcomes == {
        "headers": ("failed", LATE),
        "chunks": ("failed", LATE),
        "redirects": ("failed", LATE),
        "healthy": ("ok", ""),
        "nbk": ("ok", ""),
        "currency_api": ("failed", "127.0.0.1 took more than 1 s over one answer"),
    }
    assert "nbk" in {coverage.source for coverage in store.rates.coverage()}
    assert store.articles.per_feed()["healthy"][0] == 2
    assert took(runs, "nbk") <= timedelta(seconds=DEADLINE)
    assert max(took(runs, key) for key in runs) <= timedelta(seconds=2 * DEADLINE)


def took(runs: dict[str, Run], key: str) -> timedelta:
    """How long after the beginning of the round a source had ended."""
    return runs[key].ended - min(run.started for run in runs.values())
