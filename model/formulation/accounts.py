"""What each indicator adds up to: emissions, removals, energy bought, all kept in ledgers of their own."""

from __future__ import annotations

from model.formulation.limits import sum_activity
from model.formulation.rows import Program
from model.parameters.numbers import Expression, Numbers
from model.parameters.structure import Structure


def add_accounts(m: Program, at: Structure, n: Numbers) -> None:
    """Accounts, and what may be credited from one to another.

    account   account[e,y] = exogenous[e,y]
                + sum_k counted_share[e,k,y] (factor_activity[e,k,y] sum_s activity[k,y,s]
                        + factor_capacity[e,k,y] capacity[host(k),y] + factor_build[e,k,y] build[k,y] / L[y])
                + sum_c (factor_purchase[e,c,y] sum_s purchase[c,y,s] + factor_sale[e,c,y] sum_s sale[c,y,s])
                + sum_f share[e,f,y] account[f,y] - sum_f credit[e,f,y]
    credit_share_most   credit[e,f,y] <= credit_share[e,f,y] account[f,y]
                        f that can fall below zero: <= credit_share (account[f,y] + dip[f,y] (1 - positive[f,y]))
    credit_positive     credit[e,f,y] <= credit_share[e,f,y] rise[f,y] positive[f,y]        f that can fall below zero
    credit_most         credit[e,f,y] <= most_credit[e,f,y]
    """
    factors = at.factors
    credited = {e: [f for c, f in at.credits if c == e] for e in at.parts}

    def account(m: Program, e: str, y: int) -> Expression:
        terms = [n("exogenous", e, y)]
        terms += [n("factor_activity", e, k, y) * sum_activity(m, at, k, y) for k in factors["factor_activity"][e]]
        terms += [
            n("factor_capacity", e, k, y) * m.capacity[at.host[k], y]
            for k in factors["factor_capacity"][e]
            if (at.host[k], y) in m.capacity
        ]
        terms += [n("factor_build", e, k, y) * m.build[k, y] for k in factors["factor_build"][e] if (k, y) in m.build]
        for factor, trade in (("factor_purchase", m.purchase), ("factor_sale", m.sale)):
            terms += [
                n(factor, e, c, y) * trade[c, y, s]
                for c in factors[factor][e]
                for s in at.balance_slots[c]
                if (c, y, s) in trade
            ]
        terms += [n("share", e, f, y) * m.account[f, y] for f in at.parts[e]]
        terms += [-m.credit[e, f, y] for f in credited[e]]
        return m.account[e, y] == sum(terms)

    m.rows("account_sum", list(m.account), rule=account)

    def credit_share_most(m: Program, e: str, f: str, y: int) -> Expression:
        counted = n("credit_share", e, f, y) * m.account[f, y]
        if f in at.dipping:
            counted += n("credit_dip", e, f, y) * (1 - m.positive[f, y])
        return m.credit[e, f, y] <= counted

    m.rows("credit_share_most", list(m.credit), rule=credit_share_most)
    m.rows(
        "credit_positive",
        [(e, f, y) for e, f, y in m.credit if f in at.dipping],
        rule=lambda m, e, f, y: m.credit[e, f, y] <= n("credit_rise", e, f, y) * m.positive[f, y],
    )
    m.rows(
        "credit_most",
        [(e, f, y) for e, f in at.capped_credits for y in at.years],
        rule=lambda m, e, f, y: m.credit[e, f, y] <= n("most_credit", e, f, y),
    )
