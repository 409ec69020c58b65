"""One article, one key: across fetches, in whatever order and company its entries come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import permutations
from random import Random
from typing import NamedTuple

import pytest

from lib import news
from lib.models import Article
from tests.test_news_parse import NOW, a_feed, rss

FIRST = datetime(2026, 11, 2, 10, tzinfo=UTC)


class Item(NamedTuple):
    """An entry of a feed whose guids and addresses name no article."""

    title: str
    text: str
    hours: int = 0
    link: str = "https://steppe.example/live"
    guid: str = "N/A"

    def __str__(self) -> str:
        stamp = FIRST + timedelta(hours=self.hours)
        return (
            f"<title>{self.title}</title><link>{self.link}</link>"
            f"<guid isPermaLink='false'>{self.guid}</guid><description>{self.text}</description>"
            f"<pubDate>{stamp:%a, %d %b %Y %H:%M:%S} GMT</pubDate>"
        )


RATE = Item("Rate held", "The bank left it unchanged.")
SOM = Item("Som falls", "It lost two per cent.", 1)
WHEAT = Item("Wheat exports rise", "They rose by a tenth.", 2)


class Reader:
    """Fetches one feed again and again, and keeps what it has read."""

    def __init__(self) -> None:
        self.stored: dict[str, Article] = {}

    def fetch(self, *items: Item) -> dict[str, str]:
        """The keys of one answer, by title and text."""
        body = rss(*map(str, items))
        parsed = news.read(body, a_feed(), NOW, self.held)
        self.stored |= {article.key: article for article in parsed.articles}
        return {f"{article.title}: {article.excerpt}": article.key for article in parsed.articles}

    def held(self, keys: Sequence[str]) -> dict[str, Article]:
        return {key: self.stored[key] for key in keys if key in self.stored}

    @property
    def titles(self) -> list[str]:
        return sorted(article.title for article in self.stored.values())


@pytest.mark.parametrize("link", ["https://steppe.example/live", ""])
@pytest.mark.parametrize("guid", ["N/A", ""])
def test_one_address_of_three_articles_swallows_none_in_any_order(link: str, guid: str) -> None:
    answers = [
        Reader().fetch(*order)
        for order in permutations(item._replace(link=link, guid=guid) for item in (RATE, SOM, WHEAT))
    ]
    assert len(set(answers[0].values())) == 3
    assert all(answer == answers[0] for answer in answers)


@pytest.mark.parametrize("company", [(RATE,), (SOM, RATE), (WHEAT, RATE), (RATE, WHEAT, SOM)])
def test_key_stays_when_a_twin_leaves_and_when_one_arrives(company: tuple[Item, ...]) -> None:
    reader = Reader()
    before = reader.fetch(RATE, SOM)
    after = reader.fetch(*company)
    assert all(before[words] == after[words] for words in before.keys() & after.keys())
    assert len(reader.stored) == len({RATE, SOM, *company})


def test_key_that_an_article_got_alone_stays_in_company() -> None:
    reader = Reader()
    alone = reader.fetch(RATE)
    assert alone.items() <= reader.fetch(SOM, RATE).items()
    assert alone.items() <= reader.fetch(WHEAT, SOM, RATE).items()
    assert reader.titles == ["Rate held", "Som falls", "Wheat exports rise"]


def test_live_page_with_one_entry_at_a_time_swallows_none() -> None:
    reader = Reader()
    for item in (RATE, SOM, WHEAT, RATE, SOM):
        reader.fetch(item)
    assert reader.titles == ["Rate held", "Som falls", "Wheat exports rise"]


def test_bulletins_under_one_title_are_one_a_text() -> None:
    days = [RATE._replace(text=f"The dollar stands at {rate}.") for rate in (446, 447, 448)]
    reader = Reader()
    first = reader.fetch(*days[:2])
    assert reader.fetch(*days[1:]).items() >= {(words, key) for words, key in first.items() if "447" in words}
    assert len(reader.stored) == 3


@pytest.mark.parametrize("seed", range(20))
def test_any_company_in_any_order_leaves_every_key_alone(seed: int) -> None:
    chance = Random(seed)
    words = [f"{chance.getrandbits(40):x}" for _ in range(80)]
    items = [Item(" ".join(words[n : n + 3]), " ".join(words[n + 3 : n + 8]), hours=n) for n in range(0, 80, 8)]
    reader, keys = Reader(), dict[str, str]()
    for _ in range(12):
        for said, key in reader.fetch(*chance.sample(items, chance.randint(1, 10))).items():
            assert keys.setdefault(said, key) == key
    assert len(set(keys.values())) == len(keys) == len(reader.stored)


@pytest.mark.parametrize(
    "edited",
    [
        RATE._replace(title="Base rate held at 18%"),
        RATE._replace(text="The bank left it unchanged, as expected."),
        RATE._replace(title="Rate stays", text="The bank left it at 18 per cent."),
        RATE._replace(title="No cut", text="As expected."),
    ],
    ids=["title", "text", "both", "everything but the date"],
)
def test_edit_stays_the_same_article(edited: Item) -> None:
    reader = Reader()
    assert set(reader.fetch(RATE).values()) == set(reader.fetch(edited).values())
    assert reader.titles == [edited.title]


@pytest.mark.parametrize("edited", [RATE._replace(title="Base rate held"), RATE._replace(text="At 18 per cent.")])
def test_edit_beside_a_twin_stays_the_same_article(edited: Item) -> None:
    reader = Reader()
    before = reader.fetch(RATE)
    assert set(before.values()) < set(reader.fetch(SOM, edited).values())
    assert reader.titles == sorted([edited.title, "Som falls"])


def test_keys_of_stored_articles_are_those_that_earlier_versions_gave() -> None:
    one = RATE._replace(link="https://steppe.example/1")
    two = SOM._replace(link="https://steppe.example/2")
    assert [*Reader().fetch(one).values()] == ["7f7565a5f63ce55cc6b3875574ff7248"]
    assert [*Reader().fetch(one, two).values()] == [
        "1c8ef4395bee08eac858f11af81386ab",
        "53de2bb9d82495b7af3eb5714dc61971",
    ]
