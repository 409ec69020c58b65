"""Countries and topics of an article by rules given as data. Pure: title and text in, tags with their reasons out.

Terms are looked up word by word through an index of their first words and stems. One alternation of the five thousand
patterns costs `re` milliseconds an article, since it tries each branch at each word; the index costs a quarter of one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from lib.catalog.rules import ELSEWHERE, Rules
from lib.countries import CODES, REGION
from lib.models import Tag

# Where a word stands, and what it then weighs. All weights and thresholds below were set on 340 articles labelled by
# hand, none of them in this repository; any one may move by a fifth and moves F1 by 0.015 at most (countries: 0.002).
TITLE, LEDE, REST, DATELINE = range(4)
LEDE_LENGTH = 200  # characters: the first sentence of a news story
PLACE_WEIGHTS = (3.0, 2.0, 1.0)
TOPIC_WEIGHTS = (2.0, 1.5, 1.0)

SHARE = 0.4  # a country outside the title needs this part of the leading country's score
SEVERAL, DOMINATES = 3, 2.0  # three countries side by side are "the region", unless one is named twice as much
REGION_SCORE = 3.0  # "Central Asia" in the title, or twice in the text
STRONG, PLAIN, WEAK = 3.0, 2.0, 1.0
ENOUGH = 5.0  # a strong word in the title, or one in the lede beside any other
ALONE = 3.0  # enough for the one best topic where no topic has `ENOUGH`
CAP = 10.0  # ten more words about the first topic do not make the second less true
TOPIC_SHARE = 0.45
MOST_TOPICS = 3
MOST_WORDS = 4  # of a reason

_WORD = re.compile(r"[^\W_]+")
_DATELINE = re.compile(r"[A-ZА-ЯЁ][A-ZА-ЯЁ .,’'-]{2,40}(?:\([^)]{1,20}\))?\s*[—–-]+\s")


class Word(NamedTuple):
    folded: str
    raw: str
    zone: int


class Pattern(NamedTuple):
    """One term: its words in small letters, which of them are stems, and whose it is with what weight (0: nobody's)."""

    words: tuple[str, ...]
    stems: tuple[bool, ...]
    capitals: bool
    marks: tuple[tuple[str, float], ...]

    @property
    def rank(self) -> tuple[int, int]:
        """How specific: more words first, then longer ones."""
        return len(self.words), sum(map(len, self.words))

    def fits(self, span: Sequence[Word]) -> bool:
        if len(span) < len(self.words) or (span[0].zone == TITLE) != (span[-1].zone == TITLE):
            return False
        return all(self._matches(*pair) for pair in zip(self.words, self.stems, span, strict=True))

    def _matches(self, word: str, stem: bool, found: Word) -> bool:
        if word == "#":
            return found.folded.isdigit()
        if self.capitals and not found.raw.isupper():
            return False
        return found.folded.startswith(word) if stem else found.folded == word


class Hit(NamedTuple):
    """Words of the article that count for `owner` (a place or a topic)."""

    owner: str
    weight: float
    term: tuple[str, ...]
    zone: int
    raw: str


class Index:
    """Patterns by their first word, or by its stem."""

    def __init__(self, weighted: Iterable[tuple[str, str, float]]) -> None:
        marks: dict[str, list[tuple[str, float]]] = defaultdict(list)
        for term, owner, weight in weighted:
            marks[term].append((owner, weight))
        self._exact: dict[str, list[Pattern]] = defaultdict(list)
        self._stems: dict[str, list[Pattern]] = defaultdict(list)
        for term, owners in marks.items():
            pattern = _pattern(term, owners)
            (self._stems if pattern.stems[0] else self._exact)[pattern.words[0]].append(pattern)
        self._lengths = sorted({len(stem) for stem in self._stems})

    def find(self, words: Sequence[Word]) -> Iterator[Hit]:
        """For each owner the most specific of its patterns at each word; the words it covers are not read again for
        that owner. Look-alikes cover and are not told."""
        covered: dict[str, int] = defaultdict(int)
        for at, word in enumerate(words):
            fitting = [p for p in self._beginning(word.folded) if p.fits(words[at : at + len(p.words)])]
            for pattern in sorted(fitting, key=lambda p: p.rank, reverse=True):
                span = words[at : at + len(pattern.words)]
                for owner, weight in pattern.marks:
                    if covered[owner] > at:
                        continue
                    covered[owner] = at + len(span)
                    if weight:
                        yield Hit(owner, weight, pattern.words, word.zone, " ".join(w.raw for w in span))

    def _beginning(self, word: str) -> Iterator[Pattern]:
        yield from self._exact.get("#" if word.isdigit() else word, ())
        for length in self._lengths:
            if length > len(word):
                return
            yield from self._stems.get(word[:length], ())


def tag(title: str, text: str, feed_country: str, rules: Rules) -> tuple[Tag, ...]:
    """The countries, most named first, then the topics, strongest first. `feed_country` is the country of a national
    outlet, or empty: it is taken for the article's own unless the article is plainly about another place."""
    places, topics = _indexes(rules)
    words = _words(title, text)
    return *_countries(places.find(words), feed_country), *_topics(topics.find(words))


@cache
def _indexes(rules: Rules) -> tuple[Index, Index]:
    places = [
        (term, key, weight)
        for key, place in rules.places.items()
        for terms, weight in ((place.terms, PLAIN), (place.hints, WEAK), (place.lookalikes, 0.0))
        for term in terms
    ]
    topics = [
        (term, key, weight)
        for key, t in rules.topics.items()
        for terms, weight in ((t.strong, STRONG), (t.plain, PLAIN), (t.weak, WEAK), (t.lookalikes, 0.0))
        for term in terms
    ]
    return Index(places), Index(topics)


def _pattern(term: str, owners: list[tuple[str, float]]) -> Pattern:
    words = term.split()
    bare = tuple(_fold(word.rstrip("*")) for word in words)
    return Pattern(bare, tuple(word.endswith("*") for word in words), term.isupper(), tuple(owners))


def _fold(text: str) -> str:
    return text.lower().replace("ё", "е")


def _words(title: str, text: str) -> list[Word]:
    found = [Word(_fold(m[0]), m[0], TITLE) for m in _WORD.finditer(title)]
    dateline = _DATELINE.match(text)
    begins = dateline.end() if dateline else 0
    for m in _WORD.finditer(text):
        zone = DATELINE if m.start() < begins else LEDE if m.start() < begins + LEDE_LENGTH else REST
        found.append(Word(_fold(m[0]), m[0], zone))
    return found


def _countries(hits: Iterable[Hit], home: str) -> list[Tag]:
    scores: dict[str, float] = defaultdict(float)
    words: dict[str, list[str]] = defaultdict(list)
    hints: dict[str, list[str]] = defaultdict(list)
    titled = set()
    for hit in hits:
        if hit.weight == WEAK or hit.zone == DATELINE:
            hints[hit.owner].append(hit.raw)
            continue
        scores[hit.owner] += PLACE_WEIGHTS[hit.zone]
        words[hit.owner].append(hit.raw)
        titled |= {hit.owner} if hit.zone == TITLE else set()
    named = _named(scores, titled)
    if home and not named and ELSEWHERE not in titled:
        named, words[home] = [home], ["national outlet"]
    if not named and not scores[ELSEWHERE]:
        named, words = [place for place in hints if place != ELSEWHERE], hints
    words[REGION] = words[REGION] or [words[code][0] for code in CODES if words[code]]
    return [Tag("country", place, _reason(words[place])) for place in sorted(named, key=lambda p: -scores[p])]


def _named(scores: dict[str, float], titled: set[str]) -> list[str]:
    five = {code: scores[code] for code in CODES if scores[code]}
    leading = max(five.values(), default=0.0)
    named = [code for code in five if code in titled or five[code] >= SHARE * leading]
    in_title = [code for code in named if code in titled]
    if scores[REGION] >= REGION_SCORE or (scores[REGION] and not in_title):
        # A roll call of all five says "the region" once more; it singles none of them out.
        return [*(in_title if len(named) == len(CODES) else named), REGION]
    several = len(named) >= SEVERAL and leading <= DOMINATES * min(five[code] for code in named)
    return [*named, REGION] if several else named


def _topics(hits: Iterable[Hit]) -> list[Tag]:
    found: dict[str, dict[tuple[str, ...], tuple[float, str]]] = defaultdict(dict)
    firm = set()
    for hit in hits:
        points = hit.weight * TOPIC_WEIGHTS[min(hit.zone, REST)]
        if points > found[hit.owner].get(hit.term, (0.0, ""))[0]:
            found[hit.owner][hit.term] = (points, hit.raw)
        firm |= {hit.owner} if hit.weight > WEAK else set()
    scores = {topic: sum(points for points, _ in terms.values()) for topic, terms in found.items()}
    return [
        Tag("topic", topic, _reason([raw for _, raw in sorted(found[topic].values(), key=lambda term: -term[0])]))
        for topic in _settled(scores, firm)
    ]


def _settled(scores: dict[str, float], firm: set[str]) -> list[str]:
    ranked = sorted(scores, key=lambda topic: -scores[topic])
    top = min(CAP, max((scores[topic] for topic in firm), default=0.0))
    settled = [topic for topic in ranked if topic in firm and scores[topic] >= max(ENOUGH, TOPIC_SHARE * top)]
    return settled[:MOST_TOPICS] or [topic for topic in ranked[:1] if scores[topic] >= ALONE]


def _reason(words: list[str]) -> str:
    return ", ".join(list(dict.fromkeys(words))[:MOST_WORDS])
