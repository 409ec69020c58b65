"""What the Russian stems of the rules take besides the words that they are meant for, by pymorphy3's dictionary.

`python -m tests.stems` writes data/stems.txt anew; read what has changed in it before it is committed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pymorphy3

from lib.catalog.rules import rules

ALLOWED = Path(__file__).parent / "data/stems.txt"
_RUSSIAN = re.compile(r"[а-я]{3,}\*")
# What an ending of a noun, adjective or verb of the same family looks like after a stem.
_ENDING = re.compile(
    r"[а-я]{0,2}|(?:(?:[аиоуыяе]|[еёоаи]?в)?(?:[нс]?н|с?к|еск|ическ|ов|ев|л|льн|тельн|ивн|ист|ш|ч|чн|яч|ющ|щ)(?:ый|ий|ой))"
    r"|[а-я]{0,3}(?:ость|ство|ник|ница|[щч]ик|[щч]ица|истка?|изм|ция|ие|ка|[оеё][кц]|тель|ть|ться|сь|нный|ва|вать"
    r"|ски|но|тор|ант|ент|ия|ье|ьё|ич|ина?|овна|енко|ко)"
)


def stems() -> list[str]:
    """The stems of one Russian word each: beside other words a stem takes what they allow."""
    known = rules()
    terms = [term for topic in known.topics.values() for term in (*topic.strong, *topic.plain, *topic.weak)]
    terms += [term for place in known.places.values() for term in (*place.terms, *place.hints)]
    return sorted({term[:-1] for term in terms if _RUSSIAN.fullmatch(term)})


def branches(some: Iterable[str]) -> dict[str, list[str]]:
    """Of each stem what it takes that is no ending: the two letters that follow it, or "=" and a word that is inflected
    so that one of its forms begins with the stem ("пытаться" under "пытал")."""
    words = pymorphy3.MorphAnalyzer().dictionary
    taken = {stem: sorted(_taken(stem, words)) for stem in some}
    return {stem: each for stem, each in taken.items() if each}


def _taken(stem: str, words: pymorphy3.dawg.WordsDawg) -> set[str]:
    taken = set()
    for word, (paradigm, form) in words.words.iteritems(stem):
        lemma = word if form == 0 else words.build_normal_form(paradigm, form, word)
        if not lemma.startswith(stem):
            if not word.startswith("по"):  # a comparative: "погромче"
                taken.add("=" + lemma)
        elif not _ENDING.fullmatch(lemma[len(stem) :]):
            taken.add(lemma[len(stem) : len(stem) + 2])
    return taken


def allowed() -> dict[str, list[str]]:
    """The reviewed list. "*" stands for all: the stem is a part of compounds ("электро")."""
    lines = (line.split(": ") for line in ALLOWED.read_text("utf-8").splitlines() if line)
    return {stem: words.split() for stem, words in lines}


def main() -> None:
    before = allowed() if ALLOWED.exists() else {}
    now = branches(stems())
    lines = [f"{stem}: {'*' if before.get(stem) == ['*'] else ' '.join(now[stem])}" for stem in sorted(now)]
    ALLOWED.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
