"""Figures of a form: sums of cells of the run's tables, and products and ratios of these, that say where they are from.

A figure is looked up when the form is written, and again by whoever follows its trace:

    capex in EUR = 1e6 / 11.24 * investments.outlay[technology=pump; year=2025|2026]
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

Where = tuple[tuple[str, tuple[str | int | bool, ...]], ...]
SMALLEST = 1e-9
"""A divisor below this is none: nothing is so much per nothing."""


@dataclass(frozen=True)
class Term:
    """The sum of a column over the rows of a table that have one of the values given for each column."""

    table: str
    column: str
    where: Where
    sign: float = 1.0

    def trace(self) -> str:
        """The term as `table.column[column=value|value; ...]`, a minus before it where it is taken off."""
        rows = "; ".join(f"{column}={'|'.join(map(str, values))}" for column, values in self.where)
        return f"{'-' if self.sign < 0 else ''}{self.table}.{self.column}[{rows}]"


Sum = tuple[Term, ...]


@dataclass(frozen=True)
class Figure:
    """`factor` times the product of sums, over the product of other sums."""

    times: tuple[Sum, ...]
    over: tuple[Sum, ...] = ()
    factor: float = 1.0

    def scale(self, factor: float) -> Figure:
        """The figure in another unit, or turned round."""
        return replace(self, factor=self.factor * factor)

    def trace(self) -> str:
        """The whole formula, which `tests/following.py` reckons anew."""
        times = " * ".join(f"({' + '.join(term.trace() for term in one)})" for one in self.times)
        over = "".join(f" / ({' + '.join(term.trace() for term in one)})" for one in self.over)
        return f"{self.factor!r} * {times}{over}"


@dataclass(frozen=True)
class Added:
    """Figures that are added up though each has a product or ratio of its own."""

    parts: tuple[Figure, ...]

    def scale(self, factor: float) -> Added:
        """The sum in another unit."""
        return Added(tuple(part.scale(factor) for part in self.parts))

    def trace(self) -> str:
        """The formulas of all parts, one after the other."""
        return " ++ ".join(part.trace() for part in self.parts)


def sum_of(table: str, column: str, factor: float = 1.0, /, **where: object) -> Figure:
    """A figure of one sum.

    >>> sum_of("investments", "outlay", technology="pump", year=(2025, 2026)).trace()
    '1.0 * (investments.outlay[technology=pump; year=2025|2026])'
    """
    return Figure(((term_of(table, column, **where),),), factor=factor)


def term_of(table: str, column: str, sign: float = 1.0, /, **where: object) -> Term:
    """A term; values alone or several."""
    rows = tuple((name, _several(values)) for name, values in where.items())
    return Term(table, column, rows, sign)


def divide(figure: Figure, by: Figure, factor: float = 1.0) -> Figure:
    """One figure over another."""
    return Figure((*figure.times, *by.over), (*figure.over, *by.times), factor * figure.factor / by.factor)


def multiply(figure: Figure, by: Figure) -> Figure:
    """One figure times another."""
    return Figure((*figure.times, *by.times), (*figure.over, *by.over), figure.factor * by.factor)


def add(*figures: Figure) -> Figure:
    """Figures of one sum and one factor each, added up."""
    factor = figures[0].factor
    terms = tuple(
        replace(term, sign=term.sign * math.copysign(1.0, one.factor / factor))
        for one in figures
        for term in one.times[0]
    )
    return Figure((terms,), factor=factor)


def subtract(figure: Figure, other: Figure) -> Figure:
    """One figure less another of the same factor."""
    return add(figure, other.scale(-1.0))


def reckon(figure: Figure | Added, tables: Mapping[str, pd.DataFrame]) -> float | None:
    """The figure's number; None where a table is missing, or where it would be divided by nothing."""
    if isinstance(figure, Added):
        parts = [reckon(part, tables) for part in figure.parts]
        return None if None in parts else math.fsum(part for part in parts if part is not None)
    numbers = [[_add_up(one, tables) for one in side] for side in (figure.times, figure.over)]
    if any(number is None for side in numbers for number in side):
        return None
    times, over = (math.prod(number for number in side if number is not None) for side in numbers)
    if figure.over and abs(over) < SMALLEST:
        return None
    return figure.factor * times / over


def _several(values: object) -> tuple[str | int | bool, ...]:
    if isinstance(values, tuple | list):
        return tuple(values)
    return (values,)  # type: ignore[return-value]


def _add_up(terms: Sum, tables: Mapping[str, pd.DataFrame]) -> float | None:
    total = 0.0
    for term in terms:
        table = tables.get(term.table)
        if table is None:
            return None
        kept = table
        for column, values in term.where:
            text = kept[column].dtype.kind not in "iufb"
            kept = kept[kept[column].isin([str(value) for value in values] if text else values)]
        total += term.sign * float(kept[term.column].sum())
    return total
