"""The greenhouse-gas budget: used, left, the pace that it asks for, the year in which it is spent at today's pace.

budget  = the cap of a cumulative target of the account, else what the plan lets out from its first year to its last
used    = sum over years t <= T of what was;   left = budget - used;   today = what was in T
pace    = the r with  sum_{t=T+1}^{E} today (1 - r)^(t - T) = left,    E the last calendar year of the budget
spent   = T + left / today
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, nan

import numpy as np
import xarray as xr

from scenarios.arithmetic.acting import AT_LEAST
from scenarios.arithmetic.targets import CUMULATIVE
from scenarios.terms import ACCOUNT, TARGET, YEAR

MOST, LEAST = 1.0, -1.0
"""Between which yearly falls the pace is looked for: all at once, or doubled each year."""
HALVINGS = 80


@dataclass(frozen=True)
class Pace:
    """The budget of one account; `asked` is a yearly fall as a share (NaN: none is steep enough), `spent` a year.

    `spent` is None where the budget lasts beyond its last year at today's pace.
    """

    account: str
    budget: float
    used: float
    left: float
    today: float
    asked: float
    spent: int | None
    last: int


def measure_pace(account: str, planned: xr.Dataset, scenario: xr.Dataset, outcome: xr.Dataset, until: int) -> Pace:
    """The pace of an account.

    Args:
        account: which.
        planned: the plan that was adopted.
        scenario: of the plan after what was.
        outcome: that plan; its past is what was.
        until: last year with outcomes.
    """
    lengths = scenario["length"].values
    years = scenario[YEAR].values
    budget = _find_budget(scenario, account)
    if np.isnan(budget):
        budget = float(planned["account_value"].sel({ACCOUNT: account}).values @ lengths)
    values = outcome["account_value"].sel({ACCOUNT: account}).values
    past = years <= until
    used, today = float((values * lengths)[past].sum()), float(values[past][-1])
    last = int(years[-1] + lengths[-1]) - 1
    left = budget - used
    spent = until + ceil(left / today) if today > 0 and left > 0 else until if left <= 0 else None
    late = spent is not None and spent > last
    return Pace(account, budget, used, left, today, find_fall(today, left, last - until), None if late else spent, last)


def find_fall(today: float, left: float, years: int) -> float:
    """The yearly fall by which what is let out in so many years is what is left.

    10 a year with 17.5 left for 3 years: 10 * (1/2 + 1/4 + 1/8) = 8.75, so half of that budget asks for half a year.

    >>> round(find_fall(10.0, 8.75, 3), 9), round(find_fall(10.0, 30.0, 3), 9)
    (0.5, 0.0)
    """
    if today <= 0 or years <= 0 or left <= 0:
        return nan if left <= 0 < today else 0.0
    low, high = LEAST, MOST
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if sum(today * (1 - middle) ** n for n in range(1, years + 1)) > left:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def choose_account(scenario: xr.Dataset, otherwise: str) -> str:
    """The account whose budget is followed up: `otherwise`, but where only another has a cumulative cap, that one."""
    if not np.isnan(_find_budget(scenario, otherwise)):
        return otherwise
    accounts = scenario[ACCOUNT].values.tolist()
    return next((str(e) for e in accounts if not np.isnan(_find_budget(scenario, e))), otherwise)


def _find_budget(scenario: xr.Dataset, account: str) -> float:
    """The least cap of a cumulative target on an account; no number where there is none."""
    at = (scenario["target_account"].values == account) & (scenario["target_basis"].values == CUMULATIVE)
    at &= scenario["target_sense"].values != AT_LEAST
    caps = scenario["value"].values[at] if TARGET in scenario["value"].dims else np.empty(0)
    return float(caps.min()) if caps.size else nan
