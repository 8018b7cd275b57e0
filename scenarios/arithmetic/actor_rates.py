"""What money of another year counts to each actor: discounting at its own rate, society's where it has none.

What an investment is still worth at the end, prices of misses and account prices that nobody pays are society's
matters and stay at its rate; see docs/finance.md.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from scenarios.arithmetic.money import average_investment, outlay_calendar
from scenarios.arithmetic.service import find_end
from scenarios.arithmetic.windows import read_years
from scenarios.arrays import Arrays, remember
from scenarios.choices import TIMINGS
from scenarios.terms import CALENDAR

Floats = NDArray[np.float64]
OWN_RATE = "own_rate"


@remember
def find_rates(scenario: Arrays) -> Floats:
    """The rate of each actor (actor): its own, else society's."""
    own = scenario[OWN_RATE]
    return np.where(np.isnan(own), float(scenario["discount_rate"]), own)


@remember
def discount_calendar(scenario: Arrays) -> Floats:
    """What a unit of money spent on building in each calendar year counts to each actor (actor, calendar)."""
    calendar = scenario[CALENDAR].astype(float)
    moments = calendar + TIMINGS[scenario.attrs["discount_capital"]] - calendar[0]
    return np.asarray((1.0 + find_rates(scenario)[:, None]) ** -moments)


@remember
def discount_capital(scenario: Arrays) -> Floats:
    """What a unit drawn or repaid in each plan year counts to each actor (actor, year): `d_cap` at its rate."""
    return average_investment(scenario, discount_calendar(scenario))


@remember
def value_outlays(scenario: Arrays) -> Floats:
    """What a krona of investment costs each actor when it is paid (actor, technology, vintage).

    sum_t paid[k,v,t] (1+r)^-(t + o_cap - y0), r the rate of the actor
    """
    return np.asarray(np.einsum("kvt,at->akv", outlay_calendar(scenario), discount_calendar(scenario)))


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
