"""A watch: what happened, newest first, with the articles around it, as a feed that readers take."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import feedparser
import pytest
from reader import make_reader

from lib.desk import Desk, watched
from lib.desk.watch import MAX_A_DAY, PAGE_SIZE, Entry, read_size, watch
from lib.links import View
from lib.store import Store
from tests.conftest import Clock, article, parts, rate

PAGE = "https://altyn.example/"
FEED = "https://altyn.example/data/watch.atom?country=KZ&move=1"
KZ = View(countries=("KZ",))
FIRST = date(2026, 7, 1)
STEPS = {20: 1.02, 40: 0.985, 60: 1.004}  # by number of the day: up 2 %, down 1.5 %, up 0.4 %


def tenge() -> Iterator[tuple[date, float]]:
    value = 470.0
    for number in range(80):
        value *= STEPS.get(number, 1.0001)
        yield FIRST + timedelta(days=number), round(value, 2)


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Iterator[Desk]:
    store = Store(f"sqlite:///{tmp_path / 'altyn.db'}", clock)
    rates = [rate(str(day), value) for day, value in tenge()]
    news = [
        article("gas", "Pipeline <stops> & waits", "Gas & oil", day="2026-07-22", tags=("KZ", "energy")),
        article("poll", "Elections are called", day="2026-07-20", tags=("KZ", "politics")),
        article("far", "Elsewhere", day="2026-07-21", tags=("UZ", "energy")),
    ]
    store.seed(parts(rates, news))
    yield Desk(store, clock=clock)
    store.close()


def found(desk: Desk, view: View = KZ, least: float | None = 1.0) -> list[Entry]:
    return watch(desk, view, desk.now(), PAGE, least)[0]


def test_moves_of_at_least_a_size_newest_first(desk: Desk) -> None:
    moves = [entry for entry in found(desk) if entry.kind == "move"]
    assert [(entry.day, round(entry.change, 1)) for entry in moves] == [
        (FIRST + timedelta(days=40), -1.5),
        (FIRST + timedelta(days=20), 2.0),
    ]
    smaller = [entry for entry in found(desk, least=0.3) if entry.kind == "move"]
    assert len(smaller) == 3


def test_articles_around_a_move_are_of_its_country_and_of_the_watched_topics(desk: Desk) -> None:
    def titles(view: View) -> list[str]:
        return [a.title for entry in found(desk, view) if entry.day == date(2026, 7, 21) for a in entry.articles]

    assert titles(KZ) == ["Pipeline <stops> & waits", "Elections are called"]
    assert titles(View(countries=("KZ",), topics=("energy",))) == ["Pipeline <stops> & waits"]


def test_entry_links_to_its_days_frozen(desk: Desk) -> None:
    (last, *_) = [entry for entry in found(desk) if entry.kind == "move"]
    query = parse_qs(urlsplit(last.link).query)
    assert query["country"] == ["KZ"]
    assert query["mark"] == [str(last.day)]
    assert (query["from"], query["to"]) == (["2026-07-11"], ["2026-09-09"])
    assert query["asof"] == [desk.now().at.isoformat().replace("+00:00", "Z")]


def test_correction_is_an_entry_of_its_own(desk: Desk, clock: Clock) -> None:
    clock.advance(hours=1)
    desk.store.rates.add([rate("2026-09-10", 500.0)])
    corrected = [entry for entry in found(desk, least=90) if entry.kind == "correction"]
    assert [(entry.day, entry.value) for entry in corrected] == [(date(2026, 9, 10), 500.0)]
    assert watched.said(desk, corrected[0]).startswith("KZT corrected from ")
    assert watched.said(desk, corrected[0]).endswith(" to 500.00, 10 Sep 2026 (NBK)")


def test_decisions_on_policy_rates_are_entries(desk: Desk) -> None:
    decided = [entry for entry in found(desk) if entry.kind == "decision"]
    assert decided
    assert all(entry.source == "nbk" for entry in decided)
    assert "policy rate" in watched.said(desk, decided[0])


def test_topics_and_words_alone_give_articles(desk: Desk) -> None:
    on_energy = found(desk, View(topics=("energy",)), None)
    assert [entry.articles[0].key for entry in on_energy] == ["gas", "far"]
    assert {entry.kind for entry in on_energy} == {"article"}
    assert [e.articles[0].key for e in found(desk, View(words="elections"), None)] == ["poll"]


def test_at_most_twenty_entries_a_day_and_older_ones_on_further_pages(desk: Desk) -> None:
    crowd = [article(f"c{n}", f"Oil {n}", day="2026-09-01", tags=("KZ", "energy")) for n in range(30)]
    days = [
        article(f"d{n}", f"Oil of day {n}", day=str(date(2026, 1, 1) + timedelta(days=n)), tags=("KZ", "energy"))
        for n in range(60)
    ]
    desk.store.articles.add([*crowd, *days])
    energy = View(countries=("KZ",), topics=("energy",))
    first, more = watch(desk, energy, desk.now(), PAGE, None)
    assert sum(entry.day == date(2026, 9, 1) for entry in first) == MAX_A_DAY
    assert (len(first), more) == (PAGE_SIZE, True)
    second, more = watch(desk, View(countries=("KZ",), topics=("energy",), page=2), desk.now(), PAGE, None)
    assert (len(second), more) == (MAX_A_DAY + 61 - PAGE_SIZE, False)
    assert {entry.key for entry in first}.isdisjoint(entry.key for entry in second)


@pytest.mark.parametrize("text", ["much", "nan", "0", "-1", "1e9", "inf"])
def test_size_that_makes_no_sense_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match="the size of a move is"):
        read_size(text)


def feed(desk: Desk, view: View = KZ, older: str = "") -> bytes:
    return watched.feed(desk, view, desk.now(), 1.0, page=PAGE, address=FEED, older=older)


def test_feed_is_taken_by_feedparser_with_its_texts_literal(desk: Desk) -> None:
    read = feedparser.parse(feed(desk))
    assert not read.bozo
    move = next(entry for entry in read.entries if entry.title == "KZT ▲ 2.00 % weaker, 21 Jul 2026 (NBK)")
    assert "Pipeline &lt;stops&gt; &amp; waits" in move.content[0].value
    assert [tag.term for tag in move.tags] == ["move", "KZ"]
    assert read.feed.links[0].href == FEED


def test_feed_speaks_russian(desk: Desk) -> None:
    titles = [entry.title for entry in feedparser.parse(feed(desk, View(countries=("KZ",), lang="ru"))).entries]
    assert "KZT ▲ 2,00 % слабее, 21 июл. 2026 (NBK)" in titles


def test_ids_are_the_same_after_another_state(desk: Desk, clock: Clock) -> None:
    before = [entry.id for entry in feedparser.parse(feed(desk)).entries]
    clock.advance(days=1)
    desk.store.articles.add([article("new", "News")])
    assert [entry.id for entry in feedparser.parse(feed(desk)).entries] == before


def test_feed_reader_takes_it_and_sees_nothing_new_the_second_time(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "watch.atom").write_bytes(feed(desk))
    with make_reader(":memory:", feed_root=str(tmp_path)) as reader:
        reader.add_feed("watch.atom")
        reader.update_feeds()
        titles = {entry.title for entry in reader.get_entries()}
        assert "KZT ▼ 1.50 % stronger, 10 Aug 2026 (NBK)" in titles
        for entry in reader.get_entries():
            reader.mark_entry_as_read(entry)
        reader.update_feeds()
        assert not list(reader.get_entries(read=False))


def test_older_page_is_named_where_there_is_one(desk: Desk) -> None:
    desk.store.articles.add(
        article(f"d{n}", "Oil", day=str(date(2026, 1, 1) + timedelta(days=n)), tags=("KZ", "energy")) for n in range(60)
    )
    view = View(countries=("KZ",), topics=("energy",))
    written = watched.feed(desk, view, desk.now(), None, page=PAGE, address=FEED, older=f"{FEED}&page=2")
    assert feedparser.parse(written).feed.links[-1] == {
        "rel": "next",
        "type": "application/atom+xml",
        "href": f"{FEED}&page=2",
    }
