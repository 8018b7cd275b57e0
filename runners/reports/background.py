"""What a plan is seen against, as tables of its run folder: emissions before and without it, names, conventions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from runners.reports.emissions import trace_emissions
from runners.reports.tables import AMOUNT, tabulate_accounts, tabulate_costs
from runners.results.plan_words import (
    COST,
    EMISSION,
    NET,
    NOTHING,
    PLAN,
    REMOVAL,
    SECTOR,
    STATISTICS,
    TOTAL,
    VALUED,
)
from scenarios.catalog import ACCOUNT, ACTOR, COMMODITY, SLICE, TARGET, TECHNOLOGY, YEAR
from scenarios.headings import LANGUAGES, TABLES, read_headings
from scenarios.terms import INSTRUMENT

if TYPE_CHECKING:
    import xarray as xr

NAMED = (TECHNOLOGY, COMMODITY, ACCOUNT, TARGET, ACTOR, INSTRUMENT, SLICE)
FURTHER = {
    TECHNOLOGY: {"code": "technology_code"},
    ACCOUNT: {"role": "account_role", "unit": "account_unit"},
    INSTRUMENT: {"role": "instrument_kind"},
}
"""What else is told of the labels of a dimension: column to variable."""
LABEL_COLUMNS = ("dimension", "label", "name_sv", "name_en", "role", "code", "unit")
CONVENTIONS = ("money", "price_year", "base_year", "discount_capital", "discount_operation", "salvage")


def tabulate_background(
    scenario: xr.Dataset, plan: xr.Dataset, reference: xr.Dataset | None = None
) -> dict[str, pd.DataFrame]:
    """Tables of a run folder that a plan is seen against, by file name.

    Args:
        scenario: what was solved.
        plan: its plan.
        reference: the plan of the do-nothing path; without one there is no comparison.
    """
    found = {
        "emissions": tabulate_emissions(scenario, plan, reference),
        "labels": tabulate_labels(scenario),
        "conventions": tabulate_conventions(scenario),
    }
    if reference is None:
        return found
    comparison = tabulate_comparison(scenario, plan, reference)
    return found | {"comparison": comparison, "idle_accounts": tabulate_accounts(scenario, reference)}


def tabulate_emissions(scenario: xr.Dataset, plan: xr.Dataset, reference: xr.Dataset | None = None) -> pd.DataFrame:
    """The emission path: a row per sector and year, statistics before the plan.

    Columns: `plan/emissions` in the catalog of results.
    """
    paths = {lang: trace_emissions(scenario, plan, lang) for lang in ("sv", "en")}
    path = paths["sv"]
    parts = []
    for kind, (swedish, english) in {
        SECTOR: (paths["sv"].sectors, paths["en"].sectors),
        REMOVAL: (paths["sv"].removals, paths["en"].removals),
    }.items():
        for (name, values), other in zip(swedish.items(), english, strict=True):
            parts.append(_list_path(kind, name, other, path.years, path.widths, values))
    planned = path.years >= path.first
    if path.net is not None:
        years, widths = path.years[planned], path.widths[planned]
        parts.append(_list_path(NET, path.net_name, paths["en"].net_name, years, widths, path.net))
    table = (
        pd.concat(parts, ignore_index=True) if parts else _list_path("", "", "", np.zeros(0), np.zeros(0), np.zeros(0))
    )
    table["period"] = np.where(table[YEAR] < path.first, STATISTICS, PLAN)
    table = pd.concat([table, *_list_totals(scenario, plan, reference, path.unit)], ignore_index=True)
    return table.assign(unit=path.unit)[["kind", "name_sv", "name_en", "period", YEAR, "length", "value", "unit"]]


def tabulate_labels(scenario: xr.Dataset) -> pd.DataFrame:
    """What labels, programmes and sectors are called: dimension, label, name_sv, name_en, role, code, unit.

    The role is that of an account, and the kind of an instrument; codes are those of technologies, units of
    accounts and of the accounts of targets.
    """
    parts = []
    for dim in NAMED:
        labels = scenario[dim].values.astype(object)
        more = {"name_sv": f"{dim}_name_sv", "name_en": f"{dim}_name_en"} | FURTHER.get(dim, {})
        told = {name: scenario[variable].values.astype(object) for name, variable in more.items()}
        if dim == TARGET:
            units = dict(
                zip(scenario.variables[ACCOUNT].values, scenario.variables["account_unit"].values, strict=True)
            )
            told["unit"] = np.array(
                [units[account] for account in scenario.variables["target_account"].values], dtype=object
            )
        dims = np.full(len(labels), dim, dtype=object)
        parts.append(pd.DataFrame({"dimension": dims, "label": labels, **told}))
    for dim in TABLES:
        names = read_headings(scenario, dim)
        own = {f"name_{lang}": [names[label][lang] for label in names] for lang in LANGUAGES}
        parts.append(pd.DataFrame({"dimension": dim, "label": list(names), **own}, dtype=object))
    return pd.concat(parts, ignore_index=True).reindex(columns=list(LABEL_COLUMNS), fill_value="").fillna("")


def tabulate_conventions(scenario: xr.Dataset) -> pd.DataFrame:
    """How money is counted: item and choice, both text. The discount rate is a share a year, real."""
    rows = {name: str(scenario.attrs[name]) for name in CONVENTIONS}
    rows["discount_rate"] = str(float(scenario["discount_rate"]))
    return pd.DataFrame({"item": list(rows), "choice": list(rows.values())})


def tabulate_comparison(scenario: xr.Dataset, plan: xr.Dataset, reference: xr.Dataset) -> pd.DataFrame:
    """The plan beside doing nothing: kind, item, name_sv, name_en, plan, do_nothing, change, unit.

    Rows of kind `present_value` are the components of cost, those of kind `emission` the sum of each account over
    the calendar years of the horizon. What missed targets and broken limits are valued at is no part of it: nobody acts
    on them in the do-nothing path, which has no such value to lay beside the plan's.
    """
    costs = [tabulate_costs(scenario, each).groupby("component")["present_value"].sum() for each in (plan, reference)]
    beside = pd.concat(costs, axis=1, keys=[PLAN, NOTHING]).fillna(0.0).drop(index=list(VALUED), errors="ignore")
    components = beside.index.astype(object)
    money = beside.reset_index(drop=True).assign(
        kind=COST, item=components, name_sv=components, name_en=components, unit=scenario.attrs["money"]
    )
    length = scenario.variables["length"].values
    sums = {name: each[AMOUNT].values @ length for name, each in ((PLAN, plan), (NOTHING, reference))}
    names = {name: scenario.variables[f"{ACCOUNT}_{name}"].values.astype(object) for name in ("name_sv", "name_en")}
    units = scenario.variables["account_unit"].values.astype(object)
    emitted = pd.DataFrame(
        {"kind": EMISSION, "item": scenario.variables[ACCOUNT].values.astype(object), **names, **sums}
    )
    table = pd.concat([money, emitted.assign(unit=units)], ignore_index=True)
    table["change"] = table[PLAN] - table[NOTHING]
    return table[["kind", "item", "name_sv", "name_en", PLAN, NOTHING, "change", "unit"]]


def _list_path(
    kind: str, swedish: str, english: str, years: np.ndarray, lengths: np.ndarray, values: np.ndarray
) -> pd.DataFrame:
    columns = {"kind": kind, "name_sv": swedish, "name_en": english}
    return pd.DataFrame({**columns, YEAR: years.astype(int), "length": lengths, "value": values})


def _list_totals(scenario: xr.Dataset, plan: xr.Dataset, reference: xr.Dataset | None, unit: str) -> list[pd.DataFrame]:
    """The account of the paths' unit that sums all, with the plan and without measures."""
    whole = np.nonzero(
        (scenario.variables["account_role"].values == TOTAL) & (scenario.variables["account_unit"].values == unit)
    )[0]
    if not len(whole):
        return []
    swedish, english = (
        str(scenario.variables[f"{ACCOUNT}_{name}"].values[whole[0]]) for name in ("name_sv", "name_en")
    )
    known = {PLAN: plan} | ({} if reference is None else {NOTHING: reference})
    years, length = scenario.variables[YEAR].values, scenario.variables["length"].values
    return [
        _list_path(TOTAL, swedish, english, years, length, each[AMOUNT].values[whole[0]]).assign(period=period)
        for period, each in known.items()
    ]
