"""Rates and articles in view as rows, and rows as CSV and as an Excel workbook."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple, cast

import pandas as pd
import xlsxwriter  # type: ignore[import-untyped]

from lib import notation, series
from lib.export import Shown, instant
from lib.models import Article
from lib.words import speaking

Cell = str | float | date

# What a spreadsheet takes for a formula, once it has folded wide forms and skipped what it does not show.
FORMULA = ("=", "+", "-", "@")
UNSHOWN = ("Z", "C")  # Unicode's separators and controls, by the first letter of the category
MADE = datetime(2000, 1, 1)  # noqa: DTZ001 - a workbook must carry a date without zone; the view's own is in each row


class Table(NamedTuple):
    """Rows of text, numbers and days (a number stays a number), with the names of their columns."""

    header: tuple[str, ...]
    rows: list[tuple[Cell, ...]]

    def by_day(self) -> list[tuple[Cell, ...]]:
        """The rows in the order of their first column."""
        return sorted(self.rows, key=lambda row: cast("date", row[0]))


RATE_COLUMNS = (
    *("day", "base", "quote", "direction", "value", "shown", "source", "source_name", "kind", "flags"),
    *("obs_status", "legs", "recorded_at", "asof"),
)
ARTICLE_COLUMNS = (
    *("day", "day_basis", "published", "outlet", "title", "excerpt", "url", "countries", "topics"),
    "language",
)


def rates(shown: Sequence[Shown], asof: datetime) -> Table:
    """One row an observation, as the reader sees it. `value` is units of `quote` for 1 `base` with all its digits,
    `shown` the same as on screen; `legs` says what was computed from what, `recorded_at` when the value was first seen
    (empty for a cross, whose legs were seen apart), `asof` which state of the store the view reads."""
    return Table(RATE_COLUMNS, [row for line in shown for row in _observations(line, instant(asof))])


def articles(chosen: Iterable[Article]) -> Table:
    """One row an article. `published` is empty where only a day is known; `day_basis` says whether the day is the
    outlet's date, that of the event, or inferred from the fetch."""
    return Table(ARTICLE_COLUMNS, [_article(article) for article in chosen])


def as_csv(table: Table) -> bytes:
    """The table as CSV after RFC 4180, in UTF-8 without a mark."""
    text = io.StringIO(newline="")
    rows = csv.writer(text)
    rows.writerow(table.header)
    rows.writerows([_plain(cell) for cell in row] for row in table.rows)
    return text.getvalue().encode()


def as_json(table: Table) -> bytes:
    """The rows as an array of objects, in UTF-8; numbers with all their digits, days as text."""
    records = [dict(zip(table.header, map(_as_json, row), strict=True)) for row in table.rows]
    return f"{json.dumps(records, ensure_ascii=False, indent=1)}\n".encode()


def as_excel(sheets: Mapping[str, Table]) -> bytes:
    """One workbook with a sheet for each table, its header frozen. Nothing in it is a formula or a link."""
    done = io.BytesIO()
    with xlsxwriter.Workbook(done, {"in_memory": True}) as book:
        book.set_properties({"created": MADE})
        styles = {"bold": book.add_format({"bold": True}), "day": book.add_format({"num_format": "yyyy-mm-dd"})}
        for name, table in sheets.items():
            _fill(book.add_worksheet(name), table, styles)
    return done.getvalue()


def defused(text: str) -> str:
    """Text that a spreadsheet shows and does not run: an apostrophe before what could begin a formula."""
    folded = unicodedata.normalize("NFKC", text)
    begins = next((n for n, sign in enumerate(folded) if unicodedata.category(sign)[0] not in UNSHOWN), len(folded))
    return f"'{text}" if text.startswith(("\t", "\r", "\n")) or folded.startswith(FORMULA, begins) else text


def digits(number: float) -> str:
    """All digits of a number, and no exponent."""
    return f"{Decimal(repr(float(number))).normalize():f}"


def _observations(shown: Shown, asof: str) -> Iterator[tuple[Cell, ...]]:
    line = shown.turned()
    base, quote = shown.pair
    words = f"{quote} per 1 {base}"
    source = (shown.source.key, shown.source.name, shown.source.kind)
    seen = line["seen"] if "seen" in line else pd.Series(pd.NaT, index=line.index)
    columns = (line.index, line["value"], line["flags"], series.obs_status(line["flags"]), line["legs"], seen)
    for day, value, flags, status, legs, first_seen in zip(*columns, strict=True):
        told = _as_shown(value, computed=bool(legs))
        recorded = "" if pd.isna(first_seen) else instant(first_seen.to_pydatetime())
        yield day.date(), base, quote, words, value, told, *source, flags, status, legs, recorded, asof


def _as_shown(value: float, *, computed: bool) -> str:
    """With the digits of the screen, as data are written in any language."""
    with speaking("en"):
        return (notation.derived if computed else notation.published)(value).replace(",", "")


def _article(article: Article) -> tuple[Cell, ...]:
    when = instant(article.published) if article.published else ""
    tags = " ".join(article.countries), " ".join(article.topics)
    text = article.title, article.excerpt, article.url
    return article.day, article.basis, when, article.outlet, *text, *tags, article.language


def _plain(cell: Cell) -> str:
    if isinstance(cell, str):
        return defused(cell)
    return cell.isoformat() if isinstance(cell, date) else digits(cell)


def _as_json(cell: Cell) -> str | float:
    return cell.isoformat() if isinstance(cell, date) else cell


def _fill(sheet: xlsxwriter.worksheet.Worksheet, table: Table, styles: Mapping[str, object]) -> None:
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(table.header) - 1, 14)
    sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})  # `shown` keeps the noughts at its end
    for column, name in enumerate(table.header):
        sheet.write_string(0, column, name, styles["bold"])
    for number, row in enumerate(table.rows, start=1):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(number, column, defused(cell))
            elif isinstance(cell, date):
                sheet.write_datetime(number, column, cell, styles["day"])
            else:
                sheet.write_number(number, column, cell)
