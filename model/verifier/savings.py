"""Is what is kept of savings the share of what operation brings more, and is no more of it used than there is?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from model.verifier.carrying import find_savers
from model.verifier.cash import measure_operating
from model.verifier.loans import level_running, level_years, measure_price_levels
from model.verifier.reading import Reading
from model.verifier.support import measure_support
from model.verifier.terms import NOTHING, Rule, Sum, at_most, equal, term
from model.verifier.time import list_calendar
from scenarios.catalog import ACTOR, YEAR
from scenarios.choices import SPREAD

AY = (ACTOR, YEAR)


def follow_savings(read: Reading) -> Sum:
    """Savings at the end of each calendar year, at its prices, (actor, calendar).

    In kronor of their day they move on a straight line from what one plan year leaves to what the next does; what is
    used and invested at once is gone from its first year on.
    """
    if not find_savers(read).any():
        return NOTHING
    kept_money, used_money = read.plan.savings * level_running(read), read.plan.used * level_years(read)
    ends = read.years + read.length - 1.0
    calendar, held = list_calendar(read), np.zeros((len(kept_money), list_calendar(read).size))
    for a, money in enumerate(kept_money):
        held[a] = np.interp(calendar, np.append(read.years[0] - 1.0, ends), np.append(0.0, money))
    if read.state("investment") != SPREAD:
        place = np.searchsorted(read.years, calendar, side="right") - 1
        held = held - used_money[:, place] * (ends[place] - calendar) / read.length[place]
    levels = measure_price_levels(read)
    return term(held / np.array([levels[int(t)] for t in calendar]))


def check_savings(read: Reading, unit: str) -> Iterator[Rule]:
    """What is kept, and what is used of it.

    gain = saving_share L (operating + support - reference_operating), nothing where doing nothing is no way
    saved_least   saved >= gain
    saved_most    saved <= max(gain, 0); in a plan of the relaxed program only where the year is one or the other
    saved_gain    saved <= 0 where the year does not save
    savings_sum   savings = those of the year before, at the year's prices, + saved - used
    used_most     used <= those of the year before
                  used at the prices at which it is invested, of the first year where all is so then
    """
    savers = find_savers(read)
    if not savers.any():
        return
    given, plan, here = read.given, read.plan, savers[:, None]
    measured = ~np.isnan(given.reference_operating)
    share = np.where(measured, given.saving_share * read.length, 0.0)
    brought = measure_operating(read) + measure_support(read) - term(np.nan_to_num(given.reference_operating))
    gain, saved = brought * share, term(plan.saved)
    yield at_most("saved_least", AY, unit, gain, saved, here)
    saves = plan.saves if read.relaxed else np.rint(plan.saves)
    told = here & np.isin(saves, (0.0, 1.0))
    positive = Sum(np.maximum(gain.value, 0.0), lambda: gain.size)
    yield at_most("saved_most", AY, unit, saved, positive, told)
    yield at_most("saved_gain", AY, unit, saved, NOTHING, here & (saves == 0.0))
    levels = level_running(read)
    left = np.zeros_like(plan.savings)
    left[:, 1:] = plan.savings[:, :-1] * (levels[:-1] / levels[1:])
    used = term(plan.used * level_years(read) / levels)
    yield equal("savings_sum", AY, unit, term(plan.savings), term(left) + saved - used, here)
    yield at_most("used_most", AY, unit, used, term(left), here)
