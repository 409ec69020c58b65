"""The manat's peg, for which nobody is asked."""

from __future__ import annotations

from datetime import date

import httpx
import pytest

from lib.catalog import sources
from lib.models import Rate
from lib.net import Client
from lib.rates import adapter

SOURCE = sources()["tmt_peg"]


def rows(since: date, until: date) -> list[object]:
    def refuse(_request: httpx.Request) -> httpx.Response:
        raise AssertionError("nobody is asked")

    with Client(transport=httpx.MockTransport(refuse)) as client:
        return list(adapter("tmt_peg").fetch(client, SOURCE, since, until, lambda _: pytest.fail("there is no pause")))


def test_each_weekday_has_the_peg() -> None:
    assert rows(date(2026, 4, 24), date(2026, 4, 27)) == [
        Rate("tmt_peg", "USD", "TMT", date(2026, 4, 24), 3.5),
        Rate("tmt_peg", "USD", "TMT", date(2026, 4, 27), 3.5),
    ]


def test_the_devaluation_is_the_first_day_of_2015() -> None:
    found = rows(date(2014, 12, 31), date(2015, 1, 2))
    assert [(r.day, r.value) for r in found if isinstance(r, Rate)] == [
        (date(2014, 12, 31), 2.85),
        (date(2015, 1, 1), 3.5),
        (date(2015, 1, 2), 3.5),
    ]


def test_before_the_redenomination_there_is_no_row() -> None:
    assert rows(date(2008, 12, 1), date(2008, 12, 31)) == []
    assert len(rows(date(2008, 12, 31), date(2009, 1, 2))) == 2
