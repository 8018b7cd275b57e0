"""What do the actors owe and earn without the plan, where settings move taxes, rates or debt off the budget?

Every krona is followed from the year in which it was borrowed, in nominal money, as the budget has it and as it is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import floor, isnan

import numpy as np

from model.verifier.loans import find_plan_year, measure_price_levels
from model.verifier.reading import Scene, kept
from model.verifier.terms import Array

SHARE = "share"
HAIR = 1e-9
"""So that a fifth is fixed for five years, whatever its last digit."""


@dataclass
class _Debt:
    """One actor's debt: what was owed at the start, and what was borrowed in each calendar year since."""

    first: float
    borrowed: dict[int, float] = field(default_factory=dict)

    @property
    def owed(self) -> float:
        return self.first + sum(self.borrowed.values())

    def turn_to(self, owed: float, t: int) -> None:
        """What is owed at the end of year t: a rise is borrowed then, a fall takes from all in proportion."""
        before = self.owed
        if owed >= before:
            self.borrowed[t] = owed - before
            return
        left = owed / before
        self.first *= left
        self.borrowed = {u: amount * left for u, amount in self.borrowed.items()}


class _Books:
    """One actor's numbers, of the budget or as they are, by calendar year from the first; each is looked up once."""

    def __init__(self, read: Scene, actor: int, prefix: str, places: list[int]) -> None:
        self._read, self._actor, self._prefix, self._places = read, actor, prefix, places
        self._levels = measure_price_levels(read)
        self._known: dict[str, list[float]] = {}
        self.start = int(read.years[0])
        shares = self._row("refixed_share")
        period = float(getattr(read.given, f"{prefix}fixing_period")[actor])
        shares = np.nan_to_num(np.where(np.isnan(shares), 1.0 / period, shares))
        if isnan(period):
            largest = float(shares.max(initial=0.0))
            period = floor(1.0 / largest + HAIR) if largest > 0 else len(self._levels)
        self._period = int(period)
        self._known[SHARE] = self._spread(shares)
        standing = self._list("standing_rate")
        market = self._list("market_rate")
        self._market = [
            found if not isnan(found) else 0.0 if isnan(other) else other
            for found, other in zip(market, standing, strict=True)
        ]

    def _row(self, name: str) -> Array:
        return np.asarray(getattr(self._read.given, f"{self._prefix}{name}")[self._actor])

    def _spread(self, row: Array) -> list[float]:
        """A number of plan years as that of each calendar year."""
        values = row.tolist()
        return [values[place] for place in self._places]

    def _list(self, name: str) -> list[float]:
        if name not in self._known:
            self._known[name] = self._spread(self._row(name))
        return self._known[name]

    def of(self, name: str, t: int) -> float:
        """A number of calendar year t."""
        return self._list(name)[t - self.start]

    def market(self, t: int) -> float:
        """The market rate of year t; the standing one where it is not given, 0 where none is."""
        return self._market[t - self.start]

    def share(self, t: int) -> float:
        """Part of the debt whose rate is fixed anew in calendar year t."""
        return self._known[SHARE][t - self.start]

    def list_forecasts(self, first: int, end: int) -> list[float]:
        """Nominal debt at the end of each year from the first to before the last: straight between plan years' ends."""
        ends = self._read.years + self._read.length - 1
        owed = self._row("standing_debt") * [self._levels[int(end)] for end in ends]
        return [float(value) for value in np.interp(np.arange(first, end), ends, owed)]

    def charge(self, debt: _Debt, t: int, first: int) -> float:
        """Interest of year t on what is owed as it begins."""
        own = self.of("standing_rate", t)
        rate, left = 0.0, 1.0
        for u in range(t, max(first, t - self._period + 1) - 1, -1):
            part = min(self.share(u), left)
            rate, left = rate + part * self.market(u), left - part
        total = debt.first * (rate + left * (self.market(t) if isnan(own) else own))
        for u, amount in debt.borrowed.items():
            times = (t - u - 1) // self._period
            total += amount * self.market(u if times == 0 else u + 1 + times * self._period)
        return total


@kept
def measure_standing(read: Scene) -> tuple[Array, Array]:
    """Debt at the end of each plan year and result of a calendar year without the plan, real, (actor, year).

    lost     budget taxes - taxes + interest - budget interest, nominal, each calendar year
    debt     standing_debt + what was borrowed of all that was lost, loss_borrowed of each year's
    result   planned_result - lost, on average over the calendar years
    """
    given, levels = read.given, measure_price_levels(read)
    calendar = range(int(read.years[0]), max(levels) + 1)
    places = [find_plan_year(read, t) for t in calendar]
    debt, result = np.array(given.standing_debt, dtype=float), np.array(given.planned_result, dtype=float)
    first, end = int(read.years[0]), max(levels)
    for a in filter(lambda actor: _may_lose(read, actor), range(len(debt))):
        before, now = _Books(read, a, "budget_", places), _Books(read, a, "", places)
        planned, expected = before.list_forecasts(first, end), now.list_forecasts(first, end)
        stood, stands = _Debt(planned[0]), _Debt(expected[0])
        more = 0.0
        for t in range(first, end):
            y = places[t - first]
            taxes = (before.of("taxes_and_grants", t) - now.of("taxes_and_grants", t)) * levels[t]
            lost = taxes + now.charge(stands, t, first) - before.charge(stood, t, first)
            more += float(given.loss_borrowed[a, y]) * lost
            result[a, y] -= lost / levels[t] / read.length[y]
            stood.turn_to(planned[t - first], t)
            stands.turn_to(max(expected[t - first] + more, 0.0), t)
            if t + 1 == end or places[t + 1 - first] != y:
                debt[a, y] += more / levels[t]
    return debt, result


def _may_lose(read: Scene, actor: int) -> bool:
    """Whether anything can differ from an actor's budget: its taxes, or interest on what it owes."""
    given = read.given
    owes = given.standing_debt[actor].any() or given.budget_standing_debt[actor].any()
    return bool(owes or not np.array_equal(given.taxes_and_grants[actor], given.budget_taxes_and_grants[actor]))
