"""One deadline for an exchange as a whole: servers that go on for ever, one byte or one hop at a
time."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from itertools import chain, count, repeat
from time import monotonic

import httpx
import pytest

from lib.errors import FetchError
from lib.net import Client
from tests.loopback import Asked, Reply, Server, serve

DEADLINE = 0.6  # seconds
OK = b"HTTP/1.1 200 OK\r\n"
HINT = b"HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n"
CHUNK = b"Transfer-Encoding: chunked\r\n\r\n5"


def drips(*pieces: bytes, last: bytes, every: float = 0.05) -> Callable[[Asked], Reply]:
    """Sends `pieces`, and then `last` again and again."""
    return lambda _: Reply(raw=chain(pieces, repeat(last)), every=every)


def redirects(asked: Asked) -> Reply:
    """A hop to a new address, which takes a third of the time."""
    to = f"/{int(asked.path[1:] or 0) + 1}"
    raw = f"HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n".encode()
    return Reply(raw=[raw], every=DEADLINE / 3)


TARPITS = {
    "headers": drips(OK, b"X-Slow: ", last=b"a"),
    "a header for ever": drips(OK, last=b"X-Slow: a\r\n"),
    "early hints": drips(last=HINT),
    "nothing at all": drips(last=b"", every=60),
    "body": drips(OK, b"\r\n", last=b"<"),
    "chunks": drips(OK, CHUNK, last=b"\r\n<rss>\r\n5"),
    "chunk extensions": drips(OK, CHUNK, b";", last=b"a"),
    "trailers": drips(OK, CHUNK + b"\r\n<rss>\r\n0\r\n", last=b"X-T: 1\r\n"),
    "redirects": redirects,
}


def gives_up(server: Server, **limits: float) -> tuple[str, float]:
    """Why the client gives up on a server, and after how many seconds."""
    begun = monotonic()
    with Client(deadline=DEADLINE, **limits) as client, pytest.raises(FetchError) as caught:
        client.get("feed", server.url, follow=True)
    return caught.value.why, monotonic() - begun


@pytest.mark.parametrize("name", TARPITS)
def test_a_server_that_goes_on_for_ever_is_left_at_the_deadline(name: str) -> None:
    with serve(TARPITS[name]) as server:
        why, took = gives_up(server)
        asked = len(server.asked)
    assert why == "127.0.0.1 took more than 0.6 s over one answer"
    assert took < DEADLINE * 3  # the machine may be busy; the client alone adds milliseconds
    assert asked == (3 if name == "redirects" else 1)  # it is not asked again at once


def test_a_retry_has_what_is_left_of_the_same_deadline() -> None:
    half = Reply(raw=[OK + b"Content-Length: 9\r\n\r\n<rss>"], every=0.7)
    with (
        serve(lambda _: half) as server,
        Client(deadline=1.3, sleep=lambda _: None) as client,
        pytest.raises(FetchError, match=r"took more than 1\.3 s over one answer"),
    ):
        client.get("feed", server.url)
    assert len(server.asked) == 2


def test_a_silence_shorter_than_the_deadline_keeps_its_own_sentence() -> None:
    with serve(TARPITS["nothing at all"]) as server:
        why, _ = gives_up(server, read=0.1)
    assert why == "127.0.0.1 did not answer in time"


def test_a_server_that_never_ends_its_side_of_tls_is_left_at_the_deadline() -> None:
    ends = threading.Event()

    def handshake(listening: socket.socket) -> None:
        """A record of 16 KiB, a byte at a time."""
        connection, _ = listening.accept()
        with connection, suppress(OSError):
            connection.sendall(b"\x16\x03\x03\x40\x00")
            while not ends.wait(0.05):
                connection.sendall(b"\x02")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=handshake, args=(listening,), daemon=True)
        thread.start()
        why, took = gives_up(Server(f"https://127.0.0.1:{listening.getsockname()[1]}"))
        ends.set()
        thread.join()
    assert why == "127.0.0.1 took more than 0.6 s over one answer"
    assert took < DEADLINE * 3


def test_a_resolver_that_never_answers_is_left_at_the_deadline() -> None:
    ends = threading.Event()

    def resolver(_host: str, _port: int) -> list[str]:
        ends.wait(60)
        return []

    with (
        Client(deadline=0.2, resolver=resolver) as client,
        pytest.raises(FetchError, match=r"bank\.example took more than 0\.2 s over one answer"),
    ):
        client.get("bank", "https://bank.example/")
    ends.set()


def test_a_body_that_drips_is_left_at_the_deadline_of_an_injected_clock() -> None:
    seconds = count(step=10)
    pieces = httpx.Response(200, content=iter([b"."] * 1000))
    transport = httpx.MockTransport(lambda _: pieces)
    with (
        Client(transport, clock=lambda: next(seconds), deadline=30) as client,
        pytest.raises(FetchError, match=r"bank\.example took more than 30 s over one answer"),
    ):
        client.get("bank", "https://bank.example/")


def test_the_next_exchange_of_a_thread_has_a_deadline_of_its_own() -> None:
    with (
        serve(TARPITS["headers"]) as slow,
        serve(lambda _: Reply(b"<rss/>")) as quick,
        Client(deadline=DEADLINE) as client,
    ):
        for _ in range(2):
            with pytest.raises(FetchError, match="took more than"):
                client.get("slow", slow.url)
            assert client.get("quick", quick.url).body == b"<rss/>"
