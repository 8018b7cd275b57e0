"""How near can hard targets be come to that cannot all be met: each alone, all together, and from which year on?

The least miss of a target t, alone or with its fellows:

    least z[t] >= 0 with  account[e,y] <= cap[t,y] + z[t]   (>= cap - z for a floor)   in every year y that t holds
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from model.compiled.revise import LinearProgram
from model.compiled.task import Task
from model.queries.elastic import Slack, add_slacks, ease_rows, free_rows
from model.queries.giving import Core, Hold, Rule, find_holders, loosen_task, take_part
from model.solver.sessions import open_session, solve_once
from model.solver.solution import Solution, SolverOptions
from model.solver.starts import CHOOSE

TARGET_FAMILIES = ("target", "target_total")
REACHED = 1e-6
"""A miss below this is none."""
NEEDLESS = 1e-7
"""A price below this is none."""


@dataclass(frozen=True)
class Reach:
    """How near one hard target can be come to.

    `alone` is its least miss in the unit of its account where every other hard target is let go, `together` its miss
    where the sum of all misses, each weighed, is least; NaN where rules contradict each other without any target.
    `first_year` is the first of its years from which it can be held alone; None where there is none.
    """

    target: str
    years: tuple[int, ...]
    alone: float
    together: float
    first_year: int | None

    @property
    def reached(self) -> bool:
        """True where the target alone can be met."""
        return self.alone <= REACHED


class Reacher:
    """Asks one program, whose hard targets may be out of reach, how far they have to give.

    Args:
        program: with its numbers.
        options: of the solver; where whole units count they are whole here too, unless relaxed.
        slacks: what else may give, beside the hard targets; shut unless opened.
    """

    def __init__(self, program: LinearProgram, options: SolverOptions, slacks: Sequence[Slack] = ()) -> None:
        self.rows = list_target_rows(program)
        self.names = tuple(self.rows)
        self.n_columns = len(program.column_lower)
        self._options = options
        given = [ease_rows(program, self.rows[name]) for name in self.names]
        self.task = add_slacks(program, [*given, *slacks])
        self._mixed = self.task.mixed and not options.relax
        self._session = open_session(options, CHOOSE)

    def solve(self, costs: np.ndarray, shut: np.ndarray, task: Task | None = None, *, whole: bool = True) -> Solution:
        """Least `costs` of slacks (n_slacks) with those `shut` held at nothing; `whole` False: parts of units."""
        asked = self.task if task is None else task
        upper = asked.column_upper.copy()
        upper[self.n_columns :][shut] = 0.0
        every = np.zeros(len(upper))
        every[self.n_columns :] = costs
        asked = replace(asked, column_upper=upper, costs=every)
        if self._mixed and whole:
            return solve_once(asked, self._options, self._options.time_limit)
        return self._session.solve(asked, self._options.time_limit)

    def mark(self, *places: int) -> np.ndarray:
        """True at these slacks (n_slacks)."""
        marked = np.zeros(len(self.task.costs) - self.n_columns, dtype=bool)
        marked[list(places)] = True
        return marked

    def reach_alone(self, place: int, task: Task | None = None) -> float:
        """The least miss of one target where all others are let go; NaN where there is none."""
        shut = ~self.mark(*range(len(self.names)))
        found = self.solve(self.mark(place).astype(float), shut, task)
        return max(float(found.columns[self.n_columns + place]), 0.0) if found.status.has_plan else np.nan

    def reach_together(self, weights: Mapping[str, float]) -> dict[str, float]:
        """Every target's miss where the weighed sum of them is least; NaN where there is none."""
        shut = ~self.mark(*range(len(self.names)))
        costs = np.zeros(len(shut))
        costs[: len(self.names)] = [weights.get(name, 1.0) for name in self.names]
        found = self.solve(costs, shut)
        if not found.status.has_plan:
            return dict.fromkeys(self.names, np.nan)
        misses = found.columns[self.n_columns :][: len(self.names)]
        return {name: max(float(miss), 0.0) for name, miss in zip(self.names, misses, strict=True)}

    def find_first_year(self, place: int, years: Sequence[int]) -> int | None:
        """The first of a target's years from which it can be held alone, by halving."""
        rows = np.asarray(self.rows[self.names[place]])
        if len(rows) != len(years):  # a total over its years has no first year
            return None
        low, high = 0, len(years)
        while low < high:
            middle = (low + high) // 2
            held = self.reach_alone(place, free_rows(self.task, rows[:middle]))
            low, high = (low, middle) if held <= REACHED else (middle + 1, high)
        return years[low] if low < len(years) else None


def find_reach(program: LinearProgram, options: SolverOptions, weights: Mapping[str, float]) -> tuple[Reach, ...]:
    """How near each hard target of a program can be come to.

    Args:
        program: found infeasible.
        options: of the solver.
        weights: what a unit of each target's miss counts where they give together.
    """
    reacher = Reacher(program, options)
    together = reacher.reach_together(weights)
    structure = program.program.structure
    found = []
    for place, name in enumerate(reacher.names):
        years = (*structure.yearly_targets.get(name, ()), *structure.total_targets.get(name, ()))
        alone = reacher.reach_alone(place)
        first = years[0] if alone <= REACHED else reacher.find_first_year(place, years)
        found.append(Reach(name, years, alone, together[name], first))
    return tuple(found)


def list_target_rows(program: LinearProgram) -> dict[str, list[int]]:
    """Rows of every hard target, in the order of their years."""
    soft = set(program.program.structure.soft)
    rows: dict[str, list[int]] = {}
    for family in TARGET_FAMILIES:
        for row in program.program.row_families.get(family, ()):
            name = str(program.program.row_labels[row].index[0])
            if name not in soft:
                rows.setdefault(name, []).append(int(row))
    return {name: sorted(held, key=lambda row: program.program.row_labels[row].index) for name, held in rows.items()}


def find_core(program: LinearProgram, options: SolverOptions, giving: Mapping[Rule, Hold]) -> Core:
    """An irreducible conflict between whole rules, in parts of units; empty where targets are not what is missed.

    The prices of the least sum of misses prove that the targets and some rules cannot hold together. Of these, one
    rule after the other is let go for good where the rest still cannot hold; missed targets are tried first.

    Args:
        program: found infeasible.
        options: of the solver.
        giving: every rule that could be let go, targets too.
    """
    reacher = Reacher(program, options)
    if not reacher.names:
        return Core({})
    shut = ~reacher.mark(*range(len(reacher.names)))
    costs = (~shut).astype(float)
    found = reacher.solve(costs, shut, whole=False)
    if not found.status.has_plan or found.objective <= REACHED:
        return Core({})
    missed = {
        row
        for name, miss in zip(reacher.names, found.columns[reacher.n_columns :], strict=True)
        if miss > REACHED
        for row in reacher.rows[name]
    }
    priced = list_priced(found)
    proof = {rule for row in priced for rule in find_holders(program, row) if rule in giving}
    task = loosen_task(reacher.task, [hold for rule, hold in giving.items() if rule not in proof])
    left = [rule for rule in giving if rule in proof]
    for rule in sorted(left, key=lambda rule: not missed & set(giving[rule].rows)):
        trial = loosen_task(task, [giving[rule]])
        still = reacher.solve(costs, shut, trial, whole=False)
        if still.status.has_plan and still.objective > REACHED:
            task, priced = trial, list_priced(still)
            left.remove(rule)
    return Core(take_part(giving, left, priced))


def list_priced(found: Solution) -> set[int]:
    """Rows that a least sum of misses prices: those of the proof that it cannot be less."""
    return set(np.flatnonzero(np.abs(found.row_duals) > NEEDLESS).tolist())
