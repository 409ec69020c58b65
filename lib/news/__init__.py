"""The news room: bytes of a feed in, clean and tagged articles out. No network, no store.

charset.py  bytes -> text, whatever their labels say
outline.py  markup -> that of the entries' own elements
parse.py    bytes -> raw entries; the only file that knows feedparser
dates.py    the texts of dates -> day and UTC moment, or "inferred"; zones.py names the zones
clean.py    HTML -> plain text and excerpt; canonical URL; what names an article
identity.py articles of one answer -> each once, under a key of its own
tagging.py  title and excerpt -> countries (places.py) and topics (topics.py), each with the words that earned it
stories.py  which articles are one text, and which are on one event

The words themselves are data: lib/catalog/gazetteer.toml and topics.toml.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from lib.catalog import Feed
from lib.catalog.rules import rules
from lib.models import Article, Rejected
from lib.news import clean, dates, identity, parse, stories, tagging
from lib.news.identity import Held

__all__ = ["Held", "Parsed", "cleaned", "identified", "read"]

MAX_BODY = 2000  # characters of a feed's text that tags are decided on


@dataclass(frozen=True, slots=True)
class Parsed:
    """What one answer of a feed contained: articles in its order, entries not taken and why, and the
    feed's own title."""

    articles: tuple[Article, ...]
    rejected: tuple[Rejected, ...]
    title: str


def read(
    body: bytes,
    feed: Feed,
    now: datetime,
    held: Held = lambda _keys: {},
    *,
    may_be_empty: bool = False,
    content_type: str = "",
) -> Parsed:
    """The articles in `body`, fetched from `feed` at `now` (UTC-aware) and served with the HTTP
    header `content_type`. Raises ParseError when it is not a feed, or one without articles that may
    not be empty."""
    parsed = cleaned(body, feed, now, may_be_empty=may_be_empty, content_type=content_type)
    return identified(parsed, held)


def cleaned(
    body: bytes,
    feed: Feed,
    now: datetime,
    *,
    may_be_empty: bool = False,
    content_type: str = "",
) -> Parsed:
    """As `read`, but where a guid is reused several articles have one key. It needs no store, so it
    can be done in another process."""
    document = parse.parse(
        body,
        feed.key,
        may_be_empty=may_be_empty,
        content_type=content_type,
        language=feed.language,
    )
    rejected = [Rejected(_label(entry), "the feed breaks off in the middle of it") for entry in document.cut]
    found = []
    for entry in document.entries:
        if article := _article(entry, feed, now):
            found.append(article)
        else:
            rejected.append(Rejected(_label(entry), "has neither a title nor a text nor a web address"))
    return Parsed(tuple(found), tuple(rejected), clean.plain(document.title))


def identified(parsed: Parsed, held: Held) -> Parsed:
    """Each article of an answer once, under a key of its own; see `identity`."""
    single, repeated = identity.distinct(parsed.articles, held)
    rejected = (Rejected(article.title, "stands twice in the feed") for article in repeated)
    return replace(parsed, articles=single, rejected=(*parsed.rejected, *rejected))


def _article(entry: parse.Entry, feed: Feed, now: datetime) -> Article | None:
    url = clean.canonical(entry.link, feed.page)
    text = clean.prose(entry.summary, url) or clean.prose(entry.content, url)
    title = clean.excerpt(clean.plain(entry.title) or clean.excerpt(text, clean.TITLE_FROM_TEXT) or url)
    if not title:
        return None
    excerpt, body = clean.excerpt(text), text[:MAX_BODY]
    zone = ZoneInfo(feed.timezone)
    day, published, basis = dates.first_of(entry.dates, url, zone, now)
    return Article(
        key=clean.key_of(clean.identity(feed.key, entry.guid, url, title, text)),
        feed=feed.key,
        outlet=feed.outlet,
        language=feed.language,
        url=url,
        title=title,
        excerpt=excerpt,
        day=day,
        published=published,
        basis=basis,
        # On what is stored: tagging again without the network must give the same tags.
        tags=tagging.tag(title, body, feed.country, rules()),
        body=body,
        prints=stories.fingerprint(title, clean.prose(entry.content, url) or text),
    )


def _label(entry: parse.Entry) -> str:
    return clean.excerpt(clean.plain(entry.title)) or entry.link or entry.guid or "an entry without any name"
