"""What `fardplan report RUN... --out FILE` does: reads run folders, writes HTML, PDF or Word, overwrites nothing."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from conf.words import LANGUAGES, say
from runners.atomic_write import find_obstacle
from runners.command_words import Grammar, Mistake, sort_words
from runners.exit_codes import DONE
from runners.reports.endings import ENDINGS, HTML, PDF
from scenarios.errors import CaseError, Problem

if TYPE_CHECKING:
    from runners.reports.confirming import Confirm
    from runners.reports.document import Material
    from runners.reports.run_folder import Run

OUT, FORCE = "--out", "--force"
GRAMMAR = Grammar((OUT,), (FORCE,))
COMMAND = "report"


@dataclass(frozen=True)
class Order:
    """What was asked for: run folders, files to write, whether to overwrite."""

    places: tuple[Path, ...]
    files: tuple[Path, ...]
    force: bool


def run_report(words: Sequence[str], lang: str = LANGUAGES[0], confirm: Confirm | None = None) -> int:
    """`fardplan report`: write the report, give its exit code.

    Args:
        words: after the name of the command.
        lang: of PDF and Word, and the first of the HTML.
        confirm: looks at plans before they are shown; see `runners.commands.showing`. None: takes plans as they are.

    Raises:
        CaseError: words that are none, a folder that cannot be shown, or a file that stands in the way.
    """
    order = read_order(words)
    from runners.reports.confirming import trust
    from runners.reports.files import write_files

    material = open_material(order.places)
    for path in write_files(material, order.files, lang, order.force, confirm or trust):
        print(say("report_written", lang, path=path), file=sys.stdout, flush=True)
    return DONE


def read_order(words: Sequence[str]) -> Order:
    """The words of the command line; raises CaseError with every problem at once."""
    said = sort_words(words, GRAMMAR)
    places = tuple(Path(name).expanduser() for name in said.names)
    problems = said.explain(_tell_mistake)
    if not places:
        problems.append(Problem("report_no_run", COMMAND))
    outs, force = said.values.get(OUT, ()), FORCE in said.switches
    files, wrong = _name_files(outs, force)
    problems += [problem for problem in wrong if problem not in problems]
    if problems:
        raise CaseError(problems)
    return Order(places, files, force)


def _tell_mistake(mistake: Mistake) -> Problem:
    if mistake.blank:
        return Problem("report_no_out", COMMAND)
    return Problem("report_option", COMMAND, fields={"found": mistake.word, "nearest": ", ".join(mistake.nearest)})


def open_material(places: Sequence[Path]) -> Material:
    """What folders hold: plans, a sweep, curves, other results; raises CaseError with all that is wrong."""
    from runners.reports.against import find_standard
    from runners.reports.curve_folder import open_curves
    from runners.reports.document import Material
    from runners.reports.run_folder import find_strangers, open_run
    from runners.reports.shown_results import open_results
    from runners.results.folder import find_kind
    from runners.results.result import CURVE, is_result
    from runners.results.sweep import SweepRun, is_sweep, open_sweep_folder

    problems: list[Problem] = []
    plans: list[Run] = []
    sweeps: list[SweepRun] = []
    drawn = [place for place in places if find_kind(place) == CURVE]
    answers = [place for place in places if is_result(place)]
    for place in (place for place in places if place not in (*drawn, *answers)):
        try:
            if is_sweep(place):
                sweeps.append(open_sweep_folder(place))
            else:
                plans.append(_require_background(open_run(place)))
        except CaseError as error:
            problems += error.problems
    try:
        curves = open_curves(drawn, plans[0] if plans else None)
    except CaseError as error:
        problems += error.problems
    try:
        results = open_results(answers, plans[0] if plans else None)
    except CaseError as error:
        problems += error.problems
    if answers and sweeps and not plans:
        problems.append(Problem("report_sweep_beside", str(sweeps[0].place)))
    if drawn and not plans and not problems:
        problems.append(Problem("curve_alone", str(drawn[0]), fields={"command": COMMAND, "file": "plan.html"}))
    if plans:
        problems += [problem for sweep in sweeps for problem in find_strangers(sweep.place, sweep.manifest, plans[0])]
    if len(sweeps) > 1:
        problems.append(Problem("report_two_sweeps", str(sweeps[1].place)))
    if problems:
        raise CaseError(problems)
    standard = find_standard(plans[0]) if plans else None
    return Material(tuple(plans), sweeps[0] if sweeps else None, curves, results, standard)


def _name_files(outs: Sequence[str], force: bool) -> tuple[tuple[Path, ...], list[Problem]]:
    if len(outs) != 1 or not outs[0]:
        return (), [Problem("report_no_out", COMMAND)]
    path = Path(outs[0]).expanduser()
    if path.is_dir():
        return (), [Problem("file_is_folder", str(path))]
    if path.suffix not in ("", *ENDINGS):
        return (), [Problem("report_ending", str(path), fields={"found": path.suffix})]
    files = (path,) if path.suffix else (path.with_suffix(HTML), path.with_suffix(PDF))
    problems = [find_obstacle(file, force) for file in files]
    return files, [problem for problem in problems if problem is not None]


def _require_background(run: Run) -> Run:
    if any(name not in run.tables for name in ("emissions", "labels", "conventions")):
        raise CaseError([Problem("report_old_run", str(run.place))])
    return run
