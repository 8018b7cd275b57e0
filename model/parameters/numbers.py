"""How the themes of the program ask for a number: as itself, or as a symbol while compiling.

A theme writes `n("use", k, s, y)`. In an ordinary Pyomo model that is a float; while compiling it is a Pyomo
variable that stands for the number, so that every term is a number, a decision, or their product.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyomo.environ as pyo
from pyomo.core.base.var import VarData

from model.parameters.coefficient import Coefficient

Expression = Any
"""A Pyomo expression or relation, or a plain number where nothing is to be decided."""


class Numbers:
    """Numbers of a scenario by coefficient name and labels.

    Args:
        coefficients: arrays by name.
        symbolic: give symbols instead of plain floats.

    Attributes:
        keys: (name, flat position) of each symbol given so far, in the order of their making.
        symbols: the symbols themselves.
    """

    def __init__(self, coefficients: Mapping[str, Coefficient], symbolic: bool = False) -> None:
        self.keys: list[tuple[str, int]] = []
        self.symbols: list[Any] = []
        self._known: dict[tuple[str, int], Any] = {}
        self._values = {name: coefficient.values.ravel().tolist() for name, coefficient in coefficients.items()}
        self._places = {name: _place_labels(coefficient) for name, coefficient in coefficients.items()}
        self._symbolic = symbolic
        self._owner = pyo.Var(pyo.Any, dense=False, name="number")

    def __call__(self, name: str, *labels: object) -> Any:
        """The number of a coefficient at its labels; KeyError where there is no such label."""
        position = 0
        for place, label in zip(self._places[name], labels, strict=True):
            position += place[label]
        if not self._symbolic:
            return self._values[name][position]
        key = (name, position)
        symbol = self._known.get(key)
        if symbol is None:
            symbol = self._known[key] = VarData(self._owner)
            self.keys.append(key)
            self.symbols.append(symbol)
        return symbol


def _place_labels(coefficient: Coefficient) -> list[dict[object, int]]:
    """For each axis, the step in the flat array that each label takes."""
    shape = coefficient.values.shape
    steps = [int(np.prod(shape[axis + 1 :], dtype=int)) for axis in range(len(shape))]
    return [
        {label: i * step for i, label in enumerate(labels)}
        for labels, step in zip(coefficient.labels, steps, strict=True)
    ]
