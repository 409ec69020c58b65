"""What an article is about, of the places that it names: the shortcut, the order, and the network's own arithmetic."""

from __future__ import annotations

import numpy as np
import pytest

from lib.catalog.rules import Judge, judge, rules
from lib.countries import PLACES
from lib.news import subjects, tagging
from lib.news.places import Places
from lib.news.terms import words_of
from tests.test_news_labelled import labelled


def found(title: str, text: str = "") -> Places:
    words = words_of(title, text)
    hits, _ = tagging._index(rules()).find(words.all)
    return Places(tagging.own(hits, words, rules()), words)


def test_a_network_is_two_layers_with_nothing_below_nought_between() -> None:
    inner = np.array([[1.0, -1.0], [0.0, 2.0]], np.float32)
    network = Judge(inner, np.array([0.0, 1.0], np.float32), np.array([3.0, 5.0], np.float32), -1.0)
    rows = np.array([[1.0, 0.0], [-2.0, 1.0]], np.float32)
    assert network.odds(rows).tolist() == [3 * 1 + 5 * 0 - 1, 3 * 0 + 5 * 5 - 1]


def test_the_catalogues_network_takes_as_many_numbers_as_there_are_features() -> None:
    rows = subjects.features(found("Kazakhstan and Uzbekistan sign", "Russia looks on."), "UZ", ["KZ", "UZ"])
    assert np.array(rows).shape == (2, len(judge().inner))


def test_what_alone_is_named_is_the_subject_and_the_network_says_the_same() -> None:
    asked = 0
    for text in labelled("dev.jsonl"):
        places = found(text.title, text.text)
        if named := subjects._alone(places, text.feed_country):
            rows = np.array(subjects.features(places, text.feed_country, [named]), np.float32)
            assert judge().odds(rows)[0] >= subjects.LIKELY, text
            asked += 1
    assert asked > 50


@pytest.mark.parametrize(
    ("title", "text", "home", "asked"),
    [
        ("The som falls", "", "", ["KG"]),
        ("Uzbek som falls", "", "", ["UZ"]),  # a hint is not heard beside what is named
        ("Pensions rise", "", "TJ", ["TJ"]),  # a silent outlet's own country may be meant
        ("Kazakhstan and Kyrgyzstan sign", "", "", ["KZ", "KG", "REGION"]),  # two may stand for the region
        ("Rain in Lima", "", "", []),
    ],
)
def test_which_places_are_asked_about(title: str, text: str, home: str, asked: list[str]) -> None:
    assert subjects.asked_about(found(title, text), home) == asked


def test_the_most_named_comes_first_and_what_is_unlikely_not_at_all() -> None:
    places = found("Uzbekistan courts Tajikistan", "Tajik and Tajik and Tajikistan answer.")
    always = Judge(*(np.zeros(shape, np.float32) for shape in ((len(judge().inner), 1), 1, 1)), subjects.LIKELY + 0.1)
    never = Judge(always.inner, always.inner_bias, always.outer, subjects.LIKELY - 0.1)
    ranked = subjects.countries_of(places, "", always)
    assert ranked[0] == "TJ"
    assert {*ranked} == {"UZ", "TJ", "REGION"} <= {*PLACES}
    assert subjects.countries_of(places, "", never) == []
