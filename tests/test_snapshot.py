"""The bundled snapshot: what its README promises, and that the packages which take it can."""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import groupby, pairwise
from urllib.parse import urlsplit

import pytest

from lib import catalog, series, snapshot
from lib.catalog.rules import rules
from lib.countries import ANCHORS, CURRENCIES, PLACES
from lib.models import ArticleFilter, Rate, RateQuery
from lib.rates import tmt_peg
from lib.rates.checks import sift
from lib.store import Store

TODAY = date(2026, 11, 30)
PARTS = {part.name: part for part in snapshot.parts(TODAY)}
RATES = {name: tuple(part.rates()) for name, part in PARTS.items()}
ARTICLES = tuple(snapshot.articles())
DAILY = RATES["snapshot"]


def test_the_aggregate_is_202_daily_files_of_units_per_dollar() -> None:
    days = Counter(rate.day for rate in DAILY)
    assert DAILY[0] == Rate("currency_api", "USD", "KZT", date(2024, 3, 4), 451.2659936)
    assert (len(days), min(days), max(days)) == (202, date(2024, 3, 4), date(2026, 9, 29))
    assert {rate.base for rate in DAILY} == {"USD"}
    assert {rate.quote for rate in DAILY} == {*CURRENCIES, *ANCHORS} - {"USD"}
    assert len({(rate.quote, rate.day) for rate in DAILY}) == len(DAILY)


@pytest.mark.parametrize(
    ("base", "first", "count"),
    [
        ("USD", date(1999, 1, 5), 1878),
        ("KZT", date(1999, 1, 5), 1314),
        ("KGS", date(2003, 1, 7), 1199),
        ("UZS", date(2003, 1, 7), 1208),
        ("TJS", date(2010, 1, 6), 877),
        ("TMT", date(2017, 5, 10), 494),
    ],
)
def test_the_weekly_history_of_the_polish_bank(base: str, first: date, count: int) -> None:
    days = [rate.day for rate in RATES["snapshot.nbp"] if rate.base == base]
    assert (min(days), len(days)) == (first, count)
    assert len(set(days)) == count


def test_the_imf_has_the_tenge_daily_for_thirteen_years() -> None:
    rates = RATES["snapshot.imf"]
    assert (rates[0], len(rates)) == (Rate("imf", "USD", "KZT", date(2005, 11, 28), 134.06), 3101)
    assert rates[-1].day == date(2019, 1, 31)


def test_the_peg_is_what_its_own_source_gives() -> None:
    source = catalog.sources()["tmt_peg"]
    made = tuple(tmt_peg.fetch(None, source, source.first, TODAY))  # type: ignore[arg-type]
    assert RATES["snapshot.tmt_peg"] == made


@pytest.mark.parametrize("name", [name for name, rates in RATES.items() if rates])
def test_rates_pass_the_checks_of_their_source(name: str) -> None:
    source = catalog.sources()[RATES[name][0].source]
    sifted = sift(RATES[name], source, TODAY)
    assert sifted.rejected == ()
    assert sifted.accepted == RATES[name]


DOLLARS = {
    "KZT": "0.0019426",
    "KGS": "0.011431",
    "TJS": "0.094841",
    "UZS": "0.000077107",
    "TMT": "0.28600",
}


def test_dollars_for_one_unit_on_1_may_2025(store: Store) -> None:
    store.rates.add(DAILY)
    table = series.frame(store.rates.read(RateQuery()))

    def dollars(currency: str, decimals: int) -> str:
        source, line = series.choose(table, currency, [snapshot.RATES_SOURCE])
        assert source == snapshot.RATES_SOURCE
        turned = series.invert(series.annotate(line, currency))
        return f"{turned.loc['2025-05-01', 'value']:.{decimals}f}"

    written = {c: dollars(c, len(text) - len("0.")) for c, text in DOLLARS.items()}
    assert written == DOLLARS


def test_the_digest_is_753_dated_events_with_a_page_each() -> None:
    assert len(ARTICLES) == len({article.key for article in ARTICLES}) == 753
    days = [article.day for article in ARTICLES]
    assert (min(days), max(days)) == (date(1999, 1, 10), date(2026, 7, 1))
    assert {a.basis for a in ARTICLES} == {"published", "event"}
    for article in ARTICLES:
        address = urlsplit(article.url)
        assert address.scheme in ("http", "https"), article
        assert address.netloc, article
        assert article.title, article
        assert article.excerpt, article
        assert article.outlet, article


def test_the_digest_is_tagged_with_known_places_and_topics() -> None:
    assert {code for a in ARTICLES for code in a.countries} <= set(PLACES)
    assert {code for a in ARTICLES for code in a.topics} == set(rules().topics)
    assert [a.title for a in ARTICLES if not a.countries] == []


def test_policy_rates_are_decisions_of_four_banks_in_order() -> None:
    decisions = snapshot.policy_rates()
    assert len(decisions) == 80
    banks = {key: source for key, source in catalog.sources().items() if source.country}
    assert {decision.bank for decision in decisions} == {"nbk", "nbkr", "nbt", "cbu"} <= set(banks)
    assert all(0 < decision.rate < 40 for decision in decisions)
    assert all(urlsplit(decision.url).scheme in ("http", "https") for decision in decisions)
    ordered = sorted(decisions, key=lambda decision: (decision.bank, decision.day))
    for _, of in groupby(ordered, key=lambda decision: decision.bank):
        assert all(one.day < other.day for one, other in pairwise(of))


def test_a_store_takes_each_part_once_and_finds_nothing_new_in_it_again(store: Store) -> None:
    parts = list(PARTS.values())
    assert store.seed(parts) is True
    assert store.seed(parts) is False
    assert store.articles.page(ArticleFilter(), 1, 1).total == 753
    for rates in RATES.values():
        assert store.rates.add(rates) == (0, 0)


def test_a_store_filled_by_an_earlier_version_receives_what_it_lacks(store: Store) -> None:
    earlier = [part for part in PARTS.values() if part.name == "snapshot"]
    assert store.seed(earlier)
    assert store.rates.last_day("nbp") is None
    assert store.seed(list(PARTS.values()))
    assert store.rates.last_day("nbp") == date(2026, 10, 26)
    assert len(store.runs.latest()) == len(PARTS)
