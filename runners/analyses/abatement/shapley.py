"""Whose part of the whole is how large? Shapley's shares, over all sets or over orders drawn by lot.

share[i] = mean over all orders of v(those before i, and i) - v(those before i); the shares sum to v(all) - v(none).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import factorial

import numpy as np

Value = Callable[[int], np.ndarray]
"""A set of players, as a number with a bit each, to its amounts."""


@dataclass(frozen=True)
class Shares:
    """`amounts` and their standard `errors` (player, amount); `orders` drawn, 0 where all sets were worked out."""

    amounts: np.ndarray
    errors: np.ndarray
    orders: int


def share_exactly(value: Value, count: int) -> Shares:
    """The shares over all `2^count` sets, followed so that neighbours differ in one player.

    share[i] = sum over S without i of |S|! (count-|S|-1)! / count! (v(S and i) - v(S))
    """
    full = (1 << count) - 1
    values = {full ^ i ^ (i >> 1): value(full ^ i ^ (i >> 1)) for i in range(1 << count)}
    weights = [factorial(size) * factorial(count - size - 1) / factorial(count) for size in range(count)]
    amounts = np.array(
        [
            sum(weights[s.bit_count()] * (values[s | 1 << i] - v) for s, v in values.items() if not s >> i & 1)
            for i in range(count)
        ]
    )
    return Shares(amounts, np.zeros(amounts.shape), 0)


def share_by_lot(value: Value, count: int, orders: int, rng: np.random.Generator) -> Shares:
    """The shares over orders drawn by lot, each followed by its reverse; errors are those of the mean over the pairs.

    Args:
        value: of a set of players.
        count: how many players.
        orders: drawn in all; at least four, rounded up to pairs.
        rng: whence the orders come.
    """
    pairs = -(-orders // 2)
    means = []
    for _ in range(pairs):
        order = rng.permutation(count)
        means.append((_follow(value, order) + _follow(value, order[::-1])) / 2)
    drawn = np.array(means)
    errors = drawn.std(axis=0, ddof=1) / np.sqrt(pairs)
    return Shares(drawn.mean(axis=0), errors, 2 * pairs)


def _follow(value: Value, order: np.ndarray) -> np.ndarray:
    """What each player adds in one order, the last one looked at first: a plan that leaves it unused is known then."""
    allowed = (1 << len(order)) - 1
    after = value(allowed)
    added = np.zeros((len(order), len(after)))
    for i in order[::-1].tolist():
        allowed &= ~(1 << i)
        before = value(allowed)
        added[i] = after - before
        after = before
    return added
