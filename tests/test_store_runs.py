"""The contract of the refresh log, on both engines."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from lib.models import Outcome, Rejected, Run
from lib.store import Store
from lib.store.runs import MOST_REJECTIONS

NOON = datetime(2026, 9, 29, 12, 0, 0, 1, tzinfo=UTC)


def run(source: str = "nbk", outcome: Outcome = "ok", *, minute: int = 0, **fields: object) -> Run:
    started = NOON + timedelta(minutes=minute)
    return replace(Run(source, started, started + timedelta(seconds=9), outcome), **fields)  # type: ignore[arg-type]


def test_run_is_read_back_as_it_was_recorded(store: Store) -> None:
    recorded = run(new=3, changed=1, rejected=(Rejected("USD/KZT 2026-09-29", "the value is 0"),), error="«Ой»")
    store.runs.record(recorded)
    assert store.runs.latest() == {"nbk": recorded}
    assert store.runs.latest()["nbk"].started.tzinfo is UTC


def test_empty_log_has_no_latest_run(store: Store) -> None:
    assert store.runs.latest() == store.runs.last_success() == {}


def test_latest_is_the_last_recorded_of_each_source(store: Store) -> None:
    first, other, last = run(minute=5), run("cbr", minute=9), run(outcome="failed", minute=1, error="status 503")
    for recorded in (first, other, last):
        store.runs.record(recorded)
    assert store.runs.latest() == {"nbk": last, "cbr": other}


@pytest.mark.parametrize(
    ("outcome", "counts"), [("ok", True), ("unchanged", True), ("failed", False), ("snapshot", False)]
)
def test_last_success_is_a_run_that_reached_its_source(store: Store, outcome: Outcome, counts: bool) -> None:
    before, last = run(minute=1), run(outcome=outcome, minute=2)
    store.runs.record(before)
    store.runs.record(last)
    assert store.runs.last_success() == {"nbk": last if counts else before}


def test_source_that_never_succeeded_has_no_last_success(store: Store) -> None:
    store.runs.record(run(outcome="failed"))
    assert store.runs.last_success() == {}


def test_rejections_keep_their_order_and_stay_with_their_run(store: Store) -> None:
    rows = tuple(Rejected(f"row {n}", "the value is 0") for n in (3, 1, 2, 3))
    store.runs.record(run("cbr", rejected=(Rejected("another's", "no date"),)))
    store.runs.record(run(rejected=(Rejected("an older run's", "no date"),)))
    store.runs.record(run(rejected=rows))
    assert store.runs.latest()["nbk"].rejected == rows


def test_rejections_of_a_broken_source_are_capped(store: Store) -> None:
    store.runs.record(run(rejected=tuple(Rejected(f"row {n}", "no date") for n in range(MOST_REJECTIONS + 1))))
    kept = store.runs.latest()["nbk"].rejected
    assert (len(kept), kept[0].what, kept[-1].what) == (MOST_REJECTIONS, "row 0", f"row {MOST_REJECTIONS - 1}")


def test_log_entry_leaves_the_revision_of_the_data(store: Store) -> None:
    store.runs.record(run(new=3))
    assert store.state() is None


@pytest.mark.parametrize("moment", [NOON.replace(tzinfo=None), datetime.fromisoformat("2026-09-29T12:00+05:00")])
def test_run_that_is_not_timed_in_utc_is_refused_whole(store: Store, moment: datetime) -> None:
    with pytest.raises(sa.exc.StatementError, match="a datetime in UTC is needed"):
        store.runs.record(run(ended=moment))
    assert store.runs.latest() == {}


def test_what_a_source_said_is_stored_without_what_a_database_refuses(store: Store) -> None:
    refused = (Rejected("a\0b", "c\ud800d"),)
    store.runs.record(run(outcome="failed", rejected=refused, error="e\0f"))
    (kept,) = store.runs.latest().values()
    assert (kept.error, kept.rejected) == ("ef", (Rejected("ab", "c?d"),))


def test_recent_runs_are_the_last_ones_of_each_source_oldest_first(store: Store) -> None:
    for minute in range(5):
        store.runs.record(run(minute=minute, new=minute))
    store.runs.record(run("cbu", "failed", error="refuses us"))
    recent = store.runs.recent(3)
    assert [r.new for r in recent["nbk"]] == [2, 3, 4]
    assert recent["cbu"] == [run("cbu", "failed", error="refuses us")]
