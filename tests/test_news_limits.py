"""Limits that only the quality measured on labelled texts used to guard: each at its own edge."""

from __future__ import annotations

import pytest

from lib.catalog.rules import Rules, Topic, rules
from lib.news import tagging
from lib.news.places import Places
from lib.news.stories import assign, same_text
from lib.news.tagging import tag
from lib.news.terms import words_of
from tests.conftest import article

FOUR = {"energy": "gas", "justice": "court", "security": "army", "society": "school"}


def found(title: str, text: str = "") -> Places:
    words = words_of(title, text)
    hits = tagging._index(rules()).find(words.all)
    return Places(tagging.own(hits, words, rules()), words)


def topics(title: str, text: str, by: Rules) -> list[str]:
    return [each.code for each in tag(title, text, "", by) if each.kind == "topic"]


@pytest.mark.parametrize(("shared", "joins"), [(2, False), (3, True)])
def test_texts_are_the_same_only_where_three_fingerprints_are_shared(shared: int, joins: bool) -> None:
    """Two are one sentence that an outlet puts under everything, even where a short text has no more than two."""
    one, other = article("one", "Osh bazaar reopens"), article("other", "Snow closes the pass")
    assert same_text(one, other, shared, smaller=shared) is joins
    assert assign(other, [(one, shared, shared)]) == (("one", "one") if joins else ("", ""))


def test_an_article_has_three_topics_at_most_by_its_terms() -> None:
    by_terms = {key: Topic(key=key, en=key, ru=key, medtop="medtop:04000000", strong=(w,)) for key, w in FOUR.items()}
    assert topics("Gas, court, army and school", "", Rules(by_terms, {})) == ["energy", "justice", "security"]


@pytest.mark.parametrize(
    ("text", "listed"),
    [
        ("Firms came from Hungary, Egypt and Uzbekistan.", True),  # the last of a list
        ("Firms came from Hungary, Uzbekistan and Egypt.", True),
        ("Firms came from Hungary. Buyers in Uzbekistan were few.", False),
    ],
)
def test_a_country_beside_a_place_elsewhere_is_one_of_a_list(text: str, listed: bool) -> None:
    places = found("Trade fair opens", text)
    assert ("UZ" in places.hinted, "UZ" in places.said) == (listed, not listed)
