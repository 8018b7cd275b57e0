"""Numbers that go together in a sample: each keeps its own distribution, and ranks are correlated as asked."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.stats import spearmanr
from test_samples import MOST, numbers_of, range_of, refusals

from runners.designs.correlation import Together, correlate_points, draw_matrix, is_correlation, read_groups
from runners.designs.samples import METHODS, sample_ranges


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("rank", [-0.6, 0.3, 0.9])
def test_two_of_three_numbers_go_together_as_asked(method: str, rank: float) -> None:
    ranges = [
        range_of("a", low=0.0, high=1.0),
        range_of("b", distribution="lognormal", median=1.0, deviation=0.5),
        range_of("c", distribution="triangular", low=0.0, mode=1.0, high=2.0),
    ]
    plain = sample_ranges(ranges, method, 1000, 1, MOST)
    tied = sample_ranges(ranges, method, 1000, 1, MOST, [Together("prices", ("a", "b"), rank)])
    for place in range(3):
        assert sorted(numbers_of(plain, place)) == sorted(numbers_of(tied, place))
    found = spearmanr(np.column_stack([numbers_of(tied, place) for place in range(3)])).statistic
    assert found[0, 1] == pytest.approx(rank, abs=0.02)
    assert abs(found[0, 2]) < 0.05
    assert abs(found[1, 2]) < 0.05


def test_a_matrix_that_is_none_of_correlations_is_known() -> None:
    """Three numbers that each go against both others: eigenvalues 1 + r and 1 + 2r, at r = -0.6 one below 0."""
    assert is_correlation(draw_matrix("abc", [Together("g", ("a", "b", "c"), -0.4)]))
    none = draw_matrix("abc", [Together("g", ("a", "b", "c"), -0.6)])
    assert not is_correlation(none)
    with pytest.raises(ValueError, match="no correlations"):
        correlate_points(np.random.default_rng(0).random((20, 3)), none)


@pytest.mark.parametrize(
    ("declared", "message"),
    [
        (
            {"keys": ["a", "b"]},
            "together.g: {'keys': ['a', 'b']} är ingen grupp. Skriv en som keys: [a, b] och rank: 0.8.",
        ),
        (
            {"keys": ["a", "x"], "rank": 0.5},
            "together.g: x dras inte. Ge den ett spann, eller ta bort den ur gruppen.",
        ),
        (
            {"keys": ["a", "b", "c"], "rank": -0.6},
            "together.g: 3 tal kan inte ha rangkorrelationen -0.6 två och två. Den ska vara större än -0.5 och mindre "
            "än 1, och talen minst två.",
        ),
    ],
)
def test_groups_that_cannot_be_are_told(declared: dict[str, Any], message: str) -> None:
    _, problems = read_groups({"g": declared}, ["a", "b", "c"], "together")
    assert [problem.tell("sv") for problem in problems] == [message]


def test_a_key_is_in_one_group_alone() -> None:
    both = {"g": {"keys": ["a", "b"], "rank": 0.5}, "h": {"keys": ["b", "c"], "rank": 0.5}}
    _, problems = read_groups(both, ["a", "b", "c"], "together")
    assert [problem.tell("sv") for problem in problems] == [
        "together.h: b är med i en grupp till. Låt den vara med i en."
    ]


@pytest.mark.parametrize(
    ("declared", "mean"),
    [
        ({"distribution": "lognormal", "median": 1.0, "deviation": 0.2}, np.exp(0.02)),
        ({"distribution": "beta", "mean": 0.66, "deviation": 0.08}, 0.66),
    ],
)
def test_means_of_lognormal_and_beta(declared: dict[str, Any], mean: float) -> None:
    numbers = numbers_of(sample_ranges([range_of(**declared)], "sobol", 4096, 0, MOST))
    assert numbers.mean() == pytest.approx(mean, rel=2e-3)
    if declared["distribution"] == "beta":
        assert numbers.std() == pytest.approx(0.08, rel=1e-2)


def test_a_beta_that_cannot_be_is_told() -> None:
    assert refusals({"distribution": "beta", "mean": 0.5, "deviation": 0.6}, "sv") == [
        "sweep.vary.adjust.capex.bio_ccs: medelvärdet 0.5 med avvikelsen 0.6 kan ingen andel mellan 0 och 1 ha. Minska "
        "avvikelsen."
    ]
