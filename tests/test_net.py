"""The HTTP client: what it returns, what it refuses, how long it waits, and the sentence for each failure."""

from __future__ import annotations

import gzip
import random
import socket
import threading
import tracemalloc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import count, repeat
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
GZIP = {"Content-Encoding": "gzip"}
Step = httpx.Response | Exception


class Script:
    """A client whose server answers with the steps in turn; `waits` and `requests` are what it did."""

    def __init__(self, *steps: Step, **limits: Any) -> None:
        self.waits: list[float] = []
        self.requests: list[httpx.Request] = []
        self._steps = iter(steps)
        transport = httpx.MockTransport(self._answer)
        self.client = Client(transport, sleep=self.waits.append, now=lambda: NOW, **limits)

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
    assert (sent["user-agent"], sent["accept-encoding"]) == ("Altyn/0.1 (feed and rate reader)", "gzip")


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
    script = Script(moved("/feed/"), moved("http://new.example/feed/"), httpx.Response(200, content=b"<rss/>"))
    answer = script.client.get("feed", URL, follow=True, state=FeedState(etag='"1"'))
    assert (answer.url, answer.body) == ("http://new.example/feed/", b"<rss/>")
    assert str(script.requests[1].url) == "https://bank.example/feed/"
    assert [request.headers["if-none-match"] for request in script.requests] == ['"1"'] * 3


def test_redirects_that_never_end_are_an_error_after_five() -> None:
    script = Script(*(moved(URL) for _ in range(9)))
    assert script.fails(follow=True).why == "bank.example redirects us more than 5 times"
    assert len(script.requests) == 6


@pytest.mark.parametrize("target", ["ftp://bank.example/x", "file:///etc/passwd"])
def test_a_redirect_out_of_the_web_is_not_followed(target: str) -> None:
    assert "sends us to another address" in Script(moved(target)).fails(follow=True).why


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
        ("Mon, 23 Nov 2026 12:00:40 GMT", 40.0),
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
        (["20", "20", "20"], [20.0, 20.0], "it may be asked again after 2026-11-23 12:00 UTC"),
        (["40", "21"], [40.0], "it may be asked again after 2026-11-23 12:00 UTC"),
        (["3600"], [], "it may be asked again after 2026-11-23 13:00 UTC"),
        (["", "", ""], [5.0, 5.0], "says that we ask too often (status 429)"),
    ],
    ids=["third time", "more than a minute in all", "an hour", "never says when"],
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
        (httpx.RemoteProtocolError(""), "the connection to bank.example broke off"),
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


@pytest.mark.parametrize("size", [0, 1, 64 * 1024, 300_000])
def test_a_gzip_body_is_unpacked(size: int) -> None:
    body = random.Random(size).randbytes(size // 2) + bytes(size - size // 2)
    with serve(lambda _: Reply(gzip.compress(body), headers=GZIP)) as server, Client() as client:
        assert client.get("feed", server.url).body == body


def test_a_gzip_bomb_is_left_before_it_unfolds() -> None:
    packed = gzip.compress(bytes(100 * MIB), compresslevel=9)
    script = Script(httpx.Response(200, content=iter([packed]), headers=GZIP), max_bytes=MIB)
    tracemalloc.start()
    assert script.fails().why == "bank.example sent more than the 1,048,576 bytes that we take"
    assert tracemalloc.get_traced_memory()[1] < 4 * MIB  # the peak
    tracemalloc.stop()


@pytest.mark.parametrize("body", [gzip.compress(b"<rss/>" * 100)[:-20], b"<rss/>", b""], ids=["cut", "plain", "empty"])
def test_a_damaged_gzip_body_is_an_error(body: bytes) -> None:
    with serve(lambda _: Reply(body, headers=GZIP)) as server:
        failed, _ = failure(server.url)
    assert failed.why == "127.0.0.1 sent a gzip answer that is damaged"


@pytest.mark.parametrize("packing", ["br", "gzip, gzip"])
def test_a_packing_that_was_not_asked_for_is_an_error(packing: str) -> None:
    with serve(lambda _: Reply(b"x", headers={"Content-Encoding": packing})) as server:
        failed, _ = failure(server.url)
    assert failed.why == f"127.0.0.1 packs its answer as '{packing}', which we did not ask for"


def test_a_body_that_drips_is_left_at_the_deadline() -> None:
    seconds = count(step=10)
    script = Script(httpx.Response(200, content=iter([b"."] * 1000)), clock=lambda: next(seconds))
    assert script.fails().why == "bank.example took more than 30 s over one answer"


class Ticking:
    """A clock that only waiting moves, and the waits."""

    def __init__(self) -> None:
        self.now = 0.0
        self.waits: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds


def ticking(answer: Callable[[httpx.Request], httpx.Response]) -> tuple[Client, Ticking]:
    clock = Ticking()
    client = Client(httpx.MockTransport(answer), sleep=clock.sleep, clock=lambda: clock.now, now=lambda: NOW)
    return client, clock


def test_a_pause_is_left_after_anybodys_request_to_the_host() -> None:
    client, clock = ticking(lambda _: httpx.Response(200))
    for path in ("ru", "en", "en"):
        client.get(path, f"https://outlet.example/{path}", pause=2.0)
    client.get("other", "https://other.example/", pause=2.0)
    assert clock.waits == [2.0, 2.0]


def test_a_pause_that_has_passed_is_not_waited_for() -> None:
    client, clock = ticking(lambda _: httpx.Response(200))
    client.get("ru", URL, pause=2.0)
    clock.now += 1.5
    client.get("ru", URL, pause=2.0)
    clock.now += 60
    client.get("ru", URL, pause=2.0)
    assert clock.waits == [0.5]


def test_retry_after_holds_for_every_feed_of_the_host_until_it_has_passed() -> None:
    answers = iter([busy("3600"), httpx.Response(200), httpx.Response(200)])
    client, clock = ticking(lambda _: next(answers))
    with pytest.raises(FetchError, match="ask too often"):
        client.get("ru", "https://outlet.example/ru")
    clock.now += 600
    with pytest.raises(FetchError) as closed:
        client.get("en", "https://outlet.example/en")
    assert closed.value.why == "outlet.example told us a while ago to ask nothing before 2026-11-23 12:50 UTC"
    assert closed.value.retry_after == 3000.0
    assert client.get("other", "https://other.example/").status == 200
    clock.now += 3000
    assert client.get("en", "https://outlet.example/en").status == 200


def test_retry_after_of_a_host_behind_a_redirect_is_that_hosts() -> None:
    client, _ = ticking(lambda asked: moved(URL) if asked.url.host == "short.example" else busy("3600"))
    with pytest.raises(FetchError, match="says that we ask too often"):
        client.get("feed", "https://short.example/", follow=True)
    with pytest.raises(FetchError, match="told us a while ago"):
        client.get("bank", URL)


def test_retry_after_of_years_is_believed_for_a_day() -> None:
    answers = iter([busy("999999999"), httpx.Response(200)])
    client, clock = ticking(lambda _: next(answers))
    with pytest.raises(FetchError):
        client.get("ru", URL)
    clock.now += 24 * 3600
    assert client.get("en", URL).status == 200


def test_the_source_that_was_refused_keeps_to_its_own_schedule() -> None:
    answers = iter([busy("3600"), httpx.Response(200)])
    client, _ = ticking(lambda _: next(answers))
    with pytest.raises(FetchError):
        client.get("bank", URL)
    assert client.get("bank", URL).status == 200


def test_a_host_is_asked_by_one_thread_at_a_time_and_two_hosts_side_by_side() -> None:
    busy_hosts: list[str] = []
    both = threading.Barrier(2, timeout=5)
    seen = count()

    def answer(asked: httpx.Request) -> httpx.Response:
        assert asked.url.host not in busy_hosts
        busy_hosts.append(asked.url.host)
        if next(seen) < 2:
            both.wait()  # passes only when each of the two hosts is being asked
        busy_hosts.remove(asked.url.host)
        return httpx.Response(200)

    with Client(httpx.MockTransport(answer)) as client, ThreadPoolExecutor(8) as pool:
        hosts = ["a.example", "b.example"] * 20
        statuses = list(pool.map(lambda host: client.get(host, f"https://{host}/").status, hosts))
    assert statuses == [200] * 40


def test_threads_may_share_a_client() -> None:
    with serve(lambda asked: Reply(asked.path.encode())) as server, Client() as client, ThreadPoolExecutor(8) as pool:
        bodies = list(pool.map(lambda n: client.get("feed", f"{server.url}/{n}").body, range(40)))
    assert bodies == [f"/{n}".encode() for n in range(40)]
