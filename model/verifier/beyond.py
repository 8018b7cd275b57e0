"""What is missed in every plan, for nothing that is decided acts on the account for the better?"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from model.verifier.pools import count_years, find_target_account, measure_content
from model.verifier.reading import Scene, kept
from model.verifier.terms import Array
from model.verifier.vintages import find_running

FACTORS = ("activity", "capacity", "build", "purchase", "sale")
TRADED = {"purchase": 1.0, "sale": -1.0}
"""How purchase and sale enter a balance."""


@kept
def measure_beyond(read: Scene) -> Array:
    """How far each target that may be missed is missed whatever is done, (target, year); whole for a sum over years.

    Only where all that is in its account (by any share) is moved by nothing but demand, or the wrong way by measures
    that do not stand yet: then what it holds by itself, against the cap. Nothing where the case has no measures.
    """
    given, account = read.given, find_target_account(read)
    if not given.technology_measure.any():
        return np.zeros(given.cap.shape)
    itself = np.einsum("efy,fy->ey", measure_content(read), sum_by_itself(read))[account]
    summed = np.repeat((count_years(read) * itself).sum(1)[:, None], itself.shape[1], 1)
    amount = np.where(read.cumulative[:, None], summed, itself)
    sign = np.where(read.floor, -1.0, 1.0)
    out = find_out_of_hand(read)
    miss = sign[:, None] * (amount - np.nan_to_num(given.cap))
    return np.where(read.held & (read.soft & out)[:, None], np.maximum(miss, 0.0), 0.0)


@kept
def find_out_of_hand(read: Scene) -> Array:
    """Whether nothing decided moves the account of a target to the better, (target); caps have no part in it."""
    sign = np.where(read.floor, -1.0, 1.0)
    accounts = zip(find_target_account(read).tolist(), sign.tolist(), strict=True)
    return np.array([_is_out_of_hand(read, e, s) for e, s in accounts], dtype=bool)


def _read_factor(read: Scene, name: str) -> Array:
    """What one unit adds to each account, (e, technology or commodity, year)."""
    factor: Array = getattr(read.given, f"factor_{name}")
    return factor if name in ("purchase", "sale") else factor * read.given.counted_share


@kept
def sum_by_itself(read: Scene) -> Array:
    """What is in each account without its parts that nobody decides, (e, year)."""
    fixed = find_fixed(read)
    return np.asarray(
        read.given.exogenous + sum((_read_factor(read, name) * np.nan_to_num(fixed[name])).sum(1) for name in FACTORS)
    )


def _is_out_of_hand(read: Scene, e: int, sign: float) -> bool:
    """Whether nothing decided moves account e against `sign`."""
    given, fixed = read.given, find_fixed(read)
    new = given.technology_measure.astype(bool) & (given.existing <= 0).all(1)
    for name in FACTORS:
        moves = sign * _read_factor(read, name)[e] * np.isnan(fixed[name])
        worse = moves[~new] if name not in ("purchase", "sale") else moves
        if (moves < 0).any() or (worse > 0).any():
            return False
    if (given.share[e] < 0).any() or (sign > 0 and (given.credit_share[e] > 0).any()):
        return False
    return all(_is_out_of_hand(read, int(f), sign) for f in np.flatnonzero((given.share[e] > 0).any(1)))


@kept
def find_fixed(read: Scene) -> Mapping[str, Array]:
    """Amounts that no plan changes, by decision (technology or commodity, year); not a number where one does.

    What stands and can be neither built nor retired, and what demand asks of the one thing that can serve it.
    """
    given = read.given
    host = np.array([{str(k): i for i, k in enumerate(given.technology)}[str(h)] for h in given.technology_host], int)
    choice = given.technology_measure.astype(bool)
    moving = read.buildable | given.technology_retirable.astype(bool)
    stays = ~(choice | choice[host] | moving[host])
    none = np.full(given.existing.shape, np.nan)
    fixed: dict[str, Array] = {
        "activity": none.copy(),
        "capacity": np.where(stays[:, None], given.existing[host], np.nan),
        "build": np.where((read.buildable | choice)[:, None], np.nan, 0.0 * given.existing),
    }
    for name in ("purchase", "sale"):
        closed = np.asarray(~read.memory.locate(f"{name}_price").any((1, 2)))
        fixed[name] = np.where(closed[:, None], 0.0 * given.demand, np.nan)
    exact = np.flatnonzero(~given.commodity_surplus.astype(bool) & (given.commodity_storage == "no"))
    balances = {int(c): entries for c in exact if (entries := _list_entries(read, int(c)))}
    for _ in range(sum(map(len, fixed.values()))):
        if not any(_serve(read, fixed, c, entries) for c, entries in balances.items()):
            break
    return fixed


def _list_entries(read: Scene, c: int) -> list[tuple[str, Array, int]]:
    """What is in the balance of commodity c: decision, its part by year, its place; none where slices differ."""
    given = read.given
    flow = given.flow[:, c]
    users = np.flatnonzero((flow != 0).any((1, 2)))
    for pair in np.flatnonzero(given.flown_commodity == given.commodity[c]):
        k = given.technology.tolist().index(given.flown_technology[pair])
        if find_running(read)[k] and (given.flow_by_vintage[pair] != flow[k]).any():
            return []  # what the balance says of activity hangs on which vintage runs
    if (np.ptp(flow[users], axis=1) > 0).any():
        return []
    traded = [(name, sign * np.ones(given.demand.shape[1]), c) for name, sign in TRADED.items()]
    return [*(("activity", flow[k, 0], int(k)) for k in users), *traded]


def _serve(read: Scene, fixed: dict[str, Array], c: int, entries: list[tuple[str, Array, int]]) -> bool:
    """Whether the balance of commodity c says the amount of one more thing; it is noted."""
    given = read.given
    rest = given.demand[c].copy()
    waiting: list[tuple[str, Array, int]] = []
    for name, entry, k in entries:
        if np.isnan(fixed[name][k]).any():
            waiting.append((name, entry, k))
        else:
            rest -= entry * fixed[name][k]
    if len(waiting) != 1:
        return False
    name, entry, k = waiting[0]
    if (entry == 0).any() or (name == "activity" and given.technology_measure[k]):
        return False
    fixed[name][k] = rest / entry
    return True
