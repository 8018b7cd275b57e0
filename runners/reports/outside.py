"""Misses that stand outside what a plan costs, since no plan can mend them: how large, and what they are valued at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from scenarios.arithmetic.money import operation_discount
from scenarios.arithmetic.targets import CUMULATIVE, average_factors
from scenarios.arrays import read_arrays
from scenarios.catalog import TARGET, YEAR

if TYPE_CHECKING:
    import xarray as xr

LEAST = 1e-6
"""A miss smaller than this is none."""


def list_outside(scenario: xr.Dataset, targets: pd.DataFrame) -> pd.DataFrame:
    """Misses that no measure acts on, which stand outside what a plan costs: target, name_sv, name_en, unit, amount
    (over all calendar years) and present_value (what misses that a plan could mend would cost; blank unless priced).
    """
    found = targets[targets["outside"] > LEAST]
    place = {int(year): y for y, year in enumerate(scenario[YEAR].values)}
    length, factor = scenario["length"].values, operation_discount(scenario)
    average = dict(zip(scenario[TARGET].values, average_factors(read_arrays(scenario)), strict=True))
    rows: dict[str, dict[str, object]] = {}
    for row in found.to_dict("records"):
        y, label, total = place[int(row[YEAR])], str(row[TARGET]), row["basis"] == CUMULATIVE
        years, worth = (1.0, average[label]) if total else (length[y], factor[y])
        entry = rows.setdefault(label, {name: row[name] for name in (TARGET, "name_sv", "name_en", "unit")})
        entry["amount"] = float(entry.get("amount", 0.0)) + years * row["outside"]  # type: ignore[arg-type]
        value = worth * row["excess_price"] * row["outside"]
        entry["present_value"] = float(entry.get("present_value", 0.0)) + value  # type: ignore[arg-type]
    return pd.DataFrame(rows.values(), columns=[TARGET, "name_sv", "name_en", "unit", "amount", "present_value"])
