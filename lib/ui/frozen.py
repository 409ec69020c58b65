"""A view of the past: as of when it is, what has changed since, and the way back to today."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date

import pandas as pd
import streamlit as st

from lib import notation
from lib.links import View
from lib.models import ArticleFilter
from lib.ui import chart, hands, loaders, markup
from lib.words import plural, t

Wanted = Callable[[View], ArticleFilter]


def banner(seen: View, period: tuple[date, date], wanted: Wanted, revision: int, *, rates: bool = True) -> None:
    """One line above a frozen view; nothing above a live one."""
    if seen.asof is None:
        return
    there = seen.asof.astimezone(UTC)
    moment = t("As of {day}, {time} UTC.", day=notation.day(there.date()), time=f"{there:%H:%M:%S}")
    since = changes(seen, period, wanted, revision, rates)
    told = (
        t("Since then: {changes}.", changes="; ".join(since)) if since else t("Nothing in this view has changed since.")
    )
    today = hands.button("today", "1", t("Show it as of today"))
    st.html(f'<div class="notice frozen" role="status">{markup.text(f"{moment} {told}")} {today}</div>')


def changes(seen: View, period: tuple[date, date], wanted: Wanted, revision: int, rates: bool) -> list[str]:
    """What a reader of today would see otherwise, in words."""
    now = replace(seen, asof=None)
    corrected, added = _rates(seen, now, period, revision) if rates else (0, 0)
    counts = [
        (plural(corrected, "rate corrected", "rates corrected"), corrected),
        (plural(added, "rate added", "rates added"), added),
    ]
    return [words for words, count in (*counts, *_articles(wanted(seen), wanted(now), revision)) if count]


def _rates(then: View, now: View, period: tuple[date, date], revision: int) -> tuple[int, int]:
    """Points corrected, and points that are new, on the publishers' lines in view."""
    before = {(x.country.code, x.source): x.line["value"] for x in chart.held(then, period, revision)}
    sources = tuple(dict.fromkeys(source for _, source in before))
    after = {
        (x.country.code, x.source): x.line["value"] for x in chart.held(replace(now, sources=sources), period, revision)
    }
    corrected = added = 0
    for key, values in before.items():
        both = pd.concat([values, after.get(key, values.iloc[:0])], axis=1, keys=["then", "now"], sort=True)
        corrected += int((both.dropna()["then"] != both.dropna()["now"]).sum())
        added += int(both["then"].isna().sum())
    return corrected, added


def _articles(then: ArticleFilter, now: ArticleFilter, revision: int) -> list[tuple[str, int]]:
    """Articles more or fewer; an edited one is not counted."""
    more = loaders.page(now, 1, 1, revision).total - loaders.page(then, 1, 1, revision).total
    if more < 0:
        return [(plural(-more, "article fewer", "articles fewer"), -more)]
    return [(plural(more, "article more", "articles more"), more)]
