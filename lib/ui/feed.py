"""The feed: articles by day as one block of escaped HTML, what page it is, and the pager."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby

import streamlit as st

from lib import links, notation
from lib.countries import BY_CODE, CODES, PLACE_NAMES
from lib.desk import Days, Page, Section, State
from lib.links import View
from lib.models import Article
from lib.snapshot import DIGEST
from lib.ui import filters, hands, loaders, markup, pager, share
from lib.ui import view as session
from lib.ui.notices import empty
from lib.words import t

PAGE_SIZE = 6
BASIS_WORDS = {"event": "", "inferred": "day first seen", "published": ""}


def heading(view: View, period: Days) -> str:
    """Whose news of which days this is, and the way out of a selection."""
    if view.selected:
        clear = hands.button("days", "", t("✕ clear"), t("Back to all days of the chart"))
        when = f"<b>{notation.span(*view.selected)}</b> {clear}"
    else:
        when = t("any date") if view.any_date else notation.span(*period)
    return f'<div class="newshead"><h2>{_title(view)}</h2> <span class="muted caption">{when}</span></div>'


def _title(view: View) -> str:
    codes = view.news if view.news is not None else () if view.countries == CODES else view.countries
    if view.news is not None and not codes:
        return t("News from everywhere")
    if not codes:
        return t("News of the region")
    return t("News: {places}", places=", ".join(t(PLACE_NAMES[code]) for code in codes))


def show(found: Page, view: View, number: int, section: Section = "chart", nothing: str = "") -> None:
    """Articles by day, then the count and the pager; an empty result says what to do, or why there is `nothing`."""
    if not found.total:
        empty(nothing or advice(view, section))
        st.session_state.page = 1
        return
    size = view.size if section == "archive" else PAGE_SIZE
    first = (number - 1) * size + 1
    last = first + len(found.articles) - 1
    total = notation.number(f"{found.total:,}")
    results = t("Results {first}–{last} of {total}", first=first, last=last, total=total)
    heading = f'<h2 class="sr">{t("Results")}</h2>' if section == "archive" else ""
    st.html(
        f'{heading}{cards(found, view, section)}<div class="below">'
        f'<div class="results muted" role="status">{results}</div>{pager.html(number, -(-found.total // size))}</div>'
    )


def advice(view: View, section: Section) -> str:
    """What to do where no article matches; it names only what is on the page."""
    if filters.active(view, section):
        return t("No article matches. Clear a filter, or choose fewer words.")
    if section == "archive":
        return t("No articles yet.")
    return t("No article in this period. Choose a longer one.")


def newest(view: View, period: Days, shown: State) -> str:
    """Where the articles end before the period begins: their last day, and the way to the newest. Else nothing."""
    if view.any_date or not loaders.desk().articles_of.span(shown):
        return ""
    anytime = loaders.desk().chosen(replace(view, any_date=True, selected=None), period, "chart")
    found = loaders.page(anytime, 1, 1, shown).articles
    if not found:
        return ""
    last = notation.day(found[0].day)
    words = markup.text(t("No article in this period; the newest is of {day}.", day=last))
    button = hands.button("newest", "1", t("Show the newest articles"))
    return f'<div class="empty" role="status">{words}<br>{button}</div>'


def cards(found: Page, view: View, section: Section = "chart") -> str:
    """The articles as one block, under a heading a day where they are in the order of their days."""
    shown = list(zip(found.articles, found.also, found.in_story, strict=True))
    css = "cards wide" if section == "archive" else "cards"
    if section == "archive" and view.sort != "newest" and view.words:
        return f'<div class="{css}">{"".join(card(*each, view, section, dated=True) for each in shown)}</div>'
    days = groupby(shown, key=lambda each: each[0].day)
    return f'<div class="{css}">{"".join(_day(day, list(group), view, section) for day, group in days)}</div>'


Card = tuple[Article, Sequence[Article], int]


def _day(day: date, group: Sequence[Card], view: View, section: Section) -> str:
    articles = "".join(card(*each, view, section) for each in group)
    return f'<section class="day"><h3>{notation.day(day)}</h3>{articles}</section>'


def card(
    article: Article, also: Sequence[Article], in_story: int, view: View, section: Section, *, dated: bool = False
) -> str:
    """One text: title linking out, excerpt, outlet, tags with the words that earned them, who else has it, and the way
    to the chart and to the others on its event."""
    told = markup.marked(article.excerpt, view.words)
    excerpt = f'<p class="excerpt muted" lang="{markup.text(article.language)}">{told}</p>' if told else ""
    title = markup.link(article.url, article.title, "title", article.language, view.words)
    return (
        f'<article class="card">{title}{excerpt}<div class="meta">'
        f'<span class="muted">{" · ".join(_about(article, dated))}</span>'
        f'<span class="chips">{"".join(_chips(article))}</span>{_to_chart(article, view, section)}</div>'
        f"{_elsewhere(article, also, in_story)}</article>"
    )


def _about(article: Article, dated: bool) -> Iterator[str]:
    if dated:
        yield notation.day(article.day)
    yield markup.text(article.outlet)
    if article.feed == DIGEST:
        yield t("bundled digest")
    if BASIS_WORDS[article.basis]:
        yield t(BASIS_WORDS[article.basis])


def _elsewhere(article: Article, also: Sequence[Article], in_story: int) -> str:
    """Who else has the same text, and the way to the others on the event."""
    ways = []
    if also:
        copies = ", ".join(markup.link(copy.url, copy.outlet) for copy in also)
        ways.append(f'<span class="muted">{t("also in")} {copies}</span>')
    if in_story > 1:
        key, label = article.story or article.key, t("{n} on this event", n=in_story)
        ways.append(hands.button("story", key, label, more=article.title))
    return f'<div class="ways">{" ".join(ways)}</div>' if ways else ""


def _to_chart(article: Article, view: View, section: Section) -> str:
    """Beside the chart a button that moves it; on another page a link, which the browser's back button undoes."""
    code = next((code for code in article.countries if code in CODES), "")
    if not code:
        return ""
    label, more = t("On the chart"), f"{BY_CODE[code].currency}, {notation.day(article.day)}"
    if section == "chart":
        return hands.button("show", f"{code} {article.day}", label, css="plain", more=more)
    there = session.around(view, code, article.day)
    if there is None:
        return ""
    address = markup.text(links.url(share.root(), there))
    return f'<a class="act plain" data-go href="{address}">{label}<span class="sr"> {more}</span></a>'


def _chips(article: Article) -> Iterator[str]:
    """Each filters the news by its topic or place; on hover it says which words earned it."""
    names = loaders.topic_names()
    for tag in article.tags:
        place = tag.kind == "country"
        name = t(PLACE_NAMES.get(tag.code, tag.code)) if place else names.get(tag.code, tag.code)
        label = tag.code if place and tag.code in CODES else name
        why = f"{t('Only {what}', what=name)} · {tag.why}"
        kind = "place" if place else "topic"
        yield hands.button("only", f"{kind} {tag.code}", label, why, css=f"chip {kind}")
