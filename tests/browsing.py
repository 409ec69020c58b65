"""A real Chromium for the tests: pages that fail on any console error, on servers that have just started."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, FloatRect, Locator, Page, expect, sync_playwright

from tests import chromium
from tests.serving import serving

DATA = "(document.querySelector('.js-plotly-plot')?.data ?? [])"
FULL = "(document.querySelector('.js-plotly-plot')?._fullData ?? [{}])"  # with typed arrays unpacked
LINES = f"[...new Set({DATA}.filter(t => t.mode === 'lines').map(t => t.name))]"
SCROLLERS = "[document.scrollingElement, document.querySelector('[data-testid=stMain]')]"
PATIENCE = 60_000  # milliseconds; a cold server imports pandas and Plotly first, on a busy machine
AT_REST = """() => {
    const changes = window.altynChanges ??= (() => {
        const seen = {last: performance.now()};
        const observer = new MutationObserver(() => { seen.last = performance.now(); });
        observer.observe(document, {subtree: true, childList: true, attributes: true, characterData: true});
        return seen;
    })();
    const ended = document.querySelector('html[data-hands] [data-testid=stApp][data-test-script-state=notRunning]');
    const loading = document.querySelector('[data-testid=stSkeleton]');
    const charts = [...document.querySelectorAll('[data-testid=stPlotlyChart]')];
    const drawn = !loading && charts.every(chart => chart.querySelector('.main-svg'));
    const still = document.getElementById('still');
    return ended && drawn && !still && performance.now() - changes.last > 100;
}"""
Visit = Callable[..., Page]
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    path = chromium.find()
    assert path, chromium.ADVICE
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=chromium.ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("server") / "altyn.db") as url:
        yield url


@pytest.fixture
def cold(tmp_path: Path) -> Iterator[Callable[..., str]]:
    """Starts a server for one test alone, on the store `altyn.db` of its folder."""
    with ExitStack() as running:
        yield lambda **environment: running.enter_context(serving(tmp_path / "altyn.db", **environment))


@pytest.fixture
def visit(chrome: Browser, cold: object) -> Iterator[Visit]:  # noqa: ARG001 - pages close before their server does
    """Opens pages, and fails the test when the browser's console has shown an error or a request left this machine."""
    faults: list[str] = []

    def open_page(url: str, width: int = 1440, height: int = 900, scheme: str = "light") -> Page:
        page = tab(chrome, width, height, scheme)
        page.on("console", lambda m: faults.append(f"{m.text} {m.location}") if is_fault(m) else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on(
            "request", lambda r: None if r.url.startswith(("http://127.", "data:", "blob:")) else faults.append(r.url)
        )
        page.goto(url)
        return page

    yield open_page
    for context in chrome.contexts:
        for page in context.pages:
            page.close()
    assert not faults


def tab(chrome: Browser, width: int = 1440, height: int = 900, scheme: str = "light") -> Page:
    """An empty page in the browser's one context: the scripts of a server are read once for all pages."""
    context = chrome.contexts[0] if chrome.contexts else chrome.new_context()
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_default_timeout(PATIENCE)
    return page


def is_fault(message: ConsoleMessage) -> bool:
    """Every error but one: below the root, Streamlit looks for its server next to the page before it looks above."""
    probes = message.location["url"].endswith(("/_stcore/health", "/_stcore/host-config"))
    return message.type == "error" and not (probes and "404" in message.text)


def drawn(page: Page, *currencies: str) -> None:
    """Wait until the chart shows just these lines."""
    page.wait_for_function(f"wanted => {LINES}.join() === wanted", arg=",".join(currencies))
    at_rest(page)


def at_rest(page: Page) -> None:
    """Wait until the page's script has ended, clicks are listened to and the DOM no longer changes: what is clicked
    before may be drawn anew under the pointer, or do nothing.

    After a click this may pass before the server has answered: expect what the click changes first."""
    page.wait_for_function(AT_REST)


def opened(page: Page, name: str) -> None:
    """Open the popover of a button. A click while another popover still closes is lost, as it is
    for a reader, who clicks again."""
    body, button = page.locator("[data-testid=stPopoverBody]"), page.get_by_role("button", name=name, exact=True)
    at_rest(page)
    button.click()
    try:
        expect(body).to_be_visible(timeout=5_000)
    except AssertionError:
        button.click()
        expect(body).to_be_visible()


def becomes(page: Page, script: str, expected: object) -> None:
    """Wait until `script`, an expression on the page, has the value `expected` (anything that JSON can hold)."""
    page.wait_for_function(f"expected => JSON.stringify({script}) === expected", arg=as_json(expected))


def addressed(page: Page, /, **query: str) -> None:
    """Wait until the address has just these parameters, in any order."""
    becomes(page, "Object.fromEntries([...new URLSearchParams(location.search)].sort())", dict(sorted(query.items())))


def results(page: Page) -> int:
    """How many articles the feed says that it has, once it says so. After a click wait for another number first."""
    of = page.locator(".results")
    expect(of).to_have_text(re.compile(r"of [\d,]+$"))
    return int(of.inner_text().split()[-1].replace(",", ""))


def box(locator: Locator) -> FloatRect:
    """Where an element is, once it no longer moves."""
    locator.element_handle().wait_for_element_state("stable")
    found = locator.bounding_box()
    assert found
    return found


def fits(page: Page) -> None:
    """Wait until the page needs no scrolling sideways."""
    becomes(page, f"{SCROLLERS}.every(one => one.scrollWidth <= innerWidth)", True)


def as_json(value: object) -> str:
    """As JSON.stringify writes it."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
