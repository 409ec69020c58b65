"""Pictures of a chart: what stands in them, escaped, the same bytes each time, legible in both languages."""

from __future__ import annotations

import struct
from dataclasses import replace
from datetime import date
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring

from lib import charts, pictures
from lib.charts import Event
from lib.pictures import Picture, ticks
from lib.pictures.text import shortened, text, width, wrapped
from lib.words import speaking
from tests.test_charts import PERIOD, dated, line

TITLE = "The tenge: 441 per dollar"
SVG = "{http://www.w3.org/2000/svg}"


def picture(*lines: Any, **options: Any) -> Picture:
    figure = charts.figure(lines, [(date(2026, 9, 2), 3)], PERIOD, **options)
    footer = ("Source: NBK, 30 Sep 2026. As of 30 Sep 2026.", "https://altyn.example/?country=KZ")
    return Picture(figure, PERIOD, TITLE, "1 USD in KZT · 1 – 30 Sep 2026", footer)


def parsed(drawn: str) -> Element:
    root: Element = fromstring(drawn)
    return root


def words(drawn: str) -> list[str]:
    return ["".join(one.itertext()) for one in parsed(drawn).iter(f"{SVG}text")]


def paths(drawn: str) -> list[str]:
    return [one.attrib["d"] for one in parsed(drawn).iter(f"{SVG}path")]


def test_a_picture_carries_title_unit_source_asof_address_and_the_last_value() -> None:
    said = words(pictures.svg(picture(line(d1=440.0, d2=441.0))))
    for part in (
        TITLE,
        "1 USD in KZT",
        "Source: NBK",
        "As of",
        "https://altyn.example/?country=KZ",
    ):
        assert any(part in words for words in said), part
    assert any("KZT 441" in words for words in said)


def test_what_a_feed_or_a_link_brought_in_stays_text() -> None:
    hostile = '</text><script>alert(1)</script>"&'
    drawn = pictures.svg(replace(picture(line(d1=440.0)), title=hostile, footer=(hostile,)))
    assert "<script" not in drawn
    assert sum(hostile.split("<")[0] in words for words in words(drawn)) >= 2
    assert hostile in words(drawn)


def test_steps_go_across_before_they_go_up() -> None:
    steps, *_ = paths(pictures.svg(picture(line(d1=440.0, d4=441.0))))
    assert steps.startswith("M")
    assert steps.count("M") == 1
    assert steps.count("H") == steps.count("V") == 2


def test_a_silence_lifts_the_pen() -> None:
    steps, *_ = paths(pictures.svg(picture(line(d1=440.0, d2=441.0, d20=445.0))))
    assert steps.count("M") == 2


@pytest.mark.parametrize("options", [{"measure": "change"}, {"measure": "index"}, {"log": True}])
def test_every_kind_of_chart_is_drawn(options: dict[str, Any]) -> None:
    lines = line(d1=440.0, d2=445.0), line("UZ", d1=11_800.0, d2=11_750.0)
    drawn = pictures.svg(picture(*lines, **options))
    assert len(paths(drawn)) == 3  # two lines and the articles
    assert "nan" not in drawn
    assert "inf" not in drawn


def test_numbered_events_and_selected_days_are_drawn() -> None:
    drawn = pictures.svg(
        picture(
            line(d1=440.0),
            events=[Event(7, "KZ", date(2026, 9, 1))],
            selected=(date(2026, 9, 2), date(2026, 9, 3)),
            marked=date(2026, 9, 5),
        )
    )
    assert "7" in words(drawn)
    assert "5 Sep 2026" in words(drawn)
    assert len(list(parsed(drawn).iter(f"{SVG}rect"))) == 2


def test_an_empty_view_is_a_picture_too() -> None:
    drawn = pictures.svg(replace(picture(), title="No rates in this period"))
    assert "No rates in this period" in words(drawn)


def test_a_break_of_the_regime_has_its_word() -> None:
    broken = dated({date(2015, 8, 19): 188.38, date(2015, 8, 20): 255.26})
    period = (date(2015, 8, 1), date(2015, 8, 31))
    figure = charts.figure([broken], [], period)
    assert "float" in words(pictures.svg(Picture(figure, period, TITLE)))


def test_a_png_has_the_size_asked_for_and_the_same_bytes_each_time() -> None:
    drawn = pictures.svg(replace(picture(line(d1=440.0, d2=441.0)), size=(1200, 630)))
    image = pictures.png(drawn)
    assert image.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", image[16:24]) == (1200, 630)
    assert pictures.png(drawn) == image


@pytest.mark.parametrize("letter", ["Я", "ʻ", "ң", "ү", "ө", "ҳ", "ў", "қ", "ә", "▲", "▼", "⚑", "№"])
def test_the_bundled_fonts_have_our_letters(letter: str) -> None:
    def drawn(character: str) -> bytes:
        body = text(20, 60, character, 40, "#000000")
        frame = f'<svg xmlns="http://www.w3.org/2000/svg" width="100" height="80">{body}</svg>'
        return pictures.png(frame)

    assert drawn(letter) not in (drawn(" "), drawn("\U0001f9ff"))  # the last has no glyph


def test_dark_paper() -> None:
    drawn = pictures.svg(replace(picture(line(d1=440.0)), colours=pictures.DARK))
    assert pictures.DARK.paper in drawn
    assert pictures.LIGHT.paper not in drawn


@pytest.mark.parametrize(
    ("low", "high", "most", "found"),
    [
        (437.2, 541.9, 6, [440, 460, 480, 500, 520, 540]),
        (87.2, 87.6, 4, [87.2, 87.3, 87.4, 87.5, 87.6]),
        (-1.3, 1.3, 3, [-1, 0, 1]),
        (0, 1, 1, [0, 1]),
    ],
)
def test_ticks_stand_at_round_numbers(low: float, high: float, most: int, found: list[float]) -> None:
    assert ticks.numbers(low, high, most) == found


def test_the_time_axis_names_days_months_or_years() -> None:
    assert ticks.days(date(2026, 9, 1), date(2026, 9, 30), 6)[0] == (date(2026, 9, 3), "3 Sep")
    months = ticks.days(date(2025, 9, 29), date(2026, 9, 29), 6)
    assert [label for _, label in months] == ["Oct", "2026", "Apr", "Jul"]
    years = ticks.days(date(1999, 1, 4), date(2026, 9, 29), 10)
    assert {label for _, label in years} <= {str(year) for year in range(1999, 2027)}
    assert len(years) <= 10


def test_russian_pictures_have_russian_months_and_numbers() -> None:
    with speaking("ru"):
        months = ticks.days(date(2025, 9, 29), date(2026, 9, 29), 6)
        drawn = pictures.svg(picture(line("UZ", d1=11_800.5, d2=11_750.0)))
    assert [label for _, label in months][:2] == ["окт.", "2026"]
    assert any("11\u00a0750" in words for words in words(drawn))


def test_long_words_are_wrapped_or_cut() -> None:
    lines = wrapped("one two three four", 10, 60)
    assert len(lines) > 1
    assert all(width(line, 10) <= 60 for line in lines)
    assert shortened("x" * 300, 10, 100).endswith("…")
    assert width(shortened("x" * 300, 10, 100), 10) <= 100
