"""The Sources page as HTML: of each source its last success, newest observation, and last error in plain words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from lib import catalog, notation, series
from lib.countries import BY_CODE
from lib.desk import Failure, RunLog, SourceHealth, State
from lib.models import Run
from lib.snapshot import DIGEST, RATES_SOURCE
from lib.ui import loaders, markup
from lib.words import plural, t

ADVICE = (  # what to do, by what an error says; the first that fits
    (
        r"status 40[14]|status 410|another address|not a web address|not an address|not public|not safe to follow",
        "Look for a newer Altyn, or mend the address in lib/catalog.",
    ),
    (r"status 40[13]|status 451", "The server refuses programs, or this place: read it on its own page."),
    (r"status 429|status 503|to ask nothing before", "Nothing to do: it is left alone for as long as it asks."),
    (r"no network", "See to this machine's network if all sources fail; else look for a newer Altyn."),
    (
        r"refuses connections|in time|broke off|cannot be reached|status 5..|took more than|HTTP headers",
        "Nothing to do: its server is down or slow.",
    ),
    (r"certificate|TLS", "Check the clock of this machine; else its operator has to renew the certificate."),
    (r"", "Its format may have changed: look for a newer Altyn."),
)
RATES_HEAD = ("Rates", "Held", "Last success", "Last run", "Runs", "Terms, attribution and notes")
FEEDS_HEAD = ("News", "Held", "Last success", "Last run", "Runs", "Notes")
FLAGS_HEAD = ("Mark", "Meaning", "Points of the five currencies per USD", "OBS_STATUS")
KIND_WORDS = {
    "official": "official",
    "market": "market, indicative",
    "aggregate": "aggregate, origin undisclosed",
    "peg": "documented peg",
}


def rates_table(now: State) -> str:
    """Sources of rates: kind, what is there and missing of them, how their refreshes went, terms and attribution."""
    log = loaders.desk().run_log()
    return _table(RATES_HEAD, [_rates_row(found, log) for found in loaders.desk().health(now)])


def _rates_row(found: SourceHealth, log: RunLog) -> list[str]:
    source = found.source
    kind = t("official central bank") if source.country in BY_CODE else t(KIND_WORDS[source.kind])
    name = f"{markup.link(source.page, t(source.name))}<br><span class='muted'>{kind}</span>"
    notes = (t(source.terms), t("Cite as:"), f"{t(source.attribution)}.", t(source.note))
    about = markup.text(" ".join(filter(None, notes)))
    seeded = log.latest.get("snapshot")
    if source.key == RATES_SOURCE and seeded:
        about += " " + t("The bundled snapshot, loaded {when}, holds figures of this source.", when=_when(seeded))
    kept = f"{_covered(found)}{_left(found)}{_superseded(log.latest.get(f'superseded:{source.key}'))}"
    return [name, kept, *_cells(log, source.key), about]


def _left(found: SourceHealth) -> str:
    """The days that a source does not answer for, with the reason."""
    left = [failure for failure in found.failures if failure.left]
    if not left:
        return ""
    rows = "".join(map(_failure, left))
    many = plural(len(left), "period asked for once a week: it failed", "periods asked for once a week: they failed")
    return f"<details><summary>{many}</summary><ul>{rows}</ul></details>"


def _failure(failure: Failure) -> str:
    days, reason = notation.span(failure.since, failure.until), _english(failure.reason)
    tried = t("Asked for {n} times, last {when}.", n=failure.failures, when=_moment(failure.last_tried))
    return f"<li>{days}: {reason}. {tried}</li>"


def _superseded(run: Run | None) -> str:
    """What was stored and is no longer shown, with the reason."""
    if run is None:
        return ""
    rows = "".join(f"<li>{_english(f'{r.what}: {r.why}')}</li>" for r in run.rejected)
    many = plural(run.changed, "rate no longer shown", "rates no longer shown")
    return f"<details><summary>{many}, {_when(run)}</summary><ul>{rows}</ul></details>"


def _covered(found: SourceHealth) -> str:
    """Pairs, first and newest day, and how many publications the calendar names that are not there."""
    if not found.coverage:
        return t("nothing yet")
    pairs = ", ".join(f"{c.base}/{c.quote}" for c in found.coverage)
    first, last = min(c.first for c in found.coverage), max(c.last for c in found.coverage)
    told = notation.day(last)
    if found.due:
        told = t(
            "{days} · {missed} of {due} publications missing",
            days=notation.span(first, last),
            missed=notation.number(f"{found.missing:,}"),
            due=notation.number(f"{found.due:,}"),
        )
    return f"{markup.text(pairs)}<br><span class='muted'>{told}</span>"


def feeds_table(now: State) -> str:
    """News feeds, and the bundled digest."""
    counts = loaders.desk().articles_of.per_feed(now)
    log = loaders.desk().run_log()
    rows = []
    for key, feed in catalog.feeds().items():
        why = markup.text(t(feed.why) if feed.why else "")
        about = why if feed.enabled else f"{t('off')}: {why}"
        rows.append([markup.link(feed.page, feed.outlet), _articles(counts.get(key)), *_cells(log, key), about])
    if DIGEST in counts:
        about = t("Dated events in our own words, each with the page that supports it; not a news feed.")
        loaded = _when(log.latest.get("snapshot"))
        rows.append([t("Bundled digest"), _articles(counts[DIGEST]), loaded, "", "", about])
    return _table(FEEDS_HEAD, rows)


def flags_table(now: State) -> str:
    """What the marks on the chart mean, how many points of each publisher bear them, and the SDMX code that each has in
    an export."""
    found, names = loaders.desk().flagged(now), loaders.source_names()
    rows = []
    for flag, sentence in series.FLAGS.items():
        code = series.STATUS[flag]
        counts = {names[key]: flags[flag] for key, flags in found.items() if flags.get(flag)}
        told = ", ".join(f"{name} {notation.number(f'{count:,}')}" for name, count in counts.items()) or notation.DASH
        rows.append([f"<b>{flag}</b>", markup.text(t(sentence)), told, f"{code} ({series.OBS_STATUS[code].lower()})"])
    return _table(FLAGS_HEAD, rows)


def _cells(log: RunLog, key: str) -> list[str]:
    """Of one source: its last success, its last run, its last runs as a strip."""
    good = log.last_success.get(key)
    return [_when(good) if good else t("never"), _state(log.latest.get(key)), _strip(log.recent.get(key, []))]


def _strip(runs: Sequence[Run]) -> str:
    """The last runs as small marks, oldest first: a high one for success, a low one for failure."""
    if not runs:
        return notation.DASH
    failed = sum(run.outcome == "failed" for run in runs)
    label = t("{failed} of the last {n} runs failed", failed=failed, n=len(runs))
    marks = "".join(
        f'<i class="{"ko" if run.outcome == "failed" else "ok"}" title="{_when(run)}: {run.outcome}"></i>'
        for run in runs
    )
    return f'<span class="runs" role="img" aria-label="{label}">{marks}</span>'


def _articles(held: tuple[int, date] | None) -> str:
    if held is None:
        return t("nothing yet")
    return t("{n}, newest {day}", n=notation.number(f"{held[0]:,}"), day=notation.day(held[1]))


def _table(head: Sequence[str], rows: Iterable[list[str]]) -> str:
    names = [t(title) for title in head]
    cells = "".join(_row(names, row) for row in rows)
    titles = "".join(f'<th scope="col" role="columnheader">{name}</th>' for name in names)
    table = (
        f'<table class="plain" role="table"><thead role="rowgroup"><tr role="row">{titles}</tr></thead>'
        f'<tbody role="rowgroup">{cells}</tbody></table>'
    )
    return (
        f'<section aria-label="{names[0]}"><h2>{names[0]}</h2>'
        f'<div class="scroll" role="group" aria-label="{names[0]}" tabindex="0">{table}</div></section>'
    )


def _row(names: Sequence[str], row: Sequence[str]) -> str:
    """On a phone a cell is a line of its own, with the name of its column (style.css): a table that is no longer drawn
    as one says by its roles that it is one."""
    cells = zip(names, row, strict=True)
    return f'<tr role="row">{"".join(_cell(*pair) for pair in cells)}</tr>'


def _cell(name: str, content: str) -> str:
    return f'<td role="cell" data-label="{markup.text(name)}">{content}</td>'


def _state(run: Run | None) -> str:
    if run is None:
        return f'<span class="idle muted">{t("not asked yet")}</span>'
    if run.outcome == "failed":
        return f'<span class="bad">{_when(run)}: {_english(run.error)}.</span> {advice(run.error)}{_rejected(run)}'
    told = (
        t(
            "{new} new, {changed} changed",
            new=notation.number(f"{run.new:,}"),
            changed=notation.number(f"{run.changed:,}"),
        )
        if run.outcome == "ok"
        else t("nothing new")
    )
    remark = f". {_english(f'{run.error}.')}" if run.error else ""
    return f'<span class="good">{_when(run)}: {told}</span>{remark}{_rejected(run)}'


def advice(error: str) -> str:
    """What a reader can do about an error. What is held stays in any case, and the source is asked again by itself."""
    told = next(words for pattern, words in ADVICE if re.search(pattern, error))
    return t("{advice} It is asked again by itself; what is held stays.", advice=t(told))


def _rejected(run: Run) -> str:
    if not run.rejected:
        return ""
    rows = "".join(f"<li>{_english(f'{r.what}: {r.why}')}</li>" for r in run.rejected)
    many = plural(len(run.rejected), "row rejected", "rows rejected")
    return f"<details><summary>{many}</summary><ul>{rows}</ul></details>"


def _english(words: str) -> str:
    """Words of errors, which are in English whatever the page speaks."""
    return f'<span lang="en">{markup.text(words)}</span>'


def _when(run: Run | None) -> str:
    return _moment(run.ended) if run else notation.DASH


def _moment(at: datetime) -> str:
    return f"{notation.day(at.date())}, {at:%H:%M} UTC"
