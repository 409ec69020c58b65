"""What a full store costs a running server: memory and CPU of visits while articles and rates come in.

A store with 27 years of every source of the catalogue and some thousand articles; visits run the page's script in this
process, as Streamlit's own test runner does. Measured are the growth of this process's memory (RSS) above that after
the first visit, and the CPU of a visit after an article was added: what the next reader pays for it.
"""

from __future__ import annotations

import os
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psutil
from streamlit.testing.v1 import AppTest

from lib import catalog, snapshot
from lib.ingest.rounds import parts
from lib.models import Article, Rate, Tag
from lib.store import Store

ROOT = Path(__file__).parent.parent
FIRST, LAST = date(1999, 1, 4), datetime.now(UTC).date() - timedelta(days=1)
WEEKDAYS = {"weekdays": range(5), "daily": range(7), "tue-sat": range(1, 6), "mon-sat": range(6), "wednesdays": (2,)}
ARTICLES = 5_000
ARTICLE_WRITES, RATE_WRITES, RANDOM_VISITS = 50, 20, 50
MAX_GROWTH_MB, MAX_CPU = 150, 0.3
TOPICS = ("economy", "energy", "trade", "politics")
COUNTRIES = ("KZ", "KG", "TJ", "TM", "UZ", "REGION")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'altyn.db'}"
        os.environ.update(DATABASE_URL=url, ALTYN_REFRESH="off")
        store = Store(url)
        rates = fill(store)
        print(f"Memory and CPU of visits: {rates:,} rates of 27 years, {ARTICLES:,} articles")
        measure(store)
        store.close()


def fill(store: Store) -> int:
    """All sources with their own base, quotes, first day and calendar, in windows as a backfill stores them."""
    store.seed(snapshot.parts(date(2026, 11, 23)))
    rates = sum(len(window) for window in windows() if store.rates.add(window))
    store.articles.add(article(number) for number in range(ARTICLES))
    return rates


def windows() -> Iterator[list[Rate]]:
    chance = random.Random(1999)
    for source in catalog.sources().values():
        pairs = {quote: chance.uniform(1, 500) for quote in source.quotes}
        for since, until in parts(max(FIRST, source.first), LAST, max(source.window_days, 366)):
            window: list[Rate] = []
            for day in (since + timedelta(days=ahead) for ahead in range((until - since).days + 1)):
                for quote in pairs if day.weekday() in WEEKDAYS[source.days] else ():
                    pairs[quote] *= 1 + chance.gauss(0, 0.003)
                    base = source.base or "USD"
                    window.append(Rate(source.key, base, quote, day, float(f"{pairs[quote]:.6g}")))
            if window:
                yield window


def article(number: int) -> Article:
    day = LAST - timedelta(days=number % 720)
    tags = (Tag("country", COUNTRIES[number % 6], "place"), Tag("topic", TOPICS[number % 4], "word"))
    title = f"The tenge and the price of gas, report {number}"
    return Article(f"bench {number}", "bench", f"Outlet {number % 40}", "en", "", title, title * 4, day, tags=tags)


def measure(store: Store) -> None:
    first_cpu = visit()
    first = rss()
    print(f"{'':34}{'CPU s, median':>14}{'max':>8}{'RSS MB':>9}{'growth':>8}")
    _print("first visit", [first_cpu], first, first)
    again = [visit() for _ in range(5)]
    _print("the same again", again, rss(), first)
    after = list(after_articles(store, ARTICLE_WRITES))
    _print(f"after each of {ARTICLE_WRITES} articles", after, rss(), first)
    began = datetime.now(UTC)
    rates = list(after_rates(store, RATE_WRITES))
    _print(f"after each of {RATE_WRITES} writes of rates", rates, rss(), first)
    frozen = list(at_random(RANDOM_VISITS, began))
    grown = _print(f"as of {RANDOM_VISITS} random instants", frozen, rss(), first)
    print(f"targets: growth at most {MAX_GROWTH_MB} MB, CPU after an article at most {MAX_CPU} s")
    print("both met" if grown <= MAX_GROWTH_MB and statistics.median(after) <= MAX_CPU else "NOT MET")


def after_articles(store: Store, times: int) -> Iterator[float]:
    for number in range(times):
        store.articles.add([article(ARTICLES + number)])
        yield visit()


def after_rates(store: Store, times: int) -> Iterator[float]:
    for number in range(times):
        store.rates.add([Rate("nbk", "KZT", "USD", LAST, 500.0 + number)])
        yield visit()


def at_random(times: int, began: datetime) -> Iterator[float]:
    """Instants to the microsecond: of the last second, and every fifth one of the time since the rates began to change,
    so that it is likely to name a revision that nobody looked at for long."""
    chance = random.Random(7)
    for number in range(times):
        now = datetime.now(UTC)
        back = now - began if number % 5 == 0 else timedelta(seconds=1)
        instant = now - back * chance.random()
        yield visit(asof=instant.isoformat().replace("+00:00", "Z"), range="All")


def visit(**params: str) -> float:
    """CPU seconds of one visit by a new session."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=300)
    for name, value in params.items():
        app.query_params[name] = value
    before = time.process_time()
    app.run()
    assert not app.exception, app.exception
    return time.process_time() - before


def rss() -> float:
    return float(psutil.Process().memory_info().rss) / 2**20


def _print(label: str, taken: list[float], now: float, first: float) -> float:
    print(f"{label:34}{statistics.median(taken):14.2f}{max(taken):8.2f}{now:9.0f}{now - first:8.0f}")
    return now - first


if __name__ == "__main__":
    main()
