"""Which assumed numbers would change the plan most if they moved within their ranges? Each end solved again.

    differs = sum over technologies of the largest difference, in any year, of what has been invested in it by then

Present money at the costs of the plan as it is, so that a dearer measure that is built alike changes nothing. Parts of
units may be built, in the plan and at each end alike. No end is left out by an estimate: a rule that does not bind may
bind at the end, and then no price of the plan tells of it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from model.solver.solution import Solution
from runners.analyses.assumptions.moves import BEYOND, REFUSED, Move, Unmoved
from runners.analyses.oracle import Oracle
from runners.progress import QUIET, Progress
from scenarios.arithmetic.money import capital_discount
from scenarios.arrays import read_arrays
from scenarios.catalog import TECHNOLOGY, VINTAGE
from scenarios.errors import CaseError
from scenarios.settings import Settings

BUILT = 1e-6
"""Less than this is not built."""
ONE_RANK = 1e-6
"""Part of the least cost by which effects may differ and be alike: a solver's own error."""
MOST_REBUILT = 40
"""Ends for which another program is compiled, which takes as long as some tens of others."""


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
    """The ranking: the numbers that matter most first, how many were moved, and those that were not, with the reason.

    `least` is the cost of the plan in parts of units.
    """

    ranked: tuple[Doubt, ...]
    moved: int
    unmoved: tuple[Unmoved, ...]
    least: float

    @property
    def fixed(self) -> int:
        """How many numbers were not moved."""
        return sum(one.assumption.count for one in self.unmoved)


@dataclass(frozen=True)
class Columns:
    """The columns of a program in which something is invested: where they stand, technology and vintage of each.

    `price`: present money a unit; `built`: whether it is capacity, where others are starts.
    """

    place: np.ndarray
    k: np.ndarray
    v: np.ndarray
    price: np.ndarray
    built: np.ndarray


class Meter:
    """What a plan invests in each technology by each year, at the costs of the plan as it is.

    `about`: technologies that are looked at; None: all.
    """

    def __init__(self, scenario: xr.Dataset, oracle: Oracle, about: Collection[str] | None = None) -> None:
        arrays = read_arrays(scenario)
        self._discount = dict(zip(scenario[VINTAGE].values.tolist(), capital_discount(arrays).tolist(), strict=True))
        self._names = [str(name) for name in scenario[TECHNOLOGY].values]
        self._years = [int(year) for year in scenario[VINTAGE].values]
        self._measures = scenario["technology_measure"].values
        self._costs = {"build": scenario["capex"].values, "begin": scenario["project_cost"].values}
        self._shape = len(self._names), len(self._years)
        self._about = about
        self._own, self._base = self._find_columns(oracle), oracle.base

    def _find_columns(self, oracle: Oracle) -> Columns:
        """The columns of a program in which something is invested."""
        found = [
            (column, self._names.index(str(label.index[0])), self._years.index(int(label.index[1])), label.family)
            for column, label in enumerate(oracle.program.program.column_labels)
            if label.family in self._costs and (self._about is None or str(label.index[0]) in self._about)
        ]
        columns, k, v = (np.array([row[i] for row in found], dtype=int) for i in range(3))
        price = [abs(self._costs[family][k, v]) * self._discount[self._years[v]] for _, k, v, family in found]
        return Columns(
            columns, k, v, np.array(price), np.array([family == "build" for *_, family in found], dtype=bool)
        )

    def compare(self, found: Solution, other: Oracle | None = None) -> Effect:
        """The effect of a solve beside the base; `other` has its program where it is another."""
        if not found.status.has_plan:
            return Effect(np.inf, np.inf, (), (), possible=False)
        own, its = self._own, self._own if other is None else self._find_columns(other)
        before, after = self._sum_up(own, self._base), self._sum_up(its, found)
        differs = float(np.abs(after - before).max(axis=1).sum())
        had, has = self._list_built(own, self._base), self._list_built(its, found)
        cost = found.objective - self._base.objective
        return Effect(cost, differs, tuple(sorted(has - had)), tuple(sorted(had - has)), possible=True)

    def _sum_up(self, columns: Columns, solution: Solution) -> np.ndarray:
        """Invested by each year, by technology."""
        spent = np.zeros(self._shape)
        np.add.at(spent, (columns.k, columns.v), columns.price * solution.columns[columns.place])
        return spent.cumsum(axis=1)

    def _list_built(self, columns: Columns, solution: Solution) -> set[str]:
        amounts, built = np.zeros(self._shape[0]), columns.built
        np.add.at(amounts, columns.k[built], solution.columns[columns.place[built]])
        return {self._names[k] for k in np.flatnonzero((amounts > BUILT) & self._measures)}


def rank_doubts(
    oracle: Oracle,
    scenario: xr.Dataset,
    moves: Sequence[Move],
    most: int,
    fixed: Sequence[Unmoved] = (),
    progress: Progress = QUIET,
) -> Doubts:
    """The numbers that would change the plan most.

    Args:
        oracle: least costs in parts of units.
        scenario: of the plan.
        moves: as `list_moves` gives them.
        most: how many are named.
        fixed: numbers that no setting can move.
        progress: told each number that was moved.
    """
    meter = Meter(scenario, oracle)
    doubts: list[Doubt] = []
    unmoved = list(fixed)
    left = MOST_REBUILT
    progress.expect(len(moves))
    for move in moves:
        effects: list[Effect | None] = []
        for end in move.ends:
            another = bool(end) and not oracle.keeps(end)
            left -= another
            effects.append(_solve_end(oracle, meter, end, another) if end and left >= 0 else None)
        if effects == [None, None]:
            reason = BEYOND if left < 0 else REFUSED
            unmoved += [Unmoved(assumption, reason) for assumption in move.assumptions]
        else:
            doubts.append(Doubt(move, *effects))
        progress.step()
    ranked = _sort_doubts(doubts, ONE_RANK * (1.0 + abs(oracle.least)))
    return Doubts(tuple(ranked[:most]), len(doubts), tuple(unmoved), oracle.least)


def _solve_end(oracle: Oracle, meter: Meter, end: Settings, another: bool) -> Effect | None:
    """The effect of an end, its program compiled where it is `another`; None where its numbers are not allowed."""
    if not another:
        return meter.compare(oracle.solve(end))
    try:
        other = oracle.rebuild(end)
        found = other.base
    except CaseError:
        return None
    return meter.compare(found, other)


def _sort_doubts(doubts: Sequence[Doubt], alike: float) -> list[Doubt]:
    """The largest difference first, then the largest swing; those alike stay in their order."""
    return sorted(doubts, key=lambda doubt: tuple(-np.round(size / alike) for size in (doubt.differs, doubt.swing)))
