"""Which process refreshes a store, and what the schedule remembers of failures, on both engines."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lib.store import Store
from lib.store.engine import writing
from lib.store.lease import LENGTH
from lib.store.retries import Retry
from tests.conftest import Clock

INSTANT = timedelta(microseconds=1)


def test_lease_is_held_by_who_came_first(store: Store) -> None:
    assert store.lease.take("a")
    assert not store.lease.take("b")
    assert store.lease.take("a")


def test_lease_that_was_not_renewed_goes_to_another(store: Store, clock: Clock) -> None:
    store.lease.take("a")
    clock.now += LENGTH - INSTANT
    assert not store.lease.take("b")
    clock.now += INSTANT
    assert store.lease.take("b")
    assert not store.lease.take("a")


def test_renewed_lease_lasts_from_the_renewal(store: Store, clock: Clock) -> None:
    store.lease.take("a")
    clock.now += LENGTH / 2
    store.lease.take("a")
    clock.now += LENGTH * 0.9
    assert not store.lease.take("b")


def test_lease_is_the_database_s_not_the_process_s(url: str, clock: Clock) -> None:
    one, other = Store(url, clock), Store(url, clock)
    assert one.lease.take("a")
    assert not other.lease.take("b")
    one.close()
    other.close()


def test_lease_does_not_tell_pages_of_new_data(store: Store) -> None:
    store.lease.take("a")
    store.retries.failed("nbk", None)
    assert store.state() is None


@pytest.mark.parametrize("ahead", [LENGTH + INSTANT, timedelta(days=400)])
def test_lease_further_ahead_than_it_can_be_counts_as_expired(store: Store, clock: Clock, ahead: timedelta) -> None:
    repaired = clock.now
    clock.now += ahead
    store.lease.take("a")
    clock.now = repaired
    assert store.lease.seconds_left("b") == 0
    assert store.lease.take("b")
    assert not store.lease.take("a")


def test_released_lease_is_another_s_at_once(store: Store) -> None:
    store.lease.take("a")
    store.lease.release("a")
    assert store.lease.take("b")


def test_only_the_holder_releases_a_lease(store: Store) -> None:
    store.lease.release("a")
    store.lease.take("a")
    store.lease.release("b")
    assert not store.lease.take("b")


def test_refused_process_knows_how_long_the_lease_lasts(store: Store, clock: Clock) -> None:
    assert store.lease.seconds_left("b") == 0
    store.lease.take("a")
    clock.advance(seconds=15)
    assert store.lease.seconds_left("b") == LENGTH.total_seconds() - 15
    assert store.lease.seconds_left("a") == 0


def test_refusal_takes_no_write_lock(store: Store, clock: Clock) -> None:
    store.lease.take("a")
    with writing(store._engine, clock):
        assert not store.lease.take("b")


def test_failures_are_counted_until_a_success(store: Store, clock: Clock) -> None:
    later = clock.now + timedelta(hours=2)
    store.retries.failed("nbk", None)
    store.retries.failed("nbk", later)
    store.retries.failed("cbu", None)
    assert store.retries.read() == {"nbk": Retry(2, later), "cbu": Retry(1, None)}
    store.retries.succeeded("nbk")
    store.retries.succeeded("nbt")
    assert store.retries.read() == {"cbu": Retry(1, None)}


def test_a_server_s_word_holds_until_its_next_answer(store: Store, clock: Clock) -> None:
    store.retries.failed("nbk", clock.now)
    store.retries.failed("nbk", None)
    assert store.retries.read() == {"nbk": Retry(2, None)}
