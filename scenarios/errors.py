"""What can be wrong with a case, told all at once.

FardplanError
 +- CaseError        the user's tables or choices: every problem with its place (exit code 2)
 +- PlanRefused      the verifier did not accept a plan (model.verify; exit code 1)
 +- NoPlan           hard targets and rules contradict each other (model.conflict; exit code 3)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from conf.words import LANGUAGES, say


class FardplanError(Exception):
    """Any error of ours that is meant for a person."""


@dataclass(frozen=True)
class Problem:
    """One mistake: which message, where it stands and what was found.

    `key` names a message whose text says what was found, what is allowed and what to do;
    `fields` fill it. `row` is the line of the file as an editor counts (the header is 1).
    """

    key: str
    file: str
    row: int | None = None
    column: str | None = None
    fields: Mapping[str, object] = field(default_factory=dict)

    def tell(self, lang: str = LANGUAGES[0]) -> str:
        """The whole message in a language: place, then text."""
        place = self.file
        if self.row is not None:
            place += " " + say("place_row", lang, row=self.row)
        if self.column is not None:
            place += ", " + say("place_column", lang, column=self.column)
        return f"{place}: {say(self.key, lang, **self.fields)}"


def drop_repeated(problems: Sequence[Problem]) -> list[Problem]:
    """Each problem once, in the order of their first telling."""
    return [problem for place, problem in enumerate(problems) if problem not in problems[:place]]


class CaseError(FardplanError):
    """A case or a choice that cannot be used; holds all problems found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problem.tell("en") for problem in self.problems))

    def __reduce__(self) -> tuple[Any, ...]:
        """Picklable, so that another process can raise it."""
        return type(self), (self.problems,)
