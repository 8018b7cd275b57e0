"""Towns solved by hand: what is best for society, for one actor, and for society with a little to spare for money."""

from __future__ import annotations

from typing import Any

import pytest
from hand import assert_close, decided, plan_of
from paying import CITY, COMPANY, STATE, assert_kept, assert_near, grant, lend, paying_town, road_in
from test_towns_idle import solve


def heated_town(tariff: float = 5, **company: Any) -> dict[str, Any]:
    """10 GWh of heat for the city, from its own boiler (3 MSEK/GWh) or from the company's plant (1 MSEK/GWh).

    The company sells at the tariff.
    """
    return {
        "commodities": [
            {"commodity": "heat", "demand": 10, "trader": "city"},
            {"commodity": "network", "tariff": tariff},
        ],
        "technologies": [
            {"technology": "boiler", "actor": "city", "capacitated": "no", "variable_cost": 3, "flow": {"heat": 1}},
            {"technology": "pipe", "actor": "city", "capacitated": "no", "flow": {"heat": 1, "network": -1}},
            {
                "technology": "plant",
                "actor": "company",
                "capacitated": "no",
                "variable_cost": 1,
                "flow": {"network": 1},
                **company,
            },
        ],
        "actors": [CITY, COMPANY],
    }


@pytest.mark.parametrize("tariff", [0, 2, 5])
def test_a_tariff_moves_money_and_leaves_the_cost_of_society(tariff: float) -> None:
    """The plant's 10 whatever the tariff."""
    plan = plan_of(heated_town(tariff))
    assert_close(plan.attrs["objective"], 10)
    assert_close(decided(plan, "activity", "plant"), 10)


@pytest.mark.parametrize(("tariff", "cash", "social"), [(2, 20, 10), (5, 30, 30)])
def test_the_city_takes_what_is_cheapest_for_itself(tariff: float, cash: float, social: float) -> None:
    """At 2 the network's heat costs the city 20; at 5 it would cost 50, and the boiler costs 30."""
    plan = plan_of(heated_town(tariff), perspective="city")
    assert_kept(plan.attrs["objective"], cash)
    assert_kept(plan.attrs["social_cost"], social)
    assert plan.attrs["perspective"] == "city"


def test_the_company_sells_all_it_can() -> None:
    """10 GWh at 5 less 1: the company's cost is -40, the city's is what it is."""
    plan = plan_of(heated_town(5), perspective="company")
    assert_kept(plan.attrs["objective"], -40)
    assert_kept(plan.attrs["social_cost"], 10)


def test_shared_ownership_shares_the_cash() -> None:
    """The city owns 30 percent of a plant that earns 4 per GWh: 50 less 12 is still dearer than the boiler's 30.

    At a tariff of 3 the network costs 30 less 0.3 x 20 = 24.
    """
    plant = {"owned": {"city": 0.3, "company": 0.7}}
    assert_kept(plan_of(heated_town(5, **plant), perspective="city").attrs["objective"], 30)
    assert_kept(plan_of(heated_town(3, **plant), perspective="city").attrs["objective"], 24)


def taxed_town(tax: float) -> dict[str, Any]:
    """10 GWh of heat from gas (1 MSEK/GWh and a tax) or from a pump (1.2 MSEK/GWh)."""
    return {
        "commodities": [
            {"commodity": "gas", "purchase_price": 1, "energy_tax": tax, "trader": "company"},
            {"commodity": "heat", "demand": 10, "trader": "city"},
        ],
        "technologies": [
            {"technology": "burner", "actor": "city", "capacitated": "no", "flow": {"heat": 1, "gas": -1}},
            {"technology": "pump", "actor": "city", "capacitated": "no", "variable_cost": 1.2, "flow": {"heat": 1}},
        ],
        "actors": [CITY, COMPANY, STATE],
    }


@pytest.mark.parametrize(("tax", "cash", "social"), [(0.1, 11, 10), (0.5, 12, 12)])
def test_a_tax_counts_for_who_pays_it_and_not_for_society(tax: float, cash: float, social: float) -> None:
    """Gas costs the city 1.1 or 1.5; the pump 1.2. Society burns gas for 10 either way."""
    assert_close(plan_of(taxed_town(tax)).attrs["objective"], 10)
    plan = plan_of(taxed_town(tax), perspective="city")
    assert_kept(plan.attrs["objective"], cash)
    assert_kept(plan.attrs["social_cost"], social)


def test_the_state_gains_the_tax() -> None:
    """10 GWh of gas taxed by 0.5 bring 5."""
    assert_kept(plan_of(taxed_town(0.5), perspective="state").attrs["objective"], -5)


def test_an_actor_counts_its_loans() -> None:
    """100 lent at 10 percent for a year: 110 in cash, 100 for society."""
    town = paying_town({"road": road_in(2025)}, [{**CITY, "own_funds": 0}], [lend()])
    plan = plan_of(town, perspective="city")
    assert_kept(plan.attrs["objective"], 110)
    assert_kept(plan.attrs["social_cost"], 100)
    assert_kept(plan.attrs["finance_cost"], 10)


def test_an_actor_pays_its_own_part_alone() -> None:
    """Of two ways to one unit the city owns all of the cheap one (100) and a third of the dear one (150)."""
    works = {
        "alone": {"capex": 100, "need": 0, "latest_start": 2025},
        "joint": {"capex": 150, "need": 0, "latest_start": 2025, "owned": {"city": 1 / 3, "company": 2 / 3}},
    }
    town = paying_town(works, [CITY, COMPANY])
    town["accounts"].append({"account": "either", "share": {"alone": 1, "joint": 1}})
    rule = {"account": "either", "sense": "at_least", "basis": "cumulative", "mode": "hard"}
    town["targets"] = [{"target": "one", "year": 2025, "until": 2030, "value": 1, **rule}]
    society, city = plan_of(town), plan_of(town, perspective="city")
    assert_close(decided(society, "build", "alone")[0], 1)
    assert_near(decided(city, "build", "joint")[0], 1)
    assert_kept(city.attrs["objective"], 50)


def indifferent_town() -> dict[str, Any]:
    """A company has to build one of two works in whole units, for 100 or for 400; the city owns and pays nothing."""
    unit = {"actor": "company", "need": 0, "latest_start": 2025, "unit_size": 1, "most_build": 2}
    works = {"cheap": {"capex": 100, **unit}, "dear": {"capex": 400, **unit}}
    town = paying_town(works, [CITY, COMPANY])
    town["accounts"].append({"account": "either", "share": {"cheap": 1, "dear": 1}})
    rule = {"account": "either", "sense": "at_least", "basis": "cumulative", "mode": "hard"}
    town["targets"] = [{"target": "one", "year": 2025, "until": 2030, "value": 1, **rule}]
    return town


def test_an_actor_does_not_spend_the_money_of_others_for_nothing() -> None:
    """Both works cost the city nothing, and so would two of each: one cheap one is built, 100.

    Society used not to be asked: any of these plans could come out, up to 1,000.
    """
    plan = plan_of(indifferent_town(), perspective="city")
    assert_kept(plan.attrs["objective"], 0)
    assert_kept(plan.attrs["social_cost"], 100)
    assert_close(decided(plan, "build", "cheap").sum(), 1)
    assert_close(decided(plan, "build", "dear").sum(), 0)


def test_an_actor_comes_first_all_the_same() -> None:
    """At a tariff of 5 the city keeps its boiler for 30 although society would have heat for 10."""
    plan = plan_of(heated_town(5), perspective="city")
    assert_kept(plan.attrs["objective"], 30)
    assert_kept(plan.attrs["social_cost"], 30)


def chosen_town(dear: float, share: float = 0.5) -> dict[str, Any]:
    """One unit in 2025, of a kind that costs 100 or of one that costs more and is granted a share."""
    works = {"plain": road_in(2025, 100, need=0), "granted": road_in(2025, dear, need=0)}
    town = paying_town(works, instruments=[grant("aid", {"granted": share})], last_year=2025)
    town["accounts"].append({"account": "either", "share": {"plain": 1, "granted": 1}})
    rule = {"account": "either", "sense": "at_least", "mode": "hard"}
    town["targets"] = [{"target": "one", "year": 2025, "value": 1, **rule}]
    return town


@pytest.mark.parametrize(
    ("dear", "perspective", "built", "finance"),
    [
        (100.05, "society", 0, 0),
        (100.05, "lexicographic", 1, -0.5 * 100.05),
        (100.2, "lexicographic", 0.5, -0.25 * 100.2),
    ],
)
def test_a_little_of_the_cost_buys_cheaper_money(dear: float, perspective: str, built: float, finance: float) -> None:
    """A thousandth of 100 is 0.1: it pays for all of what costs 0.05 more and half of what costs 0.2 more."""
    plan = plan_of(chosen_town(dear), perspective=perspective, tolerance=1e-3)
    assert decided(plan, "build", "granted")[0] == pytest.approx(built, abs=1e-4)
    assert plan.attrs["finance_cost"] == pytest.approx(finance, abs=1e-3)
    assert_kept(plan.attrs["social_cost"], 100 + built * (dear - 100))


@pytest.mark.parametrize("fuel", [0.0, 5000.0])
def test_what_is_burnt_whatever_is_decided_buys_nothing(fuel: float) -> None:
    """A thousandth of the 100 that are decided, beside 5 000 that are not: half of it, as above; all, by |cost|."""
    town = chosen_town(100.2)
    town["technologies"] = [{**row, "life": 50} for row in town["technologies"]]
    buses = {"technology": "buses", "actor": "city", "existing": 1, "fixed_cost": fuel, "factor_build": {"either": 0}}
    town["technologies"].append(buses)
    plan = solve(town, perspective="lexicographic", tolerance=1e-3).plan
    assert decided(plan, "build", "granted")[0] == pytest.approx(0.5, abs=1e-4)


def test_of_equal_plans_the_smoothest_is_taken() -> None:
    """100 MW at 1 MSEK/MW in any of two years: 50 and 50 rise by 50 in all, anything else by more."""
    town = paying_town({"pipe": {"capex": 1, "need": 100}}, last_year=2026)
    plan = plan_of(town, perspective="lexicographic", tolerance=0.0)
    assert_near(decided(plan, "own", "city"), [50, 50])
    assert_near(decided(plan, "rise", "city").sum(), 50)


def test_society_takes_the_cheapest_money_and_keeps_what_is_built() -> None:
    """Own money costs nothing and is taken first, 40; then 30 at 1 percent and 30 at 2: 0.3 + 0.6."""
    loans = [lend("plain", 0.02), lend("green", 0.01, most_draw=30)]
    plan = plan_of(paying_town({"road": road_in(2025)}, [{**CITY, "own_funds": 40}], loans))
    assert_near(decided(plan, "own", "city")[0], 40)
    assert_near(decided(plan, "draw", "green", "city")[0], 30)
    assert_near(decided(plan, "draw", "plain", "city")[0], 30)
    assert_kept(plan.attrs["finance_cost"], 0.9)
