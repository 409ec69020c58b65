"""The parts of Impact: controls, the paths, the episodes, the grid, who was left out, the method."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

import streamlit as st

from lib import links, notation
from lib.charts import paths
from lib.countries import BY_CODE, PLACE_NAMES
from lib.desk import State, impact_words
from lib.desk import impact as answers
from lib.desk.impact import Question
from lib.export.tables import as_csv
from lib.impact import DISCOVERY, Cell, Episode, Study
from lib.links import ADJUSTMENTS, EVENT_WINDOWS, NORMALS, View
from lib.ui import controls, filters, hands, loaders, markup, share
from lib.ui.unvalidated import Unvalidated
from lib.ui.view import around, at_callback, fill, first_page
from lib.words import plural, t

WINDOW_NAMES = {"0..0": "first fixing", "0..1": "next fixing", "0..4": "five fixings"}
NORMAL_NAMES = {"median": "median", "mean": "mean"}
HEADS = ("Day", "Effect", "Articles", "First article")  # of the episodes
IN_SIGHT = 12  # episodes
MAX_LEFT = 100  # of those left out for a reason


def one_country(code: str) -> None:
    """A cell of the ticker: its currency is studied."""
    if code in BY_CODE:
        fill(replace(at_callback(), countries=(code,), lines=(), page=1))


def topic(code: str) -> None:
    """A cell of the grid, "KZ energy": its country and topic become the question."""
    country, _, name = code.partition(" ")
    if country in BY_CODE and name in loaders.topic_names():
        view = replace(at_callback(), countries=(country,), topics=(name,), news=None, words="", lines=(), page=1)
        fill(view)


def requested(view: View, shown: State) -> Question:
    return answers.question(loaders.desk(), view, shown)


def choose(view: View, shown: State) -> None:
    """Topics, words, places and days of the articles; the method; Share."""
    controls.options_button("controls", t("Options"))
    names = loaders.topic_names()
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="controls"):
        st.multiselect(
            t("Topics"), names, key="topic", format_func=names.__getitem__, on_change=first_page,
            label_visibility="collapsed", placeholder=t("All topics"), width=260,
        )  # fmt: skip
        st.text_input(
            t("Search"), key="q", on_change=first_page, label_visibility="collapsed",
            placeholder=t("Search"), max_chars=200, width=180,
        )  # fmt: skip
        st.toggle(t("All countries"), key="free", on_change=first_page)
        controls.dates()
        controls.chosen(notation.span(view.since, view.until) if view.since and view.until else t("any date"), "period")
        _method()
        if filters.active(view, "chart"):
            controls.clear_button("clear")
        share.offer(view, shown, "impact")


def _method() -> None:
    behind = st.popover(t("Method"), key="method", on_change="rerun")
    if not behind.open:
        return
    with behind:
        st.segmented_control(
            t("Window"), EVENT_WINDOWS, key="event_window", required=True,
            format_func=lambda window: t(WINDOW_NAMES[window]),
        )  # fmt: skip
        st.segmented_control(
            t("Normal return"), NORMALS, key="normal", required=True,
            format_func=lambda normal: t(NORMAL_NAMES[normal]),
        )  # fmt: skip
        st.multiselect(t("Adjusted by moves of"), ADJUSTMENTS, key="adjust", placeholder=t("nothing"))


def heading(made: Study | None, question: Question) -> str:
    """The answer as the page's heading, and what it was made of below it."""
    names = loaders.topic_names()
    title = impact_words.title(made, [names[code].lower() for code in question.topics])
    below = " · ".join(_below(made, question))
    paths_title = f"<h2 class=part>{t('Paths around the news')}</h2>"  # here, so that the chart stays in its place
    return (
        f'<div class="headline"><h1>{markup.text(title)}</h1>'
        f'<div class="caption muted">{markup.text(below)}</div></div>'
        f"{paths_title if made and made.episodes else ''}"
    )


def _below(made: Study | None, question: Question) -> Iterator[str]:
    yield t("{pair}, {source}", pair=f"USD/{question.country.currency}", source=_source(question))
    if made is None:
        return
    yield t("{articles} match", articles=plural(made.articles, "article", "articles"))
    outcome = made.outcome
    if outcome and outcome.interval:
        low, high = map(_signed, outcome.interval)
        yield t("95 % interval of the mean {low} to {high} %", low=low, high=high)
    if outcome:
        yield t("p = {p} ({test})", p=notation.number(f"{outcome.p:.3f}"), test=t(TESTS[outcome.lead]))
    if made.mean is not None and made.why:
        yield impact_words.reason(made)


TESTS = {"bmp": "BMP test", "sign": "sign test", "placebo": "shifted calendars"}


def _source(question: Question) -> str:
    source = loaders.desk().sources.get(question.source)
    return t(source.name) if source else t("no source")


def chart(made: Study) -> None:
    """The paths of the episodes around the news."""
    points = [(point.offset, point.mean, point.low, point.high) for point in made.path]
    figure = paths.figure([e.path for e in made.episodes], points, loaders.ink(), made.window)
    with st.container(key="paths"):
        st.plotly_chart(Unvalidated(figure), key="paths_chart", config=CONFIG, alt=alt(made))


CONFIG: dict[str, Any] = {"displayModeBar": False, "displaylogo": False, "showSendToCloud": False}


def alt(made: Study) -> str:
    """The chart for those who are read to."""
    ends = ", ".join(f"{point.offset:+d}: {notation.number(f'{point.mean:+.2f}')} %" for point in made.path)
    return t("Mean path of {episodes}: {ends}.", episodes=plural(len(made.episodes), "episode", "episodes"), ends=ends)


def episodes(made: Study, question: Question, view: View) -> str:
    """How to read the paths; the episodes, the largest effects first, each leading to its days on
    Rates & news."""
    note = t(
        "Each thin line is an episode, the thick one their mean with its 95 % interval; the days before"
        " the news are shaded. Near is not because of."
    )
    ordered = sorted(made.episodes, key=lambda episode: -abs(episode.effect))
    rows = [_episode(episode, question, view) for episode in ordered]
    head = "".join(f'<th scope="col">{t(name)}</th>' for name in HEADS)
    shown = f"{''.join(rows[:IN_SIGHT])}"
    more = "".join(rows[IN_SIGHT:])
    table = _table(t("Episodes"), head, shown)
    summary = t("{n} more", n=len(rows) - IN_SIGHT)
    rest = f"<details><summary>{summary}</summary>{_table(t('More episodes'), head, more)}</details>"
    heading = f"<h2 class=part>{t('Episodes, the largest effects first')}</h2>"
    return f'<p class="caption muted">{markup.text(note)}</p>{heading}{table}{rest if more else ""}'


def _table(name: str, head: str, rows: str) -> str:
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{markup.text(name)}">'
        f'<table class="plain figures episodes"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _episode(episode: Episode, question: Question, view: View) -> str:
    target = around(view, question.country.code, episode.day)
    day = notation.day(episode.day)
    if target:
        address = markup.text(links.url(share.root(), target))
        day = f'<a data-go href="{address}">{day}</a>'
    effect = notation.change(episode.effect)
    weaker = "" if abs(episode.effect) < 0.005 else t("weaker") if episode.effect > 0 else t("stronger")
    css = "weaker" if episode.effect > 0 else "stronger"
    return (
        f'<tr><th scope="row">{day}</th><td><span class="{css}">{effect}</span> {weaker}</td>'
        f"<td>{episode.count}</td><td>{markup.text(episode.title)}</td></tr>"
    )


def grid(question: Question, shown: State) -> None:
    """Countries by topics, computed after all else is in sight."""
    names = loaders.topic_names()
    st.html(f"<h2 class=part>{t('Every country and topic')}</h2>")
    place = st.empty()
    bar = place.progress(0.0, t("Studying every country and topic …"))
    made = answers.grid(loaders.desk(), question, tuple(names), shown, bar.progress)
    place.html(_grid(made.cells, made.tests, names))


def _grid(cells: Sequence[Cell], tests: int, names: dict[str, str]) -> str:
    head = "".join(f'<th scope="col">{markup.text(name)}</th>' for name in names.values())
    rows = "".join(
        f'<tr><th scope="row">{markup.text(t(PLACE_NAMES[code]))}</th>{"".join(map(_cell, row))}</tr>'
        for code, row in groupby(cells, key=lambda cell: cell.country)
    )
    marked = t(
        "Mean effect in percent (up: weaker) and episodes; {tests}, so that q-values are over all of"
        " them. Bold: q at most {q}. Grey: too few episodes, or a rate that does not move.",
        tests=plural(tests, "test", "tests"),
        q=notation.number(f"{DISCOVERY:.2f}"),
    )
    label = t("Every country and topic")
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{label}"><table class="plain figures grid">'
        f'<thead><tr><th scope="col">{t("Country")}</th>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
        f'<p class="caption muted">{markup.text(marked)}</p>'
    )


def _cell(cell: Cell) -> str:
    if cell.mean is None:
        return f'<td class="muted" title="{markup.text(t(cell.why))}">{notation.DASH}</td>'
    value = f"{_signed(cell.mean)} ({cell.episodes})"
    why = t(cell.why) if cell.q is None else t("q = {q}", q=notation.number(f"{cell.q:.2f}"))
    found = cell.q is not None and cell.q <= DISCOVERY
    css = "plain" if cell.q is not None else "plain muted"
    more = f"{t(PLACE_NAMES[cell.country])}, {loaders.topic_names()[cell.topic]}"
    button = hands.button("topic", f"{cell.country} {cell.topic}", value, why, css=css, more=more)
    return f"<td>{f'<b>{button}</b>' if found else button}</td>"


def _signed(percent: float) -> str:
    """One decimal with its sign; none for what rounds to zero."""
    if abs(percent) < 0.05:
        return notation.number("0.0")
    return notation.number(f"{percent:+.1f}").replace("-", "−")


def left_out(made: Study) -> str:
    """Articles that do not count, by reason."""
    rows = sorted(made.left_out(), key=lambda one: one.reason)
    parts = []
    for _, group in groupby(rows, key=lambda one: one.reason):
        some = list(group)
        items = "".join(f"<li>{notation.day(one.day)}: {markup.text(one.title)}</li>" for one in some[:MAX_LEFT])
        summary = f"{plural(len(some), 'article', 'articles')}: {markup.text(t(some[0].why))}"
        parts.append(f"<details><summary>{summary}</summary><ul>{items}</ul></details>")
    listed = "".join(parts) or f'<p class="muted">{t("None.")}</p>'
    return f"<h2 class=part>{t('Left out, and why')}</h2>{listed}"


def method(made: Study) -> str:
    note = impact_words.method_note(made)
    return f'<h2 class="part">{t("How this was made")}</h2><p class="caption muted">{markup.text(note)}</p>'


def save(made: Study, question: Question, shown: State) -> None:
    """The episodes as a file."""
    table = answers.table(made, question, shown)
    name = f"altyn_impact_{question.country.currency}.csv"
    st.download_button(
        t("Episodes, CSV"), lambda: as_csv(table), name, "text/csv", on_click="ignore", key="save-episodes"
    )
