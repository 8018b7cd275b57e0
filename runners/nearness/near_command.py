"""`fardplan near`: what was asked for, where the answer was written, and what it comes down to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from math import isfinite
from typing import TYPE_CHECKING

from runners.chosen import open_request
from scenarios.errors import CaseError, Problem

if TYPE_CHECKING:
    from conf.schema import Config, NearConfig

MOST_LEVELS = 4
MOST_PLANS = 20
NEAR = "near"


def answer_near(config: Config, started: datetime, say_phase: Callable[[str], None]) -> str:
    """Search, write the folder and give what is shown.

    Raises:
        CaseError: levels, plans or share that cannot be; tables or choices that cannot be used.
        NoPlan: there is no plan at all, or the time ran out.
        PlanRefused: the verifier did not accept a plan found.
    """
    check_near(config.near)
    choices, folder, options = open_request(config)
    from functools import partial

    from model.keep import default_folder
    from runners.family import Family
    from runners.keepsake import Answer, choose_place, keep_answer
    from runners.nearness.near_summary import write_near
    from runners.nearness.near_tables import (
        describe_near,
        tabulate_alternatives,
        tabulate_outcomes,
        tabulate_ranges,
    )
    from runners.nearness.search import find_near
    from runners.record import describe_inputs
    from runners.reports.notices import write_notices
    from runners.views.figures import draw_subject

    family = Family(folder, choices, options, default_folder(), say_phase)
    asked = config.near
    near = find_near(family, config.settings, asked.levels, asked.plans, asked.share, say_phase)
    say_phase("write")
    scenario = near.outcome.scenario
    tables = {"ranges": tabulate_ranges, "alternatives": tabulate_alternatives, "targets": tabulate_outcomes}
    facts, made = describe_near(near), {name: tabulate(near) for name, tabulate in tables.items()}
    origin = describe_inputs(scenario, config, folder, started)
    answer = Answer(NEAR, facts, made, partial(draw_subject, NEAR, facts, made, origin, config.lang), origin)
    place = keep_answer(answer, choose_place(config.out, scenario.attrs, started, NEAR), started)
    seconds = (datetime.now().astimezone() - started).total_seconds()
    told = write_notices((*family.tell_parts(), *family.tell_nothing(config.settings)), config.lang)
    return "\n".join([*told, *([""] if told else []), write_near(near, place, seconds, config.lang)])


def check_near(near: NearConfig) -> None:
    """Raise a CaseError with everything that cannot be asked for."""
    problems = []
    wrong = [level for level in near.levels if not (isfinite(level) and level > 0)]
    if wrong or not 0 < len(set(near.levels)) == len(near.levels) <= MOST_LEVELS:
        shown = ",".join(f"{level:g}" for level in near.levels)
        problems.append(Problem("near_levels_wrong", f"near.levels=[{shown}]", fields={"most": MOST_LEVELS}))
    if not 0 <= near.plans <= MOST_PLANS:
        problems.append(Problem("near_plans_wrong", f"near.plans={near.plans}", fields={"most": MOST_PLANS}))
    if not 0 < near.share < 1:
        problems.append(Problem("near_share_wrong", f"near.share={near.share:g}"))
    if problems:
        raise CaseError(problems)
