"""Is every outlay paid for, and by no more than grants, lenders, frames and ceilings allow?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from model.verifier.actors import (
    find_claimable,
    find_debts,
    find_drawers,
    find_granting,
    find_issued,
    find_watched,
    has_actors,
    share_granted_starts,
)
from model.verifier.breaches import take_breach
from model.verifier.carrying import check_carried, check_shifted, measure_shifted, take_savings
from model.verifier.cash import check_participation, measure_operating
from model.verifier.freed import check_freed
from model.verifier.ledger import Ledger, open_ledger
from model.verifier.limits import Limit, limit
from model.verifier.meeting import find_meeting
from model.verifier.reading import Reading, Scene, kept
from model.verifier.savings import check_savings, follow_savings
from model.verifier.standing import measure_standing
from model.verifier.support import check_support, measure_support
from model.verifier.terms import Array, Places, Rule, Sum, at_most, bound, equal, find_places, met, term
from model.verifier.time import count_years, find_belonging
from model.verifier.weights import Weights, weigh
from scenarios.catalog import ACTOR, INSTRUMENT, TECHNOLOGY, VINTAGE, YEAR

AY = (ACTOR, YEAR)
TV = (TECHNOLOGY, VINTAGE)
IAY = (INSTRUMENT, ACTOR, YEAR)
ITV = (INSTRUMENT, TECHNOLOGY, VINTAGE)


def check_finance(read: Reading) -> Iterator[Rule]:
    """All rules on who pays with what; none where the case has no actors."""
    if has_actors(read):
        ledger = open_ledger(read)
        yield from check_claims(ledger)
        yield from check_draws(ledger)
        yield from check_outlays(ledger)
        yield from check_freed(read)
        yield from check_support(read)
        yield from check_standing(ledger)
        yield from check_participation(ledger)


@kept
def find_claims(read: Scene) -> Mapping[str, Limit]:
    """Where and up to what grants are claimed, by rule; the amounts of `claim_owner` are shares of the investment."""
    given, claimable = read.given, find_claimable(read)
    counted = np.einsum("ia,ka->ik", given.eligible, given.owned)[:, :, None] * share_granted_starts(read)
    granting = count_years(read, find_granting(read))
    any_grant = np.asarray(claimable.any(0))
    project = np.broadcast_to(given.most_per_project[:, None], counted.shape[:2])
    return {
        "claim_most": limit(TV, np.ones(any_grant.shape), any_grant),
        "claim_owner": limit(ITV, np.broadcast_to(counted, claimable.shape), claimable),
        "claim_project": limit((INSTRUMENT, TECHNOLOGY), project, np.asarray(claimable.any(2))),
        "grant_pool": limit(
            (INSTRUMENT, VINTAGE), given.pool * np.maximum(granting, 1.0), np.asarray(claimable.any(1))
        ),
    }


@kept
def weigh_grants(read: Scene) -> tuple[Weights, Weights]:
    """What claims are granted in all vintages (instrument, technology), and to all technologies (.., vintage)."""
    shape, share = read.shape(*ITV), read.given.grant_share
    return weigh("ik,ikv->ik", share, shape=shape), weigh("ik,ikv->iv", share, shape=shape)


def check_claims(ledger: Ledger) -> Iterator[Rule]:
    """What grants are claimed for.

    claim_most      sum_i claimed <= capex build + project_cost begin: a krona is granted once
    claim_owner     claimed <= (sum over eligible a of owned) (the same), of the starts for which the grant is open
    claim_together  every set of grants: sum claimed <= the part of the same that any of them counts
    claim_project   sum_v grant_share claimed <= most_per_project
    grant_pool      sum_k grant_share claimed <= L pool
    """
    read, claimed, money, claims = ledger.read, ledger.read.plan.claimed, _money(ledger), find_claims(ledger.read)
    invested, (by_project, by_vintage) = term(ledger.invested), weigh_grants(read)
    yield at_most("claim_most", TV, money, term(claimed).over(0), invested, claims["claim_most"].places)
    owner = claims["claim_owner"]
    yield at_most("claim_owner", ITV, money, term(claimed), owner.amount * ledger.invested, owner.places)
    for among, counted, places in find_meeting(read):
        together = term(np.where(among[:, None, None], claimed, 0.0)).over(0)
        yield at_most("claim_together", TV, money, together, invested * counted, places)
    yield from check_secured(ledger)
    yield claims["claim_project"].cap("claim_project", money, by_project.times(claimed))
    yield claims["grant_pool"].cap("grant_pool", money, by_vintage.times(claimed))


def check_secured(ledger: Ledger) -> Iterator[Rule]:
    """Which claims are for what is decided: at least those that the rest of a start has no investment for.

    secured_most    secured <= claimed
    secured_least   sum_i (claimed - secured) <= what is invested less what of it is decided
    secured_owner   claimed - secured <= (sum over eligible a of owned) (the same), of the starts that the grant is for
    secured_together  the same of every set of grants, of the part that any of them counts
    """
    read, money, plan = ledger.read, _money(ledger), ledger.read.plan
    settled = (read.given.technology_status == "decided")[:, None]
    places = find_claimable(read) & settled
    each, together = find_places(places, places.shape), find_places(places.any(0), places.shape[1:])
    if not each.count:
        yield from (met("secured_most", ITV, money, each), met("secured_owner", ITV, money, each))
        yield met("secured_least", TV, money, together)
        return
    rest = term(plan.claimed) - term(plan.secured)
    invested = term(ledger.invested) - term(ledger.invested_decided)
    counted = find_claims(read)["claim_owner"].amount.value
    yield at_most("secured_most", ITV, money, term(plan.secured), term(plan.claimed), each)
    yield at_most("secured_least", TV, money, rest.over(0), invested, together)
    owned = term(counted * ledger.invested) - term(counted * ledger.invested_decided)
    yield at_most("secured_owner", ITV, money, rest, owned, each)
    for among, part, both in find_meeting(read):
        mine = rest * among[:, None, None].astype(float)
        yield at_most("secured_together", TV, money, mine.over(0), invested * part, both & settled)


@dataclass(frozen=True)
class Draws:
    """The most of each instrument and year, where anything may be drawn, and from which least amount on."""

    most: Limit
    amount: Sum
    issued: Array
    least: Places


@kept
def find_draws(read: Scene) -> Draws:
    """Limits on draws; `issued` (instrument, actor, 1) are those drawn either not at all or at a least amount."""
    most, _ = bound(read.given.most_draw * read.length)
    issued = find_issued(read)[:, :, None]
    return Draws(
        most=limit((INSTRUMENT, YEAR), read.given.most_draw * read.length, find_debts(read)[:, None]),
        amount=most.at((slice(None), None)),
        issued=issued,
        least=find_places(issued, read.shape(*IAY)),
    )


def check_draws(ledger: Ledger) -> Iterator[Rule]:
    """What is drawn.

    draw_most     sum_a draw <= L most_draw
    issue_least   draw >= least_issue issue
    issue_most    draw <= L most_draw issue
    draw_outlay   sum_i draw <= sum owned outlay (max(capex, 0) build + project_cost begin) - grant, where the actor
                  can draw: loans pay for outlays, nothing else
    """
    read, draw, money, draws = ledger.read, term(ledger.read.plan.draw), _money(ledger), find_draws(ledger.read)
    yield draws.most.cap("draw_most", money, draw.over(1))
    issue = read.plan.issue if read.relaxed else np.rint(read.plan.issue)
    yield at_most("issue_least", IAY, money, term(read.given.least_issue[:, None, None] * issue), draw, draws.least)
    bounded = draws.issued & (np.isfinite(read.given.most_draw)[:, None] | (issue == 0))
    yield at_most("issue_most", IAY, money, draw, draws.amount * issue, bounded)
    costs, drawers = ledger.positive_outlay - ledger.grant, find_drawers(read)[:, None]
    yield at_most("draw_outlay", AY, money, ledger.drawn, costs, drawers)


@kept
def find_frames(read: Scene) -> Mapping[str, Limit]:
    """Limits on what each actor pays, by rule; no step is less than what the do-nothing path takes."""
    given, length = read.given, read.length
    paid = np.nan_to_num(given.reference_outlay) / length
    risen = paid - _delay(paid)
    return {
        "own_most": limit(AY, given.own_funds * length),
        "frame_most": limit(AY, given.frame * length),
        "step_most": limit(AY, np.maximum(given.outlay_step, risen), np.arange(length.size) > 0),
    }


def check_outlays(ledger: Ledger) -> Iterator[Rule]:
    """Who pays, and within which frames.

    funding      own + sum_i draw = net_outlay
    own_most     own - settled - shifted - used - nothing <= L own_funds;  settled: outlay of what is decided less the
                 grants secured for it, nothing: what the do-nothing path takes beyond the limit
    frame_most   net_outlay - settled - shifted - nothing <= L frame;  both with what is carried over: `check_carried`
    step_most    the rise of (net_outlay - settled) / L <= max(outlay_step, that of reference_outlay),  from the plan
                 year before;  where priced all three less their breach, a calendar year's
    rise_least   rise >= net_outlay[y] / L[y] - net_outlay[u] / L[u],  from 0 before the first
    """
    read, money, frames, net = ledger.read, _money(ledger), find_frames(ledger.read), ledger.net_outlay
    own = term(read.plan.own)
    yield equal("funding", AY, money, own + ledger.drawn, net)
    shifted = measure_shifted(read)
    yield from check_shifted(read, money)
    yield from check_savings(read, money)
    own_beyond, beyond, leap = (take_breach(read, f"over_{limit}") for limit in ("own_funds", "frame", "step"))
    own_paid = (
        own
        - ledger.settled
        - shifted
        - take_savings(read, "used")
        - own_beyond * read.length
        - _exceed(read, read.given.own_funds)
    )
    yield from check_carried(read, "own", money, own_paid, frames["own_most"])
    bounded = net - ledger.settled
    paid = bounded - shifted - beyond * read.length - _exceed(read, read.given.frame)
    yield from check_carried(read, "frame", money, paid, frames["frame_most"])
    yield frames["step_most"].cap("step_most", money, _measure_rise(bounded * (1.0 / read.length)) - leap)
    risen = _measure_rise(net * (1.0 / read.length))
    yield at_most("rise_least", AY, money, risen, term(read.plan.rise), find_watched(read)[:, None])


@kept
def find_standards(read: Scene) -> tuple[Limit, Limit]:
    """The debt ceiling of each actor who can draw, and the least result of each of whom one is asked.

    Neither asks for more than doing nothing keeps. A result is a change against doing nothing: where that is no way,
    none is asked.
    """
    given = read.given
    share = _share_of_taxes(given.debt_ceiling, given.taxes_and_grants)
    owed, earned = measure_standing(read)
    ceiling = np.maximum(np.minimum(share, given.debt_ceiling_amount), owed)
    least = _share_of_taxes(given.least_result, given.taxes_and_grants)
    least = np.minimum(least, earned - np.nan_to_num(given.reference_wear))
    measured = ~np.isnan(given.reference_operating)
    return limit(AY, ceiling, find_drawers(read)[:, None]), limit(AY, least, measured)


def check_standing(ledger: Ledger) -> Iterator[Rule]:
    """Where the actors stand at the end of each year.

    ceiling_most   standing debt + debt - savings at the end of every calendar year
                     <= max(min(debt_ceiling taxes_and_grants, debt_ceiling_amount), standing debt)
                   where the actor can draw
    result_least   result before the plan + operating + support - reference_operating - depreciation - interest / L
                     >= min(least_result taxes_and_grants, result before the plan - reference_wear)
    Where they are priced, debt less over_ceiling and result with under_result.
    """
    read, money, (ceiling, least) = ledger.read, _money(ledger), find_standards(ledger.read)
    given, (owed, earned) = read.given, measure_standing(read)
    net, belongs = ledger.debt - follow_savings(read), find_belonging(read)
    most = Sum(_find_most(net.value, belongs), lambda: _find_most(net.size, belongs))
    yield ceiling.cap("ceiling_most", money, term(owed) + most - take_breach(read, "over_ceiling"))
    if not least.places.count:
        yield met("result_least", AY, money, least.places)
        return
    change = measure_operating(read) + measure_support(read) - term(given.reference_operating)
    capital = ledger.depreciation + ledger.interest * (1.0 / read.length)
    missed = take_breach(read, "under_result")
    yield least.support("result_least", money, term(earned) + change - capital + missed)


def _find_most(owed: Array, belongs: Array) -> Array:
    """The largest of the calendar years (actor, calendar) of each plan year (actor, year)."""
    return np.stack([owed[:, belongs == y].max(1) for y in range(int(belongs[-1]) + 1)], axis=1)


def _exceed(read: Scene, most: Array) -> Sum:
    """What the do-nothing path pays beyond a yearly limit, which the plan may pay as well, (actor, year)."""
    return term(np.maximum(np.nan_to_num(read.given.reference_outlay) - most * read.length, 0.0))


def _measure_rise(yearly: Sum) -> Sum:
    """Change of each year from the one before, from zero before the first, (actor, year)."""
    return yearly - Sum(_delay(yearly.value), lambda: _delay(yearly.size))


def _delay(yearly: Array) -> Array:
    """The amount of the year before, zero before the first, (actor, year)."""
    return np.concatenate([np.zeros_like(yearly[:, :1]), yearly[:, :-1]], axis=1)


def _share_of_taxes(share: Array, taxes: Array) -> Array:
    """A share of taxes and grants; one without limit stays so, whatever the taxes."""
    finite = np.isfinite(share)
    return np.where(finite, np.where(finite, share, 0.0) * taxes, share)


def _money(ledger: Ledger) -> str:
    return ledger.read.state("money")
