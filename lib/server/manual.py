"""/data/: the page that documents the data by URL, written from the same table as the routes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from lib.desk.bundle import MAX_ARTICLES
from lib.desk.watch import MAX_A_DAY
from lib.links import BASES, DIRECTIONS, LANGUAGES, MEASURES, RANGES
from lib.server.question import MAX_FIELDS, MAX_QUERY
from lib.server.resources import MAX_EXCEL_ROWS, MAX_ROWS, RESOURCES, Resource

PARAMETERS: Mapping[str, str] = {
    "country": "KZ, KG, TJ, TM, UZ; several separated by commas. All five where it is left out.",
    "range": f"{', '.join(RANGES)}; 1Y where it is left out.",
    "from": "First day, as 2026-01-05; from and to outrank range.",
    "to": "Last day.",
    "base": f"{', '.join(BASES)}; USD where it is left out.",
    "per": f"{' or '.join(DIRECTIONS)}: units of the currency for 1 base, or the other way round.",
    "show": f"{', '.join(MEASURES)}: what a chart shows.",
    "source": "Keys of sources as in sources.json; the best of each currency where it is left out.",
    "topic": "Topics of articles, such as energy,trade.",
    "news": "Countries of articles where they are not those of the chart; all for any.",
    "when": "all: articles of any date.",
    "q": "Words of articles; “quotes” for a phrase, -word to exclude.",
    "language": "Languages of articles, such as en,ru.",
    "sort": "newest or best, in the archive.",
    "page": "Page of the watch.",
    "offset": "How many articles to leave out, which earlier files have.",
    "asof": "An instant, as 2026-09-29T09:15:00Z: exactly what was recorded then, for ever.",
    "lang": f"{' or '.join(LANGUAGES)}: of texts in files.",
}
EXAMPLES: Mapping[str, str] = {
    "pandas": 'import pandas as pd\nkzt = pd.read_csv("{root}data/rates.csv?country=KZ&range=5Y", parse_dates=["day"])',
    "R": 'kzt <- read.csv("{root}data/rates.csv?country=KZ&range=5Y&wide=1")',
    "curl": 'curl "{root}data/rate?pair=USDKZT&day=2015-08-20&amount=1000"',
    "Excel (Power Query)": '= Csv.Document(Web.Contents("{root}data/rates.csv?wide=1&freq=M&agg=mean"))',
    "Google Sheets": '=IMPORTDATA("{root}data/rates.csv?country=UZ&wide=1&freq=M")',
    "A feed reader": "{root}data/watch.atom?country=KZ&move=1&topic=energy",
}
STYLE = """
body { max-width: 60rem; margin: 0 auto; padding: 8px 16px 3rem; line-height: 1.5; color: #16191d; background: #fff;
  font-family: -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif; }
pre { overflow-x: auto; padding: 0.6rem; background: #f3f5f6; } code { font-size: 14px; }
dt { font-weight: 650; margin-top: 0.6rem; } dd { margin: 0; } .scroll { overflow-x: auto; } a { color: #0b5d66; }
@media (prefers-color-scheme: dark) {
  body { color: #e8eaec; background: #101316; } pre { background: #1b2024; } a { color: #6cc7d1; } }
"""


def routes(prefix: str) -> list[BaseRoute]:
    def answer(request: Request) -> Response:
        root = f"{request.url.scheme}://{request.url.netloc}{prefix}/"
        return HTMLResponse(html(root), headers={"cache-control": "no-cache"})

    return [Route(f"{prefix}/data/", answer, methods=["GET"])]


def html(root: str) -> str:
    """The page of a site at `root`, which ends in a slash."""
    return "".join(
        [
            '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Data by URL · Altyn</title>',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<style>{STYLE}</style></head><body>",
            f'<nav><a href="{escape(root)}">Altyn</a></nav><main><h1>Data by URL</h1>',
            "<p>An address takes the parameters of a page's link: choose on the page, and copy what stands",
            " behind the question mark. A link with asof gives the same figures for ever.</p>",
            f"<h2>What there is</h2><dl>{''.join(_resources(root))}</dl>",
            f"<h2>Parameters</h2><dl>{''.join(_defined(PARAMETERS))}</dl>",
            f"<h2>Examples</h2>{''.join(_examples(root))}",
            f"<h2>Limits and errors</h2>{_limits()}</main></body></html>",
        ]
    )


def _resources(root: str) -> Iterator[str]:
    for name, resource in RESOURCES.items():
        files = (f"{name}.{extension}".rstrip(".") for extension in resource.formats)
        named = ", ".join(f'<a href="{escape(root)}data/{file}">{file}</a>' for file in files)
        yield f"<dt>{named}</dt><dd>{escape(resource.about)}{_options(resource)}</dd>"


def _options(resource: Resource) -> str:
    listed = [f"{name}={' | '.join(values) or '…'}" for name, values in resource.options.items()]
    return f"<br><code>{escape('; '.join(listed))}</code>" if listed else ""


def _defined(meanings: Mapping[str, str]) -> Iterator[str]:
    for name, meaning in meanings.items():
        yield f"<dt><code>{escape(name)}</code></dt><dd>{escape(meaning)}</dd>"


def _examples(root: str) -> Iterator[str]:
    for name, text in EXAMPLES.items():
        yield f'<h3>{escape(name)}</h3><pre tabindex="0"><code>{escape(text.format(root=root))}</code></pre>'


def _limits() -> str:
    return (
        f"<p>GET and HEAD; any origin. A query has at most {MAX_QUERY:,} bytes and {MAX_FIELDS} parameters, a"
        f" file at most {MAX_ARTICLES:,} articles: the header Link names the next one. A file of rates has at"
        f" most {MAX_ROWS:,} rows, a workbook {MAX_EXCEL_ROWS:,}. A watch has at most"
        f" {MAX_A_DAY} entries a day. What is not understood is ignored and named in the header"
        " Altyn-Ignored; what cannot be answered gets 400 and a sentence (problem+json for JSON), 503 while"
        " the database is away. Every answer has an ETag; with If-None-Match an unchanged one is 304.</p>"
        "<p>Each row names its source. Terms differ by source and stand in sources.json.</p>"
    )
