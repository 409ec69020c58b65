"""Words in articles. Both engines are held against the same tables and the same rule, so they agree with each other."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from lib.models import ArticleFilter
from lib.store import Store
from lib.store.query import LONGEST_WORD, MOST_WORDS, Term, highlight, split, terms
from tests.conftest import article


def keys(store: Store, words: str) -> str:
    """The keys of the articles found, sorted, as one string."""
    return "".join(sorted(a.key for a in store.articles.page(ArticleFilter(words=words), 1, 1000).articles))


TEXTS = {
    "a": ("Tenge weakens to 478.77 per dollar", "The USD/KZT pair rose 8-9% in 2025; NBK's U.S. reserves fell."),
    "b": ("Тенге ослаб: «Казахстан» поднял ставку", "Казахстанская валюта потеряла 1,5% — ещё неделя роста цен."),
    "c": ("Türkmenistan's gas: Aşgabat signs", "TAPI-pipeline_deal worth $10bn, gazeta.uz says; e-mail a@b.uz"),
    "e": ("Oʻzbekiston soʻmi: maʼlumot", "O’sh, Qur'an, d'Ivoire, bank’s G‘alla - don't"),
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
    **dict.fromkeys(("oʻzbekiston", "o'zbekiston", "O‘zbekiston", "o`zbek", "o’zbek", "oʼzbek"), "e"),
    **dict.fromkeys(("so'm", "soʻm", "so´m", "so′m", "som", '"so`mi"', "SO'M"), "e"),
    **dict.fromkeys(("maʼlumot", "ma'lumot", "malumot", "o'sh", "gʻalla", "g'alla", "quran"), "e"),
    **dict.fromkeys(("ivoire", "d'ivoire", '"bank"', "don't", "don’t"), "e"),
    "so'mi -o`zbek": "",
    "pipeline_deal": "c",
    "gazeta.uz": "c",
    "uz": "c",
    "a@b.uz": "c",
    "mail": "c",
    "": "abcde",
    " \t\n": "abcde",
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
        def has(word: str) -> bool:
            return any(part.startswith(word) for part in parts(title))

        wanted = [part for token in words.split() if not token.startswith("-") for part in parts(token)]
        without = [asked for token in words.split() if token.startswith("-") and (asked := parts(token))]
        return bool(wanted or without) and all(map(has, wanted)) and not any(all(map(has, asked)) for asked in without)

    texts = {f"{n:03}": text() for n in range(150)}
    store.articles.add(article(key, title) for key, title in texts.items())
    for words in [w for w in (text() for _ in range(150)) if w.strip()]:
        expected = sorted(key for key, title in texts.items() if matches(title, words))
        assert keys(store, words) == "".join(expected), words


# Phrases, exclusions, outlets and languages.

GRAMMAR = {
    '"usd kzt"': "a",
    '"kzt usd"': "",
    '"per dollar"': "a",
    '"dollar the"': "",  # the title's last word and the excerpt's first
    '"per dol"': "",
    "“per dollar”": "a",
    '"per dollar': "a",
    'tenge "per dollar"': "a",
    'euro "per dollar"': "",
    '""': "",
    "-tenge": "bcd",
    "-тенге -tenge": "cd",
    "курс -сома": "",
    "курс -доллар": "d",
    '-"per dollar"': "bcd",
    '-"dollar per"': "abcd",
    "-usd/kzt": "bcd",
    "-usd/eur": "abcd",
    "-": "",
    "- tenge": "a",
    "-...": "",
    "tenge -...": "a",
    "tenge–": "a",
    "outlet:times": "ab",
    "OUTLET:Times": "ab",
    'outlet:"times of central"': "ab",
    'outlet:"central times"': "",
    "outlet:timesca": "a",
    "outlet:sputnik": "c",
    "-outlet:times": "cd",
    "outlet:sputnik outlet:24": "cd",
    "tenge outlet:sputnik": "",
    "outlet:nobody": "",
    "-outlet:nobody": "abcd",
    "outlet:...": "",
    "-outlet:...": "abcd",
    "outlet:": "",
    "lang:ru": "bd",
    "LANG:RU": "bd",
    "-lang:ru": "ac",
    "lang:r": "",
    "lang:en lang:ru": "abcd",
    'lang:ru -"курс сома"': "b",
}


PLACES = {
    "a": ("timesca", "The Times of Central Asia", "en"),
    "b": ("ca_news", "The Times of Central Asia", "ru"),
    "c": ("sputnik_en", "Sputnik", "en"),
    "d": ("kg24", "24.kg", "ru"),
}


def test_grammar_means_the_same_on_both_engines(store: Store) -> None:
    made = {key: article(key, *text) for key, text in TEXTS.items()}
    store.articles.add(replace(made[k], feed=f, outlet=o, language=lang) for k, (f, o, lang) in PLACES.items())
    assert {words: keys(store, words) for words in GRAMMAR} == GRAMMAR


def test_best_puts_titles_with_the_words_first_and_each_part_newest_first(store: Store) -> None:
    store.articles.add(
        [
            article("a", "Gas", "and oil", day="2026-09-04"),
            article("b", "Oil and gas", day="2026-09-01"),
            article("c", "Rail", "oil, gas", day="2026-09-03"),
            article("d", "Gas, oil", day="2026-09-02"),
        ]
    )

    def order(size: int, **wanted: Any) -> list[str]:
        pages = [store.articles.page(ArticleFilter(**wanted), n, size).articles for n in range(1, -(-4 // size) + 1)]
        return [a.key for page in pages for a in page]

    for size in (1, 2, 3, 4):
        assert order(size, words="oil gas", sort="best") == ["d", "b", "a", "c"]
        assert order(size, words="oil gas") == ["a", "c", "d", "b"]
        assert order(size, words="-rail", sort="best")[0] == "a"
    assert order(4, words='"gas oil"', sort="best") == ["d"]


def test_phrase_in_the_title_comes_before_one_in_the_excerpt(store: Store) -> None:
    store.articles.add([article("a", "Rail", "gas oil", day="2026-09-04"), article("b", "Gas oil", day="2026-09-01")])
    found = store.articles.page(ArticleFilter(words='"gas oil"', sort="best"), 1, 9).articles
    assert [a.key for a in found] == ["b", "a"]


def test_what_was_written_after_a_search_is_found_by_the_next(store: Store) -> None:
    store.articles.add([article("a", "Oil")])
    assert keys(store, "oil") == "a"
    store.articles.add([article("b", "Oil"), article("a", "Gas")])
    assert keys(store, "oil") == "b"


def test_words_are_indexed_on_either_engine(store: Store) -> None:
    inspected = sa.inspect(store._engine)
    assert "articles_words" in {
        *inspected.get_table_names(),
        *(index["name"] for index in inspected.get_indexes("articles")),
    }


# Highlights: pure.


def marked(text: str, query: str) -> str:
    return "".join(f"[{piece}]" if hit else piece for piece, hit in highlight(text, query))


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        ("Tenge weakens, tenge's day", "tenge", "[Tenge] weakens, [tenge]'s day"),
        ("Tenge weakens", "ten weak", "[Tenge] [weakens]"),
        ("Türkmenistan’s gas", "turkmen", "[Türkmenistan]’s gas"),
        ("Tu\u0308rkmen\u0308, ещё", "turkmen ЕЩЕ", "[Tu\u0308rkmen\u0308], [ещё]"),
        ("gas oil, oil — gas", '"oil gas"', "gas oil, [oil — gas]"),
        ("oil gas", '"oil ga"', "oil gas"),
        ("a b a b a", '"a b a"', "[a b a][ b a]"),
        ("oil gas", "oil -gas", "[oil] gas"),
        ("times lang ru", "outlet:times lang:ru", "times lang ru"),
        ("Oʻzbekiston soʻmi", "o'zbek som", "[Oʻzbekiston] [soʻmi]"),
        ("1 so'm, 2 so`m", '"soʻm"', "1 [so'm], 2 [so`m]"),
        ("'soʻ' ʼ", "so'", "'[soʻ]' ʼ"),
        ("№7 and ½", "no7 1", "[№7] and [½]"),
        ("oil", "", "oil"),
        ("", "oil", ""),
        ("oil", "...", "oil"),
    ],
)
def test_highlight_marks_what_answers(text: str, query: str, expected: str) -> None:
    assert marked(text, query) == expected


def test_pieces_of_any_text_make_up_the_text_and_marks_agree_with_the_search() -> None:
    chance = random.Random(7)
    for _ in range(2000):
        text, query = ("".join(chance.choices("aбё1 -\"_/\u0308½ﬁß:\ud800\u02bb'’ds", k=12)) for _ in range(2))
        pieces = highlight(text, query)
        assert "".join(piece for piece, _ in pieces) == text
        assert all(split(piece) for piece, hit in pieces if hit)
        words = {word for term in terms(query) if not term.phrase for word in term.words}
        assert any(w.startswith(tuple(words)) for w in split(text)) <= any(hit for _, hit in pieces)


def test_terms_are_the_words_and_phrases_that_are_asked_for() -> None:
    assert terms('Oil "gas price" -rail outlet:times') == (Term(("oil",)), Term(("gas", "price"), phrase=True))
    assert terms(" ") == terms("...") == ()
