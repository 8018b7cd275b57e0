"""At which cost of its investment an entry enters the plan, or leaves it: solved on both sides, in parts of units."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from runners.analyses.abatement.coalitions import exclude_players
from runners.analyses.dossier.entries import Entry
from runners.analyses.oracle import Oracle
from runners.analyses.sensitivity.entry_price import find_entry, find_exit
from scenarios.catalog import TECHNOLOGY

BUILT = 1e-6


@dataclass(frozen=True)
class Threshold:
    """Where an entry comes or goes by what its investment costs: a factor on all of it, the same for its measures.

    `inside`: it is in the plan in parts of units, and leaves at `factor` (infinite: at none); else it enters there (0:
    at none, however cheap). `turns` are factors at which it is out although it is in at dearer ones. `capex` is what a
    unit of its first measure costs as it is written, in the year in which that is dearest, `unit` its capacity.
    """

    inside: bool
    factor: float
    turns: tuple[float, ...]
    capex: float
    unit: str


def find_threshold(oracle: Oracle, scenario: xr.Dataset, entry: Entry, told: str) -> Threshold:
    """The threshold of an entry.

    Args:
        oracle: least costs in parts of units.
        scenario: of its settings.
        entry: whose investment is made dearer or cheaper.
        told: measure of which the cost of a unit is told.
    """
    about = scenario.sel({TECHNOLOGY: told})
    capex, unit = float(about["capex"].values.max()), str(about[f"{TECHNOLOGY}_capacity_unit"].values)
    labels = oracle.program.program.column_labels
    places = [
        i for i in oracle.program.program.column_families.get("build", ()) if labels[i].index[0] in entry.measures
    ]
    if oracle.base.columns[places].max(initial=0.0) <= BUILT:
        factor, turns = find_entry(oracle, entry.measures)
        return Threshold(False, factor, turns, capex, unit)
    without = oracle.solve(exclude_players([entry.player]))
    if not without.status.has_plan:
        return Threshold(True, np.inf, (), capex, unit)
    factor, turns = find_exit(oracle, entry.measures, without.objective)
    return Threshold(True, factor, turns, capex, unit)
