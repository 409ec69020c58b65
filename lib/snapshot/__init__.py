"""What an empty store starts with: real daily rates and a digest of real, dated events. README.md says where from.

The files ship with the project, so a fault in them is a bug and not an error that a reader could mend.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from lib.models import Article, Rate, Tag

HERE = Path(__file__).parent
RATES_SOURCE = "currency_api"  # the publisher whose daily files the snapshot holds
DIGEST = "digest"  # the feed key of the bundled events
EDITOR = "chosen by the digest's editor"


def rates() -> Iterator[Rate]:
    """The bundled rates: units of `quote` per 1 USD, irregular days of 2024-03-04 to 2026-09-29."""
    for row in _rows("rates.csv"):
        yield Rate(RATES_SOURCE, row["base"], row["quote"], date.fromisoformat(row["date"]), float(row["value"]))


def articles() -> Iterator[Article]:
    """The bundled digest: events in our own words, each with the page that supports it."""
    for row in _rows("digest.csv"):
        yield Article(
            key=hashlib.sha256(f"{DIGEST} {row['url']} {row['headline']}".encode()).hexdigest()[:32],
            feed=DIGEST,
            outlet=row["outlet"],
            language=row["language"],
            url=row["url"],
            title=row["headline"],
            excerpt=row["summary"],
            day=date.fromisoformat(row["date"]),
            basis="event" if row["date_basis"] == "event" else "published",
            tags=_tags(row),
        )


def _tags(row: dict[str, str]) -> tuple[Tag, ...]:
    countries = [Tag("country", code, EDITOR) for code in sorted(row["countries"].split(";")) if code]
    topics = [Tag("topic", code, EDITOR) for code in sorted(row["topics"].split(";")) if code]
    return (*countries, *topics)


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
