"""Parts of units are said to be such wherever a plan has them."""

from __future__ import annotations

from pathlib import Path

import pytest
from measure_towns import filter_of, town_of
from town import build_town

from model.solver.solution import SolverOptions
from runners.family import Family
from runners.reports.summary import write_summary
from scenarios.choices import Choices

PLANT = filter_of("plant", 1, 20, unit_size=4, name_sv="Anläggning", name_en="Plant")


def solve(relax: bool) -> Family:
    return Family(build_town(**town_of(PLANT)), Choices(salvage="none"), SolverOptions(relax=relax))


def test_a_plan_of_two_and_a_half_plants_says_so() -> None:
    """10 kt need 10 of capacity: 2.5 units of 4. Whole ones are 3, and nothing is said."""
    told = [notice for notice in solve(relax=True).solve().notices if notice.key == "parts_built"]
    assert [notice.tell("sv") for notice in told] == [
        "Delar av enheter (solver.relax): planen bygger Anläggning 2,50 enheter. En del av en enhet går inte att "
        "bygga: svaret är en gräns, inte en plan."
    ]
    assert [notice.tell("en") for notice in told] == [
        "Parts of units (solver.relax): the plan builds Plant 2.50 units. Part of a unit cannot be built: the answer "
        "is a bound, not a plan."
    ]
    assert not [notice for notice in solve(relax=False).solve().notices if notice.key == "parts_built"]


@pytest.mark.parametrize(("relax", "told"), [(True, 1), (False, 0)])
def test_an_analysis_in_parts_of_units_says_that_it_is(relax: bool, told: int) -> None:
    notices = solve(relax).tell_parts()
    assert len(notices) == told
    assert all(
        notice.tell("sv")
        == "Delar av enheter får byggas (solver.relax): en del av en anläggning går inte att bygga, så svaren är "
        "gränser och inte planer."
        for notice in notices
    )


def test_the_screen_of_a_plan_has_it(tmp_path: Path) -> None:
    found = solve(relax=True).solve()
    assert found.plan is not None
    assert "Delar av enheter" in write_summary(found.scenario, found.plan, [], tmp_path, 1.0, "sv", found.notices)
