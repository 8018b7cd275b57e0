"""How much can be built, stand, run and be traded."""

from __future__ import annotations

import pyomo.environ as pyo

from model.formulation.rows import Program
from model.parameters.numbers import Expression, Numbers
from model.parameters.structure import Structure


def sum_activity(m: Program, at: Structure, k: str, y: int) -> Expression:
    """Activity of a technology over a year, `sum_s activity[k,y,s]`."""
    return sum(m.activity[k, y, s] for s in at.slots[k])


def add_build_limits(m: Program, at: Structure, n: Numbers) -> None:
    """Limits on construction and on what stands; rates count per calendar year, a plan year has L[v] of them.

    build_most         build[k,v] <= build_bound[k,v]     L[v] most_build[k,v]; 0 outside the start window or excluded
    build_least        build[k,v] >= L[v] least_build[k,v]
    project_least      build[k,v] >= project[k,v]         what is forced or decided to begin in v
    capacity_most      capacity[k,y] <= most_capacity[k,y]
    capacity_end_most  standing[k,y] <= most_capacity[k,y]       where starts are spread over periods
    capacity_least     capacity[k,y] >= least_capacity[k,y]
    """
    limited = at.limited

    def capacity_least(m: Program, k: str, y: int) -> Expression:
        return m.capacity[k, y] >= n("least_capacity", k, y)

    m.rows("build_most", list(m.build), rule=lambda m, k, v: m.build[k, v] <= n("build_bound", k, v))
    m.rows(
        "build_least",
        [place for place in limited["least_build"] if place in m.build],
        rule=lambda m, k, v: m.build[k, v] >= n("least_build", k, v),
    )
    m.rows(
        "project_least",
        [(k, v) for k in at.projects for v in at.years],
        rule=lambda m, k, v: m.build[k, v] >= n("project", k, v),
    )
    m.rows(
        "capacity_most",
        [place for place in limited["most_capacity"] if place in m.capacity],
        rule=lambda m, k, y: m.capacity[k, y] <= n("most_capacity", k, y),
    )
    m.rows(
        "capacity_end_most",
        [place for place in limited["most_capacity"] if place in m.standing],
        rule=lambda m, k, y: m.standing[k, y] <= n("most_capacity", k, y),
    )
    m.rows("capacity_least", [p for p in limited["least_capacity"] if p in m.capacity], rule=capacity_least)


def add_activity_limits(m: Program, at: Structure, n: Numbers) -> None:
    """Limits on use.

    activity_most     sum_s activity[k,y,s] <= most_activity[k,y]
    activity_least    sum_s activity[k,y,s] >= least_activity[k,y]
    """
    m.rows(
        "activity_most",
        list(at.limited["most_activity"]),
        rule=lambda m, k, y: sum_activity(m, at, k, y) <= n("most_activity", k, y),
    )
    m.rows(
        "activity_least",
        list(at.limited["least_activity"]),
        rule=lambda m, k, y: sum_activity(m, at, k, y) >= n("least_activity", k, y),
    )


def add_trade_limits(m: Program, at: Structure, n: Numbers) -> None:
    """Limits on yearly trade.

    purchase_most    sum_s purchase[c,y,s] <= most_purchase[c,y]
    purchase_least   sum_s purchase[c,y,s] >= least_purchase[c,y]
    sale_most        sum_s sale[c,y,s] <= most_sale[c,y]
    """
    bought, sold = set(at.purchasable), set(at.sellable)

    def traded(trade: pyo.Var, c: str, y: int) -> Expression:
        return sum(trade[c, y, s] for s in at.balance_slots[c])

    m.rows(
        "purchase_most",
        [(c, y) for c, y in at.limited["most_purchase"] if c in bought],
        rule=lambda m, c, y: traded(m.purchase, c, y) <= n("most_purchase", c, y),
    )
    m.rows(
        "purchase_least",
        [(c, y) for c, y in at.limited["least_purchase"] if c in bought],
        rule=lambda m, c, y: traded(m.purchase, c, y) >= n("least_purchase", c, y),
    )
    m.rows(
        "sale_most",
        [(c, y) for c, y in at.limited["most_sale"] if c in sold],
        rule=lambda m, c, y: traded(m.sale, c, y) <= n("most_sale", c, y),
    )
