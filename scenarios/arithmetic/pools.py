"""Which targets miss the same units? What may share a pool, and which of its targets is part of which.

A unit missed by a sector is missed by the total that the sector is a part of: such targets may share a pool, and the
unit counts once. A unit that was not let out and one that was taken back are two, and so are a year and a budget.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from scenarios.arrays import Arrays, remember
from scenarios.catalog import ACCOUNT

CUMULATIVE = "cumulative"
HARD = "hard"
WHOLE_WITHIN = 1e-9
"""How far from one a product of shares may be by rounding."""

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Parts = Mapping[tuple[int, int], tuple[int, ...]]
"""Places of target and year to the places of the targets that are its parts then."""


def sum_shares(share: Floats) -> Floats:
    """How much of each account is in each other, over all paths of parts (account, part, year); itself once.

    Args:
        share: `share` (account, part, year), without circles.
    """
    whole = np.broadcast_to(np.eye(len(share))[:, :, None], share.shape).copy()
    step = whole
    for _ in range(len(share)):
        step = np.einsum("efy,fgy->egy", share, step)
        if not step.any():
            break
        whole = whole + step
    return whole


def nest_accounts(whole: Floats) -> Bools:
    """Whether the second account is a part of the first with share 1 in all years, or the first itself."""
    return np.asarray((np.abs(whole - 1.0) < WHOLE_WITHIN).all(axis=2))


def touch_accounts(whole: Floats) -> Bools:
    """Whether two accounts have anything in common in some year."""
    reached = (whole != 0).any(axis=2)
    return np.asarray(reached.astype(int) @ reached.T.astype(int) > 0)


def find_removals(whole: Floats, share: Floats, credit_share: Floats) -> Bools:
    """What each account is relieved of: pairs that reach it with a credit or a negative share (account, pair)."""
    relieved = (share < 0).any(axis=2) | (credit_share > 0).any(axis=2)
    reached = (whole != 0).any(axis=2)
    owners, _ = np.nonzero(relieved)
    return np.asarray(reached[:, owners])


@remember
def find_parts(scenario: Arrays) -> Parts:
    """Which targets are parts of which, in each year in which both hold; what is no part of another has no entry of it.

    Part of a target are those of its pool and mode on accounts nested in its own: each under the smallest that holds
    it, so that parts of one target have nothing in common. Two on one account are nested in the order of the table.
    """
    yearly = (scenario["target_basis"] != CUMULATIVE) & (scenario["target_mode"] != HARD)
    held = ~np.isnan(scenario["cap"]) & yearly[:, None]
    if len(np.unique(scenario["target_pool"][held.any(axis=1)])) == held.any(axis=1).sum():
        return {}
    place = {str(name): i for i, name in enumerate(scenario[ACCOUNT])}
    account = np.array([place[str(name)] for name in scenario["target_account"]], dtype=np.intp)
    inside = nest_alike(scenario)[account[:, None], account[None, :]]
    both = inside & inside.T
    order = np.arange(len(account))
    inside &= ~both | (order[:, None] < order[None, :])
    for name in ("target_pool", "target_mode", "target_sense"):
        inside &= scenario[name][:, None] == scenario[name][None, :]
    parts: dict[tuple[int, int], tuple[int, ...]] = {}
    for year in range(held.shape[1]):
        now = inside & held[:, None, year] & held[None, :, year]
        depth = now.sum(axis=0)
        for part in np.flatnonzero(depth):
            holders = np.flatnonzero(now[:, part])
            parent = int(holders[np.argmax(depth[holders])])
            parts[parent, year] = (*parts.get((parent, year), ()), int(part))
    return parts


@remember
def nest_alike(scenario: Arrays) -> Bools:
    """Accounts nested in each other and relieved of the same removals (account, account)."""
    share = scenario["share"]
    whole = sum_shares(share)
    removals = find_removals(whole, share, scenario["credit_share"])
    alike = (removals[:, None, :] == removals[None, :, :]).all(axis=2)
    return np.asarray(nest_accounts(whole) & alike)


@remember
def price_pools(scenario: Arrays) -> Floats:
    """What a unit missed costs (target): the dearest of the pool's targets that may be missed in a year, its own alone.

    A cumulative target has its own price, whatever its pool.
    """
    price = scenario["price"]
    shares = (scenario["target_basis"] != CUMULATIVE) & (scenario["target_mode"] != HARD)
    same = (scenario["target_pool"][:, None] == scenario["target_pool"]) & shares[:, None] & shares
    same |= np.eye(len(price), dtype=bool)
    return np.asarray(np.where(same, price[None, :], -np.inf).max(axis=1, initial=-np.inf))


def count_own(scenario: Arrays, missed: Floats) -> Floats:
    """What each target misses that none of its parts does (target, year): over all targets each unit once."""
    own = missed.copy()
    for (whole, year), parts in find_parts(scenario).items():
        own[whole, year] -= missed[list(parts), year].sum()
    return own
