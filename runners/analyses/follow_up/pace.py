"""Greenhouse-gas budgets: used, left, the pace that each asks for, the year in which it is spent at today's pace.

budget  = the cap of a cumulative target of the account, over its own years B to E; without one what the plan lets out
          in all of its years
used    = sum over years B <= t <= T of what was;   left = budget - used;   today = what was in T
pace    = the r with  sum_{t=max(T+1,B)}^{E} today (1 - r)^(t - T) = left
spent   = max(T, B - 1) + left / today
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, nan

import numpy as np
import xarray as xr

from scenarios.arithmetic.acting import AT_LEAST
from scenarios.arithmetic.targets import CUMULATIVE, count_years
from scenarios.arrays import read_arrays
from scenarios.terms import ACCOUNT, TARGET, YEAR

MOST, LEAST = 1.0, -1.0
"""Between which yearly falls the pace is looked for: all at once, or doubled each year."""
HALVINGS = 80


@dataclass(frozen=True)
class Pace:
    """One budget of one account; `asked` is a yearly fall as a share (NaN: none is steep enough), `spent` a year.

    `target` is the cumulative target that sets it; blank where it is what the plan lets out. `first` and `last` are
    its own calendar years. `spent` is None where the budget lasts beyond its last year at today's pace.
    """

    account: str
    target: str
    first: int
    last: int
    budget: float
    used: float
    left: float
    today: float
    asked: float
    spent: int | None


@dataclass(frozen=True)
class _Budget:
    """A cap on what is let out over years; `counted` calendar years of each plan year are its own."""

    target: str
    first: int
    last: int
    amount: float
    counted: np.ndarray


def measure_pace(
    account: str, planned: xr.Dataset, scenario: xr.Dataset, outcome: xr.Dataset, until: int
) -> tuple[Pace, ...]:
    """The pace of every budget of an account that has not ended, each over its own years, in the order of their ends.

    Where all have ended it is all of them.

    Args:
        account: which.
        planned: the plan that was adopted.
        scenario: of the plan after what was.
        outcome: that plan; its past is what was.
        until: last year with outcomes.
    """
    budgets = sorted(_list_budgets(scenario, account), key=lambda budget: (budget.last, budget.first))
    budgets = [budget for budget in budgets if budget.last > until] or budgets
    values = outcome["account_value"].sel({ACCOUNT: account}).values
    let_out = planned["account_value"].sel({ACCOUNT: account}).values
    past = scenario[YEAR].values <= until
    return tuple(
        _pace_budget(account, budget, np.where(past, values, 0.0), float(values[past][-1]), until)
        for budget in budgets or [_budget_planned(scenario, let_out)]
    )


def _pace_budget(account: str, budget: _Budget, was: np.ndarray, today: float, until: int) -> Pace:
    used = float(was @ budget.counted)
    left, before = budget.amount - used, max(until, budget.first - 1)
    spent = min(before, budget.last) if left <= 0 else before + ceil(left / today) if today > 0 else None
    late = spent is not None and spent > budget.last
    asked = find_fall(today, left, budget.last - until, before - until)
    years = budget.first, budget.last
    return Pace(account, budget.target, *years, budget.amount, used, left, today, asked, None if late else spent)


def find_fall(today: float, left: float, years: int, skipped: int = 0) -> float:
    """The yearly fall by which what is let out in so many years, but for the first ones skipped, is what is left.

    10 a year with 17.5 left for 3 years: 10 * (1/2 + 1/4 + 1/8) = 8.75, so half of that budget asks for half a year.

    >>> round(find_fall(10.0, 8.75, 3), 9), abs(find_fall(10.0, 30.0, 3)) < 1e-9, round(find_fall(10.0, 3.75, 3, 1), 9)
    (0.5, True, 0.5)
    """
    if today <= 0 or years <= skipped or left <= 0:
        return nan if left <= 0 < today else 0.0
    low, high = LEAST, MOST
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if sum(today * (1 - middle) ** n for n in range(skipped + 1, years + 1)) > left:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def choose_account(scenario: xr.Dataset, otherwise: str) -> str:
    """The account whose budget is followed up: `otherwise`, but where only another has a cumulative cap, that one."""
    accounts = [otherwise, *scenario[ACCOUNT].values.tolist()]
    return next((str(e) for e in accounts if next(_list_budgets(scenario, e), None) is not None), otherwise)


def _list_budgets(scenario: xr.Dataset, account: str) -> Iterator[_Budget]:
    """Cumulative caps on an account of which the plan has all years."""
    at = (scenario["target_account"].values == account) & (scenario["target_basis"].values == CUMULATIVE)
    at &= scenario["target_sense"].values != AT_LEAST
    if not at.any():
        return
    counted = count_years(read_arrays(scenario))
    for place in np.flatnonzero(at & (counted.sum(axis=1) > 0)).tolist():
        first = int(scenario["target_year"].values[place])
        last = first + int(counted[place].sum()) - 1
        target, amount = str(scenario[TARGET].values[place]), float(scenario["value"].values[place])
        yield _Budget(target, first, last, amount, counted[place])


def _budget_planned(scenario: xr.Dataset, let_out: np.ndarray) -> _Budget:
    """What a plan lets out in all of its years."""
    years, lengths = scenario[YEAR].values, scenario["length"].values
    return _Budget("", int(years[0]), int(years[-1] + lengths[-1]) - 1, float(let_out @ lengths), lengths)
