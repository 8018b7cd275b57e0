"""How a compiled program gets other numbers: one gather, one sparse product, no Pyomo."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from model.compiled.sparse import OBJECTIVES, SparseProgram
from model.parameters.coefficient import Coefficient

ZERO_ENTRY = 1e-14
"""Entries of A below this are rounding of zero and are left out; 1.5e-13 is what a car emits in Mt per km."""
ROW_BLOCKS = ("entries", "row_lower", "row_upper")
"""Blocks of values before those of the objectives."""


@dataclass(frozen=True)
class LinearProgram:
    """One scenario's program as arrays, ready for a solver: minimise, columns by compressed sparse column.

    `costs` and `offsets` hold one objective each by name; `starts`, `rows`, `entries` the matrix.
    """

    program: SparseProgram
    starts: np.ndarray
    rows: np.ndarray
    entries: np.ndarray
    row_lower: np.ndarray
    row_upper: np.ndarray
    column_lower: np.ndarray
    column_upper: np.ndarray
    costs: Mapping[str, np.ndarray]
    offsets: Mapping[str, float]


def revise_program(program: SparseProgram, coefficients: Mapping[str, Coefficient]) -> LinearProgram:
    """Put a scenario's numbers into a compiled program of the same structure.

    Args:
        program: compiled from a scenario with the same `Structure.digest`.
        coefficients: `measure_coefficients` of the scenario at hand.
    """
    return fill_program(program, program.gather(coefficients))


def fill_program(program: SparseProgram, p: np.ndarray) -> LinearProgram:
    """The program with all its numbers `p` (n_symbols) in place: one sparse product.

    values = S @ p + constant
    """
    return split_values(program, program.map @ p + program.constant)


def split_values(program: SparseProgram, values: np.ndarray) -> LinearProgram:
    """The program whose numbers are `values` (n_values), as `SparseProgram` orders them; the array is taken over."""
    entries, lower, upper, *objectives = np.split(values, _find_ends(program)[:-1])
    entries[np.abs(entries) < ZERO_ENTRY] = 0.0
    return LinearProgram(
        program=program,
        starts=program.starts,
        rows=program.rows,
        entries=entries,
        row_lower=lower,
        row_upper=upper,
        column_lower=program.column_lower,
        column_upper=program.column_upper,
        costs={name: values[1:] for name, values in zip(OBJECTIVES, objectives, strict=True)},
        offsets={name: float(values[0]) for name, values in zip(OBJECTIVES, objectives, strict=True)},
    )


@dataclass(frozen=True)
class Patch:
    """Values that some coefficients enter: their part of the map, and where in its block of values each stands.

    Blocks are entries, row lower, row upper and one per objective; `ends` (n_blocks + 1) says which of `places` are
    whose.
    """

    map: sparse.csr_matrix
    constant: np.ndarray
    places: np.ndarray
    ends: tuple[int, ...]

    @property
    def nbytes(self) -> int:
        """What it takes."""
        parts = self.map.data, self.map.indices, self.map.indptr, self.constant, self.places
        return sum(part.nbytes for part in parts)

    def touches(self, block: int) -> bool:
        """Whether any of the patch's values is the block's."""
        return self.ends[block] < self.ends[block + 1]

    def put(self, block: int, old: np.ndarray, values: np.ndarray) -> np.ndarray:
        """A block with the patch's values in it; the old one itself where it has none there."""
        if not self.touches(block):
            return old
        part = slice(self.ends[block], self.ends[block + 1])
        new = old.copy()
        new[self.places[part]] = values[part]
        return new


def cut_patch(program: SparseProgram, names: Collection[str]) -> Patch:
    """The part of the map that the coefficients enter."""
    entered = np.zeros(program.map.shape[1], dtype=bool)
    for name, symbols, _ in program.numbers:
        entered[symbols] |= name in names
    rows = np.flatnonzero(abs(program.map) @ entered.astype(float))
    firsts = np.concatenate([[0], _find_ends(program)])
    ends = np.searchsorted(rows, firsts)
    places = rows - np.repeat(firsts[:-1], np.diff(ends))
    return Patch(program.map[rows], program.constant[rows], places, tuple(ends.tolist()))


def patch_program(before: LinearProgram, patch: Patch, p: np.ndarray) -> LinearProgram:
    """The program before with the numbers `p` (n_symbols) in a patch of it; what the patch spares is not copied."""
    values = patch.map @ p + patch.constant
    kept = values[: patch.ends[1]]
    kept[np.abs(kept) < ZERO_ENTRY] = 0.0
    costs, offsets = dict(before.costs), dict(before.offsets)
    for block, name in enumerate(OBJECTIVES, start=len(ROW_BLOCKS)):
        if not patch.touches(block):
            continue
        whole = patch.put(block, np.concatenate([[offsets[name]], costs[name]]), values)
        costs[name], offsets[name] = whole[1:], float(whole[0])
    entries, lower, upper = (patch.put(block, getattr(before, name), values) for block, name in enumerate(ROW_BLOCKS))
    return replace(before, entries=entries, row_lower=lower, row_upper=upper, costs=costs, offsets=offsets)


def _find_ends(program: SparseProgram) -> np.ndarray:
    """Where the blocks of the values end."""
    n_rows, n_columns, n_entries = program.shape
    return np.cumsum([n_entries, n_rows, n_rows, *[n_columns + 1] * len(OBJECTIVES)])
