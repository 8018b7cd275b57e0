"""First plans of many municipalities, some at a time in processes of their own; what is done stands in a file of rows.

The file is added to row by row, so that who is stopped goes on where it was. Each row knows what was asked: rows of
other choices, or of a library, facts or recipes that were others then, are passed over.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pandas as pd

from runners.analyses.municipalities.first_plan import Asked, plan_first
from runners.results.catalog import find_table
from runners.results.reading import read_csv_table
from scenarios.layers import SHIPPED
from scenarios.recipes.facts import FOLDER as FACTS

KIND, TABLE = "municipalities", "municipalities"
ASKED = "asked"
"""Column of the file of rows alone: a digest of all that a row follows from, but for the municipality."""
LIBRARY, RECIPES = SHIPPED / "library", SHIPPED / "recipes"
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
    columns = [*find_table(KIND, TABLE).columns, ASKED]
    key = digest_question(asked[0])
    done = set(_read_done(rows, columns, key))
    for row in _plan_all([one for one in asked if one.municipality not in done], workers):
        _add_row(rows, {**row, ASKED: key}, columns)
        say_step()
    found = read_csv_table(KIND, TABLE, rows.read_bytes())
    found = found[found[ASKED] == key].drop(columns=ASKED).set_index("municipality", drop=False)
    return found.loc[[one.municipality for one in asked]].reset_index(drop=True)


def digest_question(asked: Asked) -> str:
    """Sixteen hex digits of choices, of how it is solved, and of the library, facts and recipes."""
    digest = hashlib.sha256(repr((asked.choices, asked.options)).encode())
    for room in (LIBRARY, FACTS, RECIPES):
        for file in sorted(path for path in room.rglob("*") if path.suffix in (".csv", ".py")):
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def _plan_all(asked: Sequence[Asked], workers: int) -> Iterator[dict[str, Any]]:
    """Rows as they are done; in this process where they are few."""
    if workers == 1 or len(asked) < FEWEST:
        yield from map(plan_first, asked)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for found in as_completed([pool.submit(plan_first, one) for one in asked]):
            yield found.result()


def _read_done(rows: Path, columns: Sequence[str], key: str) -> list[str]:
    """Municipalities that have a row of the same question; a file is begun where there is none of these columns."""
    if rows.exists():
        with rows.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            if list(reader.fieldnames or ()) == list(columns):
                return [row["municipality"] for row in reader if row[ASKED] == key]
    rows.parent.mkdir(parents=True, exist_ok=True)
    rows.write_text(",".join(columns) + "\n", encoding="utf-8")
    return []


def _add_row(rows: Path, row: dict[str, Any], columns: Sequence[str]) -> None:
    with rows.open("a", encoding="utf-8", newline="") as file:
        csv.DictWriter(file, columns, restval="", lineterminator="\n").writerow(row)
