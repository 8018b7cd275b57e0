"""Do projects come in whole units, begin as often as they may, and wait for what they depend on?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from model.verify_limits import TV
from model.verify_reading import LOGIC_ROW, Reading
from model.verify_terms import Array, Rule, at_most, equal, term
from scenarios.catalog import TECHNOLOGY, VINTAGE, YEAR

RV = (LOGIC_ROW, VINTAGE)
RY = (LOGIC_ROW, YEAR)


def check_lumps(read: Reading) -> Iterator[Rule]:
    """Units and starts.

    unit_lump     build = unit_size units
    begin_most    build <= bound begin: what is built has begun
    begin_least   build >= least_size begin
    begin_units   begin <= units, where a technology has both
    once          sum_v begin <= 1
    """
    given, plan = read.given, read.plan
    unit, begin = given.technology_capacity_unit, read.starts
    lumpy, switched = read.lumpy[:, None], read.switched[:, None]
    lumps = term(given.unit_size[:, None] * plan.units)
    yield equal("unit_lump", TV, unit, term(plan.build), lumps, lumpy)
    bounded = np.isfinite(read.most_build)
    largest = np.where(bounded, read.most_build, np.maximum(plan.build, 0.0))
    allowed = largest * np.where(bounded, begin, begin > 0)
    yield at_most("begin_most", TV, unit, term(plan.build), term(allowed), switched)
    smallest = term(given.least_size[:, None] * begin)
    yield at_most("begin_least", TV, unit, smallest, term(plan.build), switched)
    yield at_most("begin_units", TV, "1", term(begin), term(plan.units), lumpy & switched)
    yield at_most("once", (TECHNOLOGY,), "1", term(begin.sum(1)), term(1.0), read.once)


def check_logic(read: Reading) -> Iterator[Rule]:
    """Project logic, row by row of its table.

    requires   begin[k,v] <= sum over u <= v - lag of begin[other,u], unless the other exists already
    follows    the same, with the other's lead time and delay added to the lag
    supports   capacity[k,y] <= ratio capacity[other,y]
    ever       begin[k,v] <= ever[k]
    excludes   sum over the technologies of a rule of ever[k] <= 1
    """
    given, plan = read.given, read.plan
    begin = read.starts
    kind, ratio = given.logic_kind, given.logic
    k, other = _find_rows(read, given.logic_technology), _find_rows(read, given.logic_other)
    stands_already = given.existing[other, 0] > 0
    wait = given.lead_time + given.start_delay
    lag = ratio + np.where(kind == "follows", wait[other], 0.0)
    opened = read.years + lag[:, None, None] <= read.years[:, None]
    open_starts = np.einsum("rvu,ru->rv", opened, begin[other])
    switched = read.switched[k] & ~stands_already
    for name in ("requires", "follows"):
        stands = ((kind == name) & switched)[:, None]
        yield at_most(name, RV, "1", term(begin[k]), term(open_starts), stands)
    supported = (kind == "supports")[:, None]
    unit = given.technology_capacity_unit[k]
    yield at_most("supports", RY, unit, term(plan.capacity[k]), term(ratio[:, None] * plan.capacity[other]), supported)
    yield at_most("ever", TV, "1", term(begin), term(plan.ever[:, None]), read.exclusive[:, None])
    together = np.array([plan.ever[_find_members(read, i)].sum() for i in range(kind.size)])
    yield at_most("excludes", (LOGIC_ROW,), "1", term(together), term(1.0), _first_rows(read))


def _find_rows(read: Reading, names: Array) -> Array:
    """Position of each technology named; 0 where a row names none (an exclusion may name one only)."""
    position = {str(k): i for i, k in enumerate(read.given.technology)}
    return np.array([position.get(str(name), 0) for name in names], dtype=int)


def _find_members(read: Reading, row: int) -> Array:
    """Technologies among which the rule of a row allows one, (technology)."""
    given = read.given
    rows = (given.logic_rule == given.logic_rule[row]) & (given.logic_kind == "excludes")
    named = np.concatenate([given.logic_technology[rows], given.logic_other[rows]])
    return np.isin(given.technology, named)


def _first_rows(read: Reading) -> Array:
    """The first row of each exclusion, (logic_row)."""
    given = read.given
    excludes = np.flatnonzero(given.logic_kind == "excludes")
    _, first = np.unique(given.logic_rule[excludes], return_index=True)
    return np.isin(np.arange(given.logic_kind.size), excludes[first])
