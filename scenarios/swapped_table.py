"""The case with other rows in one of its tables."""

from __future__ import annotations

from dataclasses import replace

import pandas

from scenarios.catalog import TABLES
from scenarios.catalog_aside import BENEFIT_VALUES, BENEFITS
from scenarios.tables import Tables


def swap_table(tables: Tables, name: str, frame: pandas.DataFrame) -> Tables:
    """The case with other rows in a table, as an analysis asks about it.

    Tables that stand aside go: they speak of the case as it was written, and are no part of a scenario. Benefits
    stay: a choice counts them.
    """
    gone = {table.name for table in TABLES if table.aside} - {BENEFITS, BENEFIT_VALUES}
    kept = {table: rows.iloc[:0] if table in gone else rows for table, rows in tables.frames.items()}
    return replace(tables, frames={**kept, name: frame})
