"""Rows that cannot be understood by themselves, each with the whole text that a user reads."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from spoiled import tell

from runners.chosen import CASES_FOLDER
from scenarios.catalog import quantities_of
from scenarios.checks.check import check_tables
from scenarios.choices import Choices
from scenarios.tables import read_tables

MISTAKES: dict[str, tuple[dict[str, Any], str]] = {
    "blank source": (
        {"demands:2:source": ""},
        (
            "demands.csv row 2, column 'source': the cell is blank but has to be filled. Write a value, or "
            "remove the row."
        ),
    ),
    "blank value": (
        {"demands:2:value": ""},
        (
            "demands.csv row 2, column 'value': the cell is blank but has to be filled. Write a value, or "
            "remove the row."
        ),
    ),
    "blank confidence": (
        {"stock:2:confidence": ""},
        (
            "stock.csv row 2, column 'confidence': the cell is blank but has to be filled. Write a value, or "
            "remove the row."
        ),
    ),
    "blank label": (
        {"technologies.boiler.actor": ""},
        (
            "technologies.csv row 2, column 'actor': the cell is blank but has to be filled. Write a value, "
            "or remove the row."
        ),
    ),
    "blank name": (
        {"groups:2:group": ""},
        ("groups.csv row 2, column 'group': the cell is blank but has to be filled. Write a value, or remove the row."),
    ),
    "logic without other": (
        {"logic": [{"rule": "r", "technology": "pump", "kind": "supports", "value": 1}]},
        ("logic.csv row 2, column 'other': the cell is blank but has to be filled. Write a value, or remove the row."),
    ),
    "supports without value": (
        {"logic": [{"rule": "r", "technology": "pump", "other": "boiler", "kind": "supports"}]},
        ("logic.csv row 2, column 'value': the cell is blank but has to be filled. Write a value, or remove the row."),
    ),
    "unknown word": (
        {"technologies.pump.resolution": "hour"},
        ("technologies.csv row 3, column 'resolution': 'hour' is none of the words allowed: slice, year."),
    ),
    "unknown confidence": (
        {"prices:2:confidence": "guessed"},
        (
            "prices.csv row 2, column 'confidence': 'guessed' is none of the words allowed: published, "
            "derived, assumed. Did you mean 'assumed'?"
        ),
    ),
    "unknown quantity": (
        {"parameters:2:quantity": "capx"},
        (
            "parameters.csv row 2, column 'quantity': there is no quantity 'capx'. Did you mean 'capex'? The "
            f"table holds {', '.join(quantity.name for quantity in quantities_of('parameters'))}."
        ),
    ),
    "quantity of another table": (
        {"parameters:2:quantity": "demand"},
        ("parameters.csv row 2, column 'quantity': the quantity 'demand' belongs in demands.csv. Move the row there."),
    ),
    "unknown technology": (
        {"flows:2:technology": "boilr"},
        (
            "flows.csv row 2, column 'technology': there is no technology 'boilr' in technologies.csv. Did "
            "you mean 'boiler'? Correct the name, or add the technology there."
        ),
    ),
    "unknown commodity": (
        {"demands:2:commodity": "heta"},
        (
            "demands.csv row 2, column 'commodity': there is no commodity 'heta' in commodities.csv. Did you "
            "mean 'heat'? Correct the name, or add the commodity there."
        ),
    ),
    "unknown account": (
        {"factors:2:account": "co"},
        (
            "factors.csv row 2, column 'account': there is no account 'co' in accounts.csv. Did you mean "
            "'co2'? Correct the name, or add the account there."
        ),
    ),
    "unknown target account": (
        {"targets.half.account": "c02"},
        (
            "targets.csv row 2, column 'account': there is no account 'c02' in accounts.csv. Did you mean "
            "'co2'? Correct the name, or add the account there."
        ),
    ),
    "unknown group": (
        {"limits:2:group": "crew"},
        (
            "limits.csv row 2, column 'group': there is no group 'crew' in groups.csv. Did you mean 'crews'? "
            "Correct the name, or add the group there."
        ),
    ),
    "unknown slice": (
        {"prices:4:slice": "wintr"},
        (
            "prices.csv row 4, column 'slice': there is no slice 'wintr' in slices.csv. Did you mean "
            "'winter'? Correct the name, or leave the cell blank for all slices."
        ),
    ),
    "unknown source": (
        {"prices:3:source": "hnd"},
        (
            "prices.csv row 3, column 'source': there is no source 'hnd' in sources.csv. Did you mean "
            "'hand'? Correct the name, or add the source there."
        ),
    ),
    "unknown item": (
        {"profiles:2:item": "heet"},
        (
            "profiles.csv row 2, column 'item': 'heet' is neither a technology of technologies.csv nor a "
            "commodity of commodities.csv. Did you mean 'heat'? Correct the name, or add the row there.\n"
            "profiles.csv row 3, column 'value': the profile of 'heat' sums to 0.3 over the slices winter, "
            "summer but has to sum to 1. Correct the shares; a slice without a row counts as 0."
        ),
    ),
    "unknown factor item": (
        {"factors:2:item": "boiler"},
        (
            "factors.csv row 2, column 'item': there is no commodity 'boiler' in commodities.csv. Did you "
            "mean 'power'? Correct the name, or add the commodity there."
        ),
    ),
    "unknown part": (
        {"parts:2:part": "co3"},
        (
            "parts.csv row 2, column 'part': there is no account 'co3' in accounts.csv. Did you mean 'co2'? "
            "Correct the name, or add the account there."
        ),
    ),
    "unknown host": (
        {"technologies.free.host": "boilers"},
        (
            "technologies.csv row 6, column 'host': there is no technology 'boilers' in technologies.csv. "
            "Did you mean 'boiler'? Correct the name, or add the technology there."
        ),
    ),
    "text in a number cell": (
        {"stock:2:value": "about 5"},
        (
            "stock.csv row 2, column 'value': 'about 5' is no number. Write for example 1234.5 or 1.2e3, "
            "without spaces, units or thousands separators."
        ),
    ),
    "decimal comma in a file with commas": (
        {"stock:2:value": "1,5"},
        (
            "stock.csv row 2, column 'value': '1,5' has a decimal comma, but a point is needed here. Write 1.5, or "
            "separate the file's columns by semicolons."
        ),
    ),
    "nan": (
        {"stock:2:value": "nan"},
        (
            "stock.csv row 2, column 'value': 'nan' is no number. Write for example 1234.5 or 1.2e3, without "
            "spaces, units or thousands separators."
        ),
    ),
    "thousands separator": (
        {"stock:2:value": "1 000"},
        (
            "stock.csv row 2, column 'value': '1 000' is no number. Write for example 1234.5 or 1.2e3, "
            "without spaces, units or thousands separators."
        ),
    ),
    "infinite price": (
        {"prices:2:value": "inf"},
        "prices.csv row 2, column 'value': purchase_price is inf, but has to be finite. Write a number.",
    ),
    "negative life": (
        {"technologies.pump.life": -20},
        "parameters.csv row 4, column 'value': life is -20, but may not be below 0.1. Write 0.1 or more.",
    ),
    "availability above one": (
        {"technologies.pump.availability": 1.2},
        ("parameters.csv row 6, column 'value': availability is 1.2, but may not be above 1. Write 1 or less."),
    ),
    "earliest start in a fraction": (
        {"technologies.pump.earliest_start": 2026.5},
        ("parameters.csv row 6, column 'value': earliest_start is 2026.5, but has to be whole. Write a whole number."),
    ),
    "year that is no year": (
        {"parameters:2:year": "2025.5"},
        (
            "parameters.csv row 2, column 'year': '2025.5' is no year. Write a whole year from 1900 to 2200, "
            "such as 2030."
        ),
    ),
    "year far away": (
        {"parameters:2:year": "3025"},
        ("parameters.csv row 2, column 'year': the year 3025 lies outside 1900-2200. Write a year between them."),
    ),
    "until that is no year": (
        {"targets.half.until": "always"},
        (
            "targets.csv row 2, column 'until': 'always' is no end of a target. Write next, only, or a whole "
            "year from 1900 to 2200."
        ),
    ),
    "age that is no age": (
        {"survival": [{"technology": "pump", "age": "old", "value": 1}]},
        "survival.csv row 2, column 'age': 'old' is no age. Write a whole number of years, 0 or more.",
    ),
    "age too high": (
        {"survival": [{"technology": "pump", "age": 400, "value": 1}]},
        ("survival.csv row 2, column 'age': the age of 400 years is absurdly high. Write an age of at most 300 years."),
    ),
    "year without meaning": (
        {"parameters": [{"technology": "boiler", "quantity": "life", "year": 2025, "value": 9}]},
        (
            "parameters.csv row 10, column 'year': life has no year, so the year would mean nothing. Leave "
            "the cell blank, and write one value per name."
        ),
    ),
    "slice without meaning": (
        {"parameters": [{"technology": "boiler", "quantity": "capex", "slice": "winter", "value": 9}]},
        (
            "parameters.csv row 10, column 'slice': capex holds for the whole year, so the slice would mean "
            "nothing. Leave the cell blank, and write one value for the year."
        ),
    ),
    "wrong unit": (
        {"parameters:2:unit": "SEK/kW"},
        (
            "parameters.csv row 2, column 'unit': the unit is 'SEK/kW' but has to be 'MSEK/MW'. Convert the "
            "number to MSEK/MW, or correct the unit if the number is in it already."
        ),
    ),
    "wrong unit of a target": (
        {"targets.half.unit": "kt"},
        (
            "targets.csv row 2, column 'unit': the unit is 'kt' but has to be '%'. Convert the number to %, "
            "or correct the unit if the number is in it already."
        ),
    ),
    "blank unit": (
        {"prices:2:unit": ""},
        (
            "prices.csv row 2, column 'unit': the unit is missing. Write 'MSEK/GWh' if the number is in it, "
            "else convert the number."
        ),
    ),
    "duplicate row": (
        {"parameters": [{"technology": "pump", "quantity": "capex", "year": 2030, "value": 2}]},
        (
            "parameters.csv row 10: the row has the same keys as row 3 (pump, capex, 2030). Keep one of "
            "them, or give one a variant."
        ),
    ),
    "duplicate technology": (
        {"technologies": [{"technology": "pump"}]},
        ("technologies.csv row 7: the row has the same keys as row 3 (pump). Keep one of them, or give one a variant."),
    ),
    "name of a variant not chosen": (
        {"commodities:4:variant": "hot"},
        (
            "flows.csv row 2, column 'commodity': 'heat' stands only in rows of variants that are not "
            "chosen. Choose the variant, or give this row the same variant.\n"
            "flows.csv row 4, column 'commodity': 'heat' stands only in rows of variants that are not "
            "chosen. Choose the variant, or give this row the same variant.\n"
            "flows.csv row 8, column 'commodity': 'heat' stands only in rows of variants that are not "
            "chosen. Choose the variant, or give this row the same variant.\n"
            "flows.csv row 9, column 'commodity': 'heat' stands only in rows of variants that are not "
            "chosen. Choose the variant, or give this row the same variant.\n"
            "demands.csv row 2, column 'commodity': 'heat' stands only in rows of variants that are not "
            "chosen. Choose the variant, or give this row the same variant.\n"
            "profiles.csv row 2, column 'item': 'heat' stands only in rows of variants that are not chosen. "
            "Choose the variant, or give this row the same variant.\n"
            "profiles.csv row 3, column 'item': 'heat' stands only in rows of variants that are not chosen. "
            "Choose the variant, or give this row the same variant."
        ),
    ),
}


@pytest.mark.parametrize(("edits", "expected"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_whole(edits: dict[str, Any], expected: str) -> None:
    assert "\n".join(tell(edits)) == expected


@pytest.mark.slow
def test_a_missing_key_column_does_not_make_all_rows_the_same(tmp_path: Path) -> None:
    """Lund's parameters without the column `quantity`: told of the column, and of no row."""
    case = shutil.copytree(CASES_FOLDER / "lund", tmp_path / "lund")
    table = pd.read_csv(case / "parameters.csv", dtype=str, keep_default_na=False)
    table.drop(columns="quantity").to_csv(case / "parameters.csv", index=False)
    found = check_tables(read_tables(case), Choices(variants=("base_2024",)))
    assert [problem.key for problem in found if problem.file == "parameters.csv"] == ["column_missing"]
