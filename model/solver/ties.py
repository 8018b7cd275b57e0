"""Which of all plans that cost the same is the plan: least early outlay, then the order of names.

Every point that is as cheap as the one found keeps, with any prices of that one, what those prices decide: a column
with a reduced cost stays at its bound, a row with a price stays tight. What they leave open is decided by another
objective, so that cost, bound, gap and prices stay what they were, to the last digit that the solver knows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from model.compiled.revise import LinearProgram
from model.compiled.sparse import EARLY
from model.compiled.task import Task
from model.solver.solution import HIGHS, Solution, Status

DECIDED = 1e-9
"""A price or reduced cost from here on decides; below it is rounding of nothing."""
SAME = 1e-9
"""Part of a value, and amount, by which a point of the same value may differ from it."""
OPEN = 5e-7
"""Most by which a point may break a row, over the size of its terms: half of what the verifier lets pass."""
NAMED = 1e-2
"""Weight of names beside a million of outlay at the start of the horizon: outlays that differ decide before them."""
OUTLAID = 100.0

Solve = Callable[[Task], Solution]


def weigh_ties(program: LinearProgram) -> np.ndarray:
    """What is least among points of the same value (n_columns): early outlay, and little by little the later names."""
    return np.asarray(OUTLAID * program.costs[EARLY] + NAMED * program.program.name_weights)


def break_ties(task: Task, found: Solution, weights: np.ndarray, solve: Solve) -> Solution:
    """The point of the same value that weighs least; the one found where there is no telling.

    Args:
        task: linear, or mixed with its whole columns to be kept.
        found: its least value, with prices.
        weights: of its columns.
        solve: a task that the basis of the one before is a start for; what ends its search follows from the task, never
            from the clock, or a plan would be another one on a slow machine.
    """
    if len(found.row_duals) != len(task.row_lower):
        return found
    tied = solve(cut_face(task, found, weights))
    took = {HIGHS: found.seconds.get(HIGHS, 0.0) + tied.seconds.get(HIGHS, 0.0)}
    if tied.status is not Status.OPTIMAL or tied.columns is found.columns:
        return replace(found, seconds=took)
    lost = float(task.costs @ tied.columns + task.offset) - found.objective
    if abs(lost) > SAME * (1.0 + abs(found.objective)) or measure_breach(task, tied.columns) > OPEN:
        return replace(found, seconds=took)
    return replace(found, columns=tied.columns, seconds=took)


def measure_breach(task: Task, point: np.ndarray) -> float:
    """By how much a point breaks the row of a task that it breaks most, over the size of the row's largest term."""
    terms = task.entries * np.repeat(point, np.diff(task.starts))
    amounts = np.bincount(task.rows, weights=terms, minlength=len(task.row_lower))
    sizes = np.ones(len(task.row_lower))
    np.maximum.at(sizes, task.rows, np.abs(terms))
    beyond = np.maximum(task.row_lower - amounts, amounts - task.row_upper)
    return float((beyond / sizes).max(initial=0.0))


def cut_face(task: Task, found: Solution, weights: np.ndarray) -> Task:
    """The task over points of the same value alone, with other costs.

    reduced cost = cost - A' price;  at a bound where it is not 0, and a row tight where its price is not 0
    """
    columns = np.repeat(np.arange(len(task.costs)), np.diff(task.starts))
    reduced = task.costs - np.bincount(
        columns, weights=task.entries * found.row_duals[task.rows], minlength=len(task.costs)
    )
    lower, upper = _tighten(task.column_lower, task.column_upper, reduced)
    row_lower, row_upper = _tighten(task.row_lower, task.row_upper, found.row_duals)
    return replace(
        task,
        column_lower=lower,
        column_upper=upper,
        row_lower=row_lower,
        row_upper=row_upper,
        costs=weights,
        offset=0.0,
    )


def _tighten(lower: np.ndarray, upper: np.ndarray, price: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Bounds with the one in force in place of both: the lower where more costs, the upper where more saves."""
    at_lower, at_upper = (price > DECIDED) & np.isfinite(lower), (price < -DECIDED) & np.isfinite(upper)
    return np.where(at_upper, upper, lower), np.where(at_lower, lower, upper)


def is_least(task: Task, point: np.ndarray, basic: np.ndarray, prices: np.ndarray) -> bool:
    """Whether a basis whose point keeps all rules of a task is one of its least.

    costs - A' price >= 0 at a lower bound, <= 0 at an upper one, and the prices of rows likewise

    Args:
        task: at hand.
        point: of the basis (n_columns).
        basic: positions of basic columns; of a basic row -1 less its position (n_rows).
        prices: of the basis, B' price = costs of B (n_rows).
    """
    columns = np.repeat(np.arange(len(task.costs)), np.diff(task.starts))
    taken = np.bincount(columns, weights=task.entries * prices[task.rows], minlength=len(task.costs))
    shown, open_rows = np.ones(len(task.costs), dtype=bool), np.ones(len(prices), dtype=bool)
    shown[basic[basic >= 0]], open_rows[-1 - basic[basic < 0]] = False, False
    at_lower, at_upper = point <= task.column_lower + DECIDED, point >= task.column_upper - DECIDED
    if not _are_signed(task.costs - taken, shown, at_lower, at_upper):
        return False
    tight = task.row_lower == task.row_upper
    least, most = np.isfinite(task.row_lower), np.isfinite(task.row_upper)
    return _are_signed(prices, open_rows, tight | (least & ~most), tight | (most & ~least))


def _are_signed(prices: np.ndarray, shown: np.ndarray, at_lower: np.ndarray, at_upper: np.ndarray) -> bool:
    """Whether prices have the sign of the bound that they stand for; those of a fixed one may have any."""
    wrong = ((prices < -DECIDED) & ~at_upper) | ((prices > DECIDED) & ~at_lower)
    return not bool((shown & wrong).any())
