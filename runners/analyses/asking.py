"""Questions about one thing that is open, answered in this process or, where there is one, by a team.

A question is a function of a module, of what is open and of one item: so it can be sent to another process.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, Protocol, TypeVar

from runners.analyses.team import Team
from runners.progress import QUIET, Progress


class Subject(Protocol):
    """What is asked about."""

    def settle(self) -> None:
        """Verify what was left to be verified with others; raises PlanRefused where the verifier does not accept it."""


Asked = TypeVar("Asked", bound=Subject)
Item = TypeVar("Item")
Found = TypeVar("Found")
Job = tuple[Callable[[Any, Any], Any], Any]
"""A question and its item."""


class Inquiry(Generic[Asked]):
    """Questions about one subject.

    Args:
        subject: what this process has open.
        given: what a helper makes its own of, see `answer_for`.
        team: that helps; None: nobody does.
    """

    def __init__(self, subject: Asked, given: Any = None, team: Team | None = None) -> None:
        self.subject, self._given, self._team = subject, given, team

    def ask(
        self, question: Callable[[Asked, Item], Found], items: Sequence[Item], progress: Progress = QUIET
    ) -> list[Found]:
        """The answers about each item, in their order."""
        return self.answer([(question, item) for item in items], progress)

    def answer(self, jobs: Sequence[Job], progress: Progress = QUIET) -> list[Any]:
        """The answers to questions of several kinds, in their order; the first are taken first."""
        done = 0

        def watch(taken: int) -> None:
            nonlocal done
            for _ in range(done, taken):
                progress.step()
            done = max(done, taken)

        if self._team is not None:
            alone = [[place] for place in range(len(jobs))]
            return self._team.solve(self._answer, jobs, alone, self._given, watch)
        found = []
        for job in jobs:
            found += answer_jobs(self.subject, [job])
            watch(len(found))
        return found

    def _answer(self, jobs: Sequence[Job]) -> list[Any]:
        return answer_jobs(self.subject, jobs)


def answer_jobs(subject: Subject, jobs: Sequence[Job]) -> list[Any]:
    """What questions find about their items; what they left to be verified is verified together."""
    found = [question(subject, item) for question, item in jobs]
    subject.settle()
    return found


def answer_for(make: Callable[[Any], Subject]) -> Callable[[Any, Sequence[Job]], list[Any]]:
    """What a helper does: it makes its subject of what it is given first, and answers questions about it."""
    made: list[Subject] = []

    def answer(given: Any, jobs: Sequence[Job]) -> list[Any]:
        if not made:
            made.append(make(given))
        return answer_jobs(made[0], jobs)

    return answer
