"""Jobs of a plan under stress: futures at levels of adaptation, answered some at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from runners.analyses.stress.engine import Answer, Stress
from runners.analyses.stress.futures import Future
from runners.analyses.stress.tables import Reader, Tried
from runners.analyses.team import FEWEST, Opening, Team, split_jobs
from runners.chosen import choose_solver
from runners.reports.run_folder import open_run
from runners.restored import Restored, restore_run


@dataclass(frozen=True)
class Job:
    """A future of a circumstance, to be answered at a level of adaptation."""

    circumstance: str
    future: Future
    level: str


def open_stress(restored: Restored) -> Stress:
    """The plan, ready to be tried."""
    config = restored.config
    return Stress(restored.family, config.settings, restored.scenario, restored.plan, choose_solver(config))


def open_solver(place: Path) -> Callable[[Any, Sequence[Job]], list[Tried]]:
    """What a helper does: it opens the plan, which the caller has verified, looks at its digests, and answers jobs."""
    restored = restore_run(open_run(place))
    stress, reader = open_stress(restored), Reader(restored.scenario)
    return lambda _, jobs: solve_jobs(stress, reader, jobs)


def open_place(place: Path) -> Opening:
    """How a helper opens the plan of a place."""
    return Opening(__name__, open_solver.__name__, (place,))


def share_jobs(team: Team, stress: Stress, reader: Reader, jobs: Sequence[Job]) -> list[Tried]:
    """The answers to jobs, in their order, from a team that is there or has enough to do to come."""
    if len(jobs) >= FEWEST:
        team.start()
    order = order_jobs(jobs)
    chunks = [[order[i] for i in span] for span in split_jobs(len(jobs), len(team))]
    return team.solve(partial(solve_jobs, stress, reader), jobs, chunks)


def order_jobs(jobs: Sequence[Job]) -> list[int]:
    """Places of jobs, future by future: each is then posed once for all levels."""
    return sorted(range(len(jobs)), key=lambda i: (jobs[i].circumstance, jobs[i].future.number, jobs[i].level))


def solve_jobs(stress: Stress, reader: Reader, jobs: Sequence[Job]) -> list[Tried]:
    """The answers to jobs, in their order, all verified together."""
    read: dict[int, Tried] = {}

    def look(place: int, answer: Answer) -> None:
        read[place] = reader.read(jobs[place].circumstance, answer)

    for place, answer in enumerate(stress.solve_all([(one.future, one.level) for one in jobs], look)):
        if answer.plan is None:  # none was found, or it was refused
            look(place, answer)
    return [read[place] for place in range(len(jobs))]
