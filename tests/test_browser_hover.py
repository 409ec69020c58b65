"""What a hover says, in a real Chromium: at 40 places of a view, for exactly the day that it names, the value,
source and flag of the CSV of the view; on other days what is carried, by a rule of this test's own."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Page

from lib import links
from lib.desk import Desk
from lib.models import Rate
from lib.store import Store
from tests.browsing import Visit, at_rest, box
from tests.conftest import parts
from tests.sampling import FULL, pairwise

pytestmark = pytest.mark.browser

PLACES = 40
RANGES = ("1M", "1Y", "All")
EVERY = pairwise(("KZ", "all five"), RANGES, ("full", "fresh"), ("light", "dark"), full=False)
VIEWS = EVERY if FULL else EVERY[:2]
CURRENCIES = {"KZT": "nbk", "KGS": "nbkr", "TJS": "nbt", "TMT": "cbt", "UZS": "cbu"}
FIRST, LAST = date(2016, 1, 4), date(2026, 9, 29)
SILENT = (date(2026, 3, 2), date(2026, 3, 27))  # days on which nobody published
WEEK, FORTNIGHT = 7, 16  # the longest silence of a daily and of a weekly line that is no gap
HOLIDAYS = 14  # days by which public holidays may lengthen either
SAID = """() => {
    const text = one => [...one.querySelectorAll('text')].map(t => t.textContent);
    const layer = document.querySelector('.js-plotly-plot .hoverlayer .legend');
    return layer && layer.querySelector('.legendtext') ? text(layer) : null;
}"""

COVERED = "([x, y]) => Boolean(document.elementFromPoint(x, y).closest('.annotation'))"


@dataclass(frozen=True)
class Row:
    """One row of the CSV."""

    day: date
    shown: str
    source: str
    flags: str


def rates() -> Iterator[Rate]:
    """A decade of weekdays of the five, in small irregular steps, without those of `SILENT`."""
    for n in range((LAST - FIRST).days + 1):
        day = FIRST + timedelta(days=n)
        if day.weekday() > 4 or SILENT[0] <= day <= SILENT[1]:
            continue
        for nth, (currency, source) in enumerate(CURRENCIES.items()):
            value = 3.5 if currency == "TMT" else 100 * (nth + 1) + (n * 37 + nth * 11) % 101 / 100
            yield Rate(source, "USD", currency, day, value)


@pytest.mark.parametrize(("countries", "range_", "store", "scheme"), VIEWS)
def test_a_hover_says_what_the_csv_has_of_the_day_that_it_names(
    countries: str,
    range_: str,
    store: str,
    scheme: str,
    visit: Visit,
    cold: Callable[..., str],
    tmp_path: Path,
) -> None:
    database = f"sqlite:///{tmp_path / 'altyn.db'}"
    if store == "full":
        Store(database).seed(parts(rates(), []))
    query = f"range={range_}" + (f"&country={countries}" if countries == "KZ" else "")
    page = visit(f"{cold()}/?{query}", scheme=scheme)
    currencies = ["KZT"] if countries == "KZ" else list(CURRENCIES)
    page.wait_for_selector(".js-plotly-plot .main-svg")
    at_rest(page)
    rows, asof = in_csv(database, query)
    said = list(hovers(page))
    assert len(said) == PLACES
    faults = [
        (day, text, expected)
        for day, texts in said
        for currency, text in zip(currencies, texts, strict=False)
        if not text.startswith(f"{currency} ") or not (expected := right(text, day, rows[currency], asof))
    ]
    assert not faults, "\n".join(map(str, faults))


def in_csv(database: str, query: str) -> tuple[dict[str, list[Row]], date]:
    """The rows of the view's CSV by currency, and the day of the state that it shows."""
    desk = Desk.open(database)
    view, _ = links.parse(parse_qs(query), ())
    bundle = desk.bundle(view, desk.now(), "chart", "http://127.0.0.1/")
    rows: dict[str, list[Row]] = {currency: [] for currency in CURRENCIES}
    for row in csv.DictReader(io.StringIO(bundle.rates_csv().decode())):
        name = desk.source_name(row["source"])
        rows[row["quote"]].append(Row(date.fromisoformat(row["day"]), row["shown"], name, row["flags"]))
    desk.close()
    return rows, bundle.asof.date()


def hovers(page: Page) -> Iterator[tuple[date, list[str]]]:
    """The day that each of 40 places names, and the sentence of each currency."""
    plot = box(page.locator(".js-plotly-plot .nsewdrag").first)
    for n in range(PLACES):
        page.mouse.move(2, 2)
        page.wait_for_function(f"() => ({SAID})() === null")
        x = plot["x"] + plot["width"] * (n + 0.5) / PLACES
        heights = [plot["y"] + plot["height"] * share for share in (0.5, 0.98, 0.02, 0.75, 0.25)]
        page.mouse.move(x, next(y for y in heights if not page.evaluate(COVERED, [x, y])))
        heading, *texts = page.wait_for_function(SAID).json_value()
        yield named(heading), [text.lstrip("━╌┈┅╍ ") for text in texts]


def named(heading: str) -> date:
    """The day of "Mon 22 May 2023", whose weekday must be its own."""
    day = datetime.strptime(heading, "%a %d %b %Y").date()  # noqa: DTZ007 - a day alone
    assert f"{day:%a}" == heading[:3]
    return day


def right(text: str, day: date, rows: list[Row], asof: date) -> bool:
    """Whether a sentence is that of the day."""
    published = [row for row in rows if "carried" not in row.flags.split()]
    said = re.sub(r"(?<=\d),(?=\d)", "", text.partition(" ")[2])  # the CSV groups no digits
    mine = next((row for row in published if row.day == day), None)
    if mine:
        flagged = "⚑" in said
        return (
            said.startswith((f"{mine.shown} ", f"{mine.shown},"))
            and "carried" not in said
            and f"· {mine.source}" in said
            and flagged == bool(mine.flags)
        )
    before = [row for row in published if row.day < day]
    after = [row for row in published if row.day > day]
    if said.startswith(("no data", "nothing published")):
        return not before or not surely_carried(before, after, day, asof)
    last = before[-1]
    near = f"{last.day:%a} {last.day.day} {last.day:%b}"
    dated = near if last.day.year == day.year else f"{near} {last.day.year}"
    carried = f"{last.shown}, carried from {dated} · {last.source}"
    return said.startswith(carried) and may_be_carried(before, after, day, asof)


def surely_carried(before: list[Row], after: list[Row], day: date, asof: date) -> bool:
    silence = (after[0].day if after else day) - before[-1].day
    return silence.days <= WEEK and (bool(after) or day <= asof)


def may_be_carried(before: list[Row], after: list[Row], day: date, asof: date) -> bool:
    """A week for a daily line, a fortnight for a weekly one; more where there were holidays."""
    spacing = sorted((b.day - a.day).days for a, b in zip(before[-8:], before[-7:], strict=False))
    weekly = bool(spacing) and spacing[len(spacing) // 2] >= 6
    silence = (after[0].day if after else day) - before[-1].day
    limit = (FORTNIGHT if weekly else WEEK) + HOLIDAYS
    return silence.days <= limit and (bool(after) or day <= asof)
