"""How a hand-solved town is tested: its plan, and its decisions beside the numbers of the working.

Towns are written in the shorthand of `town.py`. Their rate is 0 and nothing is left of an investment at the end,
unless a test says otherwise: then a cost is a plain sum.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike
from town import scenario_of

from runners.solve import find_plan

HALVES = [{"slice": "winter", "hours": 4380}, {"slice": "summer", "hours": 4380}]
"""A year of two equal slices."""

TOLERANCE = 1e-6


def plan_of(tables: Mapping[str, Any], **choices: Any) -> xr.Dataset:
    """The plan of a town; keywords are fields of Choices."""
    return find_plan(scenario_of(tables, **{"salvage": "none", **choices}))


def cost_of(tables: Mapping[str, Any], **choices: Any) -> float:
    """The least cost of a town."""
    return float(plan_of(tables, **choices).attrs["objective"])


def decided(plan: xr.Dataset, name: str, *labels: object) -> np.ndarray:
    """A decision at its first labels, over the dimensions that are left; a year of one slice has that slice alone."""
    array = plan[name]
    for label in labels:
        array = array.sel({array.dims[0]: label})
    return np.asarray(array.values)


def assert_close(actual: ArrayLike, expected: ArrayLike) -> None:
    """Fail where numbers differ by more than the tolerance, relative or absolute."""
    np.testing.assert_allclose(
        np.asarray(actual, dtype=float), np.asarray(expected, dtype=float), rtol=TOLERANCE, atol=TOLERANCE
    )
