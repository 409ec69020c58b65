"""The topics of an article by the terms that name them: where they stand, how much each says, and how long the text is.

A strong term in the title makes the topic. Each topic stands on its own evidence: what is said of the first one is no
reason against a second.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from lib.models import Tag
from lib.news.terms import DATELINE, LEDE, REST, TAIL, TITLE, Hit, Pattern, Words, reason

ZONE_WEIGHTS = {TITLE: 2.0, LEDE: 1.0, REST: 0.5, TAIL: 0.25, DATELINE: 0.0}
EACH_NEXT = 0.7  # of the term before: the tenth word about football adds little
SHORT, LONG = 35, 65  # words: a long text says more in passing, so it has to say more
ENOUGH_SHORT, ENOUGH_LONG = 4.5, 5.5  # a strong term in the title is 6
ALONE = 2.0  # enough for the best topic where none has enough
TOPICS = 3  # at most

# Titles of what newspapers print beside news; it has no topic, however many words of one it holds, and is not about
# the outlet's country.
RUBRIC = re.compile(
    r"\b(?:aries|virgo|sagittarius|capricorn|aquarius|pisces|овнам|тельцам|львам|девам|скорпионам|стрельцам|козерогам|водолеям"
    r"|horoscopes?|zodiac|dream book|recipes?|quiz|crossword|sudoku|(?:photo|picture|quote|word) of the day"
    r"|today in history|on this day|what to (?:watch|read|eat|see)|where to (?:eat|stay|go)|how to (?:make|cook|choose)"
    r"|гороскоп\w*|зодиака?|рецепт\w*|кроссворд\w*|сонник\w*|лунн\w+ календар\w+|фото дня|цитата дня"
    r"|(?:в )?этот день в истории|что (?:посмотреть|почитать|приготовить)|куда (?:сходить|поехать)"
    r"|как (?:приготовить|выбрать))\b|^(?:test|тест|викторина)\b(?=.*\?)",
    re.I,
)


def topics(hits: Iterable[Hit], article: Words) -> list[Tag]:
    """The topics, strongest first, three at most."""
    found: dict[str, dict[Pattern, Hit]] = {}
    for hit in hits:
        found.setdefault(hit.owner, {}).setdefault(hit.pattern, hit)  # the title comes first and weighs most
    said = {topic: _ranked([*terms.values()], article) for topic, terms in found.items()}
    scores = {topic: _score(ranked, article) for topic, ranked in said.items()}
    order = sorted(scores, key=lambda topic: (-scores[topic], topic))
    enough = _enough(len(article.all))
    settled = [topic for topic in order if scores[topic] >= enough] or [
        topic for topic in order[:1] if scores[topic] >= ALONE
    ]
    return [Tag("topic", topic, reason(said[topic], article)) for topic in settled[:TOPICS]]


def _enough(words: int) -> float:
    share = min(1.0, max(0.0, (words - SHORT) / (LONG - SHORT)))
    return ENOUGH_SHORT + share * (ENOUGH_LONG - ENOUGH_SHORT)


def _ranked(hits: list[Hit], article: Words) -> list[Hit]:
    """Those that say most first."""
    return sorted(hits, key=lambda hit: -_points(hit, article)) if len(hits) > 1 else hits


def _score(ranked: list[Hit], article: Words) -> float:
    total = 0.0
    for hit in reversed(ranked):
        total = _points(hit, article) + EACH_NEXT * total
    return total


def _points(hit: Hit, article: Words) -> float:
    return ZONE_WEIGHTS[article.zones[hit.at]] * hit.weight
