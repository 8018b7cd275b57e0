"""What does the way from one plan's cost to another's consist of? An exact decomposition of the difference.

    cost(B) - cost(A) = sum over components i and items j of  c[i,j](B) - c[i,j](A)

with `c` the present values of the cost table: every one belongs to a component (investment, what is left of it, upkeep,
purchases, missed targets ...) and an item (a technology, a commodity, an account, a target). Where both
scenarios are at hand, each difference is parted once more, exactly too:

    c(B) - c(A) = [c(A's decisions at B's numbers) - c(A)] + [c(B) - c(A's decisions at B's numbers)]
                   numbers: what else costs another sum       plan: what is decided otherwise

A's decisions need not be a plan of B; the middle is a way of counting, not a recommendation.

By actor: cost[a] = owned capital cost[a] - sum_y D_op[y] operating[a,y]. Tariffs between actors cancel in the sum, so
    sum_a cost[a] + missed targets + account prices that nobody pays - taxes that nobody receives = cost.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from runners.analyses.comparison.compared_plans import Side
from runners.reports.tables import tabulate_costs
from runners.results.plan_words import COMPONENTS, VALUED
from scenarios.arithmetic.cash import find_taxer, operating_cash, share_owners, tax_plan
from scenarios.arithmetic.charges import sum_charges
from scenarios.arithmetic.money import operation_discount
from scenarios.arrays import read_arrays
from scenarios.catalog import ACTOR, TECHNOLOGY

CLOSES = 1e-6
"""Largest rest of a bridge, over the larger of 1 and the costs: more is an error of ours."""
CAPITAL = ("investment", "salvage", "hurdle")
PRESENT = "present_value"
KEYS = ["component", "kind", "item"]
NAMES = ["name_sv", "name_en"]
MISSED, BROKEN, PRICED, UNRECEIVED = "missed_targets", "broken_limits", "account_prices", "tax_unreceived"
"""What no actor pays: values put on misses and on accounts, and taxes of a case that has no state."""


class BridgeOpen(Exception):
    """A decomposition that does not sum to its difference: our own fault."""


def bridge_costs(first: Side, second: Side) -> pd.DataFrame:
    """The difference of cost by component and item.

    Columns: `compare/bridge` in the catalog of results.
    """
    mine, theirs = (_sum_costs(side.tables["costs"]) for side in (first, second))
    middle = _cross(first, second)
    table = pd.DataFrame({"first": mine[PRESENT], "second": theirs[PRESENT]}).fillna(0.0)
    if middle is not None:
        table = table.join(middle[PRESENT].rename("middle"), how="outer").fillna(0.0)
    table["difference"] = table["second"] - table["first"]
    table["numbers"] = table["middle"] - table["first"] if middle is not None else np.nan
    table["plan"] = table["second"] - table["middle"] if middle is not None else np.nan
    names = pd.concat([part[NAMES] for part in (mine, theirs, middle) if part is not None])
    names = names[~names.index.duplicated()]
    check_closed(float(table["difference"].sum()), first.cost, second.cost)
    columns = [*KEYS, *NAMES, "first", "second", "difference", "numbers", "plan"]
    return table.join(names).reset_index()[columns].sort_values(KEYS, ignore_index=True)


def check_closed(total: float, first: float, second: float) -> None:
    """Raise BridgeOpen where a total is not the difference of two costs."""
    rest = total - (second - first)
    if not abs(rest) <= CLOSES * max(1.0, abs(first), abs(second)):
        raise BridgeOpen(f"the bridge leaves {rest:g} of {second - first:g}")


def _sum_costs(costs: pd.DataFrame) -> pd.DataFrame:
    """Present values and names by component, kind and item."""
    return costs.groupby(KEYS).agg({PRESENT: "sum", **dict.fromkeys(NAMES, "first")})


def _cross(first: Side, second: Side) -> pd.DataFrame | None:
    """What the first plan's decisions cost at the second's numbers; None where labels differ."""
    if first.plan is None or second.scenario is None or first.scenario is None:
        return None
    mine, theirs = first.scenario, second.scenario
    same = all(mine.get_index(dim).equals(theirs.get_index(dim)) for dim in mine.dims if dim != "source")
    if not same or not np.array_equal(mine["target_pool"].values, theirs["target_pool"].values):
        return None
    return _sum_costs(tabulate_costs(theirs, first.plan))


def bridge_actors(first: Side, second: Side) -> pd.DataFrame | None:
    """The difference of cost by who bears it; None where a scenario is not at hand or has no actors.

    Columns: `compare/bridge_actors` in the catalog of results.
    """
    parts = []
    for side in (first, second):
        if side.scenario is None or side.plan is None or not side.scenario.sizes[ACTOR]:
            return None
        parts.append(share_cost(side.scenario, side.plan))
    mine, theirs = parts
    numbers = ["capital", "operating"]
    table = mine[numbers].add_suffix("_first").join(theirs[numbers].add_suffix("_second"), how="outer").fillna(0.0)
    for name in numbers:
        table[name] = table[f"{name}_second"] - table[f"{name}_first"]
    for side_name in ("first", "second"):
        table[side_name] = table[f"capital_{side_name}"] + table[f"operating_{side_name}"]
    table["difference"] = table["second"] - table["first"]
    check_closed(float(table["difference"].sum()), first.cost, second.cost)
    names = pd.concat([mine[NAMES], theirs[NAMES]])
    table = table.join(names[~names.index.duplicated()])
    return table.reset_index()[[ACTOR, *NAMES, "first", "second", "difference", *numbers]]


def share_cost(scenario: xr.Dataset, plan: xr.Dataset) -> pd.DataFrame:
    """Present cost by actor and what no actor bears (index actor: name_sv, name_en, capital, operating)."""
    given = read_arrays(scenario)
    costs = tabulate_costs(scenario, plan)
    capital = _sum_capital(scenario, costs)
    discount = operation_discount(given)
    rows = {
        str(actor): {
            "name_sv": str(scenario[f"{ACTOR}_name_sv"].values[a]),
            "name_en": str(scenario[f"{ACTOR}_name_en"].values[a]),
            "capital": float(share_owners(given)[:, a] @ capital),
            "operating": float(-operating_cash(given, plan)[a] @ discount),
        }
        for a, actor in enumerate(scenario[ACTOR].values)
    }
    charged = float(sum_charges(given, plan) @ discount)
    for name, component, paid in ((MISSED, "excess", 0.0), (BROKEN, "breach", 0.0), (PRICED, "account_price", charged)):
        value = float(costs.loc[costs["component"] == component, PRESENT].sum()) - paid
        rows[name] = {"name_sv": name, "name_en": name, "capital": 0.0, "operating": value}
    if not find_taxer(given).any():
        taxes = float(tax_plan(given, plan) @ discount)
        rows[UNRECEIVED] = {"name_sv": UNRECEIVED, "name_en": UNRECEIVED, "capital": 0.0, "operating": -taxes}
    table = pd.DataFrame.from_dict(rows, orient="index")
    table.index.name = ACTOR
    return table


def _sum_capital(scenario: xr.Dataset, costs: pd.DataFrame) -> np.ndarray:
    """Present capital cost of each technology (technology)."""
    chosen = costs[costs["component"].isin(CAPITAL)]
    sums = chosen.groupby("item")[PRESENT].sum()
    return sums.reindex(scenario[TECHNOLOGY].values).fillna(0.0).to_numpy()


def group_components(bridge: pd.DataFrame) -> pd.DataFrame:
    """The bridge by component: component, first, second, difference, numbers, plan."""
    numbers = ["first", "second", "difference", "numbers", "plan"]
    sums = bridge.groupby("component")[numbers].sum(min_count=1)
    return sums.reindex([name for name in COMPONENTS if name in sums.index]).reset_index()


def group_items(bridge: pd.DataFrame) -> pd.DataFrame:
    """The bridge by item: kind, item, names, first, second, difference, and its parts: capital, operation, other."""
    table = bridge.copy()
    table["part"] = table["component"].map(
        lambda component: "capital" if component in CAPITAL else "other" if component in VALUED else "operation"
    )
    parts = table.pivot_table(
        index=["kind", "item"], columns="part", values="difference", aggfunc="sum", fill_value=0.0
    )
    sums = table.groupby(["kind", "item"]).agg(
        {**dict.fromkeys(NAMES, "first"), "first": "sum", "second": "sum", "difference": "sum"}
    )
    return sums.join(parts).reset_index()
