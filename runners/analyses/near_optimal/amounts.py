"""What is a measure's amount, and when has it begun? Both as sums of the program's columns.

    amount[k]   = sum_y L[y] (capacity[k,y] - existing[k,y] (1 - scrapped[k,y])) / sum_y L[y]
    begun[k,y]  = sum_{v <= y} build[k,v] sum_u L[u] alive[k,v,u] / sum_u L[u]        begun[k,last] = amount[k]

(but for what is retired early). The amount is what the plan's own vintages have in service, as a mean over the plan's
calendar years: renewals are not counted twice, and what begins at the end counts for as little as it serves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr

from model.compiled.revise import LinearProgram
from scenarios.catalog import TECHNOLOGY, YEAR

CAPACITY_ROW = "capacity_balance"


@dataclass(frozen=True)
class Measure:
    """A measure that the plan may build.

    Args:
        technology: its label.
        row: its place among the scenario's technologies.
        unit: of its capacity.
        weights: of the program's columns (n_columns) in its amount.
        constant: what the amount has besides.
        builds: positions of its columns `build` by year, in order.
        serves: what a unit begun in each of those years adds to the amount.
        whole: whether some of its columns must be whole.
    """

    technology: str
    row: int
    unit: str
    weights: np.ndarray
    constant: float
    builds: Mapping[int, int]
    serves: np.ndarray
    whole: bool

    def size(self, point: np.ndarray) -> float:
        """Its amount at a point."""
        return float(self.weights @ point) + self.constant

    def weigh_begun(self, year: int) -> np.ndarray:
        """Weights of what is begun until and in a year (n_columns)."""
        weights = np.zeros(len(self.weights))
        for (begun, column), served in zip(self.builds.items(), self.serves, strict=True):
            weights[column] = served if begun <= year else 0.0
        return weights

    def find_first(self, point: np.ndarray, enough: float) -> int | None:
        """The first year in which so much is begun at a point, None where it never is."""
        begun = np.cumsum(point[list(self.builds.values())] * self.serves)
        return next((y for y, amount in zip(self.builds, begun, strict=True) if amount >= enough), None)


def list_measures(program: LinearProgram, scenario: xr.Dataset) -> list[Measure]:
    """Every measure that may be built, in the scenario's order; what is excluded is none."""
    compiled = program.program
    columns = {(label.family, label.index): place for place, label in enumerate(compiled.column_labels)}
    whole = {compiled.column_labels[place].index[0] for place in compiled.whole_built}
    excluded, marked = scenario["excluded"].values, scenario[f"{TECHNOLOGY}_measure"].values.astype(bool)
    units, years = scenario[f"{TECHNOLOGY}_capacity_unit"].values, scenario[YEAR].values.tolist()
    measures = []
    for row, technology in enumerate(scenario[TECHNOLOGY].values.tolist()):
        builds = {y: columns["build", (technology, y)] for y in years if ("build", (technology, y)) in columns}
        if marked[row] and builds and not excluded[row]:
            weights, constant = _weigh_amount(columns, scenario, technology, row)
            serves = np.array([_measure_service(program, column) for column in builds.values()])
            is_whole = technology in whole
            measures.append(Measure(technology, row, str(units[row]), weights, constant, builds, serves, is_whole))
    return measures


def _weigh_amount(
    columns: Mapping[tuple[str, tuple[object, ...]], int], scenario: xr.Dataset, technology: str, row: int
) -> tuple[np.ndarray, float]:
    weights, constant = np.zeros(len(columns)), 0.0
    shares = scenario["length"].values / scenario["length"].values.sum()
    stock = scenario["existing"].values[row] * shares
    for y, share, standing in zip(scenario[YEAR].values.tolist(), shares, stock, strict=True):
        weights[columns["capacity", (technology, y)]] += share
        constant -= float(standing)
        scrapped = columns.get(("scrapped", (technology, y)))
        if scrapped is not None:
            weights[scrapped] += standing
    return weights, constant


def _measure_service(program: LinearProgram, column: int) -> float:
    """What a unit of a column `build` has in service, as a mean over the plan's calendar years."""
    compiled = program.program
    lengths = compiled.structure.lengths
    entries = slice(compiled.starts[column], compiled.starts[column + 1])
    served = 0.0
    for row, entry in zip(program.rows[entries], program.entries[entries], strict=True):
        label = compiled.row_labels[row]
        if label.family == CAPACITY_ROW:
            served += abs(float(entry)) * lengths[int(label.index[1])]
    return served / sum(lengths.values())
