"""What a messenger shows of a link: title, description, and the text of its picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from lib import notation
from lib.catalog.rules import rules
from lib.charts import headline
from lib.countries import CODES, PLACE_NAMES
from lib.desk import impact, impact_words, numbers, pictured
from lib.desk.articles import archive_places
from lib.links import View
from lib.words import Language, plural, speaking, t

if TYPE_CHECKING:
    from lib.desk.bundle import Bundle

About = Literal["chart", "archive", "compare", "impact", "sources"]
MAX_TITLE, MAX_DESCRIPTION = 70, 200  # characters that messengers show
TITLES = 3  # of articles


@dataclass(frozen=True, slots=True)
class Preview:
    """`title` of at most 70 characters and `description` of at most 200; `articles` are the titles of
    the newest."""

    title: str
    description: str
    articles: tuple[str, ...] = ()


def preview(bundle: Bundle, about: About) -> Preview:
    """Of the page that a bundle was made on, in its language."""
    with speaking(bundle.language):
        if about == "sources":
            return _sources(bundle)
        if about == "impact":
            return _impact(bundle)
        if about == "compare":
            return _chart(bundle, t("Compare"))
        return _chart(bundle) if about == "chart" else _archive(bundle)


def count(bundle: Bundle) -> int:
    """How many articles there are in a bundle."""
    return bundle.desk.articles_of.page(bundle.chosen, 1, 1, bundle.state).total


def _chart(bundle: Bundle, page: str = "") -> Preview:
    lines, view, until = bundle.lines(), bundle.view, bundle.asof.date()
    told = numbers.told(bundle.desk, view, lines, bundle.period, bundle.state, until)
    sentence = headline.title(told, view.base, view.direction, bundle.period, until)
    currencies = dict.fromkeys(line.country.currency for line in lines)
    unit = headline.unit_line([*currencies], view.base, view.direction) if currencies else t("Rates & news")
    title = f"{f'{page}: ' if page else ''}{unit}, {notation.span(*bundle.period)} · Altyn"
    *sources, asof = pictured.footer(bundle)
    parts = (f"{sentence}.", f"{_counted(count(bundle))}.", asof, *sources)
    return Preview(_cut(title, MAX_TITLE), _cut(" ".join(parts), MAX_DESCRIPTION))


def _archive(bundle: Bundle) -> Preview:
    found = bundle.desk.articles_of.page(bundle.chosen, 1, TITLES, bundle.state)
    title = f"{t('Articles')}{_narrowed(bundle.view)} · Altyn"
    newest = tuple(article.title for article in found.articles)
    if not found.total:
        return Preview(_cut(title, MAX_TITLE), t("No article matches this link."))
    day = notation.day(found.articles[0].day)
    about = t("{articles}; the first is of {day}: {title}", articles=_counted(found.total), day=day, title=newest[0])
    return Preview(_cut(title, MAX_TITLE), _cut(about, MAX_DESCRIPTION), newest)


def _impact(bundle: Bundle) -> Preview:
    requested = impact.question(bundle.desk, bundle.view, bundle.state)
    made = impact.study(bundle.desk, requested, bundle.state)
    names = [_topic(code, bundle.language) for code in requested.topics]
    said = impact_words.title(made, [name.lower() for name in names])
    parts = [t(requested.country.unit), *names]
    return Preview(_cut(f"{t('Impact')}: {', '.join(parts)} · Altyn", MAX_TITLE), _cut(said, MAX_DESCRIPTION))


def _topic(code: str, language: Language) -> str:
    topic = rules().topics[code]
    return topic.ru if language == "ru" else topic.en


def _sources(bundle: Bundle) -> Preview:
    names = [t(source.name) for source in bundle.desk.sources.values()]
    about = t("Where the rates and articles come from: {names}.", names=", ".join(names))
    return Preview(f"{t('Sources')} · Altyn", _cut(about, MAX_DESCRIPTION))


def _narrowed(view: View) -> str:
    """What the articles are on: words and places."""
    places = archive_places(view)
    named = [t(PLACE_NAMES[code]) for code in places] if places and set(places) != set(CODES) else []
    parts = [*([f"“{view.words}”"] if view.words else []), *named]
    return f": {', '.join(parts)}" if parts else ""


def _counted(number: int) -> str:
    return plural(number, "article", "articles")


def _cut(text: str, longest: int) -> str:
    """Shortened at a word, with an ellipsis."""
    if len(text) <= longest:
        return text
    return f"{text[: longest - 1].rpartition(' ')[0] or text[: longest - 1]}…"
