"""How a program is compiled: once from Pyomo, with a symbol for every number, into a linear map of the symbols.

Every number of a scenario enters the Pyomo model as a symbol, so each term is a number, a decision, a symbol, or a
symbol times a decision. Each row is read as soon as it is stated, and its expression is gone before the next; what is
read goes into arrays (`Terms`), which are sorted into a `SparseProgram` at the end. Another scenario of the same
structure is then one sparse product; Pyomo is not touched again.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pyomo.environ as pyo
from pyomo.core.expr.relational_expr import EqualityExpression
from scipy import sparse

from model.compiled.cache import Tell, say_nothing
from model.compiled.labels import Label
from model.compiled.sparse import OBJECTIVES, SparseProgram
from model.compiled.task import SIGN, UNIT
from model.compiled.terms import NONE, NUMBERS, Gathered, Terms
from model.formulation.program import write_program
from model.formulation.rows import Program, Rule
from model.parameters.coefficients import measure_coefficients
from model.parameters.numbers import Expression, Numbers
from model.parameters.structure import Structure, outline_program
from scenarios.arrays import Scenario

ROWS_TOLD = 20_000
"""After how many rows it is told again how many there are."""
SIGNS = "positive"
"""Family of the decisions that tell above from below zero."""


def compile_program(scenario: Scenario, structure: Structure | None = None, tell: Tell = say_nothing) -> SparseProgram:
    """Compile the structure of a scenario.

    Args:
        scenario: as `scenarios.assemble` makes it; only its structure matters.
        structure: the same, where it was outlined already.
        tell: told now and then how many rows there are by now.
    """
    at = structure or outline_program(scenario)
    n = Numbers(measure_coefficients(scenario), symbolic=True)
    m = _Compiling(tell)
    with _pause_collector():
        write_program(m, at, n)
        return m.finish(at, n)


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


class _Compiling(Program):
    """A model that has decisions and objectives, and whose rows are read and dropped as they are stated."""

    def __init__(self, tell: Tell) -> None:
        super().__init__()
        self._tell = tell
        self._columns: dict[int, int] = {}
        self._terms = Terms(self._columns)
        self._sides: tuple[list[float], list[float]] = ([], [])
        self._row_labels: list[Label] = []
        self._column_labels: list[Label] = []
        self._families: list[tuple[int, float, float, int]] = []

    def add_component(self, name: str, val: Any) -> None:
        """Take a component in; decisions are numbered, and what holds for one holds for its family."""
        super().add_component(name, val)
        if val.ctype is not pyo.Var or not len(val):
            return
        for index, data in val.items():
            self._columns[id(data)] = len(self._column_labels)
            self._column_labels.append(Label(name, _tuple(index)))
        lower, upper = (np.nan if end is None else float(end) for end in data.bounds)
        self._families.append((len(val), lower, upper, _weigh_whole(name, data)))

    def rows(self, family: str, places: Iterable[object], rule: Rule) -> None:
        """Read a row for each place."""
        for place in places:
            labels = _tuple(place)
            relation = rule(self, *labels)
            if relation is not pyo.Constraint.Skip:
                self._add_row(Label(family, labels), relation)

    def row(self, family: str, relation: Expression) -> None:
        """Read the only row of a family."""
        self._add_row(Label(family, ()), relation)

    def _add_row(self, label: Label, relation: Expression) -> None:
        """What is left of the sign less what is right; a number on either side is the bound, as Pyomo has it."""
        row = len(self._row_labels)
        if row and row % ROWS_TOLD == 0:
            self._tell(row)
        self._row_labels.append(label)
        left, right = relation.args
        equal = relation.__class__ is EqualityExpression
        lower, upper = (0.0 if equal else -np.inf), 0.0
        if right.__class__ in NUMBERS:
            self._terms.add(row, left)
            upper = float(right)
            lower = upper if equal else -np.inf
        elif left.__class__ in NUMBERS:
            self._terms.add(row, right)
            lower = float(left)
            upper = lower if equal else np.inf
        else:
            self._terms.add(row, left)
            self._terms.add(row, right, -1.0)
        self._sides[0].append(lower)
        self._sides[1].append(upper)

    def finish(self, at: Structure, n: Numbers) -> SparseProgram:
        """All values behind each other: entries by column, both sides of the rows, objectives."""
        terms = self._terms.gather()
        decided = terms.columns != NONE
        entries, alone = terms.choose(decided), terms.choose(~decided)
        firsts = entries.find_entries()
        of_entry = np.repeat(np.arange(len(firsts)), np.diff(np.append(firsts, len(entries.rows))))
        parts = [
            entries.lay_values(of_entry, len(firsts), n.count),
            *(_lay_side(alone, np.array(side, dtype=float), n.count) for side in self._sides),
            self._lay_objectives(n.count),
        ]
        lower, upper, whole = self._describe_columns()
        size = len(self._column_labels)
        return SparseProgram(
            structure=at,
            starts=np.searchsorted(entries.columns[firsts], np.arange(size + 1)).astype(np.int32),
            rows=entries.rows[firsts],
            row_labels=tuple(self._row_labels),
            column_labels=tuple(self._column_labels),
            column_lower=lower,
            column_upper=upper,
            integrality=whole,
            map=sparse.vstack([matrix for matrix, _ in parts], format="csr"),
            constant=np.concatenate([constant for _, constant in parts]),
            numbers=n.list_symbols(),
        )

    def _describe_columns(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Bounds of the columns, and which are whole."""
        counts, lower, upper, whole = (np.array(part) for part in zip(*self._families, strict=True))
        lower, upper = np.where(np.isnan(lower), -np.inf, lower), np.where(np.isnan(upper), np.inf, upper)
        return np.repeat(lower, counts), np.repeat(upper, counts), np.repeat(whole, counts).astype(np.int32)

    def _lay_objectives(self, n_symbols: int) -> tuple[sparse.csr_matrix, np.ndarray]:
        """Of each objective the offset, and the costs of all columns."""
        terms, size = Terms(self._columns), len(self._column_labels)
        for place, name in enumerate(OBJECTIVES):
            terms.add(place, getattr(self, name).expr)
        read = terms.gather()
        return read.lay_values(read.rows * (size + 1) + read.columns + 1, len(OBJECTIVES) * (size + 1), n_symbols)


def _lay_side(alone: Gathered, side: np.ndarray, n_symbols: int) -> tuple[sparse.csr_matrix, np.ndarray]:
    """The bounds of rows on one side: a number, less what stands alone in the row where there is a bound."""
    bounded = alone.choose(np.isfinite(side[alone.rows]))
    matrix, constant = bounded.lay_values(bounded.rows, len(side), n_symbols)
    return -matrix, side - constant


def _weigh_whole(family: str, variable: Any) -> int:
    """0 for any number, `UNIT` for whole units, `SIGN` for what tells above from below zero."""
    return 0 if variable.is_continuous() else SIGN if family == SIGNS else UNIT


def _tuple(index: Any) -> tuple[Any, ...]:
    if index is None:
        return ()
    return index if isinstance(index, tuple) else (index,)
