"""Tagging stored articles again, without network."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lib import catalog, news, snapshot
from lib.ingest.retag import retag, tags_of
from lib.models import Article, ArticleFilter
from lib.store import Store
from lib.store.versions import CLOSE_AT_ONCE
from tests.conftest import article

NOW = datetime(2026, 10, 1, tzinfo=UTC)
POWER = "Power plants of Tajikistan will make more electricity"


def held(store: Store) -> dict[str, Article]:
    return {a.key: a for a in store.articles.page(ArticleFilter(), 1, 100).articles}


def test_stale_tags_become_those_of_today(store: Store) -> None:
    store.articles.add([article("a", POWER, tags=("UZ", "culture")), article("b", POWER)])
    assert retag(store).changed == 2
    stale, untagged = held(store)["a"], held(store)["b"]
    assert stale.tags == untagged.tags
    assert stale.countries == ("TJ",)
    assert "energy" in stale.topics


def test_summary_counts_what_was_gained_and_lost(store: Store) -> None:
    store.articles.add([article("a", POWER, tags=("UZ", "culture")), article("b", POWER), article("c", "Haze")])
    summary = retag(store)
    assert (summary.gained["TJ"], summary.gained["energy"], summary.lost["UZ"]) == (2, 2, 1)
    assert summary.lines()[:2] == ["  TJ: +2 −0", "  energy: +2 −0"]
    assert "  culture: +0 −1" in summary.lines()
    assert retag(store).lines() == []


def test_tags_are_decided_on_the_text_and_not_on_what_is_shown_of_it() -> None:
    seen = replace(article("a", "A look back"), excerpt="A quiet week…")
    assert tags_of(seen) == ()
    assert {t.code for t in tags_of(replace(seen, body="A quiet week. Uzbekistan opened a gas field."))} >= {
        "UZ",
        "energy",
    }


def test_national_outlet_writes_of_its_own_country(store: Store) -> None:
    title = "Parliament votes on the electricity tariff"
    store.articles.add([article("at home", title, feed="astana_times"), article("regional", title, feed="timesca")])
    retag(store)
    assert {key: found.countries for key, found in held(store).items()} == {"at home": ("KZ",), "regional": ()}


@pytest.mark.parametrize("feed", [snapshot.DIGEST, "taken_out"])
def test_tags_stay_where_the_feed_is_not_in_the_catalogue(store: Store, feed: str) -> None:
    store.articles.add([article("a", POWER, tags=("UZ", "culture"), feed=feed)])
    assert retag(store).changed == 0
    assert (held(store)["a"].countries, held(store)["a"].topics) == (("UZ",), ("culture",))


def test_what_a_refresh_has_tagged_stays(store: Store) -> None:
    feed = catalog.feeds()["astana_times"]
    files = sorted((Path(__file__).parent / "data" / "feeds").iterdir())
    found = [a for file in files for a in news.read(file.read_bytes(), feed, NOW).articles]
    store.articles.add(found)
    state = store.state()
    assert any(a.tags for a in found)
    assert retag(store).changed == 0
    assert store.state() == state


def test_tick_is_told_of_every_article_once(store: Store) -> None:
    store.articles.add([article(key, POWER) for key in "abc"])
    ticks: list[int] = []
    retag(store, ticks.append)
    assert sum(ticks) == 3


def test_stopped_work_is_done_by_the_same_command(store: Store) -> None:
    store.articles.add([article(str(n), POWER) for n in range(CLOSE_AT_ONCE + 50)])
    looked_at = 0

    def stop(one: int) -> None:
        nonlocal looked_at
        looked_at += one
        if looked_at > CLOSE_AT_ONCE + 10:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        retag(store, stop)
    assert retag(store).changed == 50
    assert retag(store).changed == 0
