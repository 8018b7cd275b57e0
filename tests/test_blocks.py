"""Blocks of futures: published optima, and what must hold whatever the numbers."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hand import assert_close
from small_programs import (
    FARMER,
    FARMER_STAGES,
    INF,
    LANDS,
    LANDS_STAGES,
    SAVINGS,
    SAVINGS_STAGES,
    make_task,
    order_papers,
    pay_cost,
    plant_fields,
)

from model.compiled.blocks import fix_columns, join_tasks
from model.compiled.blocks_risk import Measure, Risk, Sum, average_tail
from model.compiled.blocks_tree import Branch, assign_owners, part_all
from model.compiled.task import Task
from model.solver.blocks_solve import Joint, measure_worth, solve_joint
from model.solver.least import solve_task
from model.solver.solution import SolverOptions, Status

EXACT = SolverOptions(gap=0.0, threads=1)
THIRDS = np.full(3, 1 / 3)


def joint(
    tasks: list[Task], stages: np.ndarray, weights: np.ndarray, risk: Risk | None = None, stage: int = 2
) -> Joint:
    owners = assign_owners(stages, part_all(len(tasks), stage))
    return solve_joint(join_tasks(tasks, weights, owners), risk or Risk(), EXACT)


def test_the_farmer_plants_170_80_250_and_information_is_worth_7015() -> None:
    """Birge and Louveaux: RP -108,390 at (170, 80, 250); EV -118,600; WS -115,405.56; EEV -107,240."""
    found = joint(FARMER, FARMER_STAGES, THIRDS)
    assert_close(found.value, -108_390)
    assert_close(found.columns[0][:3], [170, 80, 250])
    worth = measure_worth(FARMER, THIRDS, assign_owners(FARMER_STAGES, part_all(3, 2)), EXACT)
    assert worth.mean == pytest.approx(-118_600, rel=1e-9)
    assert worth.wait == pytest.approx(-115_405.555556, rel=1e-9)
    assert worth.expected == pytest.approx(-107_240, rel=1e-9)
    assert worth.perfect == pytest.approx(7_015.555556, rel=1e-7)
    assert worth.stochastic == pytest.approx(1_150, rel=1e-7)


def test_the_power_plants_of_louveaux_and_smeers_cost_381_85() -> None:
    assert joint(LANDS, LANDS_STAGES, np.array([0.3, 0.4, 0.3])).value == pytest.approx(381.853333, abs=1e-6)


def tree_of_three() -> tuple[Branch, ...]:
    """Eight futures that part in stages 2, 3 and 4: the binary tree of three coin tosses."""
    parents = (0, 0, 0, 2, 0, 4, 4, 6)
    stages = (2, 4, 3, 4, 2, 4, 3, 4)
    return tuple(Branch(parent, stage) for parent, stage in zip(parents, stages, strict=True))


def test_savings_over_a_tree_of_three_stages_end_at_minus_1_514() -> None:
    """Birge and Louveaux: 41.479 in stocks and 13.521 in bonds first, expected utility -1.514085."""
    block = join_tasks(SAVINGS, np.full(8, 1 / 8), assign_owners(SAVINGS_STAGES, tree_of_three()))
    found = solve_joint(block, Risk(), EXACT)
    assert found.value == pytest.approx(1.514085, abs=1e-6)
    assert_close(found.columns[0][:2], [41.479267, 13.520733])
    assert len(block.task.costs) == 2 * (1 + 2 + 4) + 2 * 8
    assert len(block.task.row_lower) == 1 + 2 + 4 + 8


def test_the_newsboy_orders_the_critical_fractile() -> None:
    """(3 - 1) / (3 - 0.5) = 0.8: the fourth of five demands, 40. Sold 10, 20, 30, 40, 40 = 140 / 5 = 28, 12 are left.

    40 - 3 * 28 - 0.5 * 12 = -50
    """
    found = joint([order_papers(demand) for demand in (10, 20, 30, 40, 50)], np.array([1, 2, 2]), np.full(5, 0.2))
    assert_close(found.columns[0][0], 40)
    assert_close(found.value, -50)


FOUR = [pay_cost(cost) for cost in (10, 20, 30, 40)]
QUARTERS = np.full(4, 0.25)


def test_the_tail_of_four_costs_beyond_60_percent_is_36_25() -> None:
    """The worst 40 %: all of 40 (25 %) and 15 % of 30: (0.25 * 40 + 0.15 * 30) / 0.4 = 36.25."""
    tail = Risk(Measure.CVAR, alpha=0.6)
    assert joint(FOUR, np.array([2]), QUARTERS, tail).value == pytest.approx(36.25, abs=1e-9)
    assert average_tail(np.array([10.0, 20, 30, 40]), QUARTERS, 0.6) == pytest.approx(36.25)


def test_half_a_tail_and_half_a_mean() -> None:
    """Half of 25 and half of 36.25 are 30.625."""
    half = Risk(Measure.CVAR, alpha=0.6, weight=0.5)
    assert joint(FOUR, np.array([2]), QUARTERS, half).value == pytest.approx(30.625)


def test_a_tail_of_all_futures_is_their_mean() -> None:
    found = joint(FARMER, FARMER_STAGES, THIRDS, Risk(Measure.CVAR, alpha=0.0))
    assert found.value == pytest.approx(-108_390, rel=1e-9)


def test_one_future_is_the_deterministic_program() -> None:
    alone = solve_task(FARMER[2], EXACT).objective
    for measure in (Measure.MEAN, Measure.CVAR, Measure.WORST):
        assert joint([FARMER[2]], FARMER_STAGES, np.ones(1), Risk(measure)).value == pytest.approx(alone)


def test_equal_futures_are_the_deterministic_program() -> None:
    alone = solve_task(FARMER[1], EXACT).objective
    assert joint([FARMER[1]] * 4, FARMER_STAGES, QUARTERS).value == pytest.approx(alone)


def test_one_future_is_not_regretted() -> None:
    alone = solve_task(FARMER[0], EXACT).objective
    regret = Risk(Measure.REGRET, leasts=np.array([alone]))
    assert joint([FARMER[0]], FARMER_STAGES, np.ones(1), regret).value == pytest.approx(0.0, abs=1e-6)


def test_sharing_nothing_is_waiting_and_sharing_all_is_one_plan() -> None:
    """Before the first stage nothing is shared; beyond the last every column is one."""
    wait = sum(solve_task(task, EXACT).objective for task in FARMER) / 3
    assert joint(FARMER, FARMER_STAGES, THIRDS, stage=1).value == pytest.approx(wait)
    owners = assign_owners(FARMER_STAGES, part_all(3, 3))
    block = join_tasks(FARMER, THIRDS, owners)
    assert len(block.task.costs) == 9
    columns = solve_joint(block, Risk(), EXACT).columns
    assert (columns == columns[0]).all()


def test_permuted_futures_and_split_probabilities_change_nothing() -> None:
    permuted = joint([FARMER[2], FARMER[0], FARMER[1]], FARMER_STAGES, THIRDS)
    split = joint([*FARMER, FARMER[0]], FARMER_STAGES, np.array([1 / 12, 1 / 3, 1 / 3, 1 / 4]))
    assert permuted.value == pytest.approx(-108_390, rel=1e-9)
    assert split.value == pytest.approx(-108_390, rel=1e-9)


@pytest.mark.parametrize("seed", range(6))
def test_waiting_costs_least_and_expected_numbers_most(seed: int) -> None:
    """WS <= RP <= EEV, whatever the yields."""
    rng = np.random.default_rng(seed)
    tasks = [plant_fields(float(yields)) for yields in rng.uniform(0.5, 1.5, 4)]
    worth = measure_worth(tasks, rng.dirichlet(np.ones(4)), assign_owners(FARMER_STAGES, part_all(4, 2)), EXACT)
    assert worth.wait <= worth.recourse + 1e-6 <= worth.expected + 2e-6


def test_the_worst_future_is_made_as_good_as_can_be() -> None:
    """The farmer who looks at the worst yields alone plants as if they were certain, and then as well as can be."""
    worst = joint(FARMER, FARMER_STAGES, THIRDS, Risk(Measure.WORST))
    assert worst.value == pytest.approx(solve_task(FARMER[2], EXACT).objective, rel=1e-6)
    assert worst.costs.mean() >= -108_390 - 1e-6


def test_regret_of_the_farmer_against_a_search() -> None:
    """Every split of 500 acres by tens: none is regretted less than what the block finds, and one nearly as little."""
    leasts = np.array([solve_task(task, EXACT).objective for task in FARMER])
    found = joint(FARMER, FARMER_STAGES, THIRDS, Risk(Measure.REGRET, leasts=leasts))
    best = INF
    for wheat, corn in product(range(80, 200, 20), range(40, 140, 20)):
        point = np.array([wheat, corn, 500.0 - wheat - corn])
        costs = [solve_task(fix_columns(task, np.arange(3), point), EXACT).objective for task in FARMER]
        best = min(best, float((np.array(costs) - leasts).max()))
    assert found.value <= best + 1e-6
    assert best < found.value + 2_500


def choose_plant(price: float) -> Task:
    """A plant of 5 units built now (40, whole) or heat bought at a price; 5 are needed and a second may be built."""
    columns = {"plant": (40, 0, 2), "later": (55, 0, 2), "bought": (price, 0, INF)}
    return make_task(columns, [({"plant": 5, "later": 5, "bought": 1}, 8, INF)], whole=("plant", "later"))


def test_whole_plants_against_every_combination() -> None:
    """Prices 4, 9 and 20: each number of plants now, and in each future each number later, by enumeration."""
    prices, weights = (4.0, 9.0, 20.0), np.array([0.3, 0.4, 0.3])
    tasks = [choose_plant(price) for price in prices]

    def cost(plants: int, price: float) -> float:
        return min(40 * plants + 55 * later + price * max(8 - 5 * (plants + later), 0) for later in range(3))

    alone = np.array([min(cost(plants, price) for plants in range(3)) for price in prices])
    table = np.array([[cost(plants, price) for price in prices] for plants in range(3)])
    stages = np.array([1, 2, 2])
    assert joint(tasks, stages, weights).value == pytest.approx((table @ weights).min())
    assert joint(tasks, stages, weights, Risk(Measure.WORST)).value == pytest.approx(table.max(axis=1).min(), rel=1e-5)
    regret = Risk(Measure.REGRET, leasts=alone)
    assert joint(tasks, stages, weights, regret).value == pytest.approx((table - alone).max(axis=1).min(), abs=1e-4)
    tails = [0.5 * row @ weights + 0.5 * average_tail(row, weights, 0.5) for row in table]
    tail = Risk(Measure.CVAR, alpha=0.5, weight=0.5)
    assert joint(tasks, stages, weights, tail).value == pytest.approx(min(tails))


def test_relative_regret_weighs_what_each_future_costs() -> None:
    """Of 10 and of 1,000 a loss of 5 is half of one and half a percent of the other."""
    tasks = [make_task({"x": (sign, 0, 10)}, [({"x": 1}, 0, 10)], offset=base) for sign, base in ((1, 10), (-1, 1_000))]
    leasts = np.array([10.0, 990.0])
    even = joint(tasks, np.array([1]), np.full(2, 0.5), Risk(Measure.REGRET, leasts=leasts))
    part = joint(tasks, np.array([1]), np.full(2, 0.5), Risk(Measure.REGRET, leasts=leasts, relative=True))
    assert_close(even.value, 5)
    assert part.value == pytest.approx(10 / 1_000, rel=1e-4)


def test_the_tail_of_something_else_than_the_cost_has_a_price() -> None:
    """A unit of x costs 1 and takes 2 from what is missed: worth it at a price of 1 of the tail, at 0.4 not."""
    columns = {"x": (1.0, 0.0, 10.0), "missed": (0.0, 0.0, INF)}
    tasks = [make_task(columns, [({"x": 2, "missed": 1}, need, INF)]) for need in (4.0, 12.0)]
    missed = [[Sum(np.array([0.0, 1.0]))]] * 2
    for weight, bought in ((1.0, 6.0), (0.4, 0.0)):
        risk = Risk(Measure.CVAR, alpha=0.5, weight=weight, values=missed)
        assert_close(joint(tasks, np.array([1, 2]), np.full(2, 0.5), risk).columns[0][0], bought)


def test_the_largest_of_several_sums_is_the_value() -> None:
    """Debt of 3 and 7 in two years: the value is the peak."""
    task = make_task({"a": (0, 3, 3), "b": (0, 7, 7)}, [({"a": 1, "b": 1}, 10, 10)])
    peak = [[Sum(np.array([1.0, 0.0])), Sum(np.array([0.0, 1.0]))]]
    assert_close(joint([task], np.array([1, 1]), np.ones(1), Risk(Measure.WORST, values=peak)).value, 7)


def test_costs_by_year_are_the_same_costs() -> None:
    """Parts only say how a cost is summed."""
    tail = Risk(Measure.CVAR, alpha=0.5, weight=0.7)
    parts = replace(tail, parts=np.array([0, 0, 1, 1, 2, 2, 2, 3, 3]))
    values = [joint(FARMER, FARMER_STAGES, THIRDS, risk).value for risk in (tail, parts)]
    assert values[0] == pytest.approx(values[1], rel=1e-9)


def test_futures_that_agree_on_nothing_have_no_plan() -> None:
    """One future needs x at least 2, the other at most 1, and x is shared."""
    tasks = [make_task({"x": (1, 0, 9)}, [({"x": 1}, low, high)]) for low, high in ((2, INF), (-INF, 1))]
    assert joint(tasks, np.array([1]), np.full(2, 0.5)).status is Status.INFEASIBLE
    assert joint(tasks, np.array([2]), np.full(2, 0.5)).value == pytest.approx(1.0)


def test_tasks_of_two_patterns_are_refused() -> None:
    with pytest.raises(ValueError, match="one pattern"):
        join_tasks([FARMER[0], LANDS[0]], np.full(2, 0.5), np.zeros((2, 9), dtype=int))
