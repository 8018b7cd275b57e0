"""Small sweeps for tests: scenario `n` varies one price and has numbers that can be told from `n`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from runners.results.sweep import MONEY
from runners.sweep_store.results import (
    ACCOUNTS,
    CASH_FLOW,
    INVESTMENTS,
    LONG,
    NUMBER,
    TARGETS,
    TEXT,
    ChunkResult,
    Head,
    Rows,
    Slab,
    gather_rows,
    tabulate_failure,
)
from runners.sweep_store.store import SweepStore

PRICE, CUT = "price", "adjust.capex.pump"
PRICES, CUTS = ("low", "base"), (0.5, 1.0, 2.0)
KEYS = {PRICE: TEXT, CUT: NUMBER}
LABELS = {INVESTMENTS: ("pump",), ACCOUNTS: ("co2", "nox"), TARGETS: ("cap",), CASH_FLOW: ("city", "firm")}
YEARS = np.array([2025, 2026])


def identify(number: int, salt: str = "") -> str:
    return hashlib.sha256(f"{salt}{number}".encode()).hexdigest()[:16]


def levels_of(number: int) -> tuple[str, float]:
    """Of scenario `number` of the grid of six, and of ever larger cuts after it."""
    return PRICES[number // len(CUTS) % len(PRICES)], CUTS[number % len(CUTS)] + 10.0 * (number // 6)


def design_of(count: int, salt: str = "") -> pa.Table:
    rows = [levels_of(number) for number in range(count)]
    return pa.table(
        {
            "scenario": pa.array(range(count), pa.int64()),
            "id": pa.array([identify(number, salt) for number in range(count)], TEXT),
            PRICE: pa.array([price for price, _ in rows], TEXT),
            CUT: pa.array([cut for _, cut in rows], NUMBER),
        }
    )


def manifest_of(**changes: Any) -> dict[str, Any]:
    return {
        "version": "0.1.0",
        "started": "2026-11-24T20:08:05+00:00",
        "case": "stad",
        "digest": "a" * 64,
        "inputs": {"prices.csv": "b" * 64, "targets.csv": "c" * 64},
        "keys": [PRICE, CUT],
        "levels": {PRICE: list(PRICES), CUT: ["0.5", "1", "2"]},
        "source": "grid",
        "options": {"gap": 0.0001, "relax": True},
        **changes,
    }


def rows_of(number: int, salt: str = "", status: str = "optimal", worth: float = 0.0) -> Rows:
    """A solved scenario: its objective is `100 + number + worth`, and every other number `number` plus its place."""
    head = Head(number, identify(number, salt), levels_of(number))
    if status in ("crashed", "infeasible"):
        return tabulate_failure(head, status, 0.5, f"nummer {number}")
    slabs = {}
    for name, (_, columns) in LONG.items():
        places, years = (axis.ravel() for axis in np.indices((len(LABELS[name]), len(YEARS))))
        numbers = number + np.arange(len(columns) * len(places), dtype=float).reshape(len(columns), -1)
        slabs[name] = Slab(LABELS[name], places, YEARS[years], numbers)
    fate = {
        "status": status,
        "gap": 0.0,
        "verified": "yes",
        "objective_money": 100.0 + number + worth,
        "bound_money": 100.0 + number,
        "targets_missed": number % 2,
        **dict.fromkeys(MONEY, float(number)),
        "seconds": 0.5,
        "message": "",
        "reason": "",
    }
    return Rows(head, fate, slabs)


def chunk_of(numbers: Iterable[int], salt: str = "", status: str = "optimal", worth: float = 0.0) -> ChunkResult:
    return gather_rows([rows_of(number, salt, status, worth) for number in numbers], KEYS)


def write_sweep(place: Path, count: int, size: int = 2, salt: str = "", **manifest: Any) -> Path:
    """A whole sweep in chunks of `size`, compacted."""
    with SweepStore.create(place, manifest_of(**manifest), design_of(count, salt)) as store:
        for first in range(0, count, size):
            store.write_chunk(f"{first:05d}", chunk_of(range(first, min(first + size, count)), salt))
        store.compact()
    return place
