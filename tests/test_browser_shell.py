"""Menu, ticker, controls and panels in a real Chromium: by mouse, keyboard and finger, at the widths of a desk, a
tablet and a phone."""

from __future__ import annotations

import itertools
import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browsing import PATIENCE, Visit, addressed, at_rest, becomes, box, drawn, fits, opened
from tests.sampling import pairwise

pytestmark = pytest.mark.browser

FIVE = ("KZT", "KGS", "TJS", "TMT", "UZS")
SIZES = {"desk": (1440, 900), "tablet": (768, 1024), "phone": (390, 844)}
PATHS = ("/", "/articles", "/compare", "/impact", "/sources")
SCROLLED = "document.querySelector('[data-testid=stMain]').scrollTop"
REGIONS = {
    **{"/": {"Chart", "News"}, "/articles": {"Results"}, "/compare": set()},
    **{"/impact": {"Episodes", "Every country and topic"}, "/sources": {"Rates", "News"}},
}
SHIFTS = """
    window.shifted = 0;
    window.shifts = [];
    new PerformanceObserver(list => {
        for (const shift of list.getEntries()) if (!shift.hadRecentInput) {
            window.shifted += shift.value;
            window.shifts.push(`${shift.value.toFixed(3)} ${shift.sources.map(one => one.node?.className)}`);
        }
    }).observe({type: 'layout-shift', buffered: true});
"""
SIZES_OF_TYPE = """[...new Set([...document.querySelectorAll('[data-testid=stMain] *')]
    .filter(one => !one.closest('svg') && one.checkVisibility({visibilityProperty: true}))
    .filter(one => [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim()))
    .map(one => parseFloat(getComputedStyle(one).fontSize)))].sort((a, b) => a - b)"""
BUTTONS = """[...document.querySelectorAll('button')].filter(one => one.checkVisibility())
    .map(one => [one.getAttribute('aria-label') ?? one.textContent.trim(),
                 `${one.dataset.act ?? one.dataset.testid} ${one.dataset.value ?? ''}`])"""


def pressed(page: Page, *codes: str) -> None:
    """Wait until just these cells of the ticker are pressed."""
    found = "[...document.querySelectorAll('.ticker [aria-pressed=true]')].map(one => one.dataset.value)"
    becomes(page, found, list(codes))


def press(page: Page, code: str, how: str) -> None:
    at_rest(page)
    button = page.locator(f".ticker [data-value={code}]")
    if how == "mouse":
        button.click()
    else:
        button.focus()
        page.keyboard.press("Enter")


@pytest.mark.parametrize(("size", "how"), pairwise(SIZES, ("mouse", "keyboard")))
def test_cells_of_the_ticker_choose_the_countries(visit: Visit, server: str, size: str, how: str) -> None:
    page = visit(server, *SIZES[size])
    drawn(page, *FIVE)
    pressed(page, "KZ", "KG", "TJ", "TM", "UZ")
    press(page, "UZ", how)
    drawn(page, "UZS")
    addressed(page, country="UZ")
    pressed(page, "UZ")
    press(page, "KZ", how)
    drawn(page, "KZT", "UZS")
    pressed(page, "KZ", "UZ")
    if how == "keyboard":
        becomes(page, "document.activeElement.dataset.value", "KZ")
    press(page, "KZ", how)
    press(page, "UZ", how)
    drawn(page, *FIVE)
    addressed(page)


def test_cells_of_the_ticker_filter_the_archive_and_are_plain_on_sources(visit: Visit, server: str) -> None:
    page = visit(f"{server}/articles")
    press(page, "TM", "mouse")
    addressed(page, news="TM")
    expect(page.locator(".card .place").first).to_have_text("TM")
    pressed(page, "TM")
    page.get_by_role("link", name="Sources").click()
    expect(page.locator(".ticker .quote")).to_have_count(5)
    expect(page.locator(".ticker button")).to_have_count(0)


def test_chips_filter_and_one_button_clears(visit: Visit, server: str) -> None:
    page = visit(f"{server}/articles")
    at_rest(page)
    page.locator(".chip.topic", has_text="Politics").first.click()
    addressed(page, topic="politics")
    page.get_by_role("button", name="Clear filters").click()
    addressed(page)


@pytest.mark.parametrize("size", SIZES)
def test_a_popover_stays_open_after_a_choice(visit: Visit, server: str, size: str) -> None:
    page = visit(f"{server}/?country=KZ", *SIZES[size])
    drawn(page, "KZT")
    if size == "phone":
        page.get_by_role("button", name="Options").click()
    page.get_by_role("button", name="Chart", exact=True).click()
    page.get_by_text("Index 100", exact=True).click()
    addressed(page, country="KZ", show="index")
    page.locator("[data-testid=stPopoverBody]").get_by_text("Log scale").click()
    addressed(page, country="KZ", show="index", log="1")
    expect(page.locator(".chosen.state")).to_have_text("Index 100 · log")


def typed(page: Page, key: str) -> None:
    """A date in the first field of the panel, and a key after it."""
    at_rest(page)
    page.get_by_role("spinbutton", name="year, From").focus()
    page.keyboard.type("20260301" if key == "Enter" else "20250505", delay=30)
    page.keyboard.press(key)


def test_enter_commits_a_date_and_escape_restores_it(visit: Visit, server: str) -> None:
    page = visit(f"{server}/?country=KZ")
    drawn(page, "KZT")
    page.get_by_role("button", name="Dates", exact=True).click()
    typed(page, "Enter")
    addressed(page, country="KZ", **{"from": "2026-03-01"})
    expect(page.locator("[data-testid=stPopoverBody]")).to_be_visible()
    typed(page, "Escape")
    expect(page.locator("[data-testid=stPopoverBody]")).to_have_count(0)
    opened(page, "Dates")
    expect(page.get_by_role("spinbutton", name="year, From")).to_have_text("2026")
    addressed(page, country="KZ", **{"from": "2026-03-01"})


def test_back_from_the_chart_returns_to_the_search_as_it_was(visit: Visit, server: str) -> None:
    page = visit(f"{server}/articles?q=gas&page=2")
    expect(page.locator(".results")).to_have_text(re.compile("Results 21–"))
    at_rest(page)
    entries = page.evaluate("history.length")
    page.locator("a[data-go]", has_text="On the chart").first.click()
    page.wait_for_selector(".js-plotly-plot .main-svg")
    at_rest(page)
    becomes(page, "history.length", entries + 1)
    expect(page).to_have_url(re.compile(r"/\?country=[A-Z]{2}&from=.*&mark=.*&q=gas$"))
    page.go_back()
    expect(page).to_have_url(re.compile(r"/articles\?q=gas&page=2$"))
    expect(page.locator(".results")).to_have_text(re.compile("Results 21–"))
    expect(page.locator(".st-key-q input")).to_have_value("gas")


def test_links_between_pages_carry_the_view_and_one_back_undoes_them(visit: Visit, server: str) -> None:
    page = visit(f"{server}/?country=TM&topic=energy")
    drawn(page, "TMT")
    entries = page.evaluate("history.length")
    page.get_by_role("link", name="Articles").click()
    expect(page.locator(".wide .card .place").first).to_have_text("TM")
    at_rest(page)
    addressed(page, country="TM", topic="energy")
    expect(page.get_by_role("link", name="Articles")).to_have_attribute("aria-current", "page")
    becomes(page, "history.length", entries + 1)
    page.go_back()
    drawn(page, "TMT")
    addressed(page, country="TM", topic="energy")


def test_a_page_that_is_loaded_again_is_the_same(visit: Visit, server: str) -> None:
    page = visit(f"{server}/?country=KZ&range=5Y&show=index")
    drawn(page, "KZT")
    before = page.url
    page.reload()
    drawn(page, "KZT")
    expect(page).to_have_url(before)
    expect(page.locator(".chosen.state")).to_have_text("Index 100")


@pytest.fixture
def phone(chrome: Browser, server: str) -> Page:
    """Rates & news of Kazakhstan on a phone with a touch screen."""
    context = chrome.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{server}/?country=KZ")
    drawn(page, "KZT")
    yield page
    context.close()


def swipe(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    touch = page.context.new_cdp_session(page)
    steps = [tuple(a + (b - a) * n / 8 for a, b in zip(start, end, strict=True)) for n in range(9)]
    for kind, (x, y) in zip(["touchStart", *["touchMove"] * 8], steps, strict=True):
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_a_finger_on_the_chart_scrolls_and_a_tap_reads_a_value(phone: Page) -> None:
    plot = box(phone.locator(".nsewdrag").first)
    x, y = plot["x"] + plot["width"] / 2, plot["y"] + plot["height"] / 2
    phone.touchscreen.tap(x, y)
    expect(phone.locator(".hoverlayer")).to_contain_text("KZT")
    swipe(phone, (x, y), (x, y - 250))
    phone.wait_for_function(f"{SCROLLED} > 100")
    swipe(phone, (x - 60, y - 250), (x + 60, y - 250))
    at_rest(phone)
    addressed(phone, country="KZ")  # a finger that moves sideways selects no days


def test_on_a_phone_the_content_begins_high(phone: Page, server: str) -> None:
    assert box(phone.locator(".js-plotly-plot"))["y"] < 330
    expect(phone.locator(".st-key-controls")).to_be_hidden()
    phone.get_by_role("button", name="Options").tap()
    expect(phone.locator(".st-key-controls")).to_be_visible()
    expect(phone.get_by_role("button", name="Options")).to_have_attribute("aria-expanded", "true")
    phone.goto(f"{server}/articles")
    at_rest(phone)
    assert box(phone.locator(".card").first)["y"] < 420


@pytest.mark.parametrize("path", PATHS)
def test_a_window_of_320_pixels_is_readable(visit: Visit, server: str, path: str) -> None:
    page = visit(server + path, 320, 640)
    expect(page.locator(".ticker .quote")).to_have_count(5)
    at_rest(page)
    fits(page)
    if path == "/sources":
        becomes(
            page, "[...document.querySelectorAll('.scroll')].every(one => one.scrollWidth <= one.clientWidth)", True
        )


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_controls_are_one_row_on_a_desk(visit: Visit, server: str, language: str) -> None:
    page = visit(f"{server}/?lang={language}")
    drawn(page, *FIVE)
    keys = ("range", "dates", "chart_menu", "share", "save")
    tops = [box(page.locator(f".st-key-{key}").first)["y"] for key in keys]
    assert max(tops) - min(tops) < 12


@pytest.mark.parametrize(("path", "size"), pairwise(PATHS, SIZES))
def test_what_a_page_is_made_of(visit: Visit, server: str, path: str, size: str) -> None:
    """Its headings, regions, names of buttons and sizes of type; that it fits, and keeps still."""
    page = visit(f"{server}{path}?country=KZ", *SIZES[size])
    at_rest(page)
    fits(page)
    headings_are_in_order(page)
    regions_are_named(page, REGIONS[path])
    buttons_have_names_of_their_own(page)
    assert {*page.evaluate(SIZES_OF_TYPE)} <= {12, 14, 16, 18, 22}
    page.add_init_script(SHIFTS)
    assert any(shift(page) < 0.1 for _ in range(3)), page.evaluate("shifts")


def headings_are_in_order(page: Page) -> None:
    levels = page.eval_on_selector_all("h1,h2,h3,h4,h5,h6", "all => all.map(one => +one.tagName[1])")
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def regions_are_named(page: Page, expected: set[str]) -> None:
    expect(page.get_by_role("navigation", name="Pages", exact=True)).to_have_count(1)
    expect(page.get_by_role("main")).to_have_count(1)
    regions = page.eval_on_selector_all(
        "[role=region], section[aria-label]", "all => all.map(one => one.getAttribute('aria-label'))"
    )
    assert all(regions)
    assert expected <= {*regions}


def buttons_have_names_of_their_own(page: Page) -> None:
    names: dict[str, set[str]] = {}
    for name, does in page.evaluate(BUTTONS):
        names.setdefault(name, set()).add(does)
    assert "" not in names
    assert {name for name, does in names.items() if len(does) > 1} == set()


def shift(page: Page) -> float:
    """The layout shift of a visit. How much moves depends on what the browser paints before the
    next block comes, so one of three may be more."""
    page.reload()
    at_rest(page)
    return float(page.evaluate("shifted"))


def test_links_and_citation_are_copied_by_one_click(visit: Visit, server: str) -> None:
    page = visit(f"{server}/?country=KZ")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    drawn(page, "KZT")
    page.get_by_role("button", name="Share", exact=True).click()
    for name, start in (("Copy live link", server), ("Copy HTML", "<iframe src="), ("Copy citation", "")):
        at_rest(page)
        part = page.locator(".take", has=page.get_by_role("button", name=name))
        text = part.locator(".taken").inner_text()
        assert text.startswith(start)
        part.locator("[data-act=copy]").click()
        page.wait_for_function("text => navigator.clipboard.readText().then(copied => copied === text)", arg=text)
        expect(page.locator("#altyn-status")).to_have_text("Copied")
        expect(part.get_by_role("button", name=name)).to_be_visible()  # again, after a moment


def test_an_embedded_chart_tells_its_height(visit: Visit, server: str) -> None:
    page = visit(f"{server}/articles")
    page.evaluate(
        """src => { addEventListener('message', event => { if (event.data?.source === 'altyn') window.told = event.data;
            }); document.body.append(Object.assign(document.createElement('iframe'), {src})); }""",
        f"{server}/?embed=true&country=KZ",
    )
    page.wait_for_function("window.told?.height > 300")
