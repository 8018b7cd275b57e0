"""Municipalities of very different size: each new case checks, plans and is verified, none touched by hand."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from benchmarks.municipalities import run_all
from model.solver.solution import SolverOptions
from runners.exchange.new_case import write_new_case
from runners.family import Family
from scenarios.choices import Choices
from scenarios.recipes.facts import Facts, read_facts
from scenarios.recipes.sectors import SECTORS
from scenarios.tables import read_tables

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


PARTS, BASE = 10, 2024
"""Parts in which all municipalities are tried, and the year of the inventory."""


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


def measure_idle(place: Path, facts: Facts, programs: Path) -> dict[str, float]:
    """How far doing nothing is from the inventory of each sector with emissions, in the year of the inventory."""
    write_new_case(place, facts)
    choices = Choices(years=(BASE,), do_nothing=True)
    outcome = Family(read_tables(place), choices, SolverOptions(relax=True), programs, explained=False).solve()
    held = outcome.plan["account_value"].sel(year=BASE).to_series()
    counted = {name: facts.value(f"emissions_{name}", BASE) / 1000 for name in SECTORS}
    return {name: abs(held[name] / amount - 1) for name, amount in counted.items() if amount > 0}


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_doing_nothing_is_the_inventory_by_sector_in_every_municipality(part: int, tmp_path: Path) -> None:
    """Within a hundredth, each sector of each of the 290; stocks have 3 % to spare, so that nothing runs short."""
    far = {}
    for facts in list(read_facts().values())[part::PARTS]:
        errors = measure_idle(tmp_path / facts.municipality, facts, tmp_path / "programs")
        far |= {(facts.municipality, name): error for name, error in errors.items() if error > 0.01}
    assert far == {}
