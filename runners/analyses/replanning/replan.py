"""A plan made anew after its first years: what is known is held, what was measured corrects, the rest is free.

Solved once for what the model makes of the facts, and where that is not what was measured once more with corrections,
the past as it then was. Nothing is compiled anew.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from model.compiled.revise import LinearProgram
from model.compiled.sparse import COST
from model.queries.easing import ease_past
from model.queries.infeasibility import explain_no_plan
from model.solver.chain import Chain
from model.solver.decided import measure_decided, split_cost
from model.solver.facts import ROOMS, Facts, hold_columns, hold_exactly, hold_least, read_past
from model.solver.plan import Labeller
from model.solver.solution import Solution, Status
from model.verifier.facts import LOOSENED, UNTIL, is_past
from model.verifier.verdict import PlanRefused, Verdict, Violation
from model.verifier.verify import Verifier
from runners.analyses.replanning.corrections import OF_ACCOUNT, OF_DEBT, Gap, close_gaps, join_gaps, measure_gaps
from runners.analyses.replanning.past import is_as_planned, list_values, locate_known, locate_least, locate_planned
from runners.analyses.replanning.told import Amount, Counts, MoneyUnit, name_labels
from runners.family import Family
from runners.line import DECIDED, SPENT, read_spending
from runners.outcome import Outcome, Posed
from scenarios.actuals import Actual
from scenarios.arithmetic.projects import OPTION
from scenarios.errors import Notice
from scenarios.known import Known, find_year, settle_actuals
from scenarios.notices.money import find_plan_breaches
from scenarios.notices.notices import find_scenario_notices
from scenarios.settings import Settings
from scenarios.shifts import Short
from scenarios.terms import ACCOUNT, ACTOR, TECHNOLOGY, VINTAGE, YEAR

RUN_BY = ("activity", "purchase", "sale", "run", "draw", "claimed", "retired", "scrapped", "build", "units", "begin")
"""Families of columns that stand, in the past, as they were first found: it does not answer to what is known later."""
MOST_ROUNDS = 10
"""Corrections may move what they correct (credits of one account to another): so often are they measured."""
CLOSE = 1e-6
"""A difference below this is closed; one that is left after all rounds is told."""
SUNK, AHEAD = "sunk", "ahead"
CORRECTION = {OF_ACCOUNT: "correction_account", OF_DEBT: "correction_debt"}


@dataclass(frozen=True)
class Replanned:
    """A plan made anew: its outcome, all settings that made its scenario, what is known, and every correction.

    `modelled` is what the model made of the facts before any correction.
    """

    outcome: Outcome
    settings: Settings
    known: Known
    gaps: tuple[Gap, ...]
    modelled: xr.Dataset
    recompiled: bool


def replan(
    family: Family,
    settings: Settings,
    actuals: Sequence[Actual],
    until: int,
    forward: str,
    before: xr.Dataset | None = None,
    say_phase: Callable[[str], None] = lambda _: None,
) -> Replanned:
    """The verified plan of the rest.

    Args:
        family: of the case.
        settings: that hold beside the facts.
        actuals: all rows of the case; those up to `until` count.
        until: last calendar year with actuals, which ends a plan year.
        forward: hold, fade or drop: what becomes of corrections in later years.
        before: a plan of the settings; what is not known of the past is as it has it. None: as is now best.

    Raises:
        NoPlan: what is known leaves no plan for the rest.
        PlanRefused: the verifier did not accept the plan.
    """
    say_phase("replan")
    known = settle_actuals(actuals, family.describe(settings), until)
    lay, years = family.lay_upon({}), family.scenario[YEAR].values.tolist()
    moved, short = known.reach(lay, settings)
    posed = family.pose(moved)
    maker = _Maker(family, known, before, short)
    same = before is not None and before.attrs.get("digest") == posed.scenario.attrs["digest"]
    kept = before is not None and same and is_as_planned(before, known)
    if before is not None and kept and not measure_gaps(posed.scenario, before, known):
        maker.eased |= {str(one["rule"]) for one in json.loads(str(before.attrs.get(LOOSENED, "[]")))}
        return maker.finish(posed, before.copy(), moved, (), before)
    plan, point = maker.solve(posed, None)
    modelled, every, gaps = plan, list[Gap](), measure_gaps(posed.scenario, plan, known)
    for _ in range(MOST_ROUNDS):
        if not gaps:
            break
        moved = close_gaps(lay, moved, gaps, known, years, forward)
        posed = family.pose(moved)
        plan, point = maker.solve(posed, point)
        every, gaps = [*every, *gaps], _measure_open(posed.scenario, plan, known)
    return maker.finish(posed, plan, moved, join_gaps(every), modelled, gaps)


def _measure_open(scenario: xr.Dataset, plan: xr.Dataset, known: Known) -> list[Gap]:
    return [gap for gap in measure_gaps(scenario, plan, known) if abs(gap.amount) > CLOSE]


class _Maker:
    """Plans of one family with facts held; `eased` are families of rules that were let go for them.

    `short` are numbers that no setting brings to what they were.
    """

    def __init__(self, family: Family, known: Known, before: xr.Dataset | None, short: Sequence[Short]) -> None:
        self._family, self._known, self._before, self._short = family, known, before, short
        self._chain = Chain(family.options, float(family.scenario.attrs["tolerance"]))
        self.eased: set[str] = set()

    def solve(self, posed: Posed, point: np.ndarray | None) -> tuple[xr.Dataset, np.ndarray]:
        """The plan of a posed scenario, and its columns; with a point its past as that point has it."""
        nothing = read_spending(posed.nothing)
        solution, held = Solution.none(), posed.program
        for room in ROOMS:
            held = self._hold(posed, point, room)
            eased = ease_past(held, self._known.until, self._family.options)
            if eased is not None:
                held = eased.program
                self.eased |= {family for family, _, _ in eased.rows}
            solution = self._chain.solve(held, nothing)
            if solution.status.has_plan or point is None:
                break
        if not solution.status.has_plan:
            raise explain_no_plan(posed.scenario, held, solution.status, self._family.options)
        plan = Labeller(posed.program.program).label(posed.scenario, solution)
        mine = split_cost(posed.program, solution.columns)
        plan.attrs |= dict(zip(SPENT, (mine.invested, mine.running), strict=True))
        if nothing is not None:
            plan.attrs[DECIDED] = measure_decided(mine, nothing, solution.values[COST])
        plan.attrs |= self._split(posed.program, solution)
        return plan, solution.columns

    def _hold(self, posed: Posed, point: np.ndarray | None, room: float) -> LinearProgram:
        program, known = posed.program, self._known
        if point is not None:
            past = read_past(program.program, point, known.until, RUN_BY)
            program = hold_columns(program, past.columns, past.values, room)
        elif self._before is not None:
            program = hold_exactly(program, locate_planned(program, self._before, known))
        program = hold_exactly(program, locate_known(program, posed.scenario, known))
        return hold_least(program, locate_least(program, known))

    def _split(self, program: LinearProgram, solution: Solution) -> dict[str, float]:
        """Of the cost what the past's decisions make of it, and what is left to decide."""
        past: Facts = read_past(
            program.program, solution.columns, self._known.until, tuple(program.program.column_families)
        )
        sunk = float(program.costs[COST][past.columns] @ past.values)
        return {SUNK: sunk, AHEAD: solution.values[COST] - sunk}

    def finish(
        self,
        posed: Posed,
        plan: xr.Dataset,
        settings: Settings,
        gaps: tuple[Gap, ...],
        modelled: xr.Dataset,
        left: Sequence[Gap] = (),
    ) -> Replanned:
        """The plan with its facts and corrections, verified; what facts break and what is `left` of gaps is told."""
        known, family = self._known, self._family
        plan = plan.assign(known.keep(posed.scenario) | _lay_gaps(posed.scenario, gaps))
        plan.attrs |= {UNTIL: known.until, LOOSENED: "[]"}
        verdict = _judge(family, posed.scenario, plan, self.eased)
        told = (
            *_tell(posed.scenario, plan, self._before, known, gaps),
            *_tell_short(posed.scenario, self._short, left),
            *_tell_loosened(verdict),
        )
        notices = (
            *told,
            *family.notices,
            *find_scenario_notices(posed.scenario),
            *find_plan_breaches(posed.scenario, plan),
            *family.tell_nothing(settings),
        )
        status = Status(plan.attrs["status"])
        outcome = Outcome(family.tables, posed.scenario, plan, verdict, status, posed.nothing, {}, notices)
        return Replanned(outcome, settings, known, gaps, modelled, not family.keeps(settings))


def _judge(family: Family, scenario: xr.Dataset, plan: xr.Dataset, eased: set[str]) -> Verdict:
    """The verdict: what the past breaks of rules that were let go is written into the plan, all else refuses it."""
    verifier, relaxed = Verifier(), family.options.relax
    verdict = verifier.check(scenario, plan, relaxed=relaxed)
    if not verdict.accepted:
        until = int(plan.attrs[UNTIL])
        broken = [v for v in verdict.violations if v.rule in eased and is_past(v.place, until)]
        plan.attrs[LOOSENED] = json.dumps([_describe(v) for v in broken])
        verdict = verifier.check(scenario, plan, relaxed=relaxed)
    if not verdict.accepted:
        raise PlanRefused(verdict)
    return verdict


def _describe(violation: Violation) -> dict[str, Any]:
    return {"rule": violation.rule, "place": dict(violation.place), "amount": violation.amount}


def _lay_gaps(scenario: xr.Dataset, gaps: Sequence[Gap]) -> dict[str, xr.Variable]:
    """Corrections of the years that are known, over labels and years; later rounds of one add to it."""
    laid = {}
    for quantity, name in CORRECTION.items():
        dim = ACCOUNT if quantity == OF_ACCOUNT else ACTOR
        labels, years = scenario[dim].values.tolist(), scenario[YEAR].values.tolist()
        values = np.zeros((len(labels), len(years)))
        for gap in gaps:
            if gap.quantity == quantity:
                values[labels.index(gap.label), years.index(gap.year)] += gap.amount
        laid[name] = xr.Variable((dim, YEAR), values)
    return laid


def _tell(
    scenario: xr.Dataset,
    plan: xr.Dataset,
    before: xr.Dataset | None,
    known: Known,
    gaps: Sequence[Gap],
) -> list[Notice]:
    """What is known, what stays forecast, and what corrects."""
    past = [int(y) for y in scenario[YEAR].values if y <= known.until]
    begun = list_values(plan["build"].sel({VINTAGE: past}))
    guessed = sorted({str(k) for (k, v), amount in begun.items() if amount > CLOSE and (k, v) not in known.build})
    fields = {"until": known.until, "count": sum(known.counts.values()), "kinds": Counts(known.counts)}
    told = [Notice("replanned", fields)]
    if known.preliminary:
        fields = {"count": sum(known.preliminary.values()), "kinds": Counts(known.preliminary)}
        told.append(Notice("actuals_preliminary", fields))
    if not known.measured:
        told.append(Notice("actuals_unmeasured", {"until": known.until}))
    if guessed:
        names = name_labels(scenario, TECHNOLOGY, guessed)
        fields = {"count": len(guessed), "names": names, "until": known.until}
        told.append(Notice("actuals_unknown" if before is None else "actuals_unknown_run", fields))
    for gap in gaps:
        label = name_labels(scenario, ACCOUNT if gap.quantity == OF_ACCOUNT else ACTOR, [gap.label])
        amounts = {"known": Amount(gap.known, 3), "modelled": Amount(gap.modelled, 3)}
        fields = {"label": label, "year": gap.year, **amounts, "amount": Amount(gap.amount, 3, signed=True)}
        told.append(Notice(f"actuals_gap_{gap.quantity}", fields))
    if SUNK in plan.attrs:
        amounts = {name: Amount(float(plan.attrs[name])) for name in (SUNK, AHEAD)}
        told.append(Notice("actuals_sunk", {**amounts, "money": MoneyUnit(str(scenario.attrs["money"]))}))
    return [*told, *_tell_postponed(scenario, known), *known.notices]


def _tell_postponed(scenario: xr.Dataset, known: Known) -> list[Notice]:
    """Projects forced or decided that did not begin in their year: they stand nowhere until they get another."""
    status, starts = scenario["technology_status"].values.tolist(), scenario["status_year"].values.tolist()
    told = []
    for k, word, start in zip(scenario[TECHNOLOGY].values.tolist(), status, starts, strict=True):
        year = find_year(scenario[YEAR].values.tolist(), int(start)) if word != OPTION else None
        if year is not None and known.build.get((k, year), 1.0) <= CLOSE:
            fields = {"name": name_labels(scenario, TECHNOLOGY, [k]), "technology": k, "year": int(start)}
            reason = known.reasons.get((k, year), "")
            key = "actuals_postponed_reason" if reason else "actuals_postponed"
            told.append(Notice(key, fields | ({"reason": reason.rstrip(".")} if reason else {})))
    return told


def _tell_short(scenario: xr.Dataset, short: Sequence[Short], left: Sequence[Gap]) -> list[Notice]:
    """What is known and the plan has otherwise all the same."""
    open_ = [Short(gap.quantity, gap.label, gap.year, gap.known, gap.known - gap.amount) for gap in left]
    return [
        Notice(
            "actuals_short",
            {
                "quantity": one.quantity,
                "label": name_labels(scenario, str(scenario[one.quantity].dims[0]), [one.label]),
                "year": one.year,
                "known": Amount(one.wanted, 3),
                "got": Amount(one.got, 3),
            },
        )
        for one in (*short, *open_)
    ]


def _tell_loosened(verdict: Verdict) -> list[Notice]:
    return [Notice("actuals_loosened", {"rule": violation}) for violation in verdict.loosened]
