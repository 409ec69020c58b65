"""The samples of long matrices: small, and nothing left out that two values could do to each other."""

from __future__ import annotations

from itertools import combinations, product

import pytest

from tests.sampling import pairwise

AXES = [
    [("light", "dark"), ("en", "ru"), ("wide", "narrow")],
    [range(7), "ab", "xy"],
    ["abc"],
    [(), "ab"],
]


@pytest.mark.parametrize("axes", AXES)
def test_any_two_values_of_two_axes_meet_in_a_sample(axes: list[object]) -> None:
    sample = pairwise(*axes, full=False)
    assert len(sample) <= len([*product(*axes)])
    for one, other in combinations(range(len(axes)), 2):
        assert {(case[one], case[other]) for case in sample} == {*product(axes[one], axes[other])}


def test_a_sample_of_three_looks_has_four_of_eight() -> None:
    assert len(pairwise(*AXES[0], full=False)) == 4


@pytest.mark.parametrize("axes", AXES)
def test_all_is_every_combination_once(axes: list[object]) -> None:
    assert pairwise(*axes, full=True) == [*product(*axes)]
