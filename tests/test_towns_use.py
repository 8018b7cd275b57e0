"""Towns solved by hand: how far capacity can and must be used, and modes that share it."""

from __future__ import annotations

from typing import Any

import pytest
from hand import HALVES, assert_close, cost_of, decided, plan_of
from town import scenario_of

from model.queries.no_plan import NoPlan
from model.verifier.verify import verify
from runners.solve import find_plan


def heat_town(heat: dict[str, Any], *technologies: dict[str, Any], **tables: Any) -> dict[str, Any]:
    """Heat that the technologies make, 1 GWh per unit of activity."""
    made = [{"flow": {"heat": 1}, **technology} for technology in technologies]
    return {"commodities": [{"commodity": "heat", **heat}], "technologies": made, **tables}


def test_what_must_run_runs_though_buying_is_cheaper() -> None:
    """1 MW at 5 MSEK/GWh must run half: 2.5, and the other 1.5 GWh of 2 are bought at 2: 5.5 in all."""
    boiler = {"technology": "boiler", "existing": 1, "must_run": 0.5, "variable_cost": 5}
    plan = plan_of(heat_town({"demand": 2, "purchase_price": 2}, boiler))
    assert_close(plan.attrs["objective"], 5.5)
    assert_close(decided(plan, "activity", "boiler"), [[0.5]])


def test_a_must_run_share_counts_by_its_mean_over_the_hours_when_use_is_decided_per_year() -> None:
    """Must run all winter and not in summer: half of the year, so 5.5 as above."""
    boiler = {"technology": "boiler", "existing": 1, "must_run": {"winter": 1, "summer": 0}, "variable_cost": 5}
    town = heat_town({"demand": 2, "purchase_price": 2}, boiler, slices=HALVES)
    assert_close(cost_of(town), 5.5)


def test_what_must_run_finds_no_plan_when_nobody_takes_its_heat() -> None:
    """2 MW must run all year and make 2 GWh; 1 is needed and surplus is not allowed."""
    boiler = {"technology": "boiler", "existing": 2, "must_run": 1, "variable_cost": 5}
    with pytest.raises(NoPlan):
        plan_of(heat_town({"demand": 1}, boiler))


def test_what_must_run_throws_its_surplus_away_where_that_is_allowed() -> None:
    """The same 2 MW with surplus: 2 GWh at 5 are 10."""
    boiler = {"technology": "boiler", "existing": 2, "must_run": 1, "variable_cost": 5}
    assert_close(cost_of(heat_town({"demand": 1, "surplus": True}, boiler)), 10)


def test_a_yield_of_two_halves_the_capacity() -> None:
    """2 GWh per MW: 0.5 MW at 6 make the GWh for 3, below 4 when bought."""
    boiler = {"technology": "boiler", "buildable": True, "capex": 6, "yield": 2}
    plan = plan_of(heat_town({"demand": 1, "purchase_price": 4}, boiler))
    assert_close(plan.attrs["objective"], 3)
    assert_close(decided(plan, "build", "boiler"), [0.5])


def test_half_availability_in_winter_halves_what_a_megawatt_makes_then() -> None:
    """Demand 1 GWh in each half; 1 MW makes 0.25 in winter, 0.5 in summer; the rest costs 10 MSEK/GWh.

    Up to 2 MW each one saves 7.5 for 3; beyond that it saves only 2.5 in winter. So 6 + 0.5 * 10 = 11.
    """
    availability = {"winter": 0.5, "summer": 1}
    boiler = {
        "technology": "boiler",
        "buildable": True,
        "resolution": "slice",
        "capex": 3,
        "availability": availability,
    }
    plan = plan_of(heat_town({"demand": 2, "balance": "slice", "purchase_price": 10}, boiler, slices=HALVES))
    assert_close(plan.attrs["objective"], 11)
    assert_close(decided(plan, "build", "boiler"), [2])
    assert_close(decided(plan, "activity", "boiler")[:, 0], [0.5, 1])


def test_annual_availability_is_spent_where_it_is_worth_most() -> None:
    """2 MW can make 1 GWh in each half but only 1 in the year: in winter, where buying costs 10; summer costs 4."""
    boiler = {"technology": "boiler", "existing": 2, "resolution": "slice", "annual_availability": 0.5}
    heat = {"demand": 2, "balance": "slice", "purchase_price": {"winter": 10, "summer": 4}}
    plan = plan_of(heat_town(heat, boiler, slices=HALVES))
    assert_close(plan.attrs["objective"], 4)
    assert_close(decided(plan, "activity", "boiler")[:, 0], [1, 0])


def test_use_decided_per_year_takes_mean_and_annual_availability_together() -> None:
    """0.5 * (0.5 + 1)/2 * 2 MW = 0.75 GWh; the other 0.25 are bought for 1."""
    availability = {"winter": 0.5, "summer": 1}
    boiler = {"technology": "boiler", "existing": 2, "annual_availability": 0.5, "availability": availability}
    assert_close(cost_of(heat_town({"demand": 1, "purchase_price": 4}, boiler, slices=HALVES)), 1)


def test_modes_share_the_capacity_of_their_host() -> None:
    """1 MW; gas costs 3, bio 1 but takes two units of capacity. Demand 0.75, bought at 10.

    gas + bio = 0.75 and gas + 2 bio = 1: gas 0.5, bio 0.25, cost 1.75. All gas 2.25; all bio 0.5 + 2.5.
    """
    gas = {"technology": "gas", "existing": 1, "variable_cost": 3}
    bio = {"technology": "bio", "host": "gas", "capacity_weight": 2, "variable_cost": 1}
    plan = plan_of(heat_town({"demand": 0.75, "purchase_price": 10}, gas, bio))
    assert_close(plan.attrs["objective"], 1.75)
    assert_close(decided(plan, "activity", "gas"), [[0.5]])
    assert_close(decided(plan, "activity", "bio"), [[0.25]])


def test_activity_decided_per_year_falls_on_the_slices_by_its_profile() -> None:
    """Three quarters in winter, where 0.5 GWh is needed: 2/3 GWh at most, 1/6 of it in summer; 1/3 is bought at 3."""
    boiler = {"technology": "boiler", "existing": 1, "profile": {"winter": 0.75, "summer": 0.25}, "full_load": 8.76}
    plan = plan_of(heat_town({"demand": 1, "balance": "slice", "purchase_price": 3}, boiler, slices=HALVES))
    assert_close(plan.attrs["objective"], 1)
    assert_close(decided(plan, "activity", "boiler")[:, 0], [1 / 2, 1 / 6])
    assert_close(decided(plan, "purchase", "heat")[:, 0], [0, 1 / 3])


def winter_town(**boiler: Any) -> dict[str, Any]:
    """8.76 GWh of heat, all in the winter half, from a boiler at 3 MSEK per MW."""
    heat = {"demand": 8.76, "balance": "slice", "profile": {"winter": 1, "summer": 0}}
    built = {"technology": "boiler", "buildable": True, "capex": 3, "life": 1, "profile": {"winter": 1, "summer": 0}}
    return heat_town(heat, {**built, "yield": 8.76, **boiler}, slices=HALVES)


def test_a_year_s_heat_in_half_of_it_takes_twice_the_power() -> None:
    """8.76 GWh in 4,380 hours are 2 MW: 6. One MW ran at 200 percent for 3."""
    plan = plan_of(winter_town(full_load=8.76))
    assert_close(plan.attrs["objective"], 6)
    assert_close(decided(plan, "capacity", "boiler"), [2])


def test_what_is_open_for_half_of_a_slice_gives_half_of_its_power() -> None:
    """2 MW at 100 percent are 4 MW at 50, which the year's use (1.5 of 2 half years) would not ask for."""
    plan = plan_of(winter_town(full_load=8.76, availability={"winter": 0.5, "summer": 1}))
    assert_close(decided(plan, "capacity", "boiler"), [4])


def test_a_yield_at_its_own_profile_is_not_cut() -> None:
    """A thousand square metres save 8.76 GWh, all of it in winter: one will do, at twice the mean of its yield."""
    plan = plan_of(winter_town(full_load=2 * 8.76))
    assert_close(decided(plan, "capacity", "boiler"), [1])


def test_modes_take_the_power_of_their_host_together() -> None:
    """8.76 GWh in winter by the boiler, 4.38 in summer by its mode, which takes two of capacity a unit: 2 MW each."""
    heat = {"demand": 8.76 + 4.38, "balance": "slice", "profile": {"winter": 2 / 3, "summer": 1 / 3}}
    built = {"technology": "boiler", "buildable": True, "capex": 3, "life": 1, "yield": 99, "full_load": 8.76}
    mode = {"technology": "mode", "host": "boiler", "capacity_weight": 2, "profile": {"winter": 0, "summer": 1}}
    boiler = built | {"profile": {"winter": 1, "summer": 0}}
    assert_close(decided(plan_of(heat_town(heat, boiler, mode, slices=HALVES)), "capacity", "boiler"), [2])
    slow = {**mode, "capacity_weight": 3}
    assert_close(decided(plan_of(heat_town(heat, boiler, slow, slices=HALVES)), "capacity", "boiler"), [3])


def test_the_verifier_sees_more_power_than_there_is() -> None:
    scenario = scenario_of(winter_town(full_load=8.76), salvage="none")
    plan = find_plan(scenario)
    plan["capacity"][:] = 1.0
    broken = {violation.rule: violation.amount for violation in verify(scenario, plan).violations}
    assert broken["use_peak"] == pytest.approx(4.38)


def test_what_needs_no_capacity_runs_as_much_as_is_asked() -> None:
    """7 GWh at 2."""
    plan = plan_of(heat_town({"demand": 7}, {"technology": "any", "capacitated": False, "variable_cost": 2}))
    assert_close(plan.attrs["objective"], 14)
    assert_close(decided(plan, "capacity", "any"), [0])


def test_two_boilers_alike_share_the_load_in_any_way() -> None:
    """1 GWh at 2 from either of two: 2, and together they make 1."""
    boilers = [{"technology": name, "existing": 1, "variable_cost": 2} for name in ("left", "right")]
    plan = plan_of(heat_town({"demand": 1}, *boilers))
    assert_close(plan.attrs["objective"], 2)
    assert_close(decided(plan, "activity").sum(), 1)
