"""Lund's five families of measures, as someone who builds them would have them: what each case table has to say."""

from __future__ import annotations

import re
import shlex
import subprocess
from dataclasses import replace
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
import xarray as xr
from test_lund_case import lund_scenario, lund_tables

from model.solver.solution import SolverOptions
from runners.family import Family
from scenarios.assemble import assemble
from scenarios.checks.check import check_tables
from scenarios.choices import OFF, Choices
from scenarios.tables import Tables

GROUPS = {"municipal": 4, "lkf": 4, "estates": 3, "houses": 3}
STEPS = ("operation", "ventilation", "envelope", "deep")
AREAS = {"municipal": 600.0, "lkf": 750.0, "estates": 900.0, "houses": 2900.0}
"""Floor area of each group, 1000 m2."""
SOME = 1e-6
LUND = Path(__file__).parents[1] / "scenarios" / "lund"
FAMILIES = {
    "energy efficiency": ("operation_municipal", 2026, 80.0),
    "bio-CCS": ("bio_ccs", 2027, 1.0),
    "biochar": ("biochar_plant", 2026, 1.0),
    "low-temperature heat": ("ltdh_brunnshog", 2026, 2.0),
    "electric road": ("electric_road", 2026, 10.0),
}
"""A measure of each family, a year in which it may begin, and a size."""


def flow(technology: str, commodity: str, year: int = 2030) -> float:
    """What a unit of activity makes (+) or takes (-), in the mean of the slices."""
    picked = lund_scenario()["flow"].sel(technology=technology, commodity=commodity, year=year)
    return float(picked.mean("slice"))


def number(quantity: str, technology: str, year: int = 2030) -> float:
    """A quantity of a technology in a year."""
    picked = lund_scenario()[quantity].sel(technology=technology)
    return float(
        picked.sel(year=year) if "year" in picked.dims else picked.sel(vintage=year) if picked.dims else picked
    )


def steps(group: str) -> list[str]:
    return [f"{step}_{group}" for step in STEPS[: GROUPS[group]]]


@pytest.mark.parametrize("group", GROUPS)
def test_each_step_of_efficiency_stands_only_where_the_one_before_does(group: str) -> None:
    """Its area is at most that of the step before, and the first at most all there is."""
    rules = lund_tables().frames["logic"].query("kind == 'supports' and value == '1'")
    before = dict(zip(rules["technology"], rules["other"], strict=True))
    assert [before.get(step, "") for step in steps(group)] == ["", *steps(group)[:-1]]
    room = [number("most_capacity", step) for step in steps(group)]
    assert room[0] == AREAS[group]
    assert room == sorted(room, reverse=True)


@pytest.mark.parametrize("group", GROUPS)
def test_all_steps_together_save_less_than_a_group_uses(group: str) -> None:
    """Heat and electricity saved by the widest step of every kind, against the demand of the group."""
    scenario = lund_scenario()
    for commodity in (f"heat_{group}", f"electricity_{group}"):
        saved = sum(flow(step, commodity) * number("most_capacity", step) for step in steps(group))
        used = float(scenario["demand"].sel(commodity=commodity, year=2030))
        assert SOME < saved < used, commodity


def test_the_two_first_steps_in_premises_are_a_total_project_of_belok() -> None:
    """450-870 SEK/m2 of 2015 (400-800 and 50-70 more) are 601-1 162 of 2025; 30 % of 200 kWh/m2 is 60.

    900 SEK/m2 for 20 kWh/m2 of heat stood here before: 45 MSEK per GWh a year, where the two are 15.
    """
    first, second = steps("municipal")[:2]
    price = number("capex", first, 2025) + number("capex", second, 2025)
    assert 0.601 < price < 1.162
    saved = sum(flow(step, f"{kind}_municipal") for step in (first, second) for kind in ("heat", "electricity"))
    assert saved == pytest.approx(0.3 * 0.2, rel=0.02)
    assert price / saved < 45 / 2.9


def test_deep_renovation_leaves_what_a_house_renovated_to_the_bone_uses() -> None:
    """31 kWh/m2 of heat of 120."""
    for group in ("municipal", "lkf"):
        assert 120 - 1000 * sum(flow(step, f"heat_{group}") for step in steps(group)) == pytest.approx(31, abs=1)


@pytest.mark.parametrize("plant", ["bio_ccs", "bio_ccs_both"])
def test_capture_takes_heat_and_power_and_pays_for_transport_and_storage(plant: str) -> None:
    """By the tonne 0.146 MWh of heat net of what comes back, 0.254 of electricity, 666 SEK from the stack to the store.

    Heat was neutral before, and 550 SEK were a guess.
    """
    assert flow(plant, "district_heat") == pytest.approx(-0.146)
    assert flow(plant, "electricity") == pytest.approx(-0.254)
    assert number("variable_cost", plant) == pytest.approx(0.666)


def test_a_larger_capture_plant_is_cheaper_by_the_tonne_and_only_one_stands() -> None:
    """8 420 MSEK for 430 kt a year and 5 300 for 220: the exponent 0.7 of Stockholm Exergi's 13 000 for 800."""
    small, large = ((number("capex", k, 2025), number("yield", k)) for k in ("bio_ccs", "bio_ccs_both"))
    for cost, tonnes in (small, large):
        assert cost == pytest.approx(13000 * (tonnes / 800) ** 0.7, rel=0.01)
    assert large[0] / large[1] < small[0] / small[1]
    scenario = lund_scenario()
    assert float(scenario["weight"].sel(group="capture_plants").sum()) == 2
    assert float(scenario["group_most_capacity"].sel(group="capture_plants").max()) == 1


def test_an_auction_pays_for_every_tonne_stored_and_lund_counts_its_share() -> None:
    tables = lund_tables()
    auction = tables.frames["instruments"].query("instrument == 'ccs_auction'").iloc[0]
    assert (auction["kind"], auction["output"]) == ("support", "")
    assert set(tables.frames["support_rates"]["technology"]) == {"bio_ccs", "bio_ccs_both"}
    share = lund_scenario()["counted_share"].sel(account="removals_outside", year=2035)
    assert [float(share.sel(technology=k)) for k in ("bio_ccs", "bio_ccs_both")] == [0.824, 0.824]


def test_biochar_sells_its_oil_gas_and_heat_and_costs_something_to_run() -> None:
    """0.48 of 17.2 GWh of feed per kt are oil, gas and heat: 8.3 GWh, not 1.3."""
    made = sum(flow("biochar_plant", name) for name in ("district_heat", "pyrolysis_oil"))
    assert made == pytest.approx(0.48 * 17.2, rel=0.01)
    assert 0 < flow("biochar_private", "district_heat") < flow("biochar_plant", "district_heat")
    for plant in ("biochar_plant", "biochar_private"):
        assert number("variable_cost", plant) == pytest.approx(6.8058 * 15.2 * 1.2574 * 11.3 / 1000, rel=0.01)
    price = lund_scenario()["sale_price"].sel(commodity="biochar").mean("slice")
    assert float(price.sel(year=2025)) > float(price.sel(year=2035))


CLASSES = ("car_km", "van_km", "truck_km", "semi_trailer_km")


@cache
def with_network() -> xr.Dataset:
    """Lund where the country has electric roads."""
    free = {"frames": OFF, "ceiling": OFF, "result": OFF}
    return assemble(lund_tables(), Choices(variants=("base_2024", "electric_road_network"), **free))


def test_an_electric_road_carries_all_kinds_of_traffic_within_what_the_inventory_has() -> None:
    """3 000 heavy vehicles a day on 20 km were 21.9 Mvkm, where all semi-trailers of Lund drive 13.9.

    Now a quarter of cars and vans and 45 % of heavy traffic use the 20 km, and of them some have a pick-up.
    """
    for scenario in (lund_scenario(), with_network()):
        road = scenario["flow"].sel(technology="electric_road", year=2030).mean("slice")
        parts = [float(road.sel(commodity=name)) for name in CLASSES]
        assert sum(parts) == pytest.approx(1, abs=0.01)
        assert min(parts) > 0
        served = 20 * float(scenario["yield"].sel(technology="electric_road", year=2030))
        for name, part in zip(CLASSES, parts, strict=True):
            corridor = 0.25 if name in ("car_km", "van_km") else 0.45
            assert served * part <= 0.25 * corridor * float(scenario["demand"].sel(commodity=name, year=2030)) * 1.02
    assert float(lund_scenario()["demand"].sel(commodity="semi_trailer_km", year=2025)) == pytest.approx(
        14.00797, rel=1e-6
    )


def test_smaller_batteries_are_worth_more_than_the_upkeep_where_roads_hang_together() -> None:
    """-1.25 MSEK a km and year in a country with a network; alone a road costs its upkeep and the pick-ups."""
    alone, joined = (
        float(scenario["fixed_cost"].sel(technology="electric_road", year=2035))
        for scenario in (lund_scenario(), with_network())
    )
    assert alone > 0.01 * 26.5
    assert joined < 0


def test_low_temperature_heat_lives_on_waste_heat_that_is_lifted_half_as_far() -> None:
    """COP 8 instead of 5.3, and no more of it than the network of Brunnshög takes; less lost than in a common one."""
    for pump in ("excess_heat_pump", "ess_heat_pump"):
        common, low = (1 / -flow(name, "electricity") for name in (pump, f"{pump}_low"))
        assert low == pytest.approx(8)
        assert common < 5.4
        assert flow(f"{pump}_low", "source_heat") == pytest.approx(-1 + 1 / 8, abs=1e-4)
    scenario = lund_scenario()
    assert float(scenario["group_most_share"].sel(group="low_temperature_heat", year=2030)) == 1
    network = float(scenario["weight"].sel(group="low_temperature_network", technology="ltdh_brunnshog"))
    assert network == pytest.approx(-flow("ltdh_brunnshog", "district_heat"), abs=1e-4)
    assert -flow("ltdh_brunnshog", "district_heat") < -flow("conventional_network_brunnshog", "district_heat")
    assert float(scenario["most_purchase"].sel(commodity="source_heat", year=2030)) == 188


def test_trees_take_up_more_as_they_grow() -> None:
    """A tenth of 0.8 kt per 100 ha in the first year, half-way after ten, all of it from the twentieth on."""
    grown = lund_scenario()["annual_availability_by_vintage"].squeeze("dated")
    for planted in (2025, 2030):
        ages = [float(grown.sel(vintage=planted, year=min(planted + age, 2045))) for age in (0, 10, 20)]
        assert ages == pytest.approx([0.1, 0.55, 1.0 if planted == 2025 else 0.1 + 0.9 * 15 / 20])
    taken = lund_scenario()["factor_activity"].sel(account="removals_inside", technology="tree_planting", year=2030)
    assert float(taken) == pytest.approx(0.8)


def test_what_rewetting_takes_away_was_let_out_in_the_same_account() -> None:
    """600 ha x 13 t: an account of drained soils holds what rewetting ends, and net emissions hold it."""
    scenario = lund_scenario()
    soils = scenario.sel(account="drained_soils")
    spared = float(soils["factor_capacity"].sel(technology="rewetting", year=2030))
    let_out = float(soils["exogenous"].sel(year=2030))
    room = float(scenario["most_capacity"].sel(technology="rewetting", year=2045))
    assert spared == pytest.approx(-1.3)
    assert let_out + spared * room == pytest.approx(0)
    assert float(scenario["factor_capacity"].sel(account="removals_inside", technology="rewetting").max()) == 0
    assert float(scenario["share"].sel(account="net_territorial", part="drained_soils", year=2030)) == 1


def settle(technology: str, year: int, size: float, status: str) -> Tables:
    """Lund with a project of a technology that is forced or decided."""
    frames = dict(lund_tables().frames)
    table = frames["technologies"].copy()
    table.loc[table["technology"] == technology, ["status", "status_year"]] = [status, str(year)]
    numbers = frames["parameters"]
    row = numbers[(numbers["technology"] == technology) & (numbers["quantity"] == "life")].iloc[0].copy()
    unit = table.loc[table["technology"] == technology, "capacity_unit"].item()
    row[["quantity", "value", "unit"]] = ["project_size", str(size), unit]
    kept = numbers[~((numbers["technology"] == technology) & (numbers["quantity"] == "project_size"))]
    return replace(
        lund_tables(),
        frames={**frames, "technologies": table, "parameters": pd.concat([kept, row.to_frame().T], ignore_index=True)},
    )


@pytest.mark.parametrize("status", ["forced", pytest.param("decided", marks=pytest.mark.slow)])
@pytest.mark.parametrize("family", FAMILIES)
def test_a_measure_of_each_family_may_be_forced_and_decided(family: str, status: str) -> None:
    tables = settle(*FAMILIES[family], status)
    problems = check_tables(tables, Choices(variants=("base_2024",)))
    assert [problem.tell("en") for problem in problems] == []


@cache
def solve_settled(family: str, status: str) -> tuple[xr.Dataset, xr.Dataset]:
    """The plan and its do-nothing path in parts of units, without limits of money."""
    free = Choices(variants=("base_2024",), ceiling=OFF, frames=OFF, result=OFF)
    outcome = Family(settle(*FAMILIES[family], status), free, SolverOptions(relax=True)).solve()
    assert outcome.plan is not None
    assert outcome.reference is not None
    return outcome.plan, outcome.reference


@pytest.mark.slow
@pytest.mark.parametrize("status", ["forced", "decided"])
@pytest.mark.parametrize("family", FAMILIES)
def test_what_is_settled_of_a_family_stands_in_a_verified_plan(family: str, status: str) -> None:
    """A decided project stands where nothing is done too, a forced one only in the plan."""
    technology, year, size = FAMILIES[family]
    plan, idle = solve_settled(family, status)
    assert float(plan["build"].sel(technology=technology, vintage=year)) >= size - SOME
    expected = size if status == "decided" else 0.0
    assert float(idle["build"].sel(technology=technology).sum()) == pytest.approx(expected, abs=SOME)


RECIPE = re.compile(r"sed -i\s+(?:-E\s+)?'[^']+'", re.DOTALL)
"""How the page about Lund changes a table of a copy of the case."""


def test_the_recipes_of_the_page_change_a_copy_of_the_case(tmp_path: Path) -> None:
    """Each `sed` of docs/lund.md finds its rows: target prices, credits, and the road that is decided."""
    page = (LUND.parents[1] / "docs" / "lund.md").read_text(encoding="utf-8")
    files = {"priced": "targets.csv", "credit_share": "parts.csv", "electric_road": "technologies.csv"}
    recipes = [" ".join(found[0].split()) for found in RECIPE.finditer(page)]
    assert len(recipes) == len(files)
    for recipe in recipes:
        word = next(word for word in files if word in recipe)
        copy = tmp_path / files[word]
        copy.write_bytes((LUND / files[word]).read_bytes())
        subprocess.run([*shlex.split(recipe), str(copy)], check=True)
        before, after = (path.read_text(encoding="utf-8").splitlines() for path in (LUND / files[word], copy))
        changed = [new for old, new in zip(before, after, strict=True) if old != new]
        assert changed, recipe
        assert all(word in row for row in changed), changed


@pytest.mark.parametrize("family", FAMILIES)
def test_the_recipe_decides_the_measure_of_each_family(family: str, tmp_path: Path) -> None:
    technology, year, _ = FAMILIES[family]
    copy = tmp_path / "technologies.csv"
    copy.write_bytes((LUND / "technologies.csv").read_bytes())
    rule = f"/^{technology},/s/,(yes|no),no,,,/,\\1,no,decided,{year},/"
    subprocess.run(["sed", "-i", "-E", rule, str(copy)], check=True)
    row = pd.read_csv(copy, dtype=str, keep_default_na=False).set_index("technology").loc[technology]
    assert (row["status"], row["status_year"], row["profile_as"]) == ("decided", str(year), like(technology))


def like(technology: str) -> str:
    """The profile that a technology shares."""
    frame = lund_tables().frames["technologies"]
    return str(frame.loc[frame["technology"] == technology, "profile_as"].item())
