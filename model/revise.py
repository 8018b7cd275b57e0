"""How a compiled program gets other numbers: one gather, one sparse product, no Pyomo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from model.coefficient import Coefficient
from model.sparse import OBJECTIVES, SparseProgram

ZERO_ENTRY = 1e-11
"""Entries of A below this are rounding of zero and are left out: HiGHS would warn and drop them itself."""


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
    n_rows, n_columns, n_entries = program.shape
    entries, lower = values[:n_entries], values[n_entries : n_entries + n_rows]
    upper, rest = values[n_entries + n_rows : n_entries + 2 * n_rows], values[n_entries + 2 * n_rows :]
    entries[np.abs(entries) < ZERO_ENTRY] = 0.0
    objectives = rest.reshape(len(OBJECTIVES), n_columns + 1)
    return LinearProgram(
        program=program,
        starts=program.starts,
        rows=program.rows,
        entries=entries,
        row_lower=lower,
        row_upper=upper,
        column_lower=program.column_lower,
        column_upper=program.column_upper,
        costs=dict(zip(OBJECTIVES, objectives[:, 1:], strict=True)),
        offsets=dict(zip(OBJECTIVES, objectives[:, 0].tolist(), strict=True)),
    )
