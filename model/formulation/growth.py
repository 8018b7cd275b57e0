"""How fast building and activity may grow, of technologies and of groups, calendar year by calendar year."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pyomo.environ as pyo

from model.formulation.limits import sum_activity
from model.formulation.rows import Program
from model.parameters.numbers import Expression, Numbers
from model.parameters.structure import Structure

Place = tuple[str, int]
Amount = Callable[[str, int], Expression]


@dataclass(frozen=True)
class Growing:
    """An amount that may grow only so fast: what it is called, where it is limited, and its sum over a plan year.

    `grown` is what the amount of a plan year of one year allows the year after it: growth times amount.
    """

    what: str
    limited: Sequence[Place]
    amount: Amount
    grown: Callable[[str, int, int], Expression]


def add_growth(m: Program, at: Structure, n: Numbers) -> None:
    """Limits on growth, from each calendar year t to the next; y is the plan year of t.

    build_growth        build_pace[k,t] <= build_growth[k,y] build_pace[k,t-1] + build_seed[k,y]
    build_pace_sum      sum over t of v of build_pace[k,t] = build[k,v]
    build_pace_most     build_pace[k,t] <= pace_bound[k,t]          most_build; 0 outside the start window or excluded
    activity_growth     activity_pace[k,t] <= activity_growth[k,y] activity_pace[k,t-1] + activity_seed[k,y]
    activity_pace_sum   sum over t of y of activity_pace[k,t] = L[y] sum_s activity[k,y,s]
    activity_pace_most  activity_pace[k,t] <= most_activity[k,y]
    group_build_.., group_activity_..     the same of sum_k weight[g,k] build[k,v] and activity, with numbers of groups

    The first year grows from build_before and so on. A plan year of one year has no pace of its own: it is the amount.
    """

    def activity(k: str, y: int) -> Expression:
        return at.lengths[y] * sum_activity(m, at, k, y)

    def build(k: str, v: int) -> Expression:
        return m.build[k, v] if (k, v) in m.build else 0

    def weigh(amount: Amount) -> Amount:
        return lambda g, y: sum(n("weight", g, k) * amount(k, y) for k in at.members[g])

    def grow(what: str, amount: Amount) -> Callable[[str, int, int], Expression]:
        return lambda k, y, before: n(f"{what}_growth", k, y) * amount(k, before)

    def grow_group(what: str, amount: Amount) -> Callable[[str, int, int], Expression]:
        return lambda g, y, before: sum(n(f"{what}_grown", g, k, y) * amount(k, before) for k in at.members[g])

    built = [place for place in at.limited["build_growth"] if place in m.build]
    _add_pace(m, at, n, Growing("build", built, build, grow("build", build)), pyo.NonNegativeReals)
    used = at.limited["activity_growth"]
    _add_pace(m, at, n, Growing("activity", used, activity, grow("activity", activity)), pyo.NonNegativeReals)
    for what, amount in (("build", build), ("activity", activity)):
        group = f"group_{what}"
        limited = [(g, y) for g, y in at.limited[f"{group}_growth"] if at.members[g]]
        _add_pace(m, at, n, Growing(group, limited, weigh(amount), grow_group(group, amount)), pyo.Reals)
    m.rows("build_pace_most", list(m.build_pace), rule=lambda m, k, t: m.build_pace[k, t] <= n("pace_bound", k, t))
    _cap_pace(m, at, n, "activity", "most_activity", "most_activity")
    _cap_pace(m, at, n, "group_build", "group_most_build", "group_most_build_yearly")
    _cap_pace(m, at, n, "group_activity", "group_most_activity", "group_most_activity")


def _add_pace(m: Program, at: Structure, n: Numbers, growing: Growing, domain: object) -> None:
    """The growth of one amount, and the pace of each year of a period where it is limited."""
    what, limited, amount = growing.what, growing.limited, growing.amount
    periods = [y for y in at.years if len(at.calendar[y]) > 1]
    places = [(k, y) for k in dict.fromkeys(k for k, _ in limited) for y in periods]
    pace = pyo.Var([(k, t) for k, y in places for t in at.calendar[y]], domain=domain)
    setattr(m, f"{what}_pace", pace)

    def go(k: str, t: int) -> Expression:
        return pace[k, t] if (k, t) in pace else amount(k, t)

    def grow(_: Program, k: str, t: int) -> Expression:
        if t == at.years[0]:
            return go(k, t) <= n(f"{what}_first", k)
        y = at.plan_year[t]
        paced = (k, t - 1) in pace
        grown = n(f"{what}_growth", k, y) * pace[k, t - 1] if paced else growing.grown(k, y, t - 1)
        return go(k, t) <= grown + n(f"{what}_seed", k, y)

    def add_up(_: Program, k: str, y: int) -> Expression:
        return sum(pace[k, t] for t in at.calendar[y]) == amount(k, y)

    m.rows(f"{what}_growth", [(k, t) for k, y in limited for t in at.calendar[y]], rule=grow)
    m.rows(f"{what}_pace_sum", places, rule=add_up)


def _cap_pace(m: Program, at: Structure, n: Numbers, what: str, limit: str, most: str) -> None:
    """No year of a period is above the most of a year."""
    pace, capped = getattr(m, f"{what}_pace"), set(at.limited[limit])
    places = [(k, t) for k, t in pace if (k, at.plan_year[t]) in capped]
    m.rows(f"{what}_pace_most", places, rule=lambda _, k, t: pace[k, t] <= n(most, k, at.plan_year[t]))
