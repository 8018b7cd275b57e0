"""A plain list of measures with costs, without commodities, flows or accounts, is a case; and zero is a number."""

from __future__ import annotations

from typing import Any

import pytest
from hand import assert_close, decided, plan_of
from town import build_town, scenario_of

from runners.analyses.abatement.abatement_metrics import find_account
from runners.analyses.cost_curve.choosing import _choose_target
from scenarios.checks.check import check_tables
from scenarios.choices import Choices
from scenarios.errors import CaseError

ROOF = {"technology": "roof", "buildable": "yes", "measure": "yes", "capex": 10, "life": 30, "unit_size": 1}
ROOF |= {"least_capacity": {2025: 0, 2026: 0, 2027: 1}, "most_capacity": 1}
HALL = {"technology": "hall", "buildable": "yes", "measure": "yes", "capex": 20, "life": 30}
LIST = {"case": {"first_year": 2025, "last_year": 2027, "discount_rate": 0.1}, "technologies": [ROOF, HALL]}
NO_ACCOUNTS = (
    "the case has no accounts, so there is nothing that its measures would reduce and no curve to draw. "
    "Add accounts.csv and factors.csv if that is to be counted."
)


def find_problems(tables: dict[str, Any]) -> list[str]:
    return [problem.tell("en") for problem in check_tables(build_town(**tables), Choices())]


def test_a_list_of_measures_needs_no_commodities_flows_or_accounts() -> None:
    """A roof of 10 must stand in 2027: it is begun then, for 10 / 1.1^2 = 8.26; the hall nobody asks for is not."""
    assert find_problems(LIST) == []
    plan = plan_of(LIST, salvage="none")
    assert_close(plan.attrs["objective"], 10 / 1.1**2)
    assert decided(plan, "build", "roof").tolist() == [0, 0, 1]
    assert decided(plan, "build", "hall").tolist() == [0, 0, 0]


def test_a_curve_of_a_case_without_accounts_is_told() -> None:
    with pytest.raises(CaseError) as refused:
        find_account(scenario_of(LIST))
    assert refused.value.problems[0].tell("en") == f"curve.account: {NO_ACCOUNTS}"
    with pytest.raises(CaseError) as refused:
        _choose_target(build_town(**LIST))
    assert refused.value.problems[0].tell("sv") == (
        "curve.target: fallet har inga konton, så det finns inget som åtgärderna skulle minska och ingen kurva att "
        "rita. "
        "Lägg till accounts.csv och factors.csv om de ska räknas."
    )


def test_what_must_stand_is_not_idle_beside_technologies_that_make_something() -> None:
    boiler = {"technology": "boiler", "existing": 5, "flow": {"heat": 1}}
    town = LIST | {"technologies": [ROOF, boiler], "commodities": [{"commodity": "heat", "demand": 5}]}
    assert find_problems(town) == []
    assert find_problems(town | {"technologies": [HALL, boiler]}) != []


def test_a_demand_of_nothing_is_a_demand() -> None:
    """Traffic abroad is 0 in 210 of 290 municipalities: it was refused as traffic that nobody asks for."""
    flight = {"technology": "flight", "capacitated": "no", "variable_cost": 1, "flow": {"abroad": 1}}
    town = {"commodities": [{"commodity": "abroad", "demand": 0}], "technologies": [flight]}
    assert find_problems(town) == []
    assert_close(plan_of(town).attrs["objective"], 0)
    assert find_problems(town | {"commodities": [{"commodity": "abroad"}]}) != []


def test_a_stock_of_nothing_is_a_stock() -> None:
    """A municipality without district heating has 0 MW of plant and of exchangers, and no heat to deliver."""
    plant = {"technology": "plant", "existing": 0, "flow": {"heat": 1}}
    exchanger = {"technology": "exchanger", "existing": 0, "flow": {"heat": -1, "warmth": 1}}
    heater = {"technology": "heater", "existing": 2, "variable_cost": 1, "flow": {"warmth": 1}}
    town = {
        "commodities": [{"commodity": "heat"}, {"commodity": "warmth", "demand": 1}],
        "technologies": [plant, exchanger, heater],
    }
    assert find_problems(town) == []
    assert_close(decided(plan_of(town), "activity", "heater").sum(), 1)
    assert find_problems(town | {"technologies": [{**plant, "existing": 0}, exchanger]}) != []
