"""Articles: what a view asks for, and pages and counts of it, read once for each revision of the articles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from lib.countries import CENTRAL_ASIA, CODES, REGION
from lib.desk.cache import Cache
from lib.desk.lines import Days
from lib.links import View
from lib.models import Article, ArticleFilter, FacetKind
from lib.store import Page, State, Store
from lib.store.query import highlight

__all__ = ["Articles", "Page", "archive_filter", "country_filter", "feed_filter", "highlight"]

BATCH = 500


def feed_filter(view: View, period: Days) -> ArticleFilter:
    """What the feed beside the chart shows. All five countries chosen take in Central Asia as a whole. A span selected
    on the chart outranks the chart's own and "any date"."""
    followed = (*view.countries, REGION) if set(CENTRAL_ASIA) <= {*view.countries} else view.countries
    since, until = view.selected or ((None, None) if view.any_date else period)
    countries = followed if view.news is None else view.news
    return replace(_filter(view), countries=countries, since=since, until=until)


def country_filter(view: View, code: str, period: Days) -> ArticleFilter:
    """The articles of one country that belong on its currency's line: those of the feed's topics and words."""
    return replace(_filter(view), countries=(code,), since=period[0], until=period[1])


def archive_filter(view: View) -> ArticleFilter:
    """What the archive shows: every day unless the link or the reader names dates."""
    return replace(
        _filter(view),
        countries=archive_places(view),
        since=view.since,
        until=view.until,
        outlets=view.outlets,
        months=view.months,
        sort=view.sort,
    )


def archive_places(view: View) -> tuple[str, ...]:
    """The countries that the chart follows, unless the reader chose others for the news; empty: any place or none."""
    followed = () if view.countries == CODES else view.countries
    return followed if view.news is None else view.news


def _filter(view: View) -> ArticleFilter:
    return ArticleFilter(topics=view.topics, words=view.words, languages=view.languages)


@dataclass(frozen=True, slots=True, eq=False)
class Articles:
    """The articles of one store as they stood in a `State`, whatever instant a filter names itself."""

    store: Store
    cache: Cache

    def page(self, chosen: ArticleFilter, number: int, size: int, state: State) -> Page:
        """Page `number` (from 1) of `size` cards. A number past the end gives the last page."""
        question = ("page", _timeless(chosen), number, size)
        read = self.store.articles.page
        return self.cache.get("articles", state.articles, question, lambda: read(_at(chosen, state), number, size))

    def facet(self, chosen: ArticleFilter, kind: FacetKind, state: State) -> Mapping[str, int]:
        """How many cards each value of a facet would give, the filter's other parts applied."""
        question = ("facet", _timeless(chosen), kind)
        read = self.store.articles.facet
        return self.cache.get("articles", state.articles, question, lambda: read(_at(chosen, state), kind))

    def facets(self, chosen: ArticleFilter, state: State) -> Mapping[FacetKind, Mapping[str, int]]:
        """All facets of one filter."""
        question = ("facets", _timeless(chosen))
        read = self.store.articles.facets
        return self.cache.get("articles", state.articles, question, lambda: read(_at(chosen, state)))

    def per_day(self, chosen: ArticleFilter, state: State) -> tuple[tuple[date, int], ...]:
        """How many cards each day has, days without any left out."""
        question = ("per day", _timeless(chosen))
        read = self.store.articles.per_day
        return self.cache.get("articles", state.articles, question, lambda: tuple(read(_at(chosen, state))))

    def event(self, key: str, state: State) -> tuple[Article, ...]:
        """The articles on one event, copies included, by the key of its first one; the newest first."""
        read = self.store.articles.story
        return self.cache.get("articles", state.articles, ("event", key), lambda: read(key, state.at))

    def span(self, state: State) -> Days | None:
        """The oldest and newest day of an article that is current."""
        return self.cache.get("articles", state.articles, "span", self.store.articles.span)

    def per_feed(self, state: State) -> Mapping[str, tuple[int, date]]:
        """Of each feed, how many articles are current and the newest day."""
        return self.cache.get("articles", state.articles, "per feed", self.store.articles.per_feed)

    def first(self, chosen: ArticleFilter, state: State, limit: int) -> tuple[Article, ...]:
        """The first cards in the filter's order, at most `limit`; not cached, since there may be thousands."""
        found: list[Article] = []
        number = 1
        while True:
            page = self.store.articles.page(_at(chosen, state), number, BATCH)
            found += page.articles
            if len(found) >= min(page.total, limit):
                return tuple(found[:limit])
            number += 1


def _timeless(chosen: ArticleFilter) -> ArticleFilter:
    """A filter as part of a key, where the revision stands for the instant."""
    return replace(chosen, asof=None)


def _at(chosen: ArticleFilter, state: State) -> ArticleFilter:
    return replace(chosen, asof=state.at)
