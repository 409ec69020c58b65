"""Which of the places that an article names it is about.

The title decides: what it names is the subject. Where it names no country of ours, what the text is about is, else the
country of the outlet. Central Asia as a whole is one more place, said by its name or by four of its five.
"""

from __future__ import annotations

from lib.catalog.rules import ELSEWHERE
from lib.countries import CODES, PLACES, REGION
from lib.news.places import Places
from lib.news.terms import STRONG, TITLE

FIVE = frozenset(CODES)
ROLL_CALL = 4  # countries of the five that stand for all
EARLY = 4  # words: what a text on a place elsewhere begins with acts in it
REPEATED = 4.0  # score of a place that the text names twice in its lede
BESIDE_REGION = 2.5  # score of a country that hosts or leads the region


def countries_of(found: Places, home: str) -> list[str]:
    """The places that the article is about, most named first. `home` is the country of a national outlet, or empty."""
    about = found.titled & FIVE
    region = is_regional(found)
    if home and _is_home(found, home, region):
        about.add(home)
    about |= {place for place in FIVE & found.said.keys() if _is_about(found, place, home, region)}
    if region:
        about.add(REGION)
    if not about and not found.said:
        about = {place for place in found.hinted if place in FIVE} if ELSEWHERE not in found.hinted else set()
    return sorted(about, key=lambda place: (-found.scores.get(place, 0.0), PLACES.index(place)))


def is_regional(found: Places) -> bool:
    """Whether Central Asia as a whole is the subject. A hint ("the five", "Caspian") does not outrank a country that
    stands in the title."""
    titled, named = len(FIVE & found.titled), len(FIVE & found.said.keys())
    said, hinted = found.said.get(REGION, ()), found.hinted.get(REGION, ())
    if REGION in found.titled or named == len(FIVE):
        return True
    if named >= ROLL_CALL and titled != 1:
        return True
    if said:
        return not titled or any(hit.weight == STRONG for hit in said)
    in_title = any(found.zones[hit.at] == TITLE for hit in hinted)
    return in_title and not titled and not named and (len(hinted) > 1 or ELSEWHERE not in found.said)


def _is_home(found: Places, home: str, region: bool) -> bool:
    """Whether an outlet tells of its own country, named or not."""
    if home in found.said:
        return not region or home in found.titled or found.scores[home] >= BESIDE_REGION
    if found.titled & FIVE or found.abroad:
        return found.ours
    return not region


def _is_about(found: Places, place: str, home: str, region: bool) -> bool:
    """Whether a country that the title does not name is a subject as well."""
    titled, score = found.titled & FIVE, found.scores[place]
    if region:
        few = len(FIVE & found.said.keys()) < ROLL_CALL
        return few and (score >= BESIDE_REGION or place in found.hosting)
    if titled or home:
        return place in found.acting or score >= REPEATED or bool(found.paired.get(place, set()) & (titled | {home}))
    if ELSEWHERE not in found.titled or place in found.acting | found.opening:
        return True
    return score >= REPEATED or found.said[place][0].at < found.start + EARLY
