"""What a scenario is under settings: the arrays as written, changed, and all that follows from them.

    written --settings--> written, changed --derive--> the scenario

Both steps work array by array, so that a scenario that differs in three numbers costs three arrays. An `Overlay` keeps
what it made: the same number at the same place is never worked out twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Iterable, Mapping
from typing import Any

import numpy as np
import xarray as xr

from scenarios.arithmetic.finance import Derive
from scenarios.arrays import Arrays, Memory, read_arrays
from scenarios.cache import Cache
from scenarios.errors import CaseError, Problem, drop_repeated
from scenarios.paths import MOVING, Follower
from scenarios.settings import VERBS, Setting, Settings, check_result, check_setting, parse_setting

DIGEST = "digest"
MOST_BYTES = 8 * 2**20
"""Changed arrays kept, and as many that follow: sampled numbers hardly ever come again."""

Chosen = tuple[tuple[Setting, float], ...]
Version = tuple[int, np.ndarray]
"""An array with its number; 0 for the base's."""
Form = tuple[tuple[Hashable, ...], Any, Mapping[Any, Any]]
"""Dimensions, array and attributes of a variable."""


class Overlay:
    """Scenarios of one base by their settings.

    Args:
        written: the base as its tables and choices write it.
        derived: how each variable that is not as written follows; see `assemble`.
        scenario: the base itself, with all that follows.
        followers: quantities with numbers that follow paths; settings of a path move them too.
    """

    def __init__(
        self,
        written: xr.Dataset,
        derived: Mapping[str, Derive],
        scenario: xr.Dataset,
        followers: Mapping[str, Follower] | None = None,
    ) -> None:
        self.scenario = scenario
        self._followers = followers or {}
        self._written = _take_out(written)
        self._base = _take_out(scenario)
        self._derived = derived
        for derive in derived.values():
            self._written.memory.recall(derive, self._written)
        self._settings: dict[str, Setting] = {}
        self._changed: Cache[tuple[str, Chosen], Version] = Cache(MOST_BYTES)
        self._followed: Cache[tuple[str, Any], Version] = Cache(MOST_BYTES)
        self._number = 0

    @property
    def base(self) -> Arrays:
        """The arrays of the scenario of no settings."""
        return self._base

    def knows(self, key: str) -> bool:
        """Whether the key has been understood."""
        return key in self._settings

    def parse(self, settings: Settings) -> Chosen:
        """The settings understood, in the order in which they act.

        Raises:
            CaseError: one problem per key or number that is none.
        """
        chosen: list[tuple[Setting, float]] = []
        problems: list[Problem] = []
        for key, number in settings.items():
            setting = self._settings.get(key)
            if setting is None:
                try:
                    setting = self._settings[key] = parse_setting(key, self._base)
                except CaseError as error:
                    problems.extend(error.problems)
                    continue
            problem = check_setting(setting, number)
            if problem is not None:
                problems.append(problem)
            chosen.append((setting, number))
        if problems:
            raise CaseError(problems)
        return tuple(sorted(chosen, key=lambda item: (VERBS.index(item[0].verb), item[0].key)))

    def apply(self, settings: Settings) -> Arrays:
        """The arrays of the scenario under settings, with versions of those that are not the base's.

        Raises:
            CaseError: the settings are none, or make numbers that the catalog does not allow.
        """
        return self.lay(self.parse(settings)) if settings else self._base

    def lay(self, chosen: Chosen) -> Arrays:
        """The arrays under settings that were understood before, perhaps by another overlay of the case."""
        written = self._change(chosen)
        if not written.versions:
            return self._base
        changed: dict[str, np.ndarray] = {}
        versions: dict[str, int] = {}
        for name, version in written.versions.items():
            if name not in self._derived:
                changed[name], versions[name] = written[name], version
        readers = written.memory.readers
        affected = {function for name in written.versions for function in readers.get(name, ())}
        for name, derive in self._derived.items():
            if derive not in affected:
                continue
            version, values = self._follow(name, derive, written)
            if version:
                changed[name], versions[name] = values, version
        return self._base.change(changed, dict(sorted(versions.items())))

    def describe(self, arrays: Arrays, chosen: Chosen) -> xr.Dataset:
        """The scenario of settings as a Dataset; arrays that are the base's are the same objects."""
        if not arrays.versions:
            return self.scenario
        text = "\n".join(f"{setting.key}={number!r}" for setting, number in chosen)
        digest = hashlib.sha256(f"{self.scenario.attrs[DIGEST]}\n{text}".encode()).hexdigest()
        bases = ((name, self.scenario.variables[name]) for name in arrays.versions)
        described = swap_variables(self.scenario, {name: (base.dims, arrays[name], base.attrs) for name, base in bases})
        described.attrs[DIGEST] = digest
        return described

    def _change(self, chosen: Chosen) -> Arrays:
        """The arrays as written with every setting applied."""
        by_name: dict[str, list[tuple[Setting, float]]] = {}
        for setting, number in chosen:
            for name in (*setting.names, *setting.vintages):
                by_name.setdefault(name, []).append((setting, number))
        moved = tuple(item for name in MOVING for item in by_name.get(name, ()))
        if moved:
            by_name |= {name: by_name.get(name, []) for name in self._followers}
        changed: dict[str, np.ndarray] = {}
        versions: dict[str, int] = {}
        problems: list[Problem] = []
        for name in sorted(by_name):
            along = moved if name in self._followers else ()
            key = (name, (*by_name[name], *along))
            made = self._changed.get(key)
            if made is None:
                made = self._make(name, tuple(by_name[name]), along, problems)
            if made[0]:
                versions[name], changed[name] = made
        if problems:
            raise CaseError(drop_repeated(problems))
        return self._written.change(changed, versions)

    def _make(self, name: str, chosen: Chosen, along: Chosen, problems: list[Problem]) -> tuple[int, np.ndarray]:
        """An array under its own settings, moved with the paths that it follows where `along` changes them."""
        values = self._apply(name, chosen)
        if along:
            levels, growth = (self._apply(path, [item for item in along if path in item[0].names]) for path in MOVING)
            values = self._followers[name].move(values, levels, growth)
        problem = check_result((*chosen, *along), name, values)
        if problem is not None:
            problems.append(problem)
            return 0, values
        return self._keep(self._changed, (name, (*chosen, *along)), values, self._written[name])

    def _apply(self, name: str, chosen: Iterable[tuple[Setting, float]]) -> np.ndarray:
        values = self._written[name]
        for setting, number in chosen:
            values = setting.apply(values, number, name)
        return values

    def _follow(self, name: str, derive: Derive, written: Arrays) -> tuple[int, np.ndarray]:
        """A variable that follows from others: its version (0: the base's) and its array."""
        version = written.memory.find_version(derive, written)
        if not version:
            return 0, self._base[name]
        values = written.memory.recall(derive, written)
        version = written.memory.find_version(derive, written)
        made = self._followed.get((name, version))
        return made or self._keep(self._followed, (name, version), values, self._base[name])

    def _keep(self, kept: Cache[Any, Version], key: Any, values: np.ndarray, base: np.ndarray) -> Version:
        """Give the array a number, 0 where it is the base's after all."""
        same = np.array_equal(values, base, equal_nan=values.dtype.kind == "f")
        self._number += not same
        made = (0, base) if same else (self._number, values)
        kept.put(key, made, 0 if same else values.nbytes)
        return made


def swap_variables(scenario: xr.Dataset, variables: Mapping[str, Form | xr.Variable]) -> xr.Dataset:
    """A scenario with variables put in, over dimensions that it has, and attributes of its own.

    Every public way to put variables in looks at all the others again: 30 ms, where this takes microseconds.

    Args:
        scenario: that stays as it is.
        variables: dimensions, array and attributes, by name; or as they are, for what several scenarios share.
    """
    made: dict[Hashable, xr.Variable] = {
        name: form if isinstance(form, xr.Variable) else xr.Variable(form[0], form[1], dict(form[2]))
        for name, form in variables.items()
    }
    return scenario._replace(variables={**scenario._variables, **made}, attrs=dict(scenario.attrs))


def _take_out(scenario: xr.Dataset) -> Arrays:
    """All arrays of a scenario, taken out now, with a memory of their own."""
    values = {str(name): np.asarray(variable.values) for name, variable in scenario.variables.items()}
    return Arrays(values, scenario.attrs, read_arrays(scenario).sizes, memory=Memory())
