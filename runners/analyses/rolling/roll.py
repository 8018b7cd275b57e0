"""A plan made anew as years pass: at each look only what is known then is known, and what has begun stays begun.

For t = first, first + step, ...: numbers that are revealed by t are the true ones and all others the forecast; what
began before t is held; the rest is planned anew, over all years left (rolling) or those of the window (myopic). What
that plan begins before the next look is then begun. At last the true program is solved with all that has begun held,
stage by stage as any plan is, and verified: loans and claims are settled then, in the one program that has their
whole history.

A rolling look at the very numbers of the one before would find the plan that is in hand: it has begun as that says, and
what is least cannot fall when more is held. So it is taken as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from model.compiled.revise import LinearProgram
from model.compiled.task import Task
from model.queries.infeasibility import explain_no_plan
from model.queries.no_plan import NoPlan
from model.solver.chain import Chain
from model.solver.facts import ROOMS, Facts, close_window, read_facts
from model.solver.plan import Labeller
from model.solver.sessions import open_session, solve_once
from model.solver.solution import Solution, SolverOptions
from model.solver.stages import find_main, pose_task
from model.solver.starts import CHOOSE
from model.verifier.verdict import PlanRefused
from model.verifier.verify import Verifier
from runners.analyses.near_optimal.alternatives import bound_cost
from runners.analyses.replanning.told import Amount, MoneyUnit
from runners.analyses.rolling.reveal import Revealed, reveal
from runners.family import Family
from runners.outcome import Outcome
from scenarios.arithmetic.money import operation_discount
from scenarios.errors import Notice
from scenarios.notices.money import Percent
from scenarios.settings import Settings

SayPhase = Callable[[str], None]


@dataclass(frozen=True)
class Sight:
    """How a plan is made: every `step` years, looking `window` years ahead (None: to the end)."""

    step: int = 1
    window: int | None = None


@dataclass(frozen=True)
class Look:
    """A plan made in a year: what it costs as far as it sees, and what part of the plan before it changed.

    `changed` is money of builds that are other than planned before, over money of builds in either (0 to 1).
    """

    year: int
    cost: float
    changed: float


@dataclass(frozen=True)
class Rolled:
    """What came of it: the verified plan of the true numbers, the looks, and the cost with all known from the start."""

    outcome: Outcome
    looks: tuple[Look, ...]
    perfect: float

    @property
    def cost(self) -> float:
        """What it costs in all."""
        return float(self.outcome.plan.attrs["objective"])

    @property
    def nervousness(self) -> float:
        """The mean of what changed from look to look."""
        later = [look.changed for look in self.looks[1:]]
        return float(np.mean(later)) if later else 0.0


def roll_plan(
    family: Family,
    settings: Settings,
    sight: Sight,
    future: Settings | None = None,
    revealed: Mapping[str, Revealed] | None = None,
    say_phase: SayPhase = lambda _: None,
) -> Rolled:
    """A plan made anew as years pass.

    Args:
        family: of the case.
        settings: known from the start.
        sight: how often and how far it looks.
        future: what becomes true and is not known from the start.
        revealed: from which year on each of that is known; year by year where nothing is said.
        say_phase: told what is done.

    Raises:
        NoPlan: at some look what has begun leaves no plan.
        PlanRefused: the verifier did not accept the plan that came of it.
    """
    truth = {**settings, **(future or {})}
    outcome = family.solve(truth)
    say_phase("rolling")
    years = family.scenario["year"].values.tolist()
    looker = _Looker(family.options, operation_discount(outcome.scenario), family.scenario.attrs["salvage"] != "none")
    facts, before, looks = Facts(np.empty(0, dtype=np.int64), np.empty(0)), None, []
    last: tuple[LinearProgram, Solution] | None = None
    for start in range(0, len(years), sight.step):
        year, until = years[start], [*years, years[-1] + 1][min(start + sight.step, len(years))]
        known = {**settings, **reveal(future or {}, revealed or {}, year, years)}
        program = family.revise(known)
        end = years[-1] + 1 if sight.window is None else year + sight.window
        if last is None or sight.window is not None or program is not last[0]:
            last = program, looker.look(program, facts, end)
        found = last[1]
        if not found.status.has_plan:
            raise NoWayOn(year, found)
        point = found.columns
        changed = 0.0 if before is None else measure_change(program, before, point, year)
        looks.append(Look(year, found.objective, changed))
        facts, before = read_facts(program.program, point, until), point
    return Rolled(_conclude(family, truth, facts, outcome), tuple(looks), float(outcome.plan.attrs["objective"]))


class NoWayOn(NoPlan):
    """What had begun left no plan at a look."""

    def __init__(self, year: int, found: Solution) -> None:
        self.year = year
        super().__init__(found.status, (), {})
        self.ways = ()

    def tell(self, lang: str = "sv") -> str:
        """In which year, and what to do."""
        from conf.words import say

        return say("rolling_no_way_on", lang, year=self.year)


class _Looker:
    """Plans of looks, one after the other; linear ones each from where the one before ended."""

    def __init__(self, options: SolverOptions, discount: np.ndarray, salvaged: bool) -> None:
        self._options, self._discount, self._salvaged = options, discount, salvaged
        self._session = open_session(options, CHOOSE)

    def look(self, program: LinearProgram, facts: Facts, end: int) -> Solution:
        """The least of what is seen, with the facts held."""
        objective = find_main(program.program.structure)
        found = Solution.none()
        for room in ROOMS:
            held = facts.hold(program, room)
            seen = close_window(held, end, self._discount, objective, salvaged=self._salvaged)
            found = self._solve(pose_task(seen, objective))
            if found.status.has_plan:
                break
        return found

    def _solve(self, task: Task) -> Solution:
        task = task.relax() if self._options.relax else task
        if task.mixed:
            return solve_once(task, self._options, self._options.time_limit)
        return self._session.solve(task, self._options.time_limit)


def measure_change(program: LinearProgram, before: np.ndarray, after: np.ndarray, year: int) -> float:
    """What part of what was planned to begin from a year on changed, in money.

    sum over k, v of |c| |after - before|  /  sum over k, v of |c| max(after, before),   c the cost of a build
    """
    compiled = program.program
    places = np.array(
        [j for j in compiled.column_families.get("build", ()) if compiled.column_labels[j].index[1] >= year], dtype=int
    )
    costs = np.abs(program.costs[find_main(compiled.structure)][places])
    moved = float(costs @ np.abs(after[places] - before[places]))
    whole = float(costs @ np.maximum(after[places], before[places]))
    return moved / whole if whole > 0 else 0.0


def _conclude(family: Family, truth: Settings, facts: Facts, outcome: Outcome) -> Outcome:
    """The true program with all that has begun held, solved, labelled and verified."""
    program, options = family.revise(truth), family.options
    scenario, nothing = family.describe(truth), family.spend_nothing(truth)
    solution = Solution.none()
    for room in ROOMS:
        held = facts.hold(program, room)
        solution = Chain(options, float(scenario.attrs["tolerance"])).solve(held, nothing)
        if solution.status.has_plan:
            break
    if not solution.status.has_plan:
        raise explain_no_plan(scenario, facts.hold(program), solution.status, options)
    plan = Labeller(program.program).label(scenario, bound_cost(solution, float(outcome.plan.attrs["bound"])))
    verdict = Verifier().check(scenario, plan, relaxed=options.relax)
    if not verdict.accepted:
        raise PlanRefused(verdict)
    for name in ("invested", "running", "decided"):
        if name in outcome.plan.attrs:
            plan.attrs.setdefault(name, outcome.plan.attrs[name])
    return replace(outcome, plan=plan, verdict=verdict)


def tell_rolled(rolled: Rolled, sight: Sight, money: str) -> tuple[Notice, ...]:
    """What is to be known of a plan made as years pass."""
    worst = max(rolled.looks[1:], key=lambda look: look.changed, default=None)
    fields = {
        "looks": len(rolled.looks),
        "often": Notice("rolled_each" if sight.step == 1 else "rolled_every", {"step": sight.step}),
        "extra": Amount(rolled.cost - rolled.perfect),
        "perfect": Amount(rolled.perfect),
        "money": MoneyUnit(money),
        "changed": Percent(rolled.nervousness),
    }
    told = [Notice("rolled_window" if sight.window else "rolled", {**fields, "window": sight.window or 0})]
    if worst is not None and worst.changed > 0:
        told.append(Notice("rolled_most", {"year": worst.year, "changed": Percent(worst.changed)}))
    return tuple(told)
