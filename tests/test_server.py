"""The server around the pages: what it sends before a script runs, compressed, protected, and how it is."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import brotli
import httpx2 as httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from lib import server
from lib.desk import Desk, State
from lib.errors import StoreError
from lib.links import View
from lib.models import Run
from lib.server.compression import Compression, accepted
from lib.store import Store
from tests.conftest import NOON, Clock, article, parts, rate
from tests.serving import serving

PAGES = {"Rates & news": "", "Articles": "articles", "Sources": "sources"}
LONG = "the tenge, the som, the somoni, the manat, the sum; " * 40


@pytest.fixture
def desk(tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("ALTYN_REFRESH", "off")
    store = Store(f"sqlite:///{tmp_path / 'altyn.db'}", clock)
    store.seed(parts([rate("2026-09-28", 478.0), rate("2026-09-29", 479.0)], [article()]))
    yield Desk(store, clock=clock)
    store.close()


def figures(view: View, state: State) -> str:
    return f"<p>figures as of {state.at.date()} for {', '.join(view.countries)}</p>"


def client(desk: Desk, tmp_path: Path, base_path: str = "") -> TestClient:
    sheet = tmp_path / "style.css"
    sheet.write_text(".ticker { color: teal }")
    made = server.parts(lambda: desk, PAGES, figures, sheet, base_path)
    return TestClient(Starlette(routes=made["routes"], middleware=made["middleware"]))


@pytest.mark.parametrize(("base_path", "prefix"), [("", ""), ("fx", "/fx"), ("/fx/", "/fx")])
def test_html_of_each_page_has_the_style_sheet(desk: Desk, tmp_path: Path, base_path: str, prefix: str) -> None:
    for page in PAGES.values():
        answer = client(desk, tmp_path, base_path).get(f"{prefix}/{page}")
        before, _, body = answer.text.partition("<body>")
        assert answer.status_code == 200
        assert body.startswith("<style>.ticker { color: teal }</style>")
        assert "./static/js/index" in before
        assert answer.headers["cache-control"] == "no-cache"


def test_html_is_protected_and_only_an_embedded_view_may_stand_in_a_frame(desk: Desk, tmp_path: Path) -> None:
    browser = client(desk, tmp_path)
    page, embedded = browser.get("/"), browser.get("/?embed=true&part=chart")
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["content-security-policy"].endswith("frame-ancestors 'self'")
    assert embedded.headers["content-security-policy"].endswith("frame-ancestors *")
    assert "object-src 'none'" in embedded.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("header", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("GZIP", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("br;q=x, gzip;q=", ""),
        ("identity", ""),
        ("*", ""),
        ("", ""),
        (",;,", ""),
        ("gzip;level=9", "gzip"),
    ],
)
def test_best_encoding_that_a_client_accepts(header: str, encoding: str) -> None:
    assert accepted(header) == encoding


def compressing(answer: Response) -> TestClient:
    async def endpoint(_request: object) -> Response:
        return answer

    routes = [Route("/x", endpoint, methods=["GET", "HEAD"])]
    return TestClient(Starlette(routes=routes, middleware=[Middleware(Compression)]))


def raw(answer: Response, encoding: str, **headers: str) -> tuple[httpx.Headers, bytes]:
    """Headers and bytes as they were on the wire."""
    given = {"accept-encoding": encoding, **headers}
    with compressing(answer).stream("GET", "/x", headers=given) as response:
        return response.headers, b"".join(response.iter_raw())


@pytest.mark.parametrize(("encoding", "read"), [("br", brotli.decompress), ("gzip", gzip.decompress)])
@pytest.mark.parametrize("caching", ["no-cache", "public, immutable, max-age=31536000"])
def test_long_text_is_compressed(encoding: str, read: object, caching: str) -> None:
    answer = PlainTextResponse(LONG, headers={"etag": '"1"', "cache-control": caching})
    headers, body = raw(answer, encoding)
    assert headers["content-encoding"] == encoding
    assert headers["vary"] == "Accept-Encoding"
    assert headers["etag"] == 'W/"1"'
    assert int(headers["content-length"]) == len(body) < len(LONG) / 5
    assert read(body).decode() == LONG  # type: ignore[operator]


@pytest.mark.parametrize(
    ("answer", "headers"),
    [
        (PlainTextResponse("short"), {}),
        (Response(LONG, media_type="image/png"), {}),
        (PlainTextResponse(LONG, status_code=206), {}),
        (PlainTextResponse(LONG, headers={"content-encoding": "identity"}), {}),
        (PlainTextResponse(LONG), {"range": "bytes=0-9"}),
    ],
    ids=["short", "picture", "partial", "encoded", "range"],
)
def test_what_is_left_as_it_is(answer: Response, headers: dict[str, str]) -> None:
    sent, body = raw(answer, "br, gzip", **headers)
    assert sent.get("content-encoding", "identity") == "identity"
    assert body == answer.body


def test_health_names_the_newest_days_and_failing_sources(desk: Desk, tmp_path: Path) -> None:
    desk.store.lease.take("this process")
    desk.store.runs.record(Run("nbk", NOON, NOON, "failed", error="nbk: no answer"))
    answer = client(desk, tmp_path).get("/healthz")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json() == {
        "status": "ok",
        "reasons": [],
        "state": desk.now().at.isoformat(),
        "rates": "2026-09-29",
        "articles": "2026-09-29",
        "lease": "this process",
        "failing": ["nbk"],
    }


def test_health_of_a_server_without_its_database_says_why(tmp_path: Path) -> None:
    def away() -> Desk:
        raise StoreError("postgresql://db", "the server is not reachable")

    sheet = tmp_path / "style.css"
    sheet.touch()
    made = server.parts(away, PAGES, figures, sheet)
    answer = TestClient(Starlette(routes=made["routes"])).get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["reasons"] == ["postgresql://db: the server is not reachable"]


@pytest.mark.browser
def test_server_that_streamlit_starts_has_all_of_it_under_a_base_path(tmp_path: Path) -> None:
    with serving(tmp_path / "altyn.db", STREAMLIT_SERVER_BASE_URL_PATH="fx") as address:
        page = httpx.get(f"{address}/articles?q=gas", headers={"accept-encoding": "gzip"})
        assert ".ticker {" in page.text
        assert page.headers["content-encoding"] == "gzip"
        script = page.text.partition('src="./static/')[2].partition('"')[0]
        sent = httpx.get(f"{address}/static/{script}", headers={"accept-encoding": "br"})
        assert sent.headers["content-encoding"] == "br"
        assert "immutable" in sent.headers["cache-control"]
        assert httpx.get(f"{address}/healthz").json()["status"] == "ok"
