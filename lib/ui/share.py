"""What a reader takes along: a link that lives or one that is frozen, a citation, and the view in files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import count
from typing import NamedTuple
from urllib.parse import urlsplit

import pandas as pd
import streamlit as st

from lib import catalog, charts, export, links, series
from lib.export import atom, cite, names, page, tables
from lib.links import View
from lib.models import Article, ArticleFilter
from lib.store import Store
from lib.ui import chart, hands, loaders, markup
from lib.ui.loaders import InView
from lib.words import Language, speaking, spoken, t

MOST_ARTICLES = 5000  # in one file
MOST_ON_PAGE = 200  # in the page that opens offline
AT_ONCE = 500


class Taken(NamedTuple):
    """What is taken along: a view frozen at an instant, the days it shows, its lines, which articles, and its link.

    Files are made from it when they are asked for, outside the run of a page: nothing here asks Streamlit."""

    view: View
    period: tuple[date, date]
    lines: tuple[InView, ...]
    articles: ArticleFilter
    store: Store
    link: str
    language: Language

    @property
    def asof(self) -> datetime:
        assert self.view.asof
        return self.view.asof


def address() -> str:
    """This page's own address, without its parameters."""
    return urlsplit(st.context.url or "")._replace(query="", fragment="").geturl()


def frozen(seen: View, period: tuple[date, date] | None) -> View:
    """The view as it stands now, for ever: today's second, or the moment of the last change where that is later."""
    return links.freeze(seen, max(datetime.now(UTC).replace(microsecond=0), loaders.store().stamp()), period)


def offer(
    seen: View, period: tuple[date, date], wanted: Callable[[View], ArticleFilter], revision: int, *, rates: bool = True
) -> None:
    """Two buttons: links, and files. What is behind them is made when they are opened."""
    sharing = st.popover(t("Share"), key="share", on_change="rerun")
    saving = st.popover(t("Save"), key="save", on_change="rerun")
    if not (sharing.open or saving.open):
        return
    still = frozen(seen, period if rates or seen.custom else None)
    lines = chart.held(still, period, revision) if rates else []
    link = links.url(address(), still)
    taken = Taken(still, period, tuple(lines), wanted(still), loaders.store(), link, spoken())
    if sharing.open:
        with sharing:
            _links(seen, taken)
    if saving.open:
        with saving:
            _files(taken)


def _links(seen: View, taken: Taken) -> None:
    _link(
        t("Live: the same choices, with the figures of the day on which it is opened."),
        links.url(address(), links.live(seen)),
    )
    _link(t("Frozen: these very figures and articles, whatever is corrected later."), taken.link)
    st.caption(t("Citation"))
    st.code(_citation(taken), language=None, wrap_lines=True)


def _link(words: str, url: str) -> None:
    """To copy, and to open: for the keyboard too, which does not reach what shows when a mouse hovers."""
    st.html(f'<div class="caption">{markup.text(words)} {markup.link(url, t("Open"), "out")}</div>')
    st.code(url, language=None, wrap_lines=True)


def _files(taken: Taken) -> None:
    """Made when they are asked for; none reruns the page."""
    if taken.lines:
        _button(t("Rates, CSV"), taken, "csv", "text/csv", lambda: tables.as_csv(_rates(taken)))
        _button(t("Rates and articles, Excel"), taken, "xlsx", _EXCEL, lambda: _workbook(taken))
    _button(
        t("Articles, CSV"),
        taken,
        "csv",
        "text/csv",
        lambda: tables.as_csv(tables.articles(_articles(taken))),
        "articles",
    )
    _button(t("Articles, Atom feed"), taken, "atom", "application/atom+xml", lambda: _feed(taken), "articles")
    if taken.lines:
        _button(t("The whole view, one HTML file"), taken, "html", "text/html", lambda: _page(taken))
        pictures = (hands.button("picture", kind, kind.upper()) for kind in ("png", "svg"))
        st.html(f'<div class="pictures">{t("The chart as a picture")}: {" ".join(pictures)}</div>')


_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _button(label: str, taken: Taken, ending: str, mime: str, make: Callable[[], bytes], subject: str = "") -> None:
    def made() -> bytes:
        with speaking(taken.language):
            return make()

    named = names.file_name([subject] if subject else _pairs(taken), taken.period, taken.asof, ending)
    st.download_button(label, made, named, mime, on_click="ignore", width="stretch", key=f"save-{subject}-{ending}")


def _pairs(taken: Taken) -> list[str]:
    return ["/".join(line.pair) for line in _shown(taken)] or ["rates"]


def _shown(taken: Taken) -> list[export.Shown]:
    seen = taken.view
    return [
        export.Shown(catalog.sources()[x.source], seen.base, x.country.currency, _carried(x, taken), seen.direction)
        for x in taken.lines
    ]


def _carried(line: InView, taken: Taken) -> pd.DataFrame:
    """With a row for each day that carries a value, flagged as such; none in the future of the view."""
    return series.carry(line.line, min(taken.period[1], taken.asof.date()))


def _articles(taken: Taken, most: int = MOST_ARTICLES) -> list[Article]:
    """In the feed's order, the first so many of them."""
    found: list[Article] = []
    for number in count(1):
        batch = taken.store.articles.page(taken.articles, number, AT_ONCE)
        found += batch.articles
        if len(found) >= min(batch.total, most):
            return found[:most]
    raise AssertionError("pages have no end")


def _rates(taken: Taken) -> tables.Table:
    return tables.rates(_shown(taken), taken.asof)


def _workbook(taken: Taken) -> bytes:
    return tables.as_excel({"Rates": _rates(taken), "Articles": tables.articles(_articles(taken))})


def _feed(taken: Taken) -> bytes:
    return atom.feed(_articles(taken), t("Altyn: articles"), taken.link, taken.asof)


def _citation(taken: Taken) -> str:
    return cite.citation(_shown(taken), _articles(taken, MOST_ON_PAGE), taken.period, taken.asof, taken.link)


def _page(taken: Taken) -> bytes:
    named = chart.named(taken.view, taken.lines)
    counts = taken.store.articles.per_day(taken.articles)
    figure = charts.figure(named, counts, taken.period, taken.view.measure, taken.view.direction, taken.view.log)
    return page.html(
        page.Saved(
            title=f"Altyn: {', '.join(_pairs(taken))}",
            figure=figure,
            alt=charts.alt(named, taken.period),
            table=_rates(taken),
            articles=tuple(_articles(taken, MOST_ON_PAGE)),
            citation=_citation(taken),
            link=taken.link,
            name=names.file_name(_pairs(taken), taken.period, taken.asof, "png").removesuffix(".png"),
            language=taken.language,
        )
    )
