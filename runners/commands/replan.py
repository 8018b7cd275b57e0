"""`fardplan replan RUN`, `fardplan plan case.actuals_until=YEAR`: a plan of the rest, from what became of its start."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from conf.whole_numbers import read_whole
from runners.chosen import WHOLE, choose, choose_solver, find_folder
from runners.command_words import Grammar, Mistake, sort_words, take_one_run
from runners.commands.kept_plan import keep_plan
from runners.exit_codes import DONE
from runners.progress import QUIET, Progress, open_progress
from runners.word_bounds import check_section
from scenarios.actuals import Actual, list_actuals
from scenarios.errors import CaseError, Problem
from scenarios.terms import YEAR

if TYPE_CHECKING:
    import xarray as xr

    from conf.schema import Config
    from runners.analyses.replanning.replan import Replanned
    from runners.family import Family

COMMAND = "fardplan replan"
UNTIL, FORWARD = "case.actuals_until", "case.actuals_forward"
OUT, FORCE = "--out", "--force"
GRAMMAR = Grammar((OUT,), (FORCE,), choices=(UNTIL, FORWARD))


def run_replan(words: Sequence[str], lang: str, now: datetime | None = None) -> int:
    """Plan the rest of a run anew, write the folder, show the summary; gives the exit code.

    Args:
        words: those after `fardplan replan`.
        lang: of what is said.
        now: when it is; None: the clock's.

    Raises:
        CaseError: words, a folder or outcomes that cannot be used (exit code 2).
        NoPlan: what is known leaves no plan for the rest (exit code 3).
        PlanRefused: the verifier does not accept a plan (exit code 1).
    """
    place, chosen, out, force = read_words(words)
    started = now or datetime.now().astimezone()
    from runners.restored import restore_plan

    with open_progress(lang, sys.stderr) as say_phase:
        restored = restore_plan(place, say_phase)
        case = restored.config.case
        until = int(chosen[UNTIL]) if UNTIL in chosen else None
        asked = replace(case, actuals_until=until, actuals_forward=chosen.get(FORWARD, case.actuals_forward))
        config = replace(restored.config, case=asked, out=out, force=force, lang=lang)
        if problems := list(check_section(config.case, "case.")):
            raise CaseError(problems)
        shown = _make(restored.family, config, restored.folder, restored.plan, started, say_phase)
    print(shown, flush=True)
    return DONE


def plan_from_actuals(config: Config, started: datetime, progress: Progress = QUIET) -> str:
    """The same without a plan before: what is not known of the past is as is now best; gives what is shown."""
    from model.compiled.cache import default_folder
    from runners.family import Family

    if config.horizon.kind != WHOLE:
        raise CaseError([Problem("actuals_horizon", f"horizon={config.horizon.kind}")])
    folder = find_folder(config)
    family = Family(folder, choose(config), choose_solver(config), default_folder(), progress)
    return _make(family, config, folder, None, started, progress)


def replan_case(family: Family, config: Config, before: xr.Dataset | None, progress: Progress = QUIET) -> Replanned:
    """The plan anew, after the outcomes of the family's case; raises CaseError where there are none to go by."""
    from runners.analyses.replanning.replan import replan

    actuals = list_actuals(family.tables, family.choices.variants)
    until = choose_until(actuals, family, config.case.actuals_until)
    return replan(family, config.settings, actuals, until, config.case.actuals_forward, before, progress)


def choose_until(actuals: Sequence[Actual], family: Family, asked: int | None, today: int | None = None) -> int:
    """The last year with outcomes that count: as asked, else the last of any.

    Args:
        actuals: of the case.
        family: of the plan.
        asked: the year that was chosen.
        today: the calendar year it is; what has not been is no outcome.

    Raises:
        CaseError: there are none, or the year has not been, ends no plan year, or leaves nothing to plan.
    """
    starts = family.scenario[YEAR].values.tolist()
    ends = [int(y + n) - 1 for y, n in zip(starts, family.scenario["length"].values, strict=True)]
    known = [actual.year for actual in actuals if actual.year >= starts[0]]
    words = f"{UNTIL}={asked}" if asked is not None else "actuals.csv"
    if not known or (asked is not None and min(known) > asked):
        key = "actuals_none" if asked is None else "actuals_none_until"
        raise CaseError([Problem(key, words, fields={"first": starts[0], "until": asked})])
    until = max(known) if asked is None else asked
    if until > (now := today or date.today().year):
        raise CaseError([Problem("actuals_to_come", words, fields={"year": until, "today": now})])
    if until not in ends:
        near = ", ".join(map(str, ends[:3]))
        raise CaseError([Problem("actuals_inside", words, fields={"year": until, "ends": near})])
    if until >= ends[-1]:
        raise CaseError([Problem("actuals_whole", words, fields={"year": until, "last": ends[-1]})])
    return until


def read_words(words: Sequence[str], command: str = COMMAND) -> tuple[Path, dict[str, str], str | None, bool]:
    """The run, choices by key, where to write, and whether over an earlier run.

    Raises:
        CaseError: words of another kind, no run or several.
    """
    said = sort_words(words, GRAMMAR)
    problems = said.explain(partial(_tell_mistake, command))
    run = take_one_run(said, command, "replan", problems)
    chosen = dict(word.split("=", 1) for word in said.choices)
    until = chosen.get(UNTIL, "")
    if until and read_whole(until) is None:
        problems.append(Problem("replan_year", f"{UNTIL}={until}"))
    if problems:
        raise CaseError(problems)
    return run, chosen, said.last(OUT), FORCE in said.switches


def _make(
    family: Family, config: Config, folder: Path, before: xr.Dataset | None, started: datetime, progress: Progress
) -> str:
    """Replan and write; gives what is shown."""
    made = replan_case(family, config, before, progress)
    asked = replace(config.case, actuals_until=made.known.until)
    return keep_plan(made.outcome, replace(config, settings=dict(made.settings), case=asked), folder, started, progress)


def _tell_mistake(command: str, mistake: Mistake) -> Problem:
    if mistake.blank:
        return Problem("exchange_option_blank", command, fields={"option": mistake.option})
    return Problem("replan_word", command, fields={"word": mistake.word})
