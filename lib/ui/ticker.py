"""The ticker of the five: the latest rate of each, its change with the days it spans, a sparkline; and by a click the
countries that a page shows."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

import pandas as pd

from lib import notation
from lib.countries import CODES, COUNTRIES, Country
from lib.desk import State
from lib.links import View
from lib.ui import hands, loaders, markup
from lib.words import spoken, t

SPARK_POINTS = 30
RECENT = timedelta(days=30)  # the source that covers this long is quoted


def html(view: View, shown: State, act: str = "", chosen: Collection[str] = CODES) -> str:
    """The ticker as one block. With an `act` each cell is a button that does it, pressed where its country is `chosen`.
    Each cell is made once for a revision of the rates, a day and a language."""
    key = ("ticker", view.asof.date() if view.asof else loaders.today(), spoken())
    inner = loaders.by_rates(shown, key, lambda: _cells(View(asof=view.asof), shown))
    cells = (_cell(country, *inner[country.code], act, country.code in chosen) for country in COUNTRIES)
    label = t("Countries, with their latest rates") if act else t("Latest rates")
    scrolled = "" if act else ' tabindex="0"'  # on a phone; buttons are reached by the keyboard themselves
    return f'<div class="ticker" role="group" aria-label="{label}"{scrolled}>{"".join(cells)}</div>'


def _cell(country: Country, content: str, why: str, act: str, pressed: bool) -> str:
    if not act:
        return f'<div class="quote" title="{markup.text(why)}">{content}</div>'
    state = {"aria-pressed": str(pressed).lower(), "style": f"--c:{country.colour}"}
    return hands.inner(act, country.code, content, why, css="quote", attributes=state)


def _cells(view: View, shown: State) -> dict[str, tuple[str, str]]:
    """Of each country what its cell shows, as HTML, and what it says on hover, as text."""
    desk = loaders.desk()
    newest = (desk.lines.span(shown) or desk.span(view, shown))[1]
    lines = desk.in_view(View(countries=CODES, asof=view.asof), (newest - RECENT, newest), shown)
    by_country = {x.country: (x.source, x.line) for x in lines}
    return {country.code: _content(country, *by_country.get(country, ("", None))) for country in COUNTRIES}


def _content(country: Country, source: str, line: pd.DataFrame | None) -> tuple[str, str]:
    unit = f'{t(country.unit)} <span class="wide-only">{t("per USD")}</span>'
    name = f'<span class="sr">{t(country.name)}, </span><b>{country.currency}</b> <span class="muted">{unit}</span>'
    if line is None or not len(line):
        return f'<span class="head">{name}</span><span>{t("no rate held")}</span>', t(country.name)
    value = float(line.iloc[-1]["value"])
    spark = markup.spark(line["value"].tail(SPARK_POINTS).to_numpy(), country.colour)
    content = (
        f'<span class="head"><span>{name}</span></span>{spark}'
        f'<span class="big">{notation.published(value)} '
        f'<span class="muted">{markup.text(loaders.source_name(source))}</span></span>'
        f'<span class="moved">{_change(country, line)}</span>'
    )
    return content, _both_ways(country, value, source, notation.day(line.index[-1].date()))


def _both_ways(country: Country, value: float, source: str, day: str) -> str:
    code = country.currency
    rates = f"1 USD = {notation.published(value)} {code}, 1 {code} = {notation.derived(1 / value)} USD"
    return f"{t(country.name)}: {rates} · {loaders.source_name(source)} · {day}"


def _change(country: Country, line: pd.DataFrame) -> str:
    """The move in words: a rise of the tenge per USD is a weaker tenge."""
    last = line.iloc[-1]
    if pd.isna(last["change"]):
        return f'{notation.DASH} <span class="muted">{t("no earlier observation")}</span>'
    noise = country.currency == "TMT" and "off-peg" in " ".join(line["flags"].tail(2))
    move = "weaker" if last["change"] > 0 else "stronger" if last["change"] < 0 else "unchanged"
    words = t("peg 3.5: noise") if noise else t(move)
    dates = notation.short_span(last["before"].date(), line.index[-1].date())
    css = "" if noise else move
    size = notation.change(last["change"])
    return (
        f'<span class="{css}">{size}</span> <span class="muted"><span class="wide-only">{words} · </span>{dates}</span>'
    )
