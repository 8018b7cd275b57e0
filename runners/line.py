"""How scenarios of one base are solved one after the other: numbers into its program, a plan out of it, verified."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from model.compiled.cache import Tell, say_nothing
from model.compiled.revise import LinearProgram
from model.compiled.sparse import COST, SparseProgram
from model.compiled.variants import Content, Reviser, Variants
from model.queries.no_plan import NoPlan
from model.solver.chain import Chain
from model.solver.decided import Spending, measure_decided, split_cost
from model.solver.kept import obtain_solution
from model.solver.lasting import lasts
from model.solver.plan import Labeller
from model.solver.solution import HIGHS, Solution, SolverOptions, Status
from model.verifier.verdict import PlanRefused, Verdict
from runners.clock import Clock
from scenarios.arrays import Arrays
from scenarios.overlay import Overlay

if TYPE_CHECKING:
    from model.verifier.verify import Verifier

SPENT, DECIDED = ("invested", "running"), "decided"
"""What a plan's attrs say of its spending, and how much of that it decides."""


def read_spending(plan: xr.Dataset | None) -> Spending | None:
    """What a plan that was solved spends; None of none."""
    return None if plan is None else Spending(*(float(plan.attrs[name]) for name in SPENT))


class Line:
    """The scenarios of one base, solved one after the other.

    Args:
        overlay: the base, and its scenarios by their settings.
        options: of the solver.
        programs: folder where compiled programs are kept between runs; None keeps none.
        explained: whether it is found out why a program has no plan, which takes many solves.
        solutions: folder where the first solution is kept between runs; hundreds that follow would push out what is
            asked for again. None keeps none.
        tell: told now and then how many rows are compiled by now.
    """

    def __init__(
        self,
        overlay: Overlay,
        options: SolverOptions,
        programs: Path | None,
        *,
        explained: bool = True,
        solutions: Path | None = None,
        tell: Tell = say_nothing,
    ) -> None:
        self.overlay = overlay
        self._explained = explained
        self._options = options
        self._variants = Variants(overlay.base, programs, tell)
        self._settled = options, float(overlay.scenario.attrs["tolerance"])
        self._chain = Chain(*self._settled)
        self._solutions = solutions
        self._ended: list[tuple[LinearProgram, Solution]] = []
        self._labellers: dict[SparseProgram, Labeller] = {}

    @cached_property
    def verifier(self) -> Verifier:
        """What verifies its plans, loaded by who has any to verify."""
        from model.verifier.verify import Verifier

        return Verifier()

    def measure(self, arrays: Arrays) -> tuple[Reviser, np.ndarray, Content]:
        """The numbers of a scenario's program, who puts them in place, and which of them are not the base's."""
        reviser = self._variants.find(arrays)
        return reviser, *reviser.measure(arrays)

    def keeps(self, arrays: Arrays) -> bool:
        """Whether a scenario has the structure of the base."""
        return self._variants.keeps(arrays)

    def revise(self, arrays: Arrays) -> LinearProgram:
        """The program of a scenario."""
        reviser, p, content = self.measure(arrays)
        return reviser.fill(p, content)

    def revise_without(self, arrays: Arrays, unknown: Collection[str]) -> LinearProgram | None:
        """The program of a scenario of which some arrays are not known yet; None where it may hang on them."""
        if self._variants.reads(arrays, unknown):
            return None
        program = self.revise(arrays)
        return None if self._variants.reads(arrays, unknown) else program  # numbers that moved may lead to others

    def solve(
        self,
        scenario: xr.Dataset,
        program: LinearProgram,
        clock: Clock,
        *,
        verified: bool = True,
        reference: xr.Dataset | None = None,
        known: Arrays | None = None,
    ) -> tuple[xr.Dataset, Verdict | None]:
        """The plan of a program, verified against its scenario.

        `known` are the scenario's arrays, with what was reckoned of them for its neighbours.

        Raises:
            NoPlan: no plan keeps all hard rules, or none was found in time.
            PlanRefused: the verifier did not accept the plan.
        """
        with clock.phase("solve"):
            nothing = read_spending(reference)
            solution = self._find_solution(program, nothing)
        clock.add(HIGHS, solution.seconds.get(HIGHS, 0.0))
        if not solution.status.has_plan:
            if not self._explained:
                raise NoPlan(solution.status, (), {})
            from model.queries.infeasibility import explain_no_plan

            raise explain_no_plan(scenario, program, solution.status, self._options)
        with clock.phase("verify"):
            plan = self._label(scenario, program, solution, known)
            mine = split_cost(program, solution.columns)
            plan.attrs |= dict(zip(SPENT, (mine.invested, mine.running), strict=True))
            if nothing is not None:
                plan.attrs[DECIDED] = measure_decided(mine, nothing, solution.values[COST])
            verdict = self.verifier.check(scenario, plan, relaxed=self._options.relax) if verified else None
        if verdict is not None and not verdict.accepted:
            raise PlanRefused(verdict)
        return plan, verdict

    def _find_solution(self, program: LinearProgram, nothing: Spending | None) -> Solution:
        """The solution of a program: the first or the last one where it lasts, one kept between runs, or a new one."""
        for before, found in self._ended:
            if lasts(before, program, found.columns):
                return replace(found, seconds={})
        solutions, self._solutions = self._solutions, None
        solved = list[Solution]()

        def solve(asked: LinearProgram, spent: Spending | None) -> Solution:
            solved.append(self._chain.solve(asked, spent))
            return solved[-1]

        solution = obtain_solution(solve, program, nothing, self._settled, solutions)
        if solved and solution.status is Status.OPTIMAL and not self._chain.branched:
            self._ended = [*self._ended[:1], (program, solution)]
        return solution

    def _label(
        self, scenario: xr.Dataset, program: LinearProgram, solution: Solution, known: Arrays | None
    ) -> xr.Dataset:
        labeller = self._labellers.get(program.program)
        if labeller is None:
            labeller = self._labellers[program.program] = Labeller(program.program)
        return labeller.label(scenario, solution, known)
