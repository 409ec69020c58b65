"""Which refreshes run beside each other in a running app."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import msgspec
import pytest

from lib import catalog
from lib.catalog import Feed, Source
from lib.ingest.lanes import Lanes
from lib.ingest.steps import MAX_FEEDS, side_by_side
from lib.models import Run

NOW = datetime(2026, 11, 30, tzinfo=UTC)
BANK = catalog.sources()["nbk"]


def feed(number: int) -> Feed:
    return msgspec.structs.replace(next(iter(catalog.feeds().values())), key=f"feed{number}")


def test_feeds_that_hang_leave_rates_alone_and_free_their_lanes_when_they_end() -> None:
    ends, banks = threading.Event(), []

    def refresh(entry: Source | Feed, _now: datetime) -> None:
        if isinstance(entry, Feed):
            assert ends.wait(30)
        else:
            banks.append(entry.key)

    lanes = Lanes(refresh)
    started = [lanes.start(feed(number), NOW) for number in range(MAX_FEEDS + 1)]
    assert started == [True] * MAX_FEEDS + [False]
    assert lanes.under_way() == {f"feed{number}" for number in range(MAX_FEEDS)}
    assert lanes.start(BANK, NOW)
    ends.set()
    lanes.wait()
    assert banks == ["nbk"]
    assert lanes.under_way() == set()
    assert lanes.start(feed(MAX_FEEDS), NOW)
    lanes.wait()


def test_on_the_command_line_rates_wait_for_no_feed() -> None:
    told = threading.Event()

    def refresh(entry: Source | Feed) -> Run:
        if isinstance(entry, Source):
            told.set()
        else:
            assert told.wait(30)  # every feed that there is room for hangs until the bank was asked
        return Run(entry.key, NOW, NOW, "ok")

    entries = [*map(feed, range(2 * MAX_FEEDS)), BANK]
    runs = list(side_by_side(entries, refresh))
    assert {run.source for run in runs} == {entry.key for entry in entries}


def test_a_refresh_that_could_not_be_recorded_is_logged_and_not_repeated_at_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def refresh(_entry: Source | Feed, _now: datetime) -> None:
        raise OSError("the disk is full")

    lanes = Lanes(refresh)
    lanes.start(BANK, NOW)
    lanes.wait()
    assert "nbk: its refresh could not be recorded" in caplog.text
    assert "the disk is full" in caplog.text
    assert lanes.under_way() == {"nbk"}
