"""The corpus of malformed feeds: what each file must yield stands beside it in expected.toml."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from lib import news
from lib.catalog import Feed
from lib.errors import ParseError
from lib.models import Article

CORPUS = Path(__file__).parent / "malformed"
EXPECTED: dict[str, dict[str, Any]] = tomllib.loads((CORPUS / "expected.toml").read_text("utf-8"))
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
STEPPE = Feed(
    key="steppe",
    outlet="The Steppe Post",
    url="https://steppe.example/feed/",
    page="https://steppe.example/",
    language="en",
    timezone="Asia/Almaty",
)
USUAL = {
    "title": "Rate held",
    "link": "https://steppe.example/1",
    "day": date(2026, 11, 20),
    "basis": "published",
}


def told(article: Article, names: set[str]) -> dict[str, Any]:
    fields = {
        "title": article.title,
        "link": article.url,
        "day": article.day,
        "basis": article.basis,
        "excerpt": article.excerpt,
        "published": article.published,
        "countries": [*article.countries],
    }
    return {name: value for name, value in fields.items() if name in names}


def test_every_file_has_its_expectation_and_they_are_many() -> None:
    files = {file.name for file in CORPUS.iterdir()} - {"expected.toml"}
    assert files == set(EXPECTED)
    assert len(files) >= 200


@pytest.mark.parametrize("name", [name for name, of in EXPECTED.items() if "error" not in of])
def test_a_malformed_feed_is_read_as_far_as_it_goes(name: str) -> None:
    wanted = [{**USUAL, **article} for article in EXPECTED[name]["articles"]]
    served = EXPECTED[name].get("content_type", "")
    parsed = news.read((CORPUS / name).read_bytes(), STEPPE, NOW, content_type=served)
    assert [told(a, set(w)) for a, w in zip(parsed.articles, wanted, strict=True)] == wanted
    assert [f"{r.what}: {r.why}" for r in parsed.rejected] == EXPECTED[name].get("rejected", [])


@pytest.mark.parametrize("name", [name for name, of in EXPECTED.items() if "error" in of])
def test_what_is_no_feed_is_refused_in_a_plain_sentence(name: str) -> None:
    with pytest.raises(ParseError) as refused:
        news.read((CORPUS / name).read_bytes(), STEPPE, NOW)
    assert refused.value.why == EXPECTED[name]["error"]
