"""The interface in two languages: nothing untranslated, nothing left over, the same fields in both."""

from __future__ import annotations

import ast
import string
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from lib import catalog, links, series
from lib.charts import headline
from lib.charts.flags import WORDS as FLAG_WORDS
from lib.countries import COUNTRIES, PLACE_NAMES
from lib.desk import impact, impact_words
from lib.export import page
from lib.export.cite import citation
from lib.impact.episodes import WHY
from lib.impact.missing import NO_ARTICLE, STEADY
from lib.impact.returns import FIXED_MANAT
from lib.links.reader import REASONS
from lib.series.cadence import WORDS as CADENCES
from lib.series.regimes import BREAKS
from lib.ui import archive, compare, controls, feed, frame, hands, heading, sources, studies
from lib.ui import impact as page_of_impact
from lib.words import LANGUAGES, RUSSIAN, plural, speaking, spoken, t
from tests.conftest import article
from tests.exports_by_hand import ASOF, shown

DAY = date(2026, 9, 29)
ROOT = Path(__file__).parent.parent
SPEAKING = [ROOT / "app.py", *(ROOT / "pages").glob("*.py"), *(ROOT / "lib").rglob("*.py")]
TOLD = tomllib.loads(RUSSIAN.read_text("utf-8"))
# What the screen translates by a name and not where it stands.
HEADLINES = (
    *(headline.NAMES, headline.THE, headline.PER, headline.ONE, headline.FELL, headline.ROSE),
    *(headline.COSTS, headline.AGO, headline.BEFORE, headline.OVER, headline.TO),
)
SOURCES, FEEDS = catalog.sources().values(), catalog.feeds().values()
NAMED = [
    *(*frame.PAGES, *PLACE_NAMES.values(), *(country.unit for country in COUNTRIES)),
    *(*controls.MEASURE_NAMES.values(), *archive.SORT_NAMES.values(), archive.HELP),
    *(*(basis for basis in feed.BASIS_WORDS.values() if basis), *FLAG_WORDS.values(), *series.FLAGS.values()),
    *(
        *(broken.word for broken in BREAKS),
        *(broken.sentence for broken in BREAKS),
        *REASONS,
        *sources.KIND_WORDS.values(),
    ),
    *(*(words for _, words in sources.ADVICE), *sources.RATES_HEAD, *sources.FEEDS_HEAD, *sources.FLAGS_HEAD),
    *(text for table in HEADLINES for text in table.values()),
    *(*heading.HORIZONS, *heading.SPOKEN.values(), *links.RANGES),
    *(*compare.HEADS.values(), *compare.WHY.values(), *compare.OVER.values()),
    *(*studies.NAMES.values(), *studies.FORMULAS.values()),
    *(basis for basis in page.BASIS.values() if basis),
    *(label for _, label in hands.REGIONS.values() if label),
    *(word for source in SOURCES for word in (source.name, source.terms, source.attribution, source.note)),
    *(feed.why for feed in FEEDS if feed.why),
    *(*impact_words.WHEN.values(), "{size} weaker", "{size} stronger", impact.NO_RATE, *WHY.values()),
    *(*page_of_impact.WINDOW_NAMES.values(), *page_of_impact.NORMAL_NAMES.values()),
    *(*page_of_impact.TESTS.values(), *page_of_impact.HEADS, NO_ARTICLE, STEADY, FIXED_MANAT),
    *("weaker", "stronger", "unchanged", *(word for word in CADENCES.values() if word != "daily")),
]


def said() -> Iterator[str]:
    """Every English text in the code that `t` or `plural` is called with."""
    for file in SPEAKING:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("t", "plural"):
                texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
                if texts:
                    yield "|".join(texts)


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


ENGLISH = sorted({*said(), *NAMED})


@pytest.mark.parametrize("english", ENGLISH)
def test_every_text_is_told_in_russian_with_the_same_fields(english: str) -> None:
    assert fields(TOLD[english]) == fields(english)
    assert TOLD[english].count("|") == (2 if "|" in english else 0)


def test_no_translation_is_left_over() -> None:
    assert sorted({*TOLD} - {*ENGLISH}) == []


def test_a_language_is_spoken_within_its_context_and_no_longer() -> None:
    with speaking("ru"):
        assert (spoken(), t("Share")) == ("ru", "Ссылка")
    assert (spoken(), t("Share")) == ("en", "Share")


def test_a_failure_within_ends_the_language_too() -> None:
    with pytest.raises(ZeroDivisionError), speaking("ru"):
        _ = 1 / 0
    assert spoken() == "en"


def test_fields_are_filled_in() -> None:
    with speaking("ru"):
        assert t("{n} more", n=3) == "ещё 3"
    assert t("{n} more", n=3) == "3 more"


def test_what_has_no_translation_stays_english() -> None:
    with speaking("ru"):
        assert t("never translated") == "never translated"
        assert plural(2, "never", "nevers") == "2 nevers"


@pytest.mark.parametrize(
    ("count", "russian", "english"),
    [
        (1, "1\u00a0статья", "1 article"),
        (2, "2\u00a0статьи", "2 articles"),
        (5, "5\u00a0статей", "5 articles"),
        (11, "11\u00a0статей", "11 articles"),
        (14, "14\u00a0статей", "14 articles"),
        (21, "21\u00a0статья", "21 articles"),
        (1022, "1\u00a0022\u00a0статьи", "1,022 articles"),
        (0, "0\u00a0статей", "0 articles"),
    ],
)
def test_counted_nouns(count: int, russian: str, english: str) -> None:
    assert plural(count, "article", "articles") == english
    with speaking("ru"):
        assert plural(count, "article", "articles") == russian


def test_a_citation_speaks_russian() -> None:
    with speaking("ru"):
        told = citation([shown(direction="local")], [article()], (DAY, DAY), ASOF, "https://altyn.example/")
    pair, rates, articles, _ = told.splitlines()
    assert pair == (
        "Altyn: USD за 1 KZT (вычислено: 1 ÷ USD/KZT), 29 сент. 2026, по состоянию на 23 нояб. 2026 09:15 UTC."
    )
    assert rates.startswith("Курсы: Национальный банк Казахстана, официальные курсы. ")
    assert articles == "Статьи: Outlet."


def test_a_citation_without_rates_speaks_russian() -> None:
    with speaking("ru"):
        assert citation([], [], (DAY, DAY), ASOF, "").startswith("Altyn: статьи, 29 сент. 2026")


def test_languages_of_the_links_are_those_that_are_spoken() -> None:
    assert links.LANGUAGES == LANGUAGES
