"""Towns solved by hand: how fast a group may grow, and how far that bites on all its members together."""

from __future__ import annotations

from typing import Any

import pytest
from hand import assert_close, decided, plan_of

YEARS = {"first_year": 2025, "last_year": 2027}
LAMPS = {"buildable": "yes", "capex": -1, "life": 50, "most_build": 100}


def crews(**limits: Any) -> dict[str, Any]:
    """Roofs and walls that pay for themselves, by the same crews; a roof takes two of them."""
    names = {"roof": 2, "wall": 1}
    technologies = [{"technology": name, **LAMPS, "weight": {"crews": weight}} for name, weight in names.items()]
    technologies[1]["capex"] = -1.5
    return {"case": YEARS, "technologies": technologies, "groups": [{"group": "crews", **limits}]}


def test_crews_grow_from_what_they_were_before_the_plan() -> None:
    """4 crews grow by a half a year and 1: 7, 11.5, 18.25; walls give 1.5 a crew, roofs 0.5, so all build walls."""
    plan = plan_of(crews(group_build_growth=1.5, group_build_seed=1, group_build_before=4))
    assert_close(decided(plan, "build", "wall"), [7, 11.5, 18.25])
    assert_close(decided(plan, "build", "roof"), [0, 0, 0])


def test_what_one_member_built_lets_another_grow() -> None:
    """Walls end after 2025 (most_build 0), so 7 crews of walls become 11.5 of roofs in 2026: 5.75, then 9.125."""
    town = crews(group_build_growth=1.5, group_build_seed=1, group_build_before=4)
    town["technologies"][1]["latest_start"] = 2025
    plan = plan_of(town)
    assert_close(decided(plan, "build", "wall"), [7, 0, 0])
    assert_close(decided(plan, "build", "roof"), [0, 5.75, 9.125])


@pytest.mark.parametrize(("growth", "built"), [(2, [2, 4, 8]), (0, [0, 0, 0])])
def test_without_a_seed_all_hangs_on_what_was_before(growth: float, built: list[float]) -> None:
    """One crew before doubles each year; growth of 0 without a seed lets nothing be built."""
    plan = plan_of(crews(group_build_growth=growth, group_build_before=1))
    assert_close(decided(plan, "build", "wall"), built)


def test_activity_of_a_group_grows_over_a_gap_of_years() -> None:
    """Two cars of free trips that sell at 1: 10 before, twice each year: 20, 40, 80; 160, 320, 640; it was 20, 160."""
    cars = [{"technology": k, "capacitated": "no", "flow": {"trip": 1}, "weight": {"fleet": 1}} for k in ("a", "b")]
    town = {
        "case": {"first_year": 2025, "last_year": 2028},
        "commodities": [{"commodity": "trip", "sale_price": 1, "most_sale": 1000}],
        "technologies": cars,
        "groups": [{"group": "fleet", "group_activity_growth": 2, "group_activity_before": 10}],
    }
    plan = plan_of(town, years=(2025, 2028))
    assert_close(plan["activity"].sum(["technology", "slice"]).values, [140 / 3, 1120 / 3])
