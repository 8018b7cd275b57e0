"""Towns solved by hand: who pays the price of an account, along which path, and in which money."""

from __future__ import annotations

from typing import Any

import pytest
from hand import assert_close, decided, plan_of
from paying import CITY, COMPANY, assert_kept, assert_near
from town import build_town, scenario_of

from runners.solve import find_plan
from scenarios.assemble import assemble
from scenarios.choices import Choices


def burning_town(payer: str = "", price: Any = 2, **accounts: Any) -> dict[str, Any]:
    """10 GWh of heat for the city: its burner makes it of gas at 1 MSEK/GWh and 0.5 kt/GWh, or the firm's pump at 1.5.

    The firm trades gas; what leaves the chimney is counted where it burns.
    """
    return {
        "case": {"last_year": 2026},
        "commodities": [
            {"commodity": "gas", "purchase_price": 1, "trader": "company"},
            {"commodity": "heat", "demand": 10, "tariff": 1.2, "trader": "city"},
        ],
        "technologies": [
            {"technology": "burner", "actor": "city", "capacitated": "no", "flow": {"heat": 1, "gas": -1}},
            {"technology": "pump", "actor": "company", "capacitated": "no", "variable_cost": 1.5, "flow": {"heat": 1}},
        ],
        "accounts": [
            {
                "account": "co2",
                "payer": payer,
                "account_price": price,
                "factor_activity": {"burner": 0.5},
                **accounts,
            }
        ],
        "actors": [CITY, COMPANY],
        "inflation": [{"value": 0}],
    }


@pytest.mark.parametrize("payer", ["", "causer", "city", "company"])
def test_a_price_counts_once_for_society_whoever_pays_it(payer: str) -> None:
    """Gas and 0.5 kt at 2 are 2 MSEK/GWh, the pump's 1.5 are less; at a price of 0.4 they are 1.2."""
    dear, cheap = plan_of(burning_town(payer)), plan_of(burning_town(payer, 0.4))
    assert_close(dear.attrs["objective"], 2 * 10 * 1.5)
    assert_close(cheap.attrs["objective"], 2 * 10 * 1.2)


@pytest.mark.parametrize(
    ("payer", "city", "company"),
    [("", 16, 4), ("causer", 16, 0), ("city", 16, 0), ("company", 12, 4)],
)
def test_an_actor_pays_what_it_causes_or_what_it_is_named_for(payer: str, city: float, company: float) -> None:
    """One year of 10 GWh at a price of 0.8, all burned: 5 kt cost 4.

    The city pays 12 for heat to itself and 10 for gas, so 10 for what it burns, and the company breaks even on gas.
    Where nobody pays, each actor whose cost is sought weighs the 4 like society.
    """
    keys = {"years": (2025,)}
    town = burning_town(payer, 0.8)
    town["technologies"][1]["most_activity"] = 0
    assert_kept(plan_of(town, perspective="city", **keys).attrs["objective"], city - 2)
    assert_kept(plan_of(town, perspective="company", **keys).attrs["objective"], company)


def test_a_price_that_others_pay_is_nothing_to_an_actor() -> None:
    """At 2 MSEK/kt the city's burner costs 10 + 10 a year, where the city pays; buying heat of the pump costs 12.

    Where the company is named, the burner costs the city 10 and it burns on.
    """
    assert_near(decided(plan_of(burning_town("city"), perspective="city"), "activity", "pump")[0], [10, 10])
    assert_near(decided(plan_of(burning_town("causer"), perspective="city"), "activity", "pump")[0], [10, 10])
    assert_near(decided(plan_of(burning_town("company"), perspective="city"), "activity", "burner")[0], [10, 10])


def test_a_price_follows_its_path_by_year() -> None:
    """0.4 in 2025 and 2 in 2026: gas for 1.2 and then the pump for 1.5."""
    plan = plan_of(burning_town("causer", {2025: 0.4, 2026: 2}))
    assert_close(decided(plan, "activity", "burner")[0], [10, 0])
    assert_close(plan.attrs["objective"], 12 + 15)


def test_a_nominal_price_is_deflated() -> None:
    """0.8 in each year's money, prices half as high again in 2026: 4 and 4 / 1.5 on 5 kt."""
    town = burning_town("causer", 0)
    del town["accounts"][0]["account_price"]
    row = {"account": "co2", "quantity": "account_price", "value": 0.8, "unit": "nominal MSEK/kt"}
    town |= {"account_values": [row], "inflation": [{"year": 2025, "value": 0}, {"year": 2026, "value": 0.5}]}
    assert_close(plan_of(town).attrs["objective"], 20 + 4 + 4 / 1.5)


def test_a_sweep_moves_the_path_of_one_account() -> None:
    """Half of 0.8 and 2 is 0.4 and 1: 10 + 2 and 10 + 5. A price of 0.2 in 2026 alone: 10 + 4 and 10 + 1."""
    tables = build_town(**burning_town("causer", {2025: 0.8, 2026: 2}))
    halved = assemble(tables, Choices(salvage="none"), {"adjust.account_price.co2": 0.5})
    set_low = assemble(tables, Choices(salvage="none"), {"set.account_price.co2.2026": 0.2})
    assert_close(find_plan(halved).attrs["objective"], 12 + 15)
    assert_close(find_plan(set_low).attrs["objective"], 14 + 11)


def test_an_account_made_of_others_charges_those_who_add_to_its_parts() -> None:
    """0.8 on an account that is half of `co2`: 5 kt there, 2.5 here, 2 MSEK a year to the city."""
    town = burning_town("", 0)
    town["accounts"].append({"account": "half", "payer": "causer", "account_price": 0.8, "share": {"co2": 0.5}})
    town["technologies"][1]["most_activity"] = 0
    assert_kept(plan_of(town, perspective="city", years=(2025,)).attrs["objective"], 10 + 2)
    assert_kept(plan_of(town, perspective="company", years=(2025,)).attrs["objective"], 0)


def test_a_charge_on_what_is_bought_is_passed_on_to_who_burns_it() -> None:
    """Counted at the purchase: the company pays 4 a year and has it back in the price of gas, 1.4.

    Where a tariff of 1 says what users pay, the company bears it.
    """
    town = burning_town("causer", 0.8, factor_activity={}, factor_purchase={"gas": 0.5})
    town["technologies"][1]["most_activity"] = 0
    assert_kept(plan_of(town, perspective="city", years=(2025,)).attrs["objective"], 14)
    assert_kept(plan_of(town, perspective="company", years=(2025,)).attrs["objective"], 0)
    town["commodities"][0]["tariff"] = 1
    assert_kept(plan_of(town, perspective="city", years=(2025,)).attrs["objective"], 10)
    assert_kept(plan_of(town, perspective="company", years=(2025,)).attrs["objective"], 4)


def test_charges_on_building_and_standing_fall_on_owners() -> None:
    """A work begun in 2025 adds 3 kt then and 1 kt a year; the company owns a quarter: (3 + 2) x 2 / 4 of the price."""
    work = {
        "technology": "work",
        "actor": "city",
        "owned": {"city": 0.75, "company": 0.25},
        "buildable": True,
        "life": 9,
        "least_build": {2025: 1, 2026: 0},
        "most_build": {2025: 1, 2026: 0},
        "flow": {"heat": 0},
    }
    town = burning_town("causer", 2, factor_activity={}, factor_build={"work": 3}, factor_capacity={"work": 1})
    town["technologies"].append(work)
    town["technologies"][1]["most_activity"] = 0
    assert_kept(plan_of(town, perspective="company").attrs["objective"], 2.5)
    assert_kept(plan_of(town, perspective="city").attrs["objective"], 20 + 7.5)


def test_what_comes_from_outside_the_plan_is_paid_by_nobody_but_the_actor_named() -> None:
    """7 kt a year from outside at 0.8: 5.6 that no causer pays, and that the company pays where it is named."""
    for payer, paid in (("causer", 0), ("company", 4 + 5.6)):
        town = burning_town(payer, 0.8, exogenous=7)
        town["technologies"][1]["most_activity"] = 0
        assert_kept(plan_of(town, perspective="company", years=(2025,)).attrs["objective"], paid)


def test_a_charge_lowers_the_result() -> None:
    """Planned is a result of 5, and 0 is asked for; doing nothing, the city's operation would cost 10.

    It pays 12 for heat, and of each GWh that it burns itself it gets 1.2 back, less 1 for gas and 1.1 for what leaves
    the chimney: 5 - 12 - 0.9 b + 10 >= 0 leaves room for 10/3 GWh. Society, for which the pump costs a little more,
    would burn all 10.
    """
    town = burning_town("causer", 2.2)
    town["technologies"][1]["variable_cost"] = 2.2
    asked = scenario_of(
        {**town, "actors": [{**CITY, "taxes_and_grants": 100, "least_result": 0, "planned_result": 5}, COMPANY]}
    )
    asked["reference_operating"].loc[{"actor": "city"}] = -10.0
    assert_close(decided(plan_of(town), "activity", "burner")[0], [10, 10])
    assert_close(decided(find_plan(asked), "activity", "burner")[0], [10 / 3, 10 / 3])
