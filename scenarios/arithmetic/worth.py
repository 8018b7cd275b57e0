"""What a plan is worth to each actor in money alone, at the actor's own rate: against this, losses are measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from scenarios.arithmetic.actor_rates import discount_capital, discount_end, discount_operation, value_outlays
from scenarios.arithmetic.cash import share_grants, share_owners
from scenarios.arithmetic.loans import loan_schedules
from scenarios.arithmetic.money import begin_investments, salvage_worth
from scenarios.arithmetic.support import running_cash
from scenarios.arrays import Scenario, read_arrays
from scenarios.terms import ACTOR, INSTRUMENT, TECHNOLOGY, VINTAGE, YEAR

if TYPE_CHECKING:
    import xarray as xr


def value_cash(scenario: Scenario, plan: xr.Dataset) -> NDArray[np.float64]:
    """Net present value of each actor's cash (actor), what is left of investments and owed at the end included.

    sum_y D_op (operating + support) + d_cap (draw - repayment - interest) + sum_t d_t (grant - outlay)
      + d_end (what is left - what is owed)
    """
    given = read_arrays(scenario)
    d_cap, d_op, d_end = discount_capital(given), discount_operation(given), discount_end(given)
    invested, paid, owned = begin_investments(given, plan), value_outlays(given), share_owners(given)
    retired = plan.variables["retired"].transpose(TECHNOLOGY, VINTAGE, YEAR).values[:, :, -1]
    left = ((invested - given["capex"] * retired) * salvage_worth(given)).sum(axis=1)
    spent = np.einsum("ka,kv,akv->a", owned, invested, paid)
    claimed = plan.variables["claimed"].transpose(INSTRUMENT, TECHNOLOGY, VINTAGE).values
    granted = np.einsum("ika,ik,ikv,akv->a", share_grants(given), given["grant_share"], claimed, paid)
    draw, loans = plan.variables["draw"].transpose(INSTRUMENT, ACTOR, YEAR).values, loan_schedules(given)
    paid_back = np.einsum("iuy,iau->ay", loans.repayment + loans.interest, draw)
    owed = np.einsum("iu,iau->a", loans.terminal, draw)
    running = running_cash(scenario, plan)
    flows = running * d_op + (draw.sum(axis=0) - paid_back) * d_cap
    return np.asarray(flows.sum(axis=1) + granted - spent + (left @ owned - owed) * d_end)
