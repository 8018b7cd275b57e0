"""What can be wrong with a case, told all at once.

FardplanError
 +- CaseError        the user's tables or choices: every problem with its place (exit code 2)
 +- PlanRefused      the verifier did not accept a plan (model.verifier.verify; exit code 1)
 +- NoPlan           hard targets and rules contradict each other (model.queries.infeasibility; exit code 3)
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from errno import errorcode
from typing import Any, Protocol, runtime_checkable

from conf.words import LANGUAGES, read_messages, say

LONGEST = 1000
"""Characters of what was found that a message shows at the most."""
STEERING = ("Cc", "Cf")
"""Categories of characters that are no writing: they move a cursor, or turn the direction of what follows."""


TURNING = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that turn the direction of what follows: a name with one reads otherwise than it is written."""


class FardplanError(Exception):
    """Any error of ours that is meant for a person."""


@runtime_checkable
class Telling(Protocol):
    """What can be said in every language."""

    def tell(self, lang: str = LANGUAGES[0]) -> str:
        """Its words in a language."""


@dataclass(frozen=True)
class DiskReason:
    """Why a disk refused: in words of ours where there are some, else as the system says it."""

    code: int | None
    otherwise: str

    def tell(self, lang: str = LANGUAGES[0]) -> str:
        """Its words in a language."""
        key = f"disk_{errorcode.get(self.code or 0, '')}"
        return say(key, lang) if key in read_messages() else self.otherwise


def explain_disk(error: OSError) -> DiskReason:
    """Why the disk refused."""
    return DiskReason(error.errno, error.strerror or str(error) or type(error).__name__)


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
        return _tell_at(self, lang)


@dataclass(frozen=True)
class Notice:
    """One thing to know although nothing is wrong: which message, what fills it, and where it stands if in a table.

    `key`, `fields` and `row` are as a Problem's; `file` is empty where a notice is about the case as a whole. A field
    may itself be something that tells in a language, such as the cause of a plan that is none.
    """

    key: str
    fields: Mapping[str, object] = field(default_factory=dict)
    file: str = ""
    row: int | None = None
    column: str | None = None

    def tell(self, lang: str = LANGUAGES[0]) -> str:
        """The whole message in a language: place where there is one, then text."""
        return _tell_at(self, lang)


def _tell_at(told: Problem | Notice, lang: str) -> str:
    text = say(told.key, lang, **{name: _fill(value, lang) for name, value in told.fields.items()})
    if not told.file:
        return text
    place = told.file
    if told.row is not None:
        place += " " + say("place_row", lang, row=told.row)
    if told.column is not None:
        place += ", " + say("place_column", lang, column=told.column)
    return f"{show_found(place)}: {text}"


def _fill(value: object, lang: str) -> object:
    """What stands in place of a field: what was found as it can be shown, and what has words of its own in them."""
    if isinstance(value, Telling):
        return value.tell(lang)
    return show_found(value) if isinstance(value, str) else value


def show_found(text: str) -> str:
    r"""What a user wrote, as it can be shown: no character that steers a terminal, and not more than fits a message.

    >>> show_found("a\x1b[31m\u202e"), len(show_found("x" * 9999)) == LONGEST
    ('a\ufffd[31m\ufffd', True)
    """
    shown = "".join(c if c in "\n\t" or unicodedata.category(c) not in STEERING else "\ufffd" for c in text)
    return shown if len(shown) <= LONGEST else shown[: LONGEST - 1] + "…"


def drop_repeated(problems: Sequence[Problem]) -> list[Problem]:
    """Each problem once, in the order of their first telling."""
    return [problem for place, problem in enumerate(problems) if problem not in problems[:place]]


def find_steering(text: str) -> str:
    r"""The first character of a text that steers a terminal or turns what follows, by its code; empty: none.

    Joiners, soft hyphens and the like are Unicode's formats too (Cf) but move nothing: a name may have them.

    >>> find_steering("a\x1b[31m"), find_steering("a\u202eb"), find_steering("a\u00adb")
    ('U+001B', 'U+202E', '')
    """
    turned = next((c for c in text if unicodedata.category(c) == "Cc" or c in TURNING), "")
    return f"U+{ord(turned):04X}" if turned else ""


class CaseError(FardplanError):
    """A case or a choice that cannot be used; holds all problems found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problem.tell("en") for problem in self.problems))

    def __reduce__(self) -> tuple[Any, ...]:
        """Picklable, so that another process can raise it."""
        return type(self), (self.problems,)
