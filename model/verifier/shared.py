"""Do plans of futures that have not parted begin alike? What is begun, retired and scrapped before they part is equal.

    build[k,v], units[k,v], begin[k,v]  v before the year in which two futures part
    retired[k,v,y], scrapped[k,y]       y before it

Nothing here is shared with the program of the block: the plans themselves are compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from scenarios.terms import VINTAGE, YEAR

SHARED = {
    "build": VINTAGE,
    "units": VINTAGE,
    "begin": VINTAGE,
    "retired": YEAR,
    "scrapped": YEAR,
}
"""Decisions that are taken before it is known which future comes, and the label that says when."""
TOLERANCE = 1e-5
"""How far two amounts may differ, over the larger of them and one."""


@dataclass(frozen=True)
class SharedDecision:
    """A decision that two futures (their numbers) should share and do not: its labels, and by how much."""

    first: int
    second: int
    decision: str
    labels: tuple[str | int, ...]
    difference: float


def find_unshared(plans: Sequence[xr.Dataset], pairs: Sequence[tuple[int, int, int]]) -> list[SharedDecision]:
    """Decisions that differ though they are taken before two futures part.

    Args:
        plans: of the futures.
        pairs: two futures, and the year in which they part.
    """
    found = []
    for first, second, year in pairs:
        for decision, when in SHARED.items():
            one, other = plans[first][decision], plans[second][decision]
            before = one[when].values < year
            apart = np.abs(one.values - other.values)
            size = np.maximum(np.maximum(np.abs(one.values), np.abs(other.values)), 1.0)
            shape = [1] * one.ndim
            shape[one.dims.index(when)] = len(before)
            wrong = (apart > TOLERANCE * size) & before.reshape(shape)
            for place in np.argwhere(wrong):
                labels = tuple(one[dim].values[i].item() for dim, i in zip(one.dims, place, strict=True))
                found.append(SharedDecision(first, second, decision, labels, float(apart[tuple(place)])))
    return found
