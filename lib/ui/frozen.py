"""A view of the past: as of when it is, what has changed since, and the way back to today."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import streamlit as st

from lib import notation
from lib.desk import Changes, RateChange, Section, State
from lib.links import View
from lib.ui import hands, loaders, markup
from lib.words import plural, t

MAX_NAMED = 5  # corrected rates that the banner names; the others are counted


def banner(view: View, shown: State, now: State, section: Section) -> None:
    """One line above a frozen view; nothing above a live one."""
    if view.asof is None:
        return
    text = loaders.nothing_before(view, shown) or _since(view, shown, now, section)
    today = hands.button("today", "1", t("Back to live view"))
    words = markup.text(f"{_as_of(view.asof)} {text}")
    st.html(f'<div class="notice frozen" role="status">{words} {today}</div>')


def mark(view: View, shown: State) -> None:
    """One line above an embedded frozen view, which must not pass for today's."""
    if view.asof is None:
        return
    text = " ".join(filter(None, [_as_of(view.asof), loaders.nothing_before(view, shown)]))
    st.html(f'<div class="caption muted frozen" role="status">{markup.text(text)}</div>')


def sentences(view: View, changes: Changes) -> list[str]:
    """What a reader of today would see otherwise, in words."""
    named, more = changes.corrected[:MAX_NAMED], len(changes.corrected) - MAX_NAMED
    several = _several_sources(changes)
    words = [_corrected(view, change, several=change.currency in several) for change in named]
    if more > 0:
        words.append(plural(more, "more rate corrected", "more rates corrected"))
    if changes.added:
        words.append(plural(changes.added, "rate added", "rates added"))
    if changes.withdrawn:
        words.append(plural(changes.withdrawn, "rate withdrawn", "rates withdrawn"))
    if changes.bundled:
        words.append(t("bundled history was added"))
    if changes.articles > 0:
        words.append(plural(changes.articles, "more article", "more articles"))
    if changes.articles < 0:
        words.append(plural(-changes.articles, "article fewer", "articles fewer"))
    return words


def _as_of(asof: datetime) -> str:
    there = asof.astimezone(UTC)
    return t("As of {day}, {time} UTC.", day=notation.day(there.date()), time=f"{there:%H:%M:%S}")


def _since(view: View, shown: State, now: State, section: Section) -> str:
    found = sentences(view, loaders.desk().changes(view, shown, now, section))
    if not found:
        return t("Nothing in this view has changed since.")
    return t("Since then: {changes}.", changes="; ".join(found))


def _several_sources(changes: Changes) -> set[str]:
    """The currencies of which rates of several sources were corrected."""
    pairs = {(change.currency, change.source) for change in changes.corrected}
    counted = Counter(currency for currency, _ in pairs)
    return {currency for currency, count in counted.items() if count > 1}


def _corrected(view: View, change: RateChange, *, several: bool) -> str:
    """KZT 12 Mar 2026: 500.12 → 501.00, as the view shows rates: both ways, and with equally many decimals."""
    source = f" ({loaders.source_name(change.source)})" if several else ""
    before, after = _figures(view, change)
    return f"{change.currency}{source} {notation.day(change.day)}: {before} → {after}"


def _figures(view: View, change: RateChange) -> tuple[str, str]:
    if view.direction == "local":
        return notation.derived(1 / change.before), notation.derived(1 / change.after)
    return notation.alike(change.before, change.after)
