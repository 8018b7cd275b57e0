"""What comes in and goes out of each actor's hands, year by year, and what it is worth today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from runners.accounts.amounts import Floats, Money, gather_years, list_rows, price_paid, price_running, put_at_end
from runners.accounts.debt import DRAW, INTEREST, REPAYMENT, follow_debt, owe_at_end
from runners.accounts.outlays import keep_worth, pay_actors, receive_actors
from scenarios.arithmetic.actor_rates import (
    OWN_RATE,
    discount_calendar,
    discount_capital,
    discount_end,
    discount_operation,
)
from scenarios.arithmetic.cash import operating_cash, share_owners
from scenarios.arithmetic.support import support_cash
from scenarios.arrays import Arrays, read_arrays, remember_of_plan

if TYPE_CHECKING:
    import xarray as xr

OPERATING, SUPPORT, OUTLAY, GRANT, NET = "operating", "support", "outlay", "grant", "net"
RESIDUAL_VALUE, DEBT_LEFT = "residual_value", "debt_left"
FLOWS = (OPERATING, SUPPORT, OUTLAY, GRANT, DRAW, REPAYMENT, INTEREST)
"""Items whose sum is `net`: what an actor receives is positive, what it pays negative."""
ENDS = (RESIDUAL_VALUE, DEBT_LEFT)
"""What is left when the horizon has ended: no cash, but part of the present value."""

AT_SOCIETY = -1
"""The version of the actors' rates where none has its own: no scenario's, which are counted from nothing."""


@dataclass(frozen=True)
class Flow:
    """One item of cash by actor and year: the money, and its present value at the actor's rate."""

    money: Money
    present: Floats


def trace_cash(scenario: xr.Dataset, plan: xr.Dataset, *, social: bool = False) -> dict[str, Flow]:
    """Every item of `FLOWS`, their sum `net`, and `ENDS`: signed money (actor, year) and its present value.

    Operation and support count in every calendar year that a plan year stands for and are discounted in each, `D_op`,
    and what is built in the years in which it is paid; what is drawn and repaid by `d_cap`, as in the plan's own cost.
    Each actor's money at its own rate; `social`: at society's.
    """
    given = _count_at_society(read_arrays(scenario)) if social else read_arrays(scenario)
    running = {OPERATING: operating_cash(scenario, plan), SUPPORT: support_cash(scenario, plan)}
    debt = follow_debt(scenario, plan)
    d_cap, d_op, d_end = discount_capital(given), discount_operation(given), discount_end(given)
    decided = {
        DRAW: debt[DRAW].over(0),
        REPAYMENT: -debt[REPAYMENT].over(0),
        INTEREST: -debt[INTEREST].over(0),
    }
    flows = {item: Flow(price_running(scenario, rate), rate * d_op) for item, rate in running.items()}
    flows |= {item: Flow(money, money.real * d_cap) for item, money in decided.items()}
    paid = {OUTLAY: -pay_actors(scenario, plan), GRANT: receive_actors(scenario, plan).sum(axis=0)}
    for item, real in paid.items():
        flows[item] = Flow(price_paid(scenario, real), gather_years(scenario, real * discount_calendar(given)))
    left = {
        RESIDUAL_VALUE: put_at_end(scenario, share_owners(scenario).T @ keep_worth(scenario, plan)),
        DEBT_LEFT: -put_at_end(scenario, owe_at_end(scenario, plan)),
    }
    flows[NET] = _add_flows([flows[item] for item in FLOWS])
    return flows | {item: Flow(money, money.real * d_end[:, None]) for item, money in left.items()}


def tabulate_cash_flow(scenario: xr.Dataset, plan: xr.Dataset, reference: xr.Dataset | None = None) -> pd.DataFrame:
    """The cash of each actor in each year.

    Columns: `plan/cash_flow` in the catalog of results.
    """
    flows = trace_cash(scenario, plan)
    before = {} if reference is None else trace_cash(scenario, reference)
    money = {item: flow.money for item, flow in flows.items()}
    last = np.arange(scenario.sizes["year"]) == scenario.sizes["year"] - 1
    for item in ENDS:
        money[item] = Money(np.where(last, money[item].real, np.nan), money[item].nominal)
    return list_rows(
        scenario,
        money,
        str(scenario.attrs["money"]),
        present_value={item: flow.present for item, flow in flows.items()},
        change={item: flows[item].money.real - flow.money.real for item, flow in before.items()},
        change_nominal={item: flows[item].money.nominal - flow.money.nominal for item, flow in before.items()},
        change_present_value={item: flows[item].present - flow.present for item, flow in before.items()},
    )


def value_actors(scenario: xr.Dataset, plan: xr.Dataset, *, social: bool = False) -> Floats:
    """Net present value of each actor's cash, with what is left when the horizon has ended (actor)."""
    return value_flows(trace_cash(scenario, plan, social=social))


def value_flows(flows: Mapping[str, Flow]) -> Floats:
    """Net present value of cash that was traced, with what is left when the horizon has ended (actor)."""
    return np.asarray(sum(flows[item].present for item in (NET, *ENDS)).sum(axis=1))  # type: ignore[union-attr]


def _count_at_society(given: Arrays) -> Arrays:
    """The arrays with no actor at a rate of its own."""
    nobody = np.full_like(given[OWN_RATE], np.nan)
    return given.change({OWN_RATE: nobody}, dict(sorted({**given.versions, OWN_RATE: AT_SOCIETY}.items())))


@remember_of_plan
def split_finance(scenario: xr.Dataset, plan: xr.Dataset) -> dict[str, float]:
    """Present cost of finance by what it is: `loans` (what they cost beyond what they bring), `grants`, `support`.

    All as costs: what grants and support bring is negative. They sum to the plan's finance_cost.
    """
    flows = trace_cash(scenario, plan)
    parts = {"loans": (DRAW, REPAYMENT, INTEREST, DEBT_LEFT), "grants": (GRANT,), "support": (SUPPORT,)}
    return {name: 0.0 - float(sum(flows[item].present.sum() for item in items)) for name, items in parts.items()}


def _add_flows(flows: list[Flow]) -> Flow:
    total = flows[0]
    for flow in flows[1:]:
        total = Flow(total.money + flow.money, total.present + flow.present)
    return total
