"""Lund beside what is published: totals of the base year within stated bounds, unit costs in their range or why not."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from evidence import (
    INSIDE,
    NUMBERS,
    OUTSIDE,
    PAGE,
    TABLES,
    UnitCost,
    base_scenario,
    find_block,
    list_unit_costs,
    measure_totals,
    read_evidence,
    write_numbers,
)

from runners.cli import main


@pytest.mark.parametrize("row", read_evidence("totals"), ids=lambda row: row["figure"])
def test_a_total_of_the_base_year_agrees_with_what_is_published(row: dict[str, str]) -> None:
    """Within the bounds of the table; bounds that 1 lies outside of say that the published figure contradicts the case.

    A row that contradicts says why in its note: vehicles are fewer than registered, for traffic follows from the
    inventory at assumed distances; industry's fuel of 2019 is more than its tonnes of 2024 leave room for.
    """
    ratio = measure_totals()[row["figure"]] / float(row["published"])
    assert float(row["low"]) <= ratio <= float(row["high"])
    agrees = float(row["low"]) <= 1.0 <= float(row["high"])
    assert agrees or row["note"]


def test_every_total_has_a_source_and_a_confidence() -> None:
    for row in read_evidence("totals"):
        assert row["source"]
        assert row["confidence"] in ("published", "derived")


@pytest.mark.parametrize("cost", list_unit_costs(), ids=lambda cost: cost.measure)
def test_a_unit_cost_lies_in_the_range_of_other_cities_or_says_why_not(cost: UnitCost) -> None:
    if cost.place == INSIDE:
        assert not cost.row["reason"]
    else:
        assert cost.row["reason"]


def test_every_measure_of_the_case_has_a_unit_cost() -> None:
    """A new measure needs a row in scenarios/lund/evidence/unit_costs.csv."""
    scenario = base_scenario()
    coded = scenario["technology"].values[scenario["technology_code"].values != ""]
    assert {cost.measure for cost in list_unit_costs()} == {str(k) for k in coded}


def test_more_unit_costs_lie_inside_than_outside() -> None:
    places = [cost.place for cost in list_unit_costs()]
    assert places.count(INSIDE) > places.count(OUTSIDE)


@pytest.mark.parametrize("name", TABLES)
def test_the_page_shows_the_table(name: str) -> None:
    """`python tests/evidence.py --write` puts it there."""
    assert find_block(PAGE.read_text(encoding="utf-8"), name) == TABLES[name]()


@pytest.mark.slow
def test_the_page_names_the_ten_numbers_that_the_plan_hangs_on(tmp_path: Path) -> None:
    """`fardplan check check.numbers=10 out=FOLDER`, then `python tests/evidence.py --write FOLDER`."""
    assert main(["check", "check.numbers=10", f"out={tmp_path / 'ten'}"]) == 0
    table = pd.read_csv(tmp_path / "ten" / "tables" / "doubts.csv")
    assert table["rank"].nunique() == 10
    assert find_block(PAGE.read_text(encoding="utf-8"), NUMBERS) == write_numbers(table)
