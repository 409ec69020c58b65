"""Chart and feed as one instrument, in a real Chromium: each deed with the mouse, and again with the keyboard alone."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable
from datetime import date
from itertools import product
from pathlib import Path

import feedparser
import pytest
from playwright.sync_api import Locator, Page, expect

from lib.models import Article, Rate, Tag
from lib.store import Store
from tests.browsing import Visit, addressed, at_rest, becomes, box, drawn, results
from tests.sampling import FULL

pytestmark = pytest.mark.browser

Press = Callable[[Locator], None]


def by_mouse(what: Locator) -> None:
    what.wait_for()
    at_rest(what.page)
    what.click()


def by_keyboard(what: Locator) -> None:
    """Tab until it has the focus, then Enter."""
    page = what.page
    what.wait_for()
    at_rest(page)
    for _ in range(200):
        if what.evaluate("one => one === document.activeElement || one.contains(document.activeElement)"):
            page.keyboard.press("Enter")
            return
        page.keyboard.press("Tab")
    raise AssertionError("the keyboard does not get there")


HANDS = pytest.mark.parametrize("press", [by_mouse, by_keyboard])
BEGINS = {"PNG": b"\x89PNG", "SVG": b"<svg"}  # what a file of each kind begins with
PICTURES = [*product((by_mouse, by_keyboard), BEGINS)] if FULL else [(by_mouse, "PNG"), (by_keyboard, "SVG")]


def button(page: Page, act: str, text: str | re.Pattern[str] = "") -> Locator:
    return page.locator(f"button[data-act={act}]", has_text=text).first


def kazakh(visit: Visit, server: str, more: str = "") -> Page:
    page = visit(f"{server}/?country=KZ{more}")
    drawn(page, "KZT")
    return page


def drag(page: Page, start: float, end: float) -> None:
    """Over the chart, from one share of its width to another."""
    plot = box(page.locator(".nsewdrag").first)
    height = plot["y"] + plot["height"] / 2
    page.mouse.move(plot["x"] + plot["width"] * start, height)
    page.mouse.down()
    page.mouse.move(plot["x"] + plot["width"] * (start + end) / 2, height, steps=4)
    page.mouse.move(plot["x"] + plot["width"] * end, height, steps=4)
    page.mouse.up()


def test_days_drawn_on_the_chart_are_those_of_the_feed_and_one_click_clears_them(visit: Visit, server: str) -> None:
    page = kazakh(visit, server)
    everything = results(page)
    drag(page, 0.2, 0.5)
    expect(page).to_have_url(re.compile(r"sel=202[56]-\d\d-\d\d\.\.2026-\d\d-\d\d"))
    expect(page.locator(".results")).not_to_have_text(re.compile(f"of {everything}$"))
    assert 0 < results(page) < everything
    button(page, "days", "clear").click()
    expect(page).to_have_url(re.compile(r"\?country=KZ$"))
    expect(page.locator(".results")).to_have_text(re.compile(f"of {everything}$"))


def test_a_bar_of_the_strip_selects_its_day(visit: Visit, server: str) -> None:
    page = kazakh(visit, server, "&from=2026-06-20&to=2026-07-10")
    bar = box(page.locator(".barlayer .point path").first)
    page.mouse.click(bar["x"] + bar["width"] / 2, bar["y"] + bar["height"] / 2)
    expect(page).to_have_url(re.compile(r"sel=2026-07-01$"))
    expect(page.locator(".newshead")).to_contain_text("1 Jul 2026")


def test_days_are_selected_by_dates_too(visit: Visit, server: str) -> None:
    page = kazakh(visit, server)
    by_keyboard(page.get_by_role("button", name="Dates", exact=True))
    for name, day in (("News from", "20260301"), ("News to", "20260320")):
        page.get_by_role("spinbutton", name=f"year, {name}").focus()
        page.keyboard.type(day, delay=30)
        for _ in range(3):  # past its two buttons: a field tells its date when it is left
            page.keyboard.press("Tab")
        expect(page).to_have_url(re.compile(f"sel=.*{day[:4]}-{day[4:6]}-{day[6:]}"))
        at_rest(page)
    expect(page).to_have_url(re.compile(r"sel=2026-03-01\.\.2026-03-20"))


@HANDS
def test_an_article_shows_its_day_on_the_chart(visit: Visit, server: str, press: Press) -> None:
    page = visit(server)
    drawn(page, "KZT", "KGS", "TJS", "TMT", "UZS")
    press(button(page, "show", "KZT"))
    drawn(page, "KZT")
    expect(page).to_have_url(re.compile(r"country=KZ&from=2026-06-01&to=2026-07-31&mark=2026-07-01"))
    becomes(page, "document.querySelector('.js-plotly-plot')?.layout?.shapes?.length", 1)


@HANDS
def test_a_move_leads_to_the_news_of_its_days(visit: Visit, server: str, press: Press) -> None:
    page = kazakh(visit, server)
    move = page.locator(".moves li", has=page.locator("a")).first
    expect(move).to_contain_text(re.compile(r"KZT [▲▼] \d"))
    title = move.locator("a").first.inner_text()
    press(move.locator("button"))
    expect(page).to_have_url(re.compile(r"sel=20\d\d-\d\d-\d\d\.\.20\d\d-\d\d-\d\d"))
    expect(page.locator(".cards")).to_contain_text(title)


def test_moves_without_news_say_so(visit: Visit, server: str) -> None:
    page = visit(f"{server}/?country=KG")
    drawn(page, "KGS")
    expect(page.locator(".moves li").first).to_contain_text("no article found")


@HANDS
def test_the_chart_has_a_twin_for_readers(visit: Visit, server: str, press: Press) -> None:
    page = kazakh(visit, server)
    press(button(page, "table", "Table"))
    row = page.locator("table.figures tbody tr").first
    expect(row).to_contain_text("21 Oct 2026")
    expect(row).to_contain_text("449.740")
    press(button(page, "table", "Chart"))
    drawn(page, "KZT")


@HANDS
def test_a_frozen_link_shows_what_was_and_leads_back_to_today(
    visit: Visit, cold: Callable[..., str], tmp_path: Path, press: Press
) -> None:
    page = kazakh(visit, cold(ALTYN_WATCH_SECONDS="3600"))
    press(page.get_by_role("button", name="Share", exact=True))
    links = page.locator(".taken")
    expect(links).to_have_count(6)
    expect(links.nth(0)).not_to_contain_text("asof=")
    expect(links.nth(1)).to_contain_text("asof=")
    frozen = links.nth(1).inner_text().strip()
    store = Store(f"sqlite:///{tmp_path / 'altyn.db'}")
    store.rates.add([Rate("currency_api", "USD", "KZT", date(2026, 9, 29), 999.0)])
    store.articles.add(
        [Article("x", "f", "O", "en", "", "Late", "", date(2026, 9, 1), tags=(Tag("country", "KZ", ""),))]
    )
    store.close()
    page.goto(frozen)
    drawn(page, "KZT")
    expect(page.locator(".frozen")).to_contain_text("KZT 29 Sep 2026: 441.234 → 999.000; 1 more article")
    expect(page.locator(".ticker")).to_contain_text("449.740")
    expect(page.locator(".cards .card").first).to_be_visible()
    expect(page.locator(".cards")).not_to_contain_text("Late")
    press(button(page, "today"))
    expect(page.locator(".cards")).to_contain_text("Late")
    expect(page).not_to_have_url(re.compile("asof"))


@HANDS
def test_what_is_seen_can_be_taken_along(visit: Visit, server: str, press: Press) -> None:
    page = kazakh(visit, server, "&from=2026-06-01&to=2026-07-31")
    press(page.get_by_role("button", name="Download", exact=True))
    taken = {}
    for label in ("Rates, CSV", "Rates and articles, Excel", "Articles, CSV", "Articles, Atom feed", "The whole view"):
        with page.expect_download() as download:
            press(page.get_by_role("button", name=label))
        assert re.match(r"altyn_(USD-KZT|articles)_2026-06-01_2026-07-31_asof-", download.value.suggested_filename)
        taken[label] = Path(download.value.path()).read_bytes()
    rows = list(csv.DictReader(io.StringIO(taken["Rates, CSV"].decode())))
    assert {row["source"] for row in rows} == {"currency_api", "nbp"}  # the gaps are of the second
    assert {row["flags"] for row in rows} >= {"carried"}
    assert zipfile.ZipFile(io.BytesIO(taken["Rates and articles, Excel"])).testzip() is None
    assert b"new constitution takes force" in taken["Articles, CSV"]
    assert len(feedparser.parse(taken["Articles, Atom feed"]).entries) == results(page)
    assert b"<table>" in taken["The whole view"]


@pytest.mark.parametrize(("press", "kind"), PICTURES)
def test_the_chart_can_be_taken_as_a_picture(visit: Visit, server: str, press: Press, kind: str) -> None:
    page = kazakh(visit, server)
    press(page.get_by_role("button", name="Download", exact=True))
    with page.expect_download() as download:
        press(page.get_by_role("button", name=f"The chart, {kind} picture"))
    assert download.value.suggested_filename.startswith("altyn_USD-KZT_")
    assert Path(download.value.path()).read_bytes().startswith(BEGINS[kind])


@HANDS
def test_the_language_changes_and_the_view_stays(visit: Visit, server: str, press: Press) -> None:
    page = kazakh(visit, server, "&topic=energy")
    press(button(page, "lang", "RU"))
    expect(page.locator(".newshead")).to_contain_text("Новости")
    drawn(page, "KZT")
    expect(page).to_have_url(re.compile(r"country=KZ&topic=energy&lang=ru"))
    expect(page.locator(".ticker")).to_contain_text("449,740")


@pytest.mark.parametrize(
    ("part", "there", "away"), [("chart", ".js-plotly-plot", ".cards"), ("feed", ".cards", ".js-plotly-plot")]
)
def test_a_part_stands_alone_in_another_page(visit: Visit, server: str, part: str, there: str, away: str) -> None:
    page = visit(f"{server}/?country=KZ&embed=true&part={part}")
    page.locator(there).first.wait_for()
    at_rest(page)
    expect(page.locator(f"{away}, .ticker, .st-key-menu")).to_have_count(0)


@HANDS
def test_from_the_archive_to_the_chart(visit: Visit, server: str, press: Press) -> None:
    page = visit(f"{server}/articles?q=gas")
    expect(page.locator(".cards mark").first).to_have_text("gas")
    at_rest(page)
    press(page.locator("a[data-go]", has_text="TMT").first)
    drawn(page, "TMT")
    expect(page).to_have_url(re.compile(r"country=TM&from=2026-02-16&to=2026-04-17&mark=2026-03-18"))


def test_a_button_that_nobody_listens_to_yet_takes_no_click(visit: Visit, server: str) -> None:
    page = visit(f"{server}/articles?q=gas")
    at_rest(page)
    shows = button(page, "only", "TM")
    expect(shows).not_to_have_css("pointer-events", "none")
    page.evaluate("delete document.documentElement.dataset.hands")  # as before hands.js has come
    expect(shows).to_have_css("pointer-events", "none")


def test_facets_narrow_the_archive_and_each_other(visit: Visit, server: str) -> None:
    page = visit(f"{server}/articles")
    counted = page.get_by_role("button", name=re.compile(r"^Turkmenistan \(\d+\)$"))
    of_country = int(re.sub(r"[^0-9]", "", counted.inner_text()))
    counted.click()
    addressed(page, news="TM")
    expect(page.locator(".results")).to_have_text(re.compile(f"of {of_country}$"))
    page.get_by_role("button", name=re.compile(r"^Energy \(\d+\)$")).click()
    addressed(page, news="TM", topic="energy")
    expect(page.locator(".results")).not_to_have_text(re.compile(f"of {of_country}$"))
    of_both = results(page)
    assert 0 < of_both < of_country
    expect(counted).to_contain_text(f"({of_both})")
    page.get_by_role("radio", name="6", exact=True).or_(page.get_by_role("button", name="6", exact=True)).first.click()
    expect(page.locator(".cards .card")).to_have_count(6)
    addressed(page, news="TM", topic="energy", size="6")
