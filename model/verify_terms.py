"""When is a rule of the page broken, and by how much? Sums with the size of their terms, compared place by place.

A rule compares two sums. The solver works with absolute tolerances on rows whose terms may be thousands, so what it
leaves open has to be weighed against those terms: a balance of 600 GWh missed by 1e-5 GWh is met.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
"""Numbers, masks or text of a Dataset without its labels."""

LEAST_SCALE = 1.0
"""Terms below one unit are weighed as one unit: a solver's tolerance is absolute, so it cannot promise better."""


@dataclass(frozen=True)
class Sum:
    """A sum at many places: its value, and the sum of the magnitudes of its terms."""

    value: Array
    size: Array

    def __add__(self, other: Sum) -> Sum:
        return Sum(self.value + other.value, self.size + other.size)

    def __sub__(self, other: Sum) -> Sum:
        return Sum(self.value - other.value, self.size + other.size)

    def __mul__(self, factor: Array | float) -> Sum:
        return Sum(self.value * factor, self.size * np.abs(factor))

    def over(self, axis: int) -> Sum:
        """The sum over one axis."""
        return Sum(self.value.sum(axis), self.size.sum(axis))

    def at(self, key: Any) -> Sum:
        """The places that an index or a mask picks."""
        return Sum(self.value[key], self.size[key])


def term(values: Array | float) -> Sum:
    """A single term at each place."""
    numbers = np.asarray(values, dtype=float)
    return Sum(numbers, np.abs(numbers))


def product(subscripts: str, *factors: Array) -> Sum:
    """A sum of products over the letters that the result lacks, as `numpy.einsum` writes it."""
    value = np.einsum(subscripts, *factors, optimize=len(factors) > 2)
    size = np.einsum(subscripts, *map(np.abs, factors), optimize=len(factors) > 2)
    return Sum(value, size)


@dataclass(frozen=True)
class Rule:
    """One rule at all places of its dimensions.

    `miss` is positive where it is broken, in the unit given (one text, or one per label of the first dimension);
    `scale` is the size of its terms; `stands` says where there is such a rule at all. `decision` names the variable
    where the rule is about one variable alone.
    """

    name: str
    dims: tuple[str, ...]
    unit: str | Array
    miss: Array
    scale: Array
    stands: Array
    decision: str = ""

    @property
    def relative(self) -> Array:
        """Miss over the size of the terms, zero where the rule does not stand."""
        scale = np.where(np.isfinite(self.scale), np.maximum(LEAST_SCALE, self.scale), LEAST_SCALE)
        return np.where(self.stands, self.miss / scale, 0.0)

    def places_over(self, tolerance: float) -> Iterator[tuple[int, ...]]:
        """Positions at which the miss is larger than the tolerance allows."""
        for position in np.argwhere(self.relative > tolerance):
            yield tuple(int(i) for i in position)


def at_most(
    name: str,
    dims: tuple[str, ...],
    unit: str | Array,
    left: Sum,
    right: Sum,
    stands: Array | bool = True,
    decision: str = "",
) -> Rule:
    """The rule `left <= right`."""
    return _rule(name, dims, unit, left - right, stands, decision, equal=False)


def equal(
    name: str,
    dims: tuple[str, ...],
    unit: str | Array,
    left: Sum,
    right: Sum,
    stands: Array | bool = True,
    decision: str = "",
) -> Rule:
    """The rule `left = right`."""
    return _rule(name, dims, unit, left - right, stands, decision, equal=True)


def _rule(
    name: str, dims: tuple[str, ...], unit: str | Array, rest: Sum, stands: Array | bool, decision: str, *, equal: bool
) -> Rule:
    miss = np.abs(rest.value) if equal else np.maximum(rest.value, 0.0)
    miss = np.where(np.isnan(miss), np.inf, miss)  # what is no number meets no rule
    return Rule(name, dims, unit, miss, rest.size, np.broadcast_to(stands, miss.shape), decision)


def bound(limit: Array) -> tuple[Sum, Array]:
    """A limit as a term, and where it is finite, which is where a rule of it stands."""
    stands = np.isfinite(limit)
    return term(np.where(stands, limit, 0.0)), stands
