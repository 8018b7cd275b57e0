"""The last moment of each measure: the latest start with which targets are missed by no more than they must be.

Of a measure that the plan of the rest begins, nothing is begun before year v; all else may be decided anew, the past is
as it was. How much more than in that plan (m) targets t are then missed at the least is one linear program,

    beyond[v] = min sum_t z[t]    target rows let go by z[t], misses at most m[t],    build[k,u] = 0 for u < v

and the latest start is the last v with beyond[v] = 0. From one question to the next only bounds of columns move, and a
way is always left: each is solved from the end of the one before. beyond never falls with v: steps of one, two, four
years until it is above nothing, then halving.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np
import xarray as xr

from model.compiled.revise import LinearProgram
from model.compiled.task import Task
from model.queries.easing import ease_past
from model.queries.elastic import Slack, add_slacks
from model.queries.infeasibility import TARGET_FAMILIES
from model.solver.facts import find_columns, hold_columns, join_facts
from model.solver.sessions import open_session
from model.solver.solution import SolverOptions, Status
from model.solver.starts import CHOOSE
from runners.analyses.replanning.past import list_values, locate_planned
from runners.progress import QUIET, Progress
from scenarios.known import Known
from scenarios.terms import TECHNOLOGY, VINTAGE, YEAR

SMALLEST = 1e-6


@dataclass(frozen=True)
class LastStart:
    """A measure still to begin: the year in which it does, and the last in which it may; None: it may wait for ever.

    `settled` is False where time or the solver gave out before that was known: a start in `latest` is then early
    enough, and a later one may be.
    """

    technology: str
    planned: int
    latest: int | None
    settled: bool = True


def find_last_starts(
    program: LinearProgram,
    scenario: xr.Dataset,
    plan: xr.Dataset,
    until: int,
    options: SolverOptions,
    progress: Progress = QUIET,
) -> list[LastStart]:
    """The last start of each measure that a plan of the rest begins.

    Args:
        program: of the plan's scenario.
        scenario: the same.
        plan: of the rest; its past is what was.
        until: last year of the past.
        options: of the solver; the time limit is for all measures together.
        progress: told of every measure.
    """
    years = [int(y) for y in scenario[YEAR].values if y > until]
    begun = list_begun(scenario, plan, years)
    if not begun:
        return []
    progress.expect(len(begun))
    asked, found = _Waiting(_hold(program, plan, until, options), options), []
    for technology, planned in begun.items():
        columns = _list_builds(program, technology, years)
        low, settled = _find_latest(asked, columns, years, years.index(planned))
        found.append(LastStart(technology, planned, years[low] if low < len(years) else None, settled))
        progress.step()
    return found


def list_begun(scenario: xr.Dataset, plan: xr.Dataset, years: list[int]) -> dict[str, int]:
    """Measures that a plan begins in years, each with the first of them."""
    measures = scenario[TECHNOLOGY].values[scenario["technology_measure"].values].tolist()
    amounts = plan["build"].sel({TECHNOLOGY: measures, VINTAGE: years}).values > SMALLEST
    return {k: years[int(np.argmax(own))] for k, own in zip(measures, amounts, strict=True) if own.any()}


class _Waiting:
    """Asks whether a measure may wait, one question after the other, until the time of all is up.

    That nothing waits is the first question: where that has no answer, none of the others has.
    """

    def __init__(self, base: LinearProgram, options: SolverOptions) -> None:
        self._task = _ease_targets(base)
        self._session = open_session(options, CHOOSE)
        self._end = perf_counter() + options.time_limit
        self._sound = True
        self._sound = self.can_wait([]) is True

    def can_wait(self, closed: list[int]) -> bool | None:
        """Whether targets are missed by no more where these columns begin nothing; None: not known."""
        left = self._end - perf_counter()
        if not self._sound or left <= 0:
            return None
        upper = self._task.column_upper.copy()
        upper[closed] = np.maximum(self._task.column_lower[closed], 0.0)
        found = self._session.solve(replace(self._task, column_upper=upper), left)
        if found.status.has_plan:
            return found.objective <= SMALLEST
        return False if found.status is Status.INFEASIBLE else None


def _find_latest(asked: _Waiting, columns: list[tuple[int, int]], years: list[int], planned: int) -> tuple[int, bool]:
    """The place of the latest start (n_years: it may wait for ever), and whether it is known to be that."""
    low, high, step = planned, len(years), 1
    while low < high:
        place = min(low + step, high) if step else (low + high + 1) // 2
        enough = asked.can_wait([j for year, j in columns if place == len(years) or year < years[place]])
        if enough is None:
            return low, False
        low, high = (place, high) if enough else (low, place - 1)
        step = 2 * step if enough else 0
    return low, True


def _ease_targets(base: LinearProgram) -> Task:
    """The program, relaxed, in which nothing costs but what targets are missed by beyond what they may be."""
    rows = [int(i) for family in TARGET_FAMILIES for i in base.program.row_families.get(family, ())]
    slacks = [
        Slack(np.array([i], dtype=np.int64), np.array([side]))
        for i in rows
        for side, bound in ((1.0, base.row_upper[i]), (-1.0, base.row_lower[i]))
        if np.isfinite(bound)
    ]
    if not slacks:
        return add_slacks(base, [Slack(np.empty(0, dtype=np.int64), np.empty(0))]).relax()
    task = add_slacks(base, slacks).relax()
    costs = np.zeros(len(task.costs))
    costs[-len(slacks) :] = 1.0
    return replace(task, costs=costs)


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
