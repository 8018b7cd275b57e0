"""Which rules do facts break, and by how little can they be let go?

    min sum_r weight[r] (over[r] + under[r])    row_lower - under <= A x <= row_upper + over

over rows about past years or about none, of a program whose later rows are left out: what only the future breaks is
no fact. Rows that define a quantity never give.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from model.compiled.revise import LinearProgram
from model.queries.elastic import Slack, add_slacks
from model.queries.infeasibility import IDENTITIES
from model.solver.facts import close_future, list_past_rows
from model.solver.sessions import open_session
from model.solver.solution import SolverOptions
from model.solver.starts import CHOOSE

DEFINING = (IDENTITIES - {"unit_lump"}) | {
    *("storage", "savings_sum", "secured_most", "secured_least", "secured_owner", "missed_own", "missed_parts"),
    *("rise_least", "retired_order", "scrapped_order", "cost_most", "cash_most", "miss_most", "finance_most"),
    *("credit_share_most", "credit_positive", "freed_claimed", "freed_kept", "freed_order"),
    "kept_together",
}
"""Families that never give: they say what a quantity is, and not what it may be."""
UNSERVED = ("balance",)
"""Families that give last: that a need went unmet is the worst that can be thought of a year that has been."""
LAST = 1e3
"""What a unit of these weighs beside one of all others."""
SMALLEST = 1e-9


@dataclass(frozen=True)
class Eased:
    """A program whose rows let facts be, and which they are: family, labels, by how much."""

    program: LinearProgram
    rows: tuple[tuple[str, tuple[str | int, ...], float], ...] = ()


def ease_past(program: LinearProgram, until: int, options: SolverOptions) -> Eased | None:
    """The program with rows of the past let go by as little as facts need; None where no such thing helps."""
    past = [
        (family, i)
        for family, rows in list_past_rows(program.program, until).items()
        if family not in DEFINING
        for i in rows
    ]
    slacks, sides = [], []
    for family, i in past:
        for side, bound in ((1.0, program.row_upper[i]), (-1.0, program.row_lower[i])):
            if np.isfinite(bound):
                slacks.append(Slack(np.array([i], dtype=np.int64), np.array([side])))
                sides.append((family, i, side))
    if not slacks:
        return None
    task = add_slacks(close_future(program, until), slacks).relax()
    costs = np.zeros(len(task.costs))
    costs[-len(slacks) :] = [LAST if family in UNSERVED else 1.0 for family, _, _ in sides]
    found = open_session(options, CHOOSE).solve(replace(task, costs=costs), options.time_limit)
    if not found.status.has_plan:
        return None
    lower, upper, told = program.row_lower.copy(), program.row_upper.copy(), []
    for (family, i, side), amount in zip(sides, found.columns[-len(slacks) :], strict=True):
        if amount > SMALLEST:
            bounds = upper if side > 0 else lower
            bounds[i] += side * amount
            told.append((family, program.program.row_labels[i].index, float(amount)))
    return Eased(replace(program, row_lower=lower, row_upper=upper), tuple(told))
