"""What part of a grant is released because what it was for is retired early, and is that as much as there is?

Letters of the subscripts as in `verify_actors`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from model.verifier.actors import find_claimable, has_actors, share_granted_starts, share_grants
from model.verifier.meeting import find_meeting
from model.verifier.reading import Reading, Scene, kept
from model.verifier.terms import Array, Rule, Sum, at_most, term
from scenarios.catalog import INSTRUMENT, TECHNOLOGY, VINTAGE, YEAR

FREED_DECISIONS: Mapping[str, tuple[str, ...]] = {"freed": (INSTRUMENT, TECHNOLOGY, VINTAGE, YEAR)}
"""What a plan states where a least result depends on grants for what may be retired early."""
ITVY = (INSTRUMENT, TECHNOLOGY, VINTAGE, YEAR)
TVY = (TECHNOLOGY, VINTAGE, YEAR)


@kept
def has_freed(read: Scene) -> bool:
    """Whether the plan states what part of a grant is released early."""
    if not has_actors(read) or not (read.given.instrument_kind == "grant").any():
        return False
    return bool(_find_freed(read).any())


def _find_freed(read: Scene) -> Array:
    """Grants for what may be retired, of which one with a least result owns a part, (instrument, technology)."""
    asked = np.isfinite(read.given.least_result).any(1)
    held = read.given.eligible[:, None, :] * read.given.owned[None]
    grants = (read.given.instrument_kind == "grant")[:, None] & (read.given.grant_share > 0)
    return np.asarray(grants & (held[:, :, asked] > 0).any(2) & read.given.technology_retirable.astype(bool))


@kept
def admit_freed(read: Scene) -> dict[str, Array]:
    """Where the part of a grant that is released early is a decision; nowhere without actors who ask for it."""
    given = read.given
    asked = np.isfinite(given.least_result).any(1)
    owns = (share_grants(read)[:, :, asked] > 0).any(2) & read.retirable & (given.grant_share > 0)
    later = given.vintage[:, None] <= given.year
    return {"freed": (find_claimable(read) & owns[:, :, None])[:, :, :, None] & later}


def measure_freed(read: Reading) -> Array:
    """Of the investment that grants count, what has been retired, (instrument, technology, vintage, year)."""
    plan = read.plan
    part = plan.retired / np.where(plan.build > 0, plan.build, 1.0)[:, :, None]
    evenly: Array = plan.claimed[:, :, :, None] * np.clip(part, 0.0, 1.0)
    if not has_freed(read):
        return evenly
    return np.where(admit_freed(read)["freed"], plan.freed, evenly)


def check_freed(read: Reading) -> Iterator[Rule]:
    """What of a grant is released because what it was for is retired; nothing where no plan has to say it.

    freed_claimed   freed <= claimed
    freed_order     freed does not fall from year to year
    freed_most      sum_i freed <= capex retired
    freed_least     sum_i (claimed - freed) <= capex (build - retired)
    freed_owner     freed <= (sum over eligible a of owned) capex retired
    freed_kept      claimed - freed <= (sum over eligible a of owned) capex (build - retired)
                    both of the starts for which the grant is open
    freed_together, kept_together  the same of every set of grants, of the part that any of them counts
    """
    if not has_freed(read):
        return
    plan, given, money = read.plan, read.given, read.state("money")
    stands = admit_freed(read)["freed"]
    some = np.asarray(stands.any(0))
    freed, claimed = term(plan.freed), term(np.broadcast_to(plan.claimed[:, :, :, None], plan.freed.shape))
    capex = given.capex[:, :, None]
    gone = term(capex * plan.retired)
    left = term(capex * plan.build[:, :, None]) - gone
    owned = np.einsum("ia,ka->ik", given.eligible, given.owned)[:, :, None]
    part = (owned * share_granted_starts(read))[:, :, :, None]
    earlier = np.concatenate([np.zeros_like(plan.freed[..., :1]), plan.freed[..., :-1]], axis=-1)
    yield at_most("freed_claimed", ITVY, money, freed, claimed, stands)
    yield at_most("freed_order", ITVY, money, term(earlier), freed, stands)
    counted = stands.astype(float)
    yield at_most("freed_most", TVY, money, (freed * counted).over(0), gone, some)
    yield at_most("freed_least", TVY, money, ((claimed - freed) * counted).over(0), left, some)
    yield at_most("freed_owner", ITVY, money, freed, _stretch(gone, part), stands)
    yield at_most("freed_kept", ITVY, money, claimed - freed, _stretch(left, part), stands)
    for among, share, _ in find_meeting(read):
        mine = stands & among[:, None, None, None]
        several, counted = mine.sum(0) > 1, mine.astype(float)
        yield at_most("freed_together", TVY, money, (freed * counted).over(0), gone * share[:, :, None], several)
        kept = ((claimed - freed) * counted).over(0)
        yield at_most("kept_together", TVY, money, kept, left * share[:, :, None], several)


def _stretch(amount: Sum, part: Array) -> Sum:
    return Sum(part * amount.value[None], lambda: part * amount.size[None])
