"""Tables, screen and figures of a plan: hand numbers, sums that must agree, and a screen that fits."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import town
import xarray as xr
from hand_plans import write_plan
from plan_pictures import draw_pictures

from conf.words import LANGUAGES
from runners.reports.emissions import trace_emissions
from runners.reports.summary import write_assumptions, write_quality, write_summary
from runners.reports.tables import (
    TABLES,
    tabulate_capacity,
    tabulate_costs,
    tabulate_investments,
    tabulate_targets,
)
from runners.results.plan_words import COMPONENTS
from runners.solve import find_plan
from scenarios.assemble import assemble
from scenarios.choices import Choices

NBSP = "\xa0"
GAS = {"commodity": "gas", "purchase_price": 0.4}


def build_rich_town() -> dict[str, list[dict[str, Any]] | dict[str, Any]]:
    """Every part of a cost at once: capital with a hurdle rate and a worth left, running costs, trade, misses."""
    return {
        "case": {"discount_rate": 0.035, "last_year": 2044},
        "commodities": [GAS, {"commodity": "heat", "demand": 10, "sale_price": 0.1}],
        "technologies": [
            {
                "technology": "boiler",
                "existing": {2025: 2, 2040: 1},
                "yield": 8.76,
                "fixed_cost": 0.2,
                "flow": {"heat": 1, "gas": -1.25},
            },
            {
                "technology": "pump",
                "buildable": "yes",
                "measure": "yes",
                "capex": {2025: 8, 2040: 6},
                "life": 20,
                "lead_time": 1,
                "construction_years": 2,
                "hurdle_rate": 0.08,
                "variable_cost": 0.05,
                "most_build": 0.1,
                "yield": 8.76,
                "flow": {"heat": 1},
            },
        ],
        "accounts": [{"account": "co2", "factor_purchase": {"gas": 0.2}, "account_price": 0.3}],
        "targets": [
            {"target": "cap", "account": "co2", "year": 2030, "value": 0.1},
            {
                "target": "budget",
                "account": "co2",
                "year": 2025,
                "until": "2044",
                "basis": "cumulative",
                "value": 2,
            },
        ],
    }


@pytest.fixture(scope="module")
def rich() -> tuple[xr.Dataset, xr.Dataset]:
    scenario = town.scenario_of(build_rich_town(), years=(2025, 2026, 2030, 2040), last_length=5)
    return scenario, find_plan(scenario)


def test_present_values_sum_to_the_objective_part_by_part(rich: tuple[xr.Dataset, xr.Dataset]) -> None:
    scenario, plan = rich
    costs = tabulate_costs(scenario, plan)
    assert set(costs["component"]) == set(COMPONENTS) - {"breach"}
    assert costs["present_value"].sum() == pytest.approx(plan.attrs["objective"], rel=1e-6)
    assert set(costs["unit"]) == {"MSEK"}


def test_without_discounting_cost_and_present_value_are_one(rich: tuple[xr.Dataset, xr.Dataset]) -> None:
    scenario, plan = rich
    scenario = scenario.assign(discount_rate=0.0)
    costs = tabulate_costs(scenario, plan)
    np.testing.assert_allclose(costs["cost"], costs["present_value"])


def test_outlays_of_the_cost_table_are_those_of_the_investment_table(rich: tuple[xr.Dataset, xr.Dataset]) -> None:
    scenario, plan = rich
    investments, costs = tabulate_investments(scenario, plan), tabulate_costs(scenario, plan)
    spent = costs[costs["component"] == "investment"].set_index("year")["cost"]
    pd.testing.assert_series_equal(
        investments.groupby("year")["outlay"].sum(), spent, check_names=False, check_index_type=False
    )


PUMP = {
    "technology": "pump",
    "name_sv": "Värmepump",
    "name_en": "Heat pump",
    "programme": "district_heating",
    "code": "P1",
    "buildable": "yes",
    "measure": "yes",
    "capex": 3,
    "life": 20,
    "lead_time": 2,
    "construction_years": 2,
}


def write_hand_plan() -> tuple[xr.Dataset, xr.Dataset]:
    """2 MW begun in 2025 for 3 MSEK each, paid over 2025 and 2026, in service from 2027: 3 in cash each year.

    The account is 2.5, 2.5 and 0.5 kt against caps of 2 (2025) and 1 (from 2026): missed by 0.5, 1.5 and not at all;
    the sum over three years is 5.5, which a budget of 5 misses by 0.5.
    """
    scenario = town.scenario_of(
        {
            "case": {"last_year": 2027, "name_sv": "Småstad", "name_en": "Smalltown"},
            "commodities": [GAS],
            "technologies": [PUMP],
            "programmes": [{"programme": "district_heating", "name_sv": "fjärrvärme", "name_en": "district heating"}],
            "accounts": [
                {"account": "co2", "name_sv": "Utsläpp", "name_en": "Emissions", "unit": "kt CO2e", "role": "sector"}
            ],
            "targets": [
                {"target": "start", "name_sv": "Etappmål", "account": "co2", "year": 2025, "value": 2},
                {"target": "later", "name_sv": "Slutmål", "account": "co2", "year": 2026, "value": 1},
                {
                    "target": "budget",
                    "name_sv": "Utsläppsbudget",
                    "account": "co2",
                    "year": 2025,
                    "until": "2027",
                    "basis": "cumulative",
                    "value": 5,
                },
                {"target": "floor", "account": "co2", "sense": "at_least", "year": 2027, "value": 0.25, "mode": "hard"},
            ],
        },
        salvage="none",
    )
    plan = write_plan(
        scenario,
        6.0 + 7.0 * 2.5,
        build={("pump", 2025): 2},
        capacity={("pump", 2027): 2},
        purchase={"gas": 10},
        account_value={("co2", 2025): 2.5, ("co2", 2026): 2.5, ("co2", 2027): 0.5},
        excess={("start", 2025): 0.5, ("later", 2026): 1.5},
        excess_total={"budget": 0.5},
        missed={("start", 2025): 0.5, ("later", 2026): 1.5},
    )
    shadow = np.zeros((scenario.sizes["target"], 3))
    shadow[0, 0], shadow[1, 1], shadow[2, 2] = 7.0, 7.0, 7.0
    plan = plan.assign(shadow_price=(("target", "year"), shadow))
    plan.attrs["status"] = "optimal"
    return scenario, plan


def test_investments_are_cash_by_year_and_say_when_service_begins() -> None:
    table = tabulate_investments(*write_hand_plan())
    assert table[["technology", "year", "build", "outlay"]].to_numpy().tolist() == [
        ["pump", 2025, 2.0, 3.0],
        ["pump", 2026, 0.0, 3.0],
    ]
    assert table["first_service"].tolist() == [2027, pd.NA]
    assert set(table["unit"]) == {"MW"}


def test_capacity_is_parted_in_what_stood_and_what_was_added(rich: tuple[xr.Dataset, xr.Dataset]) -> None:
    table = tabulate_capacity(*rich)
    np.testing.assert_allclose(table["capacity"], table["existing"] + table["added"])
    assert table.loc[table["technology"] == "boiler", "existing"].tolist() == pytest.approx([2, 29 / 15, 5 / 3, 1])
    assert (table.loc[table["technology"] == "pump", "existing"] == 0).all()


def test_targets_are_followed_year_by_year_and_a_budget_by_its_sum() -> None:
    table = tabulate_targets(*write_hand_plan())
    columns = ["target", "year", "cap", "value", "excess", "met", "price"]
    rows = {(row[0], row[1]): row[2:] for row in table[columns].itertuples(index=False)}
    assert rows["start", 2025] == (2.0, 2.5, 0.5, False, 7.0)
    assert rows["later", 2026] == (1.0, 2.5, 1.5, False, 7.0)
    assert rows["later", 2027] == (1.0, 0.5, 0.0, True, 0.0)
    assert rows["budget", 2027] == (5.0, 5.5, 0.5, False, 7.0)
    assert rows["floor", 2027] == (0.25, 0.5, 0.0, True, 0.0)
    assert len(table) == 5


def test_the_price_of_a_tonne_is_that_of_its_own_year_not_todays() -> None:
    """At 10 % and money in the middle of the year, 7 MSEK/kt in 2026 is worth 7 / 1.1^1.5 in 2025."""
    scenario, plan = write_hand_plan()
    scenario = scenario.assign(discount_rate=0.1)
    plan["shadow_price"].loc["later", 2026] = 7.0 / 1.1**1.5
    table = tabulate_targets(scenario, plan).set_index(["target", "year"])
    assert table.loc[("later", 2026), "price"] == pytest.approx(7.0)


@pytest.mark.parametrize(
    ("mode", "unit", "price", "shown"),
    [
        ("hard", "kt CO2e", 0.8284, "828 kr/ton"),
        ("hard", "kt CO2e", 1500.0, "1,5 mnkr/ton"),
        ("hard", "GWh", 0.125, "0,12 mnkr/GWh"),
        ("nearest", "kt CO2e", 5000.0, "–"),
        ("priced", "kt CO2e", 3.0, ">3 000 kr/ton"),
    ],
)
def test_the_last_tonne_has_the_price_of_its_mode(mode: str, unit: str, price: float, shown: str) -> None:
    scenario = town.scenario_of(
        {
            "commodities": [],
            "technologies": [],
            "accounts": [{"account": "co2", "unit": unit}],
            "targets": [{"target": "cap", "account": "co2", "year": 2025, "value": 1, "mode": mode}],
        }
    )
    value = 1.0 if mode == "hard" else 2.0
    plan = write_plan(scenario, 0.0, account_value={"co2": value})
    plan = plan.assign(shadow_price=(("target", "year"), np.array([[price]])))
    plan.attrs["status"] = "optimal"
    line = write_summary(scenario, plan, [], Path("svar"), 1.0).splitlines()[5].replace(NBSP, " ")
    assert line.endswith(f" {shown}")


def test_a_town_without_anything_gives_tables_without_rows() -> None:
    scenario = town.scenario_of({"commodities": [], "technologies": [], "accounts": []})
    plan = write_plan(scenario, 0.0).assign(shadow_price=(("target", "year"), np.zeros((0, 1))))
    plan.attrs["status"] = "optimal"
    assert {name: len(tabulate(scenario, plan)) for name, tabulate in TABLES.items()} == dict.fromkeys(TABLES, 0)
    assert "Inga investeringar." in write_summary(scenario, plan, [], Path("svar"), 1.0)


def test_the_screen_in_swedish() -> None:
    scenario, plan = write_hand_plan()
    assert write_summary(scenario, plan, ["(antaganden)"], Path("svar"), 1.25).replace(NBSP, " ").splitlines() == [
        "Småstad: klimatinvesteringsplan 2025–2027                        2025 års priser",
        "Den billigaste planen: nuvärde 23,5 mnkr vid 0,0 % kalkylränta.",
        "Varje regel och krona är kontrollerad oberoende av modellen.",
        "",
        "Mål                          år   utfall     gräns  missas enhet    sista tonnet",
        "Etappmål                   2025      2,5     ≤ 2,0     0,5 kt CO2e >7 000 kr/ton",
        "Slutmål                    2026      2,5     ≤ 1,0     1,5 kt CO2e >7 000 kr/ton",
        "Utsläppsbudget             2027      5,5     ≤ 5,0     0,5 kt CO2e >7 000 kr/ton",
        "floor                      2027     0,50    ≥ 0,25     nås kt CO2e             –",
        "> nästa enhet kostar mer eller går inte att få; ett stramare mål ändrar inget",
        "",
        "Investeringar           första år      mnkr  störst",
        "fjärrvärme                   2025         6  Värmepump 6",
        "summa                                     6",
        "",
        "Kostnad per år, mnkr         2025     2026     2027",
        "investeringar                   3        3        0",
        "inköp minus försäljning         4        4        4",
        "missade mål                     4       10        4",
        "summa                          10       18        8",
        "",
        "(antaganden)",
        "",
        "Allt finns i svar (1,2 s).",
    ]


def test_the_screen_in_english_writes_numbers_the_english_way() -> None:
    scenario, plan = write_hand_plan()
    plan.attrs |= {"status": "time_limit", "objective": 12345.67, "gap": 0.01234}
    lines = write_summary(scenario, plan, [], Path("out"), 61.0, "en").splitlines()
    assert lines[0] == "Smalltown: climate investment plan 2025–2027                      prices of 2025"
    assert lines[1] == ("Time ran out. Present value 12,345.7 MSEK, at most 1.24 % above the least.")
    assert lines[-1] == "All of it is in out (61.0 s)."


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("status", ["optimal", "within_gap", "time_limit"])
def test_a_large_plan_fits_a_screen_of_80_by_45(lang: str, status: str) -> None:
    name = {"name_sv": "Ett mycket långt namn på en åtgärd i planen", "name_en": "A very long name of a measure"}
    scenario = town.scenario_of(
        {
            "case": {"last_year": 2045, "discount_rate": 0.035},
            "commodities": [GAS],
            "technologies": [
                {"technology": f"k{i}", **name, "programme": f"programme_{i}", "measure": "yes", "capex": 1000}
                for i in range(20)
            ],
            "accounts": [{"account": "co2", "unit": "kt CO2e per inhabitant", "account_price": 1}],
            "targets": [
                {"target": f"t{i}", **name, "account": "co2", "year": 2025 + i, "value": 1000 * i} for i in range(20)
            ],
        }
    )
    plan = write_plan(
        scenario,
        123456.789,
        build={(f"k{i}", 2025): 100 * i for i in range(20)},
        purchase={"gas": 1e5},
        account_value={"co2": 54321.0},
        missed={"t3": 7},
    )
    plan = plan.assign(shadow_price=(("target", "year"), np.full((20, 21), np.nan)))
    plan.attrs |= {"status": status, "gap": 0.001}
    lines = write_summary(
        scenario, plan, ["x" * 80] * 4, Path("runs/lund-20261124-200805-01234567"), 9.9, lang
    ).splitlines()
    assert max(map(len, lines)) <= 80
    assert len(lines) <= 45


def test_what_was_assumed_is_ranked_by_the_money_of_the_plan() -> None:
    """All gas bought costs 3 * 4 = 12, all investment 6: the price of gas comes first."""
    tables = town.build_town(**build_rich_town())
    scenario = assemble(tables, Choices(years=(2025, 2030)))
    plan = find_plan(scenario)
    costs = tabulate_costs(scenario, plan).groupby("component")["present_value"].sum()
    assert costs["purchase"] > costs["investment"] + costs["salvage"]
    lines = write_assumptions(tables, Choices(), scenario, plan)
    assert lines[0] == "Talen: 0 % publicerade, 0 % härledda, 100 % antagna. Viktigast av de antagna:"
    assert lines[1].startswith("  inköpspris, gas: 0,40 mnkr/GWh ")
    assert re.search(r"prices\.csv:\d+$", lines[1])
    assert len(lines) == 4


def test_check_counts_every_number_by_table_and_confidence() -> None:
    tables = town.build_town(commodities=[{**GAS, "demand": 5}])
    scenario = assemble(tables, Choices())
    lines = write_quality(tables, Choices(), scenario, "en").splitlines()
    table = {line.split()[0]: line.split()[1] for line in lines[3:-2] if line}
    assert table["prices"] == table["demands"] == "1"
    assert int(table["total"]) == sum(int(number) for name, number in table.items() if name != "total")
    assert lines[-1].startswith("  purchase price, gas: 0.40 MSEK/GWh")


VANS = [
    {"account": "small", "role": "sector"},
    {"account": "large", "role": "sector"},
    {"account": "vans", "share": {"small": 1, "large": 1}},
]
"""Vans as the sum of two sectors."""


def write_emission_plan(freight: bool = False) -> tuple[xr.Dataset, xr.Dataset]:
    """Two kinds of road traffic summed as one account, heat, a sink credited against the net; statistics for 2010.

    Where `freight`, vans are a sum of their own within the traffic, of small ones and large ones.

    In 2010 the whole is 100, of which heat is 40 and traffic is not split: 60 that no sector has.
    """
    scenario = town.scenario_of(
        {
            "case": {"last_year": 2026},
            "commodities": [],
            "technologies": [],
            "accounts": [
                {"account": "cars", "role": "sector"},
                *(VANS if freight else [{"account": "vans", "role": "sector"}]),
                {"account": "heat", "role": "sector", "inventory": {2010: 40}},
                {"account": "traffic", "share": {"cars": 1, "vans": 1}},
                {
                    "account": "all",
                    "role": "total",
                    "share": {"traffic": 1, "heat": 1},
                    "inventory": {1990: 120, 2010: 100},
                },
                {"account": "sink", "role": "removal"},
                {"account": "net", "share": {"all": 1}, "credit_share": {"sink": 1}},
            ],
            "targets": [
                {
                    "target": "less",
                    "account": "all",
                    "year": 2025,
                    "basis": "reduction",
                    "base_year": "2010",
                    "value": 50,
                    "until": "2026",
                },
                {"target": "zero", "account": "net", "year": 2026, "value": 0},
                {"target": "sector", "account": "heat", "year": 2025, "value": 3},
            ],
        }
    )
    values = {"cars": 20, "vans": 10, "heat": 15, "traffic": 30, "all": 45, "sink": 5, "net": 40}
    values |= {"small": 4, "large": 6} if freight else {}
    plan = write_plan(scenario, 0.0, account_value=values, credit={("net", "sink"): 5})
    return scenario, plan


@pytest.mark.parametrize("freight", [False, True])
def test_the_emission_path_stacks_sectors_once_after_their_statistics(freight: bool) -> None:
    """A sum within the sum of traffic changes nothing: it fell apart, and its statistics had no sector."""
    path = trace_emissions(*write_emission_plan(freight))
    assert path.years.tolist() == [2010, 2025, 2026]
    assert {name: values.tolist() for name, values in path.sectors.items()} == {
        "heat": [40, 15, 15],
        "traffic": [0, 30, 30],
        "ej delat på sektor": [60, 0, 0],
    }
    assert {name: values.tolist() for name, values in path.removals.items()} == {"sink": [0, 5, 5]}
    assert (path.net_name, path.net.tolist()) == ("net", [40, 40])
    assert path.caps == {"all": [(2025.0, 2027.0, 50.0)], "net": [(2026.0, 2027.0, 0.0)]}


@pytest.mark.parametrize("make", [write_emission_plan, write_hand_plan])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_figure_says_which_case_it_is_of(make: Any, lang: str, tmp_path: Path) -> None:
    scenario, plan = make()
    for name, text in draw_pictures(scenario, plan, tmp_path, lang).items():
        assert scenario.attrs[f"name_{lang}"] in text
        assert scenario.attrs["digest"][:8] in text
        assert (tmp_path / f"{name}.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.slow
def test_figures_name_programmes_measures_and_targets_as_text(tmp_path: Path) -> None:
    drawn = draw_pictures(*write_hand_plan(), tmp_path, "sv")
    assert "P1 Värmepump" in drawn["schedule"]
    assert "fjärrvärme" in drawn["investments"]
    (tmp_path / "other").mkdir()
    drawn = draw_pictures(*write_emission_plan(), tmp_path / "other", "en")
    assert "not split by sector" in drawn["emissions"]
    assert "schedule" not in drawn
