"""Samples whose spread is known, drawn by a seed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from runners.designs.design import Design
from runners.designs.samples import METHODS, Range, read_range, sample_ranges
from scenarios.errors import CaseError

MOST = 1_000_000
KEY = "adjust.capex.bio_ccs"


def range_of(key: str = KEY, **declared: Any) -> Range:
    found, problems = read_range(key, declared)
    assert found is not None, problems
    return found


def numbers_of(design: Design, place: int = 0) -> np.ndarray:
    return np.array([float(text) for text in design.levels[place]])[design.codes[:, place]]


def refusals(declared: Any, lang: str = "en") -> list[str]:
    found, problems = read_range(KEY, declared)
    assert found is None
    return [problem.tell(lang) for problem in problems]


@pytest.mark.parametrize("method", METHODS)
def test_the_same_seed_gives_the_same_design_and_another_one_another(method: str) -> None:
    ranges = [range_of(low=0.7, high=1.5), range_of("adjust.life.x", choices=[0, 1])]
    first, again, other = (sample_ranges(ranges, method, 50, seed, MOST) for seed in (3, 3, 4))
    assert first.levels == again.levels
    assert np.array_equal(first.codes, again.codes)
    assert first.levels != other.levels


def test_a_design_is_the_same_on_every_machine() -> None:
    """Four values as drawn once: numpy's generator and scipy's samplers keep their streams."""
    design = sample_ranges([range_of(low=0.0, high=1.0)], "latin_hypercube", 4, 0, MOST)
    assert numbers_of(design).tolist() == [0.0142656, 0.670916, 0.319414, 0.968599]
    design = sample_ranges([range_of(low=0.0, high=1.0)], "sobol", 4, 0, MOST)
    assert numbers_of(design).tolist() == [0.40995, 0.753614, 0.559966, 0.153431]


def test_a_hypercube_has_one_value_in_each_of_its_strips() -> None:
    design = sample_ranges(
        [range_of(low=0.0, high=100.0), range_of("b", low=0.0, high=100.0)], METHODS[0], 100, 1, MOST
    )
    for place in (0, 1):
        assert sorted(numbers_of(design, place).astype(int)) == list(range(100))


def test_a_sobol_sequence_of_any_length_fills_every_half_evenly() -> None:
    design = sample_ranges([range_of(low=0.0, high=1.0)], "sobol", 100, 0, MOST)
    assert len(design) == 100
    assert abs(int((numbers_of(design) < 0.5).sum()) - 50) <= 1


@pytest.mark.parametrize(
    ("declared", "mean"),
    [
        ({"low": 0.7, "high": 1.5}, 1.1),
        ({"distribution": "triangular", "low": 0.8, "mode": 1.0, "high": 1.5}, 1.1),
        ({"distribution": "normal", "mean": 0.035, "deviation": 0.01}, 0.035),
        ({"distribution": "normal", "mean": 0.035, "deviation": 0.01, "low": 0.0, "high": 0.07}, 0.035),
        ({"distribution": "log_uniform", "low": 0.5, "high": 2.0}, 1.5 / np.log(4.0)),
        ({"choices": [0, 1, 2], "weights": [5, 3, 2]}, 0.7),
    ],
)
def test_means_are_those_of_the_distributions(declared: dict[str, Any], mean: float) -> None:
    numbers = numbers_of(sample_ranges([range_of(**declared)], "sobol", 4096, 0, MOST))
    assert numbers.mean() == pytest.approx(mean, rel=2e-3)
    assert numbers.min() >= declared.get("low", -np.inf)
    assert numbers.max() <= declared.get("high", np.inf)


def test_a_normal_is_cut_off_where_its_ends_are() -> None:
    numbers = numbers_of(
        sample_ranges(
            [range_of(distribution="normal", mean=0.0, deviation=1.0, low=1.0, high=2.0)], "sobol", 64, 0, MOST
        )
    )
    assert numbers.min() >= 1.0
    assert numbers.max() <= 2.0


def test_texts_are_short_and_choices_are_as_written() -> None:
    design = sample_ranges(
        [range_of(low=0.7, high=1.5), range_of("exclude", choices=[[], ["a", "b"]])], "sobol", 64, 0, MOST
    )
    assert max(len(text) for text in design.levels[0]) <= 8
    assert design.levels[1] == ("[]", "[a,b]")


def test_what_is_wrong_with_a_range_is_told() -> None:
    place = f"sweep.vary.{KEY}: "
    assert refusals(3) == [
        place + "'3' is no range. Write, for instance, {low: 0.7, high: 1.5} or {choices: [0, 1, 2]}."
    ]
    assert refusals({"distribution": "gauss"}) == [
        place + "there is no distribution 'gauss'. Choose: uniform, log_uniform, triangular, normal, lognormal, beta."
    ]
    assert refusals({"low": 1, "hgih": 2}) == [
        place + "'high' is missing. Add it with a number.",
        place + "'hgih' is no part of the range. What is: distribution, low, high.",
    ]
    assert refusals({"low": "cheap", "high": True}) == [
        place + "'low' is 'cheap', which is no number. Write a number with a decimal point.",
        place + "'high' is 'True', which is no number. Write a number with a decimal point.",
    ]
    assert refusals({"low": 2, "high": 1}, "sv") == [place + "spannet går från 2 till 1. Skriv det lägre talet först."]
    assert refusals({"distribution": "log_uniform", "low": 0, "high": 1}) == [
        place + "'low' is 0 but has to be above zero. Write a larger number."
    ]
    assert refusals({"distribution": "normal", "mean": 0, "deviation": -1}) == [
        place + "'deviation' is -1 but has to be above zero. Write a larger number."
    ]
    assert refusals({"distribution": "triangular", "low": 0, "mode": 3, "high": 1}) == [
        place + "'mode' is 3, outside the range 0 to 1. Move it there."
    ]
    assert refusals({"choices": [1, 1]}) == [
        place + "'1, 1' is no list of different values. Write, for instance, choices: [0, 1, 2]."
    ]
    assert refusals({"choices": "abc"}) == [
        place + "'abc' is no list of different values. Write, for instance, choices: [0, 1, 2]."
    ]
    assert refusals({"choices": [0, 1], "weights": [1]}) == [
        place + "'[1]' are not 2 weights from zero up. Write one weight for each value in choices."
    ]


def test_more_samples_than_are_taken_are_refused() -> None:
    with pytest.raises(CaseError, match="2000000 scenarios are more than the 1000000"):
        sample_ranges([range_of(low=0, high=1)], "sobol", 2_000_000, 0, MOST)
