"""Who pays for the plan's investments: outlays, the own money, loans and grants that cover them, and support beside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from runners.accounts.amounts import Floats, Money, list_rows, price_decided, price_paid, price_running
from runners.accounts.carrying import bring_own, follow_savings, shift_planned
from runners.accounts.outlays import draw_actors, grant_actors, pay_actors, pay_settled, receive_actors
from scenarios.arithmetic.support import support_by_instrument
from scenarios.catalog_finance import GRANT, SUPPORT
from scenarios.terms import ACTOR, INSTRUMENT, YEAR

if TYPE_CHECKING:
    import xarray as xr

USE, SOURCE, INCOME = "use", "source", "income"
OUTLAY, OWN, GAP_OF_OWN = "outlay", "own", "own_gap"
SECURED, APPLIED, GAP = "secured", "applied", "gap"
SMALLEST = 1e-9
"""Amounts below this are rounding of the solver; sources of nothing get no row."""


def cover_outlays(scenario: xr.Dataset, plan: xr.Dataset) -> dict[str, Floats]:
    """Real money from each source (actor, year): own money, own money beyond its limit, every instrument by name."""
    own = plan.variables["own"].transpose(ACTOR, YEAR).values
    limit = scenario.variables["own_funds"].values * scenario.variables["length"].values
    limit = limit + bring_own(scenario, plan) + shift_planned(scenario, plan)
    limit = limit + follow_savings(scenario, plan, "used") + pay_settled(scenario, plan)
    gap = np.maximum(own - limit, 0.0)
    by_instrument = draw_actors(plan) + grant_actors(scenario, plan)
    labels = scenario.variables[INSTRUMENT].values.tolist()
    return {OWN: own - gap, GAP_OF_OWN: gap, **dict(zip(labels, by_instrument, strict=True))}


def tabulate_funding(scenario: xr.Dataset, plan: xr.Dataset, reference: xr.Dataset | None = None) -> pd.DataFrame:
    """Uses and sources of money for investments, of each actor in each year, which sum to the same; support beside.

    Columns: `plan/funding` in the catalog of results.
    """
    kinds = scenario.variables["instrument_kind"].values
    given = scenario.variables[INSTRUMENT].values[np.isin(kinds, (GRANT, SUPPORT))].tolist()
    status = {GAP_OF_OWN: GAP, **dict.fromkeys(given, APPLIED)}
    amounts = _list_amounts(scenario, plan)
    before = {} if reference is None else _list_amounts(scenario, reference)
    changes = {item: amounts[item].real - money.real for item, money in before.items()}
    nominal = {item: amounts[item].nominal - money.nominal for item, money in before.items()}
    money = {item: _blank(money, before.get(item)) for item, money in amounts.items()}
    table = list_rows(scenario, money, str(scenario.attrs["money"]), change=changes, change_nominal=nominal)
    incomes = scenario.variables[INSTRUMENT].values[kinds == SUPPORT].tolist()
    side = [USE if item == OUTLAY else INCOME if item in incomes else SOURCE for item in table["item"]]
    words = [status.get(item, "" if item == OUTLAY else SECURED) for item in table["item"]]
    place = table.columns.get_loc(YEAR)
    table.insert(int(place) + 1, "side", side)  # type: ignore[arg-type]
    table.insert(int(place) + 3, "status", words)  # type: ignore[arg-type]
    return table


def _list_amounts(scenario: xr.Dataset, plan: xr.Dataset) -> dict[str, Money]:
    """Outlays, what covers them, and support, by item (actor, year); own money pays what is left in nominal money."""
    outlay = price_paid(scenario, pay_actors(scenario, plan))
    sources = {item: price_decided(scenario, values) for item, values in cover_outlays(scenario, plan).items()}
    granted = receive_actors(scenario, plan)
    for i in np.flatnonzero(scenario.variables["instrument_kind"].values == GRANT):
        sources[str(scenario.variables[INSTRUMENT].values[i])] = price_paid(scenario, granted[i])
    others = np.sum([money.nominal for item, money in sources.items() if item != OWN], axis=0)
    sources[OWN] = Money(sources[OWN].real, outlay.nominal - others)
    amounts = {OUTLAY: outlay} | sources
    support = support_by_instrument(scenario, plan).sum(axis=2)
    for i in np.flatnonzero(scenario.variables["instrument_kind"].values == SUPPORT):
        amounts[str(scenario.variables[INSTRUMENT].values[i])] = price_running(scenario, support[i])
    return amounts


def _blank(money: Money, before: Money | None) -> Money:
    """The amounts, no number where neither the plan nor the do-nothing path has any, real or nominal.

    A loan is drawn evenly over a period of which one year alone may be paid in: what is covered in real money may then
    leave own money something to pay, or to keep, in that of its years.
    """
    moved = np.abs(money.real) + np.abs(money.nominal)
    if before is not None:
        moved = moved + np.abs(before.real) + np.abs(before.nominal)
    return Money(np.where(moved > SMALLEST, money.real, np.nan), money.nominal)
