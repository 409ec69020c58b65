"""The committed states of a store: one for each write, named by its stamp for ever, on both engines."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from lib.models import ArticleFilter, RateQuery
from lib.store import State, Store
from tests.conftest import Clock, article, rate

INSTANT = timedelta(microseconds=1)


def values(store: Store, asof: datetime) -> list[float]:
    return [found.value for found in store.rates.read(RateQuery(asof=asof))]


def at(store: Store, asof: datetime) -> datetime | None:
    """The stamp of the state that an instant means."""
    state = store.state(asof)
    return state.at if state else None


def written(store: Store, value: float) -> State:
    store.rates.add([rate(value=value)])
    state = store.state()
    assert state is not None
    return state


def test_empty_store_has_no_state_at_any_instant(store: Store, clock: Clock) -> None:
    assert store.state() is None
    assert store.state(clock.now + timedelta(days=9)) is None


def test_rates_and_articles_have_revisions_of_their_own(store: Store, clock: Clock) -> None:
    begun = clock.now
    store.rates.add([rate(value=1.0)])
    store.articles.add([article("a")])
    store.articles.add([article("a", "Edited")])
    store.articles.withdraw(["a"])
    expected = [State(begun, 1, 0), *(State(begun + n * INSTANT, 1, n) for n in (1, 2, 3))]
    assert [store.state(begun + n * INSTANT) for n in range(4)] == expected
    assert store.state() == expected[-1]


def test_what_changes_nothing_makes_no_state(store: Store, clock: Clock) -> None:
    before = written(store, 1.0)
    clock.advance(hours=1)
    store.rates.add([rate(value=1.0)])
    store.articles.add([])
    store.lease.take("a")
    store.retries.failed("nbk", None)
    assert store.state() == before


def test_instant_means_the_last_state_at_or_before_it(store: Store, clock: Clock) -> None:
    first = written(store, 1.0)
    clock.advance(hours=1)
    second = written(store, 2.0)
    asked = [first.at - INSTANT, first.at, first.at + INSTANT, second.at - INSTANT, second.at, second.at + INSTANT]
    assert [store.state(asof) for asof in asked] == [None, first, first, first, second, second]


def test_stamp_reads_the_very_same_rows_for_ever(store: Store, clock: Clock) -> None:
    states = []
    for value in (1.0, 2.0, 3.0):
        states.append(written(store, value))
        store.articles.add([article("a", f"Version {value}")])
        clock.advance(seconds=1)
    assert [values(store, state.at) for state in states] == [[1.0], [2.0], [3.0]]
    assert [store.state(state.at) for state in states] == states
    page = store.articles.page(ArticleFilter(asof=states[1].at), 1, 9)
    assert [a.title for a in page.articles] == ["Version 1.0"]


def test_writes_after_a_clock_ran_ahead_are_found_by_instants_of_the_repaired_clock(store: Store, clock: Clock) -> None:
    right = clock.now
    first = written(store, 1.0)
    clock.advance(days=400)
    ahead = written(store, 2.0)
    clock.now = right + timedelta(hours=1)
    assert store.state(clock.now) == first
    after = written(store, 3.0)
    clock.advance(hours=1)
    last = written(store, 4.0)
    assert ahead.at < after.at < last.at
    assert [values(store, state.at) for state in (first, ahead, after, last)] == [[1.0], [2.0], [3.0], [4.0]]
    typed = [right + timedelta(minutes=minutes) for minutes in (0, 59, 60, 119, 120, 9999)]
    assert [store.state(asof) for asof in typed] == [first, first, after, after, last, last]
    assert store.state(ahead.at) == ahead
    assert store.state(ahead.at + timedelta(days=1)) == last


def test_writer_whose_clock_is_behind_hides_nothing(store: Store, url: str, clock: Clock) -> None:
    behind = Clock(clock.now - timedelta(seconds=3))
    other = Store(url, behind)
    first = written(store, 500.0)
    second = written(other, 501.0)
    assert second.at == first.at + INSTANT
    assert [values(store, state.at) for state in (first, second)] == [[500.0], [501.0]]
    assert at(store, first.at) == first.at
    assert at(store, first.at + timedelta(seconds=1)) == second.at
    other.close()


def test_write_of_rates_leaves_the_facets_of_articles_as_they_are_in_memory(store: Store) -> None:
    def facets() -> object:
        assert store.articles.facet(ArticleFilter(), "country") == {"KZ": 1}
        return store.articles._shelf

    store.articles.add([article("a", tags=("KZ",))])
    before = facets()
    written(store, 1.0)
    assert facets() is before
    store.articles.add([article("a", "Edited", tags=("KZ",))])
    assert facets() is not before


@pytest.mark.parametrize("days", [-400, 400])
def test_clock_that_jumps_makes_states_in_the_order_of_writing(store: Store, clock: Clock, days: int) -> None:
    first = written(store, 1.0)
    clock.advance(days=days)
    second = written(store, 2.0)
    assert first.at < second.at
    assert (second.rates, store.state()) == (2, second)
