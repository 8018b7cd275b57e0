"""A table read back as it was written: its columns by the types of the catalog, numbers to the last digit."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from runners.results.catalog import Type, find_table, read_catalog

if TYPE_CHECKING:
    import pandas as pd


def read_csv_tables(kind: str, contents: Mapping[str, bytes], folder: str) -> dict[str, pd.DataFrame]:
    """Every declared table among files, by its name.

    Args:
        kind: of the answer they belong to.
        contents: bytes by path.
        folder: in which tables stand.
    """
    paths = [PurePosixPath(path) for path in contents]
    found = [path for path in paths if path.parent.as_posix() == folder and path.suffix == ".csv"]
    known = [path for path in found if path.stem in read_catalog()[kind]]
    return {path.stem: read_csv_table(kind, path.stem, contents[path.as_posix()]) for path in known}


def read_csv_table(kind: str, name: str, data: bytes) -> pd.DataFrame:
    """The table of a CSV file; a column that is not declared is text.

    Args:
        kind: of the answer it belongs to.
        name: of the table.
        data: what stands in its file.
    """
    import pandas as pd

    table = find_table(kind, name)
    header = _read_heads(data)
    numbers, marks = table.list_typed(Type.NUMBER, Type.WHOLE), table.list_typed(Type.MARK)
    read = pd.read_csv(
        BytesIO(data),
        dtype=dict.fromkeys((column for column in header if column not in numbers | marks), object),
        keep_default_na=False,
        na_values={column: [""] for column in header if column in numbers},
    )
    whole = table.list_typed(Type.WHOLE)
    for column in (column for column in read.columns if column in whole):
        read[column] = pd.array(read[column].to_numpy(), dtype="Int64")
    return read


def _read_heads(data: bytes) -> list[str]:
    """The names of the columns of a CSV file, as pandas has them; of a plain line they are what it says."""
    import pandas as pd

    plain = data.partition(b"\n")[0].decode().split(",")
    odd = len(set(plain)) < len(plain) or any(not name.isidentifier() for name in plain)
    return list(pd.read_csv(BytesIO(data), nrows=0).columns) if odd else plain
