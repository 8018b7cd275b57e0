"""A town without mistakes, and how a test spoils it in one place."""

from __future__ import annotations

import copy
from typing import Any

import town

from scenarios.catalog import TABLE_BY_NAME
from scenarios.checks.check import check_tables
from scenarios.choices import Choices
from scenarios.tables import Tables

TOWN: dict[str, Any] = {
    "case": {"first_year": 2025, "last_year": 2030, "price_year": 2025},
    "slices": [
        {"slice": "winter", "hours": 4000, "season": "cold"},
        {"slice": "summer", "hours": 4760, "season": "warm"},
    ],
    "commodities": [
        {"commodity": "gas", "purchase_price": 0.4, "most_purchase": 100},
        {"commodity": "power", "balance": "slice", "purchase_price": {"winter": 0.9, "summer": 0.5}},
        {"commodity": "heat", "balance": "slice", "demand": 10, "profile": {"winter": 0.7, "summer": 0.3}},
        {"commodity": "cold", "balance": "slice", "storage": "year", "surplus": "yes"},
    ],
    "technologies": [
        {"technology": "boiler", "resolution": "slice", "existing": 5, "flow": {"heat": 1, "gas": -1.25}},
        {
            "technology": "pump",
            "resolution": "slice",
            "buildable": "yes",
            "measure": "yes",
            "capex": {2025: 3, 2030: 2},
            "life": 20,
            "most_capacity": 8,
            "flow": {"heat": 1, "power": -0.3, "cold": 0.7},
        },
        {"technology": "tank", "existing": 1, "content": 2, "stores": {"cold": 1}},
        {
            "technology": "retrofit",
            "buildable": "yes",
            "measure": "yes",
            "capex": 1,
            "life": 30,
            "most_build": 2,
            "flow": {"heat": 1},
        },
        {"technology": "free", "capacitated": "no", "flow": {"heat": 1, "power": -1}},
    ],
    "groups": [{"group": "crews", "weight": {"pump": 1, "retrofit": 1}, "group_most_build": 3}],
    "accounts": [
        {"account": "co2", "factor_purchase": {"gas": 0.2}, "inventory": {2024: 4}},
        {"account": "total", "share": {"co2": 1}},
    ],
    "targets": [{"target": "half", "account": "co2", "year": 2030, "basis": "reduction", "value": 50}],
}
"""A town without mistakes; each test spoils it in one place."""


def spoil(edits: dict[str, Any]) -> Tables:
    """The tables of TOWN after edits.

    `table.label.key` sets a key of the shorthand row of that label (None takes it away), `case.key` one of the case,
    `table` appends rows, `table:line:column` sets the text of one cell of the finished table.
    """
    rows = copy.deepcopy(TOWN)
    cells = {place: text for place, text in edits.items() if ":" in place}
    for place, value in edits.items():
        table, *rest = place.split(".")
        if ":" in place:
            continue
        if not rest:
            rows.setdefault(table, []).extend(value)
            continue
        row = rows["case"]
        if table != "case":
            row = next(row for row in rows[table] if row[TABLE_BY_NAME[table].keys[0]] == rest[0])
        row[rest[-1]] = value
        if value is None:
            del row[rest[-1]]
    tables = town.build_town(**rows)
    for place, text in cells.items():
        table, line, column = place.split(":")
        tables.frames[table].loc[int(line), column] = text
    return tables


def tell(edits: dict[str, Any], lang: str = "en", **choices: Any) -> list[str]:
    """What a user reads about TOWN after edits; keywords are fields of Choices."""
    return [problem.tell(lang) for problem in check_tables(spoil(edits), Choices(**choices))]
