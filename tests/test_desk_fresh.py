"""A fresh store without a network: how dense the first charts are, and what continues a line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from shutil import copy

import numpy as np
import pandas as pd
import pytest

from lib import series
from lib.countries import CURRENCIES
from lib.desk import Desk, InView
from lib.links import View
from lib.store import Store

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
MONTH = timedelta(days=31)
SINCE = {"KZT": 1999, "KGS": 2003, "UZS": 2003, "TMT": 2009, "TJS": 2010}


@pytest.fixture
def desk(seeded: Path, tmp_path: Path) -> Iterator[Desk]:
    opened = Desk(Store(f"sqlite:///{copy(seeded, tmp_path / 'altyn.db')}"), clock=lambda: NOW)
    yield opened
    opened.close()


def shown(desk: Desk, view: View) -> dict[str, InView]:
    state = desk.now()
    lines = desk.in_view(view, desk.period(view, state), state)
    return {line.country.currency: line for line in lines}


def silences(line: pd.DataFrame) -> np.ndarray:
    """Of each observation but the last, how long it is until the next."""
    return np.diff(line.index.to_numpy()).astype("timedelta64[D]")


def test_a_year_has_at_most_one_gap_a_currency(desk: Desk) -> None:
    lines = shown(desk, View())
    assert list(lines) == list(CURRENCIES)
    for currency, one in lines.items():
        drawn = series.with_gaps(one.line["value"], one.line["reach"])
        assert drawn.isna().sum() <= 1, currency


@pytest.mark.parametrize("range_", ["5Y", "All"])
def test_decades_have_no_gap_of_a_month_since_2010(desk: Desk, range_: str) -> None:
    lines = shown(desk, View(range=range_))
    assert list(lines) == list(CURRENCIES)
    for currency, one in lines.items():
        late = one.line[one.line.index >= "2010-01-01"]
        assert silences(late).max() <= np.timedelta64(MONTH), currency


def test_a_file_of_a_continued_line_has_its_days_in_order(desk: Desk) -> None:
    bundle = desk.bundle(View(countries=("KZ",)), desk.now(), "chart", "http://127.0.0.1/")
    rows = [row.split(",") for row in bundle.rates_csv().decode().splitlines()[1:]]
    assert {row[6] for row in rows} == {"currency_api", "nbp"}
    days = [row[0] for row in rows]
    assert days == sorted(set(days))


def test_history_begins_as_early_as_the_bundled_data_do(desk: Desk) -> None:
    lines = shown(desk, View(range="All"))
    assert {currency: one.line.index[0].year for currency, one in lines.items()} == SINCE


@pytest.mark.parametrize("range_", ["1M", "1Y", "5Y", "All"])
def test_no_line_ends_long_before_the_others(desk: Desk, range_: str) -> None:
    lines = shown(desk, View(range=range_))
    last = max(one.line.index[-1] for one in lines.values())
    assert all(last - one.line.index[-1] <= MONTH for one in lines.values())


# The default line, and what continues it.

YEAR = View(countries=("KZ",))


def test_the_default_line_is_daily_and_continued_by_the_weekly_list(desk: Desk) -> None:
    (line,) = shown(desk, YEAR).values()
    assert (line.source, line.chain) == ("currency_api", ("currency_api", "nbp"))
    counts = line.line["source"].value_counts()
    assert counts["currency_api"] > counts["nbp"] > 10
    assert line.sources == ["currency_api", "nbp"]


def test_what_continues_a_line_does_so_only_where_a_gap_would_be_drawn(desk: Desk) -> None:
    """No observation of the other source is where the line's own value still stands."""
    (line,) = shown(desk, YEAR).values()
    own, other = (line.line[line.line["source"] == key] for key in line.chain)
    alone = desk.line("KZT", source="currency_api")
    for day in other.index:
        before = alone.index[alone.index < day]
        after = alone.index[alone.index > day]
        if len(before) and len(after):
            assert (after[0] - before[-1]).days > 5, day
    assert set(own.index) == {day for day in alone.index if day >= own.index[0]}


@pytest.mark.parametrize("key", ["currency_api", "nbp"])
def test_a_chosen_source_is_never_continued(desk: Desk, key: str) -> None:
    (line,) = shown(desk, View(countries=("KZ",), range="All", sources=(key,))).values()
    assert set(line.line["source"]) == {key}
    assert line.chain == (key,)


def test_changes_of_a_continued_line_are_those_of_each_source_alone(desk: Desk) -> None:
    (line,) = shown(desk, YEAR).values()
    for key in line.chain:
        alone = desk.line("KZT", source=key)
        part = line.line[line.line["source"] == key]
        pd.testing.assert_series_equal(part["change"], alone["change"].loc[part.index])


def test_weekly_lines_give_no_moves_and_judge_nobody(desk: Desk) -> None:
    view = View(countries=("KZ",), range="All", sources=("nbp",))
    (weekly,) = shown(desk, view).values()
    assert {move.day for move in weekly.moves if not move.regime} == set()
    assert [move.day.year for move in weekly.moves if move.regime] != []
    daily = shown(desk, View(range="All", sources=("currency_api",)))
    assert {"nbp"} & {rival for one in daily.values() for rival in one.line["rival"]} == set()


def test_a_frozen_link_names_the_chain_and_shows_it_for_ever(desk: Desk) -> None:
    state = desk.now()
    frozen = desk.freeze(YEAR, state, "chart")
    assert dict(frozen.lines) == {"KZT": ("currency_api", "nbp")}
    (live,), (still,) = shown(desk, YEAR).values(), shown(desk, frozen).values()
    pd.testing.assert_frame_equal(live.line[["value", "source"]], still.line[["value", "source"]])


def test_the_chart_gets_short_names_of_sources(desk: Desk) -> None:
    state = desk.now()
    lines = desk.in_view(YEAR, desk.period(YEAR, state), state)
    (line,) = desk.chart_lines(YEAR, lines)
    assert set(line.frame["source"]) == {line.source, "NBP"}


def test_rows_of_a_file_name_the_source_of_each_observation(desk: Desk) -> None:
    bundle = desk.bundle(YEAR, desk.now(), "chart", "https://altyn.example/")
    table = bundle.rates_table()
    rows = [dict(zip(table.header, row, strict=True)) for row in table.rows]
    alone = {key: desk.line("KZT", source=key)["value"] for key in ("currency_api", "nbp")}
    assert {row["source"] for row in rows} == {*alone}
    for row in rows:
        line = alone[str(row["source"])].loc[: str(row["day"])]
        assert row["value"] == line.iloc[-1], row
        assert (row["flags"] == "carried") == (str(line.index[-1].date()) != str(row["day"])), row
    assert len({row["day"] for row in rows}) == len(rows)


def test_a_citation_names_every_source_in_view(desk: Desk) -> None:
    words = desk.bundle(YEAR, desk.now(), "chart", "https://altyn.example/").citation()
    for key in ("currency_api", "nbp"):
        assert desk.sources[key].attribution.rstrip(".") in words


def test_a_source_that_is_switched_off_misses_nothing_after_its_last_day(desk: Desk) -> None:
    found = {health.source.key: health for health in desk.health(desk.now())}
    assert found["imf"].coverage[0].last == date(2019, 1, 31)
    assert found["imf"].missing < found["imf"].due * 0.11
    assert found["nbp"].missing < 10
