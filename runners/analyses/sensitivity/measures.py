"""Why is a measure in the plan, why out, and why then? By what its absence, its price and its start are worth.

    worth         V(without it) - V                       the plan, optimised anew without the measure
    enters        the largest factor f on its investment  with V(f) < V       (a measure that is out)
    leaves        the least factor f on its investment    with V(f) = V(without it)
    waits         V(no start before the next year after its first) - V

Tangents from solved points guess the factors in a few steps; what is told was solved on both sides of it (see
`thresholds`), for where money is limited V need not bend one way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from model.queries.infeasibility import find_core_rules
from model.queries.no_plan import ConflictingRule
from model.solver.solution import SolverOptions
from runners.analyses.asking import Inquiry
from runners.analyses.oracle import Bracket, Oracle
from runners.analyses.sensitivity.entry_price import (
    NEARBY,
    NOTHING,
    choose_factors,
    find_entry,
    find_exit,
    is_steady,
    scale_outlay,
)
from runners.analyses.sensitivity.explained import Explained
from runners.analyses.sensitivity.thresholds import DEAREST, GIVEN, find_threshold
from runners.progress import QUIET, Progress
from scenarios.arithmetic.windows import find_starts, is_spread
from scenarios.arrays import read_arrays
from scenarios.catalog import TECHNOLOGY, VINTAGE, YEAR

BUILT = 1e-6
"""Capacity begun from here on counts as built."""
WHOLE_CLOSE = 5e-3
"""How far the two solved sides of a factor in whole units may be apart, as a part of it."""
FORCED = 1e-2
"""The part of a unit that is forced into the plan."""


@dataclass(frozen=True)
class WholeFactor:
    """The factor at which a measure enters (out of the plan) or leaves (in it) with whole units.

    It is in for certain at `inside` (0: nowhere) and out for certain at `outside` (infinite: nowhere); between them it
    cannot be told for the solver's gap, or was not looked at more closely. `parts` is the factor in parts of units,
    `turns` as in `Reason`.
    """

    inside: float
    outside: float
    parts: float
    turns: tuple[float, ...] = ()

    @property
    def factor(self) -> float:
        """The middle of what is known; NaN where the two ends say nothing of it."""
        if self.outside <= 0 or (np.isinf(self.outside) and self.inside >= DEAREST):
            return self.outside
        return (self.inside + self.outside) / 2 if self.inside > 0 and np.isfinite(self.outside) else np.nan

    @property
    def close(self) -> bool:
        """Whether the two ends are as near to each other as they were looked for."""
        return self.outside - self.inside <= 2 * WHOLE_CLOSE * self.outside


@dataclass(frozen=True)
class FirstStart:
    """The calendar year in which a measure is begun first, and the next in which it could be instead.

    `before` is the plan year before that of the first start, None where there is none, and from when to when starts of
    it are.
    """

    year: int
    later: int
    before: int | None
    span: tuple[int, int]


@dataclass(frozen=True)
class Reason:
    """Why one measure stands where it stands.

    `amount` is the most that stands of what the plan itself builds, in `unit`, first begun in `first_year` (None: out).
    Costs are of the present: `worth` is what the plan would lose without it (infinite: no plan), `waits` what it costs
    at the least that nothing is begun before `start.later` (below 0 in a period alone, see `_measure_wait`).
    `enters` and `leaves` are factors on its investment, NaN where they do not apply, 0 and infinite where no price does
    it: in whole units where `whole` is given, else in parts of them; `turns` are factors at which it is out although it
    is in at dearer ones. `reduced` is what a unit begun in `cheapest` would add to the cost of a plan it is not in,
    `earlier` what one begun in the plan year before the first would add (NaN: it may not start then). `rules` are
    binding rules that name it, by family and item. `parts` is what is built of a measure that is out where parts of
    units may be; `whole` is the factor in whole units, where that was asked for, and `check` brackets the worth with
    them. `whole_adds` is what a whole unit would add to the cost in its best year, infinite where none can be begun in
    any year: then `blocked` are rules that forbid it in `cheapest`.
    """

    measure: str
    amount: float
    unit: str
    first_year: int | None
    last_year: int | None
    worth: float
    enters: float
    leaves: float
    start: FirstStart | None
    waits: float
    reduced: float
    cheapest: int | None
    earlier: float
    rules: tuple[tuple[str, str], ...]
    parts: float = 0.0
    turns: tuple[float, ...] = ()
    whole: WholeFactor | None = None
    check: Bracket | None = None
    whole_adds: float = np.nan
    blocked: tuple[ConflictingRule, ...] = ()


def explain_measures(inquiry: Inquiry[Explained], measures: Sequence[str], progress: Progress = QUIET) -> list[Reason]:
    """A reason for each measure.

    Args:
        inquiry: about the plan whose amounts and years are explained, in parts of units.
        measures: labels of technologies.
        progress: told each measure.
    """
    columns = inquiry.subject.columns
    known = [measure for measure in measures if measure in columns]
    progress.expect(len(known))
    return inquiry.ask(explain_measure, known, progress)


def check_reasons(reasons: Sequence[Reason], inquiry: Inquiry[Explained], most: int) -> list[Reason]:
    """The most worth of them once more with whole units: between what bounds the plan loses without the measure."""
    ranked = sorted(reasons, key=lambda reason: -reason.worth)[:most]
    checked = dict(zip((one.measure for one in ranked), inquiry.ask(check_reason, ranked), strict=True))
    return [checked.get(reason.measure, reason) for reason in reasons]


def force_whole(scenario: xr.Dataset, reason: Reason, oracle: Oracle) -> Reason:
    """What a whole unit of a measure that is out would cost in its best year, or why there can be none in any."""
    unit = float(scenario["unit_size"].sel({TECHNOLOGY: reason.measure}).values)
    labels = oracle.program.program.column_labels
    columns = [
        (int(label.index[1]), i)
        for i, label in enumerate(labels)
        if label.family == "build" and label.index[0] == reason.measure
    ]
    open_years = _find_open(oracle, columns)
    costs = [oracle.force(column, unit) for year, column in columns if year in open_years]
    adds = min(costs, default=np.inf) - oracle.least
    if np.isfinite(adds) or unit <= 0 or not costs:
        return replace(reason, whole_adds=adds if unit > 0 else np.nan)
    year = reason.cheapest if reason.cheapest in open_years else max(open_years)
    forced = oracle.raise_column(dict(columns)[year], unit)
    rules = find_core_rules(scenario, forced, SolverOptions(relax=True))
    return replace(reason, whole_adds=np.inf, cheapest=year, blocked=tuple(rules))


def find_whole_factor(reason: Reason, oracle: Oracle) -> Reason:
    """The factor at which a measure enters or leaves in whole units: solved where it is in, and where it is not.

    In for certain: the plan is found to cost less than is proven of any without the measure. Out for certain: it is
    proven to cost no less than a plan found without it.
    """
    without = oracle.bracket({f"exclude.{reason.measure}": 1.0})
    if without is None:
        return reason
    room = NOTHING * (1.0 + abs(oracle.least))
    kept: dict[float, Bracket | None] = {}

    def cost(factor: float) -> Bracket | None:
        if factor not in kept:
            kept[factor] = oracle.bracket(scale_outlay([reason.measure], factor))
        return kept[factor]

    def is_in(factor: float) -> bool:
        found = cost(factor)
        return found is not None and found.objective < without.bound - room

    def may_be_in(factor: float) -> bool:
        found = cost(factor)
        return found is None or found.bound < without.objective - room

    inside = reason.first_year is not None
    guess = reason.leaves if inside else reason.enters
    looked, steady = choose_factors(inside=inside), is_steady(oracle, whole=True)
    surely = find_threshold(is_in, looked, guess, WHOLE_CLOSE, steady=steady)
    perhaps = find_threshold(may_be_in, looked, surely.outside if surely else guess, WHOLE_CLOSE, steady=steady)
    low = 0.0 if surely is None else surely.inside
    high = 0.0 if perhaps is None else np.inf if perhaps.inside >= looked[-1] else perhaps.outside
    whole = WholeFactor(low, high, guess, () if surely is None else surely.turns)
    if np.isnan(whole.factor):
        return replace(reason, whole=whole)
    if inside:
        return replace(reason, whole=whole, leaves=whole.factor)
    return replace(reason, whole=whole, enters=whole.factor)


def check_reason(explained: Explained, reason: Reason) -> Reason:
    """A reason with what bounds the worth in whole units."""
    without, free = explained.oracle.bracket({f"exclude.{reason.measure}": 1.0}), explained.oracle.free
    if without is None:
        return reason
    check = Bracket(max(without.bound - free.objective, 0.0), without.objective - free.bound)
    return replace(reason, check=check)


def explain_measure(explained: Explained, measure: str) -> Reason:
    """Why a measure stands where it stands, in parts of units."""
    scenario, plan, oracle = explained.scenario, explained.plan, explained.parts
    oracle.begin()
    columns = explained.columns[measure]
    build = plan["build"].sel({TECHNOLOGY: measure})
    begun = [int(year) for year, amount in zip(build[VINTAGE].values, build.values, strict=True) if amount > BUILT]
    without = oracle.solve({f"exclude.{measure}": 1.0})
    lost = without.objective if without.status.has_plan else np.inf
    inside = bool(begun)
    open_years = _find_open(oracle, columns)
    by_year = {year: column for year, column in columns if year in open_years}
    enters, leaves = np.nan, np.nan
    turns: tuple[float, ...] = ()
    if inside and np.isfinite(lost):
        leaves, turns = find_exit(oracle, [measure], lost)
    elif inside:
        leaves = np.inf
    else:
        enters, turns = find_entry(oracle, [measure])
    year = None if inside else _find_year(oracle, measure, by_year, enters)
    start = find_first_start(scenario, measure, begun[0]) if inside else None
    return Reason(
        measure=measure,
        amount=_measure_most(scenario, plan, measure) if inside else 0.0,
        unit=str(scenario["technology_capacity_unit"].sel({TECHNOLOGY: measure}).values),
        first_year=begun[0] if inside else None,
        last_year=begun[-1] if inside else None,
        worth=max(lost - oracle.least, 0.0),
        enters=enters,
        leaves=leaves,
        turns=turns,
        start=start,
        waits=np.nan if start is None else _measure_wait(oracle, measure, start),
        reduced=np.nan if year is None else _force_unit(oracle, by_year[year]),
        cheapest=year,
        earlier=_force_unit(oracle, by_year[start.before]) if start and start.before in by_year else np.nan,
        parts=0.0 if inside else _sum_parts(oracle, columns),
        rules=tuple((family, item) for family, item, about in explained.binding if measure in about),
    )


def _measure_most(scenario: xr.Dataset, plan: xr.Dataset, measure: str) -> float:
    """The most that stands in a year of what the plan itself builds; renewals take the place of what is worn out."""
    chosen = {TECHNOLOGY: measure}
    stock = scenario["existing"].sel(chosen).values * (1.0 - plan["scrapped"].sel(chosen).values)
    return float((plan["capacity"].sel(chosen).values - stock).max())


def _sum_parts(oracle: Oracle, columns: Sequence[tuple[int, int]]) -> float:
    amount = float(oracle.base.columns[[column for _, column in columns]].sum())
    return amount if amount > BUILT else 0.0


def _find_year(oracle: Oracle, measure: str, by_year: Mapping[int, int], factor: float) -> int | None:
    """The year in which a measure that is out would be begun first of all, its investment just cheap enough."""
    found = oracle.solve(scale_outlay([measure], max(factor * (1 - NEARBY), GIVEN)))
    if found.status.has_plan:
        begun = [year for year, column in by_year.items() if found.columns[column] > BUILT]
        if begun:
            return begun[0]
    reduced = oracle.reduce_costs()
    return min(by_year, key=lambda year: float(reduced[by_year[year]]), default=None)


def _force_unit(oracle: Oracle, column: int) -> float:
    """What a unit more of a column adds to the cost, by the cost of a small part of one."""
    before = float(oracle.base.columns[column])
    return max(oracle.force(column, before + FORCED) - oracle.least, 0.0) / FORCED


def find_first_start(scenario: xr.Dataset, measure: str, first: int) -> FirstStart:
    """The first start of a measure that is begun in a plan year.

    It is in the first of the plan year's calendar years that are open to it, and the next year is the one after; where
    what is begun serves from the first day of its plan year, the plan year itself and the next.
    """
    given = read_arrays(scenario)
    place = int(np.flatnonzero(given[TECHNOLOGY] == measure)[0])
    years, at = given[YEAR].tolist(), given[YEAR].tolist().index(first)
    spread, starts = is_spread(given), find_starts(given)
    year = int(starts.first[place, at])
    later = year + 1 if spread else first + int(given["length"][at])
    if at == 0:
        return FirstStart(year, later, None, (year, year))
    since = int(starts.first[place, at - 1])
    until = since + int(starts.count[place, at - 1]) - 1 if spread else since
    return FirstStart(year, later, years[at - 1], (since, until))


def _measure_wait(oracle: Oracle, measure: str, start: FirstStart) -> float:
    """What it costs if nothing of the measure may begin before the next year after its first; NaN where no plan may.

    Less than nothing where the first start is inside a period: what is begun there is spread evenly over the years that
    are open to it, and to close the first of them is a choice that the plan does not have.
    """
    later = oracle.solve({f"set.earliest_start.{measure}": float(start.later)})
    if not later.status.has_plan:
        return np.nan
    cost = later.objective - oracle.least
    return cost if cost < -NOTHING * (1.0 + abs(oracle.least)) else max(cost, 0.0)


def _find_open(oracle: Oracle, columns: Sequence[tuple[int, int]]) -> set[int]:
    """Years in which a measure may begin at all."""
    program = oracle.program
    rows = program.program.row_families.get("build_most", ())
    place = {program.program.row_labels[row].index: row for row in rows}
    found = set()
    for year, column in columns:
        row = place.get(program.program.column_labels[column].index)
        bounds = [] if row is None else [program.row_lower[row], program.row_upper[row]]
        if not any(bound == 0.0 for bound in bounds):
            found.add(year)
    return found
