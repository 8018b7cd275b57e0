"""Which grants meet on the same kronor of an investment, and what part of it any of them counts."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
from numpy.typing import NDArray

from scenarios.arithmetic.windows import find_begun, find_claimed, unite
from scenarios.arrays import Arrays, remember
from scenarios.catalog_finance import GRANT
from scenarios.terms import CALENDAR, YEAR

CLAIMANTS = "claimants"
"""Sets of grants that meet, with the technology on whose investment they do."""
Claimants = tuple[int, tuple[int, ...]]
ROUNDING = 1e-9


@remember
def list_claimants(scenario: Arrays) -> tuple[Claimants, ...]:
    """Sets of grants that together count less of some start than each by itself, or less than all of it.

    The places of the technology and of the grants. What such a set is claimed for is bounded by that part: grants to
    the same owner, or for starts of the same years of a period, share it. Grants of the same owners and years stand
    together in every set.
    """
    granted = (scenario["grant_share"] > 0) & (scenario["instrument_kind"] == GRANT)[:, None]
    found: list[Claimants] = []
    for k in np.flatnonzero(granted.sum(axis=0) > 1).tolist():
        kinds: dict[Hashable, list[int]] = {}
        for i in np.flatnonzero(granted[:, k]).tolist():
            kinds.setdefault((scenario["eligible"][i].tobytes(), find_claimed(scenario)[i].tobytes()), []).append(i)
        sets = [members for members in unite(kinds) if len(members) > 1]
        found.extend((k, members) for members in sets if _meet(scenario, k, members))
    return tuple(found)


def _meet(scenario: Arrays, k: int, members: tuple[int, ...]) -> bool:
    apart = sum(share_together(scenario, k, (i,)) for i in members)
    return bool((share_together(scenario, k, members) < np.minimum(apart, 1.0) - ROUNDING).any())


def share_together(scenario: Arrays, k: int, grants: tuple[int, ...]) -> NDArray[np.float64]:
    """Part of each start of a technology (start) that any of some grants counts: its owners' parts, of open years.

    sum over a of owned[k,a] times the mean over its starts t of max_i eligible[i,a] open[i,t]
    """
    members = np.array(grants)
    counted = (scenario["eligible"][members][:, :, None] * find_claimed(scenario)[members][:, None, :]).max(axis=0)
    begun, begins = find_begun(scenario)[k].astype(float), np.searchsorted(scenario[CALENDAR], scenario[YEAR])
    starts = np.maximum(np.add.reduceat(begun, begins), 1.0)
    return np.asarray(scenario["owned"][k] @ np.add.reduceat(counted * begun, begins, axis=1) / starts)


@remember
def count_together(scenario: Arrays) -> NDArray[np.float64]:
    """The same of every set that meets (claimants, start)."""
    rows = [share_together(scenario, k, grants) for k, grants in list_claimants(scenario)]
    return np.array(rows).reshape(len(rows), len(scenario[YEAR]))
