"""The address of a prefilled issue about a wrong tag: what it says, how long it may be, and when there is none."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from lib.export import report
from lib.models import Tag
from tests.conftest import article

PROJECT = "https://forge.example/us/altyn"
CAFE = replace(
    article("a", "Кафе «Ташкент» & друзья: 100 %"),
    url="https://news.example/1?a=1&b=2#c",
    tags=(Tag("country", "UZ", "Ташкент"), Tag("topic", "culture", "Кафе, друзья")),
)


def fields(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def test_address_and_tags_with_their_reasons_stand_in_the_issue() -> None:
    address = report.wrong_tag(CAFE, PROJECT)
    assert address.startswith(f"{PROJECT}/issues/new?")
    assert address.isascii()
    said = fields(address)
    assert said["title"] == "Wrong tag: Кафе «Ташкент» & друзья: 100 %"
    assert said["body"].splitlines() == [
        "Кафе «Ташкент» & друзья: 100 %",
        "https://news.example/1?a=1&b=2#c",
        "",
        "- country UZ: Ташкент",
        "- topic culture: Кафе, друзья",
        "",
        "What is wrong:",
    ]


def test_article_without_tags_or_address_can_be_reported() -> None:
    body = fields(report.wrong_tag(replace(CAFE, tags=(), url=""), PROJECT))["body"]
    assert "- no tags" in body
    assert body.splitlines()[1] == CAFE.feed


def test_no_project_no_link() -> None:
    assert report.wrong_tag(CAFE, "") == ""


@pytest.mark.parametrize("longest", [300, 3000])
def test_long_texts_are_cut_and_the_address_stays_whole(longest: int) -> None:
    reasons = tuple(Tag("topic", code, "щ" * longest) for code in ("economy", "energy", "trade"))
    address = report.wrong_tag(replace(CAFE, title="Ж" * longest, tags=reasons), PROJECT)
    assert len(address) <= report.LONGEST
    assert CAFE.url in fields(address)["body"]
    assert "…" in fields(address)["title"]


def test_article_whose_own_address_is_too_long_gives_an_empty_issue() -> None:
    huge = replace(CAFE, url="https://news.example/" + "x" * 5000)
    assert report.wrong_tag(huge, PROJECT) == f"{PROJECT}/issues/new"


def test_half_a_character_does_no_harm() -> None:
    assert "Wrong+tag" in report.wrong_tag(replace(CAFE, title="half \ud83d"), PROJECT)


@pytest.mark.parametrize(
    ("value", "project"),
    [
        (" https://forge.example/us/altyn/ ", PROJECT),
        ("", ""),
        ("javascript:alert(1)", ""),
        ("forge.example/us", ""),
        ("https://", ""),
        ("http://[::1", ""),
    ],
)
def test_setting_is_an_http_address_or_nothing(value: str, project: str) -> None:
    assert report.project({report.SETTING: value}) == project


def test_setting_that_is_absent_is_nothing() -> None:
    assert report.project({}) == ""
