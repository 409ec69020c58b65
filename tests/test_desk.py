"""What the desk answers: lines, articles and moves for a notebook; states, frozen views and files for the pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from lib import series, snapshot
from lib.countries import CODES, PLACES
from lib.desk import NOTHING, Desk
from lib.desk.articles import archive_filter, feed_filter
from lib.links import View
from lib.models import RateQuery
from lib.store import Store
from tests.conftest import Clock, article, rate

ROOT = Path(__file__).parent.parent
ALL = View(range="All")


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Iterator[Desk]:
    """An empty store, whose clock and the desk's are the test's."""
    opened = Desk(Store(f"sqlite:///{tmp_path / 'altyn.db'}", clock), clock=clock)
    yield opened
    opened.close()


@pytest.fixture
def bundled(desk: Desk) -> Desk:
    desk.store.seed(snapshot.parts(date(2026, 11, 23)))
    return desk


class Reads:
    """Counts what is read from the store."""

    def __init__(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        self.rates: list[RateQuery] = []
        read, coverage = desk.store.rates.read, desk.store.rates.coverage
        monkeypatch.setattr(desk.store.rates, "read", lambda query: self.rates.append(query) or read(query))
        monkeypatch.setattr(desk.store.rates, "coverage", lambda asof: self.rates.append(asof) or coverage(asof))


# In a notebook.


def test_example_of_the_readme_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'altyn.db'}")
    (example,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    names: dict[str, Any] = {}
    exec(example, names)
    names["desk"].close()
    shown = capsys.readouterr().out
    assert "currency_api" in shown or "nbp" in shown
    assert re.search(r"^2026-\d\d-\d\d [A-Z]", shown, re.MULTILINE)
    assert re.search(r"^2026-\d\d-\d\d [+-]\d\.\d\d % \[", shown, re.MULTILINE)


def test_line_is_a_frame_of_value_change_flags_and_source(bundled: Desk) -> None:
    line = bundled.line("KZT", since="2026-09-01", until=date(2026, 9, 29))
    assert list(line) == ["value", "change", "flags", "source"]
    assert (line.index[0], line.index[-1]) == (pd.Timestamp("2026-09-01"), pd.Timestamp("2026-09-29"))
    assert set(line["source"]) == {"currency_api"}
    assert round(line["value"].iloc[-1], 3) == 441.234
    assert round(line["change"].iloc[-1], 2) == -0.44


def test_line_by_another_source_or_as_of_before_is_that_one(desk: Desk, clock: Clock) -> None:
    desk.store.rates.add([rate(value=478.0), rate(value=479.0, source="cbr")])
    before = clock.now
    clock.advance(hours=1)
    desk.store.rates.add([rate(value=500.0)])
    assert list(desk.line("KZT")["value"]) == [500.0]
    assert list(desk.line("KZT", source="cbr")["value"]) == [479.0]
    assert list(desk.line("KZT", asof=before)["value"]) == [478.0]
    assert list(desk.line("KZT", asof=before.isoformat())["value"]) == [478.0]
    nothing = desk.line("KZT", asof="2001-01-01")
    assert (len(nothing), list(nothing)) == (0, ["value", "change", "flags", "source"])


def test_moves_bring_the_articles_around_them(desk: Desk) -> None:
    days = pd.bdate_range("2026-01-01", periods=60)
    values = [500 * 1.001 ** (n % 2) for n in range(60)]
    values[50:] = [value * 1.1 for value in values[50:]]
    desk.store.rates.add([rate(str(day.date()), value) for day, value in zip(days, values, strict=True)])
    near, far = days[50].date() + timedelta(days=2), days[50].date() + timedelta(days=3)
    told = [article("near", day=str(near), tags=("KZ",)), article("far", day=str(far), tags=("KZ",))]
    desk.store.articles.add([*told, article("elsewhere", day=str(near), tags=("UZ",))])
    (found,) = desk.moves("KZT")
    assert (found.move.day, round(found.move.change)) == (days[50].date(), 10)
    assert [a.key for a in found.articles] == ["near"]
    assert desk.moves("KZT", until=days[49].date()) == []


@pytest.mark.parametrize(
    ("ask", "names"),
    [
        (lambda desk: desk.line("KZZ"), "currency is 'KZZ'.*KZT"),
        (lambda desk: desk.line("KZT", base="BTC"), "base is 'BTC'.*USD"),
        (lambda desk: desk.line("KZT", source="ecb"), "source is 'ecb'.*nbk"),
        (lambda desk: desk.line("KZT", since="yesterday"), "since is 'yesterday'.*2026-09-29"),
        (lambda desk: desk.line("KZT", until=5), "until is 5"),
        (lambda desk: desk.line("KZT", asof="soon"), "asof is 'soon'.*2026-09-29T09:15:00Z"),
        (lambda desk: desk.articles(countries=["KR"]), "countries is 'KR'.*KZ"),
        (lambda desk: desk.moves("USD"), "currency is 'USD'.*KZT"),
    ],
)
def test_what_there_is_not_is_refused_by_name(desk: Desk, ask: Any, names: str) -> None:
    with pytest.raises(ValueError, match=names):
        ask(desk)


# States and the cache.


def test_article_costs_nothing_of_the_rates(bundled: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def visit() -> None:
        now = bundled.now()
        period = bundled.period(ALL, now)
        bundled.in_view(ALL, period, now)
        bundled.flagged(now)
        bundled.health(now)

    visit()
    reads = Reads(bundled, monkeypatch)
    bundled.store.articles.add([article("new")])
    visit()
    assert reads.rates == []
    bundled.store.rates.add([rate()])
    visit()
    assert reads.rates


def test_frozen_and_live_views_of_one_state_share_what_was_read(
    bundled: Desk, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = bundled.now()
    bundled.in_view(ALL, bundled.period(ALL, now), now)
    reads = Reads(bundled, monkeypatch)
    clock.advance(days=40)
    bundled.store.articles.add([article("new")])
    frozen = bundled.freeze(ALL, now, "chart")
    assert bundled.in_view(frozen, bundled.period(frozen, now), now)
    assert reads.rates == []


def test_any_instant_is_that_of_a_state_before_it_is_a_key(desk: Desk) -> None:
    desk.store.rates.add([rate()])
    stamp = desk.now().at
    for microseconds in (0, 1, 86_399_999_999):
        view = View(asof=stamp + timedelta(microseconds=microseconds))
        assert desk.settled(view).asof == stamp
    assert desk.settled(View()) == View()
    too_old = View(asof=stamp - timedelta(microseconds=1))
    assert desk.settled(too_old) == too_old
    assert desk.state_of(too_old, desk.now()) == NOTHING
    assert desk.in_view(too_old, desk.period(too_old, NOTHING), NOTHING) == []


def test_first_state_is_the_oldest(desk: Desk, clock: Clock) -> None:
    assert desk.first_state() is None
    desk.store.rates.add([rate()])
    first = desk.now()
    for _ in range(3):
        clock.advance(days=1)
        desk.store.articles.add([article(f"{clock.now}")])
    assert desk.first_state() == first


def test_newest_observation_is_stale_on_a_later_day_and_on_its_own_it_was_not(desk: Desk, clock: Clock) -> None:
    days = pd.bdate_range("2026-09-01", "2026-09-29")
    desk.store.rates.add([rate(str(day.date()), 478.77 + day.day / 7) for day in days])
    view, now = View(countries=("KZ",)), desk.now()
    period = desk.period(view, now)
    frozen = desk.freeze(view, now, "chart")
    clock.advance(days=30)
    (live,) = desk.in_view(view, period, now)
    (was,) = desk.in_view(frozen, period, now)
    assert (live.line["flags"].iloc[-1], was.line["flags"].iloc[-1]) == ("stale", "")
    assert list(live.line["flags"].iloc[:-1]) == list(was.line["flags"].iloc[:-1])


def test_stale_move_is_no_move(desk: Desk, clock: Clock) -> None:
    days = pd.bdate_range(end="2026-09-29", periods=60)
    values = [500 * 1.001 ** (n % 2) for n in range(59)] + [550.0]
    desk.store.rates.add([rate(str(day.date()), value) for day, value in zip(days, values, strict=True)])
    assert [found.move.day for found in desk.moves("KZT")] == [date(2026, 9, 29)]
    clock.advance(days=30)
    assert desk.moves("KZT") == []
    whole = desk.lines.whole("USD", "KZT", "nbk", desk.now(), clock.now.date())
    assert whole is not None
    assert series.moves(whole) == []


# Frozen views.


def test_frozen_view_names_every_source_and_the_choice_of_another_version_changes_nothing(desk: Desk) -> None:
    somoni = rate(value=9.5, quote="TJS", source="nbt")
    desk.store.rates.add([rate(value=478.0), rate(value=500.0, source="cbr"), somoni])
    now = desk.now()
    frozen = desk.freeze(View(countries=("KZ", "TJ")), now, "chart")
    assert frozen.lines == (("KZT", ("nbk",)), ("TJS", ("nbt",)))
    assert (frozen.asof, frozen.until) == (now.at, date(2026, 9, 29))
    reordered = {key: of_no_country(desk.sources[key]) for key in reversed(list(desk.sources))}
    later = Desk(desk.store, reordered, desk.clock)
    period = later.period(frozen, now)
    assert [x.source for x in later.in_view(frozen, period, now)] == ["nbk", "nbt"]
    assert [x.source for x in later.in_view(replace(frozen, lines=()), period, now)] == ["cbr", "nbt"]


def of_no_country(source: Any) -> Any:
    """As a catalogue of other preferences has it."""
    return type(source)(**{**{name: getattr(source, name) for name in source.__struct_fields__}, "country": ""})


def test_source_that_a_link_names_and_that_has_no_line_gives_way_to_the_best(desk: Desk) -> None:
    desk.store.rates.add([rate(value=478.0)])
    now = desk.now()
    view = View(countries=("KZ",), asof=now.at, lines=(("KZT", ("cbr",)),))
    assert [x.source for x in desk.in_view(view, desk.period(view, now), now)] == ["nbk"]


def test_a_chain_of_a_link_is_its_first_source_continued_by_the_next(desk: Desk) -> None:
    days = [str(day.date()) for day in pd.bdate_range("2026-06-01", "2026-09-29")]
    desk.store.rates.add([rate(days[-1], 478.0), *(rate(day, 479.0, source="cbr") for day in days)])
    now = desk.now()
    view = View(countries=("KZ",), range="3M", lines=(("KZT", ("nbk", "cbr")),))
    (line,) = desk.in_view(view, desk.period(view, now), now)
    assert (line.source, line.sources) == ("nbk", ["nbk", "cbr"])
    assert line.line["source"].tolist()[-2:] == ["cbr", "nbk"]


def test_reader_s_own_sources_outrank_those_of_the_link_in_the_order_chosen(desk: Desk) -> None:
    desk.store.rates.add([rate(value=478.0), rate(value=479.0, source="cbr")])
    now = desk.now()
    view = View(countries=("KZ",), sources=("cbr", "nbk"), lines=(("KZT", ("nbk",)),))
    assert [x.source for x in desk.in_view(view, desk.period(view, now), now)] == ["cbr", "nbk"]
    assert desk.freeze(view, now, "chart").lines == ()


def test_archive_is_frozen_with_its_places_and_without_dates(bundled: Desk) -> None:
    now = bundled.now()
    anywhere = bundled.freeze(View(words="gas"), now, "archive")
    assert (anywhere.news, anywhere.since, anywhere.lines) == ((), None, ())
    assert archive_filter(anywhere) == archive_filter(View(words="gas"))
    assert bundled.freeze(View(countries=("TM",)), now, "archive").news == ("TM",)


def test_all_five_countries_take_in_the_region_also_where_they_are_no_longer_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    period = (date(2026, 1, 1), date(2026, 2, 1))
    assert feed_filter(View(), period).countries == PLACES
    monkeypatch.setattr("lib.desk.articles.CODES", (*CODES, "MN"))
    assert feed_filter(View(), period).countries == PLACES
    assert feed_filter(View(countries=("KZ", "UZ")), period).countries == ("KZ", "UZ")


def test_empty_store_gives_empty_answers(desk: Desk) -> None:
    now = desk.now()
    assert now == NOTHING
    assert desk.articles() == ()
    assert desk.moves("KZT") == []
    bundle = desk.bundle(View(), now, "chart", "https://altyn.example/")
    assert (bundle.lines(), bundle.articles()) == ([], ())
    assert bundle.rates_csv().count(b"\n") == 1
    assert "asof=1990-01-01T00:00:00Z" in bundle.link


def test_articles_in_files_go_on_past_one_batch(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lib.desk.articles.BATCH", 3)
    desk.store.articles.add([article(f"a{n}", f"Report {n}") for n in range(8)])
    assert len(desk.articles()) == 8
    assert len({a.key for a in desk.articles(limit=7)}) == 7


def test_missing_days_are_those_of_the_best_pair(desk: Desk, clock: Clock) -> None:
    days = [day.date() for day in pd.bdate_range("2026-09-01", "2026-09-28")]
    full = [rate(str(day), 1.0, source="nbk", base="KZT", quote="USD") for day in days if day.day != 10]
    desk.store.rates.add([*full, rate("2026-09-01", 2.0, source="nbk", base="KZT", quote="TJS")])
    health = next(found for found in desk.health(desk.now()) if found.source.key == "nbk")
    assert (health.due, health.missing) == (20, 1)
    assert clock.now.date() == date(2026, 9, 29)


def test_clock_behind_the_last_write_does_not_make_it_future(desk: Desk, clock: Clock) -> None:
    desk.store.rates.add([rate()])
    clock.now = datetime(2026, 1, 1, tzinfo=UTC)
    assert desk.latest_instant() == desk.now().at


def test_frozen_file_carries_no_value_past_the_day_of_its_state(desk: Desk, clock: Clock) -> None:
    desk.store.rates.add([rate(f"2026-09-{day}", 470.0 + day) for day in (24, 25)])
    view = View(countries=("KZ",), since=date(2026, 9, 1), until=date(2026, 10, 31))
    bundle = desk.bundle(view, desk.now(), "chart", "https://altyn.example/")
    clock.advance(days=30)
    days = [line.split(",")[0] for line in bundle.rates_csv().decode().splitlines()[1:]]
    assert days == [f"2026-09-{day}" for day in range(24, 30)]


def test_bundle_is_named_and_cited_by_its_state(bundled: Desk, clock: Clock) -> None:
    view = View(countries=("KZ",), since=date(2026, 9, 1), until=date(2026, 9, 29))
    bundle = bundled.bundle(view, bundled.now(), "chart", "https://altyn.example/", "ru")
    moment = f"{bundle.asof:%Y-%m-%dT%H%MZ}"
    assert bundle.file_name("csv") == f"altyn_USD-KZT_2026-09-01_2026-09-29_asof-{moment}.csv"
    assert bundle.file_name("csv", "articles").startswith("altyn_articles_2026-09-01")
    assert bundle.citation().startswith("Altyn: KZT за 1 USD, 1 сент. – 29 сент. 2026")
    assert bundle.citation().endswith(bundle.link)
    assert "line=KZT:currency_api" in bundle.link
    assert b'lang="ru"' in bundle.html()
    assert bundle.asof.date() == clock.now.date()
