"""Settings by environment variables: what they do, and what becomes of a mistyped one."""

from __future__ import annotations

import httpx
import pytest

from lib.errors import FetchError
from lib.net import Client, settings
from tests.loopback import Reply, serve


@pytest.mark.parametrize(("text", "seconds"), [("2", 2.0), (" 0.5 ", 0.5), ("", 30.0), ("90", 90.0)])
def test_deadline_is_that_of_the_setting(text: str, seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALTYN_DEADLINE", text)
    with Client() as client:
        assert client.deadline == seconds
    with Client(deadline=7) as client:
        assert client.deadline == 7


@pytest.mark.parametrize("text", ["soon", "0", "-1", "nan", "inf", "30 s", "1e999"])
def test_deadline_that_is_none_is_logged_and_the_default_used(
    text: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("ALTYN_DEADLINE", text)
    assert settings.deadline() == 30.0
    assert f"ALTYN_DEADLINE is {text!r}: give a number of seconds. 30 is used" in caplog.text


@pytest.mark.parametrize("text", ["", "refuse", " Refuse "])
def test_private_networks_are_refused_unless_allowed(
    text: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with serve(lambda _: Reply(b"<rss/>")) as server:
        monkeypatch.setenv("ALTYN_PRIVATE_NETWORKS", text)
        with Client() as client, pytest.raises(FetchError, match="address that is not public"):
            client.get("feed", server.url)
        monkeypatch.setenv("ALTYN_PRIVATE_NETWORKS", " Allow ")
        with Client() as client:
            assert client.get("feed", server.url).body == b"<rss/>"
    assert caplog.text == ""


def test_a_mistyped_permission_is_logged_and_gives_none(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("ALTYN_PRIVATE_NETWORKS", "yes")
    assert not settings.private_networks()
    assert "ALTYN_PRIVATE_NETWORKS is 'yes': give allow or refuse" in caplog.text


def sent_agent() -> str:
    seen: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers["User-Agent"])
        return httpx.Response(200)

    with Client(httpx.MockTransport(answer)) as client:
        client.get("bank", "https://bank.example/")
    return seen[0]


def test_agent_names_the_project_page_that_was_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALTYN_PROJECT_URL", "https://fx.example/about?x=1")
    assert sent_agent() == "Mozilla/5.0 (compatible; Altyn/0.2.0; +https://fx.example/about?x=1)"


@pytest.mark.parametrize(
    "text", ["fx.example", "https://a.example/ b", "https://а.example/", "https://a.example/)\r\nX: 1"]
)
def test_a_project_page_that_is_no_address_is_logged_and_not_sent(
    text: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("ALTYN_PROJECT_URL", text)
    assert sent_agent().endswith("+https://github.com/altyn-app/altyn)")
    assert "ALTYN_PROJECT_URL is " in caplog.text
