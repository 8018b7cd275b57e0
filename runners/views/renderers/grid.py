"""A table as text in one language: what a page, paper and a screen show of its numbers."""

from __future__ import annotations

import math

from conf.words import format_number
from runners.views.section import Cell, Column, Formula, Grid, Kind, Row, Table

BLANK = "–"
KILO, SMALL = 1000.0, 1.0
FEW = 2
"""Decimals of a number below one, where neither its column nor its row says how many."""
WORDS = (Kind.TEXT, Kind.LONG)


def read_table(table: Table, lang: str) -> Grid:
    """The table as it is read, its sums in a last row."""
    rows = [
        Row(tuple(_write(cell, column, table.decimals[at] if table.decimals else None, lang)
                  for cell, column in zip(row, table.columns, strict=True)))
        for at, row in enumerate(table.rows)
    ]  # fmt: skip
    if table.total and table.rows:
        rows.append(Row(tuple(_write_sum(table, place, lang) for place in range(len(table.columns))), "total"))
    texts = next((place for place, column in enumerate(table.columns) if column.kind not in WORDS), len(table.columns))
    return Grid(
        key=table.key,
        caption=table.caption,
        note=table.note,
        heads=tuple(str(column.title) for column in table.columns),
        rows=tuple(rows),
        texts=texts,
        folded=table.folded,
        printed=table.printed,
        words=tuple(place for place, column in enumerate(table.columns) if column.kind in WORDS and place >= texts),
    )


def _write(cell: Cell, column: Column, decimals: int | None, lang: str) -> str:
    if isinstance(cell, Formula):
        cell = cell.value
    if isinstance(cell, str):
        return cell
    if cell is None:
        return "" if column.kind in WORDS else BLANK
    if column.kind is Kind.WHOLE:
        return str(int(cell))
    if column.kind is Kind.COUNT:
        return format_number(float(cell), lang, 0)
    own = column.decimals if column.decimals is not None else decimals
    return format_number(float(cell), lang, _choose(abs(float(cell))) if own is None else own)


def _choose(size: float) -> int:
    return 0 if size >= KILO else FEW if 0 < size < SMALL else 1


def _write_sum(table: Table, place: int, lang: str) -> str:
    column = table.columns[place]
    if place == 0:
        return table.total
    if not column.summed:
        return ""
    cells = (row[place] for row in table.rows)
    values = (cell.value if isinstance(cell, Formula) else cell for cell in cells)
    total = math.fsum(float(value) for value in values if isinstance(value, int | float))
    return _write(total, column, None, lang)
