"""The desk's cache: bounded in bytes, old revisions evicted, each key computed once at a time; lines small in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Barrier, Event, Thread

import numpy as np
import pandas as pd
import pytest

from lib import series
from lib.desk.cache import DEFAULT_MB, MAX_REVISIONS, Cache, configured_bytes, size_of
from lib.desk.packed import pack
from lib.models import Observation
from tests.conftest import rate

MB = 2**20
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def block(megabytes: float = 1.0) -> np.ndarray:
    return np.zeros(int(megabytes * MB), np.uint8)


def test_least_recently_used_values_go_once_the_bound_is_reached() -> None:
    cache = Cache(max_bytes=3 * MB)
    for question in "abc":
        cache.get("rates", 1, question, block_of(0.9))
    cache.get("rates", 1, "a", block_of(0.9))
    cache.get("rates", 1, "d", block_of(0.9))
    assert sorted(str(key.question) for key in cache.entries()) == ["a", "c", "d"]
    assert cache.used_bytes <= 3 * MB


def block_of(megabytes: float) -> Callable[[], np.ndarray]:
    return lambda: block(megabytes)


def test_value_larger_than_the_whole_cache_is_given_and_not_kept() -> None:
    cache = Cache(max_bytes=MB)
    cache.get("rates", 1, "small", lambda: "kept")
    assert len(cache.get("rates", 1, "large", block_of(2))) == 2 * MB
    assert [key.question for key in cache.entries()] == ["small"]


def test_values_of_old_revisions_go_and_those_of_the_other_subject_stay() -> None:
    cache = Cache(max_bytes=MB)
    cache.get("articles", 1, "counts", lambda: "of articles")
    for revision in range(1, MAX_REVISIONS + 2):
        cache.get("rates", revision, "line", lambda: "of rates")
    assert {key.revision for key in cache.entries() if key.subject == "rates"} == set(range(2, MAX_REVISIONS + 2))
    assert [key.revision for key in cache.entries() if key.subject == "articles"] == [1]


def test_revision_that_is_still_asked_for_stays() -> None:
    cache = Cache(max_bytes=MB)
    for revision in range(1, 3 * MAX_REVISIONS):
        cache.get("rates", revision, "line", lambda: "of rates")
        cache.get("rates", 1, "line", lambda: "of the first")
    assert 1 in {key.revision for key in cache.entries()}


def test_one_thread_computes_and_the_others_wait_for_it() -> None:
    cache, computed, go_on = Cache(max_bytes=MB), [], Event()
    together = Barrier(9)
    found: list[object] = []

    def compute() -> str:
        computed.append(1)
        assert go_on.wait(30)
        return "once"

    def ask() -> None:
        together.wait()
        found.append(cache.get("rates", 1, "line", compute))

    threads = [Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    together.wait()
    assert cache.get("rates", 1, "another line", lambda: "meanwhile") == "meanwhile"
    go_on.set()
    for thread in threads:
        thread.join()
    assert found == ["once"] * 8
    assert len(computed) == 1


def test_error_is_raised_and_not_kept() -> None:
    cache = Cache(max_bytes=MB)
    with pytest.raises(ZeroDivisionError):
        cache.get("rates", 1, "line", lambda: 1 / 0)
    assert cache.get("rates", 1, "line", lambda: 5.0) == 5.0


@pytest.mark.parametrize(
    ("setting", "megabytes"),
    [("64", 64), ("0.5", 0.5), ("", DEFAULT_MB), ("much", DEFAULT_MB), ("-1", DEFAULT_MB), ("inf", DEFAULT_MB)],
)
def test_bound_is_a_setting(monkeypatch: pytest.MonkeyPatch, setting: str, megabytes: float) -> None:
    monkeypatch.setenv("ALTYN_CACHE_MB", setting)
    assert configured_bytes() == Cache().max_bytes == megabytes * MB


@dataclass(frozen=True)
class Pair:
    one: object
    other: object


def test_size_counts_what_a_value_contains() -> None:
    assert size_of(block(2)) == 2 * MB
    assert MB < size_of(Pair(block(1), ("x" * 100, {"key": [1.0]}))) < 1.01 * MB
    assert size_of({"a": "x" * MB}) > MB


# Lines as the cache keeps them.


def annotated(days: int = 400) -> pd.DataFrame:
    rates = [rate(str(day.date()), 400 + n % 7) for n, day in enumerate(pd.date_range("2025-01-01", periods=days))]
    seen = [Observation(r.source, r.base, r.quote, r.day, r.value, NOON, None) for r in rates]
    line = series.lines(series.frame(seen), "USD", "KZT")["nbk"]
    return series.annotate(line, "KZT")


def test_line_comes_back_as_it_was() -> None:
    line = annotated()
    pd.testing.assert_frame_equal(pack(line).frame(), line, check_freq=False)
    days = (line.index[10].date(), line.index[20].date())
    pd.testing.assert_frame_equal(pack(line).frame(*days), series.cut(line, *days), check_freq=False)
    empty = series.annotate(series.empty_line(), "KZT")
    pd.testing.assert_frame_equal(pack(empty).frame(), empty, check_freq=False)


def test_line_is_kept_in_less_than_its_size() -> None:
    line = annotated(4000)
    assert size_of(pack(line)) < 0.6 * line.memory_usage(deep=True).sum()


def test_frames_are_each_caller_s_own_and_what_is_kept_cannot_be_written_to() -> None:
    packed = pack(annotated())
    mine = packed.frame()
    mine["value"] = 0.0
    mine.loc[mine.index[0], "flags"] = "mine"
    mine["new"] = 1
    mine.iloc[:, 1] = -1.0
    pd.testing.assert_frame_equal(packed.frame(), annotated(), check_freq=False)
    arrays = [packed.days, *(getattr(c, "codes", getattr(c, "values", c)) for c in packed.columns.values())]
    assert len(arrays) == 12
    for array in arrays:
        with pytest.raises(ValueError, match="read-only"):
            array[0] = array[0]
