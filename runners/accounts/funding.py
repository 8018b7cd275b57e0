"""Who pays for the plan's investments: outlays, and the own money, loans and grants that cover them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from runners.accounts.amounts import Floats, Money, list_rows, price_decided
from runners.accounts.outlays import draw_actors, grant_actors, spend_actors
from scenarios.loans import GRANT
from scenarios.terms import ACTOR, INSTRUMENT, YEAR

USE, SOURCE = "use", "source"
OUTLAY, OWN, GAP_OF_OWN = "outlay", "own", "own_gap"
SECURED, APPLIED, GAP = "secured", "applied", "gap"
SMALLEST = 1e-9
"""Amounts below this are rounding of the solver; sources of nothing get no row."""


def cover_outlays(scenario: xr.Dataset, plan: xr.Dataset) -> dict[str, Floats]:
    """Real money from each source (actor, year): own money, own money beyond its limit, every instrument by name."""
    own = plan["own"].transpose(ACTOR, YEAR).values
    limit = scenario["own_funds"].values * scenario["length"].values
    gap = np.maximum(own - limit, 0.0)
    by_instrument = draw_actors(plan) + grant_actors(scenario, plan)
    labels = scenario[INSTRUMENT].values.tolist()
    return {OWN: own - gap, GAP_OF_OWN: gap, **dict(zip(labels, by_instrument, strict=True))}


def tabulate_funding(scenario: xr.Dataset, plan: xr.Dataset, reference: xr.Dataset | None = None) -> pd.DataFrame:
    """Uses and sources of money for investments, of each actor in each year; they sum to the same.

    Columns: actor, name_sv, name_en, kind, year, side (use or source), item (outlay; own, own_gap or an instrument),
    status (of sources: secured; applied for, which grants are; gap, which is own money beyond `own_funds`), amount
    (constant prices, over the years the plan year stands for), nominal (at the plan year's price level), change and
    change_nominal (against the do-nothing path; blank without one), unit.
    """
    grants = scenario[INSTRUMENT].values[scenario["instrument_kind"].values == GRANT].tolist()
    status = {GAP_OF_OWN: GAP, **dict.fromkeys(grants, APPLIED)}
    amounts = {OUTLAY: spend_actors(scenario, plan)} | cover_outlays(scenario, plan)
    changes = {} if reference is None else _change(scenario, amounts, reference)
    moved = {item: np.abs(values) + np.abs(changes.get(item, 0.0)) for item, values in amounts.items()}
    money = {item: _blank(price_decided(scenario, values), moved[item]) for item, values in amounts.items()}
    nominal = {item: price_decided(scenario, values).nominal for item, values in changes.items()}
    table = list_rows(scenario, money, str(scenario.attrs["money"]), change=changes, change_nominal=nominal)
    side = np.where(table["item"] == OUTLAY, USE, SOURCE)
    words = [status.get(item, "" if item == OUTLAY else SECURED) for item in table["item"]]
    place = table.columns.get_loc(YEAR)
    table.insert(int(place) + 1, "side", side)  # type: ignore[arg-type]
    table.insert(int(place) + 3, "status", words)  # type: ignore[arg-type]
    return table


def _change(scenario: xr.Dataset, amounts: dict[str, Floats], reference: xr.Dataset) -> dict[str, Floats]:
    before = {OUTLAY: spend_actors(scenario, reference)} | cover_outlays(scenario, reference)
    return {item: values - before[item] for item, values in amounts.items()}


def _blank(money: Money, moved: Floats) -> Money:
    """The amounts, no number where neither the plan nor the do-nothing path has any."""
    return Money(np.where(moved > SMALLEST, money.real, np.nan), money.nominal)
