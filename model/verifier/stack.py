"""One array of several plans at once, which acts in the rules as the array of one plan does.

A rule that says `term(plan.build)` of one plan says it of a chunk of them: the plans stand along a dimension before all
others that no rule sees. What has no meaning for all of them at once, such as a branch that some would take and others
not, raises `Uneven`, and each of them is judged by itself. So there is one reading of the page, not two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from math import prod
from typing import Any, cast

import numpy as np

from model.verifier.terms import Array, Places, Sum
from model.verifier.weights import Weights

PLANS = "Z"
"""The letter of the dimension of plans in the subscripts of `numpy.einsum`; no rule has capitals."""


class Uneven(Exception):
    """What is asked has not one answer for all plans of the chunk."""


class Stack(np.lib.mixins.NDArrayOperatorsMixin):
    """Arrays of one shape, one per plan; `whole` (plan, ...) has them all.

    Shape, axes and keys are those of one plan's array.
    """

    __slots__ = ("whole",)

    def __init__(self, whole: Array) -> None:
        self.whole = whole

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
        return Stack(self.whole[self._shift(key)])

    def __setitem__(self, key: Any, values: Any) -> None:
        place = self.whole[self._shift(key)]
        place[...] = _align(values, place.ndim - 1)

    @staticmethod
    def _shift(key: Any) -> tuple[Any, ...]:
        parts = key if isinstance(key, tuple) else (key,)
        if any(isinstance(part, Stack) for part in parts):
            raise Uneven
        return (slice(None), *parts)

    def transpose(self, *axes: int) -> Stack:
        """One plan's array with its axes in this order."""
        return Stack(self.whole.transpose(0, *(axis + 1 for axis in axes)))

    def reshape(self, *shape: int) -> Stack:
        """One plan's array in another shape."""
        return Stack(self.whole.reshape(len(self.whole), *shape))

    def take(self, places: Array) -> Stack:
        """The numbers at places counted along all dimensions of one plan's array."""
        if isinstance(places, Stack):
            raise Uneven
        return Stack(self.whole.reshape(len(self.whole), -1).take(places, axis=1))

    def astype(self, kind: Any, copy: bool = True) -> Stack:
        """The same as another kind of number."""
        return Stack(self.whole.astype(kind, copy=copy))

    def scatter(self, places: Array, shape: tuple[int, ...]) -> Stack:
        """Each plan's numbers at places of an array of zeros."""
        if isinstance(places, Stack):
            raise Uneven
        total = np.zeros((len(self.whole), prod(shape)))
        total[:, places] = self.whole
        return Stack(total.reshape(len(self.whole), *shape))

    def find_some(self) -> tuple[Array, Stack]:
        """The places where any plan has anything but zero or no, counted along all dimensions, and what is there."""
        flat = self.whole.reshape(len(self.whole), -1)
        places = np.flatnonzero(flat.any(0))
        return places, Stack(flat[:, places])

    def copy(self) -> Stack:
        """The same, apart."""
        return Stack(self.whole.copy())

    def sum(self, axis: Any = None, keepdims: bool = False) -> Stack:
        """Over axes of one plan's array."""
        return Stack(self.whole.sum(self._find_axes(axis), keepdims=keepdims))

    def any(self, axis: Any = None, keepdims: bool = False) -> Stack:
        """Whether any along axes of one plan's array."""
        return Stack(np.asarray(self.whole.any(self._find_axes(axis), keepdims=keepdims)))

    def all(self, axis: Any = None, keepdims: bool = False) -> Stack:
        """Whether all along axes of one plan's array."""
        return Stack(np.asarray(self.whole.all(self._find_axes(axis), keepdims=keepdims)))

    def max(self, axis: Any = None, keepdims: bool = False) -> Stack:
        """The largest along axes of one plan's array."""
        return Stack(self.whole.max(self._find_axes(axis), keepdims=keepdims))

    def _find_axes(self, axis: Any) -> tuple[int, ...]:
        if axis is None:
            return tuple(range(1, self.whole.ndim))
        return tuple(each if each < 0 else each + 1 for each in (axis if isinstance(axis, tuple) else (axis,)))

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **named: Any) -> Any:
        if method == "reduceat" and isinstance(inputs[0], Stack) and not isinstance(inputs[1], Stack) and not named:
            return Stack(ufunc.reduceat(inputs[0].whole, inputs[1], axis=1))
        if method != "__call__" or named:
            raise Uneven
        if ufunc is np.matmul:
            return _multiply(*inputs)
        ndim = max(map(_count_dims, inputs))
        return Stack(ufunc(*(_align(one, ndim) for one in inputs)))

    def __array_function__(self, function: Callable[..., Any], _: Any, words: Any, named: Any) -> Any:
        answer = FUNCTIONS.get(function)
        if answer is None:
            raise Uneven
        return answer(*words, **named)


class Apart(Stack):
    """A decision of several plans as each of them holds it, put together where all of it is asked for."""

    __slots__ = ("_each", "_whole")

    def __init__(self, each: Sequence[Array]) -> None:
        if any(one.shape != each[0].shape for one in each):
            raise Uneven
        self._each = each
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
        return Stack(np.stack([one[key] for one in self._each]))

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


def _align(values: Any, ndim: int) -> Any:
    """Arrays of all plans with so many dimensions each; what all plans share as it is."""
    if not isinstance(values, Stack):
        return values
    return values.whole.reshape(len(values.whole), *(1,) * (ndim - values.ndim), *values.shape)


def _multiply(left: Any, right: Any) -> Stack:
    """The product of matrices or vectors."""
    one, other = (values.whole if isinstance(values, Stack) else values for values in (left, right))
    if _count_dims(left) != 2 or _count_dims(right) > 2:
        raise Uneven
    return Stack(one @ other if _count_dims(right) == 2 else (one @ other[..., None])[..., 0])


def _spread(arrays: Sequence[Any]) -> list[Array]:
    """The arrays of all plans; what they share repeated for each."""
    count = next(len(one.whole) for one in arrays if isinstance(one, Stack))
    return [one.whole if isinstance(one, Stack) else np.broadcast_to(one, (count, *np.shape(one))) for one in arrays]


def _act(function: Callable[..., Array]) -> Callable[..., Stack]:
    """A function of numpy that acts place by place."""

    def act(*words: Any) -> Stack:
        ndim = max(map(_count_dims, words))
        return Stack(function(*(_align(one, ndim) for one in words)))

    return act


def _sum_products(subscripts: str, *factors: Any, optimize: bool = False) -> Stack:
    letters, result = subscripts.split("->")
    several = [
        PLANS * isinstance(factor, Stack) + each for each, factor in zip(letters.split(","), factors, strict=True)
    ]
    whole = [factor.whole if isinstance(factor, Stack) else factor for factor in factors]
    return Stack(np.einsum(f"{','.join(several)}->{PLANS}{result}", *whole, optimize=optimize))


def _join(function: Callable[..., Array]) -> Callable[..., Stack]:
    """A function of numpy that puts arrays beside each other along an axis."""

    def join(arrays: Sequence[Any], axis: int = 0) -> Stack:
        return Stack(function(_spread(arrays), axis=axis if axis < 0 else axis + 1))

    return join


def _stretch(values: Stack, shape: tuple[int, ...]) -> Stack:
    return Stack(np.broadcast_to(_align(values, len(shape)), (len(values.whole), *shape)))


def _roll(values: Stack, shift: int, axis: int) -> Stack:
    return Stack(np.roll(values.whole, shift, axis if axis < 0 else axis + 1))


FUNCTIONS: Mapping[Any, Callable[..., Stack]] = {
    np.where: _act(np.where),
    np.clip: _act(np.clip),
    np.nan_to_num: _act(np.nan_to_num),
    np.isin: lambda values, among: Stack(np.isin(values.whole, among)),
    np.zeros_like: lambda values: Stack(np.zeros_like(values.whole)),
    np.einsum: _sum_products,
    np.concatenate: _join(np.concatenate),
    np.stack: _join(np.stack),
    np.broadcast_to: _stretch,
    np.roll: _roll,
    np.outer: lambda left, right: _sum_products("i,j->ij", left, right),
}
"""What rules ask of numpy besides functions that act place by place."""


def merge(values: Sequence[Any]) -> Any:
    """What was reckoned for each scenario as one: shared where it is the same, else stacked.

    Raises:
        Uneven: it differs in anything but numbers.
    """
    first = values[0]
    if all(value is first for value in values):
        return first
    if isinstance(first, np.ndarray | float | np.number):
        return _merge_arrays(list(map(np.asarray, values)))
    if isinstance(first, Places):
        return _merge_places(values)
    if isinstance(first, Weights):
        return _merge_weights(values)
    if isinstance(first, Sum):
        return Sum(merge([one.value for one in values]), lambda: merge([one.size for one in values]))
    if isinstance(first, tuple) and len({len(value) for value in values}) == 1:
        return tuple(merge(parts) for parts in zip(*values, strict=True))
    if isinstance(first, Mapping) and all(value.keys() == first.keys() for value in values):
        return {key: merge([value[key] for value in values]) for key in first}
    if is_dataclass(first) and not isinstance(first, type):
        made: Any = type(first)
        return made(**{one.name: merge([getattr(value, one.name) for value in values]) for one in fields(first)})
    if not all(type(value) is type(first) and value == first for value in values):
        raise Uneven
    return first


def settle(value: Any) -> Any:
    """What was reckoned of all scenarios at once, shared where it came out the same."""
    if isinstance(value, Stack):
        first = value.whole[0]
        same = value.whole.size and np.array_equal(value.whole, np.broadcast_to(first, value.whole.shape))
        return first if same else value
    if isinstance(value, Places):
        only = value.only
        return replace(value, only=None) if only is not None and bool(np.all(cast(Stack, only).whole)) else value
    if isinstance(value, Sum):
        return Sum(settle(value.value), lambda: settle(value.size))
    if isinstance(value, tuple):
        return tuple(map(settle, value))
    if isinstance(value, Mapping):
        return {key: settle(one) for key, one in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        made: Any = type(value)
        return made(**{one.name: settle(getattr(value, one.name)) for one in fields(value)})
    return value


def _merge_arrays(values: Sequence[Array]) -> Any:
    first = values[0]
    if any(value.shape != first.shape or value.dtype.kind != first.dtype.kind for value in values):
        raise Uneven
    if all(value is first or np.array_equal(value, first, equal_nan=first.dtype.kind == "f") for value in values):
        return first
    if first.dtype.kind not in "fb":  # positions and texts say which places are meant
        raise Uneven
    return Stack(np.stack(values))


def _merge_places(values: Sequence[Places]) -> Places:
    """Everywhere where a rule stands in any scenario, and in which of them it stands there."""
    shape = values[0].shape
    if any(one.shape != shape or one.rows is not values[0].rows for one in values):
        raise Uneven
    masks = np.stack([one.mask for one in values])
    flat = np.flatnonzero(masks.any(0))
    only = masks[:, flat]
    whole = None if flat.size == masks.shape[1] else flat
    return Places(shape, whole, None if only.all() else cast(Array, Stack(only)), values[0].rows)


def _merge_weights(values: Sequence[Weights]) -> Weights:
    """Weights at every place at which any scenario has one: zero where it has none, which adds nothing."""
    first = values[0]
    if any(one.shape != first.shape for one in values):
        raise Uneven
    if all(
        np.array_equal(getattr(one, name), getattr(first, name))
        for one in values
        for name in ("rows", "starts", "columns")
    ):
        return replace(first, numbers=merge([one.numbers for one in values]))
    width = 1 + max((int(one.columns.max()) for one in values if one.columns.size), default=0)
    terms = [np.repeat(one.rows, np.diff(one.starts, append=one.columns.size)) * width + one.columns for one in values]
    if any(np.unique(keys).size < keys.size for keys in terms):
        raise Uneven
    keys = np.unique(np.concatenate(terms))
    numbers = np.zeros((len(values), keys.size))
    for row, (own, one) in enumerate(zip(terms, values, strict=True)):
        numbers[row, np.searchsorted(keys, own)] = one.numbers
    rows, starts = np.unique(keys // width, return_index=True)
    return Weights(first.shape, rows, starts, keys % width, cast(Array, Stack(numbers)))
