"""Which grants meet on the same kronor, and for how much of an investment any of them can be claimed?"""

from __future__ import annotations

import numpy as np

from model.verifier.actors import find_claimable, find_granting
from model.verifier.reading import Scene, kept
from model.verifier.terms import Array
from model.verifier.time import combine_alike, count_years, find_begun, find_belonging


@kept
def find_meeting(read: Scene) -> tuple[tuple[Array, Array, Array], ...]:
    """Every set of grants that one technology may have at once.

    The grants (instrument), the part of each investment that any of them counts, and where all of them may be claimed,
    (technology, vintage) each.
    """
    claimable, sets = find_claimable(read), set()
    for k in range(claimable.shape[1]):
        grants = np.flatnonzero(claimable[:, k].any(axis=1))
        told = np.hstack([read.given.eligible[grants], find_granting(read)[grants]])
        sets |= {members for members in combine_alike(grants, told) if len(members) > 1}
    found = []
    for members in sorted(sets):
        among = np.isin(np.arange(len(claimable)), members)
        found.append((among, _count_any(read, among), (claimable & among[:, None, None]).sum(axis=0) > 1))
    return tuple(found)


def _count_any(read: Scene, among: Array) -> Array:
    """Year by year: what of it is owned by whom any of the grants counts, of those that are open for its starts."""
    given, begun, granting = read.given, find_begun(read), find_granting(read)
    counted = np.zeros((len(begun), read.years.size))
    for t, v in enumerate(find_belonging(read)):
        best = np.where((among & granting[:, t])[:, None], given.eligible, 0.0).max(axis=0)
        counted[:, v] += (given.owned * best).sum(axis=1) * begun[:, t]
    starts = count_years(read, begun)
    return np.asarray(counted / np.where(starts > 0, starts, 1.0))
