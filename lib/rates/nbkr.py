"""National Bank of the Kyrgyz Republic: som for one or more units of each currency, with a decimal comma.

The newest rates are in two lists, windows-1251 XML without a date to ask for: `daily`, and `weekly` that holds for
seven days. Each comes out on the day before the one that it is dated. The archive is an HTML page a currency, with at
most a year of days, each value fenced by comments and for one unit.

At weekends the daily list repeats Saturday's rates under the date of Sunday. The bank sets no rate for a Sunday or a
Monday, so such a list is passed over: otherwise a store would depend on the hour of its refresh.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import date, timedelta

from lib.catalog import Source
from lib.errors import ParseError, SourceError
from lib.net import Client
from lib.rates import PUBLISHED, Pause, Row, expect_within, part, read_day, read_xml, row

LISTS = ("XML/daily.xml", "XML/weekly.xml")
ARCHIVE = (
    "index1.jsp?item=1562&lang=ENG&valuta_id={number}"
    "&beg_day={since:%d}&beg_month={since:%m}&beg_year={since:%Y}"
    "&end_day={until:%d}&end_month={until:%m}&end_year={until:%Y}"
)
CELL = re.compile(r"<!--(date|value)-->([^<]*)<!--\1-->")
FORM = re.compile(r"""\bname=["']?valuta_id\b""")  # where a reader picks the currency: it is there without rows too
NUMBERS = {"USD": 15, "EUR": 20, "CNY": 24, "KZT": 40, "RUB": 44, "TJS": 45, "UZS": 46, "TMT": 108}  # valuta_id
ONE_DAY = timedelta(days=1)


def fetch(client: Client, source: Source, since: date, until: date, pause: Pause = time.sleep) -> Iterator[Row]:
    """The rows of the days `since` .. `until`, and of the day after where they are out; `source.pause` seconds between
    two requests. The archive is asked for all the days. No clock says whether the lists are about them: they are asked
    each time, two small files beside eight pages, and taken where their day fits. A day that is in both is given twice,
    and `checks.sift` sees to it that both agree. A list that fails is reported after the archive."""
    failed: SourceError | None = None
    for path in LISTS:
        if path != LISTS[0]:
            pause(source.pause)
        try:
            yield from _fetch_list(client, source, path, since, until)
        except SourceError as bad:
            if bad.by_host:
                raise
            failed = failed or bad
    for code in source.quotes:
        pause(source.pause)
        address = source.url + ARCHIVE.format(number=NUMBERS[code], since=since, until=until)
        try:
            with part(quote=code):
                yield from parse_archive(client.get(source.key, address).body, source, code, since, until)
        except SourceError as bad:
            if failed:
                raise failed from bad
            raise
    if failed:
        raise failed


def _fetch_list(client: Client, source: Source, path: str, since: date, until: date) -> list[Row]:
    day, rows = parse_list(client.get(source.key, source.url + path).body, source)
    fits = since <= day <= until + ONE_DAY and day.weekday() in PUBLISHED[source.days]
    return rows if fits else []


def parse_list(body: bytes, source: Source) -> tuple[date, list[Row]]:
    """The day and the rows of one of the two lists. Raises ParseError for anything that is not a list of rates."""
    rates = read_xml(source, body, "CurrencyRates")
    day = read_day(source, rates.get("Date"), "%d.%m.%Y")
    coded = [((item.get("ISOCode") or "").strip(), item) for item in rates.findall("Currency")]
    rows = [
        row(source, day, code, source.base, _pointed(item.findtext("Value")), item.findtext("Nominal"))
        for code, item in coded
        if code in source.quotes or not code
    ]
    if coded and not rows:
        raise ParseError(source.key, "the answer lists none of the currencies that we take")
    return day, rows


def parse_archive(body: bytes, source: Source, code: str, since: date, until: date) -> list[Row]:
    """The rows of one currency's page. Raises ParseError for anything that is not a page of `since` .. `until`."""
    rows: list[Row] = []
    for told, value in _lines(body, source, code):
        day = read_day(source, told, "%d.%m.%Y")
        expect_within(source, day, since, until)
        rows.append(row(source, day, code, source.base, _pointed(value)))
    return rows


def _lines(body: bytes, source: Source, code: str) -> list[tuple[str, str]]:
    """Date and value of each line, as text."""
    try:
        page = body.decode("utf-8")
    except UnicodeDecodeError as bad:
        raise ParseError(source.key, "the answer is not in UTF-8") from bad
    cells = CELL.findall(page)
    if [kind for kind, _ in cells] != ["date", "value"] * (page.count("<!--date-->") // 2):
        raise ParseError(source.key, f"the archive of {code} does not have one value for each date")
    if not cells and not FORM.search(page):
        raise ParseError(source.key, "the answer has neither the rows of the archive nor its form")
    texts = [text for _, text in cells]
    return list(zip(texts[::2], texts[1::2], strict=True))


def _pointed(value: str | None) -> str:
    return (value or "").replace(",", ".")
