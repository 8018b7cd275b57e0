"""What do the books charge each actor for what the plan begins: written off in equal parts, at once what goes early?

Followed krona by krona in the money of each calendar year: an asset stands at what was paid for it. Letters of the
subscripts as in `verify_actors`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.verify_capacity import find_service_start
from model.verify_loans import measure_price_levels
from model.verify_money import spread_outlay
from model.verify_reading import Scene, kept
from model.verify_terms import Array


@dataclass(frozen=True)
class Pace:
    """Per krona begun, a calendar year of each plan year, (technology, vintage, year).

    `begun` is charged for what is begun, `gone` for what is retired by then, less `before` for what was retired by the
    plan year before.
    """

    begun: Array
    gone: Array
    before: Array


@kept
def measure_pace(read: Scene) -> Pace:
    """What each vintage costs in the books, calendar year by calendar year, at the price level of the price year."""
    level = measure_price_levels(read)
    spent, begin = spread_outlay(read), find_service_start(read)
    life, time = read.given.life, read.given.depreciation_time
    time = np.where(np.isnan(time), life, time)
    paid_in_all = spent @ np.array([level[int(first)] for first in read.years])
    begun, gone, before = (np.zeros(spent.shape) for _ in range(3))
    value = np.zeros(begin.shape)
    for y, first in enumerate(read.years.astype(int)):
        before[:, :, y] = value / level[first]
        for t in range(first, first + int(read.length[y])):
            paid = spent[:, :, y] * level[t] if t == first else np.zeros(begin.shape)
            worn = paid_in_all * (_write_off(t + 1.0 - begin, time, life) - _write_off(t - begin, time, life))
            begun[:, :, y] += worn / level[t]
            gone[:, :, y] += (paid - worn) / level[t]
            value = value + paid - worn
    return Pace(begun / read.length, (gone + before) / read.length, before / read.length)


def _write_off(age: Array, time: Array, life: Array) -> Array:
    """Part of the investment that is written off at an age of its service, (technology, vintage)."""
    part = np.where(np.isinf(time), 0.0, 1.0 / np.where(np.isinf(time), 1.0, time))[:, None] * age
    return np.where(age >= life[:, None], 1.0, np.clip(part, 0.0, 1.0))


def charge_gone(pace: Pace, gone: Array) -> Array:
    """`gone gone[y] - before gone[y-1]` of what is retired (.., vintage, year), summed over vintages."""
    earlier = np.concatenate([np.zeros_like(gone[..., :1]), gone[..., :-1]], axis=-1)
    return np.asarray((pace.gone * gone - pace.before * earlier).sum(-2))
