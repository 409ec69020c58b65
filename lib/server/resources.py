"""What data there is by URL: each resource with its formats and options, declared once. The routes,
the page that documents them and the tests read this table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from lib.desk import Bundle
from lib.server.question import SECTIONS, Question

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": EXCEL,
    "atom": "application/atom+xml; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "svg": "image/svg+xml",
    "png": "image/png",
}
SECTION = {"section": SECTIONS}

Make = Callable[[Question], bytes]
Options = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Resource:
    """`formats` says by extension how the bytes are made, `options` which parameters there are
    beside those of a link, with their values, the default first."""

    about: str
    formats: Mapping[str, Make]
    options: Options = field(default_factory=dict)


def _of_bundle(make: Callable[[Bundle], bytes]) -> Make:
    return lambda question: make(question.bundle())


RESOURCES: Mapping[str, Resource] = {
    "rates": Resource(
        "The rates in view: one row an observation or carried day, with source, kind and flags.",
        {
            "csv": _of_bundle(Bundle.rates_csv),
            "xlsx": _of_bundle(Bundle.excel),
        },
    ),
    "articles": Resource(
        "The articles in view, newest first: of the chart's feed, or of the archive.",
        {
            "csv": _of_bundle(Bundle.articles_csv),
            "atom": _of_bundle(Bundle.atom),
        },
        SECTION,
    ),
    "view": Resource(
        "The whole view as one HTML file that opens offline.",
        {"html": _of_bundle(Bundle.html)},
        SECTION,
    ),
    "chart": Resource(
        "The chart with title, unit, sources, as-of and address.",
        {"svg": _of_bundle(Bundle.svg), "png": _of_bundle(Bundle.png)},
    ),
}
