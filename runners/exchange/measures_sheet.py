"""The sheet on which a user writes measures of one's own, a row each, in the words of `fardplan add measure`.

What stands there becomes rows of the case's tables when the workbook is imported; the sheet itself is no table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches

import pandas

from runners.exchange.own_measure import NEEDED, NUMBERS, STATUSES, WORDS, list_rows, read_measure
from runners.exchange.reading import Book, Sheet, Unusable
from runners.exchange.sheets import HEADER_ROW, MEASURES_SHEET, NEAR_COLUMN, Kind, is_measures
from runners.exchange.values import write_value
from scenarios.catalog import TABLE_BY_NAME
from scenarios.errors import CaseError, Problem
from scenarios.tables import Tables, columns_of

FILE = f"{MEASURES_SHEET}.csv"
"""How problems name the sheet, as they name tables."""
ROWS, APART = 1_000_000_000, 1_000
"""Where rows made of it stand among those of the tables, and how far one measure's are from the next's."""
COLUMNS = (*NEEDED, *(word for word in WORDS if word not in NEEDED))
LISTS: Mapping[str, tuple[str, ...]] = {"status": STATUSES}
DECLARED: Mapping[str, str] = {"owner": "actors", "saves": "commodities"}
"""Columns with words to choose from, and tables whose first column has them."""


def add_measures(tables: Tables, book: Book) -> tuple[Tables, Sheet | None, dict[str, int], list[Problem]]:
    """The tables with the rows of the measures on the sheet, the sheet with its columns, and what is wrong with it."""
    sheet = next((sheet for sheet in book.sheets if is_measures(sheet.title)), None)
    if sheet is None:
        return tables, None, {}, []
    columns, problems = _find_columns(sheet)
    for line, said, wrong in _list_measures(sheet, columns):
        problems += wrong
        if wrong:
            continue
        try:
            rows = list_rows(read_measure(said, tables), tables)
        except CaseError as error:
            problems += [replace(problem, file=FILE, row=line) for problem in error.problems]
            continue
        tables = replace(tables, frames={**tables.frames, **_append(tables, rows, ROWS + line * APART)})
    return tables, sheet, columns, problems


def relocate(problem: Problem) -> Problem:
    """A problem of a row that a measure made, told of the measure's own row."""
    if problem.row is None or problem.row < ROWS:
        return problem
    return replace(problem, file=FILE, row=(problem.row - ROWS) // APART, column="name")


def _find_columns(sheet: Sheet) -> tuple[dict[str, int], list[Problem]]:
    columns: dict[str, int] = {}
    problems = []
    for number, value in sheet.rows.get(HEADER_ROW, {}).items():
        name = str(value).strip().casefold()
        near = get_close_matches(name, [word for word in COLUMNS if word not in columns], n=1, cutoff=NEAR_COLUMN)
        if name in COLUMNS:
            columns[name] = number
        elif near:
            columns[near[0]] = number
            problems.append(Problem("exchange_column_near", FILE, HEADER_ROW, near[0], {"found": str(value)}))
    return columns, problems


def _list_measures(sheet: Sheet, columns: Mapping[str, int]) -> Iterator[tuple[int, dict[str, str], list[Problem]]]:
    """Row by row what was said, and cells that hold nothing to use."""
    for line, cells in sheet.rows.items():
        if line == HEADER_ROW or not any(number in cells for number in columns.values()):
            continue
        said, wrong = {}, []
        for name, number in columns.items():
            value = write_value(cells.get(number, ""), Kind.NUMBER if name in NUMBERS else Kind.TEXT)
            if isinstance(value, Unusable):
                wrong.append(Problem(value.key, FILE, line, name, {"found": value.found}))
            elif value:
                said[name] = value
        yield line, said, wrong


def _append(tables: Tables, rows: Mapping[str, list[dict[str, str]]], first: int) -> dict[str, pandas.DataFrame]:
    made = {}
    for table, own in rows.items():
        names = list(columns_of(TABLE_BY_NAME[table]))
        frame = pandas.DataFrame(
            [[row.get(name, "") for name in names] for row in own],
            columns=names,
            index=pandas.RangeIndex(first, first + len(own)),
            dtype=object,
        )
        made[table] = pandas.concat([tables.frames[table], frame])
    return made
