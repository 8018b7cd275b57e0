"""Who works on which case: the cases of a portfolio shared among processes, each of which opens its own.

Which process has a case changes nothing: a chain of programs ends at the same value however it came there. Nothing
heavy is imported before a process has said what it starts without.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from conf.words import LANGUAGES
from runners.lean_start import start_lean
from scenarios.errors import CaseError, FardplanError, Telling

if TYPE_CHECKING:
    from model.solver.solution import SolverOptions
    from runners.analyses.portfolio.member import Member
    from scenarios.choices import Choices

BEGIN = "begin"
"""The verb that opens a case."""
MOST_OPEN = 40
"""Cases of a process whose tables and programs stay at hand, some tens of megabytes each: those opened first."""
FEWEST = 4
"""Cases for which another process pays."""


@dataclass(frozen=True)
class Job:
    """What every case is opened with: its folder by its name, choices, how to solve, where programs are kept."""

    folders: Mapping[str, Path]
    choices: Choices
    options: SolverOptions
    programs: Path | None


@dataclass(frozen=True)
class Failure:
    """Why a case could not go on, in both languages."""

    case: str
    told: Mapping[str, str]
    kind: str

    def tell(self, lang: str = LANGUAGES[0]) -> str:
        """Its words in a language."""
        return self.told[lang]


PATIENCE = 20.0
"""Seconds in which a process that is no longer asked has to end by itself."""


class CrewLost(Exception):
    """A process that ended before it answered: our own fault, or the machine's."""


class Crew:
    """The cases, wherever they are; a context, at whose end the processes end.

    Args:
        job: the cases.
        workers: processes; 1: all in this one.
    """

    def __init__(self, job: Job, workers: int) -> None:
        names = list(job.folders)
        count = min(workers, max(1, len(names) // 2)) if len(names) >= FEWEST else 1
        self._job, self._count = job, count
        self._mine: dict[str, Member] = {}
        self._pipes: list[Connection] = []
        self._processes: list[Any] = []
        self._of = {name: place % count for place, name in enumerate(names)}

    def __enter__(self) -> Crew:
        context = get_context("spawn")
        for _ in range(self._count if self._count > 1 else 0):
            ours, theirs = context.Pipe()
            process = context.Process(target=_serve, args=(theirs, self._job), daemon=True)
            process.start()
            theirs.close()
            self._pipes.append(ours)
            self._processes.append(process)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for pipe in self._pipes:
            pipe.close()
        for process in self._processes:
            process.join(PATIENCE)
            if process.is_alive():
                process.terminate()

    def ask(self, verb: str, each: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
        """What each case answers: a method of `Member`, by case its arguments; a Failure where it could not.

        Args:
            verb: name of the method; `begin` comes first.
            each: arguments by case; cases that are not named are not asked.
        """
        if not self._pipes:
            return {case: _answer(self._job, self._mine, verb, case, given) for case, given in each.items()}
        asked: list[dict[str, Sequence[Any]]] = [{} for _ in self._pipes]
        for case, given in each.items():
            asked[self._of[case]][case] = given
        try:
            for pipe, own in zip(self._pipes, asked, strict=True):
                if own:
                    pipe.send((verb, own))
            found: dict[str, Any] = {}
            for pipe, own in zip(self._pipes, asked, strict=True):
                found |= pipe.recv() if own else {}
        except (EOFError, OSError) as error:
            raise CrewLost(verb) from error
        return {case: found[case] for case in each}


def _serve(pipe: Connection, job: Job) -> None:
    """Answer until nobody asks any more."""
    start_lean()
    mine: dict[str, Member] = {}
    while True:
        try:
            verb, each = pipe.recv()
        except (EOFError, OSError):
            return
        pipe.send({case: _answer(job, mine, verb, case, given) for case, given in each.items()})


def _answer(job: Job, mine: dict[str, Member], verb: str, case: str, given: Sequence[Any]) -> Any:
    from runners.analyses.portfolio.member import Member  # heavy, and a process says first what it starts without

    try:
        if verb == BEGIN:
            mine[case] = Member(case, job.folders[case], job.choices, job.options, job.programs)
        return getattr(mine[case], verb)(*given)
    except FardplanError as error:
        return Failure(case, {lang: _tell(error, lang) for lang in LANGUAGES}, type(error).__name__)
    finally:
        if case in mine and sum(member.opened for member in mine.values()) > MOST_OPEN:
            mine[case].let_go()


def _tell(error: FardplanError, lang: str) -> str:
    if isinstance(error, CaseError):
        return " ".join(problem.tell(lang) for problem in error.problems)
    return error.tell(lang) if isinstance(error, Telling) else str(error)
