"""The HTTP client: what it returns, what it refuses, how long it waits, and the sentence for each failure."""

from __future__ import annotations

import socket
from datetime import UTC, datetime
from itertools import repeat
from typing import Any

import httpx
import pytest

from lib.errors import FetchError
from lib.models import FeedState
from lib.net import MIB, Client
from tests.loopback import FAULTS, Reply, feed, serve
from tests.publishers import NBK

URL = "https://bank.example/rates"
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
Step = httpx.Response | Exception


class Script:
    """A client whose server answers with the steps in turn; `waits` and `requests` are what it did. Only waiting takes
    time."""

    def __init__(self, *steps: Step, **limits: Any) -> None:
        self.waits: list[float] = []
        self.requests: list[httpx.Request] = []
        self._steps = iter(steps)
        transport = httpx.MockTransport(self._answer)
        own = {"sleep": self.waits.append, "clock": lambda: sum(self.waits), "now": lambda: NOW}
        self.client = Client(transport, **(own | limits))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        step = next(self._steps)
        if isinstance(step, Exception):
            raise step
        return step

    def fails(self, **options: Any) -> FetchError:
        with pytest.raises(FetchError) as caught:
            self.client.get("bank", URL, **options)
        return caught.value


def failure(url: str) -> tuple[FetchError, list[float]]:
    """What the client makes of a real server, and how it waited."""
    waits: list[float] = []
    with Client(sleep=waits.append) as client, pytest.raises(FetchError) as caught:
        client.get("feed", url)
    return caught.value, waits


def busy(retry_after: str, status: int = 429) -> httpx.Response:
    return httpx.Response(status, headers={"Retry-After": retry_after} if retry_after else {})


def moved(to: str, status: int = 302) -> httpx.Response:
    return httpx.Response(status, headers={"Location": to})


def caused(error: httpx.TransportError, by: OSError) -> httpx.TransportError:
    error.__cause__ = by
    return error


def test_an_answer_carries_body_status_address_and_validators() -> None:
    headers = {"Content-Type": "text/xml", "ETag": '"7"', "Last-Modified": "Mon, 23 Nov 2026 10:00:00 GMT"}
    answer = Script(httpx.Response(200, content=b"<rates/>", headers=headers)).client.get("bank", URL)
    assert (answer.body, answer.status, answer.url) == (b"<rates/>", 200, URL)
    assert (answer.content_type, answer.etag, answer.modified) == tuple(headers.values())


def test_a_request_says_who_asks_and_takes_only_gzip() -> None:
    script = Script(httpx.Response(200))
    script.client.get("bank", URL)
    sent = script.requests[0].headers
    assert sent["user-agent"] == ("Mozilla/5.0 (compatible; Altyn/0.2.0; +https://github.com/altyn-app/altyn)")
    assert sent["accept-encoding"] == "gzip"


@pytest.mark.parametrize("url", ["ftp://a.example/x", "file:///etc/passwd", "a.example", "", "http://", "http://a:b"])
def test_an_address_that_is_not_http_is_never_asked(url: str) -> None:
    script = Script()
    with pytest.raises(FetchError, match="is not a web address"):
        script.client.get("bank", url)
    assert not script.requests


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (204, "bank.example gave an answer that we cannot use (status 204)"),
        (304, "bank.example says that nothing has changed, which we did not ask (status 304)"),
        (403, "bank.example refuses us (status 403)"),
        (404, "bank.example has nothing at this address (status 404)"),
        (500, "bank.example is broken at the moment (status 500)"),
    ],
)
def test_every_other_status_than_200_is_an_error_with_its_sentence(status: int, sentence: str) -> None:
    script = Script(httpx.Response(status))
    failed = script.fails()
    assert (failed.why, failed.status, failed.url) == (sentence, status, URL)
    assert script.waits == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_of_a_rate_source_is_an_error_that_names_the_target(status: int) -> None:
    failed = Script(moved("https://new.example/x", status)).fails()
    assert failed.why == "bank.example sends us to another address, https://new.example/x"
    assert failed.status == status


def test_a_redirect_of_a_feed_is_followed_and_the_answer_says_where_it_came_from() -> None:
    script = Script(moved("/feed/"), moved("https://new.example/feed/"), httpx.Response(200, content=b"<rss/>"))
    answer = script.client.get("feed", URL, follow=True, state=FeedState(etag='"1"'))
    assert (answer.url, answer.body, answer.moved) == ("https://new.example/feed/", b"<rss/>", "")
    assert str(script.requests[1].url) == "https://bank.example/feed/"
    assert [request.headers["if-none-match"] for request in script.requests] == ['"1"'] * 3


def test_redirects_that_never_end_are_an_error_after_five() -> None:
    script = Script(*(moved(URL) for _ in range(9)))
    assert script.fails(follow=True).why == "bank.example redirects us more than 5 times"
    assert len(script.requests) == 6


@pytest.mark.parametrize("target", ["ftp://bank.example/x", "file:///etc/passwd"])
def test_a_redirect_out_of_the_web_is_not_followed(target: str) -> None:
    assert "sends us to another address" in Script(moved(target)).fails(follow=True).why


def test_a_redirect_from_https_to_http_is_not_followed() -> None:
    script = Script(moved("http://bank.example/feed"))
    assert script.fails(follow=True).why == (
        "bank.example redirects us from https to http, which is not safe to follow: http://bank.example/feed"
    )
    assert len(script.requests) == 1


@pytest.mark.parametrize(
    ("statuses", "reported"),
    [
        ((301,), "https://bank.example/1"),
        ((308,), "https://bank.example/1"),
        ((301, 308), "https://bank.example/2"),
        ((301, 302, 301), "https://bank.example/1"),
        ((302, 301), ""),
        ((303,), ""),
        ((307,), ""),
        ((), ""),
    ],
)
def test_answer_tells_how_far_permanent_redirects_led(statuses: tuple[int, ...], reported: str) -> None:
    hops = [moved(f"/{number}", status) for number, status in enumerate(statuses, 1)]
    answer = Script(*hops, httpx.Response(200)).client.get("feed", URL, follow=True)
    assert answer.moved == reported


@pytest.mark.parametrize("location", ["https://[g::1]/", "https://bank.example:port/", "http://\x00"])
def test_a_redirect_to_something_that_is_no_address_has_its_sentence(location: str) -> None:
    script = Script(moved(location))
    assert script.fails(follow=True).why == ("bank.example redirects us to something that is not an address")
    assert script.waits == []


def test_a_failure_after_a_redirect_names_the_host_that_failed() -> None:
    assert Script(moved("https://new.example/x"), httpx.Response(404)).fails(follow=True).why.startswith("new.example")


def test_unchanged_is_an_answer_to_a_state_and_keeps_what_we_know() -> None:
    script = Script(httpx.Response(304))
    answer = script.client.get("feed", URL, state=FeedState('"1"', "Mon, 23 Nov 2026 10:00:00 GMT"))
    assert (answer.status, answer.body) == (304, b"")
    assert (answer.etag, answer.modified) == ('"1"', "Mon, 23 Nov 2026 10:00:00 GMT")


def test_unchanged_is_an_error_where_the_state_was_empty() -> None:
    script = Script(httpx.Response(304))
    assert script.fails(state=FeedState()).status == 304
    assert "if-none-match" not in script.requests[0].headers


def test_a_new_answer_without_validators_has_none_of_the_old() -> None:
    answer = Script(httpx.Response(200)).client.get("feed", URL, state=FeedState('"1"', "yesterday"))
    assert (answer.etag, answer.modified) == ("", "")


def test_an_etag_that_could_not_be_sent_back_is_dropped() -> None:
    answer = Script(httpx.Response(200, headers=[(b"ETag", '"ключ"'.encode())])).client.get("feed", URL)
    assert answer.etag == ""


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("ETag", '"' + "x" * 6000 + '"'),
        ("Last-Modified", "-1"),
        ("Last-Modified", "0"),
        ("Last-Modified", ""),
        ("Last-Modified", "Mon, 35 Nov 2026 10:00:00 GMT"),
    ],
)
def test_validators_that_servers_trip_over_are_not_sent_back(header: str, value: str) -> None:
    answer = Script(httpx.Response(200, headers={header: value})).client.get("feed", URL)
    assert (answer.etag, answer.modified) == ("", "")


@pytest.mark.parametrize("status", [400, 405, 412, 416, 431, 500, 502, 204, 226])
def test_a_server_that_trips_over_validators_is_asked_once_without(status: int) -> None:
    whole = httpx.Response(200, content=b"<rss/>", headers={"ETag": '"2"'})
    script = Script(httpx.Response(status), whole)
    answer = script.client.get("feed", URL, state=FeedState('"1"', "Mon, 23 Nov 2026 10:00:00 GMT"))
    assert (answer.body, answer.etag) == (b"<rss/>", '"2"')
    sent = [{"if-none-match", "if-modified-since"} & set(r.headers) for r in script.requests]
    assert sent == [{"if-none-match", "if-modified-since"}, set()]


@pytest.mark.parametrize("status", [401, 403, 404, 410, 451])
def test_a_refusal_that_is_not_about_validators_is_taken_at_once(status: int) -> None:
    script = Script(httpx.Response(status))
    assert script.fails(state=FeedState('"1"')).status == status
    assert len(script.requests) == 1


def test_a_server_that_is_broken_also_without_validators_fails() -> None:
    script = Script(httpx.Response(500), httpx.Response(500))
    assert script.fails(state=FeedState('"1"')).why == ("bank.example is broken at the moment (status 500)")


def test_a_feed_server_answers_unchanged_to_its_own_validators() -> None:
    handler = feed(b"<rss/>", etag='"1"', modified="Mon, 23 Nov 2026 10:00:00 GMT")
    with serve(handler) as server, Client() as client:
        first = client.get("feed", server.url)
        again = client.get("feed", server.url, state=FeedState(first.etag, first.modified))
        by_date = client.get("feed", server.url, state=FeedState(modified=first.modified))
    assert (first.status, again.status, by_date.status) == (200, 304, 304)


@pytest.mark.parametrize(
    ("retry_after", "wait"),
    [
        ("7", 7.0),
        ("Mon, 23 Nov 2026 12:00:20 GMT", 20.0),
        ("Mon, 23 Nov 2026 11:00:00 GMT", 0.0),
        ("soon", 5.0),
        ("9" * 400, 5.0),
        ("", 5.0),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_server_is_asked_again_when_it_says(status: int, retry_after: str, wait: float) -> None:
    script = Script(busy(retry_after, status), httpx.Response(200, content=b"at last"))
    assert script.client.get("bank", URL).body == b"at last"
    assert script.waits == [wait]


@pytest.mark.parametrize(
    ("asks", "waits", "ending"),
    [
        (["10", "10", "120"], [10.0, 10.0], "it may be asked again after 2026-11-23 12:02 UTC"),
        (["20", "120"], [20.0], "it may be asked again after 2026-11-23 12:02 UTC"),
        (["30"], [], "it may be asked again after 2026-11-23 12:00 UTC"),
        (["3600"], [], "it may be asked again after 2026-11-23 13:00 UTC"),
        (["", "", ""], [5.0, 5.0], "says that we ask too often (status 429)"),
    ],
    ids=["third time", "later than the deadline in all", "at the deadline", "an hour", "never says when"],
)
def test_a_server_that_stays_busy_is_left_and_the_error_says_when_to_return(
    asks: list[str], waits: list[float], ending: str
) -> None:
    script = Script(*(busy(ask) for ask in asks))
    failed = script.fails()
    assert failed.why.endswith(ending)
    assert failed.retry_after == (float(asks[-1]) if asks[-1] else None)
    assert script.waits == waits


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [
        (caused(httpx.ConnectError(""), ConnectionRefusedError()), "bank.example refuses connections"),
        (
            caused(httpx.ConnectError(""), socket.gaierror()),
            "the name bank.example cannot be resolved: there is no network, or the name is gone",
        ),
        (caused(httpx.ConnectError(""), OSError("unreachable")), "bank.example cannot be reached"),
        (httpx.ConnectTimeout(""), "bank.example did not answer in time"),
        (httpx.ReadError(""), "the connection to bank.example broke off"),
        (
            httpx.RemoteProtocolError("Server disconnected without sending a response."),
            "the connection to bank.example broke off",
        ),
    ],
)
def test_a_connection_that_fails_is_tried_once_more(broken: httpx.TransportError, sentence: str) -> None:
    script = Script(broken, httpx.Response(200, content=b"at last"))
    assert script.client.get("bank", URL).body == b"at last"
    assert script.waits == [0.5]

    script = Script(broken, broken, httpx.Response(200))
    assert script.fails().why == sentence
    assert script.waits == [0.5]


def test_a_certificate_that_nobody_vouches_for_is_refused_without_another_try() -> None:
    with FAULTS["TLS failure"].serve(NBK) as url:
        failed, waits = failure(url)
    assert failed.why == "the certificate of 127.0.0.1 is not trusted (unable to get local issuer certificate)"
    assert waits == []


def test_a_server_without_tls_at_an_https_address_has_its_own_sentence() -> None:
    with serve(feed(b"<rss/>")) as server:
        failed, _ = failure(server.url.replace("http:", "https:"))
    assert failed.why == "127.0.0.1 does not speak TLS as we do"


def test_a_huge_body_is_left_after_the_limit() -> None:
    with serve(lambda _: Reply(repeat(bytes(MIB)), length=200 * MIB)) as server:
        failed, _ = failure(server.url)
    assert failed.why == "127.0.0.1 sent more than the 8,388,608 bytes that we take"
    assert server.sent < 40 * MIB  # ours, and what the kernel's buffers hold


def test_a_body_of_exactly_the_limit_is_taken() -> None:
    assert Script(httpx.Response(200, content=b"12345"), max_bytes=5).client.get("feed", URL).body == b"12345"
