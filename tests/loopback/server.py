"""A small HTTP server on 127.0.0.1 that answers as a function says, and can break off in three ways."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

import trustme

NO_LINGER = struct.pack("ii", 1, 0)  # SO_LINGER: close with a reset
PIECE = 64 * 1024


@dataclass(frozen=True)
class Asked:
    """One request as it arrived. `query` has the last value of each parameter."""

    path: str
    query: dict[str, str]
    headers: Message


@dataclass(frozen=True)
class Reply:
    """What to answer. `body` may be pieces, which are sent as they are made; then `length` must be given. With `ends`
    it breaks off after half of a whole body: "hang" says nothing more, "reset" and "close" end the connection.

    `raw` stands for all of it, the status line and headers included: bytes as they are sent, `every` so many seconds a
    piece, which may be without end."""

    body: bytes | Iterable[bytes] = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    length: int | None = None
    ends: Literal["", "hang", "reset", "close"] = ""
    raw: Iterable[bytes] = ()
    every: float = 0.0


Handler = Callable[[Asked], Reply]


@dataclass
class Server:
    """A running server: where it is, what it was asked so far, and how many bytes of bodies it got rid of."""

    url: str
    asked: list[Asked] = field(default_factory=list)
    sent: int = 0


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64  # the usual 5 make a burst of connections wait a second

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients hang up on purpose here."""


@contextmanager
def serve(handler: Handler, *, tls: bool | ssl.SSLContext = False) -> Iterator[Server]:
    """A server that answers with `handler` in threads of its own. With `tls`, its certificate is one nobody trusts, or
    that of the context given."""
    stopping = threading.Event()
    server = Server("")
    http = _Http(("127.0.0.1", 0), _speaker(handler, server, stopping))
    if tls:
        context = tls if isinstance(tls, ssl.SSLContext) else _untrusted()
        http.socket = context.wrap_socket(http.socket, server_side=True)
    server.url = f"{'https' if tls else 'http'}://127.0.0.1:{http.server_address[1]}"
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        stopping.set()
        http.shutdown()
        http.server_close()
        thread.join()


@contextmanager
def closed_port() -> Iterator[str]:
    """An address that refuses connections: a port that is bound, so nobody else gets it, and not listened to."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"


def route(handlers: Mapping[str, Handler]) -> Handler:
    """One handler out of several by the beginning of the path; 404 for all other paths."""

    def pick(asked: Asked) -> Reply:
        for prefix, handler in handlers.items():
            if asked.path.startswith(prefix):
                return handler(asked)
        return Reply(status=404)

    return pick


@cache
def _untrusted() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    return context


def _speaker(handler: Handler, server: Server, stopping: threading.Event) -> type[BaseHTTPRequestHandler]:
    class Speaker(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
            asked = Asked(unquote(parts.path), query, self.headers)
            server.asked.append(asked)
            reply = handler(asked)
            if reply.raw:
                self._drip(reply.raw, reply.every)
            else:
                self._say(reply)

        def _drip(self, pieces: Iterable[bytes], every: float) -> None:
            for piece in pieces:
                if stopping.wait(every):
                    break
                self.wfile.write(piece)

        def _say(self, reply: Reply) -> None:
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            pieces, length = reply.body, reply.length
            if isinstance(pieces, bytes):
                length = len(pieces)
                pieces = [pieces[: length // 2] if reply.ends else pieces]
            self.send_header("Content-Length", str(length))
            self.end_headers()
            self._send(pieces)
            self._end(reply.ends)

        def _send(self, pieces: Iterable[bytes]) -> None:
            for piece in pieces:
                self.wfile.write(piece)
                server.sent += len(piece)

        def _end(self, ends: str) -> None:
            if ends == "hang":
                stopping.wait()
            elif ends == "reset":
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
                self.connection.close()

        def log_message(self, *_: object) -> None:
            pass

    return Speaker
