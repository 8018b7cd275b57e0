"""Futures that each have a plan, as one: which way they are solved together, and what comes of expected numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from model.compiled.blocks import Block, join_tasks, mean_task
from model.compiled.blocks_risk import Measure, Risk
from model.compiled.blocks_tree import Branch
from model.compiled.revise import LinearProgram
from model.compiled.sparse import MISS
from model.compiled.task import Task
from model.solver.blocks_solve import Joint, solve_apart, solve_joint, solve_task
from model.solver.nearest import hold_expected_miss, hold_least_miss, mean_least_miss
from model.solver.solution import Solution, SolverOptions, Status
from model.solver.stages import find_main, pose_task
from runners.analyses.futures.design import Future
from runners.analyses.futures.found import Asked, Method, NoTogether, Tried
from runners.family import Family


@dataclass(frozen=True)
class Posed:
    """Futures that have a plan by themselves, as they go into the block; all in one order."""

    futures: Sequence[Future]
    branches: tuple[Branch, ...]
    programs: Sequence[LinearProgram]
    tasks: Sequence[Task]
    alone: Sequence[Solution]
    weights: np.ndarray
    owners: np.ndarray

    @property
    def nearest(self) -> bool:
        """Whether what is missed of some targets comes first."""
        return bool(self.programs[0].program.structure.nearest)

    @property
    def leasts(self) -> np.ndarray:
        """What each costs by itself (n_futures)."""
        return np.array([found.objective for found in self.alone])


def solve_together(
    family: Family, posed: Posed, asked: Asked, risk: Risk, expected: Sequence[Tried], mean: Solution
) -> tuple[Joint, tuple[int, int]]:
    """The least for all futures, and how many rows and columns they have together."""
    if asked.method is Method.CUTS and mean.status.has_plan:
        joint = solve_apart(posed.tasks, posed.weights, posed.owners, family.options, mean.columns)
        if joint.status.has_plan:
            rows = len(posed.tasks) * len(posed.tasks[0].row_lower)
            return joint, (rows, int((posed.owners == np.arange(len(posed.owners))[:, None]).sum()))
        if joint.status is Status.INFEASIBLE:
            raise NoTogether(joint.status)
    block = _join(posed, family.options)
    joint = solve_joint(block, risk, family.options, _start(block, expected))
    if not joint.status.has_plan:
        raise NoTogether(joint.status)
    return joint, (len(block.task.row_lower), len(block.task.costs))


def _join(posed: Posed, options: SolverOptions) -> Block:
    """The block; where what is missed comes first, with the least that is expected of it held."""
    block = join_tasks(posed.tasks, posed.weights, posed.owners)
    if not posed.nearest:
        return block
    missing = [pose_task(program, MISS) for program in posed.programs]
    held = hold_expected_miss(block, join_tasks(missing, posed.weights, posed.owners), options)
    if held is None:
        raise NoTogether(Status.INFEASIBLE)
    return held


def pose_mean(posed: Posed, options: SolverOptions) -> Task:
    """The task of expected numbers."""
    task = mean_task(posed.tasks, posed.weights)
    return mean_least_miss(posed.programs, posed.weights, task, options) if posed.nearest else task


def solve_alone(program: LinearProgram, options: SolverOptions) -> Solution:
    """The least of a future by itself: of its cost, once what it misses is least where that comes first."""
    at = program.program.structure
    held = hold_least_miss(program, options) if at.nearest else program
    return Solution.none() if held is None else solve_task(pose_task(held, find_main(at)), options)


def can_cut(measure: Measure, branches: Sequence[Branch]) -> bool:
    """Whether futures can be solved by cuts: the mean of two stages."""
    return measure is Measure.MEAN and len({(branch.parent, branch.stage) for branch in branches[1:]}) <= 1


def _start(block: Block, expected: Sequence[Tried]) -> np.ndarray | None:
    """The first step of expected numbers with what each future makes of it: a point to search from, where it is one."""
    if any(tried.strained for tried in expected):
        return None
    return block.fill(np.array([tried.columns for tried in expected]))
