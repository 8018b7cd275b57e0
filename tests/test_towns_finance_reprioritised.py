"""Towns solved by hand: a part of the ordinary investment plan that gives way to measures."""

from __future__ import annotations

from typing import Any

import pytest
from hand import decided, plan_of
from paying import CITY, assert_near, lend, paying_town, road_in
from town import build_town, scenario_of

from model.queries.no_plan import NoPlan
from model.verifier.verify import verify
from runners.accounts.funding import tabulate_funding
from runners.accounts.key_figures import tabulate_key_figures
from runners.sweep_store.cash import FIGURES, reckon_cash, reckon_figures, spend_outlays
from runners.sweep_store.memory import Memory
from scenarios.checks.check import check_tables
from scenarios.choices import Choices

PLANNED = {**CITY, "planned_outlay": 200, "reprioritised_share": 0.1}


@pytest.mark.parametrize("limit", ["frame", "own_funds"])
@pytest.mark.parametrize(("share", "most"), [(0, 40), (0.1, 60)])
def test_a_share_of_the_ordinary_plan_gives_way(limit: str, share: float, most: float) -> None:
    """A tenth of 200 a year comes on top of a frame, or own money, of 40; before, 40 was all there was."""
    actor = {**PLANNED, limit: 40, "reprioritised_share": share}
    assert_near(decided(plan_of(paying_town({"road": road_in(2026, most)}, [actor])), "own", "city")[1], most)
    with pytest.raises(NoPlan):
        plan_of(paying_town({"road": road_in(2026, most + 0.1)}, [actor]))


def test_no_more_gives_way_than_has_to() -> None:
    """45 of a frame of 40: 5 of the 20 that could be taken, in that year alone."""
    plan = plan_of(paying_town({"road": road_in(2026, 45)}, [{**PLANNED, "frame": 40}]))
    assert_near(decided(plan, "shifted", "city")[:3], [0, 5, 0])


def test_what_gives_way_holds_for_the_years_of_a_period() -> None:
    """Two years of 20 on top of two of 40: 120."""
    actor, periods = {**PLANNED, "frame": 40}, {"years": (2025, 2027), "last_length": 2}
    plan = plan_of(paying_town({"road": road_in(2027, 120)}, [actor], last_year=2028), **periods)
    assert_near(decided(plan, "shifted", "city"), [0, 40])
    with pytest.raises(NoPlan):
        plan_of(paying_town({"road": road_in(2027, 121)}, [actor], last_year=2028), **periods)


def test_loans_keep_within_the_ceiling_all_the_same() -> None:
    """No own money: 20 of the ordinary plan and 30 lent under a ceiling of 30 pay for 50."""
    actor = {**PLANNED, "own_funds": 0, "debt_ceiling_amount": 30}
    plan = plan_of(paying_town({"road": road_in(2025, 50)}, [actor], [lend()]))
    assert_near(decided(plan, "draw", "loan", "city")[0], 30)
    with pytest.raises(NoPlan):
        plan_of(paying_town({"road": road_in(2025, 51)}, [actor], [lend()]))


def test_accounts_and_sweeps_count_the_ordinary_plan_less_what_gives_way() -> None:
    """200 less 5 and 45 are 240 of net investment in 2026, without a gap of own money; 0 of 240 is self-financed."""
    town = paying_town({"road": road_in(2026, 45)}, [{**PLANNED, "own_funds": 40, "planned_result": 24}])
    scenario, plan = scenario_of(town, salvage="none"), plan_of(town)
    assert verify(scenario, plan).accepted
    figures = tabulate_key_figures(scenario, plan).set_index(["item", "year"])["amount"]
    assert_near([figures["net_investment", 2026], figures["reprioritised", 2026]], [240, 5])
    assert_near(figures["self_financing", 2026], 10)
    assert set(tabulate_funding(scenario, plan)["item"]) == {"outlay", "own"}
    memory = Memory()
    cash, debt = reckon_cash(memory, scenario, plan, spend_outlays(memory, scenario, plan))
    swept = dict(zip(FIGURES, reckon_figures(memory, scenario, plan, cash, debt), strict=True))
    assert_near(swept["self_financing"][0, 1], 10)


@pytest.mark.parametrize(("amount", "rule"), [(21, "shifted_most"), (4, "frame_most")])
def test_the_verifier_names_what_gives_way_wrongly(amount: float, rule: str) -> None:
    town = paying_town({"road": road_in(2026, 45)}, [{**PLANNED, "frame": 40}])
    plan = plan_of(town).copy(deep=True)
    plan["shifted"][0, 1] = amount
    assert rule in {violation.rule for violation in verify(scenario_of(town, salvage="none"), plan).violations}


def test_nothing_to_take_from_is_told() -> None:
    actor: dict[str, Any] = {**CITY, "reprioritised_share": 0.1}
    problems = check_tables(build_town(**paying_town({"road": road_in(2025, life=30)}, [actor])), Choices())
    assert [problem.tell("sv") for problem in problems] == [
        "finances.csv rad 2, kolumn 'value': 'city' får omprioritera en del av sin ordinarie investeringsplan "
        "(reprioritised_share), men har ingen rad planned_outlay att ta den ur. Skriv planned_outlay för 'city' i "
        "finances.csv, eller ta bort reprioritised_share."
    ]
    assert [problem.tell("en") for problem in problems] == [
        "finances.csv row 2, column 'value': 'city' may reprioritise a part of its ordinary investment plan "
        "(reprioritised_share), but has no planned_outlay to take it from. Write planned_outlay of 'city' in "
        "finances.csv, or remove reprioritised_share."
    ]
