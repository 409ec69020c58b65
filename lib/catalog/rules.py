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

from lib.catalog import entries
from lib.countries import PLACES
from lib.errors import CatalogError

TOPICS = "topics.toml"
GAZETTEER = "gazetteer.toml"
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
class Rules:
    """Everything that tagging goes by. Compared by identity: an engine is compiled once for each value."""

    topics: dict[str, Topic]
    places: dict[str, Place]


@cache
def rules() -> Rules:
    """The rules of the catalogue. Raises CatalogError naming the file, the key and the fault."""
    topics = entries(TOPICS, Topic)
    places = entries(GAZETTEER, Place)
    for key in places:
        if key not in (*PLACES, ELSEWHERE):
            raise CatalogError(GAZETTEER, key, "is not one of " + ", ".join((*PLACES, ELSEWHERE)))
    return Rules(topics, places)


def fold(text: str) -> str:
    """As terms and words are compared: in small letters, and ё as е."""
    return text.lower().replace("ё", "е")
