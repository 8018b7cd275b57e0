"""How much each vintage runs, as a table: of technologies whose efficiency or availability is given by vintage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from scenarios.arithmetic.vintages import RUN, list_running
from scenarios.catalog import SLICE, TECHNOLOGY, VINTAGE, YEAR

if TYPE_CHECKING:
    import xarray as xr

STOCK = "stock"
"""What the vintage of what stood already is called."""
SMALLEST = 1e-9


def tabulate_vintages(scenario: xr.Dataset, plan: xr.Dataset) -> pd.DataFrame:
    """How much of a technology's activity of a year each vintage runs.

    Columns: `plan/vintages` in the catalog of results.
    """
    own = list_running(scenario)
    run = plan.variables[RUN].transpose(TECHNOLOGY, VINTAGE, YEAR, SLICE).values[own].sum(axis=3)
    rest = plan.variables["activity"].transpose(TECHNOLOGY, YEAR, SLICE).values[own].sum(axis=2) - run.sum(axis=1)
    amounts = np.concatenate([rest[:, None], run], axis=1)
    technology, vintage, year = np.nonzero(amounts > SMALLEST)
    labels = np.array([STOCK, *map(str, scenario.variables[VINTAGE].values)])
    return pd.DataFrame(
        {
            TECHNOLOGY: scenario.variables[TECHNOLOGY].values[own[technology]],
            **{
                name: scenario.variables[f"{TECHNOLOGY}_{name}"].values[own[technology]]
                for name in ("name_sv", "name_en")
            },
            VINTAGE: labels[vintage],
            YEAR: scenario.variables[YEAR].values[year],
            "activity": amounts[technology, vintage, year],
            "unit": scenario.variables["technology_activity_unit"].values[own[technology]],
        }
    )
