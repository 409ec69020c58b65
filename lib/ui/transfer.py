"""A rate on a day, and what a transfer buys: one sentence to copy, and the same amount in the five currencies."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import streamlit as st

from lib import links, notation
from lib.countries import COUNTRIES
from lib.desk import Days, State, compare
from lib.desk.compare import RateOn
from lib.links import View
from lib.ui import loaders, markup, share
from lib.ui.compare import change_cell
from lib.ui.notices import empty
from lib.words import t

DAYS = {"min_value": links.EARLIEST, "max_value": links.LATEST}


def show(view: View, period: Days, shown: State) -> None:
    """The widgets, the sentence and the table."""
    st.html(f'<h2 class="part">{t("A rate on a day, and what a transfer buys")}</h2>')
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="transfer"):
        st.text_input(t("Amount"), key="amount", max_chars=links.MAX_AMOUNT_LENGTH, width=160)
        st.selectbox(t("Of"), links.BASES, key="pair_from", width=100)
        st.selectbox(t("Into"), links.BASES, key="pair_to", width=100)
        st.date_input(t("On the day"), None, key="day", format="YYYY-MM-DD", width=160, **DAYS)
    if st.session_state.pair_from == st.session_state.pair_to:
        empty(t("Both currencies are the same. Choose another one."))
        return
    try:
        amount = compare.amount_of(view.amount)
    except ValueError:
        largest = notation.number(f"{compare.MAX_AMOUNT:,.0f}")
        empty(t("“{what}” is no amount. Write a number above 0 and at most {n}.", what=view.amount, n=largest))
        return
    with st.container(key="transferred"):  # style.css keeps its place
        _answer(view, amount, period, shown)


def sentence(found: RateOn) -> str:
    """The figure, its source, and since when it has been in force."""
    sides = {"base": found.base, "quote": found.quote}
    source = loaders.desk().sources[found.source]
    figures = {"amount": _amount(found.amount), "value": _value(found.value), "rate": _rate(found)}
    day, published = notation.day(found.requested), notation.day(found.day)
    told = t("On {day} {amount} {base} was {value} {quote}: 1 {base} = {rate} {quote}.", day=day, **sides, **figures)
    kind = t("Official rate") if found.official else t("Not an official rate")
    since = t("of {day}", day=published) if found.day == found.requested else t("carried from {day}", day=published)
    return f"{told} {kind}: {t(source.name)}, {since}."


def _answer(view: View, amount: float, period: Days, shown: State) -> None:
    since, day = period[0], view.day or period[1]
    found = compare.rate_on(loaders.desk(), view.pair, day, amount, state=shown)
    if found is None:
        pair = f"{view.pair[:3]}/{view.pair[3:]}"
        empty(t("No rate of {pair} stands on {day}. Choose another day.", pair=pair, day=notation.day(day)))
    else:
        address = links.url(share.address(), replace(view, day=day))
        share.taken(t("The sentence with its numbers"), f"{sentence(found)} {address}", t("Copy sentence"))
    st.html(_table(view, amount, view.day or since, shown))


def _table(view: View, amount: float, day: date, shown: State) -> str:
    """The amount in each of the five on the day and now."""
    base, now = view.pair[:3], loaders.desk().span(view, shown)[1]
    what = t("{amount} {base} at official rates, without the margin of a bank", amount=_amount(amount), base=base)
    heads = (t("Currency"), notation.day(day), notation.day(now), t("Change"), t("Source"))
    head = "".join(f'<th scope="col">{markup.text(name)}</th>' for name in heads)
    rows = "".join(_row(base, c.currency, c.unit, amount, (day, now), shown) for c in COUNTRIES if c.currency != base)
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{markup.text(what)}">'
        f'<table class="plain figures bought"><caption>{markup.text(what)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _row(base: str, quote: str, unit: str, amount: float, days: Days, shown: State) -> str:
    """Both figures of one source: the one that has the day's rate."""
    desk = loaders.desk()
    then = compare.rate_on(desk, base + quote, days[0], amount, state=shown)
    now = compare.rate_on(desk, base + quote, days[1], amount, state=shown, source=then.source if then else "")
    percent = (now.rate / then.rate - 1) * 100 if then and now else None
    cells = "".join(f"<td>{_value(one.value) if one else notation.DASH}</td>" for one in (then, now))
    name = f'<th scope="row"><b>{quote}</b> {markup.text(t(unit))}</th>'
    one = then or now
    source = _source(one) if one else notation.DASH
    return f"<tr>{name}{cells}{change_cell(percent, t('since that day'), 'usd')}<td>{source}</td></tr>"


def _source(one: RateOn) -> str:
    name = loaders.source_name(one.source)
    return markup.text(name if one.official else f"{name} ({t('not official')})")


def _amount(amount: float) -> str:
    return notation.number(f"{amount:,.13g}") if amount >= 1 else notation.published(amount)


def _value(value: float) -> str:
    return notation.number(f"{value:,.2f}") if value >= 1 else notation.derived(value)


def _rate(found: RateOn) -> str:
    return notation.derived(found.rate) if found.legs else notation.published(found.rate)
