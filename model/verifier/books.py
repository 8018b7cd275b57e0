"""What do the books charge each actor for what the plan begins: written off in equal parts, at once what goes early?

Followed krona by krona in the money of each calendar year: an asset stands at what was paid for it. Letters of the
subscripts as in `verify_actors`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.verifier.loans import measure_price_levels
from model.verifier.reading import Scene, kept
from model.verifier.terms import Array
from model.verifier.time import (
    find_belonging,
    find_curved,
    find_service_start,
    find_width,
    list_calendar,
    list_cells,
)
from model.verifier.worth import pay_outlay


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
    levels, belongs = measure_price_levels(read), find_belonging(read)
    level = np.array([levels[int(t)] for t in list_calendar(read)])
    bills, begin = pay_outlay(read) * level, find_service_start(read)
    paid_in_all = bills.sum(2)
    begun, gone, before = (np.zeros((*begin.shape, read.years.size)) for _ in range(3))
    value = np.zeros(begin.shape)
    for i, t in enumerate(list_calendar(read)):
        y = belongs[i]
        if t == read.years[y]:
            before[:, :, y] = value / level[i]
        paid = bills[:, :, i]
        worn = paid_in_all * (_write_off(read, t + 1.0 - begin) - _write_off(read, t - begin))
        begun[:, :, y] += worn / level[i]
        gone[:, :, y] += (paid - worn) / level[i]
        value = value + paid - worn
    return Pace(begun / read.length, (gone + before) / read.length, before / read.length)


def _write_off(read: Scene, age: Array) -> Array:
    """Part of the investment that is written off at an age of its first start's service, (technology, vintage).

    Where starts are spread over a width each is as much younger as it started later: the mean over them all.
    """
    life, time, width = read.given.life[:, None], find_time(read), find_width(read)
    pace = np.where(np.isinf(time), 0.0, 1.0 / np.where(np.isinf(time), 1.0, time))
    at_once = np.where(age >= life, 1.0, np.clip(pace * age, 0.0, 1.0))
    some = np.where(width > 0, width, 1.0)
    mean = (_add_up(age, pace, time, life) - _add_up(age - width, pace, time, life)) / some
    written = np.where(width > 0, mean, at_once)
    for k in np.flatnonzero(find_curved(read)):
        written[k] = _write_off_along(read, int(k), age[k], float(pace[k, 0]))
    return written


def _add_up(age: Array, pace: Array, time: Array, life: Array) -> Array:
    """What one start has written off, added up until an age: a ramp, then what it came to, then all."""
    ramp = np.clip(age, 0.0, np.minimum(time, life))
    wait = np.clip(np.minimum(age, life), 0.0, None) - ramp
    return np.asarray(pace * ramp**2 / 2.0 + pace * ramp * wait + np.clip(age - life, 0.0, None))


def find_time(read: Scene) -> Array:
    """Years in which it is written off, (technology, 1): as written, else the life, or the years a curve adds up to."""
    served = np.nan_to_num(read.given.survival).sum(1) if read.given.survival.size else read.given.life
    life = np.where(find_curved(read), np.where(served > 0, served, np.inf), read.given.life)
    time = read.given.depreciation_time
    return np.asarray(np.where(np.isnan(time), life, time)[:, None])


def _write_off_along(read: Scene, k: int, age: Array, pace: float) -> Array:
    """What is no longer worth anything at an age: all but `S(a) max(1 - a / n, 0)`, (vintage)."""
    width = find_width(read)[k]
    end = np.inf if pace == 0 else 1.0 / pace
    worth, kept_until = np.zeros(age.shape), np.zeros((2, *age.shape))
    for first, last, share in list_cells(read, k):
        worth += np.where((age >= first) & (age < last), share * np.clip(1.0 - pace * age, 0.0, None), 0.0)
        for i, moment in enumerate((age - width, age)):
            since, until = (np.clip(moment, 0.0, min(edge, end)) for edge in (first, last))
            kept_until[i] += share * (until - since - pace * (until**2 - since**2) / 2.0)
    some = np.where(width > 0, width, 1.0)
    started = np.clip(age / some, 0.0, 1.0)
    return np.where(width > 0, started - (kept_until[1] - kept_until[0]) / some, np.where(age >= 0, 1.0 - worth, 0.0))


def charge_gone(pace: Pace, gone: Array) -> Array:
    """`gone gone[y] - before gone[y-1]` of what is retired (.., vintage, year), summed over vintages."""
    earlier = np.concatenate([np.zeros_like(gone[..., :1]), gone[..., :-1]], axis=-1)
    charged: Array = (pace.gone * gone - pace.before * earlier).sum(-2)
    return charged
