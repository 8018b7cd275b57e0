"""What are a scenario's numbers as plain arrays, and what was reckoned of them already?

`Arrays` is a scenario without xarray: each array taken out once. What is reckoned of it by a function marked with
`remember` is reckoned once; with a `Memory` shared by neighbouring scenarios, once for all scenarios in which the
arrays that the function read are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import numpy as np

from scenarios.cache import Cache

if TYPE_CHECKING:
    import xarray as xr

Answer = TypeVar("Answer")
Reckon = Callable[["Arrays"], Any]
Version = tuple[tuple[str, int], ...]
"""Which of the arrays that were read are not the base's: names with a number for each content."""

WHERE = "?"
"""What the name of an array has behind it where only the places of its numbers are read."""
MOST_BYTES = 32 * 2**20
"""Answers kept of all functions together, those for the base aside."""


class Memory:
    """Answers of functions by the versions of the arrays that they read.

    `readers`: for each array the functions that have been seen to read it, in order; `located`: where arrays of the
    base have numbers, as far as that was asked.
    """

    def __init__(self) -> None:
        self._read: dict[Reckon, frozenset[str]] = {}
        self._ages: dict[Reckon, int] = {}
        self._base: dict[Reckon, Any] = {}
        self._answers: Cache[tuple[Reckon, int, Version], tuple[Any]] = Cache(MOST_BYTES)
        self.readers: dict[str, dict[Reckon, None]] = {}
        self.located: dict[str, np.ndarray] = {}

    @property
    def bytes(self) -> int:
        """What all answers that are not the base's take."""
        return self._answers.bytes

    def find_version(self, function: Reckon, arrays: Arrays) -> Version:
        """The versions that the function's answer depends on; empty where it is the base's."""
        read = self._read.get(function, frozenset())
        found = []
        for name, version in arrays.versions.items():
            if name in read:
                found.append((name, version))
            elif name + WHERE in read and arrays.moves(name):
                found.append((name + WHERE, version))
        return tuple(found)

    def recall(self, function: Reckon, arrays: Arrays) -> Any:
        """The function's answer of these arrays, reckoned where it is not known."""
        if function in self._read:
            version = self.find_version(function, arrays)
            if not version and function in self._base:
                arrays.note(self._read[function])
                return self._base[function]
            known = self._answers.get((function, self._ages[function], version))
            if known is not None:
                arrays.note(self._read[function])
                return known[0]
        answer, read = arrays.watch(function)
        self._keep(function, arrays, answer, read)
        arrays.note(self._read[function])
        return answer

    def _keep(self, function: Reckon, arrays: Arrays, answer: Any, read: frozenset[str]) -> None:
        """Keep an answer; one that read more than was known before makes the older keys too short: they hold no more.

        That of the base holds all the same: nothing that it read is another's.
        """
        before = self._read.setdefault(function, read)
        age = self._ages.setdefault(function, 0)
        for name in sorted(read):
            self.readers.setdefault(name.removesuffix(WHERE), {})[function] = None
        if not read <= before:
            self._read[function] = before | read
            age = self._ages[function] = age + 1
        version = self.find_version(function, arrays)
        if version:
            self._answers.put((function, age, version), (answer,))
        else:
            self._base[function] = answer


class Arrays:
    """A scenario's arrays by name.

    Args:
        values: every variable and coordinate of the scenario.
        attrs: as the scenario's.
        sizes: of its dimensions.
        versions: numbers for the contents of those arrays that are not the base's, in the order of their names.
        memory: shared with the scenarios of the same base.
    """

    def __init__(
        self,
        values: Mapping[str, np.ndarray],
        attrs: Mapping[str, Any],
        sizes: Mapping[str, int],
        versions: Mapping[str, int] | None = None,
        memory: Memory | None = None,
    ) -> None:
        self._values = values
        self.attrs = attrs
        self.sizes = sizes
        self.versions = versions or {}
        self.memory = memory or Memory()
        self._watching: list[set[str]] = []
        self._located: dict[str, np.ndarray] = {}

    def __getitem__(self, name: str) -> np.ndarray:
        if self._watching:
            self._watching[-1].add(name)
        return self._values[name]

    def locate(self, name: str) -> np.ndarray:
        """Where an array has a number; what follows from that alone holds though numbers change."""
        if self._watching:
            self._watching[-1].add(name + WHERE)
        return self._locate(name)

    def _locate(self, name: str) -> np.ndarray:
        found = self._located.get(name)
        if found is None:
            known = self.memory.located.get(name)
            found = ~np.isnan(self._values[name])
            if known is not None and np.array_equal(found, known):
                found = known
            elif name not in self.versions:
                self.memory.located[name] = found
            self._located[name] = found
        return found

    def moves(self, name: str) -> bool:
        """Whether an array that is not the base's has, or may have, its numbers elsewhere."""
        return self._locate(name) is not self.memory.located.get(name)

    def __reduce__(self) -> tuple[Any, ...]:
        """Into another process go the numbers, not what was reckoned of them."""
        return Arrays, (dict(self._values), dict(self.attrs), dict(self.sizes), dict(self.versions))

    def __contains__(self, name: object) -> bool:
        return name in self._values

    def note(self, names: frozenset[str]) -> None:
        """Count names as read by whatever is being reckoned."""
        if self._watching:
            self._watching[-1].update(names)

    def watch(self, function: Callable[[Arrays], Answer]) -> tuple[Answer, frozenset[str]]:
        """The function's answer, and the names of the arrays that it read."""
        self._watching.append(set())
        try:
            answer = function(self)
        finally:
            read = frozenset(self._watching.pop())
        return answer, read

    def change(self, changed: Mapping[str, np.ndarray], versions: Mapping[str, int]) -> Arrays:
        """The same with other arrays in place of some; `versions` of all that are not the base's, in order of names."""
        return Arrays({**self._values, **changed}, self.attrs, self.sizes, versions, self.memory)


class _Variables(Mapping[str, np.ndarray]):
    """The arrays of a Dataset, each taken out when it is first asked for."""

    def __init__(self, scenario: xr.Dataset) -> None:
        self._variables = scenario.variables
        self._taken: dict[str, np.ndarray] = {}

    def __getitem__(self, name: str) -> np.ndarray:
        values = self._taken.get(name)
        if values is None:
            values = self._taken[name] = np.asarray(self._variables[name].values)
        return values

    def __iter__(self) -> Iterator[str]:
        return map(str, self._variables)

    def __len__(self) -> int:
        return len(self._variables)


Scenario: TypeAlias = "xr.Dataset | Arrays"
"""A scenario, as a Dataset or as its arrays."""


@dataclass(frozen=True)
class _Held:
    """A scenario whose numbers nobody changes, its arrays, and what was reckoned of it with a plan (by the plan)."""

    scenario: xr.Dataset
    arrays: Arrays
    answers: dict[tuple[Callable[..., Any], int], tuple[xr.Dataset, Any]]


_HELD: ContextVar[tuple[_Held, ...]] = ContextVar("held", default=())


@contextmanager
def hold_arrays(scenario: xr.Dataset, arrays: Arrays | None = None) -> Iterator[None]:
    """What is reckoned of a scenario, or of it and a plan, within the block is reckoned once; nobody changes them.

    Args:
        scenario: whose arrays `read_arrays` gives.
        arrays: they, where they are there already with what was reckoned of them.
    """
    held = _find_held(scenario)
    if held is not None and arrays in (None, held.arrays):
        yield
        return
    known = read_arrays(scenario) if arrays is None else arrays
    before = _HELD.set((_Held(scenario, known, {}), *_HELD.get()))
    try:
        yield
    finally:
        _HELD.reset(before)


def read_arrays(scenario: Scenario) -> Arrays:
    """The arrays of a scenario."""
    if isinstance(scenario, Arrays):
        return scenario
    held = _find_held(scenario)
    if held is not None:
        return held.arrays
    return Arrays(_Variables(scenario), scenario.attrs, {str(dim): size for dim, size in scenario.sizes.items()})


def _find_held(scenario: xr.Dataset) -> _Held | None:
    return next((held for held in _HELD.get() if held.scenario is scenario), None)


def remember_of_plan(
    function: Callable[[xr.Dataset, xr.Dataset], Answer],
) -> Callable[[xr.Dataset, xr.Dataset], Answer]:
    """Let a function of a scenario and a plan answer once of each plan, where the scenario is held."""

    @wraps(function)
    def remembered(scenario: xr.Dataset, plan: xr.Dataset) -> Answer:
        held = _find_held(scenario)
        if held is None:
            return function(scenario, plan)
        known = held.answers.get((function, id(plan)))
        if known is None:  # with the plan, that no other is given its place
            known = held.answers[function, id(plan)] = plan, function(scenario, plan)
        answer: Answer = known[1]
        return answer

    return remembered


def remember(function: Callable[[Arrays], Answer]) -> Callable[[Scenario], Answer]:
    """Let a function of arrays take a Dataset as well, and answer from memory where it can."""

    @wraps(function)
    def remembered(scenario: Scenario) -> Answer:
        arrays = read_arrays(scenario)
        answer: Answer = arrays.memory.recall(function, arrays)
        return answer

    return remembered
