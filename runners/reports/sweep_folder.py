"""What a finished sweep holds, read back for a report: scenarios and their tables, keys, and names of labels."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from runners.reports.background import LABEL_COLUMNS
from runners.reports.run_folder import MANIFEST, PROGRAM, find_edits
from scenarios.errors import CaseError, Problem

SWEEP = "sweep"
RESULTS = "results"
TABLES = ("investments", "accounts", "targets", "cash_flow")
COLUMNS: Mapping[str, frozenset[str]] = {
    RESULTS: frozenset({"scenario", "id", "status", "objective_msek", "targets_missed", "peak_debt_msek", "message"}),
    "investments": frozenset({"id", "technology", "year", "build", "outlay_msek"}),
    "accounts": frozenset({"id", "account", "year", "value"}),
    "targets": frozenset({"id", "target", "year", "cap", "value", "excess"}),
    "cash_flow": frozenset({"id", "actor", "year", "net", "net_debt"}),
}
FIXED = frozenset(
    {
        *("scenario", "id", "status", "gap", "verified", "objective_msek", "bound_msek", "targets_missed"),
        *("peak_debt_msek", "seconds", "message"),
    }
)
"""Columns of results that are no key of the sweep."""
SOLVED = ("optimal", "within_gap", "time_limit")
"""Statuses of scenarios that have a plan."""


@dataclass(frozen=True)
class SweepRun:
    """A finished sweep.

    `results` has a row per scenario; `tables` the long tables keyed by id; `keys` what was varied; `labels` names as
    in a run folder's table.
    """

    place: Path
    manifest: Mapping[str, Any]
    results: pd.DataFrame
    tables: Mapping[str, pd.DataFrame]
    keys: tuple[str, ...]
    labels: pd.DataFrame

    @property
    def solved(self) -> pd.DataFrame:
        """The scenarios that have a plan."""
        return self.results[self.results["status"].isin(SOLVED)]


def is_sweep(place: Path) -> bool:
    """Whether a folder says of itself that it is a sweep."""
    manifest = read_manifest(place)
    return manifest is not None and manifest.get("kind") == SWEEP


def open_sweep_folder(place: Path) -> SweepRun:
    """Read a finished sweep.

    Raises:
        CaseError: it is no sweep, is not finished, a table is missing, was changed, or lacks columns; all at once.
    """
    manifest = read_manifest(place)
    if manifest is None or manifest.get("kind") != SWEEP:
        raise CaseError([Problem("report_no_sweep", str(place))])
    if not (place / f"{RESULTS}.parquet").is_file():
        raise CaseError([Problem("report_sweep_unfinished", str(place))])
    problems = find_edits(place, manifest, [f"{name}.parquet" for name in (RESULTS, *TABLES)])
    if problems:
        raise CaseError(problems)
    tables = {name: _read_table(place / f"{name}.parquet", COLUMNS[name], problems) for name in (RESULTS, *TABLES)}
    if problems:
        raise CaseError(problems)
    results = tables.pop(RESULTS)
    keys = tuple(column for column in results.columns if column not in FIXED)
    return SweepRun(place, manifest, results, tables, keys, _read_labels(manifest))


def _read_labels(manifest: Mapping[str, Any]) -> pd.DataFrame:
    """Names of labels as the sweep was written with; a sweep of an older version has none."""
    told = manifest.get("labels", [])
    rows = [row for row in told if isinstance(row, dict)] if isinstance(told, list) else []
    return pd.DataFrame(rows).reindex(columns=list(LABEL_COLUMNS)).fillna("").astype(str)


def read_manifest(place: Path) -> dict[str, Any] | None:
    """What a folder's manifest says; None where it is none of ours."""
    try:
        manifest = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    good = isinstance(manifest, dict) and manifest.get("program") == PROGRAM
    return dict(manifest) if good else None


def _read_table(path: Path, columns: frozenset[str], problems: list[Problem]) -> pd.DataFrame:
    import pyarrow as pa

    try:
        table = pd.read_parquet(path)
    except (OSError, pa.ArrowException):
        problems.append(Problem("report_sweep_table", str(path)))
        return pd.DataFrame()
    missing = sorted(columns - set(table.columns))
    if missing:
        problems.append(Problem("report_sweep_columns", str(path), fields={"missing": ", ".join(missing)}))
    return table
