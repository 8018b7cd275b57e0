"""In which cell of a workbook a problem of its tables stands, and how it is told there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from openpyxl.utils import get_column_letter

from conf.words import say
from runners.chosen import name_choice
from runners.exchange.importing import TableSheet
from runners.exchange.sheets import HEADER_ROW, MEASURES_SHEET, title_sheet
from scenarios.catalog import TABLE_BY_NAME
from scenarios.errors import Problem

RETOLD: Mapping[str, str] = {
    "file_empty": "exchange_header_missing",
    "file_missing": "exchange_sheet_missing",
    "rows_missing": "exchange_rows_missing",
}
"""Messages about files, to those that say the same of sheets."""
_FILE = re.compile(r"\b(" + "|".join(TABLE_BY_NAME) + r")\.csv\b")


@dataclass(frozen=True)
class Placed:
    """A problem with its place: `sheet` blank where it has none in the workbook, `cell` such as `G14` or blank."""

    text: str
    sheet: str = ""
    cell: str = ""


def place_problem(problem: Problem, sheets: Mapping[str, TableSheet], lang: str) -> Placed:
    """Tell a problem of the tables as one of the workbook: its sheet, row and column letter, in a language."""
    table = problem.file.removesuffix(".csv")
    if table not in (*TABLE_BY_NAME, MEASURES_SHEET) or table == problem.file:
        titles = {sheet.title for sheet in sheets.values()}
        return Placed(name_choice(problem).tell(lang), problem.file if problem.file in titles else "")
    sheet = sheets.get(table)
    title = sheet.title if sheet is not None else title_sheet(table, lang)
    letter = _find_letter(problem.column, sheet)
    column = f"{letter} ({problem.column})" if letter and letter != problem.column else problem.column
    fields = {**problem.fields, "title": title_sheet(table, lang)}
    told = Problem(RETOLD.get(problem.key, problem.key), title, problem.row, column, fields)
    text = _name_sheets(told.tell(lang), sheets, lang)
    return Placed(text) if sheet is None else Placed(text, title, f"{letter or 'A'}{problem.row or HEADER_ROW}")


def _find_letter(column: str | None, sheet: TableSheet | None) -> str:
    """The letter of a column, which may be given by its letter itself; blank where the sheet does not have it."""
    if column is None or sheet is None:
        return ""
    if column in sheet.columns:
        return str(get_column_letter(sheet.columns[column]))
    return column if column.isupper() else ""


def _name_sheets(text: str, sheets: Mapping[str, TableSheet], lang: str) -> str:
    """A text that names sheets where it named files."""

    def name(match: re.Match[str]) -> str:
        table = str(match.group(1))
        title = sheets[table].title if table in sheets else title_sheet(table, lang)
        return say("exchange_in_sheet", lang, title=title)

    return _FILE.sub(name, text)
