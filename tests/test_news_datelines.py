"""Datelines in the forms that agencies use, and sentences that only look like one."""

from __future__ import annotations

import pytest

from lib.catalog.rules import rules
from lib.news.datelines import dateline
from lib.news.tagging import tag
from lib.news.terms import DATELINE, words_of


@pytest.mark.parametrize(
    "line",
    [
        "DUSHANBE (AFP) — ",
        "ASHGABAT, Feb 3 (Reuters) - ",
        "BISHKEK, Kyrgyzstan (AP) — ",
        "ASTANA/BISHKEK, May 12 (Reuters) - ",
        "BISHKEK/DUSHANBE - ",
        "TASHKENT -- ",
        "ALMATY, January 5 (RFE/RL) -- ",
        "NUR-SULTAN. KAZINFORM - ",
        "BAKU, Azerbaijan, July 9. ",
        "Samarkand, Uzbekistan (UzDaily.com) -- ",
        "Khujand, 2 June 2025 (NIAT Khovar) — ",
        "24.kg - ",
        "AKIPRESS.COM - ",
        "Таджикистан, Душанбе – АН Podrobno.uz. ",
        "Ош, 3 марта — Sputnik. ",
        "БИШКЕК, 9 сен — Sputnik, Анна Иванова. ",
        "АСТАНА, 21 ноя - Sputnik. ",
        "Бишкек. 2 апреля. Кабар. ",
        "Бишкек, 7 июля 2025 /Кабар/. ",
        "Алматы. 8 июня. КазТАГ - ",
        "АКТОБЕ. КАЗИНФОРМ - ",
        "МОСКВА, 1 дек — РИА Новости. ",
        "ДУШАНБЕ, 06.11.2025 /НИАТ «Ховар»/. ",
        "АШХАБАД. 17 апреля. ТДХ. ",
    ],
)
@pytest.mark.parametrize("story", ["The government met.", "Власти собрались.", "«Мы готовы», — сказал он."])
def test_dateline_is_told_from_the_story(line: str, story: str) -> None:
    assert dateline(line + story) == line
    words = words_of("Title", line + story)
    assert words.all[words.start :] == words_of("", story).all[1:]
    assert words.zones.count(DATELINE) > 0


def test_city_alone_is_one_before_a_sentence() -> None:
    assert dateline("Osh – Police have closed the bazaar.") == "Osh – "


@pytest.mark.parametrize(
    "text",
    [
        "Ташкент — столица республики.",
        "Kazakhstan and Uzbekistan - two neighbours - agreed.",
        "Kazakhstan, Uzbekistan and Russia agreed.",
        "US-China trade grew.",
        "USA - the largest buyer - left.",
        "President Tokayev (pictured) spoke.",
        "В Астане, 5 мая, прошёл форум.",
        "Казахстан увеличил экспорт - так говорит министр.",
        "Turkmenistan: gas for Europe?",
        "",
        "—",
    ],
)
def test_sentence_is_none(text: str) -> None:
    assert dateline(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "Узбекистан, Ташкент – АН Podrobno.uz. Казахские инвесторы построят завод.",
        "TASHKENT, Mar 3 (Reuters) - Kazakh investors will build a plant.",
        "Ташкент, 3 марта — Sputnik. Казахские инвесторы построят завод.",
        "TASHKENT/NUKUS - Kazakh investors will build a plant.",
    ],
)
def test_place_of_a_dateline_is_no_reason_beside_another(text: str) -> None:
    assert [t.code for t in tag("Завод", text, "", rules()) if t.kind == "country"] == ["KZ"]


def test_place_of_a_dateline_is_a_reason_where_nothing_else_is_named() -> None:
    tags = tag("A new bridge", "TASHKENT, Mar 3 (Reuters) - It will open in May.", "", rules())
    assert [t.code for t in tags if t.kind == "country"] == ["UZ"]


@pytest.mark.parametrize(
    ("text", "home"),
    [
        ("Thousands marched in Belgrade, Kabar reports with reference to Tanjug.", "KG"),
        ("В Белграде прошли шествия, передаёт Tengrinews со ссылкой на Танюг.", "KZ"),
        ("Как пишет Sputnik Узбекистан, в Белграде прошли шествия.", "UZ"),
    ],
)
def test_name_of_an_agency_is_no_country(text: str, home: str) -> None:
    assert [t.code for t in tag("Serbia braces for new marches", text, home, rules()) if t.kind == "country"] == []


def test_long_text_without_end_is_read_in_its_beginning_alone() -> None:
    assert dateline("ASTANA " * 20_000) == ""
