"""The HTML of a page before its scripts run: Streamlit's own, with our style sheet in it, so that
nothing moves when the sheet would else arrive."""

from __future__ import annotations

from collections.abc import Collection
from importlib.util import find_spec
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

CACHING = {"cache-control": "no-cache"}
START_OF_BODY = "<body>"  # after all that Streamlit adds to the head, which must not outrank it


def routes(pages: Collection[str], sheet: Path, prefix: str) -> list[BaseRoute]:
    """A route for each page."""
    html = page(index(), sheet.read_text("utf-8"))

    async def answer(_request: Request) -> Response:
        return HTMLResponse(html, headers=CACHING)

    return [Route(f"{prefix}/{path}", answer, methods=["GET"]) for path in pages]


def index() -> str:
    """Streamlit's HTML, read from its installed files."""
    found = find_spec("streamlit")
    assert found
    assert found.origin
    return (Path(found.origin).parent / "static" / "index.html").read_text("utf-8")


def page(html: str, style: str) -> str:
    """The HTML with our style sheet."""
    return html.replace(START_OF_BODY, f"{START_OF_BODY}<style>{style}</style>", 1)
