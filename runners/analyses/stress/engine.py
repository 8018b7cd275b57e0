"""A plan under one future and at one level of adaptation: solved, verified, and what is broken told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from time import perf_counter

import numpy as np
import xarray as xr

from model.compiled.revise import LinearProgram
from model.compiled.sparse import MISS, SparseProgram
from model.parameters.coefficient import WHOLE_YEAR
from model.solver.chain import Chain
from model.solver.plan import Labeller
from model.solver.recourse import Breach, Recourse, list_gives
from model.solver.settled import IDLE, OPERATION, SUPPORTS, Settling
from model.solver.solution import SolverOptions
from model.verifier.stress import Fact, Facts, find_refused
from model.verifier.verdict import PlanRefused, Verdict
from model.verifier.verify import Verifier
from runners.analyses.stress.futures import Future, expect_all
from runners.analyses.stress.realisation import realise_plan
from runners.family import Family
from runners.outcome import Posed
from runners.sweep_store.memory import take_array
from scenarios.arrays import Arrays
from scenarios.errors import CaseError
from scenarios.settings import Settings
from scenarios.terms import TECHNOLOGY, VINTAGE

CEILING = "ceiling_most"
FAILED = "failed"
"""How a future ends whose answer the verifier did not accept."""


@dataclass(frozen=True)
class Answer:
    """How a future ends: its status and, where there is a plan, the plan, its scenario and what is broken.

    `hurt` is present cost with misses and breaches at their prices: what futures are ranked by, and no cost of anyone.
    `known` are the scenario's arrays, with what was reckoned of them.
    """

    future: Future
    level: str
    status: str
    reason: str = ""
    scenario: xr.Dataset | None = None
    plan: xr.Dataset | None = None
    breaches: tuple[Breach, ...] = ()
    hurt: float = float("nan")
    seconds: float = 0.0
    known: Arrays | None = field(default=None, repr=False, compare=False)


@dataclass
class _Pattern:
    """What is made once for a compiled program: settled measures, elastic columns, and who labels what is found."""

    settling: Settling
    labeller: Labeller
    recourse: Recourse | None = None


class Stress:
    """A plan that has been found, tried under one future after the other.

    Args:
        family: the scenarios of its case and choices.
        settings: of the plan; they act before those of a future.
        scenario: of the plan.
        plan: that was found.
        options: of the solver.
    """

    def __init__(
        self, family: Family, settings: Settings, scenario: xr.Dataset, plan: xr.Dataset, options: SolverOptions
    ) -> None:
        self.family, self.settings, self.scenario, self.plan = family, settings, scenario, plan
        self._options = replace(options, relax=True)
        self._measures = scenario[f"{TECHNOLOGY}_measure"].values.astype(bool)
        self._patterns: dict[int, _Pattern] = {}
        self._chains: dict[str, Chain] = {}
        self._verifier = Verifier()
        self._posed: tuple[tuple[tuple[str, float], ...], Posed] | None = None

    def expect(self) -> Future:
        """The future in which everything comes about as planned."""
        return Future(0, {}, {}, expect_all(self.scenario))

    def check(self, futures: Sequence[Future]) -> None:
        """Raise a CaseError where settings are none of the case's, or make numbers that none of the futures may have.

        A future alone that has such numbers is an answer with its reason, and the others have theirs.
        """
        first: CaseError | None = None
        for future in futures:
            try:
                self.family.check({**self.settings, **future.settings})
                return
            except CaseError as error:
                first = first or error
        if first is not None:
            raise first

    def solve(self, future: Future, level: str) -> Answer:
        """The answer to one future at a level of adaptation."""
        return self.solve_all([(future, level)])[0]

    def solve_all(
        self, asked: Sequence[tuple[Future, str]], look: Callable[[int, Answer], None] = lambda *_: None
    ) -> list[Answer]:
        """The answers to futures at levels of adaptation, in their order; one that has none says why.

        They are verified together, and so are the paths on which nothing is done under them. Futures of the same
        settings beside each other are posed once.

        Args:
            asked: futures with levels.
            look: shown each answer, with its place, before it is verified and while what was reckoned of its numbers
                is at hand; what it made of one that is refused is not to be used.
        """
        found = []
        for place, (future, level) in enumerate(asked):
            found.append(self._try(future, level))
            look(place, found[-1].answer)
        idle = {id(plan): verdict for plan, verdict in self.family.find_refused_nothing()}
        places = [i for i, one in enumerate(found) if one.facts is not None]
        refused = find_refused(self._verifier, [found[i].case for i in places])
        verdicts = {places[i]: verdict for i, verdict in refused.items()}
        return [_answer(one, verdicts.get(i) or idle.get(one.nothing)) for i, one in enumerate(found)]

    def _try(self, future: Future, level: str) -> _Found:
        try:
            return self._find(future, level)
        except CaseError as error:
            return _Found(Answer(future, level, FAILED, error.problems[0].tell("en")))

    def _find(self, future: Future, level: str) -> _Found:
        """What is found in a future, before it is verified."""
        started = perf_counter()
        posed = self._pose(future.settings)
        realised, begun = realise_plan(self.scenario, self.plan, future.fate, future.refused)
        pattern = self._find_pattern(posed.program.program)
        settled = pattern.settling.settle(posed.program, realised, level)
        if pattern.recourse is None:
            pattern.recourse = Recourse(settled, list_gives(posed.program.program.structure))
        chain = self._chains.setdefault(level, Chain(self._options, float(self.scenario.attrs["tolerance"])))
        solution = chain.solve(pattern.recourse.lift(settled))
        if not solution.status.has_plan:
            return _Found(Answer(future, level, solution.status.value, solution.status.value))
        own, breaches = pattern.recourse.read(solution)
        idle = pattern.settling.list_idle(own.columns)
        width = len(posed.program.program.column_labels)
        plan = pattern.labeller.label(posed.scenario, replace(own, columns=own.columns[:width]), posed.known)
        facts = Facts(
            begun=begun,
            planned=take_array(self.plan, "build", TECHNOLOGY, VINTAGE),
            measures=self._measures,
            later=level != OPERATION,
            broken=list_facts(posed.scenario, posed.program, (*breaches, *idle)),
        )
        hurt = own.objective + own.values.get(MISS, 0.0) + sum(one.amount * one.price for one in breaches)
        seconds, broken = perf_counter() - started, (*breaches, *idle)
        status, scenario = own.status.value, posed.scenario
        answer = Answer(future, level, status, "", scenario, plan, broken, hurt, seconds, posed.known)
        return _Found(answer, facts, id(posed.nothing))

    def _pose(self, settings: Settings) -> Posed:
        key = tuple(settings.items())
        if self._posed is None or self._posed[0] != key:
            self._posed = key, self.family.pose(settings, beneath=self.settings, verified=False)
        return self._posed[1]

    def _find_pattern(self, compiled: SparseProgram) -> _Pattern:
        found = self._patterns.get(id(compiled))
        if found is None:
            names = self.scenario[TECHNOLOGY].values.astype(str)[self._measures]
            found = self._patterns[id(compiled)] = _Pattern(Settling(compiled, names.tolist()), Labeller(compiled))
        return found


@dataclass(frozen=True)
class _Found:
    """An answer before it is verified, with what is stated beside its plan, and which do-nothing plan it has."""

    answer: Answer
    facts: Facts | None = None
    nothing: int = 0

    @property
    def case(self) -> tuple[xr.Dataset, xr.Dataset, Facts]:
        """What the verifier is asked."""
        if self.answer.scenario is None or self.answer.plan is None or self.facts is None:
            raise ValueError("there is no plan to verify")
        return self.answer.scenario, self.answer.plan, self.facts


def _answer(found: _Found, refused: Verdict | None) -> Answer:
    """What was found, or why it was not accepted."""
    if refused is None:
        return found.answer
    return Answer(found.answer.future, found.answer.level, FAILED, PlanRefused(refused).tell("en"))


def list_facts(scenario: xr.Dataset, program: LinearProgram, breaches: tuple[Breach, ...]) -> tuple[Fact, ...]:
    """Breaches as facts for the verifier, by its rules and labels.

    A ceiling is broken at the end of calendar years, of which a plan year tells the worst; what stands idle is not
    supported, and is not run although it may have to be.
    """
    at = program.program.structure
    facts: list[Fact] = []
    ceilings: dict[tuple[str, int], float] = {}
    rules = (
        scenario.variables["logic_rule"].values.astype(str)
        if "logic_rule" in scenario.coords
        else np.empty(0, dtype=str)
    )
    hosts: Mapping[str, str] = dict(
        zip(*(scenario.variables[name].values.astype(str) for name in (TECHNOLOGY, f"{TECHNOLOGY}_host")), strict=True)
    )
    for one in breaches:
        if one.name == IDLE:
            k, y = one.row.index
            facts += [Fact(SUPPORTS, (str(rules[i]), y), one.amount) for i, kind, name, _ in at.logic if name == k]
            facts += [Fact("use_least", (i, y), np.inf) for i, host in hosts.items() if host == k]
        elif one.row.family == CEILING:
            actor, t = one.row.index
            place = str(actor), int(at.plan_year[t])
            ceilings[place] = max(ceilings.get(place, 0.0), one.amount)
        else:
            labels = tuple(label for label in one.row.index if label != WHOLE_YEAR)
            facts.append(Fact(one.row.family, labels, one.amount))
    return (*facts, *(Fact(CEILING, place, amount) for place, amount in ceilings.items()))
