"""The contract of articles in the store, on both engines."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from lib.models import Article, ArticleFilter, FeedState, Tag
from lib.store import Page, Store
from lib.store.rates import Added
from tests.conftest import Clock, article

INSTANT = timedelta(microseconds=1)


def found(store: Store, **wanted: object) -> tuple[Article, ...]:
    return store.articles.page(ArticleFilter(**wanted), 1, 1000).articles  # type: ignore[arg-type]


def keys(store: Store, **wanted: object) -> str:
    """The keys found, sorted, as one string: articles of these tests have one letter each."""
    return "".join(sorted(a.key for a in found(store, **wanted)))


# Versions.


def test_new_article_is_read_back_with_its_tags(store: Store) -> None:
    new = article("a", "Tenge steadies", "At 478.", tags=("KZ", "REGION", "economy"), published=datetime.now(UTC))
    assert store.articles.add([new]) == Added(1, 0)
    assert found(store) == (new,)
    assert (new.countries, new.topics) == (("KZ", "REGION"), ("economy",))


def test_repeated_article_changes_nothing_not_even_the_revision(store: Store) -> None:
    batch = [article("a", tags=("KZ", "economy", "trade")), article("b", tags=("UZ",))]
    store.articles.add(batch)
    assert store.articles.add(batch) == Added(0, 0)
    assert store.revision() == 1


def test_same_tags_in_another_order_are_no_edit(store: Store) -> None:
    strongest_first = article(tags=("UZ", "KZ", "trade", "economy"))
    store.articles.add([strongest_first])
    assert store.articles.add([strongest_first]) == Added(0, 0)


@pytest.mark.parametrize(
    "edit",
    [
        {"title": "Tenge falls"},
        {"excerpt": "At 480."},
        {"outlet": "Another"},
        {"url": "https://news.example/moved"},
        {"day": date(2026, 9, 28)},
        {"tags": (Tag("country", "UZ", "says UZ"),)},
        {"tags": (Tag("country", "KZ", "for another reason"),)},
        {"tags": ()},
    ],
)
def test_edited_article_becomes_a_new_version_of_itself(store: Store, edit: dict[str, object]) -> None:
    before = article(tags=("KZ",))
    edited = replace(before, **edit)  # type: ignore[arg-type]
    store.articles.add([before])
    assert store.articles.add([edited]) == Added(0, 1)
    assert found(store) == (edited,)
    assert store.revision() == 2


def test_article_twice_in_a_batch_is_stored_once_as_it_stands_last(store: Store) -> None:
    assert store.articles.add([article("a", "Draft"), article("a", "Final")]) == Added(1, 0)
    assert [a.title for a in found(store)] == ["Final"]


def test_asof_reads_the_old_title_with_the_old_tags(store: Store, clock: Clock) -> None:
    first = clock.now
    store.articles.add([article("a", "Old", tags=("KZ", "trade"))])
    clock.advance(hours=1)
    second = clock.now
    store.articles.add([article("a", "New", tags=("UZ", "energy"))])
    assert found(store, asof=first - INSTANT) == ()
    for asof, title, tags in (
        (first, "Old", ("KZ", "trade")),
        (second - INSTANT, "Old", ("KZ", "trade")),
        (second, "New", ("UZ", "energy")),
        (None, "New", ("UZ", "energy")),
    ):
        (one,) = found(store, asof=asof)
        assert (one.title, (*one.countries, *one.topics)) == (title, tags)


def test_asof_filters_counts_and_searches_what_stood_then(store: Store, clock: Clock) -> None:
    then = clock.now
    store.articles.add([article("a", "Old words", day="2026-09-01", tags=("KZ",))])
    clock.advance(hours=1)
    store.articles.add([article("a", "New words", day="2026-09-02", tags=("UZ",))])
    past = ArticleFilter(asof=then)
    assert store.articles.facet(past, "country") == {"KZ": 1}
    assert store.articles.per_day(past) == [(date(2026, 9, 1), 1)]
    assert keys(store, asof=then, words="old") == keys(store, words="new") == "a"
    assert keys(store, asof=then, words="new") == keys(store, words="old") == ""
    assert keys(store, asof=then, countries=("UZ",)) == keys(store, countries=("KZ",)) == ""


def test_inferred_day_stays_that_of_the_first_sight(store: Store) -> None:
    store.articles.add([article("a", day="2026-09-27", basis="inferred")])
    assert store.articles.add([article("a", day="2026-09-29", basis="inferred")]) == Added(0, 0)
    store.articles.add([article("a", "Edited", day="2026-09-30", basis="inferred")])
    assert [(a.title, a.day, a.basis) for a in found(store)] == [("Edited", date(2026, 9, 27), "inferred")]


def test_day_that_the_outlet_states_outranks_an_inferred_one_and_stays(store: Store) -> None:
    store.articles.add([article("a", day="2026-09-29", basis="inferred")])
    stated = article("a", day="2026-09-25", published=datetime(2026, 9, 25, 8, tzinfo=UTC))
    store.articles.add([stated])
    store.articles.add([article("a", day="2026-09-30", basis="inferred")])
    assert found(store) == (stated,)


def test_hour_that_is_not_utc_is_refused(store: Store) -> None:
    local = datetime.fromisoformat("2026-09-29T08:00+05:00")
    with pytest.raises(sa.exc.StatementError, match="a datetime in UTC is needed"):
        store.articles.add([article(published=local)])


# The feed's state.


def test_feed_state_is_empty_until_stored_and_then_the_last_one(store: Store) -> None:
    assert store.articles.state("timesca") == FeedState()
    store.articles.add([article()], "timesca", FeedState('"1"', "Mon"))
    store.articles.add([], "timesca", FeedState('W/"2"', ""))
    store.articles.add([], "astana_times", FeedState('"3"', ""))
    assert store.articles.state("timesca") == FeedState('W/"2"', "")
    assert store.revision() == 1


def test_failing_tag_leaves_neither_article_nor_feed_state(store: Store) -> None:
    twice = replace(article("b"), tags=(Tag("country", "KZ", "once"), Tag("country", "KZ", "again")))
    with pytest.raises(sa.exc.IntegrityError):
        store.articles.add([article("a"), twice], "timesca", FeedState('"1"', ""))
    assert found(store) == ()
    assert store.articles.state("timesca") == FeedState()
    assert store.revision() == 0


# Pages, in an order without chance.


def test_newest_day_comes_first_then_the_latest_hour_then_what_came_in_last(store: Store) -> None:
    def at(hour: int) -> datetime:
        return datetime(2026, 9, 28, hour, tzinfo=UTC)

    store.articles.add([article("d", day="2026-09-28"), article("f", day="2026-09-27")])
    store.articles.add([article("c", day="2026-09-28"), article("b", day="2026-09-28", published=at(6))])
    store.articles.add([article("a", day="2026-09-28", published=at(18)), article("e", day="2026-09-29")])
    assert "".join(a.key for a in found(store)) == "eabcdf"


def test_pages_over_ties_are_complete_and_without_repeats(store: Store) -> None:
    store.articles.add(article(f"{n:02}") for n in range(25))
    pages = [store.articles.page(ArticleFilter(), number, 6) for number in range(1, 6)]
    assert [len(page.articles) for page in pages] == [6, 6, 6, 6, 1]
    assert {page.total for page in pages} == {25}
    assert [a.key for page in pages for a in page.articles] == [a.key for a in found(store)]
    assert len(set(found(store))) == 25


@pytest.mark.parametrize(("number", "key"), [(0, "d"), (-7, "d"), (1, "d"), (2, "a"), (3, "a"), (10**9, "a")])
def test_page_outside_the_result_gives_the_nearest(store: Store, number: int, key: str) -> None:
    store.articles.add(article(key) for key in "abcd")
    assert store.articles.page(ArticleFilter(), number, 3).articles[0].key == key


def test_page_of_nothing_is_empty(store: Store) -> None:
    assert store.articles.page(ArticleFilter(), 3, 6) == Page(0, ())


# Filters, facets and counts.


@pytest.fixture
def tagged(store: Store) -> Store:
    store.articles.add(
        [
            article("a", "Oil", day="2026-09-01", tags=("KZ", "energy")),
            article("b", "Oil and gas", day="2026-09-02", tags=("KZ", "TM", "energy", "trade")),
            article("c", "Gold", day="2026-09-02", tags=("KG", "trade")),
            article("d", "Chess", day="2026-09-03", feed="astana_times"),
        ]
    )
    return store


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, "abcd"),
        ({"countries": ("KZ",)}, "ab"),
        ({"countries": ("TM", "KG")}, "bc"),
        ({"countries": ("UZ",)}, ""),
        ({"topics": ("trade",)}, "bc"),
        ({"countries": ("KZ",), "topics": ("trade",)}, "b"),
        ({"countries": ("trade",)}, ""),
        ({"since": date(2026, 9, 2)}, "bcd"),
        ({"until": date(2026, 9, 2)}, "abc"),
        ({"since": date(2026, 9, 2), "until": date(2026, 9, 2)}, "bc"),
        ({"words": "oil", "countries": ("TM",)}, "b"),
    ],
)
def test_filter_parts_narrow_together(tagged: Store, wanted: dict[str, object], expected: str) -> None:
    assert keys(tagged, **wanted) == expected
    assert tagged.articles.page(ArticleFilter(**wanted), 1, 1).total == len(expected)  # type: ignore[arg-type]


def test_facet_obeys_the_other_filters_but_not_its_own(tagged: Store) -> None:
    wanted = ArticleFilter(countries=("KG",), topics=("energy",))
    assert tagged.articles.facet(wanted, "country") == {"KZ": 2, "TM": 1}
    assert tagged.articles.facet(wanted, "topic") == {"trade": 1}
    assert tagged.articles.facet(ArticleFilter(words="gas", until=date(2026, 9, 2)), "country") == {"KZ": 1, "TM": 1}
    assert tagged.articles.facet(ArticleFilter(words="chess"), "topic") == {}


def test_per_day_counts_days_in_order_and_leaves_empty_ones_out(tagged: Store) -> None:
    assert tagged.articles.per_day(ArticleFilter(since=date(2026, 9, 2))) == [
        (date(2026, 9, 2), 2),
        (date(2026, 9, 3), 1),
    ]
    assert tagged.articles.per_day(ArticleFilter(topics=("energy",)))[-1] == (date(2026, 9, 2), 1)


def test_span_and_feeds_tell_what_is_held_now(tagged: Store) -> None:
    tagged.articles.add([article("d", "Chess", day="2026-09-04", feed="astana_times")])
    assert tagged.articles.span() == (date(2026, 9, 1), date(2026, 9, 4))
    assert tagged.articles.per_feed() == {"timesca": (3, date(2026, 9, 2)), "astana_times": (1, date(2026, 9, 4))}


def test_span_and_feeds_of_an_empty_store_are_empty(store: Store) -> None:
    assert store.articles.span() is None
    assert store.articles.per_feed() == {}
