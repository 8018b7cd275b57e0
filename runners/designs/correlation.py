"""Numbers that go together: points of a sample in another order, so that columns of a group have a rank correlation.

Iman and Conover (1982): every column keeps its own values, and so its own distribution; only who stands beside whom
changes. A rank correlation r (Spearman's) is one of 2 sin(pi r / 6) between normal scores.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from scenarios.errors import Problem

KEYS, RANK = "keys", "rank"
LEAST_EIGENVALUE = 1e-9


@dataclass(frozen=True)
class Together:
    """Keys of which each two have the same rank correlation."""

    name: str
    keys: tuple[str, ...]
    rank: float


def read_groups(declared: Mapping[str, Any], known: Sequence[str], place: str) -> tuple[list[Together], list[Problem]]:
    """Groups as declared: `{name: {keys: [a, b], rank: 0.8}}`; or what is wrong with them.

    Args:
        declared: by the group's name.
        known: keys that are drawn.
        place: how the declaration's own key begins, for the problems.
    """
    groups: list[Together] = []
    problems: list[Problem] = []
    taken: set[str] = set()
    for name, said in declared.items():
        where = f"{place}.{name}"
        sound = isinstance(said, Mapping) and set(said) == {KEYS, RANK} and isinstance(said[KEYS], list | tuple)
        if not sound or not isinstance(said[RANK], int | float) or isinstance(said[RANK], bool):
            problems.append(Problem("correlation_form", where, fields={"value": said}))
            continue
        keys, rank = tuple(map(str, said[KEYS])), float(said[RANK])
        problems += [Problem("correlation_key", where, fields={"key": key}) for key in keys if key not in known]
        problems += [Problem("correlation_twice", where, fields={"key": key}) for key in keys if key in taken]
        least = -1.0 / (len(keys) - 1) if len(keys) > 1 else 0.0
        if len(keys) < 2 or not least < rank < 1.0:
            problems.append(
                Problem(
                    "correlation_none", where, fields={"rank": f"{rank:g}", "count": len(keys), "least": f"{least:.2g}"}
                )
            )
        taken |= set(keys)
        groups.append(Together(str(name), keys, rank))
    return groups, problems


def draw_matrix(keys: Sequence[str], groups: Sequence[Together]) -> np.ndarray:
    """The rank correlations of all keys (key, key): 1 on the diagonal, 0 between groups."""
    place = {key: i for i, key in enumerate(keys)}
    matrix = np.eye(len(keys))
    for group in groups:
        for one, other in combinations(group.keys, 2):
            matrix[place[one], place[other]] = matrix[place[other], place[one]] = group.rank
    return matrix


def is_correlation(matrix: np.ndarray) -> bool:
    """Whether a matrix can be one of correlations: symmetric, 1 on the diagonal, no eigenvalue below 0."""
    if matrix.shape[0] != matrix.shape[1] or not np.allclose(matrix, matrix.T) or not np.allclose(np.diag(matrix), 1.0):
        return False
    return bool(np.linalg.eigvalsh(matrix).min(initial=1.0) > LEAST_EIGENVALUE)


def correlate_points(points: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """The points (n_points, n_keys) with each column in an order that gives the rank correlations.

    Args:
        points: in the unit cube, of a sample whose columns do not go together.
        matrix: rank correlations (n_keys, n_keys), of `draw_matrix`.

    Raises:
        ValueError: the matrix is none of correlations.
    """
    if not is_correlation(matrix):
        raise ValueError("no correlations")
    n, width = points.shape
    if n < width + 2 or np.array_equal(matrix, np.eye(width)):
        return points
    from scipy.special import ndtri

    scores = ndtri(np.arange(1, n + 1) / (n + 1.0))
    drawn = scores[_rank(points)]
    wanted = 2.0 * np.sin(np.pi * matrix / 6.0)
    np.fill_diagonal(wanted, 1.0)
    own = np.linalg.cholesky(np.corrcoef(drawn, rowvar=False))
    moved = drawn @ np.linalg.inv(own).T @ np.linalg.cholesky(wanted).T
    return np.asarray(np.take_along_axis(np.sort(points, axis=0), _rank(moved), axis=0))


def _rank(values: np.ndarray) -> np.ndarray:
    """The place of each value in its column."""
    return np.argsort(np.argsort(values, axis=0, kind="stable"), axis=0, kind="stable")
