"""The first plan of one municipality: made, checked, planned and verified in one process, and told in one row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

from conf.words import LANGUAGES
from model.solver.solution import SolverOptions
from runners.exchange.new_case import write_new_case
from runners.family import Family
from runners.outcome import Outcome
from runners.reports.tables import tabulate_costs
from scenarios.choices import Choices
from scenarios.errors import CaseError, FardplanError, Telling
from scenarios.recipes.facts import Facts, read_facts
from scenarios.recipes.sectors import SECTORS
from scenarios.tables import read_tables
from scenarios.terms import ACCOUNT, YEAR

TOTAL, MISSED = "territorial", "target"
BASE, AIM = 1990, 2030
CUT = 80.0
"""Percent below 1990 that is asked about."""
PERCENT = 100.0
KILO = 1000.0
TINY = 1e-6


@dataclass(frozen=True)
class Asked:
    """A municipality, the choices about its case, how to solve, and where compiled programs are kept."""

    municipality: str
    choices: Choices
    options: SolverOptions
    programs: Path | None


def plan_first(asked: Asked) -> dict[str, Any]:
    """A row: `municipalities/municipalities` in the catalog of results. What went wrong is told in `trouble`."""
    started, worked = perf_counter(), process_time()
    facts = read_facts()[asked.municipality]
    row: dict[str, Any] = {"municipality": asked.municipality, "inhabitants": facts.value("inhabitants", 2023)}
    row |= {"reached": False, "verified": False}
    try:
        with TemporaryDirectory() as name:
            place = Path(name) / "case"
            write_new_case(place, facts)
            outcome = Family(read_tables(place), asked.choices, asked.options, asked.programs, explained=False).solve()
        row |= describe_plan(outcome, facts)
    except FardplanError as error:
        row["trouble"] = _tell(error)
    seconds = {"seconds": round(perf_counter() - started, 2), "processor": round(process_time() - worked, 2)}
    return row | seconds


def describe_plan(outcome: Outcome, facts: Facts) -> dict[str, Any]:
    """Cost, what is cut, what a tonne costs, and what holds the plan back."""
    plan, idle = outcome.plan, outcome.reference
    costs = tabulate_costs(outcome.scenario, plan)
    missed = float(costs[costs["kind"] == MISSED]["present_value"].sum())
    cost = float(plan.attrs["objective"]) - missed
    held = plan["account_value"].sel(account=TOTAL).to_series()
    before = sum(facts.value(f"emissions_{name}", BASE) for name in SECTORS) / KILO
    cut = PERCENT * (1.0 - float(held[AIM]) / before)
    row = {
        "cost": cost,
        "misses": missed,
        "emissions_1990": before,
        "emissions_2030": float(held[AIM]),
        "emissions_2045": float(held[held.index[-1]]),
        "cut": cut,
        "reached": cut >= CUT - TINY,
        **_find_hold(outcome),
        "verified": outcome.verdict is not None and outcome.verdict.accepted,
    }
    if idle is None:
        return row
    lengths = outcome.scenario["length"].to_series().astype(float)
    saved = float((lengths * (idle["account_value"].sel(account=TOTAL).to_series() - held)).sum())
    extra = cost - float(idle.attrs["objective"])
    row |= {"extra_cost": extra, "saved": saved}
    return row | ({"cost_per_tonne": KILO * extra / saved} if saved > TINY else {})


def _find_hold(outcome: Outcome) -> Mapping[str, Any]:
    """The sector with most left in 2030, by its names, and its part of all that is left."""
    values = outcome.plan["account_value"].sel({YEAR: AIM}).to_series()
    left = {name: float(values[name]) for name in SECTORS if name in values.index}
    worst = max(left, key=lambda name: left[name])
    labels = outcome.scenario[ACCOUNT].values.astype(str).tolist()
    names = {
        f"hold_{lang}": str(outcome.scenario[f"{ACCOUNT}_name_{lang}"].values[labels.index(worst)])
        for lang in LANGUAGES
    }
    total = float(values[TOTAL])
    return {**names, "hold_percent": PERCENT * left[worst] / total if total > TINY else 0.0}


def _tell(error: FardplanError) -> str:
    if isinstance(error, CaseError):
        return error.problems[0].tell("en")
    told = error.tell("en") if isinstance(error, Telling) else str(error)
    return told.splitlines()[0]
