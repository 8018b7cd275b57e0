"""Whether tables have the columns, numbers, units and variants that the catalog gives them."""

from __future__ import annotations

import pytest
import town

from scenarios.catalog import QUANTITIES, TABLE_BY_NAME, TABLES
from scenarios.tables import (
    Tables,
    choose_rows,
    columns_of,
    expected_units,
    key_column,
    parse_number,
    required_columns,
    tables_of,
    units_of_owners,
)


def test_slices_years_notes_and_labels_with_defaults_may_be_left_out_of_a_file() -> None:
    assert required_columns(TABLE_BY_NAME["parameters"]) == (
        "technology",
        "quantity",
        "value",
        "unit",
        "source",
        "confidence",
    )
    assert required_columns(TABLE_BY_NAME["inventory"]) == ("account", "year", "value", "unit", "source", "confidence")
    assert "capacity_unit" in required_columns(TABLE_BY_NAME["technologies"])
    assert "once" not in required_columns(TABLE_BY_NAME["technologies"])
    assert "cycles" not in required_columns(TABLE_BY_NAME["slices"])
    assert "slice" in required_columns(TABLE_BY_NAME["slices"])


def test_each_dimension_of_each_quantity_has_a_column_in_its_table() -> None:
    for quantity in QUANTITIES:
        for dim in quantity.dims:
            assert key_column(quantity, dim) in columns_of(TABLE_BY_NAME[quantity.table])


@pytest.mark.parametrize(
    ("text", "number"), [("1.5", 1.5), ("1e3", 1000.0), ("-inf", float("-inf")), ("+2", 2.0), (".5", 0.5), ("7.", 7.0)]
)
def test_numbers_are_read(text: str, number: float) -> None:
    assert parse_number(text) == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nan",
        "1 234",
        "1\u00a0234",
        "1,5",
        "1_000",
        "1e999",
        "-1e999",
        "0x1",
        "infinity",
        "٣",
        "1.2.3",
        "twelve",
        "=",
    ],
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="number"):
        parse_number(text)


def variants() -> Tables:
    """The boiler's capex: 2 as a rule, 3 when dear, 4 when dearer, and a life only when dear."""
    rows = [
        {"technology": "boiler", "quantity": "capex", "value": value, "variant": variant}
        for value, variant in ((2, ""), (3, "dear"), (4, "dearer"))
    ]
    rows.append({"technology": "boiler", "quantity": "life", "value": 30, "variant": "dear"})
    return tables_of({"parameters": rows})


@pytest.mark.parametrize(
    ("chosen", "values"),
    [
        ((), ["2"]),
        (("dear",), ["3", "30"]),
        (("dearer",), ["4"]),
        (("dearer", "dear"), ["3", "30"]),
        (("other",), ["2"]),
    ],
)
def test_a_row_of_a_chosen_variant_takes_the_place_of_the_row_without_one(
    chosen: tuple[str, ...], values: list[str]
) -> None:
    assert list(choose_rows(variants(), chosen).frames["parameters"]["value"]) == values


def test_a_variant_of_one_year_leaves_the_other_years_alone() -> None:
    rows = [{"technology": "boiler", "quantity": "capex", "year": year, "value": 2} for year in (2025, 2030)]
    rows.append({"technology": "boiler", "quantity": "capex", "year": 2030, "value": 1, "variant": "cheap"})
    frame = choose_rows(tables_of({"parameters": rows}), ("cheap",)).frames["parameters"]
    assert list(zip(frame["year"], frame["value"], strict=True)) == [("2025", "2"), ("2030", "1")]


def test_each_row_is_expected_to_state_the_unit_of_its_quantity_and_labels() -> None:
    tables = town.build_town(
        case={"money": "MEUR"},
        commodities=[{"commodity": "heat", "unit": "TJ", "purchase_price": 1, "factor_purchase": {"co2": 1}}],
        technologies=[
            {
                "technology": "boiler",
                "capacity_unit": "kW",
                "activity_unit": "MWh",
                "capex": 1,
                "yield": 1,
                "flow": {"heat": 1},
            }
        ],
        accounts=[{"account": "co2", "unit": "t", "factor_activity": {"boiler": 1}, "account_price": 1}],
        groups=[{"group": "crews", "unit": "men", "group_most_build": 1}],
        logic=[
            {"rule": "a", "technology": "boiler", "other": "boiler", "kind": "follows", "value": 1},
            {"rule": "b", "technology": "boiler", "other": "boiler", "kind": "supports", "value": 1},
        ],
        targets=[
            {"target": "cap", "account": "co2", "year": 2025, "value": 1},
            {"target": "cut", "account": "co2", "year": 2025, "value": 1, "basis": "reduction"},
        ],
    )
    units = {
        table.name: expected_units(tables, table.name, units_of_owners(tables)) for table in TABLES if table.numbers
    }
    assert units["parameters"] == ["MEUR/kW", "MWh/kW/yr"]
    assert units["prices"] == ["MEUR/TJ"]
    assert units["flows"] == ["TJ/MWh"]
    assert units["factors"] == ["t/TJ", "t/MWh"]
    assert units["account_values"] == ["MEUR/t"]
    assert units["limits"] == ["men/yr"]
    assert units["logic"] == ["yr", "1"]
    assert units["targets"] == ["t", "%"]
    assert units["slices"] == ["h"]
    assert list(tables.frames["parameters"]["unit"]) == units["parameters"]


def test_a_row_about_an_unknown_technology_has_no_expected_unit() -> None:
    tables = tables_of({"parameters": [{"technology": "ghost", "quantity": "capex", "value": 1}]})
    assert expected_units(tables, "parameters", units_of_owners(tables)) == [""]


def test_rows_written_in_python_get_source_confidence_unit_and_names() -> None:
    tables = tables_of(
        {
            "accounts": [{"account": "co2", "unit": "kt"}],
            "account_values": [{"account": "co2", "quantity": "exogenous", "value": 1.5, "confidence": "derived"}],
        }
    )
    assert list(tables.frames["accounts"].loc[2])[:3] == ["co2", "co2", "co2"]
    row = tables.frames["account_values"].loc[2]
    assert (row["value"], row["unit"], row["source"], row["confidence"]) == ("1.5", "kt", "hand", "derived")
    assert list(tables.frames["sources"]["source"]) == ["hand"]


@pytest.mark.parametrize("rows", [{"stocks": []}, {"stock": [{"technology": "boiler", "valeu": 1}]}])
def test_rows_written_in_python_must_fit_the_catalog(rows: dict[str, list[dict[str, object]]]) -> None:
    with pytest.raises(KeyError):
        tables_of(rows)
