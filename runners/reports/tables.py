"""What a plan says, as long tables: one labelled row per number, of which every other report is a view."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from runners.accounts.amounts import NOMINAL, Money, price_decided, price_paid, price_running, put_at_end
from runners.accounts.capital_costs import tabulate_capital_costs
from runners.accounts.cash_flow import tabulate_cash_flow
from runners.accounts.debt import tabulate_debt
from runners.accounts.funding import tabulate_funding
from runners.accounts.green_impact import tabulate_green_impact
from runners.accounts.key_figures import tabulate_key_figures
from runners.accounts.measures_finance import tabulate_measures_finance
from runners.accounts.outlays import keep_worth, spend_calendar
from runners.accounts.owners import SHARE, Owned, split_owners
from runners.reports.vintages import tabulate_vintages
from scenarios.arithmetic.acting import Acting, frame_targets, judge_targets
from scenarios.arithmetic.breaches import LIMITS
from scenarios.arithmetic.money import (
    begin_investments,
    end_discount,
    finance_multiplier,
    operation_discount,
    outlay_calendar,
    outlay_values,
)
from scenarios.arithmetic.pools import CUMULATIVE, count_own, price_pools
from scenarios.arithmetic.service import find_service_start
from scenarios.arithmetic.targets import average_factors
from scenarios.arithmetic.vintages import RUN
from scenarios.arrays import read_arrays, remember_of_plan
from scenarios.catalog import ACCOUNT, ACTOR, COMMODITY, SLICE, TARGET, TECHNOLOGY, YEAR
from scenarios.target_states import NOWHERE

if TYPE_CHECKING:
    import xarray as xr

PRICED = "priced"
AMOUNT = "account_value"
"""What an account holds by year, in the plan: a Dataset gives no variable the name of a dimension."""
SMALLEST = 1e-9
"""Amounts below this are rounding of the solver and get no row."""


Columns = Mapping[str, np.ndarray]
"""Rows of a table as its columns."""
TABLES: Mapping[str, Callable[[xr.Dataset, xr.Dataset], pd.DataFrame]]


def tabulate_run(
    scenario: xr.Dataset, plan: xr.Dataset, reference: xr.Dataset | None = None, left_out: Collection[str] = ()
) -> dict[str, pd.DataFrame]:
    """Every table of a run folder by its file name.

    Args:
        scenario: what was solved; where it has no actors there are no accounts.
        plan: its plan.
        reference: the plan of the do-nothing path, where there is one.
        left_out: tables that another makes.
    """
    makers = _list_makers(scenario, plan, reference)
    return {name: make() for name, make in makers.items() if name not in left_out}


def tabulate_some(
    names: Collection[str], scenario: xr.Dataset, plan: xr.Dataset, reference: xr.Dataset | None = None
) -> dict[str, pd.DataFrame]:
    """Those of the tables of `tabulate_run` that are asked for, as far as the plan has them."""
    makers = _list_makers(scenario, plan, reference)
    return {name: make() for name, make in makers.items() if name in names}


def _list_makers(
    scenario: xr.Dataset, plan: xr.Dataset, reference: xr.Dataset | None
) -> dict[str, Callable[[], pd.DataFrame]]:
    makers = {name: partial(tabulate, scenario, plan) for name, tabulate in TABLES.items()}
    if RUN in plan.variables:
        makers["vintages"] = partial(tabulate_vintages, scenario, plan)
    if scenario.sizes[ACTOR]:
        makers |= {name: partial(tabulate, scenario, plan, reference) for name, tabulate in ACCOUNTS.items()}
    return dict(makers)


@remember_of_plan
def tabulate_investments(scenario: xr.Dataset, plan: xr.Dataset) -> pd.DataFrame:
    """What is built when, and what it costs in cash: a row per technology and year with a start or an outlay.

    Columns: `plan/investments` in the catalog of results.
    """
    build = plan.variables["build"].values
    money = price_paid(scenario, spend_calendar(scenario, plan).sum(axis=1))
    spent = money.real
    rows, owned = _own_rows(scenario, (np.abs(build) > SMALLEST) | (np.abs(spent) > SMALLEST))
    years = scenario.variables[YEAR].values
    started = np.abs(build[rows]) > SMALLEST
    first = np.floor(find_service_start(read_arrays(scenario))[rows])
    return pd.DataFrame(
        {
            **_name_technologies(scenario, rows[0], owned),
            YEAR: years[rows[1]],
            "build": owned.share * build[rows],
            "unit": scenario.variables["technology_capacity_unit"].values[rows[0]],
            "outlay": owned.share * money.real[rows],
            NOMINAL: owned.share * money.nominal[rows],
            "outlay_unit": scenario.attrs["money"],
            "first_service": pd.array(np.where(started, first, np.nan), dtype="Int64"),
            "status": scenario.variables["technology_status"].values[rows[0]],
        }
    )


def tabulate_capacity(scenario: xr.Dataset, plan: xr.Dataset) -> pd.DataFrame:
    """What stands in each year: technology, its names, owner and share, year, the owner's part of capacity, unit.

    `existing` is what is left of the stock, `added` what stands of the plan's own vintages.
    """
    capacity = plan.variables["capacity"].values
    rows, owned = _own_rows(scenario, np.abs(capacity) > SMALLEST)
    stock = scenario.variables["existing"].values * (1.0 - plan.variables["scrapped"].values)
    return pd.DataFrame(
        {
            **_name_technologies(scenario, rows[0], owned),
            YEAR: scenario.variables[YEAR].values[rows[1]],
            "capacity": owned.share * capacity[rows],
            "existing": owned.share * stock[rows],
            "added": owned.share * (capacity[rows] - stock[rows]),
            "unit": scenario.variables["technology_capacity_unit"].values[rows[0]],
        }
    )


def tabulate_activity(scenario: xr.Dataset, plan: xr.Dataset) -> pd.DataFrame:
    """How much each technology is used, by owner: its names, slice, year, activity, unit (per slice of one year)."""
    activity = plan.variables["activity"].transpose(TECHNOLOGY, YEAR, SLICE).values
    rows, owned = _own_rows(scenario, np.abs(activity) > SMALLEST)
    return pd.DataFrame(
        {
            **_name_technologies(scenario, rows[0], owned),
            SLICE: scenario.variables[SLICE].values[rows[2]],
            YEAR: scenario.variables[YEAR].values[rows[1]],
            "activity": owned.share * activity[rows],
            "unit": scenario.variables["technology_activity_unit"].values[rows[0]],
        }
    )


def tabulate_accounts(scenario: xr.Dataset, plan: xr.Dataset) -> pd.DataFrame:
    """What every account holds: account, name_sv, name_en, role, year, value, unit, and what is credited against it."""
    value = plan.variables[AMOUNT].values
    rows = np.nonzero(np.ones_like(value, dtype=bool))
    credited = plan["credit"].sum("part").values
    return pd.DataFrame(
        {
            ACCOUNT: scenario.variables[ACCOUNT].values[rows[0]],
            **_name(scenario, ACCOUNT, rows[0]),
            "role": scenario.variables["account_role"].values[rows[0]],
            YEAR: scenario.variables[YEAR].values[rows[1]],
            "value": value[rows],
            "credited": credited[rows],
            "unit": scenario.variables["account_unit"].values[rows[0]],
        }
    )


@remember_of_plan
def tabulate_targets(scenario: xr.Dataset, plan: xr.Dataset) -> pd.DataFrame:
    """How each target fares in each year in which it holds.

    Columns: `plan/targets` in the catalog of results.
    """
    judged = judge_targets(
        frame_targets(scenario), plan.variables[AMOUNT].values, plan.variables["shadow_price"].values
    )
    rows = [row for t in range(scenario.sizes[TARGET]) for row in _follow_target(scenario, plan, judged, t)]
    columns = [TARGET, "name_sv", "name_en", ACCOUNT, YEAR, "sense", "basis", "mode", "cap", "value", "excess", "unit"]
    return pd.DataFrame(
        rows, columns=[*columns, "met", "outside", "shadow_price", "price", "excess_price", "acts", "because"]
    )


@remember_of_plan
def tabulate_costs(scenario: xr.Dataset, plan: xr.Dataset) -> pd.DataFrame:
    """What the plan costs, part by part; the present values sum to the plan's objective.

    Columns: `plan/costs` in the catalog of results.
    """
    parts = [
        *_cost_capital(scenario, plan),
        *_cost_operation(scenario, plan),
        *_cost_trade(scenario, plan),
        *_cost_excess(scenario, plan),
        *_cost_breaches(scenario, plan),
    ]
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    return pd.DataFrame({**columns, "unit": scenario.attrs["money"]})


def value_misses(scenario: xr.Dataset, plan: xr.Dataset) -> float:
    """What of a plan's present value is no money: what its missed targets and broken limits are valued at."""
    parts = [*_cost_excess(scenario, plan), *_cost_breaches(scenario, plan)]
    return float(sum(part["present_value"].sum() for part in parts))


def _cost_capital(scenario: xr.Dataset, plan: xr.Dataset) -> list[Columns]:
    """`capex (build outlay d_cap - (build - retired) worth d_end)`, and what `finance` adds to it."""
    begun = begin_investments(scenario, plan)[:, :, None]
    spent = price_paid(scenario, (begun * outlay_calendar(scenario)).sum(axis=1))
    left = put_at_end(scenario, -keep_worth(scenario, plan))
    extra = finance_multiplier(scenario)[:, None] - 1.0
    present = (begun * outlay_values(scenario)).sum(axis=1), left.real * end_discount(scenario)
    return [
        _list_costs(scenario, "investment", TECHNOLOGY, spent, present[0]),
        _list_costs(scenario, "salvage", TECHNOLOGY, left, present[1]),
        _list_costs(scenario, "hurdle", TECHNOLOGY, (spent + left) * extra, extra * (present[0] + present[1])),
    ]


def _cost_operation(scenario: xr.Dataset, plan: xr.Dataset) -> list[Columns]:
    """`fixed_cost capacity`, `variable_cost activity`, `account_price account`, each over the length of the year."""
    used = plan.variables["activity"].transpose(TECHNOLOGY, YEAR, SLICE).values.sum(axis=2)
    rates = {
        ("fixed", TECHNOLOGY): scenario.variables["fixed_cost"].values * plan.variables["capacity"].values,
        ("variable", TECHNOLOGY): scenario.variables["variable_cost"].values * used,
        ("account_price", ACCOUNT): scenario.variables["account_price"].values * plan.variables[AMOUNT].values,
    }
    return [_list_rates(scenario, component, dim, rate) for (component, dim), rate in rates.items()]


def _cost_trade(scenario: xr.Dataset, plan: xr.Dataset) -> list[Columns]:
    """`purchase_price purchase` and `-sale_price sale`, over slices and the length of the year."""
    rates = {}
    for component, sign in (("purchase", 1.0), ("sale", -1.0)):
        sold, price = (
            side.variables[name].transpose(COMMODITY, YEAR, SLICE).values
            for side, name in ((plan, component), (scenario, f"{component}_price"))
        )
        rates[component] = sign * (np.where(np.isnan(price), 0.0, price) * sold).sum(axis=2)
    return [_list_rates(scenario, component, COMMODITY, rate) for component, rate in rates.items()]


def _cost_excess(scenario: xr.Dataset, plan: xr.Dataset) -> list[Columns]:
    """`price missed` over the length of the year, of each target what none of its parts has; `price excess_total`.

    The do-nothing path knows no targets and misses none.
    """
    if not plan.sizes[TARGET]:
        return []
    given, excess = read_arrays(scenario), plan.variables["excess_total"].values
    price = np.where(scenario.variables[f"{TARGET}_mode"].values == PRICED, price_pools(given), 0.0)
    held = np.isfinite(scenario.variables["cap"].values)
    total = np.zeros(held.shape)
    last = scenario.sizes[YEAR] - 1 - np.argmax(held[:, ::-1], axis=1)
    total[np.arange(len(price)), last] = price * excess
    rate = price[:, None] * count_own(given, plan.variables["missed"].values)
    return [
        _list_rates(scenario, "excess", TARGET, rate),
        _list_costs(
            scenario,
            "excess",
            TARGET,
            price_decided(scenario, total),
            total * average_factors(given)[:, None],
        ),
    ]


def _cost_breaches(scenario: xr.Dataset, plan: xr.Dataset) -> list[Columns]:
    """`price breach` of every limit of money that is priced, over the length of the year."""
    broken = {limit: plan[limit.breach].transpose(ACTOR, YEAR).values for limit in LIMITS if limit.breach in plan}
    if not broken:
        return []
    rate = np.add.reduce([scenario[limit.price].values * amount for limit, amount in broken.items()])
    return [_list_rates(scenario, "breach", ACTOR, rate)]


def _list_rates(scenario: xr.Dataset, component: str, dim: str, rate: np.ndarray) -> Columns:
    """Rows for money per calendar year: times the length of the year, and times its operation factor."""
    return _list_costs(scenario, component, dim, price_running(scenario, rate), rate * operation_discount(scenario))


def _list_costs(
    scenario: xr.Dataset,
    component: str,
    dim: str,
    cost: Money,
    present: np.ndarray,
) -> Columns:
    """Rows of one component from arrays (item, year); amounts of nothing get no row."""
    rows = np.nonzero((np.abs(cost.real) > SMALLEST) | (np.abs(present) > SMALLEST))
    items = np.asarray(scenario.variables[dim].values)[rows[0]]
    names = _name(scenario, dim, rows[0])
    return {
        "component": np.full(len(items), component, dtype=object),
        "kind": np.full(len(items), dim, dtype=object),
        "item": items.astype(object),
        **{column: values.astype(object) for column, values in names.items()},
        YEAR: scenario.variables[YEAR].values[rows[1]],
        "cost": cost.real[rows],
        NOMINAL: cost.nominal[rows],
        "present_value": present[rows],
    }


def _follow_target(scenario: xr.Dataset, plan: xr.Dataset, judged: Acting, t: int) -> list[dict[str, object]]:
    """Rows of one target: a row per year, or one with sums where it is cumulative."""
    caps, shadow = scenario.variables["cap"].values[t], plan.variables["shadow_price"].values[t]
    common = _describe_target(scenario, t)
    factor = operation_discount(scenario)
    if common["basis"] == CUMULATIVE:
        factor = np.full(len(caps), average_factors(read_arrays(scenario))[t])
    labels = scenario.variables[TARGET].values
    return [
        {
            **common,
            YEAR: int(scenario.variables[YEAR].values[y]),
            "cap": float(caps[y]),
            "value": float(judged.value[t, y]),
            "excess": float(judged.over[t, y]) if judged.missed[t, y] else 0.0,
            "met": bool(not judged.missed[t, y]),
            "outside": float(judged.beyond[t, y]),
            "shadow_price": float(shadow[y]),
            "price": float(shadow[y] / factor[y]),
            "acts": str(judged.state[t, y]),
            "because": str(labels[judged.because[t, y]]) if judged.because[t, y] >= 0 else "",
        }
        for y in np.flatnonzero(judged.state[t] != NOWHERE)
    ]


def _describe_target(scenario: xr.Dataset, t: int) -> dict[str, object]:
    account = list(scenario.variables[ACCOUNT].values).index(scenario.variables["target_account"].values[t])
    mode = str(scenario.variables["target_mode"].values[t])
    return {
        TARGET: str(scenario.variables[TARGET].values[t]),
        "name_sv": str(scenario.variables["target_name_sv"].values[t]),
        "name_en": str(scenario.variables["target_name_en"].values[t]),
        ACCOUNT: str(scenario.variables[ACCOUNT].values[account]),
        "sense": str(scenario.variables["target_sense"].values[t]),
        "basis": str(scenario.variables["target_basis"].values[t]),
        "mode": mode,
        "unit": str(scenario.variables["account_unit"].values[account]),
        "excess_price": float(price_pools(read_arrays(scenario))[t]) if mode == PRICED else np.nan,
    }


def _name(scenario: xr.Dataset, dim: str, rows: np.ndarray) -> dict[str, np.ndarray]:
    return {name: np.asarray(scenario.variables[f"{dim}_{name}"].values)[rows] for name in ("name_sv", "name_en")}


def _own_rows(scenario: xr.Dataset, shown: np.ndarray) -> tuple[tuple[np.ndarray, ...], Owned]:
    """Where an array (technology, ...) is shown, each place once per owner; and who owns what part there."""
    places = np.nonzero(shown)
    owned = split_owners(scenario, places[0])
    return tuple(place[owned.rows] for place in places), owned


def _name_technologies(scenario: xr.Dataset, rows: np.ndarray, owned: Owned) -> dict[str, np.ndarray]:
    labels = ("code", "name_sv", "name_en", "measure", "programme", "sector")
    return {
        TECHNOLOGY: scenario.variables[TECHNOLOGY].values[rows],
        **{label: np.asarray(scenario.variables[f"{TECHNOLOGY}_{label}"].values)[rows] for label in labels},
        ACTOR: owned.actor,
        SHARE: owned.share,
    }


TABLES = {
    "investments": tabulate_investments,
    "capacity": tabulate_capacity,
    "activity": tabulate_activity,
    "accounts": tabulate_accounts,
    "costs": tabulate_costs,
    "targets": tabulate_targets,
}
"""Every table of any plan by its file name."""

ACCOUNTS: Mapping[str, Callable[[xr.Dataset, xr.Dataset, xr.Dataset | None], pd.DataFrame]] = {
    "cash_flow": tabulate_cash_flow,
    "funding": tabulate_funding,
    "debt": tabulate_debt,
    "capital_costs": tabulate_capital_costs,
    "key_figures": tabulate_key_figures,
    "measures_finance": tabulate_measures_finance,
    "green_impact": tabulate_green_impact,
}
"""Every table of who pays by its file name; they also look at the do-nothing path."""
