"""What has changed since a view was frozen, counted on the right side and told in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import streamlit as st

from lib.desk import Changes, Desk, RateChange
from lib.links import View
from lib.models import Run
from lib.store import Store
from lib.ui import frozen
from lib.words import speaking
from tests.conftest import Clock, article, rate

KZ = View(countries=("KZ",), range="1M")


@pytest.fixture
def desk(tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """Three days of the tenge, two of them by another source too, and an article."""
    monkeypatch.setenv("DATABASE_URL", url := f"sqlite:///{tmp_path / 'altyn.db'}")
    st.cache_resource.clear()
    opened = Desk(Store(url, clock), clock=clock)
    opened.store.rates.add([rate(f"2026-09-{day}", 470.0 + day) for day in (25, 28, 29)])
    opened.store.rates.add([rate(f"2026-09-{day}", 471.0 + day, source="cbr") for day in (25, 28)])
    opened.store.articles.add([article("old", tags=("KZ",))])
    yield opened
    opened.close()
    st.cache_resource.clear()


def since(desk: Desk, view: View, clock: Clock, *writes: object) -> Changes:
    """What has changed once the writes, which are rates or articles, are done."""
    then = desk.now()
    still = desk.freeze(view, then, "chart")
    clock.advance(hours=1)
    for write in writes:
        desk.store.rates.add([write]) if hasattr(write, "value") else desk.store.articles.add([write])  # type: ignore
    return desk.changes(still, then, desk.now(), "chart")


def told(view: View, changes: Changes) -> str:
    return "; ".join(frozen.sentences(view, changes))


def test_nothing_has_changed(desk: Desk, clock: Clock) -> None:
    assert since(desk, KZ, clock) == Changes()
    assert since(desk, KZ, clock, rate("2026-08-01", 9.0, quote="TJS")) == Changes()


def test_correction_is_named_with_both_figures(desk: Desk, clock: Clock) -> None:
    found = since(desk, KZ, clock, rate("2026-09-28", 500.12), rate("2026-09-28", 501.0))
    assert found.corrected == (RateChange("KZT", "nbk", date(2026, 9, 28), 498.0, 501.0),)
    assert told(KZ, found) == "KZT 28 Sep 2026: 498 → 501"


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (500.12, 501.0, "KZT 12 Mar 2026: 500.12 → 501.00"),
        (441.2345678, 999.0, "KZT 12 Mar 2026: 441.235 → 999.000"),
        (12968.91140011, 12970.5, "KZT 12 Mar 2026: 12,968.9 → 12,970.5"),
        (3.5, 3.0, "KZT 12 Mar 2026: 3.5 → 3.0"),
    ],
)
def test_figures_have_equally_many_decimals(before: float, after: float, words: str) -> None:
    change = RateChange("KZT", "nbk", date(2026, 3, 12), before, after)
    assert told(KZ, Changes((change,))) == words


def test_figures_are_shown_the_way_round_of_the_view_and_in_its_language() -> None:
    change = RateChange("KZT", "nbk", date(2026, 3, 12), 500.0, 400.0)
    assert told(View(direction="local"), Changes((change,))) == "KZT 12 Mar 2026: 0.00200000 → 0.00250000"
    with speaking("ru"):
        assert told(KZ, Changes((change._replace(before=500.12),))) == "KZT 12 мар. 2026: 500,12 → 400,00"


def test_five_corrections_are_named_the_newest_first_and_the_others_counted() -> None:
    every = tuple(RateChange("KZT", "nbk", date(2026, 3, 30 - n), 500.0, 501.0 + n) for n in range(12))
    words = told(KZ, Changes(every))
    assert words.startswith("KZT 30 Mar 2026: 500 → 501; KZT 29 Mar 2026: ")
    assert words.count("→") == 5
    assert words.endswith("KZT 26 Mar 2026: 500 → 505; 7 more rates corrected")
    assert told(KZ, Changes(every[:6])).endswith("; 1 more rate corrected")
    assert "more" not in told(KZ, Changes(every[:5]))


def test_source_is_named_where_there_are_several_of_a_currency(desk: Desk, clock: Clock) -> None:
    both = View(countries=("KZ",), range="1M", sources=("nbk", "cbr"))
    found = since(desk, both, clock, rate("2026-09-28", 1.0), rate("2026-09-28", 2.0, source="cbr"))
    assert told(both, found) == "KZT (NBK) 28 Sep 2026: 498 → 1; KZT (CBR) 28 Sep 2026: 499 → 2"


def test_rates_added_are_those_that_the_frozen_view_lacks(desk: Desk, clock: Clock) -> None:
    """A day that was withdrawn, or that today's view lacks for whatever reason, is none that was added."""
    added = [rate("2026-09-24", 494.0), rate("2026-09-23", 493.0)]
    found = since(desk, KZ, clock, *added)
    assert (found.added, found.withdrawn, found.corrected) == (2, 0, ())
    assert told(KZ, found) == "2 rates added"


def test_rates_of_a_currency_that_had_none_are_added(desk: Desk, clock: Clock) -> None:
    five = View(range="1M")
    found = since(desk, five, clock, *(rate(f"2026-09-{day}", 9.0, quote="TJS", source="nbt") for day in (25, 28, 29)))
    assert (found.added, found.withdrawn) == (3, 0)


def test_rates_of_another_source_are_not_in_this_view(desk: Desk, clock: Clock) -> None:
    assert since(desk, KZ, clock, *(rate(f"2026-09-{day}", 1.0, source="nbkr") for day in (21, 22, 28))) == Changes()


def test_rates_withdrawn_are_counted_apart(desk: Desk, clock: Clock) -> None:
    """Seen from the other side: the frozen view has what the view of the earlier state lacks."""
    then = desk.now()
    clock.advance(hours=1)
    desk.store.rates.add([rate("2026-09-24", 494.0)])
    now = desk.now()
    view = desk.freeze(KZ, now, "chart")
    found = desk.changes(view, now, then, "chart")
    assert (found.added, found.withdrawn) == (0, 1)
    assert told(KZ, found) == "1 rate withdrawn"


def test_bundled_history_is_one_sentence_and_no_thousand_changes(desk: Desk, clock: Clock) -> None:
    view = View(countries=("KZ",), since=date(2026, 1, 1), until=date(2026, 9, 29))
    then = desk.now()
    still = desk.freeze(view, then, "chart")
    clock.advance(days=90)
    started = clock.now
    desk.store.rates.add([rate(f"2026-0{month}-05", 470.0) for month in range(1, 9)])
    clock.advance(seconds=5)
    desk.store.runs.record(Run("snapshot", started, clock.now, "snapshot", new=8))
    clock.advance(hours=1)
    desk.store.rates.add([rate("2026-09-24", 494.0)])
    found = desk.changes(still, then, desk.now(), "chart")
    assert (found.added, found.bundled) == (1, True)
    assert told(view, found) == "1 rate added; bundled history was added"


def test_bundled_legs_of_a_cross_count_as_bundled(desk: Desk, clock: Clock) -> None:
    view = View(countries=("KZ",), base="EUR", since=date(2026, 1, 1), until=date(2026, 9, 29))
    legs = {"source": "currency_api", "base": "USD"}
    desk.store.rates.add([rate("2026-09-29", 0.9, quote="EUR", **legs)])
    desk.store.rates.add([rate(f"2026-09-{day}", 470.0, **legs) for day in (28, 29)])
    then = desk.now()
    still = desk.freeze(view, then, "chart")
    clock.advance(days=90)
    started = clock.now
    desk.store.rates.add([rate("2026-09-28", 0.9, quote="EUR", **legs)])
    desk.store.runs.record(Run("snapshot", started, clock.now, "snapshot", new=1))
    found = desk.changes(still, then, desk.now(), "chart")
    assert (found.added, found.bundled) == (0, True)


def test_articles_more_and_fewer(desk: Desk, clock: Clock) -> None:
    found = since(desk, KZ, clock, article("new", "Another text", tags=("KZ",)), article("uz", tags=("UZ",)))
    assert told(KZ, found) == "1 more article"
    then = desk.now()
    still = desk.freeze(KZ, then, "chart")
    desk.store.articles.withdraw(["new", "old"])
    assert told(KZ, desk.changes(still, then, desk.now(), "chart")) == "2 articles fewer"
    with speaking("ru"):
        assert told(KZ, Changes(added=3, bundled=True)) == "3\u00a0курса добавлено; добавлена вложенная история"
