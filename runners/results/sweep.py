"""What a finished sweep holds, read back for a report: scenarios and their tables, keys, and names of labels."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from runners.results.catalog import Type, find_table
from runners.results.folder import find_edits
from runners.results.manifest import MANIFEST, PLAN, PROGRAM
from scenarios.errors import CaseError, Problem

SWEEP = "sweep"
RESULTS, LABELS = "results", "labels"
NAMES = "names"
"""What the manifest of a sweep calls its scenarios, in their order, where its table names them."""
COLUMNS: Mapping[str, tuple[str, ...]] = {
    RESULTS: ("scenario", "id", "status", "objective_money", "targets_missed", "peak_debt_money", "message"),
    "investments": ("id", "technology", "year", "build", "outlay_money"),
    "accounts": ("id", "account", "year", "value"),
    "targets": ("id", "target", "year", "excess"),
}
"""What is read of each table; of the results all columns, for further ones are keys."""
TABLES = tuple(name for name in COLUMNS if name != RESULTS)
SMALLEST = 1e-6
MONEY = (
    *("peak_debt_money", "finance_cost_money", "interest_money", "most_need_money", "least_result_money"),
    *("least_self_financing", "least_margin_money"),
    *("over_ceiling_money", "over_frames_money", "under_result_money", "breach_years"),
)
"""Columns of results that say what finance asks; a sweep of before these were kept has the first alone."""
SOLVED = ("optimal", "within_gap", "time_limit")
"""Statuses of scenarios that have a plan."""


@dataclass(frozen=True)
class SweepRun:
    """A finished sweep.

    `results` has a row per scenario; `tables` the long tables, of which `investments` holds what is built and
    `accounts` one account, `account`; `keys` what was varied; `labels` names as in a run folder's table. An `id` is a
    number here, the same in all tables for equal inputs. `names` are those of the scenarios, "" where they have none.
    """

    place: Path
    manifest: Mapping[str, Any]
    results: pd.DataFrame
    tables: Mapping[str, pd.DataFrame]
    keys: tuple[str, ...]
    labels: pd.DataFrame
    account: str
    names: tuple[str, ...] = ()

    @property
    def base(self) -> int | None:
        """The row of the scenario that leaves every key as it is without the sweep; None where there is none."""
        blank = self.results[list(self.keys)].isin([""]) | self.results[list(self.keys)].isna()
        found = np.flatnonzero(blank.all(axis=1).to_numpy()) if self.keys else np.zeros(0, dtype=int)
        return int(found[0]) if len(found) else None

    def name(self, scenario: int) -> str:
        """What a scenario is called: by its table, else its number."""
        return (self.names[scenario] if 0 <= scenario < len(self.names) else "") or str(scenario)

    @property
    def solved(self) -> pd.DataFrame:
        """The scenarios that have a plan."""
        return self.results[self.results["status"].isin(SOLVED)]


def is_sweep(place: Path) -> bool:
    """Whether a folder says of itself that it is a sweep."""
    manifest = read_manifest(place)
    return manifest is not None and manifest.get("kind") == SWEEP


def open_sweep_folder(place: Path, tables: Sequence[str] = TABLES) -> SweepRun:
    """Read a finished sweep: its results, and those of its other tables that are asked for.

    Raises:
        CaseError: it is no sweep, is not finished, a table is missing, was changed, or lacks columns; all at once.
    """
    manifest = read_manifest(place)
    if manifest is None or manifest.get("kind") != SWEEP:
        raise CaseError([Problem("report_no_sweep", str(place))])
    if not (place / f"{RESULTS}.parquet").is_file():
        raise CaseError([Problem("report_sweep_unfinished", str(place))])
    names = (RESULTS, *tables)
    problems = find_edits(place, manifest, [f"{name}.parquet" for name in names])
    problems = problems or [problem for name in names for problem in _check_table(place / f"{name}.parquet", name)]
    if problems:
        raise CaseError(problems)
    results = pd.read_parquet(place / f"{RESULTS}.parquet")
    _check_results(place, results)
    numbers, ids = pd.factorize(results["id"])
    labels = _read_labels(manifest)
    account = _choose_account(place / "accounts.parquet", labels) if "accounts" in tables else ""
    wanted = {"accounts": [("account", "=", account)], "investments": [("build", ">", SMALLEST)]}
    read = {name: _read_table(place / f"{name}.parquet", COLUMNS[name], wanted.get(name), ids) for name in tables}
    keys = list_varied(results)
    called = tuple(str(name) for name in manifest.get(NAMES, ()))
    return SweepRun(place, manifest, results.assign(id=numbers), read, keys, labels, account, called)


def list_varied(results: pd.DataFrame) -> tuple[str, ...]:
    """The keys that a sweep varied: columns of its results that the catalog does not declare."""
    return tuple(column for column in results.columns if column not in find_table(SWEEP, RESULTS).columns)


def _choose_account(path: Path, labels: pd.DataFrame) -> str:
    """The account that sums all emissions, as the case says; the first where it is not at hand, or none."""
    import pyarrow.parquet as pq

    file = pq.ParquetFile(path)
    filled = [group for group in range(file.num_row_groups) if file.metadata.row_group(group).num_rows]
    if not filled:  # no scenario has a plan; a chunk of such has no rows either
        return ""
    known = file.read_row_group(filled[0], columns=["account"])["account"].unique().to_pylist()
    totals = labels[(labels["dimension"] == "account") & (labels["role"] == "total")]["label"].tolist()
    return str(next((label for label in totals if label in known), known[0]))


def _check_results(place: Path, results: pd.DataFrame) -> None:
    """Raise a CaseError where a scenario with a plan has no finite cost."""
    costs = results.loc[results["status"].isin(SOLVED), "objective_money"].to_numpy(dtype=float)
    if not np.isfinite(costs).all():
        raise CaseError([Problem("report_sweep_cost", str(place / f"{RESULTS}.parquet"))])


def _read_labels(manifest: Mapping[str, Any]) -> pd.DataFrame:
    """Names of labels as the sweep was written with; a sweep of an older version has none."""
    told = manifest.get("labels", [])
    rows = [row for row in told if isinstance(row, dict)] if isinstance(told, list) else []
    return pd.DataFrame(rows).reindex(columns=list(find_table(PLAN, LABELS).columns)).fillna("").astype(str)


def read_manifest(place: Path) -> dict[str, Any] | None:
    """What a folder's manifest says; None where it is none of ours."""
    try:
        manifest = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    good = isinstance(manifest, dict) and manifest.get("program") == PROGRAM
    return dict(manifest) if good else None


def _check_table(path: Path, name: str) -> list[Problem]:
    """Columns that a table lacks, and columns of numbers that hold something else."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        schema = pq.read_schema(path)
    except (OSError, pa.ArrowException):
        return [Problem("report_sweep_table", str(path))]
    missing = [column for column in sorted(COLUMNS[name]) if column not in schema.names]
    if missing:
        return [Problem("report_sweep_columns", str(path), fields={"missing": ", ".join(missing)})]
    texts = _list_texts(name)
    kinds = {column: schema.field(column).type for column in COLUMNS[name] if column not in texts}
    odd = [column for column, kind in kinds.items() if not (pa.types.is_integer(kind) or pa.types.is_floating(kind))]
    return [Problem("report_sweep_numbers", str(path), fields={"columns": ", ".join(odd)})] if odd else []


def _list_texts(name: str) -> frozenset[str]:
    return find_table(SWEEP, name).list_typed(Type.TEXT)


def _read_table(path: Path, columns: Sequence[str], wanted: Any, ids: pd.Index) -> pd.DataFrame:
    """Some columns and rows of a long table, its texts as categories and its ids as places among `ids`."""
    import pyarrow.parquet as pq

    texts = [column for column in columns if column in _list_texts(path.stem)]
    read = pq.read_table(path, columns=list(columns), filters=wanted, read_dictionary=texts)
    table: pd.DataFrame = read.to_pandas(self_destruct=True, split_blocks=True)
    for column in texts:
        table[column] = table[column].astype("category")
    places = ids.get_indexer(table["id"].cat.categories)
    return table.assign(id=places[table["id"].cat.codes] if len(places) else np.zeros(0, dtype=int))
