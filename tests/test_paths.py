"""Numbers that follow paths: what they are in each year, what settings of a path move, and what is refused.

The town of these tests, worked by hand. Base year 2024, plan 2025-2030.

    population   100 in 2024, 110 in 2026 (105 in 2025), then 2 % a year: 112.2 in 2027, 114.444 in 2028
    distance     2 % less a year in all years
    fuel         10 % less a year

Traffic is 200 in 2024: in 2026 200 * 110/100 * 0.98^2 = 211.288. Cars on fuel are 80 in 2024: 64.8 in 2026. Electric
cars are all (200, along population and distance) less those on fuel: 211.288 - 64.8 = 146.488 in 2026.
"""

from __future__ import annotations

import numpy as np
import pytest
import town

from scenarios.assemble import assemble, open_overlay
from scenarios.checks.check import check_tables
from scenarios.choices import Choices
from scenarios.errors import CaseError
from scenarios.quality import measure_quality, rank_assumptions
from scenarios.ranges import list_assumptions
from scenarios.tables import Tables

ROWS = {
    "case": {"first_year": 2025, "last_year": 2030},
    "commodities": [
        {"commodity": "fuel", "purchase_price": 1},
        {"commodity": "power", "purchase_price": 1},
        {"commodity": "traffic"},
    ],
    "technologies": [
        {"technology": "fuel_cars", "flow": {"traffic": 1, "fuel": -1}},
        {"technology": "electric_cars", "flow": {"traffic": 1, "power": -0.3}},
    ],
    "paths": [{"path": "population", "unit": "persons"}, {"path": "distance", "unit": "1"},
              {"path": "fuel", "unit": "1"}],
    "path_values": [
        {"path": "population", "quantity": "path_level", "year": 2024, "value": 100, "confidence": "published"},
        {"path": "population", "quantity": "path_level", "year": 2026, "value": 110, "confidence": "published"},
        {"path": "population", "quantity": "path_growth", "value": 0.02},
        {"path": "distance", "quantity": "path_growth", "value": -0.02},
        {"path": "fuel", "quantity": "path_growth", "value": -0.1, "confidence": "derived"},
    ],
    "demands": [
        {"commodity": "traffic", "quantity": "demand", "path": "population distance", "value": 200,
         "confidence": "published"},
    ],
    "parameters": [{"technology": "fuel_cars", "quantity": "variable_cost", "value": 1}],
    "stock": [
        {"technology": "fuel_cars", "path": "fuel", "value": 80, "confidence": "published"},
        {"technology": "electric_cars", "path": "population distance", "value": 200},
        {"technology": "electric_cars", "path": "fuel", "value": -80},
    ],
}  # fmt: skip
YEARS = np.arange(2025, 2031)
POPULATION = np.array([1.05, 1.1, 1.122, 1.14444, 1.1673288, 1.190675376])
DISTANCE = 0.98 ** (YEARS - 2024.0)
FUEL = 0.9 ** (YEARS - 2024.0)


def build(**changed: object) -> Tables:
    return town.build_town(**{**ROWS, **changed})


def tell(tables: Tables, lang: str = "en") -> list[str]:
    return [problem.tell(lang) for problem in check_tables(tables, Choices())]


def test_an_anchor_moves_with_the_product_of_its_paths_and_rows_add_up() -> None:
    scenario = assemble(build(), Choices())
    assert np.allclose(scenario["demand"].sel(commodity="traffic"), 200 * POPULATION * DISTANCE, rtol=1e-12)
    assert np.allclose(scenario["existing"].sel(technology="fuel_cars"), 80 * FUEL, rtol=1e-12)
    electric = scenario["existing"].sel(technology="electric_cars")
    assert np.allclose(electric, 200 * POPULATION * DISTANCE - 80 * FUEL, rtol=1e-12)
    assert float(electric.sel(year=2026)) == pytest.approx(146.488)
    assert tell(build()) == []


def test_an_anchor_of_its_own_year_is_the_number_of_that_year() -> None:
    rows = [{"commodity": "traffic", "quantity": "demand", "path": "population", "year": 2026, "value": 220}]
    demand = assemble(build(demands=rows), Choices())["demand"].sel(commodity="traffic")
    assert np.allclose(demand, 200 * POPULATION, rtol=1e-12)


def test_a_case_written_out_year_by_year_is_the_same_scenario() -> None:
    """Every array that a plan is made of is the same as when each year has a row of its own, to 1e-12."""
    plain = {**ROWS, "paths": [], "path_values": []}
    series = {
        "fuel_cars": 80 * FUEL,
        "electric_cars": 200 * POPULATION * DISTANCE - 80 * FUEL,
    }
    plain["stock"] = [
        {"technology": name, "year": int(year), "value": float(value)}
        for name, values in series.items()
        for year, value in zip(YEARS, values, strict=True)
    ]
    plain["demands"] = [
        {"commodity": "traffic", "quantity": "demand", "year": int(year), "value": float(value)}
        for year, value in zip(YEARS, 200 * POPULATION * DISTANCE, strict=True)
    ]
    followed, written = assemble(build(), Choices()), assemble(town.build_town(**plain), Choices())
    for name, variable in written.data_vars.items():
        if variable.dtype.kind == "f" and "path" not in variable.dims:
            assert np.allclose(followed[name], variable, rtol=1e-12, atol=0, equal_nan=True), name


def test_settings_of_a_path_move_all_that_follows_and_nothing_else() -> None:
    overlay = open_overlay(build(), Choices())
    base = overlay.base
    arrays = overlay.apply({"adjust.path_level.population.2028-2030": 1.1})
    late = np.where(YEARS >= 2028, 1.1, 1.0)
    assert np.allclose(arrays["demand"][2], 200 * POPULATION * DISTANCE * late, rtol=1e-12)
    assert np.allclose(arrays["existing"][1], 200 * POPULATION * DISTANCE * late - 80 * FUEL, rtol=1e-12)
    assert np.array_equal(arrays["existing"][0], base["existing"][0])
    assert set(arrays.versions) == {"demand", "existing", "path_level"}


def test_a_growth_set_anew_is_as_if_it_were_written() -> None:
    values = [row if row.get("path") != "distance" else {**row, "value": 0.01} for row in ROWS["path_values"]]
    written = assemble(build(path_values=values), Choices())
    settled = assemble(build(), Choices(), {"set.path_growth.distance": 0.01})
    for name in ("demand", "existing"):
        assert np.allclose(settled[name], written[name], rtol=1e-12), name


def test_a_number_set_by_hand_still_follows_its_path() -> None:
    settings = {"adjust.demand.traffic": 2.0, "adjust.path_level.population.2030": 1.5}
    demand = assemble(build(), Choices(), settings)["demand"].sel(commodity="traffic")
    assert np.allclose(demand, 400 * POPULATION * DISTANCE * np.where(YEARS == 2030, 1.5, 1), rtol=1e-12)


def test_a_path_that_drives_a_number_out_of_its_bounds_is_refused() -> None:
    with pytest.raises(CaseError) as error:
        assemble(build(), Choices(), {"set.path_growth.fuel": 0.5})
    assert {problem.key for problem in error.value.problems} == {"setting_bounds"}


def test_a_path_of_no_such_name_is_told_with_the_nearest() -> None:
    with pytest.raises(CaseError) as error:
        assemble(build(), Choices(), {"set.path_growth.fule": 0.5})
    assert error.value.problems[0].tell("en") == (
        "set.path_growth.fule: there is no path 'fule' in the case. Nearest: fuel"
    )


def test_a_number_is_as_certain_as_the_weakest_it_is_made_of() -> None:
    """The published demand follows an assumed distance: assumed. The published stock a derived path: derived."""
    counts = measure_quality(build(), Choices()).counts
    assert counts.loc["demands"].to_dict() == {"published": 0, "derived": 0, "assumed": 1}
    assert counts.loc["stock"].to_dict() == {"published": 0, "derived": 1, "assumed": 2}
    assert counts.loc["path_values"].to_dict() == {"published": 2, "derived": 1, "assumed": 2}


def test_the_number_on_which_money_hangs_is_told_as_a_whole() -> None:
    """Fuel of 0.5 along a path and 0.3 of distribution: 0.8, not the half that stands first."""
    rows = [
        {"commodity": "fuel", "quantity": "purchase_price", "value": 0.3},
        {"commodity": "fuel", "quantity": "purchase_price", "path": "fuel", "value": 0.5},
    ]
    power = {"commodity": "power", "purchase_price": 1}
    tables = build(commodities=[{"commodity": "fuel"}, power, {"commodity": "traffic"}], prices=rows)
    ranked = rank_assumptions(tables, {("purchase_price", "fuel"): 9.0})
    assert ranked[["item", "value"]].to_numpy().tolist() == [["fuel", 0.8]]


def test_the_number_of_an_assumption_is_the_sum_of_its_rows() -> None:
    found = {item.item: item for item in list_assumptions(build(), ()) if item.quantity == "existing"}
    electric = found["electric_cars"]
    assert (electric.count, electric.value, electric.least, electric.most) == (2, 120.0, 120.0, 120.0)


def test_a_shared_profile_is_as_if_its_rows_stood_there() -> None:
    slices = [{"slice": "day", "hours": 4380}, {"slice": "night", "hours": 4380}]
    rows = {
        "slices": slices,
        "commodities": [
            {"commodity": "heat", "balance": "slice", "demand": 1, "profile": {"day": 0.7, "night": 0.3}},
            {"commodity": "light", "balance": "slice", "demand": 1, "profile_as": "heat"},
        ],
        "technologies": [{"technology": "stove", "existing": 9, "yield": 9, "flow": {"heat": 1, "light": 1}}],
    }
    profile = assemble(town.build_town(**rows), Choices())["demand_profile"]
    assert np.array_equal(profile.sel(commodity="light"), profile.sel(commodity="heat"))
    assert profile.sel(commodity="light", slice="day", year=2025) == 0.7


DEMAND = {"commodity": "traffic", "quantity": "demand", "value": 1}
WRONG = {
    "a path that is not there": (
        {"demands": [{**DEMAND, "path": "populaton"}]},
        "demands.csv row 2, column 'path': there is no path 'populaton' in paths.csv. Did you mean "
        "'population'? Correct the name, "
        "or add the path there.",
        "demands.csv rad 2, kolumn 'path': banan 'populaton' finns inte i paths.csv. Menade du 'population'? "
        "Rätta namnet eller "
        "lägg till banan där.",
    ),
    "no paths at all": (
        {"paths": [], "path_values": [], "stock": [], "demands": [{**DEMAND, "path": "people"}]},
        "demands.csv row 2, column 'path': there is no path 'people': paths.csv has no rows. Add the path there.",
        "demands.csv rad 2, kolumn 'path': banan 'people' finns inte: paths.csv har inga rader. Lägg till banan där.",
    ),
    "a number without years": (
        {"parameters": [{"technology": "fuel_cars", "quantity": "life", "value": 9, "path": "fuel"}]},
        "parameters.csv row 2, column 'path': 'life' has no years and cannot follow a path. Remove the path.",
        "parameters.csv rad 2, kolumn 'path': 'life' har inga år och kan inte följa en bana. Ta bort banan.",
    ),
    "a number by vintage": (
        {"flows": [{"technology": "fuel_cars", "commodity": "fuel", "quantity": "flow", "value": -1, "path": "fuel",
                    "vintage": 2025}]},
        "flows.csv row 6, column 'path': a number by vintage cannot follow a path. Remove the path or the vintage.",
        "flows.csv rad 6, kolumn 'path': ett tal per byggår kan inte följa en bana. Ta bort banan eller byggåret.",
    ),
    "years beside a path": (
        {"demands": [{**DEMAND, "path": "population"}, {**DEMAND, "year": 2030}]},
        "demands.csv row 3, column 'year': the row gives a year while row 2 lets the same number follow the "
        "path 'population', "
        "which gives all years. Remove the year, and the row is added to the path, or remove one of the rows.",
        "demands.csv rad 3, kolumn 'year': raden anger ett år medan rad 2 låter samma tal följa banan "
        "'population', som anger alla "
        "år. Ta bort året, så läggs raden till banan, eller ta bort en av raderna.",
    ),
    "two anchors on one path": (
        {"demands": [{**DEMAND, "path": "population"}, {**DEMAND, "path": "population", "year": 2026}]},
        "demands.csv row 3, column 'year': the same number follows the path 'population' from row 2 already, "
        "and both would be "
        "added. Keep one of them.",
        "demands.csv rad 3, kolumn 'year': samma tal följer banan 'population' redan från rad 2, och båda "
        "skulle läggas ihop. "
        "Behåll den ena.",
    ),
    "a path that is nothing where it is anchored": (
        {"path_values": [{"path": "population", "quantity": "path_level", "year": 2024, "value": 0},
                         {"path": "population", "quantity": "path_level", "year": 2030, "value": 9}],
         "stock": [], "demands": [{**DEMAND, "path": "population"}]},
        "demands.csv row 2, column 'path': the path 'population' is 0 in 2024, where the row has its value; no "
        "other year can be "
        "computed from there. Give the row another year, or the path a level.",
        "demands.csv rad 2, kolumn 'path': banan 'population' är 0 år 2024, där raden har sitt värde; inget "
        "annat år kan räknas "
        "ut därifrån. Ge raden ett annat år eller banan en nivå.",
    ),
    "a sum that falls below its bound": (
        {"stock": [{"technology": "fuel_cars", "path": "fuel", "value": 80},
                   {"technology": "fuel_cars", "value": -60}]},
        "stock.csv row 2, column 'value': 'existing' becomes -1.68 in 2027 along its path, below 0, the least "
        "allowed. Change the "
        "rows or the path.",
        "stock.csv rad 2, kolumn 'value': 'existing' blir -1.68 år 2027 längs sin bana, under 0 som är det "
        "minsta tillåtna. Ändra "
        "raderna eller banan.",
    ),
    "a share that grows beyond its bound": (
        {"parameters": [{"technology": "fuel_cars", "quantity": "annual_availability", "value": 0.9,
                         "path": "population"}]},
        "parameters.csv row 2, column 'value': 'annual_availability' becomes 1.0098 in 2027 along its path, "
        "above 1, the most "
        "allowed. Change the rows or the path.",
        "parameters.csv rad 2, kolumn 'value': 'annual_availability' blir 1.0098 år 2027 längs sin bana, över 1 "
        "som är det mesta "
        "tillåtna. Ändra raderna eller banan.",
    ),
    "the profile of something that has none": (
        {"commodities": [{"commodity": "fuel", "purchase_price": 1}, {"commodity": "power", "purchase_price": 1},
                         {"commodity": "traffic", "profile_as": "fuel"}]},
        "commodities.csv row 4, column 'profile_as': 'fuel' has no profile in profiles.csv. Give it one, or "
        "leave the cell blank.",
        "commodities.csv rad 4, kolumn 'profile_as': 'fuel' har ingen profil i profiles.csv. Ge den en, eller "
        "lämna cellen tom.",
    ),
    "a profile of its own and another's": (
        {"commodities": [{"commodity": "fuel", "purchase_price": 1}, {"commodity": "power", "purchase_price": 1},
                         {"commodity": "traffic", "profile_as": "fuel"}],
         "profiles": [{"item": "traffic", "value": 1}]},
        "commodities.csv row 4, column 'profile_as': the profile is to be that of 'fuel', but row 2 of "
        "profiles.csv gives one of its "
        "own. Remove one of them.",
        "commodities.csv rad 4, kolumn 'profile_as': profilen ska vara den för 'fuel', men rad 2 i profiles.csv "
        "ger en egen. Ta bort "
        "den ena.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_follow_a_path_is_told(case: str) -> None:
    changed, english, swedish = WRONG[case]
    tables = build(**changed)
    assert english in tell(tables), tell(tables)
    assert swedish in tell(tables, "sv"), tell(tables, "sv")
