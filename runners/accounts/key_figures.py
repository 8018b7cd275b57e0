"""What a finance officer looks at first: yearly need, result, self-financing, peak debt, margin to the ceiling."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from runners.accounts.amounts import Floats, Money, list_rows, price_paid, price_running, price_standing
from runners.accounts.capital_costs import DEPRECIATION, GRANTS_RELEASED, WRITTEN_OFF, reckon_capital
from runners.accounts.carrying import list_carried, list_savings, list_shifted, shift_planned
from runners.accounts.debt import (
    INTEREST,
    follow_debt,
    measure_ceiling,
    measure_loans,
    measure_net_debt,
    share_taxes,
)
from runners.accounts.outlays import pay_actors, receive_actors
from scenarios.arithmetic.rooms import measure_standing_breaches
from scenarios.arithmetic.standing import follow_standing, know_debts, know_results
from scenarios.arithmetic.support import running_cash
from scenarios.arrays import read_arrays, remember_of_plan
from scenarios.notices.money import read_breaches
from scenarios.terms import ACTOR, YEAR

if TYPE_CHECKING:
    import xarray as xr

NEED, NET_INVESTMENT, RESULT = "yearly_need", "net_investment", "result"
RESULT_BEFORE, ALL_INTEREST = "result_before_plan", "all_interest"
RESULT_PERCENT, SELF_FINANCING = "result_percent", "self_financing"
PEAK_LOANS, PEAK_DEBT, LEAST_MARGIN = "peak_loans", "peak_debt", "least_ceiling_margin"
MOST_NEED, MEAN_NEED, GRANTS_WON = "most_yearly_need", "mean_yearly_need", "grants_won"
OVER_CEILING = "over_ceiling"
PERCENT = 100.0
LEAST_INVESTED = 0.05
"""Net investment of a calendar year below which it is none, in millions: what is shown as 0.0."""


@remember_of_plan
def measure_need(scenario: xr.Dataset, plan: xr.Dataset) -> Money:
    """Outlays less grants per calendar year (actor, year): what own money and loans have to cover."""
    net = pay_actors(scenario, plan) - receive_actors(scenario, plan).sum(axis=0)
    return price_paid(scenario, net) * _per_year(scenario)


def measure_result(scenario: xr.Dataset, plan: xr.Dataset, reference: xr.Dataset | None) -> Money:
    """The result of each actor per calendar year (actor, year).

    result before the plan + operating and support - those of the do-nothing path - net depreciation - interest, where
    net depreciation is depreciation and what is written off less grants released.
    """
    moved = price_running(scenario, _change_operating(scenario, plan, reference)) - _depreciate(scenario, plan)
    interest = follow_debt(scenario, plan)[INTEREST].over(0)
    return measure_result_before(scenario) + (moved - interest) * _per_year(scenario)


def measure_all_interest(scenario: xr.Dataset, plan: xr.Dataset) -> Money:
    """Interest of each actor per calendar year, on what stands without the plan and on the plan's loans."""
    standing = follow_standing(scenario)
    stood = price_paid(scenario, standing.interest + standing.loss_interest)
    return (stood + follow_debt(scenario, plan)[INTEREST].over(0)) * _per_year(scenario)


def measure_result_before(scenario: xr.Dataset) -> Money:
    """The result of each actor per calendar year without the plan: the budget's, moved by taxes and rates."""
    planned = price_running(scenario, scenario.variables["planned_result"].values)
    return (planned - price_paid(scenario, follow_standing(scenario).lost)) * _per_year(scenario)


def measure_self_financing(scenario: xr.Dataset, plan: xr.Dataset, reference: xr.Dataset | None) -> Money:
    """Percent of net investment paid by depreciation and result (actor, year), NaN where (nearly) nothing is invested.

    100 (planned_depreciation + net depreciation + result) / (planned_outlay - reprioritised + net outlay)
    """
    per_year = _per_year(scenario)
    kept = price_running(scenario, scenario.variables["planned_depreciation"].values) + _depreciate(scenario, plan)
    means = kept * per_year + measure_result(scenario, plan, reference)
    invested = measure_investment(scenario, plan)
    return Money(_divide(means.real, invested.real), _divide(means.nominal, invested.nominal))


def measure_investment(scenario: xr.Dataset, plan: xr.Dataset) -> Money:
    """Net investment per calendar year (actor, year).

    What is decided outside the plan, less what of it gives way, and the plan's outlays less grants.
    """
    outside = price_running(
        scenario, scenario.variables["planned_outlay"].values - shift_planned(scenario, plan) * _per_year(scenario)
    )
    return outside * _per_year(scenario) + measure_need(scenario, plan)


def tabulate_key_figures(scenario: xr.Dataset, plan: xr.Dataset, reference: xr.Dataset | None = None) -> pd.DataFrame:
    """Key figures of each actor, by year and over the horizon; what is not known of an actor has no row.

    Columns: `plan/key_figures` in the catalog of results.
    """
    unit, earns = str(scenario.attrs["money"]), know_results(scenario)
    need, result = measure_need(scenario, plan), measure_result(scenario, plan, reference)
    yearly = {
        NEED: need,
        NET_INVESTMENT: measure_investment(scenario, plan),
        RESULT_BEFORE: measure_result_before(scenario).of(earns),
        RESULT: result.of(earns),
        ALL_INTEREST: measure_all_interest(scenario, plan).of(know_debts(scenario)),
        **list_carried(scenario, plan),
        **list_shifted(scenario, plan),
        **list_savings(scenario, plan),
    }
    percents = {
        RESULT_PERCENT: share_taxes(scenario, result).of(earns),
        SELF_FINANCING: measure_self_financing(scenario, plan, reference).of(earns),
    }
    stocks, flows = _list_breaches(scenario, plan)
    parts = [
        list_rows(scenario, yearly | flows, f"{unit}/yr"),
        *([list_rows(scenario, stocks, unit)] if stocks else []),
        list_rows(scenario, percents, "%"),
        tabulate_extremes(scenario, plan),
    ]
    return pd.concat([part.astype({YEAR: "Int64"}) for part in parts if len(part)] or parts, ignore_index=True)


@remember_of_plan
def tabulate_extremes(scenario: xr.Dataset, plan: xr.Dataset) -> pd.DataFrame:
    """Key figures of each actor over the horizon, as they stand among the others: what is most or least, and sums."""
    unit = str(scenario.attrs["money"])
    parts = [_list_extremes(scenario, plan, unit), _list_totals(scenario, plan, unit)]
    return pd.concat([part.astype({YEAR: "Int64"}) for part in parts if len(part)] or parts, ignore_index=True)


def _list_breaches(scenario: xr.Dataset, plan: xr.Dataset) -> tuple[dict[str, Money], dict[str, Money]]:
    """What is broken of each limit without the plan and by it: of debt at the year's end, else per calendar year."""
    broken = {f"standing_{name}": amount for name, amount in measure_standing_breaches(read_arrays(scenario)).items()}
    broken |= read_breaches(plan)
    told = {
        name: np.where((amount > 0).any(axis=1, keepdims=True), amount, np.nan)
        for name, amount in broken.items()
        if (amount > 0).any()
    }
    stocks = {name: price_standing(scenario, amount) for name, amount in told.items() if name.endswith(OVER_CEILING)}
    flows = {name: amount for name, amount in told.items() if name not in stocks}
    return stocks, {name: price_running(scenario, amount) * _per_year(scenario) for name, amount in flows.items()}


def _list_extremes(scenario: xr.Dataset, plan: xr.Dataset, unit: str) -> pd.DataFrame:
    """Largest loans and net debt, least margin and largest need, each in its first year."""
    debt, need = measure_net_debt(scenario, plan), measure_need(scenario, plan)
    margin = measure_ceiling(scenario) - debt
    extremes = [
        (PEAK_LOANS, measure_loans(scenario, plan), 1.0, unit),
        (PEAK_DEBT, debt.of(know_debts(scenario)), 1.0, unit),
        (LEAST_MARGIN, margin, -1.0, unit),
        (MOST_NEED, need, 1.0, f"{unit}/yr"),
    ]
    parts = []
    for item, money, sign, own_unit in extremes:
        values = sign * money.real
        best = np.max(np.where(np.isnan(values), -np.inf, values), axis=1, keepdims=True, initial=-np.inf)
        first = (values == best) & (np.cumsum(values == best, axis=1) == 1)
        parts.append(list_rows(scenario, {item: Money(np.where(first, money.real, np.nan), money.nominal)}, own_unit))
    return pd.concat([part for part in parts if len(part)] or parts, ignore_index=True)


def _list_totals(scenario: xr.Dataset, plan: xr.Dataset, unit: str) -> pd.DataFrame:
    """Mean need and grants won over the horizon: rows without a year."""
    length = scenario.variables["length"].values
    grants = price_paid(scenario, receive_actors(scenario, plan).sum(axis=0)).over(1)
    mean = (measure_need(scenario, plan) * length).over(1) * (1.0 / float(length.sum()))
    first = np.arange(scenario.sizes[YEAR]) == 0
    parts = []
    for item, money, own_unit in ((MEAN_NEED, mean, f"{unit}/yr"), (GRANTS_WON, grants, unit)):
        placed = Money(np.where(first, money.real[:, None], np.nan), np.where(first, money.nominal[:, None], np.nan))
        parts.append(list_rows(scenario, {item: placed}, own_unit))
    table = pd.concat(parts, ignore_index=True)
    return table.assign(**{YEAR: pd.array([pd.NA] * len(table), dtype="Int64")})


def _per_year(scenario: xr.Dataset) -> Floats:
    return np.asarray(1.0 / scenario.variables["length"].values)


@remember_of_plan
def _depreciate(scenario: xr.Dataset, plan: xr.Dataset) -> Money:
    capital = reckon_capital(scenario, plan)
    return capital[DEPRECIATION] + capital[WRITTEN_OFF] - capital[GRANTS_RELEASED]


def _change_operating(scenario: xr.Dataset, plan: xr.Dataset, reference: xr.Dataset | None) -> Floats:
    """Operating cash and support against the do-nothing path, solved here or as the scenario knows it (actor, year)."""
    known = scenario.variables["reference_operating"].transpose(ACTOR, YEAR).values
    before = known if reference is None else running_cash(scenario, reference)
    return np.asarray(running_cash(scenario, plan) - before)


def _divide(part: Floats, whole: Floats) -> Floats:
    some = whole > LEAST_INVESTED
    return np.where(some, PERCENT * part / np.where(some, whole, 1.0), np.nan)
