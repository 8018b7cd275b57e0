"""What the tables of money become: nominal amounts deflated, switches applied, owners filled in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas
import xarray as xr

from scenarios.cash import share_owners
from scenarios.catalog_finance import FINANCE_QUANTITIES
from scenarios.choices import Choices
from scenarios.loans import index_prices, list_calendar
from scenarios.terms import INSTRUMENT, TECHNOLOGY, YEAR

NOMINAL_UNIT = "nominal "
"""How the unit of an amount begins that is money of its own year."""

CEILINGS = ("debt_ceiling", "debt_ceiling_amount")
FRAMES = ("own_funds", "frame", "outlay_step")


def settle_finance(scenario: xr.Dataset, frames: Mapping[str, pandas.DataFrame], choices: Choices) -> xr.Dataset:
    """The scenario with real amounts only, `price_index`, `reference_operating` (0) and the user's switches.

    Args:
        scenario: as filled from the tables; amounts still as written.
        frames: the chosen rows, for the units of amounts.
        choices: ceilings, frames and instruments that are switched off.
    """
    calendar = list_calendar(scenario)
    index = index_prices(scenario)[scenario[YEAR].values.astype(int) - calendar[0]]
    scenario["price_index"] = (YEAR, index, {"unit": "1", "sentence": "Price level; 1 in the price year."})
    for quantity in FINANCE_QUANTITIES:
        if quantity.yearly and "{money}" in quantity.unit:
            for label in _find_nominal(frames[quantity.table], quantity.name, quantity.dims[0]):
                scenario[quantity.name].loc[{quantity.dims[0]: label}] /= index
    sentence = {"unit": "{money}/yr", "sentence": "Operating cash of the do-nothing path."}
    scenario["reference_operating"] = (("actor", YEAR), np.zeros((scenario.sizes["actor"], len(index))), sentence)
    scenario["owned"] = ((TECHNOLOGY, "actor"), share_owners(scenario), scenario["owned"].attrs)
    if not choices.ceiling:
        _fill(scenario, CEILINGS, np.inf)
    if not choices.frames:
        _fill(scenario, FRAMES, np.inf)
        _fill(scenario, ("least_result",), -np.inf)
    left_out = np.isin(scenario[INSTRUMENT].values, list(choices.instruments))
    scenario["eligible"] = scenario["eligible"].where(~left_out[:, None], 0.0)
    return scenario


def _find_nominal(frame: pandas.DataFrame, quantity: str, dim: str) -> list[Any]:
    """Labels whose amounts of a quantity are written in money of their own year."""
    rows = frame[(frame["quantity"] == quantity) & frame["unit"].str.startswith(NOMINAL_UNIT)]
    return list(rows[dim].unique())


def _fill(scenario: xr.Dataset, names: tuple[str, ...], number: float) -> None:
    for name in names:
        scenario[name] = scenario[name].copy(data=np.full(scenario[name].shape, number))
