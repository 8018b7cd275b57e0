"""Towns solved by hand: projects that cost a fixed sum for each start, beside a price for each unit.

Heat is bought for 4 MSEK/GWh or made by a boiler whose 1 MW makes 1 GWh a year.
"""

from __future__ import annotations

from typing import Any

import pytest
import xarray as xr
from hand import assert_close, decided, plan_of
from paying import CITY, COMPANY, assert_kept, assert_near, grant, lend, paying_town, road_in
from town import build_town, scenario_of

from model.queries.no_plan import NoPlan
from model.solver.solution import SolverOptions
from model.verifier.verify import verify
from runners.accounts.capital_costs import tabulate_capital_costs
from runners.accounts.funding import tabulate_funding
from runners.accounts.outlays import keep_worth
from runners.solve import find_plan
from runners.sweep_store.cash import FIGURES, reckon_cash, reckon_figures, spend_outlays
from runners.sweep_store.memory import Memory
from scenarios.checks.check import check_tables
from scenarios.choices import Choices


def boiler_town(demand: Any, boiler: dict[str, Any], last_year: int = 2025) -> dict[str, Any]:
    own = {"technology": "boiler", "buildable": True, "flow": {"heat": 1}, "most_build": 5, **boiler}
    return {
        "case": {"last_year": last_year},
        "commodities": [{"commodity": "heat", "demand": demand, "purchase_price": 4}],
        "technologies": [own],
    }


@pytest.mark.parametrize(("project", "cost", "built"), [(2.5, 11.5, 3), (3.5, 12, 0)])
def test_a_start_costs_its_sum_beside_the_price_of_its_units(project: float, cost: float, built: float) -> None:
    """3 MW at 3 each and 2.5 for the start are 11.5; with 3.5 they are 12.5, and 3 GWh are bought for 12.

    Before, the sum had to be spread over the units by hand, and was the same whether one unit began or five.
    """
    plan = plan_of(boiler_town(3, {"capex": 3, "project_cost": project}))
    assert_close(plan.attrs["objective"], cost)
    assert_close(decided(plan, "build", "boiler"), [built])


@pytest.mark.parametrize(("project", "cost", "built"), [(0.5, 3.5, [1, 1]), (2, 5, [2, 0])])
def test_one_large_start_is_cheaper_than_two_small_ones(project: float, cost: float, built: list[float]) -> None:
    """1 GWh in 2025, 2 in 2026; a MW costs 1.5 in 2025, 1 in 2026. Two starts 2.5 + 2 p, one 3 + p: even at 0.5."""
    town = boiler_town({2025: 1, 2026: 2}, {"capex": {2025: 1.5, 2026: 1}, "project_cost": project - 1e-3}, 2026)
    plan = plan_of(town)
    assert_close(plan.attrs["objective"], min(2.5 + 2 * (project - 1e-3), 3 + project - 1e-3))
    assert_close(decided(plan, "build", "boiler"), built)


def test_a_sum_may_follow_the_years() -> None:
    """A start costs 3 in 2025 and nothing in 2026: a MW is built in 2026; heat costs 2."""
    town = boiler_town({2025: 0.5, 2026: 1}, {"capex": 1, "project_cost": {2025: 3, 2026: 0}}, 2026)
    plan = plan_of(town)
    assert_close(plan.attrs["objective"], 2 + 1)
    assert_close(decided(plan, "begin", "boiler"), [0, 1])


def test_units_share_the_sum_of_their_start() -> None:
    """Units of 2 MW at 1 a MW, 3 for the start of however many: 4 MW for 4 GWh are 4 + 3, not 4 + 2 * 3."""
    plan = plan_of(boiler_town(4, {"capex": 1, "unit_size": 2, "project_cost": 3}))
    assert_close(plan.attrs["objective"], 7)
    assert_close([decided(plan, "units", "boiler")[0], decided(plan, "begin", "boiler")[0]], [2, 1])


def test_relaxed_a_start_counts_in_parts_of_the_largest() -> None:
    """At most 5 MW can begin, so 3 MW are 3/5 of a start: 9 + 3/5 * 3.5 = 11.1. In whole units 12 are paid."""
    scenario = scenario_of(boiler_town(3, {"capex": 3, "project_cost": 3.5}), salvage="none")
    plan = find_plan(scenario, SolverOptions(relax=True))
    assert_close(plan.attrs["objective"], 9 + 0.6 * 3.5)
    assert_close(decided(plan, "begin", "boiler"), [0.6])


def test_half_of_the_sum_is_left_after_half_the_life() -> None:
    """3 MW at 2 and 4 for the start, for 20 years, straight line: after 10 years half of 10 is left."""
    town = boiler_town(3, {"capex": 2, "project_cost": 4, "life": 20}, 2034)
    assert_close(plan_of(town, salvage="straight_line").attrs["objective"], 5)


ROAD: dict[str, Any] = {"capex": 70, "project_cost": 30, "construction_years": 2, "life": 10, "most_build": 1}


def road_town(actor: dict[str, Any] | None = None, *instruments: Any, **road: Any) -> dict[str, Any]:
    return paying_town({"road": {**road_in(2025), **ROAD, **road}}, [actor or CITY], instruments)


def test_the_sum_is_paid_as_the_price_of_units_is() -> None:
    """70 and 30 over two years: 50 in each, of own money; a frame of 50 holds it and one of 49 does not."""
    plan = plan_of(road_town({**CITY, "frame": 50}))
    assert_near(decided(plan, "own", "city")[:3], [50, 50, 0])
    with pytest.raises(NoPlan):
        plan_of(road_town({**CITY, "frame": 49}))


def test_loans_and_grants_pay_for_the_sum_too() -> None:
    """Half of 100 is granted, 25 in each year; the rest is lent at 10 percent for a year: finance -50 + 5."""
    plan = plan_of(road_town({**CITY, "own_funds": 0}, lend(), grant("aid", {"road": 0.5})))
    assert_near(decided(plan, "claimed", "aid", "road")[0], 100)
    assert_near(decided(plan, "draw", "loan", "city")[:2], [25, 25])
    assert_kept(plan.attrs["finance_cost"], -45)


def test_a_grant_counts_the_part_of_eligible_owners_in_the_sum() -> None:
    """The city owns 60 of 100 and may have half of that granted; its part of the sum is in it: 30."""
    road = {"road": {**road_in(2025), **ROAD, "owned": {"city": 0.6, "company": 0.4}}}
    plan = plan_of(paying_town(road, [CITY, COMPANY], [grant("aid", {"road": 0.5})]))
    assert_kept(plan.attrs["finance_cost"], -30)
    assert_near(decided(plan, "own", "company")[:2], [20, 20])


def test_a_grant_pays_for_what_costs_its_sum_alone() -> None:
    """No price by the unit at all: 30 for the start, of which 15 are granted."""
    plan = plan_of(road_town(None, grant("aid", {"road": 0.5}), capex=0))
    assert_close(plan.attrs["objective"], 30)
    assert_kept(plan.attrs["finance_cost"], -15)


@pytest.mark.parametrize(("result", "fits"), [(10.01, True), (9.99, False)])
def test_the_sum_wears_out_over_the_life(result: float, fits: bool) -> None:
    """100 over ten years is 10 a year, which the result has to bear; without the sum it would be 7."""
    town = road_town({**CITY, "least_result": 0, "taxes_and_grants": 400, "planned_result": result})
    town["technologies"][0]["lead_time"] = 0
    if fits:
        assert_near(decided(plan_of(town), "own", "city")[:2], [50, 50])
    else:
        with pytest.raises(NoPlan):
            plan_of(town)


def test_a_decided_project_has_its_sum_on_top_of_the_frame() -> None:
    """1 MW is decided, 100 with its sum, beside a frame of 0; a forced one needs a frame of 50 a year."""
    settled = {"status": "decided", "status_year": 2025, "project_size": 1, "measure": True}
    plan = plan_of(road_town({**CITY, "frame": 0}, **settled))
    assert_near(decided(plan, "own", "city")[:2], [50, 50])
    assert_close(decided(plan, "begin", "road")[:2], [1, 0])
    with pytest.raises(NoPlan):
        plan_of(road_town({**CITY, "frame": 49}, **settled | {"status": "forced"}))


def test_a_settled_project_is_a_whole_start_where_starts_count_in_parts() -> None:
    """Relaxed, 1 of at most 5 MW would be a fifth of a start; what is decided is begun all the same: 70 + 30."""
    settled = {"status": "decided", "status_year": 2025, "project_size": 1, "measure": True, "most_build": 5}
    town = road_town({**CITY, "frame": 0}, grant("aid", {"road": 0.5}), **settled)
    plan = find_plan(scenario_of(town, salvage="none"), SolverOptions(relax=True))
    assert_close(plan.attrs["objective"], 100)


def road_plan() -> tuple[xr.Dataset, xr.Dataset]:
    town = road_town({**CITY, "own_funds": 0}, lend(), grant("aid", {"road": 0.5}))
    return scenario_of(town), plan_of(town, salvage="sinking_fund")


def test_the_accounts_and_the_fast_path_of_sweeps_hold_the_sum() -> None:
    """100 of outlay and 10 a year of depreciation, less grants of 50 and 5; by accounts and sweeps alike.

    In 2027 the last 25 are repaid, with 2.5 of interest.
    """
    scenario, plan = road_plan()
    funding = tabulate_funding(scenario, plan)
    assert_near(funding.loc[funding["item"] == "outlay", "amount"], [50, 50])
    books = tabulate_capital_costs(scenario, plan).set_index(["item", "year"])["amount"]
    assert_close([books["depreciation", 2026], books["grants_released", 2026]], [10, 5])
    assert_close(keep_worth(scenario, plan), [40])
    memory = Memory()
    spent = spend_outlays(memory, scenario, plan)
    assert_close(spent[0, :2], [50, 50])
    cash, debt = reckon_cash(memory, scenario, plan, spent)
    figures = dict(zip(FIGURES, reckon_figures(memory, scenario, plan, cash, debt), strict=True))
    assert_near(figures["need"][0, :2], [25, 25])
    assert_near(figures["result"][0, 2:], [-7.5, -5, -5, -5])


@pytest.mark.parametrize(
    ("change", "rule"),
    [(("begin", 0.0), "begin_most"), (("own", 40.0), "funding")],
)
def test_the_verifier_knows_the_sum(change: tuple[str, float], rule: str) -> None:
    scenario = scenario_of(road_town())
    plan = plan_of(road_town(), salvage="sinking_fund")
    assert verify(scenario, plan).accepted
    name, amount = change
    spoilt = plan.copy(deep=True)
    spoilt[name][0, 0] = amount
    assert rule in {violation.rule for violation in verify(scenario, spoilt).violations}


def test_a_settled_project_that_is_no_start_is_found() -> None:
    settled = {"status": "forced", "status_year": 2025, "project_size": 1, "measure": True}
    scenario, plan = scenario_of(road_town(**settled)), plan_of(road_town(**settled), salvage="sinking_fund")
    spoilt = plan.copy(deep=True)
    spoilt["begin"][0, 0] = 0.0
    assert "begin_project" in {violation.rule for violation in verify(scenario, spoilt).violations}


MISTAKES: dict[str, tuple[dict[str, Any], str, str]] = {
    "retirable": (
        {"retirable": "yes", "life": 30},
        "parameters.csv rad 3, kolumn 'value': 'boiler' har project_cost, en fast summa för varje start, och "
        "får läggas ner i förtid (retirable yes), men hur mycket av summan som då går förlorad går inte att "
        "säga. Skriv retirable no i technologies.csv, eller lägg summan i capex.",
        "parameters.csv row 3, column 'value': 'boiler' has project_cost, a fixed sum for each start, and may "
        "be retired early (retirable yes), but how much of the sum is lost by that cannot be said. Write "
        "retirable no in technologies.csv, or put the sum into capex.",
    ),
    "unbounded": (
        {"life": 30, "most_build": float("inf")},
        "technologies.csv rad 2: 'boiler' byggs i hela steg (project_cost) men saknar övre gräns. Skriv "
        "most_build eller most_capacity för alla år i parameters.csv.",
        "technologies.csv row 2: 'boiler' is built in whole steps (project_cost) but has no upper limit. Write "
        "most_build or most_capacity for all years in parameters.csv.",
    ),
}


@pytest.mark.parametrize(("boiler", "sv", "en"), MISTAKES.values(), ids=MISTAKES)
def test_a_sum_that_cannot_be_reckoned_with_is_told(boiler: dict[str, Any], sv: str, en: str) -> None:
    problems = check_tables(build_town(**boiler_town(1, {"project_cost": 3, **boiler})), Choices())
    assert [problem.tell("sv") for problem in problems] == [sv]
    assert [problem.tell("en") for problem in problems] == [en]
