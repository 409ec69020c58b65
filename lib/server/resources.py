"""What data there is by URL: each resource with its formats and options, declared once. The routes,
the page that documents them and the tests read this table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import get_args
from urllib.parse import urlencode

from lib import links
from lib.desk import Bundle, RateOnDay, card, impact, rate_on_day, sources_table, watched
from lib.desk.preview import About
from lib.desk.watch import read_size
from lib.export.shapes import AGGREGATES, FREQUENCIES, LONG, Shape
from lib.export.tables import Table, as_csv, as_json
from lib.server.question import SECTIONS, Question
from lib.words import speaking

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "": "application/json",
    "txt": "text/plain; charset=utf-8",
    "xlsx": EXCEL,
    "atom": "application/atom+xml; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "svg": "image/svg+xml",
    "png": "image/png",
}
Make = Callable[[Question], bytes]
Options = Mapping[str, Sequence[str]]

SECTION: Options = {"section": SECTIONS}
MAX_ROWS, MAX_EXCEL_ROWS = 60_000, 20_000  # of rates: a file of more takes longer than two seconds
ABOUT: tuple[About, ...] = get_args(About)
SHAPE: Options = {"wide": ("0", "1"), "freq": FREQUENCIES, "agg": AGGREGATES}
RATE: Options = {"pair": (), "day": (), "amount": (), "source": ()}


@dataclass(frozen=True, slots=True)
class Resource:
    """`formats` says by extension how the bytes are made, `options` which parameters there are
    beside those of a link, with their values, the default first; without values any text."""

    about: str
    formats: Mapping[str, Make]
    options: Options = field(default_factory=dict)


def _of_bundle(make: Callable[[Bundle], bytes]) -> Make:
    return lambda question: make(question.bundle())


def _shaped(make: Callable[[Bundle, Shape], bytes], max_rows: int = MAX_ROWS) -> Make:
    """Raises ValueError, with what to do, for more rows than are answered within seconds."""

    def made(question: Question) -> bytes:
        bundle, shape = question.bundle(), _shape(question.options)
        if shape == LONG and bundle.most_rows() > max_rows:
            raise ValueError(
                f"these are more than {max_rows:,} rows: choose fewer currencies or sources, a shorter"
                " period, or wide=1, or freq=W, M, Q or Y"
            )
        return make(bundle, shape)

    return made


def _shape(options: Mapping[str, str]) -> Shape:
    frequency = next(one for one in FREQUENCIES if one == options["freq"])
    aggregate = next(one for one in AGGREGATES if one == options["agg"])
    return Shape(options["wide"] == "1", frequency, aggregate)


def _rate(write: Callable[[Table], bytes]) -> Make:
    return lambda question: write(_rate_on_day(question).table(question.state))


def _sentence(question: Question) -> bytes:
    with speaking(question.view.lang):
        return f"{_rate_on_day(question).sentence()}\n".encode()


def _rate_on_day(question: Question) -> RateOnDay:
    """Raises ValueError with a sentence where a parameter makes no sense."""
    options = question.options
    day, amount = _day(options["day"]), _amount(options["amount"])
    source = options["source"]
    if source and source not in question.desk.sources:
        raise ValueError(f"the sources are {', '.join(question.desk.sources)}")
    return rate_on_day(question.desk, options["pair"], day, amount, question.state, source)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise ValueError("the day is not a date like 2026-09-29") from None


def _amount(text: str) -> float:
    try:
        return float(text or 1)
    except ValueError:
        raise ValueError("the amount is not a number") from None


def _impact(write: Callable[[Table], bytes]) -> Make:
    def made(question: Question) -> bytes:
        requested = impact.question(question.desk, question.view, question.state)
        found = impact.study(question.desk, requested, question.state)
        if found is None or not found.episodes:
            raise ValueError((found.why if found else impact.NO_RATE).rstrip("."))
        return write(impact.table(found, requested, question.state))

    return made


def _card(question: Question) -> bytes:
    about = next(one for one in ABOUT if one == question.options["section"])
    return card.png(question.bundle(), about)


def _watch(question: Question) -> bytes:
    least = read_size(question.options["move"])
    view = question.view
    given = [(name, value) for name, values in links.params(view).items() for value in values if name != "page"]
    size = [("move", question.options["move"])] if least is not None else []
    pages = {n: urlencode([*given, *size, *([("page", str(n))] if n > 1 else [])]) for n in (view.page, view.page + 1)}
    this, older = (f"{question.root}data/watch.atom?{query}".removesuffix("?") for query in pages.values())
    return watched.feed(question.desk, view, question.state, least, page=question.root, address=this, older=older)


def _sources(write: Callable[[Table], bytes]) -> Make:
    return lambda question: write(sources_table(question.desk, question.state))


RESOURCES: Mapping[str, Resource] = {
    "rates": Resource(
        "The rates in view: one row an observation or carried day, with source, kind and flags; with"
        " wide=1 a column a currency, with freq=W, M, Q or Y a row a period of published days.",
        {
            "csv": _shaped(Bundle.rates_csv),
            "json": _shaped(Bundle.rates_json),
            "xlsx": _shaped(Bundle.excel, MAX_EXCEL_ROWS),
        },
        SHAPE,
    ),
    "articles": Resource(
        "The articles in view, newest first: of the chart's feed, or of the archive.",
        {
            "csv": _of_bundle(Bundle.articles_csv),
            "json": _of_bundle(Bundle.articles_json),
            "atom": _of_bundle(Bundle.atom),
        },
        {**SECTION, "offset": ()},
    ),
    "moves": Resource(
        "The breaks of a regime and unusual moves of the lines in view, with the articles around.",
        {"csv": _of_bundle(Bundle.moves_csv), "json": _of_bundle(Bundle.moves_json)},
    ),
    "rate": Resource(
        "One rate: pair=USDKZT, day=2015-08-20, amount=1000, source=nbk; all but the pair may be left"
        " out. Says where the rate is carried from an earlier day.",
        {"": _rate(as_json), "json": _rate(as_json), "csv": _rate(as_csv), "txt": _sentence},
        RATE,
    ),
    "impact": Resource(
        "The episodes of a study of the first country's currency around the news on it, by topic= and q=:"
        " one row each, with its effect and path.",
        {"csv": _impact(as_csv), "json": _impact(as_json)},
    ),
    "sources": Resource(
        "The sources of rates and articles: terms, first and last day, how their refreshes went.",
        {"json": _sources(as_json), "csv": _sources(as_csv)},
    ),
    "watch": Resource(
        "A feed to follow: each move of at least move= percent, break of a regime, decision on a policy"
        " rate and correction, with the articles around it; without move=, but with topic= or q=,"
        " articles. At most 20 entries a day; page=2 has older ones.",
        {"atom": _watch},
        {"move": ()},
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
    "card": Resource(
        "The picture that messengers show of a link, 1200 by 630 pixels.",
        {"png": _card},
        {"section": ABOUT},
    ),
}
