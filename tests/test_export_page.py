"""The view as one HTML file: what it holds, that nothing in it runs but ours, and that it draws without a network."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from lib import charts
from lib.countries import BY_CODE
from lib.export import page, tables
from tests import chromium
from tests.conftest import article
from tests.exports_by_hand import ASOF, shown

PERIOD = (date(2026, 9, 28), date(2026, 9, 29))
HOSTILE = "</script><script>document.title='hit'</script><img src=x onerror=\"document.title='hit'\">{0}"
PATIENCE = 30_000  # milliseconds: five megabytes of script are read first


def saved(**changes: object) -> page.Saved:
    line = shown()
    figure = charts.figure([charts.Line(BY_CODE["KZ"], "NBK", line.line)], [(PERIOD[1], 2)], PERIOD)
    view = page.Saved(
        title="Tenge per dollar",
        about=("1 USD in KZT", "Source: NBK, 29 Sep 2026.", "As of 29 Sep 2026."),
        figure=figure,
        alt="Chart of two days",
        table=tables.rates([line], ASOF),
        articles=(article(title="Tenge steadies", excerpt="At 480.", tags=("KZ", "economy"), basis="event"),),
        citation="Altyn: KZT per 1 USD.\nRates: NBK.",
        link="https://altyn.example/?a=1&b=2",
        name="altyn_USD-KZT",
    )
    return replace(view, **changes)


class Elements(HTMLParser):
    """The start tags of a page with their attributes, in order, and its text without scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.found and self.found[-1][0] not in ("script", "style"):
            self.words.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for found, attributes in self.found if found == tag]


def elements(view: page.Saved) -> Elements:
    return Elements(page.html(view).decode())


def test_file_names_its_title_language_and_chart_and_shows_table_articles_and_citation() -> None:
    read = elements(saved(language="ru"))
    assert read.all("html") == [{"lang": "ru"}]
    text = " ".join(read.words)
    for words in (
        "Tenge per dollar",
        "1 USD in KZT",
        "Source: NBK, 29 Sep 2026.",
        "478.77",
        "KZT per 1 USD",
        "Tenge steadies",
        "At 480.",
        "Rates: NBK.",
    ):
        assert words in text
    assert "29 Sep 2026 (day of the event) · Outlet · KZ, economy" in text
    assert {"id": "chart", "role": "figure", "aria-label": "Chart of two days"} in read.all("div")
    assert len(read.all("tr")) == 3
    assert [a["href"] for a in read.all("a")] == ["https://altyn.example/?a=1&b=2", "https://news.example/a"]


def test_file_asks_for_nothing_outside_itself() -> None:
    read = elements(saved())
    policy = next(m["content"] for m in read.all("meta") if m.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe-eval" not in policy
    assert "unsafe-inline" not in policy.partition("style-src")[0]
    assert not [tag for tag, attributes in read.found if "src" in attributes or tag in ("link", "iframe")]


def test_view_without_articles_says_so() -> None:
    assert "No article in view." in " ".join(elements(saved(articles=())).words)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", ""])
def test_address_that_is_no_web_page_becomes_no_link(url: str) -> None:
    view = saved(articles=(replace(article(), url=url),), link=url)
    assert elements(view).all("a") == []


def test_same_view_is_the_same_bytes() -> None:
    assert sha256(page.html(saved())).digest() == sha256(page.html(saved())).digest()


# In a browser that is offline.


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    path = chromium.find()
    assert path, chromium.ADVICE
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=chromium.ARGUMENTS)
        yield browser
        browser.close()


def opened(chrome: Browser, file: Path, view: page.Saved, scheme: str = "light") -> tuple[Page, list[str]]:
    """The drawn file, and what its console had to say: a refused script, style or request speaks there."""
    file.write_bytes(page.html(view))
    tab = chrome.new_context(offline=True, color_scheme=scheme, viewport={"width": 390, "height": 844}).new_page()
    said: list[str] = []
    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    tab.goto(file.as_uri())
    tab.wait_for_selector("#chart .scatterlayer .trace", state="attached", timeout=PATIENCE)
    return tab, said


@pytest.mark.browser
@pytest.mark.parametrize(("scheme", "paper"), [("light", "rgb(255, 255, 255)"), ("dark", "rgb(14, 17, 23)")])
def test_file_draws_its_chart_offline_in_the_reader_s_colours(
    chrome: Browser, tmp_path: Path, scheme: str, paper: str
) -> None:
    tab, said = opened(chrome, tmp_path / "view.html", saved(), scheme)
    assert tab.evaluate(
        "document.getElementById('chart').data.filter(t => t.hoverinfo === 'skip').map(t => t.name)"
    ) == ["KZT", "articles"]
    assert tab.evaluate("getComputedStyle(document.body).backgroundColor") == paper
    drawn = tab.locator("#chart .main-svg").first
    expect(drawn).to_have_css("background-color", paper)
    assert tab.evaluate("document.documentElement.scrollWidth") == 390
    tab.emulate_media(color_scheme={"light": "dark", "dark": "light"}[scheme])
    expect(drawn).not_to_have_css("background-color", paper)
    assert said == []


@pytest.mark.browser
def test_chart_is_interactive_saves_under_the_view_s_name_and_offers_no_upload(chrome: Browser, tmp_path: Path) -> None:
    tab, said = opened(chrome, tmp_path / "view.html", saved())
    panel = tab.locator("#chart .nsewdrag").first
    quarter = panel.bounding_box()["width"] / 4  # where the first of two days is
    panel.hover(position={"x": quarter, "y": 20})
    expect(tab.locator("#chart .hoverlayer")).to_have_text(re.compile(r"KZT 478\.77.* · NBK"))
    assert tab.locator(".modebar-btn[data-title^=Share]").count() == 0
    with tab.expect_download() as download:
        tab.locator(".modebar-btn[data-title^=Download]").click()
    assert download.value.suggested_filename == "altyn_USD-KZT.png"
    assert said == []


@pytest.mark.browser
def test_hostile_text_anywhere_stays_text(chrome: Browser, tmp_path: Path) -> None:
    hostile = replace(article(title=HOSTILE, excerpt=HOSTILE), outlet=HOSTILE, language=HOSTILE)
    table = tables.Table((HOSTILE,), [(HOSTILE,)])
    words: dict[str, Any] = dict.fromkeys(("title", "alt", "citation", "link", "name", "language"), HOSTILE)
    words["about"] = (HOSTILE,)
    view = saved(table=table, articles=(hostile,), **words)
    view.figure["data"][0]["name"] = HOSTILE
    tab, said = opened(chrome, tmp_path / "view.html", view)
    assert tab.title() == HOSTILE
    assert tab.locator("img, [onerror]").count() == 0
    assert tab.locator("script").count() == 3
    assert tab.locator("h1").inner_text() == re.sub(r"\s+", " ", HOSTILE)
    assert said == []
