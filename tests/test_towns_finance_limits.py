"""Towns solved by hand: frames, own money, steps, ceilings and results that a plan must keep, and who owns a part."""

from __future__ import annotations

from typing import Any

import pytest
from hand import assert_close, decided, plan_of
from paying import CITY, COMPANY, assert_kept, assert_near, lend, paying_town, road_in

from model.queries.no_plan import NoPlan

RISING = {"capex": {2025: 1.0, 2026: 1.1, 2027: 1.2}}


@pytest.mark.parametrize("limit", ["frame", "own_funds"])
def test_a_frame_spreads_the_outlay(limit: str) -> None:
    """100 MW at 1.0, 1.1, 1.2 MSEK/MW, 40 MSEK a year: 40, 36.364 and 23.636 MW cost 40 + 40 + 28.364.

    Own money does the same where nobody lends.
    """
    town = paying_town({"pipe": {**RISING, "need": 100}}, [{**CITY, limit: 40}], last_year=2027)
    plan = plan_of(town)
    assert_close(decided(plan, "build", "pipe"), [40, 40 / 1.1, 60 - 40 / 1.1])
    assert_close(plan.attrs["objective"], 80 + 1.2 * (60 - 40 / 1.1))
    assert_near(decided(plan, "own", "city"), [40, 40, 1.2 * (60 - 40 / 1.1)])
    assert_close(plan_of(town, frames="off").attrs["objective"], 100)


def test_a_frame_counts_for_every_year_of_a_period() -> None:
    """8 MSEK a year for five years is 40; the rest of 100 MW is built in 2030 at 1.2."""
    work = {"capex": {2025: 1.0, 2030: 1.2}, "need": 100}
    town = paying_town({"pipe": work}, [{**CITY, "frame": {2025: 8, 2030: 100}}], last_year=2034)
    plan = plan_of(town, years=(2025, 2030), last_length=5)
    assert_close(decided(plan, "build", "pipe"), [40, 60])
    assert_close(plan.attrs["objective"], 40 + 72)


@pytest.mark.parametrize(("nominal", "fits"), [(102.1, True), (101.9, False)])
def test_a_nominal_frame_is_deflated(nominal: float, fits: bool) -> None:
    """100 of the price year are 102 kronor of 2026 where prices rise by 2 percent."""
    town = paying_town({"road": road_in(2026)}, inflation=[{"value": 0.02}])
    unit = {"unit": "nominal MSEK/yr"}
    town["finances"] = [{"actor": "city", "quantity": "frame", "value": nominal, **unit}]
    if fits:
        assert_near(decided(plan_of(town), "own", "city")[1], 100)
    else:
        with pytest.raises(NoPlan):
            plan_of(town)


def test_outlay_rises_by_no_more_than_the_step() -> None:
    """40 MW from 2026 on, at 1 and then 1.5 MSEK/MW; 20 more a year than the year before: 20 MW, then 20 MW for 30."""
    work = {"capex": {2026: 1.0, 2027: 1.5}, "earliest_start": 2026, "need": 40}
    plan = plan_of(paying_town({"pipe": work}, [{**CITY, "outlay_step": 20}], last_year=2027))
    assert_close(decided(plan, "build", "pipe"), [0, 20, 20])
    assert_close(plan.attrs["objective"], 20 + 30)


def test_a_step_too_small_leaves_no_plan() -> None:
    """15 in 2026 and 30 in 2027 build 15 + 20 = 35 MW of 40."""
    work = {"capex": {2026: 1.0, 2027: 1.5}, "earliest_start": 2026, "need": 40}
    with pytest.raises(NoPlan):
        plan_of(paying_town({"pipe": work}, [{**CITY, "outlay_step": 15}], last_year=2027))


def test_a_ceiling_delays_the_cheaper_measure() -> None:
    """A costs 60 or a year later 61, B 90 or 99; all is lent for a year, and 100 may be owed.

    A krona of room is worth 1/60 in A and 9/90 in B: B is built at once and a sixth of A; 50 5/6 follow for A.
    Without the ceiling both are built at once, for 150.
    """
    works = {"a": {"capex": {2025: 60, 2026: 61}}, "b": {"capex": {2025: 90, 2026: 99}}}
    actor = {**CITY, "own_funds": 0, "debt_ceiling_amount": 100}
    town = paying_town(works, [actor], [lend()], last_year=2026)
    plan = plan_of(town)
    assert_close(decided(plan, "build", "a"), [1 / 6, 5 / 6])
    assert_close(decided(plan, "build", "b"), [1, 0])
    assert_close(plan.attrs["objective"], 90 + 10 + 61 * 5 / 6)
    assert_close(plan_of(town, ceiling="off").attrs["objective"], 150)


@pytest.mark.parametrize(("own", "fits"), [(30.0, True), (29.9, False)])
def test_a_ceiling_is_a_share_of_taxes_less_the_debt_that_stands(own: float, fits: bool) -> None:
    """60 percent of 200 less 70 leaves 50 of a road of 80 to be lent; the other 30 must be own money."""
    actor = {**CITY, "own_funds": own, "debt_ceiling": 0.6, "taxes_and_grants": 200, "standing_debt": 70}
    town = paying_town({"road": road_in(2025, 80)}, [actor], [lend()])
    if fits:
        assert_near(decided(plan_of(town), "draw", "loan", "city")[0], 50)
    else:
        with pytest.raises(NoPlan):
            plan_of(town)


def test_the_lower_of_two_ceilings_holds() -> None:
    """60 percent of 200 is 120, but 110 may be owed: 40 beside the 70 that stand, and 40 of own money."""
    actor = {**CITY, "own_funds": 40, "debt_ceiling": 0.6, "taxes_and_grants": 200, "standing_debt": 70}
    town = paying_town({"road": road_in(2025, 80)}, [{**actor, "debt_ceiling_amount": 110}], [lend()])
    assert_near(decided(plan_of(town), "draw", "loan", "city")[0], 40)


def test_a_loan_repaid_makes_room_for_the_next() -> None:
    """A ceiling of 100 and straight loans over two years: 100 in 2025, 50 in 2026 and 100 - 25 = 75 in 2027.

    Works of 100, 50 and 75 in those years fit; one krona more in the last does not.
    """
    actor = {**CITY, "own_funds": 0, "debt_ceiling_amount": 100}
    loan = lend(tenor=2, repayment="straight")
    works = {"a": road_in(2025, 100), "b": road_in(2026, 50), "c": road_in(2027, 75)}
    plan = plan_of(paying_town(works, [actor], [loan]))
    assert_near(decided(plan, "draw", "loan", "city")[:3], [100, 50, 75])
    works["c"] = road_in(2027, 76)
    with pytest.raises(NoPlan):
        plan_of(paying_town(works, [actor], [loan]))


def test_grace_keeps_the_room_taken() -> None:
    """As above, but nothing is repaid in the first year: of 100 owed in 2025, 100 are owed in 2026."""
    actor = {**CITY, "own_funds": 0, "debt_ceiling_amount": 100}
    works = {"a": road_in(2025, 100), "b": road_in(2026, 1)}
    loan = lend(tenor=3, repayment="straight")
    assert_close(plan_of(paying_town(works, [actor], [loan])).attrs["objective"], 101)
    with pytest.raises(NoPlan):
        plan_of(paying_town(works, [actor], [{**loan, "grace": 1}]))


def test_neither_money_nor_room_leaves_no_plan() -> None:
    """Own funds of nothing and a ceiling of nothing; with ceilings off the loan pays it all."""
    actor = {**CITY, "own_funds": 0, "debt_ceiling_amount": 0}
    town = paying_town({"road": road_in(2025)}, [actor], [lend()])
    with pytest.raises(NoPlan):
        plan_of(town)
    assert_near(decided(plan_of(town, ceiling="off"), "draw", "loan", "city")[0], 100)
    with pytest.raises(NoPlan):
        plan_of(town, ceiling="off", instruments=("loan",))
    assert_near(decided(plan_of(town, frames="off", instruments=("loan",)), "own", "city")[0], 100)


RESULTS = {**CITY, "least_result": 0.02, "taxes_and_grants": 400}


def test_depreciation_may_take_no_more_than_the_result_allows() -> None:
    """A result of 10 and then 11, of which 8 must be left; a pipe wears out over ten years.

    28 MW at 1 and then 1.25 MSEK/MW: 20 in 2025 take 2 a year, and 8 more in 2026, for 10, take 1.
    """
    work = {"capex": {2025: 1.0, 2026: 1.25}, "need": 28, "life": 10}
    town = paying_town({"pipe": work}, [{**RESULTS, "planned_result": {2025: 10, 2026: 11}}], last_year=2026)
    plan = plan_of(town)
    assert_close(decided(plan, "build", "pipe"), [20, 8])
    assert_close(plan.attrs["objective"], 30)
    assert_close(plan_of(town, result="off").attrs["objective"], 28)


@pytest.mark.parametrize(("result", "fits"), [(12.01, True), (11.99, False)])
def test_interest_burdens_the_result(result: float, fits: bool) -> None:
    """20 lent at 10 percent: in 2026 2 of wear and 2 of interest, so 12 are needed for 8 to be left."""
    actor = {**RESULTS, "own_funds": 0, "planned_result": result}
    town = paying_town({"pipe": road_in(2025, 20, life=10)}, [actor], [lend()], last_year=2026)
    if fits:
        assert_kept(plan_of(town).attrs["finance_cost"], 2)
    else:
        with pytest.raises(NoPlan):
            plan_of(town)


def test_a_grant_spares_its_share_of_the_wear() -> None:
    """A road of 40 wears by 4 a year, and only 2 are allowed: half of it must be granted, whose wear does not count."""
    actor = {**RESULTS, "planned_result": 10}
    half = {"instrument": "aid", "kind": "grant", "grant_share": {"road": 0.5}, "eligible": {"city": 1}}
    road = {"road": road_in(2025, 40, life=10)}
    assert_kept(plan_of(paying_town(road, [actor], [half])).attrs["finance_cost"], -20)
    with pytest.raises(NoPlan):
        plan_of(paying_town(road, [actor]))


def test_two_owners_pay_their_parts() -> None:
    """100 owned 60 to 40: the city pays 60 of its own, the company lends its 40 at 10 percent for a year."""
    road = road_in(2025, owned={"city": 0.6, "company": 0.4})
    actors = [CITY, {**COMPANY, "own_funds": 0}]
    plan = plan_of(paying_town({"road": road}, actors, [lend(to=("city", "company"))]))
    assert_near(decided(plan, "own", "city")[0], 60)
    assert_near(decided(plan, "own", "company")[0], 0)
    assert_near(decided(plan, "draw", "loan", "company")[0], 40)
    assert_kept(plan.attrs["finance_cost"], 4)


def test_the_frame_of_one_owner_holds_for_its_part() -> None:
    """10 MW at 10 and then 11 MSEK/MW; the company's frame of 20 pays its 40 percent of 5 MW in 2025."""
    work: dict[str, Any] = {"capex": {2025: 10, 2026: 11}, "need": 10, "owned": {"city": 0.6, "company": 0.4}}
    actors = [CITY, {**COMPANY, "frame": {2025: 20, 2026: 100}}]
    plan = plan_of(paying_town({"plant": work}, actors, last_year=2026))
    assert_close(decided(plan, "build", "plant"), [5, 5])
    assert_near(decided(plan, "own", "city"), [30, 33])
    assert_near(decided(plan, "own", "company"), [20, 22])


def test_construction_is_paid_while_it_lasts() -> None:
    """90 over three years: 30 in each."""
    plan = plan_of(paying_town({"road": road_in(2025, 90, construction_years=3)}, last_year=2028))
    assert_near(decided(plan, "own", "city"), [30, 30, 30, 0])


def test_what_costs_less_than_nothing_is_money_in_hand() -> None:
    """A car 10 cheaper than the other kind: own money of -10, and nothing to lend for."""
    plan = plan_of(paying_town({"car": road_in(2025, -10, most_build=1)}, [{**CITY, "own_funds": 0}], [lend()]))
    assert_near(decided(plan, "own", "city")[0], -10)
    assert_near(decided(plan, "draw", "loan", "city"), 0)


def test_where_nothing_is_built_nobody_pays() -> None:
    """All limits at nothing are kept by doing nothing."""
    actor = {**CITY, "own_funds": 0, "frame": 0, "outlay_step": 0, "debt_ceiling_amount": 0}
    plan = plan_of(paying_town({"road": {"capex": 5, "need": 0}}, [actor], [lend()]))
    assert_close(plan.attrs["objective"], 0)
    assert_kept(plan.attrs["finance_cost"], 0)
    assert_near(plan["own"].values, 0)
    assert_near(plan["draw"].values, 0)
