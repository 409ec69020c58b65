"""National Bank of Poland: zloty for one unit of each currency, as JSON, one request a table.

`[{"table": "B", "no": "017/B/NBP/2026", "effectiveDate": "2026-04-29", "rates": [{"currency": "tenge",
"code": "KZT", "mid": 0.0071}, ...]}, ...]`. Table B has the currencies of the region and is published
once a week, as a rule on Wednesdays; table A has the dollar, the euro and the yuan and is published on
each working day. Only the days of table B are taken, so that each cross has both its legs. A range in
which nothing was published is answered with 404.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date
from typing import Any

from lib.catalog import Source
from lib.errors import FetchError, ParseError
from lib.net import Client
from lib.rates import Pause, Row, expect_within, read_day, read_json, row

ONLINE_SINCE = date(2002, 1, 2)
TABLES = ("B", "A")  # the weekly one first: its days decide what is taken of the other
Records = dict[date, list[dict[str, Any]]]


def fetch(client: Client, source: Source, since: date, until: date, pause: Pause = time.sleep) -> Iterator[Row]:
    """The rows of each day of table B from `since` to `until`, at most 93 days apart. Nothing is
    asked before 2002, where the bank's service begins."""
    since = max(since, ONLINE_SINCE)
    if since > until:
        return
    weekly, daily = (_table(client, source, table, since, until, pause) for table in TABLES)
    for day, records in weekly.items():
        yield from _rows(source, day, records, daily.get(day, []))


def parse(body: bytes, source: Source, table: str, since: date, until: date) -> Records:
    """The records of each day of one table. Raises ParseError for anything that is not that table
    of days from `since` to `until`."""
    lists = read_json(source, body)
    if not isinstance(lists, list) or not all(isinstance(one, dict) for one in lists):
        raise ParseError(source.key, "the answer is not a list of tables")
    return dict(_day(source, one, table, since, until) for one in lists)


def _table(client: Client, source: Source, table: str, since: date, until: date, pause: Pause) -> Records:
    if table != TABLES[0]:
        pause(source.pause)
    try:
        answer = client.get(source.key, source.url.format(table=table, since=since, until=until))
    except FetchError as failed:
        if failed.status == 404:
            return {}
        raise
    return parse(answer.body, source, table, since, until)


def _day(
    source: Source, one: dict[str, Any], table: str, since: date, until: date
) -> tuple[date, list[dict[str, Any]]]:
    name, rates = one.get("table"), one.get("rates")
    if name != table:
        raise ParseError(source.key, f"the answer is table {name} where {table} was expected")
    if not isinstance(rates, list) or not all(isinstance(record, dict) for record in rates):
        raise ParseError(source.key, "the table has no list of rates")
    day = read_day(source, one.get("effectiveDate"), "%Y-%m-%d")
    expect_within(source, day, since, until)
    return day, rates


def _rows(source: Source, day: date, weekly: list[dict[str, Any]], daily: list[dict[str, Any]]) -> list[Row]:
    """Both tables have listed the rouble for a while: the weekly one counts."""
    listed = {_code(record) for record in weekly}
    records = [*weekly, *(record for record in daily if _code(record) not in listed)]
    coded = [(code, record) for record in records if (code := _code(record)) in source.quotes or not code]
    if records and not coded:
        raise ParseError(source.key, "the answer lists none of the currencies that we take")
    return [row(source, day, code, source.base, record.get("mid")) for code, record in coded]


def _code(record: dict[str, Any]) -> str:
    return str(record.get("code") or "").strip()
