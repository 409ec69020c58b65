"""How much of a long matrix is tested: a sample in `make test`, all of it in `make test-all`."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, product

FULL = os.environ.get("ALTYN_TEST_ALL", "") not in ("", "0")


def pairwise(*axes: Iterable[object], full: bool = FULL) -> list[tuple[object, ...]]:
    """Combinations of one value of each axis: all when `full`, else few in which any two values of two axes meet."""
    every = [*product(*map(tuple, axes))]
    if full:
        return every
    chosen = []
    missing = {pair for case in every for pair in _pairs(case)}
    while missing:
        best = max(every, key=lambda case: len(missing.intersection(_pairs(case))))
        missing.difference_update(_pairs(best))
        chosen.append(best)
    return chosen


def _pairs(case: Sequence[object]) -> Iterator[object]:
    return combinations(enumerate(case), 2)
