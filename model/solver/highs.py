"""How a program is solved: the one file that knows highspy."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from struct import pack
from time import perf_counter

import highspy
import numpy as np

from model.compiled.revise import LinearProgram
from model.compiled.task import Task
from model.solver.registry import CHOOSE_METHOD, DUAL, HIPO, IPM, IPX, PDLP, PRIMAL, SIMPLEX
from model.solver.scale import Scale, find_scale
from model.solver.solution import HIGHS, OPTIMAL_GAP, Solution, SolverOptions, Status, relative_gap
from model.solver.stages import pose_task
from model.solver.starts import Starts, Step, measure_step
from model.solver.ties import SAME, is_least

_COLUMNWISE = int(highspy.MatrixFormat.kColwise)
_MINIMISE = int(highspy.ObjSense.kMinimize)
_DUAL, _PRIMAL = 1, 4
_STEEPEST, _DEVEX = -1, 1
DUAL_TOLERANCE = 1e-7
METHODS: Mapping[str, Mapping[str, str | int]] = {
    CHOOSE_METHOD: {"solver": "choose"},
    SIMPLEX: {"solver": "simplex"},
    DUAL: {"solver": "simplex", "simplex_strategy": _DUAL},
    PRIMAL: {"solver": "simplex", "simplex_strategy": _PRIMAL},
    IPM: {"solver": "ipm"},
    IPX: {"solver": "ipx"},
    HIPO: {"solver": "hipo"},
    PDLP: {"solver": "pdlp"},
}
"""Methods in the words of HiGHS."""
IRREDUCIBLE = highspy.IisStrategy.kIisStrategyFromRay.value | highspy.IisStrategy.kIisStrategyIrreducible.value
IMPOSSIBLE = highspy.HighsModelStatus.kInfeasible
FACE = Step(entries=False, costs=True, bounds=True, length=0)
SETTLING = {
    "presolve": "off",
    "solver": "simplex",
    "simplex_strategy": _PRIMAL,
    "dual_feasibility_tolerance": 1e-9,
    "primal_simplex_bound_perturbation_multiplier": 0.0,
    "time_limit": highspy.kHighsInf,
}
"""Simplex from a feasible basis to the last digit: what breaks ties may itself leave none."""
SETTLING_WORK = 2e8
"""Pivots times rows that a search among ties may take: 20,000 pivots of 10,000 rows, so that it ends where it does on
every machine, however slow or loaded."""


class QuietHighs(highspy.Highs):  # type: ignore[misc]
    """A HiGHS object whose constructor prints no banner: output is off before the first call that would print."""

    def __init__(self) -> None:
        super(highspy.Highs, self).__init__()
        self.setOptionValue("output_flag", False)


def load_highs(program: LinearProgram, objective: str) -> highspy.Highs:
    """A silent HiGHS object that holds the linear program, in the units of `find_scale`."""
    task = pose_task(program, objective)
    return load_task(apply_scale(find_scale(task), task))


def can_use(method: str) -> bool:
    """Whether the HiGHS at hand has a method: HiPO is a choice of whoever built it."""
    return all(QuietHighs().setOptionValue(*option) == highspy.HighsStatus.kOk for option in METHODS[method].items())


def apply_scale(scale: Scale | None, task: Task) -> Task:
    """A task in a solver's units; None: in its own."""
    return task if scale is None else scale.apply(task)


def load_task(task: Task, integrality: np.ndarray | None = None) -> highspy.Highs:
    """A silent HiGHS object that holds a task as it is; `integrality` None: its linear relaxation."""
    h = QuietHighs()
    _pass(h, task, integrality)
    return h


def _pass(h: highspy.Highs, task: Task, integrality: np.ndarray | None = None) -> None:
    """Give the object a task; `integrality` None: its linear relaxation."""
    h.passModel(
        len(task.costs),
        len(task.row_lower),
        len(task.entries),
        _COLUMNWISE,
        _MINIMISE,
        task.offset,
        task.costs,
        task.column_lower,
        task.column_upper,
        task.row_lower,
        task.row_upper,
        task.starts[:-1],
        task.rows,
        task.entries,
        np.zeros(len(task.costs), dtype=np.int32) if integrality is None else (integrality > 0).astype(np.int32),
    )


def _run(h: highspy.Highs, mixed: bool, lost: float = 0.0) -> Solution:
    """Run, and once more without presolve where HiGHS cannot tell what kind of no it is."""
    seconds = lost + _time_run(h)
    if h.getModelStatus() == highspy.HighsModelStatus.kUnboundedOrInfeasible:
        h.setOptionValue("presolve", "off")
        seconds += _time_run(h)
    return _read(h, mixed, seconds)


def _time_run(h: highspy.Highs) -> float:
    """Seconds of one run; again where another object in between had other threads, which HiGHS calls an error."""
    started = perf_counter()
    if h.run() == highspy.HighsStatus.kError:
        highspy.Highs.resetGlobalScheduler(True)
        h.run()
    return perf_counter() - started


def _set_options(h: highspy.Highs, options: SolverOptions, seconds: float) -> None:
    if options.threads:
        highspy.Highs.resetGlobalScheduler(True)
        h.setOptionValue("threads", options.threads)
    for name, value in METHODS[options.method].items():
        h.setOptionValue(name, value)
    h.setOptionValue("mip_rel_gap", options.gap)
    h.setOptionValue("time_limit", seconds)
    h.setOptionValue("random_seed", options.seed)
    h.setOptionValue("presolve", "choose" if options.presolve else "off")
    h.setOptionValue("run_crossover", "on" if options.crossover else "off")
    h.setOptionValue("output_flag", options.log)


class HighsSession:
    """Solves linear tasks of one objective and pattern one after the other, on one HiGHS object while that pays.

    Args:
        options: of the solver.
        start: as in `model.solver.chain.Chain`.

    A task without an answer, and one whose warm start ends in anything but an optimum, is solved from cold; so is
    the one after a task that has no plan.
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
        h = load_task(self._mark.task)
        _set_options(h, self._options, self._options.time_limit)
        h.setBasis(self._mark.basis)
        self._held = _Held(h, self._mark.task, self._mark.found, weighed=False)
        self._scale, self._starts = self._mark.scale, deepcopy(self._mark.starts)

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
        lost = 0.0
        step = measure_step(self._held.task, task) if self._held else None
        if self._held and step:
            if not step.changed:
                return self._held.repeat(task)
            if self._starts.prefer_warm(step):
                found = self._solve_warm(self._held, task, step, seconds)
                if found.status is Status.OPTIMAL:
                    return found
                lost = found.seconds[HIGHS]
        return self._solve_cold(task, max(seconds - lost, 0.0), lost)

    def _solve_warm(self, held: _Held, task: Task, step: Step, seconds: float) -> Solution:
        h, weighed = held.highs, held.weighed and not step.entries
        move_task(h, held.task, task, step)
        _set_warm(h, step, self._starts.cap, seconds, weighed)
        found = _read(h, False, _time_run(h))
        self._starts.note_warm(step, _count_iterations(h), found.status is Status.OPTIMAL)
        self._hold(h, task, found, weighed)
        return found

    def _solve_cold(self, task: Task, seconds: float, lost: float) -> Solution:
        h = load_task(task)
        _set_options(h, self._options, seconds)
        found = _run(h, False, lost)
        self._starts.note_cold(_count_iterations(h))
        self._hold(h, task, found)
        return found

    def settle(self, face: Task) -> Solution:
        """The least over the face of the task solved last, on the same object, which then holds that task again.

        The basis stays where the search ended: it is as good an end of the task, and the next one starts there.
        """
        if self._held is None:
            return Solution.none()
        h, task, asked = self._held.highs, self._held.task, apply_scale(self._scale, face)
        if _is_least(h, asked, self._held.found.columns):
            found = replace(self._held.found, seconds={HIGHS: 0.0})
            return found if self._scale is None else self._scale.undo(face, found)
        move_task(h, task, asked, FACE)
        for name, value in SETTLING.items():
            h.setOptionValue(name, value)
        h.setOptionValue(
            "simplex_iteration_limit", round(SETTLING_WORK / len(face.row_lower)) if len(face.row_lower) else 1
        )
        found = _read(h, False, _time_run(h))
        move_task(h, asked, task, FACE)
        h.setOptionValue("dual_feasibility_tolerance", DUAL_TOLERANCE)
        self._held = self._held.keep(found)
        return found if self._scale is None else self._scale.undo(face, found)

    def _hold(self, h: highspy.Highs, task: Task, found: Solution, weighed: bool = True) -> None:
        sound = found.status is Status.OPTIMAL and h.getBasis().valid
        self._held = _Held(h, task, found, weighed) if sound else None


def _is_least(h: highspy.Highs, task: Task, point: np.ndarray) -> bool:
    """Whether the basis that the object ended with is one of the least of a task with other costs and bounds."""
    status, basic = h.getBasicVariables()
    basic = np.asarray(basic)
    if status != highspy.HighsStatus.kOk or len(basic) != len(task.row_lower):
        return False
    status, prices = h.getBasisTransposeSolve(np.where(basic >= 0, task.costs[np.maximum(basic, 0)], 0.0))
    return bool(status == highspy.HighsStatus.kOk and is_least(task, point, basic, np.asarray(prices)))


@dataclass(frozen=True)
class _Held:
    """What the next task may start from: the object, the task it solved and what it found.

    `weighed`: the object has the weights of its rows for the dual simplex; a basis that was put in has none.
    """

    highs: highspy.Highs
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
    basis: highspy.HighsBasis
    scale: Scale | None
    starts: Starts


def solve_mixed(
    task: Task,
    options: SolverOptions,
    seconds: float,
    room: float | None = None,
    start: np.ndarray | None = None,
) -> Solution:
    """The least of a mixed-integer task, from cold or from a point.

    Args:
        task: with whole columns.
        options: of the solver.
        seconds: at the most.
        room: how far above the least it may end, in place of the relative gap of the options.
        start: a point (n_columns) that keeps all rules of the task.
    """
    scale = find_scale(task)
    h = load_task(apply_scale(scale, task), task.integrality)
    _set_options(h, options, seconds)
    if room is not None:
        h.setOptionValue("mip_rel_gap", 0.0)
        h.setOptionValue("mip_abs_gap", room if scale is None else room * scale.objective)
    if start is not None:
        point = highspy.HighsSolution()
        point.col_value = (start if scale is None else start / scale.columns).tolist()
        h.setSolution(point)
    found = _run(h, True)
    return found if scale is None else scale.undo(task, found)


def move_task(h: highspy.Highs, before: Task, after: Task, step: Step) -> None:
    """Put the next task into the object that holds the one before; its basis stays, and rows that came enter it."""
    if step.grown:
        count = len(before.row_lower)
        move_task(h, before, after.cut_rows(count), replace(step, grown=False))
        _add_rows(h, after, count)
        return
    if step.entries:
        basis = h.getBasis()
        _pass(h, after)
        h.setBasis(basis)
        return
    if step.costs:
        h.changeColsCost(len(after.costs), np.arange(len(after.costs), dtype=np.int32), after.costs)
    h.changeObjectiveOffset(after.offset)
    if step.bounds:
        rows = _find_changed(before.row_lower, after.row_lower, before.row_upper, after.row_upper)
        h.changeRowsBounds(len(rows), rows, after.row_lower[rows], after.row_upper[rows])
        columns = _find_changed(before.column_lower, after.column_lower, before.column_upper, after.column_upper)
        h.changeColsBounds(len(columns), columns, after.column_lower[columns], after.column_upper[columns])


def _add_rows(h: highspy.Highs, task: Task, first: int) -> None:
    """Rows of a task from one on, behind those that the object has."""
    rows = task.list_rows(first)
    bounds = task.row_lower[first:], task.row_upper[first:]
    h.addRows(rows.shape[0], *bounds, rows.nnz, rows.indptr[:-1], rows.indices, rows.data)


def _find_changed(lower: np.ndarray, new_lower: np.ndarray, upper: np.ndarray, new_upper: np.ndarray) -> np.ndarray:
    return np.flatnonzero((lower != new_lower) | (upper != new_upper)).astype(np.int32)


def _set_warm(h: highspy.Highs, step: Step, cap: int, seconds: float, weighed: bool) -> None:
    """Simplex from the basis, not perturbed, for it is near the end: dual where bounds moved or rows came.

    Without weights of its rows, to reckon the steepest edges takes longer than the few pivots themselves.
    """
    h.setOptionValue("simplex_dual_edge_weight_strategy", _STEEPEST if weighed else _DEVEX)
    h.setOptionValue("presolve", "off")
    h.setOptionValue("solver", "simplex")
    h.setOptionValue("simplex_strategy", _DUAL if step.bounds or step.grown else _PRIMAL)
    h.setOptionValue("dual_simplex_cost_perturbation_multiplier", 0.0)
    h.setOptionValue("primal_simplex_bound_perturbation_multiplier", 0.0)
    h.setOptionValue("simplex_iteration_limit", cap)
    h.setOptionValue("time_limit", h.getRunTime() + seconds)  # HiGHS counts from the first run of the object


def _count_iterations(h: highspy.Highs) -> int:
    return max(int(h.getInfo().simplex_iteration_count), 0)


def _read(h: highspy.Highs, mixed: bool, seconds: float) -> Solution:
    info = h.getInfo()
    status = _name_status(h.getModelStatus(), info, mixed)
    if not status.has_plan:
        return Solution(status=status, seconds={HIGHS: seconds})
    point = h.getSolution()
    objective = float(info.objective_function_value)
    bound = float(info.mip_dual_bound) if mixed else objective
    if mixed and status is Status.OPTIMAL and relative_gap(objective, bound) > OPTIMAL_GAP:
        status = Status.WITHIN_GAP
    return Solution(
        status=status,
        columns=_pack(point.col_value),
        row_duals=_pack(point.row_dual),
        objective=objective,
        bound=bound,
        gap=relative_gap(objective, bound),
        seconds={HIGHS: seconds},
    )


def _pack(values: list[float]) -> np.ndarray:
    """An array of a list; `struct` takes half the time of numpy, and a warm solve hardly more than this does."""
    return np.frombuffer(pack(f"{len(values)}d", *values)).copy()


def _name_status(status: highspy.HighsModelStatus, info: highspy.HighsInfo, mixed: bool) -> Status:
    named = highspy.HighsModelStatus
    feasible = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    match status:
        case named.kOptimal:
            return Status.OPTIMAL
        case named.kInfeasible:
            return Status.INFEASIBLE
        case named.kUnbounded:
            return Status.UNBOUNDED
        case named.kTimeLimit | named.kIterationLimit | named.kSolutionLimit | named.kInterrupt:
            return Status.TIME_LIMIT if mixed and feasible else Status.NO_PLAN_IN_TIME
        case _:
            return Status.FAILED
