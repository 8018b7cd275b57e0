"""How each commodity is balanced: in every slice, over the year, or through a level that is kept."""

from __future__ import annotations

import pyomo.environ as pyo

from model.formulation.rows import Program
from model.formulation.vintages import list_gains
from model.parameters.coefficient import WHOLE_YEAR
from model.parameters.numbers import Expression, Numbers
from model.parameters.structure import Structure


def net_supply(m: Program, at: Structure, n: Numbers, c: str, y: int, s: str) -> Expression:
    """`sum_k net_flow[k,c,s,y] activity[k,y,s] + purchase[c,y,s] - sale[c,y,s]` in a slot of the balance.

    Where the flow is given by vintage, activity counts with that of the stock, and
    `sum_v (net_flow[k,c,v,s,y] - net_flow[k,c,s,y]) run[k,v,y,s]` besides.

    A slot that is the whole year takes all slices of technologies decided per slice; a slot that is a slice takes
    the part of year-decided activity that their profile gives it (inside `net_flow`).
    """
    terms = []
    for k in at.flows[c]:
        if at.slots[k] == (WHOLE_YEAR,):
            terms.append(n("net_flow", k, c, s, y) * m.activity[k, y, WHOLE_YEAR])
        else:
            inside = at.slices if s == WHOLE_YEAR else (s,)
            terms.extend(n("net_flow", k, c, i, y) * m.activity[k, y, i] for i in inside)
    terms += list_gains(at, c, y, s, lambda k, v, i, slot: n("flow_gain", (k, c), v, i, y) * m.run[k, v, y, slot])
    if (c, y, s) in m.purchase:
        terms.append(m.purchase[c, y, s])
    if (c, y, s) in m.sale:
        terms.append(-m.sale[c, y, s])
    return sum(terms)


def add_balance(m: Program, at: Structure, n: Numbers) -> None:
    """Supply meets demand, and may exceed it only where surplus is allowed.

    balance   sum_k net_flow[k,c,s,y] activity[k,y,s] + purchase[c,y,s] - sale[c,y,s] = required[c,s,y]
              (>= where surplus may be thrown away; commodities with a level are balanced by it)
    """
    surplus = set(at.surplus)

    def balance(m: Program, c: str, y: int, s: str) -> Expression:
        supply = net_supply(m, at, n, c, y, s)
        if isinstance(supply, int):  # nobody touches it: nothing to decide, and checks refuse such a demand
            return pyo.Constraint.Skip
        if c in surplus:
            return supply >= n("required", c, s, y)
        return supply == n("required", c, s, y)

    m.rows(
        "balance",
        [(c, y, s) for c, slots in at.balance_slots.items() if c not in at.storage for y in at.years for s in slots],
        rule=balance,
    )
