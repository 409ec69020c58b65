"""The picture that a messenger shows of a link: 1200 × 630 pixels, readable as a thumbnail."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lib import notation, pictures
from lib.desk import pictured
from lib.desk.preview import About, count, preview
from lib.words import plural, speaking, t

if TYPE_CHECKING:
    from lib.desk.bundle import Bundle

SIZE = (1200, 630)
SCALE = 1.8  # of text: a thumbnail is a third as wide


def png(bundle: Bundle, about: About) -> bytes:
    """The card of a page: its chart, or where that has no line, or none, its words."""
    with speaking(bundle.language):
        return pictures.png(_chart(bundle) if about in ("chart", "compare") else _words(bundle, about))


def _chart(bundle: Bundle) -> str:
    drawn = pictured.picture(bundle, SIZE, pictures.LIGHT, SCALE)
    if not bundle.lines():
        return pictures.text_card(drawn.title, [drawn.subtitle], _footer(bundle), SIZE)
    sources, *_ = drawn.footer
    return pictures.svg(replace(drawn, footer=(sources, _footer(bundle)), addresses=()))


def _words(bundle: Bundle, about: About) -> str:
    shown = preview(bundle, about)
    lines = shown.articles or (shown.description,)
    return pictures.text_card(shown.title.removesuffix(" · Altyn"), lines, _footer(bundle), SIZE)


def _footer(bundle: Bundle) -> str:
    asof = t("As of {moment}.", moment=notation.day(bundle.asof.date()))
    number = count(bundle)
    return f"Altyn · {asof} {plural(number, 'article', 'articles')}"
