"""The sieve that every published row passes, rule by rule."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, timedelta

import msgspec
import pytest

from lib.catalog import sources
from lib.countries import LIVES
from lib.models import Rate, Rejected
from lib.rates import Row
from lib.rates.checks import sift

NBK = sources()["nbk"]
TODAY = date(2026, 4, 1)
USD = Rate("nbk", "USD", "KZT", TODAY, 478.77)
EUR = replace(USD, base="EUR", value=548.62)


def reason(rate: Rate) -> str:
    """Why one rate is rejected; "" where it is accepted."""
    accepted, rejected = sift([rate], NBK, TODAY)
    assert len(accepted) + len(rejected) == 1
    return rejected[0].why if rejected else ""


def test_sound_rates_are_accepted_in_their_order() -> None:
    assert sift([USD, EUR], NBK, TODAY) == ((USD, EUR), ())


def test_nothing_published_is_nothing_accepted_and_nothing_rejected() -> None:
    assert sift([], NBK, TODAY) == ((), ())


def test_a_row_that_is_no_rate_stays_rejected_beside_sound_ones() -> None:
    no_rate = Rejected("EUR/KZT 2026-04-01", "the nominal is 0")
    rows: list[Row] = [no_rate, USD]
    assert sift(iter(rows), NBK, TODAY) == ((USD,), (no_rate,))


@pytest.mark.parametrize(
    ("rate", "why"),
    [
        (replace(USD, value=math.nan), "the value is not finite"),
        (replace(USD, value=math.inf), "the value is not finite"),
        (replace(USD, value=-math.inf), "the value is not finite"),
        (replace(USD, value=0.0), "the value is 0"),
        (replace(USD, value=-478.77), "the value is -478.77"),
        (replace(USD, value=1e9), "the value is absurd: 1e+09"),
        (replace(USD, value=1e-9), "the value is absurd: 1e-09"),
        (replace(USD, base="XAU"), "not a pair that we take from this source"),
        (replace(USD, base="TMT"), "not a pair that we take from this source"),
        (replace(USD, base=""), "not a pair that we take from this source"),
        (replace(USD, base="KZT"), "not a pair that we take from this source"),
        (replace(USD, quote="EUR"), "not a pair that we take from this source"),
        (replace(USD, day=date(1999, 12, 31)), "the day is before 2000-01-01, when this source begins"),
        (replace(USD, day=date(2026, 4, 6)), "the day is in the future, seen from 2026-04-01"),
        (replace(USD, day=date(9999, 12, 31)), "the day is in the future, seen from 2026-04-01"),
    ],
)
def test_a_row_that_cannot_be_a_rate_is_rejected_with_its_reason(rate: Rate, why: str) -> None:
    assert reason(rate) == why


@pytest.mark.parametrize(
    "rate",
    [
        replace(USD, value=0.999e9),
        replace(USD, value=1.001e-9),
        replace(USD, base="UZS", value=0.0393),
        replace(USD, base="KZT", quote="USD", value=0.00209),
        replace(USD, day=NBK.first),
        replace(USD, day=TODAY + timedelta(days=4)),
    ],
)
def test_a_row_at_the_edge_of_a_rule_is_accepted(rate: Rate) -> None:
    assert reason(rate) == ""


@pytest.mark.parametrize(
    ("key", "base", "quote", "last", "why"),
    [
        ("cbr", "TJS", "RUB", "2000-10-29", "there was no TJS before 2000-10-30, when it replaced TJR at 1,000 to 1"),
        ("cbr", "TMT", "RUB", "2008-12-31", "there was no TMT before 2009-01-01, when it replaced TMM at 5,000 to 1"),
        ("frankfurter", "USD", "TMT", "2008-12-31", "there was no TMT before 2009-01-01"),
        ("cbu", "RUB", "UZS", "1997-12-31", "there was no RUB before 1998-01-01, when it replaced RUR at 1,000 to 1"),
        ("cbu", "EUR", "UZS", "1998-12-31", "there was no EUR before 1999-01-01, when it replaced XEU at 1 to 1"),
    ],
)
def test_no_source_has_a_currency_before_its_first_day(key: str, base: str, quote: str, last: str, why: str) -> None:
    source, day = sources()[key], date.fromisoformat(last)
    rates = [Rate(key, base, quote, day + timedelta(days=later), 2.5) for later in (0, 1)]
    accepted, rejected = sift(rates, msgspec.structs.replace(source, first=date(1990, 1, 1)), TODAY)
    assert accepted == (rates[1],)
    assert rejected[0].what == f"{base}/{quote} {last}"
    assert rejected[0].why.startswith(why)


def test_each_currency_of_the_catalogue_has_a_life() -> None:
    taken = {code for source in sources().values() for code in (source.base, *source.quotes)}
    assert taken - {"", "PLN"} <= set(LIVES)
    firsts = {"KZT": "1993-11-15", "KGS": "1993-05-10", "TJS": "2000-10-30", "TMT": "2009-01-01", "UZS": "1994-07-01"}
    assert {code: str(LIVES[code].first) for code in firsts} == firsts


def test_currency_is_not_alive_after_its_last_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LIVES, "KZT", replace(LIVES["KZT"], last=date(2026, 3, 31)))
    assert reason(USD) == "there has been no KZT since 2026-03-31"


def test_friday_s_list_for_monday_after_the_weekend_is_accepted() -> None:
    friday, monday = date(2026, 4, 3), date(2026, 4, 6)
    assert sift([replace(USD, day=monday)], NBK, friday).rejected == ()


def test_a_rejected_row_is_named_by_pair_and_day() -> None:
    (rejected,) = sift([replace(USD, value=0.0)], NBK, TODAY).rejected
    assert rejected.what == "USD/KZT 2026-04-01"


def test_a_row_that_is_repeated_is_taken_once() -> None:
    assert sift([USD, EUR, USD], NBK, TODAY) == ((USD, EUR), ())


def test_rows_that_disagree_are_all_rejected_and_the_rest_is_kept() -> None:
    accepted, rejected = sift([USD, EUR, replace(USD, value=47.877), USD], NBK, TODAY)
    assert accepted == (EUR,)
    assert rejected == (Rejected("USD/KZT 2026-04-01", "published with different values: 47.877, 478.77"),)


def test_a_sound_value_beside_a_nought_for_the_same_day_is_not_trusted() -> None:
    accepted, rejected = sift([replace(USD, value=0.0), USD], NBK, TODAY)
    assert (accepted, len(rejected)) == ((), 1)


def test_a_source_without_one_base_may_quote_any_pair_of_its_currencies() -> None:
    crosses = msgspec.structs.replace(NBK, base="", quotes=("USD", "KZT", "KGS"))
    assert sift([replace(USD, quote="KGS")], crosses, TODAY).rejected == ()
    assert len(sift([replace(USD, base="")], crosses, TODAY).rejected) == 1
