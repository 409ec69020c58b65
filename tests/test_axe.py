"""What axe-core finds on the pages: nothing, whichever page, colours, language and width, and whatever is open."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browsing import at_rest, becomes, fits, tab
from tests.sampling import pairwise

pytestmark = pytest.mark.browser

SIZES = {"wide": (1440, 900), "narrow": (390, 844)}
PAGES = {
    **{"/": "?country=KZ", "/articles": "?q=gas", "/compare": "?study=together", "/impact": "?country=KZ"},
    **{"/sources": "?country=KZ"},
}
STATES = {
    "the table": "?country=KZ&range=3M&table=1",
    "a selection": "?country=KZ&sel=2026-03-01..2026-03-20",
    "a day marked": "?country=KZ&from=2026-06-01&to=2026-07-31&mark=2026-07-01",
    "the past": "?country=KZ&asof=2000-01-01",
    "nothing found": "?q=zzzzzz&nonsense=1",
    "the chart alone": "?embed=true&country=KZ",
    "the feed alone": "?embed=true&part=feed&country=KZ",
}
SCHEMES = ("light", "dark")
BEHIND = ("Dates", "Chart", "Share", "Download")
RULES = {"rules": {name: {"enabled": True} for name in ("target-size", "label-content-name-mismatch")}}


def opened(chrome: Browser, url: str, scheme: str, size: str) -> Page:
    width, height = SIZES[size]
    page = tab(chrome, width, height, scheme)
    page.goto(url)
    at_rest(page)
    return page


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{rule['id']}: {node['html'][:120]}" for rule in found for node in rule["nodes"]]


@pytest.mark.parametrize(("path", "scheme", "language", "size"), pairwise(PAGES, SCHEMES, ("en", "ru"), SIZES))
def test_a_page(chrome: Browser, server: str, path: str, scheme: str, language: str, size: str) -> None:
    page = opened(chrome, f"{server}{path}{PAGES[path]}&lang={language}", scheme, size)
    becomes(page, "document.documentElement.lang", language)
    fits(page)
    assert violations(page) == []
    page.close()


@pytest.mark.parametrize(("state", "scheme", "size"), pairwise(STATES, SCHEMES, SIZES))
def test_a_state(chrome: Browser, server: str, state: str, scheme: str, size: str) -> None:
    page = opened(chrome, f"{server}/{STATES[state]}", scheme, size)
    fits(page)
    assert violations(page) == []
    page.close()


@pytest.mark.parametrize(("button", "scheme", "size"), pairwise(BEHIND, SCHEMES, SIZES))
def test_what_is_behind_a_button(chrome: Browser, server: str, button: str, scheme: str, size: str) -> None:
    page = opened(chrome, f"{server}/?country=KZ", scheme, size)
    if size == "narrow":
        page.get_by_role("button", name="Options").click()
    page.get_by_role("button", name=button, exact=True).click()
    page.locator("[data-testid=stPopoverBody] [data-testid=stElementContainer]").first.wait_for()
    at_rest(page)
    assert violations(page) == []
    page.close()


def test_axe_finds_what_is_wrong(chrome: Browser) -> None:
    page = chrome.new_page()
    page.set_content("<html><body><img src='data:,'><button></button></body></html>")
    found = violations(page)
    assert any(violation.startswith("image-alt") for violation in found)
    assert any(violation.startswith("button-name") for violation in found)
    page.close()


def test_buttons_of_ours_are_large_enough_to_hit(chrome: Browser, server: str) -> None:
    page = opened(chrome, f"{server}/?country=KZ", "light", "narrow")
    page.locator("button.act").first.wait_for()
    expect(page.locator(".cards .card")).to_have_count(6)
    boxes = page.eval_on_selector_all(
        "button.act, summary", "all => all.map(one => one.getBoundingClientRect()).map(box => [box.width, box.height])"
    )
    assert boxes
    assert all(width >= 24 and height >= 24 for width, height in boxes)
    page.close()
