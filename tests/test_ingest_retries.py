"""The failures of a source that are counted for its schedule, and when the count starts again."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from lib.errors import FetchError
from lib.ingest.steps import record
from lib.models import Outcome, Run
from lib.store import Store

NOON = datetime(2026, 9, 29, 12, tzinfo=UTC)


def ended(store: Store, outcome: Outcome) -> None:
    failed = FetchError("nbk", "status 503") if outcome == "failed" else None
    record(store, Run("nbk", NOON, NOON, outcome, error="status 503" if failed else ""), failed)


@pytest.mark.parametrize("success", ["ok", "unchanged"])
def test_a_success_resets_the_failures_of_its_source(store: Store, success: Outcome) -> None:
    for _ in range(5):
        ended(store, "failed")
    assert store.retries.read()["nbk"].failures == 5
    ended(store, success)
    assert store.retries.read() == {}
    ended(store, "failed")
    assert store.retries.read()["nbk"].failures == 1


def test_a_success_leaves_the_failures_of_other_sources(store: Store) -> None:
    store.retries.failed("cbu", None)
    ended(store, "ok")
    assert set(store.retries.read()) == {"cbu"}
