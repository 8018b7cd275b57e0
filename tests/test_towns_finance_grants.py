"""Towns solved by hand: which grants are won, how much of them, and which are lost."""

from __future__ import annotations

from typing import Any

import pytest
from hand import assert_close, decided, plan_of
from paying import CITY, COMPANY, assert_kept, assert_near, grant, paying_town, road_in
from town import scenario_of

from model.queries.no_plan import NoPlan
from model.verifier.verify import verify
from runners.solve import find_plan

WORKS = {"a": road_in(2025, 100), "b": road_in(2025, 50)}
SHARES = {"a": 0.5, "b": 0.4}


def refuse(town: dict[str, Any], claims: dict[str, float]) -> set[str]:
    """The rules of claims that a town's plan breaks where the road's first start is claimed for so much instead."""
    scenario = scenario_of(town, salvage="none")
    plan = find_plan(scenario).copy(deep=True)
    for name, amount in claims.items():
        plan["claimed"].loc[{"instrument": name, "technology": "road", "vintage": 2025}] = amount
    broken = {one.rule for one in verify(scenario, plan).violations}
    return {rule for rule in broken if rule.startswith("claim_")}


def test_a_grant_is_lost_when_its_window_closes() -> None:
    """130 in 2025, 120 in 2026, 100 in 2027; half is granted to what begins by 2026.

    Society builds in 2027 for 100 and gets nothing. The city builds in 2026, where it pays 60.
    """
    work = {"capex": {2025: 130, 2026: 120, 2027: 100}}
    town = paying_town({"road": work}, instruments=[grant("aid", {"road": 0.5}, last_start=2026)], last_year=2027)
    society, city = plan_of(town), plan_of(town, perspective="city")
    assert_close(decided(society, "build", "road"), [0, 0, 1])
    assert_kept(society.attrs["finance_cost"], 0)
    assert_near(society["claimed"].values, 0)
    assert_near(decided(city, "build", "road"), [0, 1, 0])
    assert_kept(city.attrs["objective"], 60)
    assert_kept(city.attrs["social_cost"], 120)


def test_a_grant_is_not_yet_there_before_its_window_opens() -> None:
    """As above the other way: from 2027 on half of 110 is granted, so the city waits although 2025 costs 100."""
    work = {"capex": {2025: 100, 2026: 105, 2027: 110}}
    town = paying_town({"road": work}, instruments=[grant("aid", {"road": 0.5}, first_start=2027)], last_year=2027)
    plan = plan_of(town, perspective="city")
    assert_near(decided(plan, "build", "road"), [0, 0, 1])
    assert_kept(plan.attrs["objective"], 55)


def test_a_pool_is_shared_by_all_who_ask() -> None:
    """50 percent of 100 and 40 percent of 50 would be 70; the pool of the year has 30."""
    plan = plan_of(paying_town(WORKS, instruments=[grant("aid", SHARES, pool=30)]))
    granted = 0.5 * decided(plan, "claimed", "aid", "a")[0] + 0.4 * decided(plan, "claimed", "aid", "b")[0]
    assert_close(granted, 30)
    assert_near(decided(plan, "own", "city")[0], 120)
    assert_kept(plan.attrs["finance_cost"], -30)


def test_every_year_has_a_pool_of_its_own() -> None:
    """One of the works a year later: 30 of 50 and all 20."""
    works = {"a": road_in(2025, 100), "b": road_in(2026, 50)}
    plan = plan_of(paying_town(works, instruments=[grant("aid", SHARES, pool=30)]))
    assert_near(decided(plan, "own", "city")[:2], [70, 30])
    assert_kept(plan.attrs["finance_cost"], -50)


def test_a_period_has_the_pools_of_all_its_years() -> None:
    """Five years of 12 are 60, enough for the 50 of the one and 10 of the other's 20."""
    town = paying_town(WORKS, instruments=[grant("aid", SHARES, pool=12)], last_year=2029)
    assert_kept(plan_of(town, years=(2025,), last_length=5).attrs["finance_cost"], -60)


def test_a_project_gets_no_more_than_its_cap_over_all_years() -> None:
    """30 of 50 for the one, begun half in 2025 and half in 2026; all 20 for the other."""
    works = {"a": {"capex": 100, "need": 1, "most_build": 0.5}, "b": road_in(2025, 50)}
    plan = plan_of(paying_town(works, instruments=[grant("aid", SHARES, most_per_project=30)], last_year=2026))
    assert_near(decided(plan, "claimed", "aid", "a").sum(), 60)
    assert_kept(plan.attrs["finance_cost"], -50)


def test_a_krona_is_granted_once() -> None:
    """Half by one and 40 percent by another is not 90 percent: the better one takes all, 50."""
    both = [grant("aid", {"a": 0.5}), grant("support", {"a": 0.4})]
    plan = plan_of(paying_town({"a": road_in(2025, 100)}, instruments=both))
    assert_near(decided(plan, "claimed", "aid", "a")[0], 100)
    assert_near(decided(plan, "claimed", "support", "a")[0], 0)
    assert_kept(plan.attrs["finance_cost"], -50)


def test_what_one_grant_leaves_another_may_take() -> None:
    """The pool of the better one has 20, which is half of 40; 40 percent of the other 60 is 24."""
    both = [grant("aid", {"a": 0.5}, pool=20), grant("support", {"a": 0.4})]
    plan = plan_of(paying_town({"a": road_in(2025, 100)}, instruments=both))
    assert_near(decided(plan, "claimed", "aid", "a")[0], 40)
    assert_near(decided(plan, "claimed", "support", "a")[0], 60)
    assert_kept(plan.attrs["finance_cost"], -44)


def test_only_owners_who_may_ask_are_granted_their_part() -> None:
    """Of 100 owned 60 to 40 the city's 60 count, and the city has the 30: it pays 30, the company its 40."""
    road = road_in(2025, owned={"city": 0.6, "company": 0.4})
    plan = plan_of(paying_town({"road": road}, [CITY, COMPANY], [grant("aid", {"road": 0.5})]))
    assert_near(decided(plan, "claimed", "aid", "road")[0], 60)
    assert_near(decided(plan, "own", "city")[0], 30)
    assert_near(decided(plan, "own", "company")[0], 40)


def test_two_grants_to_one_owner_meet_on_its_part() -> None:
    """Of 100 owned half by half the city's 50 may be granted by either, 30; by each they were 60 of its 50."""
    road = road_in(2025, owned={"city": 0.5, "company": 0.5})
    both = [grant(name, {"road": 0.6}) for name in ("aid", "support")]
    town = paying_town({"road": road}, [CITY, COMPANY], both)
    plan = plan_of(town)
    assert_near(plan["claimed"].sum(), 50)
    assert_kept(plan.attrs["finance_cost"], -30)
    assert not refuse(town, {"aid": 30, "support": 20})
    assert refuse(town, {"aid": 50, "support": 50}) == {"claim_together"}
    apart = [grant("aid", {"road": 0.6}), grant("support", {"road": 0.4}, to=("company",))]
    assert_kept(plan_of(paying_town({"road": road}, [CITY, COMPANY], apart)).attrs["finance_cost"], -50)


@pytest.mark.parametrize(
    ("windows", "expected"), [((2026, 2026), 20), ((2026, 2027), 30), ((2026, 2029), 50)], ids=["same", "more", "all"]
)
def test_grants_meet_on_the_starts_of_the_same_years(windows: tuple[int, int], expected: float) -> None:
    """100 begin evenly over 2025-2029, and half is granted: of two, three or five fifths, by one grant or the other.

    Each counts its own share of the starts; those of 2025 and 2026 are the same ones.
    """
    both = [grant(name, {"road": 0.5}, last_start=last) for name, last in zip(("aid", "more"), windows, strict=True)]
    road = {"capex": 100, "least_build": 0.2, "most_build": 0.2}
    plan = plan_of(paying_town({"road": road}, instruments=both, last_year=2029), years=(2025,), last_length=5)
    assert_kept(plan.attrs["finance_cost"], -expected)


def test_a_decided_project_keeps_the_grants_of_its_owner() -> None:
    """1 MW of 2 is decided, 100 each, half the city's, which pays 60 percent less: of 60 granted 30 are the project's.

    Of what is not decided no more is granted than its part, however many grants there are: its frame has 20 to pay.
    """
    road = {"capex": 100, "status": "decided", "status_year": 2025, "project_size": 1, "need": 2}
    both = [grant(name, {"road": 0.6}) for name in ("aid", "support")]
    town = paying_town(
        {"road": {**road, "owned": {"city": 0.5, "company": 0.5}, "latest_start": 2025}},
        [{**CITY, "frame": 20}, COMPANY],
        both,
        last_year=2025,
    )
    plan = plan_of(town)
    assert_near((plan["claimed"] - plan["secured"]).sum(), 50)
    with pytest.raises(NoPlan):
        plan_of({**town, "actors": [{**CITY, "frame": 19.9}, COMPANY]})


def test_a_grant_to_both_owners_is_shared_as_they_own() -> None:
    """50 of 100, by 60 to 40: the city pays 60 - 30, the company 40 - 20."""
    road = road_in(2025, owned={"city": 0.6, "company": 0.4})
    aid = grant("aid", {"road": 0.5}, to=("city", "company"))
    plan = plan_of(paying_town({"road": road}, [CITY, COMPANY], [aid]))
    assert_near(decided(plan, "own", "city")[0], 30)
    assert_near(decided(plan, "own", "company")[0], 20)


def test_a_grant_makes_room_in_a_frame() -> None:
    """10 MW at 10 and then 11 MSEK/MW in a frame of 30 a year: 40 percent granted, 5 MW cost the city 30 in 2025."""
    work = {"capex": {2025: 10, 2026: 11}, "need": 10}
    actor = {**CITY, "frame": {2025: 30, 2026: 100}}
    plan = plan_of(paying_town({"plant": work}, [actor], [grant("aid", {"plant": 0.4})], last_year=2026))
    assert_close(decided(plan, "build", "plant"), [5, 5])
    assert_near(decided(plan, "own", "city"), [30, 33])
    assert_close(plan.attrs["objective"], 105)


def test_a_grant_is_paid_as_the_work_is() -> None:
    """90 over three years, a third granted: 20 a year are left to pay."""
    work = road_in(2025, 90, construction_years=3)
    plan = plan_of(paying_town({"road": work}, instruments=[grant("aid", {"road": 1 / 3})], last_year=2027))
    assert_near(decided(plan, "own", "city"), [20, 20, 20])


def test_a_grant_left_out_is_not_won() -> None:
    """Chosen away, the grant of half pays nothing."""
    town = paying_town({"a": road_in(2025, 100)}, instruments=[grant("aid", {"a": 0.5})])
    assert_kept(plan_of(town).attrs["finance_cost"], -50)
    assert_kept(plan_of(town, instruments=("aid",)).attrs["finance_cost"], 0)
