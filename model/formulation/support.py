"""Support by output: how much of what runs is paid for, and what that brings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from model.formulation.rows import Program
from model.parameters.numbers import Expression, Numbers
from model.parameters.structure import Structure


def add_support(m: Program, at: Structure, n: Numbers) -> None:
    """What activity is supported; `i` runs over supports of one output, `J` over every set of them.

    support_active    sum_i supported[i,k,y,s] <= activity[k,y,s]                              a unit is paid once
    support_serving   sum_{i in J, modes k of h} capacity_weight[k] supported[i,k,y,s]
                        <= sum_{v <= y} use[h,y,s] serving[J,h,v,y] (build[h,v] - retired[h,v,y])
    support_annual    the same over all slices, annual_availability[h,y] yield[h,y] for use, where that is a limit
    support_most      sum_{k,s} L[y] pay[i,k,y,s] supported[i,k,y,s] <= L[y] most_support[i,y]
    support_in_all    sum_{k,y,s} L[y] pay[i,k,y,s] supported[i,k,y,s] <= most_support_in_all[i]
    """
    f, retirable = at.finance, set(at.retirable)
    paying: dict[tuple[str, str], list[str]] = defaultdict(list)
    for i, k in f.receivers:
        paying[k, f.output[i]].append(i)

    def taken(j: int, y: int, s: str) -> Expression:
        host, members = f.supporters[j]
        pairs = [(i, k) for i in members for k in at.modes[host] if (i, k) in f.receivers]
        return sum(n("capacity_weight", k) * m.supported[i, k, y, s] for i, k in pairs)

    def serve(j: int, y: int, name: str, *slot: str) -> Expression:
        host = f.supporters[j][0]
        weights = {v: n(name, f.supporters[j], *slot, v, y) for v in at.years if v <= y}
        built = sum(weight * m.build[host, v] for v, weight in weights.items())
        return built - sum(weight * m.retired[host, v, y] for v, weight in weights.items() if host in retirable)

    def support_annual(_: Program, h: str, j: int, y: int) -> Expression:
        return sum(taken(j, y, s) for s in at.slots[h]) <= serve(j, y, "support_annual_use")

    def paid(i: str, y: int) -> Expression:
        mine = [(pair, s) for pair in f.receivers if pair[0] == i for s in at.slots[pair[1]]]
        return sum(n("support_paid", pair, s, y) * m.supported[*pair, y, s] for pair, s in mine)

    hosts = [(host, j) for j, (host, _) in enumerate(f.supporters)]
    m.rows(
        "support_active",
        [(k, output, y, s) for k, output in paying for y in at.years for s in at.slots[k]],
        rule=lambda m, k, output, y, s: sum(m.supported[i, k, y, s] for i in paying[k, output]) <= m.activity[k, y, s],
    )
    m.rows(
        "support_serving",
        [(h, j, y, s) for h, j in hosts for y in at.years for s in at.slots[h]],
        rule=lambda _, _h, j, y, s: taken(j, y, s) <= serve(j, y, "support_use", s),
    )
    m.rows(
        "support_annual",
        [(h, j, y) for h, j in hosts if h in at.annually_limited for y in at.years],
        rule=support_annual,
    )
    m.rows("support_most", list(f.support_limited), rule=lambda _, i, y: paid(i, y) <= n("most_support", i, y))
    m.rows(
        "support_in_all",
        list(f.support_capped),
        rule=lambda _, i: sum(paid(i, y) for y in at.years) <= n("most_support_in_all", i),
    )


def list_received(
    m: Program, at: Structure, n: Numbers, name: str, actor: str, year: int | None = None
) -> Iterator[Expression]:
    """A coefficient of support to an actor times what is supported, term by term; of one year, or of all."""
    years = at.years if year is None else (year,)
    for (i, k), actors in at.finance.receivers.items():
        if actor in actors:
            yield from (n(name, (i, k), actor, s, y) * m.supported[i, k, y, s] for y in years for s in at.slots[k])
