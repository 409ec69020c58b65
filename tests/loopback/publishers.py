"""The formats of the publishers, as bytes. Hand-shaped after real answers; the rates are those of the day named."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec

from lib.catalog import HERE, Source
from tests.loopback.server import Asked, Handler, Reply


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


def json_value(value: str) -> str:
    """A number as it was published, or whatever stands in its place as a string."""
    return value if re.match(r"[-0-9]|null$", value) else json.dumps(value)


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
