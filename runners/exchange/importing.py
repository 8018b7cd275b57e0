"""Which tables an edited workbook holds, and all that is wrong with them, each at its cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from math import inf

import pandas
from openpyxl.utils import get_column_letter

from conf.words import say
from runners.exchange.measures_sheet import FILE as MEASURES
from runners.exchange.measures_sheet import add_measures, relocate
from runners.exchange.reading import Book, Sheet, Unusable
from runners.exchange.sheets import (
    HEADER_ROW,
    MEASURES_SHEET,
    NEAR_COLUMN,
    find_near_table,
    find_table,
    find_table_of,
    is_own,
    kind_of,
    title_sheet,
)
from runners.exchange.values import write_value
from scenarios.catalog import TABLES, Table
from scenarios.checks.check import check_tables
from scenarios.checks.view import file_of
from scenarios.choices import Choices
from scenarios.errors import CaseError, Problem
from scenarios.tables import NOTE, QUANTITY, VARIANT, Tables, columns_of, required_columns

MORE = "more_of_the_same"


@dataclass(frozen=True)
class TableSheet:
    """A sheet that holds a table: its title, and name of column to number of column (from 1)."""

    title: str
    columns: Mapping[str, int]


@dataclass(frozen=True)
class Notice:
    """Something that a user should know and need not mend: message, fields, and the tables that it is about."""

    key: str
    fields: Mapping[str, object]
    tables: tuple[str, ...] = ()

    def tell(self, lang: str) -> str:
        """The text in a language; tables are called what their sheets are."""
        return say(self.key, lang, **self.fields, tables=", ".join(title_sheet(name, lang) for name in self.tables))


@dataclass(frozen=True)
class Import:
    """A workbook as tables whose index is the sheet's row, where each table stands, and what was found.

    Problems name tables (`stock.csv`), rows of sheets and columns of tables; those of sheets that are none, the sheet.
    """

    tables: Tables
    sheets: Mapping[str, TableSheet]
    problems: tuple[Problem, ...]
    notices: tuple[Notice, ...]


def import_book(book: Book, choices: Choices, folder: str) -> Import:
    """Read the tables of a workbook and check them as a case.

    `folder` is where the case will stand.

    Raises:
        CaseError: no sheet is one of a case.
    """
    found, problems, ignored = _find_sheets(book)
    if not found:
        titles = ", ".join(sheet.title for sheet in book.sheets) or "-"
        raise CaseError([Problem("exchange_no_tables", book.name, fields={"found": titles})])
    frames, sheets, notices = {}, {}, _notice_book(book, ignored, found)
    for table in TABLES:
        sheet = found.get(table.name)
        frames[table.name] = _frame(table, [], [])
        if sheet is not None:
            columns, own, notes = _find_columns(table, sheet)
            sheets[table.name] = TableSheet(sheet.title, columns)
            problems += [*own, *_find_merged(table, sheet, columns)]
            notices += [Notice("exchange_notes", {"sheet": sheet.title, "columns": ", ".join(notes)})] if notes else []
            if columns:
                frames[table.name], broken = _read_frame(table, sheet, columns)
                problems += broken
        elif not table.optional:
            problems.append(
                Problem("file_missing", file_of(table.name), fields={"columns": ", ".join(columns_of(table))})
            )
    tables = Tables(folder, frames, tuple(problem for problem in problems if not _is_ours(problem)))
    tables, sheet, columns, wrong = add_measures(tables, book)
    if sheet is not None:
        sheets[MEASURES_SHEET] = TableSheet(sheet.title, columns)
        problems += wrong
    return Import(tables, sheets, tuple(_check(tables, choices, problems)), tuple(notices))


def _check(tables: Tables, choices: Choices, problems: Sequence[Problem]) -> list[Problem]:
    """Our own problems and those of the case, without those that only say again what a cell of ours says."""
    ours = [problem for problem in problems if _is_ours(problem) or problem.file == MEASURES]
    places = {(problem.file, problem.row, problem.column) for problem in ours}
    columns = {(problem.file, problem.column) for problem in ours}
    found = [
        problem
        for problem in map(relocate, check_tables(tables, choices))
        if (problem.file, problem.row, problem.column) not in places
        and not (problem.key == MORE and (problem.file, problem.column) in columns)
    ]
    order = {file_of(table.name): place for place, table in enumerate(TABLES)}
    return sorted([*ours, *found], key=lambda problem: (order.get(problem.file, -1), _place_row(problem)))


def _place_row(problem: Problem) -> float:
    """Where a problem stands in its sheet; what counts further ones of a kind comes after them."""
    return inf if problem.key == MORE else problem.row or 0


def _is_ours(problem: Problem) -> bool:
    """Whether a problem is one that only workbooks have, which the checks of a case do not know."""
    return problem.key.startswith("exchange_")


def _find_sheets(book: Book) -> tuple[dict[str, Sheet], list[Problem], list[Sheet]]:
    """The sheet of each table, what is wrong with sheets, and the sheets that are not read.

    A sheet with a misspelt title, or with another title and all columns of a table that has no sheet, is read as the
    table that it must mean, so that nothing else is told for it.
    """
    found: dict[str, Sheet] = {}
    problems: list[Problem] = []
    unknown = []
    for sheet in book.sheets:
        table = find_table(sheet.title)
        if table is None:
            if not is_own(sheet.title):
                unknown.append(sheet)
        elif table.name in found:
            fields = {"other": found[table.name].title}
            problems.append(Problem("exchange_sheet_twice", sheet.title, fields=fields))
        else:
            found[table.name] = sheet
    ignored = []
    for sheet in unknown:
        near, key = find_near_table(sheet.title), "exchange_sheet_near"
        if near is None or near.name in found:
            absent = [table for table in TABLES if table.name not in found]
            near, key = find_table_of(_read_header(sheet).values(), absent), "exchange_sheet_columns"
        if near is None:
            ignored.append(sheet)
        else:
            found[near.name] = sheet
            problems.append(Problem(key, file_of(near.name), fields={"found": sheet.title}))
    return found, problems, ignored


def _notice_book(book: Book, ignored: Sequence[Sheet], found: Mapping[str, Sheet]) -> list[Notice]:
    """What is to be known of a workbook. A template has a sheet of every table: one that is absent was taken out."""
    absent = tuple(table.name for table in TABLES if table.optional and table.name not in found)
    formulas = sum(sheet.formulas for sheet in book.sheets)
    titles = ", ".join(sheet.title for sheet in ignored)
    told = (
        (book.macros, Notice("exchange_macros", {})),
        (book.links, Notice("exchange_links", {})),
        (formulas, Notice("exchange_formulas", {"count": formulas})),
        (ignored, Notice("exchange_ignored", {"sheets": titles})),
        (absent and any(is_own(sheet.title) for sheet in book.sheets), Notice("exchange_absent", {}, absent)),
    )
    return [notice for holds, notice in told if holds]


def _read_header(sheet: Sheet) -> dict[int, str]:
    """What the columns of a sheet are called, by their numbers."""
    return {number: _header_text(value) for number, value in sheet.rows.get(HEADER_ROW, {}).items()}


def _find_columns(table: Table, sheet: Sheet) -> tuple[dict[str, int], list[Problem], list[str]]:
    """Name to number of the table's columns, what is wrong with the header, and the columns of a user's own notes.

    A misspelt name is read as the column that is absent and most like it.
    """
    known, file = columns_of(table), file_of(table.name)
    header = _read_header(sheet)
    columns: dict[str, int] = {}
    problems = []
    for number, name in header.items():
        if name.casefold() in columns:
            problems.append(Problem("column_twice", file, HEADER_ROW, name.casefold()))
        elif name.casefold() in known:
            columns[name.casefold()] = number
    if not columns:
        empty = Problem("file_empty", file, HEADER_ROW, fields={"columns": ", ".join(known)})
        return {}, [empty] if sheet.rows or not table.optional else [], []
    notes = []
    for number, name in header.items():
        absent = [column for column in known if column not in columns]
        near = get_close_matches(name.casefold(), absent, n=1, cutoff=NEAR_COLUMN)
        if name.casefold() in known:
            continue
        if near:
            columns[near[0]] = number
            problems.append(Problem("exchange_column_near", file, HEADER_ROW, near[0], {"found": name}))
        else:
            notes.append(name)
    problems += _find_unnamed(table, sheet, columns, header)
    found = {"found": ", ".join(header.values())}
    missing = [name for name in required_columns(table) if name not in columns]
    return columns, problems + [Problem("column_missing", file, HEADER_ROW, name, found) for name in missing], notes


def _find_unnamed(
    table: Table, sheet: Sheet, columns: Mapping[str, int], header: Mapping[int, str]
) -> Iterator[Problem]:
    """Columns without a name, left of the table's last one, in which something stands."""
    last = max(columns.values())
    filled = {number for row in sheet.rows.values() for number in row}
    for number in sorted(filled - set(header)):
        if number < last:
            yield Problem("exchange_column_unnamed", file_of(table.name), HEADER_ROW, get_column_letter(number))


def _find_merged(table: Table, sheet: Sheet, columns: Mapping[str, int]) -> Iterator[Problem]:
    """Merged ranges that touch a column of the table."""
    names = {number: name for name, number in columns.items()}
    for left, top, right, _ in sheet.merged:
        touched = [names[number] for number in range(left, right + 1) if number in names]
        if touched:
            yield Problem("exchange_merged", file_of(table.name), top, touched[0])


def _read_frame(table: Table, sheet: Sheet, columns: Mapping[str, int]) -> tuple[pandas.DataFrame, list[Problem]]:
    """The rows of a table that are not blank, and the cells that hold nothing to use."""
    problems, lines, rows = [], [], []
    for line, cells in sheet.rows.items():
        if line == HEADER_ROW or not any(number in cells for number in columns.values()):
            continue
        quantity = str(cells.get(columns.get(QUANTITY, 0), "")).strip()
        texts = []
        for name in columns_of(table):
            value = write_value(cells.get(columns.get(name, 0), ""), kind_of(table, name, quantity))
            if isinstance(value, Unusable):
                problems.append(Problem(value.key, file_of(table.name), line, name, {"found": value.found}))
                value = "" if name in (NOTE, VARIANT) else value.found
            texts.append(value)
        lines.append(line)
        rows.append(texts)
    return _frame(table, rows, lines), problems


def _frame(table: Table, rows: Sequence[Sequence[str]], lines: Sequence[int]) -> pandas.DataFrame:
    index = pandas.Index(list(lines), dtype="int64")
    return pandas.DataFrame(list(map(list, rows)), columns=list(columns_of(table)), index=index, dtype=object)


def _header_text(value: object) -> str:
    return value.found if isinstance(value, Unusable) else str(value).strip()
