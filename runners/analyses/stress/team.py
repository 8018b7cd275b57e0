"""Futures shared among processes: each opens the plan for itself and takes the next few that nobody has taken yet.

Which process answers a future changes nothing: a chain of programs ends at the same plan however it came there
(docs/decisions/15-ties.md). Nothing heavy is imported before a helper has said what it starts without.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from typing import TYPE_CHECKING

from runners.lean_start import start_lean
from scenarios.errors import FardplanError

if TYPE_CHECKING:
    from runners.analyses.stress.engine import Stress
    from runners.analyses.stress.jobs import Job
    from runners.analyses.stress.tables import Reader, Tried

FEWEST = 40
"""Futures for which it pays to open the plan in another process."""
CHUNK, LEAST_CHUNK = 12, 3
"""Futures that are taken and verified together: more would save little and hold as many plans at the same time; fewer
as the end comes near, so that all end together."""
PATIENCE = 5.0
"""Seconds that a helper has to end by itself."""

Answers = dict[int, "Tried"]
"""Answers by the places of their jobs."""


class Team:
    """The caller and its helpers.

    Args:
        place: of the plan.
        workers: processes, the caller's among them.
    """

    def __init__(self, place: Path, workers: int) -> None:
        context = get_context("spawn")
        self._place, self._helpers, self._context = place, max(workers - 1, 0), context
        self._taken: Synchronized[int] = context.Value("q", 0)
        self._started: list[tuple[BaseProcess, Connection]] = []

    def start(self) -> None:
        """Let the helpers open the plan, unless they have."""
        while len(self._started) < self._helpers:
            ours, theirs = self._context.Pipe()
            process = self._context.Process(target=help_team, args=(self._place, theirs, self._taken), daemon=True)
            process.start()
            theirs.close()
            self._started.append((process, ours))

    def solve(self, stress: Stress, reader: Reader, jobs: Sequence[Job]) -> list[Tried]:
        """The answers to jobs, in their order.

        What a helper that ended early would have answered the caller answers, and raises what there is to be raised.
        """
        from runners.analyses.stress.jobs import order_jobs, solve_jobs

        if len(jobs) >= FEWEST:
            self.start()
        order = order_jobs(jobs)
        chunks = [[order[i] for i in span] for span in split_jobs(len(jobs), len(self._started) + 1)]
        asked = [[(place, jobs[place]) for place in chunk] for chunk in chunks]
        self._taken.value = 0
        helping = [pipe for _, pipe in self._started if _ask(pipe, asked)]
        answers = take_chunks(stress, reader, asked, self._taken)
        for pipe in helping:
            answers |= _hear(pipe)
        left = [place for place in order if place not in answers]
        answers |= dict(zip(left, solve_jobs(stress, reader, [jobs[place] for place in left]), strict=True))
        return [answers[place] for place in range(len(jobs))]

    def end(self) -> None:
        """Let the helpers go."""
        for process, pipe in self._started:
            pipe.close()
            process.join(PATIENCE)
            process.terminate()
        self._started = []


@contextmanager
def open_team(place: Path, workers: int) -> Iterator[Team]:
    """A team whose helpers are gone when the block ends; none is there before it is started or has enough to do."""
    team = Team(place, workers)
    try:
        yield team
    finally:
        team.end()


def split_jobs(count: int, workers: int) -> list[range]:
    """Places of jobs in the pieces in which they are taken, smaller towards the end where several take them."""
    pieces, start = [], 0
    while start < count:
        fair = -(-(count - start) // (2 * workers)) if workers > 1 else CHUNK
        size = min(max(fair, LEAST_CHUNK), CHUNK, count - start)
        pieces.append(range(start, start + size))
        start += size
    return pieces


def take_chunks(
    stress: Stress, reader: Reader, chunks: Sequence[Sequence[tuple[int, Job]]], taken: Synchronized[int]
) -> Answers:
    """Answer one chunk after the other until all are taken."""
    from runners.analyses.stress.jobs import solve_jobs

    answers: Answers = {}
    while (mine := _take(taken)) < len(chunks):
        places = [place for place, _ in chunks[mine]]
        found = solve_jobs(stress, reader, [job for _, job in chunks[mine]])
        answers |= dict(zip(places, found, strict=True))
    return answers


def help_team(place: Path, pipe: Connection, taken: Synchronized[int]) -> None:
    """Open the plan and answer what is asked, until nobody asks any more.

    A plan that cannot be opened is told by whoever asked for it.
    """
    start_lean()
    from runners.analyses.stress.jobs import open_stress
    from runners.analyses.stress.tables import Reader
    from runners.reports.run_folder import open_run
    from runners.restored import restore_run

    with suppress(EOFError, OSError, FardplanError, KeyboardInterrupt):
        restored = restore_run(open_run(place))  # its digests are looked at; the caller has verified the plan
        stress, reader = open_stress(restored), Reader(restored.scenario)
        while True:
            pipe.send(take_chunks(stress, reader, pipe.recv(), taken))


def _take(taken: Synchronized[int]) -> int:
    with taken.get_lock():
        mine = taken.value
        taken.value = mine + 1
    return mine


def _ask(pipe: Connection, chunks: Sequence[Sequence[tuple[int, Job]]]) -> bool:
    """Whether a helper was there to be asked."""
    try:
        pipe.send(chunks)
    except OSError:
        return False
    return True


def _hear(pipe: Connection) -> Answers:
    """What a helper answers; nothing where it has ended."""
    try:
        answers: Answers = pipe.recv()
    except (EOFError, OSError):
        return {}
    return answers
