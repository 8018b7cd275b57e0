"""Programs that follow one number: between two of them where a third lies on their line, and made anew where not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from paying import CITY, lend, paying_town, road_in
from town import build_town

from model.compiled.straight import draw_straight
from runners.analyses.oracle import Oracle
from runners.family import Family
from scenarios.choices import Choices

TOWN: dict[str, Any] = paying_town(
    {"road": road_in(2026, 100, life=40, most_build=2), "pipe": {"capex": 3, "life": 40, "need": 10}},
    [{**CITY, "frame": 80, "taxes_and_grants": 100, "debt_ceiling": 0.6, "standing_debt": 50}],
    [lend(tenor=3)],
    last_year=2028,
)
MOVES = {
    "adjust.capex.pipe": (1.0, (1e-6, 1e3)),
    "adjust.most_build.road": (1.0, (0.5, 1.5)),
    "set.frame.city.2026": (80.0, (40.0, 120.0)),
    "set.standing_debt.city.2027": (50.0, (0.0, 90.0)),
}
"""Keys, the numbers that change nothing, and their ends; a debt above 60 leaves no room, however much it is."""


@pytest.mark.parametrize("key", MOVES)
def test_programs_on_a_line_are_those_that_the_settings_make(key: str) -> None:
    family = Family(build_town(**TOWN), Choices(salvage="none"))
    start, ends = MOVES[key]
    ray = Oracle(family).draw(lambda number: {key: number}, start, ends)
    for part in (0.0, 0.1, 0.45, 0.8, 1.0):
        number = ends[0] + part * (ends[1] - ends[0])
        found, made = ray.find(number), family.revise({key: number})
        assert found is not None
        for name in ("entries", "row_lower", "row_upper", "column_lower", "column_upper"):
            np.testing.assert_allclose(getattr(found, name), getattr(made, name), rtol=1e-9, atol=1e-9)
        for name, costs in made.costs.items():
            np.testing.assert_allclose(found.costs[name], costs, rtol=1e-9, atol=1e-9)
            assert found.offsets[name] == pytest.approx(made.offsets[name])


def test_what_bends_is_no_line() -> None:
    family = Family(build_town(**TOWN), Choices(salvage="none"))
    base, full, beyond = (family.revise({"set.standing_debt.city.2027": debt}) for debt in (50.0, 60.0, 90.0))
    line = draw_straight(base, 40.0, beyond)
    assert line is not None
    assert not line.meets(10.0, full)
    straight = draw_straight(base, 10.0, full)
    assert straight is not None
    assert straight.meets(5.0, family.revise({"set.standing_debt.city.2027": 55.0}))
