"""`fardplan curve curve.kind=measures`: what does each measure cost per tonne, three ways, and where is it written?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import xarray as xr

from conf.schema import Config, MeasuresConfig
from runners.analyses.abatement.abatement_metrics import Yardstick, choose_yardstick, find_account
from runners.analyses.abatement.attribution import Comparison, compare_ways
from runners.analyses.abatement.measure_bundles import LEVELS, MEASURE
from runners.progress import QUIET, Progress
from runners.word_bounds import check_section
from scenarios.catalog import ACCOUNT, YEAR
from scenarios.errors import CaseError, Problem
from scenarios.naming import settle_word
from scenarios.settings import name_labels

if TYPE_CHECKING:
    from runners.analyses.team import Team
    from runners.family import Family

CURVE = "curve"


@dataclass(frozen=True)
class Request:
    """What is asked, checked."""

    levels: tuple[str, ...]
    yardstick: Yardstick
    definition: str
    samples: int
    seed: int


def answer_measures(config: Config, started: datetime, progress: Progress = QUIET) -> str:
    """Compare the measures of a case three ways, write the folder; gives what is shown.

    Raises:
        CaseError: the case or a choice cannot be used, or the place is taken.
        NoPlan: not even with every measure there is a plan.
        PlanRefused: the verifier did not accept a plan.
    """
    from model.compiled.cache import default_folder
    from model.solver.kept import solutions_folder
    from runners.analyses.abatement.measures_screen import write_screen
    from runners.analyses.abatement.weighed_sets import plan_opening
    from runners.analyses.team import count_workers, open_team
    from runners.chosen import open_request
    from runners.family import Family
    from runners.reports.notices import write_notices

    choices, folder, options = open_request(config)
    clock = perf_counter()
    family = Family(folder, choices, options, default_folder(), solutions=solutions_folder())
    scenario = family.describe(config.settings)
    request = read_request(config.measures, scenario)
    opening = plan_opening(folder, choices, options, default_folder(), config.settings)
    with open_team(opening, count_workers()) as team:
        comparison = _compare(family, request, config, progress, team)
    took = perf_counter() - clock
    place = write_comparison(
        scenario, comparison, request, config, folder, started, took, relaxed=bool(family.tell_parts())
    )
    seconds = (datetime.now().astimezone() - started).total_seconds()
    told = write_notices((*family.tell_parts(), *family.tell_nothing(config.settings)), config.lang)
    shown = write_screen(scenario, comparison, request.definition, place, seconds, config.lang)
    return "\n".join([*told, *([""] if told else []), shown])


def read_request(config: MeasuresConfig, scenario: xr.Dataset) -> Request:
    """What the choices ask of a scenario.

    Raises:
        CaseError: a level, account, year, definition or number of samples that cannot be; all are told at once.
    """
    accounts = [str(name) for name in scenario[ACCOUNT].values]
    account = settle_word(name_labels(scenario, ACCOUNT), config.account) if config.account else None
    years = [str(year) for year in scenario[YEAR].values]
    problems: list[Problem | None] = list(check_section(config, "measures."))
    if config.account is not None:
        problems.append(_check_name("measures.account", account or str(config.account), accounts))
    if config.year is not None:
        problems.append(_check_name("measures.year", str(config.year), years))
    found = [problem for problem in problems if problem is not None]
    if found:
        raise CaseError(found)
    yardstick = choose_yardstick(scenario, account or find_account(scenario), config.year)
    levels = tuple(level for level in LEVELS if level in config.levels)
    return Request(levels, yardstick, config.definition, config.samples, config.seed)


def write_comparison(
    scenario: xr.Dataset,
    comparison: Comparison,
    request: Request,
    config: Config,
    case_folder: Path,
    started: datetime,
    seconds: float,
    *,
    relaxed: bool,
) -> Path:
    """Write tables, figures, `curve.json` and manifest into a folder; gives its place.

    Raises:
        CaseError: the place is taken by something else, or cannot be written.
    """
    from runners.analyses.abatement.measures_tables import describe_curve, tabulate_comparison
    from runners.keepsake import Answer, choose_place, keep_answer
    from runners.record import describe_inputs
    from runners.reports.macc_page import write_macc_page
    from runners.results.result import make_result
    from runners.views.figures import draw_subject
    from runners.views.subjects.curve import speak_of

    definition = request.definition
    content = describe_curve(scenario, comparison, definition, seconds) | {"relaxed": relaxed}
    tables = tabulate_comparison(scenario, comparison, definition)
    kind, origin = str(content["kind"]), describe_inputs(scenario, config, case_folder, started)

    def draw(figures: Path) -> None:
        draw_subject(kind, content, tables, origin, config.lang, figures)
        curve = make_result(kind, content, tables, origin)
        write_macc_page(curve, speak_of(curve, config.lang), figures)

    answer = Answer(
        CURVE,
        content,
        tables,
        draw,
        origin,
        made=kind,
    )
    place = choose_place(config.out, scenario.attrs, started, f"{MEASURE}s")
    return keep_answer(answer, place, started, config.force)


def _compare(family: Family, request: Request, config: Config, progress: Progress, team: Team) -> Comparison:
    asked = request.yardstick, request.levels, request.samples, request.seed
    comparison = compare_ways(family, *asked, config.settings, progress, team)
    if not any(level.readings for level in comparison.levels.values()):
        raise CaseError([Problem("measures_none", "technologies.csv")])
    return comparison


def _check_name(key: str, found: str, names: Sequence[str]) -> Problem | None:
    if found in names:
        return None
    return Problem("override_choice", f"{key}={found}", fields={"value": found, "names": ", ".join(names)})
