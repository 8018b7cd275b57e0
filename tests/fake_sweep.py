"""A small finished sweep, written with the columns of docs/sweeps.md, for tests and benchmarks of the report."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd

import scenarios
from runners.record import digest_inputs
from runners.results.folder import digest_file
from runners.results.manifest import seal_manifest

YEARS = (2025, 2026, 2030)
ACCOUNT, TARGET, ACTOR = "territorial", "territorial_2030", "municipality"
MEASURES = ("cars_electric", "biochar_plant")
PRICE, CAP = "price", "target.territorial_2030"
LUND = Path(next(iter(scenarios.__path__))) / "lund"
LABELS = [
    {
        "dimension": "target",
        "label": TARGET,
        "name_sv": "Territoriella utsläpp −80 % till 2030",
        "name_en": "-80 %",
        "unit": "kt",
    },
    {"dimension": "technology", "label": MEASURES[1], "name_sv": "Biokol", "name_en": "Biochar", "code": "S1"},
    {"dimension": "account", "label": ACCOUNT, "name_sv": "Territoriella utsläpp", "role": "total", "unit": "kt CO2e"},
]


def write_sweep(place: Path, count: int = 12, case: Path = LUND) -> Path:
    """A sweep of `count` scenarios over a price and a target; the last one has no plan.

    Scenario n costs 1000 + 10 n, misses n modulo 3 targets and owes 50 + n; odd ones build the biochar plant in 2030,
    all build electric cars, even ones in 2025 and odd ones in 2026.
    """
    place.mkdir(parents=True)
    ids = np.array([f"{number:016x}" for number in range(count)], dtype=object)
    tables = {"results": _list_results(ids), **_list_years(ids[:-1])}
    for name, table in tables.items():
        table.to_parquet(place / f"{name}.parquet", index=False)
    manifest = {
        "program": "fardplan",
        "kind": "sweep",
        "started": "2026-11-25T02:00:00+00:00",
        "case": case.name,
        "digest": "8024ae409b6bf971",
        "keys": [PRICE, CAP],
        "inputs": digest_inputs(case),
        "labels": LABELS,
    }
    (place / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    sign_sweep(place)
    return place


def _list_results(ids: np.ndarray) -> pd.DataFrame:
    """A row per scenario: what was varied, and how it ended."""
    numbers = np.arange(len(ids))
    solved = numbers < len(ids) - 1
    cost = np.where(solved, 1000.0 + 10.0 * numbers, np.nan)
    return pd.DataFrame(
        {
            "scenario": numbers,
            "id": ids,
            PRICE: np.where(numbers % 2 == 0, "low", "high"),
            CAP: 0.5 + 0.4 * numbers / max(len(ids) - 1, 1),
            "status": np.where(solved, "optimal", "infeasible"),
            "gap": 0.0,
            "verified": np.where(solved, "yes", "not_checked"),
            "objective_money": cost,
            "bound_money": cost,
            "targets_missed": pd.array(np.where(solved, numbers % 3, -1), dtype="Int32").to_numpy(),
            "peak_debt_money": np.where(solved, 50.0 + numbers, np.nan),
            "seconds": 0.01,
            "message": np.where(solved, "", "territorial_2030 < 0"),
        }
    )


def _list_years(known: np.ndarray) -> dict[str, pd.DataFrame]:
    """The tables with a row per scenario that has a plan and year."""
    numbers = np.arange(len(known))
    year, each, step = np.tile(YEARS, len(known)), np.repeat(known, len(YEARS)), np.repeat(numbers, len(YEARS))
    excess = np.where((year == YEARS[-1]) & (step % 3 > 0), (step % 3).astype(float), 0.0)
    targets = {"id": each, "target": TARGET, "year": year, "cap": 100.0, "value": 100.0 + excess, "excess": excess}
    return {
        "accounts": pd.DataFrame({"id": each, "account": ACCOUNT, "year": year, "value": 100.0 + step}),
        "targets": pd.DataFrame({**targets, "shadow_price": 0.0}),
        "investments": _list_builds(known, numbers),
        "cash_flow": pd.DataFrame({"id": each, "actor": ACTOR, "year": year, "net": -1.0, "net_debt": 50.0 + step}),
    }


def sign_sweep(place: Path) -> None:
    """Write the digests of a sweep's tables as they are now."""
    manifest = json.loads((place / "manifest.json").read_text(encoding="utf-8"))
    manifest["files"] = {path.name: digest_file(path) for path in sorted(place.glob("*.parquet"))}
    (place / "manifest.json").write_text(json.dumps(seal_manifest(manifest)), encoding="utf-8")


def _list_builds(ids: np.ndarray, numbers: np.ndarray) -> pd.DataFrame:
    cars = pd.DataFrame({"id": ids, "technology": MEASURES[0], "year": np.where(numbers % 2 == 0, 2025, 2026)})
    plant = pd.DataFrame({"id": ids[numbers % 2 == 1], "technology": MEASURES[1], "year": 2030})
    return pd.concat([cars, plant], ignore_index=True).assign(build=1.0, outlay_money=20.0)
