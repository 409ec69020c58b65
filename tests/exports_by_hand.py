"""Views written out for the tests of `lib.export`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from lib import catalog, series
from lib.export import Shown
from lib.links import Direction
from lib.models import Observation
from tests.lines_by_hand import observation

ASOF = datetime(2026, 11, 23, 9, 15, tzinfo=UTC)
TENGE = (observation("2026-09-28", 478.77), observation("2026-09-29", 480.0))
SOMONI = (observation("2026-09-28", 51.2, base="TJS"), observation("2026-09-29", 51.0, base="TJS"))


def shown(
    observations: Sequence[Observation] = TENGE,
    base: str = "USD",
    currency: str = "KZT",
    direction: Direction = "usd",
    key: str = "nbk",
) -> Shown:
    """What a reader sees of one source's observations."""
    line = series.lines(series.frame(observations), base, currency)[key]
    return Shown(catalog.sources()[key], base, currency, series.annotate(line, currency, base=base), direction)
