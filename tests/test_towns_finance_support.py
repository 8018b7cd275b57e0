"""Towns solved by hand: what support by output pays for, for whom, for how long and up to what."""

from __future__ import annotations

from typing import Any

import pytest
from hand import assert_close, decided, plan_of
from paying import CITY, COMPANY, assert_kept, assert_near
from supporting import AUCTION, capturing_town, growing_town, support
from town import scenario_of

from model.queries.no_plan import NoPlan
from runners.solve import find_plan


def test_a_support_makes_the_city_build_what_society_would_not() -> None:
    """3 years x 10 kt x (3 - 1) = 60 of 50: the city gains 10; it runs no fourth year, which is not paid for.

    Society sees 50 + 30 of cost and builds nothing, where it is not asked to.
    """
    society, city = plan_of(capturing_town(AUCTION)), plan_of(capturing_town(AUCTION), perspective="city")
    assert_close(decided(society, "build", "capture").sum(), 0)
    assert_kept(society.attrs["finance_cost"], 0)
    assert_near(decided(city, "build", "capture"), [1, 0, 0, 0])
    assert_near(decided(city, "activity", "capture")[0], [10, 10, 10, 0])
    assert_near(decided(city, "supported", "auction", "capture")[0], [10, 10, 10, 0])
    assert_kept(city.attrs["objective"], -10)
    assert_kept(city.attrs["social_cost"], 80)
    assert_kept(city.attrs["finance_cost"], -90)


def test_without_the_support_the_city_builds_nothing() -> None:
    """Left out, the support pays nothing."""
    plan = plan_of(capturing_town(AUCTION), perspective="city", instruments=("auction",))
    assert_kept(plan.attrs["objective"], 0)
    assert_close(decided(plan, "build", "capture").sum(), 0)


FORCED = {"least_build": {2025: 1, 2026: 0}, "least_activity": {2025: 8, 2026: 10}}
"""The plant is built, and stores 8 kt in its first year and 10 in each later one."""


def test_society_wins_the_support_of_what_runs_anyway_and_its_cost_stays() -> None:
    """8 + 10 + 10 kt at 3 MSEK/kt in the three supported years: 84; the resources are 50 + 38."""
    plan = plan_of(capturing_town(AUCTION, **FORCED))
    assert_near(decided(plan, "supported", "auction", "capture")[0], [8, 10, 10, 0])
    assert_kept(plan.attrs["objective"], 88)
    assert_kept(plan.attrs["finance_cost"], -84)


@pytest.mark.parametrize(
    ("keys", "paid"),
    [
        ({}, 114),
        ({"support_years": 2}, 54),
        ({"first_start": 2026}, 0),
        ({"last_start": 2024}, 0),
        ({"most_support": 20}, 80),
        ({"most_support": {2025: 20, 2026: 40}}, 110),
        ({"most_support_in_all": 100}, 100),
    ],
)
def test_years_windows_and_caps_bound_what_is_paid(keys: dict[str, Any], paid: float) -> None:
    """8, 10, 10 and 10 kt at 3 MSEK/kt: 24 + 30 + 30 + 30, in two years 54; at most 20 a year, or 100 in all."""
    plan = plan_of(capturing_town(support({"capture": 3}, output="stored", **keys), **FORCED))
    assert_kept(plan.attrs["finance_cost"], -paid)


def test_the_rate_follows_its_path_by_year() -> None:
    """3, 2, 1 and 0 MSEK/kt on 8, 10, 10 and 10 kt: 24 + 20 + 10 + 0."""
    path = support({"capture": {2025: 3, 2028: 0}}, output="stored")
    assert_kept(plan_of(capturing_town(path, **FORCED)).attrs["finance_cost"], -54)


def test_service_begins_after_the_lead_time_and_the_years_count_from_there() -> None:
    """Begun in 2025, in service from 2027: two years of support are 2027 and 2028, not 2025 and 2026."""
    two_years = support({"capture": 3}, output="stored", support_years=2)
    town = capturing_town(
        two_years, last_year=2029, lead_time=2, least_build={2025: 1, 2026: 0}, least_activity={2026: 0, 2027: 10}
    )
    plan = plan_of(town)
    assert_near(decided(plan, "supported", "auction", "capture")[0], [0, 0, 10, 10, 0])


@pytest.mark.parametrize(
    ("keys", "supported"),
    [
        ({}, [10, 20, 20]),
        ({"support_years": 1}, [10, 10, 0]),
        ({"support_years": 2}, [10, 20, 10]),
        ({"first_start": 2026}, [0, 10, 10]),
        ({"last_start": 2025}, [10, 10, 10]),
    ],
)
def test_only_vintages_in_their_years_are_paid_for(keys: dict[str, Any], supported: list[float]) -> None:
    """The stock that stood before the plan never counts, however long the support lasts."""
    plan = plan_of(growing_town(support({"mill": 1}, output="power", **keys)))
    assert_near(decided(plan, "supported", "auction", "mill")[0], supported)
    assert_kept(plan.attrs["finance_cost"], -sum(supported))


def test_a_vintage_is_paid_for_no_more_than_what_runs() -> None:
    """Of 60 GWh possible in 2026 and 2027 only 15 run, and of 50 in 2025 7: all of it from the supported MW."""
    town = growing_town(support({"mill": 1}), least_activity={2025: 7, 2026: 15}, most_activity={2025: 7, 2026: 15})
    assert_near(decided(plan_of(town), "supported", "auction", "mill")[0], [7, 15, 15])


def test_a_vintage_is_paid_for_slice_by_slice() -> None:
    """Winter is half the year: 1 MW gives 5 GWh in it. All 6 MW run then, and none in summer.

    By the year 2 MW could give 20 GWh and would be paid for 20 of the 30; in winter they give 10.
    """
    town = growing_town(
        support({"mill": 1}),
        resolution="slice",
        availability={"winter": 1, "summer": 0},
        least_activity={2025: 25, 2026: 30},
    )
    town["slices"] = [{"slice": "winter", "hours": 4380}, {"slice": "summer", "hours": 4380}]
    plan = plan_of(town)
    assert_near(decided(plan, "supported", "auction", "mill"), [[5, 10, 10], [0, 0, 0]])


def test_a_year_of_rest_counts_for_supported_vintages_too() -> None:
    """60 percent of a year: 1 MW gives 6 GWh, although it could give 5 in each half."""
    town = growing_town(
        support({"mill": 1}), resolution="slice", annual_availability=0.6, least_activity={2025: 30, 2026: 36}
    )
    town["slices"] = [{"slice": "winter", "hours": 4380}, {"slice": "summer", "hours": 4380}]
    plan = plan_of(town)
    assert_near(decided(plan, "supported", "auction", "mill").sum(axis=0), [6, 12, 12])


def test_modes_of_one_host_share_its_supported_vintages() -> None:
    """Both of a mill's modes are paid for; a GWh of `heavy` takes twice the capacity.

    2026: 2 MW give 20 GWh of `mill` or 10 of `heavy`. `heavy` runs 10 and brings 3, `mill` 20 and brings 1: 30.
    """
    town = growing_town(support({"mill": 1, "heavy": 3}), least_activity={2025: 20, 2026: 20})
    town["technologies"].append(
        {
            "technology": "heavy",
            "actor": "city",
            "host": "mill",
            "capacity_weight": 2,
            "least_activity": 10,
            "most_activity": 10,
            "flow": {"power": 1},
        }
    )
    plan = plan_of(town)
    assert_near(decided(plan, "supported", "auction", "heavy")[0], [5, 10, 10])
    assert_near(decided(plan, "supported", "auction", "mill")[0], [0, 0, 0])
    assert_kept(plan.attrs["finance_cost"], -75)


def test_a_unit_is_paid_once_by_the_better_of_two() -> None:
    """1 MSEK/GWh for starts of 2025 on, 2 for those of 2026: 10, then 10 + 20 and 10 + 20.

    Each by itself could pay for the MW of 2026; that one MW is not paid for twice while old ones run.
    """
    both = [support({"mill": 1}), support({"mill": 2}, instrument="better", first_start=2026)]
    plan = plan_of(growing_town(*both))
    assert_near(decided(plan, "supported", "auction", "mill")[0], [10, 10, 10])
    assert_near(decided(plan, "supported", "better", "mill")[0], [0, 10, 10])
    assert_kept(plan.attrs["finance_cost"], -70)


def test_what_one_support_leaves_another_may_pay_for() -> None:
    """The better has 4 MSEK a year, 2 GWh; the other pays for the rest of 10, 20 and 20 GWh."""
    both = [support({"mill": 1}), support({"mill": 2}, instrument="better", most_support=4)]
    plan = plan_of(growing_town(*both))
    assert_near(decided(plan, "supported", "better", "mill")[0], [2, 2, 2])
    assert_near(decided(plan, "supported", "auction", "mill")[0], [8, 18, 18])


def test_supports_of_different_outputs_are_paid_both() -> None:
    """1 MSEK/GWh of power and 2 MSEK/kt of what is stored, 0.5 kt/GWh: 10 + 10, 20 + 20, 20 + 20."""
    both = [support({"mill": 1}, output="power"), support({"mill": 2}, output="stored", instrument="store")]
    town = growing_town(*both, factor_activity={"stored": 0.5})
    town["accounts"] = [{"account": "stored"}]
    assert_kept(plan_of(town).attrs["finance_cost"], -100)


def test_a_share_that_is_not_counted_is_stored_all_the_same() -> None:
    """An account may count half of what the plant stores; the support pays for all of it."""
    town = capturing_town(AUCTION, counted_share={"stored": 0.5}, **FORCED)
    assert_kept(plan_of(town).attrs["finance_cost"], -84)


def test_owners_are_paid_for_their_own_part_where_they_are_eligible() -> None:
    """The city owns 60 percent of 10, 20 and 20 GWh: 30 in all. The company's 40 percent are paid for to nobody."""
    owned = {"city": 0.6, "company": 0.4}
    alone = plan_of(growing_town(support({"mill": 1}), owned=owned))
    both = plan_of(growing_town(support({"mill": 1}, to=("city", "company")), owned=owned), perspective="company")
    assert_kept(alone.attrs["finance_cost"], -30)
    assert_kept(both.attrs["objective"], -20)


def test_a_scrapped_vintage_is_not_paid_for() -> None:
    """Begun in 2025 and retired in 2027 at the latest, for an upkeep of 9 and a support of 10 that ends in 2026."""
    keys = {"capex": 0, "retirable": True, "fixed_cost": 9, "existing": 0, "least_activity": 0}
    town = growing_town(support({"mill": 1}, support_years=2), **keys)
    plan = plan_of(town, perspective="city")
    assert_near(decided(plan, "supported", "auction", "mill")[0], [10, 20, 10])
    assert_kept(plan.attrs["objective"], 9 + 18 + 9 - 40)


def test_a_period_is_paid_for_the_years_of_it_that_are_supported() -> None:
    """One plan year of four, service of the 2025 MW in all of them, two of them supported: 2 x 10 GWh at 1."""
    town = growing_town(support({"mill": 1}, support_years=2), least_build=0.25, most_build=0.25, least_activity=50)
    plan = plan_of(town, years=(2025,), last_length=4, service="start")
    assert_near(decided(plan, "supported", "auction", "mill")[0], [5])
    assert_kept(plan.attrs["finance_cost"], -20)


def test_a_survival_curve_ends_with_the_supported_years() -> None:
    """1 MW of 2025: all of it in its first year, half in its second; two supported years of 10 and 5 GWh."""
    town = growing_town(
        support({"mill": 1}, support_years=2),
        least_build={2025: 1, 2026: 0},
        most_build={2025: 1, 2026: 0},
        survival={0: 1, 1: 0.5, 2: 0.5, 20: 0.5},
        least_activity={2025: 50, 2026: 45},
    )
    assert_near(decided(plan_of(town), "supported", "auction", "mill")[0], [10, 5, 0])


def test_a_nominal_rate_loses_its_worth() -> None:
    """2 MSEK/GWh of each year's money, prices half as high again every year, on 10, 20 and 20 GWh."""
    town = growing_town(support({"mill": 2}))
    town["inflation"] = [{"year": 2025, "value": 0}, {"year": 2026, "value": 0.5}]
    rate = town["instruments"][0].pop("support_rate")["mill"]
    row = {"instrument": "auction", "technology": "mill", "value": rate, "unit": "nominal MSEK/GWh"}
    plan = plan_of({**town, "support_rates": [row]})
    assert_kept(plan.attrs["finance_cost"], -(20 + 40 / 1.5 + 40 / 1.5**2))


def test_support_counts_in_the_least_result() -> None:
    """A result of 1 percent of 100 is asked for and 1 is planned: what the mill costs has to come from the support.

    It costs 10, then 20 a year, and support pays for 10, 20 and 20 GWh. Without it there is no plan.
    """
    actor = {**CITY, "taxes_and_grants": 100, "planned_result": 1, "least_result": 0.01}
    town = growing_town(support({"mill": 1}), variable_cost={2025: 10 / 50, 2026: 20 / 60})
    town["actors"] = [actor, COMPANY]
    assert_kept(plan_of(town).attrs["finance_cost"], -50)
    with pytest.raises(NoPlan):
        find_plan(scenario_of(town, instruments=("auction",)))
