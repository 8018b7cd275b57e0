"""What was measured less what the model makes of the same facts: a line of its own, carried into later years.

gap[e,y]    = measured[e,y] - (model[e,y] + sum_f share[e,f,y] raised[f,y])
raised[e,y] = gap[e,y] + sum_f share[e,f,y] raised[f,y]           gap 0 where nothing is measured
later       : gap[Y] w[y - Y] of the last year Y that is known;   w = 1 (hold), 2^-(y - Y) (fade), 0 (drop)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from runners.accounts.amounts import price_standing
from runners.accounts.debt import measure_net_debt
from scenarios.known import FADE, HOLD, Known
from scenarios.settings import SHIFT, join_key
from scenarios.terms import ACCOUNT, ACTOR, PART, YEAR

OF_ACCOUNT, OF_DEBT = "exogenous", "standing_debt"
"""Quantities that corrections move."""
NOTHING = 1e-9
"""A gap below this part of what is compared (at least of one unit) is none."""


@dataclass(frozen=True)
class Gap:
    """A correction of one account or debt in one plan year: what is known, what the model had, the difference.

    Amounts are in the account's unit, those of debts in real money.
    """

    quantity: str
    label: str
    year: int
    known: float
    modelled: float
    amount: float


def measure_gaps(scenario: xr.Dataset, plan: xr.Dataset, known: Known) -> list[Gap]:
    """Every correction that is not nothing."""
    return [
        gap for gap in (*_correct_accounts(scenario, plan, known), *_correct_debts(scenario, plan, known)) if gap.amount
    ]


def carry_gaps(gaps: Iterable[Gap], known: Known, years: Sequence[int], forward: str) -> dict[str, float]:
    """Settings that move accounts and debts to what was known, and what of that is carried into years not known."""
    known_years: dict[tuple[str, str], set[int]] = {}
    for quantity, places in ((OF_ACCOUNT, known.measured), (OF_DEBT, known.debts)):
        for label, year in places:
            known_years.setdefault((quantity, label), set()).add(year)
    amounts = {(gap.quantity, gap.label, gap.year): gap.amount for gap in gaps}
    settings = {}
    for (quantity, label), own in known_years.items():
        for year in years:
            last = max((y for y in own if y <= year), default=None)
            gap = amounts.get((quantity, label, last), 0.0) if last is not None else 0.0
            moved = gap * weigh(forward, year - (last or year))
            if moved:
                settings[join_key(SHIFT, quantity, label, year)] = moved
    return settings


def weigh(forward: str, years: int) -> float:
    """What is left of a correction so many years after the last that is known.

    >>> weigh("hold", 3), weigh("fade", 2), weigh("drop", 1), weigh("drop", 0)
    (1.0, 0.25, 0.0, 1.0)
    """
    if years == 0 or forward == HOLD:
        return 1.0
    return 2.0**-years if forward == FADE else 0.0


def add_settings(settings: Mapping[str, float], more: Mapping[str, float]) -> dict[str, float]:
    """Settings and what moves their numbers further: shifts of one number are added, factors multiplied."""
    joined = dict(settings)
    for key, number in more.items():
        before = joined.get(key)
        if before is None:
            joined[key] = number
        else:
            joined[key] = before + number if key.startswith(f"{SHIFT}.") else before * number
    return joined


def _correct_accounts(scenario: xr.Dataset, plan: xr.Dataset, known: Known) -> list[Gap]:
    years = {year for _, year in known.measured}
    return [gap for year in sorted(years) for gap in _correct_year(scenario, plan, known, year)]


def _correct_year(scenario: xr.Dataset, plan: xr.Dataset, known: Known, year: int) -> list[Gap]:
    labels = scenario[ACCOUNT].values.tolist()
    modelled = dict(zip(labels, plan["account_value"].sel({YEAR: year}).values.tolist(), strict=True))
    shares = scenario["share"].sel({YEAR: year}).transpose(ACCOUNT, PART).values
    raised: dict[str, float] = {}
    gaps = []

    def raise_account(e: str) -> float:
        if e not in raised:
            carried = sum(
                float(share) * raise_account(f)
                for f, share in zip(labels, shares[labels.index(e)], strict=True)
                if share
            )
            gap, measured = 0.0, known.measured.get((e, year))
            if measured is not None:
                gap = _clean(measured - modelled[e] - carried, measured)
                gaps.append(Gap(OF_ACCOUNT, e, year, measured, modelled[e], gap))
            raised[e] = gap + carried
        return raised[e]

    for e in labels:
        raise_account(e)
    return gaps


def _correct_debts(scenario: xr.Dataset, plan: xr.Dataset, known: Known) -> list[Gap]:
    if not known.debts:
        return []
    actors, years = scenario[ACTOR].values.tolist(), scenario[YEAR].values.tolist()
    owed = measure_net_debt(scenario, plan).real
    index = price_standing(scenario, np.ones(owed.shape)).nominal
    gaps = []
    for (actor, year), nominal in known.debts.items():
        place = actors.index(actor), years.index(year)
        books, modelled = nominal / float(index[place]), float(owed[place])
        gaps.append(Gap(OF_DEBT, actor, year, books, modelled, _clean(books - modelled, books)))
    return gaps


def _clean(gap: float, known: float) -> float:
    return gap if abs(gap) > NOTHING * max(1.0, abs(known)) else 0.0
