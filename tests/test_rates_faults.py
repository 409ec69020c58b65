"""Every publisher against everything that can go wrong with one, over real sockets.

A new publisher joins by its entry in sources.toml and its file in tests/publishers, which tells where it differs.
"""

from __future__ import annotations

import re
from datetime import date

import pytest

from lib.catalog import sources
from lib.errors import CatalogError, SourceError
from lib.net import Client
from lib.rates import adapter
from lib.rates.checks import sift
from tests.loopback import FAULTS, Publisher, yahoo_at
from tests.loopback.outcomes import NOTHING, Outcome, fetch_fails, parse, rejected
from tests.publishers import PUBLISHERS, stand_in

DAY = date(2026, 1, 8)  # a Thursday
TODAY = date(2026, 1, 9)

# Fault -> what usually comes of it.
USUALLY = {
    "healthy": NOTHING,  # each publisher tells how many rows it gives
    "refused connection": fetch_fails("refuses connections"),
    "timeout mid-body": fetch_fails("did not answer in time"),
    "reset mid-body": fetch_fails("the connection to 127.0.0.1 broke off"),
    "close mid-body": fetch_fails("the connection to 127.0.0.1 broke off"),
    "TLS failure": fetch_fails("certificate of 127.0.0.1 is not trusted"),
    "200 MB body": fetch_fails("sent more than the 8,388,608 bytes"),
    "gzip bomb": fetch_fails("sent more than the 8,388,608 bytes"),
    "301 to elsewhere": fetch_fails("sends us to another address, http://moved.invalid/new"),
    "403": fetch_fails("refuses us (status 403)"),
    "404": fetch_fails("has nothing at this address (status 404)"),
    "429 with Retry-After": fetch_fails("ask too often (status 429); it may be asked again after"),
    "429 without Retry-After": fetch_fails("says that we ask too often"),
    "500": fetch_fails("is broken at the moment (status 500)"),
    "HTML with 200": parse("a web page instead of rates"),
    "empty with 200": parse("the answer is empty"),
    "truncated document": parse("is not well-formed"),
    "wrong encoding": parse("not well-formed XML"),
    "bomb": parse("declares a document type or entities"),
    "no records": NOTHING,
    "wrong day": parse("is for 2025-12-25 where 2026-01-08"),
    "day in the future": parse("is for 2125-12-15"),
    "nominal 0": rejected("the nominal is 0"),
    "no nominal": rejected("there is no nominal"),
    "value 0": rejected("the value is 0"),
    "negative value": rejected("the value is -"),
    "value N/A": rejected("the value is not a number: 'N/A'"),
    "value 1e400": rejected("the value is not finite"),
    "no value": rejected("there is no value"),
    "duplicates that disagree": rejected("published with different values"),
}


def fits(key: str, fault: str) -> bool:
    """A publisher whose format has no nominal cannot have a wrong one."""
    return not ("nominal" in fault and getattr(stand_in(key), "WITHOUT_NOMINAL", False))


CASES = [(key, fault) for fault in FAULTS for key in PUBLISHERS if fits(key, fault)]


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
    assert set(USUALLY) == set(FAULTS)


@pytest.mark.parametrize("key", PUBLISHERS)
def test_a_publisher_tells_only_of_known_faults(key: str) -> None:
    assert "healthy" in stand_in(key).OUTCOMES
    assert set(stand_in(key).OUTCOMES) <= set(FAULTS)


@pytest.mark.parametrize(("publisher", "fault"), CASES)
def test_a_broken_publisher_is_told_apart_from_a_silent_one(
    publisher: str, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = stand_in(publisher).OUTCOMES.get(fault, USUALLY[fault])
    with FAULTS[fault].serve(PUBLISHERS[publisher]) as url:
        if publisher == "yahoo":
            yahoo_at(url, monkeypatch)
        came = outcome(PUBLISHERS[publisher], url)
    assert expected.says in came.says
    assert came._replace(says=expected.says) == expected


def test_a_publisher_without_a_module_is_a_fault_of_the_catalogue() -> None:
    with pytest.raises(CatalogError, match=r"sources\.toml: atlantis: lib/rates has no module of this name"):
        adapter("atlantis")
