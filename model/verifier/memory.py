"""What was reckoned from a scenario alone, and which of it still holds for the next one?

Each value is kept with the names of everything that was read while it was reckoned, whatever functions that went
through. It is forgotten as soon as one of those is not what it was, so nobody has to write down what depends on what.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from model.verifier.terms import Array


@dataclass(frozen=True)
class _Seen:
    """An array as it was read: the object itself, what it held then, and what is read from it."""

    source: Array
    copy: Array | None
    values: Array

    def is_same(self, source: Array) -> bool:
        """Whether another array holds the same; the very same object does where nobody can have written in it."""
        if self.copy is None:
            return source is self.source or _is_equal(source, self.source)
        return _is_equal(source, self.copy)


@dataclass(frozen=True)
class _Kept:
    """A value and the names of what it was reckoned from."""

    value: Any
    sources: frozenset[str]


class Memory:
    """Arrays and attributes of a scenario, and what is reckoned from them alone.

    One that lasts makes the arrays it reads read-only, so that a later change in place is refused, not missed. Those
    that look into the memory of another array it copies, and compares each time.
    """

    def __init__(self, lasting: bool = False) -> None:
        self._lasting = lasting
        self._scenario = xr.Dataset()
        self._arrays: dict[str, _Seen] = {}
        self._attributes: dict[str, Hashable] = {}
        self._kept: dict[Callable[..., Any], _Kept] = {}
        self._reading: list[set[str]] = []

    def turn_to(self, scenario: xr.Dataset) -> None:
        """Go on with another scenario, and forget what no longer holds."""
        self._scenario = scenario
        changed = {name for name, seen in self._arrays.items() if not self._holds(name, seen)}
        changed |= {name for name, stated in self._attributes.items() if scenario.attrs.get(name[1:]) != stated}
        if changed:
            self._arrays = {name: seen for name, seen in self._arrays.items() if name not in changed}
            self._attributes = {name: stated for name, stated in self._attributes.items() if name not in changed}
            self._kept = {made: kept for made, kept in self._kept.items() if changed.isdisjoint(kept.sources)}

    def read(self, name: str) -> Array:
        """The array of a variable of the scenario."""
        if self._reading:
            self._reading[-1].add(name)
        seen = self._arrays.get(name)
        if seen is None:
            seen = self._arrays[name] = self._see(self._find(name))
        return seen.values

    def state(self, attribute: str) -> Any:
        """An attribute of the scenario."""
        name = f"@{attribute}"
        if self._reading:
            self._reading[-1].add(name)
        if name not in self._attributes:
            self._attributes[name] = self._scenario.attrs[attribute]
        return self._attributes[name]

    def recall(self, make: Callable[..., Any], *arguments: object) -> Any:
        """What `make(*arguments)` gives, made anew only where something that it read is not what it was."""
        kept = self._kept.get(make)
        if kept is None:
            with self._note_sources() as sources:
                value = make(*arguments)
            kept = self._kept[make] = _Kept(value, frozenset(sources))
        if self._reading:
            self._reading[-1] |= kept.sources
        return kept.value

    @contextmanager
    def _note_sources(self) -> Iterator[set[str]]:
        self._reading.append(set())
        try:
            yield self._reading[-1]
        finally:
            self._reading.pop()

    def _find(self, name: str) -> Array:
        source: Array = self._scenario.variables[name].values
        return source

    def _holds(self, name: str, seen: _Seen) -> bool:
        try:
            return seen.is_same(self._find(name))
        except KeyError:
            return False

    def _see(self, source: Array) -> _Seen:
        values = source.astype(str) if source.dtype == object else source
        if not self._lasting:
            return _Seen(source, None, values)
        source.flags.writeable = False
        if source.base is None and source.dtype != object:
            return _Seen(source, None, values)
        copy = source.copy()
        return _Seen(source, copy, copy if values is source else values)


def _is_equal(one: Array, other: Array) -> bool:
    """The same to the last bit: zeros of either sign and every kind of missing number are told apart."""
    if one.dtype != other.dtype or one.shape != other.shape:
        return False
    if one.dtype.kind == "f":
        one, other = (np.ascontiguousarray(numbers).view(f"u{one.itemsize}") for numbers in (one, other))
    return bool(np.array_equal(one, other))
