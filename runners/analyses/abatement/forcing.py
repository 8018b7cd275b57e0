"""A measure forced in: at its least sensible size, in the year in which that is cheapest, or what stands against it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from model.compiled.revise import LinearProgram
from model.queries.infeasibility import find_core_rules
from model.queries.no_plan import ConflictingRule
from model.solver.held import Held, hold_builds, list_builds
from model.solver.solution import SolverOptions
from runners.analyses.abatement.coalitions import exclude_players
from runners.analyses.abatement.measure_bundles import Player, list_players
from runners.analyses.oracle import Oracle
from scenarios.catalog import TECHNOLOGY
from scenarios.settings import Settings

UNIT, LEAST, TENTH, SEED, ONE = "unit", "least", "tenth", "seed", "one"
"""What a least sensible size is: a whole unit, the least of one start, a tenth of what there is room for, what may be
begun without a history, one of the unit of capacity."""
PART = 0.1
STRIDE = 4
"""Years between those that are looked at first."""


@dataclass(frozen=True)
class Size:
    """The least sensible size of a measure, and by what it is that."""

    amount: float
    by: str


@dataclass(frozen=True)
class Forced:
    """A player forced in: which of its measures, how much, begun when; `rules` say why there is none in any year.

    `settings` shut the other measures of the player, `held` is what is begun of this one in each year.
    """

    measure: str
    size: Size
    year: int | None
    settings: Settings
    held: Held
    rules: tuple[ConflictingRule, ...] = ()


def find_size(scenario: xr.Dataset, measure: str) -> Size:
    """The least sensible size of a measure: a unit, the least of a start, or a tenth of what there is room for.

    Never more than may be begun in a year: by its pace, or by what needs no history where its pace grows.
    """
    about = scenario.sel({TECHNOLOGY: measure})
    unit, least = float(about["unit_size"].values), float(about["least_size"].values)
    if unit > 0:
        return Size(unit, UNIT)
    if least > 0:
        return Size(least, LEAST)
    room = float((about["most_capacity"].values - about["existing"].values).max())
    pace = float(about["most_build"].values.max())
    size = Size(PART * room, TENTH) if np.isfinite(room) and room > 0 else Size(1.0, ONE)
    if np.isfinite(pace) and 0 < pace < size.amount:
        size = Size(pace, SEED)
    seed, growth = float(about["build_seed"].values.max()), float(about["build_growth"].values.min())
    if np.isfinite(growth) and 0 < seed < size.amount:
        size = Size(seed, SEED)
    return size


def force_player(oracle: Oracle, scenario: xr.Dataset, player: Player) -> Forced | None:
    """Which measure of a player is cheapest to force in at its least sensible size, and when; None: it has none.

    Chosen by the least cost in parts of units, all other measures of the player left out: each measure in every
    `STRIDE`-th year and the last, then the cheapest of them in the years around its best.
    """
    others = {other.name: other for other in list_players(scenario) if other.name in player.measures}
    tried = []
    for measure in player.measures:
        shut = exclude_players(other for name, other in others.items() if name != measure)
        program = oracle.revise(shut)
        years = [] if program is None else sorted(list_builds(program, measure))
        if program is None or not years:
            continue
        trial = _Trial(oracle, program, measure, find_size(scenario, measure), years)
        year = trial.choose([*years[::STRIDE], years[-1]])
        tried.append((trial.weigh(year), year, trial, shut))
    if not tried:
        return None
    cost, year, trial, shut = min(tried, key=lambda one: one[0])
    if not np.isfinite(cost):
        rules = find_core_rules(scenario, hold_builds(trial.program, trial.hold(year)), SolverOptions(relax=True))
        return Forced(trial.measure, trial.size, None, shut, {}, tuple(rules))
    place = trial.years.index(year)
    year = trial.choose(trial.years[max(place - STRIDE + 1, 0) : place + STRIDE])
    return Forced(trial.measure, trial.size, year, shut, trial.hold(year))


class _Trial:
    """A measure forced in at a size, year by year; each year is solved once."""

    def __init__(self, oracle: Oracle, program: LinearProgram, measure: str, size: Size, years: Sequence[int]) -> None:
        self.program, self.measure, self.size, self.years = program, measure, size, list(years)
        self._oracle = oracle
        self._costs: dict[int, float] = {}

    def hold(self, chosen: int) -> Held:
        """So much of it begun in one year, and nothing in the others."""
        return {(self.measure, year): self.size.amount if year == chosen else 0.0 for year in self.years}

    def weigh(self, year: int) -> float:
        """The least cost with it begun in a year; infinite where there is no plan."""
        if year not in self._costs:
            found = self._oracle.solve_program(hold_builds(self.program, self.hold(year)))
            self._costs[year] = found.objective if found.status.has_plan else np.inf
        return self._costs[year]

    def choose(self, years: Sequence[int]) -> int:
        """The cheapest of years."""
        return min(years, key=self.weigh)
