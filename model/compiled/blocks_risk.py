"""What is least: the expected cost, the tail of it, the most it can be, or the most that is regretted.

Every measure looks at one value per future, V_s: its cost, or any other sum of its columns. A value is gathered in
parts (the years), so that no row reads all columns:

    part_value    part[s, y] = sum of v_s[j] x_s[j] over the columns j of part y
    value_least   value[s] >= sum_y part[s, y] + offset_s        (for each sum of which the value is the largest)
    tail_least    tail[s] >= value[s] - eta,  tail[s] >= 0
    most_least    scale_s most >= value[s] - least_s             (regret: least_s what the future costs by itself)

    mean    sum_s p_s C_s
    cvar    (1 - weight) sum_s p_s C_s + weight (eta + sum_s p_s tail[s] / (1 - alpha))
    worst, regret   most; then, that held, sum_s p_s C_s
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import Enum

import numpy as np
from scipy import sparse

from model.compiled.blocks import Block
from model.compiled.task import Task


class Measure(Enum):
    """What of the futures' values is to be least."""

    MEAN = "mean"
    """The expected cost."""
    CVAR = "cvar"
    """The mean of the worst part 1 - alpha of the futures, weighed against the expected cost."""
    REGRET = "regret"
    """The most by which a future's value lies above the least that it could be, were it known."""
    WORST = "worst"
    """The value of the worst future."""


@dataclass(frozen=True)
class Sum:
    """A sum of a future's columns: `weights @ x + offset`."""

    weights: np.ndarray
    offset: float = 0.0


@dataclass(frozen=True)
class Risk:
    """What is least, and of which values.

    Args:
        measure: of the values.
        alpha: of `cvar`: the part of the futures that is not in the tail.
        weight: of `cvar`: what the tail counts beside the expected cost; 1 leaves the mean out where values are costs.
        values: per future the sums whose largest is its value; None: its cost.
        leasts: of `regret`: each future's least value by itself (n_futures).
        relative: of `regret`: as a part of that least.
        parts: which part each column belongs to (n_columns); one part where None.
    """

    measure: Measure = Measure.MEAN
    alpha: float = 0.9
    weight: float = 1.0
    values: Sequence[Sequence[Sum]] | None = None
    leasts: np.ndarray | None = None
    relative: bool = False
    parts: np.ndarray | None = field(default=None)


def pose_risk(block: Block, risk: Risk) -> Task:
    """The block's task under a measure of risk; of `worst` and `regret` the first step, the least of the most."""
    if risk.measure is Measure.MEAN:
        return block.task
    added = Added(block.task)
    return add_measure(added, risk, block.weights, _add_values(added, block, risk))


def add_measure(added: Added, risk: Risk, weights: np.ndarray, values: np.ndarray) -> Task:
    """The task under a measure of columns that are the futures' values.

    Args:
        added: to a task whose cost is the expected cost.
        risk: the measure.
        weights: probabilities (n_futures).
        values: positions of the values (n_futures).

    What the measure adds stands behind all else: a row per future, in their order, and of `worst` and `regret` the most
    as the last column.
    """
    if risk.measure is Measure.MEAN:
        return added.finish()
    pose = _pose_tail if risk.measure is Measure.CVAR else _pose_most
    return pose(added, risk, weights, values)


def hold_most(task: Task, posed: Task, most: float) -> Task:
    """The second step of `worst` and `regret`: the expected cost of a task, with the most of it posed held."""
    costs = np.zeros(len(posed.costs))
    costs[: len(task.costs)] = task.costs
    upper = posed.column_upper.copy()
    upper[-1] = most
    return replace(posed, costs=costs, offset=task.offset, column_upper=upper)


def weigh_futures(risk: Risk, weights: np.ndarray, prices: np.ndarray) -> tuple[np.ndarray, float]:
    """Weights under which the expected cost, less what is given with them, is nowhere above the measure of costs.

    Args:
        risk: the measure.
        weights: probabilities (n_futures).
        prices: of the rows that the measure adds, one per future; nothing is asked of them, but the better they are the
            nearer the two come.
    """
    if risk.measure is Measure.MEAN:
        return weights, 0.0
    prices = np.maximum(prices, 0.0)
    if risk.measure is Measure.CVAR:
        most = risk.weight * weights / (1.0 - risk.alpha)
        return (1.0 - risk.weight) * weights + _share(np.minimum(prices, most), most, risk.weight), 0.0
    least, scale = _list_leasts(risk, len(weights))
    total = float(prices @ scale)
    share = prices / total if total > 0 else weights / float(weights @ scale)
    return share, float(share @ least)


def _share(parts: np.ndarray, most: np.ndarray, total: float) -> np.ndarray:
    """Parts made to sum to a total, none of them above its most."""
    found = float(parts.sum())
    if found >= total:
        return parts * (total / found)
    room = most - parts
    return np.asarray(parts + room * (total - found) / float(room.sum()))


def measure_values(block: Block, risk: Risk, point: np.ndarray) -> np.ndarray:
    """The value of each future at a point of the block (n_futures)."""
    if risk.values is None:
        return block.cost(point)
    columns = block.cut(point)
    return np.array(
        [max(one.weights @ x + one.offset for one in sums) for sums, x in zip(risk.values, columns, strict=True)]
    )


def measure_risk(risk: Risk, weights: np.ndarray, costs: np.ndarray, values: np.ndarray) -> float:
    """What a measure says of futures that cost and are worth so much (each n_futures)."""
    if risk.measure is Measure.MEAN:
        return float(weights @ costs)
    if risk.measure is Measure.CVAR:
        rest = 1.0 - risk.weight if risk.values is None else 1.0
        return rest * float(weights @ costs) + risk.weight * average_tail(values, weights, risk.alpha)
    least, scale = _list_leasts(risk, len(weights))
    return float(((values - least) / scale).max())


def average_tail(values: np.ndarray, weights: np.ndarray, alpha: float) -> float:
    """Mean of the worst part 1 - alpha of values: a future on the edge counts with what of it lies in the tail."""
    order = np.argsort(-values, kind="stable")
    before = np.concatenate([[0.0], np.cumsum(weights[order])[:-1]])
    counted = np.clip(1.0 - alpha - before, 0.0, weights[order])
    return float(counted @ values[order] / (1.0 - alpha))


def _list_leasts(risk: Risk, n_futures: int) -> tuple[np.ndarray, np.ndarray]:
    """What is taken off each future's value, and what a unit of the most is of it."""
    if risk.measure is Measure.WORST or risk.leasts is None:
        return np.zeros(n_futures), np.ones(n_futures)
    scale = np.maximum(np.abs(risk.leasts), 1e-9) if risk.relative else np.ones(n_futures)
    return risk.leasts, scale


def _list_sums(block: Block, risk: Risk, future: int) -> Sequence[Sum]:
    """The sums whose largest is a future's value."""
    if risk.values is not None:
        return risk.values[future]
    return (Sum(block.tasks[future].costs, block.tasks[future].offset),)


def _add_values(added: Added, block: Block, risk: Risk) -> np.ndarray:
    """Columns for the futures' values (n_futures), with a column and a row for each part of each sum."""
    values = added.add_columns(np.full(len(block.weights), -np.inf))
    parts = np.zeros(block.places.shape[1], dtype=np.int64) if risk.parts is None else risk.parts
    for future, place in enumerate(block.places):
        for counted in _list_sums(block, risk, future):
            there = np.flatnonzero(counted.weights)
            used = np.unique(parts[there])
            columns = added.add_columns(np.full(len(used), -np.inf))
            for part, column in zip(used, columns, strict=True):
                chosen = there[parts[there] == part]
                added.add_row(np.r_[place[chosen], column], np.r_[counted.weights[chosen], -1.0], 0.0, 0.0)
            least = np.r_[1.0, -np.ones(len(used))]
            added.add_row(np.r_[values[future], columns], least, counted.offset, np.inf)
    return values


def _pose_tail(added: Added, risk: Risk, weights: np.ndarray, values: np.ndarray) -> Task:
    """The expected cost and the tail, each with its weight."""
    (eta,) = added.add_columns(np.full(1, -np.inf))
    tails = added.add_columns(np.zeros(len(weights)))
    for tail, value in zip(tails, values, strict=True):
        added.add_row(np.array([tail, eta, value]), np.array([1.0, 1.0, -1.0]), 0.0, np.inf)
    task, rest = added.finish(), 1.0 - risk.weight if risk.values is None else 1.0
    costs = rest * task.costs
    costs[eta] = risk.weight
    costs[tails] = risk.weight * weights / (1.0 - risk.alpha)
    return replace(task, costs=costs, offset=rest * task.offset)


def _pose_most(added: Added, risk: Risk, weights: np.ndarray, values: np.ndarray) -> Task:
    """The most alone: the column behind all others."""
    (most,) = added.add_columns(np.full(1, -np.inf))
    for value, least, scale in zip(values, *_list_leasts(risk, len(weights)), strict=True):
        added.add_row(np.array([most, value]), np.array([scale, -1.0]), -least, np.inf)
    task = added.finish()
    costs = np.zeros(len(task.costs))
    costs[most] = 1.0
    return replace(task, costs=costs, offset=0.0)


class Added:
    """Columns without cost and rows put behind those of a task, all at once."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._lower: list[np.ndarray] = []
        self._count = len(task.costs)
        self._rows: list[tuple[np.ndarray, np.ndarray, float, float]] = []

    def add_columns(self, lower: np.ndarray) -> np.ndarray:
        """Positions of new columns that are at least so much."""
        self._lower.append(lower)
        self._count += len(lower)
        return np.arange(self._count - len(lower), self._count)

    def add_row(self, columns: np.ndarray, entries: np.ndarray, lower: float, upper: float) -> None:
        """A row over columns of the task and new ones."""
        self._rows.append((columns, entries, lower, upper))

    def finish(self) -> Task:
        """The task with all of it."""
        task, count = self._task, self._count - len(self._task.costs)
        if not self._rows and not count:
            return task
        starts = np.r_[task.starts, np.full(count, task.starts[-1])]
        whole = sparse.csc_matrix((task.entries, task.rows, starts), shape=(len(task.row_lower), self._count))
        pointer = np.r_[0, np.cumsum([len(row[0]) for row in self._rows])]
        columns, entries = (np.concatenate([row[i] for row in self._rows]) for i in (0, 1))
        rows = sparse.csr_matrix((entries, columns, pointer), shape=(len(self._rows), self._count))
        matrix = sparse.vstack([whole, rows.tocsc()], format="csc")
        return replace(
            task,
            starts=matrix.indptr.astype(np.int32),
            rows=matrix.indices.astype(np.int32),
            entries=matrix.data,
            row_lower=np.r_[task.row_lower, [row[2] for row in self._rows]],
            row_upper=np.r_[task.row_upper, [row[3] for row in self._rows]],
            column_lower=np.concatenate([task.column_lower, *self._lower]),
            column_upper=np.r_[task.column_upper, np.full(count, np.inf)],
            costs=np.r_[task.costs, np.zeros(count)],
            integrality=np.r_[task.integrality, np.zeros(count)].astype(np.int32),
        )
