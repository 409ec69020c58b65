"""The tags of stored articles, made again by the rules of today. No network: titles and texts are in the store.

A batch is a transaction and an article whose tags stay is left alone, so one that was stopped in any way is repeated.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from lib import catalog
from lib.catalog.rules import rules
from lib.ingest.rounds import Tick
from lib.models import Article, Tag
from lib.news import tagging
from lib.store import Store


@dataclass
class Summary:
    """How many articles have changed, and of each country and topic how many gained it and how many lost it. A changed
    reason alone is a change without either."""

    changed: int = 0
    gained: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)

    def lines(self) -> list[str]:
        """One line for each country and topic that changed, those that changed most first."""
        codes = self.gained | self.lost
        order = sorted(codes, key=lambda code: (-self.gained[code] - self.lost[code], code))
        return [f"  {code}: +{self.gained[code]} −{self.lost[code]}" for code in order]


def retag(store: Store, tick: Tick = lambda _: None) -> Summary:
    """Tag every article again. `tick` is told of articles."""
    summary = Summary()

    def tagged(article: Article) -> tuple[Tag, ...]:
        tick(1)
        tags = tags_of(article)
        before, after = ({tag.code for tag in some} for some in (article.tags, tags))
        summary.gained.update(after - before)
        summary.lost.update(before - after)
        return tags

    for batch in store.articles.retag(tagged):
        summary.changed += batch.changed
    return summary


def tags_of(article: Article) -> tuple[Tag, ...]:
    """The tags that a refresh would give today. Those of feeds that are not in the catalogue stay: the bundled digest
    was tagged by its editor, and of a feed that was taken out nobody knows the country."""
    feed = catalog.feeds().get(article.feed)
    if not feed:
        return article.tags
    return tagging.tag(article.title, article.body or article.excerpt, feed.country, rules())
