"""How the shared rows are solved: all cases as one block where they are few, by prices where they are many."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any

import numpy as np
from scipy import sparse

from model.compiled.linked import cut_cases, join_cases
from model.compiled.task import Task
from model.solver.least import LARGE, solve_task
from model.solver.pricing import Agreement, Master, Offer, agree_on_prices, find_least_bound
from model.solver.solution import SolverOptions, Status
from runners.analyses.portfolio.crew import Crew, Failure
from runners.analyses.portfolio.joining import Joint

BLOCK, PRICES, CHOOSE = METHODS = ("block", "prices", "choose")
FEW = 40_000
"""Columns of all cases together up to which one block is solved."""
TINY = 1e-6

Respond = Callable[[np.ndarray], tuple[float, np.ndarray]]
"""What the cost and each case's part of the rows are at other limits."""


class CaseFailed(Exception):
    """Cases that could not answer."""

    def __init__(self, failures: Sequence[Failure]) -> None:
        self.failures = tuple(failures)
        super().__init__(", ".join(one.case for one in failures))


@dataclass(frozen=True)
class Solved:
    """An agreement, the way it was found, and how it responds to other limits."""

    agreement: Agreement
    method: str
    respond: Respond


def collect(found: Mapping[str, Any]) -> list[Any]:
    """The answers of cases, in their order; raises CaseFailed where any of them could not answer."""
    failures = [answer for answer in found.values() if isinstance(answer, Failure)]
    if failures:
        raise CaseFailed(failures)
    return list(found.values())


def solve_links(
    crew: Crew,
    cases: Mapping[str, int],
    joint: Joint,
    options: SolverOptions,
    method: str = CHOOSE,
    say_round: Callable[[int, float, float], None] = lambda *_: None,
) -> Solved:
    """Prices of the shared rows and each case's part of them.

    Args:
        crew: with all cases joined.
        cases: columns of each case.
        joint: the shared rows.
        options: of the solver.
        method: block, prices, or choose by size.
        say_round: told each round of prices.

    Raises:
        CaseFailed: a case could not answer.
    """
    if method == BLOCK or (method == CHOOSE and sum(cases.values()) <= FEW):
        posed = collect(crew.ask("pose", dict.fromkeys(cases, ())))
        return _solve_block(posed, joint, options)

    def ask(prices: np.ndarray) -> list[Offer]:
        return collect(crew.ask("offer", dict.fromkeys(cases, (prices,))))

    agreement, master = agree_on_prices(ask, len(cases), joint.limits, joint.prices, options, say_round)
    return Solved(agreement, PRICES, _respond_master(master))


def _respond_master(master: Master) -> Respond:
    def respond(limits: np.ndarray) -> tuple[float, np.ndarray]:
        found, _, parts, _ = master.solve(limits)
        return found.objective, parts

    return respond


def _solve_block(posed: Sequence[tuple[Task, sparse.csr_matrix]], joint: Joint, options: SolverOptions) -> Solved:
    """All cases at once: in parts of units for prices and bound, and whole where there are units."""
    started = perf_counter()
    tasks, counts = [task for task, _ in posed], [count for _, count in posed]
    limits, prices = joint.limits, joint.prices
    task = join_cases(tasks, counts, limits, prices)
    found = solve_task(task, replace(options, relax=True))
    if not found.status.has_plan:
        agreement = Agreement(found.status, seconds=perf_counter() - started)
        return Solved(agreement, BLOCK, lambda _: (np.nan, np.empty((0, 0))))
    bound = find_least_bound(task, found) if len(found.row_duals) and len(task.costs) < LARGE else found.bound
    row_prices = np.maximum(-found.row_duals[-len(limits) :], 0.0)
    best = found
    if not options.relax and task.mixed:
        whole = solve_task(task, options)
        best = whole if whole.status.has_plan else found
        bound = max(bound, whole.bound) if whole.status.has_plan else bound
    parts = _count_parts(tasks, counts, best.columns)
    missing = np.zeros(len(limits))
    missing[np.isfinite(prices)] = best.columns[len(task.costs) - int(np.isfinite(prices).sum()) :]

    def respond(other: np.ndarray) -> tuple[float, np.ndarray]:
        moved = solve_task(join_cases(tasks, counts, other, prices), replace(options, relax=True))
        return moved.objective, _count_parts(tasks, counts, moved.columns)

    bound, seconds = min(bound, best.objective), perf_counter() - started
    agreement = Agreement(best.status, best.objective, bound, row_prices, parts, missing, 0, seconds)
    return Solved(agreement, BLOCK, respond)


def _count_parts(tasks: Sequence[Task], counts: Sequence[sparse.csr_matrix], point: np.ndarray) -> np.ndarray:
    """What each case uses of each row (n_cases, n_rows)."""
    return np.array([count @ own for count, own in zip(counts, cut_cases(tasks, point), strict=True)])


def find_missing(crew: Crew, cases: Sequence[str], joint: Joint, options: SolverOptions) -> np.ndarray:
    """How little of hard rows can be missing where not all can be kept (n_rows): the least sum of parts of limits."""
    unit = 1.0 / np.maximum(np.abs(np.where(np.isfinite(joint.limits), joint.limits, 1.0)), 1.0)
    soft = np.where(np.isfinite(joint.limits), unit, np.inf)

    def ask(prices: np.ndarray) -> list[Offer]:
        return collect(crew.ask("offer", dict.fromkeys(cases, (prices, True))))

    agreement, _ = agree_on_prices(ask, len(cases), joint.limits, soft, options)
    return agreement.missing if agreement.status is Status.OPTIMAL else np.full(len(joint.limits), np.nan)
