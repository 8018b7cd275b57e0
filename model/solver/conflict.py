"""Which rules cannot hold together: an irreducible conflict of the linear relaxation, or what would have to give."""

from __future__ import annotations

from collections.abc import Container
from time import perf_counter

import numpy as np

from model.compiled.revise import LinearProgram
from model.compiled.sparse import COST
from model.solver.highs import IMPOSSIBLE, IRREDUCIBLE, apply_scale, load_highs, load_task
from model.solver.scale import find_scale
from model.solver.stages import pose_task

VIOLATED = 1e-6
"""A row counts as broken from here on."""

CONFLICT_SECONDS = 20.0
"""Longest search for an irreducible conflict; a rougher answer now helps more than a finer one after dinner."""


def find_conflict(program: LinearProgram, giving: Container[str], time_limit: float) -> tuple[int, ...]:
    """Rows of an irreducible conflict of the linear relaxation; empty where the relaxation has a solution.

    Args:
        program: found infeasible.
        giving: families that a person set and could let go.
        time_limit: seconds after which the search ends, and the rows of `find_violated` are given instead.
    """
    h = load_highs(program, COST)
    h.setOptionValue("presolve", "off")
    h.setOptionValue("iis_strategy", int(IRREDUCIBLE))
    h.setOptionValue("iis_time_limit", time_limit)
    h.run()
    if h.getModelStatus() != IMPOSSIBLE:
        return ()
    started = perf_counter()
    _, conflict = h.getIis()
    rows = tuple(int(row) for row in conflict.row_index_)
    if rows and perf_counter() - started < time_limit:
        return rows
    return find_violated(program, giving) or rows


def find_violated(program: LinearProgram, giving: Container[str]) -> tuple[int, ...]:
    """Rows that the least sum of violations breaks: what would have to give for the program to have a solution.

    Args:
        program: found infeasible.
        giving: families of rows that may be broken.
    """
    task = pose_task(program, COST)
    scale = find_scale(task)
    asked = apply_scale(scale, task)
    h = load_task(asked)
    penalties = np.array([1.0 if label.family in giving else -1.0 for label in program.program.row_labels])
    if scale is not None:  # a unit of the user's is worth the same whatever the solver counts in
        penalties = np.where(penalties > 0, penalties / scale.rows, penalties)
    h.feasibilityRelaxation(-1.0, -1.0, 1.0, None, None, penalties)
    values = np.array(h.getSolution().row_value)
    if len(values) < len(penalties):
        return ()
    values = values[: len(penalties)]
    broken = np.maximum(asked.row_lower - values, values - asked.row_upper)
    return tuple(int(row) for row in np.flatnonzero(broken > VIOLATED))
