"""Blocks solved future by future: the same optima as in one program, bounds that hold, and whole units by counting."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hand import assert_close
from small_programs import FARMER, FARMER_STAGES, INF, LANDS, LANDS_STAGES, make_task, order_papers, plant_fields

from model.compiled.blocks import fix_columns, join_tasks, mean_task
from model.compiled.blocks_risk import Risk
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


def test_a_gap_that_is_asked_for_ends_the_rounds_and_the_bound_holds() -> None:
    """Expected numbers cost the farmer -107,240, known ones -115,406: within a tenth before any round is needed."""
    found = apart(FARMER, FARMER_STAGES, THIRDS, SolverOptions(gap=0.1, threads=1))
    assert found.status is Status.WITHIN_GAP
    assert found.rounds < apart(FARMER, FARMER_STAGES, THIRDS).rounds
    assert found.bound <= -108_390 <= found.value <= 0.9 * found.bound


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
