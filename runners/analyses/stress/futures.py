"""Futures of a circumstance: numbers drawn of all that is uncertain in it, the same by the same seed on any machine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import xarray as xr

from runners.analyses.stress.circumstances import (
    FAILS,
    LATE,
    NAMES_SHOWN,
    REFUSED,
    SETTINGS,
    SHARE,
    TIED,
    TOGETHER,
    Circumstance,
)
from runners.designs.correlation import read_groups
from runners.designs.samples import CHOICES, Range, read_range, sample_ranges, take_values
from scenarios.errors import CaseError, Problem
from scenarios.naming import offer_words
from scenarios.settings import Settings
from scenarios.terms import ACTOR, INSTRUMENT, TECHNOLOGY

MOST_FUTURES = 100_000
ALL, EACH = "all", "each"
"""Scopes of all measures: one number for them together, or one for each."""
SCOPES = {"actor.": f"{TECHNOLOGY}_{ACTOR}", "programme.": f"{TECHNOLOGY}_programme"}
"""How a scope that names many measures begins, and the label by which it finds them."""
GRANT = "grant"


@dataclass(frozen=True)
class Fate:
    """What becomes of each technology: the share that is built, years late, and 1 if it is built at all, else 0."""

    share: np.ndarray
    late: np.ndarray
    built: np.ndarray


@dataclass(frozen=True)
class Future:
    """One future: its number, what was drawn, the settings that follow, what becomes of measures, refused grants."""

    number: int
    drawn: Mapping[str, float]
    settings: Settings
    fate: Fate
    refused: frozenset[str] = field(default_factory=frozenset)


def expect_all(scenario: xr.Dataset) -> Fate:
    """Everything comes about as planned."""
    return _expect(scenario.sizes[TECHNOLOGY])


def _expect(size: int) -> Fate:
    """So many technologies as planned."""
    return Fate(np.ones(size), np.zeros(size), np.ones(size))


def draw_futures(circumstance: Circumstance, scenario: xr.Dataset, count: int, seed: int) -> list[Future]:
    """The futures of a circumstance; a single one where nothing in it is uncertain.

    Args:
        circumstance: what is said of it.
        scenario: of the plan, for the labels that are named.
        count: how many, if any number is drawn.
        seed: of the draws.

    Raises:
        CaseError: labels that there are none of, ranges that are none, a count or seed that cannot be.
    """
    drawn, fixed = list_uncertain(circumstance, scenario)
    scopes = _Scopes(scenario)
    groups, problems = read_groups(circumstance.parts.get(TOGETHER, {}), [one.key for one in drawn], TOGETHER)
    if problems:
        raise CaseError(problems)
    if not drawn:
        return [_make_future(1, fixed, scopes)]
    design = sample_ranges(drawn, "latin_hypercube", count, seed, MOST_FUTURES, groups)
    rows = ({key: float(text) for key, text in design.row(i).items()} for i in range(len(design)))
    return [_make_future(i, {**fixed, **row}, scopes) for i, row in enumerate(rows, start=1)]


def list_uncertain(circumstance: Circumstance, scenario: xr.Dataset) -> tuple[list[Range], dict[str, float]]:
    """What is drawn of a circumstance, and the numbers that are as they are; keys begin with the part.

    Raises:
        CaseError: labels that there are none of, or ranges that are none.
    """
    ranges, problems = _list_ranges(circumstance, scenario)
    if problems:
        raise CaseError(problems)
    fixed = dict(one for one in ranges if not isinstance(one, Range))
    return [one for one in ranges if isinstance(one, Range)], fixed


def make_futures(
    ranges: Sequence[Range], fixed: Mapping[str, float], points: np.ndarray, scenario: xr.Dataset
) -> list[Future]:
    """The futures of points in the unit cube (n_points, n_ranges), in their order."""
    scopes, numbers = _Scopes(scenario), take_values(ranges, points)
    rows = (dict(zip((one.key for one in ranges), row.tolist(), strict=True)) for row in numbers)
    return [_make_future(i, {**fixed, **row}, scopes) for i, row in enumerate(rows, start=1)]


def _list_ranges(
    circumstance: Circumstance, scenario: xr.Dataset
) -> tuple[list[Range | tuple[str, float]], list[Problem]]:
    """Every number that a future has, as a range or as it is; keys begin with the part."""
    found: list[Range | tuple[str, float]] = []
    problems: list[Problem] = []
    scopes = _Scopes(scenario)
    for part, said in circumstance.parts.items():
        for key, value in said.items() if part != TOGETHER else ():
            name = f"{part}.{key}"
            if part != SETTINGS and not len(scopes.find(part, key)):
                about = f"--with {circumstance.name}"
                near = offer_words(scopes.list_all(part), key, NAMES_SHOWN)
                problems.append(Problem("stress_scope", about, fields={"part": part, "scope": key, "nearest": near}))
            elif part in (FAILS, REFUSED):
                more, wrong = _list_chances(part, key, value, scopes)
                found, problems = found + more, problems + wrong
            elif key == EACH:
                for place in scopes.find(part, key):
                    one, wrong = _read_number(f"{part}.{scopes.technologies[place]}", value)
                    found, problems = found + one, problems + wrong
            else:
                one, wrong = _read_number(name, value)
                found, problems = found + one, problems + wrong
    return found, problems


def _read_number(name: str, value: Any) -> tuple[list[Range | tuple[str, float]], list[Problem]]:
    """A number as it is, or a range."""
    if not isinstance(value, Mapping):
        return [(name, float(value))], []
    one, problems = read_range(name, value)
    return [one] if one else [], problems


def _list_chances(
    part: str, key: str, value: Any, scopes: _Scopes
) -> tuple[list[Range | tuple[str, float]], list[Problem]]:
    """Each measure or grant of a scope by itself: it fails with the probability, or surely."""
    chance = float(value)
    if not 0 <= chance <= 1:
        return [], [Problem("stress_chance", f"{part}.{key}", fields={"value": f"{chance:g}"})]
    names = [f"{part}.{scopes.name(part)[place]}" for place in scopes.find(part, key)]
    if chance in (0.0, 1.0):
        return [(name, chance) for name in names], []
    return [Range(name, CHOICES, {}, ("0", "1"), (1.0 - chance, chance)) for name in names], []


class _Scopes:
    """Which measures and grants of a scenario a part of a circumstance may name; each is looked for once."""

    def __init__(self, scenario: xr.Dataset) -> None:
        self._measures = scenario[f"{TECHNOLOGY}_measure"].values.astype(bool)
        self._grants = scenario[f"{INSTRUMENT}_kind"].values == GRANT
        self.technologies = scenario[TECHNOLOGY].values.astype(str)
        self.instruments = scenario[INSTRUMENT].values.astype(str)
        self._labels = {start: scenario[label].values.astype(str) for start, label in SCOPES.items()}
        self._found: dict[tuple[bool, str], np.ndarray] = {}

    def find(self, part: str, scope: str) -> np.ndarray:
        """Positions of the measures, or of the grants, that a scope names."""
        key = part == REFUSED, scope
        if key not in self._found:
            self._found[key] = np.flatnonzero(self._match_grants(scope) if key[0] else self._match_measures(scope))
        return self._found[key]

    def name(self, part: str) -> np.ndarray:
        """Names of all that a part is about, by position."""
        return self.instruments if part == REFUSED else self.technologies

    def list_all(self, part: str) -> list[str]:
        """Everything that a part may be about."""
        if part == REFUSED:
            return [ALL, *self.instruments[self._grants].tolist()]
        named = [
            f"{start}{name}"
            for start, labels in self._labels.items()
            for name in dict.fromkeys(labels[self._measures].tolist())
            if name
        ]
        return [ALL, EACH, *named, *self.technologies[self._measures].tolist()]

    def _match_grants(self, scope: str) -> np.ndarray:
        return np.asarray(self._grants & (True if scope == ALL else self.instruments == scope))

    def _match_measures(self, scope: str) -> np.ndarray:
        if scope in (ALL, EACH):
            return self._measures
        for start, labels in self._labels.items():
            if scope.startswith(start):
                return np.asarray(self._measures & (labels == scope.removeprefix(start)))
        return np.asarray(self._measures & (self.technologies == scope))


def _make_future(number: int, drawn: Mapping[str, float], scopes: _Scopes) -> Future:
    """What numbers drawn by part and key come to; shares of several scopes multiply, years late add up."""
    fate, settings, refused = _expect(len(scopes.technologies)), dict[str, float](), set[str]()
    for name, value in drawn.items():
        part, _, key = name.partition(".")
        if part == SETTINGS:
            settings |= dict.fromkeys(_untie(key), value)
        elif part == REFUSED:
            refused |= {key} if value else set()
        else:
            places = scopes.find(part, key)
            _check_amount(part, key, value)
            if part == SHARE:
                fate.share[places] *= value
            elif part == LATE:
                fate.late[places] += np.round(value)
            else:
                fate.built[places] *= 1.0 - value
    return Future(number, drawn, settings, fate, frozenset(refused))


def _check_amount(part: str, key: str, value: float) -> None:
    """Raise a CaseError where a share is not from 0 to 1, or years late are fewer than none."""
    most = np.inf if part == LATE else 1.0
    if not 0.0 <= value <= most:
        problem = Problem(f"stress_amount_{part}", f"{part}.{key}", fields={"value": f"{value:g}"})
        raise CaseError([problem])


def _untie(keys: str) -> Iterator[str]:
    yield from (key.strip() for key in keys.split(TIED))
