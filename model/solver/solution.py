"""What a solver found: status, point, bound, gap and duals, with none of them thrown away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

import numpy as np

HIGHS = "highs"
"""Seconds inside the solver alone."""

SOLVE = "solve"
"""Seconds of a solve in all."""

OPTIMAL_GAP = 1e-6
"""A mixed-integer plan whose gap is below this counts as optimal, not merely within the gap."""

WHOLE_WITHIN = 1e-6
"""A number this near to a whole one is meant to be it."""


class Status(Enum):
    """How a solve ended, in the plan's own words."""

    OPTIMAL = "optimal"
    """Proven least cost, to the solver's tolerance."""
    WITHIN_GAP = "within_gap"
    """A plan whose cost is proven to lie within the gap asked for, and no further."""
    TIME_LIMIT = "time_limit"
    """Time ran out with a plan in hand; its bound and gap say how far it may be from the best."""
    NO_PLAN_IN_TIME = "no_plan_in_time"
    """Time ran out before any plan was found: nothing is known to be impossible."""
    INFEASIBLE = "infeasible"
    """Proven: no plan keeps all rules and hard targets."""
    UNBOUNDED = "unbounded"
    """Cost falls without end: something pays for itself without limit, which is a mistake in the data."""
    FAILED = "failed"
    """The solver gave up with numerical trouble."""

    @property
    def has_plan(self) -> bool:
        """True where a point was found that keeps every rule."""
        return self in (Status.OPTIMAL, Status.WITHIN_GAP, Status.TIME_LIMIT)


@dataclass(frozen=True)
class SolverOptions:
    """How to solve.

    Args:
        name: of the solver, in `model.solver.registry.SOLVERS`.
        method: for linear programs, one of those that the solver has.
        gap: relative gap at which a mixed-integer solve may stop.
        time_limit: seconds for all stages together.
        threads: threads of one solve; 0 leaves the number to the solver.
        seed: of the solver's own randomness.
        relax: solve without integrality: a bound, and plans with parts of units.
        log: let the solver write its log.
        presolve: let the solver simplify before it begins.
        crossover: end an interior point at a corner; without it the point is exact to the solver's tolerance alone.
    """

    name: str = "highs"
    method: str = "choose"
    gap: float = 1e-4
    time_limit: float = 300.0
    threads: int = 0
    seed: int = 0
    relax: bool = False
    log: bool = False
    presolve: bool = True
    crossover: bool = True


@dataclass(frozen=True)
class Solution:
    """A solved program.

    `columns` (n_columns) and `row_duals` (n_rows: change of the objective per unit of a row's bound, integers fixed)
    are empty where there is no plan. `miss` is the least sum that the nearest targets are missed by, NaN without any.
    `values` are all objectives of the program at the point, by name; `seconds` those of `solve` in all, and of them
    `highs` inside the solver.
    """

    status: Status
    columns: np.ndarray = field(default_factory=lambda: np.empty(0))
    row_duals: np.ndarray = field(default_factory=lambda: np.empty(0))
    objective: float = np.nan
    bound: float = np.nan
    gap: float = np.nan
    miss: float = np.nan
    values: Mapping[str, float] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def none(cls) -> Solution:
        """No solution yet: what a solve that never began has."""
        return cls(status=Status.NO_PLAN_IN_TIME)


def relative_gap(objective: float, bound: float) -> float:
    """How far a least bound lies below an objective, as a part of it."""
    return max(objective - bound, 0.0) / max(abs(objective), 1e-9)
