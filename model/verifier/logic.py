"""Do projects come in whole units, begin as often as they may, and wait for what they depend on?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from model.verifier.limits import TV
from model.verifier.reading import LOGIC_ROW, Reading, Scene, kept
from model.verifier.terms import Array, Places, Rule, at_most, equal, find_places, met, term
from model.verifier.time import find_first_starts, find_last_starts
from scenarios.catalog import TECHNOLOGY, VINTAGE, YEAR

RV = (LOGIC_ROW, VINTAGE)
RY = (LOGIC_ROW, YEAR)


@kept
def find_started(read: Scene) -> Mapping[str, Places]:
    """Where the rules on units and starts stand."""
    founded = np.asarray((read.given.project_cost > 0).any(1))
    lumpy, switched, shape = read.lumpy[:, None], read.switched[:, None], read.shape(*TV)
    return {
        "lumpy": find_places(lumpy, shape),
        "switched": find_places(switched, shape),
        "both": find_places(lumpy & switched, shape),
        "founded": find_places((read.projects > 0) & read.buildable[:, None] & founded[:, None], shape),
        "once": find_places(read.once, shape[:1]),
        "exclusive": find_places(read.exclusive[:, None], shape),
    }


def check_lumps(read: Reading) -> Iterator[Rule]:
    """Units and starts.

    unit_lump     build = unit_size units
    begin_most    build <= bound begin: what is built has begun
    begin_least   build >= least_size begin
    begin_units   begin <= units, where a technology has both
    once          sum_v begin <= 1
    begin_project begin >= 1 where a project is forced or decided, of those whose start costs a sum
    """
    given, plan, places = read.given, read.plan, find_started(read)
    unit, begin, build = given.technology_capacity_unit, read.starts, term(read.plan.build)
    yield equal("unit_lump", TV, unit, build, term(given.unit_size[:, None] * plan.units), places["lumpy"])
    bounded = np.isfinite(read.most_build)
    largest = np.where(bounded, read.most_build, np.maximum(plan.build, 0.0))
    allowed = largest * np.where(bounded, begin, begin > 0)
    yield at_most("begin_most", TV, unit, build, term(allowed), places["switched"])
    yield at_most("begin_least", TV, unit, term(given.least_size[:, None] * begin), build, places["switched"])
    yield at_most("begin_units", TV, "1", term(begin), term(plan.units), places["both"])
    projects = read.projects > 0
    yield at_most("begin_project", TV, "1", term(projects.astype(float)), term(begin), places["founded"])
    yield at_most("once", (TECHNOLOGY,), "1", term(begin.sum(1)), term(1.0), places["once"])


@dataclass(frozen=True)
class Logic:
    """The rows of project logic: who depends on whom, when that is met, and where each kind of rule stands."""

    technology: Array
    other: Array
    opened: Array
    members: Array
    places: Mapping[str, Places]


@kept
def find_logic(read: Scene) -> Logic:
    """Positions (row), `opened` (row, vintage, earlier vintage), `members` of the rule of a row (row, technology)."""
    given, kind = read.given, read.given.logic_kind
    k, other = _find_rows(read, given.logic_technology), _find_rows(read, given.logic_other)
    wait = given.lead_time + given.start_delay
    lag = given.logic + np.where(kind == "follows", wait[other], 0.0)
    opened = find_first_starts(read)[other][:, None, :] + lag[:, None, None] <= find_last_starts(read)[k][:, :, None]
    switched = read.switched[k] & ~(given.existing[other, 0] > 0)
    members = np.array([_find_members(read, i) for i in range(kind.size)]).reshape(kind.size, given.technology.size)
    by_vintage, by_year = ((kind.size, *read.shape(dim)) for dim in (VINTAGE, YEAR))
    places = {name: find_places(((kind == name) & switched)[:, None], by_vintage) for name in ("requires", "follows")}
    places["supports"] = find_places((kind == "supports")[:, None], by_year)
    places["excludes"] = find_places(_find_first_rows(read), (kind.size,))
    return Logic(k, other, opened, members, places)


def check_logic(read: Reading) -> Iterator[Rule]:
    """Project logic, row by row of its table.

    requires   begin[k,v] <= sum over u <= v - lag of begin[other,u], unless the other exists already
    follows    the same, with the other's lead time and delay added to the lag
    supports   capacity[k,y] <= ratio capacity[other,y]
    ever       begin[k,v] <= ever[k]
    excludes   sum over the technologies of a rule of ever[k] <= 1
    """
    logic, plan, begin = find_logic(read), read.plan, read.starts
    k, other, places = logic.technology, logic.other, logic.places
    open_starts = np.einsum("rvu,ru->rv", logic.opened, begin[other])
    for name in ("requires", "follows"):
        yield at_most(name, RV, "1", term(begin[k]), term(open_starts), places[name])
    unit, ratio = read.given.technology_capacity_unit[k], read.given.logic[:, None]
    supported = term(ratio * plan.capacity[other])
    yield at_most("supports", RY, unit, term(plan.capacity[k]), supported, places["supports"])
    exclusive = find_started(read)["exclusive"]
    if exclusive.count:
        yield at_most("ever", TV, "1", term(begin), term(plan.ever[:, None]), exclusive)
    else:
        yield met("ever", TV, "1", exclusive)
    yield at_most("excludes", (LOGIC_ROW,), "1", term(logic.members @ plan.ever), term(1.0), places["excludes"])


def _find_rows(read: Scene, names: Array) -> Array:
    """Position of each technology named; 0 where a row names none (an exclusion may name one only)."""
    position = {str(k): i for i, k in enumerate(read.given.technology)}
    return np.array([position.get(str(name), 0) for name in names], dtype=int)


def _find_members(read: Scene, row: int) -> Array:
    """Technologies among which the rule of a row allows one, (technology)."""
    given = read.given
    rows = (given.logic_rule == given.logic_rule[row]) & (given.logic_kind == "excludes")
    named = np.concatenate([given.logic_technology[rows], given.logic_other[rows]])
    return np.isin(given.technology, named)


def _find_first_rows(read: Scene) -> Array:
    """The first row of each exclusion, (logic_row)."""
    given = read.given
    excludes = np.flatnonzero(given.logic_kind == "excludes")
    _, first = np.unique(given.logic_rule[excludes], return_index=True)
    return np.isin(np.arange(given.logic_kind.size), excludes[first])
