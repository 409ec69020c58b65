"""The ticker of the five: each rate both ways, its change with the dates it spans, a sparkline, its source and day."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd

from lib import notation
from lib.countries import CODES, COUNTRIES, Country
from lib.desk import State
from lib.links import View
from lib.ui import loaders, markup
from lib.words import spoken, t

SPARK_POINTS = 30
RECENT = timedelta(days=30)  # the source that covers this long is quoted


def html(view: View, shown: State) -> str:
    """The whole ticker as one block, made once for each revision of the rates, day and language."""
    day = view.asof.date() if view.asof else loaders.today()
    return loaders.by_rates(shown, ("ticker", day, spoken()), lambda: _html(View(asof=view.asof), shown))


def _html(view: View, shown: State) -> str:
    desk = loaders.desk()
    newest = (desk.lines.span(shown) or desk.span(view, shown))[1]
    lines = desk.in_view(View(countries=CODES, asof=view.asof), (newest - RECENT, newest), shown)
    by_country = {x.country: (x.source, x.line) for x in lines}
    cells = "".join(_cell(country, *by_country.get(country, ("", None))) for country in COUNTRIES)
    return f'<div class="ticker" role="list" aria-label="{t("Latest rates")}">{cells}</div>'


def _cell(country: Country, source: str, line: pd.DataFrame | None) -> str:
    head = f'<b>{country.currency}</b> <span class="muted">{t(country.unit)}</span>'
    if line is None or not len(line):
        return f'<div class="quote" role="listitem"><div class="head">{head}</div><div>{t("no rate held")}</div></div>'
    last = line.iloc[-1]
    value = float(last["value"])
    spark = markup.spark(line["value"].tail(SPARK_POINTS).to_numpy(), country.colour)
    day = notation.day(line.index[-1].date())
    return (
        f'<div class="quote" role="listitem" data-currency="{country.currency}">'
        f'<div class="head"><span>{head}</span>{spark}</div>'
        f'<div class="big">1 USD = {notation.published(value)} {country.currency}</div>'
        f"<div>1 {country.currency} = {notation.derived(1 / value)} USD</div>"
        f"<div>{_change(country, line)}</div>"
        f'<div class="muted">{markup.text(loaders.source_name(source))} · {day}</div>'
        "</div>"
    )


def _change(country: Country, line: pd.DataFrame) -> str:
    """The move in words: a rise of the tenge per USD is a weaker tenge."""
    last = line.iloc[-1]
    if pd.isna(last["change"]):
        return f'{notation.DASH} <span class="muted">{t("no earlier observation")}</span>'
    noise = country.currency == "TMT" and "off-peg" in " ".join(line["flags"].tail(2))
    move = "weaker" if last["change"] > 0 else "stronger" if last["change"] < 0 else "unchanged"
    words = t("peg 3.5: noise") if noise else f'<span class="wide-only">{t(country.unit)} </span>{t(move)}'
    dates = notation.short_span(last["before"].date(), line.index[-1].date())
    return f'{notation.change(last["change"])} <span class="muted">{words} · {dates}</span>'
