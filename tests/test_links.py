"""A view and its link, both ways."""

from __future__ import annotations

import random
from datetime import date, timedelta
from urllib.parse import parse_qs, urlencode

import pytest

from lib.countries import CODES, PLACES
from lib.links import (
    DIRECTIONS,
    EARLIEST,
    MEASURES,
    MOST_WORDS_LENGTH,
    RANGES,
    SHOWN_LENGTH,
    Ignored,
    View,
    params,
    parse,
)

TOPICS = ("economy", "energy", "trade", "politics")

EVERYTHING = View(
    countries=("KZ", "UZ"),
    range="1Y",
    since=date(2025, 5, 1),
    until=date(2026, 9, 29),
    measure="index",
    direction="local",
    log=True,
    topics=("energy", "politics"),
    news=("TJ", "REGION"),
    any_date=True,
    words="нефть & газ, 100 %",
    page=7,
)


def link(**given: str | list[str]) -> tuple[View, tuple[Ignored, ...]]:
    return parse({name: [value] if isinstance(value, str) else value for name, value in given.items()}, TOPICS)


# There and back.


def test_default_view_has_an_empty_link() -> None:
    assert params(View()) == {}
    assert link() == (View(), ())


def test_view_of_everything_is_written_in_a_fixed_order_and_read_back() -> None:
    written = params(EVERYTHING)
    assert written == {
        "country": ["KZ", "UZ"],
        "from": ["2025-05-01"],
        "to": ["2026-09-29"],
        "show": ["index"],
        "per": ["local"],
        "log": ["1"],
        "topic": ["energy", "politics"],
        "news": ["TJ", "REGION"],
        "when": ["all"],
        "q": ["нефть & газ, 100 %"],
        "page": ["7"],
    }
    assert list(written) == ["country", "from", "to", "show", "per", "log", "topic", "news", "when", "q", "page"]
    assert parse(parse_qs(urlencode(written, doseq=True)), TOPICS) == (EVERYTHING, ())


def random_view(chance: random.Random) -> View:
    def some(of: tuple[str, ...], least: int = 0) -> tuple[str, ...]:
        drawn = chance.sample(of, chance.randint(least, len(of)))
        return tuple(code for code in of if code in drawn)

    since, until = sorted(EARLIEST + timedelta(days=chance.randrange(20_000)) for _ in range(2))
    since, until = chance.choice([(None, None), (since, None), (None, until), (since, until), (since, since)])
    return View(
        countries=some(CODES, least=1),
        range=chance.choice(RANGES) if not (since or until) else "1Y",  # type: ignore[arg-type]
        since=since,
        until=until,
        measure=chance.choice(MEASURES),  # type: ignore[arg-type]
        direction=chance.choice(DIRECTIONS),  # type: ignore[arg-type]
        log=chance.random() < 0.5,
        topics=some(TOPICS),
        news=chance.choice([None, some(PLACES)]),
        any_date=chance.random() < 0.5,
        words="".join(chance.choices("тенге kzt,&=#+%;\"'🇰🇿", k=chance.randrange(30))).strip(),
        page=chance.choice([1, chance.randint(1, 999_999)]),
    )


def test_every_view_survives_its_link_and_repeats_no_default() -> None:
    chance = random.Random(1)
    for view in [random_view(chance) for _ in range(1000)]:
        written = params(view)
        assert parse(parse_qs(urlencode(written, doseq=True)), TOPICS) == (view, ())
        for name in written:
            without = {other: values for other, values in written.items() if other != name}
            assert parse(without, TOPICS)[0] != view, name


@pytest.mark.parametrize(
    ("given", "view"),
    [
        ({"country": "kz,uZ"}, View(countries=("KZ", "UZ"))),
        ({"country": ["UZ", "kz", "KZ"]}, View(countries=("KZ", "UZ"))),
        ({"country": " tm , ,kg,"}, View(countries=("KG", "TM"))),
        ({"country": list(CODES)}, View()),
        ({"country": ""}, View()),
        ({"range": "3m"}, View(range="3M")),
        ({"range": "ALL"}, View(range="All")),
        ({"range": "3M", "from": "2026-01-01"}, View(since=date(2026, 1, 1))),
        ({"from": "2026-09-29", "to": "2026-09-29"}, View(since=date(2026, 9, 29), until=date(2026, 9, 29))),
        ({"from": "1990-01-01"}, View(since=EARLIEST)),
        ({"show": "CHANGE"}, View(measure="change")),
        ({"per": "Local"}, View(direction="local")),
        ({"log": "1"}, View(log=True)),
        ({"log": "0"}, View()),
        ({"topic": "TRADE,economy"}, View(topics=("economy", "trade"))),
        ({"news": "region"}, View(news=("REGION",))),
        ({"news": "all"}, View(news=())),
        ({"news": "KZ,all"}, View(news=())),
        ({"news": list(PLACES)}, View(news=PLACES)),
        ({"when": "chart"}, View()),
        ({"q": "  цена нефти "}, View(words="цена нефти")),
        ({"q": "a\x00\n\u202eb"}, View(words="a   b")),
        ({"q": "ж" * MOST_WORDS_LENGTH}, View(words="ж" * MOST_WORDS_LENGTH)),
        ({"page": "007"}, View(page=7)),
        ({"page": ""}, View()),
        ({"embed": "true", "embed_options": ["dark_theme"], "utm_source": "mail", "fbclid": "x"}, View()),
    ],
)
def test_link_is_read_generously(given: dict[str, str | list[str]], view: View) -> None:
    assert link(**given) == (view, ())


# What is not understood.

NOT_A_DATE, NO_PAGE = "not a date like 2026-09-29", "not a page number"


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("country", "XX", "not one of KZ, KG, TJ, TM, UZ"),
        ("country", "REGION", "not one of KZ, KG, TJ, TM, UZ"),
        ("range", "2W", "not one of 1M, 3M, 6M, 1Y, All"),
        ("from", "29.09.2026", NOT_A_DATE),
        ("from", "2026-02-30", NOT_A_DATE),
        ("from", "1989-12-31", "outside what there can be"),
        ("to", "2100-01-02", "outside what there can be"),
        ("show", "candles", "not one of rate, index, change"),
        ("per", "eur", "not one of usd, local"),
        ("log", "yes", "not one of 1, 0"),
        ("topic", "sport", "not one of economy, energy, trade, politics"),
        ("news", "KR", "not one of KZ, KG, TJ, TM, UZ, REGION, all"),
        ("when", "today", "not one of chart, all"),
        ("q", "ж" * SHOWN_LENGTH * 6, "longer than 200 characters"),
        ("page", "0", NO_PAGE),
        ("page", "-1", NO_PAGE),
        ("page", "1.5", NO_PAGE),
        ("page", "²", NO_PAGE),
        ("page", "٣", NO_PAGE),
        ("page", "1000000", NO_PAGE),
        ("colour", "red", "no such setting"),
        ("Country", "KZ", "no such setting"),
    ],
)
def test_what_is_not_understood_is_named_once_and_left_at_the_default(name: str, value: str, why: str) -> None:
    view, ignored = link(**{name: value})
    assert view == View()
    assert [(part.name, part.why) for part in ignored] == [(name, why)]
    assert ignored[0].value == (value if len(value) <= SHOWN_LENGTH else value[:SHOWN_LENGTH] + "…")


def test_each_bad_value_of_several_is_named_once_and_the_good_ones_hold() -> None:
    view, ignored = link(country=["XX,KZ", "XX", "YY"], topic="sport,trade")
    assert (view.countries, view.topics) == (("KZ",), ("trade",))
    assert [(part.name, part.value) for part in ignored] == [("country", "XX"), ("country", "YY"), ("topic", "sport")]


def test_single_setting_given_twice_takes_the_first_and_names_the_second() -> None:
    view, ignored = link(range=["3M", "6M"])
    assert view.range == "3M"
    assert ignored == (Ignored("range", "6M", "given more than once"),)


def test_dates_out_of_order_keep_the_later_end_only() -> None:
    view, ignored = parse({"from": ["2026-09-29"], "to": ["2026-09-28"]}, TOPICS)
    assert (view.since, view.until) == (None, date(2026, 9, 28))
    assert ignored == (Ignored("from", "2026-09-29", "after the date of to"),)


@pytest.mark.parametrize("length", [SHOWN_LENGTH, SHOWN_LENGTH + 1, 100_000])
def test_notice_shortens_and_cleans_name_and_value(length: int) -> None:
    _, (part,) = link(**{"\n" + "n" * (length - 1): "\x1b" + "v" * (length - 1)})
    end = "…" if length > SHOWN_LENGTH else ""
    assert part.name == " " + "n" * (SHOWN_LENGTH - 1) + end
    assert part.value == " " + "v" * (SHOWN_LENGTH - 1) + end


NAMES = ("country", "range", "from", "to", "show", "per", "log", "topic", "news", "when", "q", "page", "embed", "", "х")
VALUES = (
    *(
        "",
        " ",
        ",",
        ",,,",
        "KZ",
        "kz,uz,xx",
        "REGION",
        "all",
        "1",
        "0",
        "-0",
        "1Y",
        "rate",
        "local",
        "trade",
        "энергия",
    ),
    *("2026-09-29", "2026-W01-1", "20260929", "0000-00-00", "9999-12-31", "1e9", "٣", "²", "None", "nan", "true"),
    *("\x00", "\ud800", "\u202e", "🇰🇿" * 60, "'; DROP TABLE rates;--", "<script>", "%00", "../..", "x" * 5000),
)


def test_hostile_links_never_raise_and_give_a_view_with_a_link_of_its_own() -> None:
    chance = random.Random(2)

    def values() -> list[str]:
        return ["".join(chance.choices(VALUES, k=chance.choice([1, 1, 1, 2]))) for _ in range(chance.randrange(4))]

    for given in [{chance.choice(NAMES): values() for _ in range(chance.randrange(6))} for _ in range(2000)]:
        view, ignored = parse(given, TOPICS)
        assert parse(params(view), TOPICS) == (view, ()), given
        for part in ignored:
            assert (part.name + part.value).isprintable(), given
            assert max(len(part.name), len(part.value)) <= SHOWN_LENGTH + 1, given


# The period that a view stands for.

NEWEST, OLDEST = date(2026, 9, 29), date(2024, 3, 4)


@pytest.mark.parametrize(
    ("view", "since", "until"),
    [
        (View(range="1M"), date(2026, 8, 30), NEWEST),
        (View(), date(2025, 9, 29), NEWEST),
        (View(range="All"), OLDEST, NEWEST),
        (View(since=date(2026, 1, 1)), date(2026, 1, 1), NEWEST),
        (View(until=date(2026, 1, 1)), OLDEST, date(2026, 1, 1)),
        (View(since=date(2026, 1, 1), until=date(2026, 1, 1)), date(2026, 1, 1), date(2026, 1, 1)),
        (View(since=date(2027, 1, 1)), NEWEST, date(2027, 1, 1)),
        (View(range="1M", since=date(2026, 1, 1)), date(2026, 1, 1), NEWEST),
    ],
)
def test_period_is_the_range_before_the_newest_day_or_the_readers_own_dates(
    view: View, since: date, until: date
) -> None:
    assert view.period(NEWEST, OLDEST) == (since, until)
