"""Countries and topics of an article by rules given as data. Pure: title and text in, tags with their reasons out.

The countries are found here; `topics` finds the topics, and `terms` the words that both go by.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache

from lib.catalog.rules import ELSEWHERE, Rules
from lib.countries import CODES, REGION
from lib.models import Tag
from lib.news import topics
from lib.news.terms import DATELINE, TITLE, Hit, Index, Words, reason, words_of

# All weights and thresholds below were set on 340 articles labelled by hand, none of them in this repository; any one
# may move by a fifth and moves F1 by 0.002 at most.
PLACE_WEIGHTS = (3.0, 2.0, 1.0)  # in the title, the lede, the rest
STRONG, PLAIN, WEAK = 3.0, 2.0, 1.0
SHARE = 0.4  # a country outside the title needs this part of the leading country's score
SEVERAL, DOMINATES = 4, 2.0  # four countries side by side are "the region", unless one is named twice as much
REGION_SCORE = 3.0  # "Central Asia" in the title, or twice in the text
ABROAD = 5.0  # places elsewhere in title and text
BESIDE_HOME = 3.0  # what a country outside the title needs beside the outlet's own

# What stands before a place. A native of it who competes for another country is not its subject, nor is what goods
# pass through; and "a quota to Britain" is told of the country that has the quota.
BORN = {("born", "in"), ("родился", "в"), ("родилась", "в"), ("родом", "из")}
THROUGH = {"via", "through", "через", "транзитом"}
WITH = {"with", "с", "со"}  # "the border with Kazakhstan" has the outlet's own country on its other side
LOCATIVE = ("е", "и", "ах")  # "в Россию" is a way, "в России" a scene
GUESTS = (
    *("compan", "firm", "investor", "business", "bank", "lender", "carmaker", "tourist", "student", "buyer", "fund"),
    *("компани", "фирм", "инвестор", "бизнес", "банк", "предприним", "завод", "турист", "студент", "фонд", "концерн"),
)
TOWARDS = {"to", "from", "for", "with", "из", "с", "со", "для", "к", "ко", "от"} | THROUGH


def tag(title: str, text: str, feed_country: str, rules: Rules) -> tuple[Tag, ...]:
    """The countries, most named first, then the topics, strongest first. `feed_country` is the country of a national
    outlet, or empty: it is taken for the article's own unless the article is plainly about another place."""
    words = words_of(title, text)
    hits, rows = _index(rules).find(words.all)
    places = [hit for hit in hits if hit.owner in rules.places]
    found = Places(places, words)
    named = _countries(found, feed_country)
    countries = [Tag("country", place, reason(found.hits(place), words) or "national outlet") for place in named]
    setting = topics.Setting(
        len(named) - (REGION in named),
        REGION in named,
        bool(feed_country),
        ELSEWHERE in found.said or ELSEWHERE in found.hinted,
        ELSEWHERE in found.titled,
    )
    about = [hit for hit in hits if hit.owner not in rules.places]
    return *countries, *topics.topics(about, rows, words, setting, rules.learned)


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
        for terms, weight in (
            (t.strong, topics.STRONG),
            (t.plain, topics.PLAIN),
            (t.weak, topics.WEAK),
            (t.lookalikes, 0.0),
        )
        for term in terms
    ]
    return Index(weighted, rules.learned.rows if rules.learned else {})


class Places:
    """What an article says of each place: how much, where, and whether its title is about a place elsewhere."""

    def __init__(self, hits: list[Hit], article: Words) -> None:
        self.scores: dict[str, float] = defaultdict(float)
        self.said: dict[str, list[Hit]] = {}
        self.hinted: dict[str, list[Hit]] = {}
        self.titled: set[str] = set()
        self.abroad = self.with_neighbour = False
        for hit in hits:
            zone, before = article.zones[hit.at], article.before(hit)
            if before in BORN:
                continue
            if hit.weight == WEAK or zone == DATELINE or (before[1] in THROUGH and zone != TITLE):
                self.hinted.setdefault(hit.owner, []).append(hit)
                continue
            self.scores[hit.owner] += PLACE_WEIGHTS[zone] * hit.weight / PLAIN
            self.said.setdefault(hit.owner, []).append(hit)
            if zone == TITLE:
                self.titled.add(hit.owner)
                self.with_neighbour |= hit.owner != ELSEWHERE and before[1] in WITH
                self.abroad |= hit.owner == ELSEWHERE and _is_scene(hit, before[1], article)
        self.abroad |= ELSEWHERE in self.titled and self.scores[ELSEWHERE] >= ABROAD

    def hits(self, place: str) -> list[Hit]:
        if place == REGION and place not in self.said:
            return [self.said[code][0] for code in CODES if code in self.said] or self.hinted.get(place, [])
        return self.said.get(place) or self.hinted.get(place, [])


def _is_scene(hit: Hit, before: str, article: Words) -> bool:
    """Whether a title plays at the place elsewhere that it names: not where a guest or goods come from."""
    after = article.all[hit.at + hit.pattern.length].lower()
    if before in TOWARDS or after.startswith(GUESTS):
        return False
    at_its_end = before == "in" or (before in {"в", "во"} and article.all[hit.at].endswith(LOCATIVE))
    return at_its_end or hit.at < article.zones.count(TITLE) / 2


def _countries(found: Places, home: str) -> list[str]:
    named = _at_home(found, home) if home else _named(found)
    if not named and not home:
        hinted = [place for place in found.hinted if place != ELSEWHERE]
        here = not found.abroad if hinted == [REGION] else not found.scores[ELSEWHERE]
        named = hinted if here else []
    return sorted(named, key=lambda place: -found.scores[place])


def _at_home(found: Places, home: str) -> list[str]:
    """The places of a national outlet's article. What it does not say of another country it says of its own."""
    named = _named(found)
    said = home in found.said or home in found.hinted or found.with_neighbour
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
