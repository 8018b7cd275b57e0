"""When is a rule of the page broken, and by how much? Sums with the size of their terms, compared place by place.

A rule compares two sums. The solver works with absolute tolerances on rows whose terms may be thousands, so what it
leaves open has to be weighed against those terms: a balance of 600 GWh missed by 1e-5 GWh is met. Most rules of most
plans are met to the last digit, so sizes are summed only where a rule asks for them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
"""Numbers, masks or text of a Dataset without its labels."""

LEAST_SCALE = 1.0
"""Terms below one unit are weighed as one unit: a solver's tolerance is absolute, so it cannot promise better."""


@dataclass(frozen=True, eq=False)
class Sum:
    """A sum at many places: its value, and the sum of the magnitudes of its terms, measured when first asked for."""

    value: Array
    measure: Callable[[], Array]

    @cached_property
    def size(self) -> Array:
        """The sum of the magnitudes of the terms."""
        return self.measure()

    def __add__(self, other: Sum) -> Sum:
        return Sum(self.value + other.value, lambda: self.size + other.size)

    def __sub__(self, other: Sum) -> Sum:
        return Sum(self.value - other.value, lambda: self.size + other.size)

    def __mul__(self, factor: Array | float) -> Sum:
        return Sum(self.value * factor, lambda: self.size * np.abs(factor))

    def over(self, axis: int) -> Sum:
        """The sum over one axis."""
        return Sum(self.value.sum(axis), lambda: self.size.sum(axis))

    def at(self, key: Any) -> Sum:
        """The places that an index or a mask picks."""
        return Sum(self.value[key], lambda: self.size[key])


def term(values: Array | float) -> Sum:
    """A single term at each place."""
    numbers: Array = np.asarray(values) if isinstance(values, float) else values.astype(float, copy=False)
    return Sum(numbers, lambda: np.abs(numbers))


NOTHING = term(0.0)


def product(subscripts: str, *factors: Array) -> Sum:
    """A sum of products over the letters that the result lacks, as `numpy.einsum` writes it."""
    several = len(factors) > 2
    value = np.einsum(subscripts, *factors, optimize=several)
    return Sum(value, lambda: np.einsum(subscripts, *map(np.abs, factors), optimize=several))


def cross(left: Array, right: Array) -> Sum:
    """`sum_n left[n,a] right[n,y]`, (a, y)."""
    return Sum(left.T @ right, lambda: np.abs(left).T @ np.abs(right))


def scatter(numbers: Array, places: Array, shape: tuple[int, ...]) -> Array:
    """An array of zeros but for numbers at places counted along all its dimensions."""
    if not isinstance(numbers, np.ndarray):
        return numbers.scatter(places, shape)
    total = np.zeros(shape)
    total.reshape(-1)[places] = numbers
    return total


def find_flat(amounts: Array) -> Array:
    """Where there is anything, counted along all dimensions; of a chunk of plans, in any of them."""
    return np.flatnonzero(amounts != 0) if isinstance(amounts, np.ndarray) else amounts.find_some()[0]


def find_some(amounts: Array) -> tuple[Array, ...]:
    """Positions along each dimension at which there is anything; of a chunk of plans, in any of them."""
    return np.unravel_index(find_flat(amounts), amounts.shape)


@dataclass(frozen=True, eq=False)
class Places:
    """Where a rule stands: positions in an array of `shape`, counted along all its dimensions; None is everywhere.

    `rows` are the labels of the first dimension that the array has, where it has not all of them. `only` says in which
    plans of a chunk the rule stands at each of its places; None in all.
    """

    shape: tuple[int, ...]
    flat: Array | None
    only: Array | None = None
    rows: Array | None = None

    @cached_property
    def count(self) -> int:
        """How many places these are."""
        return prod(self.shape) if self.flat is None else self.flat.size

    def pick(self, values: Array) -> Array:
        """The values at these places, one after the other."""
        if values.shape != self.shape:
            values = np.broadcast_to(values, self.shape)
        return values.reshape(-1) if self.flat is None else values.take(self.flat)

    def find_position(self, i: int) -> tuple[int, ...]:
        """The position of the i-th place along each dimension."""
        flat = i if self.flat is None else self.flat[i]
        position = tuple(int(at) for at in np.unravel_index(flat, self.shape))
        return position if self.rows is None else (int(self.rows[position[0]]), *position[1:])

    @cached_property
    def mask(self) -> Array:
        """Whether the rule stands at each position of the array, one after the other."""
        stands = np.full(prod(self.shape), self.flat is None)
        stands[self.flat] = True
        return stands


def find_places(stands: Array | bool, shape: tuple[int, ...], rows: Array | None = None) -> Places:
    """The places where a mask of that shape, or one that can be stretched to it, is true.

    `rows` are the labels of the first dimension, where it has not all of them.
    """
    mask = np.broadcast_to(stands, shape)
    if not isinstance(mask, np.ndarray):  # it differs between the plans of a chunk
        return Places(shape, *mask.find_some(), rows)
    return Places(shape, None if mask.all() else np.flatnonzero(mask), rows)


@dataclass(frozen=True, eq=False)
class Rule:
    """One rule at all places where it stands: a rest that shall not be positive or, where `exact`, shall be zero.

    The unit is one text, or one per label of the first dimension. `decision` names the variable where the rule is
    about one variable alone.
    """

    name: str
    dims: tuple[str, ...]
    unit: str | Array
    rest: Sum
    places: Places
    exact: bool
    decision: str = ""

    @property
    def most(self) -> float:
        """The largest miss in its unit, which no relative miss can exceed; no number where the rest is none."""
        if self.rest is NOTHING or not self.places.count:
            return 0.0
        rest = self.places.pick(self.rest.value)
        return float((np.abs(rest) if self.exact else rest).max())

    @cached_property
    def miss(self) -> Array:
        """How far the rule is missed at each of its places, in its unit."""
        rest = self.places.pick(self.rest.value)
        miss = np.abs(rest) if self.exact else np.maximum(rest, 0.0)
        return np.where(np.isnan(miss), np.inf, miss)  # what is no number meets no rule

    @cached_property
    def relative(self) -> Array:
        """Miss over the size of the terms, at each of its places."""
        scale = self.places.pick(self.rest.size)
        return np.asarray(self.miss / np.where(np.isfinite(scale), np.maximum(LEAST_SCALE, scale), LEAST_SCALE))

    def places_over(self, tolerance: float) -> Iterator[int]:
        """Which of its places have a miss that is larger than the tolerance allows."""
        return (int(i) for i in np.flatnonzero(self.relative > tolerance))


def at_most(
    name: str,
    dims: tuple[str, ...],
    unit: str | Array,
    left: Sum,
    right: Sum,
    stands: Places | Array | bool = True,
    decision: str = "",
) -> Rule:
    """The rule `left <= right`."""
    return _rule(name, dims, unit, left - right, stands, decision, exact=False)


def equal(
    name: str,
    dims: tuple[str, ...],
    unit: str | Array,
    left: Sum,
    right: Sum,
    stands: Places | Array | bool = True,
    decision: str = "",
) -> Rule:
    """The rule `left = right`."""
    return _rule(name, dims, unit, left - right, stands, decision, exact=True)


def met(name: str, dims: tuple[str, ...], unit: str | Array, places: Places, decision: str = "") -> Rule:
    """A rule that is plainly met wherever it stands, or stands nowhere."""
    return Rule(name, dims, unit, NOTHING, places, False, decision)


def _rule(
    name: str,
    dims: tuple[str, ...],
    unit: str | Array,
    rest: Sum,
    stands: Places | Array | bool,
    decision: str,
    *,
    exact: bool,
) -> Rule:
    places = stands if isinstance(stands, Places) else find_places(stands, rest.value.shape)
    return Rule(name, dims, unit, rest, places, exact, decision)


def bound(limit: Array) -> tuple[Sum, Array]:
    """A limit as a term, and where it is finite, which is where a rule of it stands."""
    stands = np.isfinite(limit)
    return term(np.where(stands, limit, 0.0)), stands
