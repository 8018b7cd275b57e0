"""Towns solved by hand: savings of operation that fund later measures and stand against debt.

The city buys heat for 10 MSEK/GWh. A pump of 1 MW, for 20, makes 1 GWh a year for nothing: it saves 10 a year.
"""

from __future__ import annotations

from typing import Any

import pytest
from hand import assert_close, decided
from paying import CITY, assert_near, lend
from town import build_town

from model.queries.no_plan import NoPlan
from model.solver.solution import SolverOptions
from model.verifier.verify import verify
from runners.accounts.debt import measure_net_debt
from runners.accounts.funding import tabulate_funding
from runners.accounts.key_figures import tabulate_key_figures
from runners.family import Family
from runners.outcome import Outcome
from runners.sweep_store.cash import reckon_cash, spend_outlays
from runners.sweep_store.memory import Memory
from scenarios.choices import Choices
from scenarios.errors import CaseError

PUMP: dict[str, Any] = {
    "technology": "pump",
    "actor": "city",
    "measure": True,
    "buildable": True,
    "most_build": 1,
    "capex": 20,
    "life": 30,
    "latest_start": 2025,
    "flow": {"heat": 1},
}
ROAD: dict[str, Any] = {"technology": "road", "actor": "city", "buildable": True, "life": 30, "measure": True}


def saving_town(road: float, *instruments: Any, year: int = 2027, cost: float = 0, **city: Any) -> dict[str, Any]:
    """Own money of 20 a year; the pump is built in 2025, and a road has to be begun in one later year."""
    one = {"capex": road, "most_build": 1, "least_build": {2024: 0, year - 1: 0, year: 1, year + 1: 0}}
    return {
        "case": {"last_year": 2029},
        "actors": [{**CITY, "own_funds": 20, **city}],
        "commodities": [{"commodity": "heat", "demand": 1, "purchase_price": 10, "trader": "city"}],
        "technologies": [{**PUMP, "variable_cost": cost, "least_build": {2025: 1, 2026: 0}}, {**ROAD, **one}],
        "instruments": list(instruments),
        "inflation": [{"value": 0}],
    }


def solve(town: dict[str, Any], *, relax: bool = False, **choices: Any) -> Outcome:
    options = SolverOptions(relax=relax)
    outcome = Family(build_town(**town), Choices(salvage="none", **choices), options).solve()
    assert outcome.verdict is not None
    assert outcome.verdict.accepted
    return outcome


@pytest.mark.parametrize(("share", "most"), [(0, 20), (0.5, 30), (1, 40)])
def test_savings_are_own_money_of_later_years(share: float, most: float) -> None:
    """10 are saved in 2025 and 2026 each; a share of them comes on top of the 20 of 2027. Before, 20 was all."""
    plan = solve(saving_town(most, saving_share=share)).plan
    assert_near(decided(plan, "own", "city")[:3], [20, 0, most])
    with pytest.raises(NoPlan):
        solve(saving_town(most + 0.1, saving_share=share))


def test_the_saving_of_a_year_is_there_the_year_after() -> None:
    """In 2026 the 10 of 2025 are there, those of 2026 are not: 30."""
    assert_near(decided(solve(saving_town(30, year=2026, saving_share=1)).plan, "used", "city")[:2], [0, 10])
    with pytest.raises(NoPlan):
        solve(saving_town(30.1, year=2026, saving_share=1))


def test_a_krona_saved_buys_less_where_prices_rise() -> None:
    """10 of 2025 are 10 / 1.25 in the prices of 2026: 28 with the 20 of that year."""
    town = saving_town(28, year=2026, saving_share=1) | {"inflation": [{"value": 0.25}]}
    assert_near(decided(solve(town).plan, "used", "city")[1], 8)
    with pytest.raises(NoPlan):
        solve(saving_town(28.1, year=2026, saving_share=1) | {"inflation": [{"value": 0.25}]})


def test_a_year_that_costs_more_keeps_nothing_and_takes_nothing() -> None:
    """A forced pump whose GWh costs 15 has to run: 5 lost a year. Own money is 20 with the rule and without it."""
    for share in (0, 1):
        town = saving_town(20, cost=15, saving_share=share)
        town["technologies"][0]["least_activity"] = 1
        plan = solve(town).plan
        assert_near(decided(plan, "own", "city")[2], 20)
    assert_close(plan["saved"].values, 0)


def test_savings_stand_against_the_debt() -> None:
    """No own money but savings and a loan for 5 years: 20 lent in 2025 under a ceiling of 20; 15 more in 2027.

    5 of the 10 a year are kept: 15 by the end of 2027. The road of 15 takes the 10 of the years before or is lent: what
    is owed less what is kept is 20 either way. A road of 15.1 is too much, and without the rule any is.
    """
    loan = lend(rate=0.01, tenor=10)
    city = {"own_funds": 0, "debt_ceiling_amount": 20}
    outcome = solve(saving_town(15, loan, saving_share=0.5, **city))
    scenario, plan = outcome.scenario, outcome.plan
    assert_near(measure_net_debt(scenario, plan).real[0, :3], [15, 10, 20])
    memory = Memory()
    assert_near(reckon_cash(memory, scenario, plan, spend_outlays(memory, scenario, plan))[1][0, :3], [15, 10, 20])
    for road, share in ((15.1, 0.5), (0.1, 0)):
        with pytest.raises(NoPlan):
            solve(saving_town(road, loan, saving_share=share, **city))


def test_the_accounts_tell_what_is_saved_and_used() -> None:
    """Half of 10 a year; 10 of them pay for 30 in 2027, which is no gap of own money."""
    outcome = solve(saving_town(30, saving_share=0.5))
    figures = tabulate_key_figures(outcome.scenario, outcome.plan, outcome.reference).set_index(["item", "year"])[
        "amount"
    ]
    assert_near(figures["saved"][:3], [5, 5, 5])
    assert_near(figures["savings_used"][:3], [0, 0, 10])
    assert_near(figures["savings"][:3], [5, 10, 5])
    assert set(tabulate_funding(outcome.scenario, outcome.plan)["item"]) == {"outlay", "own"}


def test_relaxed_savings_are_found_too() -> None:
    assert_close(solve(saving_town(30, saving_share=0.5), relax=True).plan.attrs["objective"], 50)


@pytest.mark.parametrize(
    ("name", "year", "amount", "rule"),
    [
        ("saved", 2025, 6, "saved_most"),
        ("saved", 2025, 4, "saved_least"),
        ("saves", 2025, 0, "saved_gain"),
        ("savings", 2026, 11, "savings_sum"),
        ("used", 2027, 11, "used_most"),
        ("used", 2027, 9, "own_most"),
    ],
)
def test_the_verifier_names_what_is_saved_wrongly(name: str, year: int, amount: float, rule: str) -> None:
    outcome = solve(saving_town(30, saving_share=0.5))
    spoilt = outcome.plan.copy(deep=True)
    spoilt[name].loc[{"actor": "city", "year": year}] = amount
    assert rule in {violation.rule for violation in verify(outcome.scenario, spoilt).violations}


def test_operation_without_limits_is_told() -> None:
    town = saving_town(30, saving_share=0.5)
    town["technologies"][0] |= {"most_build": float("inf")}
    with pytest.raises(CaseError) as caught:
        solve(town)
    (problem,) = caught.value.problems
    assert problem.tell("sv") == (
        "finances.csv, kolumn 'saving_share': 'city' sparar av det som driften ger (saving_share), men ingen "
        "gräns säger "
        "hur mycket driften kan ge eller kosta, och utan den går det inte att räkna. Skriv most_build eller "
        "most_capacity för det 'city' äger (parameters.csv), och most_purchase och most_sale för det 'city' "
        "handlar med "
        "till annat pris än användarnas."
    )
    assert problem.tell("en") == (
        "finances.csv, column 'saving_share': 'city' keeps some of what operation brings (saving_share), but no limit "
        "says how much operation can bring or cost, and without that it cannot be reckoned. Write most_build or "
        "most_capacity of what 'city' owns (parameters.csv), and most_purchase and most_sale of what 'city' trades at "
        "another price than users pay."
    )
