"""Which numbers enter the program: every coefficient as one array, computed from a scenario in numpy.

The program is linear in these numbers, so products of scenario quantities (availability times yield, capex times
discount factor) are taken here, and a scenario that changes any of them only changes these arrays. The keys of
`MEASURES` are the names by which the themes of the program ask for a number.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from model.parameters.coefficient import (
    SLOT,
    STOCK,
    WHOLE_YEAR,
    Coefficient,
    Measure,
    find_sliced,
    join_year,
    measure_use,
    share_hours,
    spread_available,
    take,
)
from model.parameters.coefficients_finance import FINANCE_MEASURES, SHARE, list_shares
from model.parameters.coefficients_limits import LIMIT_MEASURES, LOGIC_ROW
from model.parameters.coefficients_vintages import BUILT, RUNNING, VINTAGE_MEASURES
from scenarios.arithmetic.account_bounds import bound_accounts
from scenarios.arithmetic.charges import find_hosts
from scenarios.arithmetic.claims import CLAIMANTS, list_claimants
from scenarios.arithmetic.money import (
    end_discount,
    finance_multiplier,
    operation_discount,
    salvage_worth,
    weigh_early,
    weigh_investment,
)
from scenarios.arithmetic.pools import price_pools
from scenarios.arithmetic.service import measure_alive, measure_standing
from scenarios.arithmetic.support import SUPPORTED, SUPPORTERS, list_supported, list_supporters
from scenarios.arithmetic.targets import average_factors, count_years
from scenarios.arithmetic.unavoidable import hold_caps
from scenarios.arithmetic.vintages import list_flown, list_running
from scenarios.arrays import Arrays, Scenario, read_arrays, remember
from scenarios.catalog import (
    ACCOUNT,
    ACTOR,
    CALENDAR,
    COMMODITY,
    FLOWN,
    GROUP,
    INSTRUMENT,
    PART,
    SLICE,
    TARGET,
    TECHNOLOGY,
    YEAR,
)

TY, TSLOT, CY, CS = (TECHNOLOGY, YEAR), (TECHNOLOGY, SLOT, YEAR), (COMMODITY, YEAR), (COMMODITY, SLICE, YEAR)
CSLOT, GY, APY = (COMMODITY, SLOT, YEAR), (GROUP, YEAR), (ACCOUNT, PART, YEAR)
ATY, ACY, GTY = (ACCOUNT, TECHNOLOGY, YEAR), (ACCOUNT, COMMODITY, YEAR), (GROUP, TECHNOLOGY, YEAR)


def measure_coefficients(scenario: Scenario) -> dict[str, Coefficient]:
    """All coefficients of a scenario by name.

    Args:
        scenario: as `scenarios.assemble` makes it.
    """
    given = read_arrays(scenario)
    axes = label_axes(given)
    return {
        name: Coefficient(measure.dims, tuple(axes[dim] for dim in measure.dims), measure.read(given))
        for name, measure in list_measures(given).items()
    }


def list_measures(scenario: Arrays) -> Mapping[str, Measure]:
    """How each coefficient is measured; those of money only where there are actors."""
    return MEASURES | FINANCE_MEASURES if scenario.sizes[ACTOR] else MEASURES


def label_axes(scenario: Arrays) -> dict[str, tuple[object, ...]]:
    """The labels of every dimension that a coefficient has."""
    dims = (TECHNOLOGY, COMMODITY, SLICE, ACCOUNT, PART, GROUP, TARGET, YEAR, CALENDAR, ACTOR, INSTRUMENT)
    axes: dict[str, tuple[object, ...]] = {dim: tuple(scenario[dim].tolist()) for dim in dims}
    axes[SLOT] = (*axes[SLICE], WHOLE_YEAR)
    axes[LOGIC_ROW] = tuple(range(len(scenario["logic"])))
    axes[RUNNING] = tuple(axes[TECHNOLOGY][k] for k in list_running(scenario))
    axes[BUILT] = (STOCK, *axes[YEAR])
    axes[FLOWN] = tuple((axes[TECHNOLOGY][k], axes[COMMODITY][c]) for k, c in zip(*list_flown(scenario), strict=True))
    axes[SHARE] = _pair_labels(axes, *list_shares(scenario))
    axes[SUPPORTED] = _pair_labels(axes, *list_supported(scenario))
    for dim, sets in ((SUPPORTERS, list_supporters(scenario)), (CLAIMANTS, list_claimants(scenario))):
        axes[dim] = tuple(
            (axes[TECHNOLOGY][k], tuple(axes[INSTRUMENT][i] for i in instruments)) for k, instruments in sets
        )
    return axes


def _pair_labels(
    axes: Mapping[str, tuple[object, ...]], instruments: np.ndarray, technologies: np.ndarray
) -> tuple[object, ...]:
    places = zip(instruments.tolist(), technologies.tolist(), strict=True)
    return tuple((axes[INSTRUMENT][i], axes[TECHNOLOGY][k]) for i, k in places)


def _measure_must_use(scenario: Arrays) -> np.ndarray:
    """The part of use that has to be."""
    must = scenario["must_run"]
    mean = (must * share_hours(scenario)[None, :, None]).sum(axis=1)
    return np.asarray(join_year(must, mean, axis=1) * measure_use(scenario))


def _measure_peak_use(scenario: Arrays) -> np.ndarray:
    """Most that a slice takes of what is decided per year: `availability h/8760 full_load`, endless where not given."""
    load = scenario["full_load"]
    given = np.isfinite(load)
    most = spread_available(scenario) * np.where(given, load, 0.0)[:, None, :]
    return np.where(given[:, None, :], most, np.inf)


def _measure_profile_taken(scenario: Arrays) -> np.ndarray:
    """Capacity that a unit of a year's activity takes in each slice: `capacity_weight profile`."""
    return np.asarray(scenario["capacity_weight"][:, None, None] * scenario["activity_profile"])


@remember
def _spread_flow(scenario: Arrays) -> np.ndarray:
    """Flow into each slice per unit of decided activity (technology, commodity, slice, year)."""
    profile = np.where(find_sliced(scenario)[:, None, None], 1.0, scenario["activity_profile"])
    return np.asarray(scenario["flow"] * profile[:, None, :, :])


def _measure_net_flow(scenario: Arrays) -> np.ndarray:
    spread = _spread_flow(scenario)
    return join_year(spread, spread.sum(axis=2), axis=2)


def _measure_required(scenario: Arrays) -> np.ndarray:
    demand = scenario["demand"]
    return join_year(demand[:, None, :] * scenario["demand_profile"], demand, axis=1)


@remember
def _measure_keep(scenario: Arrays) -> np.ndarray:
    """Part of a level that is still there at the end of a slice."""
    season = (scenario["commodity_storage"] == "season")[:, None, None]
    cycles = np.where(season, scenario["cycles"][None, :, None], 1.0)
    standing = share_hours(scenario)[None, :, None] / cycles
    return np.asarray((1.0 - scenario["storage_loss"][:, None, :]) ** standing)


def _measure_initial(scenario: Arrays) -> np.ndarray:
    """What is left after the first slice of the level before it: the first year's own where one is given."""
    given = scenario["start_level"][:, 0]
    first = np.where(np.isnan(given), scenario["initial_level"], given)
    return np.asarray(first * _measure_keep(scenario)[:, 0, 0])


@remember
def _measure_peak(scenario: Arrays) -> np.ndarray:
    """The firm capacity that a unit of demand or use in a slice calls for (commodity, slice, year)."""
    call = (1.0 + scenario["reserve_margin"]) * scenario["peak_factor"]
    return np.asarray(call[:, None, :] / share_hours(scenario)[None, :, None])


def _measure_firm_output(scenario: Arrays) -> np.ndarray:
    """The most that a unit of each host's capacity is credited with in any one of its modes.

    max over modes m of k: firm_credit[m,c,y] max_s(flow[m,c,s,y]) yield[k,y] / capacity_weight[m]
    """
    best = np.maximum(scenario["flow"], 0.0).max(axis=2)
    weight = scenario["capacity_weight"]
    credited = scenario["firm_credit"] * best / np.where(weight > 0, weight, 1.0)[:, None, None]
    output = np.zeros(credited.shape)
    np.maximum.at(output, find_hosts(scenario), credited)
    return np.asarray(output * scenario["yield"][:, None, :])


def _measure_firm_demand(scenario: Arrays) -> np.ndarray:
    return np.asarray(_measure_peak(scenario) * scenario["demand"][:, None, :] * scenario["demand_profile"])


def _measure_firm_draw(scenario: Arrays) -> np.ndarray:
    return np.asarray(np.maximum(-_spread_flow(scenario), 0.0) * _measure_peak(scenario)[None])


def _count(name: str) -> Measure:
    """Factors as counted: an account's share of them."""
    return Measure(ATY, lambda scenario: np.asarray(scenario[name] * scenario["counted_share"]))


def _measure_factor_build(scenario: Arrays) -> np.ndarray:
    return np.asarray(scenario["factor_build"] * scenario["counted_share"] / scenario["length"])


def _measure_lost_worth(scenario: Arrays) -> np.ndarray:
    """What would have been left of an investment, had it not been retired, in money of the first year."""
    kept = salvage_worth(scenario) * end_discount(scenario)
    return np.asarray(finance_multiplier(scenario)[:, None] * scenario["capex"] * kept)


def _price_trade(name: str) -> Measure:
    """A price per slot, discounted; over the year the mean by hours."""

    def measure(scenario: Arrays) -> np.ndarray:
        price = scenario[name]
        over_year = (price * share_hours(scenario)[None, :, None]).sum(axis=1)
        return np.asarray(join_year(price, over_year, axis=1) * operation_discount(scenario))

    return Measure(CSLOT, measure)


def _discount(name: str, *dims: str) -> Measure:
    """A cost per calendar year, discounted over the plan year."""
    return Measure(dims, lambda scenario: np.asarray(scenario[name] * operation_discount(scenario)))


def _measure_credit_dip(scenario: Arrays) -> np.ndarray:
    """What lets nothing be credited of removals below zero: `credit_share dip`, dip the furthest below (e, f, year)."""
    low, _ = bound_accounts(scenario)
    dip = np.where(np.isfinite(low), np.maximum(-low, 0.0), 0.0)
    return np.asarray(scenario["credit_share"] * dip[None])


def _measure_credit_rise(scenario: Arrays) -> np.ndarray:
    """The most that is ever credited: `credit_share rise`, rise the most removed, or the most allowed (e, f, year)."""
    _, high = bound_accounts(scenario)
    rise = np.where(np.isfinite(high), np.maximum(high, 0.0), np.inf)
    share = scenario["credit_share"]
    counted = np.where(share > 0, np.where(share > 0, share, 1.0) * rise[None], 0.0)
    return np.asarray(np.minimum(counted, scenario["most_credit"]))


def _measure_excess_cost(scenario: Arrays) -> np.ndarray:
    return np.asarray(price_pools(scenario)[:, None] * operation_discount(scenario))


def _measure_total_excess_cost(scenario: Arrays) -> np.ndarray:
    """What a unit of excess costs over the span of a cumulative target (target)."""
    return np.asarray(price_pools(scenario) * average_factors(scenario))


MEASURES: dict[str, Measure] = {
    # capacity and use
    "alive": Measure((TECHNOLOGY, YEAR, YEAR), measure_alive),
    "stands": Measure((TECHNOLOGY, YEAR, YEAR), measure_standing),
    "existing": take("existing", *TY),
    "use": Measure(TSLOT, measure_use),
    "must_use": Measure(TSLOT, _measure_must_use),
    "annual_use": Measure(TY, lambda s: np.asarray(s["annual_availability"] * s["yield"])),
    "peak_use": Measure((TECHNOLOGY, SLICE, YEAR), _measure_peak_use),
    "profile_taken": Measure((TECHNOLOGY, SLICE, YEAR), _measure_profile_taken),
    "capacity_weight": take("capacity_weight", TECHNOLOGY),
    # balance, storage, firm capacity
    "net_flow": Measure((TECHNOLOGY, COMMODITY, SLOT, YEAR), _measure_net_flow),
    "required": Measure(CSLOT, _measure_required),
    "keep": Measure(CS, _measure_keep),
    "holds": Measure(
        (TECHNOLOGY, COMMODITY, YEAR), lambda s: np.asarray(s["stores"][:, :, None] * s["content"][:, None, :])
    ),
    "initial_kept": Measure((COMMODITY,), _measure_initial),
    "start_level": take("start_level", *CY),
    "firm_output": Measure((TECHNOLOGY, COMMODITY, YEAR), _measure_firm_output),
    "firm_demand": Measure(CS, _measure_firm_demand),
    "firm_draw": Measure((TECHNOLOGY, COMMODITY, SLICE, YEAR), _measure_firm_draw),
    **LIMIT_MEASURES,
    **VINTAGE_MEASURES,
    # accounts and targets
    "factor_activity": _count("factor_activity"),
    "factor_capacity": _count("factor_capacity"),
    "factor_build": Measure(ATY, _measure_factor_build),
    "factor_purchase": take("factor_purchase", *ACY),
    "factor_sale": take("factor_sale", *ACY),
    "share": take("share", *APY),
    "credit_share": take("credit_share", *APY),
    "most_credit": take("most_credit", *APY),
    "credit_dip": Measure(APY, _measure_credit_dip),
    "credit_rise": Measure(APY, _measure_credit_rise),
    "exogenous": take("exogenous", ACCOUNT, YEAR),
    "cap": Measure((TARGET, YEAR), hold_caps),
    "counted_years": Measure((TARGET, YEAR), count_years),
    "miss_weight": Measure((TARGET,), price_pools),
    "most_miss": Measure((), lambda _: np.asarray(np.inf)),
    # cost of one unit of each decision, in money of the first year
    "build_cost": Measure(TY, lambda s: np.asarray(s["capex"] * weigh_investment(s))),
    "begin_cost": Measure(TY, lambda s: np.asarray(s["project_cost"] * weigh_investment(s))),
    "lost_worth": Measure(TY, _measure_lost_worth),
    "early_outlay": Measure(TY, lambda s: np.asarray(s["capex"] * weigh_early(s))),
    "early_start": Measure(TY, lambda s: np.asarray(s["project_cost"] * weigh_early(s))),
    "capacity_cost": _discount("fixed_cost", *TY),
    "activity_cost": _discount("variable_cost", *TY),
    "purchase_cost": _price_trade("purchase_price"),
    "sale_income": _price_trade("sale_price"),
    "account_cost": _discount("account_price", ACCOUNT, YEAR),
    "unit_discount": Measure((YEAR,), operation_discount),
    "excess_cost": Measure((TARGET, YEAR), _measure_excess_cost),
    "total_excess_cost": Measure((TARGET,), _measure_total_excess_cost),
}
"""How each coefficient is measured, by the name that the program asks for."""
