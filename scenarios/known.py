"""What outcomes up to a year fix of a scenario: numbers by settings, decisions by technology, grant and loan, accounts.

Money is real. A plan year that stands for several calendar years has the sum of what was built, granted and borrowed in
them, and the mean of prices, amounts and taxes.
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
    OUTLAY,
    PRICE,
    RESULT,
    TAXES,
    Actual,
    keep_first,
    keep_latest,
)
from scenarios.catalog_aside import PRELIMINARY
from scenarios.errors import Notice
from scenarios.settings import ADJUST, SHIFT, join_key
from scenarios.terms import ACCOUNT, ACTOR, COMMODITY, INSTRUMENT, TECHNOLOGY, VINTAGE, YEAR

HOLD, FADE, DROP = FORWARDS = ("hold", "fade", "drop")
"""What becomes of the difference between measured and modelled in years to come."""
SAME = 1e-12
"""Numbers nearer to each other than this part of them are the same: nothing is moved."""


@dataclass(frozen=True)
class Known:
    """What is known up to a year.

    `settings` move numbers to what they were. `build`, `draw`, `claimed` are decisions by labels and plan year, `least`
    what at least begins in a year to come. `measured` accounts are by account and plan year, `first` the same in their
    first edition; `debts` and `results` are nominal, by actor. `counts` are rows of the plan's years by their
    outcome, each in its latest edition, `preliminary` those of them that may still change; `reasons` are
    notes on what was built of a technology in a plan year; `notices` tell what could be no use.
    """

    until: int
    settings: Mapping[str, float] = field(default_factory=dict)
    build: Mapping[tuple[str, int], float] = field(default_factory=dict)
    least: Mapping[tuple[str, int], float] = field(default_factory=dict)
    draw: Mapping[tuple[str, str, int], float] = field(default_factory=dict)
    claimed: Mapping[tuple[str, str, int], float] = field(default_factory=dict)
    measured: Mapping[tuple[str, int], float] = field(default_factory=dict)
    first: Mapping[tuple[str, int], float] = field(default_factory=dict)
    debts: Mapping[tuple[str, int], float] = field(default_factory=dict)
    results: Mapping[tuple[str, int], float] = field(default_factory=dict)
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


def settle_actuals(actuals: Iterable[Actual], scenario: xr.Dataset, until: int) -> Known:
    """What rows of actuals up to a calendar year fix of a scenario."""
    own = [actual for actual in actuals if actual.year <= until]
    latest = _Sums(scenario, keep_latest(own))
    build, least, late = _date_builds(scenario, keep_latest(own), until)
    settings = {
        **_move(scenario, "capex", _cost_builds(scenario, latest, build)),
        **_scale_prices(scenario, latest.mean(PRICE)),
        **_move(scenario, "demand", latest.mean(DEMAND)),
        **_move(scenario, "taxes_and_grants", latest.mean(TAXES)),
    }
    shares = {
        (i, k, y): (amount, float(scenario["grant_share"].sel({INSTRUMENT: i, TECHNOLOGY: k})))
        for (k, i, y), amount in latest.total(GRANT).items()
    }
    return Known(
        until=until,
        settings=settings,
        build=build,
        least=least,
        draw={(i, a, y): amount for (a, i, y), amount in latest.total(LOAN).items()},
        claimed={place: amount / share for place, (amount, share) in shares.items() if share > 0},
        measured=_unpack(latest.mean(MEASURED)),
        first=_unpack(_Sums(scenario, keep_first(own)).mean(MEASURED)),
        debts=_unpack(latest.last(DEBT)),
        results=_unpack(latest.mean(RESULT)),
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


class _Sums:
    """Rows gathered into plan years, in real money but for debts and results, which books have in their own."""

    def __init__(self, scenario: xr.Dataset, actuals: Sequence[Actual]) -> None:
        self._years = scenario[YEAR].values.tolist()
        index = dict(zip(self._years, scenario["price_index"].values.tolist(), strict=True))
        self._rows: dict[str, dict[tuple[str, str, int], dict[int, float]]] = defaultdict(lambda: defaultdict(dict))
        for actual in actuals:
            year = find_year(self._years, actual.year)
            if year is not None:
                books = actual.outcome in (DEBT, RESULT)
                price = index[year] if actual.nominal != books else 1.0
                value = actual.value * price if books else actual.value / price
                place = (actual.subject, "" if actual.outcome in (BUILT, OUTLAY) else actual.party, year)
                own = self._rows[actual.outcome][place]
                own[actual.year] = own.get(actual.year, 0.0) + value

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


def _move(scenario: xr.Dataset, quantity: str, values: Mapping[tuple[str, str, int], float]) -> dict[str, float]:
    """Settings that shift a quantity to values; none where it is there already."""
    moved = {}
    for (label, _, year), value in values.items():
        now = float(scenario[quantity].sel({scenario[quantity].dims[0]: label, YEAR: year}))
        if abs(value - now) > SAME * max(1.0, abs(now)):
            moved[join_key(SHIFT, quantity, label, year)] = value - now
    return moved


def _scale_prices(scenario: xr.Dataset, prices: Mapping[tuple[str, str, int], float]) -> dict[str, float]:
    """Settings that scale a year's purchase price so that its mean by hours is what was paid."""
    hours, moved = scenario["hours"].values, {}
    for (c, _, year), paid in prices.items():
        planned = scenario["purchase_price"].sel({COMMODITY: c, YEAR: year}).values
        mean = float(planned @ hours / hours.sum()) if np.isfinite(planned).all() else 0.0
        if mean > 0 and abs(paid / mean - 1.0) > SAME:
            moved[join_key(ADJUST, "purchase_price", c, year)] = paid / mean
    return moved


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
