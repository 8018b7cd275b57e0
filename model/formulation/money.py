"""What the plan costs: the net present cost to society, component by component."""

from __future__ import annotations

from model.formulation.breaches import sum_breach_cost
from model.formulation.limits import sum_activity
from model.formulation.rows import Program
from model.formulation.targets import sum_excess_cost
from model.parameters.numbers import Expression, Numbers
from model.parameters.structure import Structure

MOVING = 1e-3
"""Weight of a krona carried over or reprioritised beside one of outlay at the start: outlays decide before it."""


def net_present_cost(m: Program, at: Structure, n: Numbers) -> Expression:
    """Resource costs of the society perspective, discounted to the first year (who pays is a matter of its own).

    cost = sum_{k,v} finance[k] capex[k,v] (sum_y outlay[k,v,y] d_cap[y] build[k,v]
                                            - worth[k,v] d_end (build[k,v] - retired[k,v,last year]))
         + sum_{k,v} finance[k] project_cost[k,v] (sum_y outlay[k,v,y] d_cap[y] - worth[k,v] d_end) begin[k,v]
         + sum_{k,y} D_op[y] fixed_cost[k,y] capacity[k,y] + D_op[y] variable_cost[k,y] sum_s activity[k,y,s]
         + sum_{c,y,s} D_op[y] (purchase_price[c,s,y] purchase[c,y,s] - sale_price[c,s,y] sale[c,y,s])
         + sum_{e,y} D_op[y] account_price[e,y] account[e,y]
         + sum_{t,y} D_op[y] price[t] missed[t,y] + sum_t d_total[t] price[t] excess_total[t]
           over priced t; those of a year that are no part of another then
         + sum_{a,y} D_op[y] price[a,y] breach[a,y]          over priced limits of money (docs/finance.md)
    """
    return sum(
        [
            *(n("build_cost", k, v) * m.build[k, v] for k, v in m.build),
            *(n("begin_cost", k, v) * m.begin[k, v] for k in at.founded for v in at.years),
            *(n("lost_worth", k, v) * m.retired[k, v, y] for k, v, y in m.retired if y == at.years[-1]),
            *(n("capacity_cost", k, y) * m.capacity[k, y] for k, y in m.capacity),
            *(n("activity_cost", k, y) * sum_activity(m, at, k, y) for k in at.slots for y in at.years),
            *(n("purchase_cost", c, s, y) * m.purchase[c, y, s] for c, y, s in m.purchase),
            *(-n("sale_income", c, s, y) * m.sale[c, y, s] for c, y, s in m.sale),
            *(n("account_cost", e, y) * m.account[e, y] for e, y in m.account),
            sum_excess_cost(m, at, n),
            sum_breach_cost(m, n),
        ]
    )


def sum_early(m: Program, at: Structure, n: Numbers) -> Expression:
    """Outlays by how early they are, by which plans of the same cost are told apart.

    early = sum_{k,v} sum_y outlay[k,v,y] (E - y) / (E - y0) (capex[k,v] build[k,v] + project_cost[k,v] begin[k,v])
                                                                                           E the end of the horizon
            + MOVING times what is carried over or taken from the ordinary plan: no more than has to be
    """
    outlaid = [n("early_outlay", k, v) * m.build[k, v] for k, v in m.build]
    outlaid += [n("early_start", k, v) * m.begin[k, v] for k in at.founded for v in at.years]
    moved = [MOVING * move for moves in (m.own_moved, m.frame_moved, m.shifted, m.used) for move in moves.values()]
    return sum([*outlaid, *moved])
