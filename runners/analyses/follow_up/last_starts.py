"""The last moment of each measure: the latest start with which targets are missed by no more than they must be.

Of a measure that the plan of the rest begins, nothing is begun before a year; targets may be missed by what that plan
misses and no more. The last year for which any plan is left is found by halving: each question is one linear solve.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from model.compiled.revise import LinearProgram
from model.compiled.sparse import COST
from model.queries.easing import ease_past
from model.solver.facts import find_columns, hold_columns, join_facts
from model.solver.sessions import Session, open_session
from model.solver.solution import SolverOptions
from model.solver.stages import pose_task
from model.solver.starts import CHOOSE
from runners.analyses.replanning.past import list_values, locate_planned
from scenarios.known import Known
from scenarios.terms import TECHNOLOGY, VINTAGE, YEAR

SMALLEST = 1e-6


@dataclass(frozen=True)
class LastStart:
    """A measure still to begin: the year in which it does, and the last in which it may; None: it may wait for ever."""

    technology: str
    planned: int
    latest: int | None


def find_last_starts(
    program: LinearProgram, scenario: xr.Dataset, plan: xr.Dataset, until: int, options: SolverOptions
) -> list[LastStart]:
    """The last start of each measure that a plan of the rest begins.

    Args:
        program: of the plan's scenario.
        scenario: the same.
        plan: of the rest; its past is what was.
        until: last year of the past.
        options: of the solver.
    """
    years = [int(y) for y in scenario[YEAR].values if y > until]
    base = _hold(program, plan, until, options)
    session, found = open_session(options, CHOOSE), []
    for technology, planned in list_begun(scenario, plan, years).items():
        columns = _list_builds(program, technology, years)
        low, high = years.index(planned), len(years)  # begun in low can be; never (high) is asked like any other
        while low < high:
            middle = (low + high + 1) // 2
            closed = [j for year, j in columns if middle == len(years) or year < years[middle]]
            low, high = (middle, high) if _can_wait(session, base, closed, options) else (low, middle - 1)
        found.append(LastStart(technology, planned, years[low] if low < len(years) else None))
    return found


def list_begun(scenario: xr.Dataset, plan: xr.Dataset, years: list[int]) -> dict[str, int]:
    """Measures that a plan begins in years, each with the first of them."""
    measures = scenario[TECHNOLOGY].values[scenario["technology_measure"].values].tolist()
    amounts = plan["build"].sel({TECHNOLOGY: measures, VINTAGE: years}).values > SMALLEST
    return {k: years[int(np.argmax(own))] for k, own in zip(measures, amounts, strict=True) if own.any()}


def _hold(program: LinearProgram, plan: xr.Dataset, until: int, options: SolverOptions) -> LinearProgram:
    """The program with the past as it was, accounts included, and targets missed by no more than the plan misses."""
    accounts = {place: v for place, v in list_values(plan["account_value"]).items() if int(place[1]) <= until}
    past = join_facts(locate_planned(program, plan, Known(until)), find_columns(program, "account", accounts))
    held = hold_columns(program, past.columns, past.values, SMALLEST)
    misses, totals = list_values(plan["excess"]), list_values(plan["excess_total"])
    missed = join_facts(find_columns(program, "excess", misses), find_columns(program, "excess_total", totals))
    upper = held.column_upper.copy()
    upper[missed.columns] = np.minimum(upper[missed.columns], missed.values + SMALLEST * (1 + np.abs(missed.values)))
    held = replace(held, column_upper=upper)
    eased = ease_past(held, until, options)
    return held if eased is None else eased.program


def _list_builds(program: LinearProgram, technology: str, years: list[int]) -> list[tuple[int, int]]:
    labels = (program.program.column_labels[j] for j in program.program.column_families.get("build", ()))
    places = zip(labels, program.program.column_families.get("build", ()), strict=True)
    return [(label.index[1], int(j)) for label, j in places if label.index[0] == technology and label.index[1] in years]


def _can_wait(session: Session, base: LinearProgram, closed: list[int], options: SolverOptions) -> bool:
    """Whether there is a plan in which these columns begin nothing."""
    upper = base.column_upper.copy()
    upper[closed] = np.maximum(base.column_lower[closed], 0.0)
    task = pose_task(replace(base, column_upper=upper), COST).relax()
    return bool(session.solve(replace(task, costs=np.zeros(len(task.costs))), options.time_limit).status.has_plan)
