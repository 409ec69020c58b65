"""Terms in an article: which words of a text stand for which place or topic. Pure, and knows no place or topic itself.

Terms are looked up word by word, and what begins with a word is remembered: an article's vocabulary is mostly that of
the articles before it. One alternation of the eleven thousand patterns costs `re` milliseconds an article, since it
tries each branch at each word; the index costs a twentieth of one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from operator import attrgetter
from typing import NamedTuple

from lib.catalog.rules import fold
from lib.news.datelines import dateline

TITLE, LEDE, REST, DATELINE, TAIL = range(5)  # where a word stands
STRONG, PLAIN, WEAK = 3.0, 2.0, 1.0  # how much a term says
LEDE_WORDS, STORY_WORDS = 30, 100  # the first sentence of a news story, and its story: what follows is background
MOST_WORDS = 4  # of a reason
VOCABULARY = 50_000  # words remembered: forty feeds use some 30,000 in a month; each takes 200 bytes

# A word, or the end of a sentence, which a capital, a quotation or a number follows.
_TOKEN = re.compile(r"[^\W_]+|[.!?…](?=[.!?…»”\"')\]]{0,4}\s{1,2}[«“\"'(\[—–-]{0,2}\s?[A-ZА-ЯЁ0-9])")
_ENDS = frozenset(".!?…")
_ABBREVIATED = frozenset(
    [
        *("jan", "feb", "mar", "apr", "aug", "sept", "oct", "nov", "dec"),
        *("gen", "sen", "gov", "rep", "col", "prof", "mrs", "inc", "ltd"),
        *("янв", "фев", "апр", "авг", "сент", "окт", "ноя", "дек"),
        *("тыс", "млн", "млрд", "руб", "обл", "просп", "проф", "акад"),
    ]
)
STOP = "."  # stands between title and text and between sentences; no term matches it


class Beside(NamedTuple):
    """The words around others: the two before them and the one after."""

    two_before: str
    before: str
    after: str


class Words(NamedTuple):
    """The words of an article as it spells them, the zone of each, how many of them are the title's with its stop, and
    where the text begins, after a dateline."""

    all: list[str]
    zones: list[int]
    titled: int
    start: int

    def beside(self, hit: Hit) -> Beside:
        """The words around a hit, in small letters; those that are not there are empty."""
        at, after = hit.at, hit.at + hit.pattern.length
        return Beside(
            self.all[at - 2].lower() if at > 1 else "",
            self.all[at - 1].lower() if at else "",
            self.all[after].lower() if after < len(self.all) else "",
        )

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
        self._stems = {word for word in self._spelled if word.endswith("*")}
        self._heads = {stem[:letters] for stem in self._stems for letters in range(1, len(stem) - 1)}
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
        word = fold(raw)
        spellings = {raw, word, "#"} if word.isdigit() else {raw, word}
        fits = (*sorted(spellings & self._spelled), *self._begun(word))
        if not fits:
            return _NOTHING
        patterns = sorted((p for word in fits for p in self._first.get(word, ())), key=lambda p: p.rank, reverse=True)
        longer: dict[str, list[Pattern]] = defaultdict(list)
        for pattern in patterns:
            if len(pattern.words) > 1:
                longer[pattern.words[1]].append(pattern)
        return Known(fits, tuple(p for p in patterns if len(p.words) == 1), dict(longer))

    def _begun(self, word: str) -> Iterator[str]:
        """The stems that a word begins with, the shortest first. Most words leave every stem after a few letters."""
        for letters in range(1, len(word) + 1):
            head = word[:letters]
            if (stem := f"{head}*") in self._stems:
                yield stem
            if head not in self._heads:
                return


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


def _pattern(term: str, owners: list[tuple[str, float]]) -> Pattern:
    words = tuple(word if word.isupper() else fold(word) for word in term.split())
    rank = len(words), sum(len(word.rstrip("*")) for word in words)
    return Pattern(words, tuple(owners), rank, len(words))


def words_of(title: str, text: str) -> Words:
    """The words of an article. Between sentences stands a stop, so that no term reaches across."""
    titled = [*_sentences(title), STOP]
    filed = dateline(text)
    before, body = _sentences(filed), _sentences(text[len(filed) :])
    zones = [TITLE] * len(titled) + [DATELINE] * len(before)
    story = [LEDE] * LEDE_WORDS + [REST] * (STORY_WORDS - LEDE_WORDS)
    zones += story[: len(body)] + [TAIL] * (len(body) - STORY_WORDS)
    return Words(titled + before + body, zones, len(titled), len(titled) + len(before))


def _sentences(text: str) -> list[str]:
    words = _TOKEN.findall(text)
    if _ENDS.isdisjoint(words):
        return words
    return [
        STOP if word in _ENDS else word
        for before, word in pairwise(["", *words])
        if word not in _ENDS or not _is_abbreviated(before)
    ]


def _is_abbreviated(word: str) -> bool:
    """Whether a full stop after `word` ends no sentence ("Jan. 5"), or a stop already stands there."""
    if word.isdigit() or len(word) > 2 or (len(word) == 2 and word.isupper()):
        return word.lower() in _ABBREVIATED
    return True


def reason(hits: Iterable[Hit], article: Words) -> str:
    """The words of the article that earned a tag, each once."""
    return ", ".join(list(dict.fromkeys(map(article.spelled, hits)))[:MOST_WORDS])
