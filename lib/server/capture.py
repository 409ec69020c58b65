"""Whole responses of an ASGI app, for middleware that changes their bodies."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

Change = Callable[[int, MutableHeaders, bytes], Awaitable[bytes]]


async def changed(
    app: ASGIApp,
    scope: Scope,
    receive: Receive,
    send: Send,
    applies: Callable[[int, MutableHeaders], bool],
    change: Change,
) -> None:
    """Send the response of `app`, its body changed where `applies` (status, headers) says so. Such a
    body is collected whole; any other passes as it comes."""
    start: Message | None = None
    body = bytearray()

    async def collect(message: Message) -> None:
        nonlocal start
        if message["type"] == "http.response.start":
            if not applies(message["status"], MutableHeaders(raw=message["headers"])):
                await send(message)
                return
            start = message
        elif start is None or message["type"] != "http.response.body":
            await send(message)
        else:
            body.extend(message.get("body", b""))
            if not message.get("more_body", False):
                await _finish(start, bytes(body), send, change)

    await app(scope, receive, collect)


async def _finish(start: Message, body: bytes, send: Send, change: Change) -> None:
    headers = MutableHeaders(raw=list(start["headers"]))
    made = await change(start["status"], headers, body)
    headers["content-length"] = str(len(made))
    await send({**start, "headers": headers.raw})
    await send({"type": "http.response.body", "body": made})
