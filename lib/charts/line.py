"""A line in view: what is drawn of it, and what distinguishes it from the other lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from lib import series
from lib.countries import Country
from lib.links import Measure

Days = tuple[date, date]  # the first and last
Trace = dict[str, Any]  # one trace of a Plotly figure

DAY_MS = 86_400_000
DASHES = ("solid", "5px,2px", "2px,2px", "8px,2px,2px,2px", "10px,3px")
GLYPHS = dict(zip(DASHES, "━╌┈┅╍", strict=True))  # the dashes as they stand in labels
SHADES = (1.0, 0.62, 0.8, 0.5, 0.7)  # opacity of the nth source of one currency
FALLBACK_SHADE = 0.45  # where the line is continued by another source


@dataclass(frozen=True, slots=True)
class Line:
    """One currency's line in view.

    `frame` is as `series.annotate` leaves it, cut to the period and in the direction shown. Its
    column `source`, where there is one, names the source of each observation; those of another
    source than `source` continue the line where it has a gap. `change` is the change over the
    period in percent, None where it cannot be computed within one source.
    """

    country: Country
    source: str  # as a legend names it
    frame: pd.DataFrame
    base: str = "USD"
    dash: str = "solid"
    shade: float = 1.0
    change: float | None = None

    def values(self, measure: Measure) -> pd.Series:
        """What is drawn: rates, indexes or changes."""
        if measure == "index":
            return series.index_to_100(self.frame)
        values: pd.Series = self.frame["change" if measure == "change" else "value"]
        return values

    @property
    def sources(self) -> np.ndarray:
        """The source of each observation."""
        if "source" in self.frame:
            sources: np.ndarray = self.frame["source"].astype(object).to_numpy()
            return sources
        return np.full(len(self.frame), self.source, dtype=object)

    @property
    def currency(self) -> str:
        return self.country.currency


def distinguished(lines: Sequence[Line], shared: bool) -> list[Line]:
    """The lines with a dash and a shade each: by country where one axis has one source of each,
    by source where it has several of one country."""
    single = len({line.country.code for line in lines}) == len(lines)
    done: list[Line] = []
    for line in lines:
        nth = sum(other.country is line.country for other in done) % len(DASHES)
        dash = line.country.dash if shared and single else DASHES[nth]
        done.append(replace(line, dash=dash, shade=SHADES[nth]))
    return done


def to_ms(index: pd.Index) -> np.ndarray:
    """Days as milliseconds since 1970."""
    milliseconds: np.ndarray = index.to_numpy().astype("datetime64[ms]").astype("float64")
    return milliseconds


def instant(day: date) -> float:
    """A day as the time axis has it: milliseconds since 1970, smaller and faster than text."""
    return float(pd.Timestamp(day).value / 10**6)
