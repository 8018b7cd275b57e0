"""Which targets miss the same units, and what does a unit missed cost?"""

from __future__ import annotations

import numpy as np

from model.verifier.reading import Scene, kept
from model.verifier.terms import Array
from scenarios.catalog import YEAR

NEAR = 1e-9
"""How far from one or nothing a product of shares may be by rounding."""


@kept
def find_target_account(read: Scene) -> Array:
    """Position of the account on which each target is set, (target)."""
    position = {str(e): i for i, e in enumerate(read.given.account)}
    return np.array([position[str(e)] for e in read.given.target_account], dtype=int)


@kept
def measure_content(read: Scene) -> Array:
    """How much of account f is in account e by all its parts, (e, f, year): `(I - share)^-1`; one of itself."""
    share = read.given.share.transpose(2, 0, 1)
    inside = np.linalg.inv(np.eye(share.shape[1]) - share)
    return np.asarray(inside.transpose(1, 2, 0))


@kept
def find_nested(read: Scene) -> Array:
    """Where all of account f is in account e once in every year, and both are relieved of the same, (e, f).

    Relieved: by a credit of its own or of a part, or by a part with a negative share.
    """
    content, given = measure_content(read), read.given
    reliefs = ((given.credit_share > 0) | (given.share < 0)).any(2)
    there = np.asarray((np.abs(content) > NEAR).any(2))
    relieved = there[:, np.nonzero(reliefs)[0]]
    alike = (relieved[:, None, :] == relieved[None, :, :]).all(2)
    return np.asarray(alike & (np.abs(content - 1.0) <= NEAR).all(2))


@kept
def count_years(read: Scene) -> Array:
    """How many of the calendar years of each plan year a cumulative target adds up, (target, year).

    From its year to its last one, which is the plan's where it says `next`.
    """
    begin, until = read.given.target_year.astype(float), read.given.target_until
    last = read.years[-1] + read.length[-1] - 1.0
    end = np.array([last if u == "next" else b if u == "only" else float(u) for u, b in zip(until, begin, strict=True)])
    common = np.minimum(read.years + read.length, end[:, None] + 1.0) - np.maximum(read.years, begin[:, None])
    return np.where(read.held & read.cumulative[:, None], np.clip(common, 0.0, None), 0.0)


@kept
def find_missable(read: Scene) -> Array:
    """Where a yearly target holds that may be missed, (target, year)."""
    return np.asarray(read.held & (read.soft & ~read.cumulative)[:, None])


@kept
def find_parts(read: Scene) -> Array:
    """One where target u is a part of target t in year y, (t, u, y).

    Of one pool, mode and sense, u's account nested in t's (on one account the later target is in the earlier). A
    target in several is a part of the one that is itself in most.
    """
    given, account = read.given, find_target_account(read)
    order, missable = np.arange(account.size), find_missable(read)
    inside = find_nested(read)[account[:, None], account]
    inside = inside & ((account[:, None] != account) | (order[:, None] < order))
    for label in (given.target_pool, given.target_mode, given.target_sense):
        inside = inside & (label[:, None] == label)
    parts = np.zeros((account.size, account.size, *read.shape(YEAR)))
    for y in range(parts.shape[2]):
        held = inside & missable[:, y] & missable[:, None, y]
        for u in order:
            holders = [t for t in order if held[t, u]]
            if holders:
                parts[max(holders, key=lambda t: (held[:, t].sum(), -t)), u, y] = 1.0
    return parts


@kept
def find_wholes(read: Scene) -> Array:
    """Yearly targets that may be missed and are no part of another then, (target, year)."""
    return np.asarray(find_missable(read) & (find_parts(read).sum(0) == 0))


@kept
def price_misses(read: Scene) -> Array:
    """What a unit missed costs: the dearest of the pool where a target shares it, its own price alone, (target)."""
    given = read.given
    shares = read.soft & ~read.cumulative
    together = (given.target_pool[:, None] == given.target_pool) & shares & shares[:, None]
    pooled = np.where(together, given.price, -np.inf).max(1, initial=-np.inf)
    return np.where(shares, pooled, given.price)
