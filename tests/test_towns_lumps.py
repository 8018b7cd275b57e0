"""Towns solved by hand: whole units, projects that begin once, least sizes.

Heat is bought for 4 MSEK/GWh or made by a boiler whose 1 MW makes 1 GWh a year.
"""

from __future__ import annotations

from typing import Any

import pytest
from hand import assert_close, cost_of, decided, plan_of

from model.queries.no_plan import NoPlan


def boiler_town(demand: Any, *boilers: dict[str, Any], last_year: int = 2025) -> dict[str, Any]:
    return {
        "case": {"last_year": last_year},
        "commodities": [{"commodity": "heat", "demand": demand, "purchase_price": 4}],
        "technologies": [{"technology": "boiler", "buildable": True, "flow": {"heat": 1}, **own} for own in boilers],
    }


def test_units_come_whole() -> None:
    """Units of 2 MW at 3 a MW for 3 GWh: one and 1 GWh bought, 10; two 12; none 12. In parts it would be 9."""
    plan = plan_of(boiler_town(3, {"capex": 3, "unit_size": 2}))
    assert_close(plan.attrs["objective"], 10)
    assert_close(decided(plan, "units", "boiler"), [1])


@pytest.mark.parametrize(("once", "cost"), [(False, 2), (True, 5)])
def test_what_begins_once_does_not_begin_again(once: bool, cost: float) -> None:
    """1 GWh in 2025 and 2 in 2026, 1 MW a year at 1: 2 when built twice; once, 1 and 4 for the GWh bought."""
    boiler = {"capex": 1, "most_build": 1, "once": once}
    assert_close(cost_of(boiler_town({2025: 1, 2026: 2}, boiler, last_year=2026)), cost)


@pytest.mark.parametrize(("capex", "cost", "built"), [(3, 4, 0), (1.5, 3, 2)])
def test_a_least_size_is_built_whole_or_not_at_all(capex: float, cost: float, built: float) -> None:
    """2 MW or nothing for 1 GWh: 6 is too much and 4 is paid; 3 is not."""
    plan = plan_of(boiler_town(1, {"capex": capex, "least_size": 2, "most_build": 5}))
    assert_close(plan.attrs["objective"], cost)
    assert_close(decided(plan, "build", "boiler"), [built])


def test_more_than_the_least_size_comes_in_any_amount() -> None:
    """2.5 MW for 2.5 GWh at 1.5: 3.75."""
    assert_close(cost_of(boiler_town(2.5, {"capex": 1.5, "least_size": 2, "most_build": 5})), 3.75)


def test_a_start_may_be_larger_than_what_stands_of_it_in_a_period() -> None:
    """A start of 1 MW, in service for two of five years, is 0.4 MW on the mean, and no more than 0.4 may stand.

    0.4 GWh a year saved at 4 for five years are 8, the start costs 5: 12 bought and 5.
    """
    boiler = {"capex": 5, "life": 2, "most_capacity": 0.4, "once": True, "least_size": 1, "most_build": 1}
    assert_close(cost_of(boiler_town(1, boiler), years=(2025,), last_length=5, service="start"), 17)


@pytest.mark.parametrize(("retirable", "cost"), [(True, 4), (False, 12)])
def test_one_large_start_replaces_what_is_scrapped_for_it(retirable: bool, cost: float) -> None:
    """4 GWh a year; of the 4 MW that stand and fill the place 1 is left in 2026. A new unit is 4 MW at 1 a MW.

    Where the last MW is scrapped the unit has its place: 4. Where it stays there are 3 MW of room, no unit, and 3 GWh
    are bought at 4: 12. (12 was the answer to both: the largest start was 4 - 1 = 3 even where it could be scrapped.)
    """
    boiler = {"existing": {2025: 4, 2026: 1}, "most_capacity": 4, "retirable": retirable, "once": True}
    plan = plan_of(boiler_town(4, {"capex": 1, "unit_size": 4, **boiler}, last_year=2026))
    assert_close(plan.attrs["objective"], cost)
    assert_close(decided(plan, "capacity", "boiler"), [4, 4 if retirable else 1])


def test_a_full_stock_gives_way_to_a_start_that_is_committed() -> None:
    """Both MW stand and the place is full; a start of 2 MW at 3 is committed for 2026: the stock is scrapped, 6.

    (There was no plan: the largest start was 2 - 2 = 0.)
    """
    boiler = {"existing": 2, "most_capacity": 2, "retirable": True, "once": True, "least_build": {2025: 0, 2026: 2}}
    plan = plan_of(boiler_town(2, {"capex": 3, **boiler}, last_year=2026))
    assert_close(plan.attrs["objective"], 6)
    assert_close(decided(plan, "scrapped", "boiler"), [0, 1])


def test_a_unit_larger_than_its_room_has_no_plan() -> None:
    """1 MW has to stand, at most 1 can, and units are of 2."""
    with pytest.raises(NoPlan):
        plan_of(boiler_town(1, {"unit_size": 2, "most_capacity": 1, "least_capacity": 1}))


def test_either_of_two_units_alike_is_built() -> None:
    """1 GWh from a unit of 1 MW at 3, from one or the other: 3."""
    boilers = [{"technology": name, "capex": 3, "unit_size": 1} for name in ("left", "right")]
    plan = plan_of(boiler_town(1, *boilers))
    assert_close(plan.attrs["objective"], 3)
    assert_close(decided(plan, "units").sum(), 1)
