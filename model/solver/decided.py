"""How much money a plan decides: what it spends otherwise than doing nothing, against which gaps are measured."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.compiled.revise import LinearProgram
from model.compiled.sparse import COST
from scenarios.arithmetic.breaches import BREACHES

INVESTED = ("build", "begin", "retired")
"""Families of columns whose cost is investment, less what is left of it."""
MISSED = ("missed", "excess_total", *BREACHES)
"""Families of columns whose cost is what missed targets and broken limits of money are valued at."""
LEAST = 0.01
"""Part of the cost that a plan decides at the least: one that does next to nothing is still a plan of that cost."""


@dataclass(frozen=True)
class Spending:
    """Present value of a plan in money: what is invested, less what is left of it, and what operation costs."""

    invested: float
    running: float


def split_cost(program: LinearProgram, point: np.ndarray) -> Spending:
    """The cost of a point of a program in its two parts, missed targets and broken limits left out."""
    amounts = program.costs[COST] * point
    parts = {name: _sum_families(program, amounts, names) for name, names in (("in", INVESTED), ("out", MISSED))}
    whole = float(amounts.sum()) + program.offsets[COST]
    return Spending(parts["in"], whole - parts["in"] - parts["out"])


def measure_decided(mine: Spending, nothing: Spending | None, cost: float) -> float:
    """Money that a plan decides.

    |invested - invested when doing nothing| + |running - running when doing nothing|, at least LEAST |cost|

    Args:
        mine: of the plan.
        nothing: of the do-nothing path; without one a plan decides all that it costs.
        cost: of the plan.
    """
    if nothing is None:
        return abs(cost)
    moved = abs(mine.invested - nothing.invested) + abs(mine.running - nothing.running)
    return max(moved, LEAST * abs(cost))


def _sum_families(program: LinearProgram, amounts: np.ndarray, names: tuple[str, ...]) -> float:
    places = program.program.column_families
    return float(sum(amounts[places[name]].sum() for name in names if name in places))
