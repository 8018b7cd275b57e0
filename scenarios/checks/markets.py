"""Which commodities cannot be balanced: demand nobody serves, goods nobody takes, markets and stores without sense."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from scenarios.catalog import COMMODITY, QUANTITY_BY_NAME, SLICE, TECHNOLOGY
from scenarios.cells import NUMBER, ROW, expand_slices, fill_years
from scenarios.checks.view import View, file_of, list_records, place_problem
from scenarios.errors import Problem
from scenarios.tables import QUANTITY

STORAGE = "storage"
MARKETS = {"most_purchase": "purchase_price", "least_purchase": "purchase_price", "most_sale": "sale_price"}
"""Limit of a trade to the price without which there is no trade."""
STORAGE_NUMBERS = {"storage_loss": ("season", "year", "horizon"), "initial_level": ("horizon",)} | {
    "start_level": ("year", "horizon")
}
"""Numbers of a store to the kinds of storage in which they mean something."""


def find_unserved_demands(view: View) -> Iterator[Problem]:
    """Demands that no technology that can run, no purchase and no level can serve.

    Where nothing is to be done and measures alone could serve one, doing nothing is no way, and that is what is told.
    """
    served = _producible(view, view.excluded) | _traded(view, "purchase_price") | _leveled(view)
    by_measures = _producible(view, frozenset(view.choices.exclude)) if view.choices.do_nothing else frozenset()
    for name, (row, column) in view.rows_of("demand").items():
        demand = view.filled("demand", [name])
        if name in view.commodities and name not in served and (demand > 0).any():
            key = "demand_unserved_idle" if name in by_measures else "demand_unserved"
            yield Problem(key, file_of("demands"), row, column, {COMMODITY: name})


def find_unavailable_inputs(view: View) -> Iterator[Problem]:
    """Commodities that technologies consume and nobody can deliver, so that these technologies never run.

    What only a choice shuts out counts as delivered: that its users then stand still is what was chosen.
    """
    delivered = (
        _producible(view, frozenset(), standing=view.written("existing"))
        | _traded(view, "purchase_price")
        | _leveled(view)
        | _demanded(view, -1)
    )
    flows = view.written("flow")
    for place in list_records(flows[flows[NUMBER] < 0].drop_duplicates(COMMODITY)):
        if place[COMMODITY] in frozenset(view.commodities) - delivered:
            fields = {COMMODITY: place[COMMODITY], TECHNOLOGY: place[TECHNOLOGY]}
            yield place_problem("input_unavailable", place, COMMODITY, **fields)


def find_unusable_outputs(view: View) -> Iterator[Problem]:
    """Commodities that are made and that nobody takes, so that whatever makes them never runs."""
    flows = view.written("flow")
    taken = {*flows.loc[flows[NUMBER] < 0, COMMODITY]} | _traded(view, "sale_price") | _demanded(view, 1)
    taken |= {c for c, about in view.commodities.items() if about["surplus"] == "yes"}
    for place in list_records(flows[flows[NUMBER] > 0].drop_duplicates(COMMODITY)):
        if place[COMMODITY] in frozenset(view.commodities) - taken:
            fields = {COMMODITY: place[COMMODITY], TECHNOLOGY: place[TECHNOLOGY]}
            yield place_problem("output_unusable", place, COMMODITY, **fields)


def find_limits_without_market(view: View) -> Iterator[Problem]:
    """Limits of purchase or sale of what has no price, and so no market."""
    for limit, price in MARKETS.items():
        for name, (row, column) in view.rows_of(limit).items():
            if name not in _traded(view, price):
                fields = {COMMODITY: name, QUANTITY: limit, "price": price}
                yield Problem("market_missing", file_of("supplies"), row, column, fields)


def find_endless_profits(view: View) -> Iterator[Problem]:
    """Goods that can be bought and sold at a profit without limit: the plan would have no least cost."""
    places = view.rows_of("sale_price")
    for name in view.names[COMMODITY] & _traded(view, "purchase_price") & frozenset(places):
        free = all(np.isinf(view.filled(limit, [name])).all() for limit in ("most_purchase", "most_sale"))
        if free and name in view.commodities and view.years:
            bought, sold = (_draw_prices(view, quantity, name) for quantity in ("purchase_price", "sale_price"))
            gains = (sold > bought.reindex(sold.index)).to_numpy()
            yearly = view.commodities[name]["balance"] == "year" and view.commodities[name][STORAGE] == "no"
            if gains.all(axis=0).any() if yearly else gains.any():
                row, column = places[name]
                yield Problem("profit_endless", file_of("prices"), row, column, {COMMODITY: name})


def _draw_prices(view: View, quantity: str, commodity: str) -> pd.DataFrame:
    """Prices of a commodity by slice (rows) and year (columns)."""
    rows = view.written(quantity)
    rows = expand_slices(rows[rows[COMMODITY] == commodity], list(view.labels("slices")))
    return fill_years(rows, QUANTITY_BY_NAME[quantity], [SLICE], view.years)


def find_missing_stores(view: View) -> Iterator[Problem]:
    """Stored commodities without a store that has room, and stores of what is not stored."""
    stored = {c: about for c, about in view.commodities.items() if about[STORAGE] != "no"}
    rows = view.written("stores")
    rows = rows[rows[NUMBER] > 0]
    roomy = set(view.rows_of("content")) & set(view.capacitated)
    for name, about in stored.items():
        if name not in set(rows[COMMODITY]):
            yield Problem("store_missing", file_of("commodities"), int(about[ROW]), STORAGE, {COMMODITY: name})
    for place in list_records(rows):
        fields = {COMMODITY: place[COMMODITY], TECHNOLOGY: place[TECHNOLOGY]}
        if place[COMMODITY] not in stored and place[COMMODITY] in view.commodities:
            yield place_problem("store_of_unstored", place, COMMODITY, **fields)
        elif place[TECHNOLOGY] not in roomy and place[TECHNOLOGY] in view.technologies:
            yield place_problem("store_without_room", place, TECHNOLOGY, **fields)


def find_numbers_without_storage(view: View) -> Iterator[Problem]:
    """Losses and first levels of commodities that are not stored that way, where they would be ignored."""
    for quantity, kinds in STORAGE_NUMBERS.items():
        for name, (row, column) in view.rows_of(quantity).items():
            found = view.commodities.get(name, {}).get(STORAGE, kinds[0])
            if found not in kinds:
                fields = {COMMODITY: name, QUANTITY: quantity, "found": found, "allowed": ", ".join(kinds)}
                yield Problem("storage_number_idle", file_of("supplies"), row, column, fields)


def find_margins_over_years(view: View) -> Iterator[Problem]:
    """Reserve margins on commodities that are balanced over the year and so have no peak."""
    for name, (row, column) in view.rows_of("reserve_margin").items():
        about = view.commodities.get(name)
        if about is not None and about["balance"] == "year":
            yield Problem("margin_over_year", file_of("demands"), row, column, {COMMODITY: name})


def find_margins_without_firm(view: View) -> Iterator[Problem]:
    """Reserve margins on commodities for which no technology counts as firm."""
    firm = view.written("firm_credit")
    credited = set(firm.loc[firm[NUMBER] > 0, COMMODITY])
    for name, (row, column) in view.rows_of("reserve_margin").items():
        if name not in credited:
            yield Problem("margin_without_firm", file_of("demands"), row, column, {COMMODITY: name})


def _producible(view: View, excluded: frozenset[str], standing: pd.DataFrame | None = None) -> frozenset[str]:
    """Commodities made by a technology that can run: without capacity, standing, or buildable and not excluded.

    `standing`: rows of stock whose technologies count as standing, even of nothing; None: those above nothing.
    """
    flows = view.written("flow")
    if standing is None:
        stock = view.written("existing")
        standing = stock[stock[NUMBER] > 0]
    able = {*standing[TECHNOLOGY]} | (view.builders - excluded)
    running = {k for k, about in view.technologies.items() if about["capacitated"] == "no" or view.host(k) in able}
    return frozenset(flows.loc[(flows[NUMBER] > 0) & flows[TECHNOLOGY].isin(running), COMMODITY])


def _traded(view: View, price: str) -> frozenset[str]:
    return frozenset(view.written(price)[COMMODITY])


def _leveled(view: View) -> frozenset[str]:
    return frozenset(name for name, level in view.single("initial_level").items() if level > 0)


def _demanded(view: View, sign: int) -> frozenset[str]:
    """Commodities with a demand of this sign in some year, or one that cannot be read; a negative demand is a gift.

    A demand of nothing is one all the same: a table of all municipalities has zeros where there is no traffic abroad.
    """
    demands = view.numbers[view.numbers[QUANTITY] == "demand"]
    signed = demands[NUMBER] * sign > 0
    return frozenset(demands.loc[demands[NUMBER].isna() | signed | (sign * (demands[NUMBER] == 0) > 0), COMMODITY])
