"""Whether layers contradict one another: a unit that a higher layer gives to what lower layers count in another."""

from __future__ import annotations

from collections.abc import Iterator

from scenarios.catalog import TABLES, Table
from scenarios.checks import rows as checks_rows
from scenarios.checks.view import View, file_of
from scenarios.errors import Problem
from scenarios.layers import name_place, number_keys
from scenarios.tables import CASE, MONEY_UNIT, QUANTITY, VALUE

ENDING = "unit"
"""How columns are called that say in which unit others count."""
PRICE_YEAR = "price_year"


def find_contradicting_units(view: View) -> Iterator[Problem]:
    """A row that gives another unit, money or price year than the layer below whose numbers stand in it."""
    differing = list(_list_differing(view))
    if not differing:
        return
    left = any(problem.row is not None and problem.row < 0 for problem in checks_rows.find_wrong_units(view))
    for problem in differing:
        if left or problem.fields["what"] == PRICE_YEAR:
            yield problem


def _list_differing(view: View) -> Iterator[Problem]:
    """Rows whose unit is another than that of the row that they take the place of."""
    tables = view.tables
    for table in TABLES:
        gone = tables.overridden.get(table.name)
        if gone is None or gone.empty or not (table.name == CASE or _list_unit_columns(table)):
            continue
        kept, keys = tables.frames[table.name], number_keys(table)
        for line, row in kept.iterrows():
            below = gone
            for key in keys:
                below = below[below[key] == row[key]]
            for column in _list_unit_columns(table, str(row.get(QUANTITY, ""))):
                if len(below) and str(below.iloc[-1][column]) != str(row[column]):
                    place = "{}:{}".format(*name_place(tables.layers, file_of(table.name), int(below.index[-1])))
                    what = str(row[keys[0]]) if keys else table.name
                    fields = {"what": what, "found": row[column], "below": below.iloc[-1][column], "place": place}
                    yield Problem("layer_unit", file_of(table.name), int(str(line)), column, fields)


def _list_unit_columns(table: Table, quantity: str = "") -> list[str]:
    if table.name == CASE:
        return [VALUE] if quantity in (MONEY_UNIT, PRICE_YEAR) else []
    return [label.name for label in table.labels if label.name.endswith(ENDING)]
