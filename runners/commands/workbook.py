"""`fardplan workbook RUN --out FILE.xlsx`: what was asked for, and where it was written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from conf.words import say
from runners.command_words import Grammar, Mistake, sort_words
from runners.exit_codes import DONE
from runners.reports.confirming import Confirm, trust
from runners.results.folder import find_kind
from runners.results.manifest import SWEEP
from runners.results.result import CURVE as CURVE_KIND
from runners.results.result import is_result
from scenarios.errors import CaseError, Problem

if TYPE_CHECKING:
    from runners.reports.run_folder import Run
    from runners.results.sweep import SweepRun

SUFFIX = ".xlsx"
COMMAND, RUN = "workbook", "RUN"
SINGLE = ("--out", "--against", "--sweep", "--csv")
CURVE = "--curve"
"""May be said several times, once for each kind of curve."""
FORCE = "--force"
GRAMMAR = Grammar((*SINGLE, CURVE), (FORCE,))


@dataclass(frozen=True)
class Request:
    """What the words ask for; `results` are folders of other answers, beside the plan or by themselves."""

    run: Path | None
    out: Path | None
    against: Path | None
    sweep: Path | None
    csv: Path | None
    curves: tuple[Path, ...]
    force: bool
    results: tuple[Path, ...] = ()


def run_workbook(words: Sequence[str], lang: str, confirm: Confirm = trust) -> int:
    """Write the workbook and the CSV set that the words ask for; give the exit code.

    Args:
        words: those after `fardplan workbook`.
        lang: of messages and of the documents.
        confirm: looks at plans before they are shown; see `runners.commands.showing`.

    Raises:
        CaseError: words that are none, a folder that cannot be shown, or a place that is taken.
    """
    for place in _write_documents(read_request(words), lang, confirm):
        print(say("workbook_written", lang, place=place), flush=True)
    return DONE


def read_request(words: Sequence[str]) -> Request:
    """The request in words such as `runs/lund --out lund.xlsx --force`.

    Raises:
        CaseError: every word that is none of ours, and what is missing.
    """
    said = sort_words(words, GRAMMAR)
    problems = said.explain(_tell_mistake)
    places = [Path(name).expanduser() for name in said.names]
    results = tuple(place for place in places if is_result(place))
    swept = [place for place in places if find_kind(place) == SWEEP]
    drawn = [place for place in places if find_kind(place) == CURVE_KIND]
    runs = [name for name, place in zip(said.names, places, strict=True) if place not in (*results, *swept, *drawn)]
    problems += [Problem("workbook_run_twice", name) for name in runs[1:]]
    run = Path(runs[0]).expanduser() if runs else None
    out, against, sweep, csv = (_place(said.last(option)) for option in SINGLE)
    sweep = sweep or (swept[0] if swept else None)
    curves = (*(Path(value).expanduser() for value in said.values.get(CURVE, ())), *drawn)
    request = Request(run, out, against, sweep, csv, curves, FORCE in said.switches, results)
    problems += _find_missing(request)
    if problems:
        raise CaseError(problems)
    return request


def _place(value: str | None) -> Path | None:
    return None if value is None else Path(value).expanduser()


def _tell_mistake(mistake: Mistake) -> Problem:
    if mistake.blank:
        return Problem("workbook_option_empty", mistake.option)
    return Problem("workbook_option_unknown", mistake.word, fields={"nearest": ", ".join(mistake.nearest)})


def _find_missing(request: Request) -> list[Problem]:
    problems = []
    beside = request.against or (request.sweep and request.results)
    if request.run is None and request.curves:
        fields = {"command": COMMAND, "file": "plan.xlsx"}
        problems.append(Problem("curve_alone", str(request.curves[0]), fields=fields))
    elif request.run is None and (beside or not (request.results or request.sweep)):
        problems.append(Problem("workbook_run_missing", RUN))
    if request.out is None and request.csv is None:
        problems.append(Problem("workbook_out_missing", "--out"))
    if request.out is not None and request.out.suffix.lower() != SUFFIX:
        problems.append(Problem("workbook_out_suffix", str(request.out), fields={"suffix": SUFFIX}))
    return problems


def _write_documents(request: Request, lang: str, confirm: Confirm) -> list[Path]:
    """Read everything, look at every place, and only then write."""
    from runners.atomic_write import check_file
    from runners.reports.csv_set import check_folder, write_csv_set
    from runners.reports.curve_folder import open_curves
    from runners.reports.run_folder import check_comparable, open_run
    from runners.reports.shown_results import open_results
    from runners.reports.workbook import list_sheets, write_workbook
    from runners.reports.workbook_blocks import Contents

    if request.out is not None:
        check_file(request.out, request.force)
    if request.csv is not None:
        check_folder(request.csv, request.force)
    if request.run is None:
        return _write_sweep(request, lang) if request.sweep else _write_results(request, lang)
    run = open_run(request.run)
    against = None if request.against is None else open_run(request.against)
    with confirm([plan for plan in (run, against) if plan is not None], lang) as settle:
        if against is not None:
            check_comparable(run, against)
        sweep = None if request.sweep is None else _open_sweep(request.sweep, run)
        curves, results = open_curves(request.curves, run), open_results(request.results, run)
        contents = Contents(run, lang, against, sweep, curves, results)
        written = [] if request.out is None else [write_workbook(contents, request.out, request.force, settle)]
        if request.csv is not None:
            sheets = list_sheets(contents)
            settle()
            write_csv_set(lang, sheets, request.csv, request.force)
            written.append(request.csv)
    return written


def _open_sweep(place: Path, run: Run | None) -> SweepRun:
    """A finished sweep, of the plan's case where there is a plan.

    Raises:
        CaseError: it is none, or of another case.
    """
    from runners.reports.run_folder import find_strangers
    from runners.results.sweep import open_sweep_folder

    if not place.is_dir():
        raise CaseError([Problem("workbook_sweep_missing", str(place))])
    sweep = open_sweep_folder(place)
    problems = find_strangers(place, sweep.manifest, run) if run else []
    if problems:
        raise CaseError(problems)
    return sweep


def _write_sweep(request: Request, lang: str) -> list[Path]:
    """A sweep by itself, without a plan."""
    from runners.reports.csv_set import write_csv_set
    from runners.reports.workbook import write_sweep_workbook
    from runners.views.renderers.workbook import lay_sheets
    from runners.views.subjects.sweep import write_sweep

    sweep = _open_sweep(request.sweep or Path(), None)
    written = [] if request.out is None else [write_sweep_workbook(sweep, lang, request.out, request.force)]
    if request.csv is not None:
        write_csv_set(lang, lay_sheets(write_sweep(sweep, lang), lang), request.csv, request.force)
        written.append(request.csv)
    return written


def _write_results(request: Request, lang: str) -> list[Path]:
    """Results by themselves, without a plan."""
    from runners.reports.csv_set import write_csv_set
    from runners.reports.shown_results import open_results
    from runners.reports.workbook import list_result_sheets, write_result_workbook

    results = open_results(request.results)
    written = [] if request.out is None else [write_result_workbook(results, lang, request.out, request.force)]
    if request.csv is not None:
        write_csv_set(lang, list_result_sheets(results, lang), request.csv, request.force)
        written.append(request.csv)
    return written
