"""What a solver outside is asked, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from model.solver.solution import Status


@dataclass(frozen=True)
class Question:
    """How a file is to be solved.

    `gap` is relative, `room` in the file's own money (None: the gap alone); `seconds` at the most. `presolve` is False
    where an answer has to say which kind of no it is.
    """

    mixed: bool
    method: str
    gap: float
    room: float | None
    seconds: float
    threads: int
    seed: int
    crossover: bool = True
    presolve: bool = True


@dataclass(frozen=True)
class Answer:
    """What came back: `columns` in the order of the file, `duals` of its rows (empty where it has none), and a bound.

    `status` is None where the solver could not tell an impossible file from one without an end.
    """

    status: Status | None
    columns: np.ndarray = field(default_factory=lambda: np.empty(0))
    duals: np.ndarray = field(default_factory=lambda: np.empty(0))
    bound: float = np.nan


class SolverRefused(Exception):
    """A solver did not take the file: no licence, or one for smaller files."""

    def __init__(self, said: str) -> None:
        super().__init__(said)
        self.said = said
