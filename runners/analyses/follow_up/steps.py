"""From the plan to what was, one kind of cause after the other, by solving again: differences sum without a rest.

    plan -> pace of building -> costs -> prices -> activity -> model error -> revisions -> what was

Each step has the facts of those before it and one kind more; a kind of which nothing is known changes nothing and is
not solved. After activity stands what the model makes of all facts, after model error the first edition of what was
measured, after revisions the latest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pandas as pd
import xarray as xr

from runners.analyses.replanning.past import SMALLEST, list_values
from runners.analyses.replanning.replan import Replanned, replan
from runners.family import Family
from runners.progress import QUIET, Progress
from runners.reports.tables import tabulate_costs
from scenarios.actuals import BUILT, DEMAND, OUTLAY, PRICE, TAXES, Actual
from scenarios.known import Known, settle_actuals
from scenarios.settings import Settings
from scenarios.terms import ACCOUNT, TECHNOLOGY, VINTAGE, YEAR

PACE, COSTS, PRICES, ACTIVITY, ERROR, REVISION = CAUSES = (
    *("pace", "costs", "prices", "activity", "model_error", "revisions"),
)
LATER: Mapping[str, tuple[str, ...]] = {COSTS: (OUTLAY,), PRICES: (PRICE,), ACTIVITY: (DEMAND, TAXES)}
"""Causes after the first, and the outcomes that belong to each."""
MONEY = ("investment", "fixed", "variable", "purchase", "sale", "account_price")
"""Components of cost that are money of their year: neither what is left at the end nor what misses are valued at."""


@dataclass(frozen=True)
class Standing:
    """A stop on the way: every account, and the money of the year by part, in each past plan year (real, of a year)."""

    accounts: Mapping[tuple[str, int], float]
    money: Mapping[int, float]


@dataclass(frozen=True)
class Walk:
    """All stops by their cause, the plan's first (""), and the replanned answer at the end of them.

    `slips` are the stops inside the pace of building: before and after the facts of each technology, one by one.
    """

    stops: Mapping[str, Standing]
    slips: Mapping[str, tuple[Standing, Standing]]
    replanned: Replanned

    def list_steps(self) -> Iterator[tuple[str, Standing, Standing]]:
        """Each cause with the stops before and after it."""
        names = list(self.stops)
        for before, after in pairwise(names):
            yield after, self.stops[before], self.stops[after]


def walk_causes(
    family: Family,
    settings: Settings,
    actuals: list[Actual],
    until: int,
    forward: str,
    plan: xr.Dataset,
    progress: Progress = QUIET,
) -> Walk:
    """The way from a plan to what was, and the plan of the rest.

    Raises:
        NoPlan: what is known leaves no plan for the rest.
        PlanRefused: the verifier did not accept a plan.
    """
    scenario = family.describe(settings)
    stops = {"": measure_standing(scenario, plan, until)}
    slips: dict[str, tuple[Standing, Standing]] = {}
    before = stops[""]
    builders = list(dict.fromkeys(a.subject for a in actuals if a.outcome == BUILT and a.year <= until))
    causes = [cause for cause, more in LATER.items() if any(a.outcome in more and a.year <= until for a in actuals)]
    kept = _list_kept(settle_actuals([a for a in actuals if a.outcome == BUILT], scenario, until), plan)
    progress("causes")
    progress.expect(len(builders) + len(causes) + 1)
    last: Replanned | None = None
    kinds: tuple[str, ...] = (BUILT,)
    for place, technology in enumerate(builders):
        if technology in kept:  # what is known of it is what the plan holds anyway: the same program
            last, slips[technology] = None, (before, before)
            progress.step()
            continue
        own = [a for a in actuals if a.outcome != BUILT or a.subject in builders[: place + 1]]
        last = _replan(family, settings, own, kinds, until, plan)
        progress.step()
        slips[technology] = before, measure_standing(last.outcome.scenario, last.outcome.plan, until)
        before = slips[technology][1]
    stops[PACE] = before
    for cause, more in LATER.items():
        kinds = (*kinds, *more)
        if cause in causes:
            last = _replan(family, settings, actuals, kinds, until, plan)
            progress.step()
            before = measure_standing(last.outcome.scenario, last.outcome.plan, until)
        stops[cause] = before
    whole = last is not None and not last.gaps and all(actual.outcome in kinds for actual in actuals)
    made = last if last is not None and whole else replan(family, settings, actuals, until, forward, plan)
    progress.step()
    end = measure_standing(made.outcome.scenario, made.outcome.plan, until)
    stops[ERROR] = replace(end, accounts=_put_first(made, end))
    stops[REVISION] = end
    return Walk(stops, slips, made)


def measure_standing(scenario: xr.Dataset, plan: xr.Dataset, until: int) -> Standing:
    """What accounts hold and what is spent in plan years up to a year."""
    years = [int(y) for y in scenario[YEAR].values if y <= until]
    values = list_values(plan["account_value"].sel({YEAR: years}))
    accounts = {(str(e), int(y)): value for (e, y), value in values.items()}
    costs: pd.DataFrame = tabulate_costs(scenario, plan)
    own = costs[costs["component"].isin(MONEY)].groupby("year")["cost"].sum()
    return Standing(accounts, {year: float(own.get(year, 0.0)) for year in years})


def _list_kept(known: Known, plan: xr.Dataset) -> set[str]:
    """Technologies of which all that is known to have been built is what a plan builds."""
    moved = {k for k, _ in known.least}
    for (k, v), amount in known.build.items():
        planned = float(plan["build"].sel({TECHNOLOGY: k, VINTAGE: v}))
        if abs(planned - amount) > SMALLEST * max(1.0, abs(amount)):
            moved.add(k)
    return {k for k, _ in known.build} - moved


def _replan(
    family: Family,
    settings: Settings,
    actuals: list[Actual],
    kinds: tuple[str, ...],
    until: int,
    plan: xr.Dataset,
) -> Replanned:
    """The plan with facts of some kinds alone."""
    return replan(family, settings, [a for a in actuals if a.outcome in kinds], until, "drop", plan)


def _put_first(made: Replanned, end: Standing) -> dict[tuple[str, int], float]:
    """Accounts with what was measured in its first edition, in all that they are part of, too."""
    scenario, known = made.outcome.scenario, made.known
    labels = scenario[ACCOUNT].values.tolist()
    accounts = dict(end.accounts)
    for year in {year for _, year in known.first}:
        shares = scenario["share"].sel({YEAR: year}).values
        less = {e: known.first[e, year] - known.measured[e, year] for e in labels if (e, year) in known.first}
        moved: dict[str, float] = {}

        def move(
            e: str, shares: np.ndarray = shares, less: dict[str, float] = less, moved: dict[str, float] = moved
        ) -> float:
            if e not in moved:
                row = shares[labels.index(e)]
                carried = sum(float(share) * move(f) for f, share in zip(labels, row, strict=True) if share)
                moved[e] = less.get(e, carried)
            return moved[e]

        for e in labels:
            accounts[e, year] += move(e)
    return accounts
