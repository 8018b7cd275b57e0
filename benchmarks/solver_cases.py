"""Which programs the solvers are compared on, by which ways, and what is measured of an answer."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from benchmarks.cases import LUND
from benchmarks.sweep_cases import make_services
from model.compiled.blocks import join_tasks
from model.compiled.blocks_tree import assign_owners, part_all, stage_columns
from model.compiled.task import Task
from model.solver.lacks import find_lack
from model.solver.registry import CPLEX, GUROBI, HIGHS_NAME, SOLVERS, XPRESS
from model.solver.sessions import open_session, solve_once
from model.solver.solution import Solution, SolverOptions
from model.solver.stages import find_main, pose_task
from model.solver.starts import COLD
from model.solver.ties import measure_breach
from runners.family import Family
from scenarios.choices import Choices
from scenarios.tables import Tables, read_tables

BASE = Choices(variants=("base_2024",))
EVERY_FIVE = tuple(range(2025, 2046, 5))
FUTURES, YEARS_NOW, DEVIATION = 10, 5, 0.2
GAP = 1e-3


@dataclass(frozen=True)
class Way:
    """A solver, its method, and whether it may simplify first and on how many threads it runs."""

    name: str = HIGHS_NAME
    method: str = "choose"
    presolve: bool = True
    threads: int = 1
    crossover: bool = True

    @property
    def title(self) -> str:
        """As it is shown."""
        method = "" if self.method == "choose" else f" {self.method}"
        said = [f"{SOLVERS[self.name].title}{method}"]
        said += [] if self.presolve else ["no presolve"]
        said += [] if self.crossover else ["no corner"]
        said += [f"{self.threads} threads"] if self.threads > 1 else []
        return ", ".join(said)

    def set_options(self, seconds: float) -> SolverOptions:
        """Options of a solve that may take so long."""
        more = {"presolve": self.presolve, "crossover": self.crossover}
        return SolverOptions(self.name, self.method, GAP, seconds, self.threads, **more)


PLAIN = (
    *(Way(method=method) for method in ("dual", "primal", "ipx", "hipo", "pdlp")),
    Way(method="ipx", crossover=False),
    *(Way(name) for name in SOLVERS if name != HIGHS_NAME),
)
VARIED = (
    Way(method="dual", presolve=False),
    Way(method="ipx", presolve=False),
    Way(method="ipx", threads=2),
    Way(method="pdlp", threads=2),
)
WHOLE = (
    Way(),
    Way(presolve=False),
    Way(threads=2),
    *(Way(name) for name in SOLVERS if name != HIGHS_NAME),
)
LIMITED = (GUROBI, CPLEX, XPRESS)
"""Whose free licences end at some hundred or thousand rows; measured where there is a larger one."""


def list_ways(mixed: bool, varied: bool) -> Iterator[Way]:
    """Ways that can be gone on this machine."""
    ways = WHOLE if mixed else (*PLAIN, *VARIED) if varied else PLAIN
    return (way for way in ways if find_lack(way.name, way.method) is None)


@dataclass(frozen=True)
class Comparison:
    """A program by name, as a task; `varied`: also without presolve and on two threads."""

    name: str
    load: Callable[[], Task]
    varied: bool = False


def pose(tables: Tables, choices: Choices, relax: bool) -> Task:
    """The main task of a case."""
    family = Family(tables, choices)
    program = family.revise({})
    task = pose_task(program, find_main(program.program.structure))
    return task.relax() if relax else task


@cache
def pose_lund(relax: bool, years: tuple[int, ...] = ()) -> Task:
    """Lund, over every year or some."""
    choices = Choices(variants=BASE.variants, years=years or None) if years else BASE
    return pose(read_tables(LUND), choices, relax)


def pose_futures() -> Task:
    """Ten futures of Lund decided together for five years."""
    family = Family(read_tables(LUND), BASE)
    factors = np.exp(DEVIATION * np.random.default_rng(0).standard_normal((FUTURES, 2)))
    programs = [family.revise({"adjust.price.electricity": a, "adjust.capex.all": b}) for a, b in factors.tolist()]
    compiled = programs[0].program
    tasks = [pose_task(program, find_main(compiled.structure)).relax() for program in programs]
    branches = part_all(FUTURES, compiled.structure.years[0] + YEARS_NOW)
    return join_tasks(tasks, np.full(FUTURES, 0.1), assign_owners(stage_columns(compiled), branches)).task


def pose_services(n_years: int, n_slices: int, n_services: int) -> Task:
    """A synthetic case."""
    return pose(make_services(n_years, n_slices, n_services), Choices(salvage="none"), relax=True)


SMALL = Comparison("small", lambda: pose_services(11, 2, 2), varied=True)
COMPARISONS = (
    Comparison("Lund, relaxed", lambda: pose_lund(True), varied=True),
    Comparison("Lund, whole units", lambda: pose_lund(False)),
    Comparison("Lund, whole units, every fifth year", lambda: pose_lund(False, EVERY_FIVE)),
    Comparison("medium", lambda: pose_services(25, 12, 9), varied=True),
    Comparison("national", lambda: pose_services(25, 24, 18)),
    Comparison("ten futures of Lund", pose_futures),
)


@dataclass(frozen=True)
class Figure:
    """What came of a way: processor seconds, status, objective, gap, and by how much rows and prices are open."""

    case: str
    way: str
    rows: int
    columns: int
    whole: int
    seconds: float
    status: str
    objective: float
    gap: float
    primal: float
    dual: float


def measure(case: str, task: Task, way: Way, limit: float) -> Figure:
    """Solve a task by a way from cold, in processor time of this process and of those that it waits for."""
    options = way.set_options(limit)
    before = read_processor()
    found = solve_once(task, options, limit) if task.mixed else open_session(options, COLD).solve(task, limit)
    seconds = read_processor() - before
    whole = int((task.integrality > 0).sum()) if task.mixed else 0
    there = found.status.has_plan
    return Figure(
        case=case,
        way=way.title,
        rows=len(task.row_lower),
        columns=len(task.costs),
        whole=whole,
        seconds=seconds,
        status=found.status.value,
        objective=found.objective,
        gap=found.gap,
        primal=max(measure_breach(task, found.columns), 0.0) if there else np.nan,
        dual=measure_wrong(task, found) if there and not task.mixed else np.nan,
    )


def read_processor() -> float:
    """Seconds of processor time so far, children that have ended included."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def measure_wrong(task: Task, found: Solution) -> float:
    """The largest reduced cost that a move within its bounds could still earn, over the largest cost of a unit."""
    if len(found.row_duals) != len(task.row_lower):
        return np.nan
    columns = np.repeat(np.arange(len(task.costs)), np.diff(task.starts))
    terms = task.entries * found.row_duals[task.rows]
    reduced = task.costs - np.bincount(columns, weights=terms, minlength=len(task.costs))
    sizes = np.maximum(np.abs(task.costs), 1.0)
    np.maximum.at(sizes, columns, np.abs(terms))
    room = 1e-6 * (1.0 + np.abs(found.columns))
    falls = (reduced > 0) & (found.columns > task.column_lower + room)
    rises = (reduced < 0) & (found.columns < task.column_upper - room)
    return float((np.abs(reduced) / sizes)[falls | rises].max(initial=0.0))


def find_best(figures: list[Figure]) -> Mapping[str, float]:
    """The least objective of each case that anything found."""
    best: dict[str, float] = {}
    for one in figures:
        if np.isfinite(one.objective):
            best[one.case] = min(best.get(one.case, np.inf), one.objective)
    return best
