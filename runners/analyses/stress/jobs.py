"""Jobs of a plan under stress: futures at levels of adaptation, answered some at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from runners.analyses.stress.engine import Answer, Stress
from runners.analyses.stress.futures import Future
from runners.analyses.stress.tables import Reader, Tried
from runners.chosen import choose_solver
from runners.restored import Restored


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
