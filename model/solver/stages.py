"""In which order objectives are solved, and what each later stage must keep of the earlier ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np

from model.compiled.revise import LinearProgram
from model.compiled.sparse import CASH_COST, COST, FINANCE_COST, MISS, OBJECTIVES, RISE
from model.compiled.task import Task
from model.parameters.structure import Structure
from model.solver.decided import Spending, measure_decided, split_cost
from model.solver.solution import HIGHS, WHOLE_WITHIN, Solution, Status, relative_gap
from model.solver.ties import weigh_ties
from scenarios.choices import LEXICOGRAPHIC

KEEP = 1e-6
"""Room, relative and absolute, that a stage's least value leaves to the stages after it."""

GRACE = 1.0
"""Seconds that a stage after the first has at the least: a plan in hand is worth finishing."""


UNANSWERED = (Status.NO_PLAN_IN_TIME, Status.INFEASIBLE, Status.FAILED)
"""How a stage ends that leaves the plan of the stage before it. That plan keeps all rules of the later stage too, so
one that finds none has lost it to rounding."""


@dataclass(frozen=True)
class Stage:
    """One objective, solved to its least.

    Args:
        objective: its name in `OBJECTIVES`.
        limit: family of the row that holds it afterwards; empty where nothing does.
        room: part of what the plan decides that later stages may give up; None: KEEP of the stage's own value.
        money_only: all that is built and run stays as it is; only what pays for it is decided anew.
        main: the stage whose value, bound and prices are the plan's.
        settles: whole numbers of what is built stay as they are afterwards; None: where it is the main stage.
        unique: of points with the same value the one that `model.solver.ties` prefers is taken.
    """

    objective: str
    limit: str = ""
    room: float | None = None
    money_only: bool = False
    main: bool = False
    settles: bool | None = None
    unique: bool = False


Solve = Callable[[str, Task, float], Solution]
"""One objective by name, as a task, in so many seconds."""
Settle = Callable[[str, Task, Solution, np.ndarray], Solution]
"""Of all points of a solved task with the value found, the one that weighs least."""


def list_stages(at: Structure, tolerance: float) -> tuple[Stage, ...]:
    """The stages of a structure: least miss where asked, then cost or cash, then finance, then smoothness.

    An actor's perspective takes society second: of all that is as cheap to the actor, what costs least in all. What
    others do is then no accident, and their money is not spent for nothing.
    """
    miss = (Stage(MISS, "miss_most"),) if at.nearest else ()
    finance = at.finance
    if not finance.actors:
        return (*miss, Stage(COST, main=True, unique=True))
    if finance.viewer:
        society = Stage(COST, "cost_most", settles=True)
        return (*miss, Stage(CASH_COST, "cash_most", main=True, settles=False), society, Stage(RISE, unique=True))
    if finance.perspective == LEXICOGRAPHIC:
        later = (Stage(FINANCE_COST, "finance_most", room=tolerance), Stage(RISE, unique=True))
        return (*miss, Stage(COST, "cost_most", room=tolerance, main=True), *later)
    later = (Stage(FINANCE_COST, "finance_most", money_only=True), Stage(RISE, money_only=True, unique=True))
    return (*miss, Stage(COST, main=True, unique=True), *later)


def find_main(at: Structure) -> str:
    """The objective whose least value is the plan's."""
    return CASH_COST if at.finance.viewer else COST


def solve_stages(
    program: LinearProgram,
    seconds: float,
    tolerance: float,
    solve: Solve,
    settle: Settle | None = None,
    nothing: Spending | None = None,
) -> Solution:
    """Solve stage by stage.

    Args:
        program: numbers and pattern of one scenario.
        seconds: for all stages together; stages after the first have `GRACE` at the least.
        tolerance: of the lexicographic perspective.
        solve: one objective of a program to a Solution.
        settle: breaks the ties of a stage that is to be unique; None leaves them to the solver.
        nothing: what doing nothing spends, where it is known.

    Returns:
        The last point, with the status, bound and duals of the main stage. A later stage for which no time is left,
        or that loses the plan to rounding, leaves the point of the stage before it; one whose objective falls without
        end is an error of the case and is returned.
        `seconds` says how long all of them were inside the solver, as `highs`.
    """
    started, highs = perf_counter(), 0.0
    main = last = Solution.none()
    miss, left = np.nan, seconds
    for stage in list_stages(program.program.structure, tolerance):
        found = _solve_stage(program, stage, last, left, solve, settle)
        highs += found.seconds.get(HIGHS, 0.0)
        if not found.status.has_plan:
            if found.status in UNANSWERED and main.status.has_plan:
                break
            return replace(found, seconds={HIGHS: highs})
        last = found
        if stage.main:
            main = found
        if stage.main if stage.settles is None else stage.settles:
            program = hold_whole(program, program.program.whole_built, found.columns)  # issues of debt stay open
        if stage.objective == MISS:
            miss = max(found.objective, 0.0)
        program = _hold(program, stage, found, main, nothing)
        left = max(seconds - (perf_counter() - started), GRACE)
    return replace(_describe(program, main, last, miss), seconds={HIGHS: highs})


def _solve_stage(
    program: LinearProgram, stage: Stage, last: Solution, seconds: float, solve: Solve, settle: Settle | None
) -> Solution:
    """One stage, over all columns or, where the rest stands as the last stage left it, over money alone."""
    task, weights = pose_task(program, stage.objective), weigh_ties(program)
    part = program.program.money
    if stage.money_only:
        task, weights = part.cut(task, last.columns), weights[part.columns]
    found = solve(stage.objective, task, seconds)
    if not found.status.has_plan:
        return found
    if stage.unique and settle is not None:
        found = settle(stage.objective, task, found, weights)
    if stage.money_only:
        return replace(found, columns=part.fill(last.columns, found.columns), row_duals=np.empty(0))
    return found


def pose_task(program: LinearProgram, objective: str) -> Task:
    """One objective of a program as a task; no copies."""
    return Task(
        starts=program.starts,
        rows=program.rows,
        entries=program.entries,
        row_lower=program.row_lower,
        row_upper=program.row_upper,
        column_lower=program.column_lower,
        column_upper=program.column_upper,
        costs=program.costs[objective],
        offset=program.offsets[objective],
        integrality=program.program.integrality,
    )


def _hold(
    program: LinearProgram, stage: Stage, found: Solution, main: Solution, nothing: Spending | None
) -> LinearProgram:
    """The program with the stage's value held in its row."""
    rows = program.program.row_families.get(stage.limit)
    if rows is None:
        return program
    room = KEEP * (1.0 + abs(found.objective))
    if stage.room is not None:
        room = stage.room * measure_decided(split_cost(program, main.columns), nothing, main.objective) + KEEP
    upper = program.row_upper.copy()
    upper[rows] = found.objective + room - program.offsets[stage.objective]
    return replace(program, row_upper=upper)


def hold_whole(program: LinearProgram, columns: np.ndarray, point: np.ndarray) -> LinearProgram:
    """The program in which some columns stay whole as at a point.

    A point with parts of units in any of them fixes nothing: rounded, it would be another plan.
    """
    whole = np.round(point[columns])
    if np.abs(point[columns] - whole).max(initial=0.0) > WHOLE_WITHIN:
        return program
    lower, upper = program.column_lower.copy(), program.column_upper.copy()
    lower[columns] = upper[columns] = whole
    return replace(program, column_lower=lower, column_upper=upper)


def _describe(program: LinearProgram, main: Solution, last: Solution, miss: float) -> Solution:
    """The main stage's answer at the last stage's point."""
    values = {name: float(program.costs[name] @ last.columns + program.offsets[name]) for name in OBJECTIVES}
    objective = values[find_main(program.program.structure)]
    bound = min(main.bound, objective)
    gap = relative_gap(objective, bound)
    return replace(main, columns=last.columns, objective=objective, bound=bound, gap=gap, miss=miss, values=values)
