"""A table of an answer as it is written: the columns that it has to have, of their types, no infinity among numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runners.results.catalog import MistypedColumn, Type, check_columns, find_table

if TYPE_CHECKING:
    import pandas as pd

NUMBERS = frozenset({"floating", "integer", "mixed-integer-float"})
"""What pandas calls cells that are numbers."""
ALLOWED = {
    Type.TEXT: frozenset({"string"}),
    Type.NUMBER: NUMBERS,
    Type.WHOLE: NUMBERS,
    Type.MARK: frozenset({"boolean"}),
}
EMPTY = "empty"


def settle_table(kind: str, name: str, table: pd.DataFrame) -> pd.DataFrame:
    """The table with a head where it has no rows; a number without end is none, for no reader takes an infinity.

    Raises:
        UndeclaredColumn: it has other columns than the catalog declares.
        MistypedColumn: a column is read back as another type than it is of here.
    """
    import numpy as np

    check_columns(kind, name, list(table.columns))
    check_types(kind, name, table)
    whole = table if len(table.columns) else table.reindex(columns=list(find_table(kind, name).expected))
    numbers = whole.select_dtypes("number")
    endless = [name for name, column in numbers.items() if np.isinf(column.to_numpy(float, na_value=np.nan)).any()]
    return whole.assign(**{str(column): whole[column].replace([np.inf, -np.inf], np.nan) for column in endless})


def check_types(kind: str, name: str, table: pd.DataFrame) -> None:
    """Raise MistypedColumn where the cells of a column are not what the catalog declares; blank cells are of any type.

    A folder is read by the catalog: what is a number here and text there is added up by one reader and refused by
    the next.
    """
    from pandas.api.types import infer_dtype

    for column, declared in find_table(kind, name).columns.items():
        if column in table:
            found = infer_dtype(table[column], skipna=True)
            if found not in (*ALLOWED[declared.type], EMPTY) and table[column].notna().any():
                raise MistypedColumn(kind, name, column, declared.type, found)
