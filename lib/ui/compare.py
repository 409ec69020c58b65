"""The performance table: a row a line, its columns sorted by a click, each figure's sign also in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import streamlit as st

from lib import links, notation
from lib.desk import Days, State, compare
from lib.export import names
from lib.links import COLUMNS, Direction, View
from lib.ui import controls, hands, loaders, markup
from lib.ui.heading import SPOKEN
from lib.ui.notices import empty
from lib.ui.view import first_page, other_lines
from lib.words import t

HEADS = {
    **{"currency": "Currency", "now": "Now", "period": "Period", "high": "High", "low": "Low"},
    **{"volatility": "Volatility", "fall": "Largest fall"},
}
WHY = {
    "volatility": "Standard deviation of the log changes of the period, times the root of the changes a year",
    "fall": "The deepest fall of the currency below its highest value so far within the period",
}
OVER = {**SPOKEN, "3M": "over three months", "5Y": "over five years", "period": "over the period"}


def settings(view: View, period: Days, offer: Callable[[], None]) -> None:
    """Period, base, direction and what `offer` draws: one row, on a phone behind a button."""
    days = notation.span(*period)
    controls.options_button("controls", t("Options"), days)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="controls"):
        controls.ranges()
        controls.dates()
        controls.chosen(days, "period")
        st.selectbox(
            t("Base currency"), links.BASES, key="base", on_change=other_lines,
            label_visibility="collapsed", width=90,
        )  # fmt: skip
        ways = controls.directions(view)
        st.segmented_control(
            t("Direction"), links.DIRECTIONS, key="per", format_func=ways.__getitem__, required=True,
            label_visibility="collapsed", width="content",
        )  # fmt: skip
        offer()


MAX_RESERVED = 5  # rows of the table, for which there is a place before it is drawn


def sort(value: str) -> None:
    """Requested by a button: a column to sort by, downwards after a minus sign."""
    if value in links.ORDERS:
        st.session_state.by = value
        first_page()


def show(view: View, period: Days, shown: State) -> None:
    """The table, and the file of it."""
    desk = loaders.desk()
    rows = compare.table(desk, view, period, shown)
    if not rows:
        empty(loaders.nothing_before(view, shown) or t("No rates in this period. Choose a longer one, or “All”."))
        return
    # style.css keeps a place as high as so many rows for it.
    st.container(key=f"performance{min(len(rows), MAX_RESERVED)}").html(html(view, rows, period))
    name = names.file_name(["performance", view.base], period, view.asof or shown.at, "csv")
    st.download_button(
        t("This table, CSV"), lambda: compare.as_csv(desk, view, period, shown), name, "text/csv",
        on_click="ignore", key="save-performance",
    )  # fmt: skip


def html(view: View, rows: Sequence[compare.Row], period: Days) -> str:
    """The table with its caption and note."""
    head = "".join(_head(view, column) for column in COLUMNS)
    body = "".join(_row(view, row) for row in rows)
    what = _what(view)
    note = t("Each row is of one source. Changes are in percent of the figure shown, to its day; {days}.",
             days=notation.span(*period))  # fmt: skip
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{markup.text(what)}">'
        f'<table class="plain figures performance"><caption>{markup.text(what)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
        f'<p class="caption muted">{markup.text(note)}</p>'
    )


def _what(view: View) -> str:
    if view.direction == "usd":
        return t("What 1 {unit} costs, and how that changed", unit=view.base)
    return t("What each currency costs in {unit}, and how that changed", unit=view.base)


def _head(view: View, column: str) -> str:
    """A column's name as the button that sorts by it; a second click turns the order round."""
    up, down = view.by == column, view.by == f"-{column}"
    first, second = (column, f"-{column}") if column == "currency" else (f"-{column}", column)
    value = second if view.by == first else first
    arrow = " ▲" if up else " ▼" if down else ""
    order = "ascending" if up else "descending" if down else "none"
    why = t(WHY[column]) if column in WHY else t("Sort by this column")
    name = t(HEADS.get(column, column))
    return f'<th scope="col" aria-sort="{order}">{_sorter(value, f"{name}{arrow}", why)}</th>'


def _sorter(column: str, label: str, why: str) -> str:
    """Read out with what it does: ranges and charts have buttons of the same names."""
    return hands.button("by", column, label, why, css="sort", more=t("Sort by this column"))


def _row(view: View, row: compare.Row) -> str:
    found, country = row.numbers, row.country
    colour = f'<span class="swatch" style="background:{country.colour}"></span>'
    source = markup.text(loaders.source_name(row.source))
    name = f"{colour}<b>{country.currency}</b> {markup.text(t(country.unit))}<br><span class='muted'>{source}</span>"
    write = notation.derived if view.direction == "local" else notation.published
    cells = [_dated(write(found.value), found.day)]
    cells += [change_cell(row.figure(h), t(OVER[h]), view.direction) for h in (*compare.HORIZONS, "period")]
    cells += [_dated(write(end.value), end.day) for end in (found.high, found.low)]
    cells += [_volatility(row), change_cell(row.fall, t("from its highest value"), "local")]
    return f'<tr><th scope="row">{name}</th>{"".join(cells)}</tr>'


def _dated(figure: str, day: date) -> str:
    return f'<td>{figure}<br><span class="muted">{notation.day(day)}</span></td>'


def _volatility(row: compare.Row) -> str:
    if row.volatility is None:
        return f"<td>{notation.DASH}</td>"
    number = notation.number(f"{row.volatility:,.2f}")
    often = t("{n} a year", n=f"{row.per_year:.0f}")
    return f'<td>{number} %<br><span class="muted">{markup.text(often)}</span></td>'


def change_cell(percent: float | None, when: str, direction: Direction) -> str:
    """A table's cell for a change of a figure in this direction: arrow, and what it means for the currency as a colour
    and as a word."""
    written = notation.change(percent)
    if percent is None:
        return f'<td>{written}<span class="sr"> {t("no earlier value")}</span></td>'
    rises, moves = written.startswith("▲"), written.startswith(("▲", "▼"))
    word = ("stronger" if rises == (direction == "local") else "weaker") if moves else "unchanged"
    told = f'<span class="sr"> {t(word)} {markup.text(when)}</span>'
    return f'<td><span class="{word}">{markup.text(written)}</span>{told}</td>'
