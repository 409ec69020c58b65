"""Which articles are one text, and which tell of one event. Pure: fingerprints and candidates in, a decision out.

A copy in a feed is often an excerpt, so what counts is how much of the smaller text stands in the larger: an excerpt
of a tenth has a containment of 1 and a Jaccard similarity of 0.1. An event told twice shares next to no runs of words
(3-word Jaccard 0.013 for two articles on one pipeline strike), so events are compared by the words of their titles.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from functools import lru_cache
from itertools import combinations, compress, count
from zlib import crc32

import numpy as np

from lib.models import Article

SHORT = 15  # words; a shorter text counts together with its title
MOST = 1000  # words looked at: no feed's excerpt begins further down
CONTAINED = 0.6  # of the smaller text
LEAST = 3  # fingerprints shared: fewer are one sentence that an outlet puts under everything

STORY_DAYS = timedelta(days=3)  # how long an event stays news under the same words
STEM = 5  # letters: Russian endings begin there
PAIRED = 5  # stems of a title, hence ten pairs; with seven a tenth more of the events were found, for twice the rows
LEDE_WORDS = 35

_WORD = re.compile(r"[^\W_]+")
_TYPOGRAPHY = "‘’“”«»–—…\u00a0"
_PARTING = bytes(code if code > 0x7F or chr(code).isalnum() else ord(" ") for code in range(256))
_SEPARATOR = re.compile(r"(?<=\d)[\s.,](?=\d)")  # within a number

# Stems that tell nothing of the event: grammar, news prose, months, countries, offices and leaders.
_COMMON = frozenset(
    word
    for line in (
        "the and for are was were has have had its his her not but with from that this after over into amid will",
        "can may new more than out who how why what when where which says said say tells about first year years day",
        "days week month per all two three one also their they been being under betwe befor again durin since until",
        "near some most other milli billi perce thous dolla count presi minis gover autho offic state natio centr",
        "asia asian world regio janua febru march april june july augus septe octob novem decem kazak kyrgy tajik",
        "turkm uzbek russi china chine tokay japar rahmo berdy mirzi putin что как для при без или его она они это",
        "все над под про чем был была было были будут будет могут может после перед около более менее лет год года",
        "году годы дня дней день недел месяц также чтобы если уже еще тольк этого котор своих свое свои свой один",
        "одна два две три новый новые новог новая новой первы сколь почем больш други млн млрд тыс тысяч милли милл",
        "проце долла сообщ заяви расск назва объяс стало стали прези минис прави глава власт облас стран респу",
        "госуд нацио центр азии азия мире мира регио январ февра марта апрел мая июня июля авгус сентя октяб ноябр",
        "декаб казах кыргы кирги таджи туркм узбек росси китай китая китае токае жапар рахмо берды мирзи путин",
    )
    for word in line.split()
)


def fingerprint(title: str, text: str) -> tuple[int, ...]:
    """What the store keeps of an article's clean `title` and full clean `text`, and looks up to find candidates: for
    the same text the numbers from 0, hashes of runs of three words; for the same event the negative ones, of pairs of
    title words. Of the runs a quarter is kept, and all around a number: a bulletin differs from yesterday's in its
    numbers alone. Which ones depends on a run and its neighbours, so what an excerpt keeps the whole keeps too."""
    heading, words = _spelled(title), _spelled(text)[:MOST]
    words = words if len(words) >= SHORT else heading + words
    runs = np.fromiter(map(crc32, map(b"".join, zip(words, words[1:], words[2:], strict=False))), np.uint32)
    one, run, right, further = runs[:-3], runs[1:-2], runs[2:-1], runs[3:]
    kept = set(run[(run < one) & (run < right) & (run < further)].tolist())
    for at in compress(count(), map(bytes.isdigit, words)):
        kept.update(runs[max(at - 2, 0) : at + 1].tolist())
    return (*kept, crc32(b" ".join(heading)), *_pairs(title))


def assign(new: Article, near: Sequence[tuple[Article, int, int]]) -> tuple[str, str]:
    """The key of a candidate with the same text as `new` and of one on the same event, each empty where there is none.

    `near` holds the articles that share a fingerprint with `new`, each with how many that are not negative it shares,
    and how many it has. Of several the likest is taken, then the earliest."""
    size = sum(mark >= 0 for mark in new.prints)
    ranked = sorted(near, key=lambda of: (-of[1], of[0].day, of[0].key))
    text = next((a.key for a, shared, its in ranked if same_text(new, a, shared, min(size, its))), "")
    return text, text or next((a.key for a, _, _ in ranked if same_story(new, a)), "")


def same_text(one: Article, other: Article, shared: int, smaller: int) -> bool:
    """Whether two articles that share so many fingerprints, of the `smaller` number that either has, are copies,
    excerpts or light edits of one text. The very words of yesterday in one outlet are a rubric, not a copy."""
    if shared < LEAST or shared < CONTAINED * smaller:
        return False
    rubric = one.outlet == other.outlet and one.day != other.day
    return not rubric and not _renumbered(one, other)


def same_story(one: Article, other: Article) -> bool:
    """Whether two articles of at most three days apart, on a country in common, tell of one event in other words."""
    if abs(one.day - other.day) > STORY_DAYS or not set(one.countries) & set(other.countries):
        return False
    in_titles, of_title = _alike(_stems(one.title), _stems(other.title))
    if in_titles < 2 or _renumbered(one, other):
        return False
    in_ledes, of_lede = _alike(_lede(one), _lede(other))
    return (in_titles >= 3 and of_title >= 0.4) or (in_ledes >= 6 and of_lede >= 0.28)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower().replace("ё", "е"))


def _spelled(text: str) -> list[bytes]:
    """The words of a text in UTF-8. Parting bytes at ASCII takes a third of the time that the pattern takes; it is
    right where nothing but letters and digits is left between."""
    text = text.lower().replace("ё", "е")
    for mark in _TYPOGRAPHY:
        text = text.replace(mark, " ")
    parted = text.encode().translate(_PARTING)
    if parted.replace(b" ", b"").decode().isalnum():
        return parted.split()
    return " ".join(_WORD.findall(text)).encode().split()


def _pairs(title: str) -> list[int]:
    """Of the stems with the smallest hashes, so that titles which share most of their stems choose mostly the same."""
    chosen = sorted(crc32(stem.encode()) for stem in _stems(title))[:PAIRED]
    return [-1 - (one * 31 ^ other) for one, other in combinations(chosen, 2)]


@lru_cache(4096)
def _stems(text: str) -> tuple[str, ...]:
    """The telling words of a text, each by its first letters, in their order. Days of the month tell nothing."""
    stems = dict.fromkeys(word[:STEM] for word in _words(text) if len(word) > 2)
    return tuple(stem for stem in stems if stem not in _COMMON)


def _lede(article: Article) -> tuple[str, ...]:
    return _stems(f"{article.title} {' '.join(article.excerpt.split()[:LEDE_WORDS])}")


def _alike(one: Sequence[str], other: Sequence[str]) -> tuple[int, float]:
    """How many words they share, and which part that is of the smaller."""
    shared = len(set(one) & set(other))
    return shared, shared / (min(len(one), len(other)) or 1)


def _renumbered(one: Article, other: Article) -> bool:
    """Whether title or excerpt are the same words with other numbers: yesterday's bulletin and today's."""
    return _numbers_differ(one.title, other.title) or _numbers_differ(one.excerpt, other.excerpt)


def _numbers_differ(one: str, other: str) -> bool:
    both = list(zip(_words(_SEPARATOR.sub("", one)), _words(_SEPARATOR.sub("", other)), strict=False))
    differing = [mine + its for mine, its in both if mine != its]
    return bool(differing) and all(words.isdigit() for words in differing)
