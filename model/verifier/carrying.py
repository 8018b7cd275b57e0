"""What is carried over from a year's frame or own money to later years, and is what each year pays within them?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from model.verifier.limits import Limit
from model.verifier.loans import level_years
from model.verifier.reading import Reading, Scene, kept
from model.verifier.terms import NOTHING, Array, Rule, Sum, at_most, find_places, met, product, term
from scenarios.catalog import ACTOR, VINTAGE, YEAR

AY = (ACTOR, YEAR)
CARRIED_DECISIONS: Mapping[str, tuple[str, ...]] = {
    "own_spent": (ACTOR, YEAR),
    "own_moved": (ACTOR, VINTAGE, YEAR),
    "frame_spent": (ACTOR, YEAR),
    "frame_moved": (ACTOR, VINTAGE, YEAR),
}
"""What a plan states of what is carried over; of a move the year that it leaves stands first."""


SHIFTED_DECISIONS: Mapping[str, tuple[str, ...]] = {"shifted": (ACTOR, YEAR)}
"""What a plan states of what gives way in ordinary investment plans."""


@kept
def has_shifted(read: Scene) -> bool:
    """Whether anything of an ordinary investment plan may give way."""
    return bool(((read.given.reprioritised_share > 0) & (read.given.planned_outlay > 0)).any())


@kept
def find_shiftable(read: Scene) -> Array:
    """The most that may give way, (actor, year)."""
    return np.asarray(read.given.reprioritised_share * read.given.planned_outlay * read.length)


def measure_shifted(read: Reading) -> Sum:
    """What gives way in ordinary investment plans, (actor, year)."""
    return term(read.plan.shifted) if find_shiftable(read).any() else NOTHING


def check_shifted(read: Reading, unit: str) -> Iterator[Rule]:
    """`shifted_most`: shifted <= L reprioritised_share planned_outlay."""
    most = find_shiftable(read)
    yield at_most("shifted_most", AY, unit, measure_shifted(read), term(most), most > 0)


SAVINGS_DECISIONS: Mapping[str, tuple[str, ...]] = dict.fromkeys(("saved", "saves", "used", "savings"), (ACTOR, YEAR))
"""What a plan states of savings."""


@kept
def has_savings(read: Scene) -> bool:
    """Whether any actor keeps some."""
    return bool((read.given.saving_share > 0).any())


@kept
def find_savers(read: Scene) -> Array:
    """Actors who keep savings, (actor)."""
    return np.asarray((read.given.saving_share > 0).any(1))


@kept
def admit_savings(read: Scene) -> dict[str, Array]:
    """For whom the decisions of savings exist."""
    return dict.fromkeys(SAVINGS_DECISIONS, find_savers(read)[:, None])


def take_savings(read: Reading, name: str) -> Sum:
    """A decision of savings, (actor, year); nothing where nobody keeps any."""
    return term(getattr(read.plan, name)) if find_savers(read).any() else NOTHING


@kept
def has_carried(read: Scene) -> bool:
    """Whether anybody in it may carry anything over."""
    return any(bool((carried > 0).any()) for carried in (read.given.frame_carried, read.given.own_carried))


@dataclass(frozen=True)
class Carry:
    """Of one limit: the share that is carried over, to which years it may go, and who carries at all."""

    share: Array
    open: Array
    carriers: Array


@kept
def find_carried(read: Scene) -> Mapping[str, Carry]:
    """Who may carry over what of which year to which, by limit (actor, year, later year)."""
    given = read.given
    return {
        "own": _find_carry(read, given.own_funds, given.own_carried, given.own_carried_years),
        "frame": _find_carry(read, given.frame, given.frame_carried, given.frame_carried_years),
    }


def _find_carry(read: Scene, amount: Array, share: Array, reach: Array) -> Carry:
    count = read.years.size
    may = np.zeros((*share.shape, count), dtype=bool)
    for u in range(count):
        last = read.years[u] + read.length[u] - 1.0
        for y in range(u + 1, count):
            soon = read.years[y] - last <= reach
            may[:, u, y] = soon & np.isfinite(amount[:, u]) & np.isfinite(amount[:, y]) & (share[:, u] > 0.0)
    some = np.asarray(may.any((1, 2)))
    return Carry(share, may, some[:, None] & np.isfinite(amount))


@kept
def admit_carried(read: Scene) -> dict[str, Array]:
    """For whom the decisions of what is carried over exist."""
    found = find_carried(read)
    return {
        **{f"{name}_spent": carry.carriers for name, carry in found.items()},
        **{f"{name}_moved": carry.open for name, carry in found.items()},
        "shifted": find_shiftable(read) > 0,
    }


def check_carried(read: Reading, name: str, unit: str, amount: Sum, most: Limit) -> Iterator[Rule]:
    """A limit on what is paid, in which what was carried over has its part.

    <name>_most   amount <= L limit;  of who carries over: spent + sum over later years of moved / carried <= L limit
    <name>_paid   amount <= spent + sum over earlier years of moved, at the prices of the year in which it is spent
    """
    carry = find_carried(read)[name]
    if not carry.carriers.any():
        yield most.cap(f"{name}_most", unit, amount)
        yield met(f"{name}_paid", AY, unit, find_places(carry.carriers, carry.carriers.shape))
        return
    spent, moved = (getattr(read.plan, f"{name}_{what}") for what in ("spent", "moved"))
    kept_back = moved.sum(2) / np.where(carry.share > 0.0, carry.share, 1.0)
    own = term(spent) + term(kept_back)
    held = Sum(
        np.where(carry.carriers, own.value, amount.value), lambda: np.where(carry.carriers, own.size, amount.size)
    )
    yield most.cap(f"{name}_most", unit, held)
    levels = level_years(read)
    brought = product("auy,u->ay", moved, levels) * (1.0 / levels)
    yield at_most(f"{name}_paid", AY, unit, amount, term(spent) + brought, carry.carriers)
