"""A backfill from 1999 on, against publishers that speak their true formats and have the faults of the real ones.

The figures are official ones that banks and newspapers gave for the day named (the pages are in `KNOWN`); between them
the stand-ins draw a straight line. They publish on few days, so that decades take seconds.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache, partial

import msgspec
import pandas as pd
import pytest

from lib import catalog, series
from lib.catalog import Source
from lib.ingest.backfill import backfill
from lib.models import RateQuery, Run
from lib.net import Client
from lib.store import Store
from tests.loopback import Asked, Handler, Reply, route, serve
from tests.publishers import PUBLISHERS, stand_in

Lines = Callable[[str], dict[str, pd.DataFrame]]
NOW = datetime(2026, 5, 25, 12, tzinfo=UTC)
SINCE = date(1999, 1, 1)
HOUR = timedelta(hours=1)

# Units per USD, official, and the page that gives them. Days without a page are where the line of a regime ends.
KNOWN = {
    "KZT": {
        "1999-04-02": (87.5, "rferl.org/a/1091000.html"),
        "1999-04-06": (138.5, "rferl.org/a/1091000.html"),
        "2009-02-03": (121.0, ""),
        "2009-02-04": (141.0, "narcogen.com/blog/02/04/2009/tenge_devalued"),
        "2010-06-30": (147.46, "caravan.kz/amp/news/kursy-tenge-k-invalyutam-na-1-iyulya-274706"),
        "2014-02-10": (155.56, "sputnikglobe.com/20140211/Kazakhstan-Devalues-National-Currency-187418038.html"),
        "2014-02-12": (
            163.9,
            "en.tengrinews.kz/finance/kazakhstans-central-bank-sets-tenge-exchange-rate-to-1639-25988",
        ),
        "2014-02-13": (184.5, ""),
        "2015-08-20": (188.38, ""),
        "2015-08-21": (255.26, "interfax.ru/business/461392"),
        "2016-01-01": (340.01, "news.tj/ru/node/235041"),
        "2019-08-15": (386.16, "en.trend.az/business/finance/3105032.html"),
        "2025-02-05": (520.27, "zakonkz.com/en/news/na-kase-dollar-prodaetsya-okolo-otmetki-3"),
        "2026-04-01": (478.77, "nationalbank.kz"),
    },
    "KGS": {
        "1999-01-05": (29.4, ""),
        "2005-06-18": (41.0685, "nbkr.kg"),
        "2014-01-01": (49.1984, "cistranfinance.com/stories/510513647"),
        "2016-01-01": (75.8969, "news.tj/ru/node/235041"),
        "2020-04-16": (79.6875, "24.kg/english/150288"),
        "2020-05-21": (75.6946, "24.kg/english/153444"),
        "2026-05-23": (87.45, "nbkr.kg"),
    },
    "TJS": {
        "2000-10-31": (2.2, ""),
        "2001-01-31": (2.2, "nationsencyclopedia.com/economies/Asia-and-the-Pacific/Tajikistan-MONEY.html"),
        "2006-10-31": (3.39, "asiaplustj.info/en/news/tajikistan/20061030"),
        "2016-01-01": (7.1101, "asiaplus.news/?p=196108"),
        "2018-04-25": (8.8847, "news.tj/en/news/tajikistan/economic/20180425"),
        "2018-07-11": (9.1752, "news.tj/tj/node/256741"),
        "2026-05-19": (9.345, "nbt.tj"),
    },
    "TMT": {
        "2009-01-01": (2.85, "caravan.kz/amp/news/v-turkmenistane-denominirovana-nacionalnaya-valyuta-250475"),
        "2015-01-01": (2.85, ""),  # in force at the Bank of Russia until its first list of the year
        "2015-01-13": (3.5, "github.com/lineofflight/frankfurter/pull/486"),
        "2026-05-20": (3.5, "cbt.tm"),
    },
    "UZS": {
        "1999-01-05": (110.0, ""),
        "2003-01-01": (970.0, ""),
        "2016-01-01": (2809.0, "news.tj/ru/node/235041"),
        "2017-09-02": (4210.35, "ut.uz/en/politics/uzbek-government-devaluated-the-exchange-rate"),
        "2017-09-05": (8100.0, ""),
        "2019-01-01": (8336.25, "darakchi.uz/ru/63382"),
        "2019-10-08": (9433.34, "m.kun.uz/en/news/2019/10/07"),
        "2022-09-27": (11030.13, "sputniknews.uz/amp/20220923"),
        "2025-09-24": (12171.03, "cbu.uz"),
        "2026-04-01": (12194.21, "cbu.uz"),
    },
    "RUB": {"1999-01-05": (20.65, ""), "2014-12-31": (56.2376, ""), "2026-05-23": (71.3, "")},
}
LEVELS = {code: [(date.fromisoformat(day), value) for day, (value, _) in told.items()] for code, told in KNOWN.items()}
YEARS, MONTHS = range(1999, 2027), range(1, 13)
ROUBLES_OF_TAJIKISTAN = [(date(1999, 2, 2), "13,8000"), (date(2000, 10, 3), "13,5400")]  # for 1,000


LISTED = sorted(
    d
    for d in {
        *(
            date(y, m, 9) + timedelta(days=[1, 0, 0, 0, 0, 0, 2][date(y, m, 9).weekday()])
            for y in YEARS
            for m in MONTHS
        ),
        *(d - timedelta(days=n) for levels in LEVELS.values() for d, _ in levels for n in (0, 1)),
    }
    if d.weekday() in range(1, 6)
)


def per_dollar(code: str, day: date) -> float:
    """What the bank of a currency would publish: a straight line between two known days."""
    if code == "USD":
        return 1.0
    levels = LEVELS.get(code) or [(SINCE, {"EUR": 0.88, "CNY": 7.1}[code])]
    at = max(bisect_right([d for d, _ in levels], day) - 1, 0)
    (first, value), (last, after) = levels[at], levels[min(at + 1, len(levels) - 1)]
    share = (day - first) / (last - first) if last > first and day > first else 0.0
    return math.exp(math.log(value) + share * (math.log(after) - math.log(value)))


def days(code: str, since: date, until: date) -> list[date]:
    """Tuesdays to Saturdays: one a month, those known, and the days before those."""
    begins = LEVELS[code][0][0] if code in LEVELS else SINCE
    return [d for d in LISTED if max(since, begins) <= d <= until]


def cbr(asked: Asked) -> Reply:
    """One id for the Tajik rouble and the somoni; no list between New Year's Day and the second week of 2015."""
    module = stand_in("cbr")
    code = next(c for c, number in module.cbr.NUMBERS.items() if number == asked.query["VAL_NM_RQ"])
    since, until = (module._asked_day(asked, end) for end in ("date_req1", "date_req2"))
    listed = [d for d in days(code, since, until) if not date(2015, 1, 1) < d < date(2015, 1, 13)]
    rows = [module.record(*_in_roubles(code, d), f"{d:%d.%m.%Y}", asked.query["VAL_NM_RQ"]) for d in listed]
    if code == "TJS" and since.year == 2000:  # more than was asked for
        rows = [module.record(v, "1000", f"{d:%d.%m.%Y}", "R01670") for d, v in ROUBLES_OF_TAJIKISTAN] + rows
    return Reply(module.listing("".join(rows)))


def _in_roubles(code: str, day: date) -> tuple[str, str]:
    nominal = {"UZS": 10_000, "KZT": 100, "KGS": 100, "TJS": 10}.get(code, 1)
    value = per_dollar("RUB", day) / per_dollar(code, day) * nominal
    return f"{value:.4f}".replace(".", ","), str(nominal)


def nbkr(asked: Asked) -> Reply:
    """The page of the sum of 2010 is broken; the daily list is dated a Sunday."""
    module = stand_in("nbkr")
    if asked.path != "/index1.jsp":
        return Reply(module.listing(module.item("USD", "87,4500") + module.item("TJS", "9,4148"), "24.05.2026"))
    code = module.CODES[int(asked.query["valuta_id"])]
    since, until = (module._asked_day(asked, end) for end in ("beg", "end"))
    if code == "UZS" and since.year == 2010:
        return Reply(status=500)
    lines = [(d, per_dollar("KGS", d) / per_dollar(code, d)) for d in days(code, since, until)]
    return Reply(module.page("".join(module.line(f"{d:%d.%m.%Y}", f"{v:.6f}".replace(".", ",")) for d, v in lines)))


def nbt(asked: Asked) -> Reply:
    """The rouble of the first years is answered with a page."""
    module, code = stand_in("nbt"), asked.query["cs"]
    since, until = (date.fromisoformat(asked.query[end]) for end in ("d1", "d2"))
    if code == "RUB" and since.year < 2005:
        return Reply(b"<!DOCTYPE html><html><body>date - format YYYY-MM-DD</body></html>")
    lines = [(d, per_dollar("TJS", d) / per_dollar(code, d)) for d in days(code, since, until) if d.year > 2000]
    return Reply(module.listing("".join(module.record(code, f"{v:.8f}", "1", f"{d:%d.%m.%Y}") for d, v in lines)))


def frankfurter(asked: Asked) -> Reply:
    """Gives rows of before the days asked for; calls old manats new ones, and has the peg of today before 2015."""
    module = stand_in("frankfurter")
    since, until = (date.fromisoformat(asked.query[end]) for end in ("from", "to"))
    told = [(since - timedelta(days=4), "EUR", 0.85)]
    for code in asked.query["quotes"].split(","):
        told += [(d, code, _blended(code, d)) for d in days("RUB" if code == "TMT" else code, since, until)]
    return Reply(module.listing(*(module.record(code, f"{value:.6g}", str(d)) for d, code, value in told)))


def _blended(code: str, day: date) -> float:
    return (14_250.0 if day.year < 2009 else 3.5) if code == "TMT" else per_dollar(code, day)


def daily(key: str, bad: date, fault: Callable[[Asked], Reply]) -> Handler:
    """A publisher asked day by day, in its usual stand-in, with one bad day."""
    healthy = PUBLISHERS[key].handler()
    spelled = (str(bad), f"{bad:%d.%m.%Y}", f"{bad:%d%m%Y}")
    return lambda asked: (
        fault(asked) if any(s in asked.path or s in asked.query.values() for s in spelled) else healthy(asked)
    )


BAD = date(2026, 5, 13)
HANDLERS: dict[str, Handler] = {
    "/scripts/": cbr,
    "/XML/": nbkr,
    "/index1.jsp": nbkr,
    "/en/kurs/": nbt,
    "/v2/": frankfurter,
    "/rss/": daily("nbk", BAD, lambda _: Reply(b"<rates>")),
    "/en/arkhiv": daily("cbu", BAD, PUBLISHERS["cbu"].handler(lambda told: [replace(r, day=SINCE) for r in told])),
    "/kurs/": daily("cbt", BAD, lambda _: Reply(status=500)),
    "/npm/": daily("currency_api", BAD, lambda _: Reply(status=404)),
    "/pages/": lambda _: Reply(status=500),
}


def chosen(url: str) -> list[Source]:
    """All publishers but Yahoo; those that are asked day by day for the last three weeks only."""
    first = NOW.date() - timedelta(days=20)
    there = []
    for key, source in catalog.sources().items():
        ours = PUBLISHERS[key].at(url, source) if key in PUBLISHERS else source
        begins = first if key in ("nbk", "cbu", "cbt", "currency_api") else source.first
        there.append(msgspec.structs.replace(ours, pause=0.0, first=begins))
    return [source for source in there if source.key != "yahoo"]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, list[list[Run]]]]:
    """A store after four rounds of the backfill, and the runs of each round."""
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('decades') / 'altyn.db'}")
    with serve(route(HANDLERS)) as server, Client(sleep=lambda _: None) as client:
        sources = chosen(server.url)
        rounds = [list(backfill(sources, SINCE, client, store, NOW + n * HOUR)) for n in range(4)]
    yield store, rounds
    store.close()


@pytest.fixture(scope="module")
def lines(filled: tuple[Store, list[list[Run]]]) -> Lines:
    """The annotated lines of a currency per USD, by source."""
    return cache(partial(_lines, filled[0]))


def _lines(store: Store, currency: str) -> dict[str, pd.DataFrame]:
    made = series.lines(series.frame(store.rates.read(RateQuery())), "USD", currency)
    known = catalog.sources()
    return {
        key: series.annotate(
            line,
            currency,
            days=known[key].days,
            country=known[key].holidays or known[key].country,
            kind=known[key].kind,
        )
        for key, line in made.items()
    }


def test_backfill_from_1999_ends_with_the_bad_days_left_and_all_others_stored(
    filled: tuple[Store, list[list[Run]]],
) -> None:
    store, rounds = filled
    failed = [{run.source for run in runs if run.outcome == "failed"} for runs in rounds]
    faulty = {"nbkr", "nbt", "nbk", "cbu", "cbt", "currency_api"}
    assert failed == [faulty, faulty, faulty, set()]
    left = {key: [(f.since, f.until) for f in store.failures.read(key) if f.left] for key in faulty}
    assert {key for key, spans in left.items() if spans == [(BAD, BAD)]} == {"nbk", "cbu", "cbt", "currency_api"}
    assert [a.year for a, _ in left["nbkr"]] == [2010]
    assert [a.year for a, _ in left["nbt"]] == [2001]
    firsts = {c.source: c.first.year for c in store.rates.coverage() if {c.base, c.quote} & {"USD"}}
    assert {firsts[key] for key in ("cbr", "nbkr", "frankfurter")} == {1999}


def test_no_source_has_a_currency_before_it_existed(filled: tuple[Store, list[list[Run]]]) -> None:
    store, rounds = filled
    firsts = {
        code: min(c.first for c in store.rates.coverage() if code in (c.base, c.quote)) for code in ("TJS", "TMT")
    }
    assert firsts["TJS"] == date(2000, 10, 31)
    assert firsts["TMT"] == date(2009, 1, 1)
    rejected = {run.source: run.rejected for run in rounds[0]}
    assert {r.why for r in rejected["cbr"]} == {
        "there was no TJS before 2000-10-30, when it replaced TJR at 1,000 to 1"
    }
    assert {r.why for r in rejected["frankfurter"]} == {
        "there was no TMT before 2009-01-01, when it replaced TMM at 5,000 to 1"
    }


@pytest.mark.parametrize(
    ("currency", "source"),
    [("KZT", "cbr"), ("KGS", "nbkr"), ("TJS", "nbt"), ("TMT", "cbr"), ("UZS", "cbr"), ("KZT", "frankfurter")],
)
def test_line_has_the_figures_that_were_published(lines: Lines, currency: str, source: str) -> None:
    line = lines(currency)[source]["value"]
    there = {day: value for day, (value, page) in KNOWN[currency].items() if page and pd.Timestamp(day) in line.index}
    assert len(there) >= 3
    for day, value in there.items():
        assert line[pd.Timestamp(day)] == pytest.approx(value, rel=2e-4), day


@pytest.mark.parametrize("currency", ["KZT", "KGS", "TJS", "TMT", "UZS"])
def test_no_step_exceeds_thirty_percent_but_at_a_listed_break(lines: Lines, currency: str) -> None:
    made = lines(currency)
    assert {"cbr", "nbkr", "nbt", "frankfurter"} <= set(made)
    for key, line in made.items():
        line = line[line.index >= "2003-01-01"] if currency == "UZS" else line
        large = line[line["change"].abs() > 30]
        assert large["flags"].str.contains("break").all(), (key, large)


@pytest.mark.parametrize(
    ("currency", "days"),
    [
        ("KZT", ["1999-04-05", "2009-02-04", "2014-02-11", "2015-08-20"]),
        ("TMT", ["2015-01-01"]),
        ("UZS", ["2017-09-05"]),
    ],
)
def test_each_break_heads_what_is_notable(lines: Lines, currency: str, days: list[str]) -> None:
    found = series.notable(lines(currency)["cbr"], currencies=("USD", currency))
    assert sorted(str(m.regime.day) for m in found[: len(days)] if m.regime) == days
    assert not any(m.regime for m in found[len(days) :])


def test_manat_of_2015_is_a_break_and_not_noise_and_a_wrong_one_before_it_is(lines: Lines) -> None:
    manat = lines("TMT")
    assert manat["cbr"]["flags"][pd.Timestamp("2015-01-13")] == "break"
    assert manat["cbr"]["flags"][pd.Timestamp("2015-01-01")] == ""
    assert set(manat["frankfurter"]["flags"][:"2014-12-31"]) <= {"off-peg", "off-peg after-gap"}
