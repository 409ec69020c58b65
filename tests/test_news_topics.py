"""Topics by terms: the floor of a title, a second topic, what the words of daily life are about, and false friends."""

from __future__ import annotations

import pytest

from lib.catalog.rules import Rules, Topic, rules
from lib.news.tagging import tag
from lib.news.topics import TOPICS

CALM = "It was a quiet day and the hall was full, as those who came early could tell. " * 8


def topics(title: str, text: str = "", by: Rules | None = None) -> list[str]:
    return [t.code for t in tag(title, text, "", by or rules()) if t.kind == "topic"]


def small(**looks: tuple[str, ...]) -> Rules:
    """Rules of four topics: gas, court, exam, museum are strong; pipe, judge, desk, hall are plain."""
    words = {
        "energy": ("gas", "pipe"),
        "justice": ("court", "judge"),
        "society": ("exam", "desk"),
        "culture": ("museum", "hall"),
    }
    made = {
        key: Topic(
            key=key,
            en="E",
            ru="Э",
            medtop="medtop:04000000",
            strong=(strong,),
            plain=(plain,),
            lookalikes=looks.get(key, ()),
        )
        for key, (strong, plain) in words.items()
    }
    return Rules(made, {})


def test_strong_term_in_the_title_makes_the_topic_however_long_the_text() -> None:
    assert topics("Gas", "desk " * 3 + "x " * 300, small()) == ["energy"]
    assert topics("A look at gas", "exam. court. museum. " * 2, small())[0] == "energy"


def test_lookalike_takes_the_floor_away() -> None:
    assert topics("Gas mask", "x " * 80, small(energy=("gas mask",))) == []


def test_second_and_third_topic_stand_on_their_own_evidence() -> None:
    assert set(topics("Gas court exam", "gas pipe " * 20, small())) == {"energy", "justice", "society"}
    assert len(topics("Gas court exam museum", "", small())) == TOPICS


def test_plain_term_alone_counts_only_where_nothing_else_does() -> None:
    assert topics("A pipe", "x " * 10, small()) == ["energy"]
    assert topics("A pipe", "In court they saw the judge. The court sat. x x", small()) == ["justice"]


def test_long_text_says_less_with_each_word() -> None:
    story = "x " * 110
    assert topics("Title", "court judge " + story, small()) != topics(
        "Title", story + "court judge " + "x " * 60, small()
    )


@pytest.mark.parametrize(
    ("title", "text", "topic"),
    [
        # Industry, building works, plants, markets, jobs, wages, state companies.
        ("Стекольный завод в Кара-Балте запустил вторую печь", "Предприятие наняло двести человек.", "economy"),
        ("В Хатлоне достраивают цех по сборке тракторов", "Подрядчик обещает сдать его к маю.", "economy"),
        ("New bricks factory to employ 300 in Jizzakh", "", "economy"),
        ("Builders top out the tallest tower in Astana", "The developer has sold half of the construction.", "economy"),
        ("Зарплаты шахтёров вырастут на треть", "", "economy"),
        ("Vacancies outnumber graduates", "Employers seek welders; wages rise.", "economy"),
        ("На рынке «Дордой» подешевели куртки", "Торговцы жалуются на аренду.", "economy"),
        ("Нацкомпания сменит аудитора", "Акционеры утвердили отчёт о прибыли.", "economy"),
        # Crackdowns, unrest, repression and party bans.
        ("Crackdown on bloggers widens", "", "politics"),
        ("Crackdown on bloggers widens", "", "security"),
        ("Unrest spreads to three towns", "", "politics"),
        ("Unrest spreads to three towns", "", "security"),
        ("В стране усиливаются репрессии", "", "politics"),
        ("Власти запретили партию зелёных", "", "politics"),
        # Daily life.
        ("Квартиры в старом доме остались без отопления", "Жильцы греются у плит.", "society"),
        ("Очереди за хлебом вернулись в город", "Семьи ждут с пяти утра.", "society"),
        ("Town gets new bus routes", "Residents waited for years.", "society"),
        ("Больница на окраине осталась без врачей", "", "society"),
        # A strong word of the title is not outvoted by the text.
        ("Борьба с коррупцией: итоги года", CALM, "justice"),
        ("Corruption fight enters its third year", CALM, "justice"),
        ("Remittances fall by a tenth", CALM, "economy"),
        ("Remittances fall by a tenth", CALM, "migration"),
    ],
)
def test_cause(title: str, text: str, topic: str) -> None:
    assert topic in topics(title, text)


@pytest.mark.parametrize(
    ("title", "text", "unwanted"),
    [
        ("Горожане пытаются спасти сквер", "Они не раз пытались собрать подписи, он пытался помочь.", "justice"),
        ("«Российская газета» о чае", "Корреспондент российской газеты побывал в чайхане.", "energy"),
        ("Диверсификация полей", "Фермеры за диверсификацию культур.", "security"),
        ("School demonstrates strong results", "Pupils demonstrated their robots.", "politics"),
        ("A body of water turns pink", "The body of water is shallow.", "justice"),
        ("Дом культурного назначения сдан", "Здание специального назначения стояло пустым.", "politics"),
        ("Book fair held in the park", "It was held for the third time and will be held again.", "justice"),
        ("President visits a tractor plant", "He toured the shop and inspected the line.", "diplomacy"),
        ("Президент посетил завод в Термезе", "Глава государства осмотрел цех и поговорил с рабочими.", "diplomacy"),
        ("Аким встретился с жителями села", "На встрече с жителями говорили о дороге.", "diplomacy"),
        ("Гимназия открыла класс", "Гимназисты учат физику.", "culture"),
        ("Руслан открыл пекарню", "Русланова знает весь двор.", "environment"),
        ("Долгая дорога домой", "Ехали долго.", "economy"),
        ("Консультация для садоводов", "Консультанты ответят завтра.", "diplomacy"),
        ("Поэтому мы молчим", "Поэтому и поэтапно.", "culture"),
        ("Строительные леса рухнули", "Леса обрушились на тротуар.", "environment"),
    ],
)
def test_false_friend(title: str, text: str, unwanted: str) -> None:
    assert unwanted not in topics(title, text)


def test_domestic_tour_leaves_a_visit_abroad_alone() -> None:
    assert "diplomacy" in topics("President begins a state visit to Malaysia", "Talks with the king are planned.")
    assert "diplomacy" in topics("Президент прибыл с государственным визитом в Дели", "Пройдут переговоры.")
