"""The process that keeps one case open: `python -m runners.web.live_worker DESCRIPTOR`, asked over a pipe.

It takes a `Question`, gives an `Answer`, and ends when the pipe closes.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any

from conf.words import LANGUAGES, say
from runners.lean_start import leave_out_dask
from runners.web.live_questions import EXPLAIN, FOUND, NO_PLAN, REFUSED, Answer, Handle, Question
from scenarios.errors import CaseError

if TYPE_CHECKING:
    from runners.analyses.live.live_case import LiveCase

NICENESS = 2


def main() -> None:
    """Answer until nobody is left to ask."""
    pipe: Connection[Any, Any] = Connection(int(sys.argv[1]))
    os.nice(NICENESS)
    leave_out_dask()
    desk = _Desk()
    with suppress(EOFError, OSError):
        while True:
            pipe.send(desk.answer(pipe.recv()))


class _Desk:
    """Answers questions about one case."""

    def __init__(self) -> None:
        self._case: LiveCase | None = None

    def answer(self, question: Question) -> Answer:
        """What was found; what cannot be used or has no plan is told in the language of the question."""
        from model.queries.no_plan import NoPlan
        from model.verifier.verdict import PlanRefused

        try:
            return self._open(question) if self._case is None else self._move(self._case, question)
        except CaseError as error:
            return Answer(REFUSED, tuple(problem.tell(question.lang) for problem in error.problems))
        except (NoPlan, PlanRefused) as error:
            told = (say("live_no_plan", question.lang),) if isinstance(error, NoPlan) else (error.tell(question.lang),)
            return Answer(NO_PLAN, told)

    def _open(self, question: Question) -> Answer:
        from model.compiled.cache import default_folder
        from runners.analyses.live.live_case import LiveCase

        self._case = LiveCase(question.words, default_folder())
        self._case.move({}, ("", ""))  # what is imported and reckoned once is done before the first lever
        handles = tuple(
            Handle(lever, {lang: self._case.name_lever(lever, lang) for lang in LANGUAGES})
            for lever in self._case.levers
        )
        return Answer(FOUND, handles=handles)

    def _move(self, case: LiveCase, question: Question) -> Answer:
        from runners.analyses.live.levers import take_settings
        from runners.views.subjects.live import tell_answer, write_live, write_live_bridge

        settings = take_settings(case.levers, question.numbers)
        lang = question.lang
        names = (say("live_first", lang), say("live_second", lang))
        deep = question.kind == EXPLAIN
        result = case.explain(settings, names) if deep else case.move(settings, names)
        sections = write_live_bridge(result, lang) if deep else write_live(result, lang)
        told = (tell_answer(result, lang), *_tell_moved(case, settings, lang))
        whole = bool(result.facts["plans"][1]["whole_units"])
        return Answer(FOUND, told, tuple(sections), settings=settings, whole=whole)


def _tell_moved(case: LiveCase, settings: Mapping[str, float], lang: str) -> Sequence[str]:
    return [case.tell_setting(key, number, lang) for key, number in settings.items()]


if __name__ == "__main__":
    main()
