"""What the tables of money become: nominal amounts deflated, switches applied, owners filled in."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas
from numpy.typing import NDArray

from scenarios.arithmetic.cash import share_owners
from scenarios.arithmetic.loans import index_prices, list_calendar
from scenarios.arithmetic.standing import BUDGETED, name_budget
from scenarios.arrays import Arrays, remember
from scenarios.catalog import QUANTITIES, Quantity
from scenarios.catalog_finance import FINANCE_QUANTITIES
from scenarios.choices import OFF, Choices
from scenarios.tables import QUANTITY
from scenarios.terms import INSTRUMENT, YEAR

Floats = NDArray[np.float64]
Derive = Callable[[Arrays], np.ndarray]

NOMINAL_UNIT = "nominal "
"""How the unit of an amount begins that is money of its own year."""

ACCOUNT_PRICE = "account_price"
CEILINGS = ("debt_ceiling", "debt_ceiling_amount")
FRAMES = ("own_funds", "frame", "outlay_step")
LEAST_RESULT, MOST_LOSS = "least_result", "most_loss"
SAVING_SHARE = "saving_share"
"""Savings are measured against doing nothing, which itself has none."""


@remember
def index_years(scenario: Arrays) -> Floats:
    """Price level of every plan year; 1 in the price year."""
    return np.asarray(index_prices(scenario)[scenario[YEAR].astype(int) - list_calendar(scenario)[0]])


def list_derived(frames: Mapping[str, pandas.DataFrame], choices: Choices) -> dict[str, Derive]:
    """How each variable of money that is not as written follows from the arrays as written.

    Args:
        frames: the chosen rows, for the units of amounts.
        choices: ceilings, frames and instruments that are switched off.
    """
    derived: dict[str, Derive] = {"price_index": index_years, "owned": share_owners}
    for quantity in QUANTITIES:
        if may_be_nominal(quantity):
            nominal = _find_nominal(frames[quantity.table], quantity.name, quantity.dims[0])
            names = (quantity.name, name_budget(quantity.name)) if quantity.name in BUDGETED else (quantity.name,)
            if nominal:
                derived |= {name: _deflate(name, quantity.dims[0], nominal) for name in names}
    if choices.ceiling == OFF:
        derived |= {name: _fill(name, np.inf) for name in CEILINGS}
    if choices.frames == OFF:
        derived |= {name: _fill(name, np.inf) for name in (*FRAMES, MOST_LOSS)}
    if choices.result == OFF:
        derived |= {LEAST_RESULT: _fill(LEAST_RESULT, -np.inf)}
    if choices.do_nothing:
        derived |= {SAVING_SHARE: _fill(SAVING_SHARE, 0.0)}
    if choices.instruments:
        derived["eligible"] = _leave_out(choices.instruments)
    return derived


def may_be_nominal(quantity: Quantity) -> bool:
    """Whether amounts of a quantity may be written in money of their own year: of money by year, and account prices."""
    financial = quantity in FINANCE_QUANTITIES or quantity.name == ACCOUNT_PRICE
    return financial and quantity.yearly and "{money}" in quantity.unit


def _find_nominal(frame: pandas.DataFrame, quantity: str, dim: str) -> list[str]:
    """Labels whose amounts of a quantity are written in money of their own year."""
    marked = [unit.startswith(NOMINAL_UNIT) for unit in frame["unit"].tolist()]
    if not any(marked):
        return []
    rows = frame[marked]
    if QUANTITY in rows:
        rows = rows[rows[QUANTITY] == quantity]
    return [str(label) for label in rows[dim].unique()]


def _deflate(name: str, dim: str, nominal: list[str]) -> Derive:
    def derive(written: Arrays) -> np.ndarray:
        mask = np.isin(written[dim], nominal)
        return np.where(
            mask.reshape(-1, *[1] * (written[name].ndim - 1)), written[name] / index_years(written), written[name]
        )

    return derive


def _fill(name: str, number: float) -> Derive:
    return lambda written: np.full(written[name].shape, number)


def _leave_out(instruments: tuple[str, ...]) -> Derive:
    return lambda written: np.where(np.isin(written[INSTRUMENT], instruments)[:, None], 0.0, written["eligible"])
