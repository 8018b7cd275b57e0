"""Whether a scenario's digest tells plans apart by what can change them, and by nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import town
import xarray

from scenarios.arithmetic.rooms import REFERENCES
from scenarios.assemble import assemble
from scenarios.choices import Choices
from scenarios.digest import digest_of
from scenarios.tables import Tables, read_tables


def rich() -> Tables:
    """A town with something in most tables."""
    return town.build_town(
        case={"last_year": 2027},
        commodities=[{"commodity": "gas", "purchase_price": {2025: 3, 2027: 4}}, {"commodity": "heat", "demand": 5}],
        technologies=[{"technology": "boiler", "flow": {"heat": 1, "gas": -1}}, {"technology": "pump", "capex": 3}],
        accounts=[{"account": "co2", "factor_purchase": {"gas": 0.2}}, {"account": "total", "share": {"co2": 1}}],
        targets=[
            {"target": "cap", "account": "co2", "year": 2026, "value": 1},
            {"target": "cut", "account": "total", "year": 2026, "value": 1},
        ],
    )


def test_the_digest_does_not_depend_on_the_order_of_rows() -> None:
    tables = rich()
    turned = {name: frame.iloc[::-1] for name, frame in tables.frames.items()}
    other = assemble(Tables("elsewhere", turned, ()), Choices())
    first = assemble(tables, Choices())
    assert other["technology"].values.tolist() == first["technology"].values.tolist()[::-1]
    assert other.attrs["digest"] == first.attrs["digest"]


def test_the_digest_is_the_same_on_every_machine() -> None:
    """Pinned: it changes only when the form of the digest is changed on purpose."""
    bare = xarray.Dataset({"capex": ("technology", [1.0, np.nan])}, {"technology": ["b", "a"]}, {"money": "MSEK"})
    assert digest_of(bare) == digest_of(bare.isel(technology=[1, 0]))
    assert digest_of(bare) == "88583892abbc5d9905b724b150676cde34a01357f0fcf0f71c266db7739f7cd0"


def test_the_digest_leaves_out_what_the_do_nothing_path_comes_to() -> None:
    """It follows from the rest, so the last digits of another order of adding are not another scenario."""
    scenario = assemble(rich(), Choices())
    for name in REFERENCES:
        scenario[name] = scenario[name] + 1e-13
        assert digest_of(scenario) == scenario.attrs["digest"]
    scenario["capex"] = scenario["capex"] + 1e-13
    assert digest_of(scenario) != scenario.attrs["digest"]


@pytest.mark.parametrize(
    "choices",
    [
        {"discount_rate": 0.01},
        {"salvage": "none"},
        {"discount_operation": "end"},
        {"exclude": ("pump",)},
        {"price_scale": {"gas": 1.0001}},
        {"last_length": 2},
        {"target_mode": "hard"},
        {"excess_price": 8.0},
        {"first_year": 2026},
    ],
)
def test_the_digest_changes_with_every_choice_that_can_change_a_plan(choices: dict[str, Any]) -> None:
    assert town.scenario_of(rich(), **choices).attrs["digest"] != town.scenario_of(rich()).attrs["digest"]


def test_the_digest_changes_with_the_order_of_slices_and_not_with_sources() -> None:
    slices = [{"slice": "winter", "hours": 4380}, {"slice": "summer", "hours": 4380}]
    digests = {
        town.scenario_of({"slices": rows, "sources": [{"source": source}]}).attrs["digest"]
        for rows in (slices, slices[::-1])
        for source in ("book", "web")
    }
    assert len(digests) == 2


@pytest.mark.slow
def test_a_case_read_from_files_is_the_scenario_of_the_same_rows(tmp_path: Path) -> None:
    tables = rich()
    for name, frame in tables.frames.items():
        frame.to_csv(tmp_path / f"{name}.csv", index=False)
    read = assemble(read_tables(tmp_path), Choices())
    xarray.testing.assert_identical(read.drop_attrs(), assemble(tables, Choices()).drop_attrs())
    assert read.attrs["case"] == tmp_path.name


def test_assembling_leaves_the_tables_as_they_are() -> None:
    tables = rich()
    before = {name: frame.copy() for name, frame in tables.frames.items()}
    assemble(tables, Choices(price_scale={"gas": 2}))
    assert all(frame.equals(before[name]) for name, frame in tables.frames.items())
