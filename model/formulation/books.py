"""What the books charge an actor for its investments, and what part of a grant is released when some is retired."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import pyomo.environ as pyo

from model.formulation.rows import Program
from model.parameters.numbers import Expression, Numbers
from model.parameters.structure import Structure

Claim = tuple[str, str, int]


def declare_freed(m: Program, at: Structure) -> None:
    """Declare `freed[i,k,v,y]`: of the investment that a grant counts, what has been retired by y."""
    claims = at.finance.freed
    m.freed = pyo.Var([(i, k, v, y) for i, k, v in claims for y in at.years if y >= v], domain=pyo.NonNegativeReals)


def add_freed(m: Program, at: Structure, n: Numbers) -> None:
    """What is retired is part of a start: the plan says how much of it the grants were for, within what there is.

    freed_claimed   freed[i,k,v,y] <= claimed[i,k,v]
    freed_order     freed[i,k,v,y] >= freed[i,k,v,y-1]                                                       y > v
    freed_most      sum_i freed[i,k,v,y] <= capex[k,v] retired[k,v,y]
    freed_least     sum_i (claimed[i,k,v] - freed[i,k,v,y]) <= capex[k,v] (build[k,v] - retired[k,v,y])
    freed_owner     freed[i,k,v,y] <= (sum over eligible a of owned[k,a]) capex[k,v] retired[k,v,y]
    freed_kept      claimed[i,k,v] - freed[i,k,v,y] <= (the same) capex[k,v] (build[k,v] - retired[k,v,y])
    freed_together  sum_{i in J} freed[i,k,v,y] <= together[J,k,v] capex[k,v] retired[k,v,y]     sets J that meet
    kept_together   sum_{i in J} (claimed[i,k,v] - freed[i,k,v,y])
                        <= together[J,k,v] capex[k,v] (build[k,v] - retired[k,v,y])
    """
    before = dict(zip(at.years[1:], at.years[:-1], strict=True))
    by_start: dict[tuple[str, int, int], list[Claim]] = defaultdict(list)
    for i, k, v, y in m.freed:
        by_start[k, v, y].append((i, k, v))

    def left(m: Program, k: str, v: int, y: int) -> Expression:
        return m.build[k, v] - m.retired[k, v, y]

    def freed_most(m: Program, k: str, v: int, y: int) -> Expression:
        return sum(m.freed[claim, y] for claim in by_start[k, v, y]) <= n("claimable", k, v) * m.retired[k, v, y]

    def freed_least(m: Program, k: str, v: int, y: int) -> Expression:
        kept = sum(m.claimed[claim] - m.freed[claim, y] for claim in by_start[k, v, y])
        return kept <= n("claimable", k, v) * m.build[k, v] - n("claimable", k, v) * m.retired[k, v, y]

    def freed_owner(m: Program, i: str, k: str, v: int, y: int) -> Expression:
        return m.freed[i, k, v, y] <= n("claimable_owned", i, k, v) * m.retired[k, v, y]

    def freed_kept(m: Program, i: str, k: str, v: int, y: int) -> Expression:
        share = n("claimable_owned", i, k, v)
        return m.claimed[i, k, v] - m.freed[i, k, v, y] <= share * m.build[k, v] - share * m.retired[k, v, y]

    places = list(m.freed)
    m.rows("freed_claimed", places, rule=lambda m, i, k, v, y: m.freed[i, k, v, y] <= m.claimed[i, k, v])
    m.rows(
        "freed_order",
        [(i, k, v, y) for i, k, v, y in places if y > v],
        rule=lambda m, i, k, v, y: m.freed[i, k, v, y] >= m.freed[i, k, v, before[y]],
    )
    m.rows("freed_most", list(by_start), rule=freed_most)
    m.rows("freed_least", list(by_start), rule=freed_least)
    m.rows("freed_owner", places, rule=freed_owner)
    m.rows("freed_kept", places, rule=freed_kept)
    _share_freed(m, at, n, by_start)


def _share_freed(m: Program, at: Structure, n: Numbers, by_start: Mapping[tuple[str, int, int], list[Claim]]) -> None:
    """Grants that meet share what is retired and what is left of the part that any of them counts."""

    def share(j: int, v: int) -> Expression:
        return n("claimable_together", at.finance.claimants[j], v)

    def list_members(k: str, v: int, y: int, j: int) -> list[Claim]:
        return [claim for claim in by_start[k, v, y] if claim[0] in at.finance.claimants[j][1]]

    def freed_together(m: Program, k: str, v: int, y: int, j: int) -> Expression:
        return sum(m.freed[claim, y] for claim in list_members(k, v, y, j)) <= share(j, v) * m.retired[k, v, y]

    def kept_together(m: Program, k: str, v: int, y: int, j: int) -> Expression:
        kept = sum(m.claimed[claim] - m.freed[claim, y] for claim in list_members(k, v, y, j))
        return kept <= share(j, v) * m.build[k, v] - share(j, v) * m.retired[k, v, y]

    meeting = [
        (k, v, y, j)
        for k, v, y in by_start
        for j, (own, _) in enumerate(at.finance.claimants)
        if own == k and len(list_members(k, v, y, j)) > 1
    ]
    m.rows("freed_together", meeting, rule=freed_together)
    m.rows("kept_together", meeting, rule=kept_together)


def sum_charge(m: Program, at: Structure, n: Numbers, a: str, y: int) -> Expression:
    """What the books charge an actor in a calendar year of y for what it began: depreciation, written off, less grants.

    depreciation[a,y] = sum_{k,v} owned[k,a] (wear (capex[k,v] build + project_cost[k,v] begin)
                                              + capex[k,v] (gone retired[y] - before retired[y-1]))
                        - sum_{i,k,v} part[i,k,a] grant_share[i,k] (wear claimed + gone freed[y] - before freed[y-1])
    """
    earlier = dict(zip(at.years[1:], at.years[:-1], strict=True))
    retirable, founded = set(at.retirable), set(at.founded)
    owned = [k for k, owners in at.finance.owners if a in owners]
    starts = [(k, v) for k in owned for v in at.years if v <= y]
    held, freed = set(starts), set(at.finance.freed)
    terms: list[Expression] = [n("wear", a, k, v, y) * m.build[k, v] for k, v in starts]
    terms += [n("start_wear", a, k, v, y) * m.begin[k, v] for k, v in starts if k in founded]
    for k, v in starts:
        if k in retirable:
            terms.append(n("wear_gone", a, k, v, y) * m.retired[k, v, y])
            if v < y:
                terms.append(-n("wear_before", a, k, v, y) * m.retired[k, v, earlier[y]])
    for i, k, v in at.finance.claims:
        if (k, v) not in held:
            continue
        terms.append(-n("wear_granted", (i, k), a, v, y) * m.claimed[i, k, v])
        if (i, k, v) in freed:
            terms.append(-n("wear_granted_gone", (i, k), a, v, y) * m.freed[i, k, v, y])
            if v < y:
                terms.append(n("wear_granted_before", (i, k), a, v, y) * m.freed[i, k, v, earlier[y]])
    return sum(terms)
