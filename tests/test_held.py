"""What is reckoned of a scenario and a plan is reckoned once while the scenario is held, and each time otherwise."""

from __future__ import annotations

import xarray as xr

from scenarios.arrays import hold_arrays, read_arrays, remember_of_plan


def test_a_plan_is_reckoned_once_while_its_scenario_is_held() -> None:
    """Two plans, each asked for thrice: within the block twice reckoned, outside each time; a block within shares."""
    scenario, other = (xr.Dataset({"price": ("year", [3.0, 4.0])}) for _ in range(2))
    plans = [xr.Dataset({"sold": ("year", [1.0, factor])}) for factor in (2.0, 3.0)]
    reckoned: list[xr.Dataset] = []

    @remember_of_plan
    def earn(scenario: xr.Dataset, plan: xr.Dataset) -> float:
        reckoned.append(plan)
        return float((scenario["price"] * plan["sold"]).sum())

    with hold_arrays(scenario):
        assert [earn(scenario, plan) for plan in plans * 2] == [11.0, 15.0] * 2
        with hold_arrays(scenario, read_arrays(scenario)):
            assert earn(scenario, plans[0]) == 11.0
        assert len(reckoned) == 2
        assert earn(other, plans[0]) == 11.0
    assert len(reckoned) == 3
    assert [earn(scenario, plans[0]) for _ in range(2)] == [11.0, 11.0]
    assert len(reckoned) == 5
