"""In which units a solver sees a task: its own, powers of two by row and column, where the user's are out of reach.

A solver drops what is too small and works with absolute tolerances: a car's emissions in kt per km are 1.5e-10, and
nothing to it. With rows `r`, columns `c` and an objective `k` of powers of two it is asked instead

    A'[i,j] = r[i] A[i,j] c[j],   b' = r b,   costs' = k c costs,   x = c x',   duals = r duals' / k

which is the same task to the last bit. Whole columns keep their units. Ordinary tasks go as they are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from model.compiled.task import Task
from model.solver.solution import Solution

ENTRIES = (1e-5, 1e5)
"""Entries of A that go as they are; HiGHS drops what is below 1e-9, and leaves rows open by 1e-7."""

AMOUNTS = (1e-3, 1e6)
"""Amounts that a row may ask for: 1e-7 is nothing beside the least of them, and 1e-7 in a price of a unit beside what
the most of them costs."""

MOST_COST = 1e7
"""Costs of a unit that go as they are: HiGHS weighs them to 1e-7, of more than this no number can tell so much."""

ENDLESS = 1e20
"""What HiGHS takes for endless, and what therefore asks for no unit."""

ROUNDING = 1e-11
"""Part of the largest amount of a task below which an amount is what rounding has left of nothing."""

WIDER = 2.0**6
"""How far beyond its reach the numbers of a later task may lie before it gets units of its own."""

SIZE = 10.0
"""The power of two to which amounts are brought: a tolerance of 1e-7 is then some 1e-10 of them, as it is in Lund."""

ROUNDS = 20
"""Rounds in which rows, columns and objective are fitted to each other; further ones hardly move them."""

DUST = 1e-9
"""A column nearer to a bound than this, in the solver's units, is at the bound."""


@dataclass(frozen=True, eq=False)
class Scale:
    """Powers of two: `rows` (n_rows), `columns` (n_columns, 1 where whole) and of the objective."""

    rows: np.ndarray
    columns: np.ndarray
    objective: float

    def apply(self, task: Task) -> Task:
        """The task in the solver's units."""
        return replace(
            task,
            entries=task.entries * (self.rows[task.rows] * np.repeat(self.columns, np.diff(task.starts))),
            row_lower=task.row_lower * self.rows,
            row_upper=task.row_upper * self.rows,
            column_lower=task.column_lower / self.columns,
            column_upper=task.column_upper / self.columns,
            costs=task.costs * (self.columns * self.objective),
            offset=task.offset * self.objective,
        )

    def undo(self, task: Task, found: Solution) -> Solution:
        """What was found of `task` in the solver's units, in the task's own; dust at a bound is swept away."""
        if not found.status.has_plan:
            return found
        values = found.columns * self.columns
        for bound in (task.column_lower, task.column_upper):
            values = np.where(np.abs(values - bound) < DUST * self.columns, bound, values)
        duals = found.row_duals
        return replace(
            found,
            columns=np.clip(values, task.column_lower, task.column_upper),
            row_duals=duals * (self.rows / self.objective) if len(duals) else duals,
            objective=found.objective / self.objective,
            bound=found.bound / self.objective,
        )

    def fits(self, task: Task) -> bool:
        """Whether a later task is in these units within a solver's reach, or not far beyond."""
        same = len(task.row_lower) == len(self.rows) and len(task.costs) == len(self.columns)
        return same and is_ordinary(self.apply(task), WIDER)

    def continues(self, other: Scale | None) -> bool:
        """Whether it is another scale with rows behind it."""
        return other is not None and self.columns is other.columns and self.objective == other.objective

    def grow(self, task: Task) -> Scale:
        """The same units for a task with more rows behind those of its own: theirs bring their entries near 1."""
        count = len(self.rows)
        if len(task.row_lower) <= count or len(task.costs) != len(self.columns):
            return self
        column_of = np.repeat(np.arange(len(task.costs)), np.diff(task.starts))
        new = (task.rows >= count) & (task.entries != 0)
        rows, width = task.rows[new] - count, len(task.row_lower) - count
        sizes = np.log2(np.abs(task.entries[new]) * self.columns[column_of[new]])
        mean = np.bincount(rows, sizes, width) / np.maximum(np.bincount(rows, minlength=width), 1)
        return replace(self, rows=np.r_[self.rows, np.exp2(-np.round(mean))])


def find_scale(task: Task, held: Scale | None = None) -> Scale | None:
    """Units in which a solver sees a task rightly: those held where they still do; None where its own do."""
    if held is not None:
        grown = held.grow(task)
        if grown.fits(task):
            return grown
    return None if is_ordinary(task) else fit_scale(task)


def is_ordinary(task: Task, wider: float = 1.0) -> bool:
    """Whether a solver can take the numbers of a task as they are, or stretched by a factor."""
    amounts = _list_amounts(task)
    return (
        _lies_within(np.abs(task.entries), *ENTRIES, wider)
        and _lies_within(amounts, max(AMOUNTS[0], 0.0), AMOUNTS[1], wider)
        and _lies_within(np.abs(task.costs), 0.0, MOST_COST, wider)
    )


def _lies_within(sizes: np.ndarray, least: float, most: float, wider: float) -> bool:
    """Whether sizes are zero or between two bounds."""
    return not ((sizes > most * wider) | ((sizes < least / wider) & (sizes > 0))).any()


def _list_amounts(task: Task) -> np.ndarray:
    """What each row asks for (n_rows): at least so much, else at most; 0 where nothing, or what cannot bind."""
    lower, upper = np.abs(task.row_lower), np.abs(task.row_upper)
    amounts = np.where(lower < ENDLESS, lower, np.where(upper <= AMOUNTS[1], upper, 0.0))
    return np.where(amounts > ROUNDING * amounts.max(initial=0.0), amounts, 0.0)


def fit_scale(task: Task) -> Scale:
    """Powers of two that bring entries and costs as near to 1, and amounts as near to 2^SIZE, as they can be brought.

    The least sum of squares of log2 of all of them, row by row, column by column and for the objective in turn:

        sum (L[i,j] + r[i] + c[j])^2 + sum (B[i] + r[i] - SIZE)^2 + sum (C[j] + k + c[j])^2
    """
    n_rows, n_columns = len(task.row_lower), len(task.costs)
    column_of = np.repeat(np.arange(n_columns), np.diff(task.starts))
    there = task.entries != 0
    rows, columns, entries = task.rows[there], column_of[there], np.log2(np.abs(task.entries[there]))
    amounts, costs = _list_amounts(task), np.abs(task.costs)
    asking, paying = np.flatnonzero(amounts), np.flatnonzero(costs)
    amount, cost = np.log2(amounts[asking]) - SIZE, np.log2(costs[paying])
    in_row = np.bincount(np.concatenate([rows, asking]), minlength=n_rows)
    in_column = np.bincount(np.concatenate([columns, paying]), minlength=n_columns)
    r, c, k = np.zeros(n_rows), np.zeros(n_columns), 0.0
    for _ in range(ROUNDS):
        k = -float(np.mean(cost + c[paying])) if len(paying) else 0.0
        total = np.bincount(rows, entries + c[columns], n_rows) + np.bincount(asking, amount, n_rows)
        r = -total / np.maximum(in_row, 1)
        total = np.bincount(columns, entries + r[rows], n_columns) + np.bincount(paying, cost + k, n_columns)
        c = np.where(task.integrality > 0, 0.0, -total / np.maximum(in_column, 1))
    return Scale(np.exp2(np.round(r)), np.exp2(np.round(c)), float(np.exp2(round(k))))
