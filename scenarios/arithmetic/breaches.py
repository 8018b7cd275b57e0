"""By how much may a limit of money be broken, and what does that cost? The limits whose mode is `priced`.

    breach_cost = sum over limits, a, y of D_op[y] price[limit,a,y] breach[limit,a,y]

A breach is what the plan takes beyond the room that a limit leaves it (`arithmetic/rooms.py`): what stands without the
plan is no part of it. It is an amount of a calendar year, of debt the amount at the year's end.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scenarios.arithmetic.money import operation_discount
from scenarios.arrays import Arrays
from scenarios.choices import LIMIT_CHOICES, PRICED

CEILING, FRAMES, RESULT = LIMIT_CHOICES


@dataclass(frozen=True)
class Limit:
    """A limit of money: the rule, the variable by which it is broken, the choice of its mode, and its price."""

    rule: str
    breach: str
    choice: str
    price: str


LIMITS: tuple[Limit, ...] = (
    Limit("ceiling_most", "over_ceiling", CEILING, "ceiling_price"),
    Limit("frame_most", "over_frame", FRAMES, "frame_price"),
    Limit("own_most", "over_own_funds", FRAMES, "frame_price"),
    Limit("step_most", "over_step", FRAMES, "frame_price"),
    Limit("result_least", "under_result", RESULT, "result_price"),
)
BREACHES = tuple(limit.breach for limit in LIMITS)
"""Their variables (actor, year)."""


def find_priced(scenario: Arrays) -> tuple[Limit, ...]:
    """The limits that may be broken at a price."""
    return tuple(limit for limit in LIMITS if scenario.attrs.get(limit.choice) == PRICED)


def price_breach(scenario: Arrays, price: str) -> NDArray[np.float64]:
    """Present cost of a krona of breach all through a plan year (actor, year): `D_op price`."""
    return np.asarray(scenario[price] * operation_discount(scenario))
