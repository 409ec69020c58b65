"""A view and its link: which parameters there are, what they may hold, and both ways between them. Pure functions.

Defaults are not written, so live links stay short; a frozen link writes every field, so that a default that changes
later does not change it. What cannot be understood is ignored and named, never an error: each
parameter is valid, invalid (with the reason) or missing.

view.py        what a reader sees; frozen and live
reader.py      one parameter after the other, and what had to be ignored
migrations.py  links written for other names
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import quote, urlencode

from lib.countries import CODES, CURRENCIES, PLACES
from lib.links.migrations import MIGRATIONS, Migration, migrate
from lib.links.reader import AFTER, EARLIEST, LATEST, MOST_CHOSEN, REASONS, SHOWN_LENGTH, UNKNOWN, Ignored, Reader
from lib.links.view import (
    ADJUSTMENTS,
    ARTICLE_LANGUAGES,
    BASES,
    COLUMNS,
    DIRECTIONS,
    DRIVERS,
    EVENT_WINDOWS,
    LANGUAGES,
    MEASURES,
    NORMALS,
    ORDERS,
    PARTS,
    RANGES,
    SIZES,
    SORTS,
    STUDIES,
    WINDOWS,
    Direction,
    Language,
    Lines,
    Measure,
    Part,
    Range,
    Study,
    View,
    freeze,
    live,
)

__all__ = [
    "ADJUSTMENTS",
    "ARTICLE_LANGUAGES",
    "BASES",
    "COLUMNS",
    "DIRECTIONS",
    "DRIVERS",
    "EARLIEST",
    "EVENT_WINDOWS",
    "LANGUAGES",
    "LATEST",
    "MAX_AMOUNT_LENGTH",
    "MEASURES",
    "MIGRATIONS",
    "MOST_CHOSEN",
    "MOST_WORDS_LENGTH",
    "NORMALS",
    "ORDERS",
    "PARTS",
    "RANGES",
    "REASONS",
    "SHOWN_LENGTH",
    "SIZES",
    "SORTS",
    "STUDIES",
    "WINDOWS",
    "Direction",
    "Ignored",
    "Language",
    "Lines",
    "Measure",
    "Migration",
    "Part",
    "Range",
    "Study",
    "View",
    "freeze",
    "live",
    "params",
    "parse",
    "url",
]

MOST_WORDS_LENGTH = 200
MOST_NAME_LENGTH = 80  # of an outlet
MOST_KEY_LENGTH = 64  # of a story: a key is 32 hexadecimal digits today
MAX_AMOUNT_LENGTH = 30
FOREIGN = ("embed_options",)  # Streamlit's own, and what mailers and social networks hang onto links
FOREIGN_PREFIXES = ("utm_", "fbclid", "gclid", "yclid")


def parse(
    params: Mapping[str, Sequence[str]],
    topics: Collection[str],
    sources: Collection[str] = (),
    now: datetime | None = None,
) -> tuple[View, tuple[Ignored, ...]]:
    """The view that a link asks for, and what of it was not understood, where `topics` and `sources` are the codes
    that there are. It cannot ask for what is held after `now` (else the clock's). Never raises."""
    reader, default = Reader(*migrate(params)), View()
    since, until = _dates(reader)
    asked = reader.choice("range", RANGES, default.range)
    embed, part = _embed(reader)
    view = View(
        countries=reader.choices("country", CODES) or CODES,
        range=default.range if since or until else asked,
        since=since,
        until=until,
        measure=reader.choice("show", MEASURES, default.measure),
        direction=reader.choice("per", DIRECTIONS, default.direction),
        base=reader.choice("base", BASES, default.base),
        sources=reader.choices("source", sources, as_given=True),
        lines=reader.lines("line", CURRENCIES, sources),
        log=reader.switch("log"),
        topics=reader.choices("topic", topics),
        news=_news(reader),
        any_date=reader.choice("when", ("chart", "all"), "chart") == "all",
        words=_words(reader),
        page=reader.page("page"),
        asof=reader.instant("asof", now or datetime.now(UTC)),
        selected=reader.span("sel"),
        mark=reader.day("mark"),
        table=reader.switch("table"),
        outlets=reader.names("outlet", MOST_NAME_LENGTH),
        languages=reader.choices("language", ARTICLE_LANGUAGES),
        months=reader.months("month"),
        story=reader.text("story", MOST_KEY_LENGTH),
        sort=reader.choice("sort", SORTS, default.sort),
        size=int(reader.choice("size", [str(size) for size in SIZES], str(default.size))),
        lang=reader.choice("lang", LANGUAGES, default.lang),
        embed=embed,
        part=part,
        **_compared(reader, default),
        **_studied(reader, default),
    )
    for name, values in reader.left.items():
        if name not in FOREIGN and not name.startswith(FOREIGN_PREFIXES):
            reader.ignore(name, values[0] if values else "", UNKNOWN)
    return view, tuple(reader.ignored)


def params(view: View) -> dict[str, list[str]]:
    """The link's parameters for a view, in a fixed order: what differs from the default, of a frozen view everything
    that has a default."""
    default, frozen = View(), view.asof is not None

    def chosen(name: str) -> list[str]:
        value = getattr(view, name)
        written = value is not None and value != "" and (frozen or value != getattr(default, name))
        return [str(int(value) if isinstance(value, bool) else value)] if written else []

    everywhere = set(view.countries) == set(CODES) and not frozen
    fixed = ["chart"] if frozen else []  # what the feed shows unless the reader says otherwise
    written = {
        "country": [] if everywhere else list(view.countries),
        "range": [] if view.custom else chosen("range"),
        "from": chosen("since"),
        "to": chosen("until"),
        "show": chosen("measure"),
        "per": chosen("direction"),
        "base": chosen("base"),
        "source": list(view.sources),
        "line": [f"{currency}:{'+'.join(sources)}" for currency, sources in view.lines],
        "log": chosen("log"),
        "table": chosen("table"),
        "sel": [_span(*view.selected)] if view.selected else [],
        "mark": chosen("mark"),
        "topic": list(view.topics),
        "news": fixed if view.news is None else list(view.news) or ["all"],
        "when": ["all"] if view.any_date else fixed,
        "q": chosen("words"),
        "outlet": list(view.outlets),
        "language": list(view.languages),
        "month": list(view.months),
        "story": chosen("story"),
        "sort": chosen("sort"),
        "size": chosen("size"),
        "page": chosen("page"),
        "asof": [_instant(view.asof)] if view.asof else [],
        "lang": chosen("lang"),
        "embed": ["true"] if view.embed else [],
        "part": chosen("part"),
        "event": chosen("event_window"),
        "normal": chosen("normal"),
        "adjust": list(view.adjust),
        **{name: chosen(name) for name in ("by", "amount", "pair", "day", "study", "driver")},
        "over": chosen("window"),
    }
    return {name: values for name, values in written.items() if values}


def url(base: str, view: View) -> str:
    """The whole address of a view on the page at `base`, which has no parameters of its own."""
    query = urlencode(params(view), doseq=True, safe=":", quote_via=quote)
    return f"{base}?{query}" if query else base


def _compared(reader: Reader, default: View) -> dict[str, Any]:
    """The fields of Compare."""
    return {
        "by": reader.choice("by", ORDERS, default.by),
        "amount": reader.text("amount", MAX_AMOUNT_LENGTH) or default.amount,
        "pair": reader.pair("pair", BASES, default.pair),
        "day": reader.day("day"),
        "study": reader.choice("study", STUDIES, default.study),
        "window": int(reader.choice("over", [str(window) for window in WINDOWS], str(default.window))),
        "driver": reader.choice("driver", DRIVERS, default.driver),
    }


def _studied(reader: Reader, default: View) -> dict[str, Any]:
    """The fields of Impact."""
    return {
        "event_window": reader.choice("event", EVENT_WINDOWS, default.event_window),
        "normal": reader.choice("normal", NORMALS, default.normal),
        "adjust": reader.choices("adjust", ADJUSTMENTS),
    }


def _span(since: date, until: date) -> str:
    return f"{since}" if since == until else f"{since}..{until}"


def _instant(when: datetime) -> str:
    return when.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _dates(reader: Reader) -> tuple[date | None, date | None]:
    """Custom dates: either end may be open, but they must be in order."""
    since, until = reader.day("from"), reader.day("to")
    if not (since and until and since > until):
        return since, until
    reader.ignore("from", since.isoformat(), AFTER)
    return None, until


def _embed(reader: Reader) -> tuple[bool, Part]:
    """Whether one part stands alone, and which. `embed` is Streamlit's, and so never complained of: it hides the
    parameter from a page, which is left with `part`. `embed=feed` says both."""
    asked = {value.strip().lower() for value in reader.left.pop("embed", [])}
    short = next((part for part in PARTS if part in asked), None)
    return short is not None or "true" in asked, reader.choice("part", PARTS, short or View().part)


def _news(reader: Reader) -> tuple[str, ...] | None:
    if not reader.left.get("news"):
        return None
    chosen = reader.choices("news", (*PLACES, "all", "chart"))
    places = tuple(code for code in chosen if code in PLACES)
    if "all" in chosen:
        return ()
    return places or None


def _words(reader: Reader) -> str:
    """A reader's text may come from a page with anything in it: what cannot be printed is a space."""
    values = reader.left.get("q", [])
    reader.left["q"] = ["".join(c if c.isprintable() else " " for c in value) for value in values]
    return reader.text("q", MOST_WORDS_LENGTH)
