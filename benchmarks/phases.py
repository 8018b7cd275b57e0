"""What is measured of a case: the verbs that a plan goes through, each ready to be called again and again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property

import xarray as xr
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

from benchmarks.soundness import require_accepted, require_plan
from model.compiled.compile import compile_program
from model.compiled.revise import LinearProgram, revise_program
from model.compiled.sparse import SparseProgram
from model.formulation.program import build_program
from model.parameters.coefficients import measure_coefficients
from model.parameters.structure import outline_program
from model.solver.chain import solve_program
from model.solver.plan import label_plan
from model.solver.solution import Solution, SolverOptions
from model.verifier.verify import verify

MIXED = SolverOptions(gap=1e-3)
EXACT = SolverOptions(gap=1e-6)
RELAXED = SolverOptions(relax=True)


class Prepared:
    """A case with everything that a phase needs made beforehand, outside the timer."""

    def __init__(self, scenario: xr.Dataset) -> None:
        self.scenario = scenario

    @cached_property
    def compiled(self) -> SparseProgram:
        return compile_program(self.scenario)

    @cached_property
    def program(self) -> LinearProgram:
        return revise_program(self.compiled, measure_coefficients(self.scenario))

    @cached_property
    def solution(self) -> Solution:
        return self.solve(MIXED)

    def solve(self, options: SolverOptions) -> Solution:
        """The program's solution; an error where it has no plan."""
        return require_plan(solve_program(self.program, options), self.compiled)

    @cached_property
    def plan(self) -> xr.Dataset:
        return label_plan(self.scenario, self.compiled, self.solution)


def rebuild(case: Prepared) -> object:
    """What everyone else does for each scenario: the Pyomo model again, translated to arrays by Pyomo."""
    return LinearStandardFormCompiler().write(build_program(case.scenario))


PHASES: Mapping[str, Callable[[Prepared], object]] = {
    "outline": lambda case: outline_program(case.scenario),
    "build": lambda case: measure_coefficients(case.scenario),
    "compile": lambda case: compile_program(case.scenario),
    "revise": lambda case: revise_program(case.compiled, measure_coefficients(case.scenario)),
    "solve_relaxed": lambda case: case.solve(RELAXED),
    "solve_mixed_1e-3": lambda case: case.solve(MIXED),
    "solve_mixed_1e-6": lambda case: case.solve(EXACT),
    "label": lambda case: label_plan(case.scenario, case.compiled, case.solution),
    "verify": lambda case: require_accepted(verify(case.scenario, case.plan)),
}
"""`rebuild` is not among them: every phase is shown as a ratio to it, measured right beside."""
