"""Which years' unspent frames and own money may still be spent in later years, and what money kept is worth by then."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from scenarios.arithmetic.loans import index_prices
from scenarios.arithmetic.money import average_investment, gather_calendar
from scenarios.arrays import Arrays, remember
from scenarios.choices import SPREAD
from scenarios.terms import CALENDAR, YEAR

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


def leave_over(scenario: Arrays, limit: str, paid: NDArray[np.float64]) -> NDArray[np.float64]:
    """By how much outlays of plan years go beyond a limit, and beyond what earlier years can leave for them.

    (actor, year), in real money of a plan year: of each actor the least that its years can come to together.
    """
    room = scenario[limit] * scenario["length"]
    over = np.maximum(paid - room, 0.0)
    moves = find_moves(scenario, limit)
    for a in np.flatnonzero((over > 0).any(axis=1) & moves.any(axis=(1, 2))).tolist():
        share = scenario[CARRIED[limit][0]][a]
        over[a] = _cover(room[a], paid[a], np.argwhere(moves[a]), share, worth_later(scenario))
    return np.asarray(over)


def _cover(
    room: NDArray[np.float64],
    paid: NDArray[np.float64],
    moves: NDArray[np.int64],
    share: NDArray[np.float64],
    worth: NDArray[np.float64],
) -> NDArray[np.float64]:
    """What is left over of one actor's outlays by year, as little as can be.

    min sum_y over[y]   where   spent[y] + sum_z moved[y,z] / share[y] <= room[y]
                                spent[y] + sum_u worth[u,y] moved[u,y] + over[y] >= paid[y]
    """
    from scipy.optimize import linprog  # only where somebody carries something over

    n, (left, used) = len(paid), moves.T
    held, limited = np.arange(n), np.isfinite(room)
    within, cover = (np.zeros((n, 2 * n + len(moves))) for _ in range(2))
    within[held, held] = 1.0
    cover[held, held] = cover[held, n + held] = -1.0
    within[left, 2 * n + np.arange(len(moves))] = 1.0 / share[left]
    cover[used, 2 * n + np.arange(len(moves))] = -worth[left, used]
    costs = np.concatenate([np.zeros(n), np.ones(n), np.zeros(len(moves))])
    rows = np.concatenate([within[limited], cover[limited]])
    found = linprog(costs, rows, np.concatenate([room[limited], -paid[limited]]))
    return np.where(limited, found.x[n : 2 * n], 0.0)


def level_savings(scenario: Arrays) -> NDArray[np.float64]:
    """Price level of what operation saves in each plan year (year): its calendar years' mean, whenever is invested."""
    return np.asarray(gather_calendar(scenario, index_prices(scenario)[:-1]) / scenario["length"])


@remember
def hold_savings(scenario: Arrays) -> NDArray[np.float64]:
    """What savings left by each plan year are worth at the end of each calendar year (year, calendar year).

    Money that is kept moves on a straight line from what one plan year leaves to what the next does, in kronor of their
    day: for t in y, u the plan year before and passed = (t + 1 - y) / L[y],

        held[y,t] = passed saved_level[y] / index[t],   held[u,t] = (1 - passed) saved_level[u] / index[t]
    """
    place, passed = _pass_years(scenario)
    each = np.arange(len(scenario[YEAR]))[:, None]
    share = np.where(each == place, passed, np.where(each == place - 1, 1.0 - passed, 0.0))
    return np.asarray(share * level_savings(scenario)[:, None] / index_prices(scenario)[:-1])


@remember
def miss_savings(scenario: Arrays) -> NDArray[np.float64]:
    """What a krona used in each plan year is gone of that line at the end of each calendar year (year, calendar year).

    Nothing where what is invested is spread as the line is; where it is so in the first year the line takes a part of
    what is used for the years that are left: gone[y,t] = (1 - passed) level[y] / index[t].
    """
    place, passed = _pass_years(scenario)
    index, each = index_prices(scenario)[:-1], np.arange(len(scenario[YEAR]))[:, None]
    left = np.where(each == place, 1.0 - passed, 0.0) * (scenario.attrs["investment"] != SPREAD)
    return np.asarray(left * average_investment(scenario, index)[:, None] / index)


def _pass_years(scenario: Arrays) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The plan year of each calendar year, and what part of it has passed when that ends."""
    years, calendar = scenario[YEAR], scenario[CALENDAR]
    place = np.searchsorted(years, calendar, side="right") - 1
    return place, (calendar + 1 - years[place]) / scenario["length"][place]


@remember
def worth_savings(scenario: Arrays) -> NDArray[np.float64]:
    """What savings left by a plan year are worth in a later one, as savings of that (year, later year)."""
    level = level_savings(scenario)
    return np.asarray(level[:, None] / level[None, :])


@remember
def worth_used(scenario: Arrays) -> NDArray[np.float64]:
    """What a krona used in a plan year, at the prices at which it is invested, is of its savings (year)."""
    level = average_investment(scenario, index_prices(scenario)[:-1])
    return np.asarray(level / level_savings(scenario))


@remember
def worth_later(scenario: Arrays) -> NDArray[np.float64]:
    """What money left of a year is worth in a later one (year, later year): a krona stays one, and prices rise.

    A plan year's prices are the mean of its calendar years' where investment is spread over them, else its first.
    """
    level = average_investment(scenario, index_prices(scenario)[:-1])
    return np.asarray(level[:, None] / level[None, :])
