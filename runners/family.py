"""How are the scenarios of one case solved? Read once, compiled once; then each by what it changes.

A family has two bases: the case under the choices made, and, where there are actors, its do-nothing path, against which
their outlays and operating cash are measured. Both take the same settings; the do-nothing path is solved again only
where a setting changes a number in its program.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from model.compiled.revise import LinearProgram
from model.compiled.sparse import COST, SparseProgram
from model.compiled.variants import Content, Reviser, Variants
from model.parameters.coefficients_finance import FINANCE_MEASURES
from model.parameters.coefficients_savings import find_unbounded_savings
from model.queries.infeasibility import NoPlan, explain_no_plan
from model.solver.chain import Chain
from model.solver.decided import Spending, measure_decided, split_cost
from model.solver.held import Held, hold_builds
from model.solver.plan import Labeller
from model.solver.solution import HIGHS, Solution, SolverOptions, Status
from model.verifier.verify import PlanRefused, Verdict, Verifier
from runners.clock import Clock
from runners.idle_path import Reference
from scenarios.arithmetic.account_bounds import find_unbounded_credits
from scenarios.arithmetic.rooms import REFERENCE_OPERATING, REFERENCE_WORTH, REFERENCES, use_limits
from scenarios.arithmetic.support import running_cash
from scenarios.arithmetic.worth import value_cash
from scenarios.arrays import Arrays
from scenarios.assemble import Draft, draft_scenario, open_overlay
from scenarios.cache import Cache
from scenarios.catalog import SETTABLE, TARGET
from scenarios.checks.check import check_view
from scenarios.checks.view import View
from scenarios.choices import LIMIT_CHOICES, OFF, SOCIETY, Choices
from scenarios.errors import CaseError, Notice
from scenarios.naming import settle_choices
from scenarios.notices.money import find_plan_breaches
from scenarios.notices.notices import find_notices, find_scenario_notices
from scenarios.notices.units import find_parts, find_parts_allowed
from scenarios.overlay import Chosen, Overlay
from scenarios.settings import EXCLUDE, Settings
from scenarios.tables import Tables, read_tables
from scenarios.terms import ACTOR

PHASES = ("load", "build", "compile", "solve", "verify")
"""What a plan goes through, in order; `build` makes the scenario's numbers, `compile` the program of its structure."""

DO_NOTHING: Mapping[str, Any] = {
    "do_nothing": True,
    "perspective": SOCIETY,
    **dict.fromkeys(LIMIT_CHOICES, OFF),
}
"""What is chosen otherwise on the do-nothing path: no measure and no limit of money. Nobody acts on targets there."""
SPENT, DECIDED = ("invested", "running"), "decided"
"""What a plan's attrs say of its spending, and how much of that it decides."""
MOST_REFERENCE_BYTES = 24 * 2**20
"""Do-nothing plans kept, by what differs in their programs, and as many by the settings that concern them."""


@dataclass
class Outcome:
    """A plan with all that led to it, and the seconds of each phase (`highs`: of the solver's own).

    `reference` is the do-nothing plan of the same choices, in a case with actors: what outlays and operating cash are
    measured against. Where doing nothing is no way there is none, and a notice says why. `verdict` is None where the
    plan was not to be verified. `notices` are what a user should know of the case and of how the plan was found;
    `known` the scenario's arrays, with what was reckoned of them.
    """

    tables: Tables
    scenario: xr.Dataset
    plan: xr.Dataset
    verdict: Verdict | None
    status: Status
    reference: xr.Dataset | None = None
    seconds: dict[str, float] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()
    known: Arrays | None = field(default=None, repr=False, compare=False)


def read_spending(plan: xr.Dataset | None) -> Spending | None:
    """What a plan that was solved spends; None of none."""
    return None if plan is None else Spending(*(float(plan.attrs[name]) for name in SPENT))


@dataclass(frozen=True)
class Posed:
    """What is asked in a scenario: its numbers, its program before it is solved, and its do-nothing plan, if any."""

    scenario: xr.Dataset
    program: LinearProgram
    nothing: xr.Dataset | None


class Line:
    """The scenarios of one base, solved one after the other.

    Args:
        overlay: the base, and its scenarios by their settings.
        options: of the solver.
        programs: folder where compiled programs are kept between runs; None keeps none.
        explained: whether it is found out why a program has no plan, which takes many solves.
    """

    def __init__(
        self, overlay: Overlay, options: SolverOptions, programs: Path | None, *, explained: bool = True
    ) -> None:
        self.overlay = overlay
        self._explained = explained
        self._options = options
        self._variants = Variants(overlay.base, programs)
        self._chain = Chain(options, float(overlay.scenario.attrs["tolerance"]))
        self._labellers: dict[SparseProgram, Labeller] = {}
        self.verifier = Verifier()

    def measure(self, arrays: Arrays) -> tuple[Reviser, np.ndarray, Content]:
        """The numbers of a scenario's program, who puts them in place, and which of them are not the base's."""
        reviser = self._variants.find(arrays)
        return reviser, *reviser.measure(arrays)

    def keeps(self, arrays: Arrays) -> bool:
        """Whether a scenario has the structure of the base."""
        return self._variants.keeps(arrays)

    def revise(self, arrays: Arrays) -> LinearProgram:
        """The program of a scenario."""
        reviser, p, content = self.measure(arrays)
        return reviser.fill(p, content)

    def solve(
        self,
        scenario: xr.Dataset,
        program: LinearProgram,
        clock: Clock,
        *,
        verified: bool = True,
        reference: xr.Dataset | None = None,
        known: Arrays | None = None,
    ) -> tuple[xr.Dataset, Verdict | None]:
        """The plan of a program, verified against its scenario.

        `known` are the scenario's arrays, with what was reckoned of them for its neighbours.

        Raises:
            NoPlan: no plan keeps all hard rules, or none was found in time.
            PlanRefused: the verifier did not accept the plan.
        """
        with clock.phase("solve"):
            nothing = read_spending(reference)
            solution = self._chain.solve(program, nothing)
        clock.add(HIGHS, solution.seconds.get(HIGHS, 0.0))
        if not solution.status.has_plan:
            if not self._explained:
                raise NoPlan(solution.status, (), {})
            raise explain_no_plan(scenario, program, solution.status, self._options)
        with clock.phase("verify"):
            plan = self._label(scenario, program, solution, known)
            mine = split_cost(program, solution.columns)
            plan.attrs |= dict(zip(SPENT, (mine.invested, mine.running), strict=True))
            if nothing is not None:
                plan.attrs[DECIDED] = measure_decided(mine, nothing, solution.values[COST])
            verdict = self.verifier.check(scenario, plan, relaxed=self._options.relax) if verified else None
        if verdict is not None and not verdict.accepted:
            raise PlanRefused(verdict)
        return plan, verdict

    def _label(
        self, scenario: xr.Dataset, program: LinearProgram, solution: Solution, known: Arrays | None
    ) -> xr.Dataset:
        labeller = self._labellers.get(program.program)
        if labeller is None:
            labeller = self._labellers[program.program] = Labeller(program.program)
        return labeller.label(scenario, solution, known)


class Family:
    """All scenarios of one case under one set of choices.

    Args:
        case: folder of the case's tables, or the tables themselves.
        choices: what the user chose about it.
        options: of the solver.
        programs: folder where compiled programs are kept between runs; None keeps none.
        say_phase: told the name of each phase of `PHASES` as it begins.
        explained: False leaves out why a scenario has no plan, for those who only ask whether it has.

    Raises:
        CaseError: the tables or choices cannot be used.
    """

    def __init__(
        self,
        case: Path | Tables,
        choices: Choices,
        options: SolverOptions | None = None,
        programs: Path | None = None,
        say_phase: Callable[[str], None] = lambda _: None,
        *,
        explained: bool = True,
    ) -> None:
        self._explained = explained
        self.options = options or SolverOptions()
        self._say = say_phase
        self._clock = Clock(say_phase)
        self._references: Cache[Content, Reference] = Cache(MOST_REFERENCE_BYTES)
        self._referred: Cache[Chosen, Reference] = Cache(MOST_REFERENCE_BYTES)
        self._of_base: Reference | None = None
        self._numbers = count()
        with self._clock.phase("load"):
            self.tables = read_tables(case) if isinstance(case, Path) else case
            self.choices = choices = settle_choices(self.tables, choices)
            view = View(self.tables, choices)
            problems = check_view(view)
            if problems:
                raise CaseError(problems)
            self.notices = find_notices(view)
            draft = draft_scenario(self.tables, choices)
        self._idle = self._open_idle(draft, programs) if view.chosen_names[ACTOR] else None
        reference = None if self._idle is None else self._refer((), self._clock).counted
        with self._clock.phase("load"):
            overlay = open_overlay(draft, choices, reference=reference)
        problems = find_unbounded_credits(overlay.base) + find_unbounded_savings(overlay.base, FINANCE_MEASURES)
        if problems:
            raise CaseError(problems)
        self._main = Line(overlay, self.options, programs, explained=explained)

    def _open_idle(self, draft: Draft, programs: Path | None) -> Line:
        """The line of the do-nothing path, which only actors are measured against."""
        with self._clock.phase("load"):
            idle = open_overlay(draft, replace(self.choices, **DO_NOTHING), targets=False)
        return Line(idle, self.options, programs, explained=self._explained)

    @property
    def scenario(self) -> xr.Dataset:
        """The scenario of no settings."""
        return self._main.overlay.scenario

    def describe(self, settings: Settings) -> xr.Dataset:
        """The scenario of settings, its do-nothing path solved."""
        chosen = self._main.overlay.parse(settings)
        arrays, _ = self._prepare(chosen, Clock(self._say))
        return self._main.overlay.describe(arrays, chosen)

    def revise(self, settings: Settings) -> LinearProgram:
        """The program of settings, as it goes to the solver."""
        arrays, _ = self._prepare(self._main.overlay.parse(settings), Clock(self._say))
        return self._main.revise(arrays)

    def pose(self, settings: Settings, beneath: Settings | None = None) -> Posed:
        """The scenario of settings with its program, for those who ask something else of it than the plan.

        Args:
            settings: what it changes.
            beneath: what acts before all of these, as in `solve`.
        """
        overlay = self._main.overlay
        chosen = (*overlay.parse(beneath or {}), *overlay.parse(settings))
        arrays, reference = self._prepare(chosen, Clock(self._say))
        nothing = None if reference is None else reference.plan
        return Posed(overlay.describe(arrays, chosen), self._main.revise(arrays), nothing)

    def keeps(self, settings: Settings) -> bool:
        """Whether settings leave the structure of the program as it is: then nothing is compiled for them."""
        return self._main.keeps(self._main.overlay.apply(settings))

    def tell_nothing(self, settings: Settings) -> tuple[Notice, ...]:
        """What is to be known of the do-nothing path of settings; nothing where it is one, or the case has none."""
        chosen = self._main.overlay.parse(settings)
        arrays, reference = self._prepare(chosen, Clock(self._say))
        return () if reference is None else reference.list_notices(self._main.overlay.describe(arrays, chosen))

    def tell_parts(self) -> tuple[Notice, ...]:
        """That plans may have parts of units, where the solver's options say so and the case has units."""
        return find_parts_allowed(self.scenario) if self.options.relax else ()

    def spend_nothing(self, settings: Settings) -> Spending | None:
        """What doing nothing spends under the settings; None where there is no such path."""
        _, reference = self._prepare(self._main.overlay.parse(settings), Clock(self._say))
        return None if reference is None else read_spending(reference.plan)

    def check(self, settings: Settings) -> None:
        """Raise a CaseError where the settings are none, or make numbers that the catalog does not allow."""
        self._main.overlay.apply(settings)

    def solve(
        self,
        settings: Settings | None = None,
        *,
        beneath: Settings | None = None,
        held: Held | None = None,
        bind: Callable[[LinearProgram], LinearProgram] = lambda program: program,
        verified: bool = True,
    ) -> Outcome:
        """The plan of a scenario.

        Args:
            settings: what it changes.
            beneath: what acts before all of these: numbers of the choices, in a sweep that varies them.
            held: what is begun of technologies in years, neither more nor less; all else is free.
            bind: gives the program further rows or narrower bounds: a plan found keeps the scenario's rules, too.
            verified: False leaves out the verifier, for a sweep that checks a sample.

        Raises:
            CaseError: the settings are none, or make numbers that the catalog does not allow.
            NoPlan: no plan keeps all hard rules, or none was found in time.
            PlanRefused: the verifier did not accept the plan.
        """
        clock, self._clock = self._clock, Clock(self._say)
        with clock.phase("build"):
            overlay = self._main.overlay
            chosen = (*overlay.parse(beneath or {}), *overlay.parse(settings or {}))
        arrays, reference = self._prepare(chosen, clock)
        with clock.phase("build"):
            scenario = overlay.describe(arrays, chosen)
        with clock.phase("compile"):
            program = bind(hold_builds(self._main.revise(arrays), held or {}))
        nothing = None if reference is None else reference.plan
        plan, verdict = self._main.solve(scenario, program, clock, verified=verified, reference=nothing, known=arrays)
        status = Status(plan.attrs["status"])
        notices = (*self.notices, *find_scenario_notices(arrays), *find_plan_breaches(arrays, plan))
        if self.options.relax:
            notices += find_parts(scenario, plan)
        if reference is not None:
            notices += reference.list_notices(scenario)
        return Outcome(self.tables, scenario, plan, verdict, status, nothing, clock.seconds, notices, arrays)

    def find_refused(self, outcomes: Sequence[Outcome]) -> dict[int, Verdict]:
        """Verdicts of those plans that the verifier does not accept, by their place; all are judged together.

        Args:
            outcomes: of scenarios of this family, solved and not verified, in the order in which they were solved.
        """
        cases = [(outcome.scenario, outcome.plan) for outcome in outcomes]
        return self._main.verifier.find_refused(cases, relaxed=self.options.relax)

    def _prepare(self, chosen: Chosen, clock: Clock) -> tuple[Arrays, Reference | None]:
        """The arrays of a scenario, with its do-nothing path in them, and that path."""
        arrays = self._main.overlay.lay(chosen)
        if self._idle is None:
            return arrays, None
        reference = self._refer(chosen, clock)
        if reference.number:
            numbered = dict.fromkeys(reference.counted, reference.number)
            arrays = arrays.change(reference.counted, dict(sorted({**arrays.versions, **numbered}.items())))
        return arrays, reference

    def _refer(self, chosen: Chosen, clock: Clock) -> Reference:
        """The do-nothing path of settings, remembered by those that concern it."""
        concerned = tuple((setting, number) for setting, number in chosen if _concerns(setting, number))
        found = self._referred.get(concerned)
        if found is None:
            found = self._find_reference(concerned, clock)
            self._referred.put(concerned, found)
        return found

    def _find_reference(self, chosen: Chosen, clock: Clock) -> Reference:
        """The do-nothing path of settings that concern it, solved where no other has the same program."""
        if self._idle is None:
            raise ValueError("a case without actors has no do-nothing path to measure money against")
        overlay = self._idle.overlay
        with clock.phase("build"):
            arrays = overlay.lay(chosen)
        with clock.phase("compile"):
            reviser, p, content = self._idle.measure(arrays)
        found = self._references.get(content) if content else self._of_base
        if found is None:
            scenario, program = overlay.describe(arrays, chosen), reviser.fill(p, content)
            found = self._do_nothing(self._idle, scenario, program, clock)
            if content:
                self._references.put(content, found)
            else:
                self._of_base = found
        return found

    def _do_nothing(self, line: Line, scenario: xr.Dataset, program: LinearProgram, clock: Clock) -> Reference:
        """The path of a scenario in which nothing is done, or why there is none."""
        number = next(self._numbers)
        try:
            plan, _ = line.solve(scenario, program, clock)
        except NoPlan as failure:
            unknown = {name: np.full(scenario[name].shape, np.nan) for name in REFERENCES}
            return Reference(number, None, unknown, failure)
        counted = {REFERENCE_OPERATING: running_cash(scenario, plan), REFERENCE_WORTH: value_cash(scenario, plan)}
        return Reference(number, plan, counted | use_limits(scenario, plan))


def _concerns(setting: Any, number: float) -> bool:
    """Whether a setting acts on the do-nothing path: targets do not, nor what lets a measure be built."""
    if setting.verb == EXCLUDE:
        return number > 0
    return all(TARGET not in SETTABLE[name].dims for name in setting.names)
