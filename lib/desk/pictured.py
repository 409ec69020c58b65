"""A view as a picture: the chart with its title, unit, sources with their days, as-of and address."""

from __future__ import annotations

from datetime import UTC, date
from typing import TYPE_CHECKING

from lib import charts, links, notation, pictures
from lib.charts import headline
from lib.desk import numbers
from lib.words import t

if TYPE_CHECKING:
    from lib.desk.bundle import Bundle

Size = tuple[int, int]
Colours = pictures.Colours
SIZE: Size = (1200, 675)
MAX_SCALE_OF_CHANGES = 1.4  # above it labels of two lines of text overprint each other


def picture(bundle: Bundle, size: Size, colours: Colours, scale: float) -> pictures.Picture:
    """What a bundle shows, to be drawn. `size` in pixels, `scale` enlarges all text."""
    view, period = bundle.view, bundle.period
    lines = bundle.lines()
    until = bundle.asof.date()
    told = numbers.told(bundle.desk, view, lines, period, bundle.state, until)
    charted = bundle.desk.chart_lines(view, lines)
    if scale <= MAX_SCALE_OF_CHANGES:
        charted = numbers.with_changes(charted, told)
    counts = bundle.desk.articles_of.per_day(bundle.chosen, bundle.state)
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
        for source, rows in line.line.groupby("source"):
            name, last = t(bundle.desk.sources[source].name), rows.index[-1].date()
            newest[name] = max(newest.get(name, last), last)
    named = [f"{name}, {notation.day(day)}" for name, day in newest.items()]
    word = t("Source") if len(named) == 1 else t("Sources")
    return f"{word}: {'; '.join(named)}." if named else ""
