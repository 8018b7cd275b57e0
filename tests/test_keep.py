"""Compiled programs kept between runs are the programs that were compiled, or are compiled again."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
import town
import xarray as xr

from model.compiled import cache as keep
from model.compiled.cache import MOST_KEPT, obtain_program
from model.compiled.revise import revise_program
from model.parameters.coefficients import measure_coefficients
from model.parameters.structure import outline_program


def a_town(potential: float = 5.0) -> xr.Dataset:
    return town.scenario_of(
        {
            "commodities": [{"commodity": "heat", "demand": 10}],
            "technologies": [
                {
                    "technology": "pump",
                    "buildable": "yes",
                    "capex": 3,
                    "yield": 8.76,
                    "flow": {"heat": 1},
                    "unit_size": 1,
                    "most_capacity": potential,
                }
            ],
        }
    )


def test_a_kept_program_reads_back_equal(tmp_path: Path) -> None:
    scenario = a_town()
    compiled = obtain_program(scenario, outline_program(scenario), tmp_path)
    kept = obtain_program(scenario, outline_program(scenario), tmp_path)
    assert kept is not compiled
    assert len(list(tmp_path.iterdir())) == 1
    for labels, written in ((kept.row_labels, compiled.row_labels), (kept.column_labels, compiled.column_labels)):
        assert tuple(labels) == tuple(written)
    for name in keep.ARRAYS:
        np.testing.assert_array_equal(getattr(kept, name), getattr(compiled, name))
    coefficients = measure_coefficients(scenario)
    first, second = revise_program(compiled, coefficients), revise_program(kept, coefficients)
    np.testing.assert_array_equal(first.entries, second.entries)
    np.testing.assert_array_equal(first.row_upper, second.row_upper)
    np.testing.assert_array_equal(first.costs["cost"], second.costs["cost"])


def test_other_numbers_share_a_file_and_another_structure_has_its_own(tmp_path: Path) -> None:
    for potential, files in ((5.0, 1), (6.0, 1), (np.inf, 2)):
        scenario = a_town(potential)
        obtain_program(scenario, outline_program(scenario), tmp_path)
        assert len(list(tmp_path.iterdir())) == files


def _spoil(file: Path, how: str) -> None:
    """Put something else in the place of a kept program."""
    whole = file.read_bytes()
    middle = len(whole) // 2
    contents = {
        "empty": b"",
        "noise": b"not a program" * 50,
        "half": whole[:middle],
        "one byte": whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :],
        "more": whole + b"\0",
        "another digest": bytes(32) + whole[32:],
        "without digest": whole[32:],
    }
    file.unlink()
    if how == "folder":
        file.mkdir()
    elif how == "broken link":
        file.symlink_to(file.parent / "nowhere")
    elif how == "device":
        file.symlink_to("/dev/zero")
    elif how == "pipe":
        os.mkfifo(file)
    else:
        file.write_bytes(contents[how])


@pytest.mark.parametrize(
    "how",
    [
        *("empty", "noise", "half", "one byte", "more", "another digest", "without digest"),
        *("folder", "broken link", "device", "pipe"),
    ],
)
def test_what_is_not_the_program_that_was_written_is_compiled_again(tmp_path: Path, how: str) -> None:
    scenario = a_town()
    compiled = obtain_program(scenario, outline_program(scenario), tmp_path)
    (file,) = tmp_path.iterdir()
    _spoil(file, how)
    again = obtain_program(scenario, outline_program(scenario), tmp_path)
    np.testing.assert_array_equal(again.constant, compiled.constant)
    np.testing.assert_array_equal(again.map.toarray(), compiled.map.toarray())
    assert how == "folder" or obtain_program(scenario, outline_program(scenario), tmp_path) is not again
    assert how == "folder" or file.is_file()


def test_a_folder_that_cannot_be_made_keeps_nothing_and_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    scenario = a_town()
    program = obtain_program(scenario, outline_program(scenario), tmp_path / "file" / "compiled")
    assert program.shape[0] > 0


def test_only_the_latest_programs_are_kept(tmp_path: Path) -> None:
    for i in range(MOST_KEPT + 3):
        (tmp_path / f"{i}.npz").write_bytes(b"old")
    scenario = a_town()
    obtain_program(scenario, outline_program(scenario), tmp_path)
    assert len(list(tmp_path.glob("*.npz"))) == MOST_KEPT
