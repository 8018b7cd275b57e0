"""What a plan has of an entry: what of it, when, how much, for what money, and whose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from runners.accounts.outlays import grant_calendar, spend_calendar, spend_vintages
from runners.accounts.owners import split_owners
from runners.analyses.dossier.entries import Entry
from scenarios.arithmetic.cash import share_grants
from scenarios.catalog import ACTOR, TECHNOLOGY, VINTAGE, YEAR

BUILT = 1e-6
"""Capacity begun from here on counts as built."""


@dataclass(frozen=True)
class Year:
    """A measure in a year of the plan: what is begun, what stands of that, and what is spent."""

    measure: str
    year: int
    build: float
    capacity: float
    outlay: float


@dataclass(frozen=True)
class Payer:
    """What an actor spends on an entry over all years, and what of that grants pay."""

    actor: str
    outlay: float
    grant: float


@dataclass(frozen=True)
class Standing:
    """An entry in a plan: `years` of every measure of which there is any, and who pays; nothing of either where out."""

    years: tuple[Year, ...]
    payers: tuple[Payer, ...]

    @property
    def chosen(self) -> bool:
        """Whether any of it is built."""
        return any(year.build > BUILT for year in self.years)

    @property
    def first(self) -> int | None:
        """The first year in which any of it is begun."""
        return min((year.year for year in self.years if year.build > BUILT), default=None)

    @property
    def last(self) -> int | None:
        """The last one."""
        return max((year.year for year in self.years if year.build > BUILT), default=None)

    @property
    def outlay(self) -> float:
        """All that is spent, undiscounted."""
        return sum(year.outlay for year in self.years)

    def most(self, measure: str) -> float:
        """The most that stands of a measure."""
        return max((year.capacity for year in self.years if year.measure == measure), default=0.0)

    def list_built(self) -> list[str]:
        """The measures of which any is built."""
        return list(dict.fromkeys(year.measure for year in self.years if year.build > BUILT))


def find_standing(scenario: xr.Dataset, plan: xr.Dataset, entry: Entry) -> Standing:
    """What a plan has of an entry."""
    names = [str(name) for name in scenario[TECHNOLOGY].values]
    places = [names.index(measure) for measure in entry.measures]
    build = plan["build"].transpose(TECHNOLOGY, VINTAGE).values[places]
    spent = spend_vintages(scenario, plan).sum(axis=1)[places]
    stock = scenario["existing"].values * (1.0 - plan["scrapped"].transpose(TECHNOLOGY, YEAR).values)
    stands = (plan["capacity"].transpose(TECHNOLOGY, YEAR).values - stock)[places]
    years = tuple(
        Year(measure, int(year), _clean(build[i, y]), _clean(stands[i, y]), _clean(spent[i, y]))
        for i, measure in enumerate(entry.measures)
        if np.abs(build[i]).max(initial=0.0) > BUILT
        for y, year in enumerate(scenario[YEAR].values)
    )
    return Standing(years, _list_payers(scenario, plan, places))


def _list_payers(scenario: xr.Dataset, plan: xr.Dataset, places: Sequence[int]) -> tuple[Payer, ...]:
    """Who spends what; owners of an entry that is out are told with nothing."""
    chosen = np.array(places, dtype=np.intp)
    spent = spend_calendar(scenario, plan).sum(axis=(1, 2))
    owned = split_owners(scenario, chosen)
    granted = np.zeros((len(scenario[TECHNOLOGY]), len(scenario[ACTOR])))
    if scenario.sizes[ACTOR] and "claimed" in plan:
        paid = grant_calendar(scenario, plan).sum(axis=(2, 3))
        granted = np.einsum("ik,ika->ka", paid, share_grants(scenario))
    actors = [str(name) for name in scenario[ACTOR].values]
    found: dict[str, Payer] = {}
    for row, actor, share in zip(owned.rows, owned.actor, owned.share, strict=True):
        k, name = int(chosen[row]), str(actor)
        before = found.get(name, Payer(name, 0.0, 0.0))
        grant = float(granted[k, actors.index(name)]) if name in actors else 0.0
        found[name] = Payer(name, before.outlay + _clean(share * spent[k]), before.grant + _clean(grant))
    return tuple(found.values())


def _clean(amount: float) -> float:
    return float(amount) if abs(amount) > BUILT else 0.0
