"""Who shares what with whom: futures that have not parted yet decide alike.

A future parts from another in a year: what is decided before that year is decided once for both. Two stages are the
tree in which all futures part from the first in one year.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from model.compiled.sparse import SparseProgram

BEGUN = ("build", "units", "begin")
"""Families of columns that begin something, by the year in which it begins: their second label."""
ENDED: Mapping[str, int] = {"retired": 2, "scrapped": 1}
"""Families of columns that end something, and which of their labels is the year."""
NEVER = np.iinfo(np.int64).max
"""The stage of a column that every future decides for itself."""


@dataclass(frozen=True)
class Branch:
    """From which earlier future (its number) a future parts, and in which year or stage."""

    parent: int
    stage: int


def part_all(count: int, stage: int) -> tuple[Branch, ...]:
    """Two stages: all futures part from the first at one stage."""
    return (Branch(0, stage),) * count


def assign_owners(stages: np.ndarray, branches: Sequence[Branch]) -> np.ndarray:
    """Whose column each future's is (n_futures, n_columns).

    owner[s, j] = owner[parent of s, j] where the stage of j comes before s parts, else s

    Args:
        stages: of the columns (n_columns): the year or stage at which each is decided.
        branches: of the futures, parents before children; the first's is itself.
    """
    owners = np.zeros((len(branches), len(stages)), dtype=np.int64)
    for future, branch in enumerate(branches[1:], start=1):
        owners[future] = np.where(stages < branch.stage, owners[branch.parent], future)
    return owners


def stage_columns(program: SparseProgram) -> np.ndarray:
    """The year in which each column of a compiled program is decided for all futures that have not parted yet.

    What is begun, retired and scrapped; operation and money are each future's own (NEVER).
    """
    stages = np.full(len(program.column_labels), NEVER)
    for family, place in {**dict.fromkeys(BEGUN, 1), **ENDED}.items():
        for column in program.column_families.get(family, ()):
            stages[column] = int(program.column_labels[column].index[place])
    return stages
