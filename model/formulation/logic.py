"""How projects come in lumps, begin once, and depend on each other."""

from __future__ import annotations

from model.formulation.rows import Program
from model.parameters.numbers import Expression, Numbers
from model.parameters.structure import STARTING_RULES, Structure


def add_lumps(m: Program, at: Structure, n: Numbers) -> None:
    """Whole units, starts and least sizes.

    unit_lump     build[k,v] = unit_size[k] units[k,v]
    begin_most    build[k,v] <= largest_start[k,v] begin[k,v]      the least bound the data give: no free big M
    begin_least   build[k,v] >= least_size[k] begin[k,v]
    begin_units   begin[k,v] <= units[k,v]                         a start is at least one unit
    once          sum_v begin[k,v] <= 1
    begin_project begin[k,v] >= 1      where project[k,v] > 0, of those whose start costs a sum: a project is a start
    """
    m.rows("unit_lump", list(m.units), rule=lambda m, k, v: m.build[k, v] == n("unit_size", k) * m.units[k, v])
    m.rows("begin_most", list(m.begin), rule=lambda m, k, v: m.build[k, v] <= n("largest_start", k, v) * m.begin[k, v])
    m.rows(
        "begin_least",
        [(k, v) for k in at.least_sized for v in at.years],
        rule=lambda m, k, v: m.build[k, v] >= n("least_size", k) * m.begin[k, v],
    )
    m.rows(
        "begin_units",
        [place for place in m.begin if place in m.units],
        rule=lambda m, k, v: m.begin[k, v] <= m.units[k, v],
    )
    m.rows(
        "begin_project",
        [(k, v) for k in at.founded if k in at.projects for v in at.years],
        rule=lambda m, k, v: m.begin[k, v] >= n("project_begun", k, v),
    )
    m.rows("once", list(at.once), rule=lambda m, k: sum(m.begin[k, v] for v in at.years) <= 1)


def add_logic(m: Program, at: Structure, n: Numbers) -> None:
    """Project logic, row by row as the table says it.

    requires   begin[k,v] <= sum over u <= v - lag of begin[other,u]       (nothing where the other cannot be built)
    follows    the same, with the lead time and delay of the other added to the lag
    supports   capacity[k,y] <= ratio capacity[other,y]
    ever       begin[k,v] <= ever[k]
    excludes   sum over the rule's technologies of ever[k] <= 1
    """

    def opened(m: Program, row: int, k: str, other: str, v: int) -> Expression:
        begun = [n("opens", row, v, u) * m.begin[other, u] for u in at.years if (other, u) in m.begin]
        return m.begin[k, v] <= sum(begun)

    for kind in STARTING_RULES:
        rows = [(i, k, other) for i, rule, k, other in at.logic if rule == kind and k in at.switched]
        places = [(*row, v) for row in rows for v in at.years]
        m.rows(kind, places, rule=opened)
    m.rows(
        "supports",
        [(i, k, other, y) for i, rule, k, other in at.logic if rule == "supports" for y in at.years],
        rule=lambda m, i, k, other, y: m.capacity[k, y] <= n("support", i) * m.capacity[other, y],
    )
    m.rows("ever_begun", [(k, v) for k in m.ever for v in at.years], rule=lambda m, k, v: m.begin[k, v] <= m.ever[k])
    m.rows(
        "excludes",
        [rule for rule, named in at.excludes.items() if named],
        rule=lambda m, rule: sum(m.ever[k] for k in at.excludes[rule]) <= 1,
    )
