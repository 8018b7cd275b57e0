"""How targets hold: hard, at a price per unit missed, or as nearly as can be."""

from __future__ import annotations

import pyomo.environ as pyo

from model.numbers import Expression, Numbers
from model.structure import Structure


def add_targets(m: pyo.ConcreteModel, at: Structure, n: Numbers) -> None:
    """Caps and floors by year and over spans of years; what is missed is paid once per pool.

    target         account[e,y] <= cap[t,y] + excess[t,y]               (>= cap - excess for a floor)
    target_total   sum over held y: L[y] account[e,y] <= cap[t] + excess_total[t]     likewise
    pool           paid[q,y] >= excess[t,y]                             each priced yearly t of pool q
    pool_total     paid_total[q] + sum_y L[y] paid[q,y] >= excess_total[t]            each priced cumulative t of q
    miss_most      sum over nearest t: price[t] (sum_y L[y] excess[t,y] + excess_total[t]) <= most_miss
    """
    floors, soft = set(at.floors), set(at.soft)

    def hold(t: str, amount: Expression, cap: Expression, excess: Expression) -> Expression:
        return amount + excess >= cap if t in floors else amount - excess <= cap

    def target(m: pyo.ConcreteModel, t: str, y: int) -> Expression:
        excess = m.excess[t, y] if t in soft else 0
        return hold(t, m.account[at.target_account[t], y], n("cap", t, y), excess)

    def target_total(m: pyo.ConcreteModel, t: str) -> Expression:
        held = at.total_targets[t]
        amount = sum(at.lengths[y] * m.account[at.target_account[t], y] for y in held)
        return hold(t, amount, n("cap", t, held[0]), m.excess_total[t] if t in soft else 0)

    def pool_total(m: pyo.ConcreteModel, q: str, t: str) -> Expression:
        paid = sum(at.lengths[y] * m.paid[q, y] for y in at.years if (q, y) in m.paid)
        return m.paid_total[q] + paid >= m.excess_total[t]

    m.target = pyo.Constraint([(t, y) for t, held in at.yearly_targets.items() for y in held], rule=target)
    m.target_total = pyo.Constraint(list(at.total_targets), rule=target_total)
    m.pool = pyo.Constraint(
        [(q, t, y) for t, q in at.pool.items() for y in at.yearly_targets.get(t, ())],
        rule=lambda m, q, t, y: m.paid[q, y] >= m.excess[t, y],
    )
    m.pool_total = pyo.Constraint([(q, t) for t, q in at.pool.items() if t in at.total_targets], rule=pool_total)
    if at.nearest:
        m.miss_most = pyo.Constraint(expr=sum_miss(m, at, n) <= n("most_miss"))


def sum_miss(m: pyo.ConcreteModel, at: Structure, n: Numbers) -> Expression:
    """What the nearest targets miss in all, weighed by their price: the first objective where there are any."""
    terms = []
    for t in at.nearest:
        terms += [n("miss_weight", t) * at.lengths[y] * m.excess[t, y] for y in at.yearly_targets.get(t, ())]
        if t in at.total_targets:
            terms.append(n("miss_weight", t) * m.excess_total[t])
    return sum(terms)
