"""Databases of old commits: they open with all rows, and do all that a new one does. On both engines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from lib.errors import StoreError
from lib.models import Article, ArticleFilter, FeedState, RateQuery, Rejected
from lib.store import State, Store
from lib.store.layout import recognise
from lib.store.migrations import scripts
from lib.store.opening import parse
from lib.store.retries import Retry
from lib.store.schema import LAYOUT, metadata
from tests import layouts
from tests.conftest import Clock, article, rate, revisions
from tests.layouts import DAY, FIRST, FOURTH, LAYOUTS, SECOND, THIRD, lay_out

NUMBERS = {
    "d7e6e1d": "0001",
    "a97ae60": "0002",
    "0e8524b": "0003",
    "56b2770": "0004",
    "5bbece5": "0005",
    "d7e6e1d+5bbece5": "0002",
    "56b2770+5bbece5": "0004",
}


@pytest.fixture(params=LAYOUTS)
def old(request: pytest.FixtureRequest, url: str) -> str:
    """The address of a database of an old commit, with rows."""
    lay_out(url, request.param, rows=True)
    return url


@pytest.fixture
def upgraded(old: str, clock: Clock) -> Iterator[Store]:
    store = Store(old, clock)
    yield store
    store.close()


@pytest.fixture
def execute(url: str) -> Iterator[Callable[..., list[tuple[object, ...]]]]:
    """Runs statements on the database, beside any store."""
    engine = sa.create_engine(parse(url))

    def run(*statements: str) -> list[tuple[object, ...]]:
        with engine.begin() as conn:
            results = [conn.exec_driver_sql(statement) for statement in statements]
            return [tuple(row) for row in results[-1]] if results[-1].returns_rows else []

    yield run
    engine.dispose()


def found(store: Store, **wanted: object) -> tuple[Article, ...]:
    return store.articles.page(ArticleFilter(**wanted), 1, 100).articles  # type: ignore[arg-type]


def keys(store: Store, **wanted: object) -> str:
    return "".join(sorted(a.key for a in found(store, **wanted)))


# What the old rows say.


def test_old_database_opens_with_all_its_rows(request: pytest.FixtureRequest, upgraded: Store) -> None:
    check_rates(upgraded)
    check_articles(upgraded)
    check_search(upgraded)
    run = upgraded.runs.latest()["nbk"]
    assert (run.started, run.new, run.changed, run.rejected) == (FIRST, 2, 1, (Rejected("EUR/KZT", "the value is 0"),))
    assert upgraded.articles.state("timesca") == FeedState('"1"', "Mon")
    kept = request.node.callspec.params["old"] != "d7e6e1d"  # the first commit had no such tables
    assert upgraded.rates.asked("nbk") == [(DAY, date(2026, 3, 2))] * kept
    assert upgraded.retries.read() == ({"cbu": Retry(2, FOURTH)} if kept else {})
    check_states(upgraded)


def old_of(request: pytest.FixtureRequest) -> str:
    return str(request.node.callspec.params["old"])


def check_rates(store: Store) -> None:
    read = [store.rates.read(RateQuery(asof=at)) for at in (FIRST, SECOND, THIRD)]
    values = [[row.value for row in rows] for rows in read]
    assert values == [[500.0], [500.0, 499.5], [501.0, 499.5]]
    corrected = store.rates.read(RateQuery())[0]
    assert (corrected.value, corrected.previous, corrected.previous_at) == (501.0, 500.0, FIRST)


def check_articles(store: Store) -> None:
    (edited,) = found(store, words="окреп")
    assert (edited.key, edited.countries, edited.topics) == ("a", ("KZ",), ("economy",))
    assert (edited.title, edited.published, edited.day) == ("Тенге окреп: ещё неделя", FIRST, DAY)
    (before,) = found(store, asof=FIRST)
    assert (before.title, before.countries, before.topics) == ("Тенге ослаб: ещё неделя", ("KZ",), ())
    assert [keys(store, asof=at) for at in (SECOND, THIRD, FOURTH)] == ["a", "a", "ab"]


def test_versions_of_an_old_article_go_by_the_card_of_the_first(
    upgraded: Store, execute: Callable[..., list[tuple[object, ...]]]
) -> None:
    assert execute("SELECT id, card FROM articles ORDER BY id") == [(1, None), (2, 1), (3, None)]
    assert keys(upgraded) == "ab"


def check_search(store: Store) -> None:
    asked = {"еще": "a", "ослаб": "", "turkmen": "a", "gas": "b", '"gas for"': "b", "b -gas": "", "pipeline": "b"}
    assert {words: keys(store, words=words) for words in asked} == asked
    assert keys(store, words="ослаб", asof=FIRST) == "a"
    assert [a.key for a in found(store, words="dushanbe", sort="best")] == ["b"]
    assert store.articles.facet(ArticleFilter(), "country") == {"KZ": 1, "TJ": 1}
    assert store.articles.per_day(ArticleFilter()) == [(DAY, 2)]


def check_states(store: Store) -> None:
    states = [State(FIRST, 1, 1), State(SECOND, 2, 2), State(THIRD, 3, 2), State(FOURTH, 3, 3)]
    assert [store.state(at) for at in (FIRST, SECOND, THIRD, FOURTH)] == states
    assert store.state() == states[-1]
    assert store.state(FIRST - timedelta(microseconds=1)) is None


def test_old_database_is_written_to_like_a_new_one(request: pytest.FixtureRequest, upgraded: Store) -> None:
    assert upgraded.lease.take("a")
    assert upgraded.rates.add([rate("2026-03-01", 502.0)]).changed == 1
    assert revisions(upgraded) == (4, 3)
    old = found(upgraded, words="gas")[0]
    assert upgraded.articles.add([old]) == (0, 0)
    assert upgraded.articles.add([replace(old, title="Gas for Khujand", tags=())]).changed == 1
    assert keys(upgraded, words="khujand") == keys(upgraded, words="dushanbe", asof=FOURTH) == "b"
    copy = replace(article("c", day="2026-03-02"), prints=(11,))
    upgraded.articles.add([copy], assign=lambda _new, near: (near[0].article.key, ""))
    had_fingerprints = old_of(request).split("+")[0] in ("56b2770", "5bbece5")
    assert [a.key for a in upgraded.articles.story("b")] == (["c", "b"] if had_fingerprints else ["b"])
    assert upgraded.articles.withdraw(["a"]) == 1
    assert "a" not in keys(upgraded)
    assert revisions(upgraded) == (4, 6)


# The layout.


@pytest.mark.parametrize("layout", LAYOUTS)
def test_old_layout_is_recognised_by_its_tables(layout: str, url: str) -> None:
    lay_out(url, layout)
    engine = sa.create_engine(parse(url))
    with engine.connect() as conn:
        assert recognise(conn) == NUMBERS[layout]
    engine.dispose()


def test_upgraded_tables_are_those_of_a_new_database(upgraded: Store) -> None:
    def ours(_object: object, name: str | None, *_: object) -> bool:
        return not str(name).startswith("articles_words")  # word search is no table or index of SQLAlchemy's

    with upgraded._engine.connect() as conn:
        assert compare_metadata(MigrationContext.configure(conn, opts={"include_object": ours}), metadata) == []
        assert recognise(conn) == LAYOUT


def test_last_migration_makes_the_present_layout() -> None:
    assert scripts().get_heads() == [LAYOUT]


def test_tables_stay_as_they_are_in_this_layout() -> None:
    """Fails when `schema.py` changes: then add a migration, raise LAYOUT, and pin the new tables here."""
    assert layouts.fingerprint() == "0efac3e419342f8b", "add a migration to lib/store/migrations"


def test_layout_of_a_newer_altyn_is_refused_with_both_numbers_and_left_alone(
    store: Store, url: str, execute: Callable[..., list[tuple[object, ...]]]
) -> None:
    execute("UPDATE altyn_layout SET number = '0099'", "DROP INDEX rates_history")
    with pytest.raises(
        StoreError, match=f"layout 0099 of a newer Altyn, and this one reads up to layout {LAYOUT}: update"
    ):
        Store(url)
    with pytest.raises(StoreError, match="was upgraded to layout 0099: restart the newer Altyn"):
        store.rates.add([rate()])
    assert execute("SELECT number FROM altyn_layout") == [("0099",)]


def test_words_folded_by_an_earlier_version_are_folded_again(
    store: Store, url: str, execute: Callable[..., list[tuple[object, ...]]]
) -> None:
    store.articles.add([article("a", "Oʻzbekiston narxlari"), article("b", "Som falls")])
    execute(
        "UPDATE articles SET title_words = 'o zbekiston narxlari' WHERE key = 'a'",
        "ALTER TABLE articles DROP COLUMN restamped",
        "ALTER TABLE articles DROP COLUMN body",
        "UPDATE altyn_layout SET number = '0007'",
    )
    upgraded = Store(url)
    for words in ("ozbekiston", "Oʻzbekiston", "O'zbekiston"):
        assert [a.key for a in upgraded.articles.page(ArticleFilter(words=words), 1, 9).articles] == ["a"]
    upgraded.close()


def test_database_of_another_program_is_refused_untouched(
    url: str, execute: Callable[..., list[tuple[object, ...]]]
) -> None:
    execute("CREATE TABLE articles (id INTEGER)")
    with pytest.raises(StoreError, match="belongs to something else or is damaged: its table articles is not as"):
        Store(url)
    engine = sa.create_engine(parse(url))
    assert sa.inspect(engine).get_table_names() == ["articles"]
    engine.dispose()


@pytest.mark.parametrize("layout", ["d7e6e1d", "5bbece5"])
@pytest.mark.parametrize("loss", ["DELETE FROM meta", "DROP TABLE meta"])
def test_old_database_without_its_meta_row_opens_with_its_rows(
    layout: str, loss: str, url: str, execute: Callable[..., list[tuple[object, ...]]]
) -> None:
    lay_out(url, layout, rows=True)
    execute(loss)
    store = Store(url)
    assert store.state() == State(FOURTH, 3, 3)
    assert keys(store) == "ab"
    store.close()


def test_old_database_without_a_table_of_facts_is_refused(
    url: str, execute: Callable[..., list[tuple[object, ...]]]
) -> None:
    lay_out(url, "5bbece5", rows=True)
    execute("DROP TABLE tags")
    with pytest.raises(StoreError, match="or is damaged: its table articles is not as Altyn makes it; restore"):
        Store(url)


# A database of this layout from which something was lost.

WORDS_LOST = {"sqlite": "DROP TABLE articles_words", "postgresql": "DROP INDEX articles_words"}
LOST = {
    "the layout's number": "DELETE FROM altyn_layout",
    "the layout's table": "DROP TABLE altyn_layout",
    "all states": "DELETE FROM states",
    "an index": "DROP INDEX rates_current",
    "the facet blocks": "DROP TABLE blocks",
    "the fingerprints": "DROP TABLE fingerprints",
}


@pytest.fixture
def filled(store: Store) -> Store:
    store.rates.add([rate(value=478.0)])
    store.articles.add([article("a", "Oil", tags=("KZ",))])
    return store


@pytest.mark.parametrize("loss", [*LOST.values(), "words"], ids=[*LOST, "the word search"])
def test_what_can_be_made_again_is_made_again(
    filled: Store, url: str, loss: str, execute: Callable[..., list[tuple[object, ...]]]
) -> None:
    execute(WORDS_LOST[filled._engine.dialect.name] if loss == "words" else loss)
    store = Store(url)
    assert [r.value for r in store.rates.read(RateQuery())] == [478.0]
    assert keys(store, words="oil", countries=("KZ",)) == "a"
    assert store.state() == filled.state()
    store.rates.add([rate(value=479.0)])
    store.articles.add([article("a", "Gas")])
    assert (keys(store, words="gas"), keys(store, words="oil")) == ("a", "")
    store.close()
    assert execute("SELECT number FROM altyn_layout") == [(LAYOUT,)]


def test_lost_trigger_of_word_search_is_made_again_with_what_it_missed(tmp_path: object, clock: Clock) -> None:
    url = f"sqlite:///{tmp_path}/altyn.db"
    first = Store(url, clock)
    with first._engine.begin() as conn:
        conn.exec_driver_sql("DROP TRIGGER articles_words_follow")
    first.articles.add([article("a", "Oil")])
    assert keys(first, words="oil") == ""
    first.close()
    second = Store(url, clock)
    assert keys(second, words="oil") == "a"
    second.close()


def test_index_that_rows_contradict_is_named_as_damage(
    filled: Store, url: str, execute: Callable[..., list[tuple[object, ...]]]
) -> None:
    columns = "recorded_at, source, base, quote, day, value"
    execute("DROP INDEX rates_current", f"INSERT INTO rates ({columns}) SELECT {columns} FROM rates")
    with pytest.raises(StoreError, match="damaged: an index is missing, and some rows are there twice; restore"):
        Store(url)
    assert filled.state() is not None


def test_states_made_again_count_from_the_clock_where_their_stamps_lie_ahead_of_it(
    store: Store, url: str, clock: Clock, execute: Callable[..., list[tuple[object, ...]]]
) -> None:
    clock.now = datetime(2126, 1, 1, tzinfo=UTC)
    store.rates.add([rate(value=478.0)])
    last = store.state()
    execute("DELETE FROM states")
    again = Store(url, clock)
    assert again.state(datetime(2125, 1, 1, tzinfo=UTC)) == again.state() == last
    again.close()


@pytest.mark.parametrize("table", ["tags", "rejections"])
def test_lost_table_of_facts_is_named_as_damage(
    filled: Store, url: str, table: str, execute: Callable[..., list[tuple[object, ...]]]
) -> None:
    execute(f"DROP TABLE {table}")
    with pytest.raises(StoreError, match=f"this database is damaged: its table {table} is missing; restore a backup"):
        Store(url)
    assert filled.state() is not None


# Facet blocks.


def test_blocks_of_another_format_are_made_anew(
    store: Store, url: str, monkeypatch: pytest.MonkeyPatch, execute: Callable[..., list[tuple[object, ...]]]
) -> None:
    monkeypatch.setattr("lib.store.facets.BLOCK", 2)
    store.articles.add([article(key, tags=("KZ",)) for key in "abcdef"])
    execute("UPDATE blocks SET format = 0, data = ''")
    other = Store(url)
    assert other.articles.facet(ArticleFilter(), "country") == {"KZ": 6}
    other.articles.add([article("g", tags=("KZ",))])
    other.close()
    assert execute("SELECT DISTINCT format FROM blocks") == [(1,)]
    third = Store(url)
    assert third.articles.facet(ArticleFilter(), "country") == {"KZ": 7}
    third.close()
