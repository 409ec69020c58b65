"""The citation of a view: what it shows, of which days, as of when, whose figures, and where to see it again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime

from lib import notation
from lib.export import Shown
from lib.models import Article
from lib.words import t


def citation(
    shown: Sequence[Shown], articles: Iterable[Article], period: tuple[date, date], asof: datetime, link: str
) -> str:
    """Plain text, a line for each: the view, each source of rates with the attribution that it asks for, the outlets of
    the articles, the address. `link` is that of the frozen view."""
    days = notation.span(*period)
    lines = [
        f"Altyn: {t('{what}, {days}, as of {moment}.', what=_pairs(shown), days=days, moment=_moment(asof))}",
        *dict.fromkeys(_source(line) for line in shown),
    ]
    outlets = sorted({article.outlet for article in articles if article.outlet})
    if outlets:
        lines.append(f"{t('Articles')}: {_ends('; '.join(outlets))}")
    return "\n".join([*lines, link])


def _source(shown: Shown) -> str:
    source = shown.source
    return f"{t('Rates')}: {_ends(t(source.attribution))} {t(source.terms)} {source.page}"


def _pairs(shown: Sequence[Shown]) -> str:
    """Each pair once, and of a computed one from what."""
    return "; ".join(dict.fromkeys(_pair(line) for line in shown)) or t("Articles").lower()


def _pair(shown: Shown) -> str:
    base, quote = shown.pair
    legs = next((legs for legs in shown.turned()["legs"] if legs), "")
    pair = t("{quote} per 1 {base}", quote=quote, base=base)
    return f"{pair} ({t('computed: {legs}', legs=legs)})" if legs else pair


def _moment(when: datetime) -> str:
    there = when.astimezone(UTC)
    return f"{notation.day(there.date())} {there:%H:%M} UTC"


def _ends(sentence: str) -> str:
    return sentence if sentence.endswith(".") else f"{sentence}."
