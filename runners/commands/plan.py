"""`fardplan plan`: a verified plan of a case, its run folder, and what it says on one screen."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from runners.chosen import WHOLE, check_horizon, open_request
from runners.commands.kept_plan import keep_plan
from runners.progress import QUIET, Progress

if TYPE_CHECKING:
    from conf.schema import Config


def answer_plan(config: Config, started: datetime, progress: Progress = QUIET) -> str:
    """Solve the case that the configuration names, write its run folder; gives what is shown.

    Args:
        config: as composed of defaults and words.
        started: when the command began, with its time zone.
        progress: told each phase as it begins.

    Raises:
        CaseError: the case, the choices or the place cannot be used.
        NoPlan: no plan keeps all hard rules, or none was found in time.
        PlanRefused: the verifier did not accept the plan.
    """
    check_horizon(config)
    choices, folder, options = open_request(config, actuals=True)
    if config.case.actuals_until is not None:
        from runners.commands.replan import plan_from_actuals

        return plan_from_actuals(config, started, progress)
    from model.compiled.cache import default_folder
    from model.solver.kept import solutions_folder
    from runners.ahead import import_ahead, start_engine
    from runners.helper import open_helper
    from runners.solve import solve_to_judge

    with open_helper() as helper:
        if config.horizon.kind == WHOLE:
            beside = import_ahead(progress, partial(helper.submit, start_engine))
            kept = default_folder(), config.settings, solutions_folder()
            outcome, judge = solve_to_judge(folder, choices, options, beside, *kept)
            return keep_plan(outcome, config, folder, started, progress, helper, judge)
        from runners.analyses.rolling.command import roll_case

        outcome = roll_case(config, folder, choices, options, progress)
        return keep_plan(outcome, config, folder, started, progress, helper)
