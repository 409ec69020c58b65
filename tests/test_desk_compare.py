"""The numbers of Compare: against pandas written out, and against small cases computed by hand."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lib import snapshot
from lib.desk import Desk, compare
from lib.desk.compare import amount_of, rate_on
from lib.links import BASES, ORDERS, View
from lib.models import Rate
from lib.store import Store
from tests.conftest import Clock, rate

TODAY = date(2026, 9, 29)


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Iterator[Desk]:
    opened = Desk(Store(f"sqlite:///{tmp_path / 'altyn.db'}", clock), clock=clock)
    yield opened
    opened.close()


@pytest.fixture
def bundled(desk: Desk) -> Desk:
    desk.store.seed(snapshot.parts(date(2026, 11, 23)))
    return desk


def weekdays(until: date, values: list[float], **pair: str) -> list[Rate]:
    days = pd.bdate_range(end=until, periods=len(values))
    return [rate(f"{day.date()}", value, **pair) for day, value in zip(days, values, strict=True)]


# The performance table.


def test_small_case_by_hand(desk: Desk) -> None:
    desk.store.rates.add(weekdays(TODAY, [400.0, 500.0, 440.0, 484.0]))
    view = View(countries=("KZ",), since=date(2026, 9, 1), until=TODAY, sources=("nbk",))
    (row,) = compare.table(desk, view, (date(2026, 9, 1), TODAY), desk.now())
    assert (row.source, row.numbers.value, row.numbers.day) == ("nbk", 484.0, TODAY)
    assert (row.numbers.high.value, row.numbers.low.value) == (500.0, 400.0)
    assert row.figure("1D") == pytest.approx(10.0)
    assert row.figure("period") == pytest.approx(21.0)
    assert row.figure("5Y") is None
    assert row.fall == pytest.approx(-20.0)  # from 1/400 to 1/500 of a dollar
    local = compare.table(desk, replace(view, direction="local"), (date(2026, 9, 1), TODAY), desk.now())[0]
    assert local.figure("1D") == pytest.approx((484 / 440) ** -1 * 100 - 100)
    assert (local.numbers.high.value, local.fall) == (1 / 400, pytest.approx(-20.0))
    assert local.volatility == pytest.approx(row.volatility)


def test_bundled_lines_agree_with_pandas(bundled: Desk) -> None:
    """The tenge of NBP over five years, every figure from the published values alone."""
    view = View(countries=("KZ",), range="5Y", sources=("nbp",))
    state = bundled.now()
    since, until = period = bundled.period(view, state)
    line = bundled.line("KZT", source="nbp")
    values = line["value"]
    (row,) = compare.table(bundled, view, period, state)
    last, end = values.iloc[-1], values.index[-1]

    def percent(before: pd.Timestamp) -> float:
        return (last / values[:before].iloc[-1] - 1) * 100

    assert row.figure("1D") == pytest.approx((last / values.iloc[-2] - 1) * 100)
    months = {"1M": 1, "3M": 3, "1Y": 12, "5Y": 60}
    for name, count in months.items():
        assert row.figure(name) == pytest.approx(percent(end - pd.DateOffset(months=count)))
    assert row.figure("YTD") == pytest.approx(percent(pd.Timestamp("2025-12-31")))
    sound = values[~line["flags"].str.contains("spike|implausible")]  # a wrong print is no extreme
    part = sound[pd.Timestamp(since) : pd.Timestamp(until)]
    assert (row.numbers.high.value, row.numbers.low.value) == (part.max(), part.min())
    assert row.fall == pytest.approx((part.cummin() / part - 1).min() * 100)


def test_volatility_is_that_of_the_log_changes_of_the_period(bundled: Desk) -> None:
    view = View(countries=("UZ",), range="1Y", sources=("nbp",))
    state = bundled.now()
    since, until = period = bundled.period(view, state)
    values = bundled.line("UZS", source="nbp")["value"]
    days = values.index.to_series().diff().dt.days
    changes = (100 * np.log(values)).diff()
    kept = changes[days <= 14].loc[pd.Timestamp(since) : pd.Timestamp(until)]
    (row,) = compare.table(bundled, view, period, state)
    assert row.volatility == pytest.approx(kept.std() * np.sqrt(row.per_year))
    assert 45 < row.per_year < 53


def test_a_seam_between_sources_is_never_crossed(desk: Desk) -> None:
    """Another source continues the line at twice the level: no figure sees both."""
    old = weekdays(date(2026, 3, 31), [100.0] * 60, source="nbp", base="USD")
    desk.store.rates.add(old)
    desk.store.rates.add(weekdays(TODAY, [200.0] * 100))
    view = View(countries=("KZ",), range="1Y")
    for row in compare.table(desk, view, desk.period(view, desk.now()), desk.now()):
        found = [row.figure(name) for name in (*compare.HORIZONS, "period", "fall", "volatility")]
        assert all(number in (None, 0.0) for number in found)


@pytest.mark.parametrize("order", ORDERS)
def test_rows_are_sorted_by_any_column_and_unknown_ones_last(bundled: Desk, order: str) -> None:
    view = View(range="1Y", by=order)
    state = bundled.now()
    rows = compare.table(bundled, view, bundled.period(view, state), state)
    assert len(rows) == 5
    column, down = order.removeprefix("-"), order.startswith("-")
    if column == "currency":
        assert [row.country.currency for row in rows] == sorted((row.country.currency for row in rows), reverse=down)
        return
    figures = [row.figure(column) for row in rows]
    known = [number for number in figures if number is not None]
    assert known == sorted(known, reverse=down)
    assert figures[: len(known)] == known


def test_csv_has_the_tables_numbers_with_all_digits(bundled: Desk) -> None:
    view, state = View(range="1Y", base="EUR"), bundled.now()
    period = bundled.period(view, state)
    rows = compare.table(bundled, view, period, state)
    told = list(csv.DictReader(io.StringIO(compare.as_csv(bundled, view, period, state).decode())))
    assert [one["currency"] for one in told] == [row.country.currency for row in rows]
    for row, one in zip(rows, told, strict=True):
        for name in (*compare.HORIZONS, "period", "volatility", "fall"):
            number = row.figure(name)
            assert one[name] == "" if number is None else float(one[name].lstrip("'")) == number
        assert (one["base"], one["source"], one["day"]) == ("EUR", row.source, row.numbers.day.isoformat())


def test_empty_store_and_past_without_data_have_no_rows(desk: Desk) -> None:
    view = View()
    assert compare.table(desk, view, desk.period(view, desk.now()), desk.now()) == []
    assert compare.crosses(desk, TODAY, TODAY, desk.now()) == []
    assert rate_on(desk, "USDKZT", TODAY) is None


# A rate on a day.


def test_rate_is_carried_as_long_as_it_stands_and_says_since_when(desk: Desk) -> None:
    desk.store.rates.add(weekdays(date(2026, 9, 25), [470.0, 471.0, 472.0, 473.0, 474.0] * 8))
    found = rate_on(desk, "USDKZT", "2026-09-27", 1000)
    assert found is not None
    assert (found.source, found.day, found.rate, found.value) == ("nbk", date(2026, 9, 25), 474.0, 474_000.0)
    assert found.official
    assert rate_on(desk, "USDKZT", date(2026, 12, 31)) is None
    assert rate_on(desk, "USDKZT", date.min) is None
    assert rate_on(desk, "USDKZT", date.max) is None


def test_official_source_comes_before_a_newer_aggregate(bundled: Desk) -> None:
    found = rate_on(bundled, "RUBKZT", "2026-09-29", "1,000")
    named = rate_on(bundled, "RUBKZT", "2026-09-29", 1000, source="currency_api")
    assert found
    assert named
    assert (found.source, found.official, named.official) == ("nbp", True, False)
    line = bundled.line("KZT", base="RUB", source="nbp", until="2026-09-29")
    assert found.rate == line["value"].iloc[-1]
    assert found.value == pytest.approx(1000 * found.rate)
    assert found.legs == "RUB/PLN ÷ KZT/PLN"


def test_there_and_back_is_one(bundled: Desk) -> None:
    there, back = (rate_on(bundled, pair, "2026-10-21") for pair in ("EURUZS", "UZSEUR"))
    assert there
    assert back
    assert there.rate * back.rate == pytest.approx(1, abs=1e-10)


@pytest.mark.parametrize(
    ("pair", "day", "amount"),
    [
        ("USDXXX", "2026-09-29", 1.0),
        ("USDUSD", "2026-09-29", 1.0),
        ("", "2026-09-29", 1.0),
        ("USDKZT", "yesterday", 1.0),
        ("USDKZT", "2026-09-29", 0.0),
        ("USDKZT", "2026-09-29", 1e300),
        ("USDKZT", "2026-09-29", float("nan")),
        ("USDKZT", "2026-09-29", -5.0),
    ],
)
def test_what_cannot_be_is_a_sentence_that_names_the_argument(desk: Desk, pair: str, day: str, amount: float) -> None:
    with pytest.raises(ValueError, match=r"^(pair|day|amount) is "):
        rate_on(desk, pair, day, amount)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1000", 1000.0),
        ("1,000", 1000.0),
        ("1,234,567.5", 1234567.5),
        ("1 000,5", 1000.5),
        ("0,5", 0.5),
        ("0.01", 0.01),
    ],
)
def test_amounts_as_people_write_them(text: str, amount: float) -> None:
    assert amount_of(text) == amount


@pytest.mark.parametrize(
    "text", ["", "0", "-1", "1e300", "1e3", "nan", "inf", "9" * 14, "1.2.3", "٣", "²", "<b>1</b>", "=1+1", "1;DROP"]
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="above 0"):
        amount_of(text)


# Crosses.


def test_crosses_are_the_lines_values_and_changes(bundled: Desk) -> None:
    day, since = date(2026, 10, 21), date(2025, 10, 21)
    found = {(one.base, one.quote): one for one in compare.crosses(bundled, day, since, bundled.now())}
    assert len(found) == len(BASES) * (len(BASES) - 1)
    for base, quote in (("USD", "KZT"), ("EUR", "UZS"), ("KZT", "RUB"), ("TJS", "KGS"), ("CNY", "TMT")):
        one = found[base, quote]
        values = bundled.line(quote, base=base, source=one.source)["value"]
        now, before = values[: pd.Timestamp(day)].iloc[-1], values[: pd.Timestamp(since)].iloc[-1]
        assert one.rate == pytest.approx(now, rel=1e-10)
        assert one.change == pytest.approx((now / before - 1) * 100, abs=1e-6)
        assert one.day == values[: pd.Timestamp(day)].index[-1].date()


def test_a_cross_never_divides_figures_of_two_sources(desk: Desk) -> None:
    desk.store.rates.add([rate(value=480.0), rate(value=12000.0, source="cbu", quote="UZS")])
    made = {(one.base, one.quote) for one in compare.crosses(desk, TODAY, TODAY - timedelta(days=9), desk.now())}
    assert ("KZT", "UZS") not in made
    assert ("USD", "KZT") in made
