"""Whole studies: effects, paths, gates, adjustment, the grid, the sentence, and what bad input is answered with."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from lib import impact, series
from lib.impact import Answer, Fixing
from tests.impact_by_hand import day_at, event, events_at, line_of, noise, studied

AT = list(range(150, 650, 30))  # 17 episodes
LINE = line_of(noise())


def with_jumps(size: float, at: list[int] = AT) -> pd.DataFrame:
    """Noise whose step to each of the observations `at` is `size` larger."""
    changes = noise()
    changes[np.array(at) - 1] += size
    return line_of(changes)


# Effects.


def test_effect_path_and_its_mean_by_hand() -> None:
    changes = np.tile([0.1, -0.1, 0.2, -0.2, 0.0], 60)
    changes[199:202] = [1.0, 0.5, -0.25]  # the steps to observations 200, 201, 202
    (episode,) = studied(line_of(changes), events_at(LINE, [200])).episodes
    assert episode.effect == pytest.approx(1.5)  # the median of the estimation window is 0
    spread = np.std(np.tile([0.1, -0.1, 0.2, -0.2, 0.0], 24), ddof=1)
    assert episode.standardised == pytest.approx(1.5 / (spread * np.sqrt(2 + 4 / 120)))
    assert episode.path[4:8] == pytest.approx((0.0, 1.0, 1.5, 1.25))
    assert episode.path[:4] == pytest.approx([-sum(changes[n:199]) for n in (195, 196, 197, 198)])


def test_mean_path_has_an_interval_from_eight_episodes_on() -> None:
    few, enough = studied(LINE, events_at(LINE, AT[:7])), studied(LINE, events_at(LINE, AT[:8]))
    assert {point.low for point in few.path} == {None}
    assert [point.offset for point in enough.path] == list(range(-5, 6))
    at_1 = enough.path[6]
    effects = [episode.path[6] for episode in enough.episodes]
    assert at_1.mean == pytest.approx(np.mean(effects)) == pytest.approx(enough.mean)
    reach = 2.364624251592785 * np.std(effects, ddof=1) / np.sqrt(8)  # t of 0.975 with 7 degrees of freedom
    assert (at_1.low, at_1.high) == pytest.approx((at_1.mean - reach, at_1.mean + reach))


def test_injected_jump_is_found_with_its_sign_and_no_pre_trend() -> None:
    outcome = studied(with_jumps(-1.0), events_at(LINE, AT)).outcome
    assert outcome is not None
    assert outcome.lead == "bmp"
    assert outcome.p < 0.01
    assert outcome.bmp is not None
    assert outcome.bmp.statistic < 0
    assert outcome.interval is not None
    assert outcome.interval[0] < -1.0 < outcome.interval[1] < 0
    assert outcome.size is not None
    assert outcome.size.p < 0.05
    assert outcome.calendar_time is not None
    assert outcome.calendar_time.mean < 0
    assert outcome.calendar_time.inside == 34
    assert outcome.pre_trend is not None
    assert outcome.pre_trend.p > 0.05
    assert outcome.placebo is not None
    assert outcome.placebo.p < 0.02


def test_shift_of_all_official_stamps_by_one_day_moves_the_effect_by_one() -> None:
    line = with_jumps(3.0)
    stamped = line.set_axis(line.index + pd.offsets.BDay(1))  # the rate of a day is the trading of the day before
    stamped = series.annotate(stamped[["value", "previous", "step", "legs"]], "KZT")
    events = events_at(line, AT)

    def jump_at(study: impact.Study) -> int:
        steps = np.diff([point.mean for point in study.path])
        return study.path[1 + int(np.argmax(steps))].offset

    assert jump_at(studied(line, events)) == 0
    assert jump_at(studied(stamped, events)) == 1
    assert jump_at(studied(stamped, events, fixing=Fixing(next_day=True))) == 0


def test_window_is_one_of_those_on_offer() -> None:
    assert [len(studied(LINE, events_at(LINE, AT), window=window).episodes) for window in impact.WINDOWS] == [17] * 3
    with pytest.raises(ValueError, match=re.escape("The window [-1, 1] is not on offer: choose one of [0, 0], [0, 1]")):
        studied(LINE, events_at(LINE, AT), window=(-1, 1))


def test_mean_as_normal_return_is_lifted_by_past_jumps_and_the_median_is_not() -> None:
    changes = noise(sd=0.05)
    changes[::20] += 3.0
    at = [n for n in AT if all((n + k) % 20 != 1 for k in (0, 1))]
    line, events = line_of(changes), events_at(LINE, at)
    mean, median = studied(line, events, normal="mean").mean, studied(line, events).mean
    assert mean == pytest.approx(-0.3, abs=0.03)
    assert median == pytest.approx(0, abs=0.03)


def test_more_than_forty_episodes_are_decided_by_shifted_calendars() -> None:
    line = line_of(noise(1500))
    at = list(range(150, 150 + 41 * 30, 30))
    outcome = studied(line, events_at(line, at)).outcome
    assert outcome is not None
    assert outcome.placebo is not None
    assert (outcome.lead, outcome.p) == ("placebo", outcome.placebo.p)


def test_sign_test_decides_on_a_line_of_mostly_zeros() -> None:
    changes = np.where(np.random.default_rng(4).random(700) < 0.7, 0.0, noise())
    study = studied(line_of(changes, "KGS"), events_at(LINE, AT), "KGS")
    assert study.managed
    assert study.outcome is not None
    assert study.outcome.sign is not None
    assert (study.outcome.lead, study.outcome.p) == ("sign", study.outcome.sign.p)


def test_weekly_line_counts_observations_and_says_so() -> None:
    line = line_of(noise(), freq="7D")
    study = studied(line, events_at(line, AT))
    assert study.weekly
    assert len(study.episodes) == 17
    answered = impact.answer(study, ["energy"])
    assert answered is not None
    assert "by the next weekly fixing" in impact.sentence(answered)


# Adjustment and drivers.


def test_adjustment_takes_out_what_the_driver_explains() -> None:
    driven = noise(seed=5)
    driven[np.array(AT) - 1] += 1.0
    rouble = line_of(driven, "RUB", first=70.0)
    line = line_of(0.6 * driven + noise(sd=0.1))
    plain, adjusted = (
        studied(line, events_at(line, AT), drivers=drivers).mean for drivers in (None, {"USD/RUB": rouble})
    )
    assert plain == pytest.approx(0.6, abs=0.2)
    assert adjusted == pytest.approx(0.0, abs=0.1)


def test_adjusted_effects_agree_with_ordinary_least_squares_of_each_episode() -> None:
    rouble, brent = line_of(noise(seed=5), "RUB"), line_of(noise(seed=6), "BRENT")
    line = line_of(0.5 * noise(seed=5) - 0.2 * noise(seed=6) + noise(sd=0.2))
    study = studied(line, events_at(line, AT), drivers={"USD/RUB": rouble, "Brent": brent})
    r, x, z = (100 * np.log(some["value"]).diff().to_numpy() for some in (line, rouble, brent))
    for t, episode in zip(AT, study.episodes, strict=True):
        past = slice(t - 130, t - 10)
        design = np.column_stack([np.ones(120), x[past], z[past]])
        (_, *slopes), *_ = np.linalg.lstsq(design, r[past], rcond=None)
        rest = r - slopes[0] * x - slopes[1] * z
        assert episode.effect == pytest.approx(rest[t] + rest[t + 1] - 2 * np.median(rest[past]), abs=1e-9)


def test_driver_that_contains_the_currency_is_refused() -> None:
    with pytest.raises(ValueError, match="USD/KZT contains KZT itself"):
        studied(LINE, [], drivers={"USD/KZT": LINE})
    with pytest.raises(ValueError, match="the median or the mean, not 'mode'"):
        studied(LINE, [], normal="mode")


def test_driver_with_one_common_day_or_a_hole_is_said() -> None:
    short = line_of(noise(30), "RUB", start="2020-01-01")
    study = studied(LINE, events_at(LINE, AT), drivers={"USD/RUB": short})
    assert study.why.startswith("USD/RUB and the line share ")
    assert study.why.endswith("the adjustment needs 60. Leave USD/RUB out, or fetch more of its history.")
    rouble = line_of(noise(seed=5), "RUB")
    holed = series.annotate(rouble.drop(rouble.index[440:460])[["value", "previous", "step", "legs"]], "RUB")
    left = studied(LINE, events_at(LINE, AT), drivers={"USD/RUB": holed}).left_out()
    assert [(row.day, row.reason) for row in left] == [(day_at(LINE, 450), "driver")]


def test_paths_of_drivers_run_over_the_same_days() -> None:
    driven = noise(seed=5, sd=0.1)
    driven[np.array(AT) - 1] += 0.5
    points = studied(LINE, events_at(LINE, AT)).drivers(line_of(driven, "RUB"))
    assert points[4].mean == 0.0
    assert points[5].mean == pytest.approx(np.mean(driven[np.array(AT) - 1]))


# Gates and bad input.


def test_fixed_manat_is_not_applicable_however_noisy_its_source() -> None:
    why = (
        "Not applicable: the manat is fixed to the dollar, so its official rate cannot answer news. "
        "Choose another currency."
    )
    flat = line_of([0.0] * 400, "TMT", first=3.5)
    noisy = line_of(0.1 * np.sin(np.arange(400)), "TMT", first=3.5)
    for line in (flat, noisy):
        study = studied(line, events_at(LINE, AT), "TMT")
        assert (study.why, study.outcome, study.mean, study.path) == (why, None, None, ())
    assert studied(LINE, events_at(LINE, AT), "TMT", base="EUR").why == why
    parallel = line_of(noise(), "TMT", first=19.5)
    assert studied(parallel, events_at(LINE, AT), "TMT", kind="market").why == ""


def test_line_without_variance_or_history_is_answered_with_a_sentence() -> None:
    assert studied(line_of([0.0] * 400), events_at(LINE, AT)).why == (
        "Not applicable: the tenge does not move on this line. Choose another currency or source."
    )
    assert studied(line_of(noise(40)), events_at(LINE, AT)).why == (
        "The line has 40 comparable changes; a study needs 60 before the first article. "
        "Fetch more history, or choose another source."
    )
    assert studied(LINE.iloc[:0], events_at(LINE, AT)).why.startswith("The line has 0 comparable changes")


def test_line_that_hardly_moves_is_not_applicable() -> None:
    changes = np.zeros(700)
    changes[::40] = 1.0
    study = studied(line_of(changes), events_at(LINE, AT))
    assert {left.reason for left in study.left_out()} == {"still"}
    assert study.why == (
        "None of the articles can be used. The line hardly moved before it: more than 95 of 100 returns are zero. "
        "Choose another source or currency."
    )


def test_too_few_episodes_show_paths_and_no_p() -> None:
    study = studied(LINE, events_at(LINE, AT[:5]))
    assert (len(study.episodes), study.outcome) == (5, None)
    assert len(study.path) == 11
    assert study.why == (
        "5 episodes are too few for a test, which needs 8: only the paths are shown. "
        "Choose more topics or countries, or a longer period."
    )
    assert studied(LINE, events_at(LINE, AT[:1])).why.startswith("1 episode is too few for a test")


def test_main_reason_of_what_was_left_out_is_said_beside_too_few() -> None:
    early = [event(day_at(LINE, n)) for n in (5, 25, 45)]
    assert studied(LINE, [*early, *events_at(LINE, AT[:2])]).why == (
        "2 episodes are too few for a test, which needs 8: only the paths are shown. Of the others: The line has "
        "fewer than 60 observations before it. Fetch more history, or choose a later period."
    )


def test_words_that_match_everything_are_named_as_the_cause() -> None:
    every_day = events_at(LINE, range(len(LINE)))
    assert studied(LINE, every_day).why == (
        "701 articles lie so close together that they make 1 episode (with less than 10 fixings between them they "
        "are one); a test needs 8. Choose a narrower topic, country or words."
    )


def test_only_reports_of_the_rate_are_named_as_the_cause() -> None:
    reports = [event(day_at(LINE, n), title="Tenge falls") for n in AT]
    assert studied(LINE, reports).why == (
        "All 17 matching articles report the rate itself, and so follow its moves: "
        "choose another topic or other words, or include such articles."
    )


def test_equal_effects_are_no_test() -> None:
    changes = np.tile([0.1, -0.1, 0.2, -0.2, 0.0], 140)
    study = studied(line_of(changes), events_at(LINE, AT))  # every thirtieth day has the same neighbours
    assert study.outcome is None or study.outcome.bmp is None


# The sentence.

ANSWER = Answer(14, ("energy",), "tenge", 0.2, (0, 1), 31.2, 0.6)


def test_sentence_is_that_of_the_page() -> None:
    assert impact.sentence(ANSWER) == (
        "Around 14 episodes of energy news the tenge was 0.2 % weaker by the next fixing; a mean this large comes up "
        "in 31 of 100 shifted calendars; the smallest effect that 14 episodes could show is 0.6 %."
    )


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"percent": -1.26}, "the tenge was 1.3 % stronger by"),
        ({"percent": 0.001}, "the tenge was unchanged by"),
        ({"percent": -0.04}, "0.04 % stronger"),
        ({"topics": ("energy", "trade")}, "of energy and trade news"),
        ({"topics": ()}, "14 episodes of news the"),
        ({"window": (0, 0)}, "weaker at the first fixing;"),
        ({"window": (0, 4), "weekly": True}, "within five weekly fixings;"),
        ({"in_100": 0.2}, "in fewer than 1 of 100 shifted"),
        ({"in_100": None}, "; the period is too short to shift the calendar;"),
        ({"episodes": 1, "in_100": None, "smallest": None}, "Around 1 episode of"),
        ({"episodes": 5, "in_100": None, "smallest": None}, "; a test needs 8 episodes."),
    ],
)
def test_sentence_says_direction_window_and_what_is_missing(change: dict[str, object], part: str) -> None:
    made = impact.sentence(replace(ANSWER, **change))  # type: ignore[arg-type]
    assert part in made
    assert "because" not in made
    assert "nan" not in made


def test_answer_has_the_numbers_of_the_study() -> None:
    study = studied(with_jumps(1.0), events_at(LINE, AT))
    answer = impact.answer(study, ["energy"])
    assert answer is not None
    assert study.outcome is not None
    assert study.outcome.placebo is not None
    assert (answer.episodes, answer.unit, answer.percent) == (17, "tenge", study.mean)
    assert (answer.in_100, answer.smallest) == (study.outcome.placebo.in_100, study.outcome.smallest)
    assert impact.answer(studied(LINE, []), []) is None


def test_method_note_has_seed_draws_and_drivers() -> None:
    study = studied(LINE, events_at(LINE, AT), drivers={"Brent": line_of(noise(seed=6), "BRENT")})
    note = impact.method(study)
    for part in (str(impact.SEED), "9,999 draws", "OLS on Brent", "median of observations -130 to -11", "[0, 1]"):
        assert part in note


def test_table_of_the_episodes_has_the_figures_of_the_study_and_no_nan() -> None:
    study = studied(LINE, events_at(LINE, [*AT, len(LINE) - 3]))
    rows = impact.table(study.episodes)
    assert rows["effect_percent"].mean() == study.mean
    assert rows["day"].tolist() == [episode.day.isoformat() for episode in study.episodes]
    assert rows["t+1"].tolist() == pytest.approx(rows["effect_percent"].tolist())
    last = rows.to_csv(index=False).splitlines()[-1]
    assert last.endswith(",,,")  # observations +3 to +5 are still to come
    assert "nan" not in last


# The grid.


def test_grid_has_a_cell_each_with_q_over_the_tests_made_and_reasons_for_the_others() -> None:
    jumps = events_at(with_jumps(1.0), AT)
    quiet = [replace(one, key=f"q{one.key}", text=f"q{one.key}", topics=("trade",)) for one in events_at(LINE, AT)]
    quiet = [replace(one, day=one.day + timedelta(days=21)) for one in quiet]
    news = impact.calendar([*jumps, *quiet])
    manat = impact.prepare(line_of([0.0] * 400, "TMT", first=3.5), "TMT", kind="peg")
    steps: list[float] = []
    made = impact.grid(
        {"KZ": impact.prepare(with_jumps(1.0), "KZT"), "TM": manat},
        news,
        ["energy", "trade", "culture"],
        progress=steps.append,
    )
    assert [(cell.country, cell.topic) for cell in made.cells] == [
        (country, topic) for country in ("KZ", "TM") for topic in ("energy", "trade", "culture")
    ]
    energy, trade, culture, fixed = made.cells[:4]
    assert made.tests == 2
    assert energy.p is not None
    assert trade.p is not None
    assert (energy.episodes, energy.q) == (17, min(2 * energy.p, trade.p))
    assert energy.q < impact.DISCOVERY < trade.p == trade.q
    assert (culture.articles, culture.p, culture.q) == (0, None, None)
    assert culture.why.startswith("No article matches")
    assert fixed.why.startswith("Not applicable: the manat is fixed")
    assert steps == pytest.approx([n / 6 for n in range(1, 7)])


def test_cell_of_the_grid_is_the_study_of_its_country_and_topic() -> None:
    news, ready = impact.calendar(events_at(LINE, AT)), impact.prepare(LINE, "KZT")
    (cell,) = impact.grid({"KZ": ready}, news, ["energy"]).cells
    study = impact.study(ready, news, news.select(["KZ"], ["energy"]))
    assert study.outcome is not None
    assert (cell.p, cell.q, cell.mean, cell.lead) == (study.outcome.p, study.outcome.p, study.mean, study.outcome.lead)


def test_currencies_on_the_same_dates_are_pooled_by_date() -> None:
    one = studied(with_jumps(0.3), events_at(LINE, AT))
    alone, doubled = impact.pool([one]), impact.pool([one, one])
    assert one.outcome is not None
    assert alone == one.outcome.bmp
    assert doubled == alone  # a second currency that repeats the first adds nothing
    assert impact.pool([]) is None
