"""How targets hold: hard, at a price per unit missed, or as nearly as can be."""

from __future__ import annotations

from model.formulation.rows import Program
from model.parameters.numbers import Expression, Numbers
from model.parameters.structure import Structure


def add_targets(m: Program, at: Structure, n: Numbers) -> None:
    """Caps and floors by year and over spans of years; a unit missed by a target and a part of it counts once.

    target         account[e,y] <= cap[t,y] + excess[t,y]               (>= cap - excess for a floor)
    target_total   sum over held y: counted[t,y] account[e,y] <= cap[t] + excess_total[t]     likewise
    missed_own     missed[t,y] >= excess[t,y]                           each yearly t that may be missed
    missed_parts   missed[t,y] >= sum_u missed[u,y]                     u the parts of t in its pool, where any
    miss_most      miss <= most_miss                                    miss as in sum_miss
    """
    floors, soft = set(at.floors), set(at.soft)

    def hold(t: str, amount: Expression, cap: Expression, excess: Expression) -> Expression:
        return amount + excess >= cap if t in floors else amount - excess <= cap

    def target(m: Program, t: str, y: int) -> Expression:
        excess = m.excess[t, y] if t in soft else 0
        return hold(t, m.account[at.target_account[t], y], n("cap", t, y), excess)

    def target_total(m: Program, t: str) -> Expression:
        held = at.total_targets[t]
        amount = sum(n("counted_years", t, y) * m.account[at.target_account[t], y] for y in held)
        return hold(t, amount, n("cap", t, held[0]), m.excess_total[t] if t in soft else 0)

    m.rows("target", [(t, y) for t, held in at.yearly_targets.items() for y in held], rule=target)
    m.rows("target_total", list(at.total_targets), rule=target_total)
    m.rows("missed_own", list(m.excess), rule=lambda m, t, y: m.missed[t, y] >= m.excess[t, y])
    m.rows(
        "missed_parts",
        list(at.missed_parts),
        rule=lambda m, t, y: m.missed[t, y] >= sum(m.missed[u, y] for u in at.missed_parts[t, y]),
    )
    if at.nearest:
        m.row("miss_most", sum_miss(m, at, n) <= n("most_miss"))


def sum_miss(m: Program, at: Structure, n: Numbers) -> Expression:
    """What the nearest targets miss in all, weighed by their price: the first objective where there are any.

    miss = sum_{t,y} price[t] L[y] missed[t,y] + sum_t price[t] excess_total[t]
           over nearest t; those of a year that are no part of another then
    """
    yearly = [n("miss_weight", t) * at.lengths[y] * m.missed[t, y] for t, y in at.list_wholes(at.nearest)]
    return sum(yearly + [n("miss_weight", t) * m.excess_total[t] for t in at.nearest if t in at.total_targets])


def sum_excess_cost(m: Program, at: Structure, n: Numbers) -> Expression:
    """What misses of priced targets cost in money of the first year.

    sum_{t,y} D_op[y] price[t] missed[t,y] + sum_t d_total[t] price[t] excess_total[t]
    over priced t; those of a year that are no part of another then
    """
    yearly = [n("excess_cost", t, y) * m.missed[t, y] for t, y in at.list_wholes(at.priced)]
    return sum(yearly + [n("total_excess_cost", t) * m.excess_total[t] for t in at.priced if t in at.total_targets])
