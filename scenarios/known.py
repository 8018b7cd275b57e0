"""What outcomes up to a year fix of a scenario: numbers, decisions by technology, grant and loan, accounts and debts.

All money is real, deflated from the calendar year that it is about. A plan year that stands for several calendar years
has the sum of what was built, granted and borrowed in them, the mean of prices, amounts and taxes, and the last debt.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import xarray as xr

from scenarios.actuals import (
    BUILT,
    DEBT,
    DEMAND,
    GRANT,
    LOAN,
    MEASURED,
    MONEY,
    OUTLAY,
    PRICE,
    TAXES,
    Actual,
    keep_first,
    keep_latest,
)
from scenarios.arithmetic.loans import index_prices, list_calendar
from scenarios.catalog_aside import PRELIMINARY
from scenarios.errors import Notice
from scenarios.settings import Settings
from scenarios.shifts import Lay, Place, Short, find_short, move_numbers, move_prices
from scenarios.terms import ACCOUNT, ACTOR, INSTRUMENT, TECHNOLOGY, VINTAGE, YEAR

HOLD, FADE, DROP = FORWARDS = ("hold", "fade", "drop")
"""What becomes of the difference between measured and modelled in years to come."""


@dataclass(frozen=True)
class Known:
    """What is known up to a year.

    `numbers` of the scenario are by quantity, label and plan year, mean purchase `prices` by commodity. `build`,
    `draw`, `claimed` are decisions by labels and plan year, `least` what at least begins in a year to come. `measured`
    accounts are by account and plan year, `first` the same in their first edition; `debts` are by actor. `counts` are
    rows of the plan's years by their outcome, each in its latest edition, `preliminary` those of them that may still
    change; `reasons` are notes on what was built of a technology in a plan year; `notices` tell what could be no use.
    """

    until: int
    numbers: Mapping[Place, float] = field(default_factory=dict)
    prices: Mapping[tuple[str, int], float] = field(default_factory=dict)
    build: Mapping[tuple[str, int], float] = field(default_factory=dict)
    least: Mapping[tuple[str, int], float] = field(default_factory=dict)
    draw: Mapping[tuple[str, str, int], float] = field(default_factory=dict)
    claimed: Mapping[tuple[str, str, int], float] = field(default_factory=dict)
    measured: Mapping[tuple[str, int], float] = field(default_factory=dict)
    first: Mapping[tuple[str, int], float] = field(default_factory=dict)
    debts: Mapping[tuple[str, int], float] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    preliminary: Mapping[str, int] = field(default_factory=dict)
    reasons: Mapping[tuple[str, int], str] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()

    def keep(self, scenario: xr.Dataset) -> dict[str, xr.Variable]:
        """The facts over a scenario's labels, no number where nothing is known: what a plan is held against."""
        shapes: dict[str, tuple[tuple[str, ...], Mapping[Any, float]]] = {
            "fact_build": ((TECHNOLOGY, VINTAGE), self.build),
            "fact_draw": ((INSTRUMENT, ACTOR, YEAR), self.draw),
            "fact_claimed": ((INSTRUMENT, TECHNOLOGY, VINTAGE), self.claimed),
            "fact_account": ((ACCOUNT, YEAR), self.measured),
        }
        return {name: xr.Variable(dims, _lay(scenario, dims, of)) for name, (dims, of) in shapes.items()}

    def reach(self, lay: Lay, settings: Settings) -> tuple[dict[str, float], tuple[Short, ...]]:
        """The settings with others that bring numbers and prices to what they were, and what none brings there."""
        reached = move_prices(lay, move_numbers(lay, settings, self.numbers), self.prices)
        return reached, find_short(lay(reached), self.numbers, self.prices)


def settle_actuals(actuals: Iterable[Actual], scenario: xr.Dataset, until: int) -> Known:
    """What rows of actuals up to a calendar year fix of a scenario."""
    own = [actual for actual in actuals if actual.year <= until]
    latest = _Sums(scenario, keep_latest(own))
    build, least, late = _date_builds(scenario, keep_latest(own), until)
    numbers = {
        "capex": _cost_builds(scenario, latest, build),
        "demand": latest.mean(DEMAND),
        "taxes_and_grants": latest.mean(TAXES),
    }
    shares = {
        (i, k, y): (amount, float(scenario["grant_share"].sel({INSTRUMENT: i, TECHNOLOGY: k})))
        for (k, i, y), amount in latest.total(GRANT).items()
    }
    return Known(
        until=until,
        numbers={(name, label, y): value for name, own in numbers.items() for (label, _, y), value in own.items()},
        prices=_unpack(latest.mean(PRICE)),
        build=build,
        least=least,
        draw={(i, a, y): amount for (a, i, y), amount in latest.total(LOAN).items()},
        claimed={place: amount / share for place, (amount, share) in shares.items() if share > 0},
        measured=_unpack(latest.mean(MEASURED)),
        first=_unpack(_Sums(scenario, keep_first(own)).mean(MEASURED)),
        debts=_unpack(latest.last(DEBT)),
        counts=_count_outcomes(scenario, keep_latest(own)),
        preliminary=_count_outcomes(scenario, (a for a in keep_latest(own) if a.status == PRELIMINARY)),
        reasons=_list_reasons(scenario, keep_latest(own)),
        notices=(*late, *_tell_outside(scenario, own), *_tell_costless(latest, build)),
    )


def _count_outcomes(scenario: xr.Dataset, rows: Iterable[Actual]) -> dict[str, int]:
    first = int(scenario[YEAR].values[0])
    return dict(Counter(row.outcome for row in rows if row.year >= first))


def _list_reasons(scenario: xr.Dataset, rows: Iterable[Actual]) -> dict[tuple[str, int], str]:
    years, reasons = scenario[YEAR].values.tolist(), {}
    for row in rows:
        year = find_year(years, row.year)
        if row.outcome == BUILT and row.note and year is not None:
            reasons[row.subject, year] = row.note
    return reasons


def find_year(years: Sequence[int], year: int) -> int | None:
    """The plan year that a calendar year belongs to; None before the first."""
    return max((y for y in years if y <= year), default=None)


def read_amounts(actual: Actual, scenario: xr.Dataset) -> tuple[float, float]:
    """The amount of an outcome in real money and in that of its own calendar year; twice the same where it is none."""
    if actual.outcome not in MONEY:
        return actual.value, actual.value
    index = float(index_prices(scenario)[actual.year - int(list_calendar(scenario)[0])])
    return (actual.value / index, actual.value) if actual.nominal else (actual.value, actual.value * index)


class _Sums:
    """Rows gathered into plan years, in real money."""

    def __init__(self, scenario: xr.Dataset, actuals: Sequence[Actual]) -> None:
        years = scenario[YEAR].values.tolist()
        self._rows: dict[str, dict[tuple[str, str, int], dict[int, float]]] = defaultdict(lambda: defaultdict(dict))
        for actual in actuals:
            year = find_year(years, actual.year)
            if year is not None:
                place = (actual.subject, "" if actual.outcome in (BUILT, OUTLAY) else actual.party, year)
                own = self._rows[actual.outcome][place]
                own[actual.year] = own.get(actual.year, 0.0) + read_amounts(actual, scenario)[0]

    def total(self, outcome: str) -> dict[tuple[str, str, int], float]:
        return {place: sum(values.values()) for place, values in self._rows[outcome].items()}

    def mean(self, outcome: str) -> dict[tuple[str, str, int], float]:
        return {place: float(np.mean(list(values.values()))) for place, values in self._rows[outcome].items()}

    def last(self, outcome: str) -> dict[tuple[str, str, int], float]:
        return {place: values[max(values)] for place, values in self._rows[outcome].items()}


def _date_builds(
    scenario: xr.Dataset, actuals: Sequence[Actual], until: int
) -> tuple[dict[tuple[str, int], float], dict[tuple[str, int], float], list[Notice]]:
    """What was begun, by the plan year from which it serves as it did; what serves later yet; what that moved."""
    years = scenario[YEAR].values.tolist()
    build: dict[tuple[str, int], float] = {}
    least: dict[tuple[str, int], float] = {}
    told = []
    for actual in actuals:
        started = find_year(years, actual.year)
        if actual.outcome != BUILT or started is None:
            continue
        build.setdefault((actual.subject, started), 0.0)
        year = started
        if actual.service is not None:
            lead = sum(float(scenario[name].sel({TECHNOLOGY: actual.subject})) for name in ("lead_time", "start_delay"))
            year = find_year(years, int(np.floor(actual.service - lead))) or years[0]
            if year != started:
                fields = {"technology": actual.subject, "started": actual.year, "service": actual.service, "year": year}
                told.append(Notice("actuals_service", fields))
        into = build if year <= until else least
        into[actual.subject, year] = into.get((actual.subject, year), 0.0) + actual.value
    return build, least, told


def _cost_builds(
    scenario: xr.Dataset, latest: _Sums, build: Mapping[tuple[str, int], float]
) -> dict[tuple[str, str, int], float]:
    """capex[k,v] = (outlay - project_cost[k,v]) / built, where both are known and something was built."""
    costs = {}
    for (k, _, y), outlay in latest.total(OUTLAY).items():
        amount = build.get((k, y), 0.0)
        if amount > 0:
            fixed = float(scenario["project_cost"].sel({TECHNOLOGY: k, YEAR: y}))
            costs[k, "", y] = (outlay - fixed) / amount
    return costs


def _tell_outside(scenario: xr.Dataset, actuals: Sequence[Actual]) -> list[Notice]:
    """Years before the plan, and years inside a longer plan year of which not all has been."""
    first = int(scenario[YEAR].values[0])
    early = sorted({actual.year for actual in actuals if actual.year < first})
    return [Notice("actuals_early", {"years": ", ".join(map(str, early)), "first": first})] if early else []


def _tell_costless(latest: _Sums, build: Mapping[tuple[str, int], float]) -> list[Notice]:
    """Outlays of what is not known to have been built: no cost follows from them."""
    alone = sorted((k, y) for k, _, y in latest.total(OUTLAY) if build.get((k, y), 0.0) <= 0)
    return [Notice("actuals_outlay_alone", {"technology": k, "year": y}) for k, y in alone]


def _unpack(values: Mapping[tuple[str, str, int], float]) -> dict[tuple[str, int], float]:
    return {(label, year): value for (label, _, year), value in values.items()}


def _lay(scenario: xr.Dataset, dims: Sequence[str], values: Mapping[Any, float]) -> np.ndarray:
    places = [{label: i for i, label in enumerate(scenario[dim].values.tolist())} for dim in dims]
    laid = np.full([len(place) for place in places], np.nan)
    for labels, value in values.items():
        laid[tuple(place[label] for place, label in zip(places, labels, strict=True))] = value
    return laid
