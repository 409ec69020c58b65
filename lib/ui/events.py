"""The events in view as a list below the chart, under the numbers that they have on the line."""

from __future__ import annotations

from collections.abc import Sequence

from lib import notation
from lib.desk import EventInView
from lib.models import PolicyRate
from lib.series import Move
from lib.ui import hands, markup
from lib.words import plural, t

IN_SIGHT = 6  # the others are behind a click


def html(found: Sequence[EventInView], more: int) -> str:
    """The list; `more` events are not numbered."""
    heading = f"<h2>{t('Events on the line')}</h2>"
    if not found:
        return f'<div class="moves">{heading}<p class="muted">{t("None in this period.")}</p></div>'
    rows = [_item(event) for event in found]
    first, rest = "".join(rows[:IN_SIGHT]), "".join(rows[IN_SIGHT:])
    summary = t("{n} more", n=len(rows) - IN_SIGHT)
    behind = f"<details><summary>{summary}</summary><ul>{rest}</ul></details>" if rest else ""
    hidden = plural(more, "smaller event is", "smaller events are") if more else ""
    note = t("{events} not numbered: choose a shorter period.", events=hidden) if more else ""
    why = t(
        "Changes of the regime, unusual moves (against the 60 changes before them), decisions on"
        " policy rates. Articles near an event need not be its cause."
    )
    return (
        f'<div class="moves">{heading}<p class="muted">{markup.text(why)}</p><ul>{first}</ul>{behind}'
        f"{f'<p class=muted>{markup.text(note)}</p>' if note else ''}</div>"
    )


def _item(event: EventInView) -> str:
    since, until = event.days
    label = (
        f'<span class="nth">{event.number}</span> <b>{notation.day(event.day)}</b> '
        f"{markup.text(event.country.currency)} {markup.text(_said(event))}"
    )
    attributes = {"id": f"event-{event.number}"}
    more = t("show the news of these days")
    button = hands.inner("days", f"{since}..{until}", label, css="plain event", more=more, attributes=attributes)
    broken = event.move.regime if event.move else None
    why = f"{markup.text(t(broken.sentence))} " if broken else ""
    return f"<li>{button} {why}{_articles(event)}</li>"


def _said(event: EventInView) -> str:
    if event.decision:
        return decision(event.decision)
    return _move(event.move) if event.move else ""


def decision(one: PolicyRate) -> str:
    """What the bank decided: "policy rate 16.5 → 18 %"."""
    new = notation.number(f"{one.rate:g}")
    if one.previous is None:
        return t("policy rate {new} %", new=new)
    old = notation.number(f"{one.previous:g}")
    return t("policy rate {old} → {new} %", old=old, new=new)


def _move(move: Move) -> str:
    """A move counts per unit of the base, whichever way round it is shown."""
    weaker = t("weaker") if move.change > 0 else t("stronger")
    said = f"{notation.change(move.change)} {weaker}"
    return f"{said} · {t(move.regime.word)}" if move.regime else said


def _articles(event: EventInView) -> str:
    links = [markup.link(a.url, a.title, language=a.language) for a in event.articles]
    if event.decision:
        source = t("decision: {outlet}", outlet=event.decision.outlet)
        links.insert(0, markup.link(event.decision.url, source))
    if not links:
        return f'<span class="muted">{t("no article found")}</span>'
    more = event.total - len(event.articles)
    return "; ".join(links) + (f' <span class="muted">+{more}</span>' if more > 0 else "")
