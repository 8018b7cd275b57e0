"""Towns solved by hand: levels kept through a season, a year and the horizon, what leaks and what a store holds."""

from __future__ import annotations

from typing import Any

import pytest
from hand import HALVES, assert_close, cost_of, decided, plan_of

from model.queries.no_plan import NoPlan

DAY_AND_NIGHT = [{"slice": name, "hours": 4380, "cycles": 365} for name in ("day", "night")]


def tank_town(heat: dict[str, Any], tank: dict[str, Any], **tables: Any) -> dict[str, Any]:
    return {
        "commodities": [{"commodity": "heat", **heat}],
        "technologies": [{"technology": "tank", "existing": 1, "stores": {"heat": 1}, **tank}],
        **tables,
    }


def test_a_tank_moves_heat_from_night_to_day_in_every_cycle() -> None:
    """0.5 GWh each day and night, 365 times; 0.3 fit in the tank; night costs 2, day 10.

    A cycle buys 0.8 at night and 0.2 by day: 1.6 + 2 = 3.6, in the year 1314. At night the level is 0.3, else 0.
    """
    heat = {"storage": "season", "demand": 365, "purchase_price": {"day": 10, "night": 2}}
    plan = plan_of(tank_town(heat, {"content": 0.3}, slices=DAY_AND_NIGHT))
    assert_close(plan.attrs["objective"], 1314)
    assert_close(decided(plan, "level", "heat")[:, 0], [0, 0.3])
    assert_close(decided(plan, "purchase", "heat")[:, 0], [73, 292])


@pytest.mark.parametrize(("storage", "cost"), [("season", 10), ("year", 2)])
def test_a_season_keeps_its_heat_to_itself_and_a_year_does_not(storage: str, cost: float) -> None:
    """1 GWh is needed in winter; summer's costs 2, winter's 10. Storage in a season cannot reach summer."""
    slices = [{**half, "season": half["slice"]} for half in HALVES]
    prices = {"winter": 10, "summer": 2}
    heat = {"storage": storage, "demand": 1, "profile": {"winter": 1, "summer": 0}, "purchase_price": prices}
    assert_close(cost_of(tank_town(heat, {"content": 5}, slices=slices)), cost)


@pytest.mark.parametrize(("content", "cost"), [(5, 4), (1, 7)])
def test_half_of_a_level_leaks_away_in_half_a_year(content: float, cost: float) -> None:
    """A loss of 0.75 a year keeps 0.25^0.5 = 0.5 over a half: winter's 1 GWh takes 2 of summer's at 2, in all 4.

    A tank for 1 brings 0.5 of winter's heat; the other 0.5 is bought at 10: 2 + 5 = 7.
    """
    prices = {"winter": 10, "summer": 2}
    heat = {"storage": "year", "demand": 1, "profile": {"winter": 1, "summer": 0}, "purchase_price": prices}
    plan = plan_of(tank_town({**heat, "storage_loss": 0.75}, {"content": content}, slices=HALVES))
    assert_close(plan.attrs["objective"], cost)
    assert_close(decided(plan, "level", "heat")[:, 0], [0, min(content, 2)])


def test_a_tank_is_built_where_it_pays() -> None:
    """As above with no tank yet: one for 1 GWh costs 2 and saves 0.5 * 10 - 2 = 3, up to two of them: 4 + 4 = 8."""
    prices = {"winter": 10, "summer": 2}
    heat = {"storage": "year", "demand": 1, "profile": {"winter": 1, "summer": 0}, "purchase_price": prices}
    tank = {"existing": 0, "buildable": True, "capex": 2, "content": 1}
    plan = plan_of(tank_town({**heat, "storage_loss": 0.75}, tank, slices=HALVES))
    assert_close(plan.attrs["objective"], 8)
    assert_close(decided(plan, "build", "tank"), [2])


def test_a_level_goes_from_year_to_year_over_the_horizon() -> None:
    """1 GWh stands before 2025, 1 is needed a year; 2025's costs 5 and 2026's 7: buy 1 in 2025, keep 1, use it up."""
    heat = {"storage": "horizon", "demand": 1, "purchase_price": {2025: 5, 2026: 7}, "initial_level": 1}
    plan = plan_of(tank_town(heat, {"content": 1}, case={"last_year": 2026}))
    assert_close(plan.attrs["objective"], 5)
    assert_close(decided(plan, "level", "heat"), [[1, 0]])


def test_the_first_level_leaks_as_any_other() -> None:
    """Half of the first GWh leaks in a year, so 0.5 of the 1 GWh needed is bought at 5."""
    heat = {"storage": "horizon", "demand": 1, "purchase_price": 5, "initial_level": 1, "storage_loss": 0.5}
    assert_close(cost_of(tank_town(heat, {"content": 1})), 2.5)


def test_a_level_above_what_the_store_holds_has_no_plan() -> None:
    """1 GWh stands, 0.2 is needed, nothing is sold: 0.8 stay, and 0.5 fit."""
    heat = {"storage": "horizon", "demand": 0.2, "initial_level": 1}
    with pytest.raises(NoPlan):
        plan_of(tank_town(heat, {"content": 0.5}))


def test_at_one_price_it_does_not_matter_when_a_tank_is_filled() -> None:
    """Both years cost 5 and 1 of 2 GWh stands already: 5 whenever it is bought, and nothing is left at the end."""
    heat = {"storage": "horizon", "demand": 1, "purchase_price": 5, "initial_level": 1}
    plan = plan_of(tank_town(heat, {"content": 1}, case={"last_year": 2026}))
    assert_close(plan.attrs["objective"], 5)
    assert_close(decided(plan, "purchase", "heat").sum(), 1)
    assert_close(decided(plan, "level", "heat")[0, 1], 0)
