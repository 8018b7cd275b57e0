"""From what a plan was made, as tables of its run folder: paths, names, conventions, every number and its source."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from runners.reports.emissions import trace_emissions
from runners.reports.tables import AMOUNT, tabulate_costs
from scenarios.catalog import ACCOUNT, ACTOR, COMMODITY, CONFIDENCES, SLICE, TECHNOLOGY, YEAR
from scenarios.cells import list_numbers
from scenarios.choices import Choices
from scenarios.terms import INSTRUMENT
from scenarios.quality import measure_quality, rank_assumptions, weigh_by_costs
from scenarios.tables import Tables, choose_rows

STATISTICS, PLAN, NOTHING = "statistics", "plan", "do_nothing"
SECTOR, REMOVAL, NET, TOTAL = "sector", "removal", "net", "total"
NAMED = (TECHNOLOGY, COMMODITY, ACCOUNT, ACTOR, INSTRUMENT, SLICE)
CONVENTIONS = ("money", "price_year", "base_year", "discount_capital", "discount_operation", "salvage")
NUMBER_COLUMNS = ("table", "row", "quantity", "item", "when", "number", "unit", "confidence", "source")
COST, EMISSION = "present_value", "emission"
"""Kinds of rows of the comparison with doing nothing."""


def tabulate_background(
    scenario: xr.Dataset, plan: xr.Dataset, reference: xr.Dataset | None, tables: Tables, choices: Choices
) -> dict[str, pd.DataFrame]:
    """Tables of a run folder that tell what stands behind the plan, by file name.

    Args:
        scenario: what was solved.
        plan: its plan.
        reference: the plan of the do-nothing path; without one there is no comparison.
        tables: the case.
        choices: whose variants select its rows.
    """
    chosen = choose_rows(tables, choices.variants)
    found = {
        "emissions": tabulate_emissions(scenario, plan, reference),
        "labels": tabulate_labels(scenario),
        "conventions": tabulate_conventions(scenario),
        "numbers": tabulate_numbers(chosen),
        "assumptions": tabulate_assumptions(scenario, plan, tables, choices),
        "quality": tabulate_quality(tables, choices),
        "sources": chosen.frames["sources"].drop(columns="variant").reset_index(drop=True),
    }
    return found if reference is None else found | {"comparison": tabulate_comparison(scenario, plan, reference)}


def tabulate_emissions(
    scenario: xr.Dataset, plan: xr.Dataset, reference: xr.Dataset | None = None
) -> pd.DataFrame:
    """The emission path: a row per sector and year, statistics before the plan.

    Columns: kind (sector; removal, what is credited; net; total), name_sv, name_en, period (statistics, plan or
    do_nothing: the total without measures), year, length (calendar years that the year stands for), value, unit.
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
    table = pd.concat(parts, ignore_index=True) if parts else _list_path("", "", "", *np.zeros((3, 0)))
    table["period"] = np.where(table[YEAR] < path.first, STATISTICS, PLAN)
    table = pd.concat([table, *_list_totals(scenario, plan, reference, path.unit)], ignore_index=True)
    return table.assign(unit=path.unit)[["kind", "name_sv", "name_en", "period", YEAR, "length", "value", "unit"]]


def tabulate_labels(scenario: xr.Dataset) -> pd.DataFrame:
    """What labels are called: dimension, label, name_sv, name_en, role (of accounts; the kind of an instrument)."""
    parts = []
    for dim in NAMED:
        labels = scenario[dim].values.astype(object)
        role = {ACCOUNT: "account_role", INSTRUMENT: "instrument_kind"}.get(dim)
        names = {name: scenario[f"{dim}_{name}"].values.astype(object) for name in ("name_sv", "name_en")}
        roles = scenario[role].values.astype(object) if role else np.full(len(labels), "", dtype=object)
        dims = np.full(len(labels), dim, dtype=object)
        parts.append(pd.DataFrame({"dimension": dims, "label": labels, **names, "role": roles}))
    return pd.concat(parts, ignore_index=True)


def tabulate_conventions(scenario: xr.Dataset) -> pd.DataFrame:
    """How money is counted: item and value as text. The discount rate is a share a year, real."""
    rows = {name: str(scenario.attrs[name]) for name in CONVENTIONS}
    rows["discount_rate"] = str(float(scenario["discount_rate"]))
    return pd.DataFrame({"item": list(rows), "value": list(rows.values())})


def tabulate_comparison(scenario: xr.Dataset, plan: xr.Dataset, reference: xr.Dataset) -> pd.DataFrame:
    """The plan beside doing nothing: kind, item, name_sv, name_en, plan, do_nothing, change, unit.

    Rows of kind `present_value` are the components of cost, those of kind `emission` the sum of each account over
    the calendar years of the horizon.
    """
    costs = [tabulate_costs(scenario, each).groupby("component")["present_value"].sum() for each in (plan, reference)]
    beside = pd.concat(costs, axis=1, keys=[PLAN, NOTHING]).fillna(0.0)
    components = beside.index.astype(object)
    money = beside.reset_index(drop=True).assign(
        kind=COST, item=components, name_sv=components, name_en=components, unit=scenario.attrs["money"]
    )
    length = scenario["length"].values
    sums = {name: each[AMOUNT].values @ length for name, each in ((PLAN, plan), (NOTHING, reference))}
    names = {name: scenario[f"{ACCOUNT}_{name}"].values.astype(object) for name in ("name_sv", "name_en")}
    units = scenario["account_unit"].values.astype(object)
    emitted = pd.DataFrame({"kind": EMISSION, "item": scenario[ACCOUNT].values.astype(object), **names, **sums})
    table = pd.concat([money, emitted.assign(unit=units)], ignore_index=True)
    table["change"] = table[PLAN] - table[NOTHING]
    return table[["kind", "item", "name_sv", "name_en", PLAN, NOTHING, "change", "unit"]]


def tabulate_numbers(chosen: Tables) -> pd.DataFrame:
    """Every number of the case that holds under the chosen variants: where it stands, what it is, how certain."""
    numbers = list_numbers(chosen)
    numbers = numbers[numbers["number"].notna()]
    keys = [key for key in (TECHNOLOGY, COMMODITY, ACCOUNT, "group", ACTOR, INSTRUMENT, "item") if key in numbers]
    item = numbers[keys].apply(lambda row: " ".join(text for text in row if text), axis=1)
    table = numbers.assign(item=item, when=pd.array(numbers["when"], dtype="Float64").astype("Int64"))
    return table[list(NUMBER_COLUMNS)].rename(columns={"when": YEAR, "number": "value"}).reset_index(drop=True)


def tabulate_assumptions(scenario: xr.Dataset, plan: xr.Dataset, tables: Tables, choices: Choices) -> pd.DataFrame:
    """The assumed numbers on which most of the plan's money hangs: columns of `rank_assumptions`, and their names."""
    costs = tabulate_costs(scenario, plan).groupby(["component", "item"], as_index=False)["present_value"].sum()
    rows = zip(costs["component"], costs["item"], costs["present_value"], strict=True)
    money = {(str(component), str(item)): float(value) for component, item, value in rows}
    ranked = rank_assumptions(tables, weigh_by_costs(money), choices)
    labels = tabulate_labels(scenario).drop_duplicates("label").set_index("label")
    for name in ("name_sv", "name_en"):
        ranked[name] = [labels[name].get(item, item) for item in ranked["item"]]
    return ranked


def tabulate_quality(tables: Tables, choices: Choices) -> pd.DataFrame:
    """How many numbers of each table are of each confidence: table, published, derived, assumed."""
    counts = measure_quality(tables, choices).counts
    return counts.reset_index()[[str(counts.index.name), *CONFIDENCES]]


def _list_path(
    kind: str, swedish: str, english: str, years: np.ndarray, lengths: np.ndarray, values: np.ndarray
) -> pd.DataFrame:
    columns = {"kind": kind, "name_sv": swedish, "name_en": english}
    return pd.DataFrame({**columns, YEAR: years.astype(int), "length": lengths, "value": values})


def _list_totals(
    scenario: xr.Dataset, plan: xr.Dataset, reference: xr.Dataset | None, unit: str
) -> list[pd.DataFrame]:
    """The account of the paths' unit that sums all, with the plan and without measures."""
    whole = np.nonzero((scenario["account_role"].values == TOTAL) & (scenario["account_unit"].values == unit))[0]
    if not len(whole):
        return []
    names = [str(scenario[f"{ACCOUNT}_{name}"].values[whole[0]]) for name in ("name_sv", "name_en")]
    known = {PLAN: plan} | ({} if reference is None else {NOTHING: reference})
    years, length = scenario[YEAR].values, scenario["length"].values
    return [
        _list_path(TOTAL, *names, years, length, each[AMOUNT].values[whole[0]]).assign(period=period)
        for period, each in known.items()
    ]
