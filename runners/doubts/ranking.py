"""Which assumed numbers would change the plan most if they moved within their ranges? Each end solved again.

    differs = sum over technologies of the largest difference, in any year, of what has been invested in it by then

Present money at the costs of the plan as it is, so that a dearer measure that is built alike changes nothing. Parts of
units may be built, in the plan and at each end alike. No end is left out by an estimate: a rule that does not bind may
bind at the end, and then no price of the plan tells of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from model.solution import Solution
from runners.doubts.moves import Move
from runners.progress import QUIET, Progress
from runners.reasons.value import Values
from scenarios.arrays import read_arrays
from scenarios.catalog import TECHNOLOGY, VINTAGE
from scenarios.money import capital_discount
from scenarios.ranges import Assumption
from scenarios.settings import Settings

BUILT = 1e-6
"""Less than this is not built."""


@dataclass(frozen=True)
class Effect:
    """What an end of a range does: to the least cost, to what is invested, and which measures come and go.

    Where no plan keeps all rules `possible` is False, and both numbers are infinite.
    """

    cost: float
    differs: float
    entered: tuple[str, ...]
    left: tuple[str, ...]
    possible: bool


@dataclass(frozen=True)
class Doubt:
    """A number that was moved, and the effects of both ends; None where the end is the number itself or no setting."""

    move: Move
    low: Effect | None
    high: Effect | None

    @property
    def differs(self) -> float:
        """By how much the plan differs at the end where it differs more."""
        return max((effect.differs for effect in (self.low, self.high) if effect is not None), default=0.0)

    @property
    def swing(self) -> float:
        """The largest change of the least cost."""
        return max((abs(effect.cost) for effect in (self.low, self.high) if effect is not None), default=0.0)


@dataclass(frozen=True)
class Doubts:
    """The ranking: the numbers that matter most first, how many were moved, and how many no setting can move.

    `least` is the cost of the plan in parts of units.
    """

    ranked: tuple[Doubt, ...]
    moved: int
    fixed: int
    least: float


class Meter:
    """What a plan invests in each technology by each year, at the costs of the plan as it is."""

    def __init__(self, scenario: xr.Dataset, values: Values) -> None:
        arrays = read_arrays(scenario)
        discount = dict(zip(scenario[VINTAGE].values.tolist(), capital_discount(arrays).tolist(), strict=True))
        names = [str(name) for name in scenario[TECHNOLOGY].values]
        years = [int(year) for year in scenario[VINTAGE].values]
        self._names, self._measures = names, scenario["technology_measure"].values
        costs = {"build": scenario["capex"].values, "begin": scenario["project_cost"].values}
        found = [
            (column, names.index(str(label.index[0])), years.index(int(label.index[1])), label.family)
            for column, label in enumerate(values.program.program.column_labels)
            if label.family in costs
        ]
        self._columns, self._k, self._v = (np.array([row[i] for row in found], dtype=int) for i in range(3))
        self._price = np.array([abs(costs[family][k, v]) * discount[years[v]] for _, k, v, family in found])
        self._built = np.array([family == "build" for *_, family in found])
        self._shape = len(names), len(years)
        self._base = values.base

    def compare(self, found: Solution) -> Effect:
        """The effect of a solve beside the base."""
        if not found.status.has_plan:
            return Effect(np.inf, np.inf, (), (), possible=False)
        before, after = (self._sum_up(solution) for solution in (self._base, found))
        differs = float(np.abs(after - before).max(axis=1).sum())
        had, has = (self._list_built(solution) for solution in (self._base, found))
        cost = found.objective - self._base.objective
        return Effect(cost, differs, tuple(sorted(has - had)), tuple(sorted(had - has)), possible=True)

    def _sum_up(self, solution: Solution) -> np.ndarray:
        """Invested by each year, by technology."""
        spent = np.zeros(self._shape)
        np.add.at(spent, (self._k, self._v), self._price * solution.columns[self._columns])
        return spent.cumsum(axis=1)

    def _list_built(self, solution: Solution) -> set[str]:
        amounts = np.zeros(self._shape[0])
        np.add.at(amounts, self._k[self._built], solution.columns[self._columns[self._built]])
        return {self._names[k] for k in np.flatnonzero((amounts > BUILT) & self._measures)}


def rank_doubts(
    values: Values,
    scenario: xr.Dataset,
    moves: Sequence[Move],
    most: int,
    fixed: int = 0,
    progress: Progress = QUIET,
) -> Doubts:
    """The numbers that would change the plan most.

    Args:
        values: least costs in parts of units.
        scenario: of the plan.
        moves: as `list_moves` gives them.
        most: how many are named.
        fixed: numbers that no setting can move.
        progress: told each number that was moved.
    """
    meter = Meter(scenario, values)
    doubts = []
    progress.expect(len(moves))
    for move in moves:
        low, high = (_solve_end(values, meter, end) for end in move.ends)
        doubts.append(Doubt(move, low, high))
        progress.step()
    moved = [doubt for doubt in doubts if doubt.low or doubt.high]
    ranked = sorted(moved, key=lambda doubt: (-doubt.differs, -doubt.swing))
    beyond = fixed + sum(assumption.count for doubt in doubts for assumption in _list_unmoved(doubt))
    return Doubts(tuple(ranked[:most]), len(moved), beyond, values.least)


def _list_unmoved(doubt: Doubt) -> tuple[Assumption, ...]:
    """The numbers of a move of which neither end could be solved: their program would be another."""
    return () if doubt.low or doubt.high else doubt.move.assumptions


def _solve_end(values: Values, meter: Meter, end: Settings) -> Effect | None:
    """The effect of an end; None where it is the number itself, or its program is another."""
    return meter.compare(values.solve(end)) if end and values.keeps(end) else None
