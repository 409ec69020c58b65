"""A view as a picture: the chart with its title, unit, sources with their days, as-of and address."""

from __future__ import annotations

from datetime import UTC, date
from typing import TYPE_CHECKING

import pandas as pd

from lib import charts, links, notation, pictures, series
from lib.charts import headline
from lib.series.performance import performance
from lib.words import t

if TYPE_CHECKING:
    from lib.desk.bundle import Bundle
    from lib.desk.lines import InView

Size = tuple[int, int]
SIZE: Size = (1200, 675)


def picture(bundle: Bundle, size: Size, dark: bool, scale: float) -> pictures.Picture:
    """What a bundle shows, to be drawn. `size` in pixels, `scale` enlarges all text."""
    view, period = bundle.view, bundle.period
    colours = pictures.DARK if dark else pictures.LIGHT
    lines = bundle.lines()
    charted = bundle.desk.chart_lines(view, lines)
    counts = bundle.desk.articles_of.per_day(bundle.chosen, bundle.state)
    until = bundle.asof.date()
    figure = charts.figure(
        charted,
        counts,
        period,
        view.measure,
        view.direction,
        view.log,
        colours.ink,
        marked=view.mark,
        until=until,
    )
    told = told_of(bundle, lines)
    return pictures.Picture(
        figure,
        period,
        headline.title(told, view.base, view.direction, period, until),
        subtitle(bundle, told),
        footer(bundle),
        addresses(bundle),
        size,
        colours,
        scale,
    )


def told_of(bundle: Bundle, lines: list[InView]) -> list[headline.Told]:
    """The numbers of each line over the period, in the direction shown."""
    told = []
    for line in lines:
        whole = _whole(bundle, line)
        found = None if whole is None else performance(whole, *bundle.period)
        if found:
            told.append(headline.Told(line.country, found, line.line.index[0].date()))
    return told


def subtitle(bundle: Bundle, told: list[headline.Told]) -> str:
    """The unit, the period, and of one currency its extremes."""
    view, currencies = bundle.view, list(dict.fromkeys(x.country.currency for x in told))
    parts = [headline.unit_line(currencies, view.base, view.direction)] if currencies else []
    parts.append(notation.span(*bundle.period))
    if len(told) == 1:
        parts.append(headline.extremes(told[0], bundle.period))
    return " · ".join(parts)


def footer(bundle: Bundle) -> tuple[str, ...]:
    """The sources, each with the day of its newest value, and the as-of."""
    asof = bundle.asof.astimezone(UTC)
    moment = f"{notation.day(asof.date())}, {asof:%H:%M} UTC"
    return tuple(filter(None, (_sources(bundle), t("As of {moment}.", moment=moment))))


def addresses(bundle: Bundle) -> tuple[str, ...]:
    """The frozen link, the live one of the same choices, and the page alone."""
    page = bundle.link.partition("?")[0]
    return bundle.link, links.url(page, links.live(bundle.view)), page


def _sources(bundle: Bundle) -> str:
    newest: dict[str, date] = {}
    for line in bundle.lines():
        name, last = bundle.desk.sources[line.source].name, line.line.index[-1].date()
        newest[name] = max(newest.get(name, last), last)
    named = [f"{name}, {notation.day(day)}" for name, day in newest.items()]
    return f"{t('Source' if len(named) == 1 else 'Sources')}: {'; '.join(named)}." if named else ""


def _whole(bundle: Bundle, line: InView) -> pd.DataFrame | None:
    view, desk = bundle.view, bundle.desk
    key = (view.base, line.country.currency, line.source)
    whole = desk.lines.whole(*key, bundle.state, bundle.asof.date())
    turned = view.direction == "local" and whole is not None
    return series.invert(whole) if turned else whole
