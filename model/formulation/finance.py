"""Who pays with what: funding of every outlay, loans and grants, frames, ceilings and results."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import pyomo.environ as pyo

from model.formulation.books import Claim, declare_freed, sum_charge
from model.formulation.breaches import declare_breaches, sum_breach_cost, take_breach
from model.formulation.carrying import declare_carried
from model.formulation.rows import Program
from model.formulation.savings import declare_savings, hold_savings
from model.formulation.support import list_received
from model.formulation.targets import sum_excess_cost
from model.parameters.numbers import Expression, Numbers
from model.parameters.structure import Structure
from scenarios.choices import LEXICOGRAPHIC


def add_finance_decisions(m: Program, at: Structure) -> None:
    """Declare the decisions of `docs/finance.md`, each over its sparse index set; `net_outlay` defines a quantity."""
    f, years, amount = at.finance, at.years, pyo.NonNegativeReals
    m.net_outlay = pyo.Var([(a, y) for a in f.actors for y in years], domain=pyo.Reals)
    m.own = pyo.Var([(a, y) for a in f.actors for y in years], domain=pyo.Reals)
    m.draw = pyo.Var([(i, a, y) for i, a in f.debts for y in years], domain=amount)
    m.issue = pyo.Var([(i, a, y) for i, a in f.lumpy for y in years], domain=pyo.Binary)
    m.claimed = pyo.Var(list(f.claims), domain=amount)
    m.secured = pyo.Var(list(f.secured), domain=amount)
    m.rise = pyo.Var([(a, y) for a in f.smoothed for y in years], domain=amount)
    m.operating = pyo.Var([(a, y) for a in f.cashed for y in years], domain=pyo.Reals)
    m.shifted = pyo.Var(list(f.shiftable), domain=amount)
    declare_savings(m, at)
    declare_carried(m, "own", f.own_limited, f.own_moves)
    declare_carried(m, "frame", f.framed, f.frame_moves)
    declare_freed(m, at)
    declare_breaches(m, at)
    m.supported = pyo.Var([(i, k, y, s) for i, k in f.receivers for y in years for s in at.slots[k]], domain=amount)


def add_funding(m: Program, at: Structure, n: Numbers) -> None:
    """Outlays by owner and what covers them.

    net_outlay_sum   net_outlay[a,y] = sum_{k,v} owned[k,a] outlay[k,v,y] invested[k,v]
                                       - sum_{i,k,v} part[i,k,a] grant_share[i,k] outlay[k,v,y] claimed[i,k,v]
                     invested[k,v] = capex[k,v] build[k,v] + project_cost[k,v] begin[k,v]
    funding          own[a,y] + sum_i draw[i,a,y] = net_outlay[a,y]
    draw_outlay      sum_i draw[i,a,y] <= sum_{k,v} owned[k,a] outlay[k,v,y] (max(capex[k,v], 0) build[k,v]
                                          + project_cost[k,v] begin[k,v]) - grants[a,y]
    """
    f, founded, spent, claims = at.finance, set(at.founded), list_spent(at), list_claims(at)

    def granted(a: str, y: int) -> Expression:
        due = [claim for start in spent[a, y] for claim in claims.get(start, ())]
        return sum(n("receive", (i, k), a, v, y) * m.claimed[i, k, v] for i, k, v in due)

    def begun(a: str, y: int) -> Expression:
        return sum(n("start_spend", a, k, v, y) * m.begin[k, v] for k, v in spent[a, y] if k in founded)

    def net_outlay_sum(m: Program, a: str, y: int) -> Expression:
        outlay = sum(n("spend", a, k, v, y) * m.build[k, v] for k, v in spent[a, y]) + begun(a, y)
        return m.net_outlay[a, y] == outlay - granted(a, y)

    def draw_outlay(m: Program, a: str, y: int) -> Expression:
        outlay = sum(n("spend_gross", a, k, v, y) * m.build[k, v] for k, v in spent[a, y]) + begun(a, y)
        return sum(m.draw[i, b, y] for i, b in f.debts if b == a) <= outlay - granted(a, y)

    def funding(m: Program, a: str, y: int) -> Expression:
        return m.own[a, y] + sum(m.draw[i, b, y] for i, b in f.debts if b == a) == m.net_outlay[a, y]

    m.rows("net_outlay_sum", list(m.net_outlay), rule=net_outlay_sum)
    m.rows("funding", list(m.own), rule=funding)
    drawers = list(dict.fromkeys(a for _, a in f.debts))
    m.rows("draw_outlay", [(a, y) for a in drawers for y in at.years], rule=draw_outlay)


def list_spent(at: Structure) -> dict[tuple[str, int], list[tuple[str, int]]]:
    """The starts that each actor pays for in each year."""
    spent: dict[tuple[str, int], list[tuple[str, int]]] = defaultdict(list)
    paid = dict(at.finance.spent)
    for k, owners in at.finance.owners:
        for v, y in paid[k]:
            for a in owners:
                spent[a, y].append((k, v))
    return spent


def add_secured(m: Program, at: Structure, n: Numbers) -> None:
    """Claims that are for what is decided: those that the rest of the start has no investment for.

    secured_most    secured[i,k,v] <= claimed[i,k,v]
    secured_least   sum_i (claimed - secured)[i,k,v] <= invested[k,v] - that of what is decided
    secured_owner   (claimed - secured)[i,k,v] <= (sum over eligible a of owned[k,a]) (the same)
    secured_together  sum_{i in J} (claimed - secured)[i,k,v] <= together[J,k,v] (the same)
    """
    by_start: dict[tuple[str, int], list[Claim]] = defaultdict(list)
    for i, k, v in at.finance.secured:
        by_start[k, v].append((i, k, v))

    def rest(claim: Claim) -> Expression:
        return m.claimed[claim] - m.secured[claim]

    def secured_least(m: Program, k: str, v: int) -> Expression:
        invested = _sum_claimable(m, at, n, k, v) - n("claimable_decided", k, v)
        return sum(rest(claim) for claim in by_start[k, v]) <= invested

    def secured_owner(m: Program, i: str, k: str, v: int) -> Expression:
        invested = _sum_owned(m, at, n, i, k, v) - n("claimable_owned_decided", i, k, v)
        return rest((i, k, v)) <= invested

    claims = list(at.finance.secured)
    m.rows("secured_most", claims, rule=lambda m, i, k, v: m.secured[i, k, v] <= m.claimed[i, k, v])
    m.rows("secured_least", list(by_start), rule=secured_least)
    m.rows("secured_owner", claims, rule=secured_owner)

    def secured_together(m: Program, k: str, v: int, j: int) -> Expression:
        members = at.finance.claimants[j]
        invested = _sum_together(m, at, n, j, v) - n("claimable_together_decided", members, v)
        return sum(rest((i, k, v)) for i in members[1] if (i, k, v) in m.secured) <= invested

    m.rows("secured_together", _list_meeting(at, claims), rule=secured_together)


def list_claims(at: Structure) -> dict[tuple[str, int], list[Claim]]:
    """The claims of each technology's start."""
    claims: dict[tuple[str, int], list[Claim]] = defaultdict(list)
    for i, k, v in at.finance.claims:
        claims[k, v].append((i, k, v))
    return claims


def _sum_claimable(m: Program, at: Structure, n: Numbers, k: str, v: int) -> Expression:
    """Investment of a start, for which grants can be claimed: `invested[k,v]`."""
    whole = n("claimable", k, v) * m.build[k, v]
    return whole + n("claimable_start", k, v) * m.begin[k, v] if k in at.founded else whole


def _sum_owned(m: Program, at: Structure, n: Numbers, i: str, k: str, v: int) -> Expression:
    """The same of those owners whose part a grant counts."""
    part = n("claimable_owned", i, k, v) * m.build[k, v]
    return part + n("claimable_owned_start", i, k, v) * m.begin[k, v] if k in at.founded else part


def _sum_together(m: Program, at: Structure, n: Numbers, j: int, v: int) -> Expression:
    """The same of the part that any grant of a set counts."""
    members = at.finance.claimants[j]
    k = members[0]
    part = n("claimable_together", members, v) * m.build[k, v]
    return part + n("claimable_together_start", members, v) * m.begin[k, v] if k in at.founded else part


def _list_meeting(at: Structure, claims: Sequence[Claim]) -> list[tuple[str, int, int]]:
    """Starts for which several grants of a set can be claimed: technology, start and place of the set."""
    some = set(claims)
    return [
        (k, v, j)
        for j, (k, grants) in enumerate(at.finance.claimants)
        for v in at.years
        if sum((i, k, v) in some for i in grants) > 1
    ]


def add_grants(m: Program, at: Structure, n: Numbers) -> None:
    """Grants, claimed krona by krona of the investment they count.

    claim_most      sum_i claimed[i,k,v] <= invested[k,v]                         a krona is granted once
    claim_owner     claimed[i,k,v] <= (sum over eligible a of owned[k,a]) invested[k,v]
    claim_together  sum_{i in J} claimed[i,k,v] <= together[J,k,v] invested[k,v]   sets J that meet on the same part
    claim_project   sum_v grant_share[i,k] claimed[i,k,v] <= most_per_project[i]
    grant_pool      sum_k grant_share[i,k] claimed[i,k,v] <= L[v] pool[i,v]
    """
    claims = at.finance.claims
    by_start = list_claims(at)
    by_project: dict[tuple[str, str], list[Claim]] = defaultdict(list)
    by_pool: dict[tuple[str, int], list[Claim]] = defaultdict(list)
    for i, k, v in claims:
        by_project[i, k].append((i, k, v))
        by_pool[i, v].append((i, k, v))
    projects = [place for place in by_project if place[0] in at.finance.capped]
    pools = [place for place in at.finance.pooled if place in by_pool]

    def granted(claims: list[Claim]) -> Expression:
        return sum(n("grant_share", i, k) * m.claimed[i, k, v] for i, k, v in claims)

    def claim_most(m: Program, k: str, v: int) -> Expression:
        return sum(m.claimed[claim] for claim in by_start[k, v]) <= _sum_claimable(m, at, n, k, v)

    def claim_together(m: Program, k: str, v: int, j: int) -> Expression:
        mine = [(i, k, v) for i in at.finance.claimants[j][1] if (i, k, v) in m.claimed]
        return sum(m.claimed[claim] for claim in mine) <= _sum_together(m, at, n, j, v)

    def claim_project(_: Program, i: str, k: str) -> Expression:
        return granted(by_project[i, k]) <= n("most_per_project", i)

    def grant_pool(_: Program, i: str, v: int) -> Expression:
        return granted(by_pool[i, v]) <= n("pool", i, v)

    m.rows("claim_most", list(by_start), rule=claim_most)
    m.rows("claim_owner", list(claims), rule=lambda m, i, k, v: m.claimed[i, k, v] <= _sum_owned(m, at, n, i, k, v))
    m.rows("claim_together", _list_meeting(at, claims), rule=claim_together)
    m.rows("claim_project", projects, rule=claim_project)
    m.rows("grant_pool", pools, rule=grant_pool)


def add_debts(m: Program, at: Structure, n: Numbers) -> None:
    """Loans and bonds, and the ceiling over what is owed.

    draw_most      sum_a draw[i,a,y] <= L[y] most_draw[i,y]
    issue_least    draw[i,a,y] >= least_issue[i] issue[i,a,y]
    issue_most     draw[i,a,y] <= L[y] most_draw[i,y] issue[i,a,y]
    ceiling_most   sum_{i, u<=t} balance[i,u,t] draw[i,a,u]     at the end of each year t of y
                     <= max(min(debt_ceiling taxes_and_grants, amount)[a,y] - owed[a,y], 0) + over_ceiling[a,y]
                        + savings of t: between what the plan year before left and what y leaves, at the prices of t
    """
    f = at.finance
    drawable = {i for i, _ in f.debts}

    def ceiling_most(m: Program, a: str, t: int) -> Expression:
        owed = [n("balance", i, u, t) * m.draw[i, a, u] for i, b in f.debts if b == a for u in at.years if u <= t]
        y = at.plan_year[t]
        over = take_breach(m, "over_ceiling", a, y) + hold_savings(m, at, n, a, t)
        return sum(owed) - over <= n("debt_room", a, y) if owed else pyo.Constraint.Skip

    m.rows(
        "draw_most",
        [(i, y) for i, y in f.drawn if i in drawable],
        rule=lambda m, i, y: sum(m.draw[i, a, y] for j, a in f.debts if j == i) <= n("most_draw", i, y),
    )
    m.rows(
        "issue_least", list(m.issue), rule=lambda m, i, a, y: m.draw[i, a, y] >= n("least_issue", i) * m.issue[i, a, y]
    )
    m.rows(
        "issue_most", list(m.issue), rule=lambda m, i, a, y: m.draw[i, a, y] <= n("most_draw", i, y) * m.issue[i, a, y]
    )
    m.rows("ceiling_most", [(a, t) for a, y in f.ceiled for t in at.calendar[y]], rule=ceiling_most)


def add_results(m: Program, at: Structure, n: Numbers) -> None:
    """Operating cash of the actors that need it, and the least result they must keep.

    operating_sum   operating[a,y] = what docs/finance.md says, linear in activity, capacity, build, trade, accounts
    result_least    operating[a,y] + support[a,y] - depreciation[a,y] - interest[a,y] + under_result[a,y]
                      >= reference_operating - max(standing_result - least_result taxes_and_grants, reference_wear)
    """
    f = at.finance

    def operating_sum(m: Program, a: str, y: int) -> Expression:
        terms = [n("cash_demand", a, y)]
        terms += [n("cash_activity", a, k, s, y) * m.activity[k, y, s] for k, slots in at.slots.items() for s in slots]
        terms += [n("cash_gain", a, k, v, s, y) * m.run[k, v, year, s] for k, v, year, s in m.run if year == y]
        terms += [n("cash_capacity", a, k, y) * m.capacity[k, y] for k in at.hosts]
        terms += [n("cash_build", a, k, y) * m.build[k, y] for k in f.charged]
        terms += [n("cash_account", a, e, y) * m.account[e, y] for b, e in f.payers if b == a]
        for name, trade in (("cash_purchase", m.purchase), ("cash_sale", m.sale)):
            terms += [n(name, a, c, s, y) * trade[c, y, s] for c, when, s in trade if when == y]
        return m.operating[a, y] == sum(terms)

    def result_least(m: Program, a: str, y: int) -> Expression:
        paid = sum(n("interest", i, u, y) * m.draw[i, a, u] for i, b in f.debts if b == a for u in at.years if u <= y)
        supported = sum(list_received(m, at, n, "support_receive", a, y))
        change = m.operating[a, y] + supported - sum_charge(m, at, n, a, y) - paid
        return change + take_breach(m, "under_result", a, y) >= -n("result_room", a, y)

    m.rows("operating_sum", list(m.operating), rule=operating_sum)
    m.rows("result_least", list(f.resulted), rule=result_least)


def sum_finance_cost(m: Program, n: Numbers) -> Expression:
    """Present cost of all finance: loans at what they cost beyond what they bring, less grants and support.

    finance_cost = sum_{i,a,u} debt_cost[i,a,u] draw[i,a,u] - sum_{i,k,v} grant_value[i,k,v] claimed[i,k,v]
                   - sum_{i,k,y,s} support_value[i,k,y,s] supported[i,k,y,s]
    """
    lent = [n("debt_cost", i, a, u) * m.draw[i, a, u] for i, a, u in m.draw]
    granted = [-n("grant_value", i, k, v) * m.claimed[i, k, v] for i, k, v in m.claimed]
    supported = [-n("support_value", (i, k), s, y) * m.supported[i, k, y, s] for i, k, y, s in m.supported]
    return sum(lent) + sum(granted) + sum(supported)


def sum_rise(m: Program) -> Expression:
    """All rises of yearly net outlay: the smoother a plan, the fewer."""
    return sum(m.rise[a, y] for a, y in m.rise)


def sum_cash_cost(m: Program, at: Structure, n: Numbers) -> Expression:
    """Present cost of the actor whose perspective it is; 0 under society.

    cash_cost = paid_in_cash + excess and breaches paid for and account prices that nobody pays, as in the social cost
    """
    if not at.finance.viewer:
        return 0
    unpaid = sum(n("unpaid_cost", e, y) * m.account[e, y] for e, y in m.account)
    return _sum_paid(m, at, n, at.finance.viewer) + unpaid + sum_excess_cost(m, at, n) + sum_breach_cost(m, n)


def add_participation(m: Program, at: Structure, n: Numbers) -> None:
    """What the plan of one actor's perspective may cost others.

    loss_most   paid_in_cash[a] - that of doing nothing <= most_loss[a]
    """
    m.rows("loss_most", list(at.finance.guarded), rule=lambda m, a: _sum_paid(m, at, n, a) <= n("loss_room", a))


def _sum_paid(m: Program, at: Structure, n: Numbers, a: str) -> Expression:
    """Present cost in cash of an actor, at its own rate.

    paid_in_cash = - sum_y D_op (operating + support) + sum_{k,v} outlay_cost build - sum_{i,k,v} receive_value claimed
                   + sum_u debt_cost draw - sum_{k,v} kept_value (build - retired in the last year)
                   + the same of project_cost and begin
    """
    held = [(k, v) for k, owners in at.finance.owners if a in owners for v in at.years]
    granted = [(i, k, v) for i, k, v in m.claimed if (k, v) in set(held)]
    retirable, founded = set(at.retirable), set(at.founded)
    return sum(
        [
            *(-n("cash_discount", a, y) * m.operating[a, y] for y in at.years),
            *(-term for term in list_received(m, at, n, "support_worth", a)),
            *(n("outlay_cost", a, k, v) * m.build[k, v] for k, v in held),
            *(n("outlay_start", a, k, v) * m.begin[k, v] for k, v in held if k in founded),
            *(-n("receive_value", (i, k), a, v) * m.claimed[i, k, v] for i, k, v in granted),
            *(n("debt_cost", i, b, u) * m.draw[i, b, u] for i, b, u in m.draw if b == a),
            *(-n("kept_value", a, k, v) * m.build[k, v] for k, v in held),
            *(-n("kept_start", a, k, v) * m.begin[k, v] for k, v in held if k in founded),
            *(n("kept_value", a, k, v) * m.retired[k, v, at.years[-1]] for k, v in held if k in retirable),
        ]
    )


def add_stage_limits(m: Program, at: Structure, n: Numbers) -> None:
    """Rows that hold an earlier stage's least value while a later stage is solved; endless until then.

    finance_most   finance_cost <= most_finance
    cost_most      cost <= most_cost
    cash_most      cash_cost <= most_cash
    """
    if at.finance.viewer:
        m.row("cash_most", m.cash_cost.expr <= n("most_cash"))
    elif at.finance.debts or at.finance.claims or at.finance.receivers:
        m.row("finance_most", m.finance_cost.expr <= n("most_finance"))
    if at.finance.viewer or at.finance.perspective == LEXICOGRAPHIC:
        m.row("cost_most", m.cost.expr <= n("most_cost"))
