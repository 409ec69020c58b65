"""What of a feed's markup is an entry's own, found before feedparser reads it.

feedparser knows elements by their names alone: a `<link>` in a list of related stories, the caption
of a photo or the title of a source would replace those of the entry, and of two dates the last
would hide the first. It carries the address that relative links start from (`xml:base`) over from
one entry to the next. So of each entry only its own children that are read are left, and its dates
and its base get elements to themselves. The rest is most of what feedparser would spend its time on.
"""

from __future__ import annotations

import html.entities
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from urllib.parse import urljoin

# Elements of ours, for what feedparser would mix up.
BASE, TITLE, SUMMARY = "altyn-base", "altyn-title", "altyn-summary"
_DATE = "altyn-date-"  # and rank and place: sorted by name, they are in the order in which to try them
MAX_DATES = 16  # of one entry

_TAG = r"""<(?P<closing>/?)(?P<name>[A-Za-z_][\w.:-]*+)(?P<rest>(?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+(?=>)|[^<>]*+)>"""
_TOKEN = re.compile(rf"<!\[CDATA\[(?:[^\]]++|\](?!\]>))*+|<!--(?:[^-]++|-(?!->))*+|{_TAG}")
_BLANK = re.compile(r"(?:\s|<!\[CDATA\[\s*\]\]>|<!--[^<>-]*-->)*+</")
_NAMESPACE = re.compile(r"""xmlns:([\w.-]+)\s*=\s*["']\s*([^"'\s]*)""")
_OWN_NAMESPACE = re.compile(r"""(?:^|\s)xmlns\s*=\s*["']\s*([^"'\s]*)""")
_NOT_PERMALINK = re.compile(r"""\bispermalink\s*=\s*["']?\s*(?:false|no|0)\b""", re.I)
_BASE = re.compile(r"""\sxml:base\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_ADDRESS = re.compile(r"""\b(?:href|url|uri)\s*=\s*["']\s*[^"'\s]""", re.I)

# The modules by address; "" is RSS and Atom themselves. A prefix with another address, or none,
# goes by its own name.
_MODULES = {
    "http://www.w3.org/2005/atom": "",
    "http://purl.org/atom/ns#": "",
    "http://purl.org/rss/1.0/": "",
    "http://my.netscape.com/rdf/simple/0.9/": "",
    "http://backend.userland.com/rss2": "",
    "http://blogs.law.harvard.edu/tech/rss": "",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner",
    "http://www.w3.org/1999/xhtml": "xhtml",
    "http://search.yahoo.com/mrss/": "media",
    "http://search.yahoo.com/mrss": "media",
}
_USUAL = {"": "", "atom": "", "atom10": "", "a10": "", "rss": ""}
_ROOTS = frozenset({"rss", "feed", "rdf", "channel"})
_LINK = ("", "link")
_ENTRIES = {("", "item"), ("", "entry")}
# Beside an element of the feed's own.
_SECOND_CHOICE = {("dc", "title"): TITLE, ("dc", "description"): SUMMARY}
_READ = {
    *(("", name) for name in ("title", "link", "guid", "id", "description", "abstract", "summary")),
    *(("", name) for name in ("content", "encoded", "body", "fullitem")),
    *(("content", "encoded"), ("feedburner", "origlink"), ("xhtml", "body")),
    *_SECOND_CHOICE,
}
# A date of publication before one of an update, whichever comes first.
_DATES = {
    **{("", name): 0 for name in ("pubdate", "published", "issued")},
    **{("dcterms", "issued"): 0, ("prism", "publicationdate"): 0, ("dcterms", "available"): 0},
    **{("dc", "date"): 1, ("dcterms", "date"): 1, ("", "date"): 1},
    **{("", name): 2 for name in ("updated", "modified", "lastbuilddate")},
    **{("dcterms", "modified"): 2, ("", "created"): 3, ("dcterms", "created"): 3},
}

_REFERENCE = re.compile(r"&(?:#[xX]([0-9a-fA-F]+)|#(\d+)|([A-Za-z]\w*));")
_XML_NAMES = frozenset({"lt", "gt", "amp", "quot", "apos"})
_SURROGATES = range(0xD800, 0xE000)


Name = tuple[str, str]  # its module, and its own name in it


class _Tag(NamedTuple):
    start: int
    end: int
    name: str
    rest: str
    closing: bool
    empty: bool


def own(text: str) -> str:
    """The markup of a feed, its entries reduced to what is read of them. What is not closed stays
    as it is."""
    reduced = "".join(_kept(text))
    return _BASE.sub("", reduced) if "xml:base" in reduced else reduced


def is_date(name: str) -> bool:
    """Whether feedparser's `name` is that of an element with a date. Sorted, they are in the order
    in which to try."""
    return name.startswith(_DATE) and not name.endswith("_detail")


def joined(base: str, link: str) -> str:
    """A link from where it starts; itself where either is no address."""
    try:
        return urljoin(base, link)
    except ValueError:  # a bracket that is no IPv6 address
        return link


def whole_references(text: str) -> str:
    """The markup with HTML's named characters as themselves, since no DTD is read, and without
    references to what is no character: feedparser raises on half an emoji, cut by a publisher's own
    excerpt."""
    return _REFERENCE.sub(_character, text)


def _kept(text: str) -> Iterator[str]:
    at = 0
    for start, end, instead in _changes(text):
        yield text[at:start] + instead
        at = end
    yield text[at:]


def _changes(text: str) -> Iterator[tuple[int, int, str]]:
    """What is replaced, from where and to where, and what stands there instead."""
    tags = list(_tags(text))
    ends, modules = _ends(tags), _modules(text)
    inside, last, number = False, -1, 0
    feed = base = ""  # what links start from: in the feed, and in the entry
    for place, tag in enumerate(tags):
        if place <= last:
            continue
        name = _name(tag, modules)
        if name in _ENTRIES:
            inside, number, base = not tag.closing and not tag.empty, 0, _base(tag, feed)
            if inside and base:
                yield tag.end, tag.end, _element(BASE, base)
        elif not inside:
            feed = _base(tag, feed) if name[1] in _ROOTS and not tag.closing else feed
        elif not tag.closing:
            last = ends[place]
            closing = tags[last] if last >= 0 else None
            if name == _LINK and (of_link := _base(tag, base)) != base:
                yield tag.start, tag.start, _element(BASE, of_link)
            instead = _instead(text, tag, name, closing, number)
            if instead is not None:
                yield tag.start, (closing or tag).end, instead
                number += name in _DATES


def _base(tag: _Tag, outer: str) -> str:
    found = _BASE.search(tag.rest) if "xml:base" in tag.rest else None
    return joined(outer, html.unescape(found[1] or found[2] or "").strip()) if found else outer


def _element(name: str, content: str) -> str:
    return f"<{name}>{html.escape(content)}</{name}>"


def _instead(text: str, tag: _Tag, name: Name, end: _Tag | None, number: int) -> str | None:
    """What stands in the place of a child of an entry, which has `number` dates; None where it stays."""
    if name not in _READ and name not in _DATES:
        return ""
    if end is None:
        return None
    if tag.empty or _BLANK.match(text, tag.end, end.start + 2):
        return None if name == _LINK and _ADDRESS.search(tag.rest) else ""
    inner = text[tag.end : end.start]
    if name in _DATES:
        element = f"{_DATE}{_DATES[name]}-{number:02}"
        return f"<{element}>{inner}</{element}>" if number < MAX_DATES else ""
    if element := _SECOND_CHOICE.get(name, ""):
        return f"<{element}>{inner}</{element}>"
    if name == ("", "guid"):  # is a permalink unless it says otherwise, in whatever spelling
        attribute = ' isPermaLink="false"' if _NOT_PERMALINK.search(tag.rest) else ""
        return f"<guid{attribute}>{inner}</guid>"
    if name == _LINK and "href" in tag.rest and not _ADDRESS.search(tag.rest):
        return f"<link>{inner}</link>"
    return None


def _tags(text: str) -> Iterator[_Tag]:
    for found in _TOKEN.finditer(text):
        if name := found["name"]:
            rest = found["rest"]
            closing, empty = bool(found["closing"]), rest.endswith("/")
            yield _Tag(*found.span(), name.lower(), rest, closing, empty)


def _ends(tags: Sequence[_Tag]) -> list[int]:
    """Of each opening tag where it is closed, and of an empty one its own place; -1 where it is not
    closed."""
    ends = [-1] * len(tags)
    stack: list[int] = []
    waiting: Counter[str] = Counter()
    for place, tag in enumerate(tags):
        if tag.empty:
            ends[place] = place
        elif not tag.closing:
            stack.append(place)
            waiting[tag.name] += 1
        elif waiting[tag.name]:
            while tags[opened := stack.pop()].name != tag.name:
                waiting[tags[opened].name] -= 1
            waiting[tag.name] -= 1
            ends[opened] = place
    return ends


def _modules(text: str) -> dict[str, str]:
    """What the prefixes of a feed stand for."""
    declared = ((prefix.lower(), uri) for prefix, uri in _NAMESPACE.findall(text))
    return {**_USUAL, **{prefix: _module(uri, prefix) for prefix, uri in declared}}


def _module(uri: str, otherwise: str) -> str:
    return _MODULES.get(uri.lower(), _USUAL.get(otherwise, otherwise))


def _name(tag: _Tag, modules: dict[str, str]) -> Name:
    prefix, _, local = tag.name.rpartition(":")
    if not prefix and "xmlns" in tag.rest and (found := _OWN_NAMESPACE.search(tag.rest)):
        return _module(found[1], ""), local
    return modules.get(prefix, prefix), local


def _character(found: re.Match[str]) -> str:
    hexadecimal, decimal, name = found.groups()
    if name:
        char = html.entities.html5.get(f"{name};", "")
        return html.escape(char) if char and name not in _XML_NAMES else found[0]
    digits, base = (hexadecimal, 16) if hexadecimal else (decimal, 10)
    code = int(digits, base) if len(digits) < 10 else sys.maxsize  # Python refuses thousands of digits
    return "" if code in _SURROGATES or code > sys.maxunicode else found[0]
