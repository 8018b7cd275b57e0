"""Blocks solved future by future: the same optima as in one program, bounds that hold, and whole units by counting."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hand import assert_close
from small_programs import FARMER, FARMER_STAGES, INF, LANDS, LANDS_STAGES, make_task, order_papers, plant_fields

from model.compiled.blocks import fix_columns, join_tasks, mean_task
from model.compiled.blocks_risk import Measure, Risk, measure_risk
from model.compiled.blocks_tree import assign_owners, part_all
from model.compiled.task import Task
from model.solver.blocks_solve import Joint, solve_apart, solve_joint
from model.solver.least import solve_task
from model.solver.solution import SolverOptions, Status

EXACT = SolverOptions(gap=0.0, threads=1)
THIRDS = np.full(3, 1 / 3)


def apart(tasks: list[Task], stages: np.ndarray, weights: np.ndarray, options: SolverOptions = EXACT) -> Joint:
    owners = assign_owners(stages, part_all(len(tasks), 2))
    return solve_apart(tasks, weights, owners, options, solve_task(mean_task(tasks, weights), options).columns)


def together(tasks: list[Task], stages: np.ndarray, weights: np.ndarray) -> Joint:
    owners = assign_owners(stages, part_all(len(tasks), 2))
    return solve_joint(join_tasks(tasks, weights, owners), Risk(), EXACT)


def test_the_farmer_of_birge_and_louveaux_by_cuts() -> None:
    """-108,390 at 170, 80 and 250 acres, and the bound says so."""
    found = apart(FARMER, FARMER_STAGES, THIRDS)
    assert found.status is Status.OPTIMAL
    assert found.rounds > 1
    assert_close([found.value, found.bound], [-108_390, -108_390])
    assert_close(found.columns[0][:3], [170, 80, 250])
    assert (found.columns[:, :3] == found.columns[0, :3]).all()


def test_the_gap_of_whole_units_is_none_of_parts_of_units() -> None:
    """`solver.gap` is for whole units: a linear program is solved to its end, as one by itself is."""
    found = apart(FARMER, FARMER_STAGES, THIRDS, SolverOptions(gap=0.1, threads=1))
    assert found.status is Status.OPTIMAL
    assert found.gap <= 1e-6
    assert found.bound <= -108_390 + 1e-6 <= found.value + 2e-6


def test_the_power_plants_of_louveaux_and_smeers_by_cuts() -> None:
    found = apart(LANDS, LANDS_STAGES, np.array([0.3, 0.4, 0.3]))
    assert found.value == pytest.approx(381.853333, abs=1e-6)
    assert found.bound <= found.value + 1e-9


@pytest.mark.parametrize("seed", range(4))
def test_cuts_and_one_program_agree_whatever_the_yields(seed: int) -> None:
    rng = np.random.default_rng(seed)
    tasks, weights = [plant_fields(float(one)) for one in rng.uniform(0.5, 1.5, 6)], rng.dirichlet(np.ones(6))
    assert apart(tasks, FARMER_STAGES, weights).value == pytest.approx(
        together(tasks, FARMER_STAGES, weights).value, rel=1e-6
    )


def test_a_first_step_that_leaves_no_way_on_is_barred() -> None:
    """What is built now (1 each) has to reach 2, 5 and 9 and nothing can be added: 9, though two futures need less."""
    tasks = [make_task({"x": (1, 0, 20), "y": (0, 0, 1)}, [({"x": 1, "y": 1}, need + 1, INF)]) for need in (2, 5, 9)]
    found = apart(tasks, np.array([1, 2]), THIRDS)
    assert_close([found.value, found.columns[0][0]], [9, 9])


def test_futures_that_no_first_step_serves_have_no_plan() -> None:
    """One needs x at least 5 with y at most 1, another at most 1."""
    tasks = [
        make_task({"x": (1, 0, 9), "y": (0, 0, 1)}, [({"x": 1, "y": 1}, low, high)])
        for low, high in ((5, INF), (-INF, 1))
    ]
    assert apart(tasks, np.array([1, 2]), np.full(2, 0.5)).status is Status.INFEASIBLE


def choose_plants(price: float) -> Task:
    """Plants of 5 units for 40 (whole, at most 2) and of 3 for 26, or heat bought; 8 are needed, more may be later."""
    columns = {"large": (40, 0, 2), "small": (26, 0, 2), "later": (55, 0, 2), "bought": (price, 0, INF)}
    return make_task(
        columns, [({"large": 5, "small": 3, "later": 5, "bought": 1}, 8, INF)], whole=("large", "small", "later")
    )


@pytest.mark.parametrize("prices", [(4.0, 9.0, 20.0), (7.0, 8.5, 30.0), (1.0, 2.0, 3.0)])
def test_whole_plants_by_cuts_against_every_combination(prices: tuple[float, ...]) -> None:
    """The bound is below the best of all combinations, and the value is the cost of one of them, none below it."""
    weights, tasks = np.array([0.3, 0.4, 0.3]), [choose_plants(price) for price in prices]

    def cost(large: int, small: int, price: float) -> float:
        left = 8 - 5 * large - 3 * small
        return min(40 * large + 26 * small + 55 * n + price * max(left - 5 * n, 0) for n in range(3))

    table = {
        (large, small): sum(w * cost(large, small, price) for w, price in zip(weights, prices, strict=True))
        for large, small in product(range(3), repeat=2)
    }
    found, best = apart(tasks, np.array([1, 1, 2, 2]), weights), min(table.values())
    chosen = tuple(round(float(value)) for value in found.columns[0][:2])
    assert found.value == pytest.approx(table[chosen])
    assert found.bound <= best + 1e-6 <= found.value + 2e-6
    assert found.value <= best * 1.2


def test_no_point_is_below_the_bound() -> None:
    """A random search over what is shared never finds a cost below it."""
    tasks = [order_papers(demand) for demand in (10, 20, 30, 40, 50)]
    weights = np.array([0.1, 0.3, 0.2, 0.2, 0.2])
    found = apart(tasks, np.array([1, 2, 2]), weights)
    for order in np.linspace(0, 60, 13):
        costs = [solve_task(fix_columns(task, np.array([0]), np.array([order])), EXACT).objective for task in tasks]
        assert weights @ np.array(costs) >= found.bound - 1e-6


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("measure", [Measure.CVAR, Measure.WORST, Measure.REGRET])
def test_cuts_and_one_program_agree_on_every_measure(measure: Measure, seed: int) -> None:
    rng = np.random.default_rng(seed)
    tasks, weights = [plant_fields(float(one)) for one in rng.uniform(0.5, 1.5, 5)], rng.dirichlet(np.ones(5))
    leasts = np.array([solve_task(task, EXACT).objective for task in tasks])
    risk = Risk(measure, alpha=0.6, weight=0.7, leasts=leasts)
    owners = assign_owners(FARMER_STAGES, part_all(5, 2))
    start = solve_task(mean_task(tasks, weights), EXACT).columns
    found = solve_apart(tasks, weights, owners, EXACT, start, risk)
    one = solve_joint(join_tasks(tasks, weights, owners), risk, EXACT)
    room = 1e-6 * float(weights @ np.abs(leasts))
    assert found.value == pytest.approx(one.value, abs=room)
    assert found.bound <= one.value + room
    assert found.gap <= 1e-6


def test_of_the_same_most_regret_the_cheapest_plan_is_taken() -> None:
    """One is dear whatever is done, so all orders up to 4 are as good in the worst: the other future asks for 4."""
    tasks = [
        make_task({"x": (0, 0, 9), "y": (dear, 0, INF), "z": (1, 0, INF)}, [({"x": 1, "y": 1, "z": 0}, need, INF)])
        for dear, need in ((100.0, 5), (1.0, 4))
    ]
    tasks[0] = replace(tasks[0], offset=1000.0)
    found = solve_apart(
        tasks,
        np.full(2, 0.5),
        assign_owners(np.array([1, 2, 2]), part_all(2, 2)),
        EXACT,
        np.zeros(3),
        Risk(Measure.WORST),
    )
    assert_close([found.value, float(found.costs.mean())], [1000, 500])


def build_halls(price: float, need: float) -> Task:
    """Halls now for 30 or later for 45, each of 5 (whole); what is short is bought."""
    columns = {"now": (30, 0, 4), "later": (45, 0, 4), "bought": (price, 0, INF)}
    return make_task(columns, [({"now": 5, "later": 5, "bought": 1}, need, INF)], whole=("now", "later"))


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("measure", [Measure.MEAN, Measure.WORST, Measure.CVAR])
def test_whole_units_in_both_stages_lie_between_bound_and_value(measure: Measure, seed: int) -> None:
    """Against every number of halls now, each with every number later."""
    rng = np.random.default_rng(seed)
    futures = [(float(a), float(b)) for a, b in zip(rng.uniform(2, 14, 4), rng.uniform(2, 19, 4), strict=True)]
    tasks, weights = [build_halls(*future) for future in futures], rng.dirichlet(np.ones(4))
    risk = Risk(measure, alpha=0.5, weight=0.8)

    def cost(now: int, price: float, need: float) -> float:
        return min(30 * now + 45 * n + price * max(need - 5 * (now + n), 0) for n in range(5))

    table = []
    for now in range(5):
        costs = np.array([cost(now, *future) for future in futures])
        table.append(measure_risk(risk, weights, costs, costs))
    owners = assign_owners(np.array([1, 2, 2]), part_all(4, 2))
    start = solve_task(mean_task(tasks, weights), EXACT).columns
    found = solve_apart(tasks, weights, owners, EXACT, start, risk)
    assert found.value == pytest.approx(table[round(float(found.columns[0][0]))], rel=1e-6)
    assert found.bound <= min(table) + 1e-5 <= found.value + 2e-5
    assert found.value <= min(table) * 1.05


def test_the_bound_of_whole_futures_is_above_that_of_parts() -> None:
    """Each future needs one hall of five whole: in parts 0.2 of it would do, which no future by itself can have."""
    tasks = [build_halls(100.0, need) for need in (1.0, 1.0)]
    owners = assign_owners(np.array([1, 2, 2]), part_all(2, 2))
    parts = solve_apart(tasks, np.full(2, 0.5), owners, replace(EXACT, relax=True), np.zeros(3))
    whole = solve_apart(tasks, np.full(2, 0.5), owners, EXACT, np.zeros(3))
    assert_close([parts.value, whole.value, whole.bound], [6, 30, 30])
    assert whole.status is Status.OPTIMAL


def test_a_known_plan_is_kept_where_it_is_near_enough() -> None:
    tasks = [build_halls(100.0, need) for need in (1.0, 1.0)]
    owners = assign_owners(np.array([1, 2, 2]), part_all(2, 2))
    options = SolverOptions(gap=0.5, threads=1)
    known = np.array([[1.0, 0.0, 0.0]] * 2)
    found = solve_apart(tasks, np.full(2, 0.5), owners, options, np.zeros(3), known=known)
    assert found.status in (Status.OPTIMAL, Status.WITHIN_GAP)
    assert_close(found.columns, known)
