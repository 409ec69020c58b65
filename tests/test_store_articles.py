"""The contract of articles in the store, on both engines."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from lib.models import Article, ArticleFilter, FeedState, Tag
from lib.store import Candidate, Page, Store
from lib.store.groups import MOST_BEARERS
from lib.store.rates import Added
from tests.conftest import Clock, article, revisions

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
    assert revisions(store) == (0, 1)


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
    assert revisions(store) == (0, 2)


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


NOVEMBER = {day: datetime(2026, 11, day, 5, tzinfo=UTC) for day in (1, 2, 20)}


def stamped(day: int, title: str = "Rate held", excerpt: str = "At 18 per cent.") -> Article:
    return article("a", title, excerpt, day=f"2026-11-{day:02}", published=NOVEMBER[day])


def test_stamping_the_same_words_anew_leaves_an_article_on_its_first_day(store: Store) -> None:
    store.articles.add([stamped(2)])
    state = store.state()
    assert store.articles.add([stamped(20)]) == Added(0, 0)
    assert found(store) == (stamped(2),)
    assert [a.restamped for a in found(store)] == [NOVEMBER[20]]  # beside it
    assert store.state() == state


@pytest.mark.parametrize(
    ("title", "excerpt"), [("Base rate held", "At 18 per cent."), ("Rate held", "Unchanged at 18.")]
)
def test_edit_with_a_new_stamp_is_a_version_on_the_first_day(store: Store, title: str, excerpt: str) -> None:
    store.articles.add([stamped(2)])
    assert store.articles.add([stamped(20, title, excerpt)]) == Added(0, 1)
    assert found(store) == (stamped(2, title, excerpt),)
    assert [a.restamped for a in found(store)] == [NOVEMBER[20]]


@pytest.mark.parametrize(
    "after",
    [stamped(20, "Som falls", "By two."), stamped(20, "Som falls", ""), stamped(1)],
    ids=["other words", "another title without a text", "an earlier stamp"],
)
def test_new_stamp_of_other_words_and_an_earlier_stamp_count(store: Store, after: Article) -> None:
    store.articles.add([stamped(2)])
    store.articles.add([after])
    assert found(store) == (after,)


def test_hour_is_taken_when_it_is_first_told_and_kept(store: Store) -> None:
    store.articles.add([replace(stamped(2), published=None)])
    store.articles.add([stamped(2)])
    store.articles.add([replace(stamped(2), published=NOVEMBER[2] + timedelta(hours=2))])
    store.articles.add([replace(stamped(2), published=None)])
    assert found(store) == (stamped(2),)


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
    assert revisions(store) == (0, 1)


def test_failing_tag_leaves_neither_article_nor_feed_state(store: Store) -> None:
    twice = replace(article("b"), tags=(Tag("country", "KZ", "once"), Tag("country", "KZ", "again")))
    with pytest.raises(sa.exc.IntegrityError):
        store.articles.add([article("a"), twice], "timesca", FeedState('"1"', ""))
    assert found(store) == ()
    assert store.articles.state("timesca") == FeedState()
    assert revisions(store) == (0, 0)


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
    tagged.articles.add([article("d", "Chess again", "New.", day="2026-09-04", feed="astana_times")])
    assert tagged.articles.span() == (date(2026, 9, 1), date(2026, 9, 4))
    assert tagged.articles.per_feed() == {"timesca": (3, date(2026, 9, 2)), "astana_times": (1, date(2026, 9, 4))}


def test_span_and_feeds_of_an_empty_store_are_empty(store: Store) -> None:
    assert store.articles.span() is None
    assert store.articles.per_feed() == {}


@pytest.fixture
def placed(store: Store) -> Store:
    def one(key: str, day: str, outlet: str, language: str) -> Article:
        return replace(article(key, "Oil", day=day, tags=("KZ",)), outlet=outlet, language=language)

    store.articles.add(
        [
            one("a", "2026-08-31", "Herald", "en"),
            one("b", "2026-09-01", "Herald", "ru"),
            one("c", "2026-09-30", "Times", "ru"),
            one("d", "2026-10-01", "Times", "en"),
        ]
    )
    return store


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"outlets": ("Herald",)}, "ab"),
        ({"outlets": ("Herald", "Nobody")}, "ab"),
        ({"outlets": ("Nobody",)}, ""),
        ({"languages": ("ru",)}, "bc"),
        ({"languages": ("ru", "en")}, "abcd"),
        ({"months": ("2026-09",)}, "bc"),
        ({"months": ("2026-08", "2026-10")}, "ad"),
        ({"months": ("2026-09",), "since": date(2026, 9, 2)}, "c"),
        ({"months": ("9999-99",)}, ""),
        ({"since": date(2026, 8, 31), "until": date(2026, 9, 30)}, "abc"),
        ({"since": date(2026, 9, 1), "until": date(2026, 10, 1)}, "bcd"),
        ({"since": date.min, "until": date.max}, "abcd"),
        ({"since": date(2026, 9, 2), "until": date(2026, 9, 1)}, ""),
        ({"since": date(2026, 10, 2), "until": date(2026, 8, 1)}, ""),
        ({"outlets": ("Times",), "languages": ("ru",), "words": "oil -gas"}, "c"),
    ],
)
def test_outlets_languages_and_months_narrow(placed: Store, wanted: dict[str, object], expected: str) -> None:
    assert keys(placed, **wanted) == expected


def test_all_facets_at_once_each_ignore_their_own_selection(placed: Store) -> None:
    wanted = ArticleFilter(outlets=("Herald",), languages=("ru",), months=("2026-09",))
    assert placed.articles.facets(wanted) == {
        "country": {"KZ": 1},
        "topic": {},
        "outlet": {"Herald": 1, "Times": 1},
        "language": {"ru": 1},
        "month": {"2026-09": 1},
    }


# One card a text, and stories.


def by_print(new: Article, near: Sequence[Candidate]) -> tuple[str, str]:
    """The same text where all fingerprints are shared, the same event where any."""
    key = near[0].article.key
    return (key, "") if near[0].shared == near[0].size == len(new.prints) else ("", key)


def printed(key: str, *prints: int, day: str = "2026-09-01", tags: tuple[str, ...] = ("KZ",)) -> Article:
    return replace(article(key, day=day, tags=tags), outlet=f"Outlet {key}", prints=prints)


def shown(store: Store, **wanted: Any) -> list[tuple[str, str, int]]:
    """Each card's key, the keys of the other articles with its text, and the number of texts in its story."""
    page = store.articles.page(ArticleFilter(**wanted), 1, 100)
    assert page.total == len(page.articles)
    rows = zip(page.articles, page.also, page.in_story, strict=True)
    return [(card.key, "".join(a.key for a in also), count) for card, also, count in rows]


@pytest.fixture
def copied(store: Store) -> Store:
    """`b` and `d` bear the text of `a`, `c` is on its event, and `e` on another."""
    store.articles.add([printed("a", 1, 2), printed("e", 9)], assign=by_print)
    store.articles.add([printed("b", 2, 1, day="2026-09-02", tags=("UZ",))], assign=by_print)
    later = [printed("c", 2, 3, day="2026-09-03"), printed("d", 1, 2, day="2026-09-04")]
    store.articles.add(later, assign=by_print)
    return store


def test_one_text_is_one_card_by_its_earliest_article_with_the_others_beside_it(copied: Store) -> None:
    assert shown(copied) == [("c", "", 2), ("e", "", 1), ("a", "bd", 2)]
    assert [(a.text, a.story) for a in copied.articles.story("a")] == [("a", "a"), ("", "a"), ("a", "a"), ("", "")]


def test_card_is_the_earliest_that_the_filter_gives(copied: Store) -> None:
    assert shown(copied, countries=("UZ",)) == [("b", "ad", 2)]
    assert shown(copied, outlets=("Outlet d", "Outlet b")) == [("b", "ad", 2)]
    assert shown(copied, since=date(2026, 9, 3)) == [("d", "ab", 2), ("c", "", 2)]


def test_facets_and_days_count_cards(copied: Store) -> None:
    assert copied.articles.facet(ArticleFilter(), "country") == {"KZ": 3, "UZ": 1}
    assert copied.articles.facet(ArticleFilter(), "month") == {"2026-09": 3}
    assert copied.articles.facet(ArticleFilter(), "outlet") == {f"Outlet {key}": 1 for key in "abcde"}
    assert [count for _, count in copied.articles.per_day(ArticleFilter())] == [2, 1]
    assert copied.articles.per_feed()["timesca"][0] == 5


def test_copies_in_one_answer_of_a_feed_find_each_other(store: Store) -> None:
    store.articles.add([printed("b", 5, day="2026-09-02"), printed("a", 5), printed("c", 5)], assign=by_print)
    assert shown(store) == [("a", "cb", 1)]


def test_copy_from_another_season_is_an_article_of_its_own(store: Store) -> None:
    store.articles.add([printed("a", 5), printed("b", 5, day="2026-09-15"), printed("c", 5, day="2026-10-01")])
    store.articles.add([printed("d", 5, day="2026-10-15")], assign=by_print)
    assert shown(store)[0] == ("c", "d", 1)


@pytest.mark.parametrize(("others", "cards"), [(MOST_BEARERS - 1, MOST_BEARERS - 1), (MOST_BEARERS, MOST_BEARERS + 1)])
def test_fingerprint_of_an_outlets_boilerplate_joins_nothing(store: Store, others: int, cards: int) -> None:
    """What many articles have is no sign of a copy; what one fewer has still is."""
    store.articles.add(printed(f"{n:02}", 5) for n in range(others))
    store.articles.add([printed("last", 5)], assign=by_print)
    assert len(shown(store)) == cards


@pytest.mark.parametrize(("day", "joins"), [("2026-09-15", True), ("2026-09-16", False), ("2026-10-01", False)])
def test_copy_is_sought_among_fourteen_days_also_where_other_days_of_its_batch_reach_further(
    store: Store, day: str, joins: bool
) -> None:
    store.articles.add([printed("a", 5, day="2026-09-01")])
    between = [printed("b", 8, day="2026-09-10"), printed("c", 9, day="2026-09-20")]
    store.articles.add([*between, printed("copy", 5, day=day)], assign=by_print)
    assert (("a", "copy", 1) if joins else ("copy", "", 1)) in shown(store)


def test_article_without_fingerprints_is_not_asked_about(copied: Store) -> None:
    def never(new: Article, near: Sequence[Candidate]) -> tuple[str, str]:
        raise AssertionError((new, near))

    copied.articles.add([article("x"), article("y")], assign=never)
    assert ("y", "", 1) in shown(copied)


def test_edited_article_keeps_its_text_its_story_and_its_fingerprints(copied: Store) -> None:
    copied.articles.add([replace(printed("a"), title="Edited"), replace(printed("b"), title="Edited")])
    copied.articles.add([printed("f", 1, 2, day="2026-09-05")], assign=by_print)
    assert ("a", "bdf", 2) in shown(copied)


def test_edited_article_is_found_by_its_new_fingerprints_alone(store: Store) -> None:
    store.articles.add([printed("a", 1)])
    store.articles.add([replace(printed("a", 7), title="Edited")])
    store.articles.add([printed("b", 1), printed("c", 7)], assign=by_print)
    assert shown(store) == [("b", "", 1), ("a", "c", 1)]


def test_cards_as_of_an_instant_are_those_that_stood_then(copied: Store, clock: Clock) -> None:
    clock.advance(hours=1)
    before = shown(copied)
    copied.articles.add([printed("f", 1, 2, day="2026-08-30"), replace(printed("a"), tags=())], assign=by_print)
    assert shown(copied, asof=clock.now - INSTANT) == before
    assert shown(copied)[-1] == ("f", "abd", 2)


# The index in memory, and what it is read from.


def cards(written: dict[str, tuple[int, Article]], wanted: ArticleFilter) -> list[str]:
    """The rule, article by article: `written` has, by key, the place in the order of writing and what was written."""
    earliest: dict[str, tuple[date, int, str]] = {}
    for order, a in written.values():
        chosen = (
            (wanted.countries, a.countries),
            (wanted.outlets, (a.outlet,)),
            (wanted.months, (a.day.isoformat()[:7],)),
        )
        if all(not asked or set(asked) & set(of) for asked, of in chosen) and a.day >= (wanted.since or date.min):
            name = str(a.prints) if a.prints else a.key
            earliest[name] = min(earliest.get(name, (date.max, 0, "")), (a.day, order, a.key))
    return [key for _, _, key in sorted(earliest.values(), reverse=True)]


@pytest.mark.parametrize("rows_in_block", [1 << 14, 7])
def test_random_edits_and_filters_give_what_the_rule_says_also_in_the_past_and_to_a_new_process(
    store: Store, url: str, clock: Clock, monkeypatch: pytest.MonkeyPatch, rows_in_block: int
) -> None:
    monkeypatch.setattr("lib.store.facets.BLOCK", rows_in_block)
    chance = random.Random(rows_in_block)

    def some(of: str) -> tuple[str, ...]:
        return tuple(chance.sample(of.split(), chance.randrange(3)))

    def check(store: Store, held: dict[str, tuple[int, Article]], asof: datetime | None = None) -> None:
        wanted = ArticleFilter(some("KZ UZ"), outlets=some("X Y"), months=some("2026-08 2026-09"), asof=asof)
        wanted = replace(wanted, since=chance.choice([None, date(2026, 8, 30), date(2026, 9, 2)]))
        pages = [store.articles.page(wanted, number, 4) for number in range(1, 7)]
        expected = cards(held, wanted)
        assert [a.key for page in pages for a in page.articles][: len(expected)] == expected
        assert pages[0].total == len(expected)
        counts = {code: len(cards(held, replace(wanted, countries=(code,)))) for code in ("KZ", "UZ")}
        assert store.articles.facet(wanted, "country") == {code: n for code, n in counts.items() if n}

    held: dict[str, tuple[int, Article]] = {}
    past = []
    for step in range(30):
        key = chance.choice("abcdefghijklmnop")
        made = article(key, f"Version {step}", day=f"2026-{chance.choice(['08-30', '08-31', '09-01', '09-02'])}")
        tags = tuple(Tag("country", code, "named") for code in some("KZ UZ"))
        group = ord(key) % 6
        made = replace(made, tags=tags, outlet=chance.choice("XY"), prints=(group,) if group else ())
        held = {**held, key: (step, made)}
        past.append((clock.now, held))
        store.articles.add([made], assign=lambda _new, near: (near[0].article.key, ""))
        clock.advance(hours=1)
        check(store, held)
    other = Store(url, clock)
    for asof, then in past:
        check(other, held)
        check(other, then, asof)
        check(store, then, asof)
    other.close()


def test_articles_of_another_process_show_at_once(store: Store, url: str, clock: Clock) -> None:
    other = Store(url, clock)
    assert keys(other) == ""
    store.articles.add([article("a"), article("b")])
    assert keys(other) == "ab"
    other.articles.add([article("b", "Edited"), article("c")])
    assert keys(store) == keys(other) == "abc"
    other.close()


def test_refused_write_leaves_a_hole_in_the_ids_that_nothing_shows(store: Store) -> None:
    test_failing_tag_leaves_neither_article_nor_feed_state(store)
    store.articles.add([article("a")])
    assert keys(store) == keys(store, asof=datetime(2030, 1, 1, tzinfo=UTC)) == "a"


# Tagging again.


def economy(article: Article) -> tuple[Tag, ...]:
    return (Tag("topic", "economy", "tenge"),) if article.title == "Tenge" else article.tags


def test_retag_makes_new_versions_where_tags_differ_and_only_there(store: Store, clock: Clock) -> None:
    store.articles.add([article(key, "Tenge" if key in "bd" else "Gas", tags=("KZ",)) for key in "abcde"])
    clock.advance(hours=1)
    done = list(store.articles.retag(economy, size=2))
    assert sum(batch.changed for batch in done) == 2
    assert keys(store, topics=("economy",)) == keys(store, words="tenge") == "bd"
    assert keys(store, asof=clock.now - INSTANT, countries=("KZ",)) == "abcde"
    state = store.state()
    assert sum(batch.changed for batch in store.articles.retag(economy)) == 0
    assert store.state() == state


def test_stopped_retag_goes_on_after_its_last_batch(store: Store) -> None:
    store.articles.add([article(key, "Tenge") for key in "abcd"])
    first = next(store.articles.retag(economy, size=2))
    assert keys(store, topics=("economy",)) == "ab"
    assert [batch.changed for batch in store.articles.retag(economy, after=first.last)] == [2]
    assert keys(store, topics=("economy",)) == "abcd"


def test_retagged_copy_stays_a_copy(copied: Store) -> None:
    assert sum(b.changed for b in copied.articles.retag(lambda _: [Tag("country", "TJ", "Dushanbe")])) == 5
    copied.articles.add([printed("f", 1, 2, day="2026-09-05")], assign=by_print)
    assert shown(copied)[-1] == ("a", "bdf", 2)


def test_retag_of_nothing_does_nothing(store: Store) -> None:
    assert list(store.articles.retag(economy)) == []


# Withdrawn.


def test_withdrawn_article_is_gone_today_and_there_as_of_before(store: Store) -> None:
    store.articles.add([article("a", "Tenge", tags=("KZ",)), article("b", "Sum", tags=("UZ",))])
    state = store.state()
    assert state
    before = state.at
    assert store.articles.withdraw(["a", "unknown"]) == 1
    assert keys(store) == keys(store, words="sum") == "b"
    assert keys(store, words="tenge") == ""
    assert keys(store, asof=before) == "ab"
    assert keys(store, asof=before, words="tenge") == "a"
    assert store.articles.facet(ArticleFilter(), "country") == {"UZ": 1}


def test_withdrawing_nothing_changes_nothing(store: Store) -> None:
    store.articles.add([article("a")])
    assert store.articles.withdraw(["unknown"]) == 0
    assert revisions(store) == (0, 1)


def test_withdrawn_article_can_come_back(store: Store) -> None:
    store.articles.add([article("a", "Tenge")])
    store.articles.withdraw(["a"])
    assert store.articles.add([article("a", "Tenge")]) == Added(1, 0)
    assert keys(store) == "a"


def test_copy_of_a_withdrawn_article_is_on_a_card_of_its_own(store: Store) -> None:
    store.articles.add([printed("a", 1, 2)])
    store.articles.withdraw(["a"])
    store.articles.add([printed("b", 1, 2)], assign=by_print)
    assert [(a.key, a.text) for a in found(store)] == [("b", "")]


def test_card_of_copies_stays_when_the_first_is_withdrawn(copied: Store) -> None:
    copied.articles.withdraw(["a"])
    assert shown(copied) == [("c", "", 2), ("b", "d", 2), ("e", "", 1)]
