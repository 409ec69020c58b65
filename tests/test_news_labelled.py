"""How well tagging does on short texts labelled by hand: tests/labelled/README.md tells how they were made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from lib.catalog.rules import rules
from lib.countries import CODES, PLACES
from lib.news.tagging import tag

FOLDER = Path(__file__).parent / "labelled"
# `news` is what rules were written by; the others are older and artificial: regressions show in them.
# `heldout_news` is their unseen third; 0.95 is the aim for its countries, and not reached yet.
COUNTRIES_BAR = {
    "news.jsonl": 0.95,
    "heldout_news.jsonl": 0.935,
    "dev.jsonl": 0.97,
    "heldout.jsonl": 0.945,
    "heldout_hands.jsonl": 0.935,
}
TOPICS_BAR = {
    "news.jsonl": 0.85,
    "heldout_news.jsonl": 0.84,
    "dev.jsonl": 0.91,
    "heldout.jsonl": 0.815,
    "heldout_hands.jsonl": 0.74,
}


class Labelled(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    title: str
    text: str
    feed_country: str
    language: str
    countries: tuple[str, ...]
    topics: tuple[str, ...]


def labelled(name: str) -> list[Labelled]:
    return msgspec.json.Decoder(list[Labelled]).decode(
        b"[" + b",".join((FOLDER / name).read_bytes().splitlines()) + b"]"
    )


def micro_f1(texts: list[Labelled], kind: str, truth: Callable[[Labelled], tuple[str, ...]]) -> float:
    hit = told = true = 0
    for text in texts:
        given = {t.code for t in tag(text.title, text.text, text.feed_country, rules()) if t.kind == kind}
        hit, told, true = hit + len(given & {*truth(text)}), told + len(given), true + len(truth(text))
    return 2 * hit / (told + true)


@pytest.mark.parametrize("name", COUNTRIES_BAR)
def test_countries_reach_the_bar(name: str) -> None:
    assert micro_f1(labelled(name), "country", lambda text: text.countries) >= COUNTRIES_BAR[name]


@pytest.mark.parametrize("name", COUNTRIES_BAR)
def test_topics_reach_the_bar(name: str) -> None:
    assert micro_f1(labelled(name), "topic", lambda text: text.topics) >= TOPICS_BAR[name]


def test_the_score_counts_what_is_missing_and_what_is_too_much() -> None:
    right = Labelled("Court jails a thief in Osh", "", "", "en", ("KG",), ("justice",))
    wrong = Labelled("Court jails a thief in Osh", "", "", "en", ("KZ", "UZ"), ("justice",))
    assert micro_f1([right, wrong], "country", lambda text: text.countries) == pytest.approx(2 * 1 / (2 + 3))


@pytest.mark.parametrize("name", COUNTRIES_BAR)
def test_each_part_holds_every_country_topic_and_language(name: str) -> None:
    texts = labelled(name)
    assert {place for text in texts for place in text.countries} == {*PLACES}
    assert {topic for text in texts for topic in text.topics} == {*rules().topics}
    assert {text.language for text in texts} == {"en", "ru"}
    assert {text.feed_country for text in texts} <= {"", *CODES}
    assert all(len({*text.topics}) == len(text.topics) <= 3 and text.title for text in texts)
    assert any(not text.countries for text in texts)
    assert any(not text.topics for text in texts)


def test_no_text_stands_in_two_sets() -> None:
    texts = [(text.title, text.text) for name in COUNTRIES_BAR for text in labelled(name)]
    assert [text for text, times in Counter(texts).items() if times > 1] == []
