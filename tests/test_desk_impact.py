"""The desk's studies: what a view asks, which line and articles, the grid, the table, and frozen links."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lib import impact as package
from lib.catalog.rules import rules
from lib.countries import CODES
from lib.desk import Desk, impact, impact_words
from lib.desk.impact import Question
from lib.impact import Answer
from lib.links import View
from lib.models import Article, Rate, Tag
from lib.store import Store
from lib.words import speaking
from tests.conftest import Clock, parts

DAYS = pd.bdate_range("2023-01-02", "2026-09-25")
NEWS = DAYS[200::40]  # 19 days
KZ = View(countries=("KZ",))
ENERGY = View(countries=("KZ",), topics=("energy",))


def rates(currency: str, source: str, jump: float = 0.0) -> Iterator[Rate]:
    """Quiet noise, and a jump at the first fixing that can know each article: NBK dates it a day later."""
    changes = np.random.default_rng(7).standard_t(4, len(DAYS)) * 0.2
    changes[DAYS.isin(NEWS + pd.offsets.BDay(1))] += jump
    values = 400 * np.exp(np.cumsum(changes) / 100)
    for day, value in zip(DAYS, values, strict=True):
        yield Rate(source, "USD", currency, day.date(), round(float(value), 4))


def news() -> Iterator[Article]:
    for number, day in enumerate(NEWS):
        tags = (Tag("country", "KZ", "named"), Tag("topic", "energy", "named"))
        words = "pipeline" if number % 2 else "field"
        yield Article(f"a{number}", "f", "Outlet", "en", "", f"The {words} {number}", "", day.date(), tags=tags)


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Iterator[Desk]:
    store = Store(f"sqlite:///{tmp_path / 'altyn.db'}", clock)
    peg = [Rate("tmt_peg", "USD", "TMT", day.date(), 3.5) for day in DAYS]
    store.seed(parts([*rates("KZT", "nbk", 1.0), *rates("KZT", "cbr"), *rates("UZS", "cbu"), *peg], news()))
    yield Desk(store, clock=clock)
    store.close()


def requested(desk: Desk, view: View = ENERGY) -> Question:
    return impact.question(desk, view, desk.now())


def test_question_is_of_the_first_country_its_own_news_and_all_days(desk: Desk) -> None:
    question = requested(desk, View())
    assert (question.country.code, question.places, question.topics) == ("KZ", ("KZ",), ())
    assert (question.since, question.until) == (date.min, date.max)
    assert question.source == "nbk"
    assert question.window == (0, 1)
    elsewhere = requested(desk, View(countries=("KZ",), news=(), since=date(2024, 1, 1), event_window="0..4"))
    assert (elsewhere.places, elsewhere.since, elsewhere.window) == ((), date(2024, 1, 1), (0, 4))


def test_study_finds_the_jump_at_the_first_fixing_that_can_know_the_news(desk: Desk) -> None:
    made = impact.study(desk, requested(desk), desk.now())
    assert made is not None
    assert len(made.episodes) == len(NEWS)
    assert made.mean == pytest.approx(1.0, abs=0.15)
    assert made.outcome is not None
    assert made.outcome.p < 0.01
    episode = made.episodes[0]
    assert (episode.day, episode.fixing) == (NEWS[0].date(), (NEWS[0] + pd.offsets.BDay(1)).date())


def test_reader_may_choose_another_source_which_is_dated_otherwise(desk: Desk) -> None:
    question = requested(desk, View(countries=("KZ",), topics=("energy",), sources=("cbr",)))
    made = impact.study(desk, question, desk.now())
    assert made is not None
    assert question.source == "cbr"
    assert made.mean == pytest.approx(0.0, abs=0.15)


def test_words_narrow_the_articles_as_the_archive_does(desk: Desk) -> None:
    made = impact.study(desk, requested(desk, View(countries=("KZ",), words="pipeline")), desk.now())
    assert made is not None
    assert made.articles == len(NEWS) // 2
    assert all("pipeline" in episode.title for episode in made.episodes)
    nothing = impact.study(desk, requested(desk, View(countries=("KZ",), words="zzz")), desk.now())
    assert nothing is not None
    assert nothing.why == package.missing.NO_ARTICLE


def test_manat_is_not_applicable_and_a_currency_without_a_rate_has_no_study(desk: Desk) -> None:
    fixed = impact.study(desk, requested(desk, View(countries=("TM",))), desk.now())
    assert fixed is not None
    assert fixed.why.startswith("Not applicable: the manat is fixed")
    assert impact.study(desk, requested(desk, View(countries=("TJ",))), desk.now()) is None
    assert impact_words.title(None, ()).startswith("There is no rate of this currency yet")


def test_grid_has_a_cell_for_each_line_and_topic_and_says_how_far_it_is(desk: Desk) -> None:
    done: list[float] = []
    topics = tuple(rules().topics)
    grid = impact.grid(desk, requested(desk), topics, desk.now(), done.append)
    assert {(cell.country, cell.topic) for cell in grid.cells} == {(c, t) for c in ("KZ", "TM", "UZ") for t in topics}
    energy = next(cell for cell in grid.cells if (cell.country, cell.topic) == ("KZ", "energy"))
    alone = impact.study(desk, requested(desk), desk.now())
    assert alone is not None
    assert energy.mean == alone.mean
    assert energy.q is not None
    assert energy.q < 0.1
    assert done[-1] == 1.0
    impact.grid(desk, requested(desk), topics, desk.now(), lambda _share: pytest.fail("computed twice"))


def test_table_has_a_row_an_episode_with_its_path(desk: Desk) -> None:
    state, question = desk.now(), requested(desk)
    made = impact.study(desk, question, state)
    assert made is not None
    table = impact.table(made, question, state)
    rows = [dict(zip(table.header, row, strict=True)) for row in table.rows]
    assert [row["effect_percent"] for row in rows] == [episode.effect for episode in made.episodes]
    assert {(row["currency"], row["base"], row["source"], row["window"]) for row in rows} == {
        ("KZT", "USD", "nbk", "0..1")
    }
    assert rows[0]["t-1"] == 0.0
    assert rows[0]["t+1"] == pytest.approx(made.episodes[0].path[6])
    assert rows[0]["date_only"] == "true"


def test_frozen_study_is_the_same_after_more_rates_articles_and_sources(desk: Desk, clock: Clock) -> None:
    state = desk.now()
    frozen = desk.freeze(ENERGY, state, "impact")
    assert frozen.lines == (("KZT", ("nbk",)),)
    assert not frozen.custom
    before = impact.table(impact.study(desk, requested(desk), state), requested(desk), state)  # type: ignore[arg-type]
    clock.advance(hours=1)
    desk.store.articles.add(
        [Article("late", "f", "O", "en", "", "Oil", "", DAYS[-60].date(), tags=(Tag("country", "KZ", "n"),))]
    )
    desk.store.rates.add([Rate("nbk", "USD", "KZT", DAYS[210].date(), 9999.0)])
    then = desk.state_of(frozen, desk.now())
    question = impact.question(desk, frozen, then)
    after = impact.table(impact.study(desk, question, then), question, then)  # type: ignore[arg-type]
    assert after == before


def test_adjustment_uses_the_longest_line_of_a_driver(desk: Desk) -> None:
    roubles = [Rate("cbr", "USD", "RUB", rate.day, rate.value / 5) for rate in rates("KZT", "nbk", 1.0)]
    desk.store.rates.add(roubles)
    view = View(countries=("KZ",), topics=("energy",), adjust=("RUB",))
    made = impact.study(desk, requested(desk, view), desk.now())
    assert made is not None
    assert made.returns.adjusted == ("USD/RUB",)
    without = impact.study(desk, requested(desk, View(countries=("KZ",), adjust=("EUR",))), desk.now())
    assert without is not None
    assert without.returns.adjusted == ()


ANSWERS = [
    Answer(14, ("energy",), "tenge", 0.21, (0, 1), 31.0, 0.6),
    Answer(1, (), "sum", -0.05, (0, 4), None, None),
    Answer(41, ("energy", "trade"), "som", 0.001, (0, 0), 0.2, 0.04, weekly=True),
    Answer(9, (), "somoni", 1.25, (0, 1), None, 2.0),
]


@pytest.mark.parametrize("given", ANSWERS)
def test_english_sentence_is_that_of_the_package(given: Answer) -> None:
    assert impact_words.sentence(given) == package.sentence(given)


def test_russian_sentence() -> None:
    with speaking("ru"):
        assert impact_words.sentence(ANSWERS[0]) == (
            "Вокруг новостей на тему «energy» (14\u00a0эпизодов) тенге был на 0,2 % слабее к следующей фиксации; "
            "столь большое среднее дают 31 из 100 сдвинутых календарей; "
            "наименьший заметный эффект при таком числе (14\u00a0эпизодов) — 0,6 %."
        )


def test_every_country_has_a_question(desk: Desk) -> None:
    for code in CODES:
        assert requested(desk, View(countries=(code,))).country.code == code
