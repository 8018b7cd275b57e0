"""All that `fardplan why` knows about one scenario: prices and reasons of its plan, or why it has none."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter

import numpy as np
import xarray as xr

from model.queries.giving import GIVING
from model.queries.infeasibility import name_items
from model.queries.least_violation import TARGET_FAMILIES, Reach
from model.queries.no_plan import NoPlan, Way
from model.solver.solution import Status
from runners.analyses.asking import Inquiry
from runners.analyses.oracle import Oracle
from runners.analyses.sensitivity.explained import Explained, list_measures
from runners.analyses.sensitivity.measures import (
    Reason,
    check_reasons,
    explain_measures,
    find_whole_factor,
    force_whole,
)
from runners.analyses.sensitivity.parameters import SOURCES
from runners.analyses.sensitivity.prices import PRICED, Price, check_prices, price_levers
from runners.analyses.sensitivity.relaxation import Impasse, find_impasses
from runners.analyses.sensitivity.releases import Releases, release_rules
from runners.analyses.sensitivity.ways import Question, find_ways
from runners.analyses.team import MOST_ALONE, Team
from runners.family import Family
from runners.progress import QUIET, Progress
from scenarios.errors import CaseError, Problem
from scenarios.naming import offer_names, settle_word
from scenarios.settings import Settings, name_labels
from scenarios.terms import TECHNOLOGY


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
    seconds: float = 15.0


def explain(
    family: Family,
    settings: Settings,
    wish: Wish,
    programs: Path | None = None,
    progress: Progress = QUIET,
    team: Team | None = None,
) -> Why:
    """The answer about a scenario of a family.

    Args:
        family: of the case.
        settings: of the scenario.
        wish: what is asked for.
        programs: folder where compiled programs are kept between runs; None keeps none.
        progress: told what is being asked, and how far it is.
        team: processes that share the questions (`explained.plan_opening`); they are started where that pays.

    Raises:
        CaseError: the measure asked for is none of the case's.
        NoPlan: no plan was found in time, or the program is not sound.
    """
    started = perf_counter()
    wish = replace(wish, measure=_find_measure(family.scenario, wish.measure))
    if team is not None and wish.measure is None and len(list_measures(family.scenario)) > MOST_ALONE:
        team.start()
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
    explained = Explained(family, settings, outcome.scenario, outcome.plan)
    inquiry = Inquiry(explained, outcome.plan, team)
    whole, oracle = bool(explained.whole), explained.oracle
    prices = _price(inquiry, wish, progress)
    asked = whole and wish.prices and wish.measure is None
    progress("why_rules")
    releases = release_rules(inquiry, wish.seconds, progress) if asked else None
    progress("why_measures")
    reasons = _explain(inquiry, wish, progress)
    seconds = perf_counter() - started
    names = name_items(outcome.scenario)
    found = prices, reasons, (), (), names, seconds, (), releases, _is_priced(oracle)
    return Why(outcome.scenario, outcome.plan, whole, oracle.least, *found)


def _price(inquiry: Inquiry[Explained], wish: Wish, progress: Progress) -> tuple[Price, ...]:
    if not wish.prices or wish.measure is not None:
        return ()
    progress("why_prices")
    prices = price_levers(inquiry, progress)
    return tuple(check_prices(prices, inquiry, wish.checks) if inquiry.subject.whole else prices)


def _explain(inquiry: Inquiry[Explained], wish: Wish, progress: Progress) -> tuple[Reason, ...]:
    if not wish.measures and wish.measure is None:
        return ()
    explained = inquiry.subject
    measures = list_measures(explained.scenario) if wish.measure is None else [wish.measure]
    reasons = explain_measures(inquiry, measures, progress)
    if not explained.whole:
        return tuple(reasons)
    if wish.measure is not None:
        reasons = [find_whole_factor(reason, explained.oracle) for reason in reasons]
        out = [reason for reason in reasons if reason.first_year is None]
        reasons = [force_whole(explained.scenario, reason, explained.parts) for reason in out] or reasons
    return tuple(check_reasons(reasons, inquiry, wish.checks))


def _is_priced(oracle: Oracle) -> bool:
    """Whether some rule that a person set and that has no number of its own has a price."""
    labels = oracle.program.program.row_labels
    felt = np.flatnonzero(np.abs(oracle.base.row_duals) > PRICED)
    unnumbered = GIVING - {*SOURCES, *TARGET_FAMILIES}
    return any(labels[row].family in unnumbered for row in felt.tolist())


def _find_measure(scenario: xr.Dataset, word: str | None) -> str | None:
    """The measure that is asked for by its key, code or name."""
    if word is None:
        return None
    own = set(list_measures(scenario))
    things = [thing for thing in name_labels(scenario, TECHNOLOGY) if thing.label in own]
    label = settle_word(things, word)
    if label is None:
        fields = {"nearest": offer_names(things, word)}
        raise CaseError([Problem("why_measure_unknown", f"why.measure={word}", fields=fields)])
    return label
