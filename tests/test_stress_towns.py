"""Storage, savings, periods and vintages of a plan under stress, by hand: half of a measure, or all of it late."""

from __future__ import annotations

from typing import Any

import pytest
from hand import HALVES, assert_close
from test_towns_finance_savings import saving_town
from test_towns_periods import PERIODS, boiler_town
from test_towns_storage import tank_town
from test_towns_vintages import QUARTER, THIRD, pump_town
from town import build_town

from model.solver.settled import LEVELS, OPERATION
from model.solver.solution import SolverOptions
from runners.analyses.stress.circumstances import Circumstance
from runners.analyses.stress.engine import Answer, Stress
from runners.analyses.stress.futures import draw_futures
from runners.family import Family
from scenarios.choices import Choices


def stress_town(town: dict[str, Any], **choices: Any) -> Stress:
    family = Family(build_town(**town), Choices(**{"salvage": "none", **choices}), SolverOptions())
    outcome = family.solve()
    return Stress(family, {}, outcome.scenario, outcome.plan, SolverOptions())


def answer(stress: Stress, **parts: dict[str, Any]) -> Answer:
    (future,) = draw_futures(Circumstance("tried", {"sv": "", "en": ""}, "", parts), stress.scenario, 1, 0)
    found = stress.solve(future, OPERATION)
    assert found.plan is not None, found.reason
    return found


def cost(found: Answer) -> float:
    assert found.plan is not None
    return float(found.plan.attrs["social_cost"])


def keep_heat() -> dict[str, Any]:
    """1 GWh is needed in winter; a tank for 1 costs 2 and keeps half of what it holds (see `test_towns_storage`)."""
    prices = {"winter": 10, "summer": 2}
    heat = {"storage": "year", "demand": 1, "profile": {"winter": 1, "summer": 0}, "purchase_price": prices}
    tank = {"existing": 0, "buildable": True, "capex": 2, "content": 1, "measure": True, "life": 30}
    return tank_town({**heat, "storage_loss": 0.75}, tank, slices=HALVES)


def make_better() -> dict[str, Any]:
    """A pump of each year, the later the better; heat can be bought for 2."""
    town = pump_town({"v2025": THIRD, "v2026": QUARTER}, measure=True)
    town["commodities"][0]["purchase_price"] = 2
    return town


TOWNS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "storage": (keep_heat(), {}),
    "savings": (saving_town(40, saving_share=1), {}),
    "periods": (boiler_town(capex=15, measure=True, life=30), {"years": PERIODS}),
    "vintages": (make_better(), {}),
}


@pytest.mark.parametrize("name", TOWNS)
def test_all_as_planned_is_the_plan(name: str) -> None:
    town, choices = TOWNS[name]
    stress = stress_town(town, **choices)
    for level in LEVELS:
        found = stress.solve(stress.expect(), level)
        assert found.breaches == ()
        assert_close(cost(found), stress.plan.attrs["social_cost"])


def test_half_the_tanks_keep_half_the_heat() -> None:
    """One tank of two: 2, with 1 GWh of summer's in it for 2; half a GWh comes out, the other is bought at 10: 5."""
    stress = stress_town(keep_heat())
    assert_close(cost(answer(stress, share={"tank": 0.5})), 2 + 2 + 5)


@pytest.mark.slow
def test_a_pump_built_to_half_saves_half_and_the_road_is_short_of_it() -> None:
    """It saves 5 in 2025 and in 2026, not 10 each: 20 + 10 of own money for a road of 40."""
    stress = stress_town(saving_town(40, saving_share=1))
    found = answer(stress, share={"pump": 0.5})
    assert [one.name for one in found.breaches] == ["short_own_funds"]
    assert_close(found.breaches[0].amount, 10)


def test_in_periods_half_a_boiler_serves_half_and_a_late_one_half_of_its_own_period() -> None:
    """Half a MW for 7.5 makes 1.25 and 2.5 GWh of 10; 6.25 are bought at 4. Five years late it makes 2.5: 15 + 30."""
    stress = stress_town(boiler_town(capex=15, measure=True, life=30), years=PERIODS)
    assert_close(cost(answer(stress, share={"boiler": 0.5})), 7.5 + 25)
    assert_close(cost(answer(stress, late={"boiler": 5})), 15 + 30)


def test_half_of_each_vintage_runs_with_its_own_efficiency() -> None:
    """1.5 GWh a vintage: 1.5 / 3, then 1.5 / 3 and 1.5 / 4; of 3 + 5 GWh 3.5 are bought at 2."""
    stress = stress_town(make_better())
    assert_close(cost(answer(stress, share={"pump": 0.5})), 0.5 + 0.5 + 0.375 + 7)


def test_a_vintage_that_comes_a_year_late_has_the_efficiency_of_the_later_year() -> None:
    """Nothing in 2025, 3 GWh bought; in 2026 what should have come in 2025: 3 / 4, and 2 bought."""
    stress = stress_town(make_better())
    assert_close(cost(answer(stress, late={"pump": 1})), 6 + 0.75 + 4)
