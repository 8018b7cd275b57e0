"""What a solution means: decisions put back onto the scenario's own labels, as one Dataset."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from model.compiled.sparse import COST, FINANCE_COST, SparseProgram
from model.solver.decision_labels import ALL_DIMS
from model.solver.layout import Layout, order_dims
from model.solver.misses import Misses, place_misses
from model.solver.solution import WHOLE_WITHIN, Solution
from scenarios.arithmetic.acting import MET
from scenarios.arithmetic.money import operation_discount
from scenarios.arithmetic.unavoidable import measure_unavoidable
from scenarios.arrays import Arrays, read_arrays
from scenarios.catalog import (
    ACCOUNT,
    ACTOR,
    CALENDAR,
    COMMODITY,
    GROUP,
    INSTRUMENT,
    PART,
    SLICE,
    TARGET,
    TECHNOLOGY,
    VINTAGE,
    YEAR,
)
from scenarios.overlay import swap_variables

LABELLED = (TECHNOLOGY, COMMODITY, ACCOUNT, TARGET, YEAR, SLICE, ACTOR, INSTRUMENT)
SHADOW_PRICE, MARGINAL_COST = "shadow_price", "marginal_cost"

PLAN_NAMES = {"account": "account_value"}
"""What a decision is called in the plan where its own name is that of a dimension."""


def label_plan(
    scenario: xr.Dataset,
    program: SparseProgram,
    solution: Solution,
) -> xr.Dataset:
    """The Plan: all decisions on the scenario's coordinates, zero where a decision does not exist.

    Args:
        scenario: the one that was solved.
        program: its compiled structure.
        solution: with a plan (`solution.status.has_plan`).

    Returns:
        Dataset with the variables of `DECISION_DIMS`, `shadow_price` and `marginal_cost` of targets, and status,
        objective, bound, gap and miss in `attrs`.
    """
    return Labeller(program).label(scenario, solution)


class Labeller:
    """Labels the solutions of one compiled program, scenario after scenario.

    Where each decision goes is found once, for the labels of the first scenario, and again only for other labels.
    """

    def __init__(self, program: SparseProgram) -> None:
        self._program = program
        self._form: _Form | None = None
        self._wrapped: dict[str, xr.Variable] = {}

    def label(self, scenario: xr.Dataset, solution: Solution, known: Arrays | None = None) -> xr.Dataset:
        """The Plan of a scenario of the program's structure, as `label_plan` gives it.

        `known` are the scenario's arrays, where something of them was reckoned for its neighbours already.
        """
        given = known or read_arrays(scenario)
        if self._form is None or not self._form.fits(scenario):
            self._form = _draw_form(self._program, scenario)
        form = self._form
        arrays = form.layout.lay(scenario, solution.columns, whole=not _is_fractional(self._program, solution))
        form.misses.settle(arrays, given)
        values = {PLAN_NAMES.get(name, name): array for name, array in arrays.items()}
        idle = _find_idle(arrays, given)
        prices = form.targets.price(solution, operation_discount(scenario))
        values |= {name: np.where(idle, 0.0, price) for name, price in prices.items()}
        plan = swap_variables(form.blank, {name: self._wrap(form, name, array) for name, array in values.items()})
        plan.attrs = _describe(self._program, scenario, solution)
        return plan

    def _wrap(self, form: _Form, name: str, array: np.ndarray) -> xr.Variable:
        """A variable of the plan: that of the plan before, where it has the very same array."""
        known = self._wrapped.get(name)
        if known is None or known.values is not array:
            known = self._wrapped[name] = xr.Variable(form.blank._variables[name].dims, array)
        return known


@dataclass(frozen=True)
class _Form:
    """An empty plan, and where everything goes on it; it fits scenarios with the same labels."""

    indexes: Mapping[str, pd.Index]
    layout: Layout
    misses: Misses
    targets: _TargetPlaces
    blank: xr.Dataset

    def fits(self, scenario: xr.Dataset) -> bool:
        return all(index.equals(scenario.get_index(dim)) for dim, index in self.indexes.items())


def _draw_form(program: SparseProgram, scenario: xr.Dataset) -> _Form:
    periods = (GROUP, CALENDAR) if program.structure.has_periods else ()
    indexes = {dim: scenario.get_index(dim) for dim in (*LABELLED, *periods)}
    labels: dict[str, list[object]] = {dim: index.tolist() for dim, index in indexes.items()}
    labels |= {VINTAGE: labels[YEAR], PART: labels[ACCOUNT]}
    layout, misses = Layout(program, labels), place_misses(program.structure, labels)
    variables = {
        PLAN_NAMES.get(name, name): (order_dims(ALL_DIMS[name]), np.empty(at.shape))
        for name, at in layout.places.items()
    }
    targets = _place_targets(program, labels)
    variables |= {name: ((TARGET, YEAR), np.empty(targets.shape)) for name in (SHADOW_PRICE, MARGINAL_COST)}
    return _Form(indexes, layout, misses, targets, xr.Dataset(variables, coords=labels))


def _describe(program: SparseProgram, scenario: xr.Dataset, solution: Solution) -> dict[str, object]:
    return {
        "status": solution.status.value,
        "objective": solution.objective,
        "bound": solution.bound,
        "gap": solution.gap,
        "miss": solution.miss,
        "perspective": program.structure.finance.perspective,
        "social_cost": solution.values[COST],
        "finance_cost": solution.values[FINANCE_COST],
        "digest": scenario.attrs["digest"],
        "relaxed": int(bool(program.integrality.any()) and _is_fractional(program, solution)),
        "solver": "HiGHS",
    }


def _find_idle(arrays: dict[str, np.ndarray], given: Arrays) -> np.ndarray:
    """Targets whose caps have no price, since all that they miss no plan can mend (target, year)."""
    mendable = arrays["excess"] + arrays["excess_total"][:, None]
    room = MET * np.maximum(1.0, np.abs(np.nan_to_num(given["cap"])))
    return np.asarray((measure_unavoidable(given) > 0) & (mendable <= room))


@dataclass(frozen=True)
class _TargetPlaces:
    """The rows of targets and where their prices stand: a cumulative target has one, in the last year of its span."""

    rows: np.ndarray
    targets: np.ndarray
    years: np.ndarray
    yearly: np.ndarray
    shape: tuple[int, int]

    def price(self, solution: Solution, discount: np.ndarray) -> dict[str, np.ndarray]:
        """What relaxing each cap by one unit saves: in money of the first year, and in money of the year itself.

        Relaxing a rule never costs, so the size of its dual is what is saved, whichever way round Pyomo wrote the row.
        """
        known = bool(len(solution.row_duals))
        saved, marginal = (np.full(self.shape, 0.0 if known else np.nan) for _ in range(2))
        if known:
            prices = np.abs(solution.row_duals[self.rows])
            saved[self.targets, self.years] = prices
            marginal[self.targets, self.years] = prices / np.where(self.yearly, discount[self.years], 1.0)
        return {SHADOW_PRICE: saved, MARGINAL_COST: marginal}


def _place_targets(program: SparseProgram, labels: Mapping[str, list[object]]) -> _TargetPlaces:
    place = {t: i for i, t in enumerate(labels[TARGET])}
    year = {y: i for i, y in enumerate(labels[YEAR])}
    none = np.empty(0, dtype=np.int64)
    yearly, total = (program.row_families.get(family, none) for family in ("target", "target_total"))
    indices = [program.row_labels[row].index for row in yearly]
    spans = [program.row_labels[row].index[0] for row in total]
    last = program.structure.total_targets
    return _TargetPlaces(
        rows=np.concatenate([yearly, total]),
        targets=np.array([place[t] for t in (*(t for t, _ in indices), *spans)], dtype=np.int64),
        years=np.array([year[y] for y in (*(y for _, y in indices), *(last[t][-1] for t in spans))], dtype=np.int64),
        yearly=np.arange(len(yearly) + len(total)) < len(yearly),
        shape=(len(place), len(year)),
    )


def _is_fractional(program: SparseProgram, solution: Solution) -> bool:
    whole = solution.columns[np.flatnonzero(program.integrality)]
    return bool(np.abs(whole - np.round(whole)).max(initial=0.0) > WHOLE_WITHIN)
