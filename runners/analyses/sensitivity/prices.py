"""What is each target, frame, ceiling, limit and speed worth, and how far does that hold? Every price by re-solving.

    price to ease     (V(0) - V(x)) / x     V: least cost where the rule's number gives way by x, on its first
    price to tighten  (V(-x) - V(0)) / x    straight piece

Money of the present (the plan's first year), in the plan's price level.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from runners.analyses.asking import Inquiry
from runners.analyses.oracle import Bracket
from runners.analyses.sensitivity.explained import Explained
from runners.analyses.sensitivity.parameters import TARGETS, Lever, choose_step, list_levers
from runners.analyses.sensitivity.rhs_ranging import Stretch, find_stretch
from runners.progress import QUIET, Progress
from scenarios.arithmetic.money import operation_discount
from scenarios.arithmetic.targets import CUMULATIVE
from scenarios.arrays import read_arrays
from scenarios.catalog import TARGET

PRICED = 1e-7
"""A dual below this is none."""
WORTH = 1e-6
"""A price below this is none."""
TEN_PERCENT = 0.1
NEARBY = 1e-3
"""The part of the longest step that a slope is measured over."""
KILOTONNE, KILO, MILLIONS = "kt", 1000.0, "MSEK"


@dataclass(frozen=True)
class Price:
    """What a lever is worth.

    `ease` and `tighten` are the prices per unit, each with the stretch over which it was found to hold. `tenth` is
    what easing by a tenth of what there is saves in all; where that is nothing, by a `step` in the lever's unit.
    `sek_per_tonne`: of a target in kilotonnes, its price over the discounted sum of the years in which it holds (a
    total over years: over its tonnes as they are), else NaN. `check` brackets what easing to the end of `ease` saves
    where whole units are free again; None where there are none, or it was not asked.
    """

    lever: Lever
    dual: float
    ease: Stretch
    tighten: Stretch
    tenth: float
    sek_per_tonne: float
    check: Bracket | None = None
    step: float = np.nan


def price_levers(inquiry: Inquiry[Explained], progress: Progress = QUIET) -> list[Price]:
    """Prices of every lever that the least cost feels, the most worth first; targets first of all.

    Args:
        inquiry: about a plan, whole units as they are in it.
        progress: told each lever.
    """
    explained = inquiry.subject
    felt = set(np.flatnonzero(np.abs(explained.oracle.base.row_duals) > PRICED).tolist())
    lay = explained.family.lay_upon(explained.settings)
    levers = list_levers(explained.scenario, explained.oracle.program.program, felt, lay)
    progress.expect(len(levers))
    priced = inquiry.ask(price_lever, levers, progress)
    found = [price for price in priced if price.ease.price > WORTH or price.tighten.price > WORTH]
    return sorted(found, key=lambda price: (price.lever.theme != TARGETS, -_weigh(price)))


def check_prices(prices: Sequence[Price], inquiry: Inquiry[Explained], most: int) -> list[Price]:
    """The first prices once more with whole units free: between what bounds easing to the end of its stretch saves.

    The rest of the prices are given as they are.
    """
    return [*inquiry.ask(check_price, prices[:most]), *prices[most:]]


def check_price(explained: Explained, price: Price) -> Price:
    """A price with what bounds the saving in whole units."""
    oracle = explained.oracle
    if not price.ease.step:
        return price
    eased, free = oracle.bracket(price.lever.set(price.ease.step)), oracle.free
    if eased is None:
        return price
    return replace(price, check=Bracket(max(free.bound - eased.objective, 0.0), free.objective - eased.bound))


def price_lever(explained: Explained, lever: Lever) -> Price:
    """What a lever is worth, eased and tightened."""
    oracle, nearby = explained.oracle, NEARBY * lever.longest
    oracle.begin()
    step = TEN_PERCENT * lever.size or choose_step(explained.scenario, lever)
    furthest = min(max(lever.longest, step) + nearby, lever.most)
    ray = oracle.draw(lever.set, 0.0, (-lever.tightest, furthest))

    def eased(step: float) -> tuple[float, float]:
        return ray.tangent(step, step + nearby)

    def tightened(step: float) -> tuple[float, float]:
        cost, slope = ray.tangent(-step, -step + nearby)
        return cost, -slope

    ease = find_stretch(eased, oracle.least, lever.longest)
    tighten = find_stretch(tightened, oracle.least, lever.tightest)
    cost = ray.solve(step) if step <= lever.most else np.nan
    dual = -oracle.slope(lever.set(nearby), nearby)
    per_tonne = _price_tonne(explained.scenario, lever, ease.price)
    return Price(lever, dual, ease, replace(tighten, price=-tighten.price), oracle.least - cost, per_tonne, step=step)


def _price_tonne(scenario: xr.Dataset, lever: Lever, price: float) -> float:
    if lever.theme != TARGETS or not lever.unit.startswith(KILOTONNE) or scenario.attrs["money"] != MILLIONS:
        return np.nan
    target = scenario.sel({TARGET: lever.item})
    if str(target["target_basis"].values) == CUMULATIVE:
        return price * KILO
    held = np.isfinite(np.asarray(target["cap"].values, dtype=float))
    return float(price * KILO / operation_discount(read_arrays(scenario))[held].sum())


def _weigh(price: Price) -> float:
    """What easing is worth over what can be had of it: the saving of a tenth, or of the price's own stretch."""
    if np.isfinite(price.tenth):
        return abs(price.tenth)
    return abs(price.ease.price) * price.ease.step
