"""How many numbers of a case are published, derived and assumed, and which assumptions matter most by money."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import town

from runners.reports.summary import write_money_quality
from scenarios.choices import Choices
from scenarios.quality import measure_money, measure_quality, rank_assumptions, weigh_by_costs, weigh_by_potential
from scenarios.tables import Tables

TOWN: dict[str, Any] = {
    "case": {"first_year": 2025, "last_year": 2026},
    "commodities": [
        {"commodity": "gas", "purchase_price": {2025: 0.4, 2026: 0.6}},
        {"commodity": "heat", "demand": 10},
    ],
    "technologies": [
        {"technology": "boiler", "existing": 5, "yield": 2, "fixed_cost": 0.1, "flow": {"heat": 1, "gas": -1.25}},
        {
            "technology": "pump",
            "buildable": "yes",
            "measure": "yes",
            "capex": {2025: 3, 2026: 1},
            "life": 20,
            "most_capacity": 4,
            "flow": {"heat": 1},
        },
        {"technology": "retrofit", "buildable": "yes", "capex": 2, "life": 30, "flow": {"heat": 0.5}},
    ],
}


def build(**confidence: str) -> Tables:
    """TOWN, all numbers of a table of this confidence; the others are assumed."""
    tables = town.build_town(**TOWN)
    for name, word in confidence.items():
        tables.frames[name]["confidence"] = word
    return tables


def test_numbers_are_counted_by_table_and_confidence() -> None:
    """Numbers: case 5, slices 1, parameters 8, flows 4, demands 1, prices 2, stock 1, in all 22."""
    tables = build(prices="published", flows="derived")
    quality = measure_quality(tables, Choices())
    assert quality.counts.loc["prices"].tolist() == [2, 0, 0]
    assert quality.counts.loc["flows"].tolist() == [0, 4, 0]
    assert quality.counts.loc["parameters"].tolist() == [0, 0, 8]
    assert quality.total == 22
    assert quality.shares == {"published": 2 / 22, "derived": 4 / 22, "assumed": 16 / 22}
    assert quality.shares_by_table.loc["flows"].tolist() == [0.0, 1.0, 0.0]
    assert list(quality.counts.index) == ["case", "slices", "parameters", "flows", "demands", "prices", "stock"]


def test_texts_of_the_case_and_blank_cells_are_no_numbers() -> None:
    quality = measure_quality(build(), Choices())
    assert int(quality.counts.loc["case"].sum()) == len(
        {"discount_rate", "price_year", "first_year", "base_year", "last"}
    )
    assert int(quality.counts.loc["slices"].sum()) == 1


def test_only_rows_of_chosen_variants_are_counted() -> None:
    rows = {**TOWN, "demands": [{"commodity": "heat", "quantity": "demand", "value": 12, "variant": "warm"}]}
    tables = town.build_town(**rows)
    tables.frames["demands"].loc[tables.frames["demands"]["variant"] == "warm", "confidence"] = "published"
    assert measure_quality(tables, Choices()).counts.loc["demands"].tolist() == [0, 0, 1]
    assert measure_quality(tables, Choices(variants=("warm",))).counts.loc["demands"].tolist() == [1, 0, 0]


def test_a_case_without_numbers_has_shares_of_zero() -> None:
    tables = build()
    bare = replace(tables, frames={name: frame[:0] for name, frame in tables.frames.items()})
    quality = measure_quality(bare, Choices())
    assert quality.total == 0
    assert quality.shares == {"published": 0.0, "derived": 0.0, "assumed": 0.0}


def test_assumptions_are_ranked_by_the_money_that_hangs_on_them() -> None:
    weights = {("capex", "pump"): 12.0, ("purchase_price", "gas"): -30.0, ("flow", "boiler"): 50.0}
    ranked = rank_assumptions(build(flows="published"), weights)
    assert ranked.columns.tolist() == ["quantity", "item", "value", "unit", "source", "row", "file", "money"]
    assert ranked.to_numpy().tolist() == [
        ["purchase_price", "gas", 0.4, "MSEK/GWh", "hand", 2, "prices.csv", 30.0],
        ["capex", "pump", 3.0, "MSEK/MW", "hand", 4, "parameters.csv", 12.0],
    ]


def test_money_of_an_item_is_shared_by_its_numbers_assumed_or_not() -> None:
    tables = build()
    tables.frames["prices"].loc[2, "confidence"] = "published"
    ranked = rank_assumptions(tables, {("purchase_price", "gas"): 30.0})
    assert ranked[["value", "row", "money"]].to_numpy().tolist() == [[0.6, 3, 15.0]]


def test_money_is_counted_once_by_the_confidence_of_what_it_hangs_on() -> None:
    """Gas 30, half of it published; the pump 10, assumed, though its life has the same money: 15, 0 and 25 of 40."""
    tables = build()
    tables.frames["prices"].loc[2, "confidence"] = "published"
    weights = {("purchase_price", "gas"): 30.0, ("capex", "pump"): 10.0, ("life", "pump"): 10.0}
    assert measure_money(tables, weights) == {"published": 15 / 40, "derived": 0.0, "assumed": 25 / 40}
    assert measure_money(tables, {}) == {"published": 0.0, "derived": 0.0, "assumed": 0.0}


def test_check_says_how_much_of_the_possible_money_is_assumed() -> None:
    """Investment 8 + 40 and fixed cost 1 are published here, gas 12.5 is assumed: 80 and 20 of a hundred."""
    tables = build(parameters="published")
    scenario = town.scenario_of(tables)
    assert write_money_quality(tables, Choices(), scenario, "en") == (
        "Of possible money 80 % hangs on published, 0 % on derived and 20 % on assumed numbers."
    )
    assert write_money_quality(tables, Choices(), scenario, "sv") == (
        "Av möjliga pengar hänger 80 % på publicerade, 0 % på härledda och 20 % på antagna tal."
    )


def test_a_plan_weighs_by_its_discounted_costs() -> None:
    """Salvage takes from the investment it belongs to; components on which no number hangs weigh nothing."""
    costs = {("investment", "pump"): 12.0, ("salvage", "pump"): -4.0, ("purchase", "gas"): 5.0, ("sale", "heat"): -2.0}
    weights = weigh_by_costs({**costs, ("gifts", "pump"): 100.0})
    assert weights == {
        ("capex", "pump"): 8.0,
        ("project_cost", "pump"): 8.0,
        ("life", "pump"): 8.0,
        ("purchase_price", "gas"): 5.0,
        ("sale_price", "heat"): 2.0,
    }


def test_without_a_plan_each_item_weighs_what_it_could_turn_over() -> None:
    """By hand, two years.

    pump: mean capex 2 x potential 4 = 8. retrofit has no limit: it could serve 10 GWh with 0.5 GWh per GWh and yield
    1, so 20 MW at 2 = 40. boiler: fixed cost 0.1 x 5 MW x 2 years = 1; its activity is 10 GWh a year and burns 12.5
    GWh of gas at 0.4 and 0.6: 12.5, on the flow and, as there is no other use, on the price.
    """
    weights = weigh_by_potential(town.scenario_of(build()))
    assert weights == {
        ("capex", "pump"): pytest.approx(8.0),
        ("life", "pump"): pytest.approx(8.0),
        ("capex", "retrofit"): pytest.approx(40.0),
        ("life", "retrofit"): pytest.approx(40.0),
        ("fixed_cost", "boiler"): pytest.approx(1.0),
        ("flow", "boiler"): pytest.approx(12.5),
        ("purchase_price", "gas"): pytest.approx(12.5),
    }
