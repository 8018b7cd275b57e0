"""Is a row of payments worth while? Present value, internal rate of return, payback and annuity.

Times are years after the first day of the plan; payments at parts of years are as good as whole ones.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from runners.accounts.amounts import Floats
from scenarios.arithmetic.money import annuity_factor

LEAST_RATE, MOST_RATE = -0.99, 100.0
"""Rates of return outside this span say nothing of an investment."""
SCANNED = 4000
HALVINGS = 200
DUST = 1e-9
"""Sums below this part of the largest are rounding."""


def find_present_value(rate: float, times: Floats, amounts: Floats) -> Floats:
    """Payments (..., n) at times (n), discounted to time 0.

    sum amounts (1 + rate)^-times

    >>> round(float(find_present_value(0.1, np.array([0.0, 1.0]), np.array([-100.0, 121.0]))), 6)
    10.0
    """
    return np.asarray(amounts @ (1.0 + rate) ** -np.asarray(times))


def find_internal_rate(times: Floats, amounts: Floats) -> float:
    """The rate at which payments (n) at times (n) are worth nothing; NaN where there is none or more than one.

    >>> round(find_internal_rate(np.array([0.0, 1.0]), np.array([-100.0, 110.0])), 9)
    0.1
    """
    growth, factors = _scan_rates(tuple(np.asarray(times, dtype=float).tolist()))

    def worth(at: Floats) -> Floats:
        return np.asarray(np.exp(-np.multiply.outer(at, times)) @ amounts)

    signs = np.sign(factors @ amounts)
    turns = np.flatnonzero(signs[1:] * signs[:-1] < 0)
    exact = np.flatnonzero(signs == 0)
    if not np.any(amounts) or len(turns) + len(exact) != 1:
        return float("nan")
    if len(exact):
        return float(np.expm1(growth[exact[0]]))
    low, high = growth[turns[0]], growth[turns[0] + 1]
    sign = signs[turns[0]]
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        between = low < middle < high
        low, high = (middle, high) if np.sign(worth(middle)) == sign else (low, middle)
        if not between:  # no number lies between them
            break
    return float(np.expm1(0.5 * (low + high)))


@lru_cache(maxsize=4)
def _scan_rates(times: tuple[float, ...]) -> tuple[Floats, Floats]:
    """Rates that are looked at, as growth, and what they make of a payment at each time (rate, time)."""
    growth = np.linspace(np.log1p(LEAST_RATE), np.log1p(MOST_RATE), SCANNED)
    return growth, np.exp(-np.multiply.outer(growth, np.array(times)))


def find_payback(spent: Floats, earned: Floats, left: float = 0.0) -> float:
    """Years from when money is first owed until it has come back and nothing is owed any more.

    Of every year (n), `spent` is signed and falls at its start, `earned` comes evenly through it; `left` is what is
    worth something when the last year has ended, as in the present value and the rate of return. 0 where nothing is
    ever owed, NaN where the money does not come back by then.

    >>> find_payback(np.array([-100.0, 0.0, 0.0, 0.0]), np.array([0.0, 40.0, 40.0, 40.0]))
    3.5
    >>> find_payback(np.array([-100.0, 0.0]), np.array([30.0, 30.0]), 45.0)
    2.0
    """
    total = np.cumsum(np.append(np.stack([spent, earned], axis=-1).ravel(), left))
    moments = np.append(np.repeat(np.arange(len(spent) + 1.0), 2)[1:-1], float(len(spent)))
    owed = np.flatnonzero(total < -DUST * np.abs(total).max(initial=0.0))
    if len(owed) == 0:
        return 0.0
    last = int(owed[-1])
    if last == len(total) - 1:
        return float("nan")
    part = total[last] / (total[last] - total[last + 1])
    return float(moments[last] + part * (moments[last + 1] - moments[last]) - moments[owed[0]])


def find_annuity(rate: float, years: float, present_value: Floats | float) -> Floats:
    """The equal payment at the end of every year of a span that is worth as much as a present value."""
    return np.asarray(present_value * annuity_factor(rate, years))
