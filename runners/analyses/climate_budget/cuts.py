"""What waits if the frames of a climate budget are cut: the plan solved again with less, all earlier years as they are.

The frames that a budget asks for are what the plan spends beyond the do-nothing path less grants, by actor and year.
Cut by a share c they are, for each actor that has a frame in the case and each year of the budget

    frame[a,y] = (1 - c) max(used[a,y], 0),   used[a,y] = outlay[a,y] - grants[a,y], both against the do-nothing path

Frames of later years stay as the case has them: what is cut may come then. What was begun before the budget year is
held. Each plan is verified as any other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from model.queries.no_plan import NoPlan
from model.solver.held import Held, list_builds
from runners.accounts.cash_flow import GRANT, OUTLAY
from runners.analyses.climate_budget.amounts import KIND, pick
from runners.analyses.climate_budget.window import Window
from runners.analyses.oracle import Oracle
from runners.outcome import Outcome
from runners.reports.tables import tabulate_accounts, tabulate_investments
from runners.restored import Restored
from runners.results.catalog import find_table
from scenarios.settings import Settings
from scenarios.terms import ACTOR, TECHNOLOGY, VINTAGE, YEAR

SOLVED, NONE = "solved", "no_plan"
LATER, LESS, MORE, OUT, IN = ("later", "less", "more", "left_out", "brought_in")
"""How what begins within the budget's years differs: later than planned; less or more of it; not at all; instead."""
SMALLEST = 1e-6
PERCENT = 100.0


@dataclass(frozen=True)
class Cut:
    """The frames cut by so many percent, the plan that follows, and its tables; no plan where none keeps all rules."""

    percent: float
    frame: float
    outcome: Outcome | None


def measure_use(
    tables: Mapping[str, pd.DataFrame], window: Window, framed: Sequence[str]
) -> dict[tuple[str, int], float]:
    """What each actor with a frame spends of it in each year: beyond the do-nothing path, grants deducted."""
    cash = tables["cash_flow"]
    rows = cash[cash[ACTOR].isin(framed) & cash[YEAR].isin(window.years) & cash["item"].isin((OUTLAY, GRANT))]
    beyond = rows["change"].where(rows["change"].notna(), rows["amount"])  # without such a path all that is spent
    paid = -beyond.groupby([rows[ACTOR], rows[YEAR]]).sum()
    return {(a, y): max(float(paid.get((a, y), 0.0)), 0.0) for a in framed for y in window.years}


def list_framed(scenario: xr.Dataset) -> list[str]:
    """Actors that have a frame, where frames hold at all."""
    known = np.isfinite(scenario["frame"].transpose(ACTOR, YEAR).values).any(axis=1)
    return [str(label) for label in scenario[ACTOR].values[known]]


def solve_cuts(restored: Restored, window: Window, percents: Sequence[float]) -> list[Cut]:
    """The plan of each cut, verified; of none where no actor has a frame.

    Raises:
        PlanRefused: the verifier did not accept a plan.
    """
    framed = list_framed(restored.scenario)
    if not framed or not percents:
        return []
    used = measure_use(restored.run.tables, window, framed)
    oracle = Oracle(restored.family, restored.config.settings)
    cuts = []
    for percent in percents:
        left = {place: amount * (1.0 - percent / PERCENT) for place, amount in used.items()}
        settings = {f"set.frame.{actor}.{year}": amount for (actor, year), amount in left.items()}
        try:
            found: Outcome | None = oracle.find_plan(settings, hold_begun(oracle, settings, restored.plan, window))
        except NoPlan:
            found = None
        cuts.append(Cut(percent, sum(left.values()), found))
    return cuts


def hold_begun(oracle: Oracle, settings: Settings, plan: xr.Dataset, window: Window) -> Held:
    """What the plan begins before the budget year: it is begun, whatever is decided now."""
    program = oracle.pose(settings)
    begun = plan["build"].transpose(TECHNOLOGY, VINTAGE)
    held: dict[tuple[str, int], float] = {}
    for at, technology in enumerate(begun[TECHNOLOGY].values.tolist()):
        years = list_builds(program, technology)
        for place, year in enumerate(begun[VINTAGE].values.tolist()):
            if year < window.year and year in years:
                held[technology, year] = float(begun.values[at, place])
    return held


def tabulate_cuts(cuts: Sequence[Cut], restored: Restored, window: Window) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What each cut comes to, and what waits: tables `cuts` and `waiting`."""
    tables = restored.run.tables
    planned = _sum_starts(tables["investments"], window)
    total = _sum_total(tables["accounts"], restored.scenario, window)
    results, waiting = list[dict[str, object]](), list[pd.DataFrame]()
    for cut in cuts:
        own: dict[str, object] = {
            "cut_percent": cut.percent,
            "frame": cut.frame,
            "unit": str(restored.scenario.attrs["money"]),
        }
        if cut.outcome is None:
            results.append({**own, "status": NONE})
            continue
        scenario, plan = cut.outcome.scenario, cut.outcome.plan
        starts = _sum_starts(tabulate_investments(scenario, plan), window)
        moved = _compare(planned, starts, cut.percent, window)
        waiting.append(moved)
        results.append(
            {
                **own,
                "status": SOLVED,
                "cost_change": float(plan.attrs["objective"]) - float(restored.plan.attrs["objective"]),
                "emissions_change": _sum_total(tabulate_accounts(scenario, plan), scenario, window) - total,
                "waiting": int((moved["moved"] != MORE).sum() - (moved["moved"] == IN).sum()),
                "whole_units": not plan.attrs.get("relaxed", 0),
                "emissions_unit": _find_total(scenario)[1],
            }
        )
    made = pd.concat(waiting, ignore_index=True) if waiting else pd.DataFrame()
    return _fill("cuts", results), pick("waiting", made) if len(made) else made


def _sum_starts(investments: pd.DataFrame, window: Window) -> pd.DataFrame:
    """What begins of each measure: within the budget's years, when first within them or later, and what is spent."""
    rows = investments[investments["measure"].astype(bool)]
    names = rows.drop_duplicates("technology").set_index("technology")[["code", "name_sv", "name_en", "unit"]]
    inside = rows[rows["year"].isin(window.years)].groupby("technology")[["build", "outlay"]].sum()
    begun = rows[(rows["build"] > SMALLEST) & (rows["year"] >= window.year)]
    first = begun.groupby("technology")["year"].min()
    return names.join(inside).fillna({"build": 0.0, "outlay": 0.0}).join(first.rename("first"))


def _compare(planned: pd.DataFrame, cut: pd.DataFrame, percent: float, window: Window) -> pd.DataFrame:
    """Measures of which something else begins within the budget's years than was planned, the largest first."""
    labels = planned.index.union(cut.index, sort=False)
    names = pd.concat([planned, cut])[["code", "name_sv", "name_en", "unit"]]
    names = names[~names.index.duplicated()].reindex(labels)
    before, after = planned.reindex(labels), cut.reindex(labels)
    rows = names.assign(
        build_planned=before["build"].fillna(0.0),
        build_cut=after["build"].fillna(0.0),
        first_planned=before["first"].astype("Int64"),
        first_cut=after["first"].astype("Int64"),
        outlay_change=after["outlay"].fillna(0.0) - before["outlay"].fillna(0.0),
        cut_percent=percent,
    )
    change = rows["build_cut"] - rows["build_planned"]
    large = change.abs() > SMALLEST * rows["build_planned"].abs().clip(lower=1.0)
    rows = rows[large | (rows["outlay_change"].abs() > SMALLEST * PERCENT)].copy()
    rows["moved"] = [
        _name_move(row["build_planned"], row["build_cut"], row["first_planned"], row["first_cut"], window.years[-1])
        for _, row in rows.iterrows()
    ]
    order = rows["outlay_change"].abs().sort_values(ascending=False, kind="stable").index
    return rows.loc[order].rename_axis("technology").reset_index()


def _name_move(planned: float, cut: float, first: Any, then: Any, last: int) -> str:
    if cut <= SMALLEST < planned:
        return OUT if pd.isna(then) else LATER
    if planned <= SMALLEST < cut:
        return IN
    if not pd.isna(first) and not pd.isna(then) and first < then <= last:
        return LATER
    return LESS if cut < planned else MORE


def _find_total(scenario: xr.Dataset) -> tuple[str, str]:
    """The account that is the whole, and its unit; blank where there is none."""
    places = np.flatnonzero(scenario["account_role"].values == "total")
    if not len(places):
        return "", ""
    return str(scenario["account"].values[places[0]]), str(scenario["account_unit"].values[places[0]])


def _sum_total(accounts: pd.DataFrame, scenario: xr.Dataset, window: Window) -> float:
    rows = accounts[(accounts["account"] == _find_total(scenario)[0]) & accounts["year"].isin(window.years)]
    return float(rows["value"].sum()) if len(rows) else float("nan")


def _fill(name: str, rows: list[dict[str, object]]) -> pd.DataFrame:
    """Rows of a declared table; what a row does not say is blank."""
    return pd.DataFrame(rows, columns=list(find_table(KIND, name).columns))
