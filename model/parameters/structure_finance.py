"""Which decisions of money exist: who may draw what, which grants can be claimed, which limits stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from scenarios.arithmetic.books import find_freed
from scenarios.arithmetic.breaches import find_priced
from scenarios.arithmetic.carrying import FRAME, OWN_FUNDS, carries, find_moves
from scenarios.arithmetic.charges import find_causer, find_payers
from scenarios.arithmetic.claims import list_claimants
from scenarios.arithmetic.projects import find_decided
from scenarios.arithmetic.support import find_supports, list_supported, list_supporters, share_support
from scenarios.arithmetic.windows import find_claims
from scenarios.arrays import Arrays
from scenarios.catalog_finance import DEBTS, GRANT
from scenarios.choices import LEXICOGRAPHIC, SOCIETY
from scenarios.terms import ACCOUNT, ACTOR, INSTRUMENT, TECHNOLOGY, YEAR

UNSMOOTHED = ("state", "private", "households")

MONEY_DECISIONS = frozenset(
    {
        *("net_outlay", "own", "draw", "issue", "claimed", "secured", "freed", "rise", "supported"),
        *("own_spent", "own_moved", "frame_spent", "frame_moved", "shifted"),
        *("saved", "saves", "used", "savings"),
    }
)
"""Decisions that a later stage may take anew while all that is built and run stays."""

MONEY_RULES = frozenset(
    {
        *("net_outlay_sum", "funding", "draw_outlay", "own_most", "frame_most", "step_most", "rise_least"),
        *("own_paid", "frame_paid", "shifted_most"),
        *("saved_least", "saved_most", "saved_gain", "savings_sum", "used_most"),
        *("claim_most", "claim_owner", "claim_together", "claim_project", "grant_pool", "shared_claims"),
        *("secured_most", "secured_least", "secured_owner", "secured_together"),
        *("freed_claimed", "freed_order", "freed_most", "freed_least", "freed_owner", "freed_kept"),
        *("freed_together", "kept_together"),
        *("draw_most", "issue_least", "issue_most", "ceiling_most", "result_least", "finance_most"),
        *("support_active", "support_serving", "support_annual", "support_most", "support_in_all"),
    }
)
"""Families of rules that bind those decisions."""

Pair = tuple[str, str]


@dataclass(frozen=True)
class Finance:
    """Index sets of money; all empty in a case without actors.

    `spent` maps a technology to the (start, year) pairs in which its outlay falls, `owners` to who owns a part.
    `decided` are the technologies with a project that is there whatever is done, `secured` the claims that may be its,
    `claimants` are the sets of grants that meet on the same part of an investment.
    `freed` are the claims of which the plan says what part is retired early, `freeing` is true where there are any.
    `cashed` are the actors whose operating cash the program follows, `guarded` those whom another's plan may cost only
    so much, `savers` those who keep savings. `receivers` maps each support and technology it pays for to the owners who
    are paid, `supporters` are the sets of supports that pay for one host's vintages. `own_moves` and `frame_moves` are
    actor, year and later year of what may be carried over. `pricing` is true where any limit is priced, `breachable`
    maps the breach of each priced one to where it may be.
    """

    actors: tuple[str, ...] = ()
    debts: tuple[Pair, ...] = ()
    lumpy: tuple[Pair, ...] = ()
    claims: tuple[tuple[str, str, int], ...] = ()
    claimants: tuple[tuple[str, tuple[str, ...]], ...] = ()
    decided: tuple[str, ...] = ()
    secured: tuple[tuple[str, str, int], ...] = ()
    freeing: bool = False
    freed: tuple[tuple[str, str, int], ...] = ()
    owners: tuple[tuple[str, tuple[str, ...]], ...] = ()
    spent: tuple[tuple[str, tuple[tuple[int, int], ...]], ...] = ()
    smoothed: tuple[str, ...] = ()
    cashed: tuple[str, ...] = ()
    guarded: tuple[str, ...] = ()
    savers: tuple[str, ...] = ()
    drawn: tuple[tuple[str, int], ...] = ()
    pooled: tuple[tuple[str, int], ...] = ()
    capped: tuple[str, ...] = ()
    own_limited: tuple[tuple[str, int], ...] = ()
    framed: tuple[tuple[str, int], ...] = ()
    shiftable: tuple[tuple[str, int], ...] = ()
    carrying: bool = False
    own_moves: tuple[tuple[str, int, int], ...] = ()
    frame_moves: tuple[tuple[str, int, int], ...] = ()
    stepped: tuple[tuple[str, int], ...] = ()
    ceiled: tuple[tuple[str, int], ...] = ()
    resulted: tuple[tuple[str, int], ...] = ()
    charged: tuple[str, ...] = ()
    payers: tuple[Pair, ...] = ()
    supporting: bool = False
    output: Mapping[str, str] = field(default_factory=dict)
    receivers: Mapping[Pair, tuple[str, ...]] = field(default_factory=dict)
    supporters: tuple[tuple[str, tuple[str, ...]], ...] = ()
    support_limited: tuple[tuple[str, int], ...] = ()
    support_capped: tuple[str, ...] = ()
    pricing: bool = False
    breachable: Mapping[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    perspective: str = SOCIETY

    @property
    def viewer(self) -> str:
        """The actor whose cash is the objective; empty under society and lexicographic."""
        return "" if self.perspective in (SOCIETY, LEXICOGRAPHIC) else self.perspective


def outline_finance(scenario: Arrays, buildable: tuple[str, ...]) -> Finance:
    """The structure of money of a scenario; `buildable` are the technologies that can be built."""
    actors = _labels(scenario, ACTOR)
    if not actors:
        return Finance()
    accounts, kinds, limited = _labels(scenario, ACCOUNT), scenario["actor_kind"], _find_limits(scenario)
    return Finance(
        actors=actors,
        **_find_debts(scenario),
        **_find_grants(scenario, buildable),
        owners=_find_owners(scenario, buildable),
        spent=_find_spending(scenario, buildable),
        smoothed=tuple(a for a, kind in zip(actors, kinds, strict=True) if kind not in UNSMOOTHED),
        **_find_followed(scenario, [actor for actor, _ in limited["resulted"]]),
        **limited,
        shiftable=_places(scenario, ACTOR, (scenario["reprioritised_share"] > 0) & (scenario["planned_outlay"] > 0)),
        carrying=carries(scenario),
        own_moves=_list_moves(scenario, OWN_FUNDS),
        frame_moves=_list_moves(scenario, FRAME),
        pricing=bool(find_priced(scenario)),
        breachable=_find_breachable(scenario, limited),
        charged=_find_charged(scenario, buildable),
        payers=tuple((actors[a], accounts[e]) for e, a in np.argwhere(find_payers(scenario) > 0).tolist()),
        **_find_supports(scenario, buildable),
    )


def _find_limits(scenario: Arrays) -> dict[str, Any]:
    """Whom limits of money hold, and when; a ceiling only who may borrow for the plan."""
    drawers = {actor for _, actor in _list_debts(scenario)}
    ceiling = np.minimum(scenario["debt_ceiling"], scenario["debt_ceiling_amount"])
    return {
        "own_limited": _finite_places(scenario, "own_funds", ACTOR),
        "framed": _finite_places(scenario, "frame", ACTOR),
        "stepped": _finite_places(scenario, "outlay_step", ACTOR),
        "ceiled": tuple(place for place in _places(scenario, ACTOR, np.isfinite(ceiling)) if place[0] in drawers),
        "resulted": _finite_places(scenario, "least_result", ACTOR),
    }


def _list_debts(scenario: Arrays) -> list[tuple[str, str]]:
    """Instruments that are lent, each with the actors who may draw them."""
    actors, instruments = _labels(scenario, ACTOR), _labels(scenario, INSTRUMENT)
    lent = np.isin(scenario["instrument_kind"], DEBTS)
    return [(instruments[i], actors[a]) for i, a in np.argwhere((scenario["eligible"] > 0) & lent[:, None]).tolist()]


def _find_debts(scenario: Arrays) -> dict[str, Any]:
    """What may be drawn by whom, in lumps or freely, and where a year, a pool or a project has a most."""
    instruments, debts = _labels(scenario, INSTRUMENT), _list_debts(scenario)
    sized = dict(zip(instruments, scenario["least_issue"] > 0, strict=True))
    most = zip(instruments, scenario["most_per_project"], strict=True)
    return {
        "debts": tuple(debts),
        "lumpy": tuple(debt for debt in debts if sized[debt[0]]),
        "drawn": _finite_places(scenario, "most_draw", INSTRUMENT),
        "pooled": _finite_places(scenario, "pool", INSTRUMENT),
        "capped": tuple(i for i, amount in most if np.isfinite(amount)),
    }


def _find_grants(scenario: Arrays, buildable: tuple[str, ...]) -> dict[str, Any]:
    """What grants may be claimed for, what of it is decided, and what of it retiring may free."""
    instruments, technologies = _labels(scenario, INSTRUMENT), _labels(scenario, TECHNOLOGY)
    granted = (scenario["eligible"] > 0) & (scenario["instrument_kind"] == GRANT)[:, None]
    claims, freeing = _find_claims(scenario, buildable, granted), find_freed(scenario)
    freed = {(instruments[i], technologies[k]) for i, k in np.argwhere(freeing).tolist()}
    meeting = [(k, members) for k, members in list_claimants(scenario) if technologies[k] in buildable]
    settled = zip(technologies, find_decided(scenario), strict=True)
    decided = tuple(k for k, there in settled if there and k in buildable)
    return {
        "claims": claims,
        "claimants": tuple((technologies[k], tuple(instruments[i] for i in members)) for k, members in meeting),
        "decided": decided,
        "secured": tuple(claim for claim in claims if claim[1] in decided),
        "freeing": bool(freeing.any()),
        "freed": tuple(claim for claim in claims if (claim[0], claim[1]) in freed),
    }


def _find_owners(scenario: Arrays, buildable: tuple[str, ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Who owns each technology that can be built."""
    actors, owned = _labels(scenario, ACTOR), scenario["owned"] > 0
    return tuple(
        (k, tuple(a for a, holds in zip(actors, row, strict=True) if holds))
        for k, row in zip(_labels(scenario, TECHNOLOGY), owned, strict=True)
        if k in buildable
    )


def _find_followed(scenario: Arrays, resulted: Sequence[str]) -> dict[str, Any]:
    """Whose perspective it is, whom it may not cost too much, who saves, and whose cash is followed for all that."""
    actors, perspective = _labels(scenario, ACTOR), str(scenario.attrs["perspective"])
    guarded = _find_guarded(scenario, actors, perspective)
    keeping = np.asarray((scenario["saving_share"] > 0).any(axis=1))
    savers = tuple(a for a, keeps in zip(actors, keeping, strict=True) if keeps)
    followed = {perspective, *guarded, *savers, *resulted}
    return {
        "cashed": tuple(a for a in actors if a in followed),
        "guarded": guarded,
        "savers": savers,
        "perspective": perspective,
    }


def _find_guarded(scenario: Arrays, actors: tuple[str, ...], perspective: str) -> tuple[str, ...]:
    """Actors of whom it is said how much the plan may cost them, where it is another's perspective."""
    said = zip(actors, np.isfinite(scenario["most_loss"]), strict=True)
    return tuple(a for a, limited in said if limited and a != perspective and perspective in actors)


def _list_moves(scenario: Arrays, limit: str) -> tuple[tuple[str, int, int], ...]:
    """Actor, year and later year of what may be carried over."""
    actors, years = _labels(scenario, ACTOR), scenario[YEAR]
    return tuple(
        (actors[a], int(years[u]), int(years[y])) for a, u, y in np.argwhere(find_moves(scenario, limit)).tolist()
    )


LIMITED: Mapping[str, str] = {
    "over_own_funds": "own_limited",
    "over_frame": "framed",
    "over_step": "stepped",
    "over_ceiling": "ceiled",
    "under_result": "resulted",
}
"""Where the limit of each breach stands."""


def _find_breachable(
    scenario: Arrays, limited: Mapping[str, tuple[tuple[str, int], ...]]
) -> dict[str, tuple[tuple[str, int], ...]]:
    """The breaches of limits that are priced; of a step none in the first year, which has none before it."""
    first = int(scenario[YEAR][0])
    found = {limit.breach: limited[LIMITED[limit.breach]] for limit in find_priced(scenario)}
    return {
        breach: tuple((a, y) for a, y in places if y > first or breach != "over_step")
        for breach, places in found.items()
        if places
    }


def _find_charged(scenario: Arrays, buildable: tuple[str, ...]) -> tuple[str, ...]:
    """Technologies whose start may bear a charge: a factor on building, where causers pay for any account."""
    if not find_causer(scenario).any():
        return ()
    built = (scenario["factor_build"] != 0).any(axis=(0, 2))
    return tuple(k for k, adds in zip(_labels(scenario, TECHNOLOGY), built, strict=True) if adds and k in buildable)


def _find_supports(scenario: Arrays, buildable: tuple[str, ...]) -> dict[str, Any]:
    """Which supports pay whom for what: those of technologies on a host that can be built."""
    instruments, technologies, actors = (_labels(scenario, dim) for dim in (INSTRUMENT, TECHNOLOGY, ACTOR))
    host = dict(zip(technologies, map(str, scenario["technology_host"]), strict=True))
    pairs = [(instruments[i], technologies[k]) for i, k in zip(*list_supported(scenario), strict=True)]
    owners = [tuple(a for a, part in zip(actors, row, strict=True) if part > 0) for row in share_support(scenario)]
    paid = {pair: own for pair, own in zip(pairs, owners, strict=True) if own and host[pair[1]] in buildable}
    supports = dict.fromkeys(i for i, _ in paid)
    output = dict(zip(instruments, map(str, scenario["instrument_output"]), strict=True))
    sets = [(technologies[h], tuple(instruments[i] for i in members)) for h, members in list_supporters(scenario)]
    hosts = {(i, host[k]) for i, k in paid}
    capped = zip(instruments, scenario["most_support_in_all"], strict=True)
    return {
        "supporting": bool(find_supports(scenario).any()),
        "output": {i: output[i] for i in supports},
        "receivers": paid,
        "supporters": tuple((h, members) for h, members in sets if all((i, h) in hosts for i in members)),
        "support_limited": tuple(p for p in _finite_places(scenario, "most_support", INSTRUMENT) if p[0] in supports),
        "support_capped": tuple(i for i, most in capped if np.isfinite(most) and i in supports),
    }


def _labels(scenario: Arrays, dim: str) -> tuple[str, ...]:
    return tuple(map(str, scenario[dim]))


def _places(scenario: Arrays, dim: str, mask: np.ndarray) -> tuple[tuple[str, int], ...]:
    labels, years = _labels(scenario, dim), scenario[YEAR]
    return tuple((labels[i], int(years[j])) for i, j in np.argwhere(mask).tolist())


def _finite_places(scenario: Arrays, name: str, dim: str) -> tuple[tuple[str, int], ...]:
    return _places(scenario, dim, np.isfinite(scenario[name]))


def _find_claims(
    scenario: Arrays, buildable: tuple[str, ...], eligible: np.ndarray
) -> tuple[tuple[str, str, int], ...]:
    """(grant, technology, start) that can be claimed: a share, inside the window, of a positive investment."""
    years, window = scenario[YEAR], find_claims(scenario).count > 0
    has_owner = np.einsum("ia,ka->ik", eligible.astype(float), scenario["owned"]) > 0
    open_to = (scenario["grant_share"] > 0) & has_owner
    capex, project_cost = scenario["capex"], scenario["project_cost"]
    costly = (capex > 0) | ((capex == 0) & (project_cost > 0))
    mask = open_to[:, :, None] & window[:, None, :] & costly[None]
    instruments, technologies = _labels(scenario, INSTRUMENT), _labels(scenario, TECHNOLOGY)
    places = ((instruments[i], technologies[k], int(years[v])) for i, k, v in np.argwhere(mask).tolist())
    return tuple(place for place in places if place[1] in buildable)


def _find_spending(scenario: Arrays, buildable: tuple[str, ...]) -> tuple[tuple[str, tuple[tuple[int, int], ...]], ...]:
    """When each technology's outlay may fall, for those whose investment is not zero: from any year of a period on."""
    technologies, years = _labels(scenario, TECHNOLOGY), scenario[YEAR]
    spending = scenario["spending"] > 0
    said = spending.shape[1] - np.argmax(spending[:, ::-1], axis=1) if spending.size else 0
    take = np.where(spending.any(axis=1), said, scenario["construction_years"])
    ended = years[:, None] + scenario["length"][:, None] - 1 + take[:, None, None]
    until = np.append(years[1:], np.inf)
    invested = (scenario["capex"] != 0) | (scenario["project_cost"] != 0)
    falls = (years < ended) & (until > years[:, None]) & invested[:, :, None]
    return tuple(
        (k, tuple((int(years[v]), int(years[y])) for v, y in np.argwhere(row).tolist()))
        for k, row in zip(technologies, falls, strict=True)
        if k in buildable
    )
