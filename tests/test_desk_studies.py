"""Studies over time against pandas written out: risk, correlation, spreads, and the steps of policy rates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lib import snapshot
from lib.charts.study import Drawn, study
from lib.charts.typed import read
from lib.countries import BY_CODE
from lib.desk import Desk, studies
from lib.links import View
from lib.models import PolicyRate
from lib.store import Store
from tests.conftest import Clock, rate

PERIOD = (date(2016, 10, 26), date(2026, 10, 26))
NBP = View(countries=("KZ",), since=PERIOD[0], until=PERIOD[1], sources=("nbp",))


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Iterator[Desk]:
    opened = Desk(Store(f"sqlite:///{tmp_path / 'altyn.db'}", clock), clock=clock)
    opened.store.seed(snapshot.parts(date(2026, 11, 23)))
    yield opened
    opened.close()


def sound(desk: Desk, currency: str, base: str = "USD") -> pd.Series:
    """What NBP published, without what is flagged as a wrong print."""
    line = desk.line(currency, base=base, source="nbp")
    return line["value"][~line["flags"].str.contains("spike")]


def clean(values: pd.Series) -> pd.Series:
    """Without the marks of gaps."""
    return values.dropna()


def decided(day: str, new: float, old: float | None) -> PolicyRate:
    return PolicyRate("nbk", date.fromisoformat(day), "decision", new, old, "https://bank.example/", "Bank")


def test_averages_begin_before_the_period_and_are_cut_afterwards(desk: Desk) -> None:
    line, mean = studies.averages(desk, NBP, PERIOD, desk.now())
    expected = sound(desk, "KZT").rolling(60).mean()[pd.Timestamp(PERIOD[0]) :]
    pd.testing.assert_series_equal(clean(mean.values), expected, check_names=False, check_freq=False)
    assert mean.average
    assert not line.average
    assert line.values.dropna().index[0] == mean.values.index[0]  # the first day has its mean at once


def test_drawdown_is_that_of_the_currency_since_its_line_begins(desk: Desk) -> None:
    (curve,) = studies.drawdown(desk, NBP, PERIOD, desk.now())
    values = 1 / sound(desk, "KZT")
    expected = ((values / values.cummax() - 1) * 100)[pd.Timestamp(PERIOD[0]) :]
    np.testing.assert_allclose(clean(curve.values), expected, atol=1e-8)
    assert curve.values.max() <= 0


def test_volatility_is_the_same_both_ways_round_and_names_its_changes_a_year(desk: Desk) -> None:
    (curve,) = studies.volatility(desk, NBP, PERIOD, desk.now())
    (local,) = studies.volatility(desk, replace(NBP, direction="local"), PERIOD, desk.now())
    np.testing.assert_allclose(clean(curve.values), clean(local.values))
    assert 45 < curve.per_year < 53
    assert (clean(curve.values) > 0).all()


def test_correlation_agrees_with_pandas_on_common_days(desk: Desk) -> None:
    view = replace(NBP, window=120)
    (curve,) = studies.together(desk, view, PERIOD, desk.now())
    tenge, rouble = sound(desk, "KZT"), sound(desk, "RUB")
    both = pd.concat([tenge, rouble], axis=1, keys=["a", "b"], join="inner")
    assert curve.common == len(both)
    near = both.index.to_series().diff() <= pd.Timedelta(days=14)
    changes = np.log(both).diff()[near]
    expected = changes["a"].rolling(120).corr(changes["b"]).dropna()
    shared = clean(curve.values).index.intersection(expected.index)
    after = shared[shared > pd.Timestamp("2019-01-01")]  # no break of a regime within a window from then on
    assert len(after) > 300
    np.testing.assert_allclose(curve.values[after], expected[after], atol=1e-9)
    assert curve.band == pytest.approx(1.96 / np.sqrt(120), abs=0.005)


def test_a_line_that_does_not_move_has_no_correlation_and_says_how_many_days(desk: Desk) -> None:
    view = View(countries=("TM",), sources=("tmt_peg",))
    (curve,) = studies.together(desk, view, PERIOD, desk.now())
    assert not curve.values.notna().any()
    assert curve.common > 0


def test_the_base_itself_is_no_driver(desk: Desk) -> None:
    assert studies.together(desk, replace(NBP, base="RUB", driver="RUB"), PERIOD, desk.now()) == []


def test_premium_by_hand_on_the_days_that_both_have(desk: Desk) -> None:
    days = pd.bdate_range(end="2026-09-29", periods=10)
    for n, day in enumerate(days):
        desk.store.rates.add([rate(f"{day.date()}", 500.37 + n)])
        if n % 2:
            desk.store.rates.add([rate(f"{day.date()}", (500.37 + n) * 1.02, source="yahoo")])
    view = View(countries=("KZ",))
    found = studies.premium(desk, view, (days[0].date(), days[-1].date()), desk.now())
    (market,) = [curve for curve in found if curve.source == "yahoo"]
    assert market.against == "nbk"
    assert market.common == 5
    np.testing.assert_allclose(clean(market.values), 2.0)


def test_policy_steps_break_where_decisions_are_missing() -> None:
    told = [decided("2022-01-03", 10, 9), decided("2022-03-01", 12, 10), decided("2022-09-01", 15, 14)]
    steps = studies.steps(reversed(told))
    assert [(str(day), value) for day, value in steps.dropna().items()] == [
        ("2022-01-03 00:00:00", 10.0),
        ("2022-03-01 00:00:00", 12.0),
        ("2022-09-01 00:00:00", 15.0),
    ]
    assert [str(day) for day in steps[steps.isna()].index] == ["2022-03-01 12:00:00", "2022-09-01 12:00:00"]


def test_no_policy_rate_is_drawn_that_no_decision_names() -> None:
    known = {(one.bank, one.rate) for one in snapshot.policy_rates()}
    curves = studies.policy(View(), PERIOD)
    assert [curve.source for curve in curves] == ["nbk", "nbkr", "nbt", "cbu"]
    for curve in curves:
        assert {(curve.source, value) for value in clean(curve.values)} <= known
        assert curve.values.index.is_monotonic_increasing


def test_a_rate_in_force_before_the_period_is_carried_in_only_where_known() -> None:
    within = studies.policy(View(countries=("UZ",)), (date(2022, 3, 20), date(2022, 4, 10)))
    assert [set(curve.values.dropna()) for curve in within] == [{17.0}]  # 17 March to 21 April 2022
    assert studies.policy(View(countries=("KZ",)), (date(2024, 12, 1), date(2026, 1, 1))) == []


@pytest.mark.parametrize("function", [studies.volatility, studies.drawdown, studies.averages, studies.together])
def test_an_empty_period_has_no_curves(desk: Desk, function: object) -> None:
    past = (date(1991, 1, 1), date(1991, 2, 1))
    assert function(desk, View(), past, desk.now()) == []


def test_figure_has_a_panel_each_a_band_and_marks_of_decisions_alone() -> None:
    index = pd.DatetimeIndex(["2022-01-03", "2022-01-03 12:00", "2022-03-01"])
    values = pd.Series([1.0, np.nan, 3.0], index=index)
    curves = [Drawn(BY_CODE[code], code, values, steps=True) for code in ("KZ", "UZ")]
    drawn = study(curves, (date(2022, 1, 1), date(2022, 4, 1)), band=0.25, panels=True)
    assert [trace["yaxis"] for trace in drawn["data"]] == ["y", "y2"]
    assert drawn["data"][0]["marker"] == {"size": [6, 0, 6]}
    np.testing.assert_array_equal(read(drawn["data"][0]["y"]), [1.0, np.nan, 3.0])
    assert (drawn["layout"]["shapes"][0]["y0"], drawn["layout"]["shapes"][0]["y1"]) == (-0.25, 0.25)
    assert drawn["layout"]["yaxis"]["domain"][0] > drawn["layout"]["yaxis2"]["domain"][1]
