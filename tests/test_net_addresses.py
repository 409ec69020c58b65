"""Which addresses are public, and that a source leads us to no other: neither by its name nor by a
redirect."""

from __future__ import annotations

import ipaddress
import socket
import ssl
from collections.abc import Sequence
from itertools import chain, repeat
from typing import Any
from urllib.parse import urlsplit

import pytest
import trustme

from lib.errors import FetchError
from lib.net import Client
from lib.net.addresses import Resolver, is_public, system_resolver
from tests.loopback import Asked, Reply, Server, closed_port, serve

PUBLIC = "93.184.215.14"
REFUSED = "feed.example redirects us to an address that is not public"


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.8.9.1", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1"),
        *("169.254.169.254", "100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1"),
        *("255.255.255.255", "168.63.129.16"),
        *("::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "fec0::1", "ff0e::1"),
        *("2001:db8::1", "100::1", "5f00::1", "64:ff9b:1::1", "2001::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "::ffff:0:127.0.0.1"),
        *("2002:7f00:1::", "2002:c0a8:101::1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe"),
    ],
)
def test_address_of_a_private_or_special_network_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        *(PUBLIC, "8.8.8.8", "1.1.1.1", "172.32.0.1", "100.128.0.1"),
        *("2606:4700::1111", "2a00:1450:4001::1", "::ffff:8.8.8.8", "64:ff9b::808:808"),
        "2002:808:808::1",
    ],
)
def test_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(address)


SPELLINGS = [
    *("127.0.0.1", "127.0.0.1.", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.0.0.1"),
    *("017700000001", "0177.0.0.1", "0177.0.0.01", "0", "0.0.0.0"),
    *("[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:0:0:1]", "[::127.0.0.1]"),
    *("[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[fe80::1]", "[fd00::1]", "[::]"),
    *("localhost", "LOCALHOST", "localhost.", "１２７.０.０.１", "127。0。0。1", "ⓛocalhost"),
    *("user@127.0.0.1", "feed.example@127.0.0.1", "feed.example:80@127.0.0.1"),
    *("10.0.0.1", "192.168.0.1", "169.254.169.254", "router.internal", "intranet", "both.example"),
]
NAMES = {
    "feed.example": [PUBLIC],
    "localhost": ["127.0.0.1", "::1"],
    "localhost.": ["127.0.0.1"],
    "router.internal": ["192.168.1.1"],
    "intranet": ["fd00::1"],
    "both.example": [PUBLIC, "127.0.0.1"],  # one of them is enough
}


def resolver(host: str, _port: int) -> list[str]:
    """As a system does, with names of our own in place of DNS: what is a number is read as one."""
    if host in NAMES:
        return NAMES[host]
    try:
        return [socket.inet_ntoa(socket.inet_aton(host.removesuffix(".")))]
    except OSError:
        return [_ipv6(host)]


def _ipv6(host: str) -> str:
    try:
        return str(ipaddress.IPv6Address(host))
    except ValueError:
        raise socket.gaierror(socket.EAI_NONAME, "no such name") from None


@pytest.fixture
def connects(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Connections to PUBLIC end at loopback; the addresses that were connected to."""
    connected: list[str] = []
    plain = socket.create_connection

    def connect(address: tuple[str, int], *rest: Any, **named: Any) -> socket.socket:
        connected.append(address[0])
        return plain(("127.0.0.1", address[1]), *rest, **named)

    monkeypatch.setattr(socket, "create_connection", connect)
    return connected


def fails(url: str, resolver: Resolver = resolver, **limits: Any) -> str:
    client = Client(private=False, resolver=resolver, sleep=lambda _: None, **limits)
    with client, pytest.raises(FetchError) as caught:
        client.get("feed", url, follow=True)
    return caught.value.why


def named(server: Server, host: str) -> str:
    return f"http://{host}:{urlsplit(server.url).port}"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_a_private_address_is_refused_whatever_its_status(status: int, connects: list[str]) -> None:
    moved = Reply(status=status, headers={"Location": "http://127.0.0.1/secret"})
    with serve(lambda _: moved) as server:
        assert fails(named(server, "feed.example")) == REFUSED
        assert (len(server.asked), connects) == (1, [PUBLIC])


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_redirect_to_any_spelling_of_a_private_address_is_refused(spelling: str, connects: list[str]) -> None:
    def answer(asked: Asked) -> Reply:
        port = asked.headers["Host"].rpartition(":")[2]
        return Reply(raw=[f"HTTP/1.1 302 Found\r\nLocation: http://{spelling}:{port}/\r\n\r\n".encode()])

    with serve(answer) as server:
        why = fails(named(server, "feed.example"))
        assert (len(server.asked), connects) == (1, [PUBLIC])
    # What is no host name at all is not looked up, and ends in a sentence of its own.
    assert why in (REFUSED, "feed.example redirects us to something that is not an address")


@pytest.mark.parametrize("spelling", ["127.0.0.1", "2130706433", "localhost", "[::1]", "intranet"])
def test_a_first_request_to_a_private_address_is_refused(spelling: str, connects: list[str]) -> None:
    why = fails(f"http://{spelling}/")
    assert why.endswith(" has an address that is not public (ALTYN_PRIVATE_NETWORKS=allow permits it)")
    assert connects == []


def test_the_sentence_of_a_refused_redirect_tells_nothing_of_what_is_there() -> None:
    with serve(lambda _: Reply(b"<rss/>")) as there, closed_port() as nothing:
        told = set()
        for inner in (there.url, nothing):
            hop = Reply(status=302, headers={"Location": inner})
            with serve(lambda _, hop=hop: hop) as feed, pytest.MonkeyPatch.context() as patch:
                patch.setattr(socket, "create_connection", _to(feed))
                told.add(fails("http://feed.example/"))
        assert told == {REFUSED}
        assert there.asked == []


def _to(server: Server) -> Any:
    plain = socket.create_connection
    address = ("127.0.0.1", urlsplit(server.url).port)
    return lambda _asked, *rest, **named: plain(address, *rest, **named)


def test_a_name_that_resolves_differently_the_second_time_is_refused(connects: list[str]) -> None:
    answers = chain([[PUBLIC]], repeat(["127.0.0.1"]))

    def rebinding(_host: str, _port: int) -> Sequence[str]:
        return next(answers)

    with serve(lambda _: Reply(status=302, headers={"Location": "/again"})) as server:
        assert fails(named(server, "feed.example"), rebinding) == REFUSED
        assert (len(server.asked), connects) == (1, [PUBLIC])


def test_a_connection_goes_to_the_address_that_was_judged_and_the_name_is_looked_up_once(
    connects: list[str],
) -> None:
    looked_up: list[str] = []

    def once(host: str, _port: int) -> list[str]:
        looked_up.append(host)
        return [PUBLIC]

    with (
        serve(lambda _: Reply(b"<rss/>")) as server,
        Client(private=False, resolver=once) as client,
    ):
        assert client.get("feed", named(server, "feed.example")).body == b"<rss/>"
    assert (looked_up, connects) == (["feed.example"], [PUBLIC])
    assert server.asked[0].headers["Host"] == named(server, "feed.example").removeprefix("http://")


def test_tls_is_spoken_with_the_name_and_its_certificate_is_that_of_the_name(
    connects: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    authority, names = trustme.CA(), []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("feed.example").configure_cert(context)
    context.sni_callback = lambda _socket, name, _context: names.append(name)
    answer = Reply(b"<rss/>")
    with authority.cert_pem.tempfile() as trusted, serve(lambda _: answer, tls=context) as server:
        monkeypatch.setenv("SSL_CERT_FILE", trusted)
        url = named(server, "feed.example").replace("http:", "https:")
        with Client(private=False, resolver=resolver) as client:
            assert client.get("feed", url).body == b"<rss/>"
    assert (names, connects) == (["feed.example"], [PUBLIC])


def test_the_next_address_is_tried_where_one_cannot_be_reached() -> None:
    with serve(lambda _: Reply(b"<rss/>")) as server:
        addresses = ["127.0.0.2", "127.0.0.1"]  # the server listens on the second alone
        with Client(private=True, resolver=lambda _host, _port: addresses) as client:
            assert client.get("feed", named(server, "feed.example")).body == b"<rss/>"


def test_a_proxy_may_be_in_a_private_network_and_its_own_rules_hold(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with serve(lambda _: Reply(b"<rss/>")) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("NO_PROXY", "direct.example")
        with Client(private=False, resolver=resolver_of_proxies) as client:
            assert client.get("feed", "http://feed.example/rss").body == b"<rss/>"
            with pytest.raises(FetchError, match=r"direct\.example has an address that is not public"):
                client.get("feed", "http://direct.example/")
    assert [asked.headers["Host"] for asked in proxy.asked] == ["feed.example"]


def resolver_of_proxies(host: str, _port: int) -> list[str]:
    assert host in ("127.0.0.1", "direct.example")  # a proxy looks other names up
    return ["127.0.0.1"]


def test_a_deadline_holds_for_a_proxy_too(monkeypatch: pytest.MonkeyPatch) -> None:
    drip = Reply(raw=chain([b"HTTP/1.1 200 OK\r\nX-Slow: "], repeat(b"a")), every=0.05)
    with serve(lambda _: drip) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        assert fails("http://feed.example/", system_resolver, deadline=0.5) == (
            "feed.example took more than 0.5 s over one answer"
        )


@pytest.mark.parametrize("host", ["a" * 64, "a..b", "\x00"])
def test_a_name_that_cannot_be_looked_up_is_no_crash(host: str) -> None:
    with pytest.raises((OSError, ValueError)):
        system_resolver(host, 80)
