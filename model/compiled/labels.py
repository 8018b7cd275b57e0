"""Names of rows and columns: one for each, or a family at a time, which is read where somebody asks for one of it."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby
from typing import Any, overload

import numpy as np


@dataclass(frozen=True, slots=True)
class Label:
    """Names of rows or columns: `family` per position, and the labels within it."""

    family: str
    index: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbours of one family, and their labels as JSON."""

    family: str
    count: int
    text: bytes


class Labels(Sequence[Label]):
    """Labels of which those of a run are read at once, the first time that one of them is asked for."""

    def __init__(self, runs: Sequence[Run]) -> None:
        self._runs = runs
        self._starts = list(accumulate((run.count for run in runs), initial=0))
        self._read: list[tuple[Label, ...] | None] = [None] * len(runs)

    def __len__(self) -> int:
        return self._starts[-1]

    @overload
    def __getitem__(self, place: int) -> Label: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[Label, ...]: ...

    def __getitem__(self, place: int | slice) -> Label | tuple[Label, ...]:
        if isinstance(place, slice):
            return tuple(self)[place]
        if not -len(self) <= place < len(self):
            raise IndexError(place)
        place %= len(self)
        number = bisect_right(self._starts, place) - 1
        return self._take(number)[place - self._starts[number]]

    def __iter__(self) -> Iterator[Label]:
        for number in range(len(self._runs)):
            yield from self._take(number)

    def place_families(self) -> dict[str, np.ndarray]:
        """Positions of the labels of each family."""
        places: dict[str, list[np.ndarray]] = {}
        for run, start in zip(self._runs, self._starts, strict=False):
            places.setdefault(run.family, []).append(np.arange(start, start + run.count))
        return {family: np.concatenate(found) for family, found in places.items()}

    def list_indices(self, family: str) -> list[tuple[Any, ...]]:
        """The labels within a family, in the order of their places."""
        runs = [number for number, run in enumerate(self._runs) if run.family == family]
        return [label.index for number in runs for label in self._take(number)]

    def _take(self, number: int) -> tuple[Label, ...]:
        read = self._read[number]
        if read is None:
            run = self._runs[number]
            read = self._read[number] = tuple(Label(run.family, tuple(index)) for index in json.loads(run.text))
        return read


def write_runs(labels: Sequence[Label]) -> list[Run]:
    """Labels as runs of neighbours of one family."""
    runs = []
    for family, members in groupby(labels, key=lambda label: label.family):
        indices = [label.index for label in members]
        runs.append(Run(family, len(indices), json.dumps(indices).encode()))
    return runs


def list_indices(labels: Sequence[Label], family: str) -> list[tuple[Any, ...]]:
    """The labels within a family, in the order of their places."""
    if isinstance(labels, Labels):
        return labels.list_indices(family)
    return [label.index for label in labels if label.family == family]


def place_families(labels: Sequence[Label]) -> dict[str, np.ndarray]:
    """Positions of the labels of each family."""
    if isinstance(labels, Labels):
        return labels.place_families()
    places: dict[str, list[int]] = {}
    for place, label in enumerate(labels):
        places.setdefault(label.family, []).append(place)
    return {family: np.array(found) for family, found in places.items()}
