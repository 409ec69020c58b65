"""The topics of an article: by the terms that name them and, where the catalogue has learned weights, by all its words.

Terms alone miss what is said in passing words ("the rest are on building sites in Surgut") and cannot weigh a doctor
against a bribe. The learned weights (bench/topics.py tells how) add 0.03 to F1 on texts that neither has seen.
"""

from __future__ import annotations

import math
import re
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lib.catalog.rules import Learned
from lib.models import Tag
from lib.news.terms import MOST_WORDS, TITLE, UNKNOWN, Hit, Pattern, Words, reason

STRONG, PLAIN, WEAK = 3.0, 2.0, 1.0
TITLE_WEIGHT = 2.0  # of a topic's term in the title; one in the text weighs 1
ENOUGH = 5.0  # a strong word in the title, or two in the text
ALONE = 2.0  # enough for the one best topic where no topic has `ENOUGH`
EACH_NEXT = 0.7  # of the term before: the tenth word about football adds nothing
CAP = 10.0  # ten more words about the first topic do not make the second less true
TOPIC_SHARE = 0.65  # of the first topic's score: what is mentioned beside it is no second topic
MOST_TOPICS = 3

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

# Of the learned weights; chosen by cross-validation, where each is flat for a fifth around.
LIKELY, BEST_LIKELY = -0.2, -1.4  # log-odds: 45 %, and 20 % for the best where none is likely
TITLE_WORD = 1.5  # one in the text weighs 1
FEWEST = 2  # words known of a text in which no term stands: one may be any text's
FEW_WORDS = 0.3  # keeps a title of one known word from being certain
MOST_SAID = 6.0  # of a score that still tells: two strong words
FEATURES = 5  # of one topic


class Setting(NamedTuple):
    """What the countries of an article say of its topics: two that are named are often a visit."""

    countries: int
    region: bool
    national: bool
    elsewhere: bool
    elsewhere_titled: bool


class Said(NamedTuple):
    """What terms say of one topic. The hits are one a pattern, heaviest first."""

    title: float
    text: float
    all: float
    firm: bool  # by more than weak terms
    hits: list[Hit]


def topics(hits: list[Hit], rows: list[int], article: Words, setting: Setting, learned: Learned | None) -> list[Tag]:
    """The topics, strongest first, three at most. `rows` are the words' own, in the order of the article."""
    said = heard(hits, article)
    if not learned:
        return [Tag("topic", topic, reason(said[topic].hits, article)) for topic in _settled(said)]
    by_terms = learned.weights @ np.array(features(said, setting, learned.topics), dtype=np.float32)
    odds = by_terms + _by_words(rows, article.zones.count(TITLE), learned)
    enough = said or len(rows) - rows.count(UNKNOWN) >= FEWEST
    tags = []
    for nth in _likely(odds.tolist()) if enough else ():
        topic = learned.topics[nth]
        why = reason(said[topic].hits, article) if topic in said else _telling(nth, rows, article, learned)
        if why:
            tags.append(Tag("topic", topic, why))
    return tags


def heard(hits: list[Hit], article: Words) -> dict[str, Said]:
    """What the terms of an article say of each topic."""
    found: dict[str, dict[Pattern, Hit]] = {}
    for hit in hits:
        found.setdefault(hit.owner, {}).setdefault(hit.pattern, hit)  # the title comes first and weighs most
    titled = article.zones.count(TITLE)
    return {topic: _said([*terms.values()], titled) for topic, terms in found.items()}


def _said(hits: list[Hit], titled: int) -> Said:
    """Of hits in the order of the article, those before word `titled` in the title."""
    title = [hit.weight for hit in hits if hit.at < titled]
    text = [hit.weight for hit in hits[len(title) :]]
    points = [TITLE_WEIGHT * weight for weight in title] + text
    if len(hits) > 1:
        order = sorted(range(len(hits)), key=points.__getitem__, reverse=True)
        hits = [hits[nth] for nth in order]
    return Said(_total(title), _total(text), _total(points), max(title + text) > WEAK, hits)


def _total(points: list[float]) -> float:
    total = 0.0
    for each in sorted(points):
        total = each + EACH_NEXT * total
    return total


def _settled(said: dict[str, Said]) -> list[str]:
    ranked = sorted(said, key=lambda topic: -said[topic].all)
    firm = [topic for topic in ranked if said[topic].firm]
    top = min(CAP, said[firm[0]].all) if firm else 0.0
    settled = [topic for topic in firm if said[topic].all >= max(ENOUGH, TOPIC_SHARE * top)]
    return settled[:MOST_TOPICS] or [topic for topic in ranked[:1] if said[topic].all >= ALONE]


def features(said: dict[str, Said], setting: Setting, order: tuple[str, ...]) -> list[float]:
    """What the weights weigh: five numbers a topic in `order`, eight of the setting, and a one. Shape (5n + 9,)."""
    top = min(CAP, max([each.all for each in said.values()], default=0.0))
    row = [0.0] * (FEATURES * len(order) + 9)
    for topic, (title, text, whole, _, _) in said.items():
        at, score = FEATURES * order.index(topic), min(CAP, whole)
        row[at : at + FEATURES] = (
            min(title, MOST_SAID) / 3,
            min(text, MOST_SAID) / 3,
            score / 5,
            score / top,
            score == top,
        )
    row[-9 + min(setting.countries, 3)] = 1.0
    row[-5:] = *setting[1:], 1.0
    return row


def _by_words(rows: list[int], titled: int, learned: Learned) -> NDArray[np.float32]:
    """The log-odds that all words together add, shape (topics,). The first `titled` are the title's."""
    title = [row for row in rows[:titled] if row != UNKNOWN]
    known = title + [row for row in rows[titled:] if row != UNKNOWN]
    if not known:
        return np.zeros(len(learned.topics), dtype=np.float32)
    said = learned.words[known]
    total = np.add.reduce(said[len(title) :]) + TITLE_WORD * np.add.reduce(said[: len(title)])
    lengths = learned.lengths[known]
    length = np.add.reduce(lengths[len(title) :]) + TITLE_WORD**2 * np.add.reduce(lengths[: len(title)])
    weighed: NDArray[np.float32] = total / math.sqrt(FEW_WORDS + length)
    return weighed


def _likely(odds: list[float]) -> list[int]:
    likely = [nth for nth, each in enumerate(odds) if each >= LIKELY]
    if not likely:
        best = max(odds)
        return [odds.index(best)] if best >= BEST_LIKELY else []
    return sorted(likely, key=odds.__getitem__, reverse=True)[:MOST_TOPICS]


def _telling(nth: int, rows: list[int], article: Words, learned: Learned) -> str:
    """The words that say most for a topic of which no term was found."""
    points = {word: learned.words[row, nth] for word, row in zip(article.all, rows, strict=False) if row != UNKNOWN}
    most = sorted((word for word in points if points[word] > 0), key=lambda word: -points[word])
    return ", ".join(most[:MOST_WORDS])
