"""What a case writes by vintage: numbers of what was built in each plan year, and of the stock.

Along years and along vintages a number runs straight between those given and is constant outside them; a slice of its
own goes before a blank one. Of each number the stock has that of its `stock_vintage`, else that of the first given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scenarios.arrays import Scenario, read_arrays
from scenarios.catalog import COMMODITY, DATED, FLOWN, QUANTITY_BY_NAME, SLICE, TECHNOLOGY, VINTAGE, YEAR, Quantity
from scenarios.spread import Cells, Floats, Labels, Written, draw_lines, numbers_of, positions
from scenarios.tables import VALUE

FLOW, AVAILABILITY, ANNUAL = "flow", "availability", "annual_availability"
BY_VINTAGE = "_by_vintage"
FLOW_BY_VINTAGE, AVAILABILITY_BY_VINTAGE, ANNUAL_BY_VINTAGE = (
    f"{name}{BY_VINTAGE}" for name in (FLOW, AVAILABILITY, ANNUAL)
)
STOCK_VINTAGE = "stock_vintage"
OWN_DIMS: Mapping[str, tuple[str, ...]] = {
    FLOW_BY_VINTAGE: (FLOWN, VINTAGE, SLICE, YEAR),
    AVAILABILITY_BY_VINTAGE: (DATED, VINTAGE, SLICE, YEAR),
    ANNUAL_BY_VINTAGE: (DATED, VINTAGE, YEAR),
}
"""Numbers by vintage and what each is indexed by: a pair of technology and commodity, or a technology."""

Series = tuple[str, ...]


def spread_vintages(
    written: Written, labels: Labels, variables: dict[str, Any], hosts: Sequence[str]
) -> dict[str, tuple[str, NDArray[Any]]]:
    """Add all numbers by vintage to the variables of a scenario, and give the stock's to the plain quantities.

    Args:
        written: rows of the case.
        labels: of every dimension.
        variables: of the scenario so far; changed in place.
        hosts: of each technology.

    Returns:
        The coordinates of pairs and technologies that have numbers by vintage.
    """
    flows, dated = _list_series(written, FLOW), []
    for name in (AVAILABILITY, ANNUAL):
        dated += [series for series in _list_series(written, name) if series not in dated]
    technology, commodity = (list(labels[dim]) for dim in (TECHNOLOGY, COMMODITY))
    flows.sort(key=lambda pair: (technology.index(pair[0]), commodity.index(pair[1])))
    dated.sort(key=lambda own: technology.index(own[0]))
    built = variables[STOCK_VINTAGE][1]
    stock = {k: float(built[technology.index(host)]) for k, host in zip(technology, hosts, strict=True)}
    for name, series in ((FLOW, flows), (AVAILABILITY, dated), (ANNUAL, dated)):
        _fill(QUANTITY_BY_NAME[name], series, written, labels, variables, stock)
    return {
        FLOWN: (FLOWN, np.array(["/".join(pair) for pair in flows], dtype=str)),
        f"{FLOWN}_{TECHNOLOGY}": (FLOWN, np.array([pair[0] for pair in flows], dtype=str)),
        f"{FLOWN}_{COMMODITY}": (FLOWN, np.array([pair[1] for pair in flows], dtype=str)),
        DATED: (DATED, np.array([own[0] for own in dated], dtype=str)),
    }


def place_vintages(quantity: Quantity, place: Mapping[str, Any], scenario: Scenario) -> dict[str, tuple[Any, ...]]:
    """Where the numbers by vintage stand that go with places of a plain quantity; empty where there are none.

    Args:
        quantity: the plain one.
        place: what is meant along its dimensions; all where a dimension is left out.
        scenario: whose labels these are.
    """
    if not quantity.vintaged:
        return {}
    given = read_arrays(scenario)
    own = OWN_DIMS[f"{quantity.name}{BY_VINTAGE}"][0]
    meant = np.ones(len(given[own]), dtype=bool)
    for dim in _dims_of(quantity):
        labels = given[own if own == DATED else f"{own}_{dim}"]
        meant &= np.isin(labels, given[dim][place.get(dim, slice(None))])
    index = (np.flatnonzero(meant), slice(None), *(place.get(dim, slice(None)) for dim in (SLICE, YEAR)))
    index = index if SLICE in quantity.dims else (*index[:2], index[3])
    return {f"{quantity.name}{BY_VINTAGE}": index} if meant.any() else {}


def _dims_of(quantity: Quantity) -> list[str]:
    return [dim for dim in quantity.dims if dim not in (SLICE, YEAR)]


def _list_series(written: Written, name: str) -> list[Series]:
    """The labels for which a quantity is given by vintage, in the order of the rows."""
    quantity = QUANTITY_BY_NAME[name]
    cells = written.of(quantity)
    rows = zip(*(cells[dim] for dim in _dims_of(quantity)), cells[VINTAGE], strict=True)
    return list(dict.fromkeys(tuple(series) for *series, vintage in rows if vintage))


def _fill(
    quantity: Quantity,
    series: Sequence[Series],
    written: Written,
    labels: Labels,
    variables: dict[str, Any],
    stock: Mapping[str, float],
) -> None:
    """One quantity by vintage, beside the plain one."""
    _, plain, attributes = variables[quantity.name]
    vintages = labels[VINTAGE].to_numpy(dtype=float)
    cells = written.of(quantity)
    own: dict[Series, list[int]] = {}
    for row, key in enumerate(zip(*(cells[dim] for dim in _dims_of(quantity)), strict=True)):
        own.setdefault(tuple(key), []).append(row)
    filled = np.empty((len(series), len(vintages), *plain.shape[len(_dims_of(quantity)) :]))
    for place, labelled in enumerate(series):
        at = tuple(positions([text], labels[dim])[0] for dim, text in zip(_dims_of(quantity), labelled, strict=True))
        rows = {column: [texts[row] for row in own.get(labelled, [])] for column, texts in cells.items()}
        if any(rows[VINTAGE]):
            drawn = _draw(quantity, rows, labels, np.append(stock[labelled[0]], vintages))
            plain[at], filled[place] = drawn[0], drawn[1:]
        else:
            filled[place] = plain[at]
    name = f"{quantity.name}{BY_VINTAGE}"
    variables[name] = (OWN_DIMS[name], filled, {**attributes, "sentence": f"{quantity.sentence} By year of build."})


def _draw(quantity: Quantity, rows: Cells, labels: Labels, vintages: Floats) -> Floats:
    """The rows of one series at each of the vintages: (vintage, slice, year), or (vintage, year)."""
    years = labels[YEAR].to_numpy(dtype=float)
    values = numbers_of(rows[VALUE])
    if SLICE not in quantity.dims:
        return _draw_slice(rows, values, np.arange(len(values)), years, vintages)
    places = positions(rows[SLICE], labels[SLICE])
    drawn = np.full((len(vintages), len(labels[SLICE]), len(years)), float(quantity.default))
    for place in np.unique(places):
        lines = _draw_slice(rows, values, np.flatnonzero(places == place), years, vintages)
        drawn[:, slice(None) if place < 0 else place] = lines[:, None] if place < 0 else lines
    return drawn


def _draw_slice(rows: Cells, values: Floats, own: NDArray[np.intp], years: Floats, vintages: Floats) -> Floats:
    """Lines along the years for each vintage given, and lines along the vintages between them (vintage, year)."""
    built, at = (numbers_of(rows[column])[own] for column in (VINTAGE, YEAR))
    if np.isnan(built).all():
        return np.tile(draw_lines(np.zeros(len(own), dtype=np.int64), at, values[own], years)[1], (len(vintages), 1))
    dated = ~np.isnan(built)
    given, series = np.unique(built[dated], return_inverse=True)
    lines = draw_lines(series.astype(np.int64), at[dated], values[own][dated], years)[1]
    column = np.repeat(np.arange(len(years)), len(given))
    grid = np.clip(vintages, given[0], given[-1])
    return draw_lines(column, np.tile(given, len(years)), lines.T.ravel(), grid)[1].T
