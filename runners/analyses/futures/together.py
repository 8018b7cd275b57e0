"""Futures that each have a plan, as one: which way they are solved together, and what comes of expected numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from model.compiled.blocks import Block, join_tasks, mean_task
from model.compiled.blocks_risk import Risk
from model.compiled.blocks_tree import Branch
from model.compiled.revise import LinearProgram
from model.compiled.sparse import MISS
from model.compiled.task import Task
from model.solver.blocks_solve import Joint, solve_apart, solve_joint
from model.solver.least import LARGE, solve_task
from model.solver.nearest import hold_expected_miss, hold_least_miss, mean_least_miss
from model.solver.solution import OPTIMAL_GAP, Solution, SolverOptions, Status
from model.solver.stages import GRACE, find_main, pose_task
from model.solver.subproblem import Subproblem
from runners.analyses.futures.design import Future
from runners.analyses.futures.found import Asked, Method, NoTogether, Tried
from runners.analyses.futures.values import COST
from runners.family import Family


@dataclass(frozen=True)
class Posed:
    """Futures that have a plan by themselves, as they go into the block; all in one order.

    `apart` are their tasks on warm solvers, where they were solved in parts of units.
    """

    futures: Sequence[Future]
    branches: tuple[Branch, ...]
    programs: Sequence[LinearProgram]
    tasks: Sequence[Task]
    alone: Sequence[Solution]
    apart: Sequence[Subproblem]
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
    cut: Joint | None = None
    if mean.status.has_plan and _choose_cuts(posed, asked):
        joint = cut = _cut(family, posed, risk, expected, mean)
        left = family.options.time_limit - joint.seconds
        open_ended = joint.status is Status.TIME_LIMIT and asked.method is Method.CHOOSE and left > GRACE
        if joint.status.has_plan and not open_ended:
            rows = len(posed.tasks) * len(posed.tasks[0].row_lower)
            return joint, (rows, int((posed.owners == np.arange(len(posed.owners))[:, None]).sum()))
        if joint.status is Status.INFEASIBLE:
            raise NoTogether(joint.status)
    block = _join(posed, family.options)
    shape = len(block.task.row_lower), len(block.task.costs)
    if cut is not None and cut.status.has_plan:
        options = replace(family.options, time_limit=left)
        return _take_best(cut, solve_joint(block, risk, options, block.fill(cut.columns)), family.options.gap), shape
    joint = solve_joint(block, risk, family.options, _start(block, expected))
    if not joint.status.has_plan:
        raise NoTogether(joint.status)
    return joint, shape


def _take_best(cut: Joint, block: Joint, gap: float) -> Joint:
    """The better plan of two searches for the same, with the better of their bounds."""
    if not block.status.has_plan:
        return cut
    best, bound = (block if block.value < cut.value else cut), max(cut.bound, block.bound)
    found = replace(best, bound=min(bound, best.value), rounds=cut.rounds, scale=cut.scale)
    status = Status.WITHIN_GAP if found.gap <= gap else Status.TIME_LIMIT
    return replace(found, status=Status.OPTIMAL if found.gap <= OPTIMAL_GAP else status)


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


def can_cut(of: str, branches: Sequence[Branch]) -> bool:
    """Whether futures can be solved by cuts: costs in two stages."""
    return of == COST and len({(branch.parent, branch.stage) for branch in branches[1:]}) <= 1


def _choose_cuts(posed: Posed, asked: Asked) -> bool:
    """Whether they are: where that was asked for, or where they serve and the block is large."""
    if asked.method is not Method.CHOOSE:
        return asked.method is Method.CUTS
    large = posed.owners.size >= LARGE and len(posed.owners) > 1
    return large and can_cut(asked.of, posed.branches) and not posed.nearest


def _cut(family: Family, posed: Posed, risk: Risk, expected: Sequence[Tried], mean: Solution) -> Joint:
    """The least by cuts, from the first step of expected numbers and what each future makes of it."""
    known = _gather(expected)
    return solve_apart(posed.tasks, posed.weights, posed.owners, family.options, mean.columns, risk, posed.apart, known)


def _gather(expected: Sequence[Tried]) -> np.ndarray | None:
    """What each future makes of the first step of expected numbers (n_futures, n_columns), where all have a way on."""
    if any(tried.strained for tried in expected):
        return None
    return np.array([tried.columns for tried in expected])


def _start(block: Block, expected: Sequence[Tried]) -> np.ndarray | None:
    """A point to search the block from, where there is one."""
    known = _gather(expected)
    return None if known is None else block.fill(known)
