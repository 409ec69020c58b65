"""When a source is due: a table of moments, none of which needs a network or a wait."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from lib import catalog, ingest
from lib.errors import FetchError
from lib.ingest.schedule import next_due
from lib.ingest.steps import record
from lib.models import Outcome, Run
from lib.store import Store
from lib.store.retries import Retry

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)  # a Wednesday
HOUR = timedelta(hours=1)
NBK = msgspec.structs.replace(catalog.sources()["nbk"], every_hours=6, days="weekdays")
DAILY = msgspec.structs.replace(catalog.sources()["currency_api"], every_hours=12, days="daily")
WEEKLY = msgspec.structs.replace(NBK, every_hours=168, days="daily")  # of a bank that cannot be reached from abroad
FEED = msgspec.structs.replace(catalog.feeds()["timesca"], every_minutes=30)


def ran(at: datetime, outcome: Outcome = "ok") -> Run:
    return Run("nbk", at, at, outcome)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("entry", "hours"), [(NBK, 6.0), (DAILY, 12.0), (WEEKLY, 168.0), (FEED, 0.5)], ids=lambda x: getattr(x, "key", "")
)
def test_what_went_well_is_due_after_its_interval(entry: ingest.schedule.Entry, hours: float) -> None:
    for outcome in ("ok", "unchanged"):
        assert next_due(entry, ran(NOW, outcome), None, NOW) == NOW + hours * HOUR


def test_what_was_never_asked_is_due_now() -> None:
    assert next_due(NBK, None, None, NOW) == NOW


def test_run_in_the_future_does_not_silence_a_source() -> None:
    assert next_due(NBK, ran(NOW + 1000 * HOUR), None, NOW) == NOW


@pytest.mark.parametrize(
    ("entry", "failures", "hours"),
    [
        *((DAILY, failures, hours) for failures, hours in ((1, 1), (2, 2), (3, 4), (5, 16), (6, 24), (10_000, 24))),
        *((FEED, failures, hours) for failures, hours in ((1, 0.5), (2, 1), (9, 24))),
        *((WEEKLY, failures, hours) for failures, hours in ((1, 1), (8, 128), (9, 168))),
    ],
)
def test_wait_doubles_with_each_failure_up_to_a_day_or_the_interval(
    entry: ingest.schedule.Entry, failures: int, hours: float
) -> None:
    assert next_due(entry, ran(NOW, "failed"), Retry(failures, None), NOW) == NOW + hours * HOUR


@pytest.mark.parametrize(
    ("asked_for", "granted"),
    [(0.5, 1), (5, 5), (24 * 6, 24 * 6), (24 * 365, 24 * 7)],
    ids=["shorter than our own wait", "longer", "days", "a year"],
)
def test_server_s_own_time_is_kept_but_no_longer_than_a_week(asked_for: float, granted: float) -> None:
    retry = Retry(1, NOW + asked_for * HOUR)
    assert next_due(DAILY, ran(NOW, "failed"), retry, NOW) == NOW + granted * HOUR


@pytest.mark.parametrize(
    ("last", "outcome", "expected"),
    [
        ("2026-04-03 08:00", "ok", "2026-04-03 14:00"),  # Friday, within the day
        ("2026-04-03 20:00", "ok", "2026-04-04 02:00"),  # Friday's last look falls on Saturday: the one of the weekend
        ("2026-04-04 02:00", "ok", "2026-04-06 00:00"),
        ("2026-04-04 02:00", "failed", "2026-04-06 00:00"),
        ("2026-04-05 12:00", "ok", "2026-04-06 00:00"),
        ("2026-04-05 22:00", "ok", "2026-04-06 04:00"),  # Sunday night: due on Monday anyway
    ],
)
def test_publisher_of_weekdays_is_asked_once_in_a_weekend(last: str, outcome: Outcome, expected: str) -> None:
    assert next_due(NBK, ran(utc(last), outcome), None, utc(last)) == utc(expected)


def test_weekend_of_another_week_counts_for_itself() -> None:
    weekly = msgspec.structs.replace(NBK, every_hours=168)
    saturday = utc("2026-04-04 02:00")
    assert next_due(weekly, ran(saturday), None, saturday) == utc("2026-04-11 02:00")


def test_publisher_of_every_day_and_feeds_have_no_weekend() -> None:
    saturday = utc("2026-04-04 02:00")
    assert next_due(DAILY, ran(saturday), None, saturday) == saturday + 12 * HOUR
    assert next_due(FEED, ran(saturday), None, saturday) == saturday + HOUR / 2


@pytest.mark.parametrize(("last", "spread"), [(NOW, 0.6), (utc("2026-04-04 02:00"), 1.0)])
def test_jitter_only_delays_and_at_most_by_its_spread(last: datetime, spread: float) -> None:
    earliest, middle, latest = (next_due(NBK, ran(last), None, last, jitter) for jitter in (0.0, 0.5, 1.0))
    assert latest - earliest == spread * HOUR
    assert middle - earliest == spread * HOUR / 2


def test_no_history_gives_a_source_up() -> None:
    """However often it failed and whatever its server asked for, it is asked again within a week (and a weekend)."""
    for failures in (1, 10, 10**6):
        for hours in (0, 10**5):
            retry = Retry(failures, NOW + hours * HOUR)
            assert next_due(NBK, ran(NOW, "failed"), retry, NOW, 1.0) <= NOW + timedelta(days=9)


@pytest.mark.parametrize(
    ("hours", "outcome", "expected"),
    [(None, "ok", True), (5.9, "ok", False), (6.1, "ok", True), (0.9, "failed", False), (1.1, "failed", True)],
)
def test_command_asks_what_is_due_by_the_log(
    store: Store, hours: float | None, outcome: Outcome, expected: bool
) -> None:
    if hours:
        store.runs.record(ran(NOW - hours * HOUR, outcome))
    assert (ingest.due([NBK], store, NOW) == [NBK]) is expected


def test_server_s_own_time_reaches_the_schedule_through_the_store(store: Store) -> None:
    busy = FetchError("nbk", "says that we ask too often", status=429, retry_after=3 * 3600)
    record(store, ran(NOW, "failed"), busy)
    assert ingest.due([NBK], store, NOW + 2.9 * HOUR) == []
    assert ingest.due([NBK], store, NOW + 3.1 * HOUR) == [NBK]


def test_what_is_switched_off_is_never_due(store: Store) -> None:
    assert ingest.due([msgspec.structs.replace(NBK, enabled=False)], store, NOW) == []
