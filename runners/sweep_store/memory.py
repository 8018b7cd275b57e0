"""Results that a sweep reckons once and keeps for as long as the arrays they follow from are the same objects."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from operator import is_
from typing import Any, TypeVar, cast

import numpy as np
import xarray as xr
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Kept = TypeVar("Kept")


class Memory:
    """Results by name, each kept for as long as it is asked for with the very same arrays.

    An array must not be changed in place between two questions: the answer would be the old one.
    """

    def __init__(self) -> None:
        self._kept: dict[Hashable, tuple[tuple[Any, ...], Any]] = {}
        self._plans: dict[str, tuple[list[Variables], Any]] = {}

    def recall(self, scenario: xr.Dataset, names: tuple[str, ...], reckon: Callable[[], Kept]) -> Kept:
        """What `reckon` gave for these variables of the scenario, reckoned anew where one is another array."""
        variables = scenario.variables
        arrays = tuple(variables[name].values for name in names)
        key = (reckon.__qualname__, names)
        held = self._kept.get(key)
        if held is None or not all(map(is_, held[0], arrays)):
            held = self._kept[key] = (arrays, reckon())
        return cast(Kept, held[1])

    def recall_plan(self, scenario: xr.Dataset, plan: xr.Dataset, aside: str, reckon: Callable[[], Kept]) -> Kept:
        """What `reckon` gave for a scenario and a plan, anew where an array without the dimension `aside` is another.

        Nothing that has that dimension may be read; of attributes only those that all scenarios of a family share.
        """
        found = [_list_variables(dataset) for dataset in (scenario, plan)]
        held = self._plans.get(reckon.__qualname__)
        if held is None or not all(_holds(*pair, aside) for pair in zip(held[0], found, strict=True)):
            held = self._plans[reckon.__qualname__] = (found, reckon())
        return cast(Kept, held[1])


Variables = Mapping[Hashable, xr.Variable]


def _list_variables(dataset: xr.Dataset) -> Variables:
    """As they are, without the mapping that is put around them for others: a sweep looks at hundreds each time."""
    return dataset._variables


def _holds(held: Variables, found: Variables, aside: str) -> bool:
    """Whether variables have the very arrays that were held, those with a dimension that is left aside left aside."""
    return held.keys() == found.keys() and all(
        one is held[name] or one.values is held[name].values or (aside in one.dims and aside in held[name].dims)
        for name, one in found.items()
    )


def take_array(dataset: xr.Dataset, name: str, *dims: str) -> Floats:
    """The numbers of a variable with its dimensions in this order, without copying them."""
    variable = dataset.variables[name]
    values = variable.values
    if variable.dims == dims:
        return cast(Floats, values)
    return cast(Floats, values.transpose([variable.dims.index(dim) for dim in dims]))
