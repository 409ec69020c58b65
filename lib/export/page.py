"""The whole view as one HTML file that needs no network: the chart with plotly.js in it, its table, the articles, the
citation. All text is escaped, and a content policy lets no script run but the two that are ours."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from plotly.offline import get_plotlyjs

from lib import notation
from lib.export import web
from lib.export.tables import Cell, Table, digits
from lib.models import Article
from lib.words import t

HERE = Path(__file__).parent
POLICY = (
    "default-src 'none'; script-src {scripts}; style-src 'unsafe-inline'; img-src data: blob:; "
    "base-uri 'none'; form-action 'none'"
)  # Plotly writes style attributes, and makes a picture to save from a blob
BASIS = {"event": "day of the event", "inferred": "day first seen", "published": ""}


@dataclass(frozen=True, slots=True)
class Saved:
    """What the file shows. `title` is the sentence with the numbers; `about` has the unit, the
    period, the sources with their days and the as-of, a line each. `alt` is the figure in words,
    `link` the address of the frozen view, `name` what a picture saved from the chart is called."""

    title: str
    about: tuple[str, ...]
    figure: dict[str, Any]  # of Plotly, as `lib.charts` makes it
    alt: str
    table: Table
    articles: tuple[Article, ...]
    citation: str
    link: str
    name: str
    language: str = "en"


def html(saved: Saved) -> bytes:
    """The file, in UTF-8."""
    scripts = get_plotlyjs(), (HERE / "page.js").read_text("utf-8")
    parts = {
        "language": escape(saved.language),
        "policy": escape(POLICY.format(scripts=" ".join(map(_hash, scripts)))),
        "title": escape(saved.title),
        "about": "<br>".join(map(escape, saved.about)),
        "alt": escape(saved.alt),
        "table": _table(saved.table),
        "articles": _list(saved.articles),
        "citation": escape(saved.citation),
        "link": _anchor(saved.link, saved.link),
        "figure": _data(saved),
        "plotly": scripts[0],
        "script": scripts[1],
        "needs_script": escape(t("The chart needs JavaScript. Its figures are in the table.")),
        "as_table": escape(t("The chart as a table")),
        "articles_word": escape(t("Articles")),
        "citation_word": escape(t("Citation")),
    }
    return (HERE / "page.html").read_text("utf-8").format(**parts).encode()


def _hash(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def _data(saved: Saved) -> str:
    """The figure as JSON that cannot end its script element. The theme's colours are the file's own to choose."""
    figure = {**saved.figure, "name": saved.name}
    return json.dumps(figure).replace("<", "\\u003c")


def _table(table: Table) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in table.header)
    rows = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in table.rows)
    return f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody>"


def _cell(cell: Cell) -> str:
    if isinstance(cell, float):
        return f'<td class="number">{digits(cell)}</td>'
    return f"<td>{escape(str(cell))}</td>"


def _list(articles: Iterable[Article]) -> str:
    return "".join(map(_item, articles)) or f"<li>{escape(t('No article in view.'))}</li>"


def _item(article: Article) -> str:
    basis = f" ({t(BASIS[article.basis])})" if BASIS[article.basis] else ""
    tags = ", ".join((*article.countries, *article.topics))
    about = f"{notation.day(article.day)}{basis} · {article.outlet}{f' · {tags}' if tags else ''}"
    excerpt = f"<p>{escape(article.excerpt)}</p>" if article.excerpt else ""
    words = f"{_anchor(article.url, article.title)}{excerpt}"
    return f'<li><small>{escape(about)}</small><div lang="{escape(article.language)}">{words}</div></li>'


def _anchor(url: str, label: str) -> str:
    if not web(url):
        return f"<span>{escape(label)}</span>"
    return f'<a href="{escape(url)}" rel="noopener noreferrer">{escape(label)}</a>'
