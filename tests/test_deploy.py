"""deploy/nginx.conf as it stands, but for its ports: two replicas on one database behind /fx/."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx2 as httpx
import pytest
from playwright.sync_api import Browser, expect

from tests import nginx
from tests.browsing import at_rest, drawn, is_fault
from tests.serving import ROOT, free_port, serving

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of nginx, and behind it two servers."""
    folder = tmp_path_factory.mktemp("deploy")
    with ExitStack() as running:
        replicas = [
            running.enter_context(
                serving(folder / "altyn.db", STREAMLIT_SERVER_BASE_URL_PATH="fx", log=folder / f"{number}.log")
            )
            for number in (1, 2)
        ]
        yield running.enter_context(proxying(folder, replicas))


@contextmanager
def proxying(folder: Path, replicas: list[str]) -> Iterator[str]:
    """nginx in front of replicas."""
    path, port = nginx.find(), free_port()
    assert path, nginx.ADVICE
    (folder / "site.conf").write_text(configured(port, replicas))
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder))
    command = [path, "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]
    with subprocess.Popen(command) as process:
        try:
            address = f"http://127.0.0.1:{port}/fx/"
            answers(address, folder / "error.log")
            yield address
        finally:
            process.terminate()


def configured(port: int, replicas: list[str]) -> str:
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    for standard, replica in zip(("8501", "8502"), replicas, strict=True):
        text = text.replace(f"server 127.0.0.1:{standard};", f"server {replica.split('/')[2]};")
    assert "127.0.0.1:850" not in text
    return text.replace("listen 8080;", f"listen 127.0.0.1:{port};")


def answers(address: str, log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            httpx.get(f"{address}healthz", timeout=5)
            return
        except httpx.TransportError:
            time.sleep(0.1)
    raise RuntimeError(log.read_text())


MAIN = """
daemon off;
pid {folder}/nginx.pid;
events {{}}
http {{
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


@pytest.mark.parametrize("agent", ["Altyn test 1", "Altyn test 4"])
def test_pages_sockets_downloads_and_links_below_a_path(chrome: Browser, site: str, agent: str, tmp_path: Path) -> None:
    faults: list[str] = []
    context = chrome.new_context(user_agent=agent)
    page = context.new_page()
    page.on("console", lambda m: faults.append(m.text) if is_fault(m) else None)
    page.goto(f"{site}?country=KZ")
    drawn(page, "KZT")
    page.get_by_role("button", name="Kyrgyzstan").click()
    drawn(page, "KZT", "KGS")
    expect(page).to_have_url(f"{site}?country=KZ&country=KG")
    page.get_by_role("button", name="Download", exact=True).click()
    with page.expect_download() as saving:
        page.get_by_role("button", name="Rates, CSV", exact=True).click()
    saving.value.save_as(tmp_path / "rates.csv")
    address = page.get_by_role("link", name="rates.csv").get_attribute("href")
    assert address == f"{site}data/rates.csv?country=KZ&country=KG"
    assert httpx.get(address).content == (tmp_path / "rates.csv").read_bytes()
    page.get_by_role("link", name="Articles", exact=True).click()
    expect(page).to_have_url(f"{site}articles?country=KZ&country=KG")
    at_rest(page)
    context.close()
    assert not faults


def test_previews_and_data_below_a_path_by_either_replica(site: str) -> None:
    for number in range(6):
        with httpx.Client(headers={"user-agent": f"crawler {number}"}) as client:
            html = client.get(f"{site}articles?q=gas").text
            assert f'<meta property="og:image" content="{site}data/card.png?q=gas' in html
            assert client.get(f"{site}data/card.png?q=gas&section=archive").content.startswith(b"\x89PNG")
            assert client.get(f"{site}data/rates.json?country=TM").json()[0]["source"] == "tmt_peg"
            assert client.get(f"{site}data/nothing.csv").status_code == 404
            assert client.get(f"{site}healthz").json()["status"] == "ok"
            assert client.get(site.removesuffix("/")).headers["location"].endswith("/fx/")
