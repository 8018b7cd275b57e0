"""A task solved outside: written to a folder of its own, asked of the solver that was chosen, the answer read back."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np

from model.compiled.task import Task
from model.solver.external import driver
from model.solver.external.mps import Written, write_mps
from model.solver.external.programs import ANSWER, MPS, PROGRAMS
from model.solver.external.question import Answer, Question, SolverRefused
from model.solver.registry import SOLVERS
from model.solver.scale import ENDLESS, find_scale
from model.solver.solution import HIGHS, OPTIMAL_GAP, Solution, SolverOptions, Status, relative_gap
from scenarios.errors import CaseError, Problem

GRACE = 10.0
"""Seconds beyond its limit after which a solver that does not stop by itself is stopped."""
DUST = 1e-7
"""Part of the largest price below which one of an endless bound is rounding."""
PROVEN = 1e-5
"""Part of a value by which what prices prove may miss it."""
MOST_SAID = 300
"""Characters of what a solver says that are passed on."""


class ExternalSession:
    """Solves linear tasks one after the other, each from cold: a file holds no basis."""

    def __init__(self, options: SolverOptions) -> None:
        self._options = options

    def solve(self, task: Task, seconds: float) -> Solution:
        """The least of the task, whole columns relaxed."""
        return _solve(task, self._options, seconds, mixed=False)

    def settle(self, face: Task) -> Solution:
        """The least over the face of a task."""
        return _solve(face, self._options, self._options.time_limit, mixed=False)

    def mark(self) -> None:
        """Nothing is kept: each task is solved from cold."""

    def go_back(self) -> None:
        """Each task begins anew by itself."""


def solve_outside(task: Task, options: SolverOptions, seconds: float, room: float | None = None) -> Solution:
    """The least of a mixed-integer task; arguments as of `model.solver.sessions.solve_once`."""
    program = PROGRAMS.get(options.name)
    if room is not None and program is not None and not program.absolute:
        relaxed = _solve(task, options, seconds, mixed=False)
        size = abs(relaxed.objective) if relaxed.status.has_plan else 0.0
        options, room = replace(options, gap=room / size if size else options.gap), None
    return _solve(task, options, seconds, mixed=True, room=room)


def _solve(task: Task, options: SolverOptions, seconds: float, mixed: bool, room: float | None = None) -> Solution:
    """Ask, and once more without presolve where the solver cannot tell what kind of no it is."""
    started = perf_counter()
    scale = find_scale(task)
    seen = task if scale is None else scale.apply(task)
    asked = Question(
        mixed=mixed,
        method=options.method,
        gap=options.gap,
        room=room if room is None or scale is None else room * scale.objective,
        seconds=seconds,
        threads=options.threads,
        seed=options.seed,
        crossover=options.crossover,
        presolve=options.presolve,
    )
    written = write_mps(seen, mixed)
    try:
        answer = _ask(written, options.name, asked, options.log)
        if answer.status is None:
            answer = _ask(written, options.name, replace(asked, presolve=False), options.log)
    except (SolverRefused, OSError) as refused:  # no licence for it, no such program on this node, no room on the disk
        shown = {"solver": SOLVERS[options.name].title, "said": str(refused)}
        raise CaseError([Problem("solver_refused", f"solver.name={options.name}", fields=shown)]) from refused
    found = _describe(seen, written, answer, mixed)
    found = found if scale is None else scale.undo(task, found)
    return replace(found, seconds={HIGHS: perf_counter() - started})


def _ask(written: Written, name: str, asked: Question, log: bool) -> Answer:
    with TemporaryDirectory(prefix="fardplan-") as place:
        folder = Path(place)
        (folder / MPS).write_text(written.text, encoding="ascii")
        program = PROGRAMS.get(name)
        words = program.command(asked) if program else _name_driver(name, asked)
        try:
            done = subprocess.run(
                words,
                cwd=folder,
                capture_output=True,
                text=True,
                errors="replace",
                stdin=subprocess.DEVNULL,
                timeout=asked.seconds + GRACE,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return Answer(Status.NO_PLAN_IN_TIME)
        if log:
            print(done.stdout, file=sys.stderr)
        return program.read(folder, done.stdout, asked) if program else _read_driver(folder, done, asked)


def _name_driver(name: str, asked: Question) -> list[str]:
    return [sys.executable, "-P", driver.__file__, SOLVERS[name].module, MPS, ANSWER, json.dumps(asdict(asked))]


def _read_driver(folder: Path, done: subprocess.CompletedProcess[str], asked: Question) -> Answer:
    place = folder / ANSWER
    if not place.exists():
        raise SolverRefused((done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1][:MOST_SAID])
    told = json.loads(place.read_text(encoding="utf-8"))
    if "refused" in told:
        raise SolverRefused(" ".join(told["refused"].split())[:MOST_SAID])
    columns, duals = np.array(told.get("columns", [])), np.array(told.get("duals", []))
    match told["status"]:
        case driver.EITHER:
            return Answer(None if asked.presolve else Status.INFEASIBLE)
        case driver.LATE:
            status = Status.TIME_LIMIT if asked.mixed and len(columns) else Status.NO_PLAN_IN_TIME
        case other:
            status = Status(other)
    return Answer(status, columns, duals, float(told.get("bound", np.nan)))


def _describe(task: Task, written: Written, answer: Answer, mixed: bool) -> Solution:
    """The answer as a Solution of the task: objective and gap are worked out here, of the point and the bound."""
    status = answer.status or Status.FAILED
    if not status.has_plan or len(answer.columns) < len(task.costs):
        return Solution(status=Status.FAILED if status.has_plan else status)
    columns = answer.columns[: len(task.costs)]
    objective = float(task.costs @ columns) + task.offset
    bound = min(answer.bound, objective) if mixed else objective
    gap = relative_gap(objective, bound)
    duals = np.zeros(len(task.row_lower)) if len(answer.duals) == len(written.rows) and not mixed else np.empty(0)
    if len(duals):
        duals[written.rows] = answer.duals
        duals = duals if prove_value(task, duals, objective) else np.empty(0)
    if status is Status.OPTIMAL and gap > OPTIMAL_GAP:
        status = Status.WITHIN_GAP
    return Solution(status=status, columns=columns, row_duals=duals, objective=objective, bound=bound, gap=gap)


def prove_value(task: Task, duals: np.ndarray, objective: float) -> bool:
    """Whether prices of rows prove the value of a linear task: what they and the bounds are worth comes to it.

    value = sum_i price[i] * (lower[i] where price > 0, else upper[i]) + the same of columns and their reduced costs

    SCIP gives prices of rows that it has turned into bounds as 0: such prices are none.
    """
    columns = np.repeat(np.arange(len(task.costs)), np.diff(task.starts))
    reduced = task.costs - np.bincount(columns, weights=task.entries * duals[task.rows], minlength=len(task.costs))
    worth = task.offset + _value(duals, task.row_lower, task.row_upper)
    worth += _value(reduced, task.column_lower, task.column_upper)
    return bool(abs(worth - objective) <= PROVEN * (1.0 + abs(objective)))


def _value(prices: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> float:
    """Prices at the bound that each is of; of an endless bound a small one is rounding, and others prove nothing."""
    bounds = np.where(prices > 0, lower, upper)
    told = (prices != 0) & ~(
        (np.abs(bounds) >= ENDLESS) & (np.abs(prices) <= DUST * (1.0 + np.abs(prices).max(initial=0.0)))
    )
    return float((prices[told] * bounds[told]).sum())
