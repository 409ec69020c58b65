"""The words that tag an article: topics.toml and gazetteer.toml as typed values, refused by file and key.

A term is one to five words in small letters; `*` ends a stem, so that "казахстанск*" matches every inflection, and `#`
stands for a number. A term written all in capitals ("МИД", "AI") matches capitals only. Where two terms of one topic or
country fit the same words the more specific one is taken; a look-alike is a term that counts for nothing, and so keeps
the words it covers from counting for its own topic or country.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Annotated

import msgspec
import numpy as np
from numpy.typing import NDArray

from lib.catalog import HERE, entries
from lib.countries import PLACES
from lib.errors import CatalogError

TOPICS = "topics.toml"
GAZETTEER = "gazetteer.toml"
WEIGHTS = "topics.npz"  # written by bench/topics.py
JUDGED = "places.npz"  # written by bench/places.py
STEM = 8  # letters by which the learned weights know a word: endings come after them
ELSEWHERE = "elsewhere"  # the gazetteer's table of the rest of the world
WORD = r"(?:[^\W_]+\*?|#)"
Term = Annotated[str, msgspec.Meta(pattern=rf"^{WORD}(?: {WORD}){{0,4}}$")]


class Topic(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One topic: what it is called, its IPTC Media Topic, and its terms by how much one of them says."""

    key: str = ""
    en: str
    ru: str
    medtop: Annotated[str, msgspec.Meta(pattern=r"^medtop:\d{8}$")]
    strong: tuple[Term, ...]  # one such word in a title makes the topic
    plain: tuple[Term, ...] = ()  # usually this topic
    weak: tuple[Term, ...] = ()  # supports other words, never enough alone
    lookalikes: tuple[Term, ...] = ()  # not this topic, whatever shorter terms would say


class Namesake(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What makes words of a place stand for another: beside "Giro", "Astana" is a cycling team."""

    words: tuple[Term, ...]  # of the place, spelled as in the article
    beside: tuple[Term, ...]


class Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One country, Central Asia as a whole (REGION), or the rest of the world (`elsewhere`)."""

    key: str = ""
    terms: tuple[Term, ...]  # the country, its people, cities, leaders, institutions, firms, money
    sure: tuple[Term, ...] = ()  # the subject wherever it stands ("the states of Central Asia")
    hints: tuple[Term, ...] = ()  # heard only where nothing else places the article ("som")
    lookalikes: tuple[Term, ...] = ()
    namesakes: tuple[Namesake, ...] = ()


@dataclass(frozen=True, eq=False)
class Learned:
    """Weights of a linear model of `topics`: of what terms say, shape (topics, features), and of words, shape (words,
    topics)."""

    topics: tuple[str, ...]
    weights: NDArray[np.float32]
    rows: dict[str, int]  # of the words, by their first `STEM` letters
    words: NDArray[np.float32]
    lengths: NDArray[np.float32]  # squared, of the words' vectors: (words,)


@dataclass(frozen=True, eq=False)
class Judge:
    """A network of one hidden layer: of so many features, shape (features, hidden), to one number, shape (hidden,)."""

    inner: NDArray[np.float32]
    inner_bias: NDArray[np.float32]
    outer: NDArray[np.float32]
    outer_bias: float

    def odds(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """The log-odds of each row, shape (rows,)."""
        hidden = np.maximum(rows @ self.inner + self.inner_bias, 0.0)
        odds: NDArray[np.float32] = hidden @ self.outer + self.outer_bias
        return odds


@dataclass(frozen=True, eq=False)
class Rules:
    """Everything that tagging goes by. Compared by identity: an engine is compiled once for each value."""

    topics: dict[str, Topic]
    places: dict[str, Place]
    learned: Learned | None = None


@cache
def rules() -> Rules:
    """The rules of the catalogue. Raises CatalogError naming the file, the key and the fault."""
    topics = entries(TOPICS, Topic)
    places = entries(GAZETTEER, Place)
    for key in places:
        if key not in (*PLACES, ELSEWHERE):
            raise CatalogError(GAZETTEER, key, "is not one of " + ", ".join((*PLACES, ELSEWHERE)))
    learned = _learned()
    return Rules(topics, places, learned if learned.topics == tuple(topics) else None)


@cache
def judge() -> Judge:
    """What bench/places.py has learned of which places an article is about."""
    with np.load(HERE / JUDGED) as file:
        return Judge(file["inner"], file["inner_bias"], file["outer"], float(file["outer_bias"]))


def fold(text: str) -> str:
    """As terms and words are compared: in small letters, and ё as е."""
    return text.lower().replace("ё", "е")


def _learned() -> Learned:
    """The weights that come with the catalogue; bytes, so that forty thousand words are 0.6 MB."""
    with np.load(HERE / WEIGHTS) as file:
        names, stems = (bytes(file[name]).decode().split() for name in ("topics", "stems"))
        return Learned(
            tuple(names),
            file["weights"],
            {stem: row for row, stem in enumerate(stems)},
            file["words"] * file["scale"],
            file["lengths"].astype(np.float32),
        )
