"""How a family of rows is stated, whoever takes it: an ordinary Pyomo model keeps its rows as constraints."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pyomo.environ as pyo

from model.parameters.numbers import Expression

Rule = Callable[..., Expression]
"""The relation of a row, given the model and the labels of the row; `pyo.Constraint.Skip` where there is none."""


class Program(pyo.ConcreteModel):  # type: ignore[misc]
    """A Pyomo model to which rows are added a family at a time."""

    def rows(self, family: str, places: Iterable[object], rule: Rule) -> None:
        """State a row for each place: labels in a tuple, or one label."""
        setattr(self, family, pyo.Constraint(list(places), rule=rule))

    def row(self, family: str, relation: Expression) -> None:
        """State the only row of a family, which has no labels."""
        setattr(self, family, pyo.Constraint(expr=relation))
