"""A view and its link, both ways."""

from __future__ import annotations

import random
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from lib.countries import CODES, CURRENCIES, PLACES
from lib.links import (
    ARTICLE_LANGUAGES,
    BASES,
    DIRECTIONS,
    EARLIEST,
    LANGUAGES,
    MEASURES,
    MOST_CHOSEN,
    MOST_WORDS_LENGTH,
    PARTS,
    RANGES,
    REASONS,
    SHOWN_LENGTH,
    SIZES,
    SORTS,
    Ignored,
    View,
    params,
    parse,
    url,
)
from lib.models import ArticleFilter

TOPICS = ("economy", "energy", "trade", "politics")
SOURCES = ("nbk", "cbu")
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)

EVERYTHING = View(
    countries=("KZ", "UZ"),
    range="1Y",
    since=date(2025, 5, 1),
    until=date(2026, 9, 29),
    measure="index",
    direction="local",
    base="EUR",
    sources=("cbu",),
    lines=(("KZT", ("nbk",)), ("UZS", ("nbk", "cbu"))),
    log=True,
    topics=("energy", "politics"),
    news=("TJ", "REGION"),
    any_date=True,
    words="нефть & газ, 100 %",
    page=7,
    asof=datetime(2026, 11, 23, 9, 15, 0, 123, tzinfo=UTC),
    selected=(date(2026, 1, 5), date(2026, 2, 3)),
    mark=date(2026, 1, 7),
    table=True,
    outlets=("Fergana, Ташкент", "24.kg"),
    languages=("en", "ru"),
    months=("2026-09", "2026-01"),
    story="0f3a",
    sort="best",
    size=50,
    lang="ru",
    embed=True,
    part="feed",
    event_window="0..4",
    normal="mean",
    adjust=("RUB", "EUR"),
    by="-1M",
    amount="2 500,75",
    pair="USDUZS",
    day=date(2026, 4, 14),
    study="together",
    window=120,
    driver="CNY",
)


KZT_CHAIN = ("KZT", ("nbk", "cbu"))


def link(**given: str | list[str]) -> tuple[View, tuple[Ignored, ...]]:
    listed = {name: [value] if isinstance(value, str) else value for name, value in given.items()}
    return parse(listed, TOPICS, SOURCES, NOW)


# There and back.


def test_default_view_has_an_empty_link() -> None:
    assert params(View()) == {}
    assert link() == (View(), ())


def test_view_of_everything_is_written_in_a_fixed_order_and_read_back() -> None:
    unlike = [field.name for field in fields(View) if getattr(EVERYTHING, field.name) == getattr(View(), field.name)]
    assert unlike == ["range"]  # which the dates outrank
    address = url("https://altyn.example/articles", EVERYTHING)
    assert address == (
        "https://altyn.example/articles?country=KZ&country=UZ&from=2025-05-01&to=2026-09-29&show=index&per=local&base=EUR"
        "&source=cbu&line=KZT:nbk&line=UZS:nbk%2Bcbu&log=1&table=1&sel=2026-01-05..2026-02-03&mark=2026-01-07&topic=energy&topic=politics&news=TJ"
        "&news=REGION&when=all&q=%D0%BD%D0%B5%D1%84%D1%82%D1%8C%20%26%20%D0%B3%D0%B0%D0%B7%2C%20100%20%25"
        "&outlet=Fergana%2C%20%D0%A2%D0%B0%D1%88%D0%BA%D0%B5%D0%BD%D1%82&outlet=24.kg&language=en&language=ru"
        "&month=2026-09&month=2026-01&story=0f3a&sort=best&size=50&page=7&asof=2026-11-23T09:15:00.000123Z&lang=ru"
        "&embed=true&part=feed&event=0..4&normal=mean&adjust=RUB&adjust=EUR"
        "&by=-1M&amount=2%20500%2C75&pair=USDUZS&day=2026-04-14&study=together&driver=CNY&over=120"
    )
    assert parse(parse_qs(urlsplit(address).query), TOPICS, SOURCES, NOW) == (EVERYTHING, ())


def test_default_view_has_the_address_of_its_page() -> None:
    assert url("https://altyn.example/", View()) == "https://altyn.example/"


def test_whatever_articles_can_be_asked_for_is_in_the_view() -> None:
    assert {field.name for field in fields(ArticleFilter)} <= {field.name for field in fields(View)}


def some(chance: random.Random, of: tuple[str, ...], least: int = 0) -> tuple[str, ...]:
    drawn = chance.sample(of, chance.randint(least, len(of)))
    return tuple(code for code in of if code in drawn)


def random_span(chance: random.Random) -> tuple[date, date]:
    since, until = sorted(EARLIEST + timedelta(days=chance.randrange(20_000)) for _ in range(2))
    return since, chance.choice([since, until])


def random_view(chance: random.Random) -> View:
    since, until = random_span(chance)
    since, until = chance.choice([(None, None), (since, None), (None, until), (since, until)])
    return View(
        countries=some(chance, CODES, least=1),
        range=chance.choice(RANGES) if not (since or until) else "1Y",
        since=since,
        until=until,
        measure=chance.choice(MEASURES),
        direction=chance.choice(DIRECTIONS),
        base=chance.choice(BASES),
        sources=some(chance, SOURCES),
        lines=tuple((code, some(chance, SOURCES, least=1)) for code in some(chance, CURRENCIES)),
        log=chance.random() < 0.5,
        topics=some(chance, TOPICS),
        news=chance.choice([None, some(chance, PLACES)]),
        any_date=chance.random() < 0.5,
        words="".join(chance.choices("тенге kzt,&=#+%;\"'🇰🇿", k=chance.randrange(30))).strip(),
        page=chance.choice([1, chance.randint(1, 999_999)]),
        asof=chance.choice([None, NOW - timedelta(microseconds=chance.randrange(10**15))]),
        selected=chance.choice([None, random_span(chance)]),
        mark=chance.choice([None, random_span(chance)[0]]),
        table=chance.random() < 0.5,
        outlets=some(chance, ("24.kg", "Кун, уз", "a&b=c", "100 %")),
        languages=some(chance, ARTICLE_LANGUAGES),
        months=some(chance, ("2026-09", "1990-01", "2100-01")),
        story=chance.choice(["", "0f3a", "a b/?#"]),
        sort=chance.choice(SORTS),
        size=chance.choice(SIZES),
        lang=chance.choice(LANGUAGES),
        embed=chance.random() < 0.5,
        part=chance.choice(PARTS),
    )


def test_every_view_survives_its_link_and_a_live_one_repeats_no_default() -> None:
    chance = random.Random(1)
    for view in [random_view(chance) for _ in range(1000)]:
        written = params(view)
        assert parse(parse_qs(urlsplit(url("", view)).query), TOPICS, SOURCES, NOW) == (view, ())
        for name in written if view.asof is None else ():
            without = {other: values for other, values in written.items() if other != name}
            assert parse(without, TOPICS, SOURCES, NOW)[0] != view, name


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
        ({"range": "ytd"}, View(range="YTD")),
        ({"range": "10y"}, View(range="10Y")),
        ({"range": "3M", "from": "2026-01-01"}, View(since=date(2026, 1, 1))),
        ({"from": "2026-09-29", "to": "2026-09-29"}, View(since=date(2026, 9, 29), until=date(2026, 9, 29))),
        ({"from": "1990-01-01"}, View(since=EARLIEST)),
        ({"show": "CHANGE"}, View(measure="change")),
        ({"per": "Local"}, View(direction="local")),
        ({"source": "cbu,NBK"}, View(sources=("cbu", "nbk"))),
        ({"line": "kzt:NBK"}, View(lines=(("KZT", ("nbk",)),))),
        ({"line": ["UZS:cbu", "KZT:nbk+cbu", "UZS:nbk cbu"]}, View(lines=(KZT_CHAIN, ("UZS", ("cbu", "nbk"))))),
        ({"line": ["KZT:nbk,KZT:cbu"]}, View(lines=(KZT_CHAIN,))),
        ({"news": "chart"}, View()),
        ({"news": "KZ,chart"}, View(news=("KZ",))),
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
        ({"asof": "2026-11-23T09:15:00Z"}, View(asof=datetime(2026, 11, 23, 9, 15, tzinfo=UTC))),
        ({"asof": "2026-11-23T09:15"}, View(asof=datetime(2026, 11, 23, 9, 15, tzinfo=UTC))),
        ({"asof": "2026-11-23T09:15:00.123456789Z"}, View(asof=datetime(2026, 11, 23, 9, 15, 0, 123456, UTC))),
        ({"asof": "2026-11-23T09:15:00+06:00"}, View(asof=datetime(2026, 11, 23, 3, 15, tzinfo=UTC))),
        ({"asof": "2026-11-22"}, View(asof=datetime(2026, 11, 22, 23, 59, 59, 999_999, tzinfo=UTC))),
        ({"asof": NOW.isoformat()}, View(asof=NOW)),
        ({"sel": "2026-01-05"}, View(selected=(date(2026, 1, 5), date(2026, 1, 5)))),
        ({"sel": "2026-01-05..2026-01-05"}, View(selected=(date(2026, 1, 5), date(2026, 1, 5)))),
        ({"outlet": ["a,b", "", " c ", "c"]}, View(outlets=("a,b", "c"))),
        ({"month": ["2026-09,2026-01", "2026-09"]}, View(months=("2026-09", "2026-01"))),
        ({"language": "RU"}, View(languages=("ru",))),
        ({"lang": "RU"}, View(lang="ru")),
        ({"size": "6", "sort": "Best"}, View(size=6, sort="best")),
        ({"embed": "true"}, View(embed=True)),
        ({"part": "feed"}, View(part="feed")),
        ({"embed": "True", "part": "feed"}, View(embed=True, part="feed")),
        ({"embed": ["true", "feed"]}, View(embed=True, part="feed")),
        ({"embed": "feed"}, View(embed=True, part="feed")),
        ({"embed": "chart"}, View(embed=True)),
        ({"embed": "false"}, View()),
        ({"embed": "<script>", "embed_options": "x"}, View()),
        ({"embed": "true", "embed_options": ["dark_theme"], "utm_source": "mail", "fbclid": "x"}, View(embed=True)),
    ],
)
def test_link_is_read_generously(given: dict[str, str | list[str]], view: View) -> None:
    assert link(**given) == (view, ())


# What is not understood.

NOT_A_DATE, NO_PAGE = "not a date like 2026-09-29", "not a page number"
NOT_A_SPAN, NOT_AN_INSTANT = "not days like 2026-01-05..2026-02-03", "not an instant like 2026-09-29T09:15:00Z"
NOT_A_LINE = "not a currency and its sources like KZT:nbk"
NOT_A_MONTH, OUTSIDE = "not a month like 2026-09", "outside what there can be"


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("country", "XX", "not one of KZ, KG, TJ, TM, UZ"),
        ("country", "REGION", "not one of KZ, KG, TJ, TM, UZ"),
        ("range", "2W", "not one of 1M, 3M, 6M, YTD, 1Y, 5Y, 10Y, All"),
        ("from", "29.09.2026", NOT_A_DATE),
        ("from", "2026-02-30", NOT_A_DATE),
        ("from", "1989-12-31", "outside what there can be"),
        ("to", "2100-01-02", "outside what there can be"),
        ("show", "candles", "not one of rate, index, change"),
        ("per", "eur", "not one of usd, local"),
        ("log", "yes", "not one of 1, 0"),
        ("topic", "sport", "not one of economy, energy, trade, politics"),
        ("news", "KR", "not one of KZ, KG, TJ, TM, UZ, REGION, all, chart"),
        ("when", "today", "not one of chart, all"),
        ("q", "ж" * SHOWN_LENGTH * 6, "longer than 200 characters"),
        ("page", "0", NO_PAGE),
        ("page", "-1", NO_PAGE),
        ("page", "1.5", NO_PAGE),
        ("page", "²", NO_PAGE),
        ("page", "٣", NO_PAGE),
        ("page", "1000000", NO_PAGE),
        ("base", "BTC", f"not one of {', '.join(BASES)}"),
        ("source", "ecb", "not one of nbk, cbu"),
        ("line", "nbk", NOT_A_LINE),
        ("line", "KZT", NOT_A_LINE),
        ("line", "KZT:+", NOT_A_LINE),
        ("line", "USD:nbk", NOT_A_LINE),
        ("line", "KZT:ecb", "not one of nbk, cbu"),
        ("asof", "yesterday", NOT_AN_INSTANT),
        ("asof", "1790000000", NOT_AN_INSTANT),
        ("asof", "2026-11-22T24:01:00Z", NOT_AN_INSTANT),
        ("asof", "0001-01-01T00:00:00+23:59", NOT_AN_INSTANT),
        ("asof", "1989-12-31", OUTSIDE),
        ("asof", "2026-11-23T12:00:00.000001Z", "in the future"),
        ("asof", "2026-11-23", "in the future"),
        ("sel", "2026-01-05..", NOT_A_SPAN),
        ("sel", "..2026-01-05", NOT_A_SPAN),
        ("sel", "2026-01-05..2026-02-30", NOT_A_SPAN),
        ("sel", "2026-01-05..2026-01-06..2026-01-07", NOT_A_SPAN),
        ("sel", "2026-01-05..2100-01-02", OUTSIDE),
        ("sel", "2026-01-06..2026-01-05", "its days are not in order"),
        ("mark", "2026-01-05..2026-01-06", NOT_A_DATE),
        ("table", "html", "not one of 1, 0"),
        ("outlet", "ж" * 81, "longer than 80 characters"),
        ("outlet", "a\x00b", "holds unprintable characters"),
        ("language", "zz", "not one of en, ru, kk, ky, tg, tk, uz, fa, de, it, ro"),
        ("month", "2026-13", NOT_A_MONTH),
        ("month", "2026-9", NOT_A_MONTH),
        ("month", "٢٠٢٦-٠٩", NOT_A_MONTH),
        ("month", "1989-12", OUTSIDE),
        ("story", "f" * 65, "longer than 64 characters"),
        ("story", "a\u202eb", "holds unprintable characters"),
        ("sort", "oldest", "not one of newest, best"),
        ("size", "7", "not one of 6, 20, 50"),
        ("lang", "kk", "not one of en, ru"),
        ("part", "menu", "not one of chart, feed"),
        ("colour", "red", "no such setting"),
        ("Country", "KZ", "no such setting"),
    ],
)
def test_what_is_not_understood_is_named_once_and_left_at_the_default(name: str, value: str, why: str) -> None:
    view, ignored = link(**{name: value})
    assert view == View()
    assert [(part.name, part.why) for part in ignored] == [(name, why)]
    shown = value if value.isprintable() else value.replace("\x00", " ").replace("\u202e", " ")
    assert ignored[0].value == (shown if len(shown) <= SHOWN_LENGTH else shown[:SHOWN_LENGTH] + "…")
    assert ignored[0].reason in REASONS


def test_each_bad_value_of_several_is_named_once_and_the_good_ones_hold() -> None:
    view, ignored = link(country=["XX,KZ", "XX", "YY"], topic="sport,trade")
    assert (view.countries, view.topics) == (("KZ",), ("trade",))
    assert [(part.name, part.value) for part in ignored] == [("country", "XX"), ("country", "YY"), ("topic", "sport")]


def test_unknown_source_of_a_chain_is_named_and_the_others_hold() -> None:
    view, ignored = link(line=["KZT:nbk+ecb", "TJS:ecb"])
    assert view.lines == (("KZT", ("nbk",)),)
    assert [(part.name, part.value) for part in ignored] == [("line", "KZT:ecb"), ("line", "TJS:ecb")]


def test_single_setting_given_twice_takes_the_first_and_names_the_second() -> None:
    view, ignored = link(range=["3M", "6M"])
    assert view.range == "3M"
    assert ignored == (Ignored("range", "6M", "given more than once"),)


def test_more_outlets_than_a_link_should_hold_are_cut_and_the_notice_stays_short() -> None:
    view, ignored = link(outlet=[f"outlet {n}" for n in range(50_000)])
    assert view.outlets == tuple(f"outlet {n}" for n in range(MOST_CHOSEN))
    assert [part.why for part in ignored] == [f"more than {MOST_CHOSEN}"] * 8


def test_embed_with_a_part_that_there_is_not_shows_the_chart_and_names_the_part() -> None:
    assert link(embed="true", part="<b>") == (
        View(embed=True),
        (Ignored("part", "<b>", "not one of {told}", "chart, feed"),),
    )


def test_dates_out_of_order_keep_the_later_end_only() -> None:
    view, ignored = link(**{"from": "2026-09-29", "to": "2026-09-28"})
    assert (view.since, view.until) == (None, date(2026, 9, 28))
    assert ignored == (Ignored("from", "2026-09-29", "after the date of to"),)


@pytest.mark.parametrize("length", [SHOWN_LENGTH, SHOWN_LENGTH + 1, 100_000])
def test_notice_shortens_and_cleans_name_and_value(length: int) -> None:
    _, (part,) = link(**{"\n" + "n" * (length - 1): "\x1b" + "v" * (length - 1)})
    end = "…" if length > SHOWN_LENGTH else ""
    assert part.name == " " + "n" * (SHOWN_LENGTH - 1) + end
    assert part.value == " " + "v" * (SHOWN_LENGTH - 1) + end
