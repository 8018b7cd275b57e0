"""What capacity stands: the stock that dwindles, the vintages that are built and retired."""

from __future__ import annotations

from model.formulation.rows import Program
from model.parameters.numbers import Expression, Numbers
from model.parameters.structure import Structure


def _sum_vintages(m: Program, at: Structure, n: Numbers, share: str, k: str, y: int) -> Expression:
    """The stock that is left, and a share of what is left of each vintage."""
    standing = n("existing", k, y)
    if k in at.scrappable:
        standing = standing - n("existing", k, y) * m.scrapped[k, y]
    vintages = [v for v in at.years if v <= y] if k in at.buildable else []
    built = sum(n(share, k, v, y) * m.build[k, v] for v in vintages)
    gone = sum(n(share, k, v, y) * m.retired[k, v, y] for v in vintages) if k in at.retirable else 0
    return standing + built - gone


def add_capacity(m: Program, at: Structure, n: Numbers) -> None:
    """Capacity in service and early retirement.

    capacity_balance   capacity[k,y] = existing[k,y] (1 - scrapped[k,y])
                                       + sum over v <= y of alive[k,v,y] (build[k,v] - retired[k,v,y])
    standing_sum       standing[k,y] = the same with stands[k,v,y]: at the end of y, where starts are spread
    retired_most       retired[k,v,y] <= build[k,v]
    retired_order      retired[k,v,y] >= retired[k,v,y-1]        for y after v
    scrapped_order     scrapped[k,y] >= scrapped[k,y-1]          for y after the first
    """
    before = dict(zip(at.years[1:], at.years[:-1], strict=True))

    def capacity_balance(m: Program, k: str, y: int) -> Expression:
        return m.capacity[k, y] == _sum_vintages(m, at, n, "alive", k, y)

    def standing_sum(m: Program, k: str, y: int) -> Expression:
        return m.standing[k, y] == _sum_vintages(m, at, n, "stands", k, y)

    m.rows("capacity_balance", list(m.capacity), rule=capacity_balance)
    m.rows("standing_sum", list(m.standing), rule=standing_sum)
    m.rows("retired_most", list(m.retired), rule=lambda m, k, v, y: m.retired[k, v, y] <= m.build[k, v])
    m.rows(
        "retired_order",
        [(k, v, y) for k, v, y in m.retired if y > v],
        rule=lambda m, k, v, y: m.retired[k, v, y] >= m.retired[k, v, before[y]],
    )
    m.rows(
        "scrapped_order",
        [(k, y) for k, y in m.scrapped if y in before],
        rule=lambda m, k, y: m.scrapped[k, y] >= m.scrapped[k, before[y]],
    )
