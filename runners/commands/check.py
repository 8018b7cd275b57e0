"""`fardplan check check.numbers=10`: the numbers that would change the plan most, each moved and all solved again."""

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
from scenarios.catalog import YEAR
from scenarios.catalog_aside import RANGES
from scenarios.ranges import list_assumptions
from scenarios.tables import Tables

KIND = "check"


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
        return [*lines, say("doubts_how", lang)]
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
