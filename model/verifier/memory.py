"""What was reckoned from a scenario alone, and which of it still holds for the next one?

Each value is kept with the names of everything that was read while it was reckoned, whatever functions that went
through. It is forgotten as soon as one of those is not what it was, so nobody has to write down what depends on what.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Set
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from model.verifier.terms import Array

STATED = "@"
"""What the name of an attribute has before it among those of arrays."""
WHERE = "?"
"""What the name of an array has behind it where only the places of its numbers are read."""


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

    def __init__(self, lasting: bool = False, scenario: xr.Dataset | None = None) -> None:
        self._lasting = lasting
        self._scenario = xr.Dataset() if scenario is None else scenario
        self._arrays: dict[str, _Seen] = {}
        self._numbered: dict[str, Array] = {}
        self._attributes: dict[str, Hashable] = {}
        self._kept: dict[Callable[..., Any], _Kept] = {}
        self._reading: list[set[str]] = []
        self._before: Memory | None = None
        self._changed: set[str] = set()

    def turn_to(self, scenario: xr.Dataset) -> None:
        """Go on with another scenario, and forget what no longer holds."""
        self.let_go()
        self._scenario = scenario
        changed = {name for name, seen in self._arrays.items() if not self._holds(name, seen)}
        changed |= {name for name, stated in self._attributes.items() if scenario.attrs.get(name[1:]) != stated}
        if changed:
            changed |= self._find_moved(scenario, changed)
            self._arrays = {name: seen for name, seen in self._arrays.items() if name not in changed}
            self._numbered = {name: where for name, where in self._numbered.items() if name not in changed}
            self._attributes = {name: stated for name, stated in self._attributes.items() if name not in changed}
            self._kept = {made: kept for made, kept in self._kept.items() if changed.isdisjoint(kept.sources)}

    def holds(self, scenario: xr.Dataset) -> bool:
        """Whether this is the memory that follows another, made for this very scenario."""
        return self._before is not None and self._scenario is scenario

    @property
    def scenario(self) -> xr.Dataset:
        """Whose arrays these are."""
        return self._scenario

    def follow(self, scenario: xr.Dataset) -> Memory:
        """A memory of another scenario, which takes over from this one what holds there as well; both can be asked."""
        other = Memory(self._lasting, scenario)
        other._before = self
        other._changed = self._find_changed(scenario)
        other._arrays = {name: seen for name, seen in self._arrays.items() if name not in other._changed}
        other._numbered = {name: where for name, where in self._numbered.items() if name not in other._changed}
        return other

    def let_go(self) -> None:
        """Take nothing more from the memory before; what was taken is watched here from now on."""
        if self._before is None:
            return
        for name in {name for kept in self._kept.values() for name in kept.sources}:
            if name.startswith(STATED):
                self.state(name.removeprefix(STATED))
            elif name.endswith(WHERE):
                self.locate(name.removesuffix(WHERE))
            else:
                self.read(name)
        self._before = None

    def _find_changed(self, scenario: xr.Dataset) -> set[str]:
        """Arrays and attributes of another scenario that are not, or not surely, those of this one."""
        known, others, told = self._scenario._variables, scenario._variables, scenario.attrs
        changed = {str(name) for name, variable in others.items() if known.get(name) is not variable}
        changed = {name for name in changed if name not in self._arrays or not self._is_held(scenario, name)}
        for name, seen in self._arrays.items():
            if seen.copy is not None and name not in changed and not _is_same_index(known.get(name), others.get(name)):
                changed |= set() if self._is_held(scenario, name) else {name}
        changed |= self._find_moved(scenario, changed)
        changed |= {
            f"{STATED}{name}" for name in told.keys() | self._scenario.attrs.keys() if not self._states(told, name)
        }
        return changed

    def _is_held(self, scenario: xr.Dataset, name: str) -> bool:
        return name in scenario._variables and self._arrays[name].is_same(scenario._variables[name].values)

    def _states(self, told: Mapping[Hashable, Any], name: Hashable) -> bool:
        return name in told and name in self._scenario.attrs and bool(told[name] == self._scenario.attrs[name])

    def read(self, name: str) -> Array:
        """The array of a variable of the scenario."""
        if self._reading:
            self._reading[-1].add(name)
        return self._look(name)

    def _look(self, name: str) -> Array:
        seen = self._arrays.get(name)
        if seen is None:
            seen = self._arrays[name] = self._see(self._find(name))
        return seen.values

    def locate(self, name: str) -> Array:
        """Where the array of a variable has a number; what follows from that alone holds though numbers change."""
        key = f"{name}{WHERE}"
        if self._reading:
            self._reading[-1].add(key)
        if key not in self._numbered:
            self._numbered[key] = ~np.isnan(self._look(name))
        return self._numbered[key]

    def _find_moved(self, scenario: xr.Dataset, changed: set[str]) -> set[str]:
        """Of arrays that changed, those that have, or may have, numbers elsewhere than before.

        What was never looked at here may all the same be read by what is kept in a memory before: it counts as moved.
        """
        arrays = {name for name in changed if not name.startswith(STATED) and not name.endswith(WHERE)}
        known = {name: self._numbered.get(f"{name}{WHERE}") for name in arrays}
        return {
            f"{name}{WHERE}" for name, where in known.items() if where is None or not _is_located(scenario, name, where)
        }

    def state(self, attribute: str) -> Any:
        """An attribute of the scenario."""
        name = f"{STATED}{attribute}"
        if self._reading:
            self._reading[-1].add(name)
        if name not in self._attributes:
            self._attributes[name] = self._scenario.attrs[attribute]
        return self._attributes[name]

    def recall(self, make: Callable[..., Any], *arguments: object) -> Any:
        """What `make(*arguments)` gives, made anew only where something that it read is not what it was."""
        kept = self._inherit(make)
        if kept is None:
            with self._note_sources() as sources:
                value = make(*arguments)
            kept = self._kept[make] = _Kept(value, frozenset(sources))
        if self._reading:
            self._reading[-1] |= kept.sources
        return kept.value

    def list_sources(self, make: Callable[..., Any]) -> frozenset[str]:
        """What that was read from which `make` gave what is kept of it here."""
        return self._kept[make].sources

    @property
    def changed(self) -> Set[str]:
        """What is not, or not surely, what it was in the memory that this one follows."""
        return self._changed

    def follows(self, other: Memory) -> bool:
        """Whether this is the memory next to another one."""
        return self._before is other

    def take(self, make: Callable[..., Any], other: Memory) -> None:
        """Keep what another memory does, where nothing that it was reckoned from has changed since."""
        self._kept[make] = other._kept[make]

    def keeps(self, make: Callable[..., Any]) -> bool:
        """Whether what `make` gives is known without being made."""
        return self._inherit(make) is not None

    def _inherit(self, make: Callable[..., Any]) -> _Kept | None:
        """What is kept here, or in the memory before of what did not change since."""
        kept = self._kept.get(make)
        if kept is None and self._before is not None:
            kept = self._before._inherit(make)
            if kept is not None and not self._changed.isdisjoint(kept.sources):
                return None
            if kept is not None:
                self._kept[make] = kept
        return kept

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


def _is_located(scenario: xr.Dataset, name: str, where: Array) -> bool:
    """Whether an array has its numbers there."""
    return name in scenario.variables and np.array_equal(~np.isnan(scenario.variables[name].values), where)


def _is_same_index(one: xr.Variable | None, other: xr.Variable | None) -> bool:
    """Whether labels are the very same object, which nobody can write in."""
    return one is other and isinstance(one, xr.IndexVariable)


def _is_equal(one: Array, other: Array) -> bool:
    """The same to the last bit: zeros of either sign and every kind of missing number are told apart."""
    if one.dtype != other.dtype or one.shape != other.shape:
        return False
    if one.dtype.kind == "f":
        one, other = (np.ascontiguousarray(numbers).view(f"u{one.itemsize}") for numbers in (one, other))
    return bool(np.array_equal(one, other))
