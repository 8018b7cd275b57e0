"""How the terms of rows are read out of Pyomo expressions, and kept in arrays until all of them are there.

A term is a number, a decision, a symbol, or a symbol times a decision, each times a number. What a rule of the
formulation states is sums, differences and products of these; anything else is no linear rule, and is refused.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from pyomo.core.expr.numeric_expr import (
    DivisionExpression,
    LinearExpression,
    MonomialTermExpression,
    NegationExpression,
    ProductExpression,
    SumExpression,
)
from pyomo.core.expr.numvalue import NumericConstant
from scipy import sparse

from model.parameters.numbers import Symbol

NUMBERS = (float, int, np.float64, np.int64)
SUMS = (SumExpression, LinearExpression)
PRODUCTS = (ProductExpression, MonomialTermExpression)
NONE = -1
"""In place of a column: no decision; of a symbol: none."""


class NotLinear(TypeError):
    """A rule has a term that is no number, decision, symbol, or symbol times a decision."""

    def __init__(self, expression: Any) -> None:
        super().__init__(f"not linear in decisions and numbers: {type(expression).__name__}")


class Terms:
    """Terms of rows, each at a row, of a column or none, of a symbol or none, times a number.

    `columns` says which column a Pyomo variable is, by its identity.
    """

    def __init__(self, columns: Mapping[int, int]) -> None:
        self._known = columns
        self._terms = array("d")
        """Row, column, symbol and number of each term, one after the other; whole numbers are exact."""

    def add(self, row: int, expression: Any, times: float = 1.0) -> None:
        """Add the terms of an expression, times a number, to a row.

        Raises:
            NotLinear: one of them is of another kind.
        """
        kind = expression.__class__
        if kind in PRODUCTS:
            first, second = expression.args
            column = self._known.get(id(second))
            if column is None:
                self._add_product(row, first, second, times)
            elif first.__class__ is Symbol:
                self._terms.extend((row, column, first.number, times))
            elif first.__class__ in NUMBERS:
                self._terms.extend((row, column, NONE, times * first))
            else:
                self._add_product(row, first, second, times)
        elif kind in SUMS:
            for term in expression.args:
                self.add(row, term, times)
        elif kind is Symbol:
            self._terms.extend((row, NONE, expression.number, times))
        elif kind in NUMBERS:
            self._terms.extend((row, NONE, NONE, times * expression))
        elif kind is NegationExpression:
            self.add(row, expression.args[0], -times)
        elif kind is NumericConstant:  # an objective of nothing
            self._terms.extend((row, NONE, NONE, times * expression.value))
        elif kind is DivisionExpression and expression.args[1].__class__ in NUMBERS:
            self.add(row, expression.args[0], times / expression.args[1])
        else:
            column = self._known.get(id(expression))
            if column is None:
                raise NotLinear(expression)
            self._terms.extend((row, column, NONE, times))

    def _add_product(self, row: int, first: Any, second: Any, times: float) -> None:
        """Add all terms of one factor times all of the other, as far as these are linear."""
        if first.__class__ in NUMBERS:
            self.add(row, second, times * first)
            return
        sides = []
        for expression in (first, second):
            terms = Terms(self._known)
            terms.add(0, expression)
            sides.append(terms._take().tolist())
        for _, column, symbol, number in sides[0]:
            for _, other_column, other_symbol, other in sides[1]:
                if NONE not in (column, other_column) or NONE not in (symbol, other_symbol):
                    raise NotLinear(first)
                self._terms.extend((row, max(column, other_column), max(symbol, other_symbol), times * number * other))

    def _take(self) -> np.ndarray:
        """Row, column, symbol and number of each term (n_terms, 4)."""
        return np.reshape(np.array(self._terms), (-1, 4))

    def gather(self) -> Gathered:
        """All terms by column, then row, then as they were stated.

        Those of one column, row and symbol are summed; what comes to nothing is left out.
        """
        terms = self._take()
        rows, columns, symbols = (terms[:, part].astype(np.int32) for part in range(3))
        order = np.lexsort((symbols, rows, columns))
        first = _find_firsts(columns[order], rows[order], symbols[order])
        sums = np.add.reduceat(terms[order, 3], first) if len(first) else np.zeros(0)
        stated, sums = order[first][sums != 0], sums[sums != 0]
        again = np.lexsort((stated, rows[stated], columns[stated]))
        kept = stated[again]
        return Gathered(columns[kept], rows[kept], symbols[kept], sums[again])


@dataclass(frozen=True)
class Gathered:
    """Terms as arrays (n_terms), sorted by column and row."""

    columns: np.ndarray
    rows: np.ndarray
    symbols: np.ndarray
    numbers: np.ndarray

    def choose(self, chosen: np.ndarray) -> Gathered:
        """Those at some places."""
        return Gathered(self.columns[chosen], self.rows[chosen], self.symbols[chosen], self.numbers[chosen])

    def find_entries(self) -> np.ndarray:
        """The place of the first term of each column and row."""
        return _find_firsts(self.columns, self.rows)

    def lay_values(self, places: np.ndarray, size: int, n_symbols: int) -> tuple[sparse.csr_matrix, np.ndarray]:
        """The map of `values = map @ symbols + constant`, where each term is of the value at its place.

        Args:
            places: of a value for each term (n_terms).
            size: of all values.
            n_symbols: of all symbols.
        """
        symbolic = self.symbols != NONE
        constant = np.zeros(size)
        constant[places[~symbolic]] = self.numbers[~symbolic]
        order = np.argsort(places[symbolic], kind="stable")
        counts = np.bincount(places[symbolic], minlength=size)
        ends = np.concatenate([[0], np.cumsum(counts)])
        factors, symbols = self.numbers[symbolic][order], self.symbols[symbolic][order]
        return sparse.csr_matrix((factors, symbols, ends), shape=(size, n_symbols)), constant


def _find_firsts(*keys: np.ndarray) -> np.ndarray:
    """Where, in sorted arrays, any differs from the place before; the first place among them."""
    if not len(keys[0]):
        return np.zeros(0, dtype=np.int64)
    new = np.logical_or.reduce([key[1:] != key[:-1] for key in keys])
    return np.concatenate([[0], np.flatnonzero(new) + 1])
