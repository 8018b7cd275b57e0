"""What money of another year counts to each actor: discounting at its own rate, society's where it has none.

What an investment is still worth at the end, prices of misses and account prices that nobody pays are society's
matters and stay at its rate; see docs/finance.md.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from scenarios.arrays import Arrays, remember
from scenarios.choices import TIMINGS
from scenarios.service import find_end, read_years

Floats = NDArray[np.float64]
OWN_RATE = "own_rate"


@remember
def find_rates(scenario: Arrays) -> Floats:
    """The rate of each actor (actor): its own, else society's."""
    own = scenario[OWN_RATE]
    return np.where(np.isnan(own), float(scenario["discount_rate"]), own)


@remember
def discount_capital(scenario: Arrays) -> Floats:
    """What a unit of money spent on building counts to each actor (actor, year): `d_cap` at its rate."""
    years = read_years(scenario)
    moments = years + TIMINGS[scenario.attrs["discount_capital"]] - years[0]
    return np.asarray((1.0 + find_rates(scenario)[:, None]) ** -moments)


@remember
def discount_operation(scenario: Arrays) -> Floats:
    """What a unit of money in each calendar year of a plan year counts, summed (actor, year): `D_op` at its rate."""
    years, lengths = read_years(scenario)[:, None], scenario["length"][:, None]
    within = np.arange(lengths.max())
    moments = years + within + TIMINGS[scenario.attrs["discount_operation"]] - years[0]
    factors = (1.0 + find_rates(scenario)[:, None, None]) ** -moments
    return np.asarray(np.where(within < lengths, factors, 0.0).sum(axis=2))


@remember
def discount_end(scenario: Arrays) -> Floats:
    """What a unit of money at the end of the horizon counts (actor): `d_end` at its rate."""
    return np.asarray((1.0 + find_rates(scenario)) ** -float(find_end(scenario) - read_years(scenario)[0]))
