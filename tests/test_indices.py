"""Sensitivity by known functions: what screening and indices say of them is known beforehand."""

from __future__ import annotations

import numpy as np
import pytest

from runners.designs.indices import design_morris, design_sobol, measure_effects, measure_indices


def ishigami(points: np.ndarray) -> np.ndarray:
    """sin x + 7 sin^2 y + 0.1 z^4 sin x, each from -pi to pi (Ishigami and Homma 1990)."""
    x, y, z = (2.0 * np.pi * points - np.pi).T
    return np.sin(x) + 7.0 * np.sin(y) ** 2 + 0.1 * z**4 * np.sin(x)


def test_the_indices_of_the_ishigami_function() -> None:
    """V = 7^2/8 + 0.1 pi^4/5 + 0.01 pi^8/18 + 1/2 = 13.8446; first 0.3139, 0.4424, 0; total 0.5576, 0.4424, 0.2437."""
    first, total = measure_indices(ishigami(design_sobol(3, 4096, 1)), 3)
    assert first.value == pytest.approx([0.3139, 0.4424, 0.0], abs=0.02)
    assert total.value == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.02)
    for index in (first, total):
        assert (index.low <= index.value).all()
        assert (index.value <= index.high).all()
    assert first.low[2] <= 0.0 <= first.high[2]


def test_the_indices_of_a_sum_are_the_parts_of_its_variance() -> None:
    """3 a + 4 b: variances 9/12 and 16/12, so 0.36 and 0.64, and no interaction."""
    points = design_sobol(2, 1024, 0)
    first, total = measure_indices(points @ np.array([3.0, 4.0]) + 100.0, 2)
    assert first.value == pytest.approx([0.36, 0.64], abs=0.01)
    assert total.value == pytest.approx([0.36, 0.64], abs=0.01)


def test_what_does_not_vary_hangs_on_nothing() -> None:
    first, total = measure_indices(np.full(len(design_sobol(2, 16, 0)), 5.0), 2)
    assert first.value.tolist() == total.value.tolist() == [0.0, 0.0]


def test_the_effects_of_a_sum_are_its_factors_everywhere() -> None:
    """2 a - 3 b: effects 2 and -3 at every point, and nothing of a third number."""
    design = design_morris(3, 10, 0)
    effects = measure_effects(design, design.points @ np.array([2.0, -3.0, 0.0]))
    assert effects.mean == pytest.approx([2.0, -3.0, 0.0])
    assert effects.size.value == pytest.approx([2.0, 3.0, 0.0])
    assert effects.size.low == pytest.approx([2.0, 3.0, 0.0])
    assert effects.deviation == pytest.approx([0.0, 0.0, 0.0], abs=1e-12)


def test_an_interaction_is_seen_as_a_deviation() -> None:
    """a b: the effect of a is b, which takes 0, 1/3, 2/3 and 1 alike: mean 1/2."""
    design = design_morris(2, 400, 1)
    effects = measure_effects(design, design.points.prod(axis=1))
    assert effects.mean == pytest.approx([0.5, 0.5], abs=0.05)
    assert (effects.deviation > 0.3).all()


def test_every_trajectory_moves_every_number_once_and_stays_in_the_cube() -> None:
    design = design_morris(5, 20, 2)
    assert design.points.shape == (20 * 6, 5)
    assert (np.sort(design.moved, axis=1) == np.arange(5)).all()
    assert design.points.min() >= -1e-12
    assert design.points.max() <= 1.0 + 1e-12
