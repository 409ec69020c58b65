"""The formats of the publishers, as bytes. Hand-shaped after real answers; the rates are those of the day named."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from lib.catalog import HERE, Source
from tests.loopback.server import Asked, Handler, Reply

NO_RATES = "Нет данных"
LONDON = ZoneInfo("Europe/London")


@dataclass(frozen=True)
class Record:
    """One published record, as text. A nominal of None is left out of the answer."""

    day: date
    code: str
    value: str
    nominal: str | None = "1"


Twist = Callable[[list[Record]], list[Record]]


@dataclass(frozen=True)
class Publisher:
    """A stand-in: which records it holds for what was asked, and how it writes them. `moved` says which beginnings of
    addresses in sources.toml are answered here, and under which path."""

    key: str
    moved: dict[str, str]
    records: Callable[[Asked], list[Record]]
    write: Callable[[Asked, list[Record]], bytes]
    content_type: str

    def handler(self, twist: Twist = lambda records: records) -> Handler:
        """Answers as the publisher does; `twist` changes the records first."""
        headers = {"Content-Type": self.content_type}
        return lambda asked: Reply(self.write(asked, twist(self.records(asked))), headers=headers)

    def move(self, text: str, url: str) -> str:
        """`text` with the publisher's addresses replaced by those at `url`."""
        for away, here in self.moved.items():
            text = text.replace(away, url + here)
        return text

    def at(self, url: str, source: Source) -> Source:
        """`source`, asked at `url` and without pauses."""
        here = {"url": self.move(source.url, url), "fallback": self.move(source.fallback, url)}
        return msgspec.structs.replace(source, pause=0.0, **here)


def _nbk_records(asked: Asked) -> list[Record]:
    day = datetime.strptime(asked.query["fdate"], "%d.%m.%Y").replace(tzinfo=UTC).date()
    told = {"AUD": "328.01", "USD": "478.77", "EUR": "548.62", "CNY": "69.31", "KGS": "5.47", "RUB": "5.87"}
    records = [Record(day, code, value) for code, value in told.items()]  # 2026-04-01
    return [*records, Record(day, "TJS", "50.19"), Record(day, "UZS", "3.93", "100")]


def _nbk(asked: Asked, records: list[Record]) -> bytes:
    day = f"{records[0].day:%d.%m.%Y}" if records else asked.query["fdate"]
    items = "".join(
        f"""
                        <item>
            <fullname>ВАЛЮТА {r.code}</fullname>
            <title>{r.code}</title>
            <description>{r.value}</description>
            {f"<quant>{r.nominal}</quant>" if r.nominal is not None else ""}
            <index>DOWN</index>
            <change>-2.77</change>
            </item>"""
        for r in records
    )
    return f"""<?xml version="1.0" encoding="utf-8"?>
<rates>
    <generator>Alternate RSS Builder</generator>
    <title>Official exchange rates of National Bank of Republic Kazakhstan</title>
    <link>www.nationalbank.kz</link>
    <description>Official exchange rates of National Bank of Republic Kazakhstan</description>
    <copyright>www.nationalbank.kz</copyright>
    <date>{day}</date>
    {items or f"<info>{NO_RATES}</info>"}
</rates>
""".encode()


NBK = Publisher("nbk", {"https://nationalbank.kz": ""}, _nbk_records, _nbk, "text/xml; charset=UTF-8")


def _json(value: str) -> str:
    """A number as it was published, or whatever stands in its place as a string."""
    return value if re.match(r"[-0-9]|null$", value) else json.dumps(value)


def _day_in_path(asked: Asked) -> date:
    found = re.search(r"\d{4}-\d\d-\d\d", asked.path)
    assert found, asked.path
    return date.fromisoformat(found[0])


def _currency_api_records(asked: Asked) -> list[Record]:
    day = _day_in_path(asked)
    told = {"kgs": "87.45729812", "kzt": "441.23118401", "tjs": "9.23252219", "uzs": "11792.20418852"}
    more = {"tmt": "3.49984217", "eur": "0.88021763", "rub": "84.50816602", "cny": "6.70780113", "1inch": "9.1"}
    return [Record(day, code, value) for code, value in {**told, **more}.items()]  # 2026-09-29


def _currency_api(asked: Asked, records: list[Record]) -> bytes:
    day = records[0].day if records else _day_in_path(asked)
    rates = ",".join(f'"{r.code}":{_json(r.value)}' for r in records)
    return f'{{"date":"{day}","usd":{{{rates}}}}}'.encode()


CURRENCY_API = Publisher(
    "currency_api",
    {"https://cdn.jsdelivr.net": "", "https://{day:%Y-%m-%d}.currency-api.pages.dev": "/pages/{day:%Y-%m-%d}"},
    _currency_api_records,
    _currency_api,
    "application/json; charset=utf-8",
)


def _yahoo_records(asked: Asked) -> list[Record]:
    code = asked.path.rsplit("/", 1)[-1].removesuffix("=X")
    value = {"KZT": "505.22", "KGS": "87.42", "TJS": "9.21", "UZS": "12022.5"}[code]
    if "period1" not in asked.query:  # only the time zone is wanted
        return [Record(date(2026, 1, 9), code, value)]
    first, end = (datetime.fromtimestamp(int(asked.query[p]), LONDON).date() for p in ("period1", "period2"))
    days = [first + timedelta(days=ahead) for ahead in range((end - first).days)]
    return [Record(day, code, value) for day in days if day.weekday() < 5]


def _yahoo(_asked: Asked, records: list[Record]) -> bytes:
    stamps = [int(datetime.combine(r.day, time(), LONDON).timestamp()) for r in records]
    closes = ",".join(_json(r.value) for r in records)
    price = ",".join(f'"{name}":[{closes}]' for name in ("open", "high", "low", "close"))
    volume = json.dumps([0] * len(records))
    meta = {"currency": "USD", "exchangeTimezoneName": "Europe/London", "instrumentType": "CURRENCY"}
    quote = f'{{{price},"volume":{volume}}}'
    result = f'{{"meta":{json.dumps(meta)},"timestamp":{stamps},"indicators":{{"quote":[{quote}]}}}}'
    return f'{{"chart":{{"error":null,"result":[{result}]}}}}'.encode()


# yfinance does not take its address from sources.toml: see `yahoo_at`.
YAHOO = Publisher("yahoo", {}, _yahoo_records, _yahoo, "application/json;charset=utf-8")

PUBLISHERS = {publisher.key: publisher for publisher in (NBK, CURRENCY_API, YAHOO)}


def feed(body: bytes, *, etag: str = "", modified: str = "", content_type: str = "application/rss+xml") -> Handler:
    """A feed's server: the body, or 304 to a request that knows the ETag or the date."""
    told = {name: value for name, value in (("ETag", etag), ("Last-Modified", modified)) if value}

    def answer(asked: Asked) -> Reply:
        known = (asked.headers.get("If-None-Match"), asked.headers.get("If-Modified-Since"))
        if (etag and known[0] == etag) or (modified and known[1] == modified):
            return Reply(status=304, headers=told)
        return Reply(body, headers={"Content-Type": content_type, **told})

    return answer


def write_catalog(folder: Path, url: str, *publishers: Publisher, feeds: str = "") -> None:
    """A folder for ALTYN_CATALOG: the bundled sources.toml cut down to `publishers`, all asked at `url`, and a
    feeds.toml of the text `feeds`."""
    tables = re.split(r"(?m)^(?=\[)", (HERE / "sources.toml").read_text())
    ours = [p.move(table, url) for table in tables for p in publishers if table.startswith(f"[{p.key}]")]
    (folder / "sources.toml").write_text("".join(ours))
    (folder / "feeds.toml").write_text(feeds)


def changed(**told: Any) -> Twist:
    """The records with some of their fields replaced."""
    return lambda records: [replace(r, **told) for r in records]


def shifted(days: int) -> Twist:
    """The records of so many days later."""
    return lambda records: [replace(r, day=r.day + timedelta(days=days)) for r in records]
