"""The manat's peg: what the Central Bank of Turkmenistan has held the dollar at, decree by decree. Nobody is asked.

The bank's own list can rarely be reached from abroad, while the rule that it follows has changed twice in all: the
redenomination of 2009 and the devaluation of 2015. A row for each weekday, so that it is a line like any other.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date

from lib.catalog import Source
from lib.countries import MANAT_PEGS
from lib.models import Rate
from lib.net import Client
from lib.rates import Pause, Row, paced_days


def fetch(_client: Client, source: Source, since: date, until: date, _pause: Pause = time.sleep) -> Iterator[Row]:
    """The peg on each weekday from `since` to `until`; none before the manat of 2009."""
    for day in paced_days(source, since, until, lambda _seconds: None):
        pegs = [value for first, value in MANAT_PEGS if first <= day]
        if pegs:
            yield Rate(source.key, source.base, "TMT", day, pegs[-1])
