"""One study of the currencies in view at a time: its chart, how to read it, and what is missing."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from lib import links, notation
from lib.charts.study import Drawn, study
from lib.desk import Days, State, studies
from lib.desk.studies import Curve
from lib.desk.watched import decided
from lib.links import View
from lib.ui import loaders, markup
from lib.ui.notices import empty
from lib.ui.unvalidated import Unvalidated
from lib.words import plural, t

NAMES = {
    "volatility": "Volatility",
    "drawdown": "Below the highest",
    "average": "Moving average",
    "together": "Moves together",
    "premium": "Between sources",
    "policy": "Policy rates",
}
FORMULAS = {
    "volatility": "Standard deviation of the last {n} log changes, times the root of the changes a year; percent.",
    "drawdown": "100 × (value ÷ highest value so far − 1), of each currency; percent.",
    "average": "Each line, and the mean of its last {n} observations.",
    "together": "Correlation of the last {n} log changes between common observed days; in the band it is not"
    " distinguishable from none.",
    "premium": "100 × (figure ÷ figure of the base line − 1) on the days that both have; percent.",
    "policy": "Steps join decisions that follow on each other. The list is incomplete: where decisions are missing,"
    " and after the last known one, there is a gap.",
}
MAX_DECISIONS = 12
WINDOWED = ("volatility", "average", "together")


def show(view: View, period: Days, shown: State) -> None:
    """The choice, the chart and its note."""
    st.html(f'<h2 class="part">{t("Risk, and what moves together")}</h2>')
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="studies"):
        st.segmented_control(
            t("Show"), links.STUDIES, key="study", required=True, format_func=lambda name: t(NAMES[name]),
        )  # fmt: skip
        st.selectbox(t("Window of observations"), links.WINDOWS, key="window", width=160, disabled=not _windowed(view))
        st.selectbox(t("With"), links.DRIVERS, key="driver", width=110, disabled=view.study != "together")
    found = _curves(view, period, shown)
    drawn = [curve for curve in found if curve.values.notna().any()]
    if not drawn:
        empty(_nothing(view, found))
        return
    st.plotly_chart(Unvalidated(_figure(view, drawn, period)), key="study_chart", config={"displayModeBar": False},
                    alt=_alt(view, drawn))  # fmt: skip
    if view.study == "policy":
        st.html(_decisions(view, period))
    notes = [t(FORMULAS[view.study], n=view.window), *_notes(view, found)]
    st.html(f'<p class="caption muted">{markup.text(" ".join(notes))}</p>')


def _decisions(view: View, period: Days) -> str:
    """The newest decisions in the period, each with the page that says so."""
    found = studies.decisions_of(view, period)[:MAX_DECISIONS]
    items = "".join(
        f"<li>{notation.day(one.day)} · {country.currency} · {markup.text(decided(one.rate, one.previous))} · "
        f"{markup.link(one.url, one.outlet, 'out')}</li>"
        for country, one in found
    )
    return f'<ul class="decisions">{items}</ul>'


def _windowed(view: View) -> bool:
    return view.study in WINDOWED


def _curves(view: View, period: Days, shown: State) -> list[Curve]:
    if view.study == "policy":
        return studies.policy(view, period)
    ask = {
        **{"volatility": studies.volatility, "drawdown": studies.drawdown, "average": studies.averages},
        **{"together": studies.together, "premium": studies.premium},
    }[view.study]
    return loaders.by_rates(
        shown,
        ("study", view.study, view.countries, view.base, view.direction, view.sources, view.lines, period, view.window,
         view.driver, loaders.today()),
        lambda: ask(loaders.desk(), view, period, shown),
    )  # fmt: skip


def _figure(view: View, curves: Sequence[Curve], period: Days) -> dict[str, object]:
    lines = [
        Drawn(c.country, _name(view, c), c.values, steps=view.study == "policy", thin=view.study == "average"
              and not c.average)
        for c in curves
    ]  # fmt: skip
    suffix = "" if view.study in ("average", "together") else " %"
    band = max(curve.band for curve in curves) if view.study == "together" else 0.0
    return study(lines, period, suffix=suffix, band=band, panels=view.study == "average", ink=loaders.ink())


def _name(view: View, curve: Curve) -> str:
    source = loaders.source_name(curve.source)
    mean = f" ⌀ {view.window}" if curve.average else ""
    return f"{curve.country.currency}{mean} · {source}"


def _alt(view: View, curves: Sequence[Curve]) -> str:
    last = [(c.country.currency, c.values.dropna().iloc[-1]) for c in curves]
    values = ", ".join(f"{code} {notation.number(f'{value:,.4g}')}" for code, value in last)
    return t("{study}; last values: {values}.", study=t(NAMES[view.study]), values=values)


def _notes(view: View, found: Sequence[Curve]) -> list[str]:
    """What the figure rests on: observations a year, common days, base lines; and what has none."""
    if view.study == "together":
        return [*(_shared(view, c) for c in found)]
    if view.study == "premium":
        lines = dict.fromkeys((c.country.currency, c.against) for c in found)
        named = ", ".join(f"{code} {loaders.source_name(key)}" for code, key in lines)
        return [t("Base lines: {names}.", names=named)]
    if view.study == "volatility":
        often = [f"{c.country.currency} {c.per_year:.0f}" for c in found]
        return [t("Changes a year: {counts}.", counts=", ".join(often))]
    return []


def _shared(view: View, curve: Curve) -> str:
    days = plural(curve.common, "common day", "common days")
    if curve.values.notna().any():
        return t("{a} with {b}: {days}.", a=curve.country.currency, b=view.driver, days=days)
    return t(
        "{a} with {b}: {days} are too few for this window, or one of the two does not move.",
        a=curve.country.currency, b=view.driver, days=days,
    )  # fmt: skip


def _nothing(view: View, found: Sequence[Curve]) -> str:
    if view.study == "together":
        if view.driver == view.base:
            return t("{code} is the base itself. Choose another base or another currency to compare with.",
                     code=view.base)  # fmt: skip
        if found:
            return " ".join(_shared(view, curve) for curve in found)
    if view.study == "premium":
        return t("No two sources share a day of this period. Choose a longer one or other countries.")
    if view.study == "policy":
        return t("No decision of these banks is known in this period. Choose a longer one.")
    return t("Too few observations for this window. Choose a shorter window or a longer period.")
