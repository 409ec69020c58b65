"""Every entry of the four catalogue files holds together, and a bad one is refused by file and key."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest

from lib import catalog
from lib.catalog import Feed, Source
from lib.catalog.rules import ELSEWHERE, Place, Topic, rules
from lib.countries import ANCHORS, BY_CODE, CODES, CURRENCIES, PLACES
from lib.errors import CatalogError

FILES = ("sources.toml", "feeds.toml", "topics.toml", "gazetteer.toml")
TOPICS = {
    "economy", "energy", "trade", "politics", "diplomacy", "security",
    "justice", "migration", "environment", "society", "culture", "technology",
}  # fmt: skip
DAY = date(2026, 11, 23)
CYRILLIC = re.compile("[а-яё]", re.I)


def read_anew(name: str) -> object:
    """A file as the app reads it, past the caches."""
    readers = {
        "sources.toml": catalog.sources.__wrapped__,
        "feeds.toml": catalog.feeds.__wrapped__,
        "topics.toml": rules.__wrapped__,
        "gazetteer.toml": rules.__wrapped__,
    }
    return readers[name]()


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ALTYN_CATALOG", str(tmp_path))
    return tmp_path


def assert_https(address: str) -> None:
    parts = urlsplit(address)
    assert parts.scheme == "https", address
    assert "." in (parts.hostname or ""), address


@pytest.mark.parametrize("source", catalog.sources().values(), ids=lambda source: source.key)
def test_source(source: Source) -> None:
    for address in filter(None, (source.url, source.fallback, source.page)):
        assert_https(address.format(day=DAY, table="B", since=DAY, until=DAY))
    assert source.country in ("", *CODES)
    assert source.country == "" or source.kind == "official"
    assert set(source.quotes) <= {*CURRENCIES, *ANCHORS}
    assert source.base in ("", "PLN", *CURRENCIES, *ANCHORS)
    assert source.base not in source.quotes
    assert len(set(source.quotes)) == len(source.quotes) > 0
    assert source.first < date(2026, 1, 1)
    assert source.window_days > 0
    assert source.initial_days > 0
    assert source.every_hours > 0
    assert source.name
    assert source.short
    assert source.terms
    assert source.attribution
    if source.country:
        assert source.base == BY_CODE[source.country].currency


@pytest.mark.parametrize("feed", catalog.feeds().values(), ids=lambda feed: feed.key)
def test_feed(feed: Feed) -> None:
    assert_https(feed.url)
    assert_https(feed.page)
    assert feed.country in ("", *CODES)
    assert feed.language in ("en", "ru", "kk", "ky", "tg", "tk", "uz")
    assert ZoneInfo(feed.timezone).key == feed.timezone
    assert 15 <= feed.every_minutes <= 24 * 60
    assert feed.outlet
    assert feed.enabled or feed.why, "a disabled feed says why"


def test_no_address_is_asked_twice() -> None:
    addresses = [feed.url for feed in catalog.feeds().values()]
    assert len(set(addresses)) == len(addresses)


def test_there_are_forty_feeds_in_both_languages_and_two_of_every_country() -> None:
    on = [feed for feed in catalog.feeds().values() if feed.enabled]
    assert len(on) >= 40
    assert min(Counter(feed.language for feed in on)[language] for language in ("en", "ru")) >= 10
    assert min(Counter(feed.country for feed in on)[country] for country in CODES) >= 2
    for language in ("en", "ru"):
        assert {feed.country for feed in on if feed.language == language} >= set(CODES)


def test_a_key_names_one_thing() -> None:
    assert not set(catalog.sources()) & set(catalog.feeds()), "runs are recorded under the key alone"


def test_there_are_the_twelve_topics() -> None:
    assert set(rules().topics) == TOPICS


@pytest.mark.parametrize("topic", rules().topics.values(), ids=lambda topic: topic.key)
def test_topic(topic: Topic) -> None:
    assert CYRILLIC.search(topic.ru)
    assert not CYRILLIC.search(topic.en)
    terms = (*topic.strong, *topic.plain, *topic.weak, *topic.lookalikes)
    assert [term for term, times in Counter(terms).items() if times > 1] == []
    russian = [bool(CYRILLIC.search(term)) for term in (*topic.strong, *topic.plain)]
    assert min(russian.count(True), russian.count(False)) > 30, "both languages can earn the topic"


def test_there_is_every_place() -> None:
    assert set(rules().places) == {*PLACES, ELSEWHERE}


@pytest.mark.parametrize("place", rules().places.values(), ids=lambda place: place.key)
def test_place(place: Place) -> None:
    terms = (*place.terms, *place.hints, *place.lookalikes)
    assert [term for term, times in Counter(terms).items() if times > 1] == []
    assert any(CYRILLIC.search(term) for term in place.terms)
    assert not all(CYRILLIC.search(term) for term in place.terms)


def test_no_term_places_an_article_in_two_countries() -> None:
    terms = Counter(term for key in CODES for term in rules().places[key].terms)
    assert [term for term, times in terms.items() if times > 1] == []


@pytest.mark.parametrize("name", FILES)
def test_words_are_not_spelled_half_in_each_alphabet(name: str) -> None:
    """A Latin "c" in "cом" looks right and matches nothing."""
    words = {word for table in catalog.read_toml(name).values() for word in re.findall(r"\w+", str(table))}
    assert [word for word in words if CYRILLIC.search(word) and re.search("[a-z]", word, re.I)] == []


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_not_toml_is_named(name: str, stand_in: Path) -> None:
    (stand_in / name).write_text("[half", "utf-8")
    with pytest.raises(CatalogError, match=re.escape(f"{name}: (whole file): ")):
        read_anew(name)


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("sources.toml", "[nbk]\nname = 'x'", "sources.toml: nbk: Object missing required field"),
        ("sources.toml", "nbk = 1", "sources.toml: nbk: "),
        ("feeds.toml", "[vlast]\nurl = 3", "feeds.toml: vlast: Expected `str`, got `int` - at `$.url`"),
        ("feeds.toml", "[vlast]\nurll = 'x'", "feeds.toml: vlast: Object contains unknown field `urll`"),
        ("topics.toml", "[trade]\nen = 'Trade'", "topics.toml: trade: Object missing required field"),
        (
            "topics.toml",
            "[trade]\nen = 'T'\nru = 'Т'\nmedtop = '04000000'\nstrong = ['x']",
            "topics.toml: trade: Expected `str` matching regex '^medtop:",
        ),
        ("gazetteer.toml", "[KZ]\nterms = ['a*b']", "gazetteer.toml: KZ: Expected `str` matching regex"),
        ("gazetteer.toml", "[KZ]\nterms = ['two  spaces']", "gazetteer.toml: KZ: Expected `str` matching regex"),
        ("gazetteer.toml", "[KZ]\nterms = ['semi;colon']", "gazetteer.toml: KZ: Expected `str` matching regex"),
        ("gazetteer.toml", "[KZ]\nterms = ['']", "gazetteer.toml: KZ: Expected `str` matching regex"),
        ("gazetteer.toml", "[KY]\nterms = ['cayman*']", "gazetteer.toml: KY: is not one of KZ, KG, TJ, TM, UZ"),
    ],
)
def test_a_bad_entry_is_refused_by_file_and_key(name: str, text: str, says: str, stand_in: Path) -> None:
    (stand_in / name).write_text(text, "utf-8")
    with pytest.raises(CatalogError) as refused:
        read_anew(name)
    assert str(refused.value).startswith(says)
    assert refused.value.file == name


def test_a_folder_of_ones_own_stands_in_file_by_file(stand_in: Path) -> None:
    (stand_in / "gazetteer.toml").write_text("[KZ]\nterms = ['steppe*']", "utf-8")
    ours = rules.__wrapped__()
    assert ours.places == {"KZ": Place(key="KZ", terms=("steppe*",))}
    assert set(ours.topics) == TOPICS


def test_sources_and_feeds_are_switched_off_by_a_setting(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("ALTYN_DISABLED", "nbk, timesca,nobody")
    sources, feeds = catalog.sources.__wrapped__(), catalog.feeds.__wrapped__()
    off = {key for key, entry in [*sources.items(), *feeds.items()] if not entry.enabled}
    listed = {**catalog.sources(), **catalog.feeds()}
    assert off == {"nbk", "timesca"} | {key for key, entry in listed.items() if not entry.enabled}
    assert "'nobody', which is no source or feed" in caplog.text
