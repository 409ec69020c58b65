"""The feed: cards of articles as one block of escaped HTML, what page it is, and the pager."""

from __future__ import annotations

from datetime import date

import streamlit as st

from lib import notation
from lib.countries import CODES, PLACE_NAMES, PLACES
from lib.links import View
from lib.models import Article, ArticleFilter
from lib.snapshot import DIGEST
from lib.store import Page
from lib.ui import loaders, markup
from lib.ui.frame import empty

PAGE_SIZE = 6
BASIS_WORDS = {"event": "day of the event", "inferred": "day first seen", "published": ""}


def wanted(view: View, period: tuple[date, date]) -> ArticleFilter:
    """What the feed asks the store for. All five countries chosen take in Central Asia as a whole."""
    followed = PLACES if view.countries == CODES else view.countries
    since, until = (None, None) if view.any_date else period
    countries = followed if view.news is None else view.news
    return ArticleFilter(countries=countries, topics=view.topics, words=view.words, since=since, until=until)


def archive(view: View) -> ArticleFilter:
    """What the archive asks for: every day unless the link or the reader names dates."""
    countries = () if view.countries == CODES else view.countries
    return ArticleFilter(countries=countries, topics=view.topics, words=view.words, since=view.since, until=view.until)


def heading(view: View, period: tuple[date, date]) -> str:
    """Whose news of which days this is."""
    if view.news is None:
        of = "all five countries and the region" if view.countries == CODES else ", ".join(view.countries)
    else:
        of = ", ".join(PLACE_NAMES[code] for code in view.news) or "everywhere"
    when = "any date" if view.any_date else notation.span(*period)
    return f'<div><b>News</b> <span class="muted caption">of {of} · {when}</span></div>'


def show(found: Page, number: int, size: int, css: str = "") -> None:
    """Cards, then the count and the pager; an empty result says what to do."""
    if not found.total:
        empty("No article matches. Choose fewer topics or words, a longer period, or switch on “Any date”.")
        st.session_state.page = 1
        return
    first = (number - 1) * size + 1
    results = f"Results {first}{notation.DASH}{first + len(found.articles) - 1} of {found.total:,}"
    cards = "".join(card(article) for article in found.articles)
    st.html(f'<div class="cards {css}">{cards}</div>')
    pages = -(-found.total // size)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.html(f'<div class="results muted" role="status">{results}</div>')
        if pages > 1:
            st.pagination(pages, key="page", max_visible_pages=5)


def card(article: Article) -> str:
    """One article: day, outlet, tags with the words that earned them, title linking out, excerpt."""
    when = notation.day(article.day)
    basis = f" ({BASIS_WORDS[article.basis]})" if BASIS_WORDS[article.basis] else ""
    digest = " · bundled digest" if article.feed == DIGEST else ""
    excerpt = f'<p class="excerpt muted">{markup.text(article.excerpt)}</p>' if article.excerpt else ""
    return (
        f'<article class="card"><div class="meta">'
        f'<span class="muted">{when}{basis} · {markup.text(article.outlet)}{digest}</span>'
        f'<span class="chips">{_chips(article)}</span></div>'
        f"{markup.link(article.url, article.title, 'title')}{excerpt}</article>"
    )


def _chips(article: Article) -> str:
    names = loaders.topic_names()
    chips = []
    for tag in article.tags:
        place = tag.kind == "country"
        name = PLACE_NAMES.get(tag.code, tag.code) if place else names.get(tag.code, tag.code)
        label = tag.code if place and tag.code in CODES else name
        chips.append(markup.chip(label, f"{name}: {tag.why}", "place" if place else ""))
    return "".join(chips)
