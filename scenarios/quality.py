"""How good the numbers of a case are: shares of published, derived and assumed ones, and which assumptions matter most.

An assumption matters by the money that hangs on it: discounted costs of a plan where there is one, else what the
technology or commodity could turn over at most (`weigh_by_potential`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from scenarios.catalog import (
    ACCOUNT,
    ACTOR,
    COMMODITY,
    CONFIDENCES,
    GROUP,
    PATH,
    SLICE,
    SOURCE,
    TABLES,
    TARGET,
    TECHNOLOGY,
)
from scenarios.cells import NUMBER, ROW, TABLE, list_numbers
from scenarios.choices import Choices
from scenarios.layers import name_place
from scenarios.paths import add_up, weaken
from scenarios.tables import CONFIDENCE, ITEM, QUANTITY, UNIT, VALUE, Tables, choose_rows

if TYPE_CHECKING:
    import xarray as xr

ASSUMED = CONFIDENCES[-1]
FILE = "file"
MONEY = "money"
OWNERS = (TECHNOLOGY, COMMODITY, ITEM, ACCOUNT, GROUP, TARGET, SLICE, ACTOR, PATH)
"""Keys that may say what a number is about, the first filled one says it."""
QUANTITIES_OF_COMPONENT: Mapping[str, tuple[str, ...]] = {
    "investment": ("capex", "project_cost", "life"),
    "salvage": ("capex", "project_cost", "life"),
    "hurdle": ("hurdle_rate", "loan_term"),
    "fixed": ("fixed_cost", "existing"),
    "variable": ("variable_cost",),
    "purchase": ("purchase_price",),
    "sale": ("sale_price",),
    "account_price": ("account_price",),
    "excess": ("price",),
    "breach": ("ceiling_price", "frame_price", "result_price"),
}
"""Component of a plan's cost to the quantities on which it hangs."""
HOURS_OF_YEAR = 8760.0

Weights = Mapping[tuple[str, str], float]
"""Quantity and item (a technology, commodity, account, target or actor) to money, in the money of the case."""


@dataclass(frozen=True)
class Quality:
    """How many numbers of each table are of each confidence.

    `counts` has one row per table that holds numbers and one column per confidence, numbers as a file has them.
    """

    counts: pd.DataFrame

    @property
    def total(self) -> int:
        """All numbers counted."""
        return int(self.counts.to_numpy().sum())

    @property
    def shares(self) -> dict[str, float]:
        """Confidence to its share of all numbers; zeros where there are none."""
        return {name: float(self.counts[name].sum()) / max(self.total, 1) for name in CONFIDENCES}

    @property
    def shares_by_table(self) -> pd.DataFrame:
        """Shares of each table, rows and columns as in `counts`."""
        return self.counts.div(self.counts.sum(axis=1), axis=0)


def measure_quality(tables: Tables, choices: Choices) -> Quality:
    """Counts of numbers by table and confidence, in the rows that the chosen variants select."""
    numbers = _list_chosen(tables, choices)
    counts = pd.crosstab(numbers[TABLE], numbers[CONFIDENCE])
    order = [table.name for table in TABLES if table.name in counts.index]
    return Quality(counts.reindex(index=order, columns=list(CONFIDENCES), fill_value=0))


def rank_assumptions(tables: Tables, weights: Weights, choices: Choices | None = None) -> pd.DataFrame:
    """The assumed numbers on which most money hangs, dearest first.

    Args:
        tables: the case.
        weights: money by quantity and item; what has no weight is left out.
        choices: choices whose variants select the rows; none: rows without a variant.

    Returns:
        One row per quantity, item and source with `quantity, item, value, unit, source, row, file, money`: value and
        row are those of the first number (all its rows, where it follows a path), money is the weight times the share
        of the item's numbers that it covers.
    """
    numbers = _list_chosen(tables, choices or Choices())
    whole = add_up(numbers)
    numbers = numbers.assign(**{ITEM: _find_owners(numbers)})
    cells = zip(numbers[TABLE], numbers[ROW], strict=True)
    places = [name_place(tables.layers, f"{table}.csv", row) for table, row in cells]
    numbers[FILE], numbers[ROW] = [file for file, _ in places], [row for _, row in places]
    numbers[VALUE] = whole
    numbers[MONEY] = [abs(weights.get(key, 0.0)) for key in zip(numbers[QUANTITY], numbers[ITEM], strict=True)]
    key = [QUANTITY, ITEM]
    numbers[MONEY] /= numbers.groupby(key)[NUMBER].transform("size")
    assumed = numbers[(numbers[CONFIDENCE] == ASSUMED) & (numbers[MONEY] > 0)]
    money = assumed.groupby([*key, SOURCE])[MONEY].transform("sum")
    ranked = assumed.assign(**{MONEY: money}).drop_duplicates([*key, SOURCE])
    ranked = ranked.sort_values(MONEY, ascending=False, kind="stable")
    return ranked[[*key, VALUE, UNIT, SOURCE, ROW, FILE, MONEY]].reset_index(drop=True)


def measure_money(tables: Tables, weights: Weights, choices: Choices | None = None) -> dict[str, float]:
    """Confidence to its share of the money that hangs on numbers; zeros where none does.

    Money of an item is shared by its numbers, and counted once: on what the component's first quantity in
    QUANTITIES_OF_COMPONENT says, not on the life and the fixed sum beside it.
    """
    numbers = _list_chosen(tables, choices or Choices())
    first = {names[0] for names in QUANTITIES_OF_COMPONENT.values()}
    numbers = numbers[numbers[QUANTITY].isin(first)]
    key = [numbers[QUANTITY], _find_owners(numbers)]
    money = np.array([abs(weights.get(pair, 0.0)) for pair in zip(*key, strict=True)])
    money = money / numbers[NUMBER].groupby(key).transform("size").to_numpy()
    total = float(money.sum()) or 1.0
    return {name: float(money[(numbers[CONFIDENCE] == name).to_numpy()].sum()) / total for name in CONFIDENCES}


def weigh_by_costs(costs: Mapping[tuple[str, str], float]) -> dict[tuple[str, str], float]:
    """Weights from a plan's discounted cost, given by component (as QUANTITIES_OF_COMPONENT names them) and item.

    >>> weigh_by_costs({("investment", "pump"): 5.0, ("salvage", "pump"): -2.0})
    {('capex', 'pump'): 3.0, ('project_cost', 'pump'): 3.0, ('life', 'pump'): 3.0}
    """
    sums: dict[tuple[str, str], float] = {}
    for (component, item), money in costs.items():
        for quantity in QUANTITIES_OF_COMPONENT.get(component, ()):
            sums[quantity, item] = sums.get((quantity, item), 0.0) + money
    return {key: abs(money) for key, money in sums.items()}


def weigh_by_potential(scenario: xr.Dataset) -> dict[tuple[str, str], float]:
    """Weights where there is no plan: what each item would turn over in the whole plan at its full potential.

    Investment at the most that could ever be built; running costs and purchases at full use of that and of the stock;
    undiscounted. Where nothing limits what can be built, the demand that it could serve does.

    Args:
        scenario: Dataset as `scenarios.assemble` makes it.
    """
    years = scenario.variables["length"].values
    added = _measure_room(scenario)
    capacity = scenario.variables["existing"].values + added[:, None]
    activity = capacity * scenario.variables["yield"].values
    capex, fixed, variable = (
        np.abs(scenario.variables[name].values) for name in ("capex", "fixed_cost", "variable_cost")
    )
    flow = scenario.variables["flow"].values.mean(axis=2)
    price = np.abs(np.nan_to_num(scenario.variables["purchase_price"].values)).mean(axis=1)
    bought = np.einsum("kcy,ky->cy", np.maximum(-flow, 0.0), activity) + np.maximum(
        scenario.variables["demand"].values, 0.0
    )
    bought = np.minimum(bought, scenario.variables["most_purchase"].values)
    fuel = np.einsum("kcy,ky,cy->ky", np.maximum(-flow, 0.0), activity, price)
    technologies, commodities = (tuple(map(str, scenario[dim].values)) for dim in (TECHNOLOGY, COMMODITY))
    money = {
        "capex": (technologies, capex.mean(axis=1) * added),
        "life": (technologies, capex.mean(axis=1) * added),
        "fixed_cost": (technologies, (fixed * capacity) @ years),
        "variable_cost": (technologies, (variable * activity) @ years),
        "flow": (technologies, fuel @ years),
        "purchase_price": (commodities, (price * bought) @ years),
    }
    return {
        (quantity, item): float(amount)
        for quantity, (items, amounts) in money.items()
        for item, amount in zip(items, amounts, strict=True)
        if amount > 0
    }


def _measure_room(scenario: xr.Dataset) -> np.ndarray:
    """Most capacity of each technology that could be added, in its own unit."""
    staying = np.where(
        scenario.variables["technology_retirable"].values[:, None], 0.0, scenario.variables["existing"].values
    )
    potential = np.maximum(scenario.variables["most_capacity"].values - staying, 0.0).max(axis=1)
    pace = (scenario.variables["most_build"].values * scenario.variables["length"].values).sum(axis=1)
    made = (
        np.maximum(scenario.variables["flow"].values.mean(axis=2), 0.0) * scenario.variables["yield"].values[:, None, :]
    )
    demand = np.maximum(scenario.variables["demand"].values, 0.0)
    served = np.divide(demand[None], made, out=np.zeros(made.shape), where=made > 0).max(axis=(1, 2), initial=0.0)
    room = np.minimum(potential, pace)
    return np.where(scenario.variables["technology_buildable"].values, np.where(np.isfinite(room), room, served), 0.0)


def _list_chosen(tables: Tables, choices: Choices) -> pd.DataFrame:
    """The readable numbers that the chosen variants select."""
    numbers = weaken(list_numbers(choose_rows(tables, choices.variants)))
    return numbers[numbers[NUMBER].notna() & numbers[CONFIDENCE].isin(CONFIDENCES)].reset_index(drop=True)


def _find_owners(numbers: pd.DataFrame) -> pd.Series[str]:
    """What each number is about."""
    owner = numbers[OWNERS[0]]
    for key in OWNERS[1:]:
        owner = owner.mask(owner == "", numbers[key])
    return owner
