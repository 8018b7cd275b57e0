"""Municipalities of very different size: each new case checks, plans and is verified, none touched by hand."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from benchmarks.municipalities import run_all

SAMPLE = (
    "Bjurholm",
    "Sorsele",
    "Dorotea",
    "Malung-Sälen",
    "Gotland",
    "Oxelösund",
    "Lysekil",
    "Stenungsund",
    "Kiruna",
    "Luleå",
    "Eslöv",
    "Sundbyberg",
    "Uppsala",
    "Göteborg",
    "Stockholm",
)


@pytest.mark.slow
def test_a_sample_of_municipalities_is_planned_and_verified(tmp_path: Path) -> None:
    results = tmp_path / "results.csv"
    run_all(results, SAMPLE[:1])
    run_all(results, SAMPLE)
    with results.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["municipality"] for row in rows] == list(SAMPLE)
    assert {row["municipality"]: row["trouble"] for row in rows if row["trouble"]} == {}
    assert all(float(row["idle_error"]) < 0.01 for row in rows)
