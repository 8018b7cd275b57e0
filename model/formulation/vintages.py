"""How much each vintage runs, where efficiency or availability is given by vintage: its own capacity limits it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from model.formulation.rows import Program
from model.parameters.coefficient import STOCK, WHOLE_YEAR
from model.parameters.numbers import Expression, Numbers
from model.parameters.structure import Structure

Vintage = int | str
"""A year in which construction starts, or the stock."""


def run_of(m: Program, at: Structure, k: str, v: Vintage, y: int, s: str) -> Expression:
    """What a vintage of a technology runs; the stock, what no vintage does."""
    if v != STOCK:
        return m.run[k, v, y, s]
    return m.activity[k, y, s] - sum(m.run[k, u, y, s] for u in at.years if u <= y)


def add_runs(m: Program, at: Structure, n: Numbers) -> None:
    """Use of capacity vintage by vintage, in the place of use_most, use_annual and use_peak.

    run[k,stock,y,s] = activity[k,y,s] - sum_v run[k,v,y,s];  stands[k,v,y] = alive[k,v,y] (build[k,v] - retired[k,v,y])
    and of the stock existing[k,y] (1 - scrapped[k,y]);   i over modes of k

    run_least    run[k,stock,y,s] >= 0
    run_most     sum_i capacity_weight[i] run[i,v,y,s] <= use[k,v,s,y] stands[k,v,y]
    run_annual   sum_i,s capacity_weight[i] run[i,v,y,s] <= annual_availability[k,v,y] yield[k,y] stands[k,v,y]
    run_peak     sum_i capacity_weight[i] profile[i,s,y] run[i,v,y] <= availability[k,v,s,y] h[s]/8760 full_load[k,y]
                   stands[k,v,y]                                                 decided per year, full_load given
    """
    hosts = [(k, v, y) for k in at.vintaged for y in at.years for v in (STOCK, *(u for u in at.years if u <= y))]
    peaked = {(k, y) for k, y in at.limited["full_load"] if k in at.hosts and at.slots[k] == (WHOLE_YEAR,)}

    def taken(k: str, v: Vintage, y: int, s: str) -> Expression:
        return sum(n("capacity_weight", i) * run_of(m, at, i, v, y, s) for i in at.modes[k])

    def stands(k: str, v: Vintage, y: int, name: str, *slot: str) -> Expression:
        weight = n(name, k, v, *slot, y)
        if v == STOCK:
            return weight * (1 - m.scrapped[k, y]) if (k, y) in m.scrapped else weight
        return weight * m.build[k, v] - (weight * m.retired[k, v, y] if k in at.retirable else 0)

    def run_peak(_: Program, k: str, v: Vintage, y: int, s: str) -> Expression:
        drawn = sum(n("profile_taken", i, s, y) * run_of(m, at, i, v, y, WHOLE_YEAR) for i in at.modes[k])
        return drawn <= stands(k, v, y, "run_peak", s)

    def run_annual(_: Program, k: str, v: Vintage, y: int) -> Expression:
        return sum(taken(k, v, y, s) for s in at.slots[k]) <= stands(k, v, y, "run_annual")

    m.rows(
        "run_least",
        [(k, y, s) for k in at.running for y in at.years for s in at.slots[k]],
        rule=lambda _, k, y, s: run_of(m, at, k, STOCK, y, s) >= 0,
    )
    m.rows(
        "run_most",
        [(k, v, y, s) for k, v, y in hosts for s in at.slots[k]],
        rule=lambda _, k, v, y, s: taken(k, v, y, s) <= stands(k, v, y, "run_use", s),
    )
    m.rows("run_annual", [place for place in hosts if place[0] in at.annually_limited], rule=run_annual)
    m.rows("run_peak", [(k, v, y, s) for k, v, y in hosts if (k, y) in peaked for s in at.slices], rule=run_peak)


def list_must(m: Program, at: Structure, n: Numbers, k: str, y: int, s: str) -> Iterator[Expression]:
    """What a technology that runs by vintage must run, by vintage: must_run use[k,v,s,y] stands[host(k),v,y]."""
    host = at.host[k]
    stock = n("run_must", k, STOCK, s, y)
    yield stock * (1 - m.scrapped[host, y]) if (host, y) in m.scrapped else stock
    for v in (u for u in at.years if u <= y):
        yield n("run_must", k, v, s, y) * m.build[host, v]
        if host in at.retirable:
            yield -n("run_must", k, v, s, y) * m.retired[host, v, y]


def list_gains(at: Structure, c: str, y: int, s: str, gain: Callable[..., Expression]) -> Iterator[Expression]:
    """`sum_k,v gain run[k,v,y,i]` of a commodity in a slot, as `net_supply` adds up activity.

    `gain(k, v, i, slot)`: of what technology k of vintage v runs, decided in slot `slot`, by the coefficient of slot i.
    """
    for k in at.flown[c]:
        yearly = at.slots[k] == (WHOLE_YEAR,)
        inside = (s,) if yearly or s != WHOLE_YEAR else at.slices
        for v in (u for u in at.years if u <= y):
            yield from (gain(k, v, i, WHOLE_YEAR if yearly else i) for i in inside)
