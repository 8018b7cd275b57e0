"""Which rules cannot all hold? Whole rules, and whole units where only these stand in the way; none of them to spare.

Of the candidates half are let go at once, then a quarter, and so on down to one. What is left cannot hold together,
and would if any one of it were let go.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from time import perf_counter

import numpy as np

from model.compiled.revise import LinearProgram
from model.compiled.sparse import COST
from model.queries.giving import GIVING, Core, Hold, Rule, find_holders, loosen_task, take_part
from model.solver.sessions import open_session, solve_once
from model.solver.solution import SolverOptions, Status
from model.solver.stages import pose_task
from model.solver.starts import CHOOSE

WHOLE_UNITS = "whole_units"
"""That starts and units of a technology, or issues of an instrument, are whole."""
CORE_SECONDS = 20.0
"""Longest search; what is left then is told, though some of it could perhaps be left out."""


def find_any_core(
    program: LinearProgram, options: SolverOptions, giving: Mapping[Rule, Hold], seconds: float = CORE_SECONDS
) -> Core:
    """An irreducible conflict of a program that has no plan, in parts of units where it has none even so.

    Args:
        program: found infeasible.
        options: of the solver.
        giving: every rule that could be let go.
        seconds: after which the search ends with what is left.
    """
    from model.solver.conflict import find_conflict

    seconds = min(seconds, options.time_limit)
    search = _Search(program, options, giving, perf_counter() + seconds)
    proof = find_conflict(program, GIVING, seconds)
    if proof:
        named = list(dict.fromkeys(rule for row in proof for rule in find_holders(program, row) if rule in giving))
        enough = search.is_impossible_in_parts(named)
        core = shrink_conflict(named if enough else list(giving), search.is_impossible_in_parts)
        return Core(take_part(giving, core, set(proof)), rows=() if core else proof)
    if options.relax or not program.program.integrality.any():
        return Core({})
    core = shrink_conflict([*giving, *search.lumps], search.is_impossible)
    rules = {rule: giving[rule].rows for rule in core if rule in giving}
    return Core(rules, tuple(item for family, item in core if family == WHOLE_UNITS))


def shrink_conflict(rules: Sequence[Rule], impossible: Callable[[Sequence[Rule]], bool]) -> list[Rule]:
    """Rules that cannot hold together, each needed for that.

    Args:
        rules: that cannot all hold.
        impossible: whether so many of them cannot hold.
    """
    kept, size = list(rules), max(len(rules) // 2, 1)
    while True:
        place = 0
        while place < len(kept):
            trial = kept[:place] + kept[place + size :]
            if impossible(trial):
                kept = trial
            else:
                place += size
        if size == 1:
            return kept
        size //= 2


class _Search:
    """Asks whether some rules of a program can all hold, while there is time."""

    def __init__(
        self, program: LinearProgram, options: SolverOptions, giving: Mapping[Rule, Hold], deadline: float
    ) -> None:
        self._task = replace(pose_task(program, COST), costs=np.zeros(len(program.column_lower)), offset=0.0)
        self._options, self._giving, self._deadline = options, giving, deadline
        self._session = open_session(options, CHOOSE)
        self.lumps = _list_lumps(program)

    def is_impossible(self, held: Sequence[Rule]) -> bool:
        """Whether these rules and lumps cannot all hold; False where time is out."""
        left, kept = self._deadline - perf_counter(), set(held)
        if left <= 0:
            return False
        integrality = self._task.integrality.copy()
        for lump, columns in self.lumps.items():
            if lump not in kept:
                integrality[columns] = 0
        task = loosen_task(self._task, [hold for rule, hold in self._giving.items() if rule not in kept])
        return solve_once(replace(task, integrality=integrality), self._options, left).status is Status.INFEASIBLE

    def is_impossible_in_parts(self, held: Sequence[Rule]) -> bool:
        """The same of rules alone, in parts of units."""
        left, kept = self._deadline - perf_counter(), set(held)
        if left <= 0:
            return False
        task = loosen_task(self._task, [hold for rule, hold in self._giving.items() if rule not in kept])
        return self._session.solve(task, left).status is Status.INFEASIBLE


def _list_lumps(program: LinearProgram) -> dict[Rule, list[int]]:
    """Whole columns by the label that they are units, starts or issues of."""
    lumps: dict[Rule, list[int]] = defaultdict(list)
    for column in np.flatnonzero(program.program.integrality).tolist():
        lumps[WHOLE_UNITS, str(program.program.column_labels[column].index[0])].append(column)
    return dict(lumps)
