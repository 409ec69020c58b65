"""The interface in the reader's language. English is written in the code; `catalog/russian.toml` has the Russian.

The language is that of the current context (one run of a page, one file being written), as with gettext.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Literal, get_args

Language = Literal["en", "ru"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
NO_BREAK = "\u00a0"  # no line breaks within a number
RUSSIAN = Path(__file__).parent / "catalog" / "russian.toml"

_current: ContextVar[Language] = ContextVar("language", default="en")


def speak(language: Language) -> None:
    """Use a language from here on, in this context."""
    _current.set(language)


def spoken() -> Language:
    return _current.get()


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Use a language for a while."""
    before = _current.set(language)
    try:
        yield
    finally:
        _current.reset(before)


def t(text: str, **values: object) -> str:
    """An English text of the interface in the reader's language, its {fields} filled in. What has no translation stays
    English."""
    told = _russian().get(text, text) if spoken() == "ru" else text
    return told.format(**values) if values else told


def plural(count: int, one: str, many: str) -> str:
    """A number with its noun: "1 article", "3 articles"; in Russian after the last digits of the number."""
    if spoken() == "ru" and (forms := _russian().get(f"{one}|{many}", "")):
        return f"{count:,}".replace(",", NO_BREAK) + NO_BREAK + forms.split("|")[_russian_form(count)]
    return f"{count:,} {one if count == 1 else many}"


def _russian_form(count: int) -> int:
    """0: 1 статья, 21 статья; 1: 2 статьи; 2: 5 статей, 11 статей."""
    tens, ones = count % 100, count % 10
    if ones == 1 and tens != 11:
        return 0
    return 1 if 2 <= ones <= 4 and not 12 <= tens <= 14 else 2


@cache
def _russian() -> dict[str, str]:
    return dict(tomllib.loads(RUSSIAN.read_text("utf-8")))
