"""Whether tables become the scenario that docs/architecture.md promises: every label, year, slice, cap and choice."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
import town
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.assemble import assemble
from scenarios.catalog import QUANTITIES, TABLES
from scenarios.choices import Choices
from scenarios.spread import draw_lines
from scenarios.tables import tables_of

Rows = Mapping[str, Any]


def plant(**given: Any) -> dict[str, Any]:
    """Rows of a town with one technology `plant` and three years."""
    return {"case": {"first_year": 2025, "last_year": 2027}, "technologies": [{"technology": "plant", **given}]}


def test_the_worked_example_of_town_is_a_scenario() -> None:
    """The code in the docstring of `town` runs as it stands and says what the text beside it says."""
    start, end = "    scenario = town.scenario_of(\n", "\n    )\n"
    assert town.__doc__ is not None
    code = town.__doc__[town.__doc__.index(start) :]
    names: dict[str, Any] = {"town": town}
    exec(textwrap.dedent(code[: code.index(end) + len(end)]), names)
    s = names["scenario"]
    assert s["purchase_price"].sel(commodity="power", slice="all").values.tolist() == [0.5, 0.6]
    assert s["flow"].sel(technology="boiler", commodity="gas", slice="all").values.tolist() == [-1.25, -1.25]
    assert np.nan_to_num(s["cap"].values, nan=-1).tolist() == [[-1, 1]]
    assert s["target_mode"].values.tolist() == ["hard"]


def test_every_quantity_stands_over_its_dimensions_with_unit_and_sentence() -> None:
    s = town.scenario_of(plant())
    for quantity in QUANTITIES:
        if quantity.name not in ("profile", "survival", "logic"):
            variable = s[quantity.name]
            assert variable.dims == quantity.dims
            assert variable.dtype == float
            assert variable.attrs["sentence"] == quantity.sentence
    assert s["capex"].attrs["unit"] == "MSEK/{capacity}"
    assert s["logic"].dims == ("logic_row",)
    assert s["survival"].dims == ("technology", "age")
    assert s["demand_profile"].dims == ("commodity", "slice", "year")
    assert s["activity_profile"].dims == ("technology", "slice", "year")


def test_every_label_is_a_coordinate_on_its_dimension_and_yes_or_no_a_bool() -> None:
    s = town.scenario_of(plant(buildable="yes"))
    for table in TABLES:
        for label in table.labels:
            if table.declares and not table.aside:
                assert s[f"{table.declares}_{label.name}"].dims == (table.declares,)
    assert s["technology_buildable"].values.tolist() == [True]
    assert s["technology_once"].values.tolist() == [False]
    assert s["technology_resolution"].values.tolist() == ["year"]
    assert s["technology_capacity_unit"].values.tolist() == ["MW"]


def test_a_blank_host_is_the_technology_and_a_blank_pool_the_target() -> None:
    s = town.scenario_of(
        {
            "technologies": [{"technology": "chp"}, {"technology": "mode", "host": "chp"}],
            "accounts": [{"account": "co2"}],
            "targets": [
                {"target": "cap", "account": "co2", "year": 2025, "value": 1},
                {"target": "cut", "account": "co2", "year": 2025, "value": 1, "pool": "climate"},
            ],
        }
    )
    assert s["technology_host"].values.tolist() == ["chp", "chp"]
    assert s["target_pool"].values.tolist() == ["cap", "climate"]


def test_between_years_given_a_number_runs_straight_and_outside_them_it_is_constant() -> None:
    s = town.scenario_of(plant(capex={2026: 4, 2030: 2}) | {"case": {"first_year": 2025, "last_year": 2032}})
    assert s["capex"].values[0].tolist() == [4, 4, 3.5, 3, 2.5, 2, 2, 2]


def test_a_blank_year_holds_for_all_years_and_a_missing_number_has_its_default() -> None:
    s = town.scenario_of(plant(capex=4))
    assert s["capex"].values.tolist() == [[4, 4, 4]]
    assert s["fixed_cost"].values.tolist() == [[0, 0, 0]]
    assert s["most_build"].values.tolist() == [[np.inf] * 3]
    assert np.isnan(s["hurdle_rate"].values).all()


def test_infinity_between_years_stays_and_makes_no_nan() -> None:
    s = town.scenario_of(plant(most_capacity={2025: 1, 2027: "inf"}))
    assert s["most_capacity"].values.tolist() == [[1, np.inf, np.inf]]


def test_a_blank_slice_holds_for_the_slices_without_rows_of_their_own() -> None:
    rows = plant() | {
        "slices": [{"slice": "winter", "hours": 4380}, {"slice": "summer", "hours": 4380}],
        "parameters": [
            {"technology": "plant", "quantity": "availability", "slice": "winter", "year": 2025, "value": 0.5},
            {"technology": "plant", "quantity": "availability", "slice": "winter", "year": 2027, "value": 0.7},
            {"technology": "plant", "quantity": "availability", "value": 0.9},
        ],
    }
    availability = town.scenario_of(rows)["availability"].sel(technology="plant")
    assert availability.sel(slice="winter").values == pytest.approx([0.5, 0.6, 0.7])
    assert availability.sel(slice="summer").values.tolist() == [0.9, 0.9, 0.9]


def test_flows_prices_and_factors_land_on_their_labels() -> None:
    s = town.scenario_of(
        plant(flow={"heat": 1, "gas": {2025: -1.2, 2027: -1.0}})
        | {
            "commodities": [
                {"commodity": "gas", "purchase_price": 3, "factor_purchase": {"co2": 0.2}},
                {"commodity": "heat"},
            ],
            "accounts": [{"account": "noise"}, {"account": "co2", "factor_activity": {"plant": 0.1}}],
        }
    )
    assert s["flow"].sel(technology="plant", commodity="gas", slice="all").values == pytest.approx([-1.2, -1.1, -1])
    assert s["flow"].sel(technology="plant", commodity="heat", slice="all").values.tolist() == [1, 1, 1]
    assert s["purchase_price"].sel(commodity="gas", slice="all").values.tolist() == [3, 3, 3]
    assert np.isnan(s["purchase_price"].sel(commodity="heat").values).all()
    assert s["factor_purchase"].sel(account="co2", commodity="gas").values.tolist() == [0.2] * 3
    assert s["factor_activity"].sel(account="co2", technology="plant").values.tolist() == [0.1] * 3
    assert float(s["factor_activity"].sel(account="noise").sum()) == 0


def test_profiles_go_by_hours_where_none_is_given() -> None:
    s = town.scenario_of(
        {
            "slices": [{"slice": "winter", "hours": 2190}, {"slice": "summer", "hours": 6570}],
            "commodities": [{"commodity": "heat", "profile": {"winter": 0.7, "summer": 0.3}}, {"commodity": "power"}],
            "technologies": [{"technology": "boiler", "profile": {"winter": 1}}, {"technology": "car"}],
        }
    )
    assert s["demand_profile"].values[..., 0].tolist() == [[0.7, 0.3], [0.25, 0.75]]
    assert s["activity_profile"].values[..., 0].tolist() == [[1, 0], [0.25, 0.75]]


def test_survival_runs_straight_between_ages_is_zero_past_the_last_and_nan_without_a_curve() -> None:
    s = town.scenario_of(
        {
            "technologies": [
                {"technology": "car", "survival": {0: 1, 4: 0.2}},
                {"technology": "bus", "survival": {1: 0.9}},
                {"technology": "road"},
            ]
        }
    )
    assert s["age"].values.tolist() == [0, 1, 2, 3, 4]
    assert s["survival"].sel(technology="car").values == pytest.approx([1, 0.8, 0.6, 0.4, 0.2])
    assert s["survival"].sel(technology="bus").values.tolist() == [0.9, 0.9, 0, 0, 0]
    assert np.isnan(s["survival"].sel(technology="road").values).all()


def test_logic_rows_carry_their_rule_and_a_blank_number_is_zero() -> None:
    s = town.scenario_of(
        {
            "technologies": [{"technology": "a"}, {"technology": "b"}],
            "logic": [
                {"rule": "first", "technology": "b", "other": "a", "kind": "requires", "value": 2},
                {"rule": "one", "technology": "a", "kind": "excludes"},
                {"rule": "one", "technology": "b", "kind": "excludes"},
            ],
        }
    )
    assert s["logic"].values.tolist() == [2, 0, 0]
    assert s["logic_row"].values.tolist() == ["first/b/a", "one/a", "one/b"]
    assert s["logic_kind"].values.tolist() == ["requires", "excludes", "excludes"]
    assert s["logic_other"].values.tolist() == ["a", "", ""]
    assert s["logic_technology"].values.tolist() == ["b", "a", "b"]


def test_inventories_keep_the_years_given_and_are_not_filled() -> None:
    s = town.scenario_of(
        {"accounts": [{"account": "co2", "inventory": {2010: 9, 2024: 5}}, {"account": "nox", "inventory": {2020: 1}}]}
    )
    assert s["inventory_year"].values.tolist() == [2010, 2020, 2024]
    assert np.nan_to_num(s["inventory"].values, nan=-1).tolist() == [[9, -1, 5], [-1, 1, -1]]


def test_an_empty_town_has_all_dimensions_of_size_zero() -> None:
    s = town.scenario_of({})
    assert {s.sizes[dim] for dim in ("technology", "commodity", "account", "target", "group", "logic_row", "age")} == {
        0
    }
    assert (s.sizes["year"], s.sizes["vintage"], s.sizes["slice"]) == (1, 1, 1)


@pytest.mark.parametrize(
    ("choices", "years", "lengths"),
    [
        ({}, [2025, 2026, 2027], [1, 1, 1]),
        ({"first_year": 2026}, [2026, 2027], [1, 1]),
        ({"first_year": 2027}, [2027], [1]),
        ({"last_year": 2028}, [2025, 2026, 2027, 2028], [1, 1, 1, 1]),
        ({"years": (2040, 2025, 2030)}, [2025, 2030, 2040], [5, 10, 10]),
        ({"years": (2025, 2030, 2040), "last_year": 2030, "last_length": 3}, [2025, 2030], [5, 3]),
        ({"last_length": 5}, [2025, 2026, 2027], [1, 1, 5]),
    ],
)
def test_the_years_of_the_plan_are_the_cases_unless_chosen(
    choices: dict[str, Any], years: list[int], lengths: list[float]
) -> None:
    s = town.scenario_of(plant(), **choices)
    assert s["year"].values.tolist() == s["vintage"].values.tolist() == years
    assert s["length"].values.tolist() == lengths
    assert (float(s["first_year"]), float(s["last_year"])) == (years[0], years[-1])


def test_names_money_and_conventions_are_attributes() -> None:
    rows = {"case": {"name_sv": "Staden", "name_en": "City", "money": "MEUR", "price_year": 2020, "base_year": 2010}}
    s = town.scenario_of(rows, discount_capital="end", discount_operation="start", salvage="none")
    assert {name: value for name, value in s.attrs.items() if name != "digest"} == {
        "case": "town",
        "name_sv": "Staden",
        "name_en": "City",
        "money": "MEUR",
        "price_year": 2020,
        "base_year": 2010,
        "discount_capital": "end",
        "discount_operation": "start",
        "service": "spread",
        "investment": "spread",
        "salvage": "none",
        "perspective": "society",
        "ceiling": "hard",
        "frames": "hard",
        "result": "hard",
        "tolerance": 1e-3,
    }
    assert s["account_price"].attrs["unit"] == "MEUR/{account}"


def test_the_discount_rate_is_the_cases_unless_chosen() -> None:
    assert float(town.scenario_of({"case": {"discount_rate": 0.02}})["discount_rate"]) == 0.02
    assert float(town.scenario_of({"case": {"discount_rate": 0.02}}, discount_rate=0.05)["discount_rate"]) == 0.05
    case = [{"quantity": name, "value": 2025} for name in ("price_year", "first_year", "last_year")]
    slices = [{"slice": "all", "season": "year", "hours": 8760}]
    assert float(assemble(tables_of({"case": case, "slices": slices}), Choices())["discount_rate"]) == 0.035


def test_prices_are_scaled_and_account_prices_set_by_name() -> None:
    rows = {
        "commodities": [
            {"commodity": "power", "purchase_price": 2, "sale_price": 1},
            {"commodity": "gas", "purchase_price": 3},
        ],
        "accounts": [{"account": "co2", "account_price": 1}, {"account": "nox", "account_price": 4}],
    }
    s = town.scenario_of(rows, price_scale={"power": 1.5}, account_price={"co2": 7})
    assert s["purchase_price"].values.ravel().tolist() == [3, 3]
    assert s["sale_price"].values.ravel()[0] == 1.5
    assert s["account_price"].values.ravel().tolist() == [7, 4]


def test_measures_are_excluded_by_name_or_all_of_them_in_the_do_nothing_path() -> None:
    rows = {
        "technologies": [
            {"technology": "a", "measure": "yes"},
            {"technology": "b", "measure": "yes"},
            {"technology": "c"},
        ]
    }
    assert town.scenario_of(rows)["excluded"].values.tolist() == [False, False, False]
    assert town.scenario_of(rows, exclude=("b",))["excluded"].values.tolist() == [False, True, False]
    assert town.scenario_of(rows, do_nothing=True)["excluded"].values.tolist() == [True, True, False]
    assert town.scenario_of(rows, do_nothing=True, exclude=("c",))["excluded"].values.tolist() == [True, True, True]


def test_rows_of_chosen_variants_hold() -> None:
    rows = plant(capex=2) | {
        "parameters": [{"technology": "plant", "quantity": "capex", "value": 3, "variant": "dear"}]
    }
    assert town.scenario_of(rows)["capex"].values[0, 0] == 2
    assert town.scenario_of(rows, variants=("dear",))["capex"].values[0, 0] == 3


POINTS = st.dictionaries(st.integers(1990, 2060), st.floats(-1e6, 1e6), min_size=1, max_size=6)


@settings(max_examples=100, deadline=None)
@given(series=st.lists(POINTS, min_size=1, max_size=5), grid=st.sets(st.integers(1980, 2070), min_size=1, max_size=9))
def test_lines_through_many_series_are_those_of_numpy_through_each(
    series: list[dict[int, float]], grid: set[int]
) -> None:
    rows = [(place, at, value) for place, points in enumerate(series) for at, value in points.items()]
    codes, at, values = (np.array(column) for column in zip(*rows, strict=True))
    wanted = np.array(sorted(grid), dtype=float)
    found, lines = draw_lines(codes, at.astype(float), values, wanted)
    assert found.tolist() == list(range(len(series)))
    for points, line in zip(series, lines, strict=True):
        ordered = sorted(points.items())
        expected = np.interp(wanted, [point[0] for point in ordered], [point[1] for point in ordered])
        assert line == pytest.approx(expected, rel=1e-9, abs=1e-6)


def test_a_point_without_a_place_gives_way_to_points_with_one() -> None:
    found, lines = draw_lines(
        np.array([7, 7, 3]), np.array([np.nan, 2025, np.nan]), np.array([1.0, 2.0, 4.0]), np.array([2025.0])
    )
    assert (found.tolist(), lines.tolist()) == ([3, 7], [[4], [2]])


def test_a_case_as_large_as_lund_is_filled_everywhere() -> None:
    """100 technologies, 21 years, 5 slices, over 6,000 rows: 3 in 2025 falls straight to 2 in 2030, 1 in 2045."""
    years = {2025: 3, 2030: 2, 2045: 1}
    tables = town.build_town(
        case={"last_year": 2045},
        slices=[{"slice": f"s{i}", "hours": 1752} for i in range(5)],
        commodities=[{"commodity": f"c{i}", "purchase_price": years, "demand": years} for i in range(30)],
        technologies=[
            {
                "technology": f"t{i}",
                "capex": years,
                "availability": {f"s{j}": 0.5 for j in range(5)},
                "existing": dict.fromkeys(range(2025, 2046), 1),
                "flow": {f"c{j}": {"s0": 1, "s1": years} for j in range(3)},
            }
            for i in range(100)
        ],
        accounts=[{"account": f"a{i}", "factor_activity": {f"t{j}": 1 for j in range(100)}} for i in range(20)],
    )
    scenario = assemble(tables, Choices())
    capex = scenario["capex"].sel(technology="t99", year=[2025, 2026, 2030, 2045])
    assert capex.values.tolist() == pytest.approx([3, 2.8, 2, 1])
    assert scenario["flow"].sel(technology="t0", commodity="c2", slice="s1", year=2028).item() == pytest.approx(2.4)
    assert float(scenario["flow"].sel(slice="s2").sum()) == 0
    assert float(scenario["factor_activity"].sum()) == 20 * 100 * 21
