"""What a measure of risk looks at in each future: its cost, what it misses, its peak of debt, an actor's net cost.

misses  = sum over wholes t, y of L[y] missed[t,y] + sum_t excess_total[t]      in the targets' own units
debt    = the largest over the ends of years, of an actor or of all, of what is owed for the plan
net cost = paid_in_cash[a] of an actor (docs/finance.md); of the one whose perspective it is, the cost itself
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr

from model.compiled.blocks_risk import Sum
from model.compiled.revise import LinearProgram
from scenarios.catalog import ACTOR, YEAR
from scenarios.errors import CaseError, Problem

COST, MISSES, DEBT, NET_COST = "cost", "misses", "debt", "net_cost"
OF = (COST, MISSES, DEBT)
CEILING, DRAW = "ceiling_most", "draw"
"""The rows whose left side is what an actor owes at the end of a year, and the columns that it is owed for."""
LOSS = "loss_most"
"""The rows whose left side is what an actor pays in all."""
OF_KEY = "risk.of"


def list_values(of: str, programs: Sequence[LinearProgram], scenario: xr.Dataset) -> list[list[Sum]] | None:
    """Per future the sums whose largest is its value; None for the cost that is least anyway.

    Raises:
        CaseError: there is no such thing in the case.
    """
    if of == COST:
        return None
    if of == MISSES:
        weights = _weigh_misses(programs[0], scenario)
        return [[Sum(weights)] for _ in programs]
    kind, _, actor = of.partition(".")
    if kind == NET_COST:
        if actor == programs[0].program.structure.finance.viewer:
            return None
        return [[_sum_paid(of, actor, program)] for program in programs]
    return [_sum_debts(of, program) for program in programs]


def check_of(of: str, actors: Sequence[str]) -> Problem | None:
    """What is wrong with the thing that is asked for."""
    kind, _, actor = of.partition(".")
    if of in (COST, MISSES) or (kind == DEBT and (not actor or actor in actors)):
        return None
    if kind == NET_COST and actor in actors:
        return None
    names = [*OF, *(f"{value}.{name}" for value in (DEBT, NET_COST) for name in actors)]
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


def find_paid_row(of: str, program: LinearProgram) -> int | None:
    """The row whose left side is what an actor pays in all; None where `of` is about something else, or none is."""
    kind, _, actor = of.partition(".")
    compiled = program.program
    rows = compiled.row_families.get(LOSS, ()) if kind == NET_COST else ()
    return next((int(i) for i in rows if compiled.row_labels[i].index[0] == actor), None)


def _sum_paid(of: str, actor: str, program: LinearProgram) -> Sum:
    """What an actor pays in cash, present value at its own rate: the left side of the row that limits its loss."""
    compiled = program.program
    row = find_paid_row(of, program)
    if row is None:
        raise CaseError([Problem("futures_of_net_cost", f"{OF_KEY}={of}", fields={ACTOR: actor})])
    columns = np.repeat(np.arange(len(compiled.column_labels)), np.diff(program.starts))
    there = program.rows == row
    return Sum(np.bincount(columns[there], program.entries[there], len(compiled.column_labels)))
