"""Numbers of a size that cannot be meant are told with their row and the reason; ordinary ones never."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from town import build_town

from scenarios.checks.view import View
from scenarios.choices import Choices
from scenarios.notices.notices import find_notices
from scenarios.tables import read_tables

CASES = Path(__file__).parent.parent
HUGE = "No number of a municipality is that large: write the right one, or count in a larger unit."
YEARS = {"first_year": 2025, "last_year": 2027}
BOILER = {"technology": "boiler", "existing": 5, "flow": {"heat": 1, "gas": -1.25}}
GAS, HEAT = {"commodity": "gas", "purchase_price": 0.4}, {"commodity": "heat", "demand": 10}


def tell(lang: str = "en", **tables: Any) -> list[str]:
    base: dict[str, Any] = {"case": YEARS, "commodities": [GAS, HEAT], "technologies": [BOILER]}
    return [notice.tell(lang) for notice in find_notices(View(build_town(**{**base, **tables}), Choices()))]


@pytest.mark.parametrize(
    ("folder", "variants"),
    [("scenarios/lund", ("base_2024",)), ("scenarios/lund", ("base_2023",)), ("tests/cases/utopia", ())],
)
def test_cases_that_are_meant_are_told_nothing_of(folder: str, variants: tuple[str, ...]) -> None:
    assert find_notices(View(read_tables(CASES / folder), Choices(variants=variants))) == ()


def test_an_ordinary_town_is_told_nothing_of() -> None:
    pump = {"technology": "pump", "buildable": "yes", "capex": 3, "flow": {"heat": 3.5, "power": -1}}
    solar = {"technology": "solar", "buildable": "yes", "capex": 5, "flow": {"heat": 1, "power": -0.02}}
    power = {"commodity": "power", "purchase_price": {2025: -0.1, 2026: 0.5, 2027: 3}}
    assert tell(technologies=[BOILER, pump, solar], commodities=[GAS, HEAT, power]) == []


def test_a_number_beyond_a_thousand_million_is_told() -> None:
    gas = GAS | {"factor_purchase": {"co2": 1e300}}
    told = tell(commodities=[gas, HEAT], accounts=[{"account": "co2"}])
    assert told == [f"factors.csv row 2, column 'value': 'factor_purchase' is 1e+300 kt/GWh. {HUGE}"]
    assert tell("sv", commodities=[gas, HEAT], accounts=[{"account": "co2"}]) == [
        "factors.csv rad 2, kolumn 'value': 'factor_purchase' är 1e+300 kt/GWh. Så stora tal förekommer inte i en "
        "kommun: skriv det rätta talet, eller räkna i en större enhet."
    ]


def test_a_number_that_counts_as_nothing_is_told_with_the_unit_to_change() -> None:
    boiler = BOILER | {"factor_activity": {"co2": 1.5e-15}}
    town: dict[str, Any] = {"technologies": [boiler], "accounts": [{"account": "co2"}]}
    assert tell(**town) == [
        "factors.csv row 2, column 'value': 'factor_activity' is 1.5e-15 kt/GWh. Numbers that small count as nothing: "
        "count what stands after the slash in a larger unit, such as millions."
    ]
    assert tell("sv", **town) == [
        "factors.csv rad 2, kolumn 'value': 'factor_activity' är 1.5e-15 kt/GWh. Så små tal räknas som noll: räkna det "
        "som står efter snedstrecket i en större enhet, till exempel miljoner."
    ]
    assert tell(technologies=[BOILER | {"factor_activity": {"co2": 1.5e-10}}], accounts=[{"account": "co2"}]) == []


def test_a_year_that_stands_out_from_both_beside_it_is_told() -> None:
    """A stock of 1E5 MW between 10.6 and 10.6, and a demand a hundredth of those around; a stock that ends is not."""
    boiler = BOILER | {"existing": {2025: 10.6, 2026: 1e5, 2027: 10.6}}
    heat = HEAT | {"demand": {2025: 1000, 2026: 1, 2027: 1000}}
    told = tell(technologies=[boiler], commodities=[GAS, heat])
    assert told == [
        "demands.csv row 3, column 'value': 'demand' is 1 but 1000 in 2025 beside it, more than a hundredfold apart. "
        "Are number and unit right?",
        "stock.csv row 3, column 'value': 'existing' is 100000.0 but 10.6 in 2025 beside it, more than a hundredfold "
        "apart. Are number and unit right?",
    ]
    assert tell(technologies=[BOILER | {"existing": {2025: 100, 2026: 50, 2027: 0.1}}]) == []


def test_a_first_year_that_stands_out_from_steady_ones_is_told() -> None:
    heat = HEAT | {"demand": {2025: 57940, 2026: 579, 2027: 570}}
    assert len(tell(commodities=[GAS, heat])) == 1


@pytest.mark.parametrize("flow", [{"heat": 35, "power": -1}, {"heat": 1, "power": -1e-9}])
def test_a_heat_pump_that_gives_more_than_it_can_is_told(flow: dict[str, float]) -> None:
    pump = {"technology": "pump", "buildable": "yes", "flow": flow}
    told = tell(technologies=[BOILER, pump], commodities=[GAS, HEAT, {"commodity": "power", "purchase_price": 1}])
    assert len(told) == 1
    assert "'pump' gives" in told[0]
    assert "times what it takes, in the same unit" in told[0]


def test_a_share_above_one_is_told_but_not_what_a_tonne_of_another_gas_counts() -> None:
    group = {"group": "old", "of": "all", "weight": {"boiler": 1}, "group_most_share": 100}
    accounts = [
        {"account": "methane", "unit": "t CH4"},
        {"account": "co2", "share": {"methane": 28}},
        {"account": "total", "share": {"co2": 2}},
    ]
    told = tell(groups=[group, {"group": "all", "weight": {"boiler": 1}}], accounts=accounts)
    assert told == [
        "limits.csv row 2, column 'value': 'group_most_share' is 100, that is 10000 %. "
        "A share is written 0.1 for 10 %.",
        "parts.csv row 3, column 'value': 'share' is 2, that is 200 %. A share is written 0.1 for 10 %.",
    ]


@pytest.mark.parametrize("price", [-399999, 5000])
def test_a_price_far_from_all_others_of_its_unit_is_told(price: float) -> None:
    oil = {"commodity": "oil", "purchase_price": price}
    told = tell(commodities=[GAS, HEAT, oil])
    assert told == [
        f"prices.csv row 3, column 'value': 'purchase_price' is {price} MSEK/GWh, far from other prices in the unit, "
        "which are 0.4 at most. Are number and unit right?"
    ]


def test_kronor_where_millions_are_meant_are_told() -> None:
    pump = {"technology": "pump", "buildable": "yes", "capex": 12000000, "flow": {"heat": 1, "gas": -0.3}}
    other = {"technology": "other", "buildable": "yes", "capex": 12, "flow": {"heat": 1, "gas": -0.3}}
    assert tell(technologies=[BOILER, pump, other]) == [
        "parameters.csv row 2, column 'value': 'capex' is 12000000 MSEK/MW, more than a thousand times the "
        "dearest other of the same unit (12). Are these kronor where millions are meant?"
    ]


@pytest.mark.parametrize("value", [-5, 900])
def test_percents_outside_what_can_be_meant_are_told(value: float) -> None:
    account = {"account": "co2", "inventory": {2024: 100}}
    target = {"target": "cap", "account": "co2", "basis": "reduction", "base_year": 2024, "year": 2025, "value": value}
    assert tell(accounts=[account], targets=[target]) == [
        f"targets.csv row 2, column 'value': the target is {value} %. Percents of an inventory lie between 0 and 200. "
        "Is it right?"
    ]
