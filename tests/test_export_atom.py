"""The Atom feed, as feedparser reads it back."""

from __future__ import annotations

from calendar import timegm
from dataclasses import replace
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import feedparser
import pytest

from lib.export.atom import feed
from lib.models import Article
from tests.conftest import article
from tests.exports_by_hand import ASOF

LINK = "https://altyn.example/articles?country=KZ&asof=2026-11-23T09:15Z"
ATOM = "{http://www.w3.org/2005/Atom}"


def read_back(*articles: Article, title: str = "Altyn: news") -> feedparser.FeedParserDict:
    read = feedparser.parse(feed(articles, title, LINK, ASOF))
    assert not read.bozo
    return read


def moment(parsed: tuple[int, ...]) -> datetime:
    return datetime.fromtimestamp(timegm(parsed), UTC)


def test_feed_is_atom_and_tells_its_title_address_and_instant() -> None:
    read = read_back(article())
    assert read.version == "atom10"
    assert (read.feed.title, read.feed.id, read.feed.link) == ("Altyn: news", LINK, LINK)
    assert moment(read.feed.updated_parsed) == ASOF


def test_entry_tells_title_outlet_address_excerpt_language_and_tags() -> None:
    told = replace(article(title="Тенге <b>&amp; доллар", excerpt="1 < 2 & 3", tags=("KZ", "economy")), language="ru")
    (entry,) = read_back(told).entries
    assert (entry.author, entry.link) == ("Outlet", "https://news.example/a")
    assert [tag.term for tag in entry.tags] == ["KZ", "economy"]
    raw = ET.fromstring(feed([told], "t", LINK, ASOF)).find(f"{ATOM}entry")
    assert raw.findtext(f"{ATOM}title") == "Тенге <b>&amp; доллар"
    assert raw.findtext(f"{ATOM}summary") == "1 < 2 & 3"
    assert raw.get("{http://www.w3.org/XML/1998/namespace}lang") == "ru"


def test_known_moment_is_kept() -> None:
    when = datetime(2026, 9, 28, 22, 30, tzinfo=UTC)
    (entry,) = read_back(article(published=when)).entries
    assert moment(entry.published_parsed) == moment(entry.updated_parsed) == when


def test_article_of_which_a_day_is_known_claims_no_moment_of_publication_and_falls_on_that_day() -> None:
    raw = ET.fromstring(feed([article(day="2026-09-28")], "t", LINK, ASOF)).find(f"{ATOM}entry")
    assert raw.find(f"{ATOM}published") is None
    assert raw.findtext(f"{ATOM}updated") == "2026-09-28T12:00:00Z"


def test_id_outlives_a_corrected_title_and_address_and_differs_between_articles() -> None:
    first, corrected = article("a"), replace(article("a", title="Corrected"), url="")
    ids = [read_back(told).entries[0].id for told in (first, corrected, article("b"))]
    assert ids[0] == ids[1] != ids[2]
    assert ids[0].startswith("urn:uuid:")


@pytest.mark.parametrize("url", ["", "javascript:alert(1)", "http://[broken"])
def test_address_that_is_no_web_page_is_left_out(url: str) -> None:
    raw = ET.fromstring(feed([replace(article(), url=url)], "t", LINK, ASOF)).find(f"{ATOM}entry")
    assert raw.find(f"{ATOM}link") is None


@pytest.mark.parametrize("mark", ["\0", "\x0b", "\ufffe", "\uffff"])
def test_character_that_xml_cannot_hold_is_dropped(mark: str) -> None:
    (entry,) = read_back(article(title=f"Ten{mark}ge")).entries
    assert entry.title == "Tenge"


def test_entries_keep_their_order_and_no_article_is_an_empty_feed() -> None:
    named = [article(key, title=key, day=f"2026-09-0{n}") for n, key in enumerate("bca", start=1)]
    assert [entry.title for entry in read_back(*named).entries] == ["b", "c", "a"]
    assert read_back().entries == []
