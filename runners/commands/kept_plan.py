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
    from runners.reports.summary import write_assumptions, write_summary
    from scenarios.arrays import hold_arrays

    progress("write")
    with hold_arrays(outcome.scenario, outcome.known):
        place = write_run(outcome, config, folder, started, helper, judge)
        lines: Sequence[str] = write_assumptions(
            outcome.tables, choose(config), outcome.scenario, outcome.plan, config.lang
        )
        against = tell_against(place, config.lang)
        seconds = (datetime.now().astimezone() - started).total_seconds()
        told = [*lines, *([against] if against else [])]
        return write_summary(outcome.scenario, outcome.plan, told, place, seconds, config.lang, outcome.notices)
