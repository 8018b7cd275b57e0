"""In which calendar years of a plan year may construction start, and for which of those starts is a grant open?

What is begun in a period of several years starts evenly over those of its years that are open to it, or all on its
first day, as the convention `service` says; where a project is settled there, in the year of that project. A plan
year of one year is open or not.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations

import numpy as np
from numpy.typing import NDArray

from scenarios.arithmetic.projects import list_projects
from scenarios.arrays import Arrays, remember
from scenarios.choices import SPREAD
from scenarios.terms import CALENDAR, YEAR

Floats = NDArray[np.float64]


def read_years(scenario: Arrays) -> Floats:
    """First calendar year of each plan year (year)."""
    return np.asarray(scenario[YEAR], dtype=float)


def find_plan_years(scenario: Arrays) -> NDArray[np.int64]:
    """Position of the plan year that each calendar year of the horizon belongs to (calendar)."""
    return np.repeat(np.arange(len(scenario[YEAR])), scenario["length"].astype(int))


def find_last_years(scenario: Arrays) -> NDArray[np.int64]:
    """Last calendar year of each plan year (year)."""
    return np.asarray(scenario[YEAR] + scenario["length"] - 1).astype(np.int64)


def is_spread(scenario: Arrays) -> bool:
    """Whether starts are spread over periods."""
    return bool(scenario.attrs["service"] == SPREAD)


@dataclass(frozen=True)
class Window:
    """The calendar years of each plan year that are open (..., year): the first of them, and how many they are."""

    first: Floats
    count: Floats


@remember
def find_open(scenario: Arrays) -> NDArray[np.bool_]:
    """Calendar years in which construction may start (technology, calendar): by earliest and latest start.

    Open too is the year in which a settled project starts. Where what is begun serves from the first day of its plan
    year: all of a plan year whose own year is open, or in which a project starts; else nothing.
    """
    place = find_plan_years(scenario)
    settled = (list_projects(scenario) > 0)[:, place]
    when = scenario[CALENDAR].astype(float)
    if is_spread(scenario):
        settled = settled & (np.floor(scenario["status_year"])[:, None] == when)
    else:
        when = read_years(scenario)[place]
    within = (scenario["earliest_start"][:, None] <= when) & (when <= scenario["latest_start"][:, None])
    return np.asarray(within | settled)


@remember
def count_open(scenario: Arrays) -> Floats:
    """In how many calendar years of a plan year construction may start (technology, year)."""
    begins = np.searchsorted(scenario[CALENDAR], scenario[YEAR])
    return np.asarray(np.add.reduceat(find_open(scenario).astype(float), begins, axis=1))


@remember
def find_starts(scenario: Arrays) -> Window:
    """When in a plan year construction starts (technology, year), by earliest and latest start.

    first = max(v, earliest_start),  count = min(v + L, latest_start + 1) - first

    A count of 0 or less: not at all. Where a project is settled: all in its year, which is known. Where what is begun
    serves from the first day of its plan year: all of a plan year that is open, else nothing.
    """
    if not is_spread(scenario):
        count = count_open(scenario)
        return Window(np.broadcast_to(read_years(scenario), count.shape), count)
    window = _cut_window(scenario, scenario["earliest_start"], scenario["latest_start"])
    settled = list_projects(scenario) > 0
    start = np.floor(scenario["status_year"])[:, None]
    return Window(np.where(settled, start, window.first), np.where(settled, 1.0, window.count))


@remember
def find_claims(scenario: Arrays) -> Window:
    """For which starts of a plan year a grant is open (instrument, year), by its first and last start."""
    return _cut_window(scenario, scenario["first_start"], scenario["last_start"])


@remember
def find_begun(scenario: Arrays) -> NDArray[np.bool_]:
    """Calendar years in which what a plan year begins is started (technology, calendar)."""
    starts, place, when = find_starts(scenario), find_plan_years(scenario), scenario[CALENDAR]
    return np.asarray((starts.first[:, place] <= when) & (when < (starts.first + starts.count)[:, place]))


@remember
def find_claimed(scenario: Arrays) -> NDArray[np.bool_]:
    """Calendar years for whose starts a grant is open (instrument, calendar)."""
    claims, place, when = find_claims(scenario), find_plan_years(scenario), scenario[CALENDAR]
    return np.asarray((claims.first[:, place] <= when) & (when < (claims.first + claims.count)[:, place]))


@remember
def share_claims(scenario: Arrays) -> Floats:
    """Share of the starts of each plan year for which a grant is open (instrument, technology, year)."""
    return share_starts(scenario, find_claimed(scenario))


def share_starts(scenario: Arrays, admitted: NDArray[np.bool_]) -> Floats:
    """Share of the starts of each plan year that lie in admitted calendar years (..., technology, year).

    admitted: (..., calendar)
    """
    begun, begins = find_begun(scenario), np.searchsorted(scenario[CALENDAR], scenario[YEAR])
    count = np.add.reduceat(begun.astype(float), begins, axis=-1)
    both = np.add.reduceat((begun & admitted[..., None, :]).astype(float), begins, axis=-1)
    return np.asarray(np.divide(both, count, out=np.zeros(both.shape), where=count > 0))


def unite(kinds: Mapping[Hashable, Sequence[int]]) -> list[tuple[int, ...]]:
    """Every union of kinds, by what is alike in their members: a bound on part of a kind follows from that on all."""
    sizes = range(1, len(kinds) + 1)
    unions = chain.from_iterable(combinations(kinds.values(), size) for size in sizes)
    return [tuple(sorted(chain.from_iterable(union))) for union in unions]


def _cut_window(scenario: Arrays, opens: Floats, closes: Floats) -> Window:
    """The years of each plan year from `opens` to `closes` (...)."""
    years, lengths = read_years(scenario), scenario["length"]
    if not is_spread(scenario):
        admitted = (opens[:, None] <= years) & (years <= closes[:, None])
        return Window(np.broadcast_to(years, admitted.shape), np.where(admitted, lengths, 0.0))
    first = np.maximum(years, np.ceil(opens)[:, None])
    return Window(first, np.minimum(years + lengths, np.floor(closes)[:, None] + 1.0) - first)
