"""Which limits of money are broken, by how much and when: without the plan, and by the plan where they are priced?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from conf.words import LANGUAGES, format_number, read_messages, say
from scenarios.arithmetic.breaches import LIMITS, find_priced, price_breach
from scenarios.arithmetic.rooms import DUST, measure_standing_breaches
from scenarios.arrays import Arrays, Scenario, read_arrays
from scenarios.choices import PRICED
from scenarios.errors import Notice
from scenarios.terms import ACTOR, YEAR

if TYPE_CHECKING:
    import xarray as xr

Floats = NDArray[np.float64]
PERCENT = 100.0


@dataclass(frozen=True)
class Money:
    """An amount that is told in the words of each language."""

    amount: float
    unit: str

    def tell(self, lang: str = LANGUAGES[0]) -> str:
        """Amount and unit, with digits enough to tell it from nothing."""
        known = f"money_{self.unit}"
        unit = say(known, lang) if known in read_messages() else self.unit
        return f"{format_number(self.amount, lang, 1 if abs(self.amount) >= 1 else 2)} {unit}"


@dataclass(frozen=True)
class Percent:
    """A share that is told in percent."""

    share: float

    def tell(self, lang: str = LANGUAGES[0]) -> str:
        """Without its sign."""
        return format_number(PERCENT * self.share, lang, 0)


@dataclass(frozen=True)
class Words:
    """A sentence that is told in each language."""

    key: str

    def tell(self, lang: str = LANGUAGES[0]) -> str:
        """The sentence."""
        return say(self.key, lang)


def find_standing_breaches(scenario: Scenario) -> Iterator[Notice]:
    """Limits that are broken without the plan: whose, in which years, and by how much at the most."""
    given = read_arrays(scenario)
    rooms = {limit.breach: PRICED if limit in find_priced(given) else limit.breach for limit in LIMITS}
    for name, beyond in measure_standing_breaches(given).items():
        for a in np.flatnonzero((beyond > 0).any(axis=1)).tolist():
            yield Notice(f"standing_{name}", _describe(given, a, beyond[a]) | {"room": Words(f"room_{rooms[name]}")})


def find_plan_breaches(scenario: Scenario, plan: xr.Dataset) -> Iterator[Notice]:
    """Limits that the plan breaks, or breaks further, at their price: by how much at the most, when, at what cost."""
    given = read_arrays(scenario)
    for name, beyond in read_breaches(plan).items():
        price = next(limit.price for limit in LIMITS if limit.breach == name)
        cost = (price_breach(given, price) * beyond).sum(axis=1)
        for a in np.flatnonzero((beyond > 0).any(axis=1)).tolist():
            paid = given[price][a][beyond[a] > 0]
            fields: dict[str, object] = {
                "cost": Money(float(cost[a]), str(given.attrs["money"])),
                "percent": Percent(float(paid.max())),
            }
            yield Notice(f"plan_{name}", _describe(given, a, beyond[a]) | fields)


def read_breaches(plan: xr.Dataset) -> dict[str, Floats]:
    """What a plan breaks of each limit (actor, year), without dust; none where no limit is priced."""
    names = [limit.breach for limit in LIMITS if limit.breach in plan]
    amounts = {name: plan.variables[name].transpose(ACTOR, YEAR).values for name in names}
    return {name: np.where(amount > DUST, amount, 0.0) for name, amount in amounts.items()}


def _describe(scenario: Arrays, a: int, beyond: Floats) -> dict[str, object]:
    years, worst = scenario[YEAR].astype(int), int(np.argmax(beyond))
    most = Money(float(beyond[worst]), str(scenario.attrs["money"]))
    fields = {ACTOR: str(scenario[ACTOR][a]), "years": write_years(years, beyond > 0)}
    return {**fields, "most": most, "year": int(years[worst])}


def write_years(years: NDArray[np.int64], chosen: NDArray[np.bool_]) -> str:
    """Plan years as they are read: runs of them by their ends.

    >>> write_years(np.array([2025, 2026, 2027, 2028, 2029]), np.array([True, True, True, False, True]))
    '2025–2027, 2029'
    """
    edges = np.flatnonzero(np.diff(np.concatenate([[0], chosen.astype(int), [0]])))
    runs = [(int(years[first]), int(years[last - 1])) for first, last in zip(edges[::2], edges[1::2], strict=True)]
    return ", ".join(str(first) if first == last else f"{first}\N{EN DASH}{last}" for first, last in runs)
