"""What the Russian stems of the rules take: nothing but what has been read and allowed in data/stems.txt."""

from __future__ import annotations

import hashlib
from importlib.metadata import version

import pytest

from tests.stems import allowed, branches, stems


@pytest.fixture(scope="module")
def taken(request: pytest.FixtureRequest) -> dict[str, list[str]]:
    """The walk takes some seconds, so pytest keeps it for as long as stems, dictionary and walk stay the same."""
    walk = (version("pymorphy3-dicts-ru"), branches.__globals__["_ENDING"].pattern, *stems())
    key = "altyn/stems/" + hashlib.sha256("\n".join(walk).encode()).hexdigest()
    kept = request.config.cache.get(key, None)
    if kept is None:
        kept = branches(stems())
        request.config.cache.set(key, kept)
    return kept


def test_stems_take_only_what_was_reviewed(taken: dict[str, list[str]]) -> None:
    known = allowed()
    new = {
        stem: sorted(set(found) - set(known.get(stem, ())))
        for stem, found in taken.items()
        if known.get(stem) != ["*"] and not set(found) <= set(known.get(stem, ()))
    }
    assert new == {}, "read what these stems take; then `python -m tests.stems`"


def test_list_holds_nothing_that_no_stem_takes_any_longer(taken: dict[str, list[str]]) -> None:
    assert sorted(allowed().keys() - taken.keys()) == []


@pytest.mark.parametrize(
    ("stem", "found"),
    [("пытал", "=пытаться"), ("диверси", "фи"), ("гимн", "аз"), ("долг", "от"), ("русл", "ан")],
)
def test_false_friend_is_found(stem: str, found: str) -> None:
    assert found in branches([stem])[stem]


@pytest.mark.parametrize("stem", ["таможенник", "пенсионер", "землетрясен"])
def test_inflection_is_none(stem: str) -> None:
    assert stem not in branches([stem])
