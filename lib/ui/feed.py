"""The feed: cards of articles as one block of escaped HTML, what page it is, and the pager."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from lib import notation
from lib.countries import BY_CODE, CODES, PLACE_NAMES
from lib.desk import Days, Page
from lib.links import View
from lib.models import Article
from lib.snapshot import DIGEST
from lib.ui import hands, loaders, markup
from lib.ui.notices import empty
from lib.words import t

PAGE_SIZE = 6
BASIS_WORDS = {"event": "day of the event", "inferred": "day first seen", "published": ""}


def heading(view: View, period: Days) -> str:
    """Whose news of which days this is, and the way out of a selection."""
    if view.news is None:
        of = t("all five countries and the region") if view.countries == CODES else ", ".join(view.countries)
    else:
        of = ", ".join(t(PLACE_NAMES[code]) for code in view.news) or t("everywhere")
    if view.selected:
        clear = hands.button("days", "", t("✕ clear"), t("Back to all days of the chart"))
        when = f"<b>{notation.span(*view.selected)}</b> {clear}"
    else:
        when = t("any date") if view.any_date else notation.span(*period)
    whose = f"{t('of {places}', places=of)} · {when}"
    return f'<div class="newshead"><b>{t("News")}</b> <span class="muted caption">{whose}</span></div>'


def show(found: Page, number: int, size: int, words: str = "", css: str = "", nothing: str = "") -> None:
    """Cards, then the count and the pager; an empty result says what to do, or why there is `nothing`."""
    if not found.total:
        advice = t("No article matches. Choose fewer topics or words, a longer period, or switch on “Any date”.")
        empty(nothing or advice)
        st.session_state.page = 1
        return
    st.html(cards(found, words, css))
    first = (number - 1) * size + 1
    last = first + len(found.articles) - 1
    results = t("Results {first}–{last} of {total}", first=first, last=last, total=f"{found.total:,}")
    pages = -(-found.total // size)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.html(f'<div class="results muted" role="status">{results}</div>')
        if pages > 1:
            st.pagination(pages, key="page", max_visible_pages=5)


def cards(found: Page, words: str = "", css: str = "") -> str:
    """The articles as one block."""
    shown = zip(found.articles, found.also, found.in_story, strict=True)
    return f'<div class="cards {css}">{"".join(card(*each, words) for each in shown)}</div>'


def card(article: Article, also: Sequence[Article] = (), in_story: int = 1, words: str = "") -> str:
    """One text: day, outlet, tags with the words that earned them, title linking out, excerpt, who else has it, and
    the way to the chart and to the others on its event."""
    when = notation.day(article.day)
    basis = f" ({t(BASIS_WORDS[article.basis])})" if BASIS_WORDS[article.basis] else ""
    digest = f" · {t('bundled digest')}" if article.feed == DIGEST else ""
    told = markup.marked(article.excerpt, words)
    excerpt = f'<p class="excerpt muted" lang="{markup.text(article.language)}">{told}</p>' if told else ""
    title = markup.link(article.url, article.title, "title", article.language, words)
    return (
        f'<article class="card"><div class="meta">'
        f'<span class="muted">{when}{basis} · {markup.text(article.outlet)}{digest}</span>'
        f'<span class="chips">{_chips(article)}{_to_chart(article)}</span></div>'
        f"{title}{excerpt}{_elsewhere(article, also, in_story)}</article>"
    )


def _elsewhere(article: Article, also: Sequence[Article], in_story: int) -> str:
    """Who else has the same text, and the way to the others on the event."""
    ways = []
    if also:
        copies = ", ".join(markup.link(copy.url, copy.outlet) for copy in also)
        ways.append(f'<span class="muted">{t("also in")} {copies}</span>')
    if in_story > 1:
        ways.append(hands.button("story", article.story or article.key, t("{n} on this event", n=in_story)))
    return f'<div class="ways">{" ".join(ways)}</div>' if ways else ""


def _to_chart(article: Article) -> str:
    code = next((code for code in article.countries if code in CODES), "")
    if not code:
        return ""
    currency = BY_CODE[code].currency
    why = t("Show {day} on the chart of {currency}", day=notation.day(article.day), currency=currency)
    return hands.button("show", f"{code} {article.day}", f"↗ {currency}", why)


def _chips(article: Article) -> str:
    names = loaders.topic_names()
    chips = []
    for tag in article.tags:
        place = tag.kind == "country"
        name = t(PLACE_NAMES.get(tag.code, tag.code)) if place else names.get(tag.code, tag.code)
        label = tag.code if place and tag.code in CODES else name
        chips.append(markup.chip(label, f"{name}: {tag.why}", "place" if place else ""))
    return "".join(chips)
