"""How a level is kept: through a season's slices again and again, through the year, or over the horizon."""

from __future__ import annotations

import pyomo.environ as pyo

from model.formulation.balance import net_supply
from model.formulation.rows import Program
from model.parameters.numbers import Expression, Numbers
from model.parameters.structure import Structure

HORIZON = "horizon"
SEASON = "season"
YEAR_ROUND = "year"


def add_storage(m: Program, at: Structure, n: Numbers) -> None:
    """Levels of stored commodities and the stores that hold them.

    storage   level[c,y,s] = keep[c,s,y] level[c, before(y,s)] + (net supply[c,y,s] - required[c,s,y]) / cycles[s]
              (cycles count for storage within a season; before the first slice of a horizon stands initial_level)
    level_start  level[c, before(y, first slice)] = start_level[c,y]      through the year or over the horizon
              (in the first year of a horizon start_level stands in the place of initial_level)
    content   level[c,y,s] <= sum_k stores[k,c] content[k,y] capacity[k,y]
    """

    def storage(m: Program, c: str, y: int, s: str) -> Expression:
        place = find_slice_before(at, c, y, s)
        kept = n("initial_kept", c) if place is None else n("keep", c, s, y) * m.level[(c, *place)]
        cycles = at.cycles[s] if at.storage[c] == SEASON else 1.0
        gained = (net_supply(m, at, n, c, y, s) - n("required", c, s, y)) / cycles
        return m.level[c, y, s] == kept + gained

    def level_start(m: Program, c: str, y: int) -> Expression:
        place = find_slice_before(at, c, y, at.slices[0])
        return pyo.Constraint.Skip if place is None else m.level[(c, *place)] == n("start_level", c, y)

    m.rows(
        "level_start",
        [(c, y) for c, y in at.limited["start_level"] if at.storage.get(c) in (YEAR_ROUND, HORIZON)],
        rule=level_start,
    )
    m.rows("storage", list(m.level), rule=storage)
    m.rows(
        "content",
        list(m.level),
        rule=lambda m, c, y, s: m.level[c, y, s] <= sum(n("holds", k, c, y) * m.capacity[k, y] for k in at.stores[c]),
    )


def find_slice_before(at: Structure, c: str, y: int, s: str) -> tuple[int, str] | None:
    """The (year, slice) whose end level slice `s` starts from; None before the first slice of a horizon."""
    kind = at.storage[c]
    chain = [i for i in at.slices if kind != SEASON or at.seasons[i] == at.seasons[s]]
    position = chain.index(s)
    if position > 0 or kind != HORIZON:
        return y, chain[position - 1]
    year = at.years.index(y)
    return None if year == 0 else (at.years[year - 1], chain[-1])
