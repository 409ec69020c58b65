"""The news room: bytes of a feed in, clean and tagged articles out. No network, no store.

parse.py    bytes -> raw entries; the only file that knows feedparser
dates.py    the text of a date -> day and UTC moment, or "inferred"
clean.py    HTML -> plain text and excerpt; canonical URL; what identifies an article
tagging.py  title and excerpt -> countries and topics, each with the words that earned it

The words themselves are data: lib/catalog/gazetteer.toml and topics.toml.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from lib.catalog import Feed
from lib.catalog.rules import rules
from lib.models import Article, Rejected
from lib.news import clean, dates, parse, tagging

__all__ = ["read"]


@dataclass(frozen=True, slots=True)
class Parsed:
    """What one answer of a feed held: articles in its order, entries not taken and why, and the feed's own title."""

    articles: tuple[Article, ...]
    rejected: tuple[Rejected, ...]
    title: str


def read(body: bytes, feed: Feed, now: datetime) -> Parsed:
    """The articles in `body`, fetched from `feed` at `now` (UTC-aware). Raises ParseError when it is not a feed."""
    document = parse.parse(body, feed.key)
    links: dict[tuple[str, ...], str] = {}
    articles: dict[str, Article] = {}
    rejected = [Rejected(_label(entry), "the feed breaks off in the middle of it") for entry in document.cut]
    for entry in document.entries:
        article = _article(entry, feed, now, links)
        if not article:
            rejected.append(Rejected(_label(entry), "has neither a title nor a text nor a web address"))
        elif article.key in articles:
            rejected.append(Rejected(article.title, "stands twice in the feed"))
        else:
            articles[article.key] = article
    return Parsed(tuple(articles.values()), tuple(rejected), clean.plain(document.title))


def _article(entry: parse.Entry, feed: Feed, now: datetime, links: dict[tuple[str, ...], str]) -> Article | None:
    url = clean.canonical(entry.link, feed.page)
    text = clean.prose(entry.summary, url) or clean.prose(entry.content, url)
    title = clean.excerpt(clean.plain(entry.title) or clean.excerpt(text, clean.TITLE_FROM_TEXT) or url)
    if not title:
        return None
    excerpt = clean.excerpt(text)
    zone = ZoneInfo(feed.timezone)
    day, published, basis = dates.dated(entry.date, zone, now)
    return Article(
        key=clean.key_of(_name(clean.identity(feed.key, entry.guid, url, title, text), url or title, links)),
        feed=feed.key,
        outlet=feed.outlet,
        language=feed.language,
        url=url,
        title=title,
        excerpt=excerpt,
        day=day,
        published=published,
        basis=basis,
        # On what is stored, not on the whole text: tagging again without the network must give the same tags.
        tags=tagging.tag(title, excerpt, feed.country, rules()),
    )


def _name(name: tuple[str, ...], link: str, links: dict[tuple[str, ...], str]) -> tuple[str, ...]:
    """Some publishers use one guid for every article: from the second link on, the link is part of the name."""
    return name if links.setdefault(name, link) == link else (*name, link)


def _label(entry: parse.Entry) -> str:
    return clean.excerpt(clean.plain(entry.title)) or entry.link or entry.guid or "an entry without any name"
