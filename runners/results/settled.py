"""A table of an answer as it is written: the columns that it has to have, and no infinity among its numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runners.results.catalog import check_columns, find_table

if TYPE_CHECKING:
    import pandas as pd


def settle_table(kind: str, name: str, table: pd.DataFrame) -> pd.DataFrame:
    """The table with a head where it has no rows; a number without end is none, for no reader takes an infinity.

    Raises:
        UndeclaredColumn: it has other columns than the catalog declares.
    """
    import numpy as np

    check_columns(kind, name, list(table.columns))
    whole = table if len(table.columns) else table.reindex(columns=list(find_table(kind, name).expected))
    numbers = whole.select_dtypes("number")
    endless = [name for name, column in numbers.items() if np.isinf(column.to_numpy(float, na_value=np.nan)).any()]
    return whole.assign(**{str(column): whole[column].replace([np.inf, -np.inf], np.nan) for column in endless})
