"""What a page shows while its scripts load: menu, figures and a still picture of its chart. It lies
over the page, is hidden from those who are read to, and goes as soon as the page itself stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import TYPE_CHECKING

from lib.desk import State
from lib.desk.preview import About
from lib.links import View
from lib.server.question import Question
from lib.words import speaking, t

if TYPE_CHECKING:
    from lib.server.shell import Page

WIDE, NARROW = (1200, 620), (560, 640)  # of the chart; below NARROW_BELOW pixels the narrow one is shown
NARROW_BELOW = 760
STYLE = f"""
#still {{ position: fixed; inset: 0; z-index: 999999; overflow: hidden; padding: 8px clamp(16px, 5.5vw, 80px);
  background: #fff; color: #16191d; font-family: -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif; }}
#still > * {{ max-width: 1760px; margin-inline: auto; }}
#still svg {{ display: block; max-width: 100%; height: auto; max-height: calc(100vh - 150px); margin-top: 12px; }}
#still .narrow {{ display: none; }}
@media (max-width: {NARROW_BELOW}px) {{
  #still {{ padding-inline: 16px; }} #still .wide {{ display: none; }} #still .narrow {{ display: block; }} }}
@media (prefers-color-scheme: dark) {{ #still {{ background: #101316; color: #e8eaec; }} }}
@media print {{ #still {{ display: none; }} }}
"""
# Either the chart is drawn, or the page has what it shows in a chart's place, or there is none.
STANDS = ".js-plotly-plot .main-svg, .results, .empty, .notice, .twin, table.plain"
SCRIPT = f"""
(() => {{
  const still = document.getElementById('still');
  const over = () => {{ still.remove(); clearInterval(looking); }};
  const looking = setInterval(() => {{ if (document.querySelector('#root :is({STANDS})')) over(); }}, 50);
  setTimeout(over, 120000);
}})();
"""


def html(
    question: Question,
    title: str,
    about: About,
    pages: Sequence[Page],
    figures: Callable[[View, State], str],
) -> str:
    """The block for a page's link; nothing for a view that is embedded without its chart."""
    with speaking(question.view.lang):
        parts = question.once("still", lambda: _chart(question)) if about == "chart" else []
        if not question.view.embed:
            ticker = f'<div data-testid="stHtml">{figures(question.view, question.state)}</div>'
            parts = [_menu(title, pages), ticker, *parts]
    if not parts:
        return ""
    block = f'<div id="still" aria-hidden="true" inert>{"".join(parts)}</div>'
    return f"<style>{STYLE}</style>{block}<script>{SCRIPT}</script>"


def _menu(title: str, pages: Sequence[Page]) -> str:
    names = "".join(
        f"<a{' aria-current=page' if page.title == title else ''}>{escape(t(page.title))}</a>" for page in pages
    )
    return f'<div class="menu"><span class="brand">Altyn</span><nav>{names}</nav></div>'


def _chart(question: Question) -> list[str]:
    """The chart as a picture, in two widths; none of a feed that stands alone, or in a table's place."""
    view = question.view
    if view.table or (view.embed and view.part == "feed"):
        return []
    bundle = question.bundle()
    if not bundle.lines():
        return []
    return [
        f'<div class="wide">{bundle.still(WIDE)}</div>',
        f'<div class="narrow">{bundle.still(NARROW, 1.3)}</div>',
    ]
