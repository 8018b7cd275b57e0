"""Is every outlay paid for, and by no more than grants, lenders, frames and ceilings allow?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from model.verify_actors import find_claimable, find_debts, find_drawers, find_issued, find_watched, has_actors
from model.verify_cash import measure_operating
from model.verify_ledger import Ledger
from model.verify_reading import Reading
from model.verify_terms import Array, Rule, Sum, at_most, bound, equal, product, term
from scenarios.catalog import ACTOR, INSTRUMENT, TECHNOLOGY, VINTAGE, YEAR

AY = (ACTOR, YEAR)
TV = (TECHNOLOGY, VINTAGE)
IAY = (INSTRUMENT, ACTOR, YEAR)
ITV = (INSTRUMENT, TECHNOLOGY, VINTAGE)


def check_finance(read: Reading) -> Iterator[Rule]:
    """All rules on who pays with what; none where the case has no actors."""
    if has_actors(read.scenario):
        ledger = Ledger(read)
        yield from check_claims(ledger)
        yield from check_draws(ledger)
        yield from check_outlays(ledger)
        yield from check_standing(ledger)


def check_claims(ledger: Ledger) -> Iterator[Rule]:
    """What grants are claimed for.

    claim_most      sum_i claimed <= capex build: a krona is granted once
    claim_owner     claimed <= (sum over eligible a of owned) capex build
    claim_project   sum_v grant_share claimed <= most_per_project
    grant_pool      sum_k grant_share claimed <= L pool
    """
    given, claimed, money = ledger.read.given, ledger.read.plan.claimed, _money(ledger)
    claimable = find_claimable(ledger.read)
    invested = term(ledger.invested)
    yield at_most("claim_most", TV, money, term(claimed).over(0), invested, np.asarray(claimable.any(0)))
    counted = np.einsum("ia,ka->ik", given.eligible, given.owned)
    owned = product("ik,kv->ikv", counted, ledger.invested)
    yield at_most("claim_owner", ITV, money, term(claimed), owned, claimable)
    granted = product("ik,ikv->ikv", given.grant_share, claimed)
    most, limited = bound(given.most_per_project)
    project = claimable.any(2) & limited[:, None]
    yield at_most("claim_project", (INSTRUMENT, TECHNOLOGY), money, granted.over(2), most.at((..., None)), project)
    pool, pooled = bound(given.pool * ledger.read.length)
    yield at_most("grant_pool", (INSTRUMENT, VINTAGE), money, granted.over(1), pool, claimable.any(1) & pooled)


def check_draws(ledger: Ledger) -> Iterator[Rule]:
    """What is drawn.

    draw_most     sum_a draw <= L most_draw
    issue_least   draw >= least_issue issue
    issue_most    draw <= L most_draw issue
    draw_outlay   sum_i draw <= sum owned outlay max(capex, 0) build - grant, where the actor can draw: loans pay for
                  outlays, nothing else
    """
    given, plan, money = ledger.read.given, ledger.read.plan, _money(ledger)
    most, limited = bound(given.most_draw * ledger.read.length)
    debts = find_debts(ledger.read)[:, None]
    yield at_most("draw_most", (INSTRUMENT, YEAR), money, term(plan.draw).over(1), most, limited & debts)
    issued = find_issued(ledger.read)[:, :, None]
    issue = plan.issue if ledger.read.relaxed else np.rint(plan.issue)
    least = term(given.least_issue[:, None, None] * issue)
    yield at_most("issue_least", IAY, money, least, term(plan.draw), issued)
    bounded = limited[:, None] | (issue == 0)
    yield at_most("issue_most", IAY, money, term(plan.draw), most.at((slice(None), None)) * issue, issued & bounded)
    costs = ledger.positive_outlay - ledger.grant
    yield at_most("draw_outlay", AY, money, ledger.drawn, costs, find_drawers(ledger.read)[:, None])


def check_outlays(ledger: Ledger) -> Iterator[Rule]:
    """Who pays, and within which frames.

    funding      own + sum_i draw = net_outlay
    own_most     own <= L own_funds
    frame_most   net_outlay <= L frame
    step_most    net_outlay[y] / L[y] - net_outlay[u] / L[u] <= outlay_step,  u the plan year before
    rise_least   rise >= net_outlay[y] / L[y] - net_outlay[u] / L[u],  from 0 before the first
    """
    given, plan, money = ledger.read.given, ledger.read.plan, _money(ledger)
    length, net = ledger.read.length, ledger.net_outlay
    yield equal("funding", AY, money, term(plan.own) + ledger.drawn, net)
    own, limited = bound(given.own_funds * length)
    yield at_most("own_most", AY, money, term(plan.own), own, limited)
    frame, framed = bound(given.frame * length)
    yield at_most("frame_most", AY, money, net, frame, framed)
    risen = _measure_rise(net * (1.0 / length))
    step, stepped = bound(given.outlay_step)
    later = np.arange(length.size) > 0
    yield at_most("step_most", AY, money, risen, step, stepped & later)
    yield at_most("rise_least", AY, money, risen, term(plan.rise), find_watched(ledger.read)[:, None])


def check_standing(ledger: Ledger) -> Iterator[Rule]:
    """Where the actors stand at the end of each year.

    ceiling_most   standing_debt + debt <= min(debt_ceiling taxes_and_grants, debt_ceiling_amount), where the actor
                   can draw
    result_least   planned_result + operating - reference_operating - depreciation - interest / L
                     >= least_result taxes_and_grants
    """
    given, money = ledger.read.given, _money(ledger)
    share = _share_of_taxes(given.debt_ceiling, given.taxes_and_grants)
    most, limited = bound(np.minimum(share, given.debt_ceiling_amount))
    owed, drawing = term(given.standing_debt) + ledger.debt, find_drawers(ledger.read)[:, None]
    yield at_most("ceiling_most", AY, money, owed, most, limited & drawing)
    least, asked = bound(_share_of_taxes(given.least_result, given.taxes_and_grants))
    change = measure_operating(ledger.read) - term(given.reference_operating)
    capital = ledger.depreciation + ledger.interest * (1.0 / ledger.read.length)
    yield at_most("result_least", AY, money, least, term(given.planned_result) + change - capital, asked)


def _measure_rise(yearly: Sum) -> Sum:
    """Change of each year from the one before, from zero before the first, (actor, year)."""
    before = [
        np.concatenate([np.zeros_like(part[:, :1]), part[:, :-1]], axis=1) for part in (yearly.value, yearly.size)
    ]
    return yearly - Sum(*before)


def _share_of_taxes(share: Array, taxes: Array) -> Array:
    """A share of taxes and grants; one without limit stays so, whatever the taxes."""
    finite = np.isfinite(share)
    return np.where(finite, np.where(finite, share, 0.0) * taxes, share)


def _money(ledger: Ledger) -> str:
    return str(ledger.read.scenario.attrs["money"])
