"""All that `fardplan why` knows about one scenario: prices and reasons of its plan, or why it has none."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from time import perf_counter

import numpy as np
import xarray as xr

from model.queries.giving import GIVING
from model.queries.infeasibility import NoPlan, Way, name_items
from model.queries.least_violation import TARGET_FAMILIES, Reach
from model.solver.decision_labels import ALL_DIMS
from model.solver.solution import Status
from runners.analyses.oracle import Oracle
from runners.analyses.sensitivity.measures import (
    Reason,
    check_reasons,
    explain_measures,
    find_whole_factor,
    force_whole,
    list_measures,
)
from runners.analyses.sensitivity.parameters import SOURCES
from runners.analyses.sensitivity.prices import PRICED, Price, check_prices, price_levers
from runners.analyses.sensitivity.relaxation import Impasse, find_impasses
from runners.analyses.sensitivity.releases import Releases, release_rules
from runners.analyses.sensitivity.ways import Question, find_ways
from runners.family import Family
from runners.progress import QUIET, Progress
from scenarios.errors import CaseError, Problem
from scenarios.settings import Settings


@dataclass(frozen=True)
class Why:
    """The answer about a scenario.

    `plan` is None where there is none: then `reaches` and `impasses` say why and `ways` are choices that were tried,
    else `prices` and `reasons` are of the plan. `whole`: the plan has whole units, prices are with these as they are,
    reasons in parts of units, and `releases` says what each rule costs in whole ones. `least` is the least cost that
    prices are measured from; `priced` is False where some rule without a number costs something.
    """

    scenario: xr.Dataset
    plan: xr.Dataset | None
    whole: bool
    least: float
    prices: tuple[Price, ...]
    reasons: tuple[Reason, ...]
    reaches: tuple[Reach, ...]
    impasses: tuple[Impasse, ...]
    names: dict[str, dict[str, str]]
    seconds: float
    ways: tuple[Way, ...] = ()
    releases: Releases | None = None
    priced: bool = True


@dataclass(frozen=True)
class Wish:
    """What is asked for: one measure or all, prices or none, how many checks and impasses.

    `seconds`: how long rules are let go one by one where the plan has whole units.
    """

    measure: str | None = None
    prices: bool = True
    measures: bool = True
    checks: int = 5
    impasses: int = 3
    seconds: float = 30.0


def explain(
    family: Family,
    settings: Settings,
    wish: Wish,
    programs: Path | None = None,
    progress: Progress = QUIET,
) -> Why:
    """The answer about a scenario of a family.

    Raises:
        CaseError: the measure asked for is none of the case's.
        NoPlan: no plan was found in time, or the program is not sound.
    """
    started = perf_counter()
    if wish.measure is not None and wish.measure not in list_measures(family.scenario):
        raise CaseError([_refuse_measure(family.scenario, wish.measure)])
    try:
        outcome = family.solve(settings)
    except NoPlan as none:
        if none.status is not Status.INFEASIBLE:
            raise
        progress("why")
        reaches, impasses = find_impasses(family, settings, wish.impasses, programs)
        progress("ways")
        ways = find_ways(Question(family, settings, programs), none.rules)
        scenario, names = family.describe(settings), name_items(family.scenario)
        seconds = perf_counter() - started
        return Why(scenario, None, False, np.nan, (), (), reaches, tuple(impasses), names, seconds, ways)
    whole = _find_whole(family, settings, outcome.plan)
    oracle = Oracle(family, settings, whole, outcome.plan)
    prices = _price(outcome.scenario, oracle, wish, bool(whole), progress)
    asked = bool(whole) and wish.prices and wish.measure is None
    progress("why_rules")
    releases = release_rules(outcome.scenario, oracle, wish.seconds, progress) if asked else None
    progress("why_measures")
    reasons = _explain(family, settings, outcome.scenario, outcome.plan, oracle, wish, bool(whole), progress)
    seconds = perf_counter() - started
    names = name_items(outcome.scenario)
    found = prices, reasons, (), (), names, seconds, (), releases, _is_priced(oracle)
    return Why(outcome.scenario, outcome.plan, bool(whole), oracle.least, *found)


def _price(scenario: xr.Dataset, oracle: Oracle, wish: Wish, whole: bool, progress: Progress) -> tuple[Price, ...]:
    if not wish.prices or wish.measure is not None:
        return ()
    progress("why_prices")
    prices = price_levers(scenario, oracle, progress)
    return tuple(check_prices(prices, oracle, wish.checks) if whole and wish.checks else prices)


def _explain(
    family: Family,
    settings: Settings,
    scenario: xr.Dataset,
    plan: xr.Dataset,
    oracle: Oracle,
    wish: Wish,
    whole: bool,
    progress: Progress,
) -> tuple[Reason, ...]:
    if not wish.measures and wish.measure is None:
        return ()
    measures = list_measures(scenario) if wish.measure is None else [wish.measure]
    parts = Oracle(family, settings, None, plan) if whole else oracle
    reasons = explain_measures(scenario, plan, parts, measures, progress)
    if not whole:
        return tuple(reasons)
    if wish.measure is not None:
        reasons = [find_whole_factor(reason, oracle) for reason in reasons]
        out = [reason for reason in reasons if reason.first_year is None]
        reasons = [force_whole(scenario, reason, parts) for reason in out] or reasons
    return tuple(check_reasons(reasons, oracle, wish.checks) if wish.checks else reasons)


def _find_whole(family: Family, settings: Settings, plan: xr.Dataset) -> dict[int, float]:
    """Columns of whole units and where they stand in the plan; empty where parts may be built."""
    program = family.revise(settings).program
    if family.options.relax:
        return {}
    found = {}
    for column in np.flatnonzero(program.integrality).tolist():
        label = program.column_labels[column]
        place = dict(zip(ALL_DIMS[label.family], label.index, strict=True))
        found[column] = float(np.round(plan[label.family].sel(place).values))
    return found


def _is_priced(oracle: Oracle) -> bool:
    """Whether some rule that a person set and that has no number of its own has a price."""
    labels = oracle.program.program.row_labels
    felt = np.flatnonzero(np.abs(oracle.base.row_duals) > PRICED)
    unnumbered = GIVING - {*SOURCES, *TARGET_FAMILIES}
    return any(labels[row].family in unnumbered for row in felt.tolist())


def _refuse_measure(scenario: xr.Dataset, measure: str) -> Problem:
    nearest = ", ".join(get_close_matches(measure, list_measures(scenario), n=4, cutoff=0.0))
    return Problem("why_measure_unknown", f"why.measure={measure}", fields={"nearest": nearest})
