"""Which ranges of which numbers lead to a miss: a box of futures, found by peeling (PRIM, Friedman and Fisher 1999).

From all futures a slice at one end of one number is peeled off, again and again, always the one that leaves the largest
part of misses in what stays. The box is the last one that still holds enough futures, without the numbers that may be
in it by chance: of a hundred numbers some always are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

PEEL = 0.1
"""Part of the futures in the box that a peel takes at the least one value of."""
MOST_KEYS = 2
"""Numbers that a box restricts: more than two nobody can keep in mind."""
LEAST_FUTURES = 5
LEAST_PART = 0.08
"""Futures that a box holds at the least, and part of all."""
LEAST_GAIN = 0.15
"""By how much the part of misses in the box has to exceed that in all."""
CHANCE = 0.05
"""Most that a number of a box may be there by chance, all numbers that were looked at taken together."""
SAME = 1e-12


@dataclass(frozen=True)
class Bound:
    """One end of a number in a box: its place among the keys, whether it is a least, and the number."""

    key: int
    least: bool
    number: float


@dataclass(frozen=True)
class Box:
    """Futures with their numbers within bounds: how many, how many of them miss, and how many miss in all."""

    bounds: tuple[Bound, ...]
    inside: int
    missed_inside: int
    missed: int
    futures: int


def find_box(numbers: np.ndarray, missed: np.ndarray) -> Box | None:
    """The box in which misses are densest; None where no range of any number tells more than chance.

    Args:
        numbers: drawn (n_futures, n_keys).
        missed: whether each future misses (n_futures).
    """
    count, base = len(missed), float(missed.mean()) if len(missed) else 0.0
    if not 0.0 < base < 1.0 or not numbers.shape[1]:
        return None
    fewest = max(LEAST_FUTURES, int(np.ceil(LEAST_PART * count)))
    inside = np.ones(count, dtype=bool)
    bounds: dict[tuple[int, bool], float] = {}
    while missed[inside].mean() < 1.0 - SAME:
        best = _find_peel(numbers, missed, inside, bounds, fewest)
        if best is None:
            break
        key, least, number, inside = best
        bounds[key, least] = number
    bounds, inside = _drop_chance(numbers, missed, bounds)
    part = float(missed[inside].mean())
    if part < min(base + LEAST_GAIN, 1.0 - SAME) or not bounds:
        return None
    found = tuple(Bound(key, least, number) for (key, least), number in sorted(bounds.items()))
    return Box(found, int(inside.sum()), int(missed[inside].sum()), int(missed.sum()), count)


def _drop_chance(
    numbers: np.ndarray, missed: np.ndarray, bounds: Mapping[tuple[int, bool], float]
) -> tuple[dict[tuple[int, bool], float], np.ndarray]:
    """The bounds without numbers that may be there by chance, and which futures are inside.

    As many misses or more, in as many futures as the box holds, drawn from the box without the number: where that
    is likelier than `CHANCE`, for all the numbers that were looked at together, the number goes, the likeliest first.
    """
    kept = dict(bounds)
    while kept:
        inside = _list_inside(numbers, kept)
        chances = {key: _weigh_chance(numbers, missed, kept, key) for key in {key for key, _ in kept}}
        key, chance = max(chances.items(), key=lambda one: one[1])
        if chance * numbers.shape[1] <= CHANCE:
            return kept, inside
        kept = {place: number for place, number in kept.items() if place[0] != key}
    return kept, np.ones(len(missed), dtype=bool)


def _weigh_chance(numbers: np.ndarray, missed: np.ndarray, bounds: Mapping[tuple[int, bool], float], key: int) -> float:
    """How likely a box as good is without a number: Bryant and Lempert's quasi-p (2010)."""
    from scipy.stats import binom

    inside = _list_inside(numbers, bounds)
    around = _list_inside(numbers, {place: number for place, number in bounds.items() if place[0] != key})
    return float(binom.sf(missed[inside].sum() - 1, inside.sum(), missed[around].mean()))


def _list_inside(numbers: np.ndarray, bounds: Mapping[tuple[int, bool], float]) -> np.ndarray:
    """Whether each future is within all bounds."""
    inside = np.ones(len(numbers), dtype=bool)
    for (key, least), number in bounds.items():
        inside &= (numbers[:, key] >= number) if least else (numbers[:, key] <= number)
    return inside


def _find_peel(
    numbers: np.ndarray, missed: np.ndarray, inside: np.ndarray, bounds: dict[tuple[int, bool], float], fewest: int
) -> tuple[int, bool, float, np.ndarray] | None:
    """The peel that leaves the largest part of misses, the smaller one of two as good; None where none gains."""
    now = float(missed[inside].mean())
    restricted = {key for key, _ in bounds}
    keys: Sequence[int] = range(numbers.shape[1]) if len(restricted) < MOST_KEYS else sorted(restricted)
    best: tuple[float, int, int, bool, float, np.ndarray] | None = None
    for key in keys:
        values = numbers[inside, key]
        for least in (True, False):
            number = _find_end(values, least)
            if number is None:
                continue
            left = inside & ((numbers[:, key] >= number) if least else (numbers[:, key] <= number))
            if left.sum() < fewest:
                continue
            part, size = float(missed[left].mean()), int(left.sum())
            if part > now + SAME and (best is None or (part, size) > best[:2]):
                best = part, size, key, least, number, left
    return None if best is None else best[2:]


def _find_end(values: np.ndarray, least: bool) -> float | None:
    """The new end of a number after a peel: past a tenth of the futures, or past the outermost value shared by more."""
    ordered = np.unique(values)
    if len(ordered) < 2:
        return None
    wanted = np.quantile(values, PEEL if least else 1.0 - PEEL)
    left = ordered[ordered > ordered[0]] if least else ordered[ordered < ordered[-1]]
    kept = left[left >= wanted] if least else left[left <= wanted]
    return float((kept[0] if least else kept[-1]) if len(kept) else (left[0] if least else left[-1]))
