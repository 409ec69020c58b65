"""Bytes of a feed to raw entries. Knows feedparser and nothing of cleaning, dates or tags."""

from __future__ import annotations

import codecs
import io
import re
import sys
from dataclasses import dataclass
from typing import Any

import feedparser

from lib.errors import ParseError

# Two thirds of feedparser's time go into making HTML safe and its links whole. We show its text alone (clean.py).
_AS_IT_IS = {"sanitize_html": False, "resolve_relative_uris": False}
# feedparser 6.0.14 raises on half an emoji, cut by a publisher's own excerpt, and on what is no character at all.
_REFERENCE = re.compile(rb"&#(?:x([0-9a-f]+)|(\d+));", re.I)
_SURROGATES = range(0xD800, 0xE000)
# What an entry holds beside what we read. WordPress writes ten categories to an entry, and each costs feedparser as
# much as its title.
_UNREAD = re.compile(
    rb"<(category|comments|dc:creator|wfw:commentRss|slash:comments|post-id)\b[^<>]*>"
    rb"(?:[^<]*|\s*<!\[CDATA\[[^\]]*\]\]>\s*)</\1\s*>"
)
_ROOT_CLOSED = re.compile(rb"</(?:\w+:)?(?:rss|feed|rdf)\s*>", re.I)
_ENTRY_OPENS = re.compile(rb"<(?:\w+:)?(?:item|entry)[\s/>]", re.I)
_ENTRY_CLOSED = re.compile(rb"</(?:\w+:)?(?:item|entry)\s*>", re.I)
_WEB_PAGE = re.compile(rb"<!doctype html|<html\b", re.I)
_DECLARED = re.compile(r"""(<\?xml\b[^>]*?)\sencoding\s*=\s*["']([\w.:-]+)["']""")
_PROLOGUE = 300  # characters in which a declaration is looked for: beyond, it declares nothing
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
# UTF-32 first: its mark begins as that of UTF-16.
_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


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


def parse(body: bytes, source: str, *, may_be_empty: bool = False) -> Document:
    """The feed in `body`, malformed XML as far as it goes. Raises ParseError when it is no feed, or has no entry unless
    it may be empty."""
    body = _in_utf8(body)
    if not body.strip():
        raise ParseError(source, "answered with an empty page")
    # A feed needs no entities of its own; nested ones are how an XML bomb is built.
    if re.search(rb"<!ENTITY\b", body, re.I):
        raise ParseError(source, "answered with XML that declares entities, which is not safe to read")
    loaded = _feedparser(body, source)
    if not loaded.get("version"):
        page = "a web page" if _WEB_PAGE.search(body) else "something else"
        raise ParseError(source, f"answered with {page} instead of a feed")
    if not loaded["entries"] and not may_be_empty:
        raise ParseError(source, "answered with a feed that holds no articles")
    title, entries = loaded["feed"].get("title") or "", tuple(map(_entry, loaded["entries"]))
    # bozo alone is trivia (a stray ampersand, a leading blank line); an entry and a root element left open are not.
    if not (loaded["bozo"] and not _ROOT_CLOSED.search(body) and _breaks_off(body)):
        return Document(title, entries)
    if len(entries) == 1:
        raise ParseError(source, "answered with a feed that breaks off in its first article")
    return Document(title, entries[:-1], cut=entries[-1:])


def _breaks_off(body: bytes) -> bool:
    """Whether the last entry that opens is not closed."""
    last = max((tag.end() for tag in _ENTRY_OPENS.finditer(body)), default=0)
    return last > 0 and not _ENTRY_CLOSED.search(body, last)


def _in_utf8(body: bytes) -> bytes:
    """What reads as UTF-8 is UTF-8, whatever it declares; else its declaration holds. What declares UTF-8 or nothing
    and is not, is windows-1251 here, unless most of it does read as UTF-8: then a few bytes are damaged."""
    for mark, name in _MARKS.items():
        if body.startswith(mark):
            return _undeclared(body.decode(name, "replace"))
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        text = _damaged_or_other(body)
    return _undeclared(text)


def _damaged_or_other(body: bytes) -> str:
    told = _DECLARED.search(body[:_PROLOGUE].decode("ascii", "replace"))
    try:
        if told and codecs.lookup(told[2]).name != "utf-8":
            return body.decode(told[2], "replace")
    except LookupError:
        pass  # a name that nobody knows is as good as none
    text = body.decode("utf-8", "replace")
    damaged, letters = text.count("\ufffd"), sum(map(str.isalpha, _NOT_ASCII.findall(text)))
    return text if letters > damaged else body.decode("windows-1251", "replace")


def _undeclared(text: str) -> bytes:
    """In UTF-8 and without the declaration of anything else."""
    text = text.lstrip("\ufeff")
    return (_DECLARED.sub(r"\1", text[:_PROLOGUE]) + text[_PROLOGUE:]).encode("utf-8", "replace")


def _feedparser(body: bytes, source: str) -> Any:
    """Always bytes in a stream: feedparser opens a string as a path or an address, and garbles windows-1251 in one."""
    try:
        return feedparser.parse(io.BytesIO(_REFERENCE.sub(_if_a_character, _UNREAD.sub(b"", body))), **_AS_IT_IS)
    except Exception as broken:  # feedparser means never to raise, and lets its codecs' and parsers' errors through
        raise ParseError(source, f"answered with a feed that cannot be read ({type(broken).__name__})") from broken


def _if_a_character(found: re.Match[bytes]) -> bytes:
    digits, base = (found[1], 16) if found[1] else (found[2], 10)
    code = int(digits, base) if len(digits) < 10 else sys.maxsize  # Python refuses to read thousands of digits
    return b"" if code in _SURROGATES or code > sys.maxunicode else found[0]


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
