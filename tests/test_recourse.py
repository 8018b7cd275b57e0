"""Programs whose rows may be broken at a price: what is short stands in its own columns, and in no cost."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from paying import CITY, lend, paying_town, road_in
from town import scenario_of

from model.compiled.compile import compile_program
from model.compiled.revise import LinearProgram, fill_program, revise_program
from model.parameters.coefficients import measure_coefficients
from model.solver.chain import solve_program
from model.solver.recourse import UNSERVED, Recourse, list_gives
from model.solver.solution import Status


def program_of(scenario: Any) -> LinearProgram:
    return revise_program(compile_program(scenario), measure_coefficients(scenario))


def heated_town(existing: float) -> Any:
    """10 GWh of heat a year from gas at 0.4 MSEK/GWh, 1.25 GWh of gas a GWh of heat: 8.76 GWh a MW of boiler."""
    return scenario_of(
        {
            "commodities": [{"commodity": "gas", "purchase_price": 0.4}, {"commodity": "heat", "demand": 10}],
            "technologies": [
                {"technology": "boiler", "existing": existing, "yield": 8.76, "flow": {"heat": 1, "gas": -1.25}}
            ],
            "accounts": [{"account": "co2", "factor_purchase": {"gas": 0.2}}],
            "targets": [{"target": "cap", "account": "co2", "year": 2025, "value": 1.5, "mode": "hard"}],
        },
        salvage="none",
    )


def test_what_is_short_is_told_and_in_no_cost() -> None:
    """Half a MW makes 4.38 GWh: 5.62 GWh are short. Gas 4.38 x 1.25 x 0.4 = 2.19 MSEK is the whole cost."""
    program = program_of(heated_town(0.5))
    assert solve_program(program).status is Status.INFEASIBLE
    recourse = Recourse(program, list_gives(program.program.structure))
    found, breaches = recourse.read(solve_program(recourse.lift(program)))
    assert [(b.name, b.row.index[0], b.price) for b in breaches] == [(UNSERVED, "heat", 100.0)]
    assert breaches[0].amount == pytest.approx(5.62)
    assert found.objective == pytest.approx(2.19)
    assert found.values["cost"] == pytest.approx(2.19)
    assert len(found.columns) == len(program.program.column_labels)


def test_a_hard_target_is_missed_where_that_is_cheaper_than_what_it_would_take() -> None:
    """10 GWh of heat emit 10 x 1.25 x 0.2 = 2.5 kt against 1.5: missed by 1 kt at 20, for demand unserved costs 400."""
    program = program_of(heated_town(5))
    recourse = Recourse(program, list_gives(program.program.structure))
    found, breaches = recourse.read(solve_program(recourse.lift(program)))
    assert [(b.name, b.row.index) for b in breaches] == [("missed_hard", ("cap", 2025))]
    assert breaches[0].amount == pytest.approx(1.0)
    assert found.objective == pytest.approx(5.0)


def road_town(own: float) -> Any:
    """A road of 100 MSEK that must be begun in 2025, out of own funds and a loan of at most 30 at ten percent."""
    city = {**CITY, "own_funds": own}
    return scenario_of(paying_town({"road": road_in(2025)}, [city], [lend(most_draw=30)]), salvage="none")


def open_elastic(program: LinearProgram) -> Recourse:
    return Recourse(program, list_gives(program.program.structure, missed=1e5))


def test_a_plan_that_keeps_all_rules_is_the_same_with_elastic_columns() -> None:
    program = program_of(road_town(70))
    recourse = open_elastic(program)
    plain, (found, breaches) = solve_program(program), recourse.read(solve_program(recourse.lift(program)))
    assert breaches == ()
    assert found.objective == pytest.approx(plain.objective) == pytest.approx(100)
    assert found.values == pytest.approx(plain.values)


@pytest.mark.slow
def test_own_funds_that_are_short_are_told_and_the_loan_is_drawn_first() -> None:
    """Of 100 the loan pays 30 and own funds 50: 20 are short. A breach costs nothing in the cost, which stays 100."""
    program = program_of(road_town(50))
    assert solve_program(program).status is Status.INFEASIBLE
    recourse = open_elastic(program)
    found, breaches = recourse.read(solve_program(recourse.lift(program)))
    assert [(b.name, b.row.index, b.price) for b in breaches] == [("short_own_funds", ("city", 2025), 1.0)]
    assert breaches[0].amount == pytest.approx(20)
    assert found.objective == pytest.approx(100)


def test_numbers_filled_into_the_widened_pattern_are_those_of_the_lifted_program() -> None:
    scenario = heated_town(0.5)
    compiled, coefficients = compile_program(scenario), measure_coefficients(scenario)
    program = revise_program(compiled, coefficients)
    recourse = Recourse(program, list_gives(compiled.structure))
    lifted, filled = recourse.lift(program), fill_program(recourse.program, compiled.gather(coefficients))
    for name in ("starts", "rows", "entries", "row_lower", "row_upper", "column_lower", "column_upper"):
        np.testing.assert_array_equal(getattr(lifted, name), getattr(filled, name), err_msg=name)
    for name, costs in lifted.costs.items():
        np.testing.assert_array_equal(costs, filled.costs[name], err_msg=name)
