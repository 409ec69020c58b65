"""What a crawler reads of a link, and what a reader sees before the page's scripts run."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette
from starlette.testclient import TestClient

import lib
from lib import server
from lib.desk import Bundle, Desk, State
from lib.errors import StoreError
from lib.links import View
from lib.store import Store
from tests.conftest import Clock, article, parts, rate

BASE = "http://altyn.example"
PAGES = {"Rates & news": "", "Articles": "articles", "Sources": "sources"}
NEWS = [
    article("a", 'Pipeline "stops" <b>', tags=("KZ", "energy"), day="2026-09-20"),
    article("b", "Gas for Uzbekistan", tags=("UZ", "energy"), day="2026-09-21"),
]


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Iterator[Desk]:
    store = Store(f"sqlite:///{tmp_path / 'altyn.db'}", clock)
    store.seed(parts([rate(f"2026-09-{day:02}", 470.0 + day) for day in range(1, 30)], NEWS))
    yield Desk(store, clock=clock)
    store.close()


@pytest.fixture
def client(desk: Desk, tmp_path: Path) -> TestClient:
    return served(lambda: desk, tmp_path)


def served(desk: object, tmp_path: Path) -> TestClient:
    (tmp_path / "style.css").touch()
    made = server.parts(desk, PAGES, figures, tmp_path / "style.css")  # type: ignore[arg-type]
    return TestClient(Starlette(routes=made["routes"]), base_url=BASE)


def figures(view: View, _state: State) -> str:
    return f"<p>the figures of {', '.join(view.countries)}</p>"


class Head(HTMLParser):
    """Title, language, and named contents of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.named: dict[str, str] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "meta" and "content" in given:
            self.named[given.get("name") or given.get("property", "")] = given["content"]
        if tag == "html":
            self.named["lang"] = given["lang"]
        if given.get("rel") == "canonical":
            self.named["canonical"] = given["href"]

    def handle_data(self, data: str) -> None:
        if self.lasttag == "title" and data.strip() and "title" not in self.named:
            self.named["title"] = data


LINKS = {
    "/": "1 USD in KZT, 29 Sep 2025 – 29 Sep 2026 · Altyn",
    "/?country=KZ&range=1M": "1 USD in KZT, 30 Aug – 29 Sep 2026 · Altyn",
    "/?country=KZ&lang=ru": "1 USD в KZT, 29 сент. 2025 – 29 сент. 2026 · Altyn",
    "/?country=KZ&per=local": "1 KZT in USD, 29 Sep 2025 – 29 Sep 2026 · Altyn",
    "/?country=UZ": "Rates & news, 29 Sep 2025 – 29 Sep 2026 · Altyn",
    "/?asof=2026-09-29T12:00:00Z&from=2026-09-01&to=2026-09-10": "1 USD in KZT, 1 Sep – 10 Sep 2026 · Altyn",
    "/articles": "Articles · Altyn",
    "/articles?q=gas&country=UZ": "Articles: “gas”, Uzbekistan · Altyn",
    "/articles?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E": 'Articles: “"><script>alert(1)</script>” · Altyn',
    "/articles?q=nothing&lang=ru": "Статьи: “nothing” · Altyn",
    "/sources": "Sources · Altyn",
    "/sources?lang=ru": "Источники · Altyn",
}


@pytest.mark.parametrize("link", LINKS)
def test_title_description_and_picture_of_a_link(client: TestClient, link: str) -> None:
    html = client.get(link).text
    named = Head(html).named
    assert named["title"] == named["og:title"] == LINKS[link]
    assert len(named["title"]) <= 70
    assert 10 < len(named["description"]) <= 200
    assert named["description"] == named["og:description"] == named["og:image:alt"]
    assert named["lang"] == ("ru" if "lang=ru" in link else "en")
    assert named["canonical"] == named["og:url"]
    assert named["canonical"].startswith(f"{BASE}{link.partition('?')[0]}")
    assert "<script>alert(1)" not in html
    assert named["og:image"].startswith(f"{BASE}/data/card.png?")
    picture = client.get(named["og:image"])
    assert "altyn-ignored" not in picture.headers
    assert struct.unpack(">II", picture.content[16:24]) == (1200, 630)


def test_description_has_the_numbers_and_their_source(client: TestClient) -> None:
    described = Head(client.get("/?country=KZ&range=1M").text).named["description"]
    assert described.startswith("The tenge: 499 per dollar; a dollar costs ")
    assert "1 article." in described
    assert "As of 29 Sep 2026, 12:00 UTC." in described


def test_frozen_link_stays_frozen_and_a_live_one_live(client: TestClient, desk: Desk) -> None:
    stamp = desk.now().at.isoformat().replace("+00:00", "Z")
    frozen = Head(client.get(f"/?asof={stamp}&country=KZ").text).named
    assert f"asof={stamp}" in unescape(frozen["canonical"])
    assert "asof" not in Head(client.get("/?country=KZ").text).named["canonical"]


def test_figures_and_a_still_chart_stand_before_any_script(client: TestClient) -> None:
    html = client.get("/?country=KZ").text
    still = re.search('<div id="still" aria-hidden="true" inert>.*?</div><script>', html, re.DOTALL)
    assert still
    assert "the figures of KZ" in still[0]
    assert still[0].count("<svg") == 2
    assert "The tenge: 499 per dollar" in still[0]
    assert '<link rel="modulepreload" crossorigin href="./static/js/PlotlyChart.' in html


@pytest.mark.parametrize(
    ("link", "charts", "shown"),
    [
        ("/articles", 0, True),
        ("/sources", 0, True),
        ("/?country=UZ", 0, True),
        ("/?table=1", 0, True),
        ("/?embed=true&country=KZ", 2, True),
        ("/?embed=feed", 0, False),
    ],
)
def test_still_has_what_the_page_will_have(client: TestClient, link: str, charts: int, shown: bool) -> None:
    html = client.get(link).text
    assert ('<div id="still"' in html) == shown
    assert html.count('role="img"') == charts
    if "embed" in link:
        assert "the figures" not in html


def test_page_of_a_server_without_its_database_is_sent_all_the_same(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def away() -> Desk:
        raise StoreError("postgresql://db", "the server is not reachable")

    answer = served(away, tmp_path).get("/?country=KZ")
    assert answer.status_code == 200
    assert "<title>Altyn</title>" in answer.text
    assert "not reachable" in caplog.text


def test_query_of_a_hundred_kilobytes_gets_the_page_without_a_preview(client: TestClient) -> None:
    answer = client.get(f"/?q={'x' * 60_000}")
    assert answer.status_code == 200
    assert "<title>Altyn</title>" in answer.text


def test_metrics_say_how_the_data_are(client: TestClient, desk: Desk) -> None:
    families = text_string_to_metric_families(client.get("/metrics").text)
    samples = {(one.name, *one.labels.values()): one.value for family in families for one in family.samples}
    newest = datetime(2026, 9, 29, tzinfo=UTC).timestamp()
    assert samples["altyn_up",] == 1
    assert samples["altyn_newest_day_timestamp_seconds", "rates"] == newest
    assert samples["altyn_state_timestamp_seconds",] == desk.now().at.timestamp()
    assert samples["altyn_build_info", lib.__version__] == 1
    assert samples["process_resident_memory_bytes",] > 0


def test_metrics_of_a_server_without_its_database(tmp_path: Path) -> None:
    def away() -> Desk:
        raise StoreError("postgresql://db", "the server is not reachable")

    text = served(away, tmp_path).get("/metrics").text
    assert "altyn_up 0.0" in text
    assert "altyn_newest" not in text


def test_still_of_a_link_is_drawn_once_for_a_state(
    client: TestClient, desk: Desk, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = []
    monkeypatch.setattr(Bundle, "still", lambda _bundle, size, _scale=1.0: drawn.append(size) or "<svg/>")
    for _ in range(3):
        client.get("/?country=KZ")
    assert len(drawn) == 2
    clock.advance(hours=1)
    desk.store.rates.add([rate("2026-09-29", 480.0)])
    client.get("/?country=KZ")
    assert len(drawn) == 4
