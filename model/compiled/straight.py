"""Programs that follow one number along a straight line: two of them give all between, where a third one agrees.

    values(x) = values(0) + x / end (values(end) - values(0))

Every number of a program is linear in the parameters, but parameters may bend (a room that is never below nothing).
What bends does not pass through a third point of the line, but for one that bends there and back just so; whoever draws
a line looks at a third point that is no round part of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from model.compiled.revise import LinearProgram

BLOCKS = ("entries", "row_lower", "row_upper")
STRAIGHT = 1e-11
"""How far a number may be off the line, as a part of its size and of what it moves."""


@dataclass(frozen=True)
class Straight:
    """Programs of one structure along a line, `base` at 0 and another at `end`.

    `moved` are places and what is added to them at the end, by block; costs and offsets by objective.
    """

    base: LinearProgram
    end: float
    moved: dict[str, tuple[np.ndarray, np.ndarray]]
    costs: dict[str, tuple[np.ndarray, np.ndarray]]
    offsets: dict[str, float]

    def find(self, x: float) -> LinearProgram:
        """The program at a place of the line."""
        part = x / self.end
        entries, lower, upper = (_add(getattr(self.base, name), self.moved.get(name), part) for name in BLOCKS)
        costs = {name: _add(self.base.costs[name], change, part) for name, change in self.costs.items()}
        offsets = {name: offset + part * self.offsets[name] for name, offset in self.base.offsets.items()}
        costs = {**self.base.costs, **costs}
        return replace(self.base, entries=entries, row_lower=lower, row_upper=upper, costs=costs, offsets=offsets)

    def meets(self, x: float, program: LinearProgram) -> bool:
        """Whether a program is the one at a place of the line."""
        if program.program is not self.base.program:
            return False
        return all(_near(*pair) for pair in _pair_blocks(self.find(x), program))


def draw_straight(base: LinearProgram, end: float, last: LinearProgram) -> Straight | None:
    """The line from a program to another at `end`; None where a bound comes or goes, or the structure is another."""
    if last.program is not base.program or not end:
        return None
    moved = {name: _subtract(getattr(base, name), getattr(last, name)) for name in BLOCKS}
    costs = {name: _subtract(base.costs[name], last.costs[name]) for name in base.costs}
    offsets = {name: last.offsets[name] - offset for name, offset in base.offsets.items()}
    changes = [*moved.values(), *costs.values()]
    same = all(np.array_equal(getattr(base, name), getattr(last, name)) for name in ("column_lower", "column_upper"))
    if not same or not all(np.isfinite(change).all() for _, change in changes):
        return None
    return Straight(base, end, _drop_still(moved), _drop_still(costs), offsets)


def _drop_still(changes: dict[str, tuple[np.ndarray, np.ndarray]]) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    return {name: change for name, change in changes.items() if len(change[0])}


def _subtract(before: np.ndarray, after: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    places = np.flatnonzero(before != after)
    with np.errstate(invalid="ignore"):
        return places, after[places] - before[places]


def _add(before: np.ndarray, change: tuple[np.ndarray, np.ndarray] | None, part: float) -> np.ndarray:
    """An array with a part of what is added to it at the end; itself where that is nothing."""
    if change is None:
        return before
    after = before.copy()
    after[change[0]] += part * change[1]
    return after


def _pair_blocks(one: LinearProgram, other: LinearProgram) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    for name in (*BLOCKS, "column_lower", "column_upper"):
        yield getattr(one, name), getattr(other, name)
    for name, costs in one.costs.items():
        yield costs, other.costs[name]
        yield np.array([one.offsets[name]]), np.array([other.offsets[name]])


def _near(one: np.ndarray, other: np.ndarray) -> bool:
    if one is other:
        return True
    apart = np.flatnonzero(one != other)
    if not len(apart):
        return True
    left, right = one[apart], other[apart]
    if not (np.isfinite(left) & np.isfinite(right)).all():
        return False
    sizes = np.maximum(1.0, np.maximum(np.abs(left), np.abs(right)))
    return bool((np.abs(left - right) <= STRAIGHT * sizes).all())
