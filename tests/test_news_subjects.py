"""Which of the places that an article names it is about: the title, the region, the outlet's own country, namesakes."""

from __future__ import annotations

import pytest

from lib.catalog.rules import rules
from lib.news.tagging import tag


def countries(title: str, text: str = "", home: str = "") -> set[str]:
    return {t.code for t in tag(title, text, home, rules()) if t.kind == "country"}


@pytest.mark.parametrize(
    ("title", "text", "places"),
    [
        # A hint or a route does not outrank the country of the title ...
        ("Kazakhstan ships more wheat along the Middle Corridor", "The Caspian route takes nine days.", {"KZ"}),
        ("Таджикистан примет учения ОДКБ", "Манёвры пройдут осенью.", {"TJ"}),
        ("Turkmenistan joins a Turkic world university union", "", {"TM"}),
        ("Кыргызстан возглавит совет ЕАЭС", "", {"KG"}),
        # ... nor does the region that a text mentions.
        ("Uzbekistan opens a seed bank", "Farmers of Central Asia may borrow from it.", {"UZ"}),
        # Who hosts or leads the region stands beside it.
        ("Central Asian ministers agree on river data", "They met in Bishkek on Friday.", {"REGION", "KG"}),
        ("Страны Центральной Азии обсудили климат", "Саммит прошёл в Самарканде.", {"REGION", "UZ"}),
        ("Uzbekistan chairs Central Asia's water council", "", {"REGION", "UZ"}),
        # All five are the region.
        (
            "Five stans in one press index",
            "Kazakhstan is first, Kyrgyzstan second; Uzbekistan, Tajikistan and Turkmenistan follow.",
            {"REGION"},
        ),
    ],
)
def test_region_beside_countries(title: str, text: str, places: set[str]) -> None:
    assert countries(title, text) == places


def test_regional_story_of_a_national_outlet_is_not_its_own_countrys() -> None:
    text = "Experts compared river basins across the region for a year."
    assert countries("Central Asia runs out of water", text, "KZ") == {"REGION"}
    assert countries("Central Asia and Kazakhstan run out of water", text, "KZ") == {"REGION", "KZ"}


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Trucks took flour to Kabul, aid for Afghanistan. Tajikistan opened its bridge for them.", {"TJ"}),
        ("Medicine went to Syria and Yemen. Kazakhstan paid for it.", {"KZ"}),
        ("Flour went to Hungary, Serbia and Tajikistan last year, one buyer in ten.", set()),
    ],
)
def test_sentence_that_begins_is_no_item_of_a_list_before_it(text: str, places: set[str]) -> None:
    assert countries("Aid trucks leave", text) == places


@pytest.mark.parametrize("text", ["Aid came from St. Petersburg", "Aid came on Jan. 5", "Помощь пришла в г. Ош"])
def test_abbreviation_ends_no_sentence(text: str) -> None:
    from lib.news.terms import words_of

    assert words_of("", text).all.count(".") == 1  # the one after the title


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Cook fined at «Bukhara»", "Inspectors in Riga shut the restaurant Bukhara for a week."),
        ("«Самарканд» закрыли на месяц", "В Перми гости кафе «Самарканд» отравились."),
        ("Пожар в Стамбуле", "Горела гостиница «Ташкент» рядом с портом, Турция ищет виновных."),
        ("Uzbeks of Jowzjan want their language back", "Teachers in Sheberghan protested to the Taliban."),
        ("Узбеки Балха просят школу", "Жители афганской провинции написали талибам."),
        ("Plane crashes in Nepal", "There were no citizens of Kazakhstan on board, the embassy in Delhi said."),
    ],
)
def test_namesake_is_no_subject(title: str, text: str) -> None:
    assert countries(title, text) == set()


def test_abbreviation_that_two_muftiates_share_places_nothing_beside_a_country() -> None:
    assert countries("ДУМК назвало размер фитр-садака в Кыргызстане") == {"KG"}


@pytest.mark.parametrize(
    ("title", "text", "home", "places"),
    [
        (
            "Joint dam gets its money",
            "Kyrgyzstan, Kazakhstan and Uzbekistan agreed on shares.",
            "KG",
            {"KG", "KZ", "UZ"},
        ),
        ("Bishkek talks end", "Tajik ministers signed as well.", "", {"KG", "TJ"}),
        ("Пенсии вырастут", "В Казахстане они выше, отметил депутат.", "KG", {"KG"}),
        ("Exports of apricots resume", "Most went to Poland and Serbia.", "TJ", {"TJ"}),
        ("Paris museum returns a manuscript", "Curators found it in a cellar.", "UZ", set()),
        ("Russian bill would test migrants' children", "It touches citizens of Tajikistan first.", "", {"TJ"}),
    ],
)
def test_second_country_and_the_outlets_own(title: str, text: str, home: str, places: set[str]) -> None:
    assert countries(title, text, home) == places


def test_most_named_comes_first() -> None:
    tags = tag("Uzbekistan courts Tajikistan", "Tajik firms and Tajik banks in Tajikistan answer.", "", rules())
    assert [t.code for t in tags if t.kind == "country"] == ["TJ", "UZ"]
