"""`fardplan workbook RUN --out FILE.xlsx`: what was asked for, and where it was written."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from conf.words import say
from scenarios.errors import CaseError, Problem

DONE, BAD_INPUT = 0, 2
SUFFIX = ".xlsx"
RUN = "RUN"
WITH_VALUE = ("--out", "--against", "--sweep", "--csv")
CURVE = "--curve"
"""May be said several times, once for each kind of curve."""
FORCE, LANG = "--force", "lang="
HELP = ("--help", "-h")


@dataclass(frozen=True)
class Request:
    """What the words ask for."""

    run: Path | None
    out: Path | None
    against: Path | None
    sweep: Path | None
    csv: Path | None
    curves: tuple[Path, ...]
    force: bool


def run_workbook(words: Sequence[str], lang: str) -> int:
    """Write the workbook and the CSV set that the words ask for; give the exit code.

    Args:
        words: those after `fardplan workbook`.
        lang: of messages and of the documents.
    """
    if any(word in HELP for word in words):
        print(say("workbook_help", lang), flush=True)
        return DONE
    try:
        for place in _write_documents(read_request(words), lang):
            print(say("workbook_written", lang, place=place), flush=True)
    except CaseError as error:
        for problem in error.problems:
            print(problem.tell(lang), file=sys.stderr)
        return BAD_INPUT
    return DONE


def read_request(words: Sequence[str]) -> Request:
    """The request in words such as `runs/lund --out lund.xlsx --force`.

    Raises:
        CaseError: every word that is none of ours, and what is missing.
    """
    places: dict[str, Path] = {}
    curves: list[Path] = []
    force, problems = False, []
    queue = iter([word for word in words if not word.startswith(LANG)])
    for word in queue:
        option, equals, given = word.partition("=")
        if option in (*WITH_VALUE, CURVE):
            value = given if equals else next(queue, "")
            if not value or value.startswith("--"):
                problems.append(Problem("workbook_option_empty", option))
            elif option == CURVE:
                curves.append(Path(value).expanduser())
            else:
                places[option] = Path(value).expanduser()
        elif word == FORCE:
            force = True
        elif word.startswith("-"):
            nearest = get_close_matches(option, [*WITH_VALUE, CURVE, FORCE], n=1, cutoff=0.0)[0]
            problems.append(Problem("workbook_option_unknown", word, fields={"nearest": nearest}))
        elif RUN in places:
            problems.append(Problem("workbook_run_twice", word))
        else:
            places[RUN] = Path(word).expanduser()
    run, out, against, sweep, csv = (places.get(name) for name in (RUN, *WITH_VALUE))
    request = Request(run, out, against, sweep, csv, tuple(curves), force)
    problems += _find_missing(request)
    if problems:
        raise CaseError(problems)
    return request


def _find_missing(request: Request) -> list[Problem]:
    problems = []
    if request.run is None:
        problems.append(Problem("workbook_run_missing", RUN))
    if request.out is None and request.csv is None:
        problems.append(Problem("workbook_out_missing", "--out"))
    if request.out is not None and request.out.suffix.lower() != SUFFIX:
        problems.append(Problem("workbook_out_suffix", str(request.out), fields={"suffix": SUFFIX}))
    return problems


def _write_documents(request: Request, lang: str) -> list[Path]:
    """Read everything, look at every place, and only then write."""
    from runners.placement import check_file
    from runners.reports.csv_set import check_folder, write_csv_set
    from runners.reports.curve_folder import open_curves
    from runners.reports.run_folder import open_run
    from runners.reports.workbook import list_sheets, write_workbook
    from runners.reports.workbook_blocks import Contents
    from runners.reports.workbook_changes import check_comparable
    from runners.reports.workbook_sweep import read_sweep

    if request.out is not None:
        check_file(request.out, request.force)
    if request.csv is not None:
        check_folder(request.csv, request.force)
    run = open_run(request.run or Path())
    against = None if request.against is None else open_run(request.against)
    if against is not None:
        check_comparable(run, against)
    sweep = None if request.sweep is None else read_sweep(request.sweep, run)
    contents = Contents(run, lang, against, sweep, open_curves(request.curves, run))
    written = [] if request.out is None else [write_workbook(contents, request.out, request.force)]
    if request.csv is not None:
        write_csv_set(contents, list_sheets(contents), request.csv, request.force)
        written.append(request.csv)
    return written
