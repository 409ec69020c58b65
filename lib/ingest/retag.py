"""The tags of stored articles, made again by the rules of today. No network: titles and excerpts are in the store.

A batch is a transaction and an article whose tags stay is left alone, so one that was stopped in any way is repeated.
"""

from __future__ import annotations

from lib import catalog
from lib.catalog.rules import rules
from lib.ingest.rounds import Tick
from lib.models import Article, Tag
from lib.news import tagging
from lib.store import Store


def retag(store: Store, tick: Tick = lambda _: None) -> int:
    """Tag every article again and return how many have changed. `tick` is told of articles."""

    def tagged(article: Article) -> tuple[Tag, ...]:
        tick(1)
        return tags_of(article)

    return sum(batch.changed for batch in store.articles.retag(tagged))


def tags_of(article: Article) -> tuple[Tag, ...]:
    """The tags that a refresh would give today. Those of feeds that are not in the catalogue stay: the bundled digest
    was tagged by its editor, and of a feed that was taken out nobody knows the country."""
    feed = catalog.feeds().get(article.feed)
    return tagging.tag(article.title, article.excerpt, feed.country, rules()) if feed else article.tags
