"""What a reader types in the search box: its grammar, and what of a text answers it. Pure functions.

    oil pipeline         both words, each at the beginning of a word (FTS5 does not stem Russian, so prefixes must do)
    "oil pipeline"       these very words, one after the other
    -gas  -"gas price"   not with them
    outlet:times         of outlets that have this in their name, or in the key of the feed; `-outlet:times`: of others
    lang:ru              in this language; two outlets or two languages are alternatives

Any characters whatsoever are a query. Stored text and a reader's text are folded to the same plain words here, since
engines part and fold text differently: to PostgreSQL alone, USD/KZT is a file name and 8-9 % holds the number -9.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import filterfalse
from typing import NamedTuple

MOST_WORDS = 16  # nobody types more; a pasted page should not become a query of a thousand terms
LONGEST_WORD = 64  # PostgreSQL refuses a query with a word of more than 2 kB
_WORD = re.compile(r"[^\W_]+")
# One sign in many spellings: that of Uzbek o‘ and g‘, and the apostrophe within a word (ma’lum,
# Qur'an). A letter modifier is never anything else. The others are quotes as well, so they part
# words at an edge, before an English ending (Tokayev's, don't), and after a French article or that
# of a name (d'Ivoire).
_MODIFIERS = "\u02b9\u02bb\u02bc\u02bd\ua78c"
_QUOTE_SIGNS = "'`\u00b4\u2018\u2019\u201b\u2032\u2035\uff07"
_IN_WORD = re.compile(  # the sign first: a set is looked for ten times as fast as what stands before it
    rf"[{_MODIFIERS}{_QUOTE_SIGNS}](?i:(?<=[{_MODIFIERS}])|(?<=[^\W\d_].)(?<!\b[dljmnstcдл].)"
    rf"(?=[^\W\d_])(?!(?:s|d|re|ve|ll|(?<=n.)t)(?![^\W_{_MODIFIERS}])))"
)
_QUOTES = str.maketrans("“”„«»", '"""""')  # what a telephone and a Russian keyboard write
_PART = re.compile(
    r'(?P<minus>-?)(?:(?P<field>outlet|lang):)?(?:"(?P<phrase>[^"]*)"?|(?P<bare>[^\s"]+))', re.IGNORECASE
)


class Term(NamedTuple):
    """One thing that is asked for: folded words, all of which must be found; one after the other, and whole, in a
    phrase, else each as the beginning of a word. Without words it finds nothing. `field` is empty, outlet or lang."""

    words: tuple[str, ...]
    phrase: bool = False
    excluded: bool = False
    field: str = ""


def split(text: str) -> list[str]:
    """The words of a text in lower case, without accents and the apostrophes within them: Türkmenistan is turkmenistan,
    ещё is еще, and Oʻzbekiston is ozbekiston."""
    return [word[:LONGEST_WORD] for word in _WORD.findall(_plain(_IN_WORD.sub("", text)))]


@lru_cache(maxsize=1024)
def parse(text: str) -> tuple[Term, ...] | None:
    """What is asked for; None when the text is blank. Text without a letter or digit asks for what nothing has."""
    if not text.strip():
        return None
    asked: list[Term] = []
    room = MOST_WORDS
    for term in _parts(text.translate(_QUOTES)):
        if term.words or term.field:
            asked.append(term._replace(words=term.words[:room]))
            room -= len(term.words)
        if room <= 0:
            break
    return tuple(asked) or (Term(()),)


def terms(text: str) -> tuple[Term, ...]:
    """The words and phrases that a text which answers the query has: what to highlight."""
    return tuple(t for t in parse(text) or () if t.words and not t.field and not t.excluded)


def highlight(text: str, query: str) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it is a word or phrase that the query asks for."""
    words = list(_placed(text))
    folded = [word for word, _, _ in words]
    spans = sorted((words[i][1], words[j - 1][2]) for term in terms(query) for i, j in _answers(folded, term))
    pieces: list[tuple[str, bool]] = []
    at = 0
    for start, end in spans:
        if end > at:
            pieces += [(text[at : max(start, at)], False), (text[max(start, at) : end], True)]
            at = end
    return [piece for piece in (*pieces, (text[at:], False)) if piece[0]]


def _parts(text: str) -> Iterator[Term]:
    for part in _PART.finditer(text):
        excluded, field = bool(part["minus"]), (part["field"] or "").lower()
        words = tuple(split(part["bare"] if part["phrase"] is None else part["phrase"]))
        if excluded or field or part["phrase"] is not None:
            yield Term(words, part["phrase"] is not None, excluded, field)
        else:
            yield from (Term((word,)) for word in words)


def _plain(text: str) -> str:
    if text.isascii():  # in a tenth of the time
        return text.lower()
    return "".join(filterfalse(unicodedata.combining, unicodedata.normalize("NFKD", text))).casefold()


def _placed(text: str) -> Iterator[tuple[str, int, int]]:
    """The words of a text as `split` folds them, each with where it begins and ends in the text."""
    letters: list[str] = []
    origin: list[int] = []
    dropped = {sign.start() for sign in _IN_WORD.finditer(text)}
    for place, char in enumerate(text):
        plain = "" if place in dropped else _plain(char)
        letters.append(plain)
        origin += [place] * len(plain)
    for word in _WORD.finditer("".join(letters)):
        end = origin[word.end() - 1] + 1
        while end < len(text) and (end in dropped or unicodedata.combining(text[end])):
            end += 1
        yield word[0][:LONGEST_WORD], origin[word.start()], end


def _answers(words: Sequence[str], term: Term) -> Iterator[tuple[int, int]]:
    """Which runs of `words`, from and to, answer the term."""
    if not term.phrase:
        yield from ((i, i + 1) for i, word in enumerate(words) if word.startswith(term.words))
        return
    length = len(term.words)
    for i in range(len(words) - length + 1):
        if tuple(words[i : i + length]) == term.words:
            yield i, i + length
