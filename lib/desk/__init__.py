"""The application layer: what a reader asks, answered from the store. Pages, routes and notebooks ask it alike.

`Desk.open()` is the public face; README has an example for a notebook, which a test runs.

desk.py      the public face, and what the pages ask by view
lines.py     rates: read, annotated, chosen, cut       packed.py  a line as the cache keeps it
articles.py  filters, pages and counts of articles
moves.py     abnormal moves with the articles around them
events.py    numbered events with the articles around them
numbers.py   changes and extremes over the period
pictured.py  a view as a picture
changes.py   what is otherwise today than in a frozen view
bundle.py    files and a citation to take along       moved.py   moves as a table
rate.py      one rate on a day                        catalogued.py  the sources as a table
health.py    how the sources are
cache.py     the one cache, bounded in bytes           given.py   what a caller may write
"""

from __future__ import annotations

from lib.desk.articles import Page, archive_places, country_filter, highlight
from lib.desk.bundle import Bundle
from lib.desk.cache import Cache
from lib.desk.catalogued import table as sources_table
from lib.desk.changes import Changes, RateChange
from lib.desk.desk import NOTHING, Desk, Section
from lib.desk.events import EventInView
from lib.desk.health import RunLog, SourceHealth
from lib.desk.lines import Days, InView
from lib.desk.moves import MoveInView, largest_first
from lib.desk.rate import RateOnDay
from lib.desk.rate import on_day as rate_on_day
from lib.store import Failure, State

__all__ = [
    "NOTHING",
    "Bundle",
    "Cache",
    "Changes",
    "Days",
    "Desk",
    "EventInView",
    "Failure",
    "InView",
    "MoveInView",
    "Page",
    "RateChange",
    "RateOnDay",
    "RunLog",
    "Section",
    "SourceHealth",
    "State",
    "archive_places",
    "country_filter",
    "highlight",
    "largest_first",
    "rate_on_day",
    "sources_table",
]
