"""One array of several plans at once, which acts in the rules as the array of one plan does.

What several plans of a chunk share is there once: plans that differ in their targets alone have one row of what they
build.

A rule that says `term(plan.build)` of one plan says it of a chunk of them: the plans stand along a dimension before
all others that no rule sees. What has no meaning for all of them at once, such as a branch that some would take and
others not, raises `Uneven`, and each of them is judged by itself. So there is one reading of the page, not two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from math import prod
from typing import Any

import numpy as np

from model.verifier.terms import Array

PLANS = "Z"
"""The letter of the dimension of plans in the subscripts of `numpy.einsum`; no rule has capitals."""
MOST_MATCHED = 512
"""Pairs of rows whose match is kept: a chunk has a dozen."""

Rows = tuple[int, ...]
"""For each plan of a chunk its row of an array; every row is somebody's."""


class Uneven(Exception):
    """What is asked has not one answer for all plans of the chunk."""


@lru_cache(MOST_MATCHED)
def join_rows(one: Rows, other: Rows) -> Rows:
    """Rows that tell plans apart wherever either does."""
    pairs = list(zip(one, other, strict=True))
    distinct = {pair: row for row, pair in enumerate(dict.fromkeys(pairs))}
    for rows in (one, other):
        if len(distinct) == max(rows) + 1:
            return rows
    return tuple(distinct[pair] for pair in pairs)


@lru_cache(MOST_MATCHED)
def _find_rows(own: Rows, finer: Rows) -> Array:
    """Which of its own rows each of the finer ones is."""
    found = np.empty(max(finer) + 1, dtype=np.intp)
    found[list(finer)] = own
    return found


class Stack(np.lib.mixins.NDArrayOperatorsMixin):
    """Arrays of one shape, one per plan; `whole` (row, ...) has them all, `rows` says which is whose.

    Shape, axes and keys are those of one plan's array.
    """

    __slots__ = ("rows", "whole")

    def __init__(self, whole: Array, rows: Rows | None = None) -> None:
        self.whole = whole
        self.rows = tuple(range(len(whole))) if rows is None else rows

    def _like(self, whole: Array) -> Stack:
        """Another array of the same plans."""
        return Stack(whole, self.rows)

    def spread(self, rows: Rows) -> Array:
        """The arrays by these rows, which tell apart what its own do."""
        return self.whole if rows == self.rows else self.whole[_find_rows(self.rows, rows)]

    def list_each(self) -> Array:
        """The array of every plan (plan, ...)."""
        return self.spread(tuple(range(len(self.rows))))

    @property
    def shape(self) -> tuple[int, ...]:
        """Of one plan's array."""
        return self.whole.shape[1:]

    @property
    def ndim(self) -> int:
        """Dimensions of one plan's array."""
        return self.whole.ndim - 1

    @property
    def size(self) -> int:
        """Places of one plan's array."""
        return prod(self.shape)

    @property
    def dtype(self) -> np.dtype[Any]:
        """Of its numbers."""
        return self.whole.dtype

    @property
    def T(self) -> Stack:  # noqa: N802
        """One plan's array with its axes the other way round."""
        return self.transpose(*range(self.ndim)[::-1])

    def __len__(self) -> int:
        return self.shape[0]

    def __array__(self, *words: object, **named: object) -> Array:
        raise Uneven

    def __iter__(self) -> Iterator[Any]:
        raise Uneven

    def __bool__(self) -> bool:
        return bool(self._agree())

    def __float__(self) -> float:
        return float(self._agree())

    def _agree(self) -> Any:
        """What all plans say, where there is one number and they say the same."""
        first = self.whole.flat[0]
        if self.size != 1 or not bool((self.whole == first).all()):
            raise Uneven
        return first

    def __getitem__(self, key: Any) -> Stack:
        return self._like(self.whole[self._shift(key)])

    def __setitem__(self, key: Any, values: Any) -> None:
        if isinstance(values, Stack):
            joint = join_rows(self.rows, values.rows)
            self.whole, self.rows = self.spread(joint), joint
            values = Stack(values.spread(joint), joint)
        place = self.whole[self._shift(key)]
        place[...] = _pad(values.whole, place.ndim - 1) if isinstance(values, Stack) else values

    @staticmethod
    def _shift(key: Any) -> tuple[Any, ...]:
        parts = key if isinstance(key, tuple) else (key,)
        if any(isinstance(part, Stack) for part in parts):
            raise Uneven
        return (slice(None), *parts)

    def transpose(self, *axes: int) -> Stack:
        """One plan's array with its axes in this order."""
        return self._like(self.whole.transpose(0, *(axis + 1 for axis in axes)))

    def reshape(self, *shape: int) -> Stack:
        """One plan's array in another shape."""
        return self._like(self.whole.reshape(len(self.whole), *shape))

    def take(self, places: Array) -> Stack:
        """The numbers at places counted along all dimensions of one plan's array."""
        if isinstance(places, Stack):
            raise Uneven
        return self._like(self.whole.reshape(len(self.whole), -1).take(places, axis=1))

    def astype(self, kind: Any, copy: bool = True) -> Stack:
        """The same as another kind of number."""
        return self._like(self.whole.astype(kind, copy=copy))

    def scatter(self, places: Array, shape: tuple[int, ...]) -> Stack:
        """Each plan's numbers at places of an array of zeros."""
        if isinstance(places, Stack):
            raise Uneven
        total = np.zeros((len(self.whole), prod(shape)))
        total[:, places] = self.whole
        return self._like(total.reshape(len(self.whole), *shape))

    def find_some(self) -> tuple[Array, Stack]:
        """The places where any plan has anything but zero or no, counted along all dimensions, and what is there."""
        flat = self.whole.reshape(len(self.whole), -1)
        places = np.flatnonzero(flat.any(0))
        return places, self._like(flat[:, places])

    def copy(self) -> Stack:
        """The same, apart."""
        return self._like(self.whole.copy())

    def sum(self, axis: Any = None, keepdims: bool = False) -> Stack:
        """Over axes of one plan's array."""
        return self._like(self.whole.sum(self._find_axes(axis), keepdims=keepdims))

    def any(self, axis: Any = None, keepdims: bool = False) -> Stack:
        """Whether any along axes of one plan's array."""
        return self._like(np.asarray(self.whole.any(self._find_axes(axis), keepdims=keepdims)))

    def all(self, axis: Any = None, keepdims: bool = False) -> Stack:
        """Whether all along axes of one plan's array."""
        return self._like(np.asarray(self.whole.all(self._find_axes(axis), keepdims=keepdims)))

    def max(self, axis: Any = None, keepdims: bool = False) -> Stack:
        """The largest along axes of one plan's array."""
        return self._like(self.whole.max(self._find_axes(axis), keepdims=keepdims))

    def _find_axes(self, axis: Any) -> tuple[int, ...]:
        if axis is None:
            return tuple(range(1, self.whole.ndim))
        return tuple(each if each < 0 else each + 1 for each in (axis if isinstance(axis, tuple) else (axis,)))

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **named: Any) -> Any:
        if method == "reduceat" and isinstance(inputs[0], Stack) and not isinstance(inputs[1], Stack) and not named:
            return inputs[0]._like(ufunc.reduceat(inputs[0].whole, inputs[1], axis=1))
        if method != "__call__" or named:
            raise Uneven
        if ufunc is np.matmul:
            return _multiply(*inputs)
        rows, arrays = _line_up(inputs)
        return Stack(ufunc(*arrays), rows)

    def __array_function__(self, function: Callable[..., Any], _: Any, words: Any, named: Any) -> Any:
        answer = FUNCTIONS.get(function)
        if answer is None:
            raise Uneven
        return answer(*words, **named)


class Apart(Stack):
    """A decision of several plans as each of them holds it, put together where all of it is asked for.

    Plans that hold the very same array have one row.
    """

    __slots__ = ("_each", "_whole")

    def __init__(self, each: Sequence[Array]) -> None:
        if any(one.shape != each[0].shape for one in each):
            raise Uneven
        first = {id(one): place for place, one in reversed(list(enumerate(each)))}
        numbers = {place: row for row, place in enumerate(sorted(first.values()))}
        self.rows = tuple(numbers[first[id(one)]] for one in each)
        self._each = [each[place] for place in numbers]
        self._whole: Array | None = None

    @property
    def whole(self) -> Array:  # type: ignore[override]
        """Of all plans."""
        found = self._whole
        if found is None:
            whole = np.empty((len(self._each), *self.shape), self.dtype)  # in this order, however each plan has it
            found = self._whole = np.stack(self._each, out=whole)
        return found

    @property
    def shape(self) -> tuple[int, ...]:
        """Of one plan's array."""
        return self._each[0].shape

    @property
    def ndim(self) -> int:
        """Dimensions of one plan's array."""
        return self._each[0].ndim

    @property
    def dtype(self) -> np.dtype[Any]:
        """Of its numbers."""
        return self._each[0].dtype

    def __getitem__(self, key: Any) -> Stack:
        if self._whole is not None:
            return super().__getitem__(key)
        self._shift(key)
        return self._like(np.stack([one[key] for one in self._each]))

    def take(self, places: Array) -> Stack:
        """The numbers at places counted along all dimensions of one plan's array."""
        return super().take(places) if self._whole is not None else self[np.unravel_index(places, self.shape)]

    def find_some(self) -> tuple[Array, Stack]:
        """The places where any plan has anything but zero or no, counted along all dimensions, and what is there."""
        some = np.zeros(self.size, dtype=bool)
        for one in self._each:
            some[np.flatnonzero(one != 0)] = True
        places = np.flatnonzero(some)
        return places, self.take(places)


def _count_dims(values: Any) -> int:
    return values.ndim if isinstance(values, Stack) else np.ndim(values)


def _level(values: Sequence[Any]) -> tuple[Rows, list[Any]]:
    """Arrays by the same rows, which tell apart what any of them does; what all plans share as it is."""
    several = [one.rows for one in values if isinstance(one, Stack)]
    rows = several[0]
    for other in several[1:]:
        if other is not rows:
            rows = join_rows(rows, other)
    return rows, [one.spread(rows) if isinstance(one, Stack) else one for one in values]


def _line_up(values: Sequence[Any]) -> tuple[Rows, list[Any]]:
    """The same with as many dimensions each."""
    rows, arrays = _level(values)
    ndim = max(map(_count_dims, values))
    told = zip(values, arrays, strict=True)
    return rows, [_pad(array, ndim) if isinstance(value, Stack) else array for value, array in told]


def _pad(whole: Array, ndim: int) -> Array:
    """Arrays of all rows with so many dimensions each."""
    return whole.reshape(len(whole), *(1,) * (ndim + 1 - whole.ndim), *whole.shape[1:])


def _multiply(left: Any, right: Any) -> Stack:
    """The product of matrices or vectors."""
    if _count_dims(left) != 2 or _count_dims(right) > 2:
        raise Uneven
    rows, (one, other) = _level((left, right))
    return Stack(one @ other if _count_dims(right) == 2 else (one @ other[..., None])[..., 0], rows)


def _act(function: Callable[..., Array]) -> Callable[..., Stack]:
    """A function of numpy that acts place by place."""

    def act(*words: Any) -> Stack:
        rows, arrays = _line_up(words)
        return Stack(function(*arrays), rows)

    return act


def _sum_products(subscripts: str, *factors: Any, optimize: bool = False) -> Stack:
    letters, result = subscripts.split("->")
    several = [
        PLANS * isinstance(factor, Stack) + each for each, factor in zip(letters.split(","), factors, strict=True)
    ]
    rows, arrays = _level(factors)
    return Stack(np.einsum(f"{','.join(several)}->{PLANS}{result}", *arrays, optimize=optimize), rows)


def _join(function: Callable[..., Array]) -> Callable[..., Stack]:
    """A function of numpy that puts arrays beside each other along an axis; what plans share is repeated for each."""

    def join(arrays: Sequence[Any], axis: int = 0) -> Stack:
        rows, level = _level(arrays)
        shapes = [(max(rows) + 1, *(one.shape if isinstance(one, Stack) else np.shape(one))) for one in arrays]
        whole = [np.broadcast_to(one, shape) for one, shape in zip(level, shapes, strict=True)]
        return Stack(function(whole, axis=axis if axis < 0 else axis + 1), rows)

    return join


def _stretch(values: Stack, shape: tuple[int, ...]) -> Stack:
    whole = _pad(values.whole, len(shape))
    return Stack(np.broadcast_to(whole, (len(whole), *shape)), values.rows)


def _roll(values: Stack, shift: int, axis: int) -> Stack:
    return Stack(np.roll(values.whole, shift, axis if axis < 0 else axis + 1), values.rows)


FUNCTIONS: Mapping[Any, Callable[..., Stack]] = {
    np.where: _act(np.where),
    np.clip: _act(np.clip),
    np.nan_to_num: _act(np.nan_to_num),
    np.isin: lambda values, among: Stack(np.isin(values.whole, among), values.rows),
    np.zeros_like: lambda values: Stack(np.zeros_like(values.whole), values.rows),
    np.einsum: _sum_products,
    np.concatenate: _join(np.concatenate),
    np.stack: _join(np.stack),
    np.broadcast_to: _stretch,
    np.roll: _roll,
    np.outer: lambda left, right: _sum_products("i,j->ij", left, right),
}
"""What rules ask of numpy besides functions that act place by place."""
