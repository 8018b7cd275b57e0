"""Which number stands in which cell: every number of a case as one long table.

One row per number, whatever the shape of its file, so that a question about numbers is asked once and not file by
file. Rows keep the line of their file, the labels they are written over and the text that was found.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from conf.whole_numbers import is_whole_within
from scenarios.catalog import (
    COMMODITY,
    SLICE,
    SOURCE,
    TABLES,
    TECHNOLOGY,
    WIDE_TABLES,
    YEAR,
    Quantity,
    Table,
    quantities_of,
)
from scenarios.spread import draw_lines
from scenarios.tables import CASE_TEXTS, CONFIDENCE, ITEM, QUANTITY, UNIT, VARIANT, Tables, number_columns, parse_number

CASE = "case"
TABLE = "table"
ROW = "row"
COLUMN = "column"
KIND = "kind"
TEXT = "text"
NUMBER = "number"
WHEN = "when"

FIRST_YEAR, LAST_YEAR = 1900, 2200
"""The years that a case may speak of."""
KEYS = tuple(dict.fromkeys([*(key for table in TABLES if table.numbers for key in table.keys), KIND]))
COLUMNS = (TABLE, ROW, COLUMN, *KEYS, TEXT, UNIT, SOURCE, CONFIDENCE, VARIANT)


def list_numbers(tables: Tables) -> pd.DataFrame:
    """Every number cell of a case, in the order of the catalog and of the files.

    Returns:
        One row per number with `table, row, column`, the keys it is written over ("" where it has none), `quantity`,
        `text` as found, `number` (NaN where blank or unreadable), `when` (its year, NaN where blank or unreadable),
        `unit, source, confidence, variant` (text).
    """
    if not tables.listed:
        tables.listed.append(_list_cells(tables))
    return tables.listed[0].copy(deep=False)


def list_case_numbers(tables: Tables) -> pd.DataFrame:
    """As `list_numbers`, of the case table alone."""
    return _list_cells(tables, [table for table in TABLES if table.name == CASE])


def _list_cells(tables: Tables, about: Sequence[Table] = TABLES) -> pd.DataFrame:
    written = [table for table in about if len(tables.frames[table.name])]
    parts = [_list_column(table, tables, column) for table in written for column in number_columns(table)]
    columns: dict[str, np.ndarray] = {
        name: np.concatenate([np.zeros(0, dtype=int if name == ROW else object), *(part[name] for part in parts)])
        for name in COLUMNS
    }
    columns[NUMBER] = read_numbers(columns[TEXT])
    columns[WHEN] = np.array([float(text) if is_year(text) else np.nan for text in columns[YEAR]], dtype=float)
    plain = {name: pd.Series(cells, dtype=cells.dtype, copy=False) for name, cells in columns.items()}
    return pd.DataFrame(plain).set_axis(pd.Index(list(columns), dtype=object), axis=1)


def is_year(text: str) -> bool:
    """Whether a cell holds a whole year of our calendar.

    >>> is_year("2030"), is_year("2030.0"), is_year("20300")
    (True, False, False)
    """
    return is_whole_within(text, FIRST_YEAR, LAST_YEAR)


def read_numbers(texts: Iterable[str]) -> np.ndarray:
    """Numbers of cells as floats; NaN where a cell is blank or no number."""
    return np.array([_read_number(text) for text in texts], dtype=float)


def _read_number(text: str) -> float:
    try:
        return parse_number(text) if text else np.nan
    except ValueError:
        return np.nan


def _list_column(table: Table, tables: Tables, column: str) -> dict[str, np.ndarray]:
    """The numbers of one column of a table: of a wide quantity, or the values of a long table."""
    frame = tables.frames[table.name]
    if table.name == CASE:
        frame = frame[~frame[QUANTITY].isin(CASE_TEXTS)]
    main = quantities_of(table.name)[0].name
    blank = np.full(len(frame), "", dtype=object)
    cells = {name: frame[name].to_numpy(object) if name in frame else blank for name in COLUMNS}
    if QUANTITY not in table.keys:
        cells[QUANTITY] = np.full(len(frame), column if table.name in WIDE_TABLES else main, dtype=object)
    if table.name in WIDE_TABLES:
        cells[YEAR] = blank
        cells[UNIT] = cells[UNIT] if column == main else blank
    cells[TABLE] = np.full(len(frame), table.name, dtype=object)
    cells[COLUMN] = np.full(len(frame), column, dtype=object)
    cells[ROW] = frame.index.to_numpy(int)
    cells[TEXT] = frame[column].to_numpy(object)
    return cells


def numbers_of(numbers: pd.DataFrame, *quantities: str) -> pd.DataFrame:
    """The readable numbers of some quantities."""
    return numbers[numbers[QUANTITY].isin(quantities) & numbers[NUMBER].notna()]


def fill_years(numbers: pd.DataFrame, quantity: Quantity, by: Sequence[str], years: Sequence[int]) -> pd.DataFrame:
    """A quantity in every plan year as the scenario has it: straight lines between the years given, constant outside.

    Args:
        numbers: rows of `list_numbers`, of the quantity or of many.
        by: keys that tell the series apart, such as technology.
        years: years of the plan.

    Returns:
        One row per key (index: the key, or tuples of the keys), one column per year, in the unit of the quantity.
    """
    own = numbers_of(numbers, quantity.name)
    own = own[(own[YEAR] == "") | own[WHEN].notna()]
    keys = pd.MultiIndex.from_frame(own[list(by)]) if len(by) > 1 else pd.Index(own[by[0]], dtype=object)
    codes, labels = keys.factorize()
    _, lines = draw_lines(codes, own[WHEN].to_numpy(), own[NUMBER].to_numpy(), np.array(years, dtype=float))
    return pd.DataFrame(lines, index=labels, columns=list(years))


def expand_slices(numbers: pd.DataFrame, slices: Sequence[str]) -> pd.DataFrame:
    """Rows with one slice each: a row whose slice is blank holds for all that have no rows of their own."""
    own, everywhere = numbers[numbers[SLICE] != ""], numbers[numbers[SLICE] == ""]
    if everywhere.empty:
        return own
    owners = [QUANTITY, TECHNOLOGY, COMMODITY, ITEM]
    written = set(zip(*(own[key] for key in (*owners, SLICE)), strict=True))
    keys = list(zip(*(everywhere[key] for key in owners), strict=True))
    copies = [everywhere[[(*key, name) not in written for key in keys]].assign(**{SLICE: name}) for name in slices]
    return pd.concat([own, *copies], ignore_index=True)
