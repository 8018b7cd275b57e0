"""Towns solved by hand: what one actor's plan may cost others, and each actor's money at its own discount rate."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hand import assert_close, decided, plan_of
from paying import CITY, COMPANY, assert_kept, assert_near, grant, lend, paying_town, road_in
from town import build_town, scenario_of

from model.queries.no_plan import NoPlan
from model.verifier.verify import verify
from runners.accounts.cash_flow import split_finance, tabulate_cash_flow, value_actors
from runners.family import Family
from runners.outcome import Outcome
from runners.sweep_store.cash import FIGURES, reckon_cash, reckon_figures, spend_outlays
from runners.sweep_store.memory import Memory
from scenarios.arithmetic.worth import value_cash
from scenarios.checks.view import View
from scenarios.choices import Choices
from scenarios.notices.notices import find_notices


def plant_town(**company: Any) -> dict[str, Any]:
    """3 GWh of heat that the city buys for 4, or the company makes for 5 and sells to the city at 1."""
    return {
        "actors": [CITY, {**COMPANY, **company}],
        "commodities": [{"commodity": "heat", "demand": 3, "purchase_price": 4, "tariff": 1, "trader": "city"}],
        "technologies": [
            {"technology": "plant", "actor": "company", "existing": 3, "variable_cost": 5, "flow": {"heat": 1}}
        ],
        "inflation": [{"value": 0}],
    }


def solve(town: dict[str, Any], settings: dict[str, float] | None = None, **choices: Any) -> Outcome:
    outcome = Family(build_town(**town), Choices(salvage="none", **choices)).solve(settings)
    assert outcome.verdict is not None
    assert outcome.verdict.accepted
    return outcome


@pytest.mark.parametrize(("loss", "made", "cost"), [(np.inf, 3, 3), (4, 1, 9), (0, 0, 12)])
def test_another_actor_loses_no_more_than_is_said(loss: float, made: float, cost: float) -> None:
    """A GWh of the plant costs the company 5 and brings it 1: 4 lost. The city pays 1 in place of 4.

    Where nothing is done all is bought, and the company has nothing. Without a limit the city took all 3 GWh and the
    company lost 12, to save the city 9; with 4 it loses 4, with 0 nothing is taken of it.
    """
    outcome = solve(plant_town(most_loss=loss), perspective="city")
    assert_kept(decided(outcome.plan, "activity", "plant").ravel(), [made])
    assert_kept(outcome.plan.attrs["objective"], cost)


def test_what_another_may_lose_is_a_number_that_a_sweep_may_change() -> None:
    """8 of loss are 2 GWh."""
    town = plant_town(most_loss=4)
    assert_kept(decided(solve(town, {"set.most_loss.company": 8}, perspective="city").plan, "activity", "plant"), 2)


def test_one_who_has_to_gain_may_leave_no_plan() -> None:
    """The company can gain nothing at all, so a plan in which it gains 1 is none."""
    with pytest.raises(NoPlan):
        solve(plant_town(most_loss=-1), perspective="city")


def test_the_limit_holds_for_others_alone_and_under_a_perspective() -> None:
    """The company's own plan, and society's, do not look at its limit: all is bought for 12."""
    for perspective in ("society", "company"):
        outcome = solve(plant_town(most_loss=0), perspective=perspective)
        assert_kept(decided(outcome.plan, "activity", "plant").ravel(), [0])


def test_the_verifier_names_who_loses_too_much() -> None:
    """Told 4, the plan of 8 is refused: the company loses 4 too many."""
    outcome = solve(plant_town(most_loss=8), perspective="city")
    scenario = outcome.scenario.assign(most_loss=("actor", [np.inf, 4.0]))
    found = {violation.rule: violation for violation in verify(scenario, outcome.plan).violations}
    assert found["loss_most"].place == {"actor": "company"}
    assert found["loss_most"].amount == pytest.approx(4, abs=1e-4)
    assert found["loss_most"].tell("sv") == "aktören förlorar mer på planen än den högst får (aktör company): 4,00 MSEK"


def test_a_limit_that_no_perspective_asks_for_is_told() -> None:
    tables = build_town(**plant_town(most_loss=0))
    told = [notice for notice in find_notices(View(tables, Choices())) if notice.key == "most_loss_idle"]
    assert [notice.tell("sv") for notice in told] == [
        "finances.csv rad 2, kolumn 'value': most_loss för 'company' gäller bara när planen görs i en annan aktörs "
        "perspektiv, och perspektivet är society."
    ]
    assert [notice.tell("en") for notice in told] == [
        "finances.csv row 2, column 'value': most_loss of 'company' holds only where the plan is made in "
        "another actor's "
        "perspective, and the perspective is society."
    ]
    assert not [n for n in find_notices(View(tables, Choices(perspective="city"))) if n.key == "most_loss_idle"]


@pytest.mark.parametrize(("rate", "cost", "lent"), [(None, 0, 0), (0.1, 105 / 1.1 - 100, 100)])
def test_a_loan_is_weighed_at_the_rate_of_who_draws_it(rate: float | None, cost: float, lent: float) -> None:
    """100 lent at 5 percent for a year: at society's 0 it costs 5 and own money is used; at 10 it saves 4.545."""
    own = {} if rate is None else {"own_rate": rate}
    plan = plan_of(paying_town({"road": road_in(2025)}, [{**CITY, **own}], [lend(rate=0.05)]))
    assert_kept(plan.attrs["finance_cost"], cost)
    assert_near(decided(plan, "draw", "loan", "city")[0], lent)
    assert_close(plan.attrs["objective"], 100)


def test_a_grant_counts_at_the_rate_of_who_receives_it() -> None:
    """Half of 200 over two years; the city has 60 percent and reckons at 25, the company at society's 0.

    60 percent of 50 now and 50 a year later are 30 + 24, 40 percent of them 20 + 20.
    """
    road = {"road": {**road_in(2025, 200, construction_years=2), "owned": {"city": 0.6, "company": 0.4}}}
    aid = grant("aid", {"road": 0.5}, to=("city", "company"))
    plan = plan_of(paying_town(road, [{**CITY, "own_rate": 0.25}, COMPANY], [aid]))
    assert_kept(plan.attrs["finance_cost"], -(54 + 40))


@pytest.mark.parametrize(("rate", "built"), [(0.0, 1), (0.5, 0)])
def test_an_actor_invests_by_its_own_rate(rate: float, built: float) -> None:
    """10 now saves 4 a year for three years: 12 at 0, but 4 / 1.5^0.5 + 4 / 1.5^1.5 + 4 / 1.5^2.5 = 6.9 at 50 percent.

    Society reckons at its own 0 and builds it in any case.
    """
    pump = {"technology": "pump", "actor": "city", "buildable": True, "most_build": 1, "capex": 10, "flow": {"heat": 1}}
    town = {
        "case": {"last_year": 2027},
        "actors": [{**CITY, "own_rate": rate}],
        "commodities": [{"commodity": "heat", "demand": 1, "purchase_price": 4, "trader": "city"}],
        "technologies": [{**pump, "latest_start": 2025}],
        "inflation": [{"value": 0}],
    }
    plan = plan_of(town, perspective="city")
    assert_near(decided(plan, "build", "pump")[0], built)
    saved = sum(4 * (1 + rate) ** -(year + 0.5) for year in range(3))
    assert_kept(plan.attrs["objective"], min(10, saved))
    assert_close(decided(plan_of(town), "build", "pump")[0], 1)


def test_accounts_and_sweeps_reckon_at_the_same_rate() -> None:
    """The finance cost of the plan is that of the cash flow and of the fast path, year by year."""
    actors = [{**CITY, "own_rate": 0.1, "own_funds": 10}, COMPANY]
    road = {"road": {**road_in(2025, 100, construction_years=2), "owned": {"city": 0.6, "company": 0.4}}}
    town = paying_town(road, actors, [lend(rate=0.05, tenor=3), grant("aid", {"road": 0.2})], rate=0.03)
    scenario, plan = scenario_of(town, salvage="none"), plan_of(town)
    assert_kept(sum(split_finance(scenario, plan).values()), plan.attrs["finance_cost"])
    assert_close(value_cash(scenario, plan), value_actors(scenario, plan))
    memory = Memory()
    cash, debt = reckon_cash(memory, scenario, plan, spend_outlays(memory, scenario, plan))
    figures = dict(zip(FIGURES, reckon_figures(memory, scenario, plan, cash, debt), strict=True))
    assert_kept(figures["finance_cost"].sum(), plan.attrs["finance_cost"])
    flows = tabulate_cash_flow(scenario, plan).set_index(["actor", "year", "item"])
    spent = flows.loc["city", 2026, "outlay"]
    assert_close(spent["present_value"], spent["amount"] / 1.1)
    spent = flows.loc["company", 2026, "outlay"]
    assert_close(spent["present_value"], spent["amount"] / 1.03)
