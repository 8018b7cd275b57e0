"""Towns solved by hand in units that a solver cannot see in: km for Mvkm, Mt for kt, and whole projects among them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hand import assert_close, decided, plan_of
from town import scenario_of

from model.compiled.compile import compile_program
from model.compiled.revise import revise_program
from model.parameters.coefficients import measure_coefficients
from model.queries.no_plan import NoPlan
from model.solver.chain import Chain, solve_program
from model.solver.scale import find_scale, fit_scale
from model.solver.solution import SolverOptions, Status
from model.solver.stages import pose_task


def drive(km: float, kt: float, mode: str = "hard", cap: float = 0.1) -> dict[str, Any]:
    """1 000 Mvkm by cars of 150 g/km at 1 kr/km or electric ones at 2, `km` times as many of them, in `kt` of kt."""
    car = {"technology": "car", "capacitated": "no", "flow": {"trip": 1}, "variable_cost": 1 / km}
    car |= {"factor_activity": {"co2": 0.15 * kt / km}}
    electric = {"technology": "electric", "capacitated": "no", "flow": {"trip": 1}, "variable_cost": 2 / km}
    target = {"target": "cap", "account": "co2", "year": 2025, "value": cap * kt, "mode": mode, "price": 5 / kt}
    return {
        "commodities": [{"commodity": "trip", "demand": 1000 * km}],
        "technologies": [car, electric],
        "accounts": [{"account": "co2"}],
        "targets": [target],
    }


@pytest.mark.parametrize("km", [1, 1e6, 1e9])
@pytest.mark.parametrize("kt", [1e-3, 1, 1e9])
def test_a_factor_per_km_is_as_good_as_one_per_million_km(km: float, kt: float) -> None:
    """A cap of 100 kt: cars drive 100/0.15 = 666.7 Mvkm, electric ones the rest: 666.7 + 2 * 333.3 = 1 333.3 MSEK.

    In km the factor is 1.5e-10, which the solver dropped; the plan cost 1 000 and was refused as our own fault. A kt
    less costs 1/0.15 = 6.67 MSEK.
    """
    plan = plan_of(drive(km, kt, cap=100))
    assert_close(plan.attrs["objective"], 1000 + 1000 / 3)
    np.testing.assert_allclose(decided(plan, "activity", "car").sum(), km * 2000 / 3, rtol=1e-7)
    np.testing.assert_allclose(plan["shadow_price"].values.sum(), 1 / 0.15 / kt, rtol=1e-7)


@pytest.mark.parametrize("km", [1, 1e6])
@pytest.mark.parametrize(("mode", "cost"), [("priced", 1000 + 5 * 50), ("nearest", 1000 + 1000 / 3)])
def test_misses_are_weighed_in_the_users_units(km: float, mode: str, cost: float) -> None:
    """At 5 MSEK/kt the 50 kt above 100 are paid for, since electric cars cost 6.67; nearest leaves none."""
    assert_close(plan_of(drive(km, 1, mode, cap=100)).attrs["objective"], cost)


@pytest.mark.parametrize("km", [1, 1e6])
def test_whole_projects_stay_whole_among_small_factors(km: float) -> None:
    """A cycle path takes 300 Mvkm off cars and costs 500, a second as much: 120 kt need one path and no electric car.

    1000 - 300 = 700 Mvkm by car emit 105 kt: 700 + 500 = 1 200; by electric cars 1 200 too, so let the path cost 100
    less: 1 100. In km a path is 3e8 of them.
    """
    town = drive(km, 1, cap=120)
    path = {"technology": "path", "buildable": "yes", "capacity_unit": "st", "unit_size": 1, "capex": 400, "life": 1}
    town["technologies"].append({**path, "yield": 300 * km, "flow": {"trip": 1}, "most_capacity": 2})
    plan = plan_of(town, salvage="none")
    assert_close(plan.attrs["objective"], 1100)
    assert decided(plan, "units", "path").tolist() == [1.0]


def test_targets_out_of_reach_are_told_in_km_too() -> None:
    """Without electric cars 150 kt are emitted: a cap of 100 is missed by 50."""
    town = drive(1e6, 1, cap=100)
    del town["technologies"][1]
    with pytest.raises(NoPlan) as refused:
        plan_of(town)
    assert refused.value.status is Status.INFEASIBLE
    assert [rule.family for rule in refused.value.rules] == ["target"]
    assert refused.value.reaches[0].alone == pytest.approx(50)


def test_scenarios_one_after_the_other_keep_the_units_of_the_first() -> None:
    """Caps of 50, 100, 120 kt from warm: 1000 + (150 - cap) / 0.15 each."""
    scenario = scenario_of(drive(1e6, 1))
    compiled = compile_program(scenario)
    chain = Chain(SolverOptions())
    for cap in (50.0, 100.0, 120.0):
        moved = scenario.assign(cap=scenario["cap"] * 0 + cap)
        program = revise_program(compiled, measure_coefficients(moved))
        found = chain.solve(program)
        assert found.objective == pytest.approx(1000 + (150 - cap) / 0.15, rel=1e-9)
        assert found.objective == pytest.approx(solve_program(program).objective, rel=1e-9)


def test_ordinary_towns_go_to_the_solver_as_they_are() -> None:
    program = revise_program(*(f(scenario_of(drive(1, 1))) for f in (compile_program, measure_coefficients)))
    assert find_scale(pose_task(program, "cost")) is None


def test_scaling_is_undone_to_the_last_bit_and_whole_columns_keep_their_units() -> None:
    scenario = scenario_of({**drive(1e6, 1)})
    task = pose_task(revise_program(compile_program(scenario), measure_coefficients(scenario)), "cost")
    scale = fit_scale(task)
    asked = scale.apply(task)
    assert np.log2(np.concatenate([scale.rows, scale.columns, [scale.objective]])) % 1 == pytest.approx(0, abs=0)
    assert np.abs(asked.entries).min() > 0.01
    assert (asked.row_lower / scale.rows == task.row_lower).all()
    assert (asked.costs / scale.columns / scale.objective == task.costs).all()
