"""A verified plan that a command made: its run folder, and what is shown of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from runners.chosen import choose
from runners.progress import Progress

if TYPE_CHECKING:
    from conf.schema import Config
    from runners.outcome import Judgement, Outcome


def keep_plan(
    outcome: Outcome,
    config: Config,
    folder: Path,
    started: datetime,
    progress: Progress,
    helper: Executor | None = None,
    judge: Callable[[], Judgement] | None = None,
) -> str:
    """Write the run folder of a verified plan; gives what is shown, with what moved against the adopted plan.

    `helper` draws the figures meanwhile; None: they are drawn here. `judge` verifies the plan of an outcome without a
    verdict, and raises PlanRefused before anything stands in the folder's place.
    """
    from runners.record import write_run
    from runners.reports.against import tell_against
    from runners.reports.summary import begin_summary, end_summary, write_assumptions
    from scenarios.arrays import hold_arrays

    progress("write")
    scenario, plan, lang = outcome.scenario, outcome.plan, config.lang
    told: list[Sequence[str]] = []

    def tell() -> None:
        told.extend(begin_summary(scenario, plan, lang, outcome.notices))
        told.append(write_assumptions(outcome.tables, choose(config), scenario, plan, lang))

    with hold_arrays(scenario, outcome.known):
        place = write_run(outcome, config, folder, started, helper, judge, tell)
    against = tell_against(place, lang)
    told[-1] = [*told[-1], *([against] if against else [])]
    seconds = (datetime.now().astimezone() - started).total_seconds()
    return end_summary(told, place, seconds, lang)
