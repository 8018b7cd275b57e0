"""Which numbers of money enter the program: outlays by owner, grants, loan schedules, cash of operation."""

from __future__ import annotations

import numpy as np
import xarray as xr

from model.coefficient import Coefficient
from model.structure import WHOLE_YEAR
from scenarios.cash import (
    earn_activity,
    find_taxer,
    price_use,
    share_grants,
    tax_activity,
    trade_prices,
    traders,
)
from scenarios.loans import loan_schedules
from scenarios.money import capital_discount, end_discount, operation_discount, outlay_shares, salvage_worth
from scenarios.terms import ACTOR, COMMODITY, INSTRUMENT, SLICE, TECHNOLOGY, YEAR

HOURS_OF_YEAR = 8760.0
SHARE = "share"
"""Label of a pair of grant and technology for which there is a share."""


class _Makers:
    """A scenario's labels and the factors that all coefficients of money share."""

    def __init__(self, scenario: xr.Dataset) -> None:
        self.scenario = scenario
        self.labels: dict[str, tuple[object, ...]] = {
            dim: tuple(scenario[dim].values.tolist()) for dim in (ACTOR, COMMODITY, INSTRUMENT, SLICE, TECHNOLOGY, YEAR)
        }
        self.labels["slot"] = (*self.labels[SLICE], WHOLE_YEAR)
        self.owned = scenario["owned"].values
        self.part = share_grants(scenario)
        self.shares = np.nonzero(scenario["grant_share"].values > 0)
        self.labels[SHARE] = tuple(
            (self.labels[INSTRUMENT][i], self.labels[TECHNOLOGY][k]) for i, k in zip(*self.shares, strict=True)
        )
        self.outlay = outlay_shares(scenario).values
        self.capex = scenario["capex"].values
        self.discount = capital_discount(scenario).values

    def of_shares(self, falls: np.ndarray) -> np.ndarray:
        """Grant of each actor per krona claimed (share, actor, start, year); `falls` (technology, start, year)."""
        i, k = self.shares
        granted = self.scenario["grant_share"].values[i, k, None] * self.part[i, k]
        return np.asarray(np.einsum("pa,pvy->pavy", granted, falls[k]))

    def make(self, dims: tuple[str, ...], values: np.ndarray) -> Coefficient:
        return Coefficient(dims, tuple(self.labels[dim] for dim in dims), np.asarray(values, dtype=float))

    def per_slot(self, by_slice: np.ndarray, over_year: np.ndarray, axis: int) -> np.ndarray:
        return np.concatenate([by_slice, np.expand_dims(over_year, axis)], axis=axis)


def measure_finance(scenario: xr.Dataset) -> dict[str, Coefficient]:
    """All coefficients of money of a scenario with actors; none of one without."""
    if not scenario.sizes[ACTOR]:
        return {}
    makers = _Makers(scenario)
    return {**_measure_outlays(makers), **_measure_debts(makers), **_measure_limits(makers), **_measure_cash(makers)}


def _measure_outlays(m: _Makers) -> dict[str, Coefficient]:
    """`spend`: outlay of an owner per unit begun; `receive`: grant per krona claimed; what can be claimed."""
    s = m.scenario
    share = s["grant_share"].values
    eligible = s["eligible"].values
    part = np.einsum("ia,ka->ik", eligible, m.owned)
    paid = np.einsum("kvy,y->kv", m.outlay, m.discount)
    spend = np.einsum("ka,kvy,kv->akvy", m.owned, m.outlay, m.capex)
    return {
        "spend": m.make((ACTOR, TECHNOLOGY, YEAR, YEAR), spend),
        "grant_share": m.make((INSTRUMENT, TECHNOLOGY), share),
        "claimable": m.make((TECHNOLOGY, YEAR), m.capex),
        "claimable_owned": m.make((INSTRUMENT, TECHNOLOGY, YEAR), part[:, :, None] * m.capex[None]),
        "owned": m.make((TECHNOLOGY, ACTOR), m.owned),
        "outlay": m.make((TECHNOLOGY, YEAR, YEAR), m.outlay),
        "spend_gross": m.make((ACTOR, TECHNOLOGY, YEAR, YEAR), np.maximum(spend, 0.0)),
        "receive": m.make((SHARE, ACTOR, YEAR, YEAR), m.of_shares(m.outlay)),
        "grant_value": m.make((INSTRUMENT, TECHNOLOGY, YEAR), share[:, :, None] * paid[None]),
    }


def _measure_debts(m: _Makers) -> dict[str, Coefficient]:
    """Schedules of a krona drawn, and its cost in the end: `sum d_cap (repayment + interest) + terminal - d_cap`."""
    loans = loan_schedules(m.scenario)
    service = loans.repayment + loans.interest
    end = end_discount(m.scenario)
    cost = np.einsum("iuy,y->iu", service, m.discount) + loans.terminal * end - m.discount
    schedule = (INSTRUMENT, YEAR, YEAR)
    return {
        "balance": m.make(schedule, loans.balance),
        "interest": m.make(schedule, loans.interest / m.scenario["length"].values),
        "debt_cost": m.make((INSTRUMENT, YEAR), cost),
    }


def _measure_limits(m: _Makers) -> dict[str, Coefficient]:
    """Limits of a plan year: rates times its length."""
    s = m.scenario
    length = s["length"].values
    taxes = s["taxes_and_grants"].values
    with np.errstate(invalid="ignore"):
        by_share = np.where(np.isinf(s["debt_ceiling"].values), np.inf, s["debt_ceiling"].values * taxes)
        needed = np.where(np.isinf(s["least_result"].values), -np.inf, s["least_result"].values * taxes)
    ceiling = np.minimum(by_share, s["debt_ceiling_amount"].values)
    life = s["life"].values
    serving = measure_serving(s)
    worn = np.einsum("ka,kvy,k->akvy", m.owned, serving, 1.0 / life)
    return {
        "most_draw": m.make((INSTRUMENT, YEAR), s["most_draw"].values * length),
        "least_issue": m.make((INSTRUMENT,), s["least_issue"].values),
        "pool": m.make((INSTRUMENT, YEAR), s["pool"].values * length),
        "most_per_project": m.make((INSTRUMENT,), s["most_per_project"].values),
        "own_funds": m.make((ACTOR, YEAR), s["own_funds"].values * length),
        "frame": m.make((ACTOR, YEAR), s["frame"].values * length),
        "outlay_step": m.make((ACTOR, YEAR), s["outlay_step"].values),
        "debt_room": m.make((ACTOR, YEAR), ceiling - s["standing_debt"].values),
        "result_room": m.make((ACTOR, YEAR), s["planned_result"].values - s["reference_operating"].values - needed),
        "wear": m.make((ACTOR, TECHNOLOGY, YEAR, YEAR), worn * m.capex[None, :, :, None]),
        "wear_granted": m.make((SHARE, ACTOR, YEAR, YEAR), m.of_shares(serving / life[:, None, None])),
        **{name: Coefficient((), (), np.asarray(np.inf)) for name in ("most_cost", "most_finance", "most_cash")},
    }


def measure_serving(scenario: xr.Dataset) -> np.ndarray:
    """Share of each plan year in which a vintage serves (technology, vintage, year), by its life alone."""
    years, length = scenario[YEAR].values.astype(float), scenario["length"].values
    wait = scenario["lead_time"].values + scenario["start_delay"].values
    begin = (years + wait[:, None])[:, :, None]
    end = begin + scenario["life"].values[:, None, None]
    return np.asarray(np.clip(np.minimum(years + length, end) - np.maximum(years, begin), 0.0, None) / length)


def _measure_cash(m: _Makers) -> dict[str, Coefficient]:
    """Operating cash of an actor per unit of each decision, and of demand; see docs/finance.md."""
    s = m.scenario
    per_slice = (s["technology_resolution"].values == SLICE)[:, None, None]
    by_profile = np.where(per_slice, 1.0, s["activity_profile"].values)
    taxer = find_taxer(s)
    by_slice = np.einsum("ka,ksy->aksy", m.owned, earn_activity(s)) + np.einsum("a,ksy->aksy", taxer, tax_activity(s))
    by_slice = by_slice * by_profile[None]
    hours = s["hours"].values / HOURS_OF_YEAR
    tau, (buying, selling), trades = price_use(s), trade_prices(s), traders(s)
    bought = np.einsum("ca,csy->acsy", trades, tau - buying)
    sold = np.einsum("ca,csy->acsy", trades, selling - tau)
    demand = s["demand"].values[:, None, :] * s["demand_profile"].values
    slot_of_commodity = (ACTOR, COMMODITY, "slot", YEAR)
    worth = salvage_worth(s).values * end_discount(s) * m.capex
    return {
        "cash_activity": m.make((ACTOR, TECHNOLOGY, "slot", YEAR), m.per_slot(by_slice, by_slice.sum(axis=2), axis=2)),
        "cash_capacity": m.make((ACTOR, TECHNOLOGY, YEAR), -m.owned.T[:, :, None] * s["fixed_cost"].values[None]),
        "cash_purchase": m.make(slot_of_commodity, m.per_slot(bought, np.einsum("acsy,s->acy", bought, hours), 2)),
        "cash_sale": m.make(slot_of_commodity, m.per_slot(sold, np.einsum("acsy,s->acy", sold, hours), 2)),
        "cash_demand": m.make((ACTOR, YEAR), -np.einsum("ca,csy,csy->ay", trades, tau, demand)),
        "cash_discount": m.make((YEAR,), operation_discount(s).values),
        "capital_discount": m.make((YEAR,), m.discount),
        "kept_value": m.make((ACTOR, TECHNOLOGY, YEAR), np.einsum("ka,kv->akv", m.owned, worth)),
    }
