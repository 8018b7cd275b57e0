"""How a program is solved: the one file that knows highspy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from struct import pack
from time import perf_counter
from typing import TypeAlias

import highspy
import numpy as np

from model.compiled.revise import LinearProgram
from model.compiled.task import Task
from model.solver.impossible import is_impossible
from model.solver.registry import CHOOSE_METHOD, DUAL, HIPO, IPM, IPX, PDLP, PRIMAL, SIMPLEX
from model.solver.scale import Scale, find_scale
from model.solver.solution import HIGHS, OPTIMAL_GAP, Solution, SolverOptions, Status, relative_gap
from model.solver.stages import pose_task
from model.solver.starts import Step
from model.solver.ties import is_least

Object: TypeAlias = highspy.Highs
Basis: TypeAlias = highspy.HighsBasis
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


def run(h: highspy.Highs, mixed: bool, lost: float = 0.0) -> Solution:
    """Run, and once more without presolve where HiGHS cannot tell what kind of no it is."""
    seconds = lost + time_run(h)
    if h.getModelStatus() == highspy.HighsModelStatus.kUnboundedOrInfeasible:
        h.setOptionValue("presolve", "off")
        seconds += time_run(h)
    return read_solution(h, mixed, seconds)


def time_run(h: highspy.Highs) -> float:
    """Seconds of one run; again where another object in between had other threads, which HiGHS calls an error."""
    started = perf_counter()
    if h.run() == highspy.HighsStatus.kError:
        highspy.Highs.resetGlobalScheduler(True)
        h.run()
    return perf_counter() - started


def set_options(h: highspy.Highs, options: SolverOptions, seconds: float) -> None:
    """What the user chose, and at most so many seconds."""
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


def rests_on_least(h: highspy.Highs, task: Task, point: np.ndarray) -> bool:
    """Whether the basis that the object ended with is one of the least of a task with other costs and bounds."""
    status, basic = h.getBasicVariables()
    basic = np.asarray(basic)
    if status != highspy.HighsStatus.kOk or len(basic) != len(task.row_lower):
        return False
    status, prices = h.getBasisTransposeSolve(np.where(basic >= 0, task.costs[np.maximum(basic, 0)], 0.0))
    return bool(status == highspy.HighsStatus.kOk and is_least(task, point, basic, np.asarray(prices)))


def proves_impossible(h: highspy.Highs, task: Task) -> bool:
    """Whether the object, which found no point in a linear task, has weights of its rows by which none keeps them."""
    status, found, weights = h.getDualRay()
    return bool(status == highspy.HighsStatus.kOk and found and is_impossible(task, np.asarray(weights)))


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
    set_options(h, options, seconds)
    if room is not None:
        h.setOptionValue("mip_rel_gap", 0.0)
        h.setOptionValue("mip_abs_gap", room if scale is None else room * scale.objective)
    if start is not None:
        point = highspy.HighsSolution()
        point.col_value = (start if scale is None else start / scale.columns).tolist()
        h.setSolution(point)
    found = run(h, True)
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


def set_warm(h: highspy.Highs, cap: int, seconds: float, *, dual: bool, weighed: bool) -> None:
    """Simplex from the basis, not perturbed, for it is near the end.

    Without weights of its rows, to reckon the steepest edges takes longer than a few pivots themselves: `weighed` says
    that the object has them, or that so many pivots are to come that they are worth it.
    """
    h.setOptionValue("simplex_dual_edge_weight_strategy", _STEEPEST if weighed else _DEVEX)
    h.setOptionValue("presolve", "off")
    h.setOptionValue("solver", "simplex")
    h.setOptionValue("simplex_strategy", _DUAL if dual else _PRIMAL)
    h.setOptionValue("dual_simplex_cost_perturbation_multiplier", 0.0)
    h.setOptionValue("primal_simplex_bound_perturbation_multiplier", 0.0)
    h.setOptionValue("simplex_iteration_limit", cap)
    h.setOptionValue("time_limit", h.getRunTime() + seconds)  # HiGHS counts from the first run of the object


def set_settling(h: highspy.Highs, rows: int) -> None:
    """Simplex from a feasible basis to the last digit, no longer than `SETTLING_WORK`."""
    for name, value in SETTLING.items():
        h.setOptionValue(name, value)
    h.setOptionValue("simplex_iteration_limit", round(SETTLING_WORK / rows) if rows else 1)


def count_iterations(h: highspy.Highs) -> int:
    """Iterations of simplex in the last run."""
    return max(int(h.getInfo().simplex_iteration_count), 0)


def read_solution(h: highspy.Highs, mixed: bool, seconds: float) -> Solution:
    """What the last run ended with; `mixed`: whole columns were whole."""
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
