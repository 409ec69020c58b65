"""Which entries of an answer are one article, and under which key each is known. Pure.

The base key is made of the guid, else the canonical address, else title and text, within the feed
(`clean.identity`). It names the article while its title, text or address change. Publishers reuse
guids and addresses, though: some have one for all articles. Where another article has the base key,
here or in what is held, the address is added to it, then the title, then the text, until no other
article has the key. What was once stored under a key is found again by its words, in whatever order
and company it comes, so a key changes neither when its twin leaves the feed nor when one arrives.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from typing import NamedTuple

from lib.models import Article
from lib.news import clean

Articles = tuple[Article, ...]
Names = Mapping[int, Sequence[str]]
"""Of each article, by its identity in memory, the keys that it may have, the base key first."""
Held = Callable[[Sequence[str]], Mapping[str, Article]]
"""Some keys to the articles that are stored under them, where there are any."""

_WORD = re.compile(r"\w{3,}")
_EDITED = 0.25  # of the words: two articles share those of grammar, two versions of one far more
_MAX_VERSIONS = 20  # of one address without a text that are compared by their titles


class _Group(NamedTuple):
    """The articles of an answer with one base key, each as its versions, the first of them
    first."""

    members: list[list[Article]]
    links: Counter[str]


def distinct(found: Sequence[Article], held: Held) -> tuple[Articles, Articles]:
    """The articles, each once and with its key, in their order; and those that repeat another of
    the same answer."""
    names = {id(article): _names(article) for article in found}
    known = held([name for each in names.values() for name in each])
    groups: dict[str, _Group] = {}
    for versions in _merged(found):
        group = groups.setdefault(versions[0].key, _Group([], Counter()))
        group.members.append(versions)
        group.links[_link(versions[0])] += 1
    keys = {id(one): key for group in groups.values() for one, key in _keyed(group, names, known)}
    single = (article for article in found if id(article) in keys)
    repeated = (article for article in found if id(article) not in keys)
    return tuple(replace(article, key=keys[id(article)]) for article in single), tuple(repeated)


def _names(article: Article) -> tuple[str, str, str, str]:
    by_link = clean.key_of((article.key, _link(article)))
    by_title = clean.key_of((by_link, article.title))
    return article.key, by_link, by_title, clean.key_of((by_title, article.excerpt))


def _merged(found: Sequence[Article]) -> Iterable[list[Article]]:
    """The entries, those of one article together: the same words under two addresses, or the same
    text under one, with another title."""
    merged: list[list[Article]] = []
    by_words: dict[tuple[str, ...], list[Article]] = {}
    by_link: dict[tuple[str, ...], list[list[Article]]] = {}
    for article in found:
        beside = by_link.setdefault((article.key, _link(article), article.excerpt), [])
        words = (article.key, article.title, article.excerpt or _link(article))
        retitled = (each for each in beside[:_MAX_VERSIONS] if _retitled(each[0], article))
        versions = by_words.get(words) or next(retitled, None)
        if versions is None:
            merged.append(versions := [])
            beside.append(versions)
        versions.append(article)
        by_words.setdefault(words, versions)
    return merged


def _retitled(one: Article, other: Article) -> bool:
    """Whether two entries with one address and the same text are one article. Where that text is
    empty, one title must hold the other."""
    words, others = _words(one.title), _words(other.title)
    return bool(one.excerpt or (words and words <= others) or (others and others <= words))


def _keyed(group: _Group, names: Names, known: Mapping[str, Article]) -> Iterator[tuple[Article, str]]:
    """A key for each article of a group: that under which its very words are stored, else that of
    which it is an edit, else the shortest that is no other's."""
    keys: dict[int, str] = {}
    taken: set[str] = set()
    for same in (_unchanged, _edit):
        for versions in group.members:
            one = id(versions[0])
            if one not in keys and (key := _stored(versions, names, known, taken, same, group)):
                keys[one] = key
                taken.add(key)
    shared = Counter(name for versions in group.members for name in names[id(versions[0])])
    for article, *_ in group.members:
        of = names[id(article)]
        free = (name for name in of if shared[name] == 1 and name not in known)
        yield article, keys.get(id(article)) or next(free, of[-1])


def _stored(
    versions: Sequence[Article],
    names: Names,
    known: Mapping[str, Article],
    taken: Set[str],
    same: Callable[[Article, Article, _Group], bool],
    group: _Group,
) -> str:
    """The longest key, not taken yet, under which an article is stored that is the `same` as one of
    the versions."""
    for article in versions:
        for name in reversed(names[id(article)]):
            if name in known and name not in taken and same(known[name], article, group):
                return name
    return ""


def _unchanged(before: Article, after: Article, _group: _Group) -> bool:
    words = (before.title, before.excerpt) == (after.title, after.excerpt)
    return words and bool(after.excerpt or _link(before) == _link(after))


def _edit(before: Article, after: Article, group: _Group) -> bool:
    """Whether `after` is what became of `before`: an edit keeps the address, a move the text. Where
    several articles of the answer have the address, some words must have stayed as well."""
    if _link(before) != _link(after):
        same_text = (before.excerpt or before.title) == (after.excerpt or after.title)
        return same_text and len(group.members) == 1
    if before.title == after.title or (after.excerpt and before.excerpt == after.excerpt):
        return True
    alone = group.links[_link(after)] == 1
    return alone and (_alike(before, after) or not _restamped(before, after))


def _alike(before: Article, after: Article) -> bool:
    words, others = (_words(f"{article.title} {article.excerpt}") for article in (before, after))
    return len(words & others) >= _EDITED * min(len(words), len(others))


def _restamped(before: Article, after: Article) -> bool:
    """Whether both have a date of their own, and not the same."""
    own = "inferred" not in (before.basis, after.basis)
    return own and (before.day, before.published) != (after.day, after.published)


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.lower()))


def _link(article: Article) -> str:
    return article.url or article.title
