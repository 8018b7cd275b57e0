"""Which limits on growth let nothing begin: what grows from nothing stays there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from scenarios.catalog import GROUP, TECHNOLOGY, YES_NO
from scenarios.cells import KIND, NUMBER, ROW
from scenarios.checks.view import View, file_of
from scenarios.choices import SPREAD
from scenarios.errors import Problem

BUILD, ACTIVITY = "build", "activity"
FROM_NOTHING = "growth_from_nothing"
SUPPORTS = "supports"
STARTING_KINDS = ("requires", "follows")


def find_growth_from_nothing(view: View) -> Iterator[Problem]:
    """Growth limits on what begins at nothing, or has to stand still at nothing before it may begin."""
    limited = [what for what in (BUILD, ACTIVITY) if view.rows_of(f"{what}_growth")]
    if not limited or not view.years:
        return
    room = Room(view)
    for what in limited:
        rows = view.rows_of(f"{what}_growth")
        names = [name for name in rows if name in (view.builders if what == BUILD else view.technologies)]
        for name in names:
            place = room.places[name]
            growth = room.growths[what]
            if growth.reaches(place, room.find_begun(what)).any():
                continue
            opened = np.flatnonzero(room.find_open(what)[place])
            key = _name_problem(growth, place, what, opened)
            if key == FROM_NOTHING or (opened.size and name not in view.excluded):
                year = view.years[opened[0]] if opened.size else view.years[0]
                fields = {TECHNOLOGY: name, "what": what, "year": year, "first": view.years[0]}
                yield Problem(key, file_of("parameters"), *rows[name], fields)


def _name_problem(growth: Growth, place: int, what: str, opened: np.ndarray) -> str:
    """The message about growth that leads nowhere: from nothing, by nothing, or from what is lost before it opens."""
    if not growth.before[place] and not growth.seed[place].any():
        return FROM_NOTHING
    return "growth_zero" if opened.size and opened[0] == 0 and not growth.growth[place, 0] else f"growth_lost_{what}"


@dataclass(frozen=True)
class Growth:
    """How fast an amount may grow: numbers of all technologies (technology, year), and of the year before the plan.

    `lengths` are the calendar years of each plan year.
    """

    growth: np.ndarray
    seed: np.ndarray
    before: np.ndarray
    lengths: np.ndarray

    def reaches(self, place: int, opened: np.ndarray) -> np.ndarray:
        """The years in which the amount of a technology can be more than nothing, of the calendar years open to it."""
        reached, there = [], bool(self.before[place] > 0)
        belongs = np.repeat(np.arange(len(self.lengths)), self.lengths.astype(int))
        for j, may in zip(belongs, opened[place], strict=True):
            grown = self.growth[place, j]
            there = bool(may and (np.isinf(grown) or self.seed[place, j] > 0 or (grown > 0 and there)))
            reached.append(there)
        starts = np.searchsorted(belongs, np.arange(len(self.lengths)))
        return np.asarray(np.logical_or.reduceat(np.array(reached, dtype=bool), starts))


@dataclass(frozen=True)
class Room:
    """In which plan years anything of a technology can begin and run, growth left aside."""

    view: View

    @cached_property
    def names(self) -> list[str]:
        """All technologies."""
        return list(self.view.technologies)

    @cached_property
    def places(self) -> dict[str, int]:
        """Where each technology stands among them."""
        return {name: place for place, name in enumerate(self.names)}

    @cached_property
    def growths(self) -> dict[str, Growth]:
        """Limits on growth, of building and of activity."""
        return {
            what: Growth(
                self.view.filled(f"{what}_growth", self.names),
                self.view.filled(f"{what}_seed", self.names),
                self._single(f"{what}_before", 0.0),
                self.view.span[1],
            )
            for what in (BUILD, ACTIVITY)
        }

    def find_open(self, what: str) -> np.ndarray:
        """Years in which a technology can be built, or can run (technology, year)."""
        return self.buildable if what == BUILD else self.usable

    @cached_property
    def buildable(self) -> np.ndarray:
        """Years in which construction can start (technology, year): own limits, groups, prerequisites and supports."""
        opened = self._open_by_itself
        while True:
            narrowed = opened & self._wait_for_others(self._grow(opened))
            if (narrowed == opened).all():
                return opened
            opened = narrowed

    @cached_property
    def usable(self) -> np.ndarray:
        """Years in which a technology can run (technology, year): there is capacity, and no limit forbids its use."""
        standing = self._stand(self._grow(self.buildable))
        host = [self.places.get(self.view.host(name), place) for place, name in enumerate(self.names)]
        free = np.array([about["capacitated"] != YES_NO[0] for about in self.view.technologies.values()], dtype=bool)
        allowed = (self.view.filled("most_activity", self.names) > 0) & self._allow_by_groups(ACTIVITY)
        return np.asarray(allowed & (standing[host] | free[:, None]))

    def _grow(self, opened: np.ndarray) -> np.ndarray:
        """The open years in which building can have grown to more than nothing."""
        growth = self.growths[BUILD]
        limited = np.isfinite(growth.growth).any(axis=1)
        begun = self._begin(opened)
        return np.array([growth.reaches(k, begun) if limited[k] else opened[k] for k in range(len(opened))])

    @cached_property
    def _open_by_itself(self) -> np.ndarray:
        """Years within the window of starts, with a rate and a place for what is built (technology, year)."""
        view = self.view
        within = self._first_starts <= self._last_starts
        able = np.array([name in view.builders for name in self.names], dtype=bool)[:, None]
        fixed = np.array([about["retirable"] != YES_NO[0] for about in view.technologies.values()], dtype=bool)
        full = view.filled("most_capacity", self.names) <= self._existing * fixed[:, None]
        placed = ~(self._serving & (full & fixed[:, None])[:, None, :]).any(axis=2)
        return np.asarray(
            able & within & (view.filled("most_build", self.names) > 0) & placed & self._allow_by_groups(BUILD)
        )

    @cached_property
    def _first_starts(self) -> np.ndarray:
        """The first calendar year of each plan year in which construction may start, if any (technology, year)."""
        years, opens = np.array(self.view.years, dtype=float), self._single("earliest_start", -np.inf)[:, None]
        return np.asarray(np.maximum(years, opens) if self._spread else np.where(opens <= years, years, np.inf))

    @cached_property
    def _last_starts(self) -> np.ndarray:
        """The last such year (technology, year)."""
        years, closes = np.array(self.view.years, dtype=float), self._single("latest_start", np.inf)[:, None]
        ends = years + self.view.span[1] - 1.0
        return np.asarray(np.minimum(ends, closes) if self._spread else np.where(closes >= years, years, -np.inf))

    @cached_property
    def _spread(self) -> bool:
        return self.view.choices.service == SPREAD

    def find_begun(self, what: str) -> np.ndarray:
        """Calendar years in which a technology can be built, or can run (technology, calendar year)."""
        opened = self.find_open(what)
        return self._begin(opened) if what == BUILD else np.repeat(opened, self.view.span[1].astype(int), axis=1)

    def _begin(self, opened: np.ndarray) -> np.ndarray:
        """The calendar years of open plan years in which construction may start (technology, calendar year)."""
        years, lengths = self.view.span
        calendar = np.concatenate([y + np.arange(n) for y, n in zip(years, lengths, strict=True)])
        belongs = np.repeat(np.arange(len(years)), lengths.astype(int))
        begun = opened[:, belongs]
        if self._spread:
            begun = begun & (self._first_starts[:, belongs] <= calendar) & (calendar <= self._last_starts[:, belongs])
        return np.asarray(begun)

    def _allow_by_groups(self, what: str) -> np.ndarray:
        """Where no group forbids any of it: a most of nothing over members none of which frees another."""
        allowed = np.ones((len(self.names), len(self.view.years)), dtype=bool)
        weights = self.view.written("weight")
        for group, most in zip(*self._list_most(f"group_most_{what}"), strict=True):
            own = weights[weights[GROUP] == group]
            if (own[NUMBER] < 0).any():
                continue
            members = [self.places[name] for name in own[TECHNOLOGY][own[NUMBER] > 0] if name in self.places]
            allowed[members] &= most > 0
        return allowed

    def _list_most(self, quantity: str) -> tuple[list[str], np.ndarray]:
        groups = list(self.view.rows_of(quantity))
        return groups, self.view.filled(quantity, groups)

    def _wait_for_others(self, opened: np.ndarray) -> np.ndarray:
        """Years left where the others that a start waits for can have begun, or stand (technology, year)."""
        left = np.ones(opened.shape, dtype=bool)
        standing = self._stand(opened)
        logic, lags = self.view.chosen.frames["logic"], self.view.written("logic")
        lag_of = dict(zip(lags[ROW], lags[NUMBER], strict=True))
        for row, own in logic.iterrows():
            k, other = self.places.get(own[TECHNOLOGY]), self.places.get(own["other"])
            if k is None or other is None:
                continue
            if own[KIND] == SUPPORTS:
                left[k] &= ~(self._serving[k] & ~standing[other]).any(axis=1)
            elif own[KIND] in STARTING_KINDS and not self._existing[other, 0] > 0:
                lag = lag_of.get(row, 0.0) + (self._wait[other] if own[KIND] == STARTING_KINDS[1] else 0.0)
                first = self._first_starts[other][opened[other]].min(initial=np.inf) + lag
                left[k] &= self._last_starts[k] >= first
        return left

    def _stand(self, opened: np.ndarray) -> np.ndarray:
        """Years in which some capacity can stand (technology, year)."""
        return np.asarray((self._existing > 0) | (opened[:, :, None] & self._serving).any(axis=1))

    @cached_property
    def _serving(self) -> np.ndarray:
        """Plan years in which some of a start is in service (technology, start, year)."""
        years, length = np.array(self.view.years, dtype=float), self.view.span[1]
        begin = (self._first_starts + self._wait[:, None])[:, :, None]
        lives = self.view.lives
        stands = self._wait + np.array([lives.get(name, (np.inf, np.inf))[1] for name in self.names], dtype=float)
        end = (self._last_starts + stands[:, None])[:, :, None]
        return np.asarray((begin < years + length) & (end > years))

    @cached_property
    def _wait(self) -> np.ndarray:
        return np.asarray(self._single("lead_time", 0.0) + self._single("start_delay", 0.0))

    @cached_property
    def _existing(self) -> np.ndarray:
        return self.view.filled("existing", self.names)

    def _single(self, quantity: str, default: float) -> np.ndarray:
        own = self.view.single(quantity)
        return np.array([own.get(name, default) for name in self.names], dtype=float)
