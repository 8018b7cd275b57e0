"""GLPK and CBC by their command lines: the words of a command, and the files in which they answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil
from pathlib import Path

import numpy as np

from model.solver.external.question import Answer, Question
from model.solver.registry import CBC, DUAL, GLPK, IPM, PRIMAL, SIMPLEX
from model.solver.solution import Status

MPS, ANSWER, POINT = "task.mps", "answer", "point"
"""Files in the folder of a solve: the task, the answer, and CBC's point to the last digit."""


@dataclass(frozen=True)
class Program:
    """A solver with a command line.

    Args:
        command: the words for a question, run in the folder of the files.
        read: the answer, from that folder and what the program printed.
        absolute: whether it can be asked for a gap in money.
    """

    command: Callable[[Question], list[str]]
    read: Callable[[Path, str, Question], Answer]
    absolute: bool


def _ask_glpk(asked: Question) -> list[str]:
    how = {SIMPLEX: ["--dual"], DUAL: ["--dual"], PRIMAL: ["--primal"], IPM: ["--interior"]}
    words = ["glpsol", "--freemps", MPS, "-w", ANSWER, "--tmlim", str(max(ceil(asked.seconds), 1))]
    words += ["--seed", str(asked.seed), *([] if asked.presolve else ["--nopresol"])]
    if asked.mixed:
        return [*words, "--mipgap", repr(asked.gap), "--cuts"]
    return [*words, *how.get(asked.method, [])]


_NONE = ("HAS NO PRIMAL FEASIBLE", "HAS NO FEASIBLE", "HAS NO INTEGER FEASIBLE", "PROBLEM HAS NO PRIMAL")
_TREE = re.compile(r">=\s+(\S+)")


def _read_glpk(folder: Path, said: str, asked: Question) -> Answer:
    """Lines of `s` (kind, rows, columns, status, objective), `i` and `j` (rows and columns with values and duals)."""
    if any(text in said for text in _NONE):
        return Answer(Status.INFEASIBLE)
    if "NO DUAL FEASIBLE" in said and asked.presolve:
        return Answer(None)
    place = folder / ANSWER
    lines = [line.split() for line in place.read_text().splitlines()] if place.exists() else []
    told = next((line for line in lines if line and line[0] == "s"), None)
    if told is None:
        return Answer(Status.FAILED)
    late = "TIME LIMIT EXCEEDED" in said
    status = _name_glpk(told[1], told[4:-1], late)
    if not status.has_plan:
        return Answer(status)
    columns = np.array([float(line[-2 if told[1] != "mip" else -1]) for line in lines if line and line[0] == "j"])
    if told[1] == "mip":
        bounds = [found for found in _TREE.findall(said) if _is_number(found)]
        proven = "tree is empty" in said or not bounds
        return Answer(status, columns, bound=float(told[-1]) if proven else float(bounds[-1]))
    duals = np.array([float(line[-1]) for line in lines if line and line[0] == "i"])
    return Answer(status, columns, duals, float(told[-1]))


def _name_glpk(kind: str, marks: list[str], late: bool) -> Status:
    """Marks are `o`, `f`, `n`, `u` or, of a corner, those of its values and of its prices."""
    if kind == "bas":
        found = {("f", "f"): Status.OPTIMAL, ("n", "f"): Status.INFEASIBLE, ("f", "n"): Status.UNBOUNDED}
        return found.get((marks[0], marks[1]), Status.NO_PLAN_IN_TIME if late else Status.FAILED)
    match marks[0]:
        case "o":
            return Status.OPTIMAL
        case "f" if kind == "mip":
            return Status.TIME_LIMIT if late else Status.OPTIMAL
        case "n":
            return Status.INFEASIBLE
        case _:
            return Status.NO_PLAN_IN_TIME if late else Status.FAILED


def _is_number(text: str) -> bool:
    try:
        return bool(np.isfinite(float(text)))
    except ValueError:
        return False


def _ask_cbc(asked: Question) -> list[str]:
    how = {SIMPLEX: "-dualSimplex", DUAL: "-dualSimplex", PRIMAL: "-primalSimplex", IPM: "-barrier"}
    words = ["cbc", MPS, "-seconds", repr(asked.seconds), "-timeMode", "elapsed", "-randomSeed", str(asked.seed + 1)]
    words += ["-threads", str(asked.threads)] if asked.threads > 1 else []
    words += [] if asked.presolve else ["-presolve", "off"]
    if asked.mixed:
        gap = ["-allowableGap", repr(asked.room)] if asked.room is not None else ["-ratioGap", repr(asked.gap)]
        words += [*gap, "-solve"]
    else:
        words.append(how.get(asked.method, "-initialSolve"))
    return [*words, "-solution", ANSWER, "-saveSolution", POINT]


_LOWER = re.compile(r"Lower bound:\s+(\S+)")
SHOWN = 5e-4
"""CBC prints its bound with three decimals."""


def _read_cbc(folder: Path, said: str, asked: Question) -> Answer:
    """The first line says how it ended; the point is two whole numbers, the objective, then rows and columns."""
    place = folder / ANSWER
    told = place.read_text().split("\n", 1)[0].lower() if place.exists() else ""
    status = _name_cbc(told, asked.mixed)
    if not status.has_plan:
        return Answer(status)
    data = (folder / POINT).read_bytes()
    n_rows, n_columns = np.frombuffer(data, dtype=np.int32, count=2).tolist()
    objective, *numbers = np.frombuffer(data, dtype=np.float64, offset=8).tolist()
    columns = np.array(numbers[2 * n_rows : 2 * n_rows + n_columns])
    if not asked.mixed:
        return Answer(status, columns, np.array(numbers[n_rows : 2 * n_rows]), objective)
    lower = _LOWER.search(said)
    bound = float(lower[1]) - SHOWN if lower else objective
    if status is Status.OPTIMAL:  # it ended within what was allowed, and knows its bound better than it prints it
        bound = max(bound, objective - (asked.gap * abs(objective) if asked.room is None else asked.room))
    return Answer(status, columns, bound=bound)


def _name_cbc(told: str, mixed: bool) -> Status:
    if told.startswith("optimal"):
        return Status.OPTIMAL
    if "infeasible" in told:
        return Status.INFEASIBLE
    if told.startswith("unbounded"):
        return Status.UNBOUNDED
    if told.startswith("stopped"):
        found = mixed and "no integer solution" not in told
        return Status.TIME_LIMIT if found else Status.NO_PLAN_IN_TIME
    return Status.FAILED


PROGRAMS: Mapping[str, Program] = {
    GLPK: Program(_ask_glpk, _read_glpk, absolute=False),
    CBC: Program(_ask_cbc, _read_cbc, absolute=True),
}
