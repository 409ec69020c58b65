"""The nine currencies against each other on a day, each with its change and the way to its line."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import streamlit as st

from lib import links, notation
from lib.countries import BY_CURRENCY
from lib.desk import Days, State, compare
from lib.desk.compare import Cross
from lib.links import BASES, View
from lib.ui import loaders, markup, share
from lib.ui.notices import empty
from lib.words import t


def show(view: View, period: Days, shown: State) -> None:
    """The table, or why there is none."""
    day = view.day or period[1]
    found = compare.crosses(loaders.desk(), day, period[0], shown)
    st.html(f'<h2 class="part">{t("All currencies against each other")}</h2>')
    if found:
        st.html(html(view, found, day, period[0]))
    else:
        empty(t("No rate stands on {day}. Choose another day.", day=notation.day(day)))


def html(view: View, found: list[Cross], day: date, since: date) -> str:
    """A row a base, a column a quote."""
    by_pair = {(one.base, one.quote): one for one in found}
    what = t("What 1 unit of each row costs in each column on {day}, and its change since {since}",
             day=notation.day(day), since=notation.day(since))  # fmt: skip
    head = "".join(f'<th scope="col">{code}</th>' for code in BASES)
    rows = "".join(_row(view, base, by_pair) for base in BASES)
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{markup.text(what)}">'
        f'<table class="plain figures crosses"><caption>{markup.text(what)}</caption>'
        f'<thead><tr><th scope="col">{t("1 unit")}</th>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
    )


def opened(view: View, one: Cross) -> str:
    """The address of the line of a cross on Rates & news; none for a pair without one of the five currencies."""
    local = one.quote not in BY_CURRENCY
    code, base = (one.base, one.quote) if local else (one.quote, one.base)
    if code not in BY_CURRENCY:
        return ""
    chosen = {"countries": (BY_CURRENCY[code].code,), "base": base, "sources": (one.source,)}
    direction = "local" if local else "usd"
    return links.url(share.root(), replace(view, **chosen, direction=direction, lines=(), selected=None, page=1))


def _row(view: View, base: str, by_pair: dict[tuple[str, str], Cross]) -> str:
    cells = "".join(_cell(view, by_pair.get((base, quote))) for quote in BASES)
    return f'<tr><th scope="row"><b>{base}</b></th>{cells}</tr>'


def _cell(view: View, one: Cross | None) -> str:
    if one is None:
        return f"<td>{notation.DASH}</td>"
    figure = notation.derived(one.rate)
    source = f"{loaders.source_name(one.source)}, {notation.day(one.day)}"
    address = opened(view, one)
    title = f'title="{markup.text(source)}"'
    shown = (
        f'<a data-go href="{markup.text(address)}" {title}>{figure}</a>'
        if address
        else f"<span {title}>{figure}</span><br>"
    )
    return f'<td>{shown}<span class="muted">{markup.text(notation.change(one.change, digits=1))}</span></td>'
