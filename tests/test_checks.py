"""All mistakes of a case at once: from tables and from files, in both languages, few or thousands."""

from __future__ import annotations

import random
import re
import warnings
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import town
from spoiled import TOWN, spoil, tell

import scenarios
from scenarios.assemble import assemble
from scenarios.catalog import TABLES
from scenarios.checks.check import CHECKS, MOST_OF_A_KIND, check_tables
from scenarios.checks.consequences import drop_consequences
from scenarios.checks.view import find_cycle
from scenarios.choices import Choices
from scenarios.errors import Problem
from scenarios.tables import Tables, read_tables

MODULES = [
    import_module(f"scenarios.checks.{path.stem}")
    for path in sorted((Path(scenarios.__file__).parent / "checks").glob("[a-z]*.py"))
]


def without(table: str, **cells: str) -> Tables:
    """TOWN without the rows of a table that hold these cells; without any: without all."""
    tables = spoil({})
    frame = tables.frames[table]
    gone = frame[frame.columns[0]].notna()
    for column, text in cells.items():
        gone &= frame[column] == text
    return replace(tables, frames={**tables.frames, table: frame[~gone]})


def tell_all(tables: Tables, lang: str = "en", **choices: Any) -> list[str]:
    return [problem.tell(lang) for problem in check_tables(tables, Choices(**choices))]


def write_case(folder: Path, tables: Tables, delimiter: str = ",", encoding: str = "utf-8") -> Path:
    for name, frame in tables.frames.items():
        if len(frame):
            frame.to_csv(folder / f"{name}.csv", sep=delimiter, index=False, encoding=encoding)
    return folder


def test_a_town_without_mistakes_has_no_problems() -> None:
    assert tell({}) == []
    assert tell({}, exclude=("pump",), target_mode="hard", years=(2025, 2030), price_scale={"gas": 2.0}) == []


@pytest.mark.parametrize(
    ("choices", "told"),
    [
        (
            {"years": (1999,)},
            ["choices, column 'years': the case has no numbers of 1999: they begin in 2024. Write 2024 or later."],
        ),
        (
            {"years": (1999, 2026), "last_year": 2030},
            ["choices, column 'years': the case has no numbers of 1999: they begin in 2024. Write 2024 or later."],
        ),
        (
            {"first_year": 1999, "last_year": 2001},
            ["choices, column 'first_year': the case has no numbers of 1999: they begin in 2024. Write 2024 or later."],
        ),
        ({"years": (2024,)}, []),
    ],
)
def test_a_plan_begins_no_earlier_than_the_numbers_of_its_case(choices: dict[str, Any], told: list[str]) -> None:
    """Their base year is 2024; a path runs backward without end, and made a stock of -101 of 1999 beside the year."""
    assert tell({}, **choices) == told


def test_every_question_of_the_modules_stands_in_the_table_of_checks() -> None:
    asked = {check.__name__ for check in CHECKS}
    written = {
        name
        for module in MODULES
        for name, found in vars(module).items()
        if name.startswith("find_") and found.__module__ == module.__name__
    }
    assert written - {"find_mode", "find_cycle"} == asked
    assert len(CHECKS) == len(asked)


def test_fifteen_mistakes_give_fifteen_messages() -> None:
    edits = {
        "commodities.power.sale_price": 0.6,
        "technologies.pump.life": -20,
        "technologies.pump.resolution": "hour",
        "technologies.boiler.most_capacity": 4,
        "technologies.retrofit.earliest_start": 2040,
        "accounts.co2.share": {"total": 1},
        "targets.half.base_year": 2010,
        "logic": [{"rule": "a", "technology": "pump", "kind": "excludes"}],
        "demands:2:source": "hnd",
        "stock:3:value": "about 1",
        "flows:2:commodity": "heet",
        "prices:2:unit": "kr/MWh",
        "profiles:2:value": "0.6",
        "slices:2:hours": "4024",
        "limits:2:confidence": "guessed",
    }
    assert len(edits) == 15
    told = tell(edits)
    assert len(told) == 15
    files = [line.split(".csv")[0] for line in told]
    assert files == sorted(files, key=[table.name for table in TABLES].index)


@pytest.mark.parametrize(
    ("edits", "choices", "expected"),
    [
        (
            {"flows:2:technology": "boilr"},
            {},
            "flows.csv rad 2, kolumn 'technology': tekniken 'boilr' finns inte i technologies.csv. Menade du 'boiler'? "
            "Rätta namnet eller lägg till tekniken där.",
        ),
        (
            {"technologies.pump.life": -20},
            {},
            "parameters.csv rad 4, kolumn 'value': life är -20, men får inte vara lägre än 0.1. Skriv 0.1 eller mer.",
        ),
        (
            {"prices:2:unit": "kr/MWh"},
            {},
            "prices.csv rad 2, kolumn 'unit': enheten är 'kr/MWh' men måste vara 'MSEK/GWh'. Räkna om talet till "
            "MSEK/GWh, eller rätta enheten om talet redan är i den.",
        ),
        (
            {"parameters": [{"technology": "pump", "quantity": "capex", "year": 2030, "value": 2}]},
            {},
            "parameters.csv rad 10: raden har samma nycklar som rad 3 (pump, capex, 2030). Behåll en av dem, eller ge "
            "den ena en variant.",
        ),
        (
            {"technologies.boiler.most_capacity": 4},
            {},
            "stock.csv rad 2, kolumn 'value': existing för 'boiler' är 5 år 2025, mer än most_capacity som är 4 "
            "(parameters.csv rad 2), och inget får tas ur bruk i förtid. "
            "Höj most_capacity eller skriv retirable = yes.",
        ),
        (
            {"accounts.co2.share": {"total": 1}},
            {},
            "parts.csv rad 3, kolumn 'part': kontona är delar av varandra i cirkel: co2 -> total -> co2. "
            "Ta bort en av raderna.",
        ),
        (
            {},
            {"exclude": ("pumpe",)},
            "choices, kolumn 'exclude': tekniken 'pumpe' finns inte i fallet. Menade du 'pump'?",
        ),
    ],
)
def test_mistakes_are_told_in_swedish(edits: dict[str, Any], choices: dict[str, Any], expected: str) -> None:
    assert tell(edits, "sv", **choices) == [expected]


@pytest.mark.parametrize(
    ("table", "cells", "expected"),
    [
        (
            "case",
            {"quantity": "money"},
            "case.csv, column 'quantity': the row 'money' is missing, and every case needs it. "
            "Add a row with quantity = money.",
        ),
        (
            "technologies",
            {},
            "technologies.csv: the file has a header but no rows, and every case needs at least one. Add rows.",
        ),
        (
            "groups",
            {},
            "limits.csv row 2, column 'group': there is no group 'crews': groups.csv has no rows. Add the group there.",
        ),
    ],
)
def test_what_is_left_out_is_missed(table: str, cells: dict[str, str], expected: str) -> None:
    assert expected in tell_all(without(table, **cells))


@pytest.mark.parametrize("table", ["technologies", "slices", "sources"])
def test_a_needed_table_without_rows_is_told_once_and_not_again_for_each_name(table: str) -> None:
    assert tell_all(without(table)) == [
        f"{table}.csv: the file has a header but no rows, and every case needs at least one. Add rows."
    ]


@pytest.mark.parametrize(
    ("table", "choices", "expected"),
    [
        (
            "technologies",
            {"exclude": ("pump",)},
            "there is no technology 'pump': the case has none. Remove the choice.",
        ),
        (
            "commodities",
            {"price_scale": {"gas": 2.0}},
            "there is no commodity 'gas': the case has none. Remove the choice.",
        ),
        ("accounts", {"account_price": {"co2": 1}}, "there is no account 'co2': the case has none. Remove the choice."),
    ],
)
def test_choices_of_what_a_case_lacks_are_told(table: str, choices: dict[str, Any], expected: str) -> None:
    assert f"choices, column '{next(iter(choices))}': {expected}" in tell_all(without(table), **choices)


def test_a_variant_that_no_table_has_is_told_with_the_nearest() -> None:
    edits = {"demands:2:variant": "base_2024"}
    assert tell(edits, variants=("base_2034", "base_2024")) == [
        "choices, column 'variants': no table of the case has a variant 'base_2034'. Did you mean 'base_2024'?"
    ]


def test_rows_of_variants_are_the_same_key_only_within_a_variant() -> None:
    """A row of a variant takes the place of the plain one; its syntax is checked even where it is not chosen."""
    row = {"commodity": "heat", "quantity": "demand", "value": 12, "variant": "warm"}
    assert tell({"demands": [row]}) == tell({"demands": [row]}, variants=("warm",)) == []
    assert tell({"demands": [{**row, "value": "twelve"}]}) == [
        "demands.csv row 3, column 'value': 'twelve' is no number. Write for example 1234.5 or 1.2e3, without spaces, "
        "units or thousands separators."
    ]


def test_conflicts_are_looked_for_only_in_rows_that_are_chosen() -> None:
    row = {"technology": "pump", "quantity": "least_capacity", "value": 9, "variant": "big"}
    assert tell({"parameters": [row]}) == []
    assert tell({"parameters": [row]}, variants=("big",)) == [
        "parameters.csv row 10, column 'value': least_capacity of 'pump' is 9 in 2025, more than most_capacity, which "
        "is 8 (parameters.csv row 5). Raise most_capacity or lower least_capacity; straight lines hold between the "
        "years given, the nearest year outside them."
    ]


def test_a_committed_measure_may_not_be_excluded() -> None:
    expected = (
        "parameters.csv row 6, column 'value': 'pump' has committed builds in 2025 but is excluded by the choices. "
        "Take it out of exclude, or write measure = no if it belongs to the do-nothing path."
    )
    edits = {"technologies.pump.least_build": 1}
    assert tell(edits) == tell(edits, do_nothing=True) == []
    assert tell(edits, exclude=("pump",)) == [expected]


def test_a_demand_whose_producers_are_excluded_is_told() -> None:
    edits = {
        "commodities": [{"commodity": "light", "demand": 1}],
        "technologies": [
            {"technology": "lamp", "buildable": "yes", "measure": "yes", "flow": {"light": 1}, "most_build": 1}
        ],
    }
    assert tell(edits) == []
    assert tell(edits, do_nothing=True) == [
        "demands.csv row 3, column 'value': doing nothing is no way here: only measures can serve the demand for "
        "'light'. Plan without do_nothing=true (there is a plan all the same, without what is measured against doing "
        "nothing), or write measure = no, or status = decided, for what comes in any case."
    ]
    assert tell(edits, exclude=("lamp",)) == [
        "demands.csv row 3, column 'value': nobody can serve the demand for 'light': no technology that can run makes "
        "it, and it has no purchase price. Add a flow, a stock or purchase_price, or admit technologies that the "
        "choices exclude."
    ]


def test_storage_over_the_horizon_needs_years_of_length_one() -> None:
    edits = {"commodities.cold.storage": "horizon"}
    assert tell(edits) == []
    assert tell(edits, years=(2025, 2026, 2030)) == [
        "commodities.csv row 5, column 'storage': the commodity 'cold' is stored from year to year, but the plan year "
        "2026 stands for several years. Plan every year, or use storage = year."
    ]


def test_thousands_of_the_same_mistake_are_twenty_and_a_count() -> None:
    ages = [{"technology": "pump", "age": age, "value": 0.5, "source": "nobody"} for age in range(120)]
    told = tell({"survival": ages})
    assert len(told) == MOST_OF_A_KIND + 1
    assert told[MOST_OF_A_KIND - 1].startswith("survival.csv row 21, column 'source': there is no source 'nobody'")
    assert told[-1] == (
        "survival.csv, column 'source': and 100 more of the same kind. Mend those above first; the others mostly have "
        "the same cause."
    )


def test_a_case_of_excel_with_bom_semicolons_and_decimal_commas_is_in_order(tmp_path: Path) -> None:
    tables = spoil({})
    for frame in tables.frames.values():
        if "value" in frame:
            frame["value"] = frame["value"].str.replace(".", ",", regex=False)
    read = read_tables(write_case(tmp_path, tables, ";", "utf-8-sig"))
    assert tell_all(read) == []


def test_text_in_a_file_is_told_with_the_line_of_the_file(tmp_path: Path) -> None:
    folder = write_case(tmp_path, spoil({}))
    stock = (folder / "stock.csv").read_text(encoding="utf-8").replace(",5,", ",fem,").replace("\n", "\n\n", 1)
    (folder / "stock.csv").write_text(stock, encoding="utf-8")
    assert tell_all(read_tables(folder)) == [
        "stock.csv row 3, column 'value': 'fem' is no number. Write for example 1234.5 or 1.2e3, without spaces, units "
        "or thousands separators."
    ]


def test_a_missing_column_is_told_once_and_not_for_every_cell(tmp_path: Path) -> None:
    folder = write_case(tmp_path, spoil({}))
    lines = [line.split(",") for line in (folder / "stock.csv").read_text(encoding="utf-8").splitlines()]
    kept = [[cell for cell, name in zip(line, lines[0], strict=True) if name != "unit"] for line in lines]
    (folder / "stock.csv").write_text("\n".join(map(",".join, kept)), encoding="utf-8")
    assert tell_all(read_tables(folder)) == [
        "stock.csv row 1, column 'unit': the column is missing. Add it to the header; the columns found are "
        "technology, year, value, source, confidence, note, variant, path."
    ]


def test_a_missing_file_is_told_without_what_only_follows_from_it(tmp_path: Path) -> None:
    folder = write_case(tmp_path, spoil({}))
    (folder / "parameters.csv").unlink()
    assert tell_all(read_tables(folder)) == [
        "parameters.csv: the file is missing, but every case needs it. Add it with the columns technology, quantity, "
        "slice, vintage, year, value, unit, source, confidence, note, variant, path."
    ]


def test_names_of_a_table_that_is_not_there_are_told_where_they_stand() -> None:
    """A case may do without accounts or commodities, but then nothing may speak of one."""
    told = tell_all(without("accounts"))
    assert told[0] == (
        "factors.csv row 2, column 'account': there is no account 'co2': accounts.csv has no rows. Add the account "
        "there."
    )
    assert {line.split()[0] for line in told} == {"factors.csv", "parts.csv", "targets.csv", "inventory.csv"}
    assert tell_all(without("commodities"), "sv")[0] == (
        "flows.csv rad 2, kolumn 'commodity': varan 'heat' finns inte: commodities.csv har inga rader. Lägg till varan "
        "där."
    )


def test_a_file_that_is_too_large_is_the_only_thing_told(tmp_path: Path) -> None:
    folder = write_case(tmp_path, spoil({}))
    with (folder / "prices.csv").open("a") as file:
        file.truncate(65 * 2**20)
    assert tell_all(read_tables(folder)) == [
        "prices.csv: the file has 65 MB; at most 64 MB are accepted. Remove rows that are not needed, or split the "
        "case."
    ]


def test_a_choice_that_leaves_no_year_is_told_without_what_only_follows_from_it() -> None:
    growth = {"technologies.pump.build_growth": 0.1}
    assert tell(growth) == [
        "parameters.csv row 6, column 'value': build_growth of 'pump' begins at nothing and stays there. Write "
        "build_seed (what needs no history) or build_before."
    ]
    assert tell(growth, first_year=2050) == [
        "choices, column 'last_year': there are no plan years between 2050 and 2030. Choose a first year before the "
        "last, and years that lie between them."
    ]


VARIED = {
    "demands:2:variant": "low",
    "demands": [{"commodity": "heat", "quantity": "demand", "value": 12, "variant": "high"}],
}


def test_a_number_that_only_variants_give_has_one_of_them_chosen() -> None:
    assert tell(VARIED, variants=("low",)) == []
    assert tell(VARIED) == [
        "demands.csv row 2, column 'variant': 'heat' stands in the variants high, low only, and none of them is "
        "chosen. Choose one, such as case.variants=[high], or add rows without a variant."
    ]
    assert tell(VARIED, "sv") == [
        "demands.csv rad 2, kolumn 'variant': 'heat' finns bara i varianterna high, low, och ingen av dem är vald. "
        "Välj en, till exempel case.variants=[high], eller lägg till rader utan variant."
    ]


def test_a_mistake_never_hides_the_mistake_that_it_follows_from() -> None:
    host = {"technologies.free.host": "boilers", "demands:2:commodity": "heta"}
    assert len(tell(host)) == 2


def test_a_missing_folder_is_the_only_thing_told(tmp_path: Path) -> None:
    folder = tmp_path / "nowhere"
    assert tell_all(read_tables(folder)) == [
        f"{folder}: the folder does not exist. Name a folder that holds the tables of a case, such as "
        "case.path=/some/folder."
    ]


def test_cycles_of_a_graph_are_found_once_each() -> None:
    arrows = {"a": ["b", "x"], "b": ["c"], "c": ["a", "c"], "x": ["b"]}
    assert list(find_cycle(arrows)) == [["a", "b", "c", "a"], ["c", "c"]]
    assert list(find_cycle({"a": ["b", "c"], "b": ["d"], "c": ["d"]})) == []


WORDS = (
    "",
    "x",
    "nan",
    "inf",
    "-inf",
    "-1",
    "0",
    "1.5",
    "2030",
    "2025.0",
    "1e400",
    "boiler",
    "pump",
    "heat",
    "yes",
    "no",
)
WORDS += ("slice", "year", "9" * 20, "½", "２０３０", "{x}", "next", "only", "base", "winter", "co2", "1_000", "1899")


@pytest.mark.slow
def test_whatever_stands_in_the_cells_is_told_or_can_be_assembled() -> None:
    """Random text in random cells: the checks never fail, and what they let through becomes a scenario."""
    draw = random.Random(2025)
    passed = 0
    for _ in range(30):
        tables = town.build_town(**TOWN)
        for _ in range(draw.choice((1, 1, 1, 3))):
            frame = tables.frames[draw.choice([name for name, frame in tables.frames.items() if len(frame)])]
            frame.loc[draw.choice(list(frame.index)), draw.choice(list(frame.columns))] = draw.choice(WORDS)
        problems = check_tables(tables, Choices())
        told = [problem.tell(lang) for problem in problems for lang in ("sv", "en")]
        assert all(re.match(r"\w+\.csv", line) for line in told)
        if not problems:
            passed += 1
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                assert assemble(tables, Choices()).sizes["year"] == 6
    assert 0 < passed < 30


def test_a_case_file_that_cannot_be_read_asks_for_no_inventory_of_the_year_0() -> None:
    """Its base year is not known then, and was taken for 0: targets in percent were blamed for it."""
    unread, blamed = Problem("file_empty", "case.csv"), Problem("inventory_missing", "targets.csv", 2, "base_year")
    assert drop_consequences([unread, blamed]) == [unread]
    assert drop_consequences([blamed]) == [blamed]
