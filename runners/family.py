"""How are the scenarios of one case solved? Read once, compiled once; then each by what it changes.

A family has two bases: the case under the choices made, and, where there are actors, its do-nothing path, against which
their outlays and operating cash are measured. Both take the same settings; the do-nothing path is solved again only
where a setting changes a number in its program.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import count
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import xarray as xr

from model.compiled.revise import LinearProgram
from model.compiled.variants import Content
from model.parameters.coefficients_finance import FINANCE_MEASURES
from model.parameters.coefficients_savings import find_unbounded_savings
from model.queries.no_plan import NoPlan
from model.solver.decided import Spending
from model.solver.held import Held, hold_builds
from model.solver.solution import SolverOptions, Status
from model.verifier.verdict import PlanRefused, Verdict
from runners.clock import Clock
from runners.idle_path import Reference
from runners.line import Line, read_spending
from runners.outcome import VERIFY, Judgement, Outcome, Posed
from scenarios.arithmetic.account_bounds import find_unbounded_credits
from scenarios.arithmetic.rooms import REFERENCE_OPERATING, REFERENCE_WORTH, REFERENCES, use_limits
from scenarios.arithmetic.support import running_cash
from scenarios.arithmetic.worth import value_cash
from scenarios.arrays import Arrays
from scenarios.assemble import Draft, draft_scenario, open_overlay
from scenarios.cache import Cache
from scenarios.catalog import SETTABLE, TARGET
from scenarios.checks.kept import check_once
from scenarios.checks.view import View
from scenarios.choices import LIMIT_CHOICES, OFF, SOCIETY, Choices
from scenarios.errors import CaseError, Notice
from scenarios.naming import settle_choices
from scenarios.notices.kept import find_notices_once
from scenarios.notices.money import find_plan_breaches
from scenarios.notices.notices import find_scenario_notices
from scenarios.notices.units import find_parts, find_parts_allowed
from scenarios.overlay import Chosen
from scenarios.settings import EXCLUDE, Settings
from scenarios.tables import Tables, read_tables
from scenarios.terms import ACTOR

COMPILING = "compile_rows"
"""Told of a compilation that lasts, with how many rows there are by now."""
PHASES = ("load", "build", "compile", "solve", VERIFY)
"""What a plan goes through, in order; `build` makes the scenario's numbers, `compile` the program of its structure."""

DO_NOTHING: Mapping[str, Any] = {
    "do_nothing": True,
    "perspective": SOCIETY,
    **dict.fromkeys(LIMIT_CHOICES, OFF),
}
"""What is chosen otherwise on the do-nothing path: no measure and no limit of money. Nobody acts on targets there."""
CHECKED, TOLD = "checked", "told"
"""Beside compiled programs: the marks of cases that were checked and found good, and what is to be known of them."""
MOST_REFERENCE_BYTES = 24 * 2**20
"""Do-nothing plans kept, by what differs in their programs, and as many by the settings that concern them."""


class Family:
    """All scenarios of one case under one set of choices.

    Args:
        case: folder of the case's tables, or the tables themselves.
        choices: what the user chose about it.
        options: of the solver.
        programs: folder where compiled programs are kept between runs; None keeps none.
        say_phase: told the name of each phase of `PHASES` as it begins.
        explained: False leaves out why a scenario has no plan, for those who only ask whether it has.
        verified: False leaves the do-nothing path of the case to `find_refused_nothing`.
        solutions: folder where solutions are kept between runs; None keeps none, as where many scenarios are solved.

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
        verified: bool = True,
        solutions: Path | None = None,
    ) -> None:
        self._explained, self._solutions = explained, solutions
        self._notices_folder = _find_beside(programs, TOLD)
        self.options = options or SolverOptions()
        self._say = say_phase
        self._clock = Clock(say_phase)
        self._references: Cache[Content, Reference] = Cache(MOST_REFERENCE_BYTES)
        self._referred: Cache[Chosen, Reference] = Cache(MOST_REFERENCE_BYTES)
        self._of_base: Reference | None = None
        self._numbers = count()
        self._unseen: list[tuple[xr.Dataset, xr.Dataset]] = []
        self._refused: list[tuple[xr.Dataset, Verdict]] = []
        with self._clock.phase("load"):
            self.tables = read_tables(case) if isinstance(case, Path) else case
            self.choices = choices = settle_choices(self.tables, choices)
            self._view = view = View(self.tables, choices)
            problems = check_once(view, _find_beside(programs, CHECKED))
            if problems:
                raise CaseError(problems)
            draft = draft_scenario(self.tables, choices, view.chosen.frames)
        self._idle = self._open_idle(draft, programs) if view.chosen_names[ACTOR] else None
        reference = None if self._idle is None else self._refer((), self._clock, verified=verified).counted
        with self._clock.phase("load"):
            overlay = open_overlay(draft, choices, reference=reference)
        problems = find_unbounded_credits(overlay.base) + find_unbounded_savings(overlay.base, FINANCE_MEASURES)
        if problems:
            raise CaseError(problems)
        self._main = Line(
            overlay, self.options, programs, explained=explained, solutions=solutions, tell=self._tell_rows
        )

    def _open_idle(self, draft: Draft, programs: Path | None) -> Line:
        """The line of the do-nothing path, which only actors are measured against."""
        with self._clock.phase("load"):
            idle = open_overlay(draft, replace(self.choices, **DO_NOTHING), targets=False)
        return Line(
            idle, self.options, programs, explained=self._explained, solutions=self._solutions, tell=self._tell_rows
        )

    def _tell_rows(self, count: int) -> None:
        """How many rows are compiled by now."""
        self._say(f"{COMPILING} {count}")

    @cached_property
    def notices(self) -> tuple[Notice, ...]:
        """What a user should know of the case; who shows a plan that was found before does not ask."""
        return find_notices_once(self._view, self._notices_folder)

    @property
    def scenario(self) -> xr.Dataset:
        """The scenario of no settings."""
        return self._main.overlay.scenario

    def describe(self, settings: Settings) -> xr.Dataset:
        """The scenario of settings, its do-nothing path solved."""
        chosen = self._main.overlay.parse(settings)
        arrays, _ = self._prepare(chosen, Clock(self._say))
        return self._main.overlay.describe(arrays, chosen)

    def revise(self, settings: Settings, *, verified: bool = True) -> LinearProgram:
        """The program of settings, as it goes to the solver; doing nothing is solved only where it hangs on that.

        Nothing of it is told as a phase: who asks for many programs counts them.

        Args:
            settings: what they change.
            verified: False leaves the do-nothing path to `find_refused_nothing`.
        """
        chosen = self._main.overlay.parse(settings)
        if self._idle is not None:
            arrays = self._main.overlay.lay(chosen)
            program = self._main.revise_without(arrays, REFERENCES)
            if program is not None:
                return program
        arrays, _ = self._prepare(chosen, Clock(lambda _: None), verified=verified)
        return self._main.revise(arrays)

    def pose(self, settings: Settings, beneath: Settings | None = None, *, verified: bool = True) -> Posed:
        """The scenario of settings with its program, for those who ask something else of it than the plan.

        Args:
            settings: what it changes.
            beneath: what acts before all of these, as in `solve`.
            verified: False leaves its do-nothing path to `find_refused_nothing`.
        """
        overlay = self._main.overlay
        chosen = (*overlay.parse(beneath or {}), *overlay.parse(settings))
        arrays, reference = self._prepare(chosen, Clock(self._say), verified=verified)
        nothing = None if reference is None else reference.plan
        return Posed(overlay.describe(arrays, chosen), self._main.revise(arrays), nothing, arrays)

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

    def lay_upon(self, settings: Settings) -> Callable[[Settings], Arrays]:
        """The arrays under further settings; what follows from doing nothing is left as it is in the base."""
        return lambda moved: self._main.overlay.apply({**settings, **moved})

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
            verified: False leaves the plan to `find_refused`, and its do-nothing path to `find_refused_nothing`.

        Raises:
            CaseError: the settings are none, or make numbers that the catalog does not allow.
            NoPlan: no plan keeps all hard rules, or none was found in time.
            PlanRefused: the verifier did not accept the plan.
        """
        clock, self._clock = self._clock, Clock(self._say)
        with clock.phase("build"):
            overlay = self._main.overlay
            chosen = (*overlay.parse(beneath or {}), *overlay.parse(settings or {}))
        arrays, reference = self._prepare(chosen, clock, verified=verified)
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

    def judge(self, outcome: Outcome) -> Judgement:
        """The verdict on a plan of this family that was not verified, and on do-nothing paths that were not.

        Raises:
            PlanRefused: the verifier did not accept one of them.
        """
        begun = perf_counter()
        for _, verdict in self.find_refused_nothing():
            raise PlanRefused(verdict)
        verdict = self._main.verifier.check(outcome.scenario, outcome.plan, relaxed=self.options.relax)
        if not verdict.accepted:
            raise PlanRefused(verdict)
        return Judgement(verdict, perf_counter() - begun)

    def find_refused_nothing(self) -> list[tuple[xr.Dataset, Verdict]]:
        """All do-nothing plans of those left unverified that the verifier does not accept, with its verdicts.

        Those found before are among them: other scenarios may be measured against them still.
        """
        if self._idle is not None and self._unseen:
            refused = self._idle.verifier.find_refused(self._unseen, relaxed=self.options.relax)
            self._refused += [(self._unseen[i][1], verdict) for i, verdict in refused.items()]
            self._unseen = []
        return self._refused

    def _prepare(self, chosen: Chosen, clock: Clock, *, verified: bool = True) -> tuple[Arrays, Reference | None]:
        """The arrays of a scenario, with its do-nothing path in them, and that path."""
        arrays = self._main.overlay.lay(chosen)
        if self._idle is None:
            return arrays, None
        reference = self._refer(chosen, clock, verified=verified)
        if reference.number:
            numbered = dict.fromkeys(reference.counted, reference.number)
            arrays = arrays.change(reference.counted, dict(sorted({**arrays.versions, **numbered}.items())))
        return arrays, reference

    def _refer(self, chosen: Chosen, clock: Clock, *, verified: bool = True) -> Reference:
        """The do-nothing path of settings, remembered by those that concern it."""
        concerned = tuple((setting, number) for setting, number in chosen if _concerns(setting, number))
        found = self._referred.get(concerned)
        if found is None:
            found = self._find_reference(concerned, clock, verified=verified)
            self._referred.put(concerned, found)
        return found

    def _find_reference(self, chosen: Chosen, clock: Clock, *, verified: bool) -> Reference:
        """The do-nothing path of settings that concern it, solved where no other has the same program."""
        overlay = self._idle_line.overlay
        with clock.phase("build"):
            arrays = overlay.lay(chosen)
        with clock.phase("compile"):
            reviser, p, content = self._idle_line.measure(arrays)
        found = self._references.get(content) if content else self._of_base
        if found is None:
            scenario, program = overlay.describe(arrays, chosen), reviser.fill(p, content)
            found = self._do_nothing(scenario, program, arrays, clock, verified=verified)
            if content:
                self._references.put(content, found)
            else:
                self._of_base = found
        return found

    @property
    def _idle_line(self) -> Line:
        if self._idle is None:
            raise ValueError("a case without actors has no do-nothing path to measure money against")
        return self._idle

    def _do_nothing(
        self, scenario: xr.Dataset, program: LinearProgram, arrays: Arrays, clock: Clock, *, verified: bool
    ) -> Reference:
        """The path of a scenario in which nothing is done, or why there is none."""
        number = next(self._numbers)
        try:
            plan, _ = self._idle_line.solve(scenario, program, clock, verified=verified, known=arrays)
        except NoPlan as failure:
            unknown = {name: np.full(scenario[name].shape, np.nan) for name in REFERENCES}
            return Reference(number, None, unknown, failure)
        if not verified:
            self._unseen.append((scenario, plan))
        counted = {REFERENCE_OPERATING: running_cash(arrays, plan), REFERENCE_WORTH: value_cash(arrays, plan)}
        return Reference(number, plan, counted | use_limits(arrays, plan))


def _find_beside(programs: Path | None, name: str) -> Path | None:
    """A folder beside that of compiled programs; None where nothing is kept."""
    return None if programs is None else programs.with_name(name)


def _concerns(setting: Any, number: float) -> bool:
    """Whether a setting acts on the do-nothing path: targets do not, nor what lets a measure be built."""
    if setting.verb == EXCLUDE:
        return number > 0
    return all(TARGET not in SETTABLE[name].dims for name in setting.names)
