"""Which values are sampled from ranges and distributions: Latin hypercubes and Sobol sequences, by a seed.

A range is declared as a mapping, in `conf/sweep/*.yaml` or on the command line:

    {low: 0.7, high: 1.5}                                                uniform
    {distribution: log_uniform, low: 0.5, high: 2}                       as often halved as doubled
    {distribution: triangular, low: 0.8, mode: 1.0, high: 1.6}
    {distribution: normal, mean: 0.035, deviation: 0.01, low: 0, high: 0.07}     cut off at low and high, if given
    {distribution: lognormal, median: 1.0, deviation: 0.2}               deviation of the logarithm; cut off likewise
    {distribution: beta, mean: 0.66, deviation: 0.08}                    a share between 0 and 1
    {choices: [0, 1, 2], weights: [0.5, 0.3, 0.2]}                       equally likely without weights
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import inf, isfinite
from typing import Any

import numpy as np

from runners.designs.correlation import Together, correlate_points, draw_matrix
from runners.designs.design import Design, check_count
from scenarios.errors import CaseError, Problem

METHODS = ("latin_hypercube", "sobol")
CHOICES, DISTRIBUTION = "choices", "distribution"
UNIFORM = "uniform"
FIELDS: Mapping[str, tuple[str, ...]] = {
    UNIFORM: ("low", "high"),
    "log_uniform": ("low", "high"),
    "triangular": ("low", "mode", "high"),
    "normal": ("mean", "deviation"),
    "lognormal": ("median", "deviation"),
    "beta": ("mean", "deviation"),
}
"""Numbers that each distribution needs; normal and lognormal may have `low` and `high` besides."""
OPTIONAL: Mapping[str, tuple[str, ...]] = dict.fromkeys(("normal", "lognormal"), ("low", "high"))
DIGITS = 6
"""Significant digits of sampled numbers, so that their texts are short and the same on every machine."""
_VARY = "sweep.vary"


@dataclass(frozen=True)
class Range:
    """What one key is sampled from: numbers of a distribution, or choices as text with their shares (summing to 1)."""

    key: str
    distribution: str
    numbers: Mapping[str, float]
    choices: tuple[str, ...] = ()
    shares: tuple[float, ...] = ()


def read_range(key: str, declared: Any) -> tuple[Range | None, list[Problem]]:
    """A declared range, or what is wrong with it."""
    if not isinstance(declared, Mapping):
        return None, [_refuse(key, "design_range_form", value=declared)]
    if CHOICES in declared:
        return _read_choices(key, declared)
    name = declared.get(DISTRIBUTION, UNIFORM)
    if name not in FIELDS:
        return None, [_refuse(key, "design_distribution", value=name, names=", ".join(FIELDS))]
    needed, known = FIELDS[name], (DISTRIBUTION, *FIELDS[name], *OPTIONAL.get(name, ()))
    problems = [_refuse(key, "design_range_missing", field=field) for field in needed if field not in declared]
    for field, value in declared.items():
        if field not in known:
            problems.append(_refuse(key, "design_range_field", field=field, names=", ".join(known)))
        elif field != DISTRIBUTION and not _is_number(value):
            problems.append(_refuse(key, "design_range_number", field=field, value=value))
    if problems:
        return None, problems
    numbers = {field: float(value) for field, value in declared.items() if field != DISTRIBUTION}
    problem = _check_numbers(key, name, numbers)
    return (None, [problem]) if problem else (Range(key, name, numbers), [])


def sample_ranges(
    ranges: Sequence[Range], method: str, samples: int, seed: int, most: int, groups: Sequence[Together] = ()
) -> Design:
    """A sample over all ranges at once; the same arguments give the same design on any machine.

    Args:
        ranges: of the keys.
        method: of `METHODS`.
        samples: how many.
        seed: of the draw.
        most: more samples than these are refused.
        groups: keys that have a rank correlation.

    Raises:
        CaseError: no samples, or too many.
    """
    if problem := check_count(samples, most):
        raise CaseError([problem])
    points = _spread_points(method, len(ranges), samples, seed)
    if groups:
        points = correlate_points(points, draw_matrix([one.key for one in ranges], groups))
    columns = [_take_levels(one, points[:, place]) for place, one in enumerate(ranges)]
    codes = np.column_stack([codes for _, codes in columns]).astype(np.int32)
    return Design(tuple(one.key for one in ranges), tuple(levels for levels, _ in columns), codes, method)


def take_values(ranges: Sequence[Range], points: np.ndarray) -> np.ndarray:
    """The numbers that points of the unit cube (n_points, n_ranges) stand for; choices have to be numbers."""
    columns = [_take_levels(one, points[:, place]) for place, one in enumerate(ranges)]
    return np.column_stack([np.array([float(text) for text in levels])[codes] for levels, codes in columns])


def _spread_points(method: str, width: int, samples: int, seed: int) -> np.ndarray:
    """Points in the unit cube; a Sobol sequence is drawn to the next power of two, which it is balanced over."""
    from scipy.stats import qmc

    if method == METHODS[0]:
        return np.asarray(qmc.LatinHypercube(width, rng=seed).random(samples))
    return np.asarray(qmc.Sobol(width, rng=seed).random_base2(max(samples - 1, 0).bit_length())[:samples])


def _take_levels(one: Range, points: np.ndarray) -> tuple[tuple[str, ...], np.ndarray]:
    """The distinct texts of a column, and which one each point takes."""
    if one.choices:
        codes = np.searchsorted(np.cumsum(one.shares[:-1]), points, side="right")
        return one.choices, codes
    numbers, places = np.unique(QUANTILES[one.distribution](points, one.numbers), return_inverse=True)
    texts = [f"{number:.{DIGITS}g}" for number in (numbers + 0.0).tolist()]
    levels = {text: place for place, text in enumerate(dict.fromkeys(texts))}
    return tuple(levels), np.array([levels[text] for text in texts])[places]


def _read_choices(key: str, declared: Mapping[Any, Any]) -> tuple[Range | None, list[Problem]]:
    known = (CHOICES, "weights")
    problems = [
        _refuse(key, "design_range_field", field=field, names=", ".join(known))
        for field in declared
        if field not in known
    ]
    choices = declared[CHOICES]
    if not isinstance(choices, Sequence) or isinstance(choices, str) or not choices:
        return None, [*problems, _refuse(key, "design_choices", value=choices)]
    texts = tuple(write_level(choice) for choice in choices)
    if len(set(texts)) < len(texts):
        problems.append(_refuse(key, "design_choices", value=", ".join(texts)))
    weights = declared.get("weights", [1.0] * len(texts))
    sound = isinstance(weights, Sequence) and len(weights) == len(texts)
    if not (sound and all(_is_number(weight) and weight >= 0 for weight in weights) and sum(weights) > 0):
        problems.append(_refuse(key, "design_weights", value=weights, count=len(texts)))
    if problems:
        return None, problems
    shares = tuple(weight / sum(weights) for weight in weights)
    return Range(key, CHOICES, {}, texts, shares), []


def write_level(value: Any) -> str:
    """A value of YAML as the text that the command line would say.

    >>> write_level([]), write_level(["a", "b"]), write_level(0.8), write_level(True), write_level(None)
    ('[]', '[a,b]', '0.8', 'true', 'null')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ",".join(write_level(part) for part in value) + "]"
    return str(value)


def _check_numbers(key: str, name: str, numbers: Mapping[str, float]) -> Problem | None:
    low, high = numbers.get("low", -inf), numbers.get("high", inf)
    if not low < high:
        return _refuse(key, "design_range_order", low=f"{low:g}", high=f"{high:g}")
    if name == "log_uniform" and low <= 0:
        return _refuse(key, "design_range_positive", field="low", value=f"{low:g}")
    if "deviation" in numbers and numbers["deviation"] <= 0:
        return _refuse(key, "design_range_positive", field="deviation", value=f"{numbers['deviation']:g}")
    if name == "lognormal" and numbers["median"] <= 0:
        return _refuse(key, "design_range_positive", field="median", value=f"{numbers['median']:g}")
    if name == "beta" and not numbers["mean"] * (1.0 - numbers["mean"]) - numbers["deviation"] ** 2 > 0:
        return _refuse(key, "design_range_beta", mean=f"{numbers['mean']:g}", deviation=f"{numbers['deviation']:g}")
    if "mode" in numbers and not low <= numbers["mode"] <= high:
        return _refuse(key, "design_range_mode", mode=f"{numbers['mode']:g}", low=f"{low:g}", high=f"{high:g}")
    return None


def _spread_uniform(points: np.ndarray, numbers: Mapping[str, float]) -> np.ndarray:
    return numbers["low"] + points * (numbers["high"] - numbers["low"])


def _spread_log_uniform(points: np.ndarray, numbers: Mapping[str, float]) -> np.ndarray:
    return np.asarray(numbers["low"] * (numbers["high"] / numbers["low"]) ** points)


def _spread_triangular(points: np.ndarray, numbers: Mapping[str, float]) -> np.ndarray:
    low, mode, high = (numbers[field] for field in FIELDS["triangular"])
    width = high - low
    below = low + np.sqrt(points * width * (mode - low))
    above = high - np.sqrt((1.0 - points) * width * (high - mode))
    return np.where(points * width < mode - low, below, above)


def _spread_normal(points: np.ndarray, numbers: Mapping[str, float]) -> np.ndarray:
    """Cut off at `low` and `high` by taking that part of the distribution between them alone."""
    from scipy.special import ndtr, ndtri

    mean, deviation = numbers["mean"], numbers["deviation"]
    low, high = ((numbers.get(field, other) - mean) / deviation for field, other in (("low", -inf), ("high", inf)))
    shares = ndtr(low) + points * (ndtr(high) - ndtr(low))
    least = np.finfo(float).tiny
    return np.asarray(mean + deviation * np.clip(ndtri(np.clip(shares, least, 1.0 - 2**-53)), low, high))


def _spread_lognormal(points: np.ndarray, numbers: Mapping[str, float]) -> np.ndarray:
    """The exponential of a normal one, cut off as that is."""
    ends = {field: np.log(max(numbers[field], np.finfo(float).tiny)) for field in ("low", "high") if field in numbers}
    normal = {"mean": float(np.log(numbers["median"])), "deviation": numbers["deviation"], **ends}
    return np.asarray(np.exp(_spread_normal(points, normal)))


def _spread_beta(points: np.ndarray, numbers: Mapping[str, float]) -> np.ndarray:
    """A share with this mean m and deviation s: a = m n, b = (1 - m) n, n = m (1 - m) / s^2 - 1."""
    from scipy.special import betaincinv

    mean, size = numbers["mean"], numbers["mean"] * (1.0 - numbers["mean"]) / numbers["deviation"] ** 2 - 1.0
    return np.asarray(betaincinv(mean * size, (1.0 - mean) * size, points))


QUANTILES: Mapping[str, Callable[[np.ndarray, Mapping[str, float]], np.ndarray]] = {
    UNIFORM: _spread_uniform,
    "log_uniform": _spread_log_uniform,
    "triangular": _spread_triangular,
    "normal": _spread_normal,
    "lognormal": _spread_lognormal,
    "beta": _spread_beta,
}
"""Distribution to its quantile function: shares in (0, 1) to values."""


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def _refuse(key: str, message: str, **found: Any) -> Problem:
    return Problem(message, f"{_VARY}.{key}", fields=found)
