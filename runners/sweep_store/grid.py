"""A sweep as one labelled block of numbers: a grid over its keys, anything else over its scenarios."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from runners.sweep_store.results import ID, INVESTMENTS, LONG, SCENARIO
from scenarios.terms import YEAR

if TYPE_CHECKING:
    from runners.sweep_store.store import Sweep

SOURCE, GRID = "source", "grid"


def arrange_sweep(sweep: Sweep, tables: Sequence[str]) -> xr.Dataset:
    """The scenarios of a sweep, and long tables that are asked for, as a Dataset; blank where there is no result."""
    design, rows = sweep.design, sweep.scenarios
    keys = [name for name in design.columns if name not in (SCENARIO, ID)]
    coords = _lay_grid(design, keys) if sweep.manifest.get(SOURCE) == GRID else None
    if coords is None:
        coords = {SCENARIO: design[SCENARIO].to_numpy()}
    shape = tuple(len(values) for values in coords.values())
    cells = _find_cells(rows, coords)
    dataset = xr.Dataset(coords=dict(coords))
    for name in rows.columns:
        if name not in coords:
            dataset[name] = tuple(coords), _place(rows[name], cells, shape)
    for table in tables:
        dataset = dataset.merge(_arrange_table(sweep, table, rows, cells, coords))
    return dataset


def _lay_grid(design: pd.DataFrame, keys: Sequence[str]) -> dict[str, NDArray[np.generic]] | None:
    """The levels of each key in their order; None where not every combination is there once."""
    levels = {key: design[key].drop_duplicates().to_numpy() for key in keys}
    whole = int(np.prod([len(values) for values in levels.values()]))
    return levels if keys and whole == len(design) and not design[list(keys)].duplicated().any() else None


def _find_cells(rows: pd.DataFrame, coords: Mapping[str, NDArray[np.generic]]) -> tuple[NDArray[np.intp], ...]:
    """Where each row stands, by the places of its labels; a blank is a label like any other."""
    return tuple(pd.Index(values).get_indexer(rows[name]) for name, values in coords.items())


def _place(column: pd.Series, cells: tuple[NDArray[np.intp], ...], shape: tuple[int, ...]) -> NDArray[np.generic]:
    if not pd.api.types.is_numeric_dtype(column):
        texts = np.full(shape, "", dtype=object)
        texts[cells] = column.fillna("").to_numpy(dtype=object)
        return texts
    numbers = np.full(shape, np.nan)
    numbers[cells] = column.to_numpy(dtype=float, na_value=np.nan)
    return numbers


def _arrange_table(
    sweep: Sweep,
    table: str,
    rows: pd.DataFrame,
    cells: tuple[NDArray[np.intp], ...],
    coords: Mapping[str, NDArray[np.generic]],
) -> xr.Dataset:
    """Every number of a long table (scenarios, label, year); what a plan does not build is 0."""
    dim, numbers = LONG[table]
    long = sweep.table(table)
    labels, years = pd.Index(long[dim].drop_duplicates()), pd.Index(np.sort(long[YEAR].unique()))
    ids = pd.Index(rows[ID].drop_duplicates())
    where = ids.get_indexer(long[ID]), labels.get_indexer(long[dim]), years.get_indexer(long[YEAR])
    built = (table == INVESTMENTS) & rows.drop_duplicates(ID)["objective_money"].notna().to_numpy()
    arranged = {}
    for name in numbers:
        by_id = np.full((len(ids), len(labels), len(years)), np.nan)
        by_id[built] = 0.0
        by_id[where] = long[name].to_numpy(dtype=float)
        values = np.full((*(len(held) for held in coords.values()), len(labels), len(years)), np.nan)
        values[cells] = by_id[ids.get_indexer(rows[ID])]
        arranged[f"{table}_{name}"] = (*coords, dim, YEAR), values
    return xr.Dataset(arranged, coords={**coords, dim: labels, YEAR: years})
