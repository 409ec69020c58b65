"""The HTML of a page before its scripts run: Streamlit's own with our style sheet, what a crawler
reads of this very link, and the figures and a still chart for those on a slow line."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from html import escape
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from lib import links
from lib.desk import Desk, State
from lib.desk.preview import About, Preview, preview
from lib.errors import AltynError
from lib.links import View
from lib.server import question, still
from lib.server.problems import Problem
from lib.server.question import Question

CACHING = {"cache-control": "no-cache"}
CARD_SIZE = ("1200", "630")
TITLE = "<title>Streamlit</title>"
HTML = '<html lang="en">'
END_OF_HEAD = "</head>"
BODY = "<body>"  # after all that Streamlit adds to the head, which must not outrank our sheet

Figures = Callable[[View, State], str]
log = logging.getLogger(__name__)


class Page(NamedTuple):
    """A page: its path below the root, its title, and what a preview of it is about."""

    path: str
    title: str
    about: About


class Template(NamedTuple):
    """Streamlit's HTML, our sheet, and the addresses of the files that draw a chart."""

    html: str
    sheet: str
    preloads: tuple[str, ...]


def routes(
    desk: Callable[[], Desk], pages: Mapping[str, str], figures: Figures, sheet: Path, prefix: str
) -> list[BaseRoute]:
    """A route for each page, of which `pages` has the paths by title."""
    template = Template(index(), sheet.read_text("utf-8"), preloads())
    listed = [Page(path, title, _about(path)) for title, path in pages.items()]

    def serve(page: Page) -> Route:
        def answer(request: Request) -> Response:
            html = _html(request, desk, page, listed, figures, template, prefix)
            return HTMLResponse(html, headers=CACHING)

        return Route(f"{prefix}/{page.path}", answer, methods=["GET"])

    return [serve(page) for page in listed]


def index() -> str:
    """Streamlit's HTML, read from its installed files."""
    return (_static() / "index.html").read_text("utf-8")


def preloads() -> tuple[str, ...]:
    """The files that draw a chart, which its page would else ask for late. Their names have a hash."""
    return tuple(f"./static/js/{file.name}" for file in (_static() / "static" / "js").glob("PlotlyChart.*.js"))


def _static() -> Path:
    found = find_spec("streamlit")
    assert found
    assert found.origin
    return Path(found.origin).parent / "static"


def _about(path: str) -> About:
    known: Mapping[str, About] = {"articles": "archive", "compare": "compare", "impact": "impact"}
    return "sources" if path == "sources" else known.get(path, "chart")


def _html(
    request: Request,
    desk: Callable[[], Desk],
    page: Page,
    pages: list[Page],
    figures: Figures,
    template: Template,
    prefix: str,
) -> str:
    """The page for its link; without a preview where the store cannot answer, which the page itself
    says in words."""
    try:
        requested = question.of_page(request, desk(), prefix, page.path, page.about)
        head, above = _head(requested, page), still.html(requested, page.title, page.about, pages, figures)
    except (AltynError, Problem) as failed:
        log.warning("no preview of a page: %s", failed)
        return _assembled(template, "en", "<title>Altyn</title>", "", ())
    preloaded = template.preloads if page.about == "chart" else ()
    return _assembled(template, requested.view.lang, head, above, preloaded)


def _assembled(template: Template, language: str, head: str, above: str, preloaded: tuple[str, ...]) -> str:
    hints = "".join(f'<link rel="modulepreload" crossorigin href="{escape(file)}">' for file in preloaded)
    html = template.html.replace(HTML, f'<html lang="{language}">', 1)
    html = html.replace(TITLE, head, 1)
    html = html.replace(END_OF_HEAD, f"{hints}{END_OF_HEAD}", 1)
    return html.replace(BODY, f"{BODY}<style>{template.sheet}</style>{above}", 1)


def _head(requested: Question, page: Page) -> str:
    """Title, description, picture and canonical address of a link."""
    shown: Preview = requested.once(f"preview {page.about}", lambda: preview(requested.bundle(), page.about))
    address = links.url(requested.page, requested.view)
    parameters = [(name, value) for name, values in links.params(requested.view).items() for value in values]
    query = urlencode([*parameters, ("section", page.about)])
    image = f"{requested.root}data/card.png?{query}"
    properties = {
        "og:site_name": "Altyn",
        "og:type": "website",
        "og:title": shown.title,
        "og:description": shown.description,
        "og:url": address,
        "og:image": image,
        "og:image:width": CARD_SIZE[0],
        "og:image:height": CARD_SIZE[1],
        "og:image:alt": shown.description,
        "og:locale": {"en": "en_GB", "ru": "ru_RU"}[requested.view.lang],
    }
    names = {"description": shown.description, "twitter:card": "summary_large_image"}
    return "".join(
        [
            f"<title>{escape(shown.title)}</title>",
            f'<link rel="canonical" href="{escape(address)}">',
            *(f'<meta name="{name}" content="{escape(text)}">' for name, text in names.items()),
            *(f'<meta property="{name}" content="{escape(text)}">' for name, text in properties.items()),
        ]
    )
