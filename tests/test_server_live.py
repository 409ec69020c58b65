"""The real server: data that other programs take from it, old and odd clients, and a refresh that needs no visitor."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import httpx2 as httpx
import pandas as pd
import pytest

from lib.store import Store
from tests.loopback import serve, write_catalog
from tests.publishers import CURRENCY_API
from tests.serving import serving

pytestmark = pytest.mark.browser  # starts a server, as the tests with a browser do

PATIENCE = 60  # seconds


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("live") / "altyn.db") as url:
        yield url


def test_pandas_reads_addresses(site: str) -> None:
    rates = pd.read_csv(f"{site}/data/rates.csv?country=KZ&range=5Y", parse_dates=["day"])
    assert rates["day"].is_monotonic_increasing
    assert set(rates["quote"]) == {"KZT"}
    monthly = pd.read_csv(f"{site}/data/rates.csv?country=KZ&range=1Y&wide=1&freq=M")
    assert list(monthly.columns) == ["period", "KZT per 1 USD", "KZT per 1 USD, observations", "asof"]
    book = pd.read_excel(f"{site}/data/rates.xlsx?country=KZ&range=1M", sheet_name=None)
    assert list(book) == ["Rates", "Articles"]


def test_curl_takes_what_it_is_offered(site: str, tmp_path: Path) -> None:
    curl = shutil.which("curl")
    assert curl, "install curl"
    target = tmp_path / "rate.json"
    address = f"{site}/data/rate?pair=USDTMT&day=2026-09-01&amount=100"
    subprocess.run([curl, "--silent", "--fail", "--compressed", "--output", target, address], check=True, timeout=60)
    (rate,) = json.loads(target.read_text())
    assert (rate["rate"], rate["converted"], rate["source"]) == (3.5, 350.0, "tmt_peg")


def test_client_of_http_1_0_gets_a_whole_answer(site: str) -> None:
    place = urlsplit(site)
    with socket.create_connection((place.hostname, place.port), timeout=60) as connection:  # type: ignore[arg-type]
        connection.sendall(b"GET /data/rate.txt?pair=USDTMT HTTP/1.0\r\n\r\n")
        received = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, body = received.partition(b"\r\n\r\n")
    assert head.split(b"\r\n")[0].endswith(b" 200 OK")
    assert b"3.5 TMT per USD" in body


@pytest.mark.parametrize("encoding", ["br;q=0, gzip;q=0, *", ";;;", "gzip, gzip, br, br", "\u2028", "deflate"])
def test_odd_encodings_get_a_readable_answer(site: str, encoding: str) -> None:
    headers = {b"accept-encoding": encoding.encode()}
    answer = httpx.get(f"{site}/data/rates.csv?country=TM&range=1M", headers=headers)
    assert answer.text.startswith("day,base,quote,")


def test_range_of_an_answer_is_the_whole_of_it(site: str) -> None:
    whole = httpx.get(f"{site}/data/rates.csv?country=TM&range=1M")
    part = httpx.get(f"{site}/data/rates.csv?country=TM&range=1M", headers={"range": "bytes=0-9"})
    assert (part.status_code, part.content) == (200, whole.content)


@pytest.mark.parametrize(
    "path", ["/data/../../../etc/passwd", "/data/..%2f..%2fetc%2fpasswd", "/data/%2e%2e/x", "//etc/x"]
)
def test_path_leads_nowhere(site: str, path: str) -> None:
    place = urlsplit(site)
    with socket.create_connection((place.hostname, place.port), timeout=60) as connection:  # type: ignore[arg-type]
        connection.sendall(f"GET {path} HTTP/1.0\r\n\r\n".encode())
        received = b"".join(iter(lambda: connection.recv(65536), b""))
    assert b"root:" not in received
    assert received.split(b" ")[1] in (b"400", b"404")


def test_due_source_is_refreshed_without_a_visitor(tmp_path: Path) -> None:
    (tmp_path / "catalog").mkdir()
    with serve(CURRENCY_API.handler()) as bank:
        write_catalog(tmp_path / "catalog", bank.url, CURRENCY_API)
        settings = {"ALTYN_REFRESH": "", "ALTYN_CATALOG": str(tmp_path / "catalog")}
        with serving(tmp_path / "altyn.db", **settings):
            deadline = time.monotonic() + PATIENCE
            while not bank.asked and time.monotonic() < deadline:
                time.sleep(0.1)
            while not refreshed(tmp_path / "altyn.db") and time.monotonic() < deadline:
                time.sleep(0.2)
    assert refreshed(tmp_path / "altyn.db")
    assert not (tmp_path / "altyn.db-wal").exists() or not (tmp_path / "altyn.db-wal").stat().st_size


def refreshed(database: Path) -> bool:
    store = Store(f"sqlite:///{database}")
    try:
        return "currency_api" in store.runs.last_success()
    finally:
        store.close()


def test_server_can_answer_before_anybody_opened_a_page(site: str) -> None:
    found = httpx.get(f"{site}/healthz").json()
    assert found["status"] == "ok"
    assert date.fromisoformat(found["rates"]) >= date(2026, 10, 21)
