"""A line in view, the marks by which it is told from the others, and its last value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from lib import series
from lib.countries import Country
from lib.links import Measure

Days = tuple[date, date]  # the first and last

DASHES = ("solid", "5px,2px", "2px,2px", "8px,2px,2px,2px", "10px,3px")
GLYPHS = {"solid": "━", "5px,2px": "╌", "8px,2px,2px,2px": "┅", "2px,2px": "┈", "10px,3px": "╍"}  # a label's dashes


@dataclass(frozen=True, slots=True)
class Line:
    """One currency's line in view: `frame` as `series.annotate` leaves it, cut to the period and turned as shown."""

    country: Country
    source: str  # as a legend names it
    frame: pd.DataFrame
    base: str = "USD"
    dash: str = "solid"

    def values(self, measure: Measure) -> pd.Series:
        """What is drawn: rates, indexes or changes."""
        if measure == "index":
            return series.index_to_100(self.frame)
        values: pd.Series = self.frame["change" if measure == "change" else "value"]
        return values


def dashed(lines: Sequence[Line], shared: bool) -> list[Line]:
    """The lines with the dash that tells each from those on its axis: countries where one axis holds one publisher of
    each, publishers where it holds several."""
    done: list[Line] = []
    single = len({line.country.code for line in lines}) == len(lines)
    for line in lines:
        nth = sum(other.country is line.country for other in done)
        done.append(replace(line, dash=line.country.dash if shared and single else DASHES[nth % len(DASHES)]))
    return done


def ms(index: pd.Index) -> np.ndarray:
    milliseconds: np.ndarray = index.to_numpy().astype("datetime64[ms]").astype("float64")
    return milliseconds
