"""Bytes of a feed to raw entries. Knows feedparser and nothing of cleaning, dates or tags."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import Any

import feedparser

from lib.errors import ParseError

# feedparser 6.0.14 raises UnicodeEncodeError on these (half an emoji, cut by a publisher's own excerpt).
_REFERENCE = re.compile(rb"&#(?:x([0-9a-f]{1,8})|(\d{1,10}));", re.I)
_SURROGATES = range(0xD800, 0xE000)
_ROOT_CLOSED = re.compile(rb"</(?:\w+:)?(?:rss|feed|rdf)\s*>", re.I)
_WEB_PAGE = re.compile(rb"<!doctype html|<html\b|<head\b|<body\b", re.I)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as published: HTML in `title`, `summary` and `content`, any text in `date`; empty where absent."""

    guid: str
    link: str
    title: str
    summary: str
    content: str
    date: str


@dataclass(frozen=True, slots=True)
class Document:
    """A feed's own title, its entries in its order, and apart from them the last one where the feed breaks off in it:
    half a guid would pass for another article's."""

    title: str
    entries: tuple[Entry, ...]
    cut: tuple[Entry, ...] = ()


def parse(body: bytes, source: str) -> Document:
    """The feed in `body`, malformed XML as far as it goes. Raises ParseError when it is no feed or has no entry."""
    if not body.strip():
        raise ParseError(source, "answered with an empty page")
    # A feed needs no entities of its own; nested ones are how an XML bomb is built.
    if re.search(rb"<!ENTITY\b", body, re.I):
        raise ParseError(source, "answered with XML that declares entities, which is not safe to read")
    loaded = _feedparser(body, source)
    if not loaded.get("version"):
        page = "a web page" if _WEB_PAGE.search(body) else "something else"
        raise ParseError(source, f"answered with {page} instead of a feed")
    if not loaded["entries"]:
        raise ParseError(source, "answered with a feed that holds no articles")
    # bozo alone is trivia (a stray ampersand, a leading blank line); a root element left open is not.
    title, entries = loaded["feed"].get("title") or "", tuple(map(_entry, loaded["entries"]))
    if loaded["bozo"] and not _ROOT_CLOSED.search(body):
        return Document(title, entries[:-1], cut=entries[-1:])
    return Document(title, entries)


def _feedparser(body: bytes, source: str) -> Any:
    """Always bytes in a stream: feedparser opens a string as a path or an address, and garbles windows-1251 in one."""
    try:
        return feedparser.parse(io.BytesIO(_REFERENCE.sub(_without_surrogates, body)))
    except Exception as broken:  # feedparser means never to raise, and lets its codecs' and parsers' errors through
        raise ParseError(source, f"answered with a feed that cannot be read ({type(broken).__name__})") from broken


def _without_surrogates(found: re.Match[bytes]) -> bytes:
    code = int(found[1], 16) if found[1] else int(found[2])
    return b"" if code in _SURROGATES else found[0]


def _entry(raw: Any) -> Entry:
    """Broken markup can leave None where feedparser promises text."""
    content = raw.get("content") or [{}]
    return Entry(
        guid=(raw.get("id") or "").strip(),
        link=(raw.get("link") or "").strip(),
        title=raw.get("title") or "",
        summary=raw.get("summary") or "",
        content=content[0].get("value") or "",
        # Asked for an `updated` that is not there, feedparser warns and answers with `published`.
        date=raw.get("published") or ("updated" in raw and raw["updated"]) or "",
    )
