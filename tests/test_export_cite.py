"""The citation: every source's attribution once, the view, the instant, the address."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from lib import catalog
from lib.export.cite import citation
from tests.conftest import article
from tests.exports_by_hand import ASOF, SOMONI, TENGE, shown
from tests.lines_by_hand import observation

PERIOD = (date(2026, 9, 28), date(2026, 9, 29))
LINK = "https://altyn.example/?from=2026-09-28&to=2026-09-29&asof=2026-11-23T09:15Z"


def test_citation_says_pair_span_instant_source_and_address() -> None:
    assert citation([shown()], [], PERIOD, ASOF, LINK).splitlines() == [
        "Altyn: KZT per 1 USD, 28 Sep – 29 Sep 2026, as of 23 Nov 2026 09:15 UTC.",
        "Rates: National Bank of Kazakhstan, official exchange rates. No terms of use are published. "
        + catalog.sources()["nbk"].page,
        LINK,
    ]


def test_each_source_is_attributed_once_in_the_order_of_the_lines() -> None:
    market = shown([observation("2026-09-29", 479.0, source="yahoo")], key="yahoo")
    told = citation([market, shown(), shown(TENGE + SOMONI, currency="TJS")], [], PERIOD, ASOF, LINK)
    credits = [line for line in told.splitlines() if line.startswith("Rates:")]
    assert len(credits) == 2
    assert catalog.sources()["yahoo"].attribution in credits[0]
    assert catalog.sources()["nbk"].attribution in credits[1]


def test_computed_pair_says_from_what_and_two_publishers_of_one_pair_tell_it_once() -> None:
    cross = shown(TENGE + SOMONI, currency="TJS")
    first, *_ = citation([cross, cross, shown(direction="local")], [], PERIOD, ASOF, LINK).splitlines()
    assert first.startswith(
        "Altyn: TJS per 1 USD (computed: USD/KZT ÷ TJS/KZT); USD per 1 KZT (computed: 1 ÷ USD/KZT), 28"
    )


def test_outlets_are_named_once_in_alphabetical_order() -> None:
    chosen = [replace(article(), outlet=outlet) for outlet in ("Reuters", "24.kg", "Reuters", "", "Zakon.kz")]
    told = citation([shown()], chosen, PERIOD, ASOF, LINK).splitlines()
    assert told[-2:] == ["Articles: 24.kg; Reuters; Zakon.kz.", LINK]


def test_view_without_rates_cites_its_articles() -> None:
    told = citation([], [article()], PERIOD, ASOF, LINK).splitlines()
    assert told[0].startswith("Altyn: articles, 28 Sep")
    assert told[1:] == ["Articles: Outlet.", LINK]
