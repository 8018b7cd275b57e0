"""Small towns for the cost of measures, solved by hand in test_towns_measures.py; how they are compared."""

from __future__ import annotations

from typing import Any

from town import build_town

from model.solver.solution import SolverOptions
from runners.analyses.abatement.abatement_metrics import Amounts, choose_yardstick, find_account
from runners.analyses.abatement.attribution import Comparison, Level, compare_ways
from runners.family import Family
from scenarios.choices import Choices

PRICE = 100.0
"""MSEK per kt that a target missed costs, where a town says nothing else: dearer than any measure."""


def filter_of(name: str, cost: float, tonnes: float, **more: Any) -> dict[str, Any]:
    """A measure that takes up to `tonnes` kt a year out of the dirt, for `cost` MSEK per kt."""
    own = {"measure": "yes", "buildable": "yes", "yield": 1, "capex": 0, "most_capacity": tonnes}
    return {"technology": name, **own, "variable_cost": cost, "flow": {"dirt": 1}, **more}


def town_of(*measures: dict[str, Any], dirt: float = 10, cap: float = 0, **more: Any) -> dict[str, Any]:
    """A town that emits `dirt` kt a year unless measures take it, and may emit `cap`; one year without rates."""
    emit = {"technology": "emit", "capacitated": "no", "flow": {"dirt": 1}, "factor_activity": {"co2": 1}}
    target = {"target": "cap", "account": "co2", "year": 2025, "value": cap, "mode": "priced", "price": PRICE}
    town: dict[str, Any] = {
        "commodities": [{"commodity": "dirt", "unit": "kt", "demand": dirt}],
        "technologies": [emit, *measures],
        "accounts": [{"account": "co2", "role": "total"}],
        "targets": [target | more.pop("target", {})],
    }
    return town | more


def family_of(town: dict[str, Any], **choices: Any) -> Family:
    """The family of a town; nothing is left of an investment at its end."""
    return Family(build_town(**town), Choices(**{"salvage": "none", **choices}), SolverOptions())


def compare_town(town: dict[str, Any], **asked: Any) -> Comparison:
    """The measures and programmes of a town three ways, on its total account."""
    family = family_of(town, **asked.pop("choices", {}))
    yardstick = choose_yardstick(family.scenario, asked.pop("account", find_account(family.scenario)), None)
    return compare_ways(family, yardstick, **asked)


def amounts_of(level: Level, name: str, way: str) -> Amounts:
    """The amounts of a player by a way."""
    return next(reading.ways[way] for reading in level.readings if reading.player.name == name)


def pair_of(level: Level, name: str, way: str) -> tuple[float, float]:
    """Cost and tonnes of a player by a way."""
    amounts = amounts_of(level, name, way)
    return amounts.cost, amounts.tonnes
