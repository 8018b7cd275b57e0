"""Which scenarios a sweep has: keys that vary, the levels of each, and which level each scenario takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

from scenarios.errors import CaseError, Problem

GRID, TABLE = "grid", "table"
"""Sources of designs beside the methods of `samples`."""
AS_BASE = ""
"""The level that leaves a key as it is without the sweep: an empty cell of a table."""
SWEEP = "sweep"
_DENSE = 2**62


@dataclass(frozen=True)
class Design:
    """Scenarios as positions in the levels of each key.

    `keys` as written; `levels` per key the distinct values as text (`AS_BASE`: as without the sweep); `codes` int32,
    one row per scenario and one column per key; `source`: grid, table, latin_hypercube or sobol; `names` what a table
    calls its scenarios, none where it does not.
    """

    keys: tuple[str, ...]
    levels: tuple[tuple[str, ...], ...]
    codes: np.ndarray
    source: str
    names: tuple[str, ...] = ()

    def __len__(self) -> int:
        """How many scenarios there are."""
        return int(self.codes.shape[0])

    def row(self, scenario: int) -> dict[str, str]:
        """What one scenario says, key to level; keys left as they are without the sweep stay away.

        >>> cross_axes({"price": ("low", "high")}, most=10).row(1)
        {'price': 'high'}
        """
        found = zip(self.keys, self.levels, self.codes[scenario].tolist(), strict=True)
        return {key: levels[code] for key, levels, code in found if levels[code] != AS_BASE}


def cross_axes(axes: Mapping[str, Sequence[str]], most: int) -> Design:
    """Every combination of the levels, the last key changing fastest.

    Raises:
        CaseError: more than `most` combinations, or none.
    """
    counts = [len(levels) for levels in axes.values()]
    if problem := check_count(prod(counts), most):
        raise CaseError([problem])
    codes = np.empty((prod(counts), len(counts)), np.int32)
    for place, block in enumerate(_list_strides(counts)):
        codes[:, place] = np.arange(len(codes)) // block % counts[place]
    return Design(tuple(axes), tuple(tuple(levels) for levels in axes.values()), codes, GRID)


def cross_designs(outer: Design, inner: Design, most: int) -> Design:
    """Every scenario of one with every scenario of the other; the inner one tells the source.

    Raises:
        CaseError: more than `most` combinations, or none.
    """
    if problem := check_count(len(outer) * len(inner), most):
        raise CaseError([problem])
    codes = np.hstack([np.repeat(outer.codes, len(inner), axis=0), np.tile(inner.codes, (len(outer), 1))])
    names = tuple(name for name in outer.names for _ in range(len(inner))) or inner.names * len(outer)
    return Design(outer.keys + inner.keys, outer.levels + inner.levels, codes, inner.source, names)


def check_count(count: int, most: int) -> Problem | None:
    """What is wrong with a number of scenarios: none at all, or more than are taken."""
    if count == 0:
        return Problem("design_empty", SWEEP)
    if count > most:
        return Problem("design_many", SWEEP, fields={"count": count, "most": most})
    return None


def find_duplicates(codes: np.ndarray) -> Iterator[tuple[int, int]]:
    """Pairs of rows that say the same, the earliest such row first in each pair; in the order of the later row."""
    keys = _number_rows(codes)
    _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    earliest = first[inverse]
    for row in np.flatnonzero(earliest != np.arange(len(keys))).tolist():
        yield int(earliest[row]), row


def _list_strides(counts: Sequence[int]) -> list[int]:
    return [prod(counts[place + 1 :]) for place in range(len(counts))]


def _number_rows(codes: np.ndarray) -> np.ndarray:
    """One whole number per row, equal where rows are equal."""
    keys = np.zeros(len(codes), np.int64)
    size = 1
    for column in codes.T:
        width = int(column.max(initial=0)) + 1
        if size * width > _DENSE:
            distinct, keys = np.unique(keys, return_inverse=True)
            size = len(distinct)
        keys = keys * width + column
        size *= width
    return keys
