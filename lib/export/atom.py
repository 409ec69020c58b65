"""Articles as an Atom 1.0 feed (RFC 4287) that any feed reader opens."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import NamedTuple
from uuid import NAMESPACE_OID, uuid5
from xml.etree import ElementTree as ET

from lib.export import instant, web
from lib.models import Article

# An entry must carry a moment. Noon UTC falls on the day meant wherever clocks are less than twelve hours off.
NOON = time(12, tzinfo=UTC)
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0 has no way to write them


def feed(articles: Iterable[Article], title: str, link: str, asof: datetime) -> bytes:
    """The articles in their order. `link` is the absolute address of the view, and identifies the feed; `asof` is the
    moment of the store that it shows. Where only an article's day is known, it has no `published`."""
    root = ET.Element("feed", {"xmlns": "http://www.w3.org/2005/Atom"})
    _add(root, "id", link)
    _add(root, "title", title)
    _add(root, "updated", instant(asof))
    _add(root, "link", rel="alternate", type="text/html", href=link)
    _add(root, "generator", "Altyn")
    root.extend(_entry(article) for article in articles)
    ET.indent(root)
    done: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return done


class Item(NamedTuple):
    """An entry that is no article: `key` identifies it for ever, `content` is HTML."""

    key: str
    title: str
    day: date
    link: str
    content: str
    categories: tuple[str, ...] = ()


def items(entries: Iterable[Item], title: str, address: str, page: str, older: str, updated: datetime) -> bytes:
    """Entries in their order, as a page of a feed (RFC 5005). `address` is the feed's own and
    identifies it, `page` the page of the same view, `older` the feed's next page, if there is one."""
    root = ET.Element("feed", {"xmlns": "http://www.w3.org/2005/Atom"})
    _add(root, "id", address)
    _add(root, "title", title)
    _add(root, "updated", instant(updated))
    _add(root, "link", rel="self", type="application/atom+xml", href=address)
    _add(root, "link", rel="alternate", type="text/html", href=page)
    if older:
        _add(root, "link", rel="next", type="application/atom+xml", href=older)
    _add(_add(root, "author"), "name", "Altyn")
    _add(root, "generator", "Altyn")
    root.extend(_item(entry) for entry in entries)
    ET.indent(root)
    done: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return done


def _item(item: Item) -> ET.Element:
    entry = ET.Element("entry")
    _add(entry, "id", uuid5(NAMESPACE_OID, f"altyn {item.key}").urn)
    _add(entry, "title", item.title)
    _add(entry, "updated", instant(datetime.combine(item.day, NOON)))
    _add(entry, "published", instant(datetime.combine(item.day, NOON)))
    _add(entry, "link", rel="alternate", type="text/html", href=item.link)
    _add(entry, "content", item.content, type="html")
    for term in item.categories:
        _add(entry, "category", term=term)
    return entry


def _entry(article: Article) -> ET.Element:
    """An entry keeps its id whatever is corrected in it: `key` identifies the article, its address may be empty."""
    entry = ET.Element("entry", {"xml:lang": NOT_XML.sub("", article.language)})
    _add(entry, "id", uuid5(NAMESPACE_OID, f"altyn article {article.key}").urn)
    _add(entry, "title", article.title)
    _add(entry, "updated", instant(article.published or datetime.combine(article.day, NOON)))
    if article.published:
        _add(entry, "published", instant(article.published))
    _add(_add(entry, "author"), "name", article.outlet)
    if web(article.url):
        _add(entry, "link", rel="alternate", href=article.url)
    if article.excerpt:
        _add(entry, "summary", article.excerpt)
    for tag in article.tags:
        _add(entry, "category", term=tag.code)
    return entry


def _add(parent: ET.Element, name: str, text: str = "", **attributes: str) -> ET.Element:
    child = ET.SubElement(parent, name, {key: NOT_XML.sub("", value) for key, value in attributes.items()})
    child.text = NOT_XML.sub("", text) or None
    return child
