"""The bundled snapshot: what its README promises, and that the rooms which take it can."""

from __future__ import annotations

from collections import Counter
from datetime import date
from urllib.parse import urlsplit

from lib import catalog, series, snapshot
from lib.catalog.rules import rules
from lib.countries import ANCHORS, CURRENCIES, PLACES
from lib.models import ArticleFilter, Rate, RateQuery
from lib.rates.checks import sift
from lib.store import Store

RATES = tuple(snapshot.rates())
ARTICLES = tuple(snapshot.articles())


def test_rates_are_202_daily_files_of_units_per_dollar() -> None:
    days = Counter(rate.day for rate in RATES)
    assert RATES[0] == Rate("currency_api", "USD", "KZT", date(2024, 3, 4), 451.2659936)
    assert (len(days), min(days), max(days)) == (202, date(2024, 3, 4), date(2026, 9, 29))
    assert {rate.base for rate in RATES} == {"USD"}
    assert {rate.quote for rate in RATES} == {*CURRENCIES, *ANCHORS} - {"USD"}
    assert len({(rate.quote, rate.day) for rate in RATES}) == len(RATES)


def test_rates_pass_the_checks_of_their_publisher() -> None:
    sifted = sift(RATES, catalog.sources()[snapshot.RATES_SOURCE], date(2026, 9, 29))
    assert sifted.rejected == ()
    assert sifted.accepted == RATES


DOLLARS = {"KZT": "0.0019426", "KGS": "0.011431", "TJS": "0.094841", "UZS": "0.000077107", "TMT": "0.28600"}


def test_dollars_for_one_unit_on_1_may_2025(store: Store) -> None:
    store.seed(RATES, ())
    table = series.frame(store.rates.read(RateQuery()))

    def dollars(currency: str, decimals: int) -> str:
        source, line = series.choose(table, currency, [snapshot.RATES_SOURCE])
        assert source == snapshot.RATES_SOURCE
        turned = series.invert(series.annotate(line, currency))
        return f"{turned.loc['2025-05-01', 'value']:.{decimals}f}"

    assert {c: dollars(c, len(written) - len("0.")) for c, written in DOLLARS.items()} == DOLLARS


def test_digest_is_219_dated_events_with_a_page_each() -> None:
    assert len(ARTICLES) == len({article.key for article in ARTICLES}) == 219
    assert (min(a.day for a in ARTICLES), max(a.day for a in ARTICLES)) == (date(2024, 3, 14), date(2026, 7, 1))
    assert {a.basis for a in ARTICLES} == {"published", "event"}
    for article in ARTICLES:
        address = urlsplit(article.url)
        assert address.scheme in ("http", "https"), article
        assert address.netloc, article
        assert article.title, article
        assert article.excerpt, article
        assert article.outlet, article


def test_digest_is_tagged_with_known_places_and_topics() -> None:
    assert {code for a in ARTICLES for code in a.countries} <= set(PLACES)
    assert {code for a in ARTICLES for code in a.topics} == set(rules().topics)
    assert [a.title for a in ARTICLES if not a.countries] == []


def test_store_takes_the_whole_snapshot_and_finds_nothing_new_in_it_again(store: Store) -> None:
    assert store.seed(RATES, ARTICLES) is True
    assert store.articles.page(ArticleFilter(), 1, 300).total == 219
    assert store.rates.add(RATES) == store.articles.add(ARTICLES) == (0, 0)
