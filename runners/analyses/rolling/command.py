"""`fardplan plan horizon=rolling|myopic`: a plan of the case that is made anew as years pass."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from model.compiled.cache import default_folder
from runners.analyses.rolling.roll import Sight, roll_plan, tell_rolled
from runners.chosen import MYOPIC
from runners.family import Family
from runners.outcome import Outcome
from scenarios.choices import Choices

if TYPE_CHECKING:
    from conf.schema import Config, HorizonConfig
    from model.solver.solution import SolverOptions


def roll_case(
    config: Config, folder: Path, choices: Choices, options: SolverOptions, say_phase: Callable[[str], None]
) -> Outcome:
    """The verified plan that comes of planning anew, with what that cost among its notices.

    Raises:
        CaseError: tables, choices or settings that cannot be used.
        NoPlan: there is no plan, or what has begun leaves none.
        PlanRefused: the verifier did not accept the plan.
    """
    family = Family(folder, choices, options, default_folder(), say_phase)
    sight = read_sight(config.horizon)
    rolled = roll_plan(family, config.settings, sight, say_phase=say_phase)
    told = tell_rolled(rolled, sight, family.scenario.attrs["money"])
    return replace(rolled.outcome, notices=(*told, *rolled.outcome.notices))


def read_sight(horizon: HorizonConfig) -> Sight:
    """How often and how far a configuration looks."""
    return Sight(horizon.step, horizon.window if horizon.kind == MYOPIC else None)
