"""How one plan is found: from a case's folder, or from a scenario, to a verified plan."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import xarray as xr

from model.solver.solution import SolverOptions
from runners.clock import Clock
from runners.family import Family
from runners.line import Line
from runners.outcome import Judgement, Outcome
from scenarios.choices import Choices
from scenarios.overlay import Overlay
from scenarios.settings import Settings


def solve_case(
    folder: Path,
    choices: Choices,
    options: SolverOptions | None = None,
    say_phase: Callable[[str], None] = lambda _: None,
    programs: Path | None = None,
    settings: Settings | None = None,
    solutions: Path | None = None,
) -> Outcome:
    """A verified plan for a case.

    Args:
        folder: of the case's tables.
        choices: what the user chose about it.
        options: of the solver.
        say_phase: told the name of each phase of `PHASES` as it begins.
        programs: folder where compiled programs are kept between runs; None keeps none.
        settings: changes of the case's numbers.
        solutions: folder where solutions are kept between runs; None keeps none.

    Raises:
        CaseError: the tables, choices or settings cannot be used.
        NoPlan: no plan keeps all hard rules, or none was found in time.
        PlanRefused: the verifier did not accept the plan.
    """
    return Family(folder, choices, options, programs, say_phase, solutions=solutions).solve(settings)


def solve_to_judge(
    folder: Path,
    choices: Choices,
    options: SolverOptions | None = None,
    say_phase: Callable[[str], None] = lambda _: None,
    programs: Path | None = None,
    settings: Settings | None = None,
    solutions: Path | None = None,
) -> tuple[Outcome, Callable[[], Judgement]]:
    """A plan for a case as `solve_case` finds it, not verified yet, and what verifies it: raises PlanRefused.

    For who has something else to do meanwhile, and shows nothing before.
    """
    family = Family(folder, choices, options, programs, say_phase, solutions=solutions, verified=False)
    outcome = family.solve(settings, verified=False)
    return outcome, partial(family.judge, outcome)


def find_plan(scenario: xr.Dataset, options: SolverOptions | None = None) -> xr.Dataset:
    """A verified plan for a scenario, whose arrays are its own; raises NoPlan or PlanRefused."""
    line = Line(Overlay(scenario, {}, scenario), options or SolverOptions(), None)
    program = line.revise(line.overlay.base)
    return line.solve(scenario, program, Clock(lambda _: None))[0].copy(deep=True)
