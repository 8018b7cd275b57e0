"""A climate budget as a result: its tables and facts, of a verified plan, for a budget year and those after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import xarray as xr

from conf.words import LANGUAGES
from runners.accounts.capital_costs import tabulate_capital_costs
from runners.accounts.debt import tabulate_debt
from runners.accounts.funding import GAP_OF_OWN, OWN
from runners.accounts.key_figures import tabulate_key_figures
from runners.analyses.climate_budget.amounts import (
    STATUSES,
    find_figures,
    find_funding,
    find_operation,
    find_outlays,
)
from runners.analyses.climate_budget.caps import find_caps, find_indicators, find_milestones
from runners.analyses.climate_budget.cuts import solve_cuts, tabulate_cuts
from runners.analyses.climate_budget.decisions import find_decisions
from runners.analyses.climate_budget.risks import find_risks, find_target_risks
from runners.analyses.climate_budget.window import Window, choose_window
from runners.restored import Restored
from runners.results.register import find_adoption
from runners.results.result import Result
from runners.views.names import name_known
from scenarios.errors import CaseError, Problem
from scenarios.terms import ACTOR

CAPS = "caps"
"""The table that is there though it may have no rows: what a climate budget is known by."""
PAYING = ("funding", "cash_flow", "debt", "capital_costs", "key_figures")
"""Tables of a plan that somebody pays for."""


def check_paying(tables: Mapping[str, pd.DataFrame], place: Path) -> None:
    """Raise CaseError where a plan has nobody who pays: there is no budget to write."""
    if any(name not in tables for name in PAYING):
        raise CaseError([Problem("budget_no_actors", str(place))])


def make_budget(
    restored: Restored, year: int, percents: Sequence[float], stress: Result | None = None
) -> tuple[dict[str, Any], dict[str, pd.DataFrame]]:
    """Facts and tables of a climate budget.

    Args:
        restored: the plan, verified.
        year: of the budget.
        percents: by which the frames are cut.
        stress: what `fardplan stress` found of the same plan.

    Raises:
        CaseError: the plan has no such year, or nobody pays.
        PlanRefused: the verifier did not accept a plan of a cut.
    """
    run, scenario = restored.run, restored.scenario
    check_paying(run.tables, run.place)
    window = choose_window(run.summary, year, str(run.place))
    nothing = restored.family.pose(restored.config.settings).nothing
    without = _tabulate_nothing(scenario, nothing)
    results, waiting = tabulate_cuts(cuts := solve_cuts(restored, window, percents), restored, window)
    tables = {
        CAPS: find_caps(run.tables, window),
        "decisions": find_decisions(run.tables["investments"], scenario, restored.plan, window),
        "outlays": find_outlays(run.tables, window),
        "funding": find_funding(run.tables, window, name_sources(run.tables)),
        "operation": find_operation(run.tables, without, window),
        "figures": find_figures(run.tables, without, window),
        "cuts": results,
        "waiting": waiting,
        "milestones": find_milestones(run.tables, window),
        "indicators": find_indicators(run.tables, window),
        "risks": find_risks(stress),
        "target_risks": find_target_risks(stress, window),
    }
    kept = {name: table for name, table in tables.items() if len(table) or name == CAPS}
    facts = _describe(restored, window, nothing is not None, len(cuts))
    return facts | {"circumstances": {} if stress is None else stress.facts.get("circumstances", {})}, kept


def name_sources(tables: Mapping[str, pd.DataFrame]) -> dict[str, dict[str, str]]:
    """What each source of money is called, by language."""
    labels = tables["labels"]
    labels = labels[labels["dimension"] == "instrument"]
    return {
        lang: dict(zip(labels["label"], labels[f"name_{lang}"], strict=True))
        | {item: name_known(f"item_{item}", lang, item) for item in (OWN, GAP_OF_OWN)}
        for lang in LANGUAGES
    }


def _tabulate_nothing(scenario: xr.Dataset, nothing: xr.Dataset | None) -> dict[str, pd.DataFrame]:
    """Tables of who pays on the do-nothing path; none where there is no such path."""
    if nothing is None or not scenario.sizes[ACTOR]:
        return {}
    return {
        "key_figures": tabulate_key_figures(scenario, nothing, nothing),
        "debt": tabulate_debt(scenario, nothing),
        "capital_costs": tabulate_capital_costs(scenario, nothing),
    }


def _describe(restored: Restored, window: Window, measured: bool, cuts: int) -> dict[str, Any]:
    """What the budget says of itself."""
    summary, adopted = restored.run.summary, find_adoption(restored.run.place)
    same = ("case", "name_sv", "name_en", "money", "price_year", "digest", "verified", "whole_units")
    return {
        **{name: summary[name] for name in same},
        "year": window.year,
        "years": list(window.years),
        "plan": str(restored.run.place),
        "decision": "" if adopted is None else adopted.name,
        "plan_started": str(restored.run.manifest["started"]),
        "present_cost": float(summary["objective_money"]),
        "against_nothing": measured,
        "cuts_tried": cuts,
        "statuses": list(STATUSES),
    }
