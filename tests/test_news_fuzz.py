"""Ten thousand mutated feeds, the same ones at each run: each is read or refused, and what is read is clean."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

import pytest

from lib import news
from lib.errors import SourceError
from lib.models import Article
from tests.test_news_malformed import CORPUS, NOW, STEPPE

LARGEST = 4_000  # bytes of a sample: a mutation of a large one says no more and takes longer
CHUNKS, EACH = 20, 500
SAMPLES = [
    body
    for file in sorted(chain(CORPUS.iterdir(), (Path(__file__).parent / "data" / "feeds").iterdir()))
    if file.name != "expected.toml" and 0 < len(body := file.read_bytes()) <= LARGEST
]
ODDITIES = (
    *(b"<![CDATA[", b"]]>", b"<!--", b"-->", b"<item>", b"</item>", b"<title>", b"</title>", b"<script>x()</script>"),
    *(
        b"<b onclick='x()'>",
        b"&lt;img src=x onerror=x()&gt;",
        b"<",
        b">",
        b"&",
        b"&amp;",
        b"&#xD800;",
        b"&#0;",
        b"&bogus;",
    ),
    *(b"\0", b"\x1b", b"\xff\xfe", b"\xef\xbb\xbf", b"\xd0", b"\xf0\x9f\x98", "\u202e\u200b".encode(), b"\xed\xa0\x80"),
    *(
        b"javascript:x()",
        b"https://[",
        b"//",
        b"data:,x",
        b":99999",
        b"xmlns:a='b'",
        b"xml:base='javascript:'",
        b"<?xml ",
    ),
    *(b"Fri, 31 Feb 2026 25:61:61 +9999", b"-1", b"9" * 400, b" ", b"\r", b"[caption]", b"[/caption]", b"<p>" * 50),
)
INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2028\u2029\ufeff\ud800-\udfff]")
TAG = re.compile(r"</?[a-z][^<>]*>|<!--", re.I)


def flip(body: bytes, random: Random) -> bytes:
    at = random.randrange(len(body))
    return body[:at] + bytes([random.randrange(256)]) + body[at + 1 :]


def cut_out(body: bytes, random: Random) -> bytes:
    begin, end = piece(body, random)
    return body[:begin] + body[end:]


def cut_short(body: bytes, random: Random) -> bytes:
    return body[: random.randrange(len(body))]


def repeat(body: bytes, random: Random) -> bytes:
    begin, end = piece(body, random)
    return body[:end] + body[begin:end] * random.randint(1, 3) + body[end:]


def swap_tags(body: bytes, random: Random) -> bytes:
    tags = list(re.finditer(rb"<[^<>]{1,80}>", body))
    if len(tags) < 2:
        return body
    one, two = sorted(random.sample(tags, 2), key=lambda tag: tag.start())
    return body[: one.start()] + two[0] + body[one.end() : two.start()] + one[0] + body[two.end() :]


def insert(body: bytes, random: Random) -> bytes:
    at = random.randint(0, len(body))
    return body[:at] + random.choice(ODDITIES) + body[at:]


def graft(body: bytes, random: Random) -> bytes:
    other = random.choice(SAMPLES)
    begin, end = piece(other, random)
    return insert(body, random) + other[begin:end] if random.random() < 0.2 else body + other[begin:end]


def piece(body: bytes, random: Random) -> tuple[int, int]:
    begin, end = sorted(random.choices(range(len(body) + 1), k=2))
    return begin, end


MUTATIONS: tuple[Callable[[bytes, Random], bytes], ...] = (
    *(flip, flip, cut_out, cut_short, repeat, swap_tags, swap_tags, insert, insert, insert, graft),
)


def mutated(random: Random) -> bytes:
    body = random.choice(SAMPLES)
    for _ in range(random.randint(1, 6)):
        body = random.choice(MUTATIONS)(body[: 2 * LARGEST], random) or b" "
    return body


def assert_clean(article: Article) -> None:
    for text in (article.title, article.excerpt):
        assert not INVISIBLE.search(text), text
        assert not TAG.search(text), text
        assert len(text) <= 300
    assert article.title
    assert not article.url or urlsplit(article.url).scheme in ("http", "https")
    assert urlsplit(article.url).hostname or not article.url
    assert not INVISIBLE.search(article.url), article.url


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_a_mutated_feed_is_read_clean_or_refused(chunk: int) -> None:
    random = Random(chunk)
    outcomes: Counter[str] = Counter()
    for _ in range(EACH):
        body = mutated(random)
        try:
            parsed = news.read(body, STEPPE, NOW)
        except SourceError:
            outcomes["refused"] += 1
            continue
        outcomes["read"] += 1
        assert len({article.key for article in parsed.articles}) == len(parsed.articles)
        for article in parsed.articles:
            assert_clean(article)
    assert min(outcomes["read"], outcomes["refused"]) > EACH // 20, "the mutations are neither too mild nor too wild"
