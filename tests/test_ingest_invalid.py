"""Rows stored before a rule could reject them: closed once, reported, and kept for links to earlier states."""

from __future__ import annotations

import pytest

from lib.ingest import Background
from lib.ingest.invalid import supersede_invalid
from lib.models import RateQuery, Rejected
from lib.store import Store
from tests.conftest import Clock, rate

ROUBLES = [rate(f"2000-{month:02}-01", 0.0135, source="cbr", base="TJS", quote="RUB") for month in range(5, 11)]
OLD_MANATS = [rate("2008-12-31", 14250.0, source="frankfurter", quote="TMT")]
SOUND = [
    rate("2000-11-01", 12.65, source="cbr", base="TJS", quote="RUB"),
    rate("2009-01-01", 2.85, source="frankfurter", quote="TMT"),
    rate("2000-05-01", 142.0, source="cbr", base="USD", quote="RUB"),
]
TJR = "there was no TJS before 2000-10-30, when it replaced TJR at 1,000 to 1"
TMM = "there was no TMT before 2009-01-01, when it replaced TMM at 5,000 to 1"


@pytest.fixture
def filled(store: Store, clock: Clock) -> Store:
    store.rates.add([*ROUBLES, *OLD_MANATS, *SOUND])
    clock.advance(hours=1)
    return store


def test_rows_of_before_a_currency_are_closed_with_the_reason_and_sound_ones_stay(filled: Store, clock: Clock) -> None:
    before, revision = filled.state().at, filled.state().rates
    runs = supersede_invalid(filled, clock())
    current = {(r.source, r.day, r.value) for r in filled.rates.read(RateQuery())}
    assert current == {(r.source, r.day, r.value) for r in SOUND}
    assert {run.source: (run.outcome, run.changed, run.rejected) for run in runs} == {
        "superseded:cbr": ("ok", 6, (Rejected("TJS/RUB 2000-05-01 to 2000-10-01 (6 days)", TJR),)),
        "superseded:frankfurter": ("ok", 1, (Rejected("USD/TMT 2008-12-31 to 2008-12-31 (1 day)", TMM),)),
    }
    assert filled.state().rates == revision + 1
    assert len(filled.rates.read(RateQuery(asof=before))) == 10  # a frozen link shows what it showed
    assert filled.runs.latest()["superseded:cbr"].rejected == runs[0].rejected


def test_second_time_does_nothing_and_a_refresh_does_not_hide_the_report(filled: Store, clock: Clock) -> None:
    supersede_invalid(filled, clock())
    revision = filled.state()
    assert supersede_invalid(filled, clock()) == []
    assert filled.state() == revision
    assert "cbr" not in filled.runs.latest()  # nor is the source taken for asked


def test_empty_store_and_one_without_invalid_rows_are_left_alone(store: Store, clock: Clock) -> None:
    assert supersede_invalid(store, clock()) == []
    store.rates.add(SOUND)
    revision = store.state()
    assert supersede_invalid(store, clock()) == []
    assert (store.state(), store.runs.latest()) == (revision, {})


def test_rows_that_no_longer_hold_are_not_closed_again(filled: Store) -> None:
    rows = filled.rates.read(RateQuery(sources=("cbr",), bases=("TJS",)))
    assert filled.rates.supersede(rows[:2]) == 2
    revision = filled.state()
    assert filled.rates.supersede(rows[:2]) == 0
    assert filled.rates.supersede([]) == 0
    assert filled.state() == revision
    assert len(filled.rates.read(RateQuery(sources=("cbr",), bases=("TJS",)))) == 5


def test_row_that_comes_again_is_a_new_one_and_corrects_nothing(filled: Store) -> None:
    rows = filled.rates.read(RateQuery(sources=("frankfurter",)))
    filled.rates.supersede(rows[:1])
    assert filled.rates.add([rate("2008-12-31", 2.85, source="frankfurter", quote="TMT")]) == (1, 0)
    again, _ = filled.rates.read(RateQuery(sources=("frankfurter",)))
    assert (again.value, again.previous) == (2.85, None)


def test_running_app_closes_them_when_it_begins_to_refresh(
    filled: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lib.catalog.sources", dict)
    monkeypatch.setattr("lib.catalog.feeds", dict)
    Background(filled, clock=clock).step()
    assert set(filled.runs.latest()) == {"superseded:cbr", "superseded:frankfurter"}
