"""Which limits of money does a scenario of a sweep break, and by how much: the rows of `key_figures` as sums."""

from __future__ import annotations

import numpy as np
import xarray as xr

from runners.sweep_store.cash import Floats, name_finances
from runners.sweep_store.memory import Memory
from scenarios.arithmetic.breaches import CEILING, FRAMES, LIMITS, RESULT
from scenarios.arithmetic.rooms import REFERENCES, measure_standing_breaches
from scenarios.arrays import read_arrays
from scenarios.notices.money import read_breaches

COLUMNS = {CEILING: "over_ceiling_money", FRAMES: "over_frames_money", RESULT: "under_result_money"}
"""Kinds of limit, and the column of `results.parquet` that says by how much the worst of a kind is broken."""
YEARS = "breach_years"


def sum_breaches(memory: Memory, scenario: xr.Dataset, plan: xr.Dataset) -> dict[str, float]:
    """What is broken at the most of each kind of limit by any actor in any year, and in how many calendar years.

    What stands without the plan and what the plan adds, where limits are priced, count together.
    """
    names = (*memory.recall(scenario, (), lambda: name_finances(scenario)), *REFERENCES)
    standing = memory.recall(scenario, names, lambda: measure_standing_breaches(read_arrays(scenario)))
    broken = read_breaches(plan)
    whole: dict[str, Floats] = {name: amount + broken.get(name, 0.0) for name, amount in standing.items()}
    most = {
        column: max(float(whole[limit.breach].max(initial=0.0)) for limit in LIMITS if limit.choice == kind)
        for kind, column in COLUMNS.items()
    }
    some = np.any([(amount > 0).any(axis=0) for amount in whole.values()], axis=0)
    return {**most, YEARS: float(scenario.variables["length"].values[some].sum())}
