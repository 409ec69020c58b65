"""The days that a view stands for, and the same view frozen: what a later version or a later state cannot change."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from lib.links import View, freeze, live, params, parse

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)

# The period that a view stands for.

NEWEST, OLDEST = date(2026, 9, 29), date(2024, 3, 4)


@pytest.mark.parametrize(
    ("view", "since", "until"),
    [
        (View(range="1M"), date(2026, 8, 30), NEWEST),
        (View(), date(2025, 9, 29), NEWEST),
        (View(range="All"), OLDEST, NEWEST),
        (View(since=date(2026, 1, 1)), date(2026, 1, 1), NEWEST),
        (View(until=date(2026, 1, 1)), OLDEST, date(2026, 1, 1)),
        (View(since=date(2026, 1, 1), until=date(2026, 1, 1)), date(2026, 1, 1), date(2026, 1, 1)),
        (View(since=date(2027, 1, 1)), NEWEST, date(2027, 1, 1)),
        (View(range="1M", since=date(2026, 1, 1)), date(2026, 1, 1), NEWEST),
    ],
)
def test_period_is_the_range_before_the_newest_day_or_the_readers_own_dates(
    view: View, since: date, until: date
) -> None:
    assert view.period(NEWEST, OLDEST) == (since, until)


@pytest.mark.parametrize(
    ("view", "newest", "since"),
    [
        (View(range="YTD"), NEWEST, date(2026, 1, 1)),
        (View(range="YTD"), date(2026, 1, 1), date(2026, 1, 1)),
        (View(range="5Y"), NEWEST, date(2021, 9, 29)),
        (View(range="10Y"), NEWEST, date(2016, 9, 29)),
        (View(range="5Y"), date(2028, 2, 29), date(2023, 2, 28)),
    ],
)
def test_long_ranges_begin_on_a_day_of_the_calendar(view: View, newest: date, since: date) -> None:
    assert view.period(newest, OLDEST) == (since, newest)


# Frozen and live.

PERIOD = (date(2026, 6, 29), NEWEST)


LINES = (("KZT", ("nbk",)),)


def test_frozen_view_has_dates_for_its_range_an_instant_and_sources_and_is_the_same_on_any_later_day() -> None:
    seen = View(countries=("KZ",), range="3M", topics=("trade",), selected=(NEWEST, NEWEST), page=2)
    frozen = freeze(seen, NOW, PERIOD, LINES)
    assert frozen == replace(seen, range="1Y", since=PERIOD[0], until=PERIOD[1], asof=NOW, lines=LINES)
    assert frozen.period(date(2030, 1, 1), OLDEST) == PERIOD
    read, ignored = parse(params(frozen), ("trade",), ("nbk",), NOW + timedelta(days=1000))
    assert (read, ignored) == (frozen, ())


def test_frozen_view_that_is_frozen_again_keeps_its_instant() -> None:
    frozen = freeze(View(), NOW, PERIOD, LINES)
    assert freeze(frozen, NOW + timedelta(days=9), PERIOD, LINES) == frozen


def test_archive_without_dates_is_frozen_without_dates() -> None:
    assert freeze(View(words="oil"), NOW, None) == View(words="oil", asof=NOW)


def test_live_view_moves_its_range_again_keeps_custom_dates_and_chooses_its_sources_anew() -> None:
    assert live(View(range="3M", asof=NOW)) == View(range="3M")
    assert live(freeze(View(range="3M"), NOW, PERIOD, LINES)) == View(since=PERIOD[0], until=PERIOD[1])
    assert live(View(range="3M")) == View(range="3M")


# A frozen link writes everything.

NAMES = {  # the parameter of each field of a view that has a default other than nothing
    **{"countries": "country", "range": "range", "measure": "show", "direction": "per", "base": "base", "log": "log"},
    **{"news": "news", "any_date": "when", "page": "page", "table": "table", "sort": "sort", "size": "size"},
    **{"lang": "lang", "part": "part", "event_window": "event", "normal": "normal"},
    **{"by": "by", "amount": "amount", "pair": "pair", "study": "study", "window": "over", "driver": "driver"},
}
NOTHING_MEANS_NONE = {  # what is not written is not there, which no later default can change
    *("since", "until", "sources", "lines", "topics", "words", "selected", "mark", "outlets", "languages"),
    *("months", "adjust", "story", "asof", "day", "embed"),  # `embed` is Streamlit's, which refuses to have it written
}


def test_every_field_of_a_view_is_one_that_is_written_or_one_whose_default_is_nothing() -> None:
    assert {field.name for field in fields(View)} == {*NAMES} | NOTHING_MEANS_NONE
    assert all(not getattr(View(), name) for name in NOTHING_MEANS_NONE)


def test_frozen_link_writes_the_default_of_every_field_that_has_one() -> None:
    written = params(View(asof=NOW))
    assert {*written} == {*NAMES.values(), "asof"}
    assert written["country"] == ["KZ", "KG", "TJ", "TM", "UZ"]
    assert (written["news"], written["when"], written["log"]) == (["chart"], ["chart"], ["0"])
    assert params(freeze(View(), NOW, PERIOD)).keys() == written.keys() - {"range"} | {"from", "to"}


@pytest.mark.parametrize("name", NAMES.values())
def test_no_default_of_another_version_changes_a_frozen_link(name: str) -> None:
    """Whatever is written is read as written: a default is asked for only where a parameter is missing."""
    written = params(View(asof=NOW))
    assert parse({name: written[name]}, ()) == (View(), ())


def test_old_frozen_links_without_these_still_open() -> None:
    old = {"from": ["2026-06-29"], "to": ["2026-09-29"], "asof": ["2026-11-23T12:00:00Z"]}
    assert parse(old, (), (), NOW) == (View(since=PERIOD[0], until=PERIOD[1], asof=NOW), ())
