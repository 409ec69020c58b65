"""The parameters of Compare: what a link may ask for, and what it is told otherwise."""

from __future__ import annotations

from datetime import date

import pytest

from lib.links import BASES, COLUMNS, DRIVERS, ORDERS, STUDIES, WINDOWS, View, params, parse


def read(**given: str) -> tuple[View, list[str]]:
    view, ignored = parse({name: [value] for name, value in given.items()}, ())
    return view, [f"{part.name}: {part.why}" for part in ignored]


@pytest.mark.parametrize("order", ORDERS)
def test_every_column_sorts_both_ways(order: str) -> None:
    view, ignored = read(by=order)
    assert (view.by, ignored) == (order, [])
    assert order.removeprefix("-") in COLUMNS


@pytest.mark.parametrize("base", BASES)
def test_every_pair_of_two_currencies_is_read_in_any_case(base: str) -> None:
    for quote in BASES:
        view, ignored = read(pair=f"{base}{quote}".lower())
        assert (view.pair == base + quote) == (base != quote or base + quote == View().pair)
        assert bool(ignored) == (base == quote)


@pytest.mark.parametrize(
    "pair", ["USD", "USDXXX", "USDUSD", "USDKZTX", "USD/KZT", "ßDKZT", "KZT\x00USD", "<b>", "9" * 4000, "ＵＳＤKZT"]
)
def test_what_is_no_pair_is_named_and_the_usual_one_shown(pair: str) -> None:
    view, ignored = read(pair=pair)
    assert view.pair == View().pair
    assert ignored == ["pair: not two different currencies like USDKZT"]


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"by": "2W"}, "by: not one of currency"),
        ({"over": "61"}, "over: not one of 60, 120, 250"),
        ({"over": "-60"}, "over: not one of 60, 120, 250"),
        ({"driver": "USD"}, "driver: not one of RUB, CNY, EUR"),
        ({"study": "<script>"}, "study: not one of volatility"),
        ({"day": "2026-02-30"}, "day: not a date like 2026-09-29"),
        ({"day": "0001-01-01"}, "day: outside what there can be"),
        ({"amount": "9" * 31}, "amount: longer than 30 characters"),
        ({"amount": "1\x00"}, "amount: holds unprintable characters"),
    ],
)
def test_what_is_not_understood_is_named_and_changes_nothing(given: dict[str, str], why: str) -> None:
    view, ignored = read(**given)
    assert view == View()
    assert len(ignored) == 1
    assert ignored[0].startswith(why)


def test_settings_are_written_and_read_back() -> None:
    view = View(by="-fall", amount="5,5", pair="EURTJS", day=date(2026, 1, 5), study="policy", window=250, driver="EUR")
    assert parse(params(view), ()) == (view, ())
    assert {"policy", "together"} <= {*STUDIES}
    assert (WINDOWS, DRIVERS) == ((60, 120, 250), ("RUB", "CNY", "EUR"))
