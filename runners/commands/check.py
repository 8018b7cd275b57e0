"""`fardplan check`: all mistakes of a case, how certain its numbers are, and which would change the plan most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from conf.schema import Config
from conf.words import say
from model.compiled.cache import default_folder
from runners.analyses.assumptions.doubt_tables import describe_doubts, tabulate_doubts
from runners.analyses.assumptions.doubt_words import write_doubts
from runners.analyses.assumptions.moves import list_moves
from runners.analyses.assumptions.range_words import write_ranges
from runners.analyses.assumptions.ranking import Doubts, rank_doubts
from runners.analyses.oracle import Oracle
from runners.atomic_write import check_place
from runners.chosen import choose, choose_solver, find_folder
from runners.family import Family
from runners.keepsake import Answer, keep_answer
from runners.progress import QUIET, Progress
from runners.record import describe_inputs
from runners.reports.layer_words import write_layers
from runners.reports.notices import write_notices
from runners.reports.summary import write_money_quality, write_quality
from scenarios.arithmetic.account_bounds import find_unbounded_credits
from scenarios.arrays import read_arrays
from scenarios.assemble import assemble
from scenarios.catalog import YEAR
from scenarios.catalog_aside import RANGES
from scenarios.checks.check import check_view
from scenarios.checks.view import View
from scenarios.errors import CaseError
from scenarios.naming import settle_choices
from scenarios.notices.notices import find_notices, find_scenario_notices
from scenarios.ranges import list_assumptions
from scenarios.tables import Tables, read_tables

KIND = "check"


def answer_check(config: Config, started: datetime, progress: Progress = QUIET) -> str:
    """All mistakes of a case at once, or how certain its numbers are; gives what is shown.

    Raises:
        CaseError: every mistake of the case and of the choices.
        NoPlan: numbers were asked for, and the case has no plan that they could change.
    """
    choices, folder = choose(config), find_folder(config)
    progress("load")
    tables = read_tables(folder)
    choices = settle_choices(tables, choices)
    view = View(tables, choices)
    if problems := check_view(view):
        raise CaseError(problems)
    scenario = assemble(tables, choices, config.settings)
    if problems := find_unbounded_credits(read_arrays(scenario)):
        raise CaseError(problems)
    ranges = tell_ranges(config, tables, started, progress)
    told = write_notices([*find_notices(view), *find_scenario_notices(scenario)], config.lang, most=None)
    about = (tables, choices, scenario, config.lang)
    layers = write_layers(tables, config.lang)
    blocks = [write_quality(*about), write_money_quality(*about), layers, "\n".join(ranges), "\n".join(told)]
    return "\n\n".join(block for block in blocks if block)


def tell_ranges(config: Config, tables: Tables, started: datetime, progress: Progress = QUIET) -> list[str]:
    """What `fardplan check` says of the ranges of a case: what has none, and the numbers asked for; their folder.

    Raises:
        CaseError: there is no such count, or the folder cannot be written.
        NoPlan: the case has no plan, so that no number can change it.
    """
    if tables.frames[RANGES].empty:
        return [say("doubts_without", config.lang)] if config.check.numbers else []
    choices, lang = choose(config), config.lang
    lines = write_ranges(tables, choices.variants, lang)
    if not config.check.numbers:
        case = config.case
        return [*lines, say("doubts_how", lang, case=f"case.path={case.path}" if case.path else f"case={case.name}")]
    if config.out is not None:
        check_place(Path(config.out), config.force)
    options = replace(choose_solver(config), relax=True)
    family = Family(tables, choices, options, default_folder(), progress, explained=False)
    progress("doubts")
    doubts = find_doubts(family, config.settings, choices.variants, config.check.numbers, progress)
    lines += ["", *write_doubts(doubts, family.scenario, lang)]
    if config.out is None:
        return lines
    origin = describe_inputs(family.scenario, config, find_folder(config), started)
    answer = Answer(KIND, describe_doubts(doubts), {"doubts": tabulate_doubts(doubts)}, lambda _: None, origin)
    return [*lines, "", say("doubts_place", lang, place=keep_answer(answer, Path(config.out), started, config.force))]


def find_doubts(
    family: Family, settings: dict[str, float], variants: Sequence[str], most: int, progress: Progress = QUIET
) -> Doubts:
    """The numbers of a family's case that would change its plan most; settings hold throughout."""
    oracle = Oracle(family, settings)
    scenario = family.describe(settings)
    assumptions = list_assumptions(family.tables, variants)
    moves, fixed = list_moves(assumptions, [int(year) for year in scenario[YEAR].values], settings)
    return rank_doubts(oracle, scenario, moves, most, fixed, progress)
