"""The dashboard in a real Chromium, on servers that have just started: links, controls, chart and feed in the DOM."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from lib.models import Article, Tag
from lib.snapshot import articles as digest
from lib.store import Store
from tests.browsing import DATA, FULL, Visit, addressed, at_rest, becomes, box, drawn, results

pytestmark = pytest.mark.browser


def test_a_cold_deep_link_shows_its_view(visit: Visit, cold: Callable[..., str]) -> None:
    page = visit(f"{cold()}/?country=KZ&topic=energy&range=All&page=2")
    drawn(page, "KZT")
    expect(page.locator(".results")).to_have_text(re.compile(r"Results 7–12 of \d+"))
    expect(page.locator(".cards .card").first).to_contain_text("Energy")
    expect(page.locator(".ticker .quote")).to_have_count(5)
    expect(page.locator(".ticker")).to_contain_text("449.740")
    addressed(page, country="KZ", topic="energy", range="All", page="2")


def test_a_cold_visit_to_another_page_stands_alone(visit: Visit, cold: Callable[..., str]) -> None:
    page = visit(f"{cold()}/articles?country=TM&q=gas")
    expect(page.locator(".cards .card").first).to_contain_text("TM")
    expect(page.locator(".ticker .quote")).to_have_count(5)


def test_a_country_drives_chart_feed_and_link(visit: Visit, server: str) -> None:
    page = visit(server)
    drawn(page, "KZT", "KGS", "TJS", "TMT", "UZS")
    page.locator(".ticker [data-value=UZ]").click()
    drawn(page, "UZS")
    expect(page).to_have_url(re.compile(r"\?country=UZ$"))
    expect(page.locator(".cards .card .place").first).to_have_text("UZ")
    page.get_by_text("All countries", exact=True).click()
    expect(page).to_have_url(re.compile(r"country=UZ&news=all$"))
    drawn(page, "UZS")


def test_a_topic_narrows_the_feed_and_the_strip(visit: Visit, server: str) -> None:
    page = visit(server)
    drawn(page, "KZT", "KGS", "TJS", "TMT", "UZS")
    strip = f"{FULL}.at(-1).y?.reduce((a, b) => a + b, 0)"
    page.wait_for_function(f"{strip} > 0")
    before = page.evaluate(strip)
    page.get_by_role("combobox", name="Topics").fill("Migration")
    page.get_by_role("option", name=re.compile(r"^Migration \(\d+\)$")).wait_for()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"topic=migration"))
    expect(page.locator(".results")).to_have_text(re.compile(r"Results 1–\d of \d$"))
    page.wait_for_function(f"{strip} < {before}")
    becomes(page, strip, results(page))


def test_paging_shows_other_articles_and_is_in_the_link(visit: Visit, server: str) -> None:
    page = visit(server)
    expect(page.locator(".results")).to_contain_text("Results 1–6")
    expect(page.locator(".cards .card")).to_have_count(6)
    first = page.locator(".cards .card .title").all_inner_texts()
    page.get_by_role("button", name="Page 2", exact=True).click()
    expect(page.locator(".results")).to_contain_text("Results 7–12")
    expect(page.locator(".cards .card .title")).not_to_have_text(first)
    expect(page).to_have_url(re.compile(r"page=2"))


def test_the_back_button_brings_the_view_back(visit: Visit, server: str) -> None:
    page = visit(f"{server}/?country=KZ")
    drawn(page, "KZT")
    page.goto(f"{server}/?country=TJ")
    drawn(page, "TJS")
    page.go_back()
    drawn(page, "KZT")


def test_measures_and_scale_change_the_chart(visit: Visit, server: str) -> None:
    page = visit(f"{server}/?country=KZ&country=UZ")
    drawn(page, "KZT", "UZS")
    page.get_by_role("button", name="Chart", exact=True).click()
    page.get_by_text("Index 100", exact=True).click()
    page.wait_for_function(f"{FULL}[0].y?.[0] === 100")
    at_rest(page)
    page.get_by_text("Log scale").click()
    page.wait_for_function("document.querySelector('.js-plotly-plot')?._fullLayout?.yaxis.type === 'log'")
    page.get_by_text("Change", exact=True).click()
    page.wait_for_function(f"{DATA}[0]?.type === 'bar'")
    expect(page).to_have_url(re.compile(r"show=change"))


def test_a_gap_is_not_bridged(visit: Visit, server: str) -> None:
    page = visit(f"{server}/?country=KZ&source=currency_api")
    drawn(page, "KZT")
    page.wait_for_function(f"[...({FULL}[0].y ?? [])].some(Number.isNaN)")
    becomes(page, f"{DATA}[0].connectgaps ?? false", False)


def test_hover_tells_value_source_and_doubts(visit: Visit, server: str) -> None:
    page = visit(f"{server}/?country=TM&source=currency_api&from=2026-09-01&to=2026-09-29")
    drawn(page, "TMT")
    plot = box(page.locator(".js-plotly-plot .nsewdrag").first)
    page.mouse.move(plot["x"] + plot["width"] * 0.90, plot["y"] + plot["height"] / 2)
    hover = page.locator(".js-plotly-plot .hoverlayer")
    expect(hover).to_contain_text("TMT 3.42908")
    expect(hover).to_contain_text("currency-api")
    expect(hover).to_contain_text("spike that reverts, off the official peg")


def test_an_unknown_value_is_named_in_one_notice(visit: Visit, server: str) -> None:
    page = visit(f"{server}/?country=<script>alert(1)</script>&range=9Y")
    notice = page.locator(".notice")
    expect(notice).to_have_count(1)
    expect(notice).to_contain_text("<script>alert(1)</script>")
    expect(notice).to_contain_text("9Y")
    drawn(page, "KZT", "KGS", "TJS", "TMT", "UZS")


def test_hostile_titles_are_text_and_their_links_are_not_links(
    visit: Visit, cold: Callable[..., str], tmp_path: Path
) -> None:
    title = "<img src=x onerror=alert(1)> [x](javascript:alert(2)) $a$ :red[b] \\ **c**"
    day = max(a.day for a in digest())
    hostile = Article(
        "k", "timesca", "O", "en", "javascript:alert(3)", title, title, day, tags=(Tag("country", "KZ", title),)
    )
    store = Store(f"sqlite:///{tmp_path / 'altyn.db'}")
    store.articles.add([hostile])
    store.close()
    page = visit(f"{cold()}/?q=javascript&range=All")
    expect(page.locator(".card .title")).to_have_text(title)
    expect(page.locator(".card .excerpt")).to_have_text(title)
    at_rest(page)
    expect(page.locator(".card a")).to_have_count(0)
    expect(page.locator(".card img")).to_have_count(0)


def test_the_menu_carries_the_view_to_the_archive(visit: Visit, server: str) -> None:
    page = visit(f"{server}/?country=TM&topic=energy")
    drawn(page, "TMT")
    page.get_by_role("link", name="Articles").click()
    expect(page).to_have_url(re.compile(r"/articles\?country=TM&topic=energy"))
    expect(page.locator(".wide .card .place").first).to_have_text("TM")


def test_new_data_shows_without_a_reload(visit: Visit, cold: Callable[..., str], tmp_path: Path) -> None:
    page = visit(cold(ALTYN_WATCH_SECONDS="1"))
    expect(page.locator(".results")).to_contain_text("of 152")
    store = Store(f"sqlite:///{tmp_path / 'altyn.db'}")
    fresh = Article(
        "new",
        "timesca",
        "O",
        "en",
        "",
        "Just in",
        "",
        max(a.day for a in digest()),
        tags=(Tag("country", "KZ", "x"),),
    )
    store.articles.add([fresh])
    store.close()
    expect(page.locator(".results")).to_contain_text("of 153")
