"""What is asked of a case that is kept open, and what is answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from conf.words import LANGUAGES
from runners.analyses.live.levers import Lever
from runners.views.section import Section

OPEN, MOVE, EXPLAIN = "open", "move", "explain"
FOUND, REFUSED, NO_PLAN = "found", "refused", "no_plan"


@dataclass(frozen=True)
class Question:
    """What is asked: to open a case by its words, to move levers, or to explain the cost of what was moved."""

    kind: str
    words: tuple[str, ...] = ()
    numbers: Mapping[str, float] = field(default_factory=dict)
    lang: str = LANGUAGES[0]


@dataclass(frozen=True)
class Handle:
    """A lever as a page shows it: what it is called in each language, beside the lever itself."""

    lever: Lever
    names: Mapping[str, str]


@dataclass(frozen=True)
class Answer:
    """What was found: sections to show, what was moved, and a sentence; or why there is nothing, in sentences.

    `whole`: all units are whole, though parts were allowed.
    """

    ending: str
    told: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    handles: tuple[Handle, ...] = ()
    settings: Mapping[str, float] = field(default_factory=dict)
    whole: bool = False
