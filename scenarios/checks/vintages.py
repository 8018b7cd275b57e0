"""Whether numbers by vintage mean something: of what has capacity, told for it once, and with one sign."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from scenarios.catalog import COMMODITY, INSTRUMENT, QUANTITIES, SLICE, TECHNOLOGY, VINTAGE
from scenarios.catalog_finance import SUPPORT
from scenarios.cells import NUMBER, ROW
from scenarios.checks.view import View, file_of, list_records, place_problem, write_plainly
from scenarios.errors import Problem
from scenarios.tables import OUTPUT, QUANTITY
from scenarios.vintage_rows import FLOW, STOCK_VINTAGE

VINTAGED = tuple(quantity.name for quantity in QUANTITIES if quantity.vintaged)


def _list_dated(view: View, *names: str) -> pd.DataFrame:
    """Rows of quantities that say a vintage."""
    rows = pd.concat([view.written(name) for name in names])
    return rows[rows[VINTAGE] != ""]


def find_mixed_vintages(view: View) -> Iterator[Problem]:
    """A row without a vintage beside rows of vintages of the same number: which one holds cannot be told."""
    for name in VINTAGED:
        rows = view.written(name)
        keys = [TECHNOLOGY, COMMODITY, SLICE]
        dated = rows[rows[VINTAGE] != ""].drop_duplicates(keys)
        other = dict(zip(zip(*(dated[key] for key in keys), strict=True), dated[ROW], strict=True))
        for place in list_records(rows[rows[VINTAGE] == ""].drop_duplicates(keys)):
            key = tuple(place[key] for key in keys)
            if key in other:
                yield place_problem("vintage_mixed", place, VINTAGE, other_row=other[key])


def find_vintages_of_none(view: View) -> Iterator[Problem]:
    """Vintages of what has no capacity, and of modes where only their host has one, or that take none of it."""
    weights = view.single("capacity_weight")
    for place in list_records(_list_dated(view, *VINTAGED).drop_duplicates([TECHNOLOGY, QUANTITY])):
        name = place[TECHNOLOGY]
        if name not in view.technologies or view.host(name) not in view.technologies:
            continue
        fields = {TECHNOLOGY: name, QUANTITY: place[QUANTITY], "host": view.host(name)}
        if view.technologies[view.host(name)]["capacitated"] == "no":
            yield place_problem("vintage_of_none", place, VINTAGE, **fields)
        elif place[QUANTITY] != FLOW and view.host(name) != name:
            yield place_problem("vintage_of_mode", place, VINTAGE, **fields)
        elif weights.get(name, 1.0) == 0:
            yield place_problem("vintage_weightless", place, VINTAGE, **fields)


def find_turning_vintages(view: View) -> Iterator[Problem]:
    """Flows that some vintages make and others take."""
    flows = view.written(FLOW)
    dated = _list_dated(view, FLOW)
    pairs = set(zip(dated[TECHNOLOGY], dated[COMMODITY], strict=True))
    for (technology, commodity), rows in flows.groupby([TECHNOLOGY, COMMODITY], sort=False):
        if (technology, commodity) not in pairs:
            continue
        made, taken = rows[rows[NUMBER] > 0], rows[rows[NUMBER] < 0]
        if len(made) and len(taken):
            first, place = sorted([list_records(made)[0], list_records(taken)[0]], key=lambda own: int(own[ROW]))
            fields = {TECHNOLOGY: technology, COMMODITY: commodity, "other_row": first[ROW]}
            fields |= {"found": write_plainly(place[NUMBER]), "other": write_plainly(first[NUMBER])}
            yield place_problem("vintage_turns", place, **fields)


def find_idle_stock_vintages(view: View) -> Iterator[Problem]:
    """Years of build of a stock of which nothing is given by vintage, where they would change nothing."""
    dated = {view.host(k) for k in _list_dated(view, *VINTAGED)[TECHNOLOGY] if k in view.technologies}
    for name, (row, column) in view.rows_of(STOCK_VINTAGE).items():
        if name not in dated and name in view.capacitated:
            yield Problem("stock_vintage_idle", file_of("parameters"), row, column, {TECHNOLOGY: name})


def find_vintages_supported(view: View) -> Iterator[Problem]:
    """Support by output of a commodity that the vintages of a technology make unlike much of."""
    outputs = {name: about[OUTPUT] for name, about in view.labels("instruments").items() if about["kind"] == SUPPORT}
    rows = _list_dated(view, FLOW)
    dated = dict(zip(zip(rows[TECHNOLOGY], rows[COMMODITY], strict=True), rows[ROW], strict=True))
    rates = view.written("support_rate")
    for place in list_records(rates[rates[NUMBER] > 0].drop_duplicates([INSTRUMENT, TECHNOLOGY])):
        pair = place[TECHNOLOGY], outputs.get(place[INSTRUMENT], "")
        if pair in dated:
            fields = {INSTRUMENT: place[INSTRUMENT], TECHNOLOGY: pair[0], COMMODITY: pair[1], "other_row": dated[pair]}
            yield place_problem("vintage_supported", place, TECHNOLOGY, **fields)
