"""First plans of many municipalities, some at a time in processes of their own; what is done stands in a file of rows.

The file is added to row by row, so that who is stopped goes on where it was.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pandas as pd

from runners.analyses.municipalities.first_plan import Asked, plan_first
from runners.results.catalog import find_table
from runners.results.reading import read_csv_table

KIND, TABLE = "municipalities", "municipalities"
FEWEST = 4
"""Municipalities for which another process pays."""


def survey_municipalities(
    asked: Sequence[Asked], rows: Path, workers: int, say_step: Callable[[], None] = lambda: None
) -> pd.DataFrame:
    """The table of all that were asked for, those done before among them.

    Args:
        asked: municipalities, in the order of the table.
        rows: file of what is done.
        workers: processes.
        say_step: told as each is done.
    """
    columns = list(find_table(KIND, TABLE).columns)
    done = set(_read_done(rows, columns))
    left = [one for one in asked if one.municipality not in done]
    for row in _plan_all(left, workers):
        _add_row(rows, row, columns)
        say_step()
    found = read_csv_table(KIND, TABLE, rows.read_bytes()).set_index("municipality", drop=False)
    return found.loc[[one.municipality for one in asked]].reset_index(drop=True)


def _plan_all(asked: Sequence[Asked], workers: int) -> Iterator[dict[str, Any]]:
    """Rows as they are done; in this process where they are few."""
    if workers == 1 or len(asked) < FEWEST:
        yield from map(plan_first, asked)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for found in as_completed([pool.submit(plan_first, one) for one in asked]):
            yield found.result()


def _read_done(rows: Path, columns: Sequence[str]) -> list[str]:
    """Municipalities that have a row; the file is begun where there is none, or one of other columns."""
    if rows.exists():
        with rows.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            if list(reader.fieldnames or ()) == list(columns):
                return [row["municipality"] for row in reader]
    rows.parent.mkdir(parents=True, exist_ok=True)
    rows.write_text(",".join(columns) + "\n", encoding="utf-8")
    return []


def _add_row(rows: Path, row: dict[str, Any], columns: Sequence[str]) -> None:
    with rows.open("a", encoding="utf-8", newline="") as file:
        csv.DictWriter(file, columns, restval="", lineterminator="\n").writerow(row)
