"""Benefits of a plan against doing nothing, as a table: units by year, what they are worth, and who receives them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from scenarios.arithmetic.money import operation_discount
from scenarios.arrays import read_arrays
from scenarios.benefits import Benefit, list_benefits
from scenarios.catalog_aside import BENEFIT, BENEFITS, HIGH, LOW
from scenarios.tables import Tables
from scenarios.terms import ACCOUNT, TECHNOLOGY, YEAR

if TYPE_CHECKING:
    import xarray as xr

COLUMNS = (
    *(BENEFIT, "name_sv", "name_en", "kind", "receiver", ACCOUNT, TECHNOLOGY, YEAR, "amount", "idle", "change"),
    *("unit", "value", "worth", "present_value", "present_low", "present_high", "confidence"),
)
Amounts = tuple[str, np.ndarray, np.ndarray]
"""A technology ("" for an account), units a year with the plan and without."""


def tabulate_benefits(
    tables: Tables,
    variants: Sequence[str],
    scenario: xr.Dataset,
    plan: xr.Dataset,
    reference: xr.Dataset | None,
    investments: pd.DataFrame,
) -> dict[str, pd.DataFrame]:
    """The table of benefits, where the case has any: a row per benefit, technology and year.

    change[b,y] = units[b,y] - units without the plan;   worth[b,y] = -value_b[y] change[b,y] length[y]
    present_value[b,y] = -D_op[y] value_b[y] change[b,y]

    One whose units cannot be reckoned has one row without numbers. Columns: `plan/benefits` in the catalog of results.

    Args:
        tables: the case.
        variants: as chosen.
        scenario: what was solved.
        plan: its plan.
        reference: the do-nothing plan; without one nothing is told.
        investments: the plan's table of investments.
    """
    found = list_benefits(tables, variants)
    if not found or reference is None:
        return {}
    rows = [row for one in found for row in _tell(one, scenario, plan, reference, investments)]
    return {BENEFITS: pd.DataFrame(rows, columns=list(COLUMNS)).astype({YEAR: "Int64"})}


def _tell(
    one: Benefit, scenario: xr.Dataset, plan: xr.Dataset, reference: xr.Dataset, investments: pd.DataFrame
) -> Iterator[dict[str, Any]]:
    about = {BENEFIT: one.label, "kind": one.kind, "receiver": one.receiver, ACCOUNT: one.account, "unit": one.unit}
    about |= {f"name_{lang}": name for lang, name in one.names.items()}
    about["confidence"] = one.values[0].confidence if one.values else ""
    if not one.counted:
        yield {**about, TECHNOLOGY: ""}
        return
    years = scenario.variables[YEAR].values.tolist()
    length, discount = scenario.variables["length"].values, operation_discount(read_arrays(scenario))
    values = {end: one.value_years(years, end) for end in ("value", LOW, HIGH)}
    for technology, amount, idle in _count(one, scenario, plan, reference, investments):
        change = amount - idle
        presents = {end: -discount * value * change for end, value in values.items()}
        for y, year in enumerate(years):
            row: Mapping[str, Any] = {TECHNOLOGY: technology, YEAR: year, "amount": amount[y], "idle": idle[y]}
            row = {**about, **row, "change": change[y]}
            if one.valued:
                ends = sorted(float(presents[end][y]) for end in (LOW, HIGH))
                row |= {"value": values["value"][y], "worth": -values["value"][y] * change[y] * length[y]}
                row |= {"present_value": presents["value"][y], "present_low": ends[0], "present_high": ends[1]}
            yield dict(row)


def _count(
    one: Benefit, scenario: xr.Dataset, plan: xr.Dataset, reference: xr.Dataset, investments: pd.DataFrame
) -> Iterator[Amounts]:
    """Units of a calendar year, of the account or of each measure that is invested in."""
    if one.account:
        place = scenario.variables[ACCOUNT].values.tolist().index(one.account)
        held = [side.variables["account_value"].transpose(ACCOUNT, YEAR).values[place] for side in (plan, reference)]
        yield "", held[0], held[1]
        return
    years, length = scenario.variables[YEAR].values.tolist(), scenario.variables["length"].values
    own = investments[investments["measure"] & (investments["outlay"] != 0)]
    own = own[own[TECHNOLOGY].isin(one.measures)] if one.measures else own
    for technology, rows in own.groupby(TECHNOLOGY, sort=False):
        spent = rows.groupby(YEAR)["outlay"].sum().reindex(years, fill_value=0.0).to_numpy(dtype=float)
        yield str(technology), one.per_outlay * spent / length, np.zeros(len(years))
