"""Do building and activity grow no faster than they may, from each calendar year to the next?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from model.verifier.form import has_periods
from model.verifier.reading import Reading, Scene, kept
from model.verifier.terms import Array, Places, Rule, at_most, bound, equal, find_places, met, term
from model.verifier.time import find_belonging, find_open
from scenarios.catalog import CALENDAR, GROUP, TECHNOLOGY, YEAR


@dataclass(frozen=True)
class Growth:
    """How fast an amount may grow: numbers of each calendar year, and where each rule stands.

    `before` is the amount of the year before the plan, `most` that of a year inside a period; `dim` says of what.
    """

    dim: str
    factor: Array
    before: Array
    seed: Array
    most: Array
    grown: Places
    summed: Places
    capped: Places


@kept
def find_growth(read: Scene) -> Mapping[str, Growth]:
    """How fast building and activity may grow, of technologies and of groups."""
    given, belongs = read.given, find_belonging(read)
    open_ = find_open(read) & (read.most_build > 0)[:, belongs]
    own = np.floor(given.status_year)[:, None] == read.given.calendar
    pace = np.maximum(given.most_build[:, belongs], np.where(own, read.projects[:, belongs], 0.0))
    peopled = (given.weight != 0).any(1)[:, None]
    about = {
        "build": (TECHNOLOGY, np.where(open_, pace, 0.0), read.buildable[:, None]),
        "activity": (TECHNOLOGY, given.most_activity[:, belongs], np.array([[True]])),
        "group_build": (GROUP, given.group_most_build[:, belongs], peopled),
        "group_activity": (GROUP, given.group_most_activity[:, belongs], peopled),
    }
    found = {}
    for what, (dim, most, can) in about.items():
        growth, before, seed = (read.memory.read(f"{what}_{part}") for part in ("growth", "before", "seed"))
        limited = np.isfinite(growth) & can
        paced = limited.any(1)[:, None] & (read.length > 1)
        found[what] = Growth(
            dim=dim,
            factor=np.where(limited, growth, 0.0)[:, belongs],
            before=before,
            seed=seed[:, belongs],
            most=most,
            grown=find_places(limited[:, belongs], read.shape(dim, CALENDAR)),
            summed=find_places(paced, read.shape(dim, YEAR)),
            capped=find_places(paced[:, belongs] & np.isfinite(most), read.shape(dim, CALENDAR)),
        )
    return found


def check_growth(read: Reading) -> Iterator[Rule]:
    """How fast building and activity may grow. The pace of a year is the plan year's where that is one year.

    .._growth     pace[t] <= growth pace[t-1] + seed, the first from the year before the plan
    .._pace_sum   sum over the years of a period of pace = build, or L activity; of a group weighted
    .._pace_most  pace <= most_build where construction may start, a project at the least; or most_activity; of a
                  group its most
    """
    belongs, given, weight = find_belonging(read), read.given, read.given.weight
    build, activity = read.plan.build, read.yearly_activity * read.length
    amounts = {
        "build": (given.technology_capacity_unit, build),
        "activity": (given.technology_activity_unit, activity),
        "group_build": (given.group_unit, weight @ build),
        "group_activity": (given.group_unit, weight @ activity),
    }
    for what, growth in find_growth(read).items():
        (unit, yearly), calendar = amounts[what], (growth.dim, CALENDAR)
        pace = yearly[:, belongs]
        if has_periods(read):
            own = getattr(read.plan, f"{what}_pace")
            pace = np.where((read.length > 1)[belongs], own, pace)
            total = np.stack([own[:, belongs == y].sum(1) for y in range(read.length.size)], axis=1)
            yield equal(f"{what}_pace_sum", (growth.dim, YEAR), unit, term(total), term(yearly), growth.summed)
            most, _ = bound(growth.most)
            yield at_most(f"{what}_pace_most", calendar, unit, term(own), most, growth.capped)
        if not growth.grown.count:
            yield met(f"{what}_growth", calendar, unit, growth.grown)
            continue
        earlier = np.concatenate([growth.before[:, None], pace[:, :-1]], axis=1)
        grown = term(growth.factor * earlier) + term(growth.seed)
        yield at_most(f"{what}_growth", calendar, unit, term(pace), grown, growth.grown)
