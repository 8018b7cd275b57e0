"""Why is a measure in the plan, why out, and why then? By what its absence, its price and its start are worth.

    worth         V(without it) - V                       the plan, optimised anew without the measure
    enters        the largest factor f on its investment  with V(f) < V       (a measure that is out)
    leaves        the least factor f on its investment    with V(f) = V(without it)
    waits         V(no start before the year after its first) - V

V falls and bends downwards as investment gets cheaper, so tangents from solved points reach the factors in a few steps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from model.conflict import ConflictingRule, find_core_rules
from model.giving import GIVING
from model.solution import SolverOptions
from runners.reasons.value import Bracket, Values
from scenarios.catalog import TECHNOLOGY, VINTAGE

BUILT = 1e-6
"""Capacity begun from here on counts as built."""
NOTHING = 1e-7
"""Part of the least cost below which a difference of costs is none; and so a dual."""
MOST_TRIES = 8
DEAREST = 1e3
"""A factor above this says that no price drives the measure out."""
NEARBY = 1e-3
CLOSE = 0.01
FORCED = 1e-2
"""The part of a unit that is forced into the plan."""
GIVEN = 1e-6
"""The factor of an investment that costs next to nothing; nothing at all would be another structure."""


@dataclass(frozen=True)
class Reason:
    """Why one measure stands where it stands.

    `amount` is what begins in all in `unit`, first in `first_year` (None: out). Costs are of the present: `worth` is
    what the plan would lose without it (infinite: no plan), `waits` what a start a year later costs at the least.
    `enters` and `leaves` are factors on its investment, NaN where they do not apply, 0 and infinite where no price does
    it. `reduced` is what a unit begun in `cheapest` would add to the cost of a plan it is not in, `earlier` what one
    begun the year before the first would add (NaN: it may not start then). `rules` are binding rules that name it, by
    family and item. `parts` is what is built of a measure that is out where parts of units may be; `check` brackets
    the worth with whole units. `whole_adds` is what a whole unit would add to the cost in its best year, infinite where
    none can be begun in any year: then `blocked` are rules that forbid it in `cheapest`.
    """

    measure: str
    amount: float
    unit: str
    first_year: int | None
    last_year: int | None
    worth: float
    enters: float
    leaves: float
    waits: float
    reduced: float
    cheapest: int | None
    earlier: float
    rules: tuple[tuple[str, str], ...]
    parts: float = 0.0
    check: Bracket | None = None
    whole_adds: float = np.nan
    blocked: tuple[ConflictingRule, ...] = ()


def list_measures(scenario: xr.Dataset) -> list[str]:
    """Measures that the plan may build, in the case's order."""
    wanted = scenario["technology_measure"].astype(bool) & scenario["technology_buildable"].astype(bool)
    return [str(k) for k in scenario[TECHNOLOGY].values[wanted.values]]


def explain_measures(scenario: xr.Dataset, plan: xr.Dataset, values: Values, measures: Sequence[str]) -> list[Reason]:
    """A reason for each measure.

    Args:
        scenario: of the plan.
        plan: whose amounts and years are explained.
        values: least costs, in parts of units where the plan has whole ones.
        measures: labels of technologies.
    """
    columns: dict[str, list[tuple[int, int]]] = {}
    for column, label in enumerate(values.program.program.column_labels):
        if label.family == "build":
            columns.setdefault(str(label.index[0]), []).append((int(label.index[1]), column))
    binding = _list_binding(values)
    return [_explain(scenario, plan, values, k, columns[k], binding) for k in measures if k in columns]


def check_reasons(reasons: Sequence[Reason], values: Values, most: int) -> list[Reason]:
    """The most worth of them once more with whole units: between what bounds the plan loses without the measure."""
    free = values.bracket({})
    if free is None:
        return list(reasons)
    ranked = sorted(reasons, key=lambda reason: -reason.worth)[:most]
    return [_check(reason, values, free) if reason in ranked else reason for reason in reasons]


def force_whole(scenario: xr.Dataset, reason: Reason, values: Values) -> Reason:
    """What a whole unit of a measure that is out would cost in its best year, or why there can be none in any."""
    unit = float(scenario["unit_size"].sel({TECHNOLOGY: reason.measure}).values)
    labels = values.program.program.column_labels
    columns = [
        (int(label.index[1]), i)
        for i, label in enumerate(labels)
        if label.family == "build" and label.index[0] == reason.measure
    ]
    open_years = _find_open(values, columns)
    costs = [values.force(column, unit) for year, column in columns if year in open_years]
    adds = min(costs, default=np.inf) - values.least
    if np.isfinite(adds) or unit <= 0 or not costs:
        return replace(reason, whole_adds=adds if unit > 0 else np.nan)
    year = reason.cheapest if reason.cheapest in open_years else max(open_years)
    forced = values.raise_column(dict(columns)[year], unit)
    rules = find_core_rules(scenario, forced, SolverOptions(relax=True))
    return replace(reason, whole_adds=np.inf, cheapest=year, blocked=tuple(rules))


def find_whole_entry(reason: Reason, values: Values) -> Reason:
    """The factor at which a measure that is out enters in whole units, by halving; within a `CLOSE` part of 1."""
    labels = values.program.program.column_labels
    columns = [i for i, label in enumerate(labels) if label.family == "build" and label.index[0] == reason.measure]

    def builds(factor: float) -> bool:
        return values.sum_free({f"adjust.capex.{reason.measure}": factor}, columns) > BUILT

    if not builds(GIVEN):
        return replace(reason, enters=0.0)
    low, high = GIVEN, 1.0
    while high - low > CLOSE:
        middle = (low + high) / 2
        low, high = (middle, high) if builds(middle) else (low, middle)
    return replace(reason, enters=low)


def _check(reason: Reason, values: Values, free: Bracket) -> Reason:
    without = values.bracket({f"exclude.{reason.measure}": 1.0})
    if without is None:
        return reason
    check = Bracket(max(without.bound - free.objective, 0.0), without.objective - free.bound)
    return replace(reason, check=check)


def _explain(
    scenario: xr.Dataset,
    plan: xr.Dataset,
    values: Values,
    measure: str,
    columns: Sequence[tuple[int, int]],
    binding: Sequence[tuple[str, str, frozenset[str]]],
) -> Reason:
    build = plan["build"].sel({TECHNOLOGY: measure})
    begun = [int(year) for year, amount in zip(build[VINTAGE].values, build.values, strict=True) if amount > BUILT]
    without = values.solve({f"exclude.{measure}": 1.0})
    lost = without.objective if without.status.has_plan else np.inf
    inside = bool(begun)
    open_years = _find_open(values, columns)
    by_year = {year: column for year, column in columns if year in open_years}
    enters = np.nan if inside else _find_entry(values, measure)
    year = None if inside else _find_year(values, measure, by_year, enters)
    return Reason(
        measure=measure,
        amount=float(build.values.sum()),
        unit=str(scenario["technology_capacity_unit"].sel({TECHNOLOGY: measure}).values),
        first_year=begun[0] if inside else None,
        last_year=begun[-1] if inside else None,
        worth=max(lost - values.least, 0.0),
        enters=enters,
        leaves=_find_exit(values, measure, lost) if inside else np.nan,
        waits=_measure_wait(values, measure, begun[0]) if inside else np.nan,
        reduced=np.nan if year is None else _force_unit(values, by_year[year]),
        cheapest=year,
        earlier=_force_unit(values, by_year[begun[0] - 1]) if inside and begun[0] - 1 in by_year else np.nan,
        parts=0.0 if inside else _sum_parts(values, columns),
        rules=tuple((family, item) for family, item, about in binding if measure in about),
    )


def _sum_parts(values: Values, columns: Sequence[tuple[int, int]]) -> float:
    amount = float(values.base.columns[[column for _, column in columns]].sum())
    return amount if amount > BUILT else 0.0


def _tangent(values: Values, measure: str, factor: float) -> tuple[float, float]:
    key = f"adjust.capex.{measure}"
    return values.tangent({key: factor}, {key: factor + NEARBY}, NEARBY)


def _find_entry(values: Values, measure: str) -> float:
    """The factor below which a measure that is out enters; 0 where it does not even for next to nothing."""
    factor = GIVEN
    for _ in range(MOST_TRIES):
        cost, slope = _tangent(values, measure, factor)
        saved = values.least - cost
        if saved <= NOTHING * (1.0 + abs(values.least)) or slope <= 0:
            break
        factor = min(factor + saved / slope, 1.0)
    return factor if factor > GIVEN else 0.0


def _find_year(values: Values, measure: str, by_year: Mapping[int, int], factor: float) -> int | None:
    """The year in which a measure that is out would be begun first of all, its investment just cheap enough."""
    found = values.solve({f"adjust.capex.{measure}": max(factor * (1 - NEARBY), GIVEN)})
    if found.status.has_plan:
        begun = [year for year, column in by_year.items() if found.columns[column] > BUILT]
        if begun:
            return begun[0]
    reduced = values.reduce_costs()
    return min(by_year, key=lambda year: float(reduced[by_year[year]]), default=None)


def _force_unit(values: Values, column: int) -> float:
    """What a unit more of a column adds to the cost, by the cost of a small part of one."""
    before = float(values.base.columns[column])
    return max(values.force(column, before + FORCED) - values.least, 0.0) / FORCED


def _find_exit(values: Values, measure: str, lost: float) -> float:
    """The factor at which a measure that is in leaves for good; infinite where the plan cannot do without it."""
    if not np.isfinite(lost):
        return np.inf
    factor = 1.0
    for _ in range(MOST_TRIES):
        cost, slope = _tangent(values, measure, factor)
        left = lost - cost
        if not np.isfinite(cost) or left <= NOTHING * (1.0 + abs(values.least)):
            break
        if slope * DEAREST < left:
            return np.inf
        factor += left / slope
    return factor


def _measure_wait(values: Values, measure: str, first: int) -> float:
    """What it costs if nothing of the measure may begin before the year after its first; NaN where no plan may."""
    later = values.solve({f"set.earliest_start.{measure}": float(first + 1)})
    return max(later.objective - values.least, 0.0) if later.status.has_plan else np.nan


def _find_open(values: Values, columns: Sequence[tuple[int, int]]) -> set[int]:
    """Years in which a measure may begin at all."""
    program = values.program
    rows = program.program.row_families.get("build_most", ())
    place = {program.program.row_labels[row].index: row for row in rows}
    found = set()
    for year, column in columns:
        row = place.get(program.program.column_labels[column].index)
        bounds = [] if row is None else [program.row_lower[row], program.row_upper[row]]
        if not any(bound == 0.0 for bound in bounds):
            found.add(year)
    return found


def _list_binding(values: Values) -> list[tuple[str, str, frozenset[str]]]:
    """Binding rules that a person set: family, item, and the technologies that they are about."""
    structure = values.program.program.structure
    found: dict[tuple[str, str], frozenset[str]] = {}
    priced = np.flatnonzero(np.abs(values.base.row_duals) > NOTHING)
    for row in priced:
        label = values.program.program.row_labels[int(row)]
        if label.family not in GIVING:
            continue
        item = next((str(i) for i in label.index if isinstance(i, str)), "")
        about = set(structure.members.get(item, ())) if label.family.startswith("group_") else {item}
        if label.family in ("frame_most", "ceiling_most", "own_most", "step_most", "result_least"):
            about = {k for k, owners in structure.finance.owners if item in owners}
        found[label.family, item] = frozenset(about)
    return [(family, item, about) for (family, item), about in found.items()]
