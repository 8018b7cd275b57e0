"""What a solution means: decisions put back onto the scenario's own labels, as one Dataset."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr

from model.coefficient import WHOLE_YEAR, Coefficient
from model.solution import Solution
from model.sparse import COST, FINANCE_COST, SparseProgram
from model.structure import Structure
from scenarios.catalog import ACCOUNT, ACTOR, COMMODITY, INSTRUMENT, PART, SLICE, TARGET, TECHNOLOGY, VINTAGE, YEAR

POOL = "pool"

DECISION_DIMS: Mapping[str, tuple[str, ...]] = {
    "build": (TECHNOLOGY, VINTAGE),
    "capacity": (TECHNOLOGY, YEAR),
    "activity": (TECHNOLOGY, YEAR, SLICE),
    "retired": (TECHNOLOGY, VINTAGE, YEAR),
    "scrapped": (TECHNOLOGY, YEAR),
    "purchase": (COMMODITY, YEAR, SLICE),
    "sale": (COMMODITY, YEAR, SLICE),
    "level": (COMMODITY, YEAR, SLICE),
    "units": (TECHNOLOGY, VINTAGE),
    "begin": (TECHNOLOGY, VINTAGE),
    "ever": (TECHNOLOGY,),
    "account": (ACCOUNT, YEAR),
    "credit": (ACCOUNT, PART, YEAR),
    "excess": (TARGET, YEAR),
    "excess_total": (TARGET,),
    "paid": (POOL, YEAR),
    "paid_total": (POOL,),
}
MONEY_DIMS: Mapping[str, tuple[str, ...]] = {
    "net_outlay": (ACTOR, YEAR),
    "own": (ACTOR, YEAR),
    "draw": (INSTRUMENT, ACTOR, YEAR),
    "issue": (INSTRUMENT, ACTOR, YEAR),
    "claimed": (INSTRUMENT, TECHNOLOGY, VINTAGE),
    "rise": (ACTOR, YEAR),
    "operating": (ACTOR, YEAR),
}
"""The same of money, in plans of cases with actors."""

"""Every decision of the program and the labels it is indexed by, in the order of its index."""

PLAN_NAMES = {"account": "account_value"}
"""What a decision is called in the plan where its own name is that of a dimension."""

WHOLE = ("units", "begin", "ever", "issue")
ZERO = 1e-9
"""Solver dust: amounts nearer to zero than this are shown as zero where a decision cannot be negative."""


def label_plan(
    scenario: xr.Dataset,
    program: SparseProgram,
    solution: Solution,
    coefficients: Mapping[str, Coefficient],
) -> xr.Dataset:
    """The Plan: all decisions on the scenario's coordinates, zero where a decision does not exist.

    Args:
        scenario: the one that was solved.
        program: its compiled structure.
        solution: with a plan (`solution.status.has_plan`).
        coefficients: of the scenario; the profiles by which yearly activity falls on slices are the scenario's.

    Returns:
        Dataset with the variables of `DECISION_DIMS`, `shadow_price` and `marginal_cost` of targets, and status,
        objective, bound, gap and miss in `attrs`.
    """
    labels = _labels(scenario)
    at = program.structure
    decisions = {**DECISION_DIMS, **MONEY_DIMS} if at.finance.actors else DECISION_DIMS
    arrays = _scatter(program, solution.columns, labels, decisions)
    _spread_yearly(arrays, scenario, at, labels)
    _settle_credits(arrays, scenario, at, labels)
    _settle_excess(arrays, scenario, at, labels)
    variables = {
        PLAN_NAMES.get(name, name): (_order(dims), arrays[name].transpose(_axes(dims)))
        for name, dims in decisions.items()
    }
    prices = _price_targets(program, solution, coefficients, labels)
    variables |= {name: ((TARGET, YEAR), values) for name, values in prices.items()}
    plan = xr.Dataset(variables, coords={dim: list(values) for dim, values in labels.items()})
    plan.attrs = {
        "status": solution.status.value,
        "objective": solution.objective,
        "bound": solution.bound,
        "gap": solution.gap,
        "miss": solution.miss,
        "perspective": at.finance.perspective,
        "social_cost": solution.values[COST],
        "finance_cost": solution.values[FINANCE_COST],
        "digest": scenario.attrs["digest"],
        "relaxed": int(bool(program.integrality.any()) and _is_fractional(program, solution)),
        "solver": "HiGHS",
    }
    return plan


def _labels(scenario: xr.Dataset) -> dict[str, list[object]]:
    dims = (TECHNOLOGY, COMMODITY, ACCOUNT, TARGET, YEAR, SLICE, ACTOR, INSTRUMENT)
    labels = {dim: scenario[dim].values.tolist() for dim in dims}
    labels[VINTAGE] = labels[YEAR]
    labels[PART] = labels[ACCOUNT]
    labels[POOL] = sorted(set(scenario["target_pool"].values.tolist()))
    return labels


def _order(dims: tuple[str, ...]) -> tuple[str, ...]:
    """Slices stand before years in every Dataset of ours, as in the catalog."""
    return (*dims[:-2], dims[-1], dims[-2]) if dims[-1] == SLICE else dims


def _axes(dims: tuple[str, ...]) -> tuple[int, ...]:
    order = _order(dims)
    return tuple(dims.index(dim) for dim in order)


def _scatter(
    program: SparseProgram,
    columns: np.ndarray,
    labels: Mapping[str, list[object]],
    decisions: Mapping[str, tuple[str, ...]],
) -> dict[str, np.ndarray]:
    """One array per decision; slots that are the whole year are put into the first slice, to be spread later."""
    place = {dim: {label: i for i, label in enumerate(values)} for dim, values in labels.items()}
    place[SLICE][WHOLE_YEAR] = 0
    arrays = {name: np.zeros(tuple(len(labels[dim]) for dim in dims)) for name, dims in decisions.items()}
    for label, value in zip(program.column_labels, columns.tolist(), strict=True):
        if label.family not in decisions:
            continue
        dims = decisions[label.family]
        where = tuple(place[dim][i] for dim, i in zip(dims, label.index, strict=True))
        arrays[label.family][where] = value
    for name, values in arrays.items():
        if name != "account":
            values[np.abs(values) < ZERO] = 0.0
    for name in (name for name in WHOLE if name in decisions):
        near = np.round(arrays[name])
        arrays[name] = np.where(np.abs(arrays[name] - near) < 1e-6, near, arrays[name])
    return arrays


def _spread_yearly(
    arrays: dict[str, np.ndarray], scenario: xr.Dataset, at: Structure, labels: Mapping[str, list[object]]
) -> None:
    """What was decided over the year falls on the slices: activity by profile, trade by hours."""
    hours = scenario["hours"].values / scenario["hours"].values.sum()
    yearly = [i for i, k in enumerate(labels[TECHNOLOGY]) if at.slots[str(k)] == (WHOLE_YEAR,)]
    profile = scenario["activity_profile"].values[yearly].transpose(0, 2, 1)
    arrays["activity"][yearly] = arrays["activity"][yearly].sum(axis=2, keepdims=True) * profile
    traded = [i for i, c in enumerate(labels[COMMODITY]) if at.balance_slots[str(c)] == (WHOLE_YEAR,)]
    for name in ("purchase", "sale"):
        arrays[name][traded] = arrays[name][traded].sum(axis=2, keepdims=True) * hours


def _settle_credits(
    arrays: dict[str, np.ndarray], scenario: xr.Dataset, at: Structure, labels: Mapping[str, list[object]]
) -> None:
    """Raise every credit to what it may be, so that net accounts are unique where nothing makes the solver do so.

    Only accounts that no floor and no negative price looks at are raised: there it could cost something.
    """
    place = {e: i for i, e in enumerate(labels[ACCOUNT])}
    accounts, credit = arrays["account"], arrays["credit"]
    guarded = {at.target_account[t] for t in at.floors} | {
        str(e) for e, row in zip(labels[ACCOUNT], scenario["account_price"].values, strict=True) if (row < 0).any()
    }
    used = {str(f) for parts in at.parts.values() for f in parts} | {f for _, f in at.credits}
    for e, f in at.credits:
        if e in guarded or e in used:
            continue
        i, j = place[e], place[f]
        most = np.minimum(scenario["credit_share"].values[i, j] * accounts[j], scenario["most_credit"].values[i, j])
        raised = np.maximum(most - credit[i, j], 0.0)
        credit[i, j] += raised
        accounts[i] -= raised


def _settle_excess(
    arrays: dict[str, np.ndarray], scenario: xr.Dataset, at: Structure, labels: Mapping[str, list[object]]
) -> None:
    """Excess is what is missed and no more: a free variable of a target that costs nothing says nothing."""
    place = {t: i for i, t in enumerate(labels[TARGET])}
    year = {y: i for i, y in enumerate(labels[YEAR])}
    account = {e: i for i, e in enumerate(labels[ACCOUNT])}
    cap = scenario["cap"].values
    for t in at.soft:
        i, values = place[t], arrays["account"][account[at.target_account[t]]]
        sign = -1.0 if t in at.floors else 1.0
        if t in at.yearly_targets:
            held = [year[y] for y in at.yearly_targets[t]]
            arrays["excess"][i, held] = np.maximum(sign * (values[held] - cap[i, held]), 0.0)
        else:
            held = [year[y] for y in at.total_targets[t]]
            total = float(sum(at.lengths[y] * values[year[y]] for y in at.total_targets[t]))
            arrays["excess_total"][i] = max(sign * (total - cap[i, held[0]]), 0.0)


def _price_targets(
    program: SparseProgram,
    solution: Solution,
    coefficients: Mapping[str, Coefficient],
    labels: Mapping[str, list[object]],
) -> dict[str, np.ndarray]:
    """What relaxing each cap by one unit saves: in money of the first year, and in money of the year itself.

    A cumulative target has one price; it stands in the last year of its span. Relaxing a rule never costs, so the
    size of its dual is what is saved, whichever way round Pyomo wrote the row.
    """
    shape = (len(labels[TARGET]), len(labels[YEAR]))
    saved, marginal = np.zeros(shape), np.zeros(shape)
    if not len(solution.row_duals):
        return {"shadow_price": np.full(shape, np.nan), "marginal_cost": np.full(shape, np.nan)}
    place = {t: i for i, t in enumerate(labels[TARGET])}
    year = {y: i for i, y in enumerate(labels[YEAR])}
    at = program.structure
    discount = coefficients["unit_discount"].values
    for row, label in enumerate(program.row_labels):
        if label.family not in ("target", "target_total"):
            continue
        t = label.index[0]
        y = label.index[1] if label.family == "target" else at.total_targets[t][-1]
        price = abs(solution.row_duals[row])
        saved[place[t], year[y]] = price
        weight = discount[year[y]] if label.family == "target" else 1.0
        marginal[place[t], year[y]] = price / weight
    return {"shadow_price": saved, "marginal_cost": marginal}


def _is_fractional(program: SparseProgram, solution: Solution) -> bool:
    whole = solution.columns[np.flatnonzero(program.integrality)]
    return bool(np.abs(whole - np.round(whole)).max(initial=0.0) > 1e-6)
