"""Bytes of a feed to raw entries. Knows feedparser and nothing of cleaning, dates or tags."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import Any

import feedparser

from lib.errors import ParseError
from lib.news import charset, outline

# Two thirds of feedparser's time go into making HTML safe and its links whole. We show its text
# alone (clean.py).
_AS_IT_IS = {"sanitize_html": False, "resolve_relative_uris": False}
# What an entry holds beside what we read. WordPress writes ten categories to an entry, and one
# pattern takes them out in a fraction of the time that `outline` takes.
_UNREAD = re.compile(
    r"<(category|comments|dc:creator|wfw:commentRss|slash:comments|post-id)\b[^<>]*>"
    r"(?:[^<]*|\s*<!\[CDATA\[[^\]]*\]\]>\s*)</\1\s*>"
)
_ROOT_CLOSED = re.compile(r"</(?:\w+:)?(?:rss|feed|rdf)\s*>", re.I)
_ENTRY_OPENS = re.compile(r"<(?:\w+:)?(?:item|entry)[\s/>]", re.I)
_ENTRY_CLOSED = re.compile(r"</(?:\w+:)?(?:item|entry)\s*>", re.I)
_WEB_PAGE = re.compile(r"<!doctype html|<html\b", re.I)
_BEFORE_ROOT = re.compile(r"(?:\s|<\?.*?\?>|<!--.*?-->)*+", re.S)
_DOCTYPE_OPENS = re.compile(r"<!DOCTYPE\b", re.I)
_QUOTED = r"""(?:[^<>\[\]"']|"[^"]*"|'[^']*')*+"""
_DOCTYPE = re.compile(  # whole, and declaring no entity
    rf"<!DOCTYPE\b{_QUOTED}"
    r"(?:\[(?:\s|%[\w.:-]+;|<\?.*?\?>|<!--.*?-->"
    rf"|<!(?:ELEMENT|ATTLIST|NOTATION)\b{_QUOTED}>)*+\]\s*)?>",
    re.S | re.I,
)
_ENTITY = re.compile(r"<!ENTITY\b", re.I)
_WEB_ADDRESS = re.compile(r"https?://", re.I)
_FEED_TYPE = re.compile(r"(?:rss|atom|rdf)\+xml|[/+]json\b|^(?:text|application)/xml$")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as published: HTML in `title`, `summary` and `content`, any text in `dates`, the
    likeliest first; empty where absent."""

    guid: str
    link: str
    title: str
    summary: str
    content: str
    dates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A feed's own title, its entries in its order, and apart from them the last one where the feed
    breaks off in it: half a guid would pass for another article's."""

    title: str
    entries: tuple[Entry, ...]
    cut: tuple[Entry, ...] = ()


def parse(
    body: bytes, source: str, *, may_be_empty: bool = False, content_type: str = "", language: str = ""
) -> Document:
    """The feed in `body`, malformed XML as far as it goes. `content_type` is that of the HTTP
    header, `language` the one whose pages are preferred. Raises ParseError when it is no feed, or
    has no entry unless it may be empty."""
    text = charset.text_of(body, content_type)
    if not text.strip():
        raise ParseError(source, "answered with an empty page")
    loaded = _feedparser(_without_doctype(text, source), source)
    if not loaded.get("version"):
        page = "a web page" if _WEB_PAGE.search(text) else "something else"
        raise ParseError(source, f"answered with {page} instead of a feed")
    if not loaded["entries"] and not may_be_empty:
        raise ParseError(source, "answered with a feed that holds no articles")
    title = loaded["feed"].get("title") or ""
    entries = tuple(_entry(raw, language) for raw in loaded["entries"])
    # bozo alone is trivia (a stray ampersand, a leading blank line); an entry and a root element
    # left open are not.
    if not (loaded["bozo"] and not _ROOT_CLOSED.search(text) and _breaks_off(text)):
        return Document(title, entries)
    if len(entries) == 1:
        raise ParseError(source, "answered with a feed that breaks off in its first article")
    return Document(title, entries[:-1], cut=entries[-1:])


def _breaks_off(text: str) -> bool:
    """Whether the last entry that opens is not closed."""
    last = max((tag.end() for tag in _ENTRY_OPENS.finditer(text)), default=0)
    return last > 0 and not _ENTRY_CLOSED.search(text, last)


def _without_doctype(text: str, source: str) -> str:
    """A feed needs no entities of its own, and nested ones are how an XML bomb is built. Where a
    document type is declared is fixed, so the same words in an article declare nothing."""
    begin = _BEFORE_ROOT.match(text)
    at = begin.end() if begin else 0
    if not _DOCTYPE_OPENS.match(text, at):
        return text
    if whole := _DOCTYPE.match(text, at):
        return text[:at] + text[whole.end() :]
    if _ENTITY.search(text, at):
        why = "answered with XML that declares entities, which is not safe to read"
        raise ParseError(source, why)
    return text


def _feedparser(text: str, source: str) -> Any:
    """Always bytes in a stream: feedparser opens a string as a path or an address."""
    markup = outline.whole_references(outline.own(_UNREAD.sub("", text)))
    try:
        return feedparser.parse(io.BytesIO(markup.encode("utf-8", "replace")), **_AS_IT_IS)
    except Exception as broken:  # feedparser means never to raise, and lets its parsers' errors through
        why = f"answered with a feed that cannot be read ({type(broken).__name__})"
        raise ParseError(source, why) from broken


def _entry(raw: Any, language: str) -> Entry:
    """Broken markup can leave None where feedparser promises text."""
    content = raw.get("content") or [{}]
    return Entry(
        guid=(raw.get("id") or "").strip(),
        link=_link(raw, language),
        title=raw.get("title") or raw.get(outline.TITLE) or "",
        summary=raw.get("summary") or raw.get(outline.SUMMARY) or "",
        content=content[0].get("value") or "",
        dates=_dates(raw),
    )


def _dates(raw: Any) -> tuple[str, ...]:
    """As `outline` has set them apart; those of an element that is not closed stand where
    feedparser puts them."""
    apart = [raw[name] for name in sorted(raw) if outline.is_date(name)]
    # Asked for an `updated` that is not there, feedparser warns and answers with `published`.
    left = (raw[name] for name in ("published", "updated") if name in raw)
    return tuple(filter(None, [*apart, *left]))


def _link(raw: Any, language: str) -> str:
    """The address of the entry's page: the one before a feed service's detour, a link, a guid that
    is a permalink, or the address that names the entry in RDF."""
    if original := (raw.get("feedburner_origlink") or ""):
        return str(original).strip()
    links = [link for link in raw.get("links", ()) if _is_page(link)]
    if links:
        nearest = str(min(links, key=lambda link: _detour(link, language))["href"]).strip()
        return outline.joined(raw.get(outline.BASE) or "", nearest)
    named = str(raw.get("link") or ("" if "guidislink" in raw else raw.get("id")) or "").strip()
    return named if _WEB_ADDRESS.match(named) else ""


def _is_page(link: Any) -> bool:
    relation = (link.get("rel") or "alternate").rpartition("/")[2]
    return bool((link.get("href") or "").strip()) and "alternate" in relation.split()


def _detour(link: Any, language: str) -> tuple[bool, bool, bool]:
    """How far a link is from the page that a reader wants; the first of equals counts. A page in
    another language is still a page, and a document that is no page is better than another feed."""
    kind = (link.get("type") or "text/html").partition(";")[0].strip().lower()
    spoken = (link.get("hreflang") or language).partition("-")[0].strip().lower()
    return bool(_FEED_TYPE.search(kind)), "html" not in kind, spoken != language
