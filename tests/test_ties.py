"""Of plans that cost the same one is the plan, whoever finds it: least early outlay, then the order of names."""

from __future__ import annotations

from functools import cache
from itertools import pairwise, product
from typing import Any

import numpy as np
import pytest
from town import build_town

from model.compiled.revise import LinearProgram
from model.solver.chain import Chain
from model.solver.highs_session import HighsSession
from model.solver.solution import Solution, SolverOptions, Status
from model.solver.stages import pose_task
from model.solver.starts import CHOOSE, COLD, STARTS, WARM
from model.solver.ties import break_ties, cut_face, weigh_ties
from runners.family import Family
from scenarios.choices import Choices

PUMPS = ("pump", "pumpb", "pumpc", "pumpd")
GRID = tuple(product((0.5, 0.9, 1.3, 1.7, 2.1), (0.9, 1.0, 1.1)))


def draw_twins(**more: Any) -> dict[str, Any]:
    """Heat of 10, 12 and 14 GWh; an oil boiler that wears out, and four heat pumps alike but for their names.

    3 MSEK a MW, at most 0.8 MW each; emissions at most 1 kt from 2026. Which of the pumps was built depended on the
    scenario solved before: with one worker and with two 33 of 60 scenarios differed in `investments`.
    """
    pump = {"measure": "yes", "buildable": "yes", "capex": 3, "life": 20, "yield": 8.76, "most_capacity": 0.8}
    boiler = {"technology": "boiler", "existing": {2025: 1.0, 2027: 0.2}, "life": 20, "yield": 8.76}
    return {
        "case": {"first_year": 2025, "last_year": 2027, "discount_rate": 0.03},
        "commodities": [
            {"commodity": "oil", "purchase_price": 1.0, "factor_purchase": {"co2": 0.2}},
            {"commodity": "power", "purchase_price": 0.8},
            {"commodity": "heat", "demand": {2025: 10, 2026: 12, 2027: 14}},
        ],
        "technologies": [
            {**boiler, "flow": {"heat": 1, "oil": -1.25}},
            *({"technology": name, **pump, "flow": {"heat": 1, "power": -0.3}, **more} for name in PUMPS),
            {"technology": "eboiler", "capacitated": "no", "flow": {"heat": 1, "power": -1}},
        ],
        "accounts": [{"account": "co2"}],
        "targets": [{"target": "cap", "account": "co2", "year": 2026, "value": 1}],
    }


def open_twins(options: SolverOptions, **more: Any) -> Family:
    return Family(build_town(**draw_twins(**more)), Choices(salvage="none"), options)


@cache
def list_programs() -> tuple[LinearProgram, ...]:
    family = open_twins(SolverOptions())
    return tuple(family.revise({"adjust.price.oil": oil, "adjust.price.power": power}) for oil, power in GRID)


def solve_all(programs: tuple[LinearProgram, ...], options: SolverOptions, start: str) -> list[Solution]:
    chain = Chain(options, start=start)
    return [chain.solve(program) for program in programs]


def read_builds(program: LinearProgram, solution: Solution) -> dict[str, float]:
    places = program.program.column_families["build"]
    built = dict.fromkeys(PUMPS, 0.0)
    for place in places.tolist():
        built[program.program.column_labels[place].index[0]] += solution.columns[place]
    return built


def test_plans_are_the_same_from_any_start_in_any_order_and_with_any_seed() -> None:
    """Sixty plans: warm, cold and as it pays; forwards and backwards; two seeds, simplex and interior point."""
    programs = list_programs()
    first = solve_all(programs, SolverOptions(), COLD)
    ways = [solve_all(programs, SolverOptions(seed=seed), start) for seed in (0, 7) for start in STARTS]
    ways.append(solve_all(programs[::-1], SolverOptions(), WARM)[::-1])
    ways.append(solve_all(programs, SolverOptions(method="ipm"), CHOOSE))
    for found in ways:
        for mine, other in zip(first, found, strict=True):
            np.testing.assert_allclose(mine.columns, other.columns, rtol=0, atol=1e-7)
            assert mine.objective == pytest.approx(other.objective, rel=1e-9)


def test_the_name_that_comes_first_is_built_first() -> None:
    """Pumps are filled in the order of their names: none is begun while one before it has room."""
    for program, found in zip(list_programs(), solve_all(list_programs(), SolverOptions(), CHOOSE), strict=True):
        built = read_builds(program, found)
        amounts = [built[name] for name in PUMPS]
        assert all(before == pytest.approx(0.8) or after == pytest.approx(0.0) for before, after in pairwise(amounts))
    assert sum(amounts) > 0.8


def test_what_costs_the_same_is_paid_late() -> None:
    """At no interest and for want in 2026 alone, 2025 and 2026 would do alike: it is begun in 2026."""
    tables = {
        "case": {"first_year": 2025, "last_year": 2026},
        "commodities": [{"commodity": "heat", "demand": {2025: 0, 2026: 5}}],
        "technologies": [
            {"technology": "pump", "buildable": "yes", "capex": 3, "life": 20, "flow": {"heat": 1}},
        ],
        "accounts": [{"account": "co2"}],
    }
    family = Family(build_town(**tables), Choices(salvage="none"), SolverOptions())
    build = family.solve().plan["build"].sel(technology="pump")
    assert build.values.tolist() == pytest.approx([0.0, 5.0])


def test_ties_are_broken_without_touching_cost_bound_gap_or_prices() -> None:
    program = list_programs()[3]
    task = pose_task(program, "cost")
    chain = Chain(SolverOptions(), start=COLD)
    plain = chain._solve_stage("cost", task, 10.0)
    found = chain.settle_stage("cost", task, plain, weigh_ties(program))
    assert (found.objective, found.bound, found.gap, found.status) == (
        plain.objective,
        plain.bound,
        plain.gap,
        plain.status,
    )
    np.testing.assert_array_equal(found.row_duals, plain.row_duals)
    assert task.costs @ found.columns + task.offset == pytest.approx(plain.objective, rel=1e-12)
    assert weigh_ties(program) @ found.columns <= weigh_ties(program) @ plain.columns + 1e-9


def test_a_point_that_would_cost_more_is_not_taken() -> None:
    """A search that loses the value, or ends without an answer, leaves the point that was found."""
    program = list_programs()[3]
    task = pose_task(program, "cost")
    plain = Chain(SolverOptions())._solve_stage("cost", task, 10.0)
    weights = weigh_ties(program)
    dearer = Solution(plain.status, columns=plain.columns * 1.01, row_duals=plain.row_duals)
    assert break_ties(task, plain, weights, lambda *_: dearer).columns is plain.columns
    assert break_ties(task, plain, weights, lambda *_: Solution.none()).columns is plain.columns
    face = cut_face(task, plain, weights)
    assert (face.column_lower <= plain.columns + 1e-7).all()
    assert (plain.columns <= face.column_upper + 1e-7).all()


def test_the_same_scenario_again_is_the_same_plan_without_the_solver() -> None:
    """The point that was kept is the one that was settled on, not the one before it."""
    chain = Chain(SolverOptions(), start=WARM)
    for program in list_programs()[:4]:
        first, again = chain.solve(program), chain.solve(program)
        np.testing.assert_array_equal(first.columns, again.columns)


def test_plans_in_whole_units_are_the_same_from_any_start() -> None:
    """Given the whole numbers that the search ended with, and it ends the same way for the same numbers."""
    family = open_twins(SolverOptions(), unit_size=0.4)
    programs = tuple(family.revise({"adjust.price.oil": oil}) for oil in (0.5, 1.0, 2.0))
    forwards, backwards = (solve_all(order, SolverOptions(), CHOOSE) for order in (programs, programs[::-1]))
    for mine, other in zip(forwards, backwards[::-1], strict=True):
        np.testing.assert_allclose(mine.columns, other.columns, rtol=0, atol=1e-7)


def test_who_draws_and_who_is_granted_is_the_same_from_any_start() -> None:
    """Two like owners of like pumps, one pool of grants that pays for one of them, loans alike: the money of both."""
    tables = draw_twins()
    for row, name in zip(tables["technologies"], ("a", "a", "b", "a", "b", "a"), strict=True):
        row["actor"] = name
    tables["actors"] = [{"actor": name, "kind": "company"} for name in ("a", "b")]
    for row in tables["commodities"]:
        row["trader"] = "a"
    tables["instruments"] = [
        {"instrument": "gift", "kind": "grant", "pool": 1.0, "eligible": {"a": 1, "b": 1}}
        | {"grant_share": dict.fromkeys(PUMPS, 0.5)},
        {"instrument": "loan", "kind": "loan", "rate": 0.01, "tenor": 5, "most_draw": 2, "eligible": {"a": 1, "b": 1}},
    ]
    family = Family(build_town(**tables), Choices(salvage="none"), SolverOptions())
    programs = tuple(family.revise({"adjust.price.oil": oil}) for oil in (0.9, 1.3, 1.7, 2.1))
    first = solve_all(programs, SolverOptions(), COLD)
    for found in (
        solve_all(programs, SolverOptions(seed=7), WARM),
        solve_all(programs[::-1], SolverOptions(), WARM)[::-1],
    ):
        for mine, other in zip(first, found, strict=True):
            np.testing.assert_allclose(mine.columns, other.columns, rtol=0, atol=1e-6)


def test_a_search_among_ties_ends_where_it_does_on_any_machine() -> None:
    """The clock of the object has run out; the least of the face is found all the same."""
    program = list_programs()[3]
    task = pose_task(program, "cost")
    session = HighsSession(SolverOptions(), COLD)
    found = session.solve(task, 10.0)
    assert session._held is not None
    session._held.highs.setOptionValue("time_limit", 0.0)
    assert session.settle(cut_face(task, found, -weigh_ties(program))).status is Status.OPTIMAL
