"""Compare in a real Chromium: sorting, a transfer, crosses and studies by mouse and keyboard, and what axe finds."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, expect

from tests.browsing import Visit, at_rest, fits, tab
from tests.test_axe import violations

pytestmark = pytest.mark.browser
ROWS = "table.performance tbody th b"


def test_columns_sort_by_mouse_and_keyboard_and_are_in_the_link(visit: Visit, server: str) -> None:
    page = visit(f"{server}/compare?range=10Y")
    expect(page.locator(ROWS)).to_have_text(["KGS", "KZT", "TJS", "TMT", "UZS"])
    at_rest(page)
    page.get_by_role("button", name="Period Sort by this column", exact=True).click()
    expect(page.locator(ROWS).first).to_have_text("UZS")
    expect(page).to_have_url(re.compile(r"by=-period"))
    at_rest(page)
    expect(page.locator("th[aria-sort=descending]")).to_have_text(re.compile("Period"))
    page.locator("[data-act=by][data-value=period]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("th[aria-sort=ascending]")).to_have_text(re.compile("Period"))
    expect(page.locator(ROWS).first).to_have_text("TMT")


def test_an_amount_and_a_currency_change_the_sentence(visit: Visit, server: str) -> None:
    page = visit(f"{server}/compare?day=2026-10-22")
    taken = page.locator(".taken")
    expect(taken).to_contain_text("1,000 RUB was 5,481.67 KZT")
    at_rest(page)
    field = page.get_by_role("textbox", name="Amount")
    field.fill("2000")
    field.press("Enter")
    expect(taken).to_contain_text("2,000 RUB was 10,963.34 KZT")
    expect(page).to_have_url(re.compile("amount=2000"))
    at_rest(page)
    field.fill("1e300")
    field.press("Enter")
    expect(page.locator(".empty")).to_contain_text("“1e300” is no amount")


def test_a_cross_opens_its_line_and_back_returns(visit: Visit, server: str) -> None:
    page = visit(f"{server}/compare?range=5Y")
    at_rest(page)
    page.locator("table.crosses tbody tr", has_text="EUR").locator("a").first.click()
    expect(page.locator(".headline h1")).to_contain_text("euro")
    expect(page).to_have_url(re.compile(r"/\?country=KZ&.*base=EUR"))
    page.go_back()
    expect(page.locator("table.crosses")).to_be_visible()


def test_a_study_is_chosen_with_its_window(visit: Visit, server: str) -> None:
    page = visit(f"{server}/compare?range=10Y")
    at_rest(page)
    page.get_by_role("radio", name="Moves together").click()
    expect(page.locator(".legendtext").first).to_have_text("KZT · NBP")
    expect(page.get_by_text("KZT with RUB: 1,285 common days.")).to_be_visible()
    expect(page).to_have_url(re.compile("study=together"))


def test_the_file_is_the_table(visit: Visit, server: str) -> None:
    page = visit(f"{server}/compare?range=10Y&country=UZ")
    at_rest(page)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="This table, CSV").click()
    head, row = waiting.value.path().read_text("utf-8").splitlines()
    told = dict(zip(head.split(","), row.split(","), strict=True))
    cell = page.locator("table.performance tbody td").nth(8)
    expect(cell).to_contain_text(f"▲ {float(told['period']):,.2f} %")
    assert waiting.value.suggested_filename.startswith("altyn_performance_USD_2016-10-26_2026-10-26")


@pytest.mark.parametrize(
    ("width", "scheme", "query"),
    [
        (1440, "light", "?range=10Y&study=policy"),
        (1440, "dark", "?range=10Y&study=together&lang=ru"),
        (768, "light", "?amount=0&lang=ru"),
        (390, "dark", "?range=10Y&study=average"),
        (390, "light", "?range=5Y&lang=ru&study=premium"),
    ],
)
def test_axe_finds_nothing(chrome: Browser, server: str, width: int, scheme: str, query: str) -> None:
    page = tab(chrome, width, 844, scheme)
    page.goto(f"{server}/compare{query}")
    at_rest(page)
    fits(page)
    assert violations(page) == []
    page.close()


def test_a_cold_visit_stands_alone(visit: Visit, cold: Callable[..., str]) -> None:
    page = visit(f"{cold()}/compare?country=KZ")
    expect(page.locator(ROWS)).to_have_text(["KZT"])
    expect(page.get_by_role("link", name="Compare")).to_have_attribute("aria-current", "page")
