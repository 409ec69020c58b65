"""The HTTP server around the pages: what `streamlit.App` serves beside them. Knows no Streamlit.

shell.py        the HTML of a page before its scripts run      compression.py  brotli and gzip
still.py        what it shows until then
headers.py      security headers                               capture.py      whole responses of an ASGI app
health.py       /healthz       metrics.py  /metrics            refresher.py    the background thread
data.py         data by URL                                    resources.py    what data there is
manual.py       /data/, which documents them
question.py     what an address asks for                       problems.py     errors as sentences
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import TypedDict

from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from lib.desk import Desk
from lib.server import data, health, manual, metrics, shell
from lib.server.compression import Compression
from lib.server.headers import SecurityHeaders
from lib.server.refresher import Refresher
from lib.server.shell import Figures

Lifespan = Callable[[object], AbstractAsyncContextManager[Mapping[str, object] | None]]


class Parts(TypedDict):
    """What `streamlit.App` takes."""

    routes: list[BaseRoute]
    middleware: list[Middleware]
    lifespan: Lifespan


def parts(
    desk: Callable[[], Desk],
    pages: Mapping[str, str],
    figures: Figures,
    sheet: Path,
    base_path: str = "",
) -> Parts:
    """Routes, middleware and lifespan. `desk` opens the one desk of the process at its first call,
    and raises StoreError while that fails; `pages` are the paths of the pages below the root by
    title; `figures` writes the ticker of a view as HTML; `sheet` is the style sheet of the pages;
    `base_path` is Streamlit's `server.baseUrlPath`."""
    prefix = f"/{base_path.strip('/')}" if base_path.strip("/") else ""
    return Parts(
        routes=[
            *shell.routes(desk, pages, figures, sheet, prefix),
            *health.routes(desk, prefix),
            *metrics.routes(desk, prefix),
            *manual.routes(prefix),
            *data.routes(desk, prefix),
        ],
        middleware=[Middleware(SecurityHeaders), Middleware(Compression)],
        lifespan=lifespan(desk),
    )


def lifespan(desk: Callable[[], Desk]) -> Lifespan:
    """Opens the store and begins to refresh when the server starts, not with the first visitor; at
    its end the lease is released and the write-ahead log emptied."""

    @asynccontextmanager
    async def running(_app: object) -> AsyncIterator[None]:
        refresher = Refresher(desk)
        refresher.start()
        try:
            yield
        finally:
            refresher.close()

    return running
