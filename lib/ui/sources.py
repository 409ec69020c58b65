"""The Sources page as HTML: of each source its last success, newest observation, and last error in plain words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from lib import catalog, notation
from lib.models import Run
from lib.snapshot import DIGEST, RATES_SOURCE
from lib.ui import loaders, markup

KIND_WORDS = {
    "official": "official",
    "market": "market, indicative",
    "aggregate": "aggregate, origin undisclosed",
    "peg": "documented peg",
}


def rates_table() -> str:
    """Publishers of rates: kind, what is held of them, and how their last refresh went."""
    store = loaders.store()
    held: dict[str, list[str]] = {}
    newest: dict[str, date] = {}
    for c in store.rates.coverage():
        held.setdefault(c.source, []).append(f"{c.base}/{c.quote}")
        newest[c.source] = max(newest.get(c.source, c.last), c.last)
    latest, good = store.runs.latest(), store.runs.last_success()
    seeded = latest.get("snapshot")
    rows = []
    for key, source in catalog.sources().items():
        name = f"{markup.link(source.page, source.name)}<br><span class='muted'>{KIND_WORDS[source.kind]}</span>"
        pairs = ", ".join(held.get(key, [])) or "nothing yet"
        about = f"{markup.text(source.terms)} {markup.text(source.note)}"
        if key == RATES_SOURCE and seeded:
            about += f" The bundled snapshot, loaded {_when(seeded)}, holds figures of this source."
        rows.append(
            [name, markup.text(pairs), _day(newest.get(key)), _success(good.get(key)), _state(latest.get(key)), about]
        )
    head = ["Rates", "Pairs held", "Newest day", "Last success", "Last run", "Terms and notes"]
    return _table(head, rows)


def feeds_table() -> str:
    """News feeds, and the bundled digest."""
    store = loaders.store()
    counts, latest, good = store.articles.per_feed(), store.runs.latest(), store.runs.last_success()
    rows = []
    for key, feed in catalog.feeds().items():
        count, newest = counts.get(key, (0, None))
        about = markup.text(feed.why) if feed.enabled else f"off: {markup.text(feed.why)}"
        name = markup.link(feed.page, feed.outlet)
        rows.append([name, f"{count:,}", _day(newest), _success(good.get(key)), _state(latest.get(key)), about])
    if DIGEST in counts:
        count, newest = counts[DIGEST]
        about = "Dated events in our own words, each with the page that supports it; not a news feed."
        rows.append(["Bundled digest", f"{count:,}", _day(newest), _when(latest.get("snapshot")), "", about])
    return _table(["News", "Articles held", "Newest day", "Last success", "Last run", "Notes"], rows)


def _table(head: Iterable[str], rows: Iterable[list[str]]) -> str:
    cells = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    titles = "".join(f'<th scope="col">{title}</th>' for title in head)
    table = f'<table class="plain"><thead><tr>{titles}</tr></thead><tbody>{cells}</tbody></table>'
    return f'<div class="scroll" role="region" aria-label="Sources" tabindex="0">{table}</div>'


def _state(run: Run | None) -> str:
    if run is None:
        return '<span class="idle muted">not asked yet</span>'
    if run.outcome == "failed":
        return f'<span class="bad">{_when(run)}: {markup.text(run.error)}</span>{_rejected(run)}'
    told = f"{run.new:,} new, {run.changed:,} changed" if run.outcome == "ok" else "nothing new"
    return f'<span class="good">{_when(run)}: {told}</span>{_rejected(run)}'


def _rejected(run: Run) -> str:
    if not run.rejected:
        return ""
    rows = "".join(f"<li>{markup.text(r.what)}: {markup.text(r.why)}</li>" for r in run.rejected)
    return f"<details><summary>{len(run.rejected)} rows rejected</summary><ul>{rows}</ul></details>"


def _success(run: Run | None) -> str:
    return _when(run) if run else "never"


def _when(run: Run | None) -> str:
    return _moment(run.ended) if run else notation.DASH


def _moment(at: datetime) -> str:
    return f"{notation.day(at.date())}, {at:%H:%M} UTC"


def _day(day: date | None) -> str:
    return notation.day(day) if day else notation.DASH
