"""Every publisher against everything that can go wrong with one, over real sockets.

A new publisher joins by its entry in `tests.loopback.PUBLISHERS` and a row in OUTCOMES for each fault where it differs
from the rest.
"""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

import pytest

from lib.catalog import sources
from lib.errors import CatalogError, FetchError, ParseError, SourceError
from lib.net import Client
from lib.rates import adapter
from lib.rates.checks import sift
from tests.loopback import FAULTS, PUBLISHERS, YAHOO, Publisher, yahoo_at

DAY = date(2026, 1, 8)  # a Thursday
TODAY = date(2026, 1, 9)


class Outcome(NamedTuple):
    """What comes of it: an error with these words, or every row rejected for this reason, or how many are accepted."""

    error: type[SourceError] | None = None
    says: str = ""
    rejected: str = ""
    accepted: int = 0


def fetch(says: str) -> Outcome:
    return Outcome(FetchError, says)


def parse(says: str) -> Outcome:
    return Outcome(ParseError, says)


def rejected(why: str) -> Outcome:
    return Outcome(rejected=why)


NOTHING = Outcome()
NOT_JSON = fetch("Yahoo gave an answer that is not JSON")
UNREADABLE = fetch("Yahoo gave an answer that yfinance cannot read")

# Fault -> what comes of it; then, by publisher, where it differs. yfinance hides much of what its server does: it
# retries, follows redirects, drops zeros and keeps the last of two bars.
OUTCOMES: dict[str, tuple[Outcome, dict[str, Outcome]]] = {
    "healthy": (
        NOTHING,
        {"nbk": Outcome(accepted=7), "currency_api": Outcome(accepted=8), "yahoo": Outcome(accepted=4)},
    ),
    "refused connection": (fetch("refuses connections"), {}),
    "timeout mid-body": (fetch("did not answer in time"), {}),
    "reset mid-body": (fetch("the connection to 127.0.0.1 broke off"), {"yahoo": fetch("broke the connection off")}),
    "close mid-body": (fetch("the connection to 127.0.0.1 broke off"), {"yahoo": fetch("broke the connection off")}),
    "TLS failure": (
        fetch("certificate of 127.0.0.1 is not trusted"),
        {"yahoo": fetch("certificate that is not trusted")},
    ),
    "200 MB body": (fetch("sent more than the 8,388,608 bytes"), {"yahoo": fetch("sent more than we take")}),
    "gzip bomb": (fetch("sent more than the 8,388,608 bytes"), {"yahoo": fetch("sent more than we take")}),
    "301 to elsewhere": (
        fetch("sends us to another address, http://moved.invalid/new"),
        {"yahoo": fetch("cannot be found")},
    ),
    "403": (fetch("refuses us (status 403)"), {"yahoo": NOT_JSON}),
    "404": (fetch("has nothing at this address (status 404)"), {"currency_api": NOTHING, "yahoo": NOT_JSON}),
    "429 with Retry-After": (
        fetch("ask too often (status 429); it may be asked again after"),
        {"yahoo": fetch("says that we ask too often")},
    ),
    "429 without Retry-After": (fetch("says that we ask too often"), {}),
    "500": (fetch("is broken at the moment (status 500)"), {"yahoo": NOT_JSON}),
    "HTML with 200": (parse("a web page instead of rates"), {"yahoo": NOT_JSON}),
    "empty with 200": (parse("the answer is empty"), {"yahoo": NOT_JSON}),
    "truncated document": (parse("is not well-formed"), {"yahoo": NOT_JSON}),
    "wrong encoding": (parse("not well-formed XML"), {"currency_api": parse("not in UTF-8"), "yahoo": UNREADABLE}),
    "bomb": (
        parse("declares a document type or entities"),
        {"currency_api": parse("nested too deeply"), "yahoo": UNREADABLE},
    ),
    "no records": (
        NOTHING,
        {"currency_api": parse("none of the currencies that we take"), "yahoo": fetch("Yahoo has no prices")},
    ),
    "wrong day": (
        parse("is for 2025-12-25 where 2026-01-08"),
        {"yahoo": parse("none of the days that were asked for")},
    ),
    "day in the future": (parse("is for 2125-12-15"), {"yahoo": parse("none of the days that were asked for")}),
    "nominal 0": (rejected("the nominal is 0"), {}),
    "no nominal": (rejected("there is no nominal"), {}),
    "value 0": (rejected("the value is 0"), {"yahoo": fetch("Yahoo has no prices")}),
    "negative value": (rejected("the value is -"), {}),
    "value N/A": (rejected("the value is not a number: 'N/A'"), {"yahoo": UNREADABLE}),
    "value 1e400": (rejected("the value is not finite"), {"yahoo": rejected("the value is not a number: 'inf'")}),
    "no value": (rejected("there is no value"), {"yahoo": UNREADABLE}),
    "duplicates that disagree": (
        rejected("published with different values"),
        {"currency_api": parse("says the same thing twice"), "yahoo": Outcome(accepted=4)},
    ),
}
# Publishers whose format has no nominal cannot have a wrong one.
WITHOUT_NOMINAL = ("currency_api", "yahoo")

CASES = [
    (publisher, fault)
    for fault in FAULTS
    for publisher in PUBLISHERS
    if not (publisher in WITHOUT_NOMINAL and "nominal" in fault)
]


def outcome(publisher: Publisher, url: str) -> Outcome:
    """What comes of asking `publisher` at `url` for one day; of several reasons to reject, they are the same."""
    source = publisher.at(url, sources()[publisher.key])
    with Client(connect=0.3, read=0.3, sleep=lambda _: None) as client:
        try:
            rows = list(adapter(publisher.key).fetch(client, source, DAY, DAY, lambda _: None))
        except SourceError as failed:
            return Outcome(type(failed), failed.why)
    accepted, turned_away = sift(rows, source, TODAY)
    reasons = {re.sub(r"(?<=different values).*|(?<=the value is -).*", "", row.why) for row in turned_away}
    assert len(reasons) <= 1
    return Outcome(rejected="".join(reasons), accepted=len(accepted))


def test_the_table_knows_every_fault() -> None:
    assert set(OUTCOMES) == set(FAULTS)


@pytest.mark.parametrize(("publisher", "fault"), CASES)
def test_a_broken_publisher_is_told_apart_from_a_silent_one(
    publisher: str, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual, others = OUTCOMES[fault]
    expected = others.get(publisher, usual)
    with FAULTS[fault].serve(PUBLISHERS[publisher]) as url:
        if PUBLISHERS[publisher] is YAHOO:
            yahoo_at(url, monkeypatch)
        came = outcome(PUBLISHERS[publisher], url)
    assert expected.says in came.says
    assert came._replace(says=expected.says) == expected


def test_a_publisher_without_a_module_is_a_fault_of_the_catalogue() -> None:
    with pytest.raises(CatalogError, match=r"sources\.toml: atlantis: lib/rates has no module of this name"):
        adapter("atlantis")
