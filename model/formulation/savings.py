"""What an actor keeps of what operation saves it, as own money of later years and against its debt."""

from __future__ import annotations

import pyomo.environ as pyo

from model.formulation.rows import Program
from model.formulation.support import list_received
from model.parameters.numbers import Expression, Numbers
from model.parameters.structure import Structure


def declare_savings(m: Program, at: Structure) -> None:
    """Decisions of who keeps savings: kept of a year, whether it saves at all, used, and what is left at its end."""
    places = [(a, y) for a in at.finance.savers for y in at.years]
    for name in ("saved", "used", "savings"):
        setattr(m, name, pyo.Var(places, domain=pyo.NonNegativeReals))
    m.saves = pyo.Var(places, domain=pyo.Binary)


def add_savings(m: Program, at: Structure, n: Numbers) -> None:
    """What is kept is the share of what a year's operation brings more than where nothing is done, or nothing.

    gain[a,y] = saving_share[a,y] L[y] (operating + support - reference_operating)[a,y],   fall <= gain <= rise
    saved_least   saved[a,y] >= gain[a,y]
    saved_most    saved[a,y] <= gain[a,y] - fall[a,y] (1 - saves[a,y])
    saved_gain    saved[a,y] <= rise[a,y] saves[a,y]
    savings_sum   savings[a,y] = level[u]/level[y] savings[a,u] + saved[a,y] - worth[y] used[a,y]   u the year before
    used_most     worth[y] used[a,y] <= level[u]/level[y] savings[a,u]                              nothing at first

    level is that of what is saved, the mean of a period; worth makes such money of what is used, at the prices at which
    that is invested: 1 where investment is spread.
    """
    before = dict(zip(at.years[1:], at.years[:-1], strict=True))

    def gain(a: str, y: int) -> Expression:
        brought = n("saving", a, y) * m.operating[a, y] + sum(list_received(m, at, n, "support_saving", a, y))
        return brought - n("saving_reference", a, y)

    def left(a: str, y: int) -> Expression:
        return n("savings_later", before[y], y) * m.savings[a, before[y]] if y in before else 0

    def used(a: str, y: int) -> Expression:
        return n("savings_used", y) * m.used[a, y]

    places = list(m.saved)
    m.rows("saved_least", places, rule=lambda m, a, y: m.saved[a, y] >= gain(a, y))
    m.rows(
        "saved_most",
        places,
        rule=lambda m, a, y: m.saved[a, y] <= gain(a, y) - n("saving_fall", a, y) * (1 - m.saves[a, y]),
    )
    m.rows("saved_gain", places, rule=lambda m, a, y: m.saved[a, y] <= n("saving_rise", a, y) * m.saves[a, y])
    m.rows("savings_sum", places, rule=lambda m, a, y: m.savings[a, y] == left(a, y) + m.saved[a, y] - used(a, y))
    m.rows("used_most", places, rule=lambda _, a, y: used(a, y) <= left(a, y))


def use_savings(m: Program, name: str, a: str, y: int) -> Expression:
    """A decision of savings, 0 of who keeps none."""
    found = getattr(m, name)
    return found[a, y] if (a, y) in found else 0


def hold_savings(m: Program, at: Structure, n: Numbers, a: str, t: int) -> Expression:
    """Savings at the end of a calendar year t in its prices, 0 of who keeps none; what a plan year adds it adds evenly.

    held[y,t] savings[a,y] + held[u,t] savings[a,u] - gone[y,t] used[a,y]     u the plan year before, until y has ended
    """
    y = at.plan_year[t]
    before = dict(zip(at.years[1:], at.years[:-1], strict=True))
    if t + 1 == y + at.lengths[y] or y not in before:
        return n("savings_held", y, t) * use_savings(m, "savings", a, y)
    held = sum(n("savings_held", u, t) * use_savings(m, "savings", a, u) for u in (before[y], y))
    return held - n("savings_gone", y, t) * use_savings(m, "used", a, y)
