"""In which order objectives are solved, and what each later stage must keep of the earlier ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np

from model.revise import LinearProgram
from model.solution import Solution, SolverOptions, Status
from model.sparse import CASH_COST, COST, FINANCE_COST, MISS, OBJECTIVES, RISE
from model.structure import Structure
from model.structure_finance import MONEY_DECISIONS, MONEY_RULES
from scenarios.choices import LEXICOGRAPHIC

KEEP = 1e-6
"""Room, relative and absolute, that a stage's least value leaves to the stages after it."""


@dataclass(frozen=True)
class Stage:
    """One objective, solved to its least.

    Args:
        objective: its name in `OBJECTIVES`.
        limit: family of the row that holds it afterwards; empty where nothing does.
        room: part of |cost| that later stages may give up; None: KEEP of the stage's own value.
        money_only: all that is built and run stays as it is; only what pays for it is decided anew.
        main: the stage whose value, bound and prices are the plan's.
    """

    objective: str
    limit: str = ""
    room: float | None = None
    money_only: bool = False
    main: bool = False


Solve = Callable[[LinearProgram, str, SolverOptions], Solution]


def list_stages(at: Structure, tolerance: float) -> tuple[Stage, ...]:
    """The stages of a structure: least miss where asked, then cost or cash, then finance, then smoothness."""
    miss = (Stage(MISS, "miss_most"),) if at.nearest else ()
    finance = at.finance
    if not finance.actors:
        return (*miss, Stage(COST, main=True))
    if finance.viewer:
        return (*miss, Stage(CASH_COST, "cash_most", main=True), Stage(RISE))
    if finance.perspective == LEXICOGRAPHIC:
        later = (Stage(FINANCE_COST, "finance_most", room=tolerance), Stage(RISE))
        return (*miss, Stage(COST, "cost_most", room=tolerance, main=True), *later)
    later = (Stage(FINANCE_COST, "finance_most", money_only=True), Stage(RISE, money_only=True))
    return (*miss, Stage(COST, main=True), *later)


def solve_stages(program: LinearProgram, options: SolverOptions, tolerance: float, solve: Solve) -> Solution:
    """Solve stage by stage.

    Args:
        program: numbers and pattern of one scenario.
        options: of the solver; the time limit is for all stages together.
        tolerance: of the lexicographic perspective.
        solve: one objective of a program to a Solution.

    Returns:
        The last point, with the status, bound and duals of the main stage. A later stage for which no time is left
        leaves the point of the stage before it; one that has no answer is an error of the case and is returned.
    """
    started = perf_counter()
    main = last = Solution.none()
    miss = np.nan
    for stage in list_stages(program.program.structure, tolerance):
        trial = _keep_built(program, last.columns) if stage.money_only else program
        left = max(options.time_limit - (perf_counter() - started), 1.0)
        found = solve(trial, stage.objective, replace(options, time_limit=left))
        if not found.status.has_plan:
            if found.status is Status.NO_PLAN_IN_TIME and main.status.has_plan:
                break
            return found
        last = found
        if stage.main:
            main = found
            program = _fix_whole(program, found.columns)
        if stage.objective == MISS:
            miss = max(found.objective, 0.0)
        program = _hold(program, stage, found, main)
    return _describe(program, main, last, miss)


def _hold(program: LinearProgram, stage: Stage, found: Solution, main: Solution) -> LinearProgram:
    """The program with the stage's value held in its row."""
    rows = [i for i, label in enumerate(program.program.row_labels) if stage.limit and label.family == stage.limit]
    if not rows:
        return program
    room = KEEP * (1.0 + abs(found.objective)) if stage.room is None else stage.room * abs(main.objective) + KEEP
    upper = program.row_upper.copy()
    upper[rows] = found.objective + room - program.offsets[stage.objective]
    return replace(program, row_upper=upper)


def _fix_whole(program: LinearProgram, point: np.ndarray) -> LinearProgram:
    """The program with whole numbers of what is built kept; issues of debt stay open to the finance stage."""
    labels = program.program.column_labels
    fixed = [j for j in np.flatnonzero(program.program.integrality) if labels[j].family not in MONEY_DECISIONS]
    return _fix(program, np.array(fixed, dtype=np.int64), np.round(point))


def _keep_built(program: LinearProgram, point: np.ndarray) -> LinearProgram:
    """The program in which only money is decided: other columns stand, and rules that bind only them are let go.

    A rule between columns that all stand is kept by the point to the solver's tolerance; asked again it could fail
    on that tolerance alone.
    """
    columns = [j for j, label in enumerate(program.program.column_labels) if label.family not in MONEY_DECISIONS]
    rows = [i for i, label in enumerate(program.program.row_labels) if label.family not in MONEY_RULES]
    lower, upper = program.row_lower.copy(), program.row_upper.copy()
    lower[rows], upper[rows] = -np.inf, np.inf
    return replace(_fix(program, np.array(columns, dtype=np.int64), point), row_lower=lower, row_upper=upper)


def _fix(program: LinearProgram, columns: np.ndarray, point: np.ndarray) -> LinearProgram:
    lower, upper = program.column_lower.copy(), program.column_upper.copy()
    lower[columns] = upper[columns] = point[columns]
    return replace(program, column_lower=lower, column_upper=upper)


def _describe(program: LinearProgram, main: Solution, last: Solution, miss: float) -> Solution:
    """The main stage's answer at the last stage's point."""
    values = {name: float(program.costs[name] @ last.columns + program.offsets[name]) for name in OBJECTIVES}
    finance = program.program.structure.finance
    objective = values[CASH_COST if finance.viewer else COST]
    bound = min(main.bound, objective)
    gap = max(objective - bound, 0.0) / max(abs(objective), 1e-9)
    return replace(main, columns=last.columns, objective=objective, bound=bound, gap=gap, miss=miss, values=values)
