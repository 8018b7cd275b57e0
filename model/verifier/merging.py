"""What was reckoned for each scenario of a chunk as one, and what was reckoned of all at once as it came out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any, cast

import numpy as np

from model.verifier.stack import Stack, Uneven
from model.verifier.terms import Array, Places, Sum
from model.verifier.weights import Weights


def gather(values: Sequence[Array]) -> Stack:
    """Arrays of one shape, one per plan; neighbours that are alike, and all that are the same object, have one row."""
    first: dict[int, int] = {}
    each: list[Array] = []
    rows = []
    for value in values:
        if id(value) not in first:
            if not each or not np.array_equal(value, each[-1], equal_nan=value.dtype.kind == "f"):
                each.append(value)
            first[id(value)] = len(each) - 1
        rows.append(first[id(value)])
    return Stack(np.stack(each), tuple(rows))


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
    if isinstance(first, tuple):
        if any(len(value) != len(first) for value in values):
            raise Uneven
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
    return gather(values)


def _merge_places(values: Sequence[Places]) -> Places:
    """Everywhere where a rule stands in any scenario, and in which of them it stands there."""
    shape = values[0].shape
    if any(one.shape != shape or one.rows is not values[0].rows for one in values):
        raise Uneven
    masks = np.stack([one.mask for one in values])
    flat = np.flatnonzero(masks.any(0))
    only = masks[:, flat]
    whole = None if flat.size == masks.shape[1] else flat
    return Places(shape, whole, None if only.all() else cast(Array, gather(list(only))), values[0].rows)


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
    return Weights(first.shape, rows, starts, keys % width, cast(Array, gather(list(numbers))))
