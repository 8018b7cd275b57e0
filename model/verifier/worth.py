"""When is an investment paid, and what is left of it when the plan ends: what is the service still to come worth?"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping

import numpy as np

from model.verifier.reading import Scene, kept
from model.verifier.terms import Array
from model.verifier.time import (
    SPREAD,
    Cell,
    count_serving,
    find_begun,
    find_belonging,
    find_curved,
    find_first_starts,
    find_knots,
    find_service_start,
    find_width,
    list_calendar,
    list_cells,
)

MOMENT: Mapping[str, float] = {"start": 0.0, "middle": 0.5, "end": 1.0}
"""When in a year money is counted, as the scenario's attributes name it."""

POINTS, WEIGHTS = np.polynomial.legendre.leggauss(24)
"""Where and how much an integral over a stretch without bends looks at it."""


def find_growth(read: Scene) -> float:
    """`1 + r`."""
    return 1.0 + float(read.given.discount_rate)


def find_end(read: Scene) -> float:
    """`E`, the moment at which the horizon ends."""
    return float(read.years[-1] + read.length[-1])


@kept
def pay_outlay(read: Scene) -> Array:
    """Share of an investment paid in each calendar year, past the horizon in the last, (technology, vintage, calendar).

    What starts in a calendar year is paid evenly over its years of construction, year by year, or as `spending` says
    of the years since the start. All of what is begun in a plan year starts in the first year open to it where
    investment is not spread.
    """
    calendar, belongs = list_calendar(read), find_belonging(read)
    build, said = read.given.construction_years, read.given.spending
    paid = np.zeros((build.size, read.years.size, calendar.size))
    count = np.zeros(paid.shape[:2])
    for s, v in enumerate(belongs):
        first = find_first_starts(read)[:, v]
        open_ = find_begun(read)[:, s] & (read.state("investment") == SPREAD) | (first == calendar[s])
        until = calendar[s] + build[:, None]
        part = (
            np.clip(np.minimum(calendar + 1.0, until) - np.maximum(calendar, calendar[s]), 0.0, None) / build[:, None]
        )
        for k in np.flatnonzero(said.any(1)) if said.size else ():
            part[k] = np.pad(said[k], (s, max(calendar.size - s - said.shape[1], 0)))[: calendar.size]
        paid[:, v] += np.where(open_[:, None], part, 0.0)
        count[:, v] += open_
    share = paid / count[:, :, None]
    share[:, :, -1] += 1.0 - share.sum(2)
    return share


@kept
def spread_outlay(read: Scene) -> Array:
    """The same in each plan year, (technology, vintage, year)."""
    paid, belongs = pay_outlay(read), find_belonging(read)
    return np.stack([paid[:, :, belongs == y].sum(2) for y in range(read.years.size)], axis=2)


@kept
def discount_payments(read: Scene) -> Array:
    """`(1+r)^-(t + o_cap - y0)` of each calendar year, (calendar)."""
    moment = MOMENT[read.state("discount_capital")]
    return np.asarray(find_growth(read) ** -(list_calendar(read) + moment - read.years[0]))


@kept
def discount_own_payments(read: Scene) -> Array:
    """The same for each actor, at its own rate where it has one, (actor, calendar)."""
    rate = np.where(np.isnan(read.given.own_rate), float(read.given.discount_rate), read.given.own_rate)
    moment = list_calendar(read) + MOMENT[read.state("discount_capital")] - read.years[0]
    return np.asarray((1.0 + rate[:, None]) ** -moment)


@kept
def measure_worth(read: Scene) -> Array:
    """What is left of a unit of investment at the end of the horizon, by the scenario's rule, (technology, vintage).

    A straight line leaves the share of service that is left, of the investment with interest until service starts.
    Every other rule leaves that share of the investment with interest until the end, the service discounted: it was
    repaid by its service, at one rate.
    """
    salvage, growth, end = read.state("salvage"), find_growth(read), find_end(read)
    payments = pay_outlay(read)
    if salvage == "none":
        return np.zeros(payments.shape[:2])
    paid = (payments * growth ** (read.years[0] - list_calendar(read))).sum(2)
    if salvage == "straight_line" or growth == 1.0:
        return np.asarray(share_left(read, 1.0) * paid / _worth_of_starting(read))
    late = growth ** (end - read.years[0])
    endless = np.isinf(read.given.life) & ~find_curved(read)
    forever = endless[:, None] & (growth < 1.0)
    return np.asarray(np.where(forever, paid / _worth_of_starting(read), share_left(read, growth) * paid * late))


def _worth_of_starting(read: Scene) -> Array:
    """`(1+r)^-(b - y0)`, at most until the end, its mean over the starts of a vintage, (technology, vintage)."""
    growth, end, width = find_growth(read), find_end(read) - read.years[0], find_width(read)
    start = find_service_start(read) - read.years[0]
    worth = growth ** -np.minimum(start, end)
    for k, v in zip(*np.nonzero(width), strict=True):
        before = min(max(end - start[k, v], 0.0), width[k, v])
        early = _integrate(lambda x: np.ones_like(x), start[k, v], start[k, v] + before, growth)
        worth[k, v] = (early + (width[k, v] - before) * growth**-end) / width[k, v]
    return np.asarray(worth)


def share_left(read: Scene, growth: float) -> Array:
    """Service after the horizon over service in all, a unit at t counting `growth^-t`, (technology, vintage)."""
    start, width, end = find_service_start(read), find_width(read), find_end(read)
    left = _share_life(np.clip(end - start, 0.0, None), read.given.life[:, None], growth)
    for k in range(len(start)):
        cells = list_cells(read, k)
        for v in range(read.years.size):
            if width[k, v] > 0:
                left[k, v] = _share_spread(cells, width[k, v], end - start[k, v], growth)
            elif find_curved(read)[k]:
                left[k, v] = _share_cells(cells, max(end - start[k, v], 0.0), growth)
    return left


def _share_life(used: Array, life: Array, growth: float) -> Array:
    endless = np.isinf(life)
    finite = np.where(endless, 1.0, life)
    spent = np.minimum(used, finite)
    if growth == 1.0:
        return np.where(endless, 1.0, 1.0 - spent / finite)
    forever = growth**-used if growth > 1.0 else np.ones_like(used)
    return np.where(endless, forever, (growth**-spent - growth**-finite) / (1.0 - growth**-finite))


def _share_cells(cells: list[Cell], used: float, growth: float) -> float:
    whole = sum(share * _value_span(first, last, growth) for first, last, share in cells)
    left = sum(share * _value_span(max(first, used), last, growth) for first, last, share in cells if last > used)
    return left / whole if whole > 0 else 0.0


def _value_span(first: float, last: float, growth: float) -> float:
    """One unit a year between two ages, each moment counted by `growth^-age`; its constant factor does not matter."""
    return last - first if growth == 1.0 else float((growth**-first - growth**-last) / (growth - 1.0))


def _share_spread(cells: list[Cell], width: float, used: float, growth: float) -> float:
    """The same where starts are spread: what serves at each moment, moment by moment."""
    endless = any(np.isinf(last) for _, last, _ in cells)
    if endless and growth <= 1.0:
        return 1.0
    knots = np.unique(np.append(find_knots(cells, width), max(used, 0.0)))
    rest = growth ** -knots[-1] / np.log(growth) if endless else 0.0
    parts = [
        _integrate(lambda t: count_serving(cells, width, t), first, last, growth)
        for first, last in itertools.pairwise(knots)
    ]
    whole = sum(parts) + rest
    left = sum(part for part, first in zip(parts, knots[:-1], strict=True) if first >= used) + rest
    return float(left / whole) if whole > 0 else 0.0


def _integrate(serving: Callable[[Array], Array], first: float, last: float, growth: float) -> float:
    """`integral of serving(t) growth^-t` over a stretch without bends."""
    moments = (first + last) / 2.0 + (last - first) / 2.0 * POINTS
    return float((last - first) / 2.0 * (WEIGHTS * serving(moments) * growth**-moments).sum())
