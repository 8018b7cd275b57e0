"""`fardplan futures`: what was asked for, where the answer was written, and what it comes down to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from model.compiled.blocks_risk import Measure
from runners.analyses.futures.rows import FOLDER_KEY
from runners.analyses.futures.values import COST, check_of
from runners.chosen import WHOLE, check_horizon, open_request
from runners.word_bounds import check_section
from scenarios.choices import HARD, LIMIT_CHOICES, PRICED, Choices
from scenarios.errors import CaseError, Notice, Problem

if TYPE_CHECKING:
    import xarray as xr

    from conf.schema import Config
    from runners.analyses.futures.found import Asked

FUTURES = "futures"
YEARS_NOW = 5
"""Years from the first of the plan in which things begin now, where nothing is said."""
MOST_SAMPLES = 500
DECIDE_KEY = "risk.decide_until"
CUTS = "cuts"


def answer_futures(config: Config, started: datetime, say_phase: Callable[[str], None]) -> str:
    """Find the plan, write the folder and give what is shown.

    Raises:
        CaseError: choices, tables or futures that cannot be.
        NoPlan: no future has a plan, or none serves all of them.
        PlanRefused: the verifier did not accept a plan found.
    """
    check_risk(config)
    check_horizon(config)
    choices, folder, options = open_request(config)
    from functools import partial

    from model.compiled.cache import default_folder
    from runners.analyses.futures.design import read_design
    from runners.analyses.futures.reducing import reduce_design
    from runners.analyses.futures.screen import draw_screen
    from runners.analyses.futures.search import find_futures
    from runners.analyses.futures.tables import describe_found, tabulate_found
    from runners.family import Family
    from runners.keepsake import Answer, choose_place, keep_answer
    from runners.record import describe_inputs, digest_inputs
    from runners.reports.notices import write_notices
    from runners.results.result import make_result
    from runners.views.figures import draw_subject

    eased, told = price_limits(choices)
    family = Family(folder, eased, options, default_folder(), say_phase)
    scenario = family.scenario
    problems = check_scenario(config, scenario)
    if problems:
        raise CaseError(problems)
    asked = ask(config, scenario)
    years = scenario["year"].values.tolist()
    written = find_design(config, folder)
    design = read_design(written, years, config.risk.samples, config.risk.seed)
    reduced = reduce_design(design, config.risk.keep)
    found = find_futures(family, config.settings, reduced.design, asked, say_phase)
    found = replace(found, stands=reduced.stands, reduced_error=reduced.error)
    say_phase("write")
    facts, tables = describe_found(found), tabulate_found(found)
    origin = {**describe_inputs(scenario, config, folder, started), "design": digest_inputs(written)}
    draw = partial(draw_subject, FUTURES, facts, tables, origin, config.lang)
    answer = Answer(FUTURES, facts, tables, draw, origin)
    place = keep_answer(answer, choose_place(config.out, scenario.attrs, started, FUTURES), started, config.force)
    seconds = (datetime.now().astimezone() - started).total_seconds()
    told = told if scenario.sizes["actor"] else ()
    if found.program.program.structure.nearest:
        told += (Notice("futures_nearest_told"),)
    notices = write_notices([*told, *family.tell_nothing(config.settings)], config.lang)
    return draw_screen(make_result(FUTURES, facts, tables, origin), place, seconds, notices, config.lang)


def check_risk(config: Config) -> None:
    """Raise a CaseError with everything that cannot be asked for whatever the case."""
    risk = config.risk
    problems = list(check_section(risk, "risk."))
    if risk.of == COST and risk.weight > 1:
        problems.append(
            Problem("override_too_large", f"risk.weight={risk.weight}", fields={"value": risk.weight, "most": 1})
        )
    if problems:
        raise CaseError(problems)


def check_scenario(config: Config, scenario: xr.Dataset) -> list[Problem]:
    """What cannot be asked of the case at hand."""
    from scenarios.catalog import ACTOR, YEAR

    problems = []
    of = check_of(config.risk.of, [str(actor) for actor in scenario[ACTOR].values])
    if of is not None:
        problems.append(of)
    first, last = int(scenario[YEAR].values[0]), int(scenario[YEAR].values[-1])
    asked = config.risk.decide_until
    if asked is not None and not first <= asked <= last + 1:
        fields = {"first": first, "last": last + 1}
        problems.append(Problem("futures_decide_until", f"{DECIDE_KEY}={asked}", fields=fields))
    nearest = bool((scenario["target_mode"].values == "nearest").any())
    if nearest and (config.risk.measure != Measure.MEAN.value or config.risk.method == CUTS):
        problems.append(Problem("futures_nearest", "target.mode"))
    return problems


def ask(config: Config, scenario: xr.Dataset) -> Asked:
    """What is looked for."""
    from runners.analyses.futures.found import Asked, Method
    from runners.analyses.rolling.command import read_sight

    risk, years = config.risk, scenario["year"].values.tolist()
    until = risk.decide_until if risk.decide_until is not None else min(years[0] + YEARS_NOW, years[-1] + 1)
    measure = Measure(risk.measure)
    sight = None if config.horizon.kind == WHOLE else read_sight(config.horizon)
    about = (risk.alpha, risk.weight, risk.relative, risk.of, risk.fresh, risk.seed)
    return Asked(until, measure, *about, sight=sight, method=Method(risk.method))


def find_design(config: Config, case: Path) -> Path:
    """The folder of the design: that asked for, else the case's own.

    Raises:
        CaseError: none was asked for, and the case has none.
    """
    if config.risk.path is not None:
        return Path(config.risk.path).expanduser()
    own = case / FUTURES
    if own.is_dir():
        return own
    raise CaseError([Problem("futures_folder_none", FOLDER_KEY, fields={"folder": str(own)})])


def price_limits(choices: Choices) -> tuple[Choices, tuple[Notice, ...]]:
    """The choices with hard limits of money priced, and what is to be known of that.

    What begins now is paid whatever comes: with limits that never give, many a first step would have no way on.
    """
    hard = [name for name in LIMIT_CHOICES if getattr(choices, name) == HARD]
    if not hard:
        return choices, ()
    priced: Mapping[str, Any] = dict.fromkeys(hard, PRICED)
    return replace(choices, **priced), (Notice("futures_priced"),)
