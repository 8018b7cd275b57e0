"""Which few futures stand for many: fast forward selection (Heitsch and Roemisch 2003), and what is lost by it.

    c[i,j]   distance of two futures: sqrt(sum over keys of ((number_i - number_j) / deviation)^2)
    kept     one more at a time, the one that leaves the least   D = sum_i p_i  min over kept j of c[i,j]
    p'_j     p_j and that of all futures whose nearest kept one is j
    error    D of what is kept over D of the best single one: 0 where all are kept, 1 where one is

A number that a future leaves alone is its factor 1. Two futures of equal distance: the one that is named first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from runners.analyses.futures.design import PROBABILITIES, Design, Future
from scenarios.errors import CaseError, Problem

UNMOVED = 1.0
KEEP_KEY = "risk.keep"


@dataclass(frozen=True)
class Reduced:
    """The futures that are kept, and for each of all futures which of them stands for it, how far away.

    `error` is the part of what a single future would leave unexplained that is still left.
    """

    design: Design
    stands: tuple[tuple[Future, str, float], ...]
    error: float


def reduce_design(design: Design, keep: int | None) -> Reduced:
    """The design with as many futures as are to be kept.

    Raises:
        CaseError: futures of a tree, whose parents cannot be left out.
    """
    if keep is None or keep >= len(design.futures):
        return Reduced(design, (), 0.0)
    if any(future.parent for future in design.futures):
        raise CaseError([Problem("futures_keep_tree", f"{KEEP_KEY}={keep}", fields={"file": PROBABILITIES})])
    weights, far = design.weights, measure_distances(design.futures, design.weights)
    kept = select_futures(far, weights, keep)
    nearest = np.array(kept)[far[:, kept].argmin(axis=1)]
    left = far[:, kept].min(axis=1)
    single = float((weights @ far).min())
    futures = tuple(replace(design.futures[j], probability=float(weights[nearest == j].sum())) for j in sorted(kept))
    stands = tuple(
        (future, design.futures[j].name, float(distance))
        for future, j, distance in zip(design.futures, nearest, left, strict=True)
    )
    error = float(weights @ left) / single if single > 0 else 0.0
    return Reduced(replace(design, futures=futures), stands, error)


def measure_distances(futures: Sequence[Future], weights: np.ndarray) -> np.ndarray:
    """How far futures are apart (n_futures, n_futures), each number in deviations."""
    keys = list(dict.fromkeys(key for future in futures for key in future.settings))
    numbers = np.array([[future.settings.get(key, UNMOVED) for key in keys] for future in futures]).reshape(
        len(futures), len(keys)
    )
    mean = weights @ numbers
    spread = np.sqrt(weights @ (numbers - mean) ** 2)
    scaled = numbers / np.where(spread > 0, spread, 1.0)
    return np.asarray(np.sqrt(((scaled[:, None] - scaled[None]) ** 2).sum(axis=2)))


def select_futures(far: np.ndarray, weights: np.ndarray, keep: int) -> list[int]:
    """The places of the futures that are kept, in the order in which they were chosen."""
    kept: list[int] = []
    left = np.full(len(weights), np.inf)
    while len(kept) < keep:
        lost = weights @ np.minimum(left[:, None], far)
        lost[kept] = np.inf
        kept.append(int(np.argmin(lost)))
        left = np.minimum(left, far[:, kept[-1]])
    return kept
