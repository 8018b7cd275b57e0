"""What does one plan cost and emit, by the yardsticks of every definition of a cost per tonne?

The definitions stand in docs/measures.md, with letters as in docs/mathematics.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import xarray as xr

from scenarios.arithmetic.money import begin_investments, finance_multiplier, operation_discount, outlay_values
from scenarios.arithmetic.pools import count_own, price_pools
from scenarios.arithmetic.service import find_curved, find_service_start, measure_alive, spread_starts
from scenarios.arithmetic.targets import average_factors, bound_plan, find_period
from scenarios.arrays import Arrays, read_arrays
from scenarios.catalog import ACCOUNT, TARGET, YEAR
from scenarios.choices import TIMINGS
from scenarios.errors import CaseError, Problem

ANNUITY, UNDISCOUNTED, DISCOUNTED = "annuity", "undiscounted", "discounted"
DEFINITIONS = (ANNUITY, UNDISCOUNTED, DISCOUNTED)
"""Of a cost per tonne."""
REMOVAL, AT_LEAST = "removal", "at_least"
KILOTONNE, MILLION, KILO = "kt", "M", 1000.0
PRICED = "priced"


class Amounts(NamedTuple):
    """What a plan comes to: MSEK of present cost without misses, the account over the span, the same discounted, cost
    and account of one year, and MSEK of present value that misses are priced at.

    Of two plans, or a share of what two differ by: costs are the first less the second, tonnes what the first saves.
    """

    cost: float
    tonnes: float
    discounted: float
    year_cost: float
    year_tonnes: float
    misses: float


PER_DEFINITION = {
    ANNUITY: ("year_cost", "year_tonnes"),
    UNDISCOUNTED: ("cost", "tonnes"),
    DISCOUNTED: ("cost", "discounted"),
}
"""Which amounts each definition divides."""


@dataclass(frozen=True)
class Yardstick:
    """What is measured: an account (`sign` -1 where less of it is better, else 1) and a year of the plan."""

    account: str
    year: int
    sign: int
    unit: str

    def measure(self, scenario: xr.Dataset, plan: xr.Dataset) -> Amounts:
        """The amounts of a plan; tonnes are those of the account times `sign`, so that more is better."""
        place = list(scenario[ACCOUNT].values).index(self.account)
        value = self.sign * plan["account_value"].values[place]
        year = int(np.flatnonzero(scenario[YEAR].values == self.year)[0])
        misses = price_misses(scenario, plan)
        return Amounts(
            cost=float(plan.attrs["social_cost"]) - misses,
            tonnes=float(value @ scenario["length"].values),
            discounted=float(value @ operation_discount(read_arrays(scenario))),
            year_cost=cost_of_year(scenario, plan, year),
            year_tonnes=float(value[year]),
            misses=misses,
        )


def choose_yardstick(scenario: xr.Dataset, account: str, year: int | None) -> Yardstick:
    """The yardstick of an account and plan year.

    Without a year the one that stands for the year of the account's first target after the plan's first year.
    """
    given = read_arrays(scenario)
    place = list(scenario[ACCOUNT].values).index(account)
    mine = scenario["target_account"].values == account
    up = scenario["account_role"].values[place] == REMOVAL or AT_LEAST in scenario["target_sense"].values[mine]
    years, (first, last) = scenario[YEAR].values, bound_plan(given)
    later = [int(y) for y in scenario["target_year"].values[mine] if first < int(y) <= last]
    stands = find_period(given, min(later)) if later else -1
    chosen = year if year is not None else int(years[stands])
    return Yardstick(account, chosen, 1 if up else -1, str(scenario["account_unit"].values[place]))


def find_account(scenario: xr.Dataset) -> str:
    """The account meant where none is named: net of removals where there is one, else the total, else the first.

    Raises:
        CaseError: the case has no accounts.
    """
    if not scenario.sizes[ACCOUNT]:
        raise CaseError([Problem("curve_no_accounts", "curve.account")])
    net = (scenario["credit_share"].values > 0).any(axis=(1, 2))
    total = scenario["account_role"].values == "total"
    chosen = net if net.any() else total
    return str(scenario[ACCOUNT].values[int(np.argmax(chosen))])


def scale_unit(money: str, unit: str) -> float:
    """What a cost per unit of account is multiplied by to be shown: MSEK per kt is 1000 SEK per tonne."""
    return KILO if counts_tonnes(money, unit) else 1.0


def counts_tonnes(money: str, unit: str) -> bool:
    """Whether a cost per unit can be shown as crowns per tonne."""
    return money.startswith(MILLION) and unit.startswith(KILOTONNE)


def name_per_unit(money: str, unit: str) -> str:
    """The unit of a cost per unit of account: of a kilotonne that of the money by the tonne, as SEK/t of MSEK."""
    return f"{money.removeprefix(MILLION)}/t" if counts_tonnes(money, unit) else f"{money}/{unit}"


def divide_costs(amounts: Amounts, definition: str, smallest: float) -> float:
    """Cost per unit of account by a definition; not a number where there are no tonnes (within `smallest`)."""
    cost, tonnes = (float(getattr(amounts, name)) for name in PER_DEFINITION[definition])
    return cost / tonnes if abs(tonnes) > smallest else float("nan")


def price_misses(scenario: xr.Dataset, plan: xr.Dataset) -> float:
    """Present value of what misses of priced targets cost: `D_op price missed` and `price d_total excess_total`."""
    given = read_arrays(scenario)
    price = np.where(scenario[f"{TARGET}_mode"].values == PRICED, price_pools(given), 0.0)
    yearly = price @ (count_own(given, plan["missed"].values) @ operation_discount(given))
    return float(yearly + price @ (average_factors(given) * plan["excess_total"].values))


def cost_of_year(scenario: xr.Dataset, plan: xr.Dataset, year: int) -> float:
    """What one year of a plan costs, undiscounted: investments as annuities over their lives, and operation.

    Args:
        year: its place among the years of the plan.
    """
    begun = begin_investments(scenario, plan) * spread_investments(scenario, year)
    fixed = scenario["fixed_cost"].values[:, year] @ plan["capacity"].values[:, year]
    variable = scenario["variable_cost"].values[:, year] @ plan["activity"].values[:, :, year].sum(axis=1)
    trade = 0.0
    for name, sign in (("purchase", 1.0), ("sale", -1.0)):
        price = np.nan_to_num(scenario[f"{name}_price"].values[:, :, year])
        trade += sign * float((price * plan[name].values[:, :, year]).sum())
    accounts = scenario["account_price"].values[:, year] @ plan["account_value"].values[:, year]
    return float(begun.sum() + fixed + variable + trade + accounts)


def spread_investments(scenario: xr.Dataset, year: int) -> np.ndarray:
    """What an investment of one costs in a year, had it to be repaid by its service, evenly (technology, vintage).

    finance sum_t paid d_t / mean_{0 <= i < W} sum_{0 <= j < life} (1+r)^-(b + i + j + o_op - y0), where it serves; a
    survival curve counts each j by the share that still stands
    """
    given = read_arrays(scenario)
    years, rate = given[YEAR].astype(float), float(given["discount_rate"])
    offset = TIMINGS[scenario.attrs["discount_operation"]]
    spent = outlay_values(given).sum(axis=2) * finance_multiplier(given)[:, None]
    due = (1.0 + rate) ** (find_service_start(given) + offset - years[0])
    payments = _count_payments(given, rate)[:, None] * _average_starts(given, rate)
    paid = np.divide(spent * due, payments, out=np.zeros(spent.shape), where=payments > 0)
    return np.asarray(measure_alive(given)[:, :, year] * paid)


def _average_starts(given: Arrays, rate: float) -> np.ndarray:
    """`mean_{0 <= i < W} (1+r)^-i` over the years in which a vintage starts (technology, vintage); 1 where in one."""
    count = np.maximum(spread_starts(given), 1.0)
    each = (1.0 + rate) ** -np.arange(count.max(initial=1.0))
    return np.asarray((each * (np.arange(len(each)) < count[:, :, None])).sum(axis=2) / count)


def _count_payments(given: Arrays, rate: float) -> np.ndarray:
    """`sum_j S(j) (1+r)^-j` over the ages j of service (technology); the lives need not be whole or end."""
    life = given["life"]
    evenly = life if rate == 0 else -np.expm1(-life * np.log1p(rate)) * (1.0 + rate) / rate
    curves = np.nan_to_num(given["survival"])
    served = (curves * (1.0 + rate) ** -np.arange(float(curves.shape[1]))).sum(axis=1)
    return np.asarray(np.where(find_curved(given), served, evenly))
