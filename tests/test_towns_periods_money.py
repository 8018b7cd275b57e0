"""Towns solved by hand: books, savings, carried frames, fixed sums and own rates where a plan year is a period."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hand import assert_close, cost_of
from paying import CITY, COMPANY, assert_near, grant, lend, paying_town, road_in
from supporting import capturing_town, support
from town import build_town, scenario_of

from model.queries.no_plan import NoPlan
from runners.accounts.capital_costs import reckon_capital
from runners.accounts.carrying import list_savings
from runners.accounts.cash_flow import value_actors
from runners.accounts.debt import measure_net_debt, tabulate_debt
from runners.accounts.funding import tabulate_funding
from runners.accounts.key_figures import measure_result, measure_result_before
from runners.family import Family
from runners.outcome import Outcome
from runners.solve import find_plan
from runners.sweep_store.cash import FIGURES, reckon_cash, reckon_figures, spend_outlays
from runners.sweep_store.memory import Memory
from scenarios.arithmetic.claims import list_claimants
from scenarios.arithmetic.support import serve_supported
from scenarios.arithmetic.worth import value_cash
from scenarios.arrays import read_arrays
from scenarios.assemble import assemble
from scenarios.choices import Choices

PERIODS = (2025, 2030)
LIMITED = ("least_build", "most_build")
EARNING = {**CITY, "planned_result": 100, "taxes_and_grants": 1000}
ROAD: dict[str, Any] = {
    "measure": True,
    "life": 30,
    "least_build": {2025: 0.2, 2030: 0},
    "most_build": {2025: 0.2, 2030: 0},
}
"""1 MW that has to begin in the first period, a fifth of it a year."""


def solve(rows: dict[str, Any], **choices: Any) -> Outcome:
    """A plan in two periods of five years that the verifier accepts, with its do-nothing path."""
    chosen: dict[str, Any] = {"years": PERIODS, "last_length": 5, "salvage": "none", **choices}
    outcome = Family(build_town(**rows), Choices(**chosen)).solve()
    assert outcome.verdict is not None
    assert outcome.verdict.accepted, outcome.verdict.violations
    return outcome


def fits(rows: dict[str, Any], **choices: Any) -> bool:
    try:
        solve(rows, **choices)
    except NoPlan:
        return False
    return True


@pytest.mark.slow
def test_what_begins_over_a_period_is_written_off_as_it_begins() -> None:
    """100 for ten years: 1, 3, 5, 7 and 9, on the mean 5, then 10 a year: results of 95 and 90, and no less than 90.

    On the first day it is 10 a year from the start, as it used to be however long the period was.
    """
    town = paying_town(
        {"road": {"capex": 100, **ROAD, "life": 10}}, [{**EARNING, "least_result": 0.09}], last_year=2034
    )
    found = solve(town)
    assert_close(reckon_capital(found.scenario, found.plan)["depreciation"].real[0], [25, 50])
    assert_close(measure_result(found.scenario, found.plan, found.reference).real[0], [95, 90])
    early = solve(town, service="start", investment="start")
    assert_close(reckon_capital(early.scenario, early.plan)["depreciation"].real[0], [50, 50])
    town["finances"] = [{"actor": "city", "quantity": "least_result", "value": 0.0901}]
    del town["actors"][0]["least_result"]
    assert not fits(town)


def test_what_a_short_life_leaves_is_written_off_as_it_ends() -> None:
    """Written off over 10 years but gone after 5: of 100, 5 a year on the mean, and the other half as starts end.

    25 by 2029; then 75: half of 50 goes on to be written off while it stands, and 50 when it ends.
    """
    road = {"capex": 100, **ROAD, "life": 5, "depreciation_time": 10}
    found = solve(paying_town({"road": road}, [EARNING], last_year=2034))
    assert_close(reckon_capital(found.scenario, found.plan)["depreciation"].real[0], [25, 75])


@pytest.mark.parametrize("years", [PERIODS, tuple(range(2025, 2035))])
def test_interest_on_what_stands_is_told_in_kronor_of_its_own_years(years: tuple[int, ...]) -> None:
    """108.24 kronor are owed all of 2025-2029, 100 of real money when 2029 ends: 5 % of them is 5.4122 a year.

    27.0608 kronor in five years, as in steps of a year, and 26.0201 at constant prices; the mean of these at the mean
    price level was told as the kronor, 27.0820. The point above the budget's 4 % is lost: 1.0824 kronor a year.
    """
    owed = {"standing_debt": 100 if len(years) == 2 else {2025: 100 * 1.02**4, 2029: 100}}
    actor = {**EARNING, **owed, "standing_rate": 0.04, "market_rate": 0.04, "refixed_share": 1, "loss_borrowed": 0}
    if len(years) > 2:
        actor["standing_debt"] = {2025 + t: 100 * 1.02 ** (4 - t) for t in range(5)} | {2030: 100, 2034: 100}
    town = paying_town({"road": {"capex": 5, "need": 0}}, [actor], last_year=2034, inflation=[{"value": 0.02}])
    choices = Choices(years=years, last_length=5 if len(years) == 2 else 1, salvage="none")
    scenario = assemble(build_town(**town), choices, {"shift.rate.all": 0.01})
    debts = tabulate_debt(scenario, find_plan(scenario)).query("item == 'standing_interest' and year < 2030")
    kronor, lost = 0.05 * 100 * 1.02**4, 0.01 * 100 * 1.02**4
    assert_close(debts["nominal"].sum(), 5 * kronor)
    assert_close(debts["amount"].sum(), kronor * sum(1.02**-t for t in range(5)))
    result = measure_result_before(scenario)
    first = scenario["year"].values < 2030
    lengths = scenario["length"].values
    assert_close((result.nominal[0] * lengths)[first].sum(), 100 * sum(1.02**t for t in range(5)) - 5 * lost)


def saving_town(ceiling: float) -> dict[str, Any]:
    """Heat bought for 10 a year; a free pump begins evenly over 2025-2029, and a road of 100 is borrowed for.

    Of the first period the pump serves half, so 25 are saved by the end of it, 5 a year.
    """
    pump = {"technology": "pump", "actor": "city", "buildable": True, "flow": {"heat": 1}, **ROAD}
    return {
        "case": {"last_year": 2034},
        "actors": [{**CITY, "own_funds": 0, "saving_share": 1, "debt_ceiling_amount": ceiling}],
        "commodities": [{"commodity": "heat", "demand": 1, "purchase_price": 10, "trader": "city"}],
        "technologies": [pump, {"technology": "road", "actor": "city", "buildable": True, "capex": 100, **ROAD}],
        "instruments": [lend(rate=0, tenor=20)],
        "inflation": [{"value": 0}],
    }


@pytest.mark.parametrize(("investment", "most"), [("start", 95), ("spread", 75)])
def test_savings_stand_against_the_debt_of_every_year_of_a_period(investment: str, most: float) -> None:
    """Borrowed at once 100 less 5 are owed when 2025 ends; a fifth a year 100 less 25 when 2029 does.

    Looked at only then, 75 would do for both.
    """
    assert fits(saving_town(most), investment=investment)
    assert not fits(saving_town(most - 0.1), investment=investment)


def test_savings_of_a_period_are_worth_what_their_kronor_buy_at_its_end() -> None:
    """25 kept at the prices of 2025-2029, 1.0408 on the mean, are 26.02 kronor, and 24.04 of them at the end of 2029.

    Counted as 25 beside a debt at the prices of 2029, the ceiling let a krona more be owed than it says.
    """
    town = {**saving_town(76), "inflation": [{"value": 0.02}]}
    kept = 25 * (1.02**5 - 1) / (5 * 0.02)
    found = solve(town)
    net, figures = measure_net_debt(found.scenario, found.plan), list_savings(found.scenario, found.plan)
    assert_close(figures["savings"].nominal[0, 0], kept)
    assert_close(figures["savings"].real[0, 0], kept / 1.02**4)
    assert_close([net.real[0, 0], net.nominal[0, 0]], [100 - kept / 1.02**4, 100 * 1.02**4 - kept])
    assert not fits({**town, "actors": [{**town["actors"][0], "debt_ceiling_amount": 75.9}]})


def using_town() -> dict[str, Any]:
    """Heat bought for 10 a year, all of it saved by a free pump of 2025; a road of 20 that has to begin in 2030."""
    pump = {"technology": "pump", "actor": "city", "buildable": True, "measure": True, "life": 30, "flow": {"heat": 1}}
    road = {"technology": "road", "actor": "city", "buildable": True, "measure": True, "capex": 20, "life": 30}
    return {
        "case": {"last_year": 2034},
        "actors": [{**CITY, "own_funds": {2025: 100, 2029: 100, 2030: 0}, "saving_share": 0.2}],
        "commodities": [{"commodity": "heat", "demand": 1, "purchase_price": 10, "trader": "city"}],
        "technologies": [
            {**pump, "least_build": {2025: 1, 2026: 0}, "most_build": {2025: 1, 2026: 0}},
            {**road, "least_build": {2025: 0, 2029: 0, 2030: 1, 2031: 0}, "most_build": {2029: 0, 2030: 1, 2031: 0}},
        ],
        "inflation": [{"value": 0.02}],
    }


@pytest.mark.parametrize(("span", "price"), [("years", 1), ("periods", 1), ("periods", 1.2)])
def test_savings_are_money_of_the_years_that_save_it_whenever_is_invested(span: str, price: float) -> None:
    """2 a year are kept, 2 x 5.20404 kronor of 2025-2029, which is 10.4081; of 2030-2034 11.4914.

    What is invested at once in 2030 costs 1.10408 for each that it takes: 9.4269 of real money are there for it, in
    steps of a year as in periods. At the first year's prices 10 kronor were kept, and 10 real ones used in 2030.
    """
    rows = using_town()
    rows["technologies"][1]["capex"] = 9.4268 if price == 1 else 9.4271
    if span == "periods":
        rows["technologies"] = [
            {**one, **{side: {at: value / 5 if value else 0 for at, value in one[side].items()} for side in LIMITED}}
            for one in rows["technologies"]
        ]
    chosen: dict[str, Any] = {"investment": "start", "service": "start"}
    chosen |= {"years": tuple(range(2025, 2035)), "last_length": 1} if span == "years" else {}
    if price > 1:
        assert not fits(rows, **chosen)
        return
    found = solve(rows, **chosen)
    told = list_savings(found.scenario, found.plan)
    left = 2 * (1.02**5 - 1) / 0.02
    place = 4 if span == "years" else 0
    assert_near(told["savings"].nominal[0, place], left)
    assert_near(told["savings"].real[0, place], left / 1.02**4)
    ended = left - 9.4268 * 1.02**5 + 2 * (1.02**10 - 1.02**5) / 0.02
    assert_near(told["savings"].nominal[0, -1], ended)


@pytest.mark.parametrize(("investment", "worth"), [("spread", 1.22102 / 1.61051), ("start", 1 / 1.61051)])
def test_what_a_period_leaves_of_its_frame_is_money_of_its_years(investment: str, worth: float) -> None:
    """20 a year for five years, of which nothing is spent, buy less in 2030, when prices are 1.61051.

    Where money is spent over the years of a period they were 1.22102 on the mean; of its first year, 1.
    """
    for more, enough in ((0, True), (0.1, False)):
        road = {
            "capex": 20 + 100 * worth + more,
            "life": 30,
            "measure": True,
            "earliest_start": 2030,
            "latest_start": 2030,
        }
        city = {**CITY, "frame": 20, "frame_carried": 1, "frame_carried_years": 5}
        town = paying_town({"road": road}, [city], last_year=2030, inflation=[{"value": 0.1}])
        assert fits(town, investment=investment, last_length=1) == enough


def test_a_fixed_sum_is_paid_over_its_period_too() -> None:
    """30 for the start and 70 for the MW, at 10 percent a fifth of both at the start of each year."""
    town = paying_town({"road": {"capex": 70, "project_cost": 30, **ROAD}}, actors=(), rate=0.1, last_year=2034)
    shared: dict[str, Any] = {"years": PERIODS, "last_length": 5, "salvage": "none"}
    assert_close(cost_of(town, **shared), 100 * sum(1.1**-i for i in range(5)) / 5)
    assert_close(cost_of(town, investment="start", **shared), 100)


@pytest.mark.parametrize("investment", ["spread", "start"])
@pytest.mark.parametrize("perspective", ["society", "city"])
def test_whoever_reckons_it_the_money_of_a_period_is_the_same(perspective: str, investment: str) -> None:
    """Two owners at rates of their own, a grant for starts until 2027, a nominal loan, and a pump retired in 2030.

    The rules, the accounts, what losses are measured against and the sums of a sweep agree on every krona.
    """
    both = {"owned": {"city": 0.6, "company": 0.4}}
    pump = {"capex": 40, "life": 20, "retirable": True, "least_capacity": {2025: 0.5, 2030: 0}, "fixed_cost": 1}
    works: dict[str, Any] = {
        "road": {"capex": 60, "project_cost": 20, "construction_years": 2, **ROAD, **both, "life": 8},
        "pump": {**ROAD, **pump, **both},
    }
    aid = grant("aid", {"road": 0.5, "pump": 0.5}, ("city", "company"), last_start=2027)
    loan = lend(rate=0.04, tenor=7, to=("city", "company"), basis="nominal", repayment="annuity")
    actors = [{**EARNING, "own_rate": 0.08, "least_result": 0.02}, {**COMPANY, "own_rate": 0.03}]
    town = paying_town(works, actors, [aid, loan], 2034, 0.05, inflation=[{"value": 0.03}])
    found = solve(town, perspective=perspective, investment=investment, salvage="sinking_fund")
    scenario, plan = found.scenario, found.plan
    assert plan["claimed"].values.sum() > 1
    assert_close(value_actors(scenario, plan), value_cash(scenario, plan))
    memory = Memory()
    spent = spend_outlays(memory, scenario, plan)
    cash, owed = reckon_cash(memory, scenario, plan, spent)
    figures = dict(zip(FIGURES, reckon_figures(memory, scenario, plan, cash, owed), strict=True))
    assert found.reference is not None
    assert_close(figures["result"], measure_result(scenario, plan, found.reference).real)
    assert_near(np.sum(figures["finance_cost"]), plan.attrs["finance_cost"])


def test_a_support_window_that_ends_inside_a_period_pays_for_the_share_of_its_starts() -> None:
    """Starts of 2025 and 2026, two of five years: two fifths of what serves, half in 2025-29 and all in 2030-34."""
    aid = support({"capture": 3}, output="stored", support_years=20, last_start=2026)
    scenario = scenario_of(capturing_town(aid, last_year=2034), years=PERIODS, last_length=5)
    assert_close(serve_supported(read_arrays(scenario))[0, 0], [0.2, 0.4])


def test_support_windows_that_meet_inside_a_period_pay_for_the_starts_of_both() -> None:
    """Starts of 2025-26 and of 2027-28: four of five years. What starts in 2025-29 serves half of them, then always.

    Where both windows have 2026, its starts are supported for the longer of 20 and 3 years: those of two years for 20,
    those of 2027 for 3. Three years from starts over five give 10.5/25 of the first period, 4.5/25 of the second.
    """
    early = support({"capture": 100}, instrument="early", output="stored", support_years=20, last_start=2026)
    later = support(
        {"capture": 100}, instrument="later", output="stored", support_years=20, first_start=2027, last_start=2028
    )
    found = solve(capturing_town(early, later, last_year=2034), perspective="city")
    assert_close(serve_supported(read_arrays(found.scenario))[:, 0], [[0.2, 0.4], [0.2, 0.4], [0.4, 0.8]])
    short = {**later, "first_start": 2026, "last_start": 2027, "support_years": 3}
    found = solve(capturing_town(early, short, last_year=2034), perspective="city")
    expected = [[0.2, 0.4], [0.4 * 0.42, 0.4 * 0.18], [0.2 + 0.2 * 0.42, 0.4 + 0.2 * 0.18]]
    assert_close(serve_supported(read_arrays(found.scenario))[:, 0], expected)
    paid = found.plan["supported"].sum(("instrument", "technology", "slice")).values
    assert_close(paid, 10 * np.array(expected[2]))


def test_grants_of_the_same_owners_and_years_stand_together_in_every_set() -> None:
    """Twelve grants in three windows are seven sets at most, not 4,083: twice as many with each that a case adds."""
    aids = [grant(f"aid{i}", {"pump": 0.08}, ("city",), last_start=2025 + i % 3) for i in range(12)]
    pump = {"pump": {"capex": 40, "life": 20, **ROAD}}
    scenario = scenario_of(paying_town(pump, [EARNING], aids, 2034), years=PERIODS, last_length=5)
    sets = [len(members) for _, members in list_claimants(read_arrays(scenario))]
    assert sorted(sets) == [4, 4, 4, 8, 8, 8, 12]


def test_own_money_pays_in_nominal_money_what_a_loan_spread_over_the_period_does_not_reach() -> None:
    """100 are paid in 2026, the period's second year, and prices rise by 4 %: 104. A loan of 100 is drawn evenly over
    2025 and 2026: 50 + 52 = 102. In real money nothing is missing; 2 are paid out of own money all the same, and the
    sources of the table sum to its uses. That row was left out, since nothing real stood in it."""
    rows = paying_town(
        {"road": road_in(2026, life=9)}, instruments=[lend(rate=-0.01, tenor=3)], inflation=[{"value": 0.04}]
    )
    found = Family(build_town(**rows), Choices(salvage="none", years=(2025, 2027, 2029))).solve()
    plan = found.plan.copy(deep=True)
    assert_near(plan["draw"].values[0, 0], [100, 0, 0])
    plan["own"].values[...], plan["draw"].values[0, 0, 0] = 0.0, 100.0
    table = tabulate_funding(found.scenario, plan).set_index("item")
    assert table.index.tolist() == ["outlay", "own", "loan"]
    assert_near(table["amount"], [100, 0, 100])
    assert_near(table["nominal"], [104, 2, 102])
    assert_close(table["nominal"]["outlay"], table["nominal"][["own", "loan"]].sum())
