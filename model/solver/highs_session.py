"""Tasks solved one after the other on one HiGHS object, each from where the last one ended while that pays."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, replace

import numpy as np

from model.compiled.task import Task
from model.solver.highs import (
    DUAL_TOLERANCE,
    FACE,
    Basis,
    Object,
    apply_scale,
    count_iterations,
    load_task,
    move_task,
    proves_impossible,
    read_solution,
    rests_on_least,
    run,
    set_options,
    set_settling,
    set_warm,
    time_run,
)
from model.solver.scale import Scale, find_scale
from model.solver.solution import HIGHS, Solution, SolverOptions, Status
from model.solver.starts import Starts, Step, measure_step
from model.solver.ties import SAME, measure_breach


class HighsSession:
    """Solves linear tasks of one objective and pattern one after the other, on one HiGHS object while that pays.

    Args:
        options: of the solver.
        start: as in `model.solver.chain.Chain`.

    A task whose warm start ends neither in an optimum nor in a proof that there is no plan is solved from cold.
    """

    def __init__(self, options: SolverOptions, start: str) -> None:
        self._options = options
        self._starts = Starts(start)
        self._scale: Scale | None = None
        self._held: _Held | None = None
        self._mark: _Mark | None = None

    def mark(self) -> None:
        """Keep where the last task ended, for `go_back`."""
        held = self._held
        if held is None:
            self._mark = None
        else:
            basis = held.highs.getBasis()
            self._mark = _Mark(held.task, held.found, basis, self._scale, deepcopy(self._starts))

    def go_back(self) -> None:
        """Begin the next task where `mark` was said, as if nothing had been solved since."""
        if self._mark is None:
            self._held = None
            return
        self._held = self._stand(self._mark.task, self._mark.found, self._mark.basis)
        self._scale, self._starts = self._mark.scale, deepcopy(self._mark.starts)

    def _stand(self, task: Task, found: Solution, basis: Basis) -> _Held:
        """A fresh object at a basis: one that searched in vain may search without end from where it stopped."""
        h = load_task(task)
        set_options(h, self._options, self._options.time_limit)
        h.setBasis(basis)
        return _Held(h, task, found, weighed=False)

    def solve(self, task: Task, seconds: float) -> Solution:
        """The least of the task, whole columns relaxed; warm try and cold fall-back together may take `seconds`."""
        scale = find_scale(task, self._scale)
        if scale is not self._scale:
            continued = scale is not None and scale.continues(self._scale)
            self._scale, self._held = scale, self._held if continued else None
        found = self._solve(apply_scale(scale, task), seconds)
        return found if scale is None else scale.undo(task, found)

    def _solve(self, task: Task, seconds: float) -> Solution:
        """The same of a task in the solver's units."""
        lost, back = 0.0, self._held
        step = measure_step(self._held.task, task) if self._held else None
        if self._held and step:
            if not step.changed:
                return self._held.repeat(task)
            if self._starts.prefer_warm(step):
                before, basis = self._held, self._held.highs.getBasis()
                found = self._solve_warm(before, task, step, seconds)
                if found.status is Status.OPTIMAL:
                    return found
                self._held = back = self._stand(before.task, before.found, basis)
                if found.status is Status.INFEASIBLE:
                    return found
                lost = found.seconds[HIGHS]
        found = self._solve_cold(task, max(seconds - lost, 0.0), lost)
        if found.status is Status.INFEASIBLE:
            self._held = back  # a task that cannot be tells nothing of the next, which goes on from the one before it
        return found

    def _solve_warm(self, held: _Held, task: Task, step: Step, seconds: float) -> Solution:
        h, weighed = held.highs, (held.weighed and not step.entries) or self._starts.expect_long(step)
        move_task(h, held.task, task, step)
        set_warm(h, self._starts.cap, seconds, dual=_suits_dual(held, task, step), weighed=weighed)
        found = read_solution(h, False, time_run(h))
        if found.status is Status.INFEASIBLE and not proves_impossible(h, task):
            found = replace(found, status=Status.FAILED)
        self._starts.note_warm(step, count_iterations(h), found.status in (Status.OPTIMAL, Status.INFEASIBLE))
        self._hold(h, task, found, weighed)
        return found

    def _solve_cold(self, task: Task, seconds: float, lost: float) -> Solution:
        h = load_task(task)
        set_options(h, self._options, seconds)
        found = run(h, False, lost)
        self._starts.note_cold(count_iterations(h), len(task.row_lower))
        self._hold(h, task, found)
        return found

    def settle(self, face: Task) -> Solution:
        """The least over the face of the task solved last, on the same object, which then holds that task again.

        The basis stays where the search ended: it is as good an end of the task, and the next one starts there.
        """
        if self._held is None:
            return Solution.none()
        h, task, asked = self._held.highs, self._held.task, apply_scale(self._scale, face)
        if rests_on_least(h, asked, self._held.found.columns):
            found = replace(self._held.found, seconds={HIGHS: 0.0})
            return found if self._scale is None else self._scale.undo(face, found)
        move_task(h, task, asked, FACE)
        set_settling(h, len(face.row_lower))
        found = read_solution(h, False, time_run(h))
        move_task(h, asked, task, FACE)
        h.setOptionValue("dual_feasibility_tolerance", DUAL_TOLERANCE)
        self._held = self._held.keep(found)
        return found if self._scale is None else self._scale.undo(face, found)

    def _hold(self, h: Object, task: Task, found: Solution, weighed: bool = True) -> None:
        sound = found.status is Status.OPTIMAL and h.getBasis().valid
        self._held = _Held(h, task, found, weighed) if sound else None


def _suits_dual(held: _Held, task: Task, step: Step) -> bool:
    """Whether dual simplex goes on from a basis: rows came, or bounds moved and, where costs did, the point broke.

    A point that keeps all rules under other costs is a start for primal simplex, and its prices are none for dual.
    """
    if step.entries or step.grown or not (step.costs and step.bounds):
        return step.bounds or step.grown
    point = held.found.columns
    outside = np.maximum(task.column_lower - point, point - task.column_upper).max(initial=0.0)
    return bool(max(outside, measure_breach(task, point)) > DUAL_TOLERANCE)


@dataclass(frozen=True)
class _Held:
    """What the next task may start from: the object, the task it solved and what it found.

    `weighed`: the object has the weights of its rows for the dual simplex; a basis that was put in has none.
    """

    highs: Object
    task: Task
    found: Solution
    weighed: bool = True

    def keep(self, settled: Solution) -> _Held:
        """The same with a point of the same value as its end, where one was found: the basis is of that one now."""
        if settled.status is not Status.OPTIMAL:
            return self
        lost = float(self.task.costs @ settled.columns) + self.task.offset - self.found.objective
        if abs(lost) > SAME * (1.0 + abs(self.found.objective)):
            return self
        return replace(self, found=replace(self.found, columns=settled.columns))

    def repeat(self, task: Task) -> Solution:
        """The same answer to the same task, but for the offset of its objective."""
        objective = self.found.objective + task.offset - self.task.offset
        return replace(self.found, objective=objective, bound=objective, seconds={HIGHS: 0.0})


@dataclass(frozen=True)
class _Mark:
    """Where a session can go back to: a task in the solver's units, what was found of it, and what was learned."""

    task: Task
    found: Solution
    basis: Basis
    scale: Scale | None
    starts: Starts
