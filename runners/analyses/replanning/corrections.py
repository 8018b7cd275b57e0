"""What was measured less what the model makes of the same facts: a line of its own, carried into later years.

gap[e,y]    = measured[e,y] - (model[e,y] + sum_f share[e,f,y] raised[f,y])
raised[e,y] = gap[e,y] + sum_f share[e,f,y] raised[f,y]           gap 0 where nothing is measured
later       : gap[Y] w[y - Y] of the last year Y that is known;   w = 1 (hold), 2^-(y - Y) (fade), 0 (drop)

Amounts are in the unit of the account, or real money: what a table writes otherwise is moved by as much (see `shifts`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import xarray as xr

from runners.accounts.debt import measure_net_debt
from scenarios.arithmetic.standing import follow_standing
from scenarios.arrays import Arrays
from scenarios.known import FADE, HOLD, Known
from scenarios.settings import SHIFT, Settings, join_key
from scenarios.shifts import Lay, raise_numbers
from scenarios.terms import ACCOUNT, ACTOR, PART, YEAR

OF_ACCOUNT, OF_DEBT = "exogenous", "standing_debt"
"""Quantities that corrections move."""
NOTHING = 1e-9
"""A gap below this part of what is compared (at least of one unit) is none."""
MOST_STEPS = 100
"""A debt that is raised bears interest, which may be borrowed: so often is what is owed beside it reckoned anew."""


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


def join_gaps(gaps: Iterable[Gap]) -> tuple[Gap, ...]:
    """One gap of each account or debt in each year: what was found first, and all that it took to close it."""
    joined: dict[tuple[str, str, int], Gap] = {}
    for gap in gaps:
        place = gap.quantity, gap.label, gap.year
        before = joined.get(place)
        joined[place] = gap if before is None else replace(before, amount=before.amount + gap.amount)
    return tuple(joined.values())


def close_gaps(
    lay: Lay, settings: Settings, gaps: Sequence[Gap], known: Known, years: Sequence[int], forward: str
) -> dict[str, float]:
    """The settings, with shifts that close gaps, and carry them into years not known.

    A debt is closed together with the interest that is borrowed for what it was moved by.

    Args:
        lay: the arrays of the case under settings.
        settings: under which the gaps were measured.
        gaps: to be closed.
        known: what is known.
        years: of the plan.
        forward: hold, fade or drop.
    """
    before, left, closed = lay(settings), tuple(gaps), dict(settings)
    for _ in range(MOST_STEPS):
        closed = raise_numbers(lay, closed, carry_gaps(left, known, years, forward))
        left = tuple(_leave_owed(lay(closed), before, gaps))
        if not left:
            break
    return closed


def _leave_owed(now: Arrays, before: Arrays, gaps: Sequence[Gap]) -> Iterator[Gap]:
    """What is left of gaps of debts after what is owed without the plan was raised."""
    debts = [gap for gap in gaps if gap.quantity == OF_DEBT]
    if not debts:
        return
    raised = follow_standing(now).debt - follow_standing(before).debt
    actors, years = now[ACTOR].tolist(), now[YEAR].tolist()
    for gap in debts:
        left = _clean(gap.amount - float(raised[actors.index(gap.label), years.index(gap.year)]), gap.known)
        if left:
            yield replace(gap, amount=left)


def carry_gaps(gaps: Iterable[Gap], known: Known, years: Sequence[int], forward: str) -> dict[str, float]:
    """By how much accounts and debts are raised to be what was known, and in years not known by what is carried."""
    known_years: dict[tuple[str, str], set[int]] = {}
    for quantity, places in ((OF_ACCOUNT, known.measured), (OF_DEBT, known.debts)):
        for label, year in places:
            known_years.setdefault((quantity, label), set()).add(year)
    amounts = {(gap.quantity, gap.label, gap.year): gap.amount for gap in gaps}
    raised = {}
    for (quantity, label), own in known_years.items():
        for year in years:
            last = max((y for y in own if y <= year), default=None)
            gap = amounts.get((quantity, label, last), 0.0) if last is not None else 0.0
            moved = gap * weigh(forward, year - (last or year))
            if moved:
                raised[join_key(SHIFT, quantity, label, year)] = moved
    return raised


def weigh(forward: str, years: int) -> float:
    """What is left of a correction so many years after the last that is known.

    >>> weigh("hold", 3), weigh("fade", 2), weigh("drop", 1), weigh("drop", 0)
    (1.0, 0.25, 0.0, 1.0)
    """
    if years == 0 or forward == HOLD:
        return 1.0
    return 2.0**-years if forward == FADE else 0.0


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
    gaps = []
    for (actor, year), books in known.debts.items():
        modelled = float(owed[actors.index(actor), years.index(year)])
        gaps.append(Gap(OF_DEBT, actor, year, books, modelled, _clean(books - modelled, books)))
    return gaps


def _clean(gap: float, known: float) -> float:
    return gap if abs(gap) > NOTHING * max(1.0, abs(known)) else 0.0
