"""HTML to plain text, canonical addresses and identities: one oddity a case."""

from __future__ import annotations

import time

import pytest

from lib.news import clean

ITEM = "https://steppe.example/2026/11/rate/"
RTL_OVERRIDE, ZERO_WIDTH, SOFT_HYPHEN, NBSP = "\u202e", "\u200b", "\u00ad", "\u00a0"


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One</p><p>Two</p>", "One Two"),
        ("<li>one</li><li>two</li>a<br/>b", "one two a b"),
        ("un<b>bold</b>ed", "unbolded"),
        ("before<script>steal('x')</script><style>p{}</style> after", "before after"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;Hi", "Hi"),
        ("<figure><img src=x><figcaption>Photo: agency</figcaption></figure>Text", "Text"),
        ("<!-- more -->Text", "Text"),
        ("<iframe src='https://v.example/' />Text", "Text"),
        ("<iframe/>Text<IFRAME src=x /> and more", "Text and more"),
        ("<script src=x /><p>Text</p><script>steal()</script>", "Text"),
        ("<script src='x' />steal()</script>Text", "Text"),
        ("<iframe src=https://v.example/>steal()</iframe>Text", "Text"),
        ("<a href='javascript:alert(1)' onclick=x()>Text</a>", "Text"),
        ("5 &lt; 7 &amp; 9 > 3", "5 < 7 & 9 > 3"),
        ("rates &amp;#8211; up &amp;amp; down", "rates – up & down"),
        ("Banks &amp;lt;b&amp;gt;merge", "Banks merge"),
        (f"11{NBSP}850&nbsp;sums\t\n now", "11 850 sums now"),
        (f"a{RTL_OVERRIDE}b{ZERO_WIDTH}c{SOFT_HYPHEN}d\x07e", "abcde"),
        ("a&#x202E;b", "ab"),
        ("a\ud83db", "ab"),
        ("family 👨\u200d👩\u200d👧", "family 👨\u200d👩\u200d👧"),
        ("**bold** _it_ [x](javascript:alert(1)) `code` # $x$", "**bold** _it_ [x](javascript:alert(1)) `code` # $x$"),
        ("Кыргыз и\u0306ога", "Кыргыз йога"),
    ],
)
def test_plain_text(markup: str, text: str) -> None:
    assert clean.plain(markup) == text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ('[caption id="a" width="8"]<img src=x> Photo[/caption]Text', "Text"),
        ('\\[caption id="a"]Photo\\[/caption]Text', "Text"),
        ('[caption id="a"]Text that is never closed', "Text that is never closed"),
        ("[gallery ids='1,2']Text[vc_row][/vc_row]", "Text"),
        ("[embed]https://v.example/1[/embed]Text", "Text"),
        ("He was &#8220;suprised&#8221; [sic] by it", "He was “suprised” [sic] by it"),
        ("[our translation] of [the] law", "[our translation] of [the] law"),
    ],
)
def test_shortcodes_are_known_by_name(markup: str, text: str) -> None:
    assert clean.plain(markup) == text


@pytest.mark.parametrize(
    "footer",
    [
        "<p>The post Rate held appeared first on The Steppe Post.</p>",
        "<p>The post <a href='#'>The post office is back</a> first appeared on <a href='#'>Steppe</a>.</p>",
        "<p>Сообщение <a href='#'>Ставка</a> появились сначала на <a href='#'>Степь</a>.</p>",
        "<p>Запись Ставка впервые появилась Степь.</p>",
        f"<p><a href='{ITEM}?utm_source=rss'>Мөлшерлеме</a> алғаш рет <a href='https://steppe.example/'>Дала</a></p>",
    ],
)
def test_the_footer_of_a_wordpress_feed_is_cut(footer: str) -> None:
    assert clean.prose(f"<p>The rate was held.</p>\n{footer}\n", ITEM) == "The rate was held."


def test_a_sentence_about_a_post_survives_the_footer() -> None:
    text = "The post of governor is free. The post Rate held appeared first on The Steppe Post."
    assert clean.prose(text, ITEM) == "The post of governor is free."


@pytest.mark.parametrize(
    "markup",
    [
        "<p>The post of governor went to a banker.</p>",
        "<p>Статья о реформе опубликована в газете.</p>",
        f"<p>See <a href='{ITEM}'>the decision</a>.</p>",
        "<p>A mirror of <a href='https://steppe.example/'>the site</a>.</p>",
    ],
)
def test_a_last_paragraph_that_is_no_footer_stays(markup: str) -> None:
    assert clean.prose(markup, ITEM) == clean.plain(markup)


@pytest.mark.parametrize(
    "ending",
    [
        " [&#8230;]",
        " [...]",
        "...",
        "…",
        " [&hellip;] <a href='#'>Read more</a>",
        "… Continue reading",
        ". Read More »",
        ". <a href='#'>Читать далее</a>",
        ". Подробнее →",
    ],
)
def test_a_shortened_text_ends_in_one_ellipsis(ending: str) -> None:
    assert clean.prose(f"<p>The bank kept the rate{ending}</p>", ITEM) == "The bank kept the rate…"


@pytest.mark.parametrize("text", ["People should read more.", "Читатели хотят подробнее", "He waited... then left."])
def test_words_that_only_look_like_a_shortening_stay(text: str) -> None:
    assert clean.prose(text, ITEM) == text


def test_a_text_of_nothing_but_a_shortening_is_empty() -> None:
    assert clean.prose("<p>[&#8230;]</p>", ITEM) == ""


def test_an_excerpt_is_cut_at_a_word() -> None:
    text = "rate, " * 60
    short = clean.excerpt(text)
    assert 290 < len(short) <= clean.EXCERPT
    assert short.endswith("rate, rate…"), "no comma before the ellipsis"
    assert short.count("…") == 1


def test_an_excerpt_of_a_short_text_is_the_text() -> None:
    assert clean.excerpt("a" * 300) == "a" * 300


def test_an_excerpt_of_one_endless_word_is_cut_all_the_same() -> None:
    assert clean.excerpt("a" * 301) == "a" * 299 + "…"


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("HTTPS://Steppe.Example:443/A?b=C", "https://steppe.example/A?b=C"),
        ("http://steppe.example:80/", "http://steppe.example/"),
        ("http://steppe.example:8080/a", "http://steppe.example:8080/a"),
        ("https://steppe.example/a?utm_source=x&UTM_Medium=y&id=7&fbclid=z#more", "https://steppe.example/a?id=7"),
        ("https://steppe.example/a?gclid=1&yclid=2&_openstat=3&ysclid=4&mc_cid=5", "https://steppe.example/a"),
        ("https://steppe.example/?q=a%20b&empty=&flag", "https://steppe.example/?q=a%20b&empty=&flag"),
        ("https://steppe.example/?reference=utm_source", "https://steppe.example/?reference=utm_source"),
        (" https://steppe.example/a b ", "https://steppe.example/a%20b"),
        ("https://steppe.example/новости/1", "https://steppe.example/новости/1"),
        ("/news/1", "https://steppe.example/news/1"),
        ("//cdn.example/a", "https://cdn.example/a"),
        ("news/1", "https://steppe.example/news/1"),
        ("?id=2", "https://steppe.example/?id=2"),
        ("../1.html", "https://steppe.example/1.html"),
        ("www.steppe.example/1", "https://www.steppe.example/1"),
        ("steppe.example/1", "https://steppe.example/1"),
        ("https://steppe.example/\r\n    news/\t1", "https://steppe.example/news/1"),
        ("https://steppe.example/#!/news/1", "https://steppe.example/#!/news/1"),
        ("https://steppe.example/live#p1", "https://steppe.example/live"),
        ("#p1", ""),
        ("none", ""),
        ("Rate held at 18%.", ""),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("ftp://steppe.example/a", ""),
        ("urn:uuid:1", ""),
        ("https:///a", ""),
        ("https://steppe.example:99999/", ""),
        ("https://[steppe/", ""),
        ("", ""),
    ],
)
def test_canonical_address(link: str, url: str) -> None:
    assert clean.canonical(link, "https://steppe.example/") == url


def test_identity_prefers_the_guid_then_the_address_then_the_words() -> None:
    assert clean.identity("steppe", "7", "https://a.example/", "T", "x") == ("guid", "steppe", "7")
    assert clean.identity("steppe", "", "https://a.example/", "T", "x") == ("url", "steppe", "https://a.example/")
    assert clean.identity("steppe", "", "", "T", "x") == ("text", "steppe", "T", "x")


def test_a_key_is_stable_and_tells_parts_apart() -> None:
    assert clean.key_of(("guid", "steppe", "7")) == "c3fb5b4170de0661953f872709cb8150"
    assert clean.key_of(("guid", "steppe7", "")) != clean.key_of(("guid", "steppe", "7"))


@pytest.mark.parametrize(
    "piece",
    ["[caption]", "<iframe />", "<script ", "<p ", "<p>", "<b>", "The post ", "Статья ", "[...] ", ".", " ", "&amp;"],
)
def test_a_hostile_text_takes_no_time(piece: str) -> None:
    """Seconds where a pattern backtracks (a row of full stops took minutes), hundredths where none does."""
    before = time.process_time()
    clean.prose(piece * 100_000, ITEM)
    assert time.process_time() - before < 2
