"""A chain of solves gives what each program would give alone, from cold."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from town import scenario_of

from model.compiled.cache import default_folder
from model.compiled.compile import compile_program
from model.compiled.revise import LinearProgram, revise_program
from model.compiled.sparse import COST, SparseProgram
from model.parameters.coefficients import measure_coefficients
from model.solver.chain import Chain, solve_program
from model.solver.plan import Labeller, label_plan
from model.solver.solution import HIGHS, SOLVE, Solution, SolverOptions, Status
from model.solver.stages import pose_task
from model.solver.starts import CHOOSE, COLD, LEAST_CAP, LONG, WARM, Starts, Step, measure_step
from model.verifier.verify import verify
from runners.family import Family
from scenarios.arithmetic.targets import draw_caps
from scenarios.arrays import read_arrays
from scenarios.choices import Choices

LUND = Path(__file__).parent.parent / "scenarios" / "lund"
RELAXED = SolverOptions(relax=True, threads=1)
REVISIONS = 30
SAME = 1e-9
STEP = Step(entries=False, costs=True, bounds=False, length=2)


@cache
def lund() -> tuple[xr.Dataset, SparseProgram]:
    """Lund with its do-nothing path as reference, and its compiled program."""
    scenario = Family(LUND, Choices(variants=("base_2024",)), RELAXED, default_folder()).scenario
    return scenario, compile_program(scenario)


@cache
def town(mode: str = "hard", unit_size: float = 0.0) -> tuple[xr.Dataset, SparseProgram]:
    """10 GWh of heat from a boiler (8 kt, 0.4 MSEK/GWh) or from pumps at 3 MSEK for each 8.76 GWh a year."""
    tables: dict[str, Any] = {
        "case": {"first_year": 2025, "last_year": 2026},
        "commodities": [{"commodity": "gas", "purchase_price": 0.4}, {"commodity": "heat", "demand": 10}],
        "technologies": [
            {"technology": "boiler", "existing": 5, "yield": 8.76, "flow": {"heat": 1, "gas": -1.25}},
            {
                "technology": "pump",
                "buildable": "yes",
                "measure": "yes",
                "capex": 30,
                "life": 20,
                "yield": 8.76,
                "most_capacity": 1,
                "unit_size": unit_size,
                "flow": {"heat": 1},
            },
        ],
        "accounts": [{"account": "co2", "factor_purchase": {"gas": 0.2}}],
        "targets": [{"target": "cap", "account": "co2", "year": 2026, "value": 1, "mode": mode, "price": 100}],
    }
    scenario = scenario_of(tables, salvage="none")
    return scenario, compile_program(scenario)


def revise(case: tuple[xr.Dataset, SparseProgram], scenario: xr.Dataset) -> LinearProgram:
    return revise_program(case[1], measure_coefficients(scenario))


def set_target(scenario: xr.Dataset, target: str, value: float) -> xr.Dataset:
    changed = scenario["value"].copy(deep=True)
    changed.loc[{"target": target}] = value
    scenario = scenario.assign(value=changed)
    return scenario.assign(cap=scenario["cap"].copy(data=draw_caps(read_arrays(scenario))))


def vary(scenario: xr.Dataset, random: np.random.Generator) -> xr.Dataset:
    """Prices, investment costs, two targets, any of them, by up to a thousandth or up to a third."""
    width = random.choice((0.001, 0.01, 0.1, 0.3))
    changed = scenario
    if random.random() < 0.6:
        factor = random.uniform(1 - width, 1 + width)
        prices = {name: changed[name] * factor for name in ("purchase_price", "sale_price")}
        changed = changed.assign(prices)
    if random.random() < 0.6:
        changed = changed.assign(capex=changed["capex"] * random.uniform(1 - width, 1 + width))
    if random.random() < 0.6:
        changed = set_target(changed, "budget_2045", 1185 * random.uniform(1 - width, 1 + width))
        changed = set_target(changed, "transport_2030", 75 * random.uniform(1 - width, 1 + width))
    return changed


def cap_town(value: float, mode: str = "hard") -> LinearProgram:
    case = town(mode)
    return revise(case, set_target(case[0], "cap", value))


@pytest.mark.slow
def test_thirty_revisions_of_lund_in_random_order_cost_what_each_costs_from_cold() -> None:
    """And every plan that the chain ends at is accepted by the verifier."""
    scenario, compiled = lund()
    random = np.random.default_rng(4)
    chain, labeller = Chain(RELAXED), Labeller(compiled)
    for _ in range(REVISIONS):
        changed = vary(scenario, random)
        coefficients = measure_coefficients(changed)
        program = revise_program(compiled, coefficients)
        found, cold = chain.solve(program), solve_program(program, RELAXED)
        assert found.status is cold.status
        assert found.objective == pytest.approx(cold.objective, rel=SAME)
        plan = labeller.label(changed, found)
        assert verify(changed, plan, relaxed=True).accepted


@pytest.mark.slow
@pytest.mark.parametrize("start", [CHOOSE, WARM, COLD])
def test_towns_in_random_order_cost_what_each_costs_from_cold(start: str) -> None:
    scenario, compiled = town("priced")
    random = np.random.default_rng(5)
    chain = Chain(SolverOptions(), start=start)
    for _ in range(REVISIONS):
        changed = set_target(scenario, "cap", random.uniform(0, 3))
        changed = changed.assign({name: scenario[name] * random.uniform(0.5, 1.5) for name in ("demand", "capex")})
        program = revise_program(compiled, measure_coefficients(changed))
        found, cold = chain.solve(program), solve_program(program)
        assert (found.status, found.objective) == (cold.status, pytest.approx(cold.objective, rel=SAME))


@pytest.mark.slow
def test_a_hundred_steps_of_a_cap_cost_what_the_hand_says() -> None:
    """Gas emits 0.25 kt per GWh of heat: a cap of c leaves 4 c GWh to the boiler, and at most 10.

    A pump of p MW gives 8.76 p GWh in both years, for 30 MSEK/MW, and saves 0.5 MSEK/GWh of gas: 8.76 MSEK in two
    years. So no more is built than the cap of 2026 asks for: 10 - 4 c GWh, and the gas of both years is bought for
    what is left: cost = 30 (10 - 4 c) / 8.76 + 2 (4 c) 0.5.
    """
    chain = Chain(SolverOptions())
    for cap in np.linspace(0.5, 2.5, 100):
        found = chain.solve(cap_town(cap))
        assert found.objective == pytest.approx(30 * (10 - 4 * cap) / 8.76 + 4 * cap, rel=SAME)


def test_an_infeasible_program_in_the_middle_of_a_chain_says_so_and_spoils_nothing() -> None:
    """One MW of pump leaves 1.24 GWh to gas at the least: 0.31 kt."""
    chain = Chain(SolverOptions(), start=WARM)
    found = [chain.solve(cap_town(cap)) for cap in (1.0, 0.3, 1.1, 0.2, 0.1, 1.0)]
    infeasible = Status.INFEASIBLE
    assert [solution.status for solution in found] == [
        *(Status.OPTIMAL, infeasible, Status.OPTIMAL, infeasible, infeasible, Status.OPTIMAL)
    ]
    assert found[5].objective == pytest.approx(found[0].objective, rel=SAME)


def test_an_unbounded_program_in_a_chain_is_unbounded() -> None:
    """Gas that is paid for taking it, and may be sold: without end."""
    tables: dict[str, Any] = {
        "commodities": [{"commodity": "gas", "purchase_price": 1.0, "sale_price": 0.5}],
    }
    scenario = scenario_of(tables)
    compiled = compile_program(scenario)
    sound = revise_program(compiled, measure_coefficients(scenario))
    spoiled = revise_program(compiled, measure_coefficients(scenario.assign(sale_price=scenario["sale_price"] + 2)))
    chain = Chain(SolverOptions(), start=WARM)
    statuses = [chain.solve(program).status for program in (sound, spoiled, sound)]
    assert statuses == [Status.OPTIMAL, Status.UNBOUNDED, Status.OPTIMAL]


@pytest.mark.slow
def test_a_chain_out_of_time_says_so_and_a_long_chain_is_not_out_of_time() -> None:
    """HiGHS adds up the seconds of all runs of one object: a limit must be for each program alone."""
    scenario, _ = lund()
    programs = [revise(lund(), set_target(scenario, "budget_2045", value)) for value in (1185, 1195)]
    assert solve_program(programs[0], SolverOptions(relax=True, time_limit=1e-4)).status is Status.NO_PLAN_IN_TIME
    cold = [solve_program(program, RELAXED).seconds[HIGHS] for program in programs]
    limit = 3 * max(cold)
    chain = Chain(SolverOptions(relax=True, threads=1, time_limit=limit), start=WARM)
    took, step = 0.0, 0
    while took < 1.5 * limit:
        found = chain.solve(programs[step % 2])
        assert found.status is Status.OPTIMAL
        took += found.seconds[HIGHS]
        step += 1


@pytest.mark.slow
def test_another_number_of_threads_in_between_does_not_stop_a_chain() -> None:
    scenario, compiled = lund()
    programs = [revise((scenario, compiled), set_target(scenario, "budget_2045", value)) for value in (1185, 1180)]
    chain = Chain(RELAXED, start=WARM)
    first = chain.solve(programs[0])
    solve_program(programs[0], SolverOptions(relax=True, threads=2))
    second = chain.solve(programs[1])
    assert (first.status, second.status) == (Status.OPTIMAL, Status.OPTIMAL)
    assert second.objective == pytest.approx(solve_program(programs[1], RELAXED).objective, rel=SAME)


def test_the_same_program_again_has_the_same_answer_without_the_solver() -> None:
    chain = Chain(SolverOptions())
    first, again = (chain.solve(cap_town(1.0)) for _ in range(2))
    assert again.seconds[HIGHS] == 0.0
    assert again.seconds[SOLVE] > 0.0
    assert again.objective == first.objective
    np.testing.assert_array_equal(again.columns, first.columns)
    np.testing.assert_array_equal(again.row_duals, first.row_duals)


def test_a_chain_of_whole_units_is_solved_from_cold_each_time() -> None:
    """Half a megawatt is the unit: a cap of 1 kt leaves 4 GWh to gas, so 6 GWh or more to two units (8.76 GWh)."""
    scenario, compiled = town("hard", 0.5)
    chain = Chain(SolverOptions())
    for cap, units in ((1.0, 2), (2.0, 1), (0.9, 2), (2.5, 0)):
        changed = set_target(scenario, "cap", cap)
        found = chain.solve(revise_program(compiled, measure_coefficients(changed)))
        assert found.status is Status.OPTIMAL
        heat = min(10, units * 4.38)
        assert found.objective == pytest.approx(15 * units + 2 * 0.5 * (10 - heat), rel=1e-7)


def test_whole_units_that_the_relaxation_has_are_not_branched_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cap of 1.405 kt leaves 5.62 GWh to gas: 4.38 GWh are exactly one unit; at 1 kt 6 GWh are 1.37 units, so two."""

    def branch(*_: object, **__: object) -> Solution:
        raise AssertionError("nothing is to be branched on")

    scenario, compiled = town("hard", 0.5)
    chain = Chain(SolverOptions())

    def solve(cap: float) -> Solution:
        return chain.solve(revise_program(compiled, measure_coefficients(set_target(scenario, "cap", cap))))

    assert solve(1.0).objective == pytest.approx(15 * 2 + 2 * 0.5 * (10 - 8.76), rel=1e-7)
    monkeypatch.setattr("model.solver.chain.solve_once", branch)
    found = solve(1.405)
    assert (found.status, found.gap) == (Status.OPTIMAL, pytest.approx(0.0, abs=1e-9))
    assert found.objective == pytest.approx(15 + 2 * 0.5 * 5.62, rel=1e-7)
    with pytest.raises(AssertionError):
        solve(1.0)


def test_a_program_of_another_structure_begins_a_new_chain() -> None:
    chain = Chain(SolverOptions(), start=WARM)
    hard, priced = cap_town(1.0), cap_town(1.0, "priced")
    first = chain.solve(hard)
    assert chain.solve(priced).objective == pytest.approx(solve_program(priced).objective, rel=SAME)
    assert chain.solve(hard).objective == pytest.approx(first.objective, rel=SAME)


@pytest.mark.slow
def test_later_stages_of_a_relaxed_plan_start_from_its_parts_of_units() -> None:
    """Least cost, then finance cost, then rise, each over all columns; rounded units would break the cost held."""
    scenario = lund()[0].assign_attrs(perspective="lexicographic")
    compiled = compile_program(scenario)
    chain = Chain(RELAXED)
    for value in (1185, 1150):
        program = revise((scenario, compiled), set_target(scenario, "budget_2045", value))
        found, cold = chain.solve(program), solve_program(program, RELAXED)
        assert (found.status, cold.status) == (Status.OPTIMAL, Status.OPTIMAL)
        assert found.bound == pytest.approx(cold.bound, rel=SAME)
        assert found.values["finance_cost"] == pytest.approx(cold.values["finance_cost"], rel=1e-6)


@pytest.mark.slow
def test_money_decided_anew_costs_what_the_whole_program_with_the_rest_fixed_costs() -> None:
    """The part that is cut out has the same objective at its point as the whole has at the filled point."""
    scenario, compiled = lund()
    program = revise_program(compiled, measure_coefficients(scenario))
    point = solve_program(program, RELAXED).columns
    whole = pose_task(program, COST)
    part = compiled.money.cut(whole, point)
    filled = compiled.money.fill(point, point[compiled.money.columns])
    np.testing.assert_array_equal(filled, point)
    ours = part.costs @ point[compiled.money.columns] + part.offset
    assert ours == pytest.approx(whole.costs @ point + whole.offset, rel=1e-12)
    assert len(part.costs) < len(whole.costs) / 5


@pytest.mark.slow
def test_a_step_says_what_changed_and_how_far() -> None:
    """The cap goes from 1.0 to 1.1: bounds alone, by a part of 1/11, so in the bucket from 0.01 to 0.1."""
    before, after = (pose_task(cap_town(cap), COST) for cap in (1.0, 1.1))
    assert measure_step(before, after) == Step(entries=False, costs=False, bounds=True, length=2)
    assert measure_step(before, before) == Step(entries=False, costs=False, bounds=False, length=0)
    assert measure_step(before, pose_task(revise(lund(), lund()[0]), COST)) is None


def test_a_kind_of_step_that_loses_warm_is_tried_ever_more_rarely() -> None:
    """Of 1000 steps that always lose, tries come after 2, 4, 8 ... cold ones: nine, for 2 + ... + 2^9 > 1000."""
    starts = Starts(CHOOSE)
    starts.note_cold(1000, 0)
    tries = 0
    for _ in range(1000):
        if starts.prefer_warm(STEP):
            tries += 1
            starts.note_warm(STEP, starts.cap, ended=False)
    assert tries == 9


def test_a_kind_of_step_that_saves_stays_warm_and_may_lose_now_and_then() -> None:
    starts = Starts(CHOOSE)
    starts.note_cold(1000, 0)
    for _ in range(5):
        assert starts.prefer_warm(STEP)
        starts.note_warm(STEP, 10, ended=True)
    starts.note_warm(STEP, starts.cap, ended=False)
    assert starts.prefer_warm(STEP)
    other = Step(entries=True, costs=True, bounds=True, length=3)
    starts.note_warm(other, starts.cap, ended=False)
    assert starts.prefer_warm(STEP)
    assert not starts.prefer_warm(other)


def test_steepest_edges_are_weighed_where_the_last_step_of_the_kind_was_long() -> None:
    """A far step is taken for a long one until one is known."""
    starts, near, far = Starts(CHOOSE), STEP, Step(entries=True, costs=True, bounds=True, length=3)
    assert (starts.expect_long(near), starts.expect_long(far)) == (False, True)
    starts.note_warm(near, LONG + 1, ended=True)
    starts.note_warm(far, LONG, ended=True)
    assert (starts.expect_long(near), starts.expect_long(far)) == (True, False)


def test_a_warm_start_may_take_two_thirds_of_a_cold_one() -> None:
    """2900 iterations, and presolve of 2500 rows as long as 100."""
    starts = Starts(CHOOSE)
    starts.note_cold(2900, 2500)
    assert starts.cap == 2000


def test_a_warm_start_may_always_take_a_few_iterations() -> None:
    starts = Starts(CHOOSE)
    assert starts.cap == LEAST_CAP


def test_a_labeller_gives_the_plan_that_labelling_once_gives() -> None:
    case = town("priced")
    labeller = Labeller(case[1])
    for value in (1.0, 2.0):
        scenario = set_target(case[0], "cap", value)
        coefficients = measure_coefficients(scenario)
        solution = solve_program(revise_program(case[1], coefficients))
        plan = labeller.label(scenario, solution)
        assert plan.identical(label_plan(scenario, case[1], solution))
        assert float(plan["account_value"].sel(account="co2", year=2026)) == pytest.approx(value)
