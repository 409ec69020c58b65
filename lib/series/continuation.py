"""The default line of a currency, continued by other sources where the best one has a gap.

Each observation keeps what its own source says of it: value, change, flags. Nothing is computed across
a seam. The column `source` names the source of each observation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

DAY = np.timedelta64(1, "D")


def continued(lines: Mapping[str, pd.DataFrame], order: Sequence[str]) -> pd.DataFrame:
    """The annotated line of the first source in `order`, with the observations of the next ones on
    the days on which nothing would be drawn: within its gaps, before its first observation, and
    after its last one where others go on after that has expired. Columns as of a line, and
    `source`."""
    first, *others = order
    line = lines[first].assign(source=first)
    for key in others:
        other = lines[key]
        extra = other[uncovered(line, other.index)]
        if len(extra):
            line = pd.concat([line, extra.assign(source=key)]).sort_index()
    return line


def uncovered(line: pd.DataFrame, days: pd.DatetimeIndex) -> np.ndarray:
    """Which of these days the line says nothing of, shape (len(days),)."""
    own, given = line.index.to_numpy(), days.to_numpy()
    if not len(own):
        return np.ones(len(given), bool)
    reach = line["reach"].to_numpy() * DAY
    expires = own[-1] + reach[-1]
    last = own[-1] if len(given) and given[-1] > expires else expires
    ends = np.append(np.where(np.diff(own) > reach[:-1], own[:-1], own[1:]), last)
    before = np.searchsorted(own, given, side="right") - 1
    covered: np.ndarray = (before >= 0) & (given <= ends[np.maximum(before, 0)])
    return ~covered
