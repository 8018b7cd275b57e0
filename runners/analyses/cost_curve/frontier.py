"""What do two wishes cost together? A curve over the first at each of some levels of the second."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np
import xarray as xr

from model.queries.no_plan import NoPlan
from runners.accounts.outlays import draw_actors
from runners.analyses.cost_curve.curve_range import find_edge, find_span
from runners.analyses.cost_curve.parametric_solve import Tracer
from runners.analyses.cost_curve.system import Curve, trace_system
from runners.analyses.cost_curve.varied_target import Probe
from runners.family import Family
from runners.outcome import Outcome
from runners.progress import QUIET, Progress
from scenarios.arithmetic.breaches import CEILING
from scenarios.arithmetic.loans import loan_schedules
from scenarios.arithmetic.standing import follow_standing
from scenarios.catalog import ACTOR, YEAR
from scenarios.choices import HARD
from scenarios.errors import CaseError, Problem
from scenarios.naming import settle_word
from scenarios.settings import SET, Settings, name_labels

NO_DEBT = 1e-6


@dataclass(frozen=True)
class DebtLimit:
    """The most that an actor may owe for the plan in any year, in real money, over what is owed without it."""

    actor: str
    years: tuple[int, ...]
    standing: tuple[float, ...]

    def settle(self, level: float) -> Settings:
        """The settings that put it at a level."""
        return {
            f"{SET}.debt_ceiling_amount.{self.actor}.{year}": debt + level
            for year, debt in zip(self.years, self.standing, strict=True)
        }


@dataclass(frozen=True)
class Frontier:
    """Curves by level of the second wish, from loose to tight; `unreached` levels have no plan at all."""

    curves: tuple[tuple[float, Curve], ...]
    unreached: tuple[float, ...]
    seconds: float

    @property
    def error(self) -> float:
        """The certified error of the worst of the curves."""
        return max(curve.error for _, curve in self.curves)


def trace_frontier(
    family: Family,
    probe: Probe,
    second: Probe | DebtLimit,
    count: int,
    tolerance: float,
    most: int,
    price: float | None,
    progress: Progress = QUIET,
) -> Frontier:
    """Curves over a probe at evenly spread levels of a second wish (the epsilon-constraint method).

    Args:
        family: of a case with the probe, and with the second where it is one.
        probe: over whose levels each curve runs.
        second: a probe of its own, or a limit on an actor's debt.
        count: levels of the second.
        tolerance: certified error of each curve, as a share of its range of cost.
        most: points of each curve at the most.
        price: as in `trace_system`.
        progress: told each curve.

    Raises:
        CaseError, NoPlan: there is a curve at no level of the second wish, for the reason of the first.
    """
    began = perf_counter()
    curves, unreached, refused = [], [], []
    progress.expect(count)
    for level in spread_levels(family, probe, second, count, price):
        try:
            curves.append(
                (level, trace_system(family, probe, tolerance, most, price=price, settings=second.settle(level)))
            )
        except (NoPlan, CaseError) as error:
            unreached.append(level)
            refused.append(error)
        progress.step()
    if not curves:
        raise refused[0]
    return Frontier(tuple(curves), tuple(unreached), perf_counter() - began)


def spread_levels(
    family: Family, probe: Probe, second: Probe | DebtLimit, count: int, price: float | None
) -> Sequence[float]:
    """Levels of the second wish, from what the first makes of it where it is not limited, to the tightest."""
    tracer = Tracer(family, probe)
    span = find_span(tracer, None, None, price)
    ends = [family.solve(probe.settle(level)) for level in (probe.free, span.end)]
    if isinstance(second, DebtLimit):
        loose, tight = max(_owe_most(outcome, second.actor) for outcome in ends), 0.0
        if loose <= NO_DEBT:
            raise CaseError([Problem("curve_no_debt", "curve.second", fields={"actor": second.actor})])
    else:
        other = Tracer(family, second)
        reached = [_hold_account(outcome.plan, outcome.scenario, second) for outcome in ends]
        loose = max(reached) if second.side > 0 else min(reached)
        tight = find_edge(other, None)[1]
    return [float(level) for level in np.linspace(loose, tight, count)]


def _hold_account(plan: xr.Dataset, scenario: xr.Dataset, probe: Probe) -> float:
    """The tightest level of a probe at which a plan would do."""
    held = np.isfinite(scenario["cap"].sel(target=probe.name).values)
    amounts = plan["account_value"].sel(account=probe.account).values[held]
    if probe.cumulative:
        return float(amounts @ scenario["length"].values[held])
    return float(amounts.max() if probe.side > 0 else amounts.min())


def _owe_most(outcome: Outcome, actor: str) -> float:
    place = list(outcome.scenario[ACTOR].values).index(actor)
    owed = np.einsum("iut,iu->t", loan_schedules(outcome.scenario).balance, draw_actors(outcome.plan)[:, place])
    return float(owed.max())


def limit_debt(scenario: xr.Dataset, actor: str) -> DebtLimit:
    """The limit on an actor's own debt for the plan.

    Raises:
        CaseError: the case has no such actor, or debt ceilings do not hold.
    """
    mode = str(scenario.attrs[CEILING])
    if mode != HARD:
        raise CaseError([Problem("curve_debt_not_hard", "finance.ceiling", fields={"found": mode})])
    things = name_labels(scenario, ACTOR)
    label = settle_word(things, actor)
    if label is None:
        fields = {"actor": actor, "names": ", ".join(thing.label for thing in things) or "–"}
        raise CaseError([Problem("curve_actor_none", "curve.second", fields=fields)])
    standing = follow_standing(scenario).debt[[thing.label for thing in things].index(label)]
    return DebtLimit(label, tuple(int(year) for year in scenario[YEAR].values), tuple(map(float, standing)))
