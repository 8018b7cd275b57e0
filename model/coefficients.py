"""Which numbers enter the program: every coefficient as one array, computed from a scenario in numpy.

The program is linear in these numbers, so products of scenario quantities (availability times yield, capex times
discount factor) are taken here, and a scenario that changes any of them only changes these arrays. The keys of
`measure_coefficients` are the names by which the themes of the program ask for a number.
"""

from __future__ import annotations

import numpy as np
import xarray as xr

from model.coefficient import Coefficient
from model.coefficients_finance import measure_finance
from model.structure import WHOLE_YEAR
from scenarios.catalog import ACCOUNT, COMMODITY, SLICE, TARGET, TECHNOLOGY, VINTAGE, YEAR
from scenarios.money import (
    capital_discount,
    discount_total,
    end_discount,
    finance_multiplier,
    measure_alive,
    operation_discount,
    outlay_shares,
    salvage_worth,
)

HOURS_OF_YEAR = 8760.0
SLOT = "slot"


def measure_coefficients(scenario: xr.Dataset) -> dict[str, Coefficient]:
    """All coefficients of a scenario by name.

    Args:
        scenario: Dataset as `scenarios.assemble` makes it.
    """
    numbers = _Numbers(scenario)
    return {
        **_measure_capacity(numbers),
        **_measure_use(numbers),
        **_measure_balance(numbers),
        **_measure_storage(numbers),
        **_measure_firm(numbers),
        **_measure_limits(numbers),
        **_measure_logic(numbers),
        **_measure_accounts(numbers),
        **_measure_money(numbers),
        **measure_finance(scenario),
    }


class _Numbers:
    """A scenario's arrays by name, taken once out of xarray."""

    def __init__(self, scenario: xr.Dataset) -> None:
        self.scenario = scenario
        self.years = scenario[YEAR].values.astype(float)
        self.length = scenario["length"].values
        self.hours = scenario["hours"].values
        self.labels: dict[str, tuple[object, ...]] = {
            str(dim): tuple(scenario[dim].values.tolist()) for dim in scenario.dims if dim in scenario.coords
        }
        self.labels[VINTAGE] = self.labels[YEAR]
        self.labels[SLOT] = (*self.labels[SLICE], WHOLE_YEAR)

    def __getitem__(self, name: str) -> np.ndarray:
        return np.asarray(self.scenario[name].values)

    def coefficient(self, dims: tuple[str, ...], values: np.ndarray) -> Coefficient:
        return Coefficient(dims, tuple(self.labels[dim] for dim in dims), np.asarray(values, dtype=float))

    def with_year_slot(self, by_slice: np.ndarray, over_year: np.ndarray, axis: int) -> np.ndarray:
        """Values per slice, then the one over the year, along the slot axis."""
        return np.concatenate([by_slice, np.expand_dims(over_year, axis)], axis=axis)

    @property
    def per_slice(self) -> np.ndarray:
        """Bool per technology: decided per slice."""
        return np.asarray(self["technology_resolution"] == SLICE)

    @property
    def hour_shares(self) -> np.ndarray:
        return self.hours / HOURS_OF_YEAR

    @property
    def periods_before(self) -> np.ndarray:
        """Calendar years from the plan year before; 1 for the first."""
        return np.diff(self.years, prepend=self.years[0] - 1)


def _measure_capacity(n: _Numbers) -> dict[str, Coefficient]:
    """`alive`, `existing`: what stands of a vintage and of the stock."""
    return {
        "alive": n.coefficient((TECHNOLOGY, VINTAGE, YEAR), measure_alive(n.scenario).values),
        "existing": n.coefficient((TECHNOLOGY, YEAR), n["existing"]),
    }


def _measure_use(n: _Numbers) -> dict[str, Coefficient]:
    """`use = availability h/8760 yield` per slice, `annual_availability mean(availability) yield` per year."""
    available = n["availability"] * n.hour_shares[None, :, None]
    by_slice = available * n["yield"][:, None, :]
    over_year = n["annual_availability"] * available.sum(axis=1) * n["yield"]
    use = n.with_year_slot(by_slice, over_year, axis=1)
    must_mean = (n["must_run"] * n.hour_shares[None, :, None]).sum(axis=1)
    must = n.with_year_slot(n["must_run"], must_mean, axis=1)
    technology_slot_year = (TECHNOLOGY, SLOT, YEAR)
    return {
        "use": n.coefficient(technology_slot_year, use),
        "must_use": n.coefficient(technology_slot_year, must * use),
        "annual_use": n.coefficient((TECHNOLOGY, YEAR), n["annual_availability"] * n["yield"]),
        "capacity_weight": n.coefficient((TECHNOLOGY,), n["capacity_weight"]),
    }


def _spread_flow(n: _Numbers) -> np.ndarray:
    """Flow into each slice per unit of decided activity (technology, commodity, slice, year)."""
    profile = np.where(n.per_slice[:, None, None], 1.0, n["activity_profile"])
    return np.asarray(n["flow"] * profile[:, None, :, :])


def _measure_balance(n: _Numbers) -> dict[str, Coefficient]:
    """`net_flow` per slot and `required` per slot."""
    spread = _spread_flow(n)
    required = n["demand"][:, None, :] * n["demand_profile"]
    return {
        "net_flow": n.coefficient(
            (TECHNOLOGY, COMMODITY, SLOT, YEAR), n.with_year_slot(spread, spread.sum(axis=2), axis=2)
        ),
        "required": n.coefficient((COMMODITY, SLOT, YEAR), n.with_year_slot(required, n["demand"], axis=1)),
    }


def _measure_storage(n: _Numbers) -> dict[str, Coefficient]:
    """`keep`: part of a level still there at the end of a slice; `holds`: what a store holds."""
    season = (n["commodity_storage"] == "season")[:, None, None]
    cycles = np.where(season, n["cycles"][None, :, None], 1.0)
    standing = n.hour_shares[None, :, None] / cycles
    keep = (1.0 - n["storage_loss"][:, None, :]) ** standing
    return {
        "keep": n.coefficient((COMMODITY, SLICE, YEAR), keep),
        "holds": n.coefficient((TECHNOLOGY, COMMODITY, YEAR), n["stores"][:, :, None] * n["content"][:, None, :]),
        "initial_kept": n.coefficient((COMMODITY,), n["initial_level"] * keep[:, 0, 0]),
    }


def _measure_firm(n: _Numbers) -> dict[str, Coefficient]:
    """Firm output of a unit of capacity, and the peak that a unit of demand or use calls for."""
    call = (1.0 + n["reserve_margin"]) * n["peak_factor"]
    peak = call[:, None, :] / n.hour_shares[None, :, None]
    best = np.maximum(n["flow"], 0.0).max(axis=2)
    drawn = np.maximum(-_spread_flow(n), 0.0)
    return {
        "firm_output": n.coefficient((TECHNOLOGY, COMMODITY, YEAR), n["firm_credit"] * best * n["yield"][:, None, :]),
        "firm_demand": n.coefficient((COMMODITY, SLICE, YEAR), peak * n["demand"][:, None, :] * n["demand_profile"]),
        "firm_draw": n.coefficient((TECHNOLOGY, COMMODITY, SLICE, YEAR), drawn * peak[None]),
    }


def _measure_limits(n: _Numbers) -> dict[str, Coefficient]:
    """Bounds per year of the plan: rates times the length of the year, growth over the gap to the year before."""
    technology_year, commodity_year, group_year = (TECHNOLOGY, YEAR), (COMMODITY, YEAR), ("group", YEAR)
    ratio = n.length / np.concatenate([[1.0], n.length[:-1]])
    growth = np.power(n["build_growth"], n.periods_before) * ratio
    plain = {
        technology_year: ("most_capacity", "least_capacity", "activity_seed", "most_activity", "least_activity"),
        commodity_year: ("most_purchase", "least_purchase", "most_sale"),
        group_year: (
            "group_most_capacity",
            "group_least_capacity",
            "group_most_activity",
            "group_least_activity",
        ),
    }
    rates = {technology_year: ("least_build", "build_seed"), group_year: ("group_most_build", "group_least_build")}
    return {
        "build_bound": n.coefficient(technology_year, bound_build(n.scenario)),
        "build_growth": n.coefficient(technology_year, growth),
        "build_first": n.coefficient((TECHNOLOGY,), _grow_once(n, "build") * n.length[0]),
        "activity_growth": n.coefficient(technology_year, np.power(n["activity_growth"], n.periods_before)),
        "activity_first": n.coefficient((TECHNOLOGY,), _grow_once(n, "activity")),
        **_measure_shares(n),
        **{name: n.coefficient(dims, n[name]) for dims, names in plain.items() for name in names},
        **{name: n.coefficient(dims, n[name] * n.length) for dims, names in rates.items() for name in names},
    }


def _measure_shares(n: _Numbers) -> dict[str, Coefficient]:
    """`weight` of members, and for shares the part of each member of the whole: `share[g,y] weight[of(g),k]`."""
    place = {g: i for i, g in enumerate(n.labels["group"])}
    of_whole = np.array([n["weight"][place[g]] if g else 0 * n["weight"][0] for g in n["group_of"]])
    of_whole = of_whole.reshape(len(place), len(n.labels[TECHNOLOGY]), 1)
    group_technology_year = ("group", TECHNOLOGY, YEAR)
    parts = {
        name: n.coefficient(group_technology_year, of_whole * np.where(np.isfinite(share), share, 0.0)[:, None, :])
        for name, share in (("most_part", n["group_most_share"]), ("least_part", n["group_least_share"]))
    }
    return {"weight": n.coefficient(("group", TECHNOLOGY), n["weight"]), **parts}


def _grow_once(n: _Numbers, what: str) -> np.ndarray:
    """Most of the first year: `growth * before + seed`, per technology; endless where growth is."""
    growth = n[f"{what}_growth"][:, 0]
    finite = np.isfinite(growth)
    return np.where(finite, np.where(finite, growth, 0.0) * n[f"{what}_before"] + n[f"{what}_seed"][:, 0], np.inf)


def bound_build(scenario: xr.Dataset) -> np.ndarray:
    """Most capacity that can begin in a plan year (technology, year): zero outside its window or where excluded."""
    years = scenario[YEAR].values
    opened = scenario["earliest_start"].values[:, None] <= years
    closed = scenario["latest_start"].values[:, None] < years
    admitted = opened & ~closed & ~scenario["excluded"].values[:, None]
    return np.where(admitted, scenario["most_build"].values * scenario["length"].values, 0.0)


def _measure_logic(n: _Numbers) -> dict[str, Coefficient]:
    """Sizes, the least upper bound of a start, and whether a start in u opens one in v (`opens`)."""
    bound = bound_build(n.scenario)
    room = np.maximum(n["most_capacity"] - n["existing"], 0.0).max(axis=1)
    standing = measure_alive(n.scenario).values.max(axis=2)
    largest = np.minimum(bound, room[:, None] / np.where(standing > 0, standing, 1.0))
    technology = {name: i for i, name in enumerate(n.labels[TECHNOLOGY])}
    opens = np.zeros((len(n["logic"]), len(n.years), len(n.years)))
    for i, (kind, other) in enumerate(zip(n["logic_kind"], n["logic_other"], strict=True)):
        if kind in ("requires", "follows"):
            lag = float(n["logic"][i])
            if kind == "follows":
                lag += float(n["lead_time"][technology[other]] + n["start_delay"][technology[other]])
            opens[i] = n.years[None, :] + lag <= n.years[:, None]
    rows = tuple(range(len(n["logic"])))
    years = n.labels[YEAR]
    return {
        "unit_size": n.coefficient((TECHNOLOGY,), n["unit_size"]),
        "least_size": n.coefficient((TECHNOLOGY,), n["least_size"]),
        "largest_start": n.coefficient((TECHNOLOGY, VINTAGE), largest),
        "opens": Coefficient(("logic_row", VINTAGE, VINTAGE), (rows, years, years), opens),
        "support": Coefficient(("logic_row",), (rows,), np.asarray(n["logic"], dtype=float)),
    }


def _measure_accounts(n: _Numbers) -> dict[str, Coefficient]:
    """Factors as counted, plain shares and credits, caps."""
    account_technology = (ACCOUNT, TECHNOLOGY, YEAR)
    account_commodity = (ACCOUNT, COMMODITY, YEAR)
    pairs = (ACCOUNT, "part", YEAR)
    counted = n["counted_share"]
    return {
        "factor_activity": n.coefficient(account_technology, n["factor_activity"] * counted),
        "factor_capacity": n.coefficient(account_technology, n["factor_capacity"] * counted),
        "factor_build": n.coefficient(account_technology, n["factor_build"] * counted / n.length),
        "factor_purchase": n.coefficient(account_commodity, n["factor_purchase"]),
        "factor_sale": n.coefficient(account_commodity, n["factor_sale"]),
        "share": n.coefficient(pairs, n["share"]),
        "credit_share": n.coefficient(pairs, n["credit_share"]),
        "most_credit": n.coefficient(pairs, n["most_credit"]),
        "exogenous": n.coefficient((ACCOUNT, YEAR), n["exogenous"]),
        "cap": n.coefficient((TARGET, YEAR), n["cap"]),
        "miss_weight": n.coefficient((TARGET,), n["price"]),
        "most_miss": Coefficient((), (), np.asarray(np.inf)),
    }


def _measure_money(n: _Numbers) -> dict[str, Coefficient]:
    """Cost of one unit of each decision, in money of the first year."""
    scenario = n.scenario
    operation = operation_discount(scenario).values
    spent = (outlay_shares(scenario).values * capital_discount(scenario).values).sum(axis=2)
    kept = salvage_worth(scenario).values * end_discount(scenario)
    capital = finance_multiplier(scenario).values[:, None] * n["capex"] * (spent - kept)
    at_purchase, at_sale = (
        n.with_year_slot(price, (price * n.hour_shares[None, :, None]).sum(axis=1), axis=1) * operation
        for price in (n["purchase_price"], n["sale_price"])
    )
    return {
        "build_cost": n.coefficient((TECHNOLOGY, VINTAGE), capital),
        "capacity_cost": n.coefficient((TECHNOLOGY, YEAR), n["fixed_cost"] * operation),
        "activity_cost": n.coefficient((TECHNOLOGY, YEAR), n["variable_cost"] * operation),
        "purchase_cost": n.coefficient((COMMODITY, SLOT, YEAR), at_purchase),
        "sale_income": n.coefficient((COMMODITY, SLOT, YEAR), at_sale),
        "account_cost": n.coefficient((ACCOUNT, YEAR), n["account_price"] * operation),
        "unit_discount": n.coefficient((YEAR,), operation),
        **_measure_excess_price(n, operation),
    }


def _measure_excess_price(n: _Numbers, operation: np.ndarray) -> dict[str, Coefficient]:
    """What a unit of excess of a pool costs, in a year and over the span of its cumulative targets."""
    pools, members = np.unique(n["target_pool"], return_inverse=True)
    price = np.zeros(len(pools))
    held = np.zeros((len(pools), len(n.years)), dtype=bool)
    total = n["target_basis"] == "cumulative"
    for i, pool in enumerate(members):
        price[pool] = max(price[pool], n["price"][i])
        held[pool] |= total[i] & ~np.isnan(n["cap"][i])
    labels = tuple(pools.tolist())
    return {
        "excess_cost": Coefficient(("pool", YEAR), (labels, n.labels[YEAR]), price[:, None] * operation),
        "total_excess_cost": Coefficient(("pool",), (labels,), price * discount_total(n.scenario, held)),
    }
