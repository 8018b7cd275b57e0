"""`fardplan compare A B [C ...] [out=DIR]`: which plans, where the answer goes, and what it comes down to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from runners.command_words import Grammar, sort_words
from runners.exit_codes import DONE
from scenarios.errors import CaseError, Problem

COMMAND = "fardplan compare"
COMPARE = "compare"
OUT = "--out"
FORCE = "--force"
GRAMMAR = Grammar((OUT,), (FORCE,))
FEWEST, MOST = 2, 10


def run_compare(words: Sequence[str], lang: str, now: datetime | None = None) -> int:
    """Compare the plans that the words name, write the folder, show the summary; gives the exit code.

    Args:
        words: those after `fardplan compare`.
        lang: of what is said.
        now: when it is; None: the clock's.

    Raises:
        CaseError: words, folders or plans that cannot be compared (exit code 2).
        PlanRefused: the verifier does not accept a scenario of a sweep that is solved again (exit code 1).
    """
    names, out, force = read_names(words)
    started = now or datetime.now().astimezone()
    from functools import partial

    from runners.analyses.comparison.compare_summary import write_comparisons
    from runners.analyses.comparison.comparison import (
        compare_sides,
        describe_comparisons,
        describe_side,
        open_all,
        tabulate_comparisons,
    )
    from runners.atomic_write import check_place
    from runners.keepsake import Answer, choose_place, keep_answer
    from runners.views.figures import draw_subject

    if out is not None:
        check_place(out, force)
    sides = open_all(names)
    comparisons = compare_sides(sides)
    attrs = {"case": sides[0].case, "digest": sides[0].digest}
    facts, tables = describe_comparisons(sides, comparisons), tabulate_comparisons(comparisons)
    origin = {
        "case": sides[0].case,
        "plans": {side.name: word for side, word in zip(sides, names, strict=True)},
        "sides": [describe_side(side) for side in sides],
    }
    answer = Answer(COMPARE, facts, tables, partial(draw_subject, COMPARE, facts, tables, origin, lang), origin)
    place = keep_answer(answer, choose_place(out, attrs, started, COMPARE), started, force)
    print(write_comparisons(sides, comparisons, names, place, lang), flush=True)
    return DONE


def read_names(words: Sequence[str]) -> tuple[list[str], Path | None, bool]:
    """The plans that are named, where the answer goes, and whether over an earlier one.

    Raises:
        CaseError: words of another kind, too few or too many plans, or one named twice.
    """
    said = sort_words(words, GRAMMAR)
    odd = [name for name in said.names if "=" in name and not Path(name.partition("#")[0]).exists()]
    unknown = [*(mistake.word for mistake in said.mistakes), *odd]
    problems = [Problem("compare_unknown_word", COMMAND, fields={"word": word}) for word in unknown]
    names, out = [name for name in said.names if name not in odd], said.last(OUT)
    if not FEWEST <= len(names) <= MOST:
        fields: dict[str, object] = {"count": len(names), "fewest": FEWEST, "most": MOST}
        problems.append(Problem("compare_how_many", COMMAND, fields=fields))
    if problems:
        raise CaseError(problems)
    return names, None if out is None else Path(out), FORCE in said.switches
