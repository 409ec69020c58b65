"""From articles to episodes: which fixing could know an article, what is one episode, who is left out and why."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import numpy as np
import pandas as pd
import pytest

from lib import impact, series
from lib.impact import Event, Fixing
from tests.conftest import article
from tests.impact_by_hand import day_at, event, events_at, line_of, noise, studied

LINE = line_of(noise())
ALMATY = Fixing(next_day=True, until=time(15, 30), zone="Asia/Almaty")


def reasons(study: impact.Study) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for left in study.left_out():
        assert left.why == impact.WHY[left.reason]
        found.setdefault(left.reason, []).append(left.key)
    return found


def fixings(study: impact.Study) -> list[date]:
    return [episode.fixing for episode in study.episodes]


# Articles as events.


def test_event_of_an_article_has_its_tags_and_the_first_article_of_its_text() -> None:
    own = Event.of(article("a", "Oil", "Pipe", tags=("KZ", "energy"), published=datetime(2026, 9, 29, 9, tzinfo=UTC)))
    assert (own.key, own.text, own.countries, own.topics) == ("a", "a", ("KZ",), ("energy",))
    assert (own.title, own.excerpt, own.published) == ("Oil", "Pipe", datetime(2026, 9, 29, 9, tzinfo=UTC))


def test_time_that_is_not_the_outlet_s_own_is_no_time() -> None:
    fetched = article(published=datetime(2026, 9, 29, 9, tzinfo=UTC), basis="inferred")
    assert Event.of(fetched).published is None


def test_selection_is_any_of_the_countries_and_any_of_the_topics_within_days() -> None:
    news = impact.calendar(
        [
            event("2026-01-01", "a", countries=("KZ", "UZ"), topics=("energy",)),
            event("2026-01-02", "b", countries=("KG",), topics=("energy", "trade")),
            event("2026-01-03", "c", countries=(), topics=()),
        ]
    )
    assert news.select().tolist() == [0, 1, 2]
    assert news.select(["UZ", "KG"]).tolist() == [0, 1]
    assert news.select(["UZ", "KG"], ["trade"]).tolist() == [1]
    assert news.select(["TM"]).tolist() == news.select([], ["no such topic"]).tolist() == []
    assert news.select(since=date(2026, 1, 2), until=date(2026, 1, 2)).tolist() == [1]


def test_calendar_of_nothing_has_nothing_to_select() -> None:
    assert impact.calendar([]).select(["KZ"]).tolist() == []
    assert studied(LINE, []).why == ("No article matches: choose a longer period, or other topics, countries or words.")


@pytest.mark.parametrize(
    "text",
    [
        "Tenge falls to a record low",
        "Why the som is weakening",
        "Uzbek sum depreciates against dollar",
        "Devaluation of the manat feared",
        "Somoni steadies",
        "The central bank sets the exchange rate for Monday",
        "Курс доллара на 5 мая",
        "Тенге ослаб к доллару",
        "Доллар подорожал на три тенге",
        "Узбекский сум укрепился",
        "Рухнул сомони",
    ],
)
def test_article_that_reports_the_rate_is_reactive(text: str) -> None:
    assert impact.reports_rate(text)


@pytest.mark.parametrize(
    "text",
    [
        "Exports rose to 3 billion dollars",
        "Пенсии выросли до 90 тыс. тенге",
        "Summit of some ministers falls on Monday",
        "The tenge note has a new portrait. Wheat prices rose",
        "Students of the course meet the president",
        "Курсы повышения квалификации для учителей",
        "",
    ],
)
def test_amount_or_another_word_is_no_report_of_the_rate(text: str) -> None:
    assert not impact.reports_rate(text)


# Day 0.


def known(hour: int, minute: int, fixing: Fixing) -> date:
    """The day that an article of 2026-09-29, at a time in UTC, is news of."""
    at = datetime(2026, 9, 29, hour, minute, tzinfo=UTC)
    news = impact.calendar([Event(at.date(), "a", "a", published=at)])
    return news.known(fixing.until, fixing.zone)[0].astype(object)


def test_article_after_the_session_is_news_for_the_next_day() -> None:
    assert known(10, 30, ALMATY) == date(2026, 9, 29)  # 15:30 in Almaty
    assert known(10, 31, ALMATY) == date(2026, 9, 30)
    assert known(20, 0, ALMATY) == date(2026, 9, 30)  # 01:00 there
    assert known(20, 0, Fixing()) == date(2026, 9, 29)


def test_article_without_a_time_is_news_of_its_day_and_says_so() -> None:
    news = impact.calendar([event("2026-09-29")])
    assert news.known(time(15, 30), "Asia/Almaty").tolist() == [date(2026, 9, 29)]
    assert studied(LINE, events_at(LINE, [200])).episodes[0].date_only


def test_day_0_is_the_first_fixing_that_could_know_the_article() -> None:
    at = 200
    assert LINE.index[at].day_name() == "Wednesday"
    saturday = day_at(LINE, at) + timedelta(days=3)
    assert fixings(studied(LINE, [event(day_at(LINE, at))])) == [day_at(LINE, at)]
    assert fixings(studied(LINE, [event(saturday)])) == [saturday + timedelta(days=2)]


def test_official_tenge_of_a_day_is_the_trading_of_the_day_before() -> None:
    at, friday = day_at(LINE, 200), day_at(LINE, 202)
    assert fixings(studied(LINE, [event(at)], fixing=ALMATY)) == [day_at(LINE, 201)]
    assert fixings(studied(LINE, [event(friday)], fixing=ALMATY)) == [day_at(LINE, 203)]  # Monday's rate
    assert impact.OWN_BANK["KZT"] == ALMATY


def test_rate_of_tuesday_is_monday_s_trading_where_saturdays_are_stamped() -> None:
    days = pd.date_range("2019-01-01", periods=700).astype("datetime64[s]")
    rows = line_of(noise(699), freq="D").set_axis(days)
    line = series.annotate(rows[rows.index.day_of_week.isin([1, 2, 3, 4, 5])][["value", "previous", "step"]], "KGS")
    monday = date(2019, 10, 7)
    assert fixings(studied(line, [event(monday)], "KGS", fixing=Fixing(next_day=True))) == [date(2019, 10, 8)]
    sunday = date(2019, 10, 6)
    assert fixings(studied(line, [event(sunday)], "KGS", fixing=Fixing(next_day=True))) == [date(2019, 10, 8)]


# Episodes.


def test_events_less_than_ten_fixings_apart_are_one_episode_whose_day_0_is_the_first() -> None:
    study = studied(LINE, events_at(LINE, [200, 209, 218, 228, 300]))
    assert fixings(study) == [day_at(LINE, 200), day_at(LINE, 228), day_at(LINE, 300)]
    assert [episode.count for episode in study.episodes] == [3, 1, 1]
    assert len(reasons(study)["merged"]) == 2


def test_copied_article_changes_nothing() -> None:
    plain = events_at(LINE, range(200, 600, 25))
    copies = [
        event(plain[3].day, "0 copy of the same day", text=plain[3].key),
        event(plain[3].day + timedelta(days=21), "late copy", text=plain[3].key),
    ]
    before, after = studied(LINE, plain), studied(LINE, [*copies, *plain])
    assert after.episodes == before.episodes
    assert after.mean == before.mean
    assert after.outcome is not None
    assert before.outcome is not None
    assert after.outcome.bmp == before.outcome.bmp
    assert sorted(reasons(after)["copy"]) == ["0 copy of the same day", "late copy"]


def test_reactive_articles_are_left_out_unless_asked_for() -> None:
    plain = events_at(LINE, [200, 300])
    falls = event(day_at(LINE, 250), "report", title="Tenge falls")
    assert reasons(studied(LINE, [*plain, falls])) == {"reactive": ["report"]}
    assert len(studied(LINE, [*plain, falls], reactive=True).episodes) == 3


def test_reactive_article_does_not_open_an_episode() -> None:
    reports, follows = event(day_at(LINE, 200), title="Tenge falls"), event(day_at(LINE, 203))
    assert fixings(studied(LINE, [reports, follows])) == [day_at(LINE, 203)]


def test_each_article_left_out_has_its_reason() -> None:
    gap = LINE.drop(LINE.index[400:410])
    gap.iloc[500, gap.columns.get_loc("value")] *= 1.1
    line = series.annotate(gap[["value", "previous", "step", "legs"]], "KZT")
    last = line.index[-1].date()
    study = studied(
        line,
        [
            event("1999-01-01", "before the line"),
            event(day_at(line, 40), "early"),
            event(day_at(line, 200), "fine"),
            event(day_at(LINE, 402), "in the gap"),
            event(day_at(line, 500), "wrong print"),
            event(last, "last day"),
            event(last + timedelta(days=1), "after it"),
        ],
    )
    assert reasons(study) == {
        "history": ["before the line", "early"],
        "gap": ["in the gap"],
        "doubted": ["wrong print"],
        "recent": ["last day", "after it"],
    }
    assert [episode.key for episode in study.episodes] == ["fine"]


def test_window_over_the_unification_of_the_sum_is_refused_with_its_day() -> None:
    line = line_of([*noise(200), 65.4, *noise(200)], "UZS", start="2016-11-28", first=4210.35)
    (at,) = np.flatnonzero(line["flags"].str.contains("break"))
    assert day_at(line, at) == date(2017, 9, 5)
    near = studied(line, events_at(line, [at - 1, at + 20, at + 69]), "UZS")
    assert near.episodes == ()
    assert set(reasons(near)) == {"regime"}
    assert near.why == (
        "None of the articles can be used. The currency's regime broke in its window: the two sides do not compare "
        "(break on 2017-09-05). Choose a period that ends before the break or begins 71 fixings after it."
    )
    apart = studied(line, events_at(line, [at - 2, at + 71]), "UZS")
    assert fixings(apart) == [day_at(line, at - 2), day_at(line, at + 71)]
    assert apart.episodes[0].path[5:] == (apart.episodes[0].path[5], apart.episodes[0].path[6], *[None] * 4)
