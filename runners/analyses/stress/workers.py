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

from runners.analyses.restored import Restored, restore_plan
from runners.analyses.stress.engine import Stress
from runners.analyses.stress.futures import Future
from runners.analyses.stress.tables import Reader, Tried
from runners.chosen import choose_solver

FEWEST = 40
"""Futures for which it pays to open the plan in another process."""


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
    """The answers to jobs, in their order; level by level, which is how they lie nearest to each other."""
    order = sorted(range(len(jobs)), key=lambda i: jobs[i].level)
    found = {i: reader.read(jobs[i].circumstance, stress.solve(jobs[i].future, jobs[i].level)) for i in order}
    return [found[i] for i in range(len(jobs))]


@contextmanager
def spread_jobs(place: Path, jobs: Sequence[Job], workers: int) -> Iterator[tuple[list[Job], list[list[Tried]]]]:
    """The caller's own share of the jobs, and a list that holds the others' answers when the block has ended.

    Args:
        place: of the plan.
        jobs: all of them; every `workers`-th is one process's.
        workers: processes in all, with the caller.
    """
    count = workers if len(jobs) >= FEWEST else 1
    shares = [list(jobs[i::count]) for i in range(count)]
    others: list[list[Tried]] = []
    if count == 1:
        yield shares[0], others
        return
    with ProcessPoolExecutor(count - 1, mp_context=get_context("spawn")) as pool:
        asked = [pool.submit(_solve_share, place, share) for share in shares[1:]]
        yield shares[0], others
        others += [one.result() for one in asked]


def join_answers(jobs: Sequence[Job], shares: Sequence[Sequence[Tried]]) -> list[Tried]:
    """The answers of all shares in the order of the jobs."""
    count = len(shares)
    return [shares[i % count][i // count] for i in range(len(jobs))]


def _solve_share(place: Path, jobs: Sequence[Job]) -> list[Tried]:
    restored = restore_plan(place)
    return solve_jobs(open_stress(restored), Reader(restored.scenario), jobs)
