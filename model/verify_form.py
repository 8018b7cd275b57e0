"""Is the plan one of this scenario at all: its labels, its numbers, and nothing decided that is no decision there?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import xarray as xr

from model.verify_actors import FINANCE_DECISIONS, admit_finance, has_actors
from model.verify_reading import POOL, Reading
from model.verify_terms import Array, Rule, at_most, equal, term
from scenarios.catalog import ACCOUNT, COMMODITY, PART, SLICE, TARGET, TECHNOLOGY, VINTAGE, YEAR

DECISIONS: Mapping[str, tuple[str, ...]] = {
    "build": (TECHNOLOGY, VINTAGE),
    "retired": (TECHNOLOGY, VINTAGE, YEAR),
    "scrapped": (TECHNOLOGY, YEAR),
    "capacity": (TECHNOLOGY, YEAR),
    "activity": (TECHNOLOGY, SLICE, YEAR),
    "purchase": (COMMODITY, SLICE, YEAR),
    "sale": (COMMODITY, SLICE, YEAR),
    "level": (COMMODITY, SLICE, YEAR),
    "units": (TECHNOLOGY, VINTAGE),
    "begin": (TECHNOLOGY, VINTAGE),
    "ever": (TECHNOLOGY,),
    "account_value": (ACCOUNT, YEAR),
    "credit": (ACCOUNT, PART, YEAR),
    "excess": (TARGET, YEAR),
    "excess_total": (TARGET,),
    "paid": (POOL, YEAR),
    "paid_total": (POOL,),
}
"""Every variable that the rules speak of in any plan, with its dimensions in their order."""

SIGNED = ("account_value", "own", "net_outlay", "operating")
SHARES = ("scrapped", "begin", "ever", "issue")
WHOLE = ("units", "begin", "ever", "issue")
EXACT = term(0.0)


def find_decisions(scenario: xr.Dataset) -> Mapping[str, tuple[str, ...]]:
    """Every variable that a plan of this scenario has: those of money only where there are actors."""
    return {**DECISIONS, **FINANCE_DECISIONS} if has_actors(scenario) else DECISIONS


def find_missing_labels(scenario: xr.Dataset, dataset: xr.Dataset) -> Iterator[tuple[str, str]]:
    """Variable and dimension, wherever the plan lacks one or its labels are not the scenario's, in order."""
    for name, dims in find_decisions(scenario).items():
        if name not in dataset or dataset[name].dims != dims:
            yield name, ", ".join(dims)
            continue
        for dim in dims:
            if dim not in dataset.coords or not _fits_labels(scenario, dataset, dim):
                yield name, dim


def _fits_labels(scenario: xr.Dataset, dataset: xr.Dataset, dim: str) -> bool:
    """The scenario's labels in its order; for pools, every pool that a priced target pays into."""
    if dim == POOL:
        priced = scenario["target_mode"].values == "priced"
        return set(map(str, scenario["target_pool"].values[priced])) <= set(map(str, dataset[POOL].values))
    return bool(np.array_equal(dataset[dim].values, scenario[dim].values))


def check_numbers(read: Reading) -> Iterator[Rule]:
    """`finite`: every number of the plan is one. The other rules wait until they all are."""
    for name, dims in find_decisions(read.scenario).items():
        bad = ~np.isfinite(getattr(read.plan, name))
        yield equal("finite", dims, "1", term(bad), EXACT, decision=name)


def check_form(read: Reading) -> Iterator[Rule]:
    """Rules about one variable at a time.

    nonnegative   every decision but an account and the money that goes both ways is at least zero
    most_one      scrapped, begin, ever, issue <= 1
    whole         units, begin, ever, issue are whole numbers (unless the plan is one of the relaxed program)
    exists        what is no decision of this scenario is zero: no trade without a price, nothing built that may not be
    """
    admitted = _admit_decisions(read) | (admit_finance(read) if has_actors(read.scenario) else {})
    for name, dims in find_decisions(read.scenario).items():
        values, unit = getattr(read.plan, name), find_unit(read, name)
        if name not in SIGNED:
            yield at_most("nonnegative", dims, unit, EXACT, term(values), decision=name)
        if name in SHARES:
            yield at_most("most_one", dims, unit, term(values), term(1.0), decision=name)
        if name in WHOLE and not read.relaxed:
            yield equal("whole", dims, unit, term(values - np.rint(values)), EXACT, decision=name)
        if name in admitted:
            absent = ~np.broadcast_to(admitted[name], values.shape)
            yield equal("exists", dims, unit, term(values), EXACT, stands=absent, decision=name)


def find_unit(read: Reading, decision: str) -> str | Array:
    """The unit of a decision, one for all or one per label of its first dimension."""
    given = read.given
    if decision in ("scrapped", *WHOLE):
        return "1"
    if decision == "activity":
        return given.technology_activity_unit
    if decision in FINANCE_DECISIONS:
        return str(read.scenario.attrs["money"])
    first = DECISIONS[decision][0]
    if first == POOL:
        return np.array([_unit_of_pool(read, str(q)) for q in read.plan.pool])
    return {
        TECHNOLOGY: given.technology_capacity_unit,
        COMMODITY: given.commodity_unit,
        ACCOUNT: given.account_unit,
        TARGET: find_target_unit(read),
    }[first]


def find_target_unit(read: Reading) -> Array:
    """The unit of the account of each target, (target)."""
    return np.asarray(read.given.account_unit[find_target_account(read)])


def find_target_account(read: Reading) -> Array:
    """Position of the account on which each target is set, (target)."""
    position = {str(e): i for i, e in enumerate(read.given.account)}
    return np.array([position[str(e)] for e in read.given.target_account], dtype=int)


def _unit_of_pool(read: Reading, pool: str) -> str:
    units = find_target_unit(read)[read.given.target_pool == pool]
    return str(units[0]) if units.size else ""


def _admit_decisions(read: Reading) -> dict[str, Array]:
    """For whom each decision exists; account and activity exist for all."""
    given = read.given
    served = given.vintage[:, None] <= given.year
    stock = read.retirable & (given.existing > 0).any(1)
    soft_years = read.held & (read.soft & ~read.cumulative)[:, None]
    pays_yearly = read.payers & ~read.cumulative[:, None]
    pays_total = read.payers & read.cumulative[:, None]
    return {
        "build": read.buildable[:, None],
        "retired": (read.buildable & read.retirable)[:, None, None] & served,
        "scrapped": stock[:, None],
        "capacity": read.hosts[:, None],
        "purchase": _admit_trade(read, given.purchase_price),
        "sale": _admit_trade(read, given.sale_price),
        "level": read.stored[:, None, None],
        "units": read.lumpy[:, None],
        "begin": read.switched[:, None],
        "ever": read.exclusive,
        "credit": given.credit_share > 0,
        "excess": soft_years,
        "excess_total": read.soft & read.cumulative & read.held.any(1),
        "paid": np.einsum("tq,ty->qy", pays_yearly, read.held),
        "paid_total": pays_total.any(0),
    }


def _admit_trade(read: Reading, price: Array) -> Array:
    """A price in the slice, or in the year where the commodity is balanced over it."""
    priced = ~np.isnan(price)
    return np.where(read.in_slices[:, None, None], priced, priced.any(1, keepdims=True))
