"""The store against bare SQLite, pandas and Plotly, side by side in one process: 27 years, filled in and read back.

The rates are hand-shaped: every weekday of 27 years, five currencies, every publisher of the catalogue, one rate in a
hundred corrected later. Times are medians; the sides of each ratio take turns, so that a slow minute slows all.
"""

from __future__ import annotations

import json
import sqlite3
import statistics
import tempfile
import timeit
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pandas as pd
import plotly.express as px

from lib import catalog, charts, series
from lib.countries import COUNTRIES, CURRENCIES
from lib.ingest.steps import parts
from lib.models import Rate, RateQuery
from lib.store import Store

FIRST, LAST = date(1999, 1, 4), date(2025, 12, 31)
REVISED = 0.01
FILLS, READS = 5, 15
FILL_TARGET, READ_TARGET = 3.0, 2.0

Window = list[Rate]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = _filling(Path(folder))
        _reading(store)
        store.close()


def _windows() -> Iterator[Window]:
    """What each publisher says, in windows of its own length."""
    random = Random(1999)
    for source in catalog.sources().values():
        value = dict.fromkeys(CURRENCIES, 100.0)
        for since, until in parts(FIRST, LAST, source.window_days):
            window: Window = []
            for day in (since + timedelta(days=ahead) for ahead in range((until - since).days + 1)):
                for code in CURRENCIES if day.weekday() < 5 else ():
                    value[code] *= 1 + random.gauss(0, 0.003)
                    window.append(Rate(source.key, "USD", code, day, float(f"{value[code]:.6g}")))
            if window:
                yield window


def _corrections(windows: Sequence[Window]) -> list[Window]:
    random = Random(2026)
    changed = [[replace(r, value=r.value * 1.01) for r in w if random.random() < REVISED] for w in windows]
    return [window for window in changed if window]


def _filling(folder: Path) -> Store:
    """Fill stores; the last one is returned."""
    windows = list(_windows())
    windows += _corrections(windows)
    ours, bare = [], []
    for number in range(FILLS):
        store = Store(f"sqlite:///{folder / f'ours{number}.db'}")
        ours.append(_seconds(lambda: [store.rates.add(window) for window in windows]))  # noqa: B023 - called at once
        bare.append(_bare_fill(folder / f"ours{number}.db", folder / f"bare{number}.db", windows))
    rows = sum(map(len, windows))
    print(f"Store, {rows:,} rates in {len(windows):,} windows, microseconds a rate, medians of {FILLS}")
    _print({"store.rates.add": ours, "bare executemany": bare}, 1e6 / rows, FILL_TARGET)
    return store


def _bare_fill(layout: Path, path: Path, windows: list[Window]) -> float:
    """Seconds to insert the very rows of the database `layout` into one laid out alike, window by window."""
    with closing(sqlite3.connect(layout)) as ours:
        tables = [sql for (sql,) in ours.execute("SELECT sql FROM sqlite_master WHERE tbl_name = 'rates' AND sql > ''")]
        rows = ours.execute("SELECT * FROM rates ORDER BY id").fetchall()
    marks = ", ".join("?" for _ in rows[0])
    with closing(sqlite3.connect(path, isolation_level=None)) as bare:
        for statement in ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = NORMAL", *tables):
            bare.execute(statement)

        def fill() -> None:
            start = 0
            for window in windows:
                bare.execute("BEGIN IMMEDIATE")
                bare.executemany(f"INSERT INTO rates VALUES ({marks})", rows[start : start + len(window)])
                bare.execute("COMMIT")
                start += len(window)

        return _seconds(fill)


def _reading(store: Store) -> None:
    """Five pairs of one publisher to figure JSON: from the store; from the same frame in memory, with the same pandas
    and Plotly; and, without a target, by Plotly Express, which draws plain lines in five panels and nothing else."""
    source = next(iter(catalog.sources()))
    query = RateQuery(sources=(source,), bases=("USD",), quotes=CURRENCIES)
    table = series.frame(store.rates.read(query))
    ways: dict[str, Callable[[], str]] = {
        "from the store": lambda: _figure(series.frame(store.rates.read(query)), source),
        "from a frame in memory": lambda: _figure(table, source),
        "plain lines alone": lambda: str(px.line(table, x="day", y="value", facet_row="quote").to_json()),
    }
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for way in ways.values():
        way()  # what is imported, compiled and cached at first use is not what is measured
    for _ in range(READS):
        for name, way in ways.items():
            taken[name].append(_seconds(way))
    print(f"\nFive pairs over 27 years, {len(table):,} rates, to figure JSON, milliseconds, medians of {READS}")
    _print(taken, 1e3, READ_TARGET)


def _figure(table: pd.DataFrame, source: str) -> str:
    chosen = {code: series.choose(table, code, [source])[1] for code in CURRENCIES}
    lines = [charts.Line(c, source, series.annotate(chosen[c.currency], c.currency)) for c in COUNTRIES]
    return json.dumps(charts.figure(lines, [], (FIRST, LAST)))


def _seconds(work: Callable[[], object]) -> float:
    """As `timeit` does it, without the garbage collector: what it costs depends on all else that this process holds."""
    return timeit.timeit(work, number=1)


def _print(taken: dict[str, list[float]], unit: float, target: float) -> None:
    """One row a way; the first is ours, and the others say how many times as long ours takes. The target is for the
    second."""
    medians = {name: statistics.median(times) for name, times in taken.items()}
    ours, *_ = medians.values()
    print(f"{'':24}{'median':>8}{'ratio':>8}  target")
    for number, (name, median) in enumerate(medians.items()):
        goal = f"  at most {target:g}" if number == 1 else ""
        print(f"{name:24}{median * unit:8.1f}" + (f"{ours / median:8.2f}{goal}" if number else ""))


if __name__ == "__main__":
    main()
