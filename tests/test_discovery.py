"""Which ranges of numbers lead to a miss: boxes that are known."""

from __future__ import annotations

import numpy as np
import pytest

from runners.analyses.stress.discovery import find_box


def test_a_box_of_two_numbers_is_found() -> None:
    """A miss where the first is at least 0.7 and the second at most 0.4: 0.3 x 0.4 = 12 % of the futures."""
    numbers = np.random.default_rng(1).random((2000, 4))
    missed = (numbers[:, 0] >= 0.7) & (numbers[:, 2] <= 0.4)
    box = find_box(numbers, missed)
    assert box is not None
    assert [(bound.key, bound.least) for bound in box.bounds] == [(0, True), (2, False)]
    assert [bound.number for bound in box.bounds] == pytest.approx([0.7, 0.4], abs=0.04)
    assert box.missed_inside == box.inside
    assert box.missed_inside > 0.85 * box.missed


def test_of_whole_years_the_first_is_told_from_which_on_it_is_missed_always() -> None:
    years = np.tile([0.0, 1.0, 2.0, 3.0], 25)[:, None]
    box = find_box(years, years[:, 0] >= 2)
    assert box is not None
    assert [(bound.key, bound.least, bound.number) for bound in box.bounds] == [(0, True, 2.0)]
    assert (box.inside, box.missed_inside, box.missed, box.futures) == (50, 50, 50, 100)


def test_chance_is_told_as_nothing() -> None:
    generator = np.random.default_rng(3)
    assert find_box(generator.random((1000, 1)), generator.random(1000) < 0.5) is None
    assert find_box(generator.random((10, 1)), np.zeros(10, dtype=bool)) is None


def test_a_number_that_is_in_the_box_by_chance_is_left_out() -> None:
    """Missed in four of five futures where the first of sixty is two years late: no other number has a part in it.

    One of sixty always happens to be alike in a dozen of those that miss; it was told as a condition.
    """
    generator = np.random.default_rng(5)
    late = generator.integers(0, 4, (100, 60)).astype(float)
    box = find_box(late, (late[:, 0] >= 2) & (generator.random(100) < 0.8))
    assert box is not None
    assert [(bound.key, bound.least) for bound in box.bounds] == [(0, True)]
    assert (box.inside, box.missed_inside) == (33, 27)
