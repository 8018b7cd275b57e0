"""`fardplan budget RUN year=2027 --out FILE`: which plan, for which year, and what files the climate budget becomes."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conf.words import LANGUAGES, say
from runners.atomic_write import check_place, find_obstacle
from runners.command_words import Grammar, Mistake, sort_words, take_one_run
from runners.exit_codes import DONE
from runners.reports.endings import ENDINGS
from runners.word_values import is_number
from scenarios.errors import CaseError, Problem

if TYPE_CHECKING:
    from runners.results.result import Result

COMMAND, KIND = "fardplan budget", "budget"
OUT, YEAR, CUTS, STRESS, FORCE = "--out", "--year", "--cuts", "--stress", "--force"
GRAMMAR = Grammar((OUT, YEAR, CUTS, STRESS), (FORCE,))
SHEETS = ".xlsx"
USUAL_CUTS = "10,25"
MOST_CUT = 100.0
YEAR_DIGITS = 4


@dataclass(frozen=True)
class Asked:
    """What the words ask for: a plan, a year, cuts in percent, a stress run, files, and a folder for the tables."""

    place: Path
    year: int
    cuts: tuple[float, ...]
    stress: Path | None
    files: tuple[Path, ...]
    folder: Path | None
    force: bool


def run_budget(words: Sequence[str], lang: str = LANGUAGES[0], now: datetime | None = None) -> int:
    """Make the climate budget that the words name, and write it; gives the exit code.

    Args:
        words: those after `fardplan budget`.
        lang: of what is said and of all files but HTML, which has both languages.
        now: when it is; None: the clock's.

    Raises:
        CaseError: words, a folder or a year that cannot be used; nothing is written then (exit code 2).
        PlanRefused: the verifier does not accept the plan, or one of a cut (exit code 1).
    """
    asked = read_words(words)
    started = now or datetime.now().astimezone()
    from runners.analyses.climate_budget.budget import check_paying, make_budget
    from runners.analyses.climate_budget.risks import open_stress
    from runners.analyses.climate_budget.window import choose_window
    from runners.confirmation import confirm_restored
    from runners.keepsake import Answer, choose_place, keep_answer
    from runners.record import describe_inputs
    from runners.reports.run_folder import open_run
    from runners.restored import restore_plan
    from runners.results.result import open_result
    from runners.views.figures import draw_subject

    run = open_run(asked.place)
    check_paying(run.tables, run.place)
    choose_window(run.summary, asked.year, str(run.place))
    stress = None if asked.stress is None else open_stress(asked.stress, run)
    restored = restore_plan(asked.place)
    confirm_restored(restored)
    facts, tables = make_budget(restored, asked.year, asked.cuts, stress)
    origin: dict[str, Any] = describe_inputs(restored.scenario, restored.config, restored.folder, started)
    answer = Answer(KIND, facts, tables, partial(draw_subject, KIND, facts, tables, origin, lang), origin)
    place = keep_answer(
        answer, choose_place(asked.folder, restored.scenario.attrs, started, KIND), started, asked.force
    )
    for path in (place, *write_files(open_result(place), asked.files, lang, asked.force)):
        print(say("budget_written", lang, path=path), file=sys.stdout, flush=True)
    return DONE


def write_files(result: Result, files: Sequence[Path], lang: str, force: bool) -> Iterator[Path]:
    """The files of a result, each by its ending; gives each when it is written."""
    from runners.reports import files as report_files
    from runners.reports.document import Material
    from runners.reports.workbook import write_result_workbook

    papers = [path for path in files if path.suffix != SHEETS]
    yield from report_files.write_files(Material((), results=(result,)), papers, lang, force)
    for path in (path for path in files if path.suffix == SHEETS):
        yield write_result_workbook([result], lang, path, force)


def read_words(words: Sequence[str]) -> Asked:
    """What is asked for.

    Raises:
        CaseError: words of another kind, no plan or several, a year or a cut that is none, a file of another type.
    """
    said = sort_words(words, GRAMMAR)
    problems = said.explain(_tell_mistake)
    run = take_one_run(said, COMMAND, "budget", problems)
    force = FORCE in said.switches
    year = _read_year(said.last(YEAR), problems)
    cuts = _read_cuts(said.last(CUTS) or USUAL_CUTS, problems)
    files, folder = _sort_outs([Path(out).expanduser() for out in said.values.get(OUT, ())], force, problems)
    if problems:
        raise CaseError(problems)
    stress = said.last(STRESS)
    return Asked(
        run, year, cuts, None if stress is None else Path(stress).expanduser(),
        files, folder, force,
    )  # fmt: skip


def _read_year(text: str | None, problems: list[Problem]) -> int:
    if text is None:
        problems.append(Problem("budget_year_missing", COMMAND))
    elif text.isascii() and text.isdigit() and len(text) == YEAR_DIGITS:
        return int(text)
    else:
        problems.append(Problem("budget_year_none", f"year={text}", fields={"value": text}))
    return 0


def _read_cuts(text: str, problems: list[Problem]) -> tuple[float, ...]:
    """Percents in their order, none where 0 alone is said."""
    parts = text.strip("[]").split(",")
    if parts == ["0"]:
        return ()
    wrong = [part for part in parts if not is_number(part) or not 1.0 <= float(part) <= MOST_CUT]
    if wrong:
        problems.append(Problem("budget_cut", f"cuts={text}", fields={"value": wrong[0]}))
        return ()
    return tuple(sorted({float(part) for part in parts}))


def _sort_outs(outs: Sequence[Path], force: bool, problems: list[Problem]) -> tuple[tuple[Path, ...], Path | None]:
    """Files by their ending, and the folder, where one is named; each is looked at before anything is computed."""
    files = [path for path in outs if path.suffix in (*ENDINGS, SHEETS)]
    folders = [path for path in outs if not path.suffix]
    for path in outs:
        if path not in files and path not in folders:
            problems.append(Problem("budget_ending", str(path), fields={"found": path.suffix}))
    for path in dict.fromkeys(path for path in outs if outs.count(path) > 1):
        problems.append(Problem("budget_out_twice", str(path)))
    if len(set(folders)) > 1:
        problems.append(Problem("budget_out_twice", str(folders[1])))
    problems += [problem for path in files if (problem := find_obstacle(path, force)) is not None]
    if folders:
        try:
            check_place(folders[0], force)
        except CaseError as error:
            problems += error.problems
    return tuple(dict.fromkeys(files)), folders[0] if folders else None


def _tell_mistake(mistake: Mistake) -> Problem:
    if mistake.blank:
        return Problem("exchange_option_blank", COMMAND, fields={"option": mistake.option})
    return Problem("budget_word", COMMAND, fields={"word": mistake.word})
