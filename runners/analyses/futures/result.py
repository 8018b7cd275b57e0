"""A plan for several futures as it is kept: its JSON and its tables, whoever shows them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from runners.results.catalog import read_catalog
from runners.results.reading import read_csv_table

FUTURES = "futures"
TABLES = "tables"


@dataclass(frozen=True)
class Result:
    """What a folder of futures holds."""

    content: Mapping[str, Any]
    tables: Mapping[str, pd.DataFrame]

    def worth(self, item: str) -> float:
        """A figure of what things are worth; not a number where there is none."""
        table = self.tables["worth"]
        rows = table.loc[table["item"] == item, "value"]
        return float(rows.iloc[0]) if len(rows) else float("nan")


def read_result(folder: Path) -> Result:
    """The answer that a folder holds."""
    content = json.loads((folder / f"{FUTURES}.json").read_text(encoding="utf-8"))
    files = {name: folder / TABLES / f"{name}.csv" for name in read_catalog()[FUTURES]}
    return Result(content, {name: read_csv_table(FUTURES, name, path.read_bytes()) for name, path in files.items()})
