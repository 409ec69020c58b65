"""Countries and topics of an article by rules given as data. Pure: title and text in, tags with their reasons out.

Terms are looked up word by word, and what begins with a word is remembered: an article's vocabulary is mostly that of
the articles before it. One alternation of the six thousand patterns costs `re` milliseconds an article, since it tries
each branch at each word; the index costs a twentieth of one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from operator import attrgetter, itemgetter
from typing import NamedTuple

from lib.catalog.rules import ELSEWHERE, Rules
from lib.countries import CODES, REGION
from lib.models import Tag

# Where a word stands, and what it then weighs. All weights and thresholds below were set on 340 articles labelled by
# hand, none of them in this repository; any one may move by a fifth and moves F1 by 0.015 at most (countries: 0.002).
TITLE, LEDE, REST, DATELINE = range(4)
LEDE_WORDS = 30  # the first sentence of a news story
PLACE_WEIGHTS = (3.0, 2.0, 1.0)
TITLE_WEIGHT = 2.0  # of a topic's word in the title; one in the text weighs 1

SHARE = 0.4  # a country outside the title needs this part of the leading country's score
SEVERAL, DOMINATES = 4, 2.0  # four countries side by side are "the region", unless one is named twice as much
REGION_SCORE = 3.0  # "Central Asia" in the title, or twice in the text
ABROAD = 5.0  # places elsewhere in title and text
BESIDE_HOME = 3.0  # what a country outside the title needs beside the outlet's own
STRONG, PLAIN, WEAK = 3.0, 2.0, 1.0
ENOUGH = 5.0  # a strong word in the title, or two in the text
ALONE = 2.0  # enough for the one best topic where no topic has `ENOUGH`
EACH_NEXT = 0.7  # of the term before: the tenth word about football adds nothing
CAP = 10.0  # ten more words about the first topic do not make the second less true
TOPIC_SHARE = 0.65  # of the first topic's score: what is mentioned beside it is no second topic
MOST_TOPICS = 3
MOST_WORDS = 4  # of a reason
FIRST_LETTERS = 3  # stems are looked up by: some five begin alike
VOCABULARY = 50_000  # words remembered: forty feeds use some 30,000 in a month; each takes 200 bytes

_WORD = re.compile(r"[^\W_]+")
_DATELINE = re.compile(r"[A-ZА-ЯЁ][A-ZА-ЯЁ .,’'-]{2,40}(?:\([^)]{1,20}\))?\s*[—–-]+\s")
_STOP = "."  # stands between title and text; no term matches it


class Words(NamedTuple):
    """The words of an article as it spells them, and the zone of each."""

    all: list[str]
    zones: list[int]

    def spelled(self, hit: Hit) -> str:
        return " ".join(self.all[hit.at : hit.at + hit.pattern.length])


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """One term: its words as `Index` spells them, and whose it is with what weight (0: nobody's)."""

    words: tuple[str, ...]
    marks: tuple[tuple[str, float], ...]
    rank: tuple[int, int]  # how specific: more words first, then longer ones
    length: int


class Hit(NamedTuple):
    """Words of the article, beginning at `at`, that count for `owner` (a place or a topic)."""

    owner: str
    weight: float
    pattern: Pattern
    at: int


class Known(NamedTuple):
    """What the index knows of one word of an article."""

    fits: tuple[str, ...]  # the words of terms that it is: itself, its stems, "#" for a number
    alone: tuple[Pattern, ...]  # of one word, the most specific first
    longer: dict[str, list[Pattern]]  # that it begins, by their second word


class Index:
    """Patterns by their first words. Words are spelled in small letters, except those of a term in capitals."""

    def __init__(self, weighted: Iterable[tuple[str, str, float]]) -> None:
        marks: dict[str, list[tuple[str, float]]] = defaultdict(list)
        for term, owner, weight in weighted:
            marks[term].append((owner, weight))
        patterns = [_pattern(term, owners) for term, owners in marks.items()]
        self._first: dict[str, list[Pattern]] = defaultdict(list)
        for pattern in patterns:
            self._first[pattern.words[0]].append(pattern)
        self._spelled = frozenset(word for pattern in patterns for word in pattern.words)
        self._stems: dict[str, list[str]] = defaultdict(list)  # by their first letters
        for word in self._spelled:
            if word.endswith("*"):
                self._stems[word[:-1][:FIRST_LETTERS]].append(word)
        self._known = lru_cache(VOCABULARY)(self._look_up)

    def find(self, words: Sequence[str]) -> list[Hit]:
        """For each owner the most specific of its patterns at each word; the words it covers are not read again for
        that owner. Look-alikes cover and are not told."""
        known = [*map(self._known, words), _NOTHING]
        covered: dict[str, int] = {}
        hits = []
        for at, (_, patterns, longer) in enumerate(known):
            if longer and not longer.keys().isdisjoint(known[at + 1].fits):
                patterns = _beginning(known, at)
            for pattern in patterns:
                for owner, weight in pattern.marks:
                    if covered.get(owner, 0) <= at:
                        covered[owner] = at + pattern.length
                        if weight:
                            hits.append(Hit(owner, weight, pattern, at))
        return hits

    def _look_up(self, raw: str) -> Known:
        word = _fold(raw)
        spellings = {raw, word, "#"} if word.isdigit() else {raw, word}
        begun = {word[:letters] for letters in range(1, FIRST_LETTERS + 1)}
        stems = [stem for letters in begun for stem in self._stems.get(letters, ()) if word.startswith(stem[:-1])]
        fits = (*sorted(spellings & self._spelled), *stems)
        patterns = sorted((p for word in fits for p in self._first.get(word, ())), key=lambda p: p.rank, reverse=True)
        longer: dict[str, list[Pattern]] = defaultdict(list)
        for pattern in patterns:
            if len(pattern.words) > 1:
                longer[pattern.words[1]].append(pattern)
        return Known(fits, tuple(p for p in patterns if len(p.words) == 1), dict(longer))


_NOTHING = Known((), (), {})


def _beginning(known: Sequence[Known], at: int) -> tuple[Pattern, ...]:
    """The patterns that fit the words from `at` on, the most specific first."""
    _, alone, longer = known[at]
    found = [
        pattern
        for second in known[at + 1].fits
        if second in longer
        for pattern in longer[second]
        if pattern.length == 2 or _goes_on(pattern, known, at)
    ]
    if len(found) > 1:
        found.sort(key=attrgetter("rank"), reverse=True)
    return (*found, *alone) if found else alone


def _goes_on(pattern: Pattern, known: Sequence[Known], at: int) -> bool:
    if at + pattern.length >= len(known):
        return False
    return all(pattern.words[nth] in known[at + nth].fits for nth in range(2, pattern.length))


def tag(title: str, text: str, feed_country: str, rules: Rules) -> tuple[Tag, ...]:
    """The countries, most named first, then the topics, strongest first. `feed_country` is the country of a national
    outlet, or empty: it is taken for the article's own unless the article is plainly about another place."""
    words = _words(title, text)
    hits = _index(rules).find(words.all)
    places = [hit for hit in hits if hit.owner in rules.places]
    topics = [hit for hit in hits if hit.owner not in rules.places]
    return *_countries(places, words, feed_country), *_topics(topics, words)


@cache
def _index(rules: Rules) -> Index:
    weighted = [
        (term, key, weight)
        for key, place in rules.places.items()
        for terms, weight in ((place.sure, STRONG), (place.terms, PLAIN), (place.hints, WEAK), (place.lookalikes, 0.0))
        for term in terms
    ]
    weighted += [
        (term, key, weight)
        for key, t in rules.topics.items()
        for terms, weight in ((t.strong, STRONG), (t.plain, PLAIN), (t.weak, WEAK), (t.lookalikes, 0.0))
        for term in terms
    ]
    return Index(weighted)


def _pattern(term: str, owners: list[tuple[str, float]]) -> Pattern:
    words = tuple(word if word.isupper() else _fold(word) for word in term.split())
    rank = len(words), sum(len(word.rstrip("*")) for word in words)
    return Pattern(words, tuple(owners), rank, len(words))


def _fold(text: str) -> str:
    return text.lower().replace("ё", "е")


def _words(title: str, text: str) -> Words:
    titled, body = [*_WORD.findall(title), _STOP], _WORD.findall(text)
    dateline = _DATELINE.match(text)
    before = len(_WORD.findall(dateline[0])) if dateline else 0
    zones = [TITLE] * len(titled) + [DATELINE] * before + [LEDE] * LEDE_WORDS
    return Words(titled + body, zones + [REST] * (len(titled) + len(body) - len(zones)))


class Places:
    """What an article says of each place: how much, where, and whether its title is about a place elsewhere."""

    def __init__(self, hits: list[Hit], article: Words) -> None:
        self.scores: dict[str, float] = defaultdict(float)
        self.said: dict[str, list[Hit]] = {}
        self.hinted: dict[str, list[Hit]] = {}
        self.titled: set[str] = set()
        self.abroad = False
        for hit in hits:
            zone = article.zones[hit.at]
            if hit.weight == WEAK or zone == DATELINE:
                self.hinted.setdefault(hit.owner, []).append(hit)
                continue
            self.scores[hit.owner] += PLACE_WEIGHTS[zone] * hit.weight / PLAIN
            self.said.setdefault(hit.owner, []).append(hit)
            if zone == TITLE:
                self.titled.add(hit.owner)
                self.abroad |= hit.owner == ELSEWHERE and hit.at < article.zones.count(TITLE) / 2
        self.abroad |= ELSEWHERE in self.titled and self.scores[ELSEWHERE] >= ABROAD

    def hits(self, place: str) -> list[Hit]:
        if place == REGION and place not in self.said:
            return [self.said[code][0] for code in CODES if code in self.said] or self.hinted.get(place, [])
        return self.said.get(place) or self.hinted.get(place, [])


def _countries(hits: list[Hit], article: Words, home: str) -> list[Tag]:
    found = Places(hits, article)
    named = _at_home(found, home) if home else _named(found)
    if not named and not home and not found.scores[ELSEWHERE]:
        named = [place for place in found.hinted if place != ELSEWHERE]
    named.sort(key=lambda place: -found.scores[place])
    return [Tag("country", place, _reason(found.hits(place), article) or "national outlet") for place in named]


def _at_home(found: Places, home: str) -> list[str]:
    """The places of a national outlet's article. What it does not say of another country it says of its own."""
    named = _named(found)
    said = home in found.said or home in found.hinted
    neighbours = found.titled & {*CODES, REGION} - {home}
    if said or not (neighbours or found.abroad):
        others = [place for place in named if place in found.titled or found.scores[place] >= BESIDE_HOME]
        return list(dict.fromkeys([home, *others]))
    return named


def _named(found: Places) -> list[str]:
    scores, titled = found.scores, found.titled
    five = {code: scores[code] for code in CODES if scores[code]}
    leading = max(five.values(), default=0.0)
    named = [code for code in five if code in titled or five[code] >= SHARE * leading]
    in_title = [code for code in named if code in titled]
    if scores[REGION] >= REGION_SCORE or (scores[REGION] and not in_title):
        # A roll call of all five says "the region" once more; it singles none of them out.
        return [*(in_title if len(named) == len(CODES) else named), REGION]
    several = len(named) >= SEVERAL and leading <= DOMINATES * min(five[code] for code in named)
    return [*named, REGION] if several else named


def _topics(hits: list[Hit], article: Words) -> list[Tag]:
    found: dict[str, dict[Pattern, tuple[float, Hit]]] = {}
    for hit in hits:
        terms = found.setdefault(hit.owner, {})
        if hit.pattern not in terms:  # the title comes first and weighs most
            title = article.zones[hit.at] == TITLE
            terms[hit.pattern] = (hit.weight * TITLE_WEIGHT if title else hit.weight, hit)
    firm = {hit.owner for hit in hits if hit.weight > WEAK}
    scores = {topic: _total([points for points, _ in terms.values()]) for topic, terms in found.items()}
    settled = _settled(scores, firm)
    return [Tag("topic", topic, _reason(_heaviest(found[topic].values()), article)) for topic in settled]


def _heaviest(terms: Iterable[tuple[float, Hit]]) -> list[Hit]:
    return [hit for _, hit in sorted(terms, key=itemgetter(0), reverse=True)]


def _total(points: list[float]) -> float:
    total = 0.0
    for each in sorted(points):
        total = each + EACH_NEXT * total
    return total


def _settled(scores: dict[str, float], firm: set[str]) -> list[str]:
    ranked = sorted(scores, key=lambda topic: -scores[topic])
    top = min(CAP, max((scores[topic] for topic in firm), default=0.0))
    settled = [topic for topic in ranked if topic in firm and scores[topic] >= max(ENOUGH, TOPIC_SHARE * top)]
    return settled[:MOST_TOPICS] or [topic for topic in ranked[:1] if scores[topic] >= ALONE]


def _reason(hits: list[Hit], article: Words) -> str:
    return ", ".join(list(dict.fromkeys(map(article.spelled, hits)))[:MOST_WORDS])
