"""Which of the places that an article names it is about: by what is said of each, weighed as bench/places.py learned.

A place is no longer the subject because it is named most: "Kazakh wheat for Kabul" in an Uzbek paper is about none of
the readers' own country, and "the five" is about no one of them. How much a title, an act, a neighbour or a silence
tells depends on the others; a small network weighs them together.
"""

from __future__ import annotations

import numpy as np

from lib.catalog.rules import ELSEWHERE, Judge
from lib.countries import CODES, PLACES, REGION
from lib.news.places import Places
from lib.news.terms import DATELINE, LEDE, REST, TITLE, Hit

LIKELY = -0.2  # log-odds: 45 %
ZONES = ((TITLE, 2), (LEDE, 3), (REST, 3), (DATELINE, 1))  # and how many names in each still tell something
FAR = 99  # words into the article: where a place stands that does not stand there
MOST_SCORE, MOST_WORDS = 8.0, 60
FIVE = frozenset(CODES)


def countries_of(found: Places, home: str, judge: Judge) -> list[str]:
    """The places that the article is about, most named first. `home` is the country of a national outlet, or empty."""
    if named := _alone(found, home):
        return [named]
    asked = asked_about(found, home)
    if not asked:
        return []
    odds = judge.odds(np.array(features(found, home, asked), dtype=np.float32)).tolist()
    likely = [place for place, each in zip(asked, odds, strict=True) if each >= LIKELY]
    return sorted(likely, key=lambda place: -found.scores.get(place, 0.0))


def asked_about(found: Places, home: str) -> list[str]:
    """The places that an article may be about. A hint ("som") is heard only where nothing else places it."""
    asked = {home, *found.said} if found.said else {home, *found.hinted}
    if len(FIVE & found.said.keys()) > 1 or REGION in found.hinted:
        asked.add(REGION)
    return [place for place in PLACES if place in asked]


def _alone(found: Places, home: str) -> str:
    """The country that is named where no other place is, not even elsewhere: of a third of all articles there is no
    more to know, and the network says the same."""
    if len(found.said) == 1 and found.said.keys() >= found.hinted.keys():
        (named,) = found.said
        return named if named in FIVE and home in ("", named) else ""
    return ""


def features(found: Places, home: str, asked: list[str]) -> list[list[float]]:
    """What the network weighs, a row for each place that is asked about."""
    article = _of_article(found, home)
    first = {place: hits[0].at for said in (found.hinted, found.said) for place, hits in said.items()}
    return [[*_of_place(found, home, place, first), *article] for place in asked]


def _of_article(found: Places, home: str) -> list[float]:
    scores = found.scores
    return [
        scores.get(ELSEWHERE, 0.0) / 2,
        ELSEWHERE in found.titled,
        found.abroad,
        found.with_neighbour,
        found.ours,
        len(FIVE & scores.keys()) / 2,
        scores.get(REGION, 0.0) / 2,
        REGION in found.titled,
        REGION in found.hinted,
        ELSEWHERE in found.hinted,
        ELSEWHERE in found.acting,
        len(FIVE & found.titled),
        len(FIVE & found.acting),
        min(found.text_words, MOST_WORDS) / 30,
        found.text_words == 0,
        bool(home),
        not found.said and not found.hinted,
    ]


def _of_place(found: Places, home: str, place: str, first: dict[str, int]) -> list[float]:
    said, hinted = found.said.get(place, ()), found.hinted.get(place, ())
    others = FIVE - {place}
    score, titled = found.scores.get(place, 0.0), place in found.titled
    rival = max((found.scores.get(other, 0.0) for other in others), default=0.0)
    own, unsaid = place == home, not said and not hinted
    return [
        *_by_zone(said, found),
        *_by_zone(hinted, found),
        min(score, MOST_SCORE) / 3,
        min(score / max(rival, score, 0.01), 3.0),
        score / (sum(found.scores.values()) or 1.0),
        titled,
        place in found.acting,
        len(others & found.titled),
        rival / 3,
        bool(first) and first.get(place, FAR) == min(first.values()),
        first.get(place, FAR) / 30,
        place == REGION,
        own,
        own and unsaid,
        own and not said and ELSEWHERE in found.titled,
        own and found.abroad,
        own and unsaid and bool(others & found.titled),
        own and found.ours,
        own and not said and found.scores.get(ELSEWHERE, 0.0) > 0,
        bool(home) and not own,
        bool(home) and not own and titled,
    ]


def _by_zone(hits: tuple[Hit, ...] | list[Hit], found: Places) -> list[float]:
    zones = [found.zones[hit.at] for hit in hits]
    return [float(min(zones.count(zone), most)) for zone, most in ZONES]
