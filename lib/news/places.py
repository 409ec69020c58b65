"""What an article says of each place, and how: what it is about is for `subjects` to weigh.

A place counts by where it stands and how it is said. Names that only sound like it, guests, natives who live elsewhere
and members of a list are told apart by the words beside it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise

from lib.catalog.rules import ELSEWHERE
from lib.countries import CODES, REGION
from lib.news.terms import DATELINE, LEDE, PLAIN, REST, STOP, TAIL, TITLE, VOCABULARY, WEAK, Beside, Hit, Words

PLACE_WEIGHTS = {TITLE: 3.0, LEDE: 2.0, REST: 1.0, TAIL: 0.5, DATELINE: 0.0}

# The words beside a place. A native of it who lives elsewhere is not its subject, nor is a restaurant of its name or
# what it is one of several examples for; and "a quota to Britain" is told of the country that has the quota.
BORN = {("born", "in"), ("родился", "в"), ("родилась", "в"), ("родом", "из")}
NATIVE, ORIGIN = ("уроженец", "уроженк", "уроженц"), ("born", "descent", "origin", "roots")
NAMED_AFTER = (
    *(
        "restaurant",
        "cafe",
        "café",
        "teahouse",
        "grill",
        "street",
        "square",
        "carpet",
        "rug",
        "suzani",
        "style",
        "yurt",
    ),
    *("language", "speaking", "язык"),
)
NAMED = (
    *("called", "named", "restaurant", "cafe", "café", "teahouse", "hotel", "ferry", "brand"),
    *("ресторан", "кафе", "чайхан", "улиц", "кинотеатр", "отел", "гостиниц", "столов", "шашлычн", "танкер", "сорт"),
)
NONE = {"no", "none", "нет"}  # "no citizens of Kazakhstan among the victims"
LEADING = 8  # words of a text: a list that it begins with is of those who act, the first of them above all
NEAR = 3  # words within which that is said of citizens
ASIDE = {
    *("among", "like", "than", "including", "include", "includes", "as", "besides", "alongside"),
    *("среди", "включая", "чем", "кроме", "помимо", "как", "подобно"),
}
AND = {"and", "or", "to", "и", "или", "до"}
CITIZENS = ("citizen", "national", "migrant", "worker", "гражда", "мигрант", "выходц", "уроженц", "трудов")
MEETINGS = (
    *("host", "summit", "meet", "met", "gather", "chair", "forum", "conference"),
    *("саммит", "встреч", "собрал", "прин", "председател", "форум", "заседан"),
)
PEOPLE = ("станцев", "станцы", "станцам", "станцами")  # "казахстанцев"
ACTORS = (
    *(
        "president",
        "premier",
        "minister",
        "envoy",
        "ambassador",
        "delegat",
        "counterpart",
        "leader",
        "side",
        "official",
    ),
    *("президент", "премьер", "министр", "посланник", "посол", "делегац", "коллег", "лидер", "сторон"),
)
THROUGH = {"via", "through", "через", "транзитом"}
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
        self.hosting: set[str] = set()  # where it meets
        self.opening: set[str] = set()  # that a sentence begins with, or whose citizens it tells of
        self.acting: set[str] = set()  # whose ministers or envoys act
        self.abroad = False
        away = _away(hits)
        self.ours = _ours(article, away)
        self.zones, self.start = article.zones, article.start
        beside = [article.beside(hit) for hit in hits]
        names = {_stem(hit, article) for hit, near in zip(hits, beside, strict=True) if _is_name(hit, near)}
        for hit, near in zip(hits, beside, strict=True):
            if _of_origin(near) or (names and _stem(hit, article) in names) or _none_of(hit, near, article):
                continue
            if hit.owner != ELSEWHERE:
                self._describe(hit, near, article)
            if _mentioned(hit, near, article, away):
                self.hinted[hit.owner].append(hit)
            else:
                self._say(hit, near, article)
        self.paired = _paired(self.said, article)

    def _describe(self, hit: Hit, near: Beside, article: Words) -> None:
        """What the words beside a place say of its part in the story."""
        if _hosts(hit, article):
            self.hosting.add(hit.owner)
        if article.zones[hit.at] == LEDE and near.after.startswith(ACTORS):
            self.acting.add(hit.owner)
        if near.before == STOP or any(word.startswith(CITIZENS) for word in near):
            self.opening.add(hit.owner)

    def _say(self, hit: Hit, near: Beside, article: Words) -> None:
        zone = article.zones[hit.at]
        self.scores[hit.owner] += PLACE_WEIGHTS[zone] * hit.weight / PLAIN
        self.said[hit.owner].append(hit)
        if zone == TITLE:
            self.titled.add(hit.owner)
            self.abroad |= hit.owner == ELSEWHERE and _is_scene(hit, near, article)

    def hits(self, place: str) -> list[Hit]:
        if place == REGION and place not in self.said:
            named = [self.said[code][0] for code in CODES if code in self.said]
            return self.hinted.get(place) or (named if len(named) > 1 else [])
        return self.said.get(place) or self.hinted.get(place, [])


def _paired(said: Mapping[str, list[Hit]], article: Words) -> dict[str, set[str]]:
    """Of each country the others that stand beside it in the text: "Kyrgyzstan, Kazakhstan and Uzbekistan agreed"."""
    ours = sorted((h.at, h.at + h.pattern.length, h.owner) for code in CODES for h in said.get(code, ()))
    paired: dict[str, set[str]] = defaultdict(set)
    row: set[str] = set()
    for (_, end, one), (at, _, other) in pairwise(ours):
        if at < article.start or not all(word.lower() in AND for word in article.all[end:at]):
            row = set()
            continue
        row |= {one, other}
        for each in row:
            paired[each] |= row - {each}
    return paired


def _away(hits: list[Hit]) -> set[int]:
    """The words that name places elsewhere."""
    elsewhere = (hit for hit in hits if hit.owner == ELSEWHERE and hit.weight > WEAK)
    return {at for hit in elsewhere for at in range(hit.at, hit.at + hit.pattern.length)}


def _of_origin(near: Beside) -> bool:
    return (near.two_before, near.before) in BORN or near.before.startswith(NATIVE) or near.after.startswith(ORIGIN)


def _hosts(hit: Hit, article: Words) -> bool:
    """Whether a meeting or its host is named beside it: "the Dushanbe summit", "met in Samarkand"."""
    around = article.all[max(0, hit.at - 3) : hit.at + hit.pattern.length + 2]
    return any(word.lower().startswith(MEETINGS) for word in around)


def _mentioned(hit: Hit, near: Beside, article: Words, away: set[int]) -> bool:
    """Whether a place is named in passing only."""
    zone = article.zones[hit.at]
    if hit.weight == WEAK or zone == DATELINE or near.before in THROUGH:
        return True
    aside = hit.owner != ELSEWHERE and zone != TITLE and (_is_aside(near) or _is_listed(hit, article, away))
    return aside or near.after.startswith(NAMED_AFTER)


def _is_name(hit: Hit, near: Beside) -> bool:
    """Whether it is what a café or a street is called. Said once, that holds for the whole article."""
    return hit.owner != ELSEWHERE and near.before.startswith(NAMED)


def _stem(hit: Hit, article: Words) -> str:
    """The word without its ending: "Ташкента" is "Ташкент"."""
    return article.spelled(hit).lower()[:6]


def _none_of(hit: Hit, near: Beside, article: Words) -> bool:
    """Whether it is said of its citizens that they are not concerned."""
    if not (near.before.startswith(CITIZENS) or near.two_before.startswith(CITIZENS)):
        spelled = article.spelled(hit).lower()
        if not (spelled.endswith(PEOPLE) or spelled.startswith(CITIZENS)):
            return False
    around = article.all[max(0, hit.at - NEAR) : hit.at + hit.pattern.length + NEAR]
    return not NONE.isdisjoint(word.lower() for word in around)


def _is_aside(near: Beside) -> bool:
    """Whether it only serves as an example or a yardstick: "than Kazakhstan", "dirtier than in Almaty"."""
    return near.before in ASIDE or (near.before in {"in", "в", "во"} and near.two_before in ASIDE)


def _is_listed(hit: Hit, article: Words, away: set[int]) -> bool:
    """Whether a place elsewhere stands before or after it: "Hungary, Egypt and Uzbekistan"."""
    left, right = hit.at - 1, hit.at + hit.pattern.length
    left -= article.all[left].lower() in AND
    right += right < len(article.all) and article.all[right].lower() in AND
    leads = hit.at < article.start + LEADING
    return left in away or (right in away and not leads)


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


def _is_scene(hit: Hit, near: Beside, article: Words) -> bool:
    """Whether a title plays at the place elsewhere that it begins with: not where a guest or goods come from."""
    if near.before in TOWARDS or near.after.startswith(GUESTS):
        return False
    return hit.at < article.titled / 2
