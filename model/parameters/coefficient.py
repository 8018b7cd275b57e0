"""What one coefficient of the program is: an array with its labels, and how it is measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from scenarios.arrays import Arrays, remember
from scenarios.terms import SLICE

SLOT = "slot"
"""Slices, and the whole year behind them."""
WHOLE_YEAR = "whole_year"
"""The one slot of what is decided or balanced over the year."""
STOCK = "stock"
"""What stands before the plan, among the vintages of a technology."""
HOURS_OF_YEAR = 8760.0


@dataclass(frozen=True)
class Coefficient:
    """An array with its labels: `values` has one axis per entry of `dims`, `labels` one tuple per axis."""

    dims: tuple[str, ...]
    labels: tuple[tuple[object, ...], ...]
    values: np.ndarray


@dataclass(frozen=True)
class Measure:
    """How a coefficient is measured: the dimensions of its array, and the function that gives it."""

    dims: tuple[str, ...]
    function: Callable[[Arrays], np.ndarray]

    def read(self, scenario: Arrays) -> np.ndarray:
        """The coefficient of a scenario, from memory where it is known."""
        values: np.ndarray = scenario.memory.recall(self.function, scenario)
        return values


def take(name: str, *dims: str) -> Measure:
    """The coefficient that is a quantity as it stands."""
    return Measure(dims, lambda scenario: scenario[name])


def lengthen(name: str, *dims: str) -> Measure:
    """A rate per year, times the length of the plan year, which is the last dimension."""
    return Measure(dims, lambda scenario: np.asarray(scenario[name] * scenario["length"]))


def share_hours(scenario: Arrays) -> np.ndarray:
    """Part of the year that each slice takes (slice)."""
    return np.asarray(scenario["hours"] / HOURS_OF_YEAR)


def find_sliced(scenario: Arrays) -> np.ndarray:
    """Whether activity is decided per slice (technology)."""
    return np.asarray(scenario["technology_resolution"] == SLICE)


def join_year(by_slice: np.ndarray, over_year: np.ndarray, axis: int) -> np.ndarray:
    """Values per slice, then the one over the year, along the slot axis."""
    return np.concatenate([by_slice, np.expand_dims(over_year, axis)], axis=axis)


@remember
def spread_available(scenario: Arrays) -> np.ndarray:
    """Part of a year's full use that each slice allows (technology, slice, year)."""
    return np.asarray(scenario["availability"] * share_hours(scenario)[None, :, None])


@remember
def measure_use(scenario: Arrays) -> np.ndarray:
    """`use = availability h/8760 yield` per slice, `annual_availability mean(availability) yield` per year."""
    available, units = spread_available(scenario), scenario["yield"]
    over_year = scenario["annual_availability"] * available.sum(axis=1) * units
    return join_year(available * units[:, None, :], over_year, axis=1)
