"""What each actor owes: how the plan's loans move, what stands beside them, and how far the ceiling is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from runners.accounts.amounts import (
    Floats,
    Money,
    find_ends,
    find_starts,
    gather_years,
    list_rows,
    mean_draws,
    price_decided,
    price_paid,
    price_standing,
    schedule_calendar,
)
from runners.accounts.carrying import hold_savings
from runners.accounts.outlays import draw_actors
from scenarios.arithmetic.loans import NOMINAL, index_prices, loan_schedules
from scenarios.arithmetic.rooms import measure_ceilings
from scenarios.arithmetic.standing import follow_standing, know_debts
from scenarios.arrays import remember_of_plan
from scenarios.terms import INSTRUMENT, YEAR

if TYPE_CHECKING:
    import xarray as xr

OPENING, DRAW, REPAYMENT, REVALUATION, CLOSING = "opening", "draw", "repayment", "revaluation", "closing"
INTEREST = "interest"
STANDING, STANDING_INTEREST, LOSS_INTEREST = "standing", "standing_interest", "loss_interest"
NET_DEBT, CEILING, MARGIN = "net_debt", "ceiling", "margin"
PERCENT, PER_INHABITANT = "percent_of_taxes_and_grants", "per_inhabitant"
THOUSAND = 1000.0


@remember_of_plan
def follow_debt(scenario: xr.Dataset, plan: xr.Dataset) -> dict[str, Money]:
    """How the plan's loans move, calendar year by calendar year, gathered into plan years (instrument, actor, year).

    opening + draw + revaluation - repayment = closing, in constant prices and in those of each year. A nominal loan
    is worth less in constant prices each year by inflation, a real one more in current prices: that is `revaluation`.
    `interest` is paid beside it.
    """
    prices = index_prices(scenario)[:-1]
    loans = schedule_calendar(scenario)
    drawn, starts = draw_actors(plan), find_starts(scenario)
    balance, repayment, interest = (
        np.einsum("iut,iau->iat", mean_draws(scenario, values), drawn)
        for values in (loans.balance, loans.repayment, loans.interest)
    )
    before = np.zeros_like(balance)
    before[..., 1:] = balance[..., :-1]
    level_before = np.append(prices[:1], prices[:-1])
    nominal = (scenario.variables["instrument_basis"].values == NOMINAL)[:, None, None]
    lost = np.where(nominal, before * (level_before / prices - 1.0), 0.0)
    gained = np.where(nominal, 0.0, before * (prices - level_before))

    def gather(real: Floats, money: Floats) -> Money:
        return Money(gather_years(scenario, real), gather_years(scenario, money))

    return {
        OPENING: Money(before[..., starts], (before * level_before)[..., starts]),
        DRAW: price_decided(scenario, drawn),
        REPAYMENT: gather(repayment, repayment * prices),
        REVALUATION: gather(lost, gained),
        CLOSING: Money(*(values[..., find_ends(scenario)] for values in (balance, balance * prices))),
        INTEREST: gather(interest, interest * prices),
    }


@remember_of_plan
def owe_at_end(scenario: xr.Dataset, plan: xr.Dataset) -> Floats:
    """Real money owed when the horizon has ended, with the interest then falling due (actor)."""
    return np.asarray(np.einsum("iu,iau->a", loan_schedules(scenario).terminal, draw_actors(plan)))


@remember_of_plan
def measure_loans(scenario: xr.Dataset, plan: xr.Dataset) -> Money:
    """What is owed of the plan's own loans at the end of each plan year (actor, year)."""
    return follow_debt(scenario, plan)[CLOSING].over(0)


@remember_of_plan
def measure_net_debt(scenario: xr.Dataset, plan: xr.Dataset) -> Money:
    """Debt without the plan and the plan's own, less savings, at the end of each plan year (actor, year)."""
    owed = price_standing(scenario, follow_standing(scenario).debt) + measure_loans(scenario, plan)
    return owed - hold_savings(scenario, plan)


def measure_ceiling(scenario: xr.Dataset) -> Money:
    """Most net debt (actor, year), NaN where there is no ceiling.

    min(debt_ceiling taxes_and_grants, debt_ceiling_amount)
    """
    least = measure_ceilings(scenario)
    return price_standing(scenario, np.where(np.isfinite(least), least, np.nan))


def tabulate_debt(scenario: xr.Dataset, plan: xr.Dataset, _reference: xr.Dataset | None = None) -> pd.DataFrame:
    """The debt of each actor in each year: the plan's loans, and net debt where that without the plan is known.

    Columns: `plan/debt` in the catalog of results.
    """
    moves = follow_debt(scenario, plan)
    used = np.flatnonzero(np.abs(moves[DRAW].real).sum(axis=(1, 2)) > 0)
    unit = str(scenario.attrs["money"])
    standing, known = follow_standing(scenario), know_debts(scenario)
    ceiling, net = measure_ceiling(scenario), measure_net_debt(scenario, plan).of(known)
    together = {item: money.over(0) for item, money in moves.items()} | {
        STANDING: price_standing(scenario, standing.debt).of(known),
        STANDING_INTEREST: _blank_none(price_paid(scenario, standing.interest)),
        LOSS_INTEREST: _blank_none(price_paid(scenario, standing.loss_interest)),
        NET_DEBT: net,
        CEILING: ceiling,
        MARGIN: ceiling - net,
    }
    parts = [
        list_rows(scenario, together, unit),
        list_rows(scenario, {PERCENT: share_taxes(scenario, net)}, "%"),
        list_rows(scenario, {PER_INHABITANT: _share_inhabitants(scenario, net)}, f"{unit}/1000 inhabitants"),
        *(
            list_rows(scenario, {item: Money(money.real[i], money.nominal[i]) for item, money in moves.items()}, unit)
            for i in used
        ),
    ]
    labels = ["", "", "", *scenario.variables[INSTRUMENT].values[used].tolist()]
    tables = [part.assign(**{INSTRUMENT: label}) for part, label in zip(parts, labels, strict=True)]
    table = pd.concat([part for part in tables if len(part)] or tables, ignore_index=True)
    columns = [name for name in table.columns if name != INSTRUMENT]
    columns.insert(columns.index(YEAR) + 1, INSTRUMENT)
    return table[columns]


def _blank_none(money: Money) -> Money:
    """The money of the actors that have any in some year, no number for the others."""
    some = (money.real != 0).any(axis=1, keepdims=True)
    return Money(np.where(some, money.real, np.nan), money.nominal)


def share_taxes(scenario: xr.Dataset, money: Money) -> Money:
    """Money as percent of taxes and general grants (actor, year), NaN where there are none."""
    taxes = np.where(
        scenario.variables["taxes_and_grants"].values > 0, scenario.variables["taxes_and_grants"].values, np.nan
    )
    percent = 100.0 * money.real / taxes
    return Money(percent, percent)


def _share_inhabitants(scenario: xr.Dataset, money: Money) -> Money:
    return money * (THOUSAND / scenario.variables["inhabitants"].values)
