"""What capacity stands: the stock that dwindles, the vintages that are built and retired."""

from __future__ import annotations

import pyomo.environ as pyo

from model.numbers import Expression, Numbers
from model.structure import Structure


def add_capacity(m: pyo.ConcreteModel, at: Structure, n: Numbers) -> None:
    """Capacity in service and early retirement.

    capacity_balance   capacity[k,y] = existing[k,y] (1 - scrapped[k,y])
                                       + sum over v <= y of alive[k,v,y] (build[k,v] - retired[k,v,y])
    retired_most       retired[k,v,y] <= build[k,v]
    retired_order      retired[k,v,y] >= retired[k,v,y-1]        for y after v
    scrapped_order     scrapped[k,y] >= scrapped[k,y-1]          for y after the first
    """
    buildable, retirable, scrappable = set(at.buildable), set(at.retirable), set(at.scrappable)
    before = dict(zip(at.years[1:], at.years[:-1], strict=True))

    def capacity_balance(m: pyo.ConcreteModel, k: str, y: int) -> Expression:
        standing = n("existing", k, y)
        if k in scrappable:
            standing = standing - n("existing", k, y) * m.scrapped[k, y]
        vintages = [v for v in at.years if v <= y] if k in buildable else []
        built = sum(n("alive", k, v, y) * m.build[k, v] for v in vintages)
        gone = sum(n("alive", k, v, y) * m.retired[k, v, y] for v in vintages) if k in retirable else 0
        return m.capacity[k, y] == standing + built - gone

    m.capacity_balance = pyo.Constraint(list(m.capacity), rule=capacity_balance)
    m.retired_most = pyo.Constraint(list(m.retired), rule=lambda m, k, v, y: m.retired[k, v, y] <= m.build[k, v])
    m.retired_order = pyo.Constraint(
        [(k, v, y) for k, v, y in m.retired if y > v],
        rule=lambda m, k, v, y: m.retired[k, v, y] >= m.retired[k, v, before[y]],
    )
    m.scrapped_order = pyo.Constraint(
        [(k, y) for k, y in m.scrapped if y in before],
        rule=lambda m, k, y: m.scrapped[k, y] >= m.scrapped[k, before[y]],
    )
