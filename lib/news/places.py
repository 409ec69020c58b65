"""What an article says of each place, and how: what it is about is for `subjects` to weigh.

A place counts by where it stands and how it is said. Names that only sound like it, guests, natives who live elsewhere
and members of a list are told apart by the words beside it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache

from lib.catalog.rules import ELSEWHERE
from lib.countries import CODES, REGION
from lib.news.terms import DATELINE, TITLE, VOCABULARY, Hit, Words

PLACE_WEIGHTS = (3.0, 2.0, 1.0)  # in the title, the lede, the rest
STRONG, PLAIN, WEAK = 3.0, 2.0, 1.0
ABROAD = 5.0  # places elsewhere in title and text

# The words beside a place. A native of it who lives elsewhere is not its subject, nor is a restaurant of its name or
# what it is one of several examples for; and "a quota to Britain" is told of the country that has the quota.
BORN = {("born", "in"), ("родился", "в"), ("родилась", "в"), ("родом", "из")}
NATIVE, ORIGIN = ("уроженец", "уроженк", "уроженц"), ("born", "descent", "origin", "roots")
NAMED_AFTER = (
    *("restaurant", "cafe", "café", "teahouse", "grill", "street", "square", "carpet", "rug", "style", "yurt"),
    *("language", "speaking", "язык"),
)
NAMED = ("called", "named", "ресторан", "кафе", "чайхан", "улиц", "кинотеатр", "отел")
ASIDE = {
    *("among", "like", "than", "including", "include", "includes", "as", "besides", "alongside"),
    *("среди", "включая", "чем", "кроме", "помимо", "как", "подобно"),
}
AND = {"and", "or", "to", "и", "или", "до"}
CITIZENS = ("citizen", "national", "migrant", "worker", "гражда", "мигрант", "выходц", "уроженц", "трудов")
THROUGH = {"via", "through", "через", "транзитом"}
WITH = {"with", "с", "со"}  # "the border with Kazakhstan" has the outlet's own country on its other side
LOCATIVE = ("е", "и", "ах")  # "в Россию" is a way, "в России" a scene
GUESTS = (
    *("compan", "firm", "investor", "business", "bank", "lender", "carmaker", "tourist", "student", "buyer", "fund"),
    *("компани", "фирм", "инвестор", "бизнес", "банк", "предприним", "завод", "турист", "студент", "фонд", "концерн"),
)
TOWARDS = {"to", "from", "for", "with", "из", "с", "со", "для", "к", "ко", "от"} | THROUGH

# What makes a story from elsewhere one of the outlet's own country: "our", and who acts or competes for it there,
# unless it is said for whom; of citizens that is said a few words later ("граждан ещё семи стран Африки").
OUR = {"our", "наш", "наша", "наше", "наши", "наших", "нашей", "нашу", "нашим", "нам", "нас"}
OURS = re.compile(
    "embass(?:y|ies)|ambassadors?|consuls?|consulates?|compatriots?|credentials|squad|medals?|рубежом|медал.*|сборн.*"
    "|мид|премьер|пос(?:ол|ла|лу|лом|лы|лов)|посольств.*|(?:ген)?консул(?:а|у|ом|ы|ов|ьств.*)?|соотечествен.*|верительн.*"
    "|wrestlers?|boxers?|judokas?|weightlifters?|athletes?|борец|борцы|боксер.*|дзюдоист.*|штангист.*|тхэквондист.*|спортсмен.*"
)
OUR_CITIZENS, CITIZENS_OF = ("citizens", "nationals", "гражда"), 5


class Places:
    """What an article says of each place: how much, where, and whether its title is about a place elsewhere."""

    def __init__(self, hits: list[Hit], article: Words) -> None:
        self.scores: defaultdict[str, float] = defaultdict(float)
        self.said: defaultdict[str, list[Hit]] = defaultdict(list)
        self.hinted: defaultdict[str, list[Hit]] = defaultdict(list)
        self.titled: set[str] = set()
        self.acting: set[str] = set()  # begin the text, or their citizens are told of
        self.abroad = self.with_neighbour = False
        away = _away(hits)
        self.ours = _ours(article, away)
        self.zones = article.zones
        self.text_words = len(article.all) - article.zones.count(TITLE)
        for hit in hits:
            if _of_origin(hit, article):
                continue
            if _acts(hit, article):
                self.acting.add(hit.owner)
            if _mentioned(hit, article, away):
                self.hinted[hit.owner].append(hit)
            else:
                self._say(hit, article)
        self.abroad |= ELSEWHERE in self.titled and self.scores[ELSEWHERE] >= ABROAD

    def _say(self, hit: Hit, article: Words) -> None:
        zone, before = article.zones[hit.at], article.before(hit)[1]
        self.scores[hit.owner] += PLACE_WEIGHTS[zone] * hit.weight / PLAIN
        self.said[hit.owner].append(hit)
        if zone == TITLE:
            self.titled.add(hit.owner)
            self.with_neighbour |= hit.owner != ELSEWHERE and before in WITH
            self.abroad |= hit.owner == ELSEWHERE and _is_scene(hit, before, article)

    def hits(self, place: str) -> list[Hit]:
        if place == REGION and place not in self.said:
            named = [self.said[code][0] for code in CODES if code in self.said]
            return self.hinted.get(place) or (named if len(named) > 1 else [])
        return self.said.get(place) or self.hinted.get(place, [])


def _away(hits: list[Hit]) -> set[int]:
    """The words that name places elsewhere."""
    elsewhere = (hit for hit in hits if hit.owner == ELSEWHERE and hit.weight > WEAK)
    return {at for hit in elsewhere for at in range(hit.at, hit.at + hit.pattern.length)}


def _of_origin(hit: Hit, article: Words) -> bool:
    before = article.before(hit)
    return before in BORN or before[1].startswith(NATIVE) or article.after(hit).startswith(ORIGIN)


def _acts(hit: Hit, article: Words) -> bool:
    start = article.zones.count(TITLE)
    beside = (*article.before(hit), article.after(hit))
    return start <= hit.at < start + 2 or any(word.startswith(CITIZENS) for word in beside)


def _mentioned(hit: Hit, article: Words, away: set[int]) -> bool:
    """Whether a place is named in passing only."""
    zone, before = article.zones[hit.at], article.before(hit)[1]
    if hit.weight == WEAK or zone == DATELINE or before in THROUGH or before.startswith(NAMED):
        return True
    aside = hit.owner != ELSEWHERE and zone != TITLE and (_is_aside(hit, article) or _is_listed(hit, article, away))
    return aside or article.after(hit).startswith(NAMED_AFTER)


def _is_aside(hit: Hit, article: Words) -> bool:
    """Whether it only serves as an example or a yardstick: "than Kazakhstan", "dirtier than in Almaty"."""
    two, one = article.before(hit)
    return one in ASIDE or (one in {"in", "в", "во"} and two in ASIDE)


def _is_listed(hit: Hit, article: Words, away: set[int]) -> bool:
    """Whether a place elsewhere stands before or after it: "Hungary, Egypt and Uzbekistan"."""
    left, right = hit.at - 1, hit.at + hit.pattern.length
    left -= article.all[left].lower() in AND
    right += right < len(article.all) and article.all[right].lower() in AND
    return left in away or right in away


def _ours(article: Words, away: set[int]) -> bool:
    for at, beside in enumerate(map(_asked_of, article.all)):
        if beside is not None and away.isdisjoint(at + step for step in beside):
            return True
    return False


@lru_cache(VOCABULARY)
def _asked_of(word: str) -> range | None:
    """Where, from a word that makes a story the outlet's own country's, a place elsewhere would say that it is not: in
    no place for "our". None for all other words."""
    word = word.lower()
    if word in OUR:
        return range(0)
    if OURS.fullmatch(word):
        return range(-1, 2)
    return range(-1, CITIZENS_OF + 1) if word.startswith(OUR_CITIZENS) else None


def _is_scene(hit: Hit, before: str, article: Words) -> bool:
    """Whether a title plays at the place elsewhere that it names: not where a guest or goods come from."""
    after = article.all[hit.at + hit.pattern.length].lower()
    if before in TOWARDS or after.startswith(GUESTS):
        return False
    at_its_end = before == "in" or (before in {"в", "во"} and article.all[hit.at].endswith(LOCATIVE))
    return at_its_end or hit.at < article.zones.count(TITLE) / 2
