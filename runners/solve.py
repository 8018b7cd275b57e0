"""How one plan is made: read, check, assemble, compile, solve, label, verify; nothing unverified leaves here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import perf_counter
from typing import Any

import xarray as xr

from model.chain import solve_program
from model.coefficients import measure_coefficients
from model.conflict import explain_no_plan
from model.keep import obtain_program
from model.plan import label_plan
from model.revise import revise_program
from model.solution import SolverOptions, Status
from model.structure import outline_program
from model.verify import PlanRefused, Verdict, verify
from scenarios.assemble import assemble
from scenarios.cash import operating_cash
from scenarios.checks import check_tables
from scenarios.choices import SOCIETY, Choices
from scenarios.errors import CaseError
from scenarios.tables import Tables, read_tables
from scenarios.terms import ACTOR

PHASES = ("load", "build", "compile", "solve", "verify")
"""What a plan goes through, in order; `build` makes the scenario's numbers, `compile` the program of its structure."""


DO_NOTHING: Mapping[str, Any] = {
    "do_nothing": True,
    "target_mode": "priced",
    "perspective": SOCIETY,
    "ceiling": False,
    "frames": False,
}
"""What is chosen otherwise on the do-nothing path: no measure, no target that could not be met, no limit of money."""


@dataclass
class Outcome:
    """A verified plan with all that led to it, and the seconds of each phase.

    `reference` is the do-nothing plan of the same choices, in a case with actors: what outlays and operating cash are
    measured against.
    """

    tables: Tables
    scenario: xr.Dataset
    plan: xr.Dataset
    verdict: Verdict
    status: Status
    reference: xr.Dataset | None = None
    seconds: dict[str, float] = field(default_factory=dict)


class _Clock:
    """Seconds by phase, told as each begins."""

    def __init__(self, say_phase: Callable[[str], None]) -> None:
        self.seconds: dict[str, float] = {}
        self._say = say_phase

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        self._say(name)
        started = perf_counter()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + perf_counter() - started


def load_scenario(folder: Path, choices: Choices) -> tuple[Tables, xr.Dataset]:
    """Read, check and assemble a case.

    Raises:
        CaseError: with every problem found.
    """
    tables = read_tables(folder)
    problems = check_tables(tables, choices)
    if problems:
        raise CaseError(problems)
    return tables, assemble(tables, choices)


def solve_case(
    folder: Path,
    choices: Choices,
    options: SolverOptions | None = None,
    say_phase: Callable[[str], None] = lambda _: None,
    programs: Path | None = None,
) -> Outcome:
    """A verified plan for a case.

    Args:
        folder: of the case's tables.
        choices: what the user chose about it.
        options: of the solver.
        say_phase: told the name of each phase of `PHASES` as it begins.
        programs: folder where compiled programs are kept between runs; None keeps none.

    Raises:
        CaseError: the tables or choices cannot be used.
        NoPlan: no plan keeps all hard rules, or none was found in time.
        PlanRefused: the verifier did not accept the plan.
    """
    clock = _Clock(say_phase)
    with clock.phase("load"):
        tables, scenario = load_scenario(folder, choices)
    options = options or SolverOptions()
    reference = None
    if scenario.sizes[ACTOR]:
        untouched = assemble(tables, replace(choices, **DO_NOTHING))
        reference, _ = _find_verified(untouched, options, clock, programs)
        scenario["reference_operating"].values[:] = operating_cash(untouched, reference)
    plan, verdict = _find_verified(scenario, options, clock, programs)
    return Outcome(tables, scenario, plan, verdict, Status(plan.attrs["status"]), reference, clock.seconds)


def find_plan(scenario: xr.Dataset, options: SolverOptions | None = None) -> xr.Dataset:
    """A verified plan for a scenario; raises NoPlan or PlanRefused."""
    return _find_verified(scenario, options or SolverOptions(), _Clock(lambda _: None), None)[0]


def _find_verified(
    scenario: xr.Dataset, options: SolverOptions, clock: _Clock, programs: Path | None
) -> tuple[xr.Dataset, Verdict]:
    with clock.phase("build"):
        structure = outline_program(scenario)
        coefficients = measure_coefficients(scenario)
    with clock.phase("compile"):
        compiled = obtain_program(scenario, structure, programs)
        program = revise_program(compiled, coefficients)
    with clock.phase("solve"):
        solution = solve_program(program, options, float(scenario.attrs["tolerance"]))
        if not solution.status.has_plan:
            raise explain_no_plan(scenario, program, solution.status, options)
    with clock.phase("verify"):
        plan = label_plan(scenario, compiled, solution, coefficients)
        verdict = verify(scenario, plan, relaxed=options.relax)
        if not verdict.accepted:
            raise PlanRefused(verdict)
    return plan, verdict
