"""When does what is built serve: from when to when, how much of it in each plan year, how much after the plan's end?

Letters as in docs/mathematics.md: plan year `y` of `L[y]` calendar years, vintage `v`, technology `k`, the horizon's
end `E`. The starts of a vintage are spread evenly over `W[k,v]` years from `p[k,v]` on, and what starts at `p + x`
serves from `b + x` on, `b = p + lead_time + start_delay`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from scenarios.arithmetic.windows import find_starts, is_spread, read_years
from scenarios.arrays import Arrays, remember
from scenarios.terms import AGE

Floats = NDArray[np.float64]

ENDLESS = np.inf
DUST = 1e-12
"""Shares of service nearer to 0 than this are rounding."""
MOMENT = 1e-9
"""Years: dates nearer to each other than this are one date, told apart by rounding."""


def find_end(scenario: Arrays) -> float:
    """`E`: the moment at which the horizon ends."""
    return float(read_years(scenario)[-1] + scenario["length"][-1])


@remember
def spread_starts(scenario: Arrays) -> Floats:
    """Years over which the starts of each vintage are spread evenly (technology, vintage): `W`, 0 for one moment.

    A plan year of one year is a year as any other: what is begun in it stands from its first day. So does what may
    begin in one year of a period alone, and everything where what is begun serves from the first day of its period.
    """
    count = find_starts(scenario).count
    return np.where((count > 1) & is_spread(scenario), count, 0.0)


@remember
def find_service_start(scenario: Arrays) -> Floats:
    """`b = p + lead_time + start_delay`: when the first of each vintage begins to serve (technology, vintage)."""
    starts, wait = find_starts(scenario), scenario["lead_time"] + scenario["start_delay"]
    first = np.where(starts.count > 0, starts.first, read_years(scenario))
    return np.asarray(first + wait[:, None])


def find_curved(scenario: Arrays) -> NDArray[np.bool_]:
    """Whether a survival curve takes the place of the life (technology)."""
    return np.asarray(~np.isnan(scenario["survival"]).all(axis=1))


def stand_within(scenario: Arrays, most: Floats) -> Floats:
    """As `alive`, of vintages at most so many years in service (technology, vintage, year).

    `most` broadcasts to (technology, vintage); a vintage whose `most` is 0 never counts.
    """
    years, lengths = read_years(scenario), scenario["length"]
    begin = find_service_start(scenario)[:, :, None]
    most = np.broadcast_to(most, begin.shape[:2])[:, :, None]
    end = begin + np.minimum(scenario["life"][:, None, None], most)
    stands = np.clip(np.minimum(years + lengths, end) - np.maximum(years, begin), 0.0, None) / lengths
    curved = find_curved(scenario)
    if curved.any():
        stands[curved] = _measure_survival(scenario, curved, most[curved])
    spread = spread_starts(scenario)[:, :, None]
    if spread.any():
        ages, drops = list_drops(scenario)
        covered = _cover(scenario, np.minimum(ages[:, None, :], most), drops, years, lengths)
        stands = np.where(spread > 0, covered, stands)
    return np.asarray(np.where(years >= years[:, None], stands, 0.0))


@remember
def measure_alive(scenario: Arrays) -> Floats:
    """The share of each vintage in service in each plan year (technology, vintage, year): `alive`.

    For y >= v, else 0, with S(a) what stands at age a: 1 below the life, or the survival curve at whole ages

    alive[k,v,y] = mean over the starts x in [0, W) and the moments t in [y, y+L) of S(t - b - x)

    Where starts are not spread this is

    alive[k,v,y] = |[y, y+L) n [b, b+life)| / L[y]
    alive[k,v,y] = mean over calendar years u in [y, y+L) of survival[k, floor(u - b)]   where a curve is given
    """
    years = read_years(scenario)
    alive = measure_serving(scenario)
    curved = find_curved(scenario)
    if curved.any():
        alive = alive.copy()
        alive[curved] = np.where(
            (spread_starts(scenario)[curved] > 0)[:, :, None],
            _cover_drops(scenario)[curved],
            _measure_survival(scenario, curved),
        )
    return np.asarray(np.where(years >= years[:, None], alive, 0.0))


@remember
def measure_serving(scenario: Arrays) -> Floats:
    """Share of each plan year in which a vintage serves (technology, vintage, year), by its life alone.

    serving = |[y, y+L) n [b, b+life)| / L, its mean over the starts where they are spread
    """
    begins, lengths = read_years(scenario), scenario["length"]
    start, spread = find_service_start(scenario)[:, :, None], spread_starts(scenario)
    end = start + scenario["life"][:, None, None]
    serving = measure_overlap(np.minimum(begins + lengths, end), np.maximum(begins, start)) / lengths
    if spread.any():
        whole = np.ones((len(scenario["life"]), 1))
        covered = _cover(scenario, scenario["life"][:, None, None], whole, begins, lengths)
        serving = np.where((spread > 0)[:, :, None], covered, serving)
    return np.asarray(serving)


@remember
def measure_standing(scenario: Arrays) -> Floats:
    """The share of each vintage in service when each plan year ends (technology, vintage, year): `stands`.

    For y >= v, else 0: mean over the starts x of S just before y + L - b - x.
    """
    years = read_years(scenario)
    ages, drops = list_drops(scenario)
    spread = spread_starts(scenario)[:, :, None]
    moment = (years + scenario["length"]) - find_service_start(scenario)[:, :, None]
    stands = np.zeros(moment.shape)
    for age, drop in zip(ages.T, drops.T, strict=True):
        gone = age[:, None, None]
        stands += drop[:, None, None] * (_pass(moment, spread) - _pass(moment - gone, spread))
    stands = np.where(np.abs(stands) < DUST, 0.0, stands)
    return np.asarray(np.where(years >= years[:, None], stands, 0.0))


def _pass(moment: Floats, spread: Floats) -> Floats:
    """Share of evenly spread starts that lie before a moment counted from the first of them."""
    width = np.where(spread > 0, spread, 1.0)
    return np.where(spread > 0, np.clip(moment / width, 0.0, 1.0), moment > MOMENT)


def _cover_drops(scenario: Arrays) -> Floats:
    """Share of each plan year in which vintages with spread starts stand (technology, vintage, year)."""
    ages, drops = list_drops(scenario)
    return _cover(scenario, ages[:, None, :], drops, read_years(scenario), scenario["length"])


def _cover(scenario: Arrays, ages: Floats, drops: Floats, begins: Floats, lengths: Floats) -> Floats:
    """Share of each span in which vintages with spread starts stand (technology, vintage, span).

    `drops` (technology, drop) of them are gone at `ages` (technology, vintage or 1, drop) and after. What stands at a
    moment is what has started less what has dropped: the share of the starts passed, and that share an age later.
    Between a span's ends these add up as `_fill` does.
    """
    spread = spread_starts(scenario)[:, :, None]
    since = begins - find_service_start(scenario)[:, :, None]
    until = since + lengths
    covered = np.zeros(since.shape)
    for j, drop in enumerate(drops.T):
        gone = ages[:, :, j, None]
        stood = _fill(until, spread) - _fill(since, spread) - _fill(until - gone, spread) + _fill(since - gone, spread)
        covered += drop[:, None, None] * stood
    share = covered / lengths
    return np.where(np.abs(share) < DUST, 0.0, share)


def _fill(moment: Floats, spread: Floats) -> Floats:
    """`_pass` added up from the first start to a moment."""
    width = np.where(spread > 0, spread, 1.0)
    started = np.maximum(moment, 0.0)
    return np.where(started < width, started**2 / (2.0 * width), started - width / 2.0)


def write_off(scenario: Arrays, since: Floats, time: Floats) -> Floats:
    """Share of an investment written off at moments since its first start serves (technology, vintage, moment).

    In equal parts over `time` (technology) and the rest when the life ends: of what a survival curve lets stand the
    longest, of each part when it is gone (`list_drops`).
    """
    ages, drops = list_drops(scenario)
    gone_at_once = 1.0 - drops.sum(axis=1, keepdims=True)
    ages, drops = np.column_stack([ages, np.zeros(len(ages))]), np.column_stack([drops, gone_at_once])
    done = np.zeros(since.shape)
    for j in np.flatnonzero(drops.any(axis=0)):
        done += drops[:, j, None, None] * _write_off_part(scenario, since, time, ages[:, j, None, None])
    return done


def _write_off_part(scenario: Arrays, since: Floats, time: Floats, life: Floats) -> Floats:
    """The same of what is gone at one age.

    With m the moment and n the time, each start x in [0, W) has written off min(m - x, n)/n, or all from m - x = life
    on. Their mean is, added up by `_fill`,

    (_fill(m) - _fill(m - min(n, life))) / n + (1 - min(n, life)/n) _pass(m - life)
    """
    time, spread = time[:, None, None], spread_starts(scenario)[:, :, None]
    endless = np.isinf(time)
    length = np.where(endless, 1.0, time)
    evenly = np.where(endless, 0.0, np.clip(since / length, 0.0, 1.0))
    done = np.where(since >= life, 1.0, evenly)
    if not spread.any():
        return done
    within = np.minimum(length, life)
    worn = np.where(endless, 0.0, (_fill(since, spread) - _fill(since - within, spread)) / length)
    rest = np.where(endless, 1.0, 1.0 - within / length)
    return np.where(spread > 0, worn + rest * _pass(since - life, spread), done)


@remember
def mean_life(scenario: Arrays) -> Floats:
    """How long what is built serves (technology): its life, under a survival curve the mean of what it says."""
    ages, drops = list_drops(scenario)
    served = (np.where(drops > 0, ages, 0.0) * drops).sum(axis=1)
    return np.where(find_curved(scenario), np.where(served > 0, served, np.inf), scenario["life"])


def measure_overlap(until: Floats, since: Floats) -> Floats:
    """The years from one date to another; none where the other comes first, or is the same but for rounding."""
    between = until - since
    return np.where(between > MOMENT, between, 0.0)


def _measure_survival(scenario: Arrays, curved: NDArray[np.bool_], most: Floats | float = ENDLESS) -> Floats:
    """The mean of the survival curve over the calendar years of each plan year (curved technology, vintage, year).

    `most` (curved technology, vintage, 1): ages from which on nothing counts.
    """
    years, lengths = read_years(scenario), scenario["length"]
    curves = scenario["survival"][curved]
    begin = find_service_start(scenario)[curved]
    within = np.arange(lengths.max())
    calendar = years[:, None] + within
    age = np.floor(calendar - begin[:, :, None, None]).astype(np.int64)
    ends = np.minimum(scenario.sizes[AGE], np.asarray(most)[..., None])
    stands = (age >= 0) & (age < ends) & (within < lengths[:, None])
    place = np.arange(len(curves))[:, None, None, None]
    shares = np.where(stands, curves[place, np.where(stands, age, 0)], 0.0)
    return np.asarray(shares.sum(axis=3) / lengths)


@remember
def share_left(scenario: Arrays) -> Floats:
    """Service that a vintage has left at the end of the horizon over its service in all (technology, vintage).

    With n = E - b and the mean taken over the starts x in [0, W):

    left[k,v] = mean integral_{max(n - x, 0)}^inf S(a) da / mean integral_0^inf S(a) da

    1 where service is endless.
    """
    return _share_service(scenario, 0.0)


@remember
def share_left_discounted(scenario: Arrays) -> Floats:
    """The same of service discounted at the discount rate r: S(a) (1+r)^-(a + x) for S(a).

    Where service is endless and the rate is 0 or less, 1.
    """
    return _share_service(scenario, float(np.log1p(float(scenario["discount_rate"]))))


def _share_service(scenario: Arrays, growth: float) -> Floats:
    """Service left over service in all; each unit counts exp(-growth t) at t years from the first start on.

    S falls in steps: `drops[k,j]` of it are gone from `ages[k,j]` on, so its integral from n on is the sum over j of
    `drops[k,j]` times the integral between max(n, x) and max(n, x + ages[k,j]).
    """
    ages, drops = list_drops(scenario)
    used = np.clip(find_end(scenario) - find_service_start(scenario), 0.0, None)[:, :, None]
    spread = spread_starts(scenario)[:, :, None]
    endless = np.asarray(np.isinf(ages).any(axis=1))[:, None]
    served = np.where(np.isinf(ages), 0.0, ages)[:, None, :]
    none = np.zeros_like(used)

    def serve(after: Floats) -> Floats:
        reached = _reach(served, after, spread, growth) - _reach(none, after, spread, growth)
        return np.asarray((drops[:, None, :] * reached).sum(axis=2))

    left, whole = serve(used), serve(none)
    share = np.divide(left, whole, out=np.zeros(left.shape), where=whole > 0)
    if growth > 0:
        after, always = (1.0 - growth * _reach(none, since, spread, growth)[:, :, 0] for since in (used, none))
        share = np.where(endless, after / always, share)
    else:
        share = np.where(endless, 1.0, share)
    return np.asarray(np.where(share < DUST, 0.0, share))


def _reach(age: Floats, after: Floats, spread: Floats, growth: float) -> Floats:
    """`integral_0^max(after, x + age) exp(-growth t) dt`, its mean over the starts x in [0, spread)."""
    width = np.where(spread > 0, spread, 1.0)
    early = np.clip((after - age) / width, 0.0, 1.0)
    late = (_integrate_twice(width + age, growth) - _integrate_twice(early * width + age, growth)) / width
    mean = early * _integrate(after, growth) + late
    return np.where(spread > 0, mean, _integrate(np.maximum(after, age), growth))


def _integrate(t: Floats, growth: float) -> Floats:
    """`integral_0^t exp(-growth u) du`."""
    return np.asarray(-np.expm1(-growth * t) / growth if growth else t)


def _integrate_twice(t: Floats, growth: float) -> Floats:
    """`integral_0^t` of that."""
    return np.asarray((t - _integrate(t, growth)) / growth if growth else 0.5 * t**2)


@remember
def list_drops(scenario: Arrays) -> tuple[Floats, Floats]:
    """Ages at which what stands of a vintage drops, and by which share of it (technology, drop).

    All of it at the end of its life; where a survival curve is given, what the curve says at whole ages.
    """
    curves = np.nan_to_num(scenario["survival"])
    curved = find_curved(scenario)
    kept = np.concatenate([curves, np.zeros((len(curves), 1))], axis=1)
    drops = np.where(curved[:, None], -np.diff(kept, axis=1), 0.0)
    ages = np.where(curved[:, None], np.arange(1.0, curves.shape[1] + 1), 0.0)
    life = np.where(curved, 0.0, scenario["life"])
    return np.column_stack([life, ages]), np.column_stack([np.where(curved, 0.0, 1.0), drops])
