"""Who owns, who may borrow, and which decisions of money are there at all?

Letters of the subscripts: a actor, i instrument, u plan year of a draw; the others as in `verify_reading`.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from model.verifier.reading import Scene, kept
from model.verifier.terms import Array
from model.verifier.time import admit_years, count_years, find_begun
from scenarios.catalog import ACTOR, INSTRUMENT, SLICE, TECHNOLOGY, VINTAGE, YEAR

FINANCE_DECISIONS: Mapping[str, tuple[str, ...]] = {
    "net_outlay": (ACTOR, YEAR),
    "own": (ACTOR, YEAR),
    "draw": (INSTRUMENT, ACTOR, YEAR),
    "issue": (INSTRUMENT, ACTOR, YEAR),
    "claimed": (INSTRUMENT, TECHNOLOGY, VINTAGE),
    "secured": (INSTRUMENT, TECHNOLOGY, VINTAGE),
    "rise": (ACTOR, YEAR),
    "operating": (ACTOR, YEAR),
}
"""Every variable of a plan that the rules of money speak of; a case without actors has none of them."""

SUPPORT_DECISIONS: Mapping[str, tuple[str, ...]] = {"supported": (INSTRUMENT, TECHNOLOGY, SLICE, YEAR)}
"""The same of support by output, which a case without such an instrument has not."""

GRANT, SUPPORT = "grant", "support"
STATE = "state"
UNWATCHED = (STATE, "private", "households")
"""Kinds of actor whose outlays may rise as they like."""


@kept
def has_actors(read: Scene) -> bool:
    """Whether the scenario says anything of who pays."""
    return read.given.actor.size > 0


@kept
def has_supports(read: Scene) -> bool:
    """Whether anybody in it may be paid by output."""
    return has_actors(read) and bool((read.given.instrument_kind == SUPPORT).any())


@kept
def find_debts(read: Scene) -> Array:
    """Instruments that are paid back: all kinds but grants and support, (instrument)."""
    return np.asarray(~np.isin(read.given.instrument_kind, (GRANT, SUPPORT)))


@kept
def find_supports(read: Scene) -> Array:
    """Instruments that pay by output, (instrument)."""
    return np.asarray(read.given.instrument_kind == SUPPORT)


@kept
def find_supported(read: Scene) -> Array:
    """Technologies that a support pays for: a rate, an eligible owner, capacity that can be built, (instrument, .)."""
    owners = np.einsum("ia,ka->ik", read.given.eligible, read.given.owned) > 0
    rated = (read.given.support_rate > 0).any(2) & find_supports(read)[:, None]
    return np.asarray(rated & owners & read.buildable[read.host])


@kept
def find_drawable(read: Scene) -> Array:
    """Debts that an actor may draw, (instrument, actor)."""
    return np.asarray(find_debts(read)[:, None] & (read.given.eligible > 0))


@kept
def find_drawers(read: Scene) -> Array:
    """Actors who may draw some debt, (actor)."""
    return np.asarray(find_drawable(read).any(0))


@kept
def find_issued(read: Scene) -> Array:
    """Those drawn either not at all or at a least amount, (instrument, actor)."""
    return np.asarray(find_drawable(read) & (read.given.least_issue > 0)[:, None])


@kept
def find_claimable(read: Scene) -> Array:
    """Starts for which a grant can be claimed, (instrument, technology, vintage).

    The grant has a share for the technology, the start lies in the grant's window, and there is something to pay.
    """
    given, years = read.given, count_years(read, find_granting(read))
    costs = np.where(given.capex == 0, given.project_cost, given.capex) > 0
    shared = (given.instrument_kind == GRANT)[:, None] & (given.grant_share > 0)
    claimable: Array = shared[:, :, None] & (years > 0)[:, None, :] & costs
    return claimable


@kept
def find_granting(read: Scene) -> Array:
    """Calendar years for whose starts each grant is open, (instrument, calendar)."""
    return admit_years(read, read.given.first_start, read.given.last_start)


@kept
def share_granted_starts(read: Scene) -> Array:
    """Share of the starts of each vintage for which each grant is open, (instrument, technology, vintage)."""
    both = find_granting(read)[:, None, :] & find_begun(read)
    starts = count_years(read, find_begun(read))
    return np.asarray(count_years(read, both) / np.where(starts > 0, starts, 1.0))


@kept
def share_grants(read: Scene) -> Array:
    """Part of each grant that each actor receives, (instrument, technology, actor).

    What an eligible owner owns, over what all eligible owners own together; nothing where none of them is eligible.
    """
    counted = read.given.eligible[:, None, :] * read.given.owned
    together = counted.sum(2, keepdims=True)
    return np.asarray(counted / np.where(together > 0, together, 1.0))


@kept
def find_guarded(read: Scene) -> Array:
    """Actors whom a plan of another actor's perspective may cost only so much, (actor)."""
    viewing = read.given.actor == read.state("perspective")
    return np.asarray(np.isfinite(read.given.most_loss) & ~viewing & viewing.any())


@kept
def find_cashed(read: Scene) -> Array:
    """Actors whose operating cash is stated: the one it is made for, with a least result, a most loss or savings."""
    viewing = read.given.actor == read.state("perspective")
    saving = (read.given.saving_share > 0).any(1)
    return np.asarray(viewing | np.isfinite(read.given.least_result).any(1) | find_guarded(read) | saving)


@kept
def find_watched(read: Scene) -> Array:
    """Actors whose rise of outlay is counted, (actor)."""
    return np.asarray(~np.isin(read.given.actor_kind, UNWATCHED))


@kept
def find_taxer(read: Scene) -> Array:
    """One for the actor who receives energy taxes, the first of kind state, (actor); zeros where there is none."""
    taxer = np.zeros(read.given.actor.size)
    taxer[np.flatnonzero(read.given.actor_kind == STATE)[:1]] = 1.0
    return taxer


@kept
def admit_finance(read: Scene) -> dict[str, Array]:
    """For whom each decision of money exists; net outlay and own money exist for all."""
    return {
        "draw": find_drawable(read)[:, :, None],
        "issue": find_issued(read)[:, :, None],
        "claimed": find_claimable(read),
        "secured": find_claimable(read) & (read.buildable & (read.given.technology_status == "decided"))[:, None],
        "rise": find_watched(read)[:, None],
        "operating": find_cashed(read)[:, None],
        **({"supported": find_supported(read)[:, :, None, None]} if find_supports(read).any() else {}),
    }
