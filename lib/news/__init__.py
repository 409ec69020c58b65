"""The news room: bytes of a feed in, clean and tagged articles out. No network, no store.

parse.py    bytes -> raw entries; the only file that knows feedparser
dates.py    the text of a date -> day and UTC moment, or "inferred"
clean.py    HTML -> plain text and excerpt; canonical URL; what identifies an article
tagging.py  title and excerpt -> countries (places.py) and topics (topics.py), each with the words that earned it
stories.py  which articles are one text, and which are on one event

The words themselves are data: lib/catalog/gazetteer.toml and topics.toml.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from lib.catalog import Feed
from lib.catalog.rules import rules
from lib.models import Article, Rejected
from lib.news import clean, dates, parse, stories, tagging

__all__ = ["Held", "Parsed", "cleaned", "identified", "read"]

Held = Callable[[Sequence[str]], Mapping[str, Article]]
"""Some keys to the articles that are held under them, where there are any."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """What one answer of a feed held: articles in its order, entries not taken and why, and the feed's own title."""

    articles: tuple[Article, ...]
    rejected: tuple[Rejected, ...]
    title: str


def read(
    body: bytes, feed: Feed, now: datetime, held: Held = lambda _keys: {}, *, may_be_empty: bool = False
) -> Parsed:
    """The articles in `body`, fetched from `feed` at `now` (UTC-aware). Raises ParseError when it is not a feed, or one
    without articles that may not be empty."""
    return identified(cleaned(body, feed, now, may_be_empty=may_be_empty), held)


def cleaned(body: bytes, feed: Feed, now: datetime, *, may_be_empty: bool = False) -> Parsed:
    """As `read`, but where a guid is reused several articles have one key. It needs no store, so it can be done in
    another process."""
    document = parse.parse(body, feed.key, may_be_empty=may_be_empty)
    rejected = [Rejected(_label(entry), "the feed breaks off in the middle of it") for entry in document.cut]
    found = []
    for entry in document.entries:
        if article := _article(entry, feed, now):
            found.append(article)
        else:
            rejected.append(Rejected(_label(entry), "has neither a title nor a text nor a web address"))
    return Parsed(tuple(found), tuple(rejected), clean.plain(document.title))


def identified(parsed: Parsed, held: Held) -> Parsed:
    """Each article of an answer once, under a key of its own.

    A key is made of the guid, else the canonical address, else title and text, each within its feed. It names the
    article while its title, text or address change. Where one guid stands at several articles, here or in what is
    `held`, the address becomes part of the key: publishers reuse guids, some have one for all."""
    rejected = [*parsed.rejected]
    articles: dict[str, Article] = {}
    for article in _told_apart(parsed.articles, held):
        if articles.setdefault(article.key, article) is not article:
            rejected.append(Rejected(article.title, "stands twice in the feed"))
    return replace(parsed, articles=tuple(articles.values()), rejected=tuple(rejected))


def _article(entry: parse.Entry, feed: Feed, now: datetime) -> Article | None:
    url = clean.canonical(entry.link, feed.page)
    text = clean.prose(entry.summary, url) or clean.prose(entry.content, url)
    title = clean.excerpt(clean.plain(entry.title) or clean.excerpt(text, clean.TITLE_FROM_TEXT) or url)
    if not title:
        return None
    excerpt = clean.excerpt(text)
    zone = ZoneInfo(feed.timezone)
    day, published, basis = dates.dated(entry.date, zone, now)
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
        # On what is stored, not on the whole text: tagging again without the network must give the same tags.
        tags=tagging.tag(title, excerpt, feed.country, rules()),
        prints=stories.fingerprint(title, clean.prose(entry.content, url) or text),
    )


def _told_apart(found: Sequence[Article], held: Held) -> Iterable[Article]:
    """The articles, with a longer key each whose guid stands at another article as well."""
    first = {a.key: a for a in reversed(found)}
    reused = {a.key for a in found if not _twin(first[a.key], a)}
    known = held([key for a in found for key in (a.key, _longer(a))])
    for article in found:
        before = known.get(article.key)
        ours = article.key not in reused if before is None else _edit(before, article, article.key in reused)
        yield article if ours and _longer(article) not in known else replace(article, key=_longer(article))


def _twin(one: Article, other: Article) -> bool:
    """Whether two entries of one answer with one guid are the same article."""
    words = one.excerpt and (one.title, one.excerpt) == (other.title, other.excerpt)
    return bool(words) or _link(one) == _link(other)


def _edit(before: Article, after: Article, reused: bool) -> bool:
    """Whether `after` is what became of `before`, with the same guid: an edit keeps the address, a move the text."""
    same_text = (before.excerpt or before.title) == (after.excerpt or after.title)
    return _link(before) == _link(after) or (same_text and not reused)


def _longer(article: Article) -> str:
    return clean.key_of((article.key, _link(article)))


def _link(article: Article) -> str:
    return article.url or article.title


def _label(entry: parse.Entry) -> str:
    return clean.excerpt(clean.plain(entry.title)) or entry.link or entry.guid or "an entry without any name"
