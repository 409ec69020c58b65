"""Compare without a browser: the table, the sentence of a transfer, crosses, studies, and what bad input is told."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lib import notation
from lib.desk import Desk, compare
from lib.links import STUDIES, View
from lib.store import Store
from tests.test_pages import html, own_store, visit

__all__ = ["own_store", "visit"]  # fixtures
Open = Callable[..., AppTest]
FILE = "pages/compare.py"


def text(shown: str) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", shown)))


def table(shown: str, css: str) -> list[list[str]]:
    """The cells of a table, row by row, as text."""
    inner = re.search(rf'<table class="[^"]*{css}">(.*?)</table>', shown, re.DOTALL)
    assert inner
    rows = re.findall(r"<tr>(.*?)</tr>", inner[1], re.DOTALL)
    return [[text(cell).strip() for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)] for row in rows]


def empty(shown: str) -> list[str]:
    return [unescape(words) for words in re.findall(r'<div class="empty" role="status">(.*?)</div>', shown)]


def test_the_table_stands_first_with_the_desks_own_numbers(visit: Open, own_store: Path) -> None:
    shown = html(visit(FILE, range="5Y"))
    assert shown.index('figures performance"') < shown.index('figures bought"') < shown.index('figures crosses"')
    desk = Desk(Store(f"sqlite:///{own_store}"))
    view, state = View(range="5Y"), desk.now()
    rows = compare.table(desk, view, desk.period(view, state), state)
    desk.close()
    cells = table(shown, "performance")[1:]
    assert len(cells) == len(rows) == 5
    for row, told in zip(rows, cells, strict=True):
        assert told[0].startswith(row.country.currency)
        assert told[1].startswith(notation.published(row.numbers.value))
        for name, cell in zip((*compare.HORIZONS, "period"), told[2:10], strict=True):
            assert cell.startswith(notation.change(row.figure(name)))
        assert told[12].startswith(f"{row.volatility:,.2f} %")
        assert told[13].startswith(notation.change(row.fall))


def test_a_rise_of_the_dollar_is_a_weaker_currency_in_either_direction(visit: Open) -> None:
    cost = table(html(visit(FILE, country="UZ", range="10Y")), "performance")[1][9]
    worth = table(html(visit(FILE, country="UZ", range="10Y", per="local")), "performance")[1][9]
    assert re.fullmatch(r"▲ .* % weaker over the period", cost)
    assert re.fullmatch(r"▼ .* % weaker over the period", worth)


def test_the_order_is_in_the_link_and_told_to_those_who_are_read_to(visit: Open) -> None:
    shown = html(visit(FILE, by="-1Y", range="10Y"))
    assert shown.count('aria-sort="descending"') == 1
    years = [row[7] for row in table(shown, "performance")[1:]]
    numbers = [
        float(cell.split()[1]) * (-1 if cell.startswith("▼") else 1) for cell in years if "▲" in cell or "▼" in cell
    ]
    assert numbers == sorted(numbers, reverse=True)


def test_a_transfer_is_one_sentence_with_source_day_and_address(visit: Open) -> None:
    app = visit(FILE, amount="1,000", pair="RUBKZT", day="2026-10-22")
    shown = text(html(app))
    assert (
        "On 22 Oct 2026 1,000 RUB was 5,481.67 KZT: 1 RUB = 5.48167 KZT."
        " Official rate: National Bank of Poland, carried from 21 Oct 2026." in shown
    )
    assert "day=2026-10-22" in shown
    bought = table(html(app), "bought")
    assert [row[0].split()[0] for row in bought[1:]] == ["KZT", "KGS", "TJS", "TMT", "UZS"]
    assert bought[1][1] == "5,481.67"
    assert "at official rates" in shown


@pytest.mark.parametrize("amount", ["0", "1e300", "-5", "<img src=x onerror=alert(1)>", "nan", "' OR 1=1--"])
def test_what_is_no_amount_gets_a_sentence_and_stays_text(visit: Open, amount: str) -> None:
    shown = html(visit(FILE, amount=amount))
    (words,) = empty(shown)
    assert words.startswith(f"“{amount}” is no amount. Write a number above 0")
    assert "<img src=x" not in shown


def test_one_currency_for_both_sides_and_a_day_without_rates_get_sentences(visit: Open) -> None:
    app = visit(FILE, day="1991-05-05")
    words = empty(html(app))
    assert "No rate of RUB/KZT stands on 5 May 1991. Choose another day." in words
    assert "No rate stands on 5 May 1991. Choose another day." in words
    app.selectbox(key="pair_from").select("KZT").run()
    assert "Both currencies are the same. Choose another one." in empty(html(app))


def test_a_day_far_ahead_is_survived(visit: Open) -> None:
    assert "No rate of RUB/KZT stands on 31 Dec 2099. Choose another day." in empty(html(visit(FILE, day="2099-12-31")))


def test_each_cross_opens_its_line(visit: Open) -> None:
    shown = unescape(html(visit(FILE, range="5Y")))
    found = re.findall(r'<a data-go href="([^"]+)"', shown.split("crosses")[-1])
    assert len(found) == 9 * 8 - 4 * 3  # all but the pairs of two foreign currencies
    assert any("country=KZ" in link and "base=RUB" in link and "source=nbp" in link for link in found)
    cells = table(shown, "crosses")
    assert cells[1][5].startswith("449.740")
    assert cells[5][1].startswith("0.00222351")


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("name", STUDIES)
def test_each_study_has_a_chart_and_a_note(visit: Open, name: str, language: str) -> None:
    app = visit(FILE, study=name, range="10Y", lang=language)
    assert len(app.get("plotly_chart")) == 1
    assert "nan" not in text(html(app)).lower().split()


def test_a_study_without_data_says_what_to_change(visit: Open) -> None:
    peg = empty(html(visit(FILE, study="together", country="TM", source="tmt_peg")))
    assert any("are too few for this window, or one of the two does not move" in words for words in peg)
    base = empty(html(visit(FILE, study="together", base="RUB", driver="RUB")))
    assert base == ["RUB is the base itself. Choose another base or another currency to compare with."]


def test_a_frozen_link_shows_the_same_numbers(visit: Open, own_store: Path) -> None:
    live = table(html(visit(FILE, range="5Y")), "performance")
    desk = Desk(Store(f"sqlite:///{own_store}"))
    view = desk.freeze(View(range="5Y"), desk.now(), "chart")
    desk.close()
    stamp = view.asof.isoformat().replace("+00:00", "Z")
    frozen = visit(FILE, asof=stamp, **{"from": f"{view.since}", "to": f"{view.until}"},
                   line=[f"{code}:{'+'.join(keys)}" for code, keys in view.lines])  # fmt: skip
    assert table(html(frozen), "performance") == live
    assert replace(view, asof=None).custom


def test_an_empty_period_says_so(visit: Open) -> None:
    shown = empty(html(visit(FILE, **{"from": "1991-01-01", "to": "1991-02-01"})))
    assert shown[0] == "No rates in this period. Choose a longer one, or “All”."
