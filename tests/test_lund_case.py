"""The Lund case: its do-nothing path is the inventory, and its plan has no free lunch."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from runners.solve import find_plan
from scenarios.assemble import assemble
from scenarios.checks.check import check_tables
from scenarios.choices import Choices
from scenarios.tables import Tables, read_tables

LUND = Path(__file__).parent.parent / "scenarios" / "lund"
BASE_YEARS = (2023, 2024)
SECTORS = (
    "transport",
    "machinery",
    "own_heating",
    "electricity_district_heating",
    "industry",
    "agriculture",
    "products",
    "waste",
    "international_transport",
)
CLASSES = ("cars", "vans", "trucks", "semi_trailers", "buses", "other")
REFERENCE_RATES = {
    "transport": -0.05,
    "machinery": -0.015,
    "own_heating": -0.06,
    "electricity_district_heating": -0.02,
    "industry": -0.02,
    "agriculture": -0.003,
    "products": -0.05,
    "waste": -0.01,
    "international_transport": 0.0,
}
EFFICIENCY = {1: "abcd", 2: "abcd", 9: "abc", 10: "abc"}
"""Groups of buildings, by number, and the steps that each may take one after the other."""
MEASURES = {
    *(f"B{group}{step}" for group, steps in EFFICIENCY.items() for step in steps),
    *(f"B{number}" for number in range(3, 9)),
    *(f"D{number}" for number in range(1, 6)),
    *(f"T{number}" for number in range(1, 11)),
    *(f"S{number}" for number in range(1, 7)),
    *("M1", "M2", "I1", "F1", "A1", "A2"),
}
NOTHING = 1e-4


@cache
def lund_tables() -> Tables:
    return read_tables(LUND)


@cache
def lund_scenario(base: int = 2024) -> xr.Dataset:
    return assemble(lund_tables(), Choices(variants=(f"base_{base}",), frames="off", ceiling="off", result="off"))


@cache
def lund_plan(base: int = 2024) -> xr.Dataset:
    return find_plan(lund_scenario(base))


@cache
def do_nothing(base: int) -> tuple[xr.Dataset, xr.Dataset]:
    """Scenario and plan from the base year to 2045 with every measure excluded."""
    choices = Choices(
        variants=(f"base_{base}",), first_year=base, do_nothing=True, frames="off", ceiling="off", result="off"
    )
    scenario = assemble(lund_tables(), choices)
    return scenario, find_plan(scenario)


def account(plan: xr.Dataset, name: str, year: int) -> float:
    return float(plan["account_value"].sel(account=name, year=year))


def capacity(plan: xr.Dataset, technology: str) -> xr.DataArray:
    return plan["capacity"].sel(technology=technology)


def yearly(plan: xr.Dataset, technology: str) -> xr.DataArray:
    return plan["activity"].sel(technology=technology).sum("slice")


@pytest.mark.slow
@pytest.mark.parametrize("base", BASE_YEARS)
def test_the_case_passes_every_check(base: int) -> None:
    tables = lund_tables()
    assert [problem.tell("en") for problem in tables.problems] == []
    problems = check_tables(tables, Choices(variants=(f"base_{base}",)))
    assert [problem.tell("en") for problem in problems] == []


@pytest.mark.parametrize("base", [pytest.param(BASE_YEARS[0], marks=pytest.mark.slow), *BASE_YEARS[1:]])
@pytest.mark.parametrize("sector", [*SECTORS, *(f"transport_{name}" for name in CLASSES)])
def test_doing_nothing_gives_the_inventory_of_the_base_year(base: int, sector: str) -> None:
    scenario, plan = do_nothing(base)
    inventory = float(scenario["inventory"].sel(account=sector, inventory_year=base))
    assert account(plan, sector, base) == pytest.approx(inventory, rel=1e-3)


@pytest.mark.parametrize("base", [pytest.param(BASE_YEARS[0], marks=pytest.mark.slow), *BASE_YEARS[1:]])
@pytest.mark.parametrize("sector", SECTORS)
def test_doing_nothing_follows_the_reference_path(base: int, sector: str) -> None:
    """At the years written the path is `inventory (1 + rate)^n`; between them it runs straight."""
    scenario, plan = do_nothing(base)
    inventory = float(scenario["inventory"].sel(account=sector, inventory_year=base))
    for year in (2025, 2030, 2035, 2040, 2045):
        expected = inventory * (1 + REFERENCE_RATES[sector]) ** (year - base)
        assert account(plan, sector, year) == pytest.approx(expected, rel=1e-3)


@pytest.mark.slow
def test_the_territorial_account_is_the_national_total() -> None:
    """209.791 kt in 2024 and 180.678 kt in 2023 (SMHI); the cut blending obligation makes the jump."""
    for base, total in ((2024, 209.791), (2023, 180.678)):
        assert account(do_nothing(base)[1], "territorial", base) == pytest.approx(total, rel=1e-3)


def test_doing_nothing_builds_no_measure_but_the_decided_plant() -> None:
    """Örtofta 2: begun in 2025, in service in 2028."""
    scenario, plan = do_nothing(2024)
    measures = plan["build"].where(scenario["technology_measure"], 0.0)
    assert float(measures.sum()) == 1
    assert float(measures.sel(technology="ortofta_2", vintage=2025)) == 1
    stands = capacity(plan, "ortofta_2")
    assert stands["year"].values[stands.values > 0].tolist() == list(range(2028, 2046))


def test_each_measure_stands_once_and_can_be_built() -> None:
    scenario = lund_scenario()
    codes = [str(code) for code in scenario["technology_code"].values if code]
    assert sorted(codes) == sorted(MEASURES)
    coded = scenario["technology_code"].values != ""
    assert scenario["technology_measure"].values[coded].all()
    assert scenario["technology_buildable"].values[coded].all()
    assert np.isfinite(scenario["most_capacity"].values[coded]).all()
    unpaced = coded & ~np.isfinite(scenario["most_build"].values).all(axis=1)
    assert set(scenario["technology_code"].values[unpaced]) == {"D5", "S2", "S6"}  # one plant each: begun or not


def test_few_technologies_are_whole_numbers() -> None:
    scenario = lund_scenario()
    lumpy = (scenario["unit_size"] > 0) | (scenario["least_size"] > 0) | scenario["technology_once"]
    assert set(scenario["technology_code"].values[lumpy.values]) == {"D4", "D5", "S1", "S2", "S5", "S6", "T7"}


def test_every_assumed_number_says_why() -> None:
    silent = [
        (name, line)
        for name, frame in lund_tables().frames.items()
        if "confidence" in frame
        for line in frame.index[(frame["confidence"] == "assumed") & (frame["note"] == "")]
    ]
    assert silent == []


def test_all_targets_and_milestones_of_the_contract_are_set() -> None:
    scenario = lund_scenario()
    columns = (scenario[name].values for name in ("target_account", "target_basis", "target_year", "value"))
    found = {(str(e), str(basis), int(year), float(value)) for e, basis, year, value in zip(*columns, strict=True)}
    assert found >= {
        ("territorial", "reduction", 2025, 65.0),
        ("territorial", "reduction", 2030, 80.0),
        ("net_territorial", "absolute", 2045, 0.0),
        ("transport", "absolute", 2025, 57.0),
        ("transport", "absolute", 2027, 46.0),
        ("transport", "reduction", 2030, 90.0),
        *(("transport_freight", "absolute", *milestone) for milestone in ((2025, 15.0), (2027, 12.0), (2030, 3.7))),
        *(("machinery", "absolute", *milestone) for milestone in ((2025, 8.0), (2027, 6.0), (2030, 2.0))),
        ("construction_works", "reduction", 2025, 50.0),
        ("construction_works", "absolute", 2030, 0.0),
        ("net_territorial", "absolute", 2030, 0.0),
        ("fossil_fuel", "absolute", 2030, 0.0),
        ("carbon_storage", "absolute", 2030, 5.0),
        ("consumption_boards", "absolute", 2030, 0.3),
        ("territorial", "cumulative", 2025, 1185.0),
    }


@pytest.mark.parametrize(("target", "cap"), [("territorial_2025", 120.213), ("territorial_2030", 68.693)])
def test_caps_in_percent_of_2010_are_those_of_the_contract(target: str, cap: float) -> None:
    caps = lund_scenario()["cap"].sel(target=target)
    assert float(caps.max()) == pytest.approx(cap, abs=5e-4)


def test_nobody_earns_by_buying_and_selling() -> None:
    scenario = lund_scenario()
    gain = scenario["sale_price"] - scenario["purchase_price"]
    assert not (gain >= 0).any()


def test_electricity_costs_over_the_year_what_its_path_says() -> None:
    """0.588 MSEK/GWh in 2025, the mean by hours of five prices: 560 in 2024 and 5 percent more (SE4)."""
    scenario = lund_scenario()
    price = scenario["purchase_price"].sel(commodity="electricity", year=2025)
    assert float((price * scenario["hours"]).sum() / 8760) == pytest.approx(0.588, abs=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("base", BASE_YEARS)
def test_no_sector_of_the_plan_goes_below_zero(base: int) -> None:
    plan = lund_plan(base)
    roles = lund_scenario(base)["account_role"].values == "sector"
    assert float(plan["account_value"].values[roles].min()) > -NOTHING


@pytest.mark.slow
def test_vehicles_bought_are_driven() -> None:
    """Electric cars cost less than nothing from 2030; each of them still drives its 12 000 km a year."""
    plan = lund_plan()
    np.testing.assert_allclose(yearly(plan, "cars_electric"), 12.0 * capacity(plan, "cars_electric"), atol=NOTHING)


@pytest.mark.slow
def test_shared_limits_hold_in_the_plan() -> None:
    plan = lund_plan()
    boilers = capacity(plan, "boiler_to_heat_pump") + capacity(plan, "boiler_to_district_heat")
    assert float(boilers.max()) <= 12.4 + NOTHING
    hvo, petrol = yearly(plan, "cars_on_hvo"), yearly(plan, "cars_on_fuel")
    assert float((hvo - 0.45 * (hvo + petrol)).max()) <= NOTHING
    cars, points = capacity(plan, "cars_electric"), capacity(plan, "charging_points")
    assert float((cars - 1.5 * points).max()) <= NOTHING


@pytest.mark.slow
def test_the_target_of_2025_is_lost_and_dear_measures_are_left_out() -> None:
    """The cap of 2025 is 120.2 kt; with every measure at its highest speed some 174 kt are within reach by hand."""
    plan = lund_plan()
    assert float(plan["excess"].sel(target="territorial_2025", year=2025)) > 50
    assert float(plan["excess"].sel(target="climate_neutral_2030", year=2030)) > 0
    codes = lund_scenario()["technology_code"]
    built = {str(code) for code in codes.values[(plan["build"].sum("vintage") > NOTHING).values]}
    assert not built & {"B3", "S2", "S6", "T7"}
    assert built >= {"B5", "D2", "T2", "T8", "M1", "S3"}


@pytest.mark.slow
def test_district_heat_can_meet_its_peak_in_every_year() -> None:
    """Firm capacity, MW times hours of the year, is above 1.05 times 1.1 times the load of the peak slice."""
    scenario, plan = lund_scenario(), lund_plan()
    flow = scenario["flow"].sel(commodity="district_heat")
    host = plan["capacity"].sel(technology=scenario["technology_host"].values).values
    credit = scenario["firm_credit"].sel(commodity="district_heat") * flow.clip(min=0).max("slice")
    firm = (credit * scenario["yield"] * host).sum("technology")
    load = (-flow.clip(max=0) * plan["activity"]).sum("technology") * (8760 / scenario["hours"])
    assert (firm.values[None, :] >= 1.05 * 1.1 * load.transpose("slice", "year").values - NOTHING).all()
