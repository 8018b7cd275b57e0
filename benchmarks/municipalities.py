"""Every municipality in turn: a new case, checked, planned in parts of units and verified; resumable.

    python benchmarks/municipalities.py results.csv [NAME ...]

One row a municipality: seconds, on the clock and of the processor, present cost, territorial emissions of 1990, 2030
and 2045 in kt CO2e, how far the do-nothing path of 2024 is from the inventory of any sector, and what went wrong, blank
where nothing did.
"""

from __future__ import annotations

import csv
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from time import perf_counter, process_time

from model.solver.solution import SolverOptions
from runners.exchange.new_case import write_new_case
from runners.family import Family
from scenarios.checks.check import check_tables
from scenarios.choices import Choices
from scenarios.errors import FardplanError
from scenarios.recipes.facts import Facts, read_facts
from scenarios.recipes.sectors import SECTORS
from scenarios.tables import read_tables

COLUMNS = (
    "municipality",
    "seconds",
    "processor",
    "cost",
    "emissions_1990",
    "emissions_2030",
    "emissions_2045",
    "idle_error",
    "trouble",
)
TOTAL = "territorial"


def try_municipality(facts: Facts) -> dict[str, object]:
    """One row: the case of a municipality made, checked, planned and verified."""
    started, worked = perf_counter(), process_time()
    with tempfile.TemporaryDirectory() as name:
        place = Path(name) / "case"
        write_new_case(place, facts)
        tables = read_tables(place)
        problems = check_tables(tables, Choices())
        if problems:
            return {"municipality": facts.municipality, "trouble": problems[0].tell("en")}
        outcome = Family(tables, Choices(), SolverOptions(relax=True), explained=False).solve()
        seconds, processor = perf_counter() - started, process_time() - worked
        idle = Family(tables, Choices(years=(2024, 2030), do_nothing=True), SolverOptions(relax=True), explained=False)
        still = idle.solve()
    if outcome.plan is None or outcome.verdict is None or still.plan is None:
        return {"municipality": facts.municipality, "trouble": "no plan"}
    held = outcome.plan["account_value"].sel(account=TOTAL).to_series()
    base = still.plan["account_value"].sel(year=2024).to_series()
    counted = {name: facts.value(f"emissions_{name}", 2024) / 1000 for name in SECTORS}
    errors = [abs(base[name] / amount - 1) for name, amount in counted.items() if amount > 0]
    return {
        "municipality": facts.municipality,
        "seconds": round(seconds, 2),
        "processor": round(processor, 2),
        "cost": round(float(outcome.plan.attrs["objective"]), 1),
        "emissions_1990": round(sum(facts.value(f"emissions_{name}", 1990) for name in SECTORS) / 1000, 2),
        "emissions_2030": round(float(held[2030]), 2),
        "emissions_2045": round(float(held[2045]), 2),
        "idle_error": f"{max(errors):.1e}",
        "trouble": "" if outcome.verdict.accepted else "not verified",
    }


def run_all(results: Path, names: Iterable[str]) -> None:
    """Add a row for each municipality that has none yet."""
    done = set()
    if results.exists():
        with results.open(encoding="utf-8", newline="") as file:
            done = {row["municipality"] for row in csv.DictReader(file)}
    else:
        results.write_text(",".join(COLUMNS) + "\n", encoding="utf-8")
    for name in names:
        if name in done:
            continue
        try:
            row = try_municipality(read_facts()[name])
        except FardplanError as error:
            row = {"municipality": name, "trouble": str(error).splitlines()[0]}
        with results.open("a", encoding="utf-8", newline="") as file:
            csv.DictWriter(file, COLUMNS, restval="", lineterminator="\n").writerow(row)


if __name__ == "__main__":
    run_all(Path(sys.argv[1]), sys.argv[2:] or list(read_facts()))
