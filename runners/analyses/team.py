"""Questions about one case shared among processes: each opens it for itself, and takes the next that nobody has taken.

Which process answers a question changes nothing: a chain of programs ends at the same plan however it came there
(docs/decisions/15-ties.md). Nothing heavy is imported before a helper has said what it starts without.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import import_module
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from multiprocessing.sharedctypes import Synchronized
from os import cpu_count
from typing import Any, TypeVar

from runners.lean_start import start_lean
from scenarios.errors import FardplanError

FEWEST = 40
"""Questions for which it pays to open the case in another process."""
CHUNK, LEAST_CHUNK = 12, 3
"""Questions that are taken together where they are also verified together: more would save little and hold as many
plans at the same time; fewer as the end comes near, so that all end together."""
PATIENCE = 5.0
"""Seconds that a helper has to end by itself."""
MOST_ALONE = 20
"""Measures up to which a case is asked about sooner alone than another process would have opened it."""
MOST_WORKERS = 8
"""Processes that share the questions of one command without being told how many."""

Asked = TypeVar("Asked")
Found = TypeVar("Found")
Answer = Callable[[Sequence[Asked]], list[Found]]
"""The answers to questions, in their order."""


@dataclass(frozen=True)
class Opening:
    """How a helper opens a case: a function by its module and name, imported no sooner than it is called, and words.

    What the function gives is told what the helper is to know besides, and questions, and answers these.
    """

    module: str
    name: str
    words: tuple[Any, ...]

    def __call__(self) -> Callable[[Any, Sequence[Any]], list[Any]]:
        """The case, open."""
        opened: Callable[[Any, Sequence[Any]], list[Any]] = getattr(import_module(self.module), self.name)(*self.words)
        return opened


def count_workers() -> int:
    """Processes that a command shares its questions among, where nothing is said: one for each processor."""
    return min(cpu_count() or 1, MOST_WORKERS)


class Team:
    """The caller and its helpers.

    Args:
        opening: how a helper opens the case.
        workers: processes, the caller's among them.
    """

    def __init__(self, opening: Opening, workers: int) -> None:
        context = get_context("spawn")
        self._opening, self._helpers, self._context = opening, max(workers - 1, 0), context
        self._taken: Synchronized[int] = context.Value("q", 0)
        self._started: list[tuple[BaseProcess, Connection]] = []

    def start(self) -> None:
        """Let the helpers open the case, unless they have."""
        while len(self._started) < self._helpers:
            ours, theirs = self._context.Pipe()
            process = self._context.Process(target=help_team, args=(self._opening, theirs, self._taken), daemon=True)
            process.start()
            theirs.close()
            self._started.append((process, ours))

    def __len__(self) -> int:
        """Processes that are there, the caller's among them."""
        return len(self._started) + 1

    def solve(
        self,
        answer: Answer[Asked, Found],
        jobs: Sequence[Asked],
        chunks: Sequence[Sequence[int]],
        given: Any = None,
        watch: Callable[[int], None] = lambda _: None,
    ) -> list[Found]:
        """The answers to jobs, in their order.

        What a helper that ended early would have answered the caller answers, and raises what there is to be raised.

        Args:
            answer: the caller's own.
            jobs: what is asked.
            chunks: places of the jobs that are taken together, in the order in which they are.
            given: what a helper is to know besides.
            watch: told how many jobs have been taken, after each chunk of the caller's.
        """
        asked = [[(place, jobs[place]) for place in chunk] for chunk in chunks]
        self._taken.value = 0
        with ThreadPoolExecutor(max(len(self._started), 1)) as asking:  # one that still opens the case reads nothing
            helping = [(pipe, asking.submit(_ask, pipe, (given, asked))) for _, pipe in self._started]
            found = take_chunks(answer, asked, self._taken, watch)
            for pipe, heard in helping:
                found |= _hear(pipe) if heard.result() else {}
        left = [place for chunk in chunks for place in chunk if place not in found]
        found |= dict(zip(left, answer([jobs[place] for place in left]), strict=True))
        return [found[place] for place in range(len(jobs))]

    def end(self) -> None:
        """Let the helpers go."""
        for process, pipe in self._started:
            pipe.close()
            process.join(PATIENCE)
            process.terminate()
        self._started = []


@contextmanager
def open_team(opening: Opening, workers: int) -> Iterator[Team]:
    """A team whose helpers are gone when the block ends; none is there before it is started."""
    team = Team(opening, workers)
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
    answer: Answer[Asked, Found],
    chunks: Sequence[Sequence[tuple[int, Asked]]],
    taken: Synchronized[int],
    watch: Callable[[int], None] = lambda _: None,
) -> dict[int, Found]:
    """Answers by place: one chunk after the other, until all are taken."""
    answers: dict[int, Found] = {}
    ends = [0]
    for chunk in chunks:
        ends.append(ends[-1] + len(chunk))
    while (mine := _take(taken)) < len(chunks):
        places = [place for place, _ in chunks[mine]]
        answers |= dict(zip(places, answer([job for _, job in chunks[mine]]), strict=True))
        watch(ends[min(taken.value, len(chunks))])
    return answers


def help_team(opening: Opening, pipe: Connection, taken: Synchronized[int]) -> None:
    """Open the case and answer what is asked, until nobody asks any more.

    What cannot be opened or answered is told by whoever asked for it.
    """
    start_lean()
    with suppress(EOFError, OSError, FardplanError, KeyboardInterrupt):
        opened = opening()
        while True:
            given, asked = pipe.recv()
            pipe.send(take_chunks(lambda jobs, given=given: opened(given, jobs), asked, taken))  # type: ignore[misc]


def _take(taken: Synchronized[int]) -> int:
    with taken.get_lock():
        mine = taken.value
        taken.value = mine + 1
    return mine


def _ask(pipe: Connection, asked: object) -> bool:
    """Whether a helper was there to be asked."""
    try:
        pipe.send(asked)
    except OSError:
        return False
    return True


def _hear(pipe: Connection) -> dict[int, Any]:
    """What a helper answers; nothing where it has ended."""
    try:
        answers: dict[int, Any] = pipe.recv()
    except (EOFError, OSError):
        return {}
    return answers
