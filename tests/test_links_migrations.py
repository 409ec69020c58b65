"""Links that were written for other names are read as they were meant, without a word."""

from __future__ import annotations

from datetime import UTC, date, datetime
from urllib.parse import parse_qs

import pytest

from lib.links import MIGRATIONS, Ignored, View, params, parse

TOPICS, SOURCES = ("economy", "trade"), ("nbk", "cbu")
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
KZ, DAY = ("KZ",), date(2026, 9, 29)

# At least one old link for each entry of the table, and no other.
OLD = {
    "topics=economy,trade": View(topics=TOPICS),
    "sources=nbk": View(sources=("nbk",)),
    "outlets=24.kg": View(outlets=("24.kg",)),
    "languages=ru": View(languages=("ru",)),
    "months=2026-09": View(months=("2026-09",)),
    "countries=KZ": View(countries=KZ),
    "currency=KZT": View(countries=KZ),
    "currencies=uzs,KZT": View(countries=("KZ", "UZ")),
    "since=2026-09-29": View(since=DAY),
    "start=2026-09-29&end=2026-09-29": View(since=DAY, until=DAY),
    "start_date=2026-09-29&end_date=2026-09-29": View(since=DAY, until=DAY),
    "until=2026-09-29": View(until=DAY),
    "measure=index": View(measure="index"),
    "direction=local": View(direction="local"),
    "selected=2026-09-29": View(selected=(DAY, DAY)),
    "lang_news=ru": View(languages=("ru",)),
    "as_of=2026-11-22T09:00:00Z": View(asof=datetime(2026, 11, 22, 9, tzinfo=UTC)),
    "period=90d": View(range="3M"),
    "base=EUR&quotes=KZT,UZS&providers=NBK": View(base="EUR", countries=("KZ", "UZ"), sources=("nbk",)),
    "from=EUR&to=KZT": View(base="EUR", countries=KZ),
    "base=EUR&symbols=KZT": View(base="EUR", countries=KZ),
    "source=EUR&target=KZT": View(base="EUR", countries=KZ),
    "From=EUR&To=KZT&view=3M": View(base="EUR", countries=KZ, range="3M"),
    "view=index": View(measure="index"),
    "window=MAX": View(range="All"),
    "window=YTD": View(range="YTD"),
    "window=5Y": View(range="5Y"),
    "period=120mo": View(range="10Y"),
    "cosd=2026-09-29&coed=2026-09-29": View(since=DAY, until=DAY),
    "vintage_date=2026-11-22": View(asof=datetime(2026, 11, 22, 23, 59, 59, 999_999, tzinfo=UTC)),
    "country=KAZ~UZB&yScale=log&tab=table": View(countries=("KZ", "UZ"), log=True, table=True),
    "country=~Kazakhstan&scale=linear&tab=chart": View(countries=KZ),
    "s=oil&paged=2": View(words="oil", page=2),
    "_search=oil&_size=50": View(words="oil", size=50),
    "search=oil&per_page=6": View(words="oil", size=6),
    "query=oil": View(words="oil"),
    "words=oil&hl=ru": View(words="oil", lang="ru"),
    "range=6mo": View(range="6M"),
}


def read(query: str) -> tuple[View, tuple[Ignored, ...]]:
    return parse(parse_qs(query), TOPICS, SOURCES, NOW)


@pytest.mark.parametrize("query", OLD)
def test_old_link_is_read_as_it_was_meant_without_a_word(query: str) -> None:
    assert read(query) == (OLD[query], ())


def test_each_entry_of_the_table_has_an_old_link_here() -> None:
    used = {name for query in OLD for name in parse_qs(query)}
    assert {migration.old for migration in MIGRATIONS} <= used


def test_no_link_that_is_written_today_is_touched() -> None:
    renamed = {migration.old for migration in MIGRATIONS if migration.values is None}
    written = params(View(("KZ",), "3M", measure="index", base="EUR", sources=("nbk",), topics=TOPICS, log=True))
    assert renamed & written.keys() == set()
    assert parse(written, TOPICS, SOURCES, NOW)[1] == ()


def test_bad_value_under_an_old_name_is_told_under_the_name_that_the_link_has() -> None:
    view, ignored = read("currency=KZT,XYZ&period=37d&tab=map&since=yesterday")
    assert view == View(countries=KZ)
    assert sorted((part.name, part.value) for part in ignored) == [
        ("currency", "XYZ"),
        ("period", "37d"),
        ("since", "yesterday"),
        ("tab", "map"),
    ]


def test_todays_name_outranks_an_old_one_which_is_told() -> None:
    assert read("period=90d&range=6M") == (View(range="6M"), (Ignored("range", "3M", "given more than once"),))


def test_dates_and_publishers_stay_what_they_are() -> None:
    assert read("from=2026-09-29&source=nbk") == (View(since=DAY, sources=("nbk",)), ())
    assert read("source=nbk,EUR") == (View(base="EUR", sources=("nbk",)), ())
