"""Manners with a host: who waits for whom, and for how long. Only waiting takes time, except where
threads meet."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import count

import httpx
import pytest

from lib.errors import FetchError
from lib.net import Client
from lib.net.turns import Turns
from tests.loopback import Reply, serve

URL = "https://bank.example/rates"
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def busy(retry_after: str) -> httpx.Response:
    return httpx.Response(429, headers={"Retry-After": retry_after})


def moved(to: str) -> httpx.Response:
    return httpx.Response(302, headers={"Location": to})


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


def test_a_source_that_is_slow_at_a_host_is_not_waited_for_for_ever() -> None:
    ends, begun = threading.Event(), threading.Event()

    def answer(asked: httpx.Request) -> httpx.Response:
        if asked.url.path == "/slow":
            begun.set()
            assert ends.wait(30)
        return httpx.Response(200)

    with (
        Client(httpx.MockTransport(answer), deadline=0.6) as client,
        ThreadPoolExecutor(1) as pool,
    ):
        slow = pool.submit(client.get, "slow", "https://outlet.example/slow")
        assert begun.wait(30)
        assert client.get("quick", "https://outlet.example/quick").status == 200
        assert not slow.done()  # the one after it did not wait for its end
        ends.set()


@pytest.mark.parametrize("pause", [0.0, 60.0])
def test_a_source_that_pauses_for_its_host_or_was_told_to_wait_is_waited_for(pause: float) -> None:
    clock, begun = Ticking(), threading.Event()
    turns = Turns(5.0, clock.sleep, lambda: clock.now, lambda: NOW)
    url = httpx.URL(URL)
    with turns.turn("first", url, 0):
        pass
    with turns.turn("polite", url, pause), ThreadPoolExecutor(1) as pool:
        turns.rest(url, 60.0)

        def next_one() -> None:
            with turns.turn("next", url, 0):
                begun.set()

        pool.submit(next_one)
        assert not begun.wait(0.2)
        clock.now += 6  # only now it is slow
        assert begun.wait(30)
    assert clock.waits == [*([60.0] if pause else []), 60.0]


def test_the_end_of_a_slow_source_does_not_end_the_turn_of_the_one_that_went_past_it() -> None:
    clock = Ticking()
    turns = Turns(5.0, clock.sleep, lambda: clock.now, lambda: NOW)
    url, after = httpx.URL(URL), threading.Event()
    slow, quick = turns.turn("slow", url, 0), turns.turn("quick", url, 0)
    slow.__enter__()
    clock.now += 6
    quick.__enter__()
    slow.__exit__(None, None, None)

    def third() -> None:
        with turns.turn("third", url, 0):
            after.set()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(third)
        assert not after.wait(0.2)
        quick.__exit__(None, None, None)
        assert after.wait(30)
