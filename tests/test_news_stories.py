"""Copies, excerpts and events: 200 pairs of hand-shaped articles (tests/stories), and one oddity a case."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from lib.models import Article, Tag
from lib.news import clean
from lib.news.stories import MOST, assign, fingerprint

FOLDER = Path(__file__).parent / "stories"
SAME = {"copy", "excerpt", "edit"}
DAY = date(2026, 11, 24)
PLAIN = str.maketrans({"“": '"', "”": '"', "«": '"', "»": '"', "’": "'", "—": "-", "–": "-", "ё": "е", "Ё": "Е"})


def lines(name: str) -> Iterator[dict[str, Any]]:
    return map(json.loads, (FOLDER / name).read_text(encoding="utf-8").splitlines())


@cache
def texts() -> dict[str, dict[str, str]]:
    return {text["id"]: text for text in lines("texts.jsonl")}


def article(key: str, title: str, text: str, country: str = "KZ") -> Article:
    return Article(
        key=key,
        feed=key,
        outlet=f"Outlet {key}",
        language="en",
        url="",
        title=title,
        excerpt=clean.excerpt(text),
        day=DAY,
        tags=(Tag("country", country, country),),
        prints=fingerprint(title, text),
    )


def edited(key: str, side: dict[str, Any]) -> Article:
    """An article made of a text as the README of the pairs says."""
    of = texts()[side["of"]]
    first, last = side.get("words", (0, None))
    title, text = side.get("title", of["title"]), " ".join(of["text"].split()[first:last])
    for old, new in side.get("replace", ()):
        text = text.replace(old, new)
    text = " ".join(filter(None, (side.get("before"), text, side.get("after"))))
    if side.get("plain"):
        title, text = title.translate(PLAIN), text.translate(PLAIN)
    return article(key, title, text, of["country"])


def runs(one: Article) -> set[int]:
    return {mark for mark in one.prints if mark >= 0}


def joined(new: Article, *held: Article) -> tuple[str, str]:
    """What becomes of `new` in a store that holds these: only what shares a fingerprint is looked at."""
    near = [h for h in held if set(h.prints) & set(new.prints)]
    return assign(new, [(h, len(runs(h) & runs(new)), len(runs(h))) for h in near])


@cache
def decisions() -> Counter[tuple[str, bool, bool]]:
    """How many pairs of each kind were taken for one text, and how many for one event."""
    decided: Counter[tuple[str, bool, bool]] = Counter()
    for pair in lines("pairs.jsonl"):
        text, story = joined(edited("other", pair["other"]), edited("one", pair["one"]))
        decided[pair["kind"], bool(text), bool(story)] += 1
    return decided


def part(kinds: set[str], place: int) -> float:
    """Of the pairs of these kinds, the part taken for one text (1) or one event (2)."""
    of_kind = {what: count for what, count in decisions().items() if what[0] in kinds}
    return sum(count for what, count in of_kind.items() if what[place]) / sum(of_kind.values())


def test_set_is_200_pairs_of_every_kind_in_both_languages() -> None:
    kinds = Counter(pair["kind"] for pair in lines("pairs.jsonl"))
    assert kinds == {"copy": 20, "excerpt": 50, "edit": 40, "event": 34, "bulletin": 24, "different": 32}
    assert Counter(text["language"] for text in texts().values()) == {"en": 33, "ru": 33}
    assert all(edited("", pair[side]).title for pair in lines("pairs.jsonl") for side in ("one", "other"))


def test_every_replacement_of_the_pairs_finds_its_words() -> None:
    sides = [pair[side] for pair in lines("pairs.jsonl") for side in ("one", "other")]
    assert [old for s in sides for old, _ in s.get("replace", ()) if old not in texts()[s["of"]]["text"]] == []


def test_same_text_is_told_from_another_with_precision_098_and_recall_095() -> None:
    right = sum(count for (kind, text, _), count in decisions().items() if text and kind in SAME)
    taken = sum(count for (_, text, _), count in decisions().items() if text)
    assert right / taken >= 0.98
    assert part(SAME, 1) >= 0.95


@pytest.mark.parametrize("kind", sorted(SAME))
def test_recall_holds_for_each_kind_of_copy(kind: str) -> None:
    assert part({kind}, 1) >= 0.95


def test_most_events_are_stories_and_different_ones_never() -> None:
    assert part({"event"}, 2) >= 0.6
    assert part({"different"}, 2) == 0


def test_texts_of_all_events_held_together_join_only_their_own() -> None:
    """Every second telling against all first ones."""
    held = [article(i, t["title"], t["text"], t["country"]) for i, t in texts().items() if not i.endswith("-b")]
    for i, text in texts().items():
        if i.endswith("-b"):
            same, story = joined(article(i, text["title"], text["text"], text["country"]), *held)
            assert (same, story) in (("", ""), ("", i.removesuffix("-b")))


@pytest.mark.parametrize("i", ["en-pipeline", "ru-remittance", "en-air"])
def test_excerpt_from_anywhere_keeps_only_fingerprints_that_the_whole_keeps(i: str) -> None:
    title, words = texts()[i]["title"], texts()[i]["text"].split()
    whole = set(fingerprint(title, " ".join(words)))
    for start in range(len(words) - 25):
        assert whole.issuperset(fingerprint(title, " ".join(words[start : start + 25])))


# Fingerprints.


def test_fingerprints_are_the_same_in_every_process_and_version() -> None:
    """They are stored: other values would find no copy of what is already held."""
    kept = fingerprint("Osh bazaar reopens", "Traders in Osh returned to 412 rebuilt stalls on Monday.")
    assert sorted(kept) == [
        -96867749721,
        -9707712986,
        -8595292786,
        680932872,
        799812890,
        1173681792,
        1411179554,
        2829312703,
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ещё ОДИН «рейс» — из Оша", 'еще один "рейс" - из оша'),
        ("Kazakhstan’s oil, gas…", "KAZAKHSTAN'S OIL GAS"),
        ("The 4,7 limit", "The 4.7 limit"),
    ],
)
def test_case_punctuation_and_yo_make_no_difference(one: str, other: str) -> None:
    text = "и через три часа все пассажиры уже были в гостинице у старого базара, а багаж привезли утром"
    assert set(fingerprint(one, f"{one}. {text}")) == set(fingerprint(other, f"{other} {text}"))


def test_number_of_fingerprints_is_bounded() -> None:
    endless = " ".join(str(number) for number in range(100_000))
    assert len(fingerprint(endless, endless)) <= MOST + 20


@pytest.mark.parametrize(("title", "text"), [("…", ""), ("", "!"), ("Word", "two words"), ("Да", "")])
def test_articles_without_words_enough_join_nothing(title: str, text: str) -> None:
    one = article("one", title, text)
    assert joined(replace(one, key="other"), one) == ("", "")


# One text.

STALLS = (
    "Traders returned on Monday to the rebuilt rows of the bazaar in Osh, two years after the fire that took them. "
    "Rents have doubled, say sellers of carpets and spices, and the city has promised a covered car park by spring."
)
TAIL = " Follow our correspondents on social networks and subscribe to the morning newsletter, which is free of charge."


def test_copy_under_another_headline_and_after_days_is_the_same_text() -> None:
    first = article("first", "Osh bazaar reopens", STALLS)
    copy = replace(article("copy", "Two years after the fire", STALLS), day=DAY + timedelta(days=9))
    assert joined(copy, first) == ("first", "first")


def test_same_words_on_another_day_of_one_outlet_are_a_rubric() -> None:
    first = article("first", "The week in pictures", STALLS)
    later = replace(first, key="later", day=DAY + timedelta(days=7))
    assert joined(later, first) == ("", "")
    assert joined(replace(later, outlet="Another"), first)[0] == "first"


def test_shared_boilerplate_makes_no_copy() -> None:
    one = article("one", "Osh bazaar reopens", STALLS + TAIL)
    other = article(
        "other", "Snow closes the pass", "Snow has closed the road over the Too-Ashuu pass to lorries." + TAIL
    )
    assert joined(other, one)[0] == ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("{} The dollar costs 521.3 tenge", "{} The dollar costs 520 tenge"),
        ("On 9 November it was so. {}", "On 10 November it was so. {}"),
    ],
)
def test_same_words_with_other_numbers_are_another_text(one: str, other: str) -> None:
    long = f"{STALLS} {STALLS}"
    assert joined(article("b", "Rates", other.format(long[:200])), article("a", "Rates", one.format(long[:200]))) == (
        "",
        "",
    )
    titles = article("b", other.format("Rates:"), long), article("a", one.format("Rates:"), long)
    assert joined(*titles) == ("", "")


# One event.


@pytest.fixture
def storm() -> tuple[Article, Article]:
    return edited("one", {"of": "en-pipeline"}), edited("other", {"of": "en-pipeline-b"})


def test_event_is_a_story_for_three_days(storm: tuple[Article, Article]) -> None:
    one, other = storm
    assert joined(replace(other, day=DAY + timedelta(days=3)), one) == ("", "one")
    assert joined(replace(other, day=DAY + timedelta(days=4)), one) == ("", "")
    assert joined(replace(other, day=DAY - timedelta(days=4)), one) == ("", "")


def test_event_without_a_country_in_common_is_no_story(storm: tuple[Article, Article]) -> None:
    one, other = storm
    assert joined(replace(other, tags=(Tag("country", "UZ", ""),)), one) == ("", "")
    assert joined(replace(other, tags=()), replace(one, tags=())) == ("", "")


def test_names_of_countries_offices_and_months_make_no_story() -> None:
    one = article(
        "one", "President of Kazakhstan receives minister of Uzbekistan in November", "He came for trade talks."
    )
    other = article("other", "President of Kazakhstan dismisses minister of region in March", "Floods.")
    assert joined(other, one) == ("", "")


# Several candidates.


def test_likest_candidate_is_chosen_then_the_earliest_whatever_their_order() -> None:
    new = article("new", "Osh bazaar reopens", STALLS)
    excerpt = article("excerpt", "Bazaar", " ".join(STALLS.split()[:26]))
    later = replace(new, key="a-later", outlet="A", day=DAY + timedelta(days=1))
    earlier = replace(new, key="earlier", outlet="B")
    assert joined(new, excerpt, later, earlier) == joined(new, earlier, later, excerpt) == ("earlier", "earlier")


def test_copy_that_is_also_on_another_event_joins_the_story_of_its_text(storm: tuple[Article, Article]) -> None:
    one, other = storm
    assert joined(replace(one, key="new"), other, replace(one, outlet="A")) == ("one", "one")
