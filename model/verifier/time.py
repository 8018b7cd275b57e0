"""In which calendar years does the building of a plan year begin, and how much of it serves at each moment?

Every calendar year is looked at by itself, and every moment by counting the starts that are in service at it.
"""

from __future__ import annotations

import numpy as np

from model.verifier.reading import Scene, kept
from model.verifier.terms import Array

SPREAD = "spread"
"""The word by which starts, or payments, are spread over a period."""

Cell = tuple[float, float, float]
"""Ages from and to, and the share of a vintage that stands between them."""


@kept
def list_calendar(read: Scene) -> Array:
    """Calendar years of the horizon, (calendar)."""
    return np.concatenate([y + np.arange(n) for y, n in zip(read.years, read.length, strict=True)])


@kept
def find_belonging(read: Scene) -> Array:
    """Position of the plan year to which each calendar year belongs, (calendar)."""
    return np.repeat(np.arange(read.years.size), read.length.astype(int))


@kept
def find_open(read: Scene) -> Array:
    """Whether construction may start in each calendar year, (technology, calendar): a project opens its own."""
    return admit_years(read, read.given.earliest_start, read.given.latest_start) | find_settled(read)


@kept
def find_settled(read: Scene) -> Array:
    """Years in which a project starts; its plan year where all begins on one day, (technology, calendar)."""
    begins = (read.projects > 0)[:, find_belonging(read)]
    if read.state("service") != SPREAD:
        return begins
    return np.asarray(begins & (list_calendar(read) == np.floor(read.given.status_year)[:, None]))


@kept
def find_begun(read: Scene) -> Array:
    """Years in which what is begun starts: the project's where its plan year has one, (technology, calendar)."""
    project = (read.projects > 0)[:, find_belonging(read)]
    return np.where(project, find_settled(read), find_open(read))


def admit_years(read: Scene, first: Array, last: Array) -> Array:
    """Calendar years from a first to a last, (..., calendar).

    By their plan year's own year where everything of a plan year begins on its first day.
    """
    when = list_calendar(read) if read.state("service") == SPREAD else read.years[find_belonging(read)]
    return np.asarray((first[:, None] <= when) & (when <= last[:, None]))


def count_years(read: Scene, admitted: Array) -> Array:
    """How many years of each plan year are admitted, (..., year)."""
    total = np.zeros((*admitted.shape[:-1], read.years.size))
    for t, y in enumerate(find_belonging(read)):
        total[..., y] += admitted[..., t]
    return total


@kept
def find_first_starts(read: Scene) -> Array:
    """The first year in which building of a plan year may start, its own where it may not, (technology, vintage)."""
    calendar, open_ = list_calendar(read), find_begun(read)
    first = np.full((len(open_), read.years.size), np.inf)
    for t, v in enumerate(find_belonging(read)):
        first[:, v] = np.minimum(first[:, v], np.where(open_[:, t], calendar[t], np.inf))
    return np.where(np.isfinite(first), first, read.years)


@kept
def find_last_starts(read: Scene) -> Array:
    """The last such year; the first, where a plan year's building all begins on one day, (technology, vintage)."""
    count = count_years(read, find_begun(read))
    spread = (count > 0) & (read.state("service") == SPREAD)
    return np.asarray(find_first_starts(read) + np.where(spread, count - 1.0, 0.0))


@kept
def find_width(read: Scene) -> Array:
    """Years over which the starts of a vintage are spread, 0 where there is one moment, (technology, vintage)."""
    count = count_years(read, find_begun(read))
    return np.where((count > 1) & (read.state("service") == SPREAD), count, 0.0)


@kept
def find_service_start(read: Scene) -> Array:
    """`b`, the first moment of service of each vintage: its first start, lead time and delay, (technology, vintage)."""
    wait = read.given.lead_time + read.given.start_delay
    return np.asarray(find_first_starts(read) + wait[:, None])


@kept
def find_curved(read: Scene) -> Array:
    """Technologies that wear out along a curve instead of standing for a life, (technology)."""
    given = read.given.survival
    return np.asarray(np.isfinite(given).any(1)) if given.size else np.zeros(read.host.size, dtype=bool)


def list_cells(read: Scene, k: int, by_life: bool = False) -> list[Cell]:
    """What stands of technology k at each age."""
    if by_life or not find_curved(read)[k]:
        return [(0.0, float(read.given.life[k]), 1.0)]
    return [(float(age), age + 1.0, float(share)) for age, share in enumerate(read.given.survival[k])]


def count_serving(cells: list[Cell], width: float, since: Array) -> Array:
    """Share of a vintage in service at moments counted from its first start of service, starts spread over a width.

    At a moment those starts serve at an age of a cell that lie as long ago: a stretch of the width.
    """
    share = np.zeros_like(since)
    for first, last, standing in cells:
        stretch = np.minimum(since - first, width) - np.maximum(since - last, 0.0)
        share += standing * np.clip(stretch, 0.0, None) / width
    return share


def find_knots(cells: list[Cell], width: float) -> Array:
    """Moments at which that share bends."""
    ages = np.array([age for first, last, _ in cells for age in (first, last) if np.isfinite(age)])
    return np.unique(np.concatenate([ages, ages + width, [0.0, width]]))


def mean_serving(cells: list[Cell], width: float, since: Array, until: Array) -> Array:
    """The mean of that share between moments: straight lines between the bends, added up."""
    knots = np.unique(np.concatenate([find_knots(cells, width), since, until]))
    serving = count_serving(cells, width, knots)
    steps = np.diff(knots) * (serving[1:] + serving[:-1]) / 2.0
    summed = np.concatenate([[0.0], np.cumsum(steps)])
    return np.asarray((np.interp(until, knots, summed) - np.interp(since, knots, summed)) / (until - since))


def combine_alike(members: Array, told: Array) -> list[tuple[int, ...]]:
    """Sets of members in which those of whom the same is told, row by row, stand together or not at all.

    What is at most so much for all of those alike is so for each part of them.
    """
    groups = np.unique(told, axis=0, return_inverse=True)[1].reshape(-1) if len(members) else np.empty(0, int)
    count = int(groups.max(initial=-1)) + 1
    chosen = (np.arange(1, 2**count)[:, None] >> np.arange(count)) & 1
    return [tuple(members[picked[groups] == 1].tolist()) for picked in chosen]
