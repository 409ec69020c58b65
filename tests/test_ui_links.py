"""Links out as they reach the page's HTML: what a browser reads of them, whatever stands in the address."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from lib.news import clean
from lib.ui import hands, markup

HOSTILE = [
    'https://x.example/a"onmouseover="alert(1)',
    "https://x.example/a'onmouseover='alert(1)",
    'https://x.example/a"><script>alert(1)</script>',
    'https://x.example/?q="&lt;img src=x onerror=alert(1)>',
    "https://x.example/?a=1&amp;b=2&copy=3",
]


class Elements(HTMLParser):
    """The elements of a piece of HTML, each with its attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("address", HOSTILE)
def test_an_address_with_quotes_and_brackets_stays_within_its_href(address: str) -> None:
    read = Elements(str(markup.link(address, "Oil rises", "title", "en")))
    ((tag, attributes),) = read.found
    assert (tag, attributes["href"], read.text) == ("a", address, "Oil rises")
    assert set(attributes) == {"class", "lang", "href", "target", "rel"}


@pytest.mark.parametrize("address", HOSTILE)
def test_an_address_as_a_feed_brings_it_is_still_one_link(address: str) -> None:
    canonical = clean.canonical(address)
    ((tag, attributes),) = Elements(str(markup.link(canonical, "Oil rises"))).found
    assert (tag, attributes["href"]) == ("a", canonical)
    assert not any(name.startswith("on") for name in attributes)


@pytest.mark.parametrize("hostile", ['"onclick="alert(1)', "</span><script>alert(1)</script>", "'><img src=x>"])
def test_label_language_and_reason_cannot_leave_their_places(hostile: str) -> None:
    for html in (
        markup.link("https://x.example/", hostile, language=hostile),
        markup.link("javascript:alert(1)", hostile, language=hostile),
        hands.button("only", "topic oil", hostile, hostile),
    ):
        read = Elements(str(html))
        ((_, attributes),) = read.found
        assert read.text == hostile
        assert hostile in (attributes.get("lang"), attributes.get("title"))
        known = {"class", "lang", "href", "target", "rel", "title", "type", "data-act", "data-value"}
        assert set(attributes) <= known
