"""Is a row of payments worth while? Present value, internal rate of return, payback and annuity.

Times are years after the first day of the plan; payments at parts of years are as good as whole ones.
"""

from __future__ import annotations

import numpy as np

from runners.accounts.amounts import Floats
from scenarios.money import annuity_factor

LEAST_RATE, MOST_RATE = -0.99, 100.0
"""Rates of return outside this span say nothing of an investment."""
SCANNED = 4000
HALVINGS = 200
DUST = 1e-9
"""Sums below this part of the largest payment are rounding."""


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
    growth = np.linspace(np.log1p(LEAST_RATE), np.log1p(MOST_RATE), SCANNED)

    def worth(at: Floats) -> Floats:
        return np.asarray(np.exp(-np.multiply.outer(at, times)) @ amounts)

    signs = np.sign(worth(growth))
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
        low, high = (middle, high) if np.sign(worth(middle)) == sign else (low, middle)
    return float(np.expm1(0.5 * (low + high)))


def find_payback(amounts: Floats) -> float:
    """Years from the start of the first year that costs money until the sum of yearly payments (n) stays at 0 or above.

    Straight within a year; 0 where nothing is ever owed, NaN where the money does not come back.

    >>> find_payback(np.array([0.0, -100.0, 40.0, 40.0, 40.0]))
    3.5
    """
    total = np.cumsum(amounts)
    dust = DUST * float(np.abs(amounts).max(initial=0.0))
    paid, owed = np.flatnonzero(np.asarray(amounts) < -dust), np.flatnonzero(total < -dust)
    if len(owed) == 0:
        return 0.0
    last = int(owed[-1])
    if last == len(total) - 1:
        return float("nan")
    return float(last + 1 - paid[0] + -total[last] / (total[last + 1] - total[last]))


def find_annuity(rate: float, years: float, present_value: Floats | float) -> Floats:
    """The equal payment at the end of every year of a span that is worth as much as a present value."""
    return np.asarray(present_value * annuity_factor(rate, years))
