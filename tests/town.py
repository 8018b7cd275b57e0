"""Small towns for tests: a few rows expand to a valid case, so that a test shows only what it is about.

Worked example. A town needs 10 GWh of heat a year in 2025 and 2026. A boiler makes it from gas (1.25 GWh of gas per
GWh of heat), which costs 0.4 MSEK/GWh and emits 0.2 kt/GWh when bought. A heat pump may be built for 3 MSEK/MW, and
emissions may be at most 1 kt from 2026 on:

    scenario = town.scenario_of(
        {
            "case": {"first_year": 2025, "last_year": 2026, "discount_rate": 0.0},
            "commodities": [
                {"commodity": "gas", "purchase_price": 0.4},
                {"commodity": "power", "purchase_price": {2025: 0.5, 2026: 0.6}},
                {"commodity": "heat", "demand": 10},
            ],
            "technologies": [
                {"technology": "boiler", "existing": 5, "yield": 8.76, "flow": {"heat": 1, "gas": -1.25}},
                {"technology": "pump", "buildable": "yes", "measure": "yes", "capex": 3, "life": 20, "yield": 8.76,
                 "flow": {"heat": 1, "power": -0.3}},
            ],
            "accounts": [{"account": "co2", "factor_purchase": {"gas": 0.2}}],
            "targets": [{"target": "cap", "account": "co2", "year": 2026, "value": 1, "mode": "hard"}],
        },
        salvage="none",
    )

The shorthand:

* Tables are named as in the catalog and hold rows, dicts of column to value. Nothing is required: names are the
  row's label; unit, source and confidence are filled; programme, sector and actor are `town`; units are MW and GWh
  for technologies, GWh for commodities, kt for accounts, MW for groups; all else is the catalog's default. Thus
  technologies are not buildable, are decided per year and are capacitated unless said otherwise.
* `case` is one dict of quantity to value. Left out: first year 2025, last year the first, price year 2025, base
  year 2024, money MSEK and a discount rate of **0** (not the catalog's).
* No slices: one slice `all` of 8760 h. The `season` of a slice is `year` where left out.
* A row of a table that names things (commodities, technologies, accounts, groups) may carry any quantity of the
  catalog about that thing as an extra key; it moves to the quantity's own table. The value is a number, or a dict
  over what else the number depends on: an int is a year (of `survival` an age), a text is the other label, then
  the slice, in the order of the table's columns, and `v2025` is a vintage; dicts nest:

      {"technology": "pump", "capex": {2025: 3, 2030: 2}, "availability": {"winter": 0.8, "summer": {2030: 1}}}
      {"technology": "pump", "flow": {"heat": {"winter": 2.5, "summer": 3.5}, "power": -1}, "existing": 4}
      {"technology": "pump", "flow": {"heat": 1, "power": {"v2025": -0.4, "v2030": {2030: -0.3, 2040: -0.32}}}}
      {"commodity": "heat", "demand": {2025: 10}, "profile": {"winter": 0.7, "summer": 0.3}}
      {"account": "co2", "inventory": {2024: 100}, "factor_activity": {"car": {2025: 0.2, 2030: 0.1}}}
      {"account": "total", "share": {"co2": 1}, "exogenous": 5}
      {"group": "crews", "weight": {"pump": 1, "boiler": 2}, "group_most_build": 10}

  `factor_activity`, `factor_capacity`, `factor_build`, `counted_share` may also stand with the technology, and
  `factor_purchase`, `factor_sale` with the commodity, as dicts over accounts: `{"technology": "car",
  "factor_activity": {"co2": 0.2}}`. `weight` may stand with the technology as `{"crews": 1}`.
* Rows of the other tables (`targets`, `logic`, `slices`) and rows written in full are taken as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import xarray

from scenarios.assemble import assemble
from scenarios.catalog import QUANTITY_BY_NAME, TABLE_BY_NAME, WIDE_TABLES, Quantity
from scenarios.choices import Choices
from scenarios.tables import Tables, columns_of, tables_of

CASE = {
    "name_sv": "town",
    "name_en": "town",
    "money": "MSEK",
    "discount_rate": 0.0,
    "price_year": 2025,
    "first_year": 2025,
    "base_year": 2024,
}
ROWS = {
    "slices": {"season": "year"},
    "commodities": {"unit": "GWh"},
    "technologies": {
        "programme": "town",
        "sector": "town",
        "actor": "town",
        "capacity_unit": "MW",
        "activity_unit": "GWh",
    },
    "accounts": {"unit": "kt"},
    "groups": {"unit": "MW"},
}
YEARS = ("year", "age")
BUILT = re.compile(r"v\d{4}")


def write_town(folder: Path, tables: Tables) -> Path:
    """The tables of a town as CSV files in a folder that is made for them."""
    folder.mkdir(exist_ok=True)
    for name, frame in tables.frames.items():
        if len(frame):
            frame.to_csv(folder / f"{name}.csv", index=False)
    return folder


def build_town(**tables: Any) -> Tables:
    """The tables of a town written in the shorthand of this module's docstring."""
    case = {**CASE, **tables.pop("case", {})}
    case.setdefault("last_year", case["first_year"])
    tables.setdefault("slices", [{"slice": "all", "hours": 8760}])
    rows: dict[str, list[dict[str, Any]]] = {"case": [{"quantity": key, "value": case[key]} for key in case]}
    for name, given in tables.items():
        table = TABLE_BY_NAME[name]
        for row in given:
            own = {key: value for key, value in row.items() if key in columns_of(table)}
            rows.setdefault(name, []).append({**ROWS.get(name, {}), **own})
            for key in (key for key in row if key not in own):
                quantity = QUANTITY_BY_NAME[key]
                found = move_quantity(table.declares, row[table.declares], quantity, row[key])
                rows.setdefault(quantity.table, []).extend(found)
    return tables_of(rows)


def scenario_of(tables: Tables | Mapping[str, Any], **choices: Any) -> xarray.Dataset:
    """The scenario of a town, given as tables or in the shorthand; keywords are fields of Choices."""
    built = tables if isinstance(tables, Tables) else build_town(**tables)
    return assemble(built, Choices(**choices))


def move_quantity(dim: str, label: str, quantity: Quantity, value: Any) -> Iterator[dict[str, Any]]:
    """The rows of the quantity's own table that a number, or a dict over further keys, stands for."""
    keys = list(TABLE_BY_NAME[quantity.table].keys)
    own = dim if dim in keys else "item"
    assert own in keys, f"{quantity.name} is no quantity of a {dim}"
    assert quantity.table not in WIDE_TABLES, f"{quantity.name} is a column of {quantity.table}"
    row: dict[str, Any] = {own: label}
    if "quantity" in keys:
        row["quantity"] = quantity.name
    free = [key for key in keys if key not in row]
    yield from _unfold(row, free, value)


def _unfold(row: dict[str, Any], free: list[str], value: Any) -> Iterator[dict[str, Any]]:
    if not isinstance(value, Mapping):
        yield {**row, "value": value}
        return
    for label, inner in value.items():
        key, found = _find_key(label, free)
        yield from _unfold({**row, key: found}, [other for other in free if other != key], inner)


def _find_key(label: str | int, free: list[str]) -> tuple[str, str | int]:
    """The column that a label stands in, and what stands there."""
    if isinstance(label, str) and BUILT.fullmatch(label) and "vintage" in free:
        return "vintage", label[1:]
    return next(key for key in free if key != "vintage" and (key in YEARS) == isinstance(label, int)), label
