"""Impact in a browser: a question by mouse and keyboard, its answer and its file, on three widths."""

from __future__ import annotations

import csv
import io
import re

import httpx2 as httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browsing import Visit, addressed, at_rest, becomes, fits

pytestmark = pytest.mark.browser

SIZES = {"desk": (1440, 900), "tablet": (768, 1024), "phone": (390, 844)}
HEADING = "h1"


def answered(page: Page, pattern: str) -> None:
    expect(page.locator(HEADING)).to_have_text(re.compile(pattern))
    at_rest(page)


@pytest.mark.parametrize("size", SIZES)
def test_a_cell_of_the_ticker_and_one_of_the_grid_ask_another_question(visit: Visit, server: str, size: str) -> None:
    page = visit(f"{server}/impact", *SIZES[size])
    answered(page, "^Around .* the tenge was")
    page.get_by_role("button", name="Uzbekistan, UZS").click()
    answered(page, "^Around .* the sum was")
    addressed(page, country="UZ")
    cell = page.locator('[data-act="topic"][data-value="KG economy"]')
    cell.focus()
    page.keyboard.press("Enter")
    answered(page, "of economy news the som was")
    addressed(page, country="KG", topic="economy")
    fits(page)
    page.go_back()
    answered(page, "the (sum|tenge) was")


def test_figures_of_the_page_are_those_of_the_file(visit: Visit, server: str) -> None:
    page = visit(f"{server}/impact?country=UZ&topic=economy")
    answered(page, "the sum was")
    rows = list(csv.DictReader(io.StringIO(httpx.get(f"{server}/data/impact.csv?country=UZ&topic=economy").text)))
    page.locator("details summary", has_text="more").first.click()
    shown = page.locator("table.episodes tbody tr")
    expect(shown).to_have_count(len(rows))
    effects = sorted((f"{abs(float(row['effect_percent'])):.2f} %" for row in rows), reverse=True)
    texts = [re.search(r"<?[\d.]+ %", text) for text in shown.all_inner_texts()]
    assert sorted((text[0] for text in texts if text), reverse=True) == effects
    with page.expect_download() as saving:
        page.get_by_role("button", name="Episodes, CSV").click()
    with saving.value.path().open() as saved:
        assert list(csv.DictReader(saved)) == rows


def test_an_episode_leads_to_its_days_and_back(visit: Visit, server: str) -> None:
    page = visit(f"{server}/impact?country=KZ&topic=energy")
    answered(page, "of energy news the tenge was")
    page.locator("table.episodes a").first.click()
    expect(page).to_have_url(re.compile(r"/\?country=KZ&from=.*&mark=.*&topic=energy$"))
    page.wait_for_selector(".js-plotly-plot .main-svg")
    at_rest(page)
    page.go_back()
    expect(page).to_have_url(re.compile(r"/impact\?country=KZ&topic=energy$"))
    answered(page, "of energy news the tenge was")


def test_method_changes_the_answer_and_stays_open(visit: Visit, server: str) -> None:
    page = visit(f"{server}/impact?country=KZ")
    answered(page, "by the next weekly fixing")
    page.get_by_role("button", name="Method", exact=True).click()
    page.get_by_role("radio", name="five fixings").click()
    answered(page, "within five weekly fixings")
    addressed(page, country="KZ", event="0..4")
    expect(page.locator("[data-testid=stPopoverBody]")).to_be_visible()


def test_frozen_link_of_a_study_says_so_and_gives_the_same(visit: Visit, server: str) -> None:
    page = visit(f"{server}/impact?country=KZ&topic=trade")
    answered(page, "of trade news the tenge was")
    sentence = page.locator(HEADING).inner_text()
    page.get_by_role("button", name="Share", exact=True).click()
    frozen = page.locator(".taken").nth(1)
    expect(frozen).to_contain_text("asof=")
    page.goto(frozen.inner_text().strip())
    answered(page, "of trade news the tenge was")
    assert page.locator(HEADING).inner_text() == sentence
    becomes(page, "!!document.querySelector('.frozen')", True)
