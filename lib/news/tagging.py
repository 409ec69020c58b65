"""Countries and topics of an article by rules given as data. Pure: title and text in, tags with their reasons out.

`places` tells what is said of each country and `subjects` which of them the article is about, `topics` finds the
topics, and `terms` the words that all go by.
"""

from __future__ import annotations

from functools import cache

from lib.catalog.rules import Rules, fold
from lib.models import Tag
from lib.news import topics
from lib.news.places import Places
from lib.news.subjects import countries_of
from lib.news.terms import PLAIN, STRONG, WEAK, Hit, Index, Words, reason, words_of

NAMESAKE = "/"  # between a place and the number of its namesake: whose words stand beside it


def tag(title: str, text: str, feed_country: str, rules: Rules) -> tuple[Tag, ...]:
    """The countries, most named first, then the topics, strongest first. `feed_country` is the country of a national
    outlet, or empty: what such an outlet tells without naming a place is mostly its own country's."""
    words = words_of(title, text)
    hits = _index(rules).find(words.all)
    found = Places(own(hits, words, rules), words)
    beside_news = bool(topics.RUBRIC.search(title))
    named = countries_of(found, "" if beside_news else feed_country)
    countries = [Tag("country", place, reason(found.hits(place), words) or "national outlet") for place in named]
    if beside_news:
        return tuple(countries)
    return *countries, *topics.topics((hit for hit in hits if hit.owner in rules.topics), words)


def own(hits: list[Hit], words: Words, rules: Rules) -> list[Hit]:
    """The hits of places, without those whose words stand for something else here."""
    beside = {hit.owner for hit in hits if NAMESAKE in hit.owner}
    others = [(key, rules.places[key].namesakes[int(nth)]) for key, nth in (each.split(NAMESAKE) for each in beside)]
    return [
        hit
        for hit in hits
        if hit.owner in rules.places
        and not any(key == hit.owner and _stands(words.all[hit.at], namesake.words) for key, namesake in others)
    ]


def _stands(word: str, terms: tuple[str, ...]) -> bool:
    word = fold(word)
    return any(word.startswith(term[:-1]) if term.endswith("*") else word == term for term in terms)


@cache
def _index(rules: Rules) -> Index:
    weighted = [
        (term, key, weight)
        for key, place in rules.places.items()
        for terms, weight in ((place.sure, STRONG), (place.terms, PLAIN), (place.hints, WEAK), (place.lookalikes, 0.0))
        for term in terms
    ]
    weighted += [
        (term, f"{key}{NAMESAKE}{nth}", PLAIN)
        for key, place in rules.places.items()
        for nth, namesake in enumerate(place.namesakes)
        for term in namesake.beside
    ]
    weighted += [
        (term, key, weight)
        for key, t in rules.topics.items()
        for terms, weight in (
            (t.strong, STRONG),
            (t.plain, PLAIN),
            (t.weak, WEAK),
            (t.lookalikes, 0.0),
        )
        for term in terms
    ]
    return Index(weighted)
