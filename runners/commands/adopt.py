"""`fardplan adopt RUN "KF 2026-06-15 §112"`: a run is frozen under a decision's name, the history told anew."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from conf.words import say
from runners.command_words import Grammar, Mistake, sort_words
from runners.exit_codes import DONE
from scenarios.errors import CaseError, Problem

COMMAND = "fardplan adopt"
GRAMMAR = Grammar()
WORDS = 2


def run_adopt(words: Sequence[str], lang: str, now: datetime | None = None) -> int:
    """Adopt the run that the words name; gives the exit code.

    Args:
        words: those after `fardplan adopt`: a run and the name of a decision.
        lang: of what is said.
        now: when it is; None: the clock's.

    Raises:
        CaseError: words, a run or a name that cannot be used; nothing has changed then (exit code 2).
    """
    said = sort_words(words, GRAMMAR)
    problems = said.explain(_tell_mistake)
    if len(said.names) != WORDS:
        problems.append(Problem("adopt_how_many", COMMAND, fields={"count": len(said.names)}))
    if problems:
        raise CaseError(problems)
    from runners.analyses.adopted.adoption import adopt_run
    from runners.analyses.adopted.history import write_history
    from runners.confirmation import confirm_run

    place, name = Path(said.names[0]).expanduser(), said.names[1]
    moment = now or datetime.now().astimezone()
    register, entry = adopt_run(place, name, moment, partial(confirm_run, lang=lang))
    print(say("adopt_done", lang, name=entry.name, run=place, folder=register.place / entry.folder), flush=True)
    print(say("adopt_history", lang, place=write_history(register, entry.case, moment, lang)), flush=True)
    return DONE


def _tell_mistake(mistake: Mistake) -> Problem:
    return Problem("adopt_word", COMMAND, fields={"word": mistake.word})
