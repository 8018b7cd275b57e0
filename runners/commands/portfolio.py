"""`fardplan portfolio plan|new|table`: which cases are planned together, which are made, and the table of all."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from conf.whole_numbers import is_whole_within
from conf.words import format_number, say
from runners.command_words import Grammar, Mistake, Words, sort_words
from runners.exit_codes import DONE, INFEASIBLE, OUR_FAULT
from scenarios.errors import CaseError, Problem

if TYPE_CHECKING:
    from runners.analyses.portfolio.crew import Job
    from scenarios.links import Link

COMMAND, KIND = "fardplan portfolio", "portfolio"
PLAN, NEW, TABLE = VERBS = ("plan", "new", "table")
OUT, METHOD, WORKERS = "--out", "--method", "--workers"
KEEP_GOING, FORCE, CONTRACT, ALL = "--keep-going", "--force", "--contract-cities", "--all"
GRAMMAR = Grammar((OUT, METHOD, WORKERS), (KEEP_GOING, FORCE, CONTRACT, ALL), choices=("",))
METHODS = ("block", "prices", "choose")
MOST_WORKERS = 64
CASE_FILE = "case.csv"


def run_portfolio(words: Sequence[str], lang: str, now: datetime | None = None) -> int:
    """Plan together, make cases, or plan each municipality; gives the exit code.

    Args:
        words: those after `fardplan portfolio`.
        lang: of what is said.
        now: when it is; None: the clock's.

    Raises:
        CaseError: words, folders, cases or links that cannot be used (exit code 2).
    """
    said = sort_words(words, GRAMMAR)
    problems = said.explain(_tell_mistake)
    if not said.names or said.names[0] not in VERBS:
        problems.append(Problem("portfolio_what", COMMAND))
    if problems:
        raise CaseError(problems)
    started = now or datetime.now().astimezone()
    verb, rest = said.names[0], said.names[1:]
    if verb == NEW:
        return _make_cases(said, rest, lang)
    if verb == TABLE:
        from runners.commands.portfolio_table import run_table

        return run_table(said, rest, lang, started)
    return _plan_together(said, rest, lang, started)


def _make_cases(said: Words, names: Sequence[str], lang: str) -> int:
    """`fardplan portfolio new`: cases of municipalities and their links."""
    from runners.exchange.new_portfolio import CONTRACT_CITIES, write_portfolio
    from scenarios.recipes.facts import find_all_facts, read_facts

    problems = [Problem("portfolio_out_missing", COMMAND)] if said.last(OUT) is None else []
    chosen = (*names, *(CONTRACT_CITIES if CONTRACT in said.switches else ()))
    chosen = (*chosen, *(read_facts() if ALL in said.switches else ()))
    if not chosen:
        problems.append(Problem("portfolio_new_who", COMMAND))
    if problems:
        raise CaseError(problems)
    place = Path(str(said.last(OUT))).expanduser()
    cases = write_portfolio(place, find_all_facts(chosen, f"{COMMAND} {NEW}"))
    print(
        say("portfolio_new_done", lang, count=len(cases), place=place),
        flush=True,
    )
    return DONE


def _plan_together(said: Words, names: Sequence[str], lang: str, started: datetime) -> int:
    """`fardplan portfolio plan`: read the folder, plan, write the answer, show it."""
    if len(names) != 1:
        raise CaseError([Problem("portfolio_how_many", COMMAND, fields={"count": len(names)})])
    folder = Path(names[0]).expanduser()
    method, workers = _read_method(said), read_workers(said)
    out, force = said.last(OUT), FORCE in said.switches
    from runners.analyses.portfolio.study import LinksContradict, plan_portfolio
    from runners.atomic_write import check_place
    from runners.progress import open_progress

    links, job = open_portfolio(folder, said.choices)
    if out is not None:
        check_place(Path(out), force)
    try:
        with open_progress(lang, sys.stderr) as say_phase:
            going = KEEP_GOING in said.switches
            study = plan_portfolio(links, job, workers, method, keep_going=going, say_phase=say_phase)
            say_phase("write")
            return _keep(study, folder, job, said, lang, started)
    except LinksContradict as error:
        print(error.tell(lang), file=sys.stderr)
        return INFEASIBLE


def _keep(study: object, folder: Path, job: Job, said: Words, lang: str, started: datetime) -> int:
    """Write the folder of the answer and show it."""
    from functools import partial

    from runners.analyses.portfolio.study import Study
    from runners.analyses.portfolio.tables import describe_study, tabulate_study
    from runners.keepsake import Answer, choose_place, keep_answer
    from runners.record import describe_portfolio
    from runners.results.result import make_result
    from runners.views.figures import draw_subject
    from runners.views.renderers.screen import MOST_ROWS, write_sections
    from runners.views.subjects.portfolio import write_front

    if not isinstance(study, Study):
        return OUR_FAULT
    facts, tables = describe_study(study, str(folder), folder.name), tabulate_study(study)
    origin = describe_portfolio(facts, job.folders, folder, said.choices, started)
    answer = Answer(KIND, facts, tables, partial(draw_subject, KIND, facts, tables, origin, lang), origin)
    place = choose_place(said.last(OUT), facts, started, KIND)
    kept = keep_answer(answer, place, started, FORCE in said.switches)
    shown = write_sections(write_front(make_result(KIND, facts, tables, origin), lang), lang, MOST_ROWS)
    seconds = format_number((datetime.now().astimezone() - started).total_seconds(), lang, 1)
    print("\n".join([shown, "", say("portfolio_place", lang, place=kept, seconds=seconds)]), flush=True)
    return DONE


def open_portfolio(folder: Path, choices: Sequence[str]) -> tuple[tuple[Link, ...], Job]:
    """The links of a folder, and how its cases are opened.

    Args:
        folder: with a case in each folder, and links.csv.
        choices: `key=value`, for all cases.

    Raises:
        CaseError: there is no such folder, no cases or no links, or choices that cannot be used.
    """
    from model.compiled.cache import default_folder
    from runners.analyses.portfolio.crew import Job
    from runners.chosen import choose, choose_solver
    from runners.overrides import read_config
    from scenarios.links import read_links

    if not folder.is_dir():
        raise CaseError([Problem("portfolio_no_folder", str(folder))])
    folders = {path.parent.name: path.parent for path in sorted(folder.glob(f"*/{CASE_FILE}"))}
    if not folders:
        raise CaseError([Problem("portfolio_no_cases", str(folder))])
    links = read_links(folder, list(folders))
    config = read_config(["case=own", *choices])
    return links, Job(folders, choose(config), choose_solver(config), default_folder())


def _read_method(said: Words) -> str:
    method = said.last(METHOD) or METHODS[-1]
    if method not in METHODS:
        fields = {"value": method, "names": ", ".join(METHODS[:-1])}
        raise CaseError([Problem("override_choice", f"{METHOD} {method}", fields=fields)])
    return method


def read_workers(said: Words) -> int:
    """How many processes work; as many as there are processors where nothing is said."""
    text = said.last(WORKERS)
    if text is None:
        return os.cpu_count() or 1
    if is_whole_within(text, 1, MOST_WORKERS):
        return int(text)
    fields = {"least": 1, "most": MOST_WORKERS, "value": text}
    raise CaseError([Problem("portfolio_count", f"{WORKERS} {text}", fields=fields)])


def _tell_mistake(mistake: Mistake) -> Problem:
    if mistake.blank:
        return Problem("exchange_option_blank", COMMAND, fields={"option": mistake.option})
    return Problem("portfolio_word_unknown", COMMAND, fields={"word": mistake.word})
