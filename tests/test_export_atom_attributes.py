"""What XML cannot hold never reaches an attribute of the Atom feed either: the file opens in any reader."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from lib.export.atom import feed
from lib.models import Tag
from tests.conftest import article
from tests.exports_by_hand import ASOF

ATOM = "{http://www.w3.org/2005/Atom}"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


@pytest.mark.parametrize("mark", ["\0", "\x0b", "\x1f", "\ud800", "\ufffe", "\uffff"])
def test_a_character_that_xml_cannot_hold_reaches_no_attribute(mark: str) -> None:
    tags = (Tag("topic", f"t{mark}x", ""),)
    named = replace(article(), url=f"https://news.example/a{mark}b", language=f"e{mark}n", tags=tags)
    root = ET.fromstring(feed([named], "Altyn", f"https://altyn.example/?q=a{mark}b", ASOF))
    entry = root.find(f"{ATOM}entry")
    assert root.find(f"{ATOM}link").get("href") == "https://altyn.example/?q=ab"
    assert entry.find(f"{ATOM}link").get("href") == "https://news.example/ab"
    assert entry.find(f"{ATOM}category").get("term") == "tx"
    assert entry.get(LANGUAGE) == "en"


@pytest.mark.parametrize("text", ['a"b', "a<b>&c", "a'b"])
def test_an_attribute_is_read_back_as_it_was(text: str) -> None:
    root = ET.fromstring(feed([article()], "Altyn", f"https://altyn.example/?q={text}", ASOF))
    assert root.find(f"{ATOM}link").get("href") == f"https://altyn.example/?q={text}"
