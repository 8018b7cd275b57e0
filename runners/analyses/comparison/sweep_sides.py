"""One scenario of a sweep as a side of a comparison: what the sweep kept of it, and no more.

A sweep keeps investments, accounts, targets and cash by scenario, but neither the plan nor the cost by component. What
a comparison cannot say of it is said to be missing; a plan of its own, made with the same words, has it all.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from runners.analyses.comparison.compared_plans import ROWS_ONLY, Side
from scenarios.catalog import TECHNOLOGY, YEAR
from scenarios.errors import CaseError, Problem

if TYPE_CHECKING:
    from runners.sweep_store.store import Sweep

MARK = "#"
SOLVED = ("optimal", "within_gap", "time_limit")
"""Statuses that come with a plan."""


def open_scenario(words: str, name: str) -> Side:
    """The scenario that `SWEEP#12` (its number) or `SWEEP#0123456789abcdef` (its id) names.

    Raises:
        CaseError: there is no such sweep or scenario, or the scenario has no plan.
    """
    from runners.sweep_store.store import open_sweep

    folder, _, wanted = words.rpartition(MARK)
    sweep = open_sweep(Path(folder))
    scenarios = sweep.scenarios
    if scenarios.empty:
        raise CaseError([Problem("compare_sweep_empty", folder)])
    chosen = scenarios[(scenarios["id"] == wanted) | (scenarios["scenario"].astype(str) == wanted)]
    if chosen.empty:
        first, last = int(scenarios["scenario"].min()), int(scenarios["scenario"].max())
        fields: dict[str, object] = {"wanted": wanted, "first": first, "last": last}
        raise CaseError([Problem("compare_no_scenario", folder, fields=fields)])
    row: dict[str, Any] = {str(key): value for key, value in chosen.iloc[0].to_dict().items()}
    if row["status"] not in SOLVED:
        fields = {"wanted": wanted, "status": row["status"]}
        raise CaseError([Problem("compare_scenario_without_plan", folder, fields=fields)])
    return _make_side(sweep, row, name)


def _make_side(sweep: Sweep, row: Mapping[str, Any], name: str) -> Side:
    manifest = sweep.manifest
    tables = {name: _take(sweep.table(name), row["id"]) for name in ("investments", "accounts", "targets")}
    years = sorted({int(year) for year in tables["accounts"][YEAR]})
    case = str(manifest["case"])
    return Side(
        name=name,
        kind=ROWS_ONLY,
        case=case,
        names={"sv": case, "en": case},
        money="MSEK",
        price_year=None,
        years=dict.fromkeys(years, 1.0),
        cost=float(row["objective_money"]),
        tables={**tables, "investments": _name_investments(tables["investments"])},
        asked={key: row[key] for key in manifest["keys"]},
        inputs=manifest["inputs"],
        digest=str(manifest["digest"]),
        facts={"status": row["status"], "verified": row["verified"]},
    )


def _take(table: pd.DataFrame, wanted: str) -> pd.DataFrame:
    return table[table["id"] == wanted]


def _name_investments(table: pd.DataFrame) -> pd.DataFrame:
    """Investments with the columns of a run's: a sweep keeps labels only."""
    named = table.rename(columns={"outlay_money": "outlay"})
    return named.assign(code="", name_sv=named[TECHNOLOGY], name_en=named[TECHNOLOGY], measure=True, unit="")
