"""Futures solved again with what they share held, stage by stage as any plan is, and verified."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import xarray as xr

from model.compiled.blocks_risk import Risk
from model.compiled.blocks_tree import Branch
from model.compiled.revise import LinearProgram
from model.queries.infeasibility import explain_no_plan
from model.solver.blocks_solve import find_shared
from model.solver.chain import Chain
from model.solver.facts import ROOMS, hold_columns
from model.solver.plan import Labeller
from model.solver.solution import Solution, SolverOptions
from model.verifier.shared import find_unshared
from model.verifier.verify import PlanRefused, Verifier
from runners.analyses.futures.design import Future
from runners.analyses.futures.found import Unshared
from runners.analyses.near_optimal.alternatives import bound_cost
from runners.family import Family
from scenarios.settings import Settings


class Settler:
    """Solves futures with what they share held, stage by stage, and verifies their plans."""

    def __init__(self, family: Family, settings: Settings, options: SolverOptions, owners: np.ndarray) -> None:
        self._family, self._settings, self._options, self._owners = family, settings, options, owners
        self._verifier = Verifier()
        self._labeller: Labeller | None = None

    def settle(
        self, number: int, future: Future, program: LinearProgram, point: np.ndarray, alone: Solution
    ) -> tuple[xr.Dataset, xr.Dataset, float]:
        """The scenario, the verified plan of a future that begins as the block says, and the largest violation."""
        settings = {**self._settings, **future.settings}
        scenario = self._family.describe(settings)
        nothing = self._family.spend_nothing(settings)
        shared = find_shared(self._owners, number)
        solution = Solution.none()
        for room in ROOMS:
            held = hold_columns(program, shared, point[shared], room)
            solution = Chain(self._options, float(scenario.attrs["tolerance"])).solve(held, nothing)
            if solution.status.has_plan:
                break
        if not solution.status.has_plan:
            raise explain_no_plan(
                scenario, hold_columns(program, shared, point[shared], 0.0), solution.status, self._options
            )
        if self._labeller is None:
            self._labeller = Labeller(program.program)
        plan = self._labeller.label(scenario, bound_cost(solution, alone.bound))
        verdict = self._verifier.check(scenario, plan, relaxed=self._options.relax)
        if not verdict.accepted:
            raise PlanRefused(verdict)
        return scenario, plan, verdict.max_violation


def list_counted(risk: Risk) -> np.ndarray:
    """Positions of the columns that add to a value which is not the cost."""
    if risk.values is None:
        return np.empty(0, dtype=np.int64)
    return np.flatnonzero(np.any([one.weights > 0 for one in risk.values[0]], axis=0))


def hold_most(program: LinearProgram, counted: np.ndarray, point: np.ndarray) -> LinearProgram:
    """The program in which what adds to a value is no more than at a point: its cost is least without raising that."""
    upper = program.column_upper.copy()
    room = ROOMS[1] * np.maximum(1.0, np.abs(point[counted]))
    upper[counted] = np.minimum(upper[counted], np.maximum(point[counted], program.column_lower[counted]) + room)
    return replace(program, column_upper=upper)


def check_shared(plans: Sequence[xr.Dataset], branches: Sequence[Branch], futures: Sequence[Future]) -> None:
    """Raise Unshared where plans begin differently before their futures part."""
    pairs = [(i, branch.parent, branch.stage) for i, branch in enumerate(branches) if branch.parent != i]
    broken = find_unshared(plans, pairs)
    if broken:
        raise Unshared(broken, [future.name for future in futures])
