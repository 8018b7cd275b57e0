"""Futures shared among processes: each opens the plan for itself and answers its share.

Which process answers a future changes nothing: a chain of programs ends at the same plan however it came there
(docs/decisions/15-ties.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from runners.analyses.stress.engine import Stress
from runners.analyses.stress.futures import Future
from runners.analyses.stress.tables import Reader, Tried
from runners.chosen import choose_solver
from runners.reports.run_folder import open_run
from runners.restored import Restored, restore_run

FEWEST = 40
"""Futures for which it pays to open the plan in another process."""


CHUNK = 12
"""Answers that are verified together: more would save little and hold as many plans at the same time."""


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


def solve_jobs(stress: Stress, reader: Reader, jobs: Sequence[Job]) -> list[Tried]:
    """The answers to jobs, in their order; future by future, of which each is then posed once for all levels."""
    order = sorted(range(len(jobs)), key=lambda i: (jobs[i].circumstance, jobs[i].future.number, jobs[i].level))
    found: dict[int, Tried] = {}
    for start in range(0, len(order), CHUNK):
        places = order[start : start + CHUNK]
        answers = stress.solve_all([(jobs[i].future, jobs[i].level) for i in places])
        found |= {i: reader.read(jobs[i].circumstance, one) for i, one in zip(places, answers, strict=True)}
    return [found[i] for i in range(len(jobs))]


class Shares:
    """Which jobs are whose, by their places; the caller's are the first."""

    def __init__(self, jobs: Sequence[Job], workers: int, busy: int = 0) -> None:
        count = workers if len(jobs) >= FEWEST else 1
        own = len(jobs) if count == 1 else max(0, round((len(jobs) + busy) / count) - busy)
        rest = range(own, len(jobs))
        self._places = [list(range(own)), *(list(rest[i :: count - 1]) for i in range(count - 1))]
        self._jobs = jobs

    def list_jobs(self) -> list[list[Job]]:
        """The jobs of each share."""
        return [[self._jobs[place] for place in places] for places in self._places]

    def join(self, answers: Sequence[Sequence[Tried]]) -> list[Tried]:
        """The answers of all shares in the order of the jobs."""
        pairs = zip(self._places, answers, strict=True)
        found = {place: one for places, tried in pairs for place, one in zip(places, tried, strict=True)}
        return [found[place] for place in range(len(self._jobs))]


@contextmanager
def spread_jobs(place: Path, shares: Shares) -> Iterator[tuple[list[Job], list[list[Tried]]]]:
    """The caller's own share of the jobs, and a list that holds the others' answers when the block has ended.

    Args:
        place: of the plan.
        shares: whose jobs are whose.
    """
    mine, *asked = shares.list_jobs()
    others: list[list[Tried]] = []
    if not asked:
        yield mine, others
        return
    with ProcessPoolExecutor(len(asked), mp_context=get_context("spawn")) as pool:
        found = [pool.submit(_solve_share, place, share) for share in asked]
        yield mine, others
        others += [one.result() for one in found]


def _solve_share(place: Path, jobs: Sequence[Job]) -> list[Tried]:
    restored = restore_run(open_run(place))  # its digests are looked at; the caller has verified the plan
    return solve_jobs(open_stress(restored), Reader(restored.scenario), jobs)
