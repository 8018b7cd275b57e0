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
from model.solver.side_by_side import solve_each
from model.solver.solution import Solution, SolverOptions
from model.verifier.shared import find_unshared
from model.verifier.verdict import PlanRefused
from model.verifier.verify import Verifier
from runners.analyses.futures.design import Future
from runners.analyses.futures.found import Unshared
from runners.analyses.futures.values import find_paid_row
from runners.analyses.near_optimal.alternatives import bound_cost
from runners.family import Family
from scenarios.settings import Settings


class Settler:
    """Solves futures with what they share held, stage by stage, and verifies their plans."""

    def __init__(self, family: Family, settings: Settings, options: SolverOptions, owners: np.ndarray) -> None:
        self._family, self._settings, self._options, self._owners = family, settings, options, owners
        self._verifier = Verifier()
        self._labeller: Labeller | None = None

    def solve(self, futures: Sequence[Future], programs: Sequence[LinearProgram], points: np.ndarray) -> list[Solution]:
        """The solution of each future with what it shares held at its point (n_futures, n_columns).

        Raises:
            NoPlan: one of them has none.
        """
        settings = [{**self._settings, **future.settings} for future in futures]
        scenarios = [self._family.describe(one) for one in settings]
        nothing = [self._family.spend_nothing(one) for one in settings]
        tolerance = float(scenarios[0].attrs["tolerance"])

        def solve(i: int) -> Solution:
            solution, shared = Solution.none(), find_shared(self._owners, i)
            for room in ROOMS:
                held = hold_columns(programs[i], shared, points[i][shared], room)
                for program in self._list_tries(held, points[i]):
                    solution = Chain(self._options, tolerance).solve(program, nothing[i])
                    if solution.status.has_plan:
                        return solution
            return solution

        found = solve_each(solve, range(len(futures)))
        failed = next((i for i, solution in enumerate(found) if not solution.status.has_plan), None)
        if failed is not None:
            shared = find_shared(self._owners, failed)
            held = hold_columns(programs[failed], shared, points[failed][shared], 0.0)
            raise explain_no_plan(scenarios[failed], held, found[failed].status, self._options)
        return found

    def _list_tries(self, program: LinearProgram, point: np.ndarray) -> list[LinearProgram]:
        """The program with all units as at a point, which was solved with them whole; and as it is."""
        columns = program.program.whole_built
        if self._options.relax or not len(columns):
            return [program]
        return [hold_columns(program, columns, np.round(point[columns]), 0.0), program]

    def settle(
        self, future: Future, program: LinearProgram, solution: Solution, alone: Solution
    ) -> tuple[xr.Dataset, xr.Dataset, float]:
        """The scenario of a future, its plan, verified, and the largest violation."""
        scenario = self._family.describe({**self._settings, **future.settings})
        if self._labeller is None:
            self._labeller = Labeller(program.program)
        plan = self._labeller.label(scenario, bound_cost(solution, alone.bound))
        verdict = self._verifier.check(scenario, plan, relaxed=self._options.relax)
        if not verdict.accepted:
            raise PlanRefused(verdict)
        return scenario, plan, verdict.max_violation


def hold_value(program: LinearProgram, risk: Risk, of: str, point: np.ndarray) -> LinearProgram:
    """The program in which a value that is not the cost is no more than at a point: cost is least without raising it.

    What an actor pays has a row of its own; of other values the columns that add to it stay where they are or below.
    """
    if risk.values is None:
        return program
    row = find_paid_row(of, program)
    if row is not None:
        paid = risk.values[0][0].weights @ point
        upper = program.row_upper.copy()
        upper[row] = min(upper[row], paid + ROOMS[1] * max(1.0, abs(paid)))
        return replace(program, row_upper=upper)
    counted = np.flatnonzero(np.any([one.weights > 0 for one in risk.values[0]], axis=0))
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
