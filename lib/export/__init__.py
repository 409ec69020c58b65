"""What a reader takes away: the view in files that other programs read. Knows no screen and no store, and no clock:
the same view gives the same bytes, in any process.

tables.py  rates and articles in rows; as CSV and as an Excel workbook
atom.py    articles as an Atom feed
cite.py    the citation
page.py    the whole view as one HTML file
names.py   what the files are called
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pandas as pd

from lib import series
from lib.catalog import Source
from lib.links import Direction


@dataclass(frozen=True, slots=True)
class Shown:
    """One line in view. `line` is the annotated line of `currency` per 1 `base`, cut to the period and not turned;
    `direction` says which way round the reader sees it."""

    source: Source
    base: str
    currency: str
    line: pd.DataFrame
    direction: Direction = "usd"

    @property
    def pair(self) -> tuple[str, str]:
        """Base and quote as the reader sees them: units of the second for 1 of the first."""
        return (self.base, self.currency) if self.direction == "usd" else (self.currency, self.base)

    def turned(self) -> pd.DataFrame:
        """The line as the reader sees it; `legs` also tells of the inverse of a published rate."""
        if self.direction == "usd":
            return self.line
        turned = series.invert(self.line)
        legs = turned["legs"].mask(self.line["legs"] == "", f"1 ÷ {self.base}/{self.currency}")
        return turned.assign(legs=legs)


def instant(when: datetime) -> str:
    """A moment as files write it, in UTC: 2026-11-23T09:15:00Z."""
    return when.astimezone(UTC).isoformat().replace("+00:00", "Z")


def web(url: str) -> bool:
    """Whether an address may become a link: http(s) and nothing else."""
    try:
        return urlsplit(url).scheme in ("http", "https")
    except ValueError:
        return False
