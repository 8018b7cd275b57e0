"""Limits on what an actor pays in a year, of which some of what is unspent may be spent in later years."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

import pyomo.environ as pyo

from model.formulation.rows import Program
from model.parameters.numbers import Expression, Numbers

Place = tuple[str, int]
Move = tuple[str, int, int]


def declare_carried(m: Program, name: str, places: Sequence[Place], moves: Sequence[Move]) -> None:
    """Decisions of who may carry over: `<name>_spent[a,y]` of a year's own limit, `<name>_moved[a,u,y]` from year u."""
    carriers = {a for a, _, _ in moves}
    setattr(m, f"{name}_spent", pyo.Var([(a, y) for a, y in places if a in carriers], domain=pyo.NonNegativeReals))
    setattr(m, f"{name}_moved", pyo.Var(list(moves), domain=pyo.NonNegativeReals))


def add_carried_limit(
    m: Program,
    n: Numbers,
    name: str,
    limit: str,
    places: Sequence[Place],
    amount: Callable[[str, int], Expression],
) -> None:
    """A limit on an amount of each year, and where something may be carried over, what that brings and takes.

    <name>_most   amount[a,y] <= L[y] limit[a,y]                                              who carries nothing over
                  spent[a,y] + sum_{z>y} moved[a,y,z] / carried[a,y] <= L[y] limit[a,y]        who does
    <name>_paid   amount[a,y] <= spent[a,y] + sum_{u<y} level[u] / level[y] moved[a,u,y]

    Args:
        m: with the decisions of `declare_carried`.
        n: numbers; `limit` is its coefficient, `<name>_saving` one over the share that is carried.
        name: of the rules.
        limit: of a plan year.
        places: actor and year with a limit.
        amount: what is limited.
    """
    spent, moved = getattr(m, f"{name}_spent"), getattr(m, f"{name}_moved")
    leaving: dict[Place, list[Move]] = defaultdict(list)
    coming: dict[Place, list[Move]] = defaultdict(list)
    for a, u, y in moved:
        leaving[a, u].append((a, u, y))
        coming[a, y].append((a, u, y))

    def most(_: Program, a: str, y: int) -> Expression:
        if (a, y) not in spent:
            return amount(a, y) <= n(limit, a, y)
        saved = sum(n(f"{name}_saving", a, y) * moved[move] for move in leaving[a, y])
        return spent[a, y] + saved <= n(limit, a, y)

    def paid(_: Program, a: str, y: int) -> Expression:
        brought = sum(n("money_later", u, y) * moved[b, u, y] for b, u, _ in coming[a, y])
        return amount(a, y) <= spent[a, y] + brought

    m.rows(f"{name}_most", list(places), rule=most)
    m.rows(f"{name}_paid", list(spent), rule=paid)
