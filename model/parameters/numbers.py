"""How the themes of the program ask for a number: as itself, or as a symbol while compiling.

A theme writes `n("use", k, s, y)`. In an ordinary Pyomo model that is a float; while compiling it is a Pyomo
variable that stands for the number, so that every term is a number, a decision, or their product.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from operator import getitem
from typing import Any

import numpy as np
from pyomo.core.expr.numvalue import NumericValue

from model.parameters.coefficient import Coefficient

NONE = -1
"""No symbol stands for a number yet."""
Expression = Any
"""A Pyomo expression or relation, or a plain number where nothing is to be decided."""


class Symbol(NumericValue):  # type: ignore[misc]
    """What stands for a number in an expression, for as long as there is the expression.

    To Pyomo it is a variable, which it multiplies by others and moves to the other side of a relation. It is no kind of
    Pyomo's own: of two of one kind Python would ask the derived one first, and `x == symbol` would be turned round.
    """

    __slots__ = ("number",)

    def __init__(self, number: int) -> None:
        self.number = number

    def is_potentially_variable(self) -> bool:
        """As a variable."""
        return True

    def is_variable_type(self) -> bool:
        """As a variable."""
        return True

    def is_fixed(self) -> bool:
        """As a variable that is not fixed."""
        return False

    def is_constant(self) -> bool:
        """As a variable."""
        return False


class Numbers:
    """Numbers of a scenario by coefficient name and labels.

    Args:
        coefficients: arrays by name.
        symbolic: give symbols instead of plain floats, numbered in the order in which they are first asked for.
    """

    def __init__(self, coefficients: Mapping[str, Coefficient], symbolic: bool = False) -> None:
        self.count = 0
        """Symbols so far."""
        self._sizes = {name: coefficient.values.size for name, coefficient in coefficients.items()}
        self._places = {name: _place_labels(coefficient) for name, coefficient in coefficients.items()}
        self._symbolic = symbolic
        self._numbered: dict[str, array[int]] = {}
        """Of each coefficient the number of the symbol at each flat position, or NONE."""
        self._values: dict[str, list[float]] = {}
        if not symbolic:
            self._values = {name: coefficient.values.ravel().tolist() for name, coefficient in coefficients.items()}

    def __call__(self, name: str, *labels: object) -> Any:
        """The number of a coefficient at its labels; KeyError where there is no such label."""
        places = self._places[name]
        if len(places) != len(labels):
            raise KeyError(f"{name} has {len(places)} labels, not {len(labels)}")
        position = sum(map(getitem, places, labels))
        if not self._symbolic:
            return self._values[name][position]
        numbered = self._numbered.get(name)
        if numbered is None:
            numbered = self._numbered[name] = array("i", (NONE,)) * self._sizes[name]
        number = numbered[position]
        if number == NONE:
            number = numbered[position] = self.count
            self.count += 1
        return Symbol(number)

    def list_symbols(self) -> tuple[tuple[str, np.ndarray, np.ndarray], ...]:
        """Per coefficient: which symbols are its, in their order, and at which flat position each stands."""
        return tuple((name, *_sort_symbols(np.array(numbered))) for name, numbered in self._numbered.items())


def _sort_symbols(numbered: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    positions = np.flatnonzero(numbered != NONE)
    positions = positions[np.argsort(numbered[positions], kind="stable")]
    return numbered[positions].astype(np.int64), positions.astype(np.int64)


def _place_labels(coefficient: Coefficient) -> list[dict[object, int]]:
    """For each axis, the step in the flat array that each label takes."""
    shape = coefficient.values.shape
    steps = [int(np.prod(shape[axis + 1 :], dtype=int)) for axis in range(len(shape))]
    return [
        {label: i * step for i, label in enumerate(labels)}
        for labels, step in zip(coefficient.labels, steps, strict=True)
    ]
