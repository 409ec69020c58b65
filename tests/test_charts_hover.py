"""What a hover says: of each line one sentence for exactly the day that the heading names."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from lib import charts, series
from lib.charts import Line
from lib.charts.hover import MAX_POINTS, grid
from lib.charts.line import DAY_MS
from lib.charts.typed import read
from lib.words import speaking as language_scope
from tests.test_charts import PERIOD, dated, draw, line


def said(whole: Line, day: date, **options: Any) -> str:
    """What a hover says of a line on one day."""
    figure = draw(whole, **options)
    (trace,) = [t for t in figure["data"] if t["name"] == whole.currency and t.get("mode") == "none"]
    at = (pd.Timestamp(day).value / 1e6 - trace["x0"]) / trace["dx"]
    assert at == int(at)
    text: str = trace["text"][int(at)]
    return text


def test_each_day_of_the_period_has_its_own_point() -> None:
    (first, *_) = [t for t in draw(line(d3=440.0))["data"] if t.get("mode") == "none"]
    assert first["dx"] == DAY_MS
    assert len(first["text"]) == len(read(first["y"])) == 30
    assert pd.Timestamp(first["x0"], unit="ms").date() == PERIOD[0]


def test_every_other_trace_is_silent() -> None:
    figure = draw(line("TM", d1=3.5, d2=3.43, d3=3.5), line(d1=440.0))
    heard = [t for t in figure["data"] if t.get("hoverinfo") != "skip"]
    assert [t.get("mode") for t in heard] == ["none"] * 3  # two lines, and the articles a day


def test_a_published_day_says_value_change_and_source() -> None:
    assert said(line(d1=440.0, d2=441.1), date(2026, 9, 2)) == "441.1 ▲ 0.25 % · NBK"


def test_the_first_observation_has_no_change() -> None:
    assert said(line(d1=440.1234), date(2026, 9, 1)) == "440.123 · NBK"


def test_a_day_without_publication_says_what_is_carried_and_from_when() -> None:
    carried = "440, carried from Fri 4 Sep · NBK"
    assert said(line(d4=440.0, d7=445.0), date(2026, 9, 6)) == carried


def test_a_carried_day_of_the_next_year_names_the_year() -> None:
    whole = dated({date(2025, 12, 31): 505.0, date(2026, 1, 5): 506.0})
    period = (date(2025, 12, 30), date(2026, 1, 6))
    texts = charts.figure([whole], [], period)["data"][1]["text"]
    assert texts[3] == "505, carried from Wed 31 Dec 2025 · NBK"


def test_days_before_between_and_after_say_that_there_is_nothing() -> None:
    whole = line(d3=440.0, d14=441.0)
    assert said(whole, date(2026, 9, 1)) == "nothing published in this period before 3 Sep 2026"
    assert said(whole, date(2026, 9, 8)) == "no data between 3 Sep and 14 Sep 2026"
    assert said(whole, date(2026, 9, 30)) == "no data since 14 Sep 2026"


def test_nothing_is_carried_beyond_the_as_of_day() -> None:
    until = date(2026, 9, 15)
    assert said(line(d14=441.0), until, until=until) == "441, carried from Mon 14 Sep · NBK"
    after = said(line(d14=441.0), date(2026, 9, 16), until=until)
    assert after == "no data since 14 Sep 2026"


def test_a_flag_is_told_on_its_own_day_and_on_no_other() -> None:
    whole = line("TM", d1=3.5, d2=3.43, d3=3.5)
    assert said(whole, date(2026, 9, 2)).endswith("⚑ off the official peg")
    assert "⚑" not in said(whole, date(2026, 9, 3))
    assert "⚑" not in said(whole, date(2026, 9, 4))


@pytest.mark.parametrize(("by", "words"), [(1.26, "Bank of Russia 1.3 % higher"), (-2.0, "Bank of Russia 2.0 % lower")])
def test_a_disagreement_says_who_and_how_far(by: float, words: str) -> None:
    whole = line(d1=440.0)
    whole.frame.loc["2026-09-01", "flags"] = "disagree"
    frame = whole.frame.assign(rival="Bank of Russia", rival_by=by)
    told = said(Line(whole.country, "NBK", frame), date(2026, 9, 1))
    assert told == f"440 · NBK ⚑ {words}"


def test_a_revised_value_says_what_it_was() -> None:
    revised = line(d1=440.0, d2=441.0)
    revised.frame.loc["2026-09-02", ["previous", "flags"]] = [439.5, "revised"]
    assert said(revised, date(2026, 9, 2)).endswith("⚑ revised (was 439.5)")
    revised.frame["previous_seen"] = pd.Timestamp("2026-09-03", tz="UTC")
    told = said(revised, date(2026, 9, 2))
    assert told.endswith("(was 439.5, seen 2026-09-03; is 441, seen 2026-09-30)")


def test_an_index_also_says_the_rate() -> None:
    told = said(line(d1=440.0, d2=462.0), date(2026, 9, 2), measure="index")
    assert told == "105.00 (462) ▲ 5.00 % · NBK"


def test_a_change_says_itself_first_and_a_carried_day_has_none() -> None:
    whole = line(d1=400.0, d2=404.0)
    assert said(whole, date(2026, 9, 2), measure="change") == "▲ 1.00 % (404) · NBK"
    assert said(whole, date(2026, 9, 1), measure="change") == "no earlier observation (400) · NBK"
    carried = said(whole, date(2026, 9, 3), measure="change")
    assert carried == "404, carried from Wed 2 Sep · NBK"


def test_computed_rates_show_no_invented_digits_and_name_their_legs() -> None:
    turned = line(d1=440.0, d2=441.0)
    turned = Line(turned.country, turned.source, series.invert(turned.frame))
    assert said(turned, date(2026, 9, 1), direction="local") == "0.00227273 · NBK"
    crossed = line("KG", d1=0.2)
    crossed.frame["legs"] = "USD/KGS ÷ USD/KZT"
    told = said(Line(crossed.country, "NBK", crossed.frame, "KZT"), date(2026, 9, 1))
    assert told == "0.200000 · NBK, USD/KGS ÷ USD/KZT"


def test_each_observation_names_its_own_source() -> None:
    whole = line(d1=440.0, d2=441.0)
    frame = whole.frame.assign(source=["NBK", "NBP"], change=np.nan)
    assert said(Line(whole.country, "NBK", frame), date(2026, 9, 2)) == "441 · NBP"


def test_articles_of_a_day_are_counted() -> None:
    figure = draw(line(d1=440.0))
    (counts,) = [t for t in figure["data"] if t["name"] == "articles a day"]
    assert counts["text"][:3] == ["no articles", "3 articles", "no articles"]


def test_decades_have_as_many_points_as_a_screen_shows_and_end_on_the_last_day() -> None:
    first, step, count = grid((date(1999, 1, 4), date(2026, 9, 30)))
    assert count <= MAX_POINTS
    assert first + step * (count - 1) == date(2026, 9, 30).toordinal()
    assert date(1999, 1, 4).toordinal() <= first < date(1999, 1, 4).toordinal() + step


def test_russian() -> None:
    with language_scope("ru"):
        assert said(line(d4=440.5, d7=445.0), date(2026, 9, 7)).startswith("445 ▲ 1,02 %")
        assert "пт 4 сент." in said(line(d4=440.5, d7=445.0), date(2026, 9, 6))
