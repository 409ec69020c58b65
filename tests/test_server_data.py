"""Data by URL: each file in each format, live and frozen, what it is as of, and what is wrong with a request."""

from __future__ import annotations

import io
import itertools
import re
import string
import struct
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import quote, urlencode

import feedparser
import httpx2 as httpx
import openpyxl
import pandas as pd
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from lib import catalog, links
from lib.catalog.rules import rules
from lib.desk import Bundle, Desk, Section
from lib.errors import StoreError
from lib.export.shapes import Shape
from lib.models import Run
from lib.server import data, manual
from lib.server.resources import MEDIA_TYPES, RESOURCES
from lib.store import Store
from tests.conftest import NOON, Clock, article, parts, rate
from tests.sampling import FULL
from tests.test_links_hostile import queries

BASE = "http://altyn.example"
DAYS = [date(2026, 8, 3) + timedelta(days=number) for number in range(58)]
MAKERS: dict[str, Callable[[Bundle], bytes]] = {
    "rates.csv": Bundle.rates_csv,
    "rates.json": Bundle.rates_json,
    "rates.xlsx": Bundle.excel,
    "articles.csv": Bundle.articles_csv,
    "articles.json": Bundle.articles_json,
    "articles.atom": Bundle.atom,
    "moves.csv": Bundle.moves_csv,
    "moves.json": Bundle.moves_json,
    "view.html": Bundle.html,
    "chart.svg": Bundle.svg,
    "chart.png": Bundle.png,
}
QUERIES = ["country=KZ", "country=UZ&lang=ru&range=3M&per=local", "show=index&topic=energy", ""]


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Iterator[Desk]:
    store = Store(f"sqlite:///{tmp_path / 'altyn.db'}", clock)
    tenge = [rate(str(day), 470.0 + number % 7) for number, day in enumerate(DAYS)]
    sum_ = [rate(str(day), 12_000.0 + number, source="cbu", quote="UZS") for number, day in enumerate(DAYS)]
    news = [article("a", "Pipeline stops", tags=("KZ", "energy")), article("b", 'Rates "rise" <1 %', tags=("UZ",))]
    store.seed(parts([*tenge, *sum_], news))
    yield Desk(store, clock=clock)
    store.close()


@pytest.fixture
def client(desk: Desk) -> TestClient:
    return TestClient(Starlette(routes=data.routes(lambda: desk, "")), base_url=BASE)


def bundle(desk: Desk, query: str, section: Section = "chart") -> Bundle:
    """What a click on Download takes along of the view of a link."""
    parsed = httpx.QueryParams(query)
    given = {name: parsed.get_list(name) for name in parsed}
    view, ignored = links.parse(given, rules().topics, desk.sources, desk.latest_instant())
    assert not ignored
    page = f"{BASE}/articles" if section == "archive" else f"{BASE}/"
    view = desk.settled(view)
    return desk.bundle(view, desk.state_of(view, desk.now()), section, page, view.lang)


def frozen(desk: Desk, query: str, section: Section = "chart") -> str:
    """The query of the frozen link of a view."""
    return bundle(desk, query, section).link.partition("?")[2]


def test_every_file_of_the_table_is_tested() -> None:
    others = {"card.png", "watch.atom", "rate", "rate.json", "rate.csv", "rate.txt", "sources.json", "sources.csv"}
    others |= {"impact.csv", "impact.json"}
    assert {*MAKERS, *others} == set(data.files())


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("freezing", [False, True], ids=["live", "frozen"])
def test_each_file_is_what_a_click_saves(client: TestClient, desk: Desk, query: str, freezing: bool) -> None:
    requested = frozen(desk, query) if freezing else query
    clicked = bundle(desk, requested)
    for name, make in MAKERS.items():
        answer = client.get(f"/data/{name}?{requested}")
        assert answer.status_code == 200, name
        assert answer.headers["content-type"] == MEDIA_TYPES[name.rpartition(".")[2]]
        assert "altyn-ignored" not in answer.headers
        if name.endswith("xlsx"):
            assert cells(answer.content) == cells(make(clicked))
        else:
            assert answer.content == make(clicked), name


def cells(workbook: bytes) -> dict[str, list[tuple[object, ...]]]:
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


@pytest.mark.parametrize("query", ["wide=1", "freq=M", "freq=W&agg=mean", "wide=1&freq=Q&agg=mean"])
def test_shapes_of_the_rates(client: TestClient, desk: Desk, query: str) -> None:
    given = dict(part.split("=") for part in query.split("&"))
    shape = Shape(given.get("wide") == "1", given.get("freq", "D"), given.get("agg", "last"))  # type: ignore[arg-type]
    clicked = bundle(desk, "country=KZ,UZ")
    assert client.get(f"/data/rates.csv?country=KZ,UZ&{query}").content == clicked.rates_csv(shape)
    assert client.get(f"/data/rates.json?country=KZ,UZ&{query}").content == clicked.rates_json(shape)
    assert cells(client.get(f"/data/rates.xlsx?country=KZ,UZ&{query}").content) == cells(clicked.excel(shape))


def test_one_rate_on_a_day(client: TestClient) -> None:
    friday = client.get("/data/rate?pair=USDKZT&day=2026-08-14&amount=1000").json()
    assert friday[0]["rate"] == 470.0 + 11 % 7
    assert friday[0]["converted"] == 474_000.0
    assert (friday[0]["published"], friday[0]["carried"]) == ("2026-08-14", "0")
    said = client.get("/data/rate.txt?pair=usd/kzt&day=2026-09-30&lang=ru").text
    assert said == (
        "30 сент. 2026: 1 USD = 471 KZT; 471 KZT за USD, Национальный банк Казахстана, действует с 29 сент. 2026.\n"
    )


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("", "A pair is two currencies, such as USDKZT."),
        ("pair=USDUSD", "A pair is two different currencies."),
        ("pair=XXXKZT", "The currencies are USD, EUR, RUB, CNY, "),
        ("pair=USDKZT&day=tomorrow", "The day is not a date like 2026-09-29."),
        ("pair=USDKZT&day=1900-01-01", "No rate is older than 1990-01-01."),
        ("pair=USDKZT&day=2031-01-01", "No rate of USD/KZT is in force on 2031-01-01."),
        ("pair=USDKZT&day=2026-10-30", "No rate of USD/KZT is in force on 2026-10-30."),
        ("pair=USDKZT&amount=0", "The amount must be a number above 0 and at most 1,000,000,000,000,000."),
        ("pair=USDKZT&amount=1e300", "The amount must be a number above 0"),
        ("pair=USDKZT&amount=nan", "The amount must be a number above 0"),
        ("pair=USDKZT&amount=much", "The amount is not a number."),
        ("pair=USDKZT&source=bank", "The sources are nbk, "),
    ],
)
def test_question_for_a_rate_that_makes_no_sense(client: TestClient, query: str, sentence: str) -> None:
    answer = client.get(f"/data/rate?{query}")
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith(sentence)


def test_sources_say_what_there_is_of_each_and_how_it_is(client: TestClient, desk: Desk) -> None:
    desk.store.runs.record(Run("nbk", NOON, NOON, "ok"))
    desk.store.runs.record(Run("cbu", NOON, NOON, "failed", error="cbu: no answer"))
    answer = client.get("/data/sources.json").json()
    sources = {source["key"]: source for source in answer}
    assert set(sources) == {*catalog.sources(), *catalog.feeds()}
    nbk = sources["nbk"]
    assert (nbk["first_day"], nbk["last_day"], nbk["observations"]) == ("2026-08-03", "2026-09-29", 58)
    assert (nbk["pairs"], nbk["last_success"], nbk["last_error"]) == ("USD/KZT", "2026-09-29T12:00:00Z", "")
    assert sources["cbu"]["last_error"] == "cbu: no answer"
    assert sources["timesca"]["kind"] == "feed"


@pytest.mark.parametrize("name", ["articles.csv", "articles.json", "articles.atom", "view.html"])
def test_section_of_the_archive_has_articles_of_any_day(client: TestClient, desk: Desk, name: str) -> None:
    desk.store.articles.add([article("old", "Of long ago", day="2011-03-01", tags=("TM",))])
    archive = client.get(f"/data/{name}?section=archive&q=ago")
    assert archive.content == MAKERS[name](bundle(desk, "q=ago", "archive"))
    assert b"Of long ago" in archive.content
    assert b"Of long ago" not in client.get(f"/data/{name}?q=ago&range=1M").content


def test_readers_take_what_they_are_offered(client: TestClient) -> None:
    frame = pd.read_csv(io.BytesIO(client.get("/data/rates.csv?country=KZ").content), parse_dates=["day"])
    assert frame["value"].iloc[-1] == 470.0 + 57 % 7
    assert set(frame["source"]) == {"nbk"}
    feed = feedparser.parse(client.get("/data/articles.atom?country=UZ").content)
    assert not feed.bozo
    assert [entry.title for entry in feed.entries] == ['Rates "rise" <1 %']


def test_frozen_answer_is_the_same_after_a_correction_and_a_restart(
    client: TestClient, desk: Desk, clock: Clock, tmp_path: Path
) -> None:
    requested = frozen(desk, "country=KZ")
    before = {name: client.get(f"/data/{name}?{requested}").content for name in MAKERS}
    clock.advance(hours=1)
    desk.store.rates.add([rate("2026-09-29", 999.0)])
    desk.store.articles.add([article("new", "Later news", tags=("KZ",))])
    restarted = Desk(Store(f"sqlite:///{tmp_path / 'altyn.db'}", clock), clock=clock)
    again = TestClient(Starlette(routes=data.routes(lambda: restarted, "")), base_url=BASE)
    for name, content in before.items():
        assert again.get(f"/data/{name}?{requested}").content == content, name
    assert b"999" in again.get("/data/rates.csv?country=KZ").content
    restarted.close()


def test_client_that_has_an_answer_is_told_so_until_the_data_change(
    client: TestClient, desk: Desk, clock: Clock
) -> None:
    first = client.get("/data/rates.csv?country=KZ")
    known = {"if-none-match": f'"other", W/{first.headers["etag"]}'}
    assert first.headers["cache-control"] == "no-cache"
    again = client.get("/data/rates.csv?country=KZ", headers=known)
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert client.get("/data/rates.csv?country=UZ", headers=known).status_code == 200
    clock.advance(hours=1)
    desk.store.rates.add([rate("2026-09-29", 999.0)])
    assert client.get("/data/rates.csv?country=KZ", headers=known).status_code == 200


def test_frozen_answer_may_be_cached_for_a_day_and_is_checked_by_its_bytes(client: TestClient, desk: Desk) -> None:
    requested = frozen(desk, "country=KZ")
    first = client.get(f"/data/articles.csv?{requested}")
    assert first.headers["cache-control"] == "public, max-age=86400"
    again = client.get(f"/data/articles.csv?{requested}", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304


def test_instant_before_the_first_state_is_not_cached(client: TestClient) -> None:
    answer = client.get("/data/rates.csv?asof=2001-01-01")
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.text.strip().count("\n") == 0  # the header alone


def test_what_is_ignored_is_named(client: TestClient) -> None:
    hostile = {"country": "KZ,XX", "colour": "re\r\nd", "from": "2026-99-01"}
    answer = client.get(f"/data/rates.csv?{urlencode(hostile)}")
    assert answer.status_code == 200
    assert answer.headers["altyn-ignored"] == "from=2026-99-01; country=XX; colour=re%20%20d"
    assert answer.content == client.get("/data/rates.csv?country=KZ").content


@pytest.mark.parametrize(
    ("path", "status", "sentence"),
    [
        ("/data/rates.pdf", 404, "There is no such file. There are: rates.csv, "),
        ("/data/../../etc/passwd", 404, ""),
        ("/data/%2e%2e/%2e%2e/etc/passwd", 404, ""),
        ("/data/", 404, ""),
        ("/data/articles.csv?section=cellar", 400, "The parameter section is one of chart, archive."),
        (f"/data/rates.csv?q={'x' * 9000}", 400, "The query is longer than 8192 bytes."),
        (f"/data/rates.csv?{'a&' * 600}", 400, "The query has more than 500 parameters."),
    ],
)
def test_bad_request_gets_a_sentence(client: TestClient, path: str, status: int, sentence: str) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert sentence in answer.text
    assert "Traceback" not in answer.text


def test_error_of_a_json_address_is_a_problem_document(client: TestClient) -> None:
    answer = client.get("/data/nothing.json")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == 404
    assert answer.json()["detail"].startswith("There is no such file.")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_data_are_only_read(client: TestClient, method: str) -> None:
    answer = client.request(method, "/data/rates.csv")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    assert answer.text == "Data are read with GET or HEAD.\n"


def test_pages_of_others_may_read_data(client: TestClient) -> None:
    requested = client.options("/data/rates.csv")
    assert requested.status_code == 204
    assert requested.headers["access-control-allow-origin"] == "*"
    assert client.get("/data/rates.csv").headers["access-control-allow-origin"] == "*"


def test_head_has_the_headers_alone(client: TestClient) -> None:
    got, head = client.get("/data/rates.csv"), client.head("/data/rates.csv")
    assert head.content == b""
    assert head.headers == got.headers


def test_database_that_is_away_is_said_with_when_to_try_again() -> None:
    def away() -> Desk:
        raise StoreError("postgresql://db", "the server is not reachable")

    answer = TestClient(Starlette(routes=data.routes(away, ""))).get("/data/rates.csv")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "15"
    assert answer.text == "postgresql://db: the server is not reachable. Try again later.\n"


def test_file_names_are_those_of_a_download(client: TestClient) -> None:
    def named(path: str) -> str:
        return client.get(path).headers["content-disposition"]

    assert named("/data/rates.csv?country=KZ").startswith('inline; filename="altyn_USD-KZT_')
    assert named("/data/rates.xlsx?country=KZ").startswith("attachment; ")
    assert "articles" in named("/data/articles.atom")


def test_resources_say_what_they_are() -> None:
    for name, resource in RESOURCES.items():
        assert resource.about.endswith("."), name
        assert set(resource.formats) <= set(MEDIA_TYPES)


def test_hostile_links_get_an_answer_or_a_sentence(client: TestClient) -> None:
    """In turn on each file."""
    names = itertools.cycle(sorted(MAKERS))
    for hostile in queries(10_000 if FULL else 60):
        name = next(names)
        answer = client.get(
            httpx.URL(f"{BASE}/data/{name}", query=quote(hostile[:60_000], safe=string.printable).encode())
        )
        assert answer.status_code in (200, 400), (name, hostile[:200])
        assert "Traceback" not in answer.text, (name, hostile[:200])
        assert answer.headers.get("altyn-ignored", "").isprintable()
        if answer.status_code == 400:
            assert re.match(r"The |\{.*\"detail\":\"The ", answer.text), (name, hostile[:200])


def test_files_of_many_articles_name_those_beside_them(
    client: TestClient, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data, "MAX_ARTICLES", 2)
    monkeypatch.setattr(Bundle.articles, "__defaults__", (2,))
    desk.store.articles.add(article(f"n{n}", f"News {n}", day=f"2026-09-0{n}") for n in (1, 2, 3))
    first = client.get("/data/articles.csv?when=all&section=archive")
    assert first.headers["link"].endswith('offset=2>; rel="next"')
    second = client.get(first.headers["link"].partition(">")[0].removeprefix("<"))
    assert 'offset=0>; rel="prev"' in second.headers["link"]
    third = client.get(second.headers["link"].rpartition("<")[2].partition(">")[0])
    assert "next" not in third.headers["link"]
    keys = [set(pd.read_csv(io.BytesIO(answer.content))["url"]) for answer in (first, second, third)]
    assert sorted(map(len, keys)) == [1, 2, 2]
    assert len(set.union(*keys)) == 5


@pytest.mark.parametrize("offset", ["-1", "x", "1e3", "9" * 12])
def test_offset_that_is_no_number(client: TestClient, offset: str) -> None:
    answer = client.get(f"/data/articles.csv?offset={offset}")
    assert (answer.status_code, answer.text) == (400, "The offset is not a number of articles.\n")


def test_watch_names_its_own_address(client: TestClient) -> None:
    feed = feedparser.parse(client.get("/data/watch.atom?country=KZ&move=0.1&lang=ru").content)
    assert not feed.bozo
    assert feed.feed.id == f"{BASE}/data/watch.atom?country=KZ&lang=ru&move=0.1"
    assert client.get("/data/watch.atom?move=much").status_code == 400


@pytest.mark.parametrize(
    ("query", "size"),
    [("country=KZ", (1200, 630)), ("section=archive&q=zzz", (1200, 630)), ("asof=2001-01-01", (1200, 630))],
)
def test_card_is_a_picture_of_its_size(client: TestClient, query: str, size: tuple[int, int]) -> None:
    content = client.get(f"/data/card.png?{query}").content
    assert content.startswith(b"\x89PNG")
    assert struct.unpack(">II", content[16:24]) == size


def test_manual_names_every_file_option_and_only_parameters_that_there_are(desk: Desk) -> None:
    page = TestClient(Starlette(routes=manual.routes("/fx")), base_url=BASE).get("/fx/data/").text
    for name in data.files():
        assert f'href="{BASE}/fx/data/{name}"' in page
    for resource in RESOURCES.values():
        assert all(f"{option}=" in page for option in resource.options)
    given = {name: ["x"] for name in set(manual.PARAMETERS) - {"offset"}}
    _, ignored = links.parse(given, rules().topics, desk.sources, desk.latest_instant())
    assert "no such setting" not in {one.why for one in ignored}


def test_examples_of_the_manual_work(client: TestClient) -> None:
    for text in manual.EXAMPLES.values():
        address = re.search(r'http[^"]+', text.format(root=f"{BASE}/"))
        assert address
        answer = client.get(address[0])
        assert answer.status_code in (200, 400), text  # 400: the test's store has no rate of 2015
        assert "altyn-ignored" not in answer.headers


def test_more_rows_than_are_answered_within_seconds_are_refused_with_what_to_do(client: TestClient, desk: Desk) -> None:
    long_ago = [rate(f"{year}-0{month}-01", 150.0) for year in range(1995, 2026) for month in (1, 4, 7)]
    desk.store.rates.add([*long_ago, *(rate(str(r.day), 9000.0, source="cbu", quote="UZS") for r in long_ago)])
    answer = client.get("/data/rates.xlsx?range=All")
    assert answer.status_code == 400
    assert answer.text == (
        "These are more than 20,000 rows: choose fewer currencies or sources, a shorter period, or wide=1,"
        " or freq=W, M, Q or Y.\n"
    )
    assert client.get("/data/rates.csv?range=All").status_code == 200
    assert client.get("/data/rates.xlsx?range=All&freq=M").status_code == 200
