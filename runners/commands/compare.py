"""`fardplan compare A B [C ...] [out=DIR]`: which plans, where the answer goes, and what it comes down to.

One plan alone is compared with the one of its case that was adopted; an adopted plan may be said by its decision.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from conf.words import say
from runners.command_words import Grammar, sort_words
from runners.exit_codes import DONE
from scenarios.errors import CaseError, Problem

COMMAND = "fardplan compare"
COMPARE = "compare"
OUT = "--out"
FORCE = "--force"
GRAMMAR = Grammar((OUT,), (FORCE,))
FEWEST, MOST = 1, 10
PAIR = 2


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
    names, decisions = settle_adopted(names)
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
        "adopted": {side.name: decisions[word] for side, word in zip(sides, names, strict=True) if word in decisions},
    }
    answer = Answer(COMPARE, facts, tables, partial(draw_subject, COMPARE, facts, tables, origin, lang), origin)
    place = keep_answer(answer, choose_place(out, attrs, started, COMPARE), started, force)
    called = [
        say("adopted_is", lang, folder=word, name=decisions[word]) if word in decisions else word for word in names
    ]
    print(write_comparisons(sides, comparisons, called, place, lang), flush=True)
    return DONE


def settle_adopted(names: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """Folders of the plans that are named, the adopted one before a plan that is named alone; and decisions by folder.

    Raises:
        CaseError: one plan alone is named, and none of its case is adopted beside it; a register that cannot be read.
    """
    from runners.keepsake import RUNS
    from runners.reports.against import find_standard
    from runners.reports.run_folder import open_run
    from runners.results.register import FOLDER, find_adoption, find_register, read_register

    register = read_register(RUNS / FOLDER)
    places = []
    for name in names:
        entry = None if Path(name.partition("#")[0]).exists() else register.find_name(name)
        places.append(name if entry is None else str(register.find_frozen(entry)))
    if len(places) < PAIR:
        run = open_run(Path(places[0]))
        standard = find_standard(run)
        if standard is None:
            raise CaseError([Problem("adopted_no_standard", COMMAND)])
        places.insert(0, str(find_register(run.place) / standard.entry.folder))
    found = {place: find_adoption(Path(place)) for place in places if Path(place).is_dir()}
    return places, {place: entry.name for place, entry in found.items() if entry is not None}


def read_names(words: Sequence[str]) -> tuple[list[str], Path | None, bool]:
    """The plans that are named, where the answer goes, and whether over an earlier one.

    Raises:
        CaseError: words of another kind, too few or too many plans, or one named twice.
    """
    said = sort_words(words, GRAMMAR)
    problems = [Problem("compare_unknown_word", COMMAND, fields={"word": wrong.word}) for wrong in said.mistakes]
    names, out = list(said.names), said.last(OUT)
    if not FEWEST <= len(names) <= MOST:
        fields: dict[str, object] = {"count": len(names), "fewest": FEWEST, "most": MOST}
        problems.append(Problem("compare_how_many", COMMAND, fields=fields))
    if problems:
        raise CaseError(problems)
    return names, None if out is None else Path(out), FORCE in said.switches
