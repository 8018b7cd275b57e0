"""Which of many uncertain numbers an output hangs on: Morris screening and Sobol indices, each with an interval.

Morris (1991), with the mean size of effects of Campolongo et al. (2007):

    effect[r,k] = (f(x with x[k] moved by delta) - f(x)) / delta    mu = mean, mu* = mean of |effect|, sigma = deviation

Sobol (1993), estimators of Saltelli et al. (2010) and Jansen (1999), with matrices A, B and AB[k] (A, column k of B):

    first[k] = mean(f(B) (f(AB[k]) - f(A))) / V,       total[k] = mean((f(A) - f(AB[k]))^2) / 2 V

Intervals are of 95 %, from trajectories or rows drawn again with replacement by a seed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

LEVELS = 4
"""Levels of the grid on which Morris' trajectories walk; a step is half the grid: delta = 2/3."""
STEP = LEVELS / (2.0 * (LEVELS - 1))
RESAMPLED = 500
INTERVAL = (0.025, 0.975)
CENTRED = 1e-12


@dataclass(frozen=True)
class Index:
    """An estimate for each key (n_keys), with the ends of its interval."""

    value: np.ndarray
    low: np.ndarray
    high: np.ndarray


@dataclass(frozen=True)
class MorrisDesign:
    """Points (trajectories (width + 1), width) in the unit cube; which key each step moves (trajectories, width)."""

    points: np.ndarray
    moved: np.ndarray


@dataclass(frozen=True)
class Effects:
    """Elementary effects: their mean, mean size with its interval, and deviation, each (n_keys)."""

    mean: np.ndarray
    size: Index
    deviation: np.ndarray


def design_morris(width: int, trajectories: int, seed: int) -> MorrisDesign:
    """Trajectories through the unit cube: each begins on the grid and moves every key once, in a random order."""
    generator = np.random.default_rng(seed)
    grid = np.arange(LEVELS // 2) / (LEVELS - 1)
    points, moved = [], []
    for _ in range(trajectories):
        upwards = generator.random(width) < 0.5
        point = np.where(upwards, generator.choice(grid, width), 0.0)
        point = np.where(upwards, point, generator.choice(grid, width) + STEP)
        order = generator.permutation(width)
        walk = [point.copy()]
        for key in order:
            point[key] += STEP if upwards[key] else -STEP
            walk.append(point.copy())
        points += walk
        moved.append(order)
    return MorrisDesign(np.array(points), np.array(moved))


def measure_effects(design: MorrisDesign, outputs: np.ndarray, seed: int = 0) -> Effects:
    """The effects of each key on an output (n_points), in the output's unit over the whole range of the key.

    Args:
        design: of `design_morris`.
        outputs: at its points, in their order.
        seed: of the interval.
    """
    trajectories, width = design.moved.shape
    values = outputs.reshape(trajectories, width + 1)
    points = design.points.reshape(trajectories, width + 1, width)
    effects = np.empty((trajectories, width))
    for step in range(width):
        keys, each = design.moved[:, step], np.arange(trajectories)
        lengths = points[each, step + 1, keys] - points[each, step, keys]
        effects[each, keys] = (values[:, step + 1] - values[:, step]) / lengths
    rows = np.random.default_rng(seed).integers(trajectories, size=(RESAMPLED, trajectories))
    low, high = np.quantile(np.abs(effects)[rows].mean(axis=1), INTERVAL, axis=0)
    deviation = effects.std(axis=0, ddof=1) if trajectories > 1 else np.zeros(width)
    return Effects(effects.mean(axis=0), Index(np.abs(effects).mean(axis=0), low, high), deviation)


def design_sobol(width: int, rows: int, seed: int) -> np.ndarray:
    """Points (rows (width + 2), width): A, B and for each key A with that column of B, block after block.

    `rows` is best a power of two: A and B are halves of one Sobol sequence.
    """
    from scipy.stats import qmc

    points = qmc.Sobol(2 * width, rng=seed).random_base2(max(rows - 1, 1).bit_length())[:rows]
    a, b = points[:, :width], points[:, width:]
    mixed = [np.where(np.arange(width) == key, b, a) for key in range(width)]
    return np.concatenate([a, b, *mixed])


def measure_indices(outputs: np.ndarray, width: int, seed: int = 0) -> tuple[Index, Index]:
    """First-order and total indices of each key for an output at the points of `design_sobol`.

    An output that does not vary has indices of 0.
    """
    blocks = outputs.reshape(width + 2, -1)
    blocks = blocks - blocks[:2].mean()
    rows = np.random.default_rng(seed).integers(blocks.shape[1], size=(RESAMPLED, blocks.shape[1]))
    drawn = [_estimate(blocks[:, row]) for row in rows]
    found = _estimate(blocks)
    ends = [np.quantile([one[i] for one in drawn], INTERVAL, axis=0) for i in range(2)]
    first, total = (Index(found[i], *ends[i]) for i in range(2))
    return first, total


def _estimate(blocks: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    a, b, mixed = blocks[0], blocks[1], blocks[2:]
    variance = float(blocks[:2].var())
    if variance <= CENTRED:
        return np.zeros(len(mixed)), np.zeros(len(mixed))
    return (b * (mixed - a)).mean(axis=1) / variance, ((a - mixed) ** 2).mean(axis=1) / (2.0 * variance)
