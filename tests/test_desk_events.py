"""Numbered events: in the order of their days, breaks always among them, articles on money first."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from lib.desk import Desk, EventInView
from lib.desk.events import MAX_EVENTS
from lib.links import View
from lib.store import Store
from tests.conftest import Clock, article, parts, rate

BREAK = View(countries=("KZ",), since=date(2015, 8, 1), until=date(2015, 8, 31))


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Desk:
    store = Store(f"sqlite:///{tmp_path / 'a.db'}", clock)
    rates = [rate("2015-08-18", 188.0), rate("2015-08-19", 188.38), rate("2015-08-20", 255.26)]
    rates += [rate("2015-08-21", 252.0), rate("2015-08-24", 250.0)]
    articles = [
        article("a", "A festival", day="2015-08-21", tags=("KZ", "culture")),
        article("b", "The tenge floats", day="2015-08-20", tags=("KZ", "economy")),
    ]
    store.seed(parts(rates, articles))
    return Desk(store, clock=clock)


def found(desk: Desk, view: View) -> tuple[list[EventInView], int]:
    state = desk.now()
    period = desk.period(view, state)
    return desk.events(view, desk.in_view(view, period, state), period, state, 2)


def test_a_break_has_a_number_its_days_and_the_articles_on_money_first(desk: Desk) -> None:
    (event,), more = found(desk, BREAK)
    assert (event.number, event.country.code, event.day) == (1, "KZ", date(2015, 8, 20))
    assert event.move
    assert event.move.regime
    assert event.days == (date(2015, 8, 18), date(2015, 8, 22))
    assert [one.title for one in event.articles] == ["The tenge floats", "A festival"]
    assert (event.total, more) == (2, 0)


def test_decisions_on_the_policy_rate_are_events_in_the_order_of_their_days(desk: Desk) -> None:
    events, more = found(desk, View(countries=("KZ",), since=date(2015, 8, 1), until=date(2026, 9, 29)))
    assert [event.number for event in events] == list(range(1, len(events) + 1))
    assert [event.day for event in events] == sorted(event.day for event in events)
    decided = [event.decision for event in events if event.decision]
    assert decided
    assert all(one.rate != one.previous for one in decided)
    assert len(events) <= MAX_EVENTS
    assert more > 0  # the list names the newest decisions only
    assert events[0].move


def test_the_marks_on_the_line_have_the_numbers_of_the_list(desk: Desk) -> None:
    events, _ = found(desk, BREAK)
    assert [(mark.number, mark.day) for mark in desk.marks(events)] == [(1, date(2015, 8, 20))]


def test_a_view_without_lines_has_no_event(desk: Desk) -> None:
    assert found(desk, View(countries=("UZ",))) == ([], 0)
