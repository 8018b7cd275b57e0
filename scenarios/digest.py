"""The digest of a scenario: the same for the same plan, whatever the machine and the order of rows."""

from __future__ import annotations

import hashlib
from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from scenarios.arithmetic.rooms import REFERENCES
from scenarios.catalog import (
    ACCOUNT,
    ACTOR,
    COMMODITY,
    DATED,
    FLOWN,
    INSTRUMENT,
    PART,
    PATH,
    SOURCE,
    TARGET,
    TECHNOLOGY,
)
from scenarios.headings import HEADINGS
from scenarios.overlay import DIGEST
from scenarios.tables import CASE

if TYPE_CHECKING:
    import xarray

LOGIC_ROW = "logic_row"
_UNORDERED = (TECHNOLOGY, COMMODITY, ACCOUNT, PART, TARGET, "group", LOGIC_ROW, ACTOR, INSTRUMENT, FLOWN, DATED, PATH)
"""Dimensions whose order of labels says nothing."""


def digest_of(scenario: xarray.Dataset) -> str:
    """The SHA-256 of all that can change a plan: names, dimensions, labels, numbers and conventions of a scenario.

    The same for any order of rows that are no sequence (slices are one), on any machine. Sources, the folder's
    name, sentences and what programmes and sectors are called do not count. Nor does what the do-nothing path earns
    and is worth: it follows from the rest, and its last digits from the order in which a program adds.
    """
    order = _order_labels(scenario)
    digest = hashlib.sha256()
    for name in sorted(str(name) for name in scenario.variables):
        variable = scenario.variables[name]
        if SOURCE in variable.dims or name in REFERENCES:
            continue
        values = np.asarray(variable.values)
        for axis, dim in enumerate(variable.dims):
            if dim in order:
                values = values.take(order[dim], axis)
        digest.update(f"{name}{variable.dims}{variable.shape}".encode())
        digest.update(_canonical_bytes(values))
    for name in sorted(set(scenario.attrs) - {DIGEST, CASE, HEADINGS}):
        digest.update(f"{name}={scenario.attrs[name]}".encode())
    return digest.hexdigest()


def _order_labels(scenario: xarray.Dataset) -> dict[Hashable, NDArray[np.intp]]:
    """The places of labels in their order, by dimension, where they do not stand in it already."""
    dims = [dim for dim in _UNORDERED if dim in scenario.dims]
    orders = {dim: np.argsort(scenario.variables[dim].values, kind="stable") for dim in dims}
    return {dim: order for dim, order in orders.items() if (np.diff(order) < 0).any()}


def _canonical_bytes(values: NDArray[Any]) -> bytes | memoryview:
    """Values as bytes that are the same on any machine, with one NaN and one zero."""
    if values.dtype.kind == "f":
        plain = np.add(np.atleast_1d(values), 0.0, dtype="<f8", order="C")
        np.copyto(plain, np.nan, where=np.isnan(plain))
        return plain.data.cast("B") if plain.size else b""
    if values.dtype.kind in "iub":
        return values.astype("<i8").tobytes()
    return "\x00".join(map(str, values.ravel().tolist())).encode()
