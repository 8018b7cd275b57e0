"""`fardplan near`: what was asked for, where the answer was written, and what it comes down to."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from runners.chosen import open_request
from runners.progress import QUIET, Progress
from runners.word_bounds import check_section
from scenarios.errors import CaseError

if TYPE_CHECKING:
    from conf.schema import Config

NEAR = "near"


def answer_near(config: Config, started: datetime, progress: Progress = QUIET) -> str:
    """Search, write the folder and give what is shown.

    Raises:
        CaseError: levels, plans or share that cannot be; tables or choices that cannot be used.
        NoPlan: there is no plan at all, or the time ran out.
        PlanRefused: the verifier did not accept a plan found.
    """
    if problems := list(check_section(config.near, "near.")):
        raise CaseError(problems)
    choices, folder, options = open_request(config)
    from functools import partial

    from model.compiled.cache import default_folder
    from model.solver.kept import solutions_folder
    from runners.analyses.near_optimal.near_summary import write_near
    from runners.analyses.near_optimal.near_tables import (
        describe_near,
        tabulate_alternatives,
        tabulate_outcomes,
        tabulate_ranges,
    )
    from runners.analyses.near_optimal.search import find_near
    from runners.analyses.near_optimal.searched import plan_opening
    from runners.analyses.team import count_workers, open_team
    from runners.family import Family
    from runners.keepsake import Answer, choose_place, keep_answer
    from runners.record import describe_inputs
    from runners.reports.notices import write_notices
    from runners.views.figures import draw_subject

    family = Family(folder, choices, options, default_folder(), progress, solutions=solutions_folder())
    asked = config.near
    opening = plan_opening(folder, choices, options, default_folder(), config.settings, asked.levels)
    with open_team(opening, count_workers()) as team:
        near = find_near(family, config.settings, asked.levels, asked.plans, asked.share, progress, team)
    progress("write")
    scenario = near.outcome.scenario
    tables = {"ranges": tabulate_ranges, "alternatives": tabulate_alternatives, "targets": tabulate_outcomes}
    facts, made = describe_near(near), {name: tabulate(near) for name, tabulate in tables.items()}
    origin = describe_inputs(scenario, config, folder, started)
    answer = Answer(NEAR, facts, made, partial(draw_subject, NEAR, facts, made, origin, config.lang), origin)
    place = keep_answer(answer, choose_place(config.out, scenario.attrs, started, NEAR), started, config.force)
    seconds = (datetime.now().astimezone() - started).total_seconds()
    told = write_notices((*family.tell_parts(), *family.tell_nothing(config.settings)), config.lang)
    return "\n".join([*told, *([""] if told else []), write_near(near, place, seconds, config.lang)])
