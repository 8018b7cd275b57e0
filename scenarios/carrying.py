"""Which years' unspent frames and own money may still be spent in later years, and what they are worth by then."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from scenarios.arrays import Arrays, remember
from scenarios.terms import YEAR

FRAME, OWN_FUNDS = "frame", "own_funds"
CARRIED: dict[str, tuple[str, str]] = {
    FRAME: ("frame_carried", "frame_carried_years"),
    OWN_FUNDS: ("own_carried", "own_carried_years"),
}
"""By what is carried over: the share of what is unspent, and for how many years."""


def carries(scenario: Arrays) -> bool:
    """Whether any actor may carry anything over."""
    return any(bool((scenario[share] > 0).any()) for share, _ in CARRIED.values())


def find_moves(scenario: Arrays, limit: str) -> NDArray[np.bool_]:
    """Where what is unspent of a year may be spent in a later one (actor, year, later year).

    Both years have a limit, the year has a share above 0, and the later one begins at most so many years after the
    last calendar year of the first.
    """
    share, reach = (scenario[name] for name in CARRIED[limit])
    limited, years = np.isfinite(scenario[limit]), scenario[YEAR]
    after = years[None, :] - (years + scenario["length"] - 1)[:, None]
    within = (after > 0) & (after <= reach[:, None, None])
    return np.asarray(within & (limited & (share > 0))[:, :, None] & limited[:, None, :])


@remember
def worth_later(scenario: Arrays) -> NDArray[np.float64]:
    """What money left of a year is worth in a later one (year, later year): a krona stays one, and prices rise."""
    level = scenario["price_index"]
    return np.asarray(level[:, None] / level[None, :])
