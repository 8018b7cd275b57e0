"""Who pays in one plan, fast: the cash and debt of every actor straight from arrays, the same as the accounts'.

`runners.accounts` explains a plan at length and at leisure; a sweep needs a few of its numbers for every scenario.
What depends on the scenario alone is reckoned once and kept for as long as the scenario's arrays are the same objects:
a scenario that changes prices pays for prices, and not for loans.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from runners.accounts.amounts import find_ends, gather_years, mean_draws, price_running, schedule_calendar
from runners.accounts.carrying import hold_savings, shift_planned
from runners.accounts.debt import measure_ceiling
from runners.accounts.key_figures import LEAST_INVESTED, measure_result_before
from runners.sweep_store.memory import Memory, take_array
from scenarios.arithmetic.actor_rates import discount_calendar, discount_capital, discount_end, discount_operation
from scenarios.arithmetic.books import charge_krona, charge_plan
from scenarios.arithmetic.cash import (
    find_taxer,
    operating_cash,
    price_use,
    share_grants,
    share_owners,
    trade_prices,
    traders,
)
from scenarios.arithmetic.charges import charge_activity, charge_payers, charge_standing
from scenarios.arithmetic.loans import loan_schedules
from scenarios.arithmetic.money import gather_calendar, outlay_calendar, outlay_shares
from scenarios.arithmetic.rooms import REFERENCES
from scenarios.arithmetic.standing import BUDGETED, follow_standing, name_budget
from scenarios.arithmetic.support import support_cash
from scenarios.arithmetic.vintages import RUN
from scenarios.arrays import Arrays, read_arrays
from scenarios.terms import ACTOR, COMMODITY, INSTRUMENT, SLICE, TECHNOLOGY, VINTAGE, YEAR

Floats = NDArray[np.float64]

FLOWS = ("operating", "support", "outlay", "grant", "draw", "repayment", "interest")
"""Cash of an actor in a plan year, received positive; their sum is `net`."""
FIGURES = ("need", "result", "self_financing", "margin", "finance_cost")
"""What finance asks of an actor in a plan year besides."""
PERCENT = 100.0
START_NUMBERS = (
    *("earliest_start", "latest_start", "length"),
    *("technology_status", "status_year", "project_size", "unit_size", "least_size"),
)
"""What says when that which is begun in a plan year starts."""
OUTLAY_NUMBERS = ("construction_years", "spending", *START_NUMBERS)
BOOK_NUMBERS = (
    *OUTLAY_NUMBERS,
    *("life", "survival", "depreciation_time", "lead_time", "start_delay", "inflation"),
)
CHARGED = (
    *("account_price", "account_payer", "share", "factor_activity", "counted_share"),
    *("factor_purchase", "factor_sale"),
)
"""What charges on activity and trade follow from."""
LOAN_NUMBERS = ("tenor", "grace", "rate", "inflation", "instrument_kind", "instrument_repayment", "instrument_basis")
STANDING_NUMBERS = (*BUDGETED, *map(name_budget, BUDGETED), "loss_borrowed", "planned_result", "inflation")
"""What the debt and the result without the plan follow from."""


@dataclass(frozen=True)
class Loans:
    """What a krona drawn in each plan year leaves in each (instrument, drawn, year), in money of the price year."""

    repayment: Floats
    interest: Floats
    closing: Floats
    terminal: Floats


@dataclass(frozen=True)
class Uses:
    """The flows that there are: pairs of technology and commodity, in order of technology.

    `starts` is where each of `users` begins among the pairs; `flow` (pair, slice, year).
    """

    users: NDArray[np.intp]
    starts: NDArray[np.intp]
    commodity: NDArray[np.intp]
    flow: Floats


def spend_outlays(memory: Memory, scenario: xr.Dataset, plan: xr.Dataset) -> Floats:
    """Real money spent on each technology in each year (technology, year).

    sum_v outlay[k,v,y] (capex[k,v] build[k,v] + project_cost[k,v] begin[k,v])
    """
    begun = _begin(scenario, plan)
    return np.asarray(np.matmul(begun[:, None, :], _share_outlays(memory, scenario))[:, 0, :])


def _begin(scenario: xr.Dataset, plan: xr.Dataset) -> Floats:
    """Real money of what is begun (technology, vintage): what `scenarios.arithmetic.money.begin_investments` says."""
    begun = scenario.variables["capex"].values * take_array(plan, "build", TECHNOLOGY, VINTAGE)
    sums = scenario.variables["project_cost"].values
    return begun + sums * take_array(plan, "begin", TECHNOLOGY, VINTAGE) if sums.any() else begun


def reckon_cash(
    memory: Memory, scenario: xr.Dataset, plan: xr.Dataset, spent: Floats, known: Arrays | None = None
) -> tuple[Floats, Floats]:
    """Cash of every actor (item of `FLOWS`, actor, year) and its net debt (actor, year), in MSEK of the price year.

    Cash is over the calendar years that a plan year stands for, received positive; debt stands at the plan year's end.

    Args:
        memory: of this family of scenarios.
        scenario: with at least one actor.
        plan: of the scenario.
        spent: on each technology (technology, year), of `spend_outlays`.
        known: arrays of the scenario, with what was reckoned of them.
    """
    loans = memory.recall(scenario, LOAN_NUMBERS, lambda: _schedule_loans(scenario))
    draw = take_array(plan, "draw", INSTRUMENT, ACTOR, YEAR)
    owned = _share_owners(memory, scenario)
    cash = np.stack(
        [
            _operate(memory, scenario, plan, owned, known) * scenario.variables["length"].values,
            support_cash(known or scenario, plan) * scenario.variables["length"].values,
            -(owned.T @ spent),
            _grant(memory, scenario, plan, _share_outlays(memory, scenario)),
            draw.sum(axis=0),
            -_follow(draw, loans.repayment),
            -_follow(draw, loans.interest),
        ]
    )
    owed = _find_standing(memory, scenario) + _follow(draw, loans.closing)
    return cash, owed - hold_savings(scenario, plan).real


def reckon_figures(memory: Memory, scenario: xr.Dataset, plan: xr.Dataset, cash: Floats, net_debt: Floats) -> Floats:
    """What finance asks of every actor and year (figure of `FIGURES`, actor, year): the numbers of `key_figures`.

    `need`, `result` a calendar year; `self_financing` in percent; `margin` to the ceiling at the year's end;
    `finance_cost` in present value: loans, grants and support of the year, and in the last one what is owed after it.

    Args:
        memory: of this family of scenarios.
        scenario: with at least one actor.
        plan: of the scenario.
        cash: of `reckon_cash`.
        net_debt: likewise.
    """
    flows = dict(zip(FLOWS, cash, strict=True))
    length = scenario.variables["length"].values
    need = -(flows["outlay"] + flows["grant"]) / length
    result, depreciation, investment, ceiling = _stand_without(memory, scenario)
    written = _depreciate(memory, scenario, plan) / length
    before = take_array(scenario, "reference_operating", ACTOR, YEAR)
    running, interest = (flows["operating"] + flows["support"]) / length, flows["interest"] / length
    earned = result + running - before - written + interest
    invested = investment + need - shift_planned(scenario, plan) / length
    some = invested > LEAST_INVESTED
    kept = PERCENT * (depreciation + written + earned) / np.where(some, invested, 1.0)
    lent = flows["draw"] + flows["repayment"] + flows["interest"]
    d_cap, d_op, d_end = memory.recall(scenario, ("discount_rate", "own_rate", "length"), lambda: _discount(scenario))
    finance = -lent * d_cap - flows["support"] / length * d_op
    finance -= _value_grants(memory, scenario, plan)
    loans = memory.recall(scenario, LOAN_NUMBERS, lambda: _schedule_loans(scenario))
    owed = np.einsum("iu,iau->a", loans.terminal, take_array(plan, "draw", INSTRUMENT, ACTOR, YEAR))
    finance[:, -1] += owed * d_end
    return np.stack([need, earned, np.where(some, kept, np.nan), ceiling - net_debt, finance])


def _discount(scenario: xr.Dataset) -> tuple[Floats, Floats, Floats]:
    """Factors of money spent on building and of a year's operation (actor, year), and of what is left (actor)."""
    given = read_arrays(scenario)
    return discount_capital(given), discount_operation(given), discount_end(given)


def _stand_without(memory: Memory, scenario: xr.Dataset) -> tuple[Floats, Floats, Floats, Floats]:
    """Result before operation, depreciation, investment and ceiling without the plan (actor, year), by the accounts."""
    names = memory.recall(scenario, (), lambda: name_finances(scenario))

    def stand() -> tuple[Floats, Floats, Floats, Floats]:
        length = scenario.variables["length"].values
        return (
            measure_result_before(scenario).real,
            price_running(scenario, scenario.variables["planned_depreciation"].values).real / length,
            price_running(scenario, scenario.variables["planned_outlay"].values).real / length,
            measure_ceiling(scenario).real,
        )

    return memory.recall(scenario, names, stand)


def name_finances(scenario: xr.Dataset) -> tuple[str, ...]:
    """Every number of actors, instruments and years; what doing nothing earns is counted by itself."""
    dims = {ACTOR, INSTRUMENT, YEAR}
    found = [str(name) for name, values in scenario.data_vars.items() if values.dims and set(values.dims) <= dims]
    return tuple(name for name in found if name not in REFERENCES)


def _depreciate(memory: Memory, scenario: xr.Dataset, plan: xr.Dataset) -> Floats:
    """Depreciation and what is written off, less grants released, over each plan year (actor, year)."""
    length = scenario.variables["length"].values
    if take_array(plan, "retired", TECHNOLOGY, VINTAGE, YEAR).any():
        return np.asarray(charge_plan(scenario, plan) * length)
    krona = memory.recall(scenario, BOOK_NUMBERS, lambda: charge_krona(read_arrays(scenario)).wear * length)
    begun = _begin(scenario, plan)
    written = _share_owners(memory, scenario).T @ np.matmul(begun[:, None, :], krona)[:, 0, :]
    return np.asarray(written - _grant(memory, scenario, plan, krona))


def _operate(memory: Memory, scenario: xr.Dataset, plan: xr.Dataset, owned: Floats, known: Arrays | None) -> Floats:
    """Operating cash a calendar year (actor, year): what `scenarios.arithmetic.cash.operating_cash` says."""
    if RUN in plan.variables:  # what a unit of activity brings hangs on the plan, and is kept for none
        return operating_cash(known or scenario, plan)
    activity = take_array(plan, "activity", TECHNOLOGY, SLICE, YEAR)
    earned = (_earn(memory, scenario) * activity).sum(axis=1)
    upkeep = scenario.variables["fixed_cost"].values * take_array(plan, "capacity", TECHNOLOGY, YEAR)
    taxed = (_tax(memory, scenario) * activity).sum(axis=(0, 1))
    trading, taxer = memory.recall(
        scenario, ("commodity_trader", f"{ACTOR}_kind"), lambda: (traders(scenario), find_taxer(scenario))
    )
    traded = trading.T @ _trade(memory, scenario, plan)
    cash = np.asarray(owned.T @ (earned - upkeep) + traded + np.outer(taxer, taxed))
    return cash - _charge(scenario, plan, owned) if (scenario.variables["account_payer"].values != "").any() else cash


def _charge(scenario: xr.Dataset, plan: xr.Dataset, owned: Floats) -> Floats:
    """Charges on what stands and begins, and on whole accounts (actor, year)."""
    return np.asarray(owned.T @ charge_standing(scenario, plan) + charge_payers(scenario, plan))


def _trade(memory: Memory, scenario: xr.Dataset, plan: xr.Dataset) -> Floats:
    """Cash from trade and demand (commodity, year)."""
    price, buying, selling = _price(memory, scenario)
    purchase, sale = (take_array(plan, name, COMMODITY, SLICE, YEAR) for name in ("purchase", "sale"))
    demand = memory.recall(
        scenario,
        ("demand", "demand_profile"),
        lambda: scenario.variables["demand"].values[:, None, :] * scenario.variables["demand_profile"].values,
    )
    return np.asarray(((price - buying) * purchase + (selling - price) * sale - price * demand).sum(axis=1))


def _price(memory: Memory, scenario: xr.Dataset) -> tuple[Floats, Floats, Floats]:
    """What users pay, what purchase costs and what sale brings (commodity, slice, year)."""
    names = ("tariff", "purchase_price", "sale_price", "hours", *CHARGED)
    bare = read_arrays(scenario)
    return memory.recall(scenario, names, lambda: (price_use(bare), *trade_prices(bare)))


def _earn(memory: Memory, scenario: xr.Dataset) -> Floats:
    """What `scenarios.arithmetic.cash.earn_activity` says (technology, slice, year), over the flows that there are."""
    names = ("tariff", "purchase_price", "sale_price", "hours", "flow", "energy_tax", "variable_cost", *CHARGED)

    def earn() -> Floats:
        price, uses = _price(memory, scenario)[0], _find_uses(memory, scenario)
        sold = _sum_uses(scenario, uses, price[uses.commodity] * uses.flow)
        running = scenario.variables["variable_cost"].values + charge_activity(scenario)
        return np.asarray(sold - _tax(memory, scenario) - running[:, None, :])

    return memory.recall(scenario, names, earn)


def _tax(memory: Memory, scenario: xr.Dataset) -> Floats:
    """What `scenarios.arithmetic.cash.tax_activity` says (technology, slice, year), over the flows that there are."""

    def tax() -> Floats:
        uses = _find_uses(memory, scenario)
        rates = scenario.variables["energy_tax"].values[uses.commodity]
        return _sum_uses(scenario, uses, rates[:, None, :] * np.maximum(-uses.flow, 0.0))

    return memory.recall(scenario, ("flow", "energy_tax"), tax)


def _sum_uses(scenario: xr.Dataset, uses: Uses, amounts: Floats) -> Floats:
    """Amounts of pairs (pair, slice, year) summed by technology."""
    total = np.zeros((scenario.sizes[TECHNOLOGY], scenario.sizes[SLICE], scenario.sizes[YEAR]))
    if len(uses.users):
        total[uses.users] = np.add.reduceat(amounts, uses.starts, axis=0)
    return total


def _find_uses(memory: Memory, scenario: xr.Dataset) -> Uses:
    return memory.recall(scenario, ("flow",), lambda: _list_uses(scenario))


def _list_uses(scenario: xr.Dataset) -> Uses:
    flow = take_array(scenario, "flow", TECHNOLOGY, COMMODITY, SLICE, YEAR)
    technology, commodity = np.nonzero(flow.any(axis=(2, 3)))
    users, starts = np.unique(technology, return_index=True)
    return Uses(users, starts, commodity, flow[technology, commodity])


def _grant(memory: Memory, scenario: xr.Dataset, plan: xr.Dataset, shares: Floats) -> Floats:
    """Grants (actor, year), in parts of what is claimed by `shares` (technology, vintage, year).

    sum_{i,k,v} received[i,k,a] grant_share[i,k] share[k,v,y] claimed[i,k,v]: received where shares are outlays'
    """
    claimed = take_array(plan, "claimed", INSTRUMENT, TECHNOLOGY, VINTAGE)
    grants = np.flatnonzero(claimed.any(axis=(1, 2)))
    total, received = np.zeros((scenario.sizes[ACTOR], scenario.sizes[YEAR])), _receive_grants(memory, scenario)
    for i in grants.tolist():
        total += received[i].T @ np.matmul(claimed[i][:, None, :], shares)[:, 0, :]
    return total


def _value_grants(memory: Memory, scenario: xr.Dataset, plan: xr.Dataset) -> Floats:
    """Present value of grants, each actor's at its rate, by the plan year in which they are paid (actor, year)."""

    def value() -> Floats:
        given = read_arrays(scenario)
        worth = np.einsum("kvt,at->kavt", outlay_calendar(given), discount_calendar(given))
        return gather_calendar(given, worth)

    claimed = take_array(plan, "claimed", INSTRUMENT, TECHNOLOGY, VINTAGE)
    total, received = np.zeros((scenario.sizes[ACTOR], scenario.sizes[YEAR])), _receive_grants(memory, scenario)
    worth = memory.recall(scenario, (*OUTLAY_NUMBERS, "discount_rate", "own_rate"), value)
    for i, k in np.argwhere(claimed.any(axis=2)).tolist():
        total += received[i, k][:, None] * (claimed[i, k] @ worth[k])
    return total


def _receive_grants(memory: Memory, scenario: xr.Dataset) -> Floats:
    """Grant to each actor per krona claimed (instrument, technology, actor)."""
    return memory.recall(
        scenario,
        ("owned", "eligible", "grant_share"),
        lambda: share_grants(read_arrays(scenario)) * scenario.variables["grant_share"].values[:, :, None],
    )


def _share_outlays(memory: Memory, scenario: xr.Dataset) -> Floats:
    """`scenarios.arithmetic.money.outlay_shares` (technology, vintage, year)."""
    return memory.recall(scenario, OUTLAY_NUMBERS, lambda: np.ascontiguousarray(outlay_shares(scenario)))


def _share_owners(memory: Memory, scenario: xr.Dataset) -> Floats:
    return memory.recall(scenario, ("owned", f"{TECHNOLOGY}_{ACTOR}"), lambda: share_owners(scenario))


def _find_standing(memory: Memory, scenario: xr.Dataset) -> Floats:
    """Debt without the plan (actor, year)."""
    return memory.recall(scenario, STANDING_NUMBERS, lambda: follow_standing(scenario).debt)


def _schedule_loans(scenario: xr.Dataset) -> Loans:
    """Loans by calendar year, as `runners.accounts.debt.follow_debt` has them, gathered into plan years."""
    single = bool((scenario.variables["length"].values == 1).all())  # each plan year is a calendar year already
    loans = loan_schedules(scenario) if single else schedule_calendar(scenario)
    return Loans(
        repayment=gather_years(scenario, mean_draws(scenario, loans.repayment)),
        interest=gather_years(scenario, mean_draws(scenario, loans.interest)),
        closing=mean_draws(scenario, loans.balance)[:, :, find_ends(scenario)],
        terminal=loan_schedules(scenario).terminal,
    )


def _follow(draw: Floats, krona: Floats) -> Floats:
    """What draws (instrument, actor, drawn) come to, by what a krona does (instrument, drawn, year): (actor, year)."""
    return np.asarray(np.matmul(draw, krona).sum(axis=0))
