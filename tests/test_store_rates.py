"""The contract of rates in the store, on both engines."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from lib.models import RateQuery
from lib.store import Store
from lib.store.rates import Added, Coverage
from tests.conftest import Clock, rate, revisions

INSTANT = timedelta(microseconds=1)


def values(store: Store, **wanted: object) -> list[float]:
    return [found.value for found in store.rates.read(RateQuery(**wanted))]  # type: ignore[arg-type]


def test_new_rate_is_read_back_as_it_was_added(store: Store, clock: Clock) -> None:
    assert store.rates.add([rate("2026-09-29", 478.77)]) == Added(1, 0)
    (found,) = store.rates.read(RateQuery())
    assert found == ("nbk", "USD", "KZT", date(2026, 9, 29), 478.77, clock.now, None, None)
    assert found.recorded_at.tzinfo is UTC


@pytest.mark.parametrize("value", [0.0000771070001234, 12968.9114001, 1 / 3, 1e-9, 999999999.999])
def test_value_keeps_every_digit(store: Store, value: float) -> None:
    store.rates.add([rate(value=value)])
    assert values(store) == [value]


def test_repeated_batch_changes_nothing_not_even_the_revision(store: Store, clock: Clock) -> None:
    batch = [rate("2026-09-28", 477.0), rate("2026-09-29", 478.0)]
    store.rates.add(batch)
    before, state = store.rates.read(RateQuery()), store.state()
    clock.advance(hours=1)
    assert store.rates.add(batch) == Added(0, 0)
    assert (store.rates.read(RateQuery()), store.state()) == (before, state)


def test_empty_batch_changes_nothing(store: Store) -> None:
    assert store.rates.add([]) == Added(0, 0)
    assert revisions(store) == (0, 0)


def test_revision_grows_once_for_each_write_that_changes_something(store: Store) -> None:
    store.rates.add([rate("2026-09-28"), rate("2026-09-29")])
    store.rates.add([rate("2026-09-29", 480.0)])
    assert revisions(store) == (2, 0)


def test_batch_of_new_changed_and_repeated_rates_counts_each(store: Store) -> None:
    store.rates.add([rate("2026-09-27", 1.0), rate("2026-09-28", 2.0)])
    assert store.rates.add([rate("2026-09-27", 1.0), rate("2026-09-28", 2.5), rate("2026-09-29", 3.0)]) == Added(1, 1)
    assert values(store) == [1.0, 2.5, 3.0]


def test_corrected_rate_tells_the_value_that_it_corrected(store: Store) -> None:
    for value in (477.0, 478.0, 477.0):
        store.rates.add([rate("2026-09-28", value), rate("2026-09-29", 480.0)])
    corrected, untouched = store.rates.read(RateQuery())
    assert (corrected.value, corrected.previous) == (477.0, 478.0)
    assert untouched.previous is None


def test_one_batch_of_many_sources_keeps_them_apart(store: Store) -> None:
    store.rates.add([rate(value=1.0, source="nbk"), rate(value=2.0, source="cbr"), rate(value=3.0, base="EUR")])
    assert store.rates.add([rate(value=2.5, source="cbr")]) == Added(0, 1)
    assert [(r.source, r.base, r.value) for r in store.rates.read(RateQuery())] == [
        ("cbr", "USD", 2.5),
        ("nbk", "EUR", 3.0),
        ("nbk", "USD", 1.0),
    ]


def test_thousand_corrections_in_one_batch_close_every_old_version(store: Store) -> None:
    days = [str(date(2020, 1, 1) + timedelta(days=n)) for n in range(1100)]
    store.rates.add(rate(day, 1.0) for day in days)
    assert store.rates.add(rate(day, 2.0) for day in days) == Added(0, 1100)
    assert set(values(store)) == {2.0}


def test_two_values_for_one_day_in_a_batch_store_nothing(store: Store) -> None:
    with pytest.raises(sa.exc.IntegrityError):
        store.rates.add([rate("2026-09-28", 1.0), rate("2026-09-29", 1.0), rate("2026-09-29", 2.0)])
    assert values(store) == []
    assert revisions(store) == (0, 0)


@pytest.mark.parametrize("value", [0.0, -478.77])
def test_value_that_is_not_positive_is_refused(store: Store, value: float) -> None:
    with pytest.raises(sa.exc.IntegrityError):
        store.rates.add([rate(value=value)])


def test_asof_reads_what_stood_then_exact_to_the_instant(store: Store, clock: Clock) -> None:
    first = clock.now
    store.rates.add([rate(value=477.0)])
    clock.advance(hours=1)
    second = clock.now
    store.rates.add([rate(value=478.0)])
    assert values(store, asof=first - INSTANT) == []
    assert values(store, asof=first) == [477.0]
    assert values(store, asof=second - INSTANT) == [477.0]
    assert values(store, asof=second) == [478.0]
    assert values(store) == [478.0]


def test_asof_tells_previous_as_it_was_known_then(store: Store, clock: Clock) -> None:
    stamps = []
    for value in (1.0, 2.0, 3.0):
        store.rates.add([rate(value=value)])
        stamps.append(clock.now)
        clock.advance(days=1)
    assert [store.rates.read(RateQuery(asof=at))[0].previous for at in stamps] == [None, 1.0, 2.0]


@pytest.mark.parametrize("step", [0, -3600])
def test_writes_get_increasing_stamps_where_the_clock_stands_or_goes_back(
    store: Store, clock: Clock, step: float
) -> None:
    start = clock.now
    for value in (1.0, 2.0, 3.0):
        store.rates.add([rate(value=value)])
        clock.advance(seconds=step)
    assert [values(store, asof=start + n * INSTANT) for n in range(3)] == [[1.0], [2.0], [3.0]]


@pytest.mark.parametrize("asof", [datetime(2026, 9, 29), datetime.fromisoformat("2026-09-29T12:00+05:00")])  # noqa: DTZ001
def test_asof_that_is_not_utc_is_refused(store: Store, asof: datetime) -> None:
    with pytest.raises(sa.exc.StatementError, match="a datetime in UTC is needed"):
        store.rates.read(RateQuery(asof=asof))


def test_clock_that_is_not_utc_stores_nothing(store: Store, clock: Clock) -> None:
    clock.now = datetime.fromisoformat("2026-09-29T12:00+05:00")
    with pytest.raises(sa.exc.StatementError, match="a datetime in UTC is needed"):
        store.rates.add([rate()])
    assert values(store) == []


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, [1, 2, 3, 4, 5, 6]),
        ({"sources": ("cbr",)}, [1]),
        ({"sources": ("cbr", "nbk")}, [1, 2, 3, 4, 5, 6]),
        ({"sources": ("nobody",)}, []),
        ({"bases": ("EUR",)}, [2]),
        ({"quotes": ("KGS", "TJS")}, [3]),
        ({"bases": ("USD",), "quotes": ("KZT",), "sources": ("nbk",)}, [4, 5, 6]),
        ({"since": date(2026, 9, 28), "quotes": ("KZT",), "sources": ("nbk",), "bases": ("USD",)}, [5, 6]),
        ({"until": date(2026, 9, 28), "quotes": ("KZT",), "sources": ("nbk",), "bases": ("USD",)}, [4, 5]),
        ({"since": date(2026, 9, 28), "until": date(2026, 9, 28)}, [5]),
        ({"since": date(2026, 9, 30)}, []),
    ],
)
def test_query_narrows_by_each_part_and_orders_by_source_pair_and_day(
    store: Store, wanted: dict[str, object], expected: list[float]
) -> None:
    store.rates.add(
        [
            rate("2026-09-29", 6),
            rate("2026-09-27", 4),
            rate("2026-09-28", 5),
            rate("2026-09-29", 3, quote="KGS"),
            rate("2026-09-29", 2, base="EUR"),
            rate("2026-09-29", 1, source="cbr"),
        ]
    )
    assert values(store, **wanted) == expected


def test_last_day_is_that_of_the_source_alone(store: Store) -> None:
    assert store.rates.last_day("nbk") is None
    store.rates.add([rate("2026-09-29"), rate("2026-09-28", quote="KGS"), rate("2026-10-05", source="cbr")])
    assert store.rates.last_day("nbk") == date(2026, 9, 29)


def test_coverage_counts_days_not_versions(store: Store) -> None:
    assert store.rates.coverage() == []
    store.rates.add([rate("2026-09-01", 1.0), rate("2026-09-29", 1.0), rate("2026-09-29", source="cbr")])
    store.rates.add([rate("2026-09-29", 2.0)])
    assert store.rates.coverage() == [
        Coverage("cbr", "USD", "KZT", date(2026, 9, 29), date(2026, 9, 29), 1),
        Coverage("nbk", "USD", "KZT", date(2026, 9, 1), date(2026, 9, 29), 2),
    ]


def test_corrected_observation_tells_when_either_value_was_first_seen(store: Store, clock: Clock) -> None:
    store.rates.add([rate("2026-09-29", 478.77)])
    first = clock.now
    clock.advance(days=2)
    store.rates.add([rate("2026-09-29", 480.0)])
    (found,) = store.rates.read(RateQuery())
    assert (found.value, found.recorded_at) == (480.0, clock.now)
    assert (found.previous, found.previous_at) == (478.77, first)
