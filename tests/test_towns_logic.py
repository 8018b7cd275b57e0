"""Towns solved by hand: projects that require, follow, support and exclude each other.

A project is one unit that earns its income each year it stands (a negative fixed cost).
"""

from __future__ import annotations

from typing import Any

import pytest
from hand import assert_close, cost_of, decided, plan_of

from model.queries.no_plan import NoPlan


def project(name: str, capex: float, income: float = 0, **more: Any) -> dict[str, Any]:
    own = {"buildable": True, "once": True, "unit_size": 1, "most_build": 1}
    return {"technology": name, "capex": capex, "fixed_cost": -income, **own, **more}


def project_town(last_year: int, *projects: dict[str, Any], **logic: Any) -> dict[str, Any]:
    rows = logic.pop("rows", None) or [{"rule": "rule", "technology": "tram", "other": "track", **logic}]
    return {"case": {"last_year": last_year}, "technologies": list(projects), "logic": rows}


@pytest.mark.parametrize(("lag", "cost"), [(0, 5 + 1 - 12), (1, 5 + 1 - 8)])
def test_what_is_required_begins_a_lag_earlier(lag: int, cost: float) -> None:
    """Track 5, tram 1 with an income of 4 in each of three years: 6 - 12, or 6 - 8 when it has to wait a year."""
    plan = plan_of(project_town(2027, project("track", 5), project("tram", 1, 4), kind="requires", value=lag))
    assert_close(plan.attrs["objective"], cost)
    assert_close(decided(plan, "begin", "track"), [1, 0, 0])
    assert_close(decided(plan, "begin", "tram")[lag], 1)


def test_what_is_required_may_still_be_under_construction() -> None:
    """Track takes a year, but the tram only requires its start: 6 - 12."""
    town = project_town(2027, project("track", 5, lead_time=1), project("tram", 1, 4), kind="requires", value=0)
    assert_close(cost_of(town), -6)


@pytest.mark.parametrize(
    ("wait", "cost"), [({"lead_time": 1}, -2), ({"lead_time": 1, "start_delay": 1}, 0), ({"start_delay": 1}, -2)]
)
def test_what_follows_waits_until_the_other_is_in_service(wait: dict[str, int], cost: float) -> None:
    """Track is in service after a year: 6 - 8. A delay makes it two: 6 - 4 does not pay, so nothing is built."""
    town = project_town(2027, project("track", 5, **wait), project("tram", 1, 4), kind="follows", value=0)
    assert_close(cost_of(town), cost)


def test_a_prerequisite_too_dear_stops_what_it_carries() -> None:
    """Track 12 and tram 1 earn 12: nothing is built."""
    plan = plan_of(project_town(2027, project("track", 12), project("tram", 1, 4), kind="requires", value=0))
    assert_close(plan.attrs["objective"], 0)
    assert_close(decided(plan, "build").sum(), 0)


def test_nothing_is_required_of_what_stands_already() -> None:
    """The track is there: the tram begins at once, 1 - 12."""
    track = {"technology": "track", "existing": 1}
    assert_close(cost_of(project_town(2027, track, project("tram", 1, 4), kind="requires", value=1)), -11)


def test_nothing_is_required_of_what_stands_already_though_more_can_be_built() -> None:
    """The track is there and could be doubled for 5: the tram needs no second one, 1 - 12."""
    track = project("track", 5, existing=1)
    assert_close(cost_of(project_town(2027, track, project("tram", 1, 4), kind="requires", value=1)), -11)


def test_capacity_is_supported_by_so_much_of_another() -> None:
    """Ten buses at 1 earn 3 each; a charger at 8 is enough for five: 10 - 30 + 16 = -4."""
    buses = {"technology": "tram", "buildable": True, "capex": 1, "fixed_cost": -3, "most_capacity": 10}
    chargers = {"technology": "track", "buildable": True, "capex": 8}
    plan = plan_of(project_town(2025, chargers, buses, kind="supports", value=5))
    assert_close(plan.attrs["objective"], -4)
    assert_close(decided(plan, "capacity")[:, 0], [2, 10])


def test_support_that_costs_more_than_it_carries_is_not_built() -> None:
    """A charger at 8 for three buses that earn 2 each net: nothing."""
    buses = {"technology": "tram", "buildable": True, "capex": 1, "fixed_cost": -3, "most_capacity": 10}
    chargers = {"technology": "track", "buildable": True, "capex": 8}
    assert_close(cost_of(project_town(2025, chargers, buses, kind="supports", value=3)), 0)


def test_of_projects_that_exclude_each_other_the_best_is_built() -> None:
    """Worth 5, 7 and 6; one of the three may be built: -7."""
    rows = [
        {"rule": "one", "technology": "a", "other": "b", "kind": "excludes"},
        {"rule": "one", "technology": "c", "kind": "excludes"},
    ]
    town = project_town(2025, project("a", 0, 5), project("b", 0, 7), project("c", 0, 6), rows=rows)
    plan = plan_of(town)
    assert_close(plan.attrs["objective"], -7)
    assert_close(decided(plan, "ever"), [0, 1, 0])


def test_what_excludes_excludes_over_all_years() -> None:
    """b stands in 2025 alone and earns 7; a would earn 4 - 3 in 2026, when b is gone, but b has been begun: -7."""
    rows = [{"rule": "one", "technology": "a", "other": "b", "kind": "excludes"}]
    town = project_town(2026, project("a", 3, 4, earliest_start=2026), project("b", 0, 7, life=1), rows=rows)
    assert_close(cost_of(town), -7)
    assert_close(cost_of({**town, "logic": []}), -8)


def test_a_committed_project_without_its_prerequisite_has_no_plan() -> None:
    """The tram is to begin in 2025, a year after a track that cannot begin before 2025."""
    tram = project("tram", 1, 4, least_build={2025: 1, 2026: 0})
    with pytest.raises(NoPlan):
        plan_of(project_town(2027, project("track", 5), tram, kind="requires", value=1))


def test_either_of_two_projects_alike_is_built() -> None:
    """Both are worth 5 and exclude each other: -5, one of them."""
    rows = [{"rule": "one", "technology": "a", "other": "b", "kind": "excludes"}]
    plan = plan_of(project_town(2025, project("a", 0, 5), project("b", 0, 5), rows=rows))
    assert_close(plan.attrs["objective"], -5)
    assert_close(decided(plan, "ever").sum(), 1)
