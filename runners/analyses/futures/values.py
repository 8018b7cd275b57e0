"""What a measure of risk looks at in each future: its cost, what it misses of its targets, or its peak of debt.

misses  = sum over wholes t, y of L[y] missed[t,y] + sum_t excess_total[t]      in the targets' own units
debt    = the largest over the ends of years, of an actor or of all, of what is owed for the plan
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr

from model.compiled.blocks_risk import Sum
from model.compiled.revise import LinearProgram
from scenarios.catalog import ACTOR, YEAR
from scenarios.errors import CaseError, Problem

COST, MISSES, DEBT = "cost", "misses", "debt"
OF = (COST, MISSES, DEBT)
CEILING, DRAW = "ceiling_most", "draw"
"""The rows whose left side is what an actor owes at the end of a year, and the columns that it is owed for."""
OF_KEY = "risk.of"


def list_values(of: str, programs: Sequence[LinearProgram], scenario: xr.Dataset) -> list[list[Sum]] | None:
    """Per future the sums whose largest is its value; None for its cost.

    Raises:
        CaseError: there is no such thing in the case.
    """
    if of == COST:
        return None
    if of == MISSES:
        weights = _weigh_misses(programs[0], scenario)
        return [[Sum(weights)] for _ in programs]
    return [_sum_debts(of, program) for program in programs]


def check_of(of: str, actors: Sequence[str]) -> Problem | None:
    """What is wrong with the thing that is asked for."""
    kind, _, actor = of.partition(".")
    if of in (COST, MISSES) or (kind == DEBT and (not actor or actor in actors)):
        return None
    names = [*OF, *(f"{DEBT}.{name}" for name in actors)]
    return Problem("override_choice", f"{OF_KEY}={of}", fields={"value": of, "names": ", ".join(names)})


def _weigh_misses(program: LinearProgram, scenario: xr.Dataset) -> np.ndarray:
    compiled = program.program
    lengths = dict(zip(scenario[YEAR].values.tolist(), scenario["length"].values.tolist(), strict=True))
    at = compiled.structure
    wholes = set(at.list_wholes(at.soft))
    weights = np.zeros(len(compiled.column_labels))
    for column in compiled.column_families.get("missed", ()):
        index = compiled.column_labels[column].index
        if index in wholes:
            weights[column] = lengths[index[1]]
    weights[compiled.column_families.get("excess_total", np.empty(0, dtype=int))] = 1.0
    if not weights.any():
        raise CaseError([Problem("futures_of_misses", f"{OF_KEY}={MISSES}")])
    return weights


def _sum_debts(of: str, program: LinearProgram) -> list[Sum]:
    """What is owed at the end of each year, by the actor asked for or by each."""
    compiled, actor = program.program, of.partition(".")[2]
    rows = [
        row for row in compiled.row_families.get(CEILING, ()) if not actor or compiled.row_labels[row].index[0] == actor
    ]
    if not rows:
        raise CaseError([Problem("futures_of_debt", f"{OF_KEY}={of}", fields={ACTOR: actor or DEBT})])
    drawn = np.zeros(len(compiled.column_labels), dtype=bool)
    drawn[compiled.column_families[DRAW]] = True
    columns = np.repeat(np.arange(len(drawn)), np.diff(program.starts))
    sums = []
    for row in rows:
        there = (program.rows == row) & drawn[columns]
        weights = np.zeros(len(drawn))
        weights[columns[there]] = program.entries[there]
        sums.append(Sum(weights))
    return sums
