"""A view as a picture: its numbers, sources with their days, as-of and address; both formats, any size."""

from __future__ import annotations

import struct
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lib.desk import Bundle, Desk
from lib.links import View
from lib.store import Store
from tests.conftest import Clock, article, parts, rate
from tests.test_pictures import words

PAGE = "https://altyn.example/"


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Desk:
    """A year of tenge in four rates, and two days of the sum."""
    store = Store(f"sqlite:///{tmp_path / 'a.db'}", clock)
    days = (("2025-09-29", 550.0), ("2026-09-15", 475.0), ("2026-09-28", 470.0), ("2026-09-29", 478.5))
    rates = [rate(day, value) for day, value in days]
    rates += [rate(day, 12_000.5, quote="UZS", source="cbu") for day in ("2026-09-28", "2026-09-29")]
    store.seed(parts(rates, [article(tags=("KZ",))]))
    return Desk(store, clock=clock)


def bundle(desk: Desk, view: View, **options: Any) -> Bundle:
    return desk.bundle(view, desk.now(), "chart", PAGE, **options)


def said(of: Bundle, **options: Any) -> str:
    return "\n".join(words(of.svg(**options).decode()))


def test_a_picture_of_one_currency_says_all_that_a_reader_must_know(desk: Desk) -> None:
    text = said(bundle(desk, View(countries=("KZ",))))
    for part in (
        "The tenge: 478.5 per dollar; a dollar costs 13.0 % less than a year ago",
        "1 USD in KZT · 29 Sep 2025 – 29 Sep 2026 · low 470 on 28 Sep, high 550 on 29 Sep 2025",
        "Source: National Bank of Kazakhstan, 29 Sep 2026.",
        "As of ",
        PAGE,
    ):
        assert part in text, part


def test_a_picture_of_several_currencies_names_all_sources(desk: Desk) -> None:
    text = said(bundle(desk, View(countries=("KZ", "UZ"))))
    assert "1 USD in KZT, UZS" in text
    assert "Sources: National Bank of Kazakhstan, 29 Sep 2026; Central Bank" in text


def test_a_past_period_is_told_in_the_past(desk: Desk) -> None:
    period = View(countries=("KZ",), since=date(2025, 9, 29), until=date(2026, 9, 16))
    assert "The tenge: 475 per dollar on 15 Sep 2026; a dollar cost 13.6 % less than on 29 Sep 2025" in said(
        bundle(desk, period)
    )


def test_the_other_direction_says_what_a_tenge_costs(desk: Desk) -> None:
    text = said(bundle(desk, View(countries=("KZ",), direction="local")))
    assert "1 KZT = 0.00208986 USD; a tenge costs 14.9 % more than a year ago" in text


def test_an_empty_view_says_so(desk: Desk) -> None:
    text = said(bundle(desk, View(countries=("TM",))))
    assert "No rates in this period" in text
    assert "Source" not in text


def test_a_long_address_gives_way_to_a_shorter_one(desk: Desk) -> None:
    text = said(bundle(desk, View()), size=(320, 300))
    assert PAGE in text.splitlines()
    assert "asof=" not in text


@pytest.mark.parametrize("dark", [False, True])
def test_a_png_has_its_size_times_the_zoom(desk: Desk, dark: bool) -> None:
    image = bundle(desk, View(countries=("KZ",))).png((600, 315), dark=dark, zoom=2)
    assert struct.unpack(">II", image[16:24]) == (1200, 630)


def test_the_language_of_the_bundle_is_that_of_its_picture(desk: Desk) -> None:
    text = said(bundle(desk, View(countries=("KZ",)), language="ru"))
    assert "478,5" in text
    assert "The tenge" not in text
