"""How a program is solved: the one file that knows highspy."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace
from time import perf_counter

import highspy
import numpy as np

from model.revise import LinearProgram
from model.solution import Solution, SolverOptions, Status
from model.sparse import COST
from model.stages import solve_stages

VIOLATED = 1e-6
"""A row counts as broken from here on."""

OPTIMAL_GAP = 1e-6
"""A mixed-integer plan whose gap is below this counts as optimal, not merely within the gap."""

_COLUMNWISE = int(highspy.MatrixFormat.kColwise)
_MINIMISE = int(highspy.ObjSense.kMinimize)


def solve_program(program: LinearProgram, options: SolverOptions | None = None, tolerance: float = 1e-3) -> Solution:
    """The plan's solution: stage by stage, least miss, least cost, then least finance cost and the smoothest outlay.

    Args:
        program: numbers and pattern of one scenario.
        options: how; the defaults of `SolverOptions` where None.
        tolerance: part of the least cost that later stages of the lexicographic perspective may give up.
    """
    return solve_stages(program, options or SolverOptions(), tolerance, _solve_stage)


def _solve_stage(program: LinearProgram, objective: str, options: SolverOptions) -> Solution:
    """One objective: the mixed-integer program, then the linear one with integers fixed, for exact values and duals."""
    integrality = program.program.integrality
    open_columns = program.column_lower < program.column_upper
    mixed = bool((integrality & open_columns).any()) and not options.relax
    run = _run(program, objective, options, integrality if mixed else None)
    if not mixed or not run.status.has_plan:
        return run
    fixed = np.flatnonzero(integrality)
    whole = np.round(run.columns[fixed])
    polished = _run(program, objective, options, None, fixed=(fixed, whole))
    if not polished.status.has_plan:  # rounding lost the plan: keep the point as found, without duals
        return run
    objective_value = polished.objective
    return replace(
        run,
        columns=polished.columns,
        row_duals=polished.row_duals,
        objective=objective_value,
        bound=min(run.bound, objective_value),
        gap=_relative_gap(objective_value, min(run.bound, objective_value)),
    )


class QuietHighs(highspy.Highs):  # type: ignore[misc]
    """A HiGHS object whose constructor prints no banner: output is off before the first call that would print."""

    def __init__(self) -> None:
        super(highspy.Highs, self).__init__()
        self.setOptionValue("output_flag", False)


def load_highs(program: LinearProgram, objective: str, integrality: np.ndarray | None) -> highspy.Highs:
    """A silent HiGHS object that holds the program; `integrality` None: the linear program."""
    h = QuietHighs()
    n_rows, n_columns, n_entries = program.program.shape
    h.passModel(
        n_columns,
        n_rows,
        n_entries,
        _COLUMNWISE,
        _MINIMISE,
        program.offsets[objective],
        program.costs[objective],
        program.column_lower,
        program.column_upper,
        program.row_lower,
        program.row_upper,
        program.starts[:-1],
        program.rows,
        program.entries,
        np.zeros(n_columns, dtype=np.int32) if integrality is None else integrality,
    )
    return h


def _run(
    program: LinearProgram,
    objective: str,
    options: SolverOptions,
    integrality: np.ndarray | None,
    fixed: tuple[np.ndarray, np.ndarray] | None = None,
) -> Solution:
    h = load_highs(program, objective, integrality)
    _set_options(h, options)
    if fixed is not None:
        columns, values = fixed
        h.changeColsBounds(len(columns), columns.astype(np.int32), values, values)
    started = perf_counter()
    h.run()
    if h.getModelStatus() == highspy.HighsModelStatus.kUnboundedOrInfeasible:
        h.setOptionValue("presolve", "off")
        h.run()
    return _read(h, integrality is not None, perf_counter() - started)


def _set_options(h: highspy.Highs, options: SolverOptions) -> None:
    if options.threads:
        highspy.Highs.resetGlobalScheduler(True)
        h.setOptionValue("threads", options.threads)
    h.setOptionValue("solver", options.method)
    h.setOptionValue("mip_rel_gap", options.gap)
    h.setOptionValue("time_limit", float(options.time_limit))
    h.setOptionValue("random_seed", options.seed)
    h.setOptionValue("output_flag", options.log)


def _read(h: highspy.Highs, mixed: bool, seconds: float) -> Solution:
    info = h.getInfo()
    status = _name_status(h.getModelStatus(), info, mixed)
    if not status.has_plan:
        return Solution(status=status, seconds={"solve": seconds})
    point = h.getSolution()
    objective = float(info.objective_function_value)
    bound = float(info.mip_dual_bound) if mixed else objective
    if mixed and status is Status.OPTIMAL and _relative_gap(objective, bound) > OPTIMAL_GAP:
        status = Status.WITHIN_GAP
    return Solution(
        status=status,
        columns=np.array(point.col_value),
        row_duals=np.array(point.row_dual),
        objective=objective,
        bound=bound,
        gap=_relative_gap(objective, bound),
        seconds={"solve": seconds},
    )


def _relative_gap(objective: float, bound: float) -> float:
    return max(objective - bound, 0.0) / max(abs(objective), 1e-9)


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


CONFLICT_SECONDS = 20.0
"""Longest search for an irreducible conflict; a rougher answer now helps more than a finer one after dinner."""


def find_conflict(program: LinearProgram, giving: Container[str], time_limit: float) -> tuple[int, ...]:
    """Rows of an irreducible conflict of the linear relaxation; empty where the relaxation has a solution.

    Args:
        program: found infeasible.
        giving: families that a person set and could let go.
        time_limit: seconds after which the search ends, and the rows of `find_violated` are given instead.
    """
    h = load_highs(program, COST, None)
    h.setOptionValue("presolve", "off")
    strategy = highspy.IisStrategy
    wanted = strategy.kIisStrategyFromRay.value | strategy.kIisStrategyIrreducible.value
    h.setOptionValue("iis_strategy", int(wanted))
    h.setOptionValue("iis_time_limit", time_limit)
    h.run()
    if h.getModelStatus() != highspy.HighsModelStatus.kInfeasible:
        return ()
    started = perf_counter()
    _, conflict = h.getIis()
    rows = tuple(int(row) for row in conflict.row_index_)
    if rows and perf_counter() - started < time_limit:
        return rows
    return find_violated(program, giving) or rows


def find_violated(program: LinearProgram, giving: Container[str]) -> tuple[int, ...]:
    """Rows that the least sum of violations breaks: what would have to give for the program to have a solution.

    Args:
        program: found infeasible.
        giving: families of rows that may be broken.
    """
    h = load_highs(program, COST, None)
    penalties = np.array([1.0 if label.family in giving else -1.0 for label in program.program.row_labels])
    h.feasibilityRelaxation(-1.0, -1.0, 1.0, None, None, penalties)
    values = np.array(h.getSolution().row_value)
    if len(values) < len(penalties):
        return ()
    values = values[: len(penalties)]
    broken = np.maximum(program.row_lower - values, values - program.row_upper)
    return tuple(int(row) for row in np.flatnonzero(broken > VIOLATED))
