"""National Bank of the Kyrgyz Republic: its two lists, its archive, and where they meet. Hand-shaped answers."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import pytest

from lib.catalog import sources
from lib.errors import FetchError, ParseError
from lib.models import Rate, Rejected
from lib.net import Client
from lib.rates import nbkr
from lib.rates.checks import sift
from tests.loopback.outcomes import Outcome
from tests.loopback.publishers import Publisher, Record
from tests.loopback.server import Asked, Reply, serve

SOURCE = sources()["nbkr"]
NEWEST = date(2026, 1, 9)  # what the daily list is dated
WEEKLY = date(2026, 1, 3)
DAILY_RATES = {"USD": "87,4500", "EUR": "101,5076", "CNY": "12,8707", "KZT": "0,1859", "RUB": "1,2263"}  # 2026-05-24
WEEKLY_RATES = {"TJS": "9,4148", "UZS": "0,0073", "TMT": "24,9857", "BYR": "0,0045"}
CODES = {15: "USD", 20: "EUR", 24: "CNY", 44: "RUB", 40: "KZT", 45: "TJS", 46: "UZS", 108: "TMT"}
HEAD = '<html><body><form action="index1.jsp"><select name="valuta_id"><option selected value="15">1 US Dollar</select>'


def _records(asked: Asked) -> list[Record]:
    if asked.path == "/XML/daily.xml":
        return [Record(NEWEST, code, value) for code, value in DAILY_RATES.items()]
    if asked.path == "/XML/weekly.xml":
        return [Record(WEEKLY, code, value) for code, value in WEEKLY_RATES.items()]
    assert (asked.path, asked.query["item"]) == ("/index1.jsp", "1562")
    since, until = (_asked_day(asked, end) for end in ("beg", "end"))
    code = CODES[int(asked.query["valuta_id"])]
    days = [until - timedelta(days=ago) for ago in range((until - since).days + 1)]
    return [Record(day, code, {**DAILY_RATES, **WEEKLY_RATES}[code]) for day in days]


def _asked_day(asked: Asked, end: str) -> date:
    return date(*(int(asked.query[f"{end}_{part}"]) for part in ("year", "month", "day")))


def _write(asked: Asked, records: list[Record]) -> bytes:
    if asked.path == "/index1.jsp":
        return page("".join(line(f"{r.day:%d.%m.%Y}", r.value) for r in records))
    items = "".join(item(r.code, r.value, r.nominal) for r in records)
    return listing(items, f"{records[0].day if records else NEWEST:%d.%m.%Y}")


def listing(items: str, day: str = "09.01.2026") -> bytes:
    told = '<?xml version="1.0" encoding="windows-1251"?>\n'
    return f'{told}<CurrencyRates Name="Daily Exchange Rates" Date="{day}">{items}</CurrencyRates>'.encode("cp1251")


def item(code: str = "USD", value: str = "87,4500", nominal: str | None = "1") -> str:
    units = "" if nominal is None else f"<Nominal>{nominal}</Nominal>"
    return f'<Currency ISOCode="{code}">{units}<Value>{value}</Value></Currency>\n'


def page(lines: str) -> bytes:
    return f"{HEAD}</form><table><tr><th>Date<th>Rate</tr>{lines}</table></body></html>".encode()


def line(day: str = "25.06.2005", value: str = "40,9614") -> str:
    return f"<tr><td><!--date-->{day}<!--date--></td><td><!--value-->{value}<!--value--></td></tr>\n"


PUBLISHER = Publisher("nbkr", {"https://www.nbkr.kg": ""}, _records, _write, "text/xml")
OUTCOMES = {
    # Five rates of the daily list, which is of the day after, and eight of the archive, which knows no nominal.
    "healthy": Outcome(accepted=13),
    "nominal 0": Outcome(rejected="the nominal is 0", accepted=8),
    "no nominal": Outcome(rejected="there is no nominal", accepted=8),
}


def fetched(since: date, until: date) -> tuple[list[Rate], list[Asked]]:
    """The rates of the bank's own days `since` .. `until`, and what it was asked."""
    with serve(PUBLISHER.handler()) as server, Client() as client:
        rows = list(nbkr.fetch(client, PUBLISHER.at(server.url, SOURCE), since, until))
    return [row for row in rows if isinstance(row, Rate)], server.asked


def test_the_day_after_the_window_comes_from_the_daily_list() -> None:
    rates, _ = fetched(date(2026, 1, 8), date(2026, 1, 8))
    told = {"USD": 87.45, "EUR": 101.5076, "CNY": 12.8707, "KZT": 0.1859, "RUB": 1.2263}
    assert rates[:5] == [Rate("nbkr", code, "KGS", NEWEST, value) for code, value in told.items()]
    assert {rate.day for rate in rates[5:]} == {date(2026, 1, 8)}


def test_the_weekly_list_counts_for_the_day_that_it_states() -> None:
    rates, _ = fetched(WEEKLY, date(2026, 1, 8))
    told = {"TJS": 9.4148, "UZS": 0.0073, "TMT": 24.9857}
    assert rates[5:8] == [Rate("nbkr", code, "KGS", WEEKLY, value) for code, value in told.items()]


def test_the_lists_are_left_out_of_days_long_past() -> None:
    rates, asked = fetched(date(2005, 6, 1), date(2005, 6, 30))
    assert {rate.day for rate in rates} == {date(2005, 6, day) for day in range(1, 31)}
    assert [a.path for a in asked] == ["/XML/daily.xml", "/XML/weekly.xml", *["/index1.jsp"] * 8]
    assert [CODES[int(a.query["valuta_id"])] for a in asked[2:]] == list(SOURCE.quotes)


def test_a_list_that_has_not_moved_on_hides_nothing_of_the_archive() -> None:
    rates, _ = fetched(NEWEST, NEWEST + timedelta(days=3))
    assert {rate.day for rate in rates if rate.base == "USD"} == {NEWEST + timedelta(days=ahead) for ahead in range(4)}


def test_a_day_in_the_list_and_in_the_archive_is_taken_once() -> None:
    rates, _ = fetched(NEWEST, NEWEST)
    assert len(rates) == 5 + 8
    assert len(sift(rates, SOURCE, NEWEST).accepted) == 8


@pytest.mark.parametrize("refreshed", [date(2026, 5, 23), date(2026, 5, 24), date(2026, 5, 25)])
def test_a_list_dated_a_sunday_is_passed_over_whenever_it_is_asked_for(refreshed: date) -> None:
    def handler(asked: Asked) -> Reply:
        if asked.path == "/XML/daily.xml":
            return Reply(listing(item(), "24.05.2026"))
        if asked.path == "/XML/weekly.xml":
            return Reply(listing(item("TJS", "9,4148"), "23.05.2026"))
        lines = line("23.05.2026", "87,4500") if asked.query["valuta_id"] == "15" else ""
        return Reply(page(lines))

    with serve(handler) as server, Client() as client:
        source = PUBLISHER.at(server.url, SOURCE)
        rows = list(nbkr.fetch(client, source, date(2026, 5, 18), refreshed))
    stored = {(row.base, row.day) for row in rows if isinstance(row, Rate)}
    assert stored == {("USD", date(2026, 5, 23)), ("TJS", date(2026, 5, 23))}


def test_a_list_that_is_broken_is_told_after_the_archive() -> None:
    def without_weekly(asked: Asked) -> Reply:
        return Reply(status=500) if asked.path == "/XML/weekly.xml" else PUBLISHER.handler()(asked)

    rows: list[object] = []
    with serve(without_weekly) as server, Client(sleep=lambda _: None) as client:
        source = PUBLISHER.at(server.url, SOURCE)
        with pytest.raises(FetchError, match="broken at the moment"):
            rows.extend(nbkr.fetch(client, source, NEWEST, NEWEST))
    assert len(server.asked) == 2 + 8
    assert len(rows) == 5 + 8


def test_the_archive_is_asked_for_both_ends_in_english() -> None:
    _, asked = fetched(date(2004, 2, 29), date(2004, 12, 31))
    begins = {"beg_day": "29", "beg_month": "02", "beg_year": "2004"}
    ends = {"end_day": "31", "end_month": "12", "end_year": "2004"}
    assert asked[2].query == {"item": "1562", "lang": "ENG", "valuta_id": "15", **begins, **ends}


def test_there_is_a_pause_between_any_two_requests() -> None:
    pauses: list[float] = []
    with serve(PUBLISHER.handler()) as server, Client() as client:
        source = msgspec.structs.replace(PUBLISHER.at(server.url, SOURCE), pause=0.5)
        list(nbkr.fetch(client, source, NEWEST, NEWEST, pauses.append))
    assert pauses == [0.5] * (len(server.asked) - 1)


def test_rows_before_a_failing_page_are_given_out() -> None:
    def without_archive(asked: Asked) -> Reply:
        return Reply(status=500) if asked.path == "/index1.jsp" else PUBLISHER.handler()(asked)

    with serve(without_archive) as server, Client() as client:
        rows = nbkr.fetch(client, PUBLISHER.at(server.url, SOURCE), NEWEST, NEWEST)
        assert len([next(rows) for _ in DAILY_RATES]) == 5
        with pytest.raises(FetchError, match="broken at the moment"):
            next(rows)


def test_the_fossil_of_the_weekly_list_and_others_are_passed_over() -> None:
    body = listing(item("BYR", "0,0045") + item("TJS", "9,4148") + item("JPY", "5,49", "10"))
    assert nbkr.parse_list(body, SOURCE) == (NEWEST, [Rate("nbkr", "TJS", "KGS", NEWEST, 9.4148)])


def test_a_list_is_divided_by_each_nominal_and_read_as_declared() -> None:
    body = listing(item("UZS", "0,73", "100").replace("<Value>", "<Name>Узбекский сум</Name><Value>"))
    assert nbkr.parse_list(body, SOURCE)[1] == [Rate("nbkr", "UZS", "KGS", NEWEST, 0.0073)]


def test_an_item_without_a_currency_is_not_lost() -> None:
    assert nbkr.parse_list(listing(item("")), SOURCE)[1] == [Rate("nbkr", "", "KGS", NEWEST, 87.45)]


def test_a_list_without_rates_is_no_error() -> None:
    assert nbkr.parse_list(listing(""), SOURCE) == (NEWEST, [])


@pytest.mark.parametrize(
    ("told", "why"),
    [
        (item(nominal="0"), "the nominal is 0"),
        (item(nominal=None), "there is no nominal"),
        (item(value=""), "there is no value"),
        (item(value="1.087,45"), "the value is not a number: '1.087.45'"),
    ],
)
def test_a_currency_that_cannot_be_a_rate_is_rejected_beside_sound_ones(told: str, why: str) -> None:
    _, rows = nbkr.parse_list(listing(told + item("RUB", "1,2263")), SOURCE)
    assert rows == [Rejected("USD/KGS 2026-01-09", why), Rate("nbkr", "RUB", "KGS", NEWEST, 1.2263)]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (listing(item(), "2026-01-09"), r"states no date that we can read \('2026-01-09'\)"),
        (listing(item()).replace(b" Date=", b" Day="), r"states no date that we can read \(None\)"),
        (listing(item("BYR")), "lists none of the currencies that we take"),
        (b"<ValCurs/>", "<ValCurs> where <CurrencyRates> was expected"),
        (HEAD.encode(), "a web page instead of rates"),
    ],
)
def test_an_answer_that_is_not_a_list_is_refused(body: bytes, why: str) -> None:
    with pytest.raises(ParseError, match=why) as caught:
        nbkr.parse_list(body, SOURCE)
    assert caught.value.source == "nbkr"


JUNE = (date(2005, 6, 1), date(2005, 6, 30))


def test_a_page_is_read_by_its_fences_for_one_unit() -> None:
    body = page(line() + line(" 18.06.2005\n", "\n41,0685 "))
    days = [(date(2005, 6, 25), 40.9614), (date(2005, 6, 18), 41.0685)]
    assert nbkr.parse_archive(body, SOURCE, "USD", *JUNE) == [Rate("nbkr", "USD", "KGS", *told) for told in days]


@pytest.mark.parametrize("head", [HEAD, HEAD.replace('"', ""), HEAD.replace('"', "'")])
def test_a_page_without_rows_is_no_error(head: str) -> None:
    assert nbkr.parse_archive(f"{head}</form></body></html>".encode(), SOURCE, "TMT", *JUNE) == []


def test_a_value_of_the_archive_that_is_no_number_is_rejected_beside_sound_ones() -> None:
    rows = nbkr.parse_archive(page(line(value="-") + line("18.06.2005", "41,0685")), SOURCE, "USD", *JUNE)
    assert rows == [
        Rejected("USD/KGS 2005-06-25", "the value is not a number: '-'"),
        Rate("nbkr", "USD", "KGS", date(2005, 6, 18), 41.0685),
    ]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (page(line("01.07.2005")), "is for 2005-07-01 where 2005-06-01 to 2005-06-30 was asked for"),
        (page(line("31.05.2005")), "is for 2005-05-31 where 2005-06-01 to 2005-06-30 was asked for"),
        (page(line("2005-06-25")), "states no date that we can read"),
        (page(line() + line("18.06.2005"))[:-60], "does not have one value for each date"),
        (page(line("<b>25.06.2005</b>", "<b>40,9614</b>")), "does not have one value for each date"),
        (page(line("25.06.2005", "<b>40,9614</b>") + line("18.06.2005")), "does not have one value for each date"),
        (page(line().replace("<!--date-->", "", 1) + line("18.06.2005")), "does not have one value for each date"),
        (page("").replace(b"valuta_id", b"q"), "neither the rows of the archive nor its form"),
        (b"<html>The requested URL index1.jsp?valuta_id=15 was rejected</html>", "nor its form"),
        (b"", "neither the rows of the archive nor its form"),
        ("Доллар".encode("cp1251"), "not in UTF-8"),
    ],
)
def test_an_answer_that_is_not_a_page_of_the_archive_is_refused(body: bytes, why: str) -> None:
    with pytest.raises(ParseError, match=why):
        nbkr.parse_archive(body, SOURCE, "USD", *JUNE)
