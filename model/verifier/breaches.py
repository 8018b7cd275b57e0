"""Which limits of money may be broken at a price, where, and what do the breaches cost?

A mode of each kind of limit stands in the scenario's attributes: hard, priced or off. Letters as in `verify_actors`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from model.verifier.actors import find_drawers, has_actors
from model.verifier.reading import Reading, Scene, kept
from model.verifier.terms import NOTHING, Array, Sum, product, term
from scenarios.catalog import ACTOR, YEAR

PRICED = "priced"


@dataclass(frozen=True)
class Breach:
    """What allows a limit to be broken: the mode of its kind, and the price of a krona and year."""

    mode: str
    price: str


BREACH_OF: Mapping[str, Breach] = {
    "over_ceiling": Breach("ceiling", "ceiling_price"),
    "over_frame": Breach("frames", "frame_price"),
    "over_own_funds": Breach("frames", "frame_price"),
    "over_step": Breach("frames", "frame_price"),
    "under_result": Breach("result", "result_price"),
}
"""By variable of the plan."""

BREACH_DECISIONS: Mapping[str, tuple[str, ...]] = dict.fromkeys(BREACH_OF, (ACTOR, YEAR))
"""What a plan has besides where any limit of money is priced."""


@kept
def has_breaches(read: Scene) -> bool:
    """Whether any limit of its actors' money is priced."""
    return has_actors(read) and any(read.state(breach.mode) == PRICED for breach in BREACH_OF.values())


@kept
def admit_breaches(read: Scene) -> dict[str, Array]:
    """Where each limit stands and may be broken, (actor, year); a step not in the first year."""
    given = read.given
    stands = {
        "over_ceiling": np.isfinite(np.minimum(given.debt_ceiling, given.debt_ceiling_amount))
        & find_drawers(read)[:, None],
        "over_frame": np.isfinite(given.frame),
        "over_own_funds": np.isfinite(given.own_funds),
        "over_step": np.isfinite(given.outlay_step) & (given.year > given.year[0]),
        "under_result": np.isfinite(given.least_result),
    }
    return {name: mask & (read.state(BREACH_OF[name].mode) == PRICED) for name, mask in stands.items()}


def take_breach(read: Reading, name: str) -> Sum:
    """A breach as the plan has it, (actor, year); nothing where no limit is priced."""
    return term(getattr(read.plan, name)) if has_breaches(read) else NOTHING


def measure_breach_cost(read: Reading, operation: Array) -> Sum:
    """`sum D_op price breach` over limits, actors and years.

    Args:
        read: scenario and plan.
        operation: discount factors of a year's operation (year).
    """
    prices = {name: getattr(read.given, breach.price) for name, breach in BREACH_OF.items()}
    costs = (product("ay,y,ay->", price, operation, getattr(read.plan, name)) for name, price in prices.items())
    return sum(costs, NOTHING)
