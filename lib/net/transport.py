"""Below HTTP: connections that go to the address that was judged, and no wait that outlasts the
exchange it is part of.

httpx knows neither; it lets its connection pool have another network backend.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from typing import Any

import httpcore
import httpx

from lib.net.addresses import NotPublic, Resolver, is_public, resolve
from lib.net.deadline import bounded

SocketOptions = Iterable[httpcore.SOCKET_OPTION]


class Backend(httpcore.NetworkBackend):
    """Opens connections. A name is resolved once, all its addresses must be public unless `private`
    networks are allowed, and one of these very addresses is connected to; TLS and the Host header
    keep the name."""

    def __init__(self, resolver: Resolver, *, private: bool) -> None:
        self._resolver = resolver
        self._private = private
        self._tcp = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: SocketOptions | None = None,
    ) -> httpcore.NetworkStream:
        failed: httpcore.ConnectError | httpcore.ConnectTimeout = httpcore.ConnectError()
        for address in self._addresses(host, port):
            try:
                limit = bounded(timeout)
                stream = self._tcp.connect_tcp(address, port, limit, local_address, socket_options)
                return Stream(stream)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as unreached:
                failed = unreached
        raise failed

    def _addresses(self, host: str, port: int) -> list[str]:
        try:
            found = resolve(self._resolver, host, port, bounded(None))
        except OSError as unknown:
            raise httpcore.ConnectError(str(unknown)) from unknown
        if not self._private and not all(map(is_public, found)):
            raise NotPublic
        return list(found)


class Stream(httpcore.NetworkStream):
    """A connection of which every wait ends with the exchange."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, bounded(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, bounded(timeout))

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        return Stream(self._stream.start_tls(ssl_context, server_hostname, bounded(timeout)))

    def close(self) -> None:
        self._stream.close()

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def guard(http: httpx.Client, resolver: Resolver, *, private: bool) -> httpx.Client:
    """`http` with our backend below it. Of a proxy (HTTP_PROXY, HTTPS_PROXY) only the time is kept:
    it may well be in a private network, and which addresses can be reached through it is for its
    own rules to say."""
    _replace(http._transport, Backend(resolver, private=private))
    for proxy in http._mounts.values():
        _replace(proxy, Backend(resolver, private=True))
    return http


def _replace(transport: httpx.BaseTransport | None, backend: Backend) -> None:
    """httpx has no argument for this; tests hold that it works with the version that is pinned."""
    if isinstance(transport, httpx.HTTPTransport):
        transport._pool._network_backend = backend
