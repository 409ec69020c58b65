"""Security headers of every response."""

from __future__ import annotations

from urllib.parse import parse_qs

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Streamlit's front end has inline scripts and styles, compiles code for its components, and talks to
# its own server through a WebSocket; its workers, downloads and pictures are blob: and data: URLs.
POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self' ws: wss: data: blob:",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
    ]
)
ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "strict-origin-when-cross-origin",
}


class SecurityHeaders:
    """ASGI middleware. An embedded view may stand in a frame of any page, all else only in our own."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        ancestors = "*" if _is_embedded(scope) else "'self'"

        async def protect(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in ALWAYS.items():
                    headers.setdefault(name, value)
                if headers.get("content-type", "").startswith("text/html"):
                    policy = f"{POLICY}; frame-ancestors {ancestors}"
                    headers.setdefault("content-security-policy", policy)
            await send(message)

        await self.app(scope, receive, protect)


def _is_embedded(scope: Scope) -> bool:
    return bool(parse_qs(scope["query_string"].decode("latin-1")).get("embed"))
