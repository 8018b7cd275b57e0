"""Which sheet of a workbook holds which table, and what kind of thing stands in each of its columns."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from difflib import get_close_matches
from enum import Enum, auto

from conf.words import LANGUAGES, say
from scenarios.catalog import AGE, QUANTITY_BY_NAME, TABLE_BY_NAME, TABLES, VINTAGE, YEAR, YES_NO, Table, quantities_of
from scenarios.checks.rows import YEARS_OF_TABLES
from scenarios.tables import CASE, CASE_TEXTS, QUANTITY, VALUE, columns_of, number_columns

HEADER_ROW = 1
"""The row of a sheet in which its columns are named; as in a CSV file, data begin in the next."""
START, QUANTITIES_SHEET, MEASURES_SHEET, PROBLEMS = "start", "quantities", "own_measures", "problems"
OWN_SHEETS = (START, QUANTITIES_SHEET, MEASURES_SHEET, PROBLEMS)
"""Sheets that are no tables: they explain, but for the one on which measures of one's own are written."""
LISTS_SHEET = "fardplan_lists"
"""The hidden sheet of the drop-down lists; its name is the same in every language."""
VARIANTS_NAME = "fardplan_variants"
"""The defined name of the cell in which the variants stand under which a workbook is checked."""
CALENDAR_YEAR = "year"
"""The unit of numbers that are years."""
NEAR_SHEET, NEAR_COLUMN = 0.8, 0.75
"""From which likeness on an unknown name is taken for a misspelt one."""


class Kind(Enum):
    """What a column holds."""

    TEXT = auto()
    """Words and labels."""
    YES_NO = auto()
    """`yes` or `no`."""
    NUMBER = auto()
    """A number of the catalog."""
    YEAR = auto()
    """A year, or a word that may stand in its place."""


def title_sheet(name: str, lang: str) -> str:
    """The title of the sheet of a table, or of one of OWN_SHEETS."""
    return say(f"exchange_sheet_{name}", lang)


def find_table(title: str) -> Table | None:
    """The table that a sheet's title means, in any language and any case; None where it is none."""
    return TABLE_BY_NAME.get(_names_of_tables().get(_fold(title), ""))


def find_near_table(title: str) -> Table | None:
    """The table that a misspelt title may mean."""
    names = _names_of_tables()
    near = get_close_matches(_fold(title), list(names), n=1, cutoff=NEAR_SHEET)
    return TABLE_BY_NAME[names[near[0]]] if near else None


def find_table_of(columns: Collection[str], absent: Iterable[Table]) -> Table | None:
    """The one of some tables that has all of its columns among these; None where it is none of them, or several."""
    alike = [table for table in absent if set(columns_of(table)) <= set(columns)]
    return alike[0] if len(alike) == 1 else None


def is_own(title: str) -> bool:
    """Whether a sheet is one of ours that explains or lists, in any language."""
    own = {_fold(title_sheet(name, lang)) for name in OWN_SHEETS for lang in LANGUAGES}
    return _fold(title) in own | {LISTS_SHEET}


def is_measures(title: str) -> bool:
    """Whether a sheet is the one of a user's own measures, in any language."""
    return _fold(title) in {_fold(title_sheet(MEASURES_SHEET, lang)) for lang in LANGUAGES}


def kind_of(table: Table, column: str, quantity: str = "") -> Kind:
    """What stands in a column, in a row of that `quantity` where the table has many.

    >>> kind_of(TABLE_BY_NAME["case"], "value", "name_sv"), kind_of(TABLE_BY_NAME["case"], "value", "first_year")
    (<Kind.TEXT: 1>, <Kind.YEAR: 4>)
    """
    if column in number_columns(table):
        if table.name == CASE and quantity in CASE_TEXTS:
            return Kind.TEXT
        if column == VALUE and table.name not in ("targets",):
            known = QUANTITY_BY_NAME.get(quantity) if QUANTITY in table.keys else quantities_of(table.name)[0]
            return Kind.YEAR if known is not None and known.unit == CALENDAR_YEAR else Kind.NUMBER
        return Kind.NUMBER
    if column in (YEAR, VINTAGE, AGE) or column in YEARS_OF_TABLES.get(table.name, {}):
        return Kind.YEAR
    words = next((label.words for label in table.labels if label.name == column), ())
    return Kind.YES_NO if words == YES_NO else Kind.TEXT


def _names_of_tables() -> dict[str, str]:
    """Every name that a sheet of a table may have, folded, to the table."""
    titles = {_fold(title_sheet(table.name, lang)): table.name for table in TABLES for lang in LANGUAGES}
    return titles | {table.name: table.name for table in TABLES}


def _fold(title: str) -> str:
    return title.strip().casefold()
