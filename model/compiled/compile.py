"""How a program is compiled: once from Pyomo, with a symbol for every number, into a linear map of the symbols.

Every number of a scenario enters the Pyomo model as a symbol, so each term is a number, a decision, a symbol, or a
symbol times a decision. Pyomo's quadratic walker returns exactly those; they are collected into a `SparseProgram`.
Another scenario of the same structure is then one sparse product; Pyomo is not touched again.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pyomo.environ as pyo
from pyomo.repn.quadratic import QuadraticRepnVisitor
from pyomo.repn.util import OrderedVarRecorder
from scipy import sparse

from model.compiled.sparse import OBJECTIVES, Label, SparseProgram
from model.compiled.task import SIGN, UNIT
from model.formulation.program import write_program
from model.parameters.coefficients import measure_coefficients
from model.parameters.numbers import Numbers
from model.parameters.structure import Structure, outline_program
from scenarios.arrays import Scenario

SIGNS = "positive"
"""Family of the decisions that tell above from below zero."""


def compile_program(scenario: Scenario, structure: Structure | None = None) -> SparseProgram:
    """Compile the structure of a scenario.

    Args:
        scenario: as `scenarios.assemble` makes it; only its structure matters.
        structure: the same, where it was outlined already.
    """
    at = structure or outline_program(scenario)
    m = pyo.ConcreteModel()
    n = Numbers(measure_coefficients(scenario), symbolic=True)
    with _pause_collector():
        write_program(m, at, n)
        walker = _Walker(m, n.symbols)
        for constraint in m.component_objects(pyo.Constraint, descend_into=False):
            for data in constraint.values():
                walker.add_row(constraint.local_name, data)
        for name in OBJECTIVES:
            walker.add_objective(getattr(m, name))
        return walker.finish(at, n.keys)


@contextmanager
def _pause_collector() -> Iterator[None]:
    """Expression trees hold no cycles worth finding while they grow; looking for them costs a third of the time."""
    active = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if active:
            gc.enable()


class _Walker:
    """Collects the terms of all rows as (value, symbol, factor) triples while walking a model."""

    def __init__(self, m: pyo.ConcreteModel, symbols: list[Any]) -> None:
        self._symbol = {id(data): i for i, data in enumerate(symbols)}
        decisions = m.component_objects(pyo.Var, descend_into=False)
        self._columns = [(v.local_name, data) for v in decisions for data in v.values()]
        self._column = {id(data): j for j, (_, data) in enumerate(self._columns)}
        known = {id(data): data for data in (*symbols, *(data for _, data in self._columns))}
        order = {key: i for i, key in enumerate(known)}
        self._walker = QuadraticRepnVisitor({}, var_recorder=OrderedVarRecorder(known, order, None))
        self._rows: list[Label] = []
        self._entries: list[tuple[int, int, dict[int, float], float]] = []
        self._sides: list[list[tuple[dict[int, float], float]]] = [[], []]
        self._objectives: list[tuple[dict[int, float], float, dict[int, tuple[dict[int, float], float]]]] = []

    def _read(self, expression: Any) -> tuple[dict[int, tuple[dict[int, float], float]], dict[int, float], float]:
        """Columns with their factor (symbols, number); symbols that stand alone; the number that stands alone."""
        repn = self._walker.walk_expression(expression)
        alone: dict[int, float] = {}
        columns: dict[int, tuple[dict[int, float], float]] = {}
        for key, factor in repn.linear.items():
            symbol = self._symbol.get(key)
            if symbol is None:
                columns[self._column[key]] = ({}, float(factor))
            else:
                alone[symbol] = float(factor)
        for (first, second), factor in (repn.quadratic or {}).items():
            symbol, column = (first, second) if first in self._symbol else (second, first)
            symbols, _ = columns.setdefault(self._column[column], ({}, 0.0))
            symbols[self._symbol[symbol]] = float(factor)
        return columns, alone, float(repn.constant)

    def add_row(self, family: str, data: Any) -> None:
        """One constraint: columns to the left, symbols and numbers that stand alone to both sides' bounds."""
        lower, body, upper = data.to_bounded_expression()
        columns, alone, constant = self._read(body)
        row = len(self._rows)
        self._rows.append(Label(family, _tuple(data.index())))
        self._entries.extend((column, row, symbols, number) for column, (symbols, number) in columns.items())
        moved = {symbol: -factor for symbol, factor in alone.items()}
        for side, bound, endless in ((0, lower, -np.inf), (1, upper, np.inf)):
            self._sides[side].append(({}, endless) if bound is None else (moved, float(bound) - constant))

    def add_objective(self, objective: Any) -> None:
        """One objective: its offset and its costs."""
        columns, alone, constant = self._read(objective.expr)
        self._objectives.append((alone, constant, columns))

    def finish(self, at: Structure, keys: list[tuple[str, int]]) -> SparseProgram:
        """Sort the entries by column and put all values behind each other."""
        self._entries.sort(key=lambda entry: (entry[0], entry[1]))
        n_columns = len(self._columns)
        values: list[tuple[dict[int, float], float]] = [(symbols, number) for _, _, symbols, number in self._entries]
        values += self._sides[0] + self._sides[1]
        for alone, constant, columns in self._objectives:
            values.append((alone, constant))
            values += [columns.get(j, ({}, 0.0)) for j in range(n_columns)]
        data = [variable for _, variable in self._columns]
        return SparseProgram(
            structure=at,
            starts=np.searchsorted([entry[0] for entry in self._entries], np.arange(n_columns + 1)).astype(np.int32),
            rows=np.array([entry[1] for entry in self._entries], dtype=np.int32),
            row_labels=tuple(self._rows),
            column_labels=tuple(Label(name, _tuple(variable.index())) for name, variable in self._columns),
            column_lower=np.array([-np.inf if v.lb is None else v.lb for v in data], dtype=float),
            column_upper=np.array([np.inf if v.ub is None else v.ub for v in data], dtype=float),
            integrality=np.array([_weigh_whole(name, v) for name, v in self._columns], dtype=np.int32),
            map=_collect(values, len(keys)),
            constant=np.array([number for _, number in values]),
            numbers=_sort_keys(keys),
        )


def _collect(values: list[tuple[dict[int, float], float]], n_symbols: int) -> sparse.csr_matrix:
    """S of `values = S @ p + constant`."""
    counts = np.fromiter((len(symbols) for symbols, _ in values), dtype=np.int64, count=len(values))
    pointer = np.concatenate([[0], np.cumsum(counts)])
    columns = np.fromiter((symbol for symbols, _ in values for symbol in symbols), dtype=np.int32, count=pointer[-1])
    factors = np.fromiter((f for symbols, _ in values for f in symbols.values()), dtype=float, count=pointer[-1])
    return sparse.csr_matrix((factors, columns, pointer), shape=(len(values), n_symbols))


def _sort_keys(keys: list[tuple[str, int]]) -> tuple[tuple[str, np.ndarray, np.ndarray], ...]:
    """Per coefficient: which symbols are its, and at which flat position each stands."""
    places: dict[str, tuple[list[int], list[int]]] = {}
    for symbol, (name, position) in enumerate(keys):
        symbols, positions = places.setdefault(name, ([], []))
        symbols.append(symbol)
        positions.append(position)
    return tuple((name, np.array(s, dtype=np.int64), np.array(q, dtype=np.int64)) for name, (s, q) in places.items())


def _weigh_whole(family: str, variable: Any) -> int:
    """0 for any number, `UNIT` for whole units, `SIGN` for what tells above from below zero."""
    return 0 if variable.is_continuous() else SIGN if family == SIGNS else UNIT


def _tuple(index: Any) -> tuple[Any, ...]:
    if index is None:
        return ()
    return index if isinstance(index, tuple) else (index,)
