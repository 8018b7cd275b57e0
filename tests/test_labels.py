"""Labels that are read a family at a time are the labels that were written, wherever one looks first."""

from __future__ import annotations

import numpy as np
import pytest

from model.compiled.labels import Label, Labels, place_families, write_runs

WRITTEN = (
    Label("build", ("pump", 2025)),
    Label("build", ("pump", 2026)),
    Label("cost_most", ()),
    Label("activity", ("pump", 2025, "winter")),
    Label("build", ("boiler", 2025)),
)


def test_labels_are_those_that_were_written() -> None:
    for place in range(-len(WRITTEN), len(WRITTEN)):
        assert Labels(write_runs(WRITTEN))[place] == WRITTEN[place]
    assert Labels(write_runs(WRITTEN))[np.int64(3)] == WRITTEN[3]
    labels = Labels(write_runs(WRITTEN))
    assert tuple(labels) == labels[:] == WRITTEN
    assert labels[1:3] == WRITTEN[1:3]
    assert len(labels) == len(WRITTEN)


@pytest.mark.parametrize("place", [len(WRITTEN), -len(WRITTEN) - 1])
def test_beyond_the_last_there_is_none(place: int) -> None:
    with pytest.raises(IndexError):
        Labels(write_runs(WRITTEN))[place]


def test_of_no_labels_there_is_none() -> None:
    labels = Labels([])
    assert (len(labels), tuple(labels), place_families(labels)) == (0, (), {})


def test_families_stand_where_they_stood() -> None:
    lazy, plain = place_families(Labels(write_runs(WRITTEN))), place_families(WRITTEN)
    assert {family: places.tolist() for family, places in lazy.items()} == {
        "build": [0, 1, 4],
        "cost_most": [2],
        "activity": [3],
    }
    assert {family: places.tolist() for family, places in plain.items()} == {
        family: p.tolist() for family, p in lazy.items()
    }
