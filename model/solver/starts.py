"""Whether a solve starts warm, from where the one before ended, or cold: by what steps like it have cost so far.

Decided by counts of iterations, never by clocks, so that the same programs in the same order end the same way.
"""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass, replace

import numpy as np

from model.compiled.task import Task

CHOOSE, WARM, COLD = STARTS = ("choose", "warm", "cold")

LENGTHS = (1e-3, 1e-2, 1e-1)
"""Bounds between kinds of step by their relative length."""

DEARER = 1.5
"""A warm start may take the iterations of a cold one, presolve counted, over this.

Measured of Lund and of the medium case of benchmarks: a warm iteration takes as long as two to three of a cold start,
behind presolve. Giving up before a warm start has taken twice as long as a cold one loses more where it is near its end
than it saves where it is not.
"""

PRESOLVE = 1 / 25
"""Iterations that presolve takes as long as, for each row of the program: some 400 of the 10 000 rows of Lund."""

LEAST_CAP = 50
"""Iterations that a warm start may always take: fewer than presolve takes time for."""

LONG = 150
"""Iterations from which the weights of steepest edges are worth reckoning: they take as long as some 130 iterations of
Lund, and save half of them."""

MOST_CREDIT = 2.0
"""Cold solves that a kind of step may waste warm after it has paid for long."""


@dataclass(frozen=True)
class Step:
    """What changed from one task to the next, whether rows came behind the others, and the bucket of how far."""

    entries: bool
    costs: bool
    bounds: bool
    length: int
    grown: bool = False

    @property
    def changed(self) -> bool:
        """True where anything but an offset changed."""
        return self.entries or self.costs or self.bounds or self.grown


def measure_step(before: Task, after: Task) -> Step | None:
    """The step between two tasks; None where they have not the same pattern, but for rows behind those of before."""
    if len(after.row_lower) > len(before.row_lower) and len(after.costs) == len(before.costs):
        step = measure_step(before, after.cut_rows(len(before.row_lower)))
        return replace(step, grown=True) if step and not step.entries else None
    if not (_same(before.starts, after.starts) and _same(before.rows, after.rows)):
        return None
    entries, costs = _measure(before.entries, after.entries), _measure(before.costs, after.costs)
    bounds = max(_measure(getattr(before, name), getattr(after, name)) for name in BOUNDS)
    return Step(entries > 0, costs > 0, bounds > 0, bisect(LENGTHS, max(entries, costs, bounds)))


BOUNDS = ("row_lower", "row_upper", "column_lower", "column_upper")


def _same(before: np.ndarray, after: np.ndarray) -> bool:
    return before is after or np.array_equal(before, after)


def _measure(before: np.ndarray, after: np.ndarray) -> float:
    """Sum of changes over the sum of what changed; 1 where a bound came or went."""
    if before is after:
        return 0.0
    changed = np.flatnonzero(before != after)
    if not len(changed):
        return 0.0
    old, new = before[changed], after[changed]
    size = float(np.maximum(np.abs(old), np.abs(new)).sum())
    return float(np.abs(new - old).sum()) / size if np.isfinite(size) else 1.0


@dataclass
class _Record:
    """A kind of step: cold solves saved so far (lost where negative), how long warm starts pause, iterations last."""

    saved: float = 0.0
    pause: int = 1
    waited: int = 0
    last: int | None = None


class Starts:
    """Learns by kind of step whether warm pays; a kind that has lost is tried again ever more rarely.

    A warm start may take a part of the iterations that the last cold one took. Each loss beyond what was saved
    doubles the number of steps until the next try, so that n steps lose no more than log2(n) times.
    """

    def __init__(self, start: str) -> None:
        self._start = start
        self._cold = 0.0
        self._records: dict[Step, _Record] = {}

    def note_cold(self, iterations: int, rows: int) -> None:
        """A cold start took so many iterations behind presolve, of so many rows before it."""
        self._cold = iterations + PRESOLVE * rows

    @property
    def cap(self) -> int:
        """Iterations after which a warm start has taken as long as a cold one would."""
        return max(int(self._cold / DEARER), LEAST_CAP)

    def expect_long(self, step: Step) -> bool:
        """Whether the last step of this kind took many iterations; a far one is taken for such until one is known."""
        last = self._records[step].last if step in self._records else None
        return step.length == len(LENGTHS) if last is None else last > LONG

    def prefer_warm(self, step: Step) -> bool:
        """Whether to start warm."""
        if self._start != CHOOSE:
            return self._start == WARM
        record = self._records.setdefault(step, _Record())
        if record.saved >= 0 or record.waited >= record.pause:
            return True
        record.waited += 1
        return False

    def note_warm(self, step: Step, iterations: int, ended: bool) -> None:
        """A warm start took so many iterations, and ended with an optimum or had to be given up."""
        record = self._records.setdefault(step, _Record())
        record.saved = min(record.saved + float(ended) - iterations / self.cap, MOST_CREDIT)
        record.waited, record.last = 0, iterations
        record.pause = 1 if record.saved >= 0 else 2 * record.pause
