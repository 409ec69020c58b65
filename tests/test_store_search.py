"""Words in articles. Both engines are held against the same tables and the same rule, so they agree with each other."""

from __future__ import annotations

import random

from lib.models import ArticleFilter
from lib.store import Store
from lib.store.search import LONGEST_WORD, MOST_WORDS
from tests.conftest import article


def keys(store: Store, words: str) -> str:
    """The keys of the articles found, sorted, as one string."""
    return "".join(sorted(a.key for a in store.articles.page(ArticleFilter(words=words), 1, 1000).articles))


TEXTS = {
    "a": ("Tenge weakens to 478.77 per dollar", "The USD/KZT pair rose 8-9% in 2025; NBK's U.S. reserves fell."),
    "b": ("Тенге ослаб: «Казахстан» поднял ставку", "Казахстанская валюта потеряла 1,5% — ещё неделя роста цен."),
    "c": ("Türkmenistan's gas: Aşgabat signs", "TAPI-pipeline_deal worth $10bn, gazeta.uz says; e-mail a@b.uz"),
    "d": ("Курс сома и сомони", "О курсе: №7, Ўзбекистон, Қазақстан, ТОҶИКИСТОН. ٣"),
}


FOUND = {
    "tenge": "a",
    "TENGE": "a",
    "ten": "a",
    "enge": "",
    "tenge dollar": "a",
    "dollar, tenge!": "a",
    "tenge euro": "",
    "weak pair": "a",
    "478.77": "a",
    "478": "a",
    "77": "a",
    "usd/kzt": "a",
    "kzt": "a",
    "9%": "a",
    "8-9": "a",
    "U.S. fell": "a",
    "NBK's": "a",
    "тенге": "b",
    "ТЕНГЕ": "b",
    "казахстан": "b",
    "Казахстанск": "b",
    "казахстанский": "",
    "курс": "d",
    "курсом": "",
    "сом": "d",
    "еще": "b",
    "ЕЩЁ": "b",
    "1,5": "b",
    "«Казахстан»": "b",
    "ўзбек": "d",
    "тоҷик": "d",
    "№7": "d",
    "turkmenistan": "c",
    "Türkmenistan": "c",
    "Tu\u0308rkmen": "c",
    "asgabat": "c",
    "pipeline_deal": "c",
    "gazeta.uz": "c",
    "uz": "c",
    "a@b.uz": "c",
    "mail": "c",
    "": "abcd",
    " \t\n": "abcd",
    "...": "",
    "tenge …": "a",
    "тенге tenge": "",
}
HOSTILE = (
    '"',
    "'",
    'tenge" OR "a',
    "tenge' OR 1=1 --",
    "NEAR(tenge dollar, 5)",
    "title:euro",
    "title : tenge",
    "^ruble",
    "* : ^ ( ) { } + - ~ \\",
    "tenge AND NOT dollar",
    "euro | tenge & ! (",
    "tenge:*A euro",
    "tenge <-> euro",
    "te\0nge",
    "\0",
    "\ud800",
    "🇰🇿 🤝",
    "%_%",
    "½ ² ٣ Ⅷ 人民 𞤀𞤁",
    "\u0301\u0308",
    "(" * 10_000,
    "x" * 10_000,
    "ы " * 5_000,
)


def test_each_word_must_begin_a_word_of_title_or_excerpt(store: Store) -> None:
    store.articles.add(article(key, *text) for key, text in TEXTS.items())
    assert {words: keys(store, words) for words in FOUND} == FOUND


def test_hostile_words_find_nothing_and_break_nothing(store: Store) -> None:
    store.articles.add(article(key, *text) for key, text in TEXTS.items())
    assert [words[:40] for words in HOSTILE if keys(store, words)] == []


def test_operators_are_words_like_others(store: Store) -> None:
    store.articles.add([article("a", "Neither near nor far, and not or"), article("b", "near")])
    assert keys(store, "NEAR AND NOT OR") == "a"


def test_words_beyond_the_most_are_not_asked_for(store: Store) -> None:
    store.articles.add([article("a", "tenge")])
    assert keys(store, "tenge " * MOST_WORDS + "euro") == "a"


def test_word_of_any_length_is_found(store: Store) -> None:
    endless = "ы" * 5000
    store.articles.add([article("a", endless)])
    assert keys(store, endless) == keys(store, "ы" * (LONGEST_WORD - 1)) == "a"


def test_random_texts_and_words_give_what_the_rule_says(store: Store) -> None:
    chance = random.Random(5)

    def text() -> str:
        return "".join(chance.choices("ab1e.0 -ёяЖ/x_", k=chance.randrange(1, 12)))

    def parts(of: str) -> list[str]:
        return "".join(c if c.isalnum() else " " for c in of.lower().replace("ё", "е")).split()

    def matches(title: str, words: str) -> bool:
        asked = parts(words)
        return bool(asked) and all(any(part.startswith(word) for part in parts(title)) for word in asked)

    texts = {f"{n:03}": text() for n in range(150)}
    store.articles.add(article(key, title) for key, title in texts.items())
    for words in [w for w in (text() for _ in range(150)) if w.strip()]:
        expected = sorted(key for key, title in texts.items() if matches(title, words))
        assert keys(store, words) == "".join(expected), words
