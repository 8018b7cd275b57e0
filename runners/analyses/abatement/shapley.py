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
    values = {allowed: value(allowed) for allowed in list_sets(count)}
    weights = [factorial(size) * factorial(count - size - 1) / factorial(count) for size in range(count)]
    amounts = np.array(
        [
            sum(weights[s.bit_count()] * (values[s | 1 << i] - v) for s, v in values.items() if not s >> i & 1)
            for i in range(count)
        ]
    )
    return Shares(amounts, np.zeros(amounts.shape), 0)


def list_sets(count: int) -> list[int]:
    """All sets of so many players, that of all first, so that neighbours differ in one player.

    >>> list_sets(2)
    [3, 2, 0, 1]
    """
    full = (1 << count) - 1
    return [full ^ i ^ (i >> 1) for i in range(1 << count)]


def draw_orders(count: int, orders: int, rng: np.random.Generator) -> list[np.ndarray]:
    """Orders of so many players drawn by lot, each followed by its reverse; rounded up to pairs."""
    drawn = [rng.permutation(count) for _ in range(-(-orders // 2))]
    return [one for order in drawn for one in (order, order[::-1])]


def list_left(order: np.ndarray) -> list[int]:
    """The sets that are left as the players of an order go, its last one first.

    >>> list_left(np.array([0, 1]))
    [3, 1, 0]
    """
    left = [(1 << len(order)) - 1]
    for i in order[::-1].tolist():
        left.append(left[-1] & ~(1 << i))
    return left


def share_by_lot(value: Value, count: int, orders: int, rng: np.random.Generator) -> Shares:
    """The shares over orders drawn by lot, each followed by its reverse; errors are those of the mean over the pairs.

    Args:
        value: of a set of players.
        count: how many players.
        orders: drawn in all; at least four, rounded up to pairs.
        rng: whence the orders come.
    """
    followed = [_follow(value, order) for order in draw_orders(count, orders, rng)]
    pairs = len(followed) // 2
    drawn = np.array([(one + other) / 2 for one, other in zip(followed[::2], followed[1::2], strict=True)])
    errors = drawn.std(axis=0, ddof=1) / np.sqrt(pairs)
    return Shares(drawn.mean(axis=0), errors, 2 * pairs)


def _follow(value: Value, order: np.ndarray) -> np.ndarray:
    """What each player adds in one order, the last one looked at first: a plan that leaves it unused is known then."""
    everyone, *left = list_left(order)
    after = value(everyone)
    added = np.zeros((len(order), len(after)))
    for i, allowed in zip(order[::-1].tolist(), left, strict=True):
        before = value(allowed)
        added[i] = after - before
        after = before
    return added
