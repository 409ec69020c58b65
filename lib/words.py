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

from babel import Locale
from babel.numbers import format_decimal

Language = Literal["en", "ru"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
NO_BREAK = "\u00a0"  # no line breaks within a number
FORMS = {"one": 0, "few": 1, "many": 2}  # CLDR's: 21 статья, 2 статьи, 11 статей
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
    forms = _russian().get(f"{one}|{many}", "") if spoken() == "ru" else ""
    if not forms:
        return f"{count:,} {one if count == 1 else many}"
    noun = forms.split("|")[FORMS[Locale("ru").plural_form(count)]]
    return f"{format_decimal(count, locale='ru')}{NO_BREAK}{noun}"


@cache
def _russian() -> dict[str, str]:
    return dict(tomllib.loads(RUSSIAN.read_text("utf-8")))
