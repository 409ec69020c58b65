"""Which addresses are public, and what a name resolves to: a feed must not make us ask our own
network.

Names are judged by what they resolve to, never by how they are written: 127.0.0.1 is also
2130706433, 0x7f.1, ::ffff:7f00:1, localhost and whatever name its owner points there."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from threading import Thread

import httpcore

from lib.net.deadline import DeadlinePassed

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str, int], Sequence[str]]
"""Host and port -> its addresses as text. Raises OSError where there are none."""

UNICAST = ipaddress.ip_network("2000::/3")  # IPv6 that is given out to the public
NAT64 = ipaddress.ip_network("64:ff9b::/96")
COMPATIBLE = ipaddress.ip_network("::/96")  # IPv4 in IPv6 as it was once written
METADATA = ipaddress.ip_address("168.63.129.16")  # Azure's, for its own machines


class NotPublic(httpcore.ConnectError):
    """A host that was to be asked has an address that is not public."""


def is_public(text: str) -> bool:
    """Whether an address as the system writes it (IPv4 or IPv6, perhaps with a zone) is one of the
    public internet."""
    return _is_public(_destination(ipaddress.ip_address(text)))


def system_resolver(host: str, port: int) -> list[str]:
    """The addresses of `host` as this system finds them: DNS, its hosts file, and every spelling of
    a number."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as bad:  # a label that is empty or longer than DNS allows
        raise socket.gaierror(socket.EAI_NONAME, "not a host name") from bad
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


def resolve(resolver: Resolver, host: str, port: int, seconds: float | None) -> Sequence[str]:
    """The addresses of `host`. Raises OSError where there are none and DeadlinePassed after so many
    seconds: a system's resolver knows no limit, so it is asked in a thread of its own."""
    found: Future[Sequence[str]] = Future()
    args = (found, resolver, host, port)
    Thread(target=_settle, args=args, name="altyn-dns", daemon=True).start()
    try:
        return found.result(seconds)
    except TimeoutError:
        if found.done():  # the resolver's own
            raise
        raise DeadlinePassed from None


def _settle(found: Future[Sequence[str]], resolver: Resolver, host: str, port: int) -> None:
    try:
        found.set_result(resolver(host, port))
    except BaseException as failed:  # it is raised where the result is awaited
        found.set_exception(failed)


def _destination(address: Address) -> Address:
    """The address, or the IPv4 address inside it at which packets to it can end."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address.ipv4_mapped:
        return address.ipv4_mapped
    if address.sixtofour:
        return address.sixtofour
    if address in NAT64 or address in COMPATIBLE:
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address


def _is_public(address: Address) -> bool:
    if address.version == 6 and address not in UNICAST:
        return False
    return address.is_global and not address.is_multicast and address != METADATA
