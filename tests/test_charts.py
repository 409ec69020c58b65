"""Frames to figures: what is drawn where, and what is left out."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import plotly.io
import pytest

from lib import charts, series
from lib.charts import Event, Line
from lib.charts.axes import HEIGHT, pixels
from lib.charts.labels import LINE_PIXELS, MAX_RIGHT, right_margin
from lib.charts.line import DAY_MS
from lib.charts.typed import read
from lib.countries import BY_CODE
from lib.models import Observation

PERIOD = (date(2026, 9, 1), date(2026, 9, 30))
HALF = DAY_MS / 2


def line(code: str = "KZ", source: str = "NBK", **values: float) -> Line:
    """A line with values by day of September 2026: `line(d1=440.0, d2=441.0)`."""
    by_day = {date(2026, 9, int(day[1:])): value for day, value in values.items()}
    return dated(by_day, code, source)


def dated(values: dict[date, float], code: str = "KZ", source: str = "NBK") -> Line:
    currency, recorded = BY_CODE[code].currency, datetime(2026, 9, 30, tzinfo=UTC)
    rows = [Observation("s", "USD", currency, d, v, recorded, None) for d, v in values.items()]
    made = series.lines(series.frame(rows), "USD", currency)["s"]
    return Line(BY_CODE[code], source, series.annotate(made, currency))


def draw(*lines: Line, **options: Any) -> Any:
    return charts.figure(lines, [(date(2026, 9, 2), 3)], PERIOD, **options)


def named(figure: Any, name: str, mode: str = "lines") -> list[Any]:
    return [t for t in figure["data"] if t["name"] == name and t.get("mode", "bar") == mode]


def days_of(trace: Any) -> list[float]:
    """The corners of a step line in days since 1 September, at the middle of the day."""
    first = pd.Timestamp("2026-09-01").value / 1e6 - HALF
    return [(x - first) / DAY_MS for x in read(trace["x"])]


def labels(figure: Any) -> list[Any]:
    return [note for note in figure["layout"]["annotations"] if "<b>" in note["text"]]


def test_a_figure_is_one_that_plotly_accepts() -> None:
    figure = draw(line(d1=440.0, d2=441.0), events=[Event(1, "KZ", date(2026, 9, 2))])
    assert go.Figure(figure).to_dict()["layout"]["hovermode"] == "x unified"
    assert '"dtype":"f8"' in plotly.io.to_json(figure, validate=False)


def test_rates_get_a_panel_each_on_one_time_axis() -> None:
    figure = draw(line("KZ", d1=440.0, d2=441.0), line("UZ", d1=11_800.0, d2=11_790.0))
    assert list(dict.fromkeys(trace["yaxis"] for trace in figure["data"])) == ["y", "y2", "y3"]
    assert not any("xaxis" in trace for trace in figure["data"])
    domains = [figure["layout"][name]["domain"] for name in ("yaxis", "yaxis2", "yaxis3")]
    assert all(above[0] > below[1] for above, below in pairwise(domains))


def test_indexes_share_an_axis_and_begin_at_100() -> None:
    lines = line("KZ", d1=440.0, d2=462.0), line("UZ", d1=11_800.0, d2=11_682.0)
    figure = draw(*lines, measure="index")
    kz, uz = named(figure, "KZT")[0], named(figure, "UZS")[0]
    assert kz["yaxis"] == uz["yaxis"] == "y"
    np.testing.assert_allclose(read(kz["y"])[:2], [100, 105])
    np.testing.assert_allclose(read(uz["y"])[:2], [100, 99])
    assert kz["line"]["dash"] != uz["line"]["dash"]


def test_a_fixing_is_in_force_until_the_next_one() -> None:
    (steps,) = named(draw(line(d1=440.0, d4=441.0)), "KZT")
    assert steps["line"]["shape"] == "hv"
    assert days_of(steps) == [0, 3, 11]  # the last is carried for a week
    np.testing.assert_array_equal(read(steps["y"]), [440.0, 441.0, 441.0])


def test_a_step_ends_where_nothing_more_is_known() -> None:
    (steps,) = named(draw(line(d1=440.0, d4=441.0), until=date(2026, 9, 5)), "KZT")
    assert days_of(steps)[-1] == 5


def test_a_silence_is_a_hole_and_a_lone_day_as_long_as_a_day() -> None:
    (steps,) = named(draw(line(d1=440.0, d2=441.0, d12=445.0, d24=450.0)), "KZT")
    assert days_of(steps) == [0, 1, 2, 2, 11, 12, 12, 23, 30]
    np.testing.assert_array_equal(read(steps["y"]), [440, 441, 441, np.nan, 445, 445, np.nan, 450, 450])


def test_repeats_add_no_corner() -> None:
    peg = {date(2026, 9, day): 3.5 for day in range(1, 31)}
    (steps,) = named(draw(dated(peg, "TM")), "TMT")
    assert days_of(steps) == [0, 30]


def test_what_another_source_continues_is_lighter_and_apart() -> None:
    whole = line(d1=440.0, d2=441.0, d3=450.0, d4=451.0, d5=442.0)
    frame = whole.frame.assign(source=["NBK", "NBK", "NBP", "NBP", "NBK"])
    own, other = named(draw(Line(whole.country, "NBK", frame)), "KZT")
    assert own["opacity"] > other["opacity"]
    assert days_of(own) == [0, 1, 2, 2, 4, 12]
    assert days_of(other) == [2, 3, 4]
    np.testing.assert_array_equal(read(other["y"]), [450, 451, 451])


def test_an_index_compares_one_source_only() -> None:
    whole = line(d1=440.0, d2=441.0, d3=450.0)
    frame = whole.frame.assign(source=["NBK", "NBK", "NBP"])
    drawn = named(draw(Line(whole.country, "NBK", frame), measure="index"), "KZT")
    assert len(drawn) == 1


def test_changes_are_silent_bars_on_one_scale() -> None:
    lines = line(d1=400.0, d4=404.0), line("UZ", d1=11_800.0, d2=11_811.8)
    figure = draw(*lines, measure="change")
    (bar,) = named(figure, "KZT", mode="bar")
    assert (bar["type"], bar["hoverinfo"]) == ("bar", "skip")
    np.testing.assert_allclose(read(bar["y"])[1], 1.0)
    ranges = [figure["layout"][name]["range"] for name in ("yaxis", "yaxis2")]
    assert ranges[0] == ranges[1]
    assert ranges[0][1] > 1.0


def test_a_panel_spans_at_least_one_percent_either_way() -> None:
    figure = draw(line("KG", d1=87.40, d2=87.45))
    low, high = figure["layout"]["yaxis"]["range"]
    assert low < 87.425 * 0.99
    assert high > 87.425 * 1.01
    lively = draw(line(d1=400.0, d2=500.0))["layout"]["yaxis"]["range"]
    assert lively[0] < 400 < 500 < lively[1]
    assert lively[1] - lively[0] < 120


@pytest.mark.parametrize("measure", ["rate", "index"])
def test_a_log_scale_has_logarithmic_bounds(measure: Any) -> None:
    axis = draw(line(d1=440.0, d2=1000.0), log=True, measure=measure)["layout"]["yaxis"]
    assert axis["type"] == "log"
    first, last = (440.0, 1000.0) if measure == "rate" else (100.0, 1000 / 4.4)
    assert axis["range"][0] < np.log10(first) < np.log10(last) < axis["range"][1]


def test_a_currency_by_two_sources_shares_a_panel_with_a_dash_a_shade_and_a_name_each() -> None:
    figure = draw(line("KZ", "NBK", d1=440.0, d2=441.0), line("KZ", "Yahoo", d1=440.5, d2=441.5))
    first, second = named(figure, "KZT")
    assert first["yaxis"] == second["yaxis"]
    assert first["line"]["dash"] != second["line"]["dash"]
    assert first["opacity"] != second["opacity"]
    texts = [note["text"] for note in labels(figure)]
    assert any("441</b><br>NBK" in text for text in texts)
    assert any("441.5</b><br>Yahoo" in text for text in texts)


def test_a_run_of_doubted_values_has_one_mark() -> None:
    figure = draw(line("TM", d1=3.5, d2=3.43, d3=3.44, d4=3.5, d5=3.6, d6=3.5))
    (marks,) = named(figure, "TMT flags", mode="markers")
    np.testing.assert_array_equal(read(marks["y"]), [3.43, 3.6])
    assert marks["hoverinfo"] == "skip"
    assert charts.doubtful(line("TM", d1=3.5, d2=3.43, d3=3.5))
    assert not charts.doubtful(line("TM", d1=3.5, d2=3.5))


def test_a_break_of_the_regime_is_a_dated_line_with_a_word() -> None:
    broken = dated({date(2015, 8, 19): 188.38, date(2015, 8, 20): 255.26})
    layout = charts.figure([broken], [], (date(2015, 8, 1), date(2015, 8, 31)))["layout"]
    (shape,) = layout["shapes"]
    assert pd.Timestamp(shape["x0"] + HALF, unit="ms").date() == date(2015, 8, 20)
    assert "float" in [note["text"] for note in layout["annotations"]]


def test_neighbouring_breaks_have_their_words_below_each_other() -> None:
    broken = dated({date(1999, 1, 4): 84.0, date(2015, 8, 19): 188.38, date(2015, 8, 20): 255.26})
    period = (date(2008, 1, 1), date(2016, 12, 31))
    layout = charts.figure([broken], [], period)["layout"]
    words = [n for n in layout["annotations"] if n.get("yref") == "y domain"]
    assert len(words) == len(series.breaks("KZT", *period))
    assert not overlapping(words, period)


def test_breaks_of_several_currencies_on_one_axis_name_them_and_do_not_overlap() -> None:
    codes, days = ("KZ", "TM", "UZ"), (date(2009, 1, 5), date(2017, 9, 6))
    lines = [dated(dict.fromkeys(days, 100.0), code) for code in codes]
    period = (date(2009, 1, 1), date(2018, 12, 31))
    layout = charts.figure(lines, [], period, measure="index")["layout"]
    words = [n for n in layout["annotations"] if n.get("yref") == "y domain"]
    assert {word["text"][:3] for word in words} == {"KZT", "TMT", "UZS"}
    assert not overlapping(words, period)


def overlapping(words: list[Any], period: tuple[date, date]) -> list[str]:
    """The words that cover another one on their level, at 320 pixels."""
    pixel = (period[1] - period[0]).days / 320 * DAY_MS
    spans = []
    for word in words:
        width = 7 * len(word["text"]) * pixel
        left = word["x"] - (width if word["xanchor"] == "right" else 0)
        spans.append((word["yshift"], left, left + width, word["text"]))
    return [b[3] for a, b in pairwise(sorted(spans)) if a[0] == b[0] and a[2] > b[1] + 1]


@pytest.mark.parametrize(("direction", "side"), [("usd", "right"), ("local", "left")])
def test_the_word_of_a_break_stands_where_the_line_is_low(direction: Any, side: str) -> None:
    broken = dated({date(2015, 8, 19): 188.38, date(2015, 8, 20): 255.26})
    period = (date(2015, 1, 1), date(2015, 12, 31))
    notes = charts.figure([broken], [], period, direction=direction)["layout"]["annotations"]
    (word,) = [note for note in notes if note["text"] == "float"]
    assert word["xanchor"] == side


@pytest.mark.parametrize("log", [False, True])
def test_end_labels_stand_at_the_last_value_and_give_the_change_of_the_period(log: bool) -> None:
    whole = line(d1=440.0, d2=1000.0)
    changed = Line(whole.country, "NBK", whole.frame, change=127.27)
    (label,) = labels(draw(changed, log=log))
    assert "<b>KZT 1,000</b><br>▲ 127.3 %" in label["text"]
    assert label["y"] == (3.0 if log else 1000.0)


@pytest.mark.parametrize("log", [False, True])
def test_end_labels_of_one_axis_do_not_cover_each_other(log: bool) -> None:
    codes = enumerate(("KZ", "KG", "TJ", "TM", "UZ"))
    lines = [line(code, d1=100.0, d2=100.0 + n / 100) for n, code in codes]
    figure = draw(*lines, measure="index", log=log)
    bounds = figure["layout"]["yaxis"]["range"]
    span = tuple(10**bound for bound in bounds) if log else tuple(bounds)
    ends = [(10 ** n["y"] if log else n["y"], n["yshift"]) for n in labels(figure)]
    heights = sorted(pixels(end, span, 1, log) + shift for end, shift in ends)
    assert all(above - below >= LINE_PIXELS - 1e-6 for below, above in pairwise(heights))
    assert heights[-1] <= HEIGHT


def test_there_is_room_for_the_longest_label() -> None:
    short, long = line(d1=440.0), line("KZ", "A source with a long name", d1=440.0, d2=441.0)
    assert right_margin([short], "rate") < right_margin([long, short], "rate") == MAX_RIGHT


def test_events_are_numbered_on_their_line() -> None:
    events = [Event(1, "KZ", date(2026, 9, 3)), Event(2, "UZ", date(2026, 9, 3))]
    notes = draw(line(d1=440.0, d2=441.0), events=events)["layout"]["annotations"]
    (note,) = [note for note in notes if note.get("name") == "event-1"]
    assert (note["text"], note["y"], note["captureevents"]) == ("<b>1</b>", 441.0, True)
    assert not [note for note in notes if note.get("name") == "event-2"]  # no line of its country


def test_picked_and_selected_days_are_shown() -> None:
    days = (date(2026, 9, 3), date(2026, 9, 4))
    layout = draw(line(d1=440.0), marked=date(2026, 9, 5), selected=days)["layout"]
    rule, box = layout["shapes"]
    assert pd.Timestamp(rule["x0"], unit="ms").date() == date(2026, 9, 5)
    assert box["x1"] - box["x0"] == 2 * DAY_MS
    assert "5 Sep 2026" in [note["text"] for note in layout["annotations"]]


def test_the_strip_counts_articles_a_day() -> None:
    strip = draw(line(d1=440.0))["data"][-1]
    assert (strip["y"], strip["name"], strip["hoverinfo"]) == ([3], "articles", "skip")


def test_without_lines_or_articles_there_is_an_empty_chart() -> None:
    figure = charts.figure([], [], PERIOD)
    assert len(read(figure["data"][-1]["x"])) == 0
    assert go.Figure(figure)


def test_the_picture_has_words() -> None:
    words = "Chart of 1 Sep – 30 Sep 2026; last values: KZT 441.5."
    assert charts.alt([line(d1=440.0, d2=441.5)], PERIOD) == words


def test_number_of_an_event_near_the_top_of_the_chart_stands_below_its_line() -> None:
    events = [Event(1, "KZ", date(2026, 9, 1)), Event(2, "KZ", date(2026, 9, 3))]
    notes = draw(line(d1=500.0, d2=450.0, d3=400.0), events=events)["layout"]["annotations"]
    below = {note["name"]: note["ay"] > 0 for note in notes if "name" in note}
    assert below == {"event-1": True, "event-2": False}


def test_chart_without_lines_on_a_logarithmic_axis_has_a_range() -> None:
    figure = charts.figure([], [], PERIOD, log=True)
    assert all(np.isfinite(figure["layout"]["yaxis"]["range"]))
