"""Frames to figures: what is drawn where, what a hover says, and what is left out."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest

from lib import charts, series
from lib.charts import Line
from lib.charts.axes import DAY_MS, HEIGHT, STRIP_SHARE
from lib.charts.labels import LABEL_PIXELS
from lib.countries import BY_CODE
from lib.models import Observation

PERIOD = (date(2026, 9, 1), date(2026, 9, 30))


def line(code: str = "KZ", source: str = "NBK", **values: float) -> Line:
    """A line with values by day of September 2026: `line(d1=440.0, d2=441.0)`."""
    currency, seen = BY_CODE[code].currency, datetime(2026, 9, 30, tzinfo=UTC)
    rows = [Observation("s", "USD", currency, date(2026, 9, int(d[1:])), v, seen, None) for d, v in values.items()]
    return Line(BY_CODE[code], source, series.annotate(series.choose(series.frame(rows), currency, ["s"])[1], currency))


def draw(*lines: Line, **options: Any) -> Any:
    return charts.figure(lines, [(date(2026, 9, 2), 3)], PERIOD, **options)


def named(figure: Any, name: str) -> list[Any]:
    return [trace for trace in figure.data if trace.name == name]


def test_rates_get_a_panel_each_on_one_time_axis() -> None:
    figure = draw(line("KZ", d1=440.0, d2=441.0), line("UZ", d1=11_800.0, d2=11_790.0))
    assert list(dict.fromkeys(trace.yaxis for trace in figure.data)) == ["y", "y2", "y3"]
    assert {trace.xaxis for trace in figure.data} == {None}
    assert figure.layout.yaxis.domain[0] > figure.layout.yaxis2.domain[1] > figure.layout.yaxis3.domain[1]


def test_indexes_share_an_axis_and_begin_at_100() -> None:
    figure = draw(line("KZ", d1=440.0, d2=462.0), line("UZ", d1=11_800.0, d2=11_682.0), measure="index")
    kz, uz = named(figure, "KZT")[0], named(figure, "UZS")[0]
    assert kz.yaxis == uz.yaxis == "y"
    np.testing.assert_allclose(kz.y, [100, 105])
    np.testing.assert_allclose(uz.y, [100, 99])
    assert kz.line.dash != uz.line.dash


def test_changes_are_bars_that_tell_the_day_they_count_from() -> None:
    (bar,) = named(draw(line(d1=400.0, d4=404.0), measure="change"), "KZT")
    assert bar.type == "bar"
    assert bar.customdata[0] == "no earlier observation"
    assert bar.customdata[1] == "▲ 1.00 % since 1 Sep 2026"


def test_days_travel_as_milliseconds() -> None:
    (curve,) = named(draw(line(d1=440.0, d2=441.0)), "KZT")
    assert curve.x[1] - curve.x[0] == DAY_MS
    assert pd.Timestamp(curve.x[0], unit="ms") == pd.Timestamp("2026-09-01")


def test_a_silence_is_a_hole_and_a_lone_day_a_dot() -> None:
    figure = draw(line(d1=440.0, d2=441.0, d12=445.0, d24=450.0, d25=451.0))
    curve, dots = figure.data[:2]
    assert np.isnan(curve.y).sum() == 2
    assert dots.mode == "markers"
    assert list(dots.y) == [445.0]


def test_one_currency_by_two_publishers_shares_a_panel_with_a_dash_and_a_name_each() -> None:
    figure = draw(line("KZ", "NBK", d1=440.0, d2=441.0), line("KZ", "Yahoo", d1=440.5, d2=441.5))
    first, second = named(figure, "KZT")
    assert first.yaxis == second.yaxis
    assert first.line.dash != second.line.dash
    labels = [note.text for note in figure.layout.annotations]
    assert any(text.endswith("441 NBK") for text in labels)
    assert any(text.endswith("441.5 Yahoo") for text in labels)


def test_hover_names_pair_and_source_and_keeps_published_digits() -> None:
    (curve,) = named(draw(line(d1=440.1234567, d2=441.0)), "KZT")
    assert curve.hovertemplate.startswith("1 USD = %{customdata:,.10~r} KZT · NBK")
    assert curve.customdata[0] == 440.1234567


def test_the_inverse_shows_no_invented_digits() -> None:
    turned = line(d1=440.0, d2=441.0)
    turned = Line(turned.country, turned.source, series.invert(turned.frame))
    (curve,) = named(draw(turned, direction="local"), "KZT")
    assert curve.hovertemplate.startswith("1 KZT = %{customdata:,.6~r} USD")


def test_hover_of_a_cross_names_its_legs_and_invents_no_digits() -> None:
    crossed = line("KG", d1=0.19, d2=0.2)
    crossed.frame["legs"] = "USD/KGS ÷ USD/KZT"
    (curve,) = named(draw(Line(crossed.country, "NBK", crossed.frame, "KZT")), "KGS")
    assert curve.hovertemplate.startswith("1 KZT = %{customdata:,.6~r} KGS · NBK, USD/KGS ÷ USD/KZT")


def test_a_break_of_the_regime_is_a_dated_line_with_a_word() -> None:
    seen = datetime(2026, 9, 30, tzinfo=UTC)
    rows = [
        Observation("s", "USD", "KZT", date(2015, 8, day), v, seen, None) for day, v in ((19, 188.38), (20, 255.26))
    ]
    frame = series.annotate(series.choose(series.frame(rows), "KZT", ["s"])[1], "KZT")
    figure = charts.figure([Line(BY_CODE["KZ"], "NBK", frame)], [], (date(2015, 8, 1), date(2015, 8, 31)))
    assert [pd.Timestamp(shape.x0, unit="ms").date() for shape in figure.layout.shapes] == [date(2015, 8, 20)]
    assert "float" in [note.text for note in figure.layout.annotations]
    assert not named(figure, "KZT flags")


def test_doubtful_points_are_marked_and_explained() -> None:
    doubtful = line("TM", d1=3.5, d2=3.43, d3=3.5)
    (marks,) = named(draw(doubtful), "TMT flags")
    assert list(marks.y) == [3.43]
    assert "off the 3.5 peg" in marks.customdata[0]
    assert charts.doubtful(doubtful)
    assert not charts.doubtful(line("TM", d1=3.5, d2=3.5))


def test_a_revised_point_tells_the_value_before() -> None:
    revised = line(d1=440.0, d2=441.0)
    revised.frame.loc["2026-09-02", ["previous", "flags"]] = [439.5, "revised"]
    (marks,) = named(draw(revised), "KZT flags")
    assert marks.customdata[0] == "KZT revised (was 439.5)"
    revised.frame["previous_seen"] = pd.Timestamp("2026-09-03", tz="UTC")
    (marks,) = named(draw(revised), "KZT flags")
    assert marks.customdata[0] == "KZT revised (was 439.5, seen 2026-09-03; is 441, seen 2026-09-30)"


@pytest.mark.parametrize("log", [False, True])
def test_end_labels_stand_at_the_last_value(log: bool) -> None:
    figure = draw(line(d1=440.0, d2=1000.0), log=log)
    label = figure.layout.annotations[-1]
    assert "<b>KZT</b> 1,000" in label.text
    assert label.y == (3.0 if log else 1000.0)
    assert figure.layout.yaxis.type == ("log" if log else "linear")


def test_end_labels_of_one_axis_do_not_cover_each_other() -> None:
    lines = [line(code, d1=100.0, d2=100.0 + n / 100) for n, code in enumerate(("KZ", "KG", "TJ", "TM", "UZ"))]
    labels = draw(*lines, measure="index").layout.annotations[1:]
    span = HEIGHT * (1 - STRIP_SHARE) * 0.5
    heights = sorted((note.y - 100) / 0.04 * span + note.yshift for note in labels)
    assert all(b - a >= LABEL_PIXELS - 1e-6 for a, b in pairwise(heights))


def test_the_strip_counts_articles_a_day() -> None:
    strip = draw(line(d1=440.0)).data[-1]
    assert (list(strip.y), strip.name) == ([3], "articles")


def test_without_articles_the_strip_is_empty() -> None:
    assert len(charts.figure([line(d1=440.0)], [], PERIOD).data[-1].x) == 0


def test_the_picture_has_words() -> None:
    assert charts.alt([line(d1=440.0, d2=441.5)], PERIOD) == "Chart of 1 Sep – 30 Sep 2026; last values: KZT 441.5."
