"""Money of a workbook in the prices of each year: every block of a money sheet once more, below the constant ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pandas as pd

from runners.reports.workbook_blocks import Contents
from runners.views.renderers.sheets import Block, Sheet

CURRENT = {
    "amount": "nominal",
    "outlay": "nominal",
    "cost": "nominal",
    "investment": "nominal",
    "change": "change_nominal",
}
"""Columns of money in constant prices, and those with the same money in the prices of each year."""
MARK = "_current"
"""What the keys of such blocks end with."""


def show_both(contents: Contents, write: Callable[[Contents], Sheet | None]) -> Sheet | None:
    """A sheet whose blocks stand below once more, their money in the prices of each year.

    Blocks in which that changes nothing, as of present values, are not repeated.
    """
    sheet, current = write(contents), write(take_current(contents))
    if sheet is None or current is None:
        return sheet
    known = {block.key: block for block in sheet.blocks}
    added = [block for block in current.blocks if block.key not in known or block.rows != known[block.key].rows]
    return replace(sheet, blocks=(*sheet.blocks, *(mark_current(contents, block) for block in added)))


def take_current(contents: Contents) -> Contents:
    """The contents with money in the prices of each year wherever a table has both."""
    tables = {name: _swap(table) for name, table in contents.run.tables.items()}
    return replace(contents, run=replace(contents.run, tables=tables))


def mark_current(contents: Contents, block: Block) -> Block:
    """A block that says that its money is of each year; its chart is that of the constant one."""
    heading = contents.say("heading_current", heading=block.heading) if block.heading else contents.say("only_current")
    return replace(block, key=block.key + MARK, heading=heading, chart=None)


def _swap(table: pd.DataFrame) -> pd.DataFrame:
    known = {real: current for real, current in CURRENT.items() if real in table and current in table}
    return table.assign(**{real: table[current] for real, current in known.items()})
