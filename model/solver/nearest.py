"""Least miss first: a program in which what is missed is as little as can be, and what it costs is looked at then.

least   of sum of what wholes miss;  then its row   miss <= least + room   holds, and the cost is least
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from model.compiled.blocks import Block, mean_task
from model.compiled.blocks_risk import Added
from model.compiled.revise import LinearProgram
from model.compiled.sparse import MISS
from model.compiled.task import Task
from model.solver.least import solve_task
from model.solver.solution import Solution, SolverOptions
from model.solver.stages import KEEP, pose_task

MISS_ROW = "miss_most"


def hold_least_miss(program: LinearProgram, options: SolverOptions) -> LinearProgram | None:
    """The program with its least miss held; None where it has no plan."""
    found = solve_task(pose_task(program, MISS), options)
    if not found.status.has_plan:
        return None
    upper = program.row_upper.copy()
    upper[program.program.row_families[MISS_ROW]] = _give(found) - program.offsets[MISS]
    return replace(program, row_upper=upper)


def mean_least_miss(programs: Sequence[LinearProgram], weights: np.ndarray, task: Task, options: SolverOptions) -> Task:
    """The task of expected numbers with its own least miss held; as it is where it has no plan."""
    missing = mean_task([pose_task(program, MISS) for program in programs], weights)
    found = solve_task(missing, options)
    if not found.status.has_plan:
        return task
    upper = task.row_upper.copy()
    upper[programs[0].program.row_families[MISS_ROW]] = _give(found) - missing.offset
    return replace(task, row_upper=upper)


def hold_expected_miss(block: Block, missing: Block, options: SolverOptions) -> Block | None:
    """The block with a row that holds the expected miss at its least; None where it has no plan.

    Args:
        block: of the futures.
        missing: the same with the miss as its objective.
        options: of the solver.
    """
    found = solve_task(missing.task, options)
    if not found.status.has_plan:
        return None
    added, costs = Added(block.task), missing.task.costs
    counted = np.flatnonzero(costs)
    added.add_row(counted, costs[counted], -np.inf, _give(found) - missing.task.offset)
    return replace(block, task=added.finish())


def _give(found: Solution) -> float:
    """The least miss with a little room: what is solved after it must not fail on the last digit."""
    return max(found.objective, 0.0) + KEEP * (1.0 + abs(found.objective))
