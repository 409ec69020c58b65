"""The text of a date to a day and a moment: one way of writing a case. The feed's zone is Almaty, UTC+5 since 2024."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from lib.news import zones
from lib.news.dates import dated, first_of

ALMATY = ZoneInfo("Asia/Almaty")
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def moment(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 4, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "published"),
    [
        # with an offset, or a name that stands for one
        ("Sun, 26 Apr 2026 12:00:00 +0300", moment(26, 9)),
        ("Sun, 26 Apr 2026 12:00:00 -0000", moment(26, 12)),
        ("Sun, 26 Apr 2026 12:00:00 GMT", moment(26, 12)),
        ("Sun, 26 Apr 2026 12:00:00 Z", moment(26, 12)),
        ("Sun, 26 Apr 2026 12:00:00 +05", moment(26, 7)),
        ("Sun, 26 Apr 2026 12:00:00 GMT+5", moment(26, 7)),
        ("Sun, 26 Apr 2026 12:00:00 UTC+03:00", moment(26, 9)),
        ("Sun, 26 Apr 2026 12:00:00 +0500 (ALMT)", moment(26, 7)),
        ("2026-04-26T12:00:00+06:00", moment(26, 6)),
        ("2026-04-26T12:00:00.123Z", moment(26, 12) + timedelta(milliseconds=123)),
        ("2026-04-26T12:00:00+06:00[Asia/Bishkek]", moment(26, 6)),
        # with the name of a zone, which feedparser takes for UTC
        ("Sun, 26 Apr 2026 12:00:00 Asia/Almaty", moment(26, 7)),
        ("Sun, 26 Apr 2026 12:00:00 Asia/Bishkek", moment(26, 6)),
        ("Sun, 26 Apr 2026 12:00:00 ALMT", moment(26, 7)),
        ("Sun, 26 Apr 2026 12:00:00 MSK", moment(26, 9)),
        ("Sun, 26 Apr 2026 12:00:00 (МСК)", moment(26, 9)),
        ("Sun, 26 Apr 2026 12:00:00 EDT", moment(26, 16)),
        ("Sun, 26 Apr 2026 12:00:00 EST", moment(26, 17)),
        # without a zone, or with one that nobody knows: the feed's
        ("Sun, 26 Apr 2026 12:00:00", moment(26, 7)),
        ("Sun, 26 Apr 2026 12:00:00 XYZT", moment(26, 7)),
        ("Sun, 26 Apr 2026 12:00:00 Mars/Phobos", moment(26, 7)),
        ("2026-04-26T12:00:00", moment(26, 7)),
        ("2026-04-26 12:00", moment(26, 7)),
        ("26.04.2026 12:00", moment(26, 7)),
        ("05.04.2026 12:00", moment(5, 7)),
        ("2026-04-05T12:00:00", moment(5, 7)),
        ("April 26, 2026 12:00 pm", moment(26, 7)),
        # in Russian
        ("26 апреля 2026 г. 12:30", moment(26, 7, 30)),
        ("26 апреля 2026 года в 12:30", moment(26, 7, 30)),
        ("26 Апреля 2026, 12:30 (МСК)", moment(26, 9, 30)),
        ("Вс, 26 апр 2026 12:00:00 +0600", moment(26, 6)),
        ("воскресенье, 26 апр. 2026 12:30", moment(26, 7, 30)),
    ],
)
def test_a_date_with_a_time(text: str, published: datetime) -> None:
    assert dated(text, ALMATY, NOW) == (published.astimezone(ALMATY).date(), published, "published")


@pytest.mark.parametrize(
    "text", ["26 апреля 2026 г.", "26.04.2026", "2026-04-26", "Sun, 26 Apr 2026", "26 апреля 2026 года"]
)
def test_a_date_without_a_time_names_a_day_only(text: str) -> None:
    assert dated(text, ALMATY, NOW) == (date(2026, 4, 26), None, "published")


@pytest.mark.parametrize(
    ("month", "number"),
    [
        ("января", 1),
        ("февраля", 2),
        ("марта", 3),
        ("апреля", 4),
        ("мая", 5),
        ("июня", 6),
        ("июля", 7),
        ("августа", 8),
        ("сентября", 9),
        ("октября", 10),
        ("ноября", 11),
        ("декабря", 12),
    ],
)
def test_every_russian_month(month: str, number: int) -> None:
    assert dated(f"7 {month} 2025 г.", ALMATY, NOW).day == date(2025, number, 7)


def test_the_day_is_that_of_the_feeds_own_calendar() -> None:
    assert dated("Sun, 26 Apr 2026 20:30:00 GMT", ALMATY, NOW).day == date(2026, 4, 27)
    assert dated("Sun, 26 Apr 2026 20:30:00 GMT", ZoneInfo("Europe/Moscow"), NOW).day == date(2026, 4, 26)


def test_almaty_was_an_hour_further_before_march_2024() -> None:
    assert dated("2024-02-29T12:00:00", ALMATY, NOW).published == datetime(2024, 2, 29, 6, 0, tzinfo=UTC)
    assert dated("2024-03-01T12:00:00 ALMT", ALMATY, NOW).published == datetime(2024, 3, 1, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12:30",
        "вчера, 12:30",
        "Monday",
        "April 2026",
        "1795000000",
        "31 апреля 2026 г.",
        "Sun, 26 Apr 2026 24:00:00 GMT",
        "Sun, 26 Apr 2026 12:00:00 +9999",
        "two hours ago",
        "9" * 10_000,
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "1794-04-26",
        "1990-12-31",
        "Wed, 25 Nov 2026 12:00:00 GMT",
        "2027-04-26",
        "Sun, 26 Apr 2026 12:00:1e999999999 GMT",
    ],
)
def test_no_date_or_an_impossible_one_is_inferred_from_the_fetch(text: str) -> None:
    assert dated(text, ALMATY, NOW) == (date(2026, 11, 23), NOW, "inferred")


@pytest.mark.parametrize("text", ["Tue, 24 Nov 2026 12:00:00 GMT", "Mon, 23 Nov 2026 12:07:00 GMT", "1991-01-01"])
def test_a_day_ahead_and_the_oldest_day_are_believed(text: str) -> None:
    assert dated(text, ALMATY, NOW).basis == "published"


def test_an_inferred_day_is_that_of_the_feed() -> None:
    late = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
    assert dated("", ALMATY, late).day == date(2026, 11, 24)


@pytest.mark.parametrize(
    ("name", "zone", "hour"),
    [
        ("CST", "America/Chicago", 16),
        ("CST", "Asia/Shanghai", 2),
        ("CST", "America/Havana", 15),
        ("IST", "Asia/Almaty", 4),
        ("IST", "Asia/Jerusalem", 8),
        ("IST", "Europe/Dublin", 4),
        ("PST", "Asia/Manila", 2),
        ("EST", "Asia/Almaty", 15),
        ("ET", "Asia/Almaty", 15),
    ],
)
def test_ambiguous_abbreviation_is_the_outlets_where_its_clocks_bear_it(name: str, zone: str, hour: int) -> None:
    """In November: Dublin is on GMT then, so IST is nobody's there, and Havana is an hour east of Chicago."""
    found = dated(f"Fri, 20 Nov 2026 10:00:00 {name}", ZoneInfo(zone), NOW).published
    assert found is not None
    assert (found.hour, found.minute) == (hour, 30 if hour == 4 else 0)


def test_irish_summer_is_the_outlets() -> None:
    found = dated("Mon, 20 Jul 2026 10:00:00 IST", ZoneInfo("Europe/Dublin"), NOW)
    assert found.published == datetime(2026, 7, 20, 9, tzinfo=UTC)


@pytest.mark.parametrize("name", [*zones.OFFSETS, *zones.PLACES])
def test_every_abbreviation_is_read_in_either_case(name: str) -> None:
    written = [dated(f"Fri, 20 Nov 2026 10:00:00 {n}", ALMATY, NOW) for n in (name, name.lower())]
    offset = datetime(2026, 11, 20, 10, tzinfo=zones.zone_of(name, datetime(2026, 11, 20), ALMATY))  # noqa: DTZ001
    assert [found.published for found in written] == [offset.astimezone(UTC)] * 2


def test_moscow_time_is_that_of_its_year() -> None:
    text = "Fri, 20 Jul 2012 10:00:00 MSK"
    assert dated(text, ALMATY, NOW).published == datetime(2012, 7, 20, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example/2015/08/20/",
        "https://a.example/2015/8/20/rate",
        "https://a.example/20150820/rate",
        "https://a.example/news/20150820",
        "https://a.example/2015-08-20-rate",
        "https://a.example/n?d=2015-08-20",
        "https://a.example/rate-20.08.2015.html",
    ],
)
def test_day_in_the_address_dates_what_has_no_date(url: str) -> None:
    for texts in ((), ("soon", "Thu, 01 Jan 1970 00:00:00 GMT")):
        assert first_of(texts, url, ALMATY, NOW) == (date(2015, 8, 20), None, "published")
    stated = first_of(("2015-08-21",), url, ALMATY, NOW)
    assert stated.day == date(2015, 8, 21), "the feed's own date comes first"


@pytest.mark.parametrize(
    "path",
    ["", "2015/08/rate", "2015/13/40/", "20151340/", "2099/08/20/", "1989/08/20/", "120150820/", "201508201/",
     "v2015-08-20x"],
)  # fmt: skip
def test_numbers_of_an_address_that_are_no_day_date_nothing(path: str) -> None:
    assert first_of((), f"https://a.example/{path}", ALMATY, NOW).basis == "inferred"
