"""Links that are frozen while others write never change a byte: on both engines, whatever the writers' clocks say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from threading import Event, Thread
from urllib.parse import parse_qs, urlsplit

import pytest

from lib import links
from lib.catalog import sources
from lib.desk import Cache, Desk
from lib.links import View
from lib.models import Article, Rate, Tag
from lib.store import Store
from tests.sampling import FULL

LINKS = 200 if FULL else 20
ARTICLES = 10_000 if FULL else 1_000
WINDOW_DAYS = 4_000 if FULL else 200  # of five currencies: 20,000 rates in a transaction
PAUSE = 2.0 if FULL else 0.01  # seconds between two passes of a writer, in which others may write
MAX_PASSES = 40  # of a writer: each of 20,000 rates adds as many versions, and each link reads them all
PAGE = "https://altyn.example/"
NEWEST = datetime.now(UTC).date() - timedelta(days=1)
VIEW = View(countries=("KZ",), range="3M")
QUOTES = ("KZT", "KGS", "TJS", "TMT", "UZS")
Files = tuple[bytes, bytes]
Write = Callable[[Store, int], None]  # one pass of a writer, which is the nth


def article(number: int) -> Article:
    day = NEWEST - timedelta(days=number % 900)
    return Article(
        f"a{number}", "f", "Outlet", "en", "", f"Report {number}", "", day, tags=(Tag("country", "KZ", "x"),)
    )


def window(nth: int) -> list[Rate]:
    """The same days again and again, each time with other values."""
    days = [NEWEST - timedelta(days=back) for back in range(WINDOW_DAYS)]
    return [Rate("currency_api", "USD", quote, day, 400.0 + nth + day.day / 100) for day in days for quote in QUOTES]


def retag(store: Store, nth: int) -> None:
    """Each article is on another country than in the pass before."""
    for _ in store.articles.retag(lambda _: [Tag("country", QUOTES[nth % 2][:2], f"rule {nth}")]):
        pass


def write_windows(store: Store, nth: int) -> None:
    store.rates.add(window(nth))


def write_little(store: Store, nth: int) -> None:
    """A correction and an edit, in two transactions."""
    store.rates.add([Rate("currency_api", "USD", "KZT", NEWEST, 600.0 + nth)])
    store.articles.add([Article("late", "f", "Outlet", "en", "", f"Edit {nth}", "", NEWEST, tags=article(0).tags)])


def skewed(seconds: float) -> Callable[[], datetime]:
    return lambda: datetime.now(UTC) + timedelta(seconds=seconds)


@dataclass
class Writer:
    """One process with a clock of its own, as far as the database can tell."""

    store: Store
    write: Write
    failed: BaseException | None = None
    passes: int = 0

    def run(self, stop: Event) -> None:
        try:
            for nth in range(1, MAX_PASSES + 1):
                self.write(self.store, nth)
                self.passes = nth
                if stop.wait(PAUSE):
                    return
        except BaseException as failure:
            self.failed = failure


@contextmanager
def writing(*writers: Writer) -> Iterator[None]:
    stop = Event()
    threads = [Thread(target=writer.run, args=(stop,)) for writer in writers]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    for writer in writers:
        writer.store.close()
        assert writer.failed is None, writer.failed


def files(desk: Desk, link: str) -> Files:
    """What the page of a link gives a reader to take along."""
    read, ignored = links.parse(parse_qs(urlsplit(link).query), (), sources(), desk.latest_instant())
    assert ignored == ()
    view = desk.settled(read)
    assert view == read, "the instant of a frozen link is the stamp of a state"
    bundle = desk.bundle(view, desk.state_of(view, desk.now()), "chart", PAGE)
    assert bundle.link == link
    return bundle.rates_csv(), bundle.atom()


def filled(url: str) -> Store:
    store = Store(url)
    store.rates.add(window(0))
    store.articles.add(article(number) for number in range(ARTICLES))
    return store


SCENES: dict[str, list[tuple[Write, float]]] = {
    "retag": [(retag, 0)],
    "windows of rates": [(write_windows, 0)],
    "a clock ahead": [(write_little, 0), (write_little, 5)],
    "a clock behind": [(write_little, 0), (write_little, -5)],
}


@pytest.mark.parametrize("scene", SCENES)
def test_links_frozen_while_others_write_never_change_a_byte(url: str, scene: str) -> None:
    store = filled(url)
    desk = Desk(store)
    writers = [Writer(Store(url, skewed(seconds)), write) for write, seconds in SCENES[scene]]
    frozen: dict[str, Files] = {}
    with writing(*writers):
        for nth in count():
            bundle = desk.bundle(VIEW, desk.now(), "chart", PAGE)
            frozen[bundle.link] = bundle.rates_csv(), bundle.atom()
            if nth >= LINKS and len(frozen) > 2 and all(writer.passes for writer in writers):
                break
    after = Desk(store, cache=Cache())  # another process: it remembers nothing
    changed = [link for link, before in frozen.items() if files(after, link) != before]
    assert changed == []
    newest = after.bundle(VIEW, after.now(), "chart", PAGE)
    assert (newest.rates_csv(), newest.atom()) != next(iter(frozen.values())), "nothing was written meanwhile"
    store.close()
