"""Settings that bring numbers of a scenario to what they are to be, whatever else acts on them.

A setting acts on a number as its table writes it; the unit of the table (money of its own year), a path that it follows
and other settings come beside. What a shift makes of the number is found by trying, and the number is affine in it:

    number(shift) = number(0) + answer shift,    answer = (number(probe) - number(0)) / probe
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isclose

import numpy as np

from scenarios.arrays import Arrays
from scenarios.settings import ADJUST, SHIFT, Settings, join_key, parse_setting
from scenarios.terms import COMMODITY, SLICE, YEAR

Lay = Callable[[Settings], Arrays]
"""The arrays of a scenario under settings."""
Place = tuple[str, str, int]
"""A quantity, a label and a year."""
PRICE = "purchase_price"
SAME = 1e-12
"""Numbers nearer to each other than this part of them are the same: nothing is moved."""
REACHED = 1e-9
"""A number further from what it is to be than this part of it (at least of one unit) was not reached."""
PLAIN = 1e-9
"""An answer nearer to one than this is one."""


@dataclass(frozen=True)
class Short:
    """A number that no setting brings to what it is to be, in the scenario's unit."""

    quantity: str
    label: str
    year: int
    wanted: float
    got: float


def add_settings(settings: Settings, more: Settings) -> dict[str, float]:
    """Settings and what moves their numbers further: shifts of one number are added, factors multiplied."""
    joined = dict(settings)
    for key, number in more.items():
        before = joined.get(key)
        if before is None:
            joined[key] = number
        else:
            joined[key] = before + number if key.startswith(f"{SHIFT}.") else before * number
    return joined


def move_numbers(lay: Lay, settings: Settings, wanted: Mapping[Place, float]) -> dict[str, float]:
    """The settings, with shifts that bring numbers of a label and a year to what is wanted; real money."""
    now = lay(settings)
    missing = {}
    for (quantity, label, year), number in wanted.items():
        key = join_key(SHIFT, quantity, label, year)
        before = _read(now, key)
        if abs(number - before) > SAME * max(1.0, abs(before)):
            missing[key] = number - before
    return raise_numbers(lay, settings, missing)


def raise_numbers(lay: Lay, settings: Settings, amounts: Mapping[str, float]) -> dict[str, float]:
    """The settings, with shifts that raise numbers by amounts; what does not answer to a shift stays as it is.

    Args:
        lay: the arrays under settings.
        settings: that hold already.
        amounts: by the key of a shift of one number, in the scenario's unit: real money.
    """
    if not amounts:
        return dict(settings)
    now = lay(settings)
    probes = {key: max(abs(amount), abs(_read(now, key))) for key, amount in amounts.items()}
    tried = lay(add_settings(settings, probes))
    shifts = {}
    for key, amount in amounts.items():
        answer = (_read(tried, key) - _read(now, key)) / probes[key]
        if isclose(answer, 1.0, rel_tol=PLAIN):
            shifts[key] = amount
        elif abs(answer) > 0:
            shifts[key] = amount / answer
    return add_settings(settings, shifts)


def move_prices(lay: Lay, settings: Settings, wanted: Mapping[tuple[str, int], float]) -> dict[str, float]:
    """The settings, with others that bring the mean of a year's price, by hours, to what is wanted.

    The shape over the slices stays: each price is multiplied by the same. A mean of nothing (or less) has no shape to
    keep, and neither has what becomes negative: all slices are raised by the same.
    """
    now, factors, goals = lay(settings), {}, {}
    for (commodity, year), paid in wanted.items():
        prices = _find_prices(now, commodity, year)
        mean = _mean(prices, now)
        if not np.isfinite(mean) or abs(paid - mean) <= SAME * abs(mean):
            continue
        if mean > 0 and paid >= 0:
            factors[join_key(ADJUST, PRICE, commodity, year)] = paid / mean
            goals[commodity, year] = prices * (paid / mean)
        else:
            goals[commodity, year] = prices + (paid - mean)
    scaled = add_settings(settings, factors)
    then = lay(scaled)
    rest = {}
    for (commodity, year), goal in goals.items():
        prices = _find_prices(then, commodity, year)
        for s, own, number in zip(then[SLICE].tolist(), prices.tolist(), goal.tolist(), strict=True):
            if abs(number - own) > SAME * max(1.0, abs(own)):
                rest[join_key(SHIFT, PRICE, commodity, str(s), year)] = number - own
    return raise_numbers(lay, scaled, rest)


def find_short(
    arrays: Arrays, wanted: Mapping[Place, float], prices: Mapping[tuple[str, int], float]
) -> tuple[Short, ...]:
    """What is wanted of numbers and of mean prices, and is not so in a scenario."""
    own = {place: _read(arrays, join_key(SHIFT, *place)) for place in wanted}
    own |= {(PRICE, c, year): _mean(_find_prices(arrays, c, year), arrays) for c, year in prices}
    all_wanted = {**wanted, **{(PRICE, c, year): paid for (c, year), paid in prices.items()}}
    return tuple(
        Short(*place, number, own[place])
        for place, number in all_wanted.items()
        if not abs(number - own[place]) <= REACHED * max(1.0, abs(number))
    )


def _read(arrays: Arrays, key: str) -> float:
    """The one number that a key is about."""
    setting = parse_setting(key, arrays)
    return float(np.asarray(arrays[setting.names[0]][setting.index]).item())


def _mean(prices: np.ndarray, arrays: Arrays) -> float:
    """The mean of prices by the hours of their slices."""
    return float(prices @ arrays["hours"] / arrays["hours"].sum())


def _find_prices(arrays: Arrays, commodity: str, year: int) -> np.ndarray:
    """A commodity's purchase price of a year (slice)."""
    place = arrays[COMMODITY].tolist().index(commodity), slice(None), arrays[YEAR].tolist().index(year)
    return np.asarray(arrays[PRICE][place])
