"""Family: scenarios revised from one compiled program are those of tables read and programs compiled anew."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
import town
from paying import CITY, paying_town, road_in
from test_settings import ROWS

from model.compiled.cache import default_folder
from model.compiled.compile import compile_program
from model.compiled.revise import LinearProgram, revise_program
from model.parameters.coefficients import measure_coefficients
from model.solver.chain import solve_program
from model.solver.solution import SolverOptions
from runners.family import Family
from scenarios.assemble import assemble
from scenarios.choices import Choices
from scenarios.settings import Settings

LUND = Path(__file__).parent.parent / "scenarios" / "lund"
RELAXED = SolverOptions(relax=True, threads=1)
KEYS = (
    ("adjust.price.electricity", 0.7, 1.5),
    ("adjust.price.all.2030-2040", 0.8, 1.2),
    ("adjust.capex.measures", 0.8, 1.3),
    ("adjust.capex.bio_ccs", 0.5, 1.5),
    ("target.transport.2030", 0.7, 0.95),
    ("target.budget_2045", 1000, 1400),
    ("set.discount_rate", 0.01, 0.06),
    ("adjust.frame.municipality", 0.5, 1.0),
    ("adjust.demand.car_km", 0.85, 1.0),
    ("adjust.most_build.measures", 0.6, 1.2),
    ("set.inflation", 0.0, 0.04),
    ("adjust.rate.all", 0.8, 1.4),
    ("adjust.life.measures", -3.0, 3.0),
)


def draw_settings(seed: int) -> dict[str, float]:
    """Some of KEYS at random numbers, and sometimes a delay or an exclusion."""
    draw = np.random.default_rng(seed)
    chosen = draw.choice(len(KEYS), size=4, replace=False)
    settings = {KEYS[i][0]: float(draw.uniform(*KEYS[i][1:])) for i in chosen}
    if draw.random() < 0.3:
        settings["adjust.start_delay.all"] = float(draw.integers(1, 3))
    if draw.random() < 0.3:
        settings["exclude.pv_private"] = 1.0
    return settings


@cache
def lund() -> Family:
    return Family(LUND, Choices(variants=("base_2024",)), RELAXED, default_folder())


def rebuild(family: Family, settings: Settings) -> LinearProgram:
    """The program of settings, from tables to compiled rows, with nothing shared with the family but them."""
    scenario = assemble(family.tables, family.choices, settings)
    scenario["reference_operating"] = family.describe(settings)["reference_operating"]
    return revise_program(compile_program(scenario), measure_coefficients(scenario))


def assert_same(one: LinearProgram, other: LinearProgram) -> None:
    for name in ("entries", "row_lower", "row_upper", "column_lower", "column_upper"):
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), rtol=1e-9, atol=1e-12)
    for objective, costs in one.costs.items():
        np.testing.assert_allclose(costs, other.costs[objective], rtol=1e-9, atol=1e-12)
        assert one.offsets[objective] == pytest.approx(other.offsets[objective], rel=1e-9, abs=1e-9)


@pytest.mark.slow
def test_programs_of_neighbours_are_those_compiled_anew() -> None:
    """The family has seen other scenarios before each of these, and must have kept nothing of them."""
    family = lund()
    for seed in range(20):
        family.revise(draw_settings(seed))
    for seed in (3, 11):
        settings = draw_settings(seed)
        assert_same(family.revise(settings), rebuild(family, settings))


@pytest.mark.slow
def test_fifty_scenarios_cost_what_they_cost_when_built_anew() -> None:
    family = lund()
    for seed in range(50):
        settings = draw_settings(1000 + seed)
        try:
            found = family.solve(settings).plan.attrs["objective"]
        except Exception as error:  # a scenario without a plan has none when built anew either
            found = type(error).__name__
        fresh = solve_program(rebuild(family, settings), RELAXED)
        expected = fresh.objective if fresh.status.has_plan else "NoPlan"
        assert found == (expected if isinstance(expected, str) else pytest.approx(expected, rel=1e-9)), settings


@pytest.mark.slow
def test_the_do_nothing_path_follows_what_concerns_it() -> None:
    """Dearer electricity changes it; another target and dearer measures do not, and it is not solved again."""
    family = lund()
    base = family.solve({})
    aimed = family.solve({"target.transport.2030": 0.8, "adjust.capex.bio_ccs": 1.2})
    dear = family.solve({"adjust.price.electricity": 1.3})
    assert aimed.reference is base.reference
    assert dear.reference is not None
    assert abs(dear.reference.attrs["objective"] - base.reference.attrs["objective"]) > 100
    again = Family(family.tables, family.choices, RELAXED, default_folder()).solve({"adjust.price.electricity": 1.3})
    np.testing.assert_allclose(again.scenario["reference_operating"], dear.scenario["reference_operating"], atol=1e-6)


@pytest.mark.slow
@pytest.mark.slow
@pytest.mark.parametrize(("limit", "solved"), [({}, 1), ({"least_result": 0.01, "taxes_and_grants": 50}, 2)])
def test_doing_nothing_is_solved_for_a_program_only_where_a_limit_of_money_hangs_on_it(
    limit: dict[str, float], solved: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A dearer fuel makes doing nothing dearer: a least result is measured against that, and nothing else is."""
    asked = []
    idle = Family._do_nothing
    monkeypatch.setattr(Family, "_do_nothing", lambda self, *a, **k: asked.append(1) or idle(self, *a, **k))
    boiler = {"technology": "boiler", "actor": "city", "existing": 10, "flow": {"heat": 1, "gas": -1}}
    rows = paying_town({"road": road_in(2025, life=100)}, [{**CITY, **limit}], last_year=2026)
    rows["technologies"].append(boiler)
    rows["commodities"] = [
        {"commodity": "gas", "purchase_price": 1, "trader": "city"},
        {"commodity": "heat", "demand": 10, "trader": "city"},
    ]
    family, dearer = Family(town.build_town(**rows), Choices(salvage="none")), {"adjust.purchase_price.gas": 2.0}
    program = family.revise(dearer)
    assert len(asked) == solved
    assert_same(program, family.pose(dearer).program)
    assert len(asked) == 2


def test_a_change_of_structure_is_compiled_and_the_way_back_is_not_lost() -> None:
    """A limit where there was none is a new row; without it the first program serves again."""
    family = Family(town.build_town(**ROWS), Choices(salvage="none"), RELAXED)
    plain = family.solve({}).plan.attrs["objective"]
    assert "most_activity" not in family.revise({}).program.row_families
    limited = family.revise({"set.most_activity.boiler": 0.0})
    assert limited.program is not family.revise({}).program
    assert_same(limited, rebuild(family, {"set.most_activity.boiler": 0.0}))
    assert family.solve({}).plan.attrs["objective"] == pytest.approx(plain, rel=1e-12)


@pytest.mark.slow
def test_an_exclusion_is_new_numbers_only() -> None:
    family = lund()
    for name in ("electric_road", "bio_ccs"):
        assert family.revise({f"exclude.{name}": 1}).program is family.revise({}).program
    with_it, without = family.solve({}), family.solve({"exclude.pv_private": 1})
    assert float(without.plan["build"].sel(technology="pv_private").sum()) == 0
    assert without.plan.attrs["objective"] >= with_it.plan.attrs["objective"] - 1e-6


def test_numbers_of_choices_act_beneath_settings() -> None:
    """Price 0.4 of gas, 1.5 times by choice, then set to 0.5: it is 0.5, as in a plan with both."""
    family = Family(town.build_town(**ROWS), Choices(salvage="none"), RELAXED)
    found = family.solve({"set.purchase_price.gas": 0.5}, beneath={"adjust.price.gas": 1.5})
    tables = town.build_town(**ROWS)
    choices = Choices(salvage="none", price_scale={"gas": 1.5})
    expected = Family(tables, choices, RELAXED).solve({"set.purchase_price.gas": 0.5})
    assert found.plan.attrs["objective"] == pytest.approx(expected.plan.attrs["objective"], rel=1e-9)
