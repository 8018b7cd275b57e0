"""A plan under one future and at one level of adaptation: solved, verified, and what is broken told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
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
from model.verifier.stress import Fact, Facts, verify_stressed
from model.verifier.verify import PlanRefused, Verifier
from runners.analyses.stress.futures import Future, expect_all
from runners.analyses.stress.realisation import realise_plan
from runners.family import Family
from runners.sweep_store.memory import take_array
from scenarios.settings import Settings
from scenarios.terms import TECHNOLOGY, VINTAGE

CEILING = "ceiling_most"
FAILED = "failed"
"""How a future ends whose answer the verifier did not accept."""


@dataclass(frozen=True)
class Answer:
    """How a future ends: its status and, where there is a plan, the plan, its scenario and what is broken.

    `hurt` is present cost with misses and breaches at their prices: what futures are ranked by, and no cost of anyone.
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

    def expect(self) -> Future:
        """The future in which everything comes about as planned."""
        return Future(0, {}, {}, expect_all(self.scenario))

    def solve(self, future: Future, level: str) -> Answer:
        """The answer to a future at a level of adaptation; one that has none says why.

        Raises:
            CaseError: settings of the future are none of the case's.
        """
        started = perf_counter()
        posed = self.family.pose(future.settings, beneath=self.settings)
        realised, begun = realise_plan(self.scenario, self.plan, future.fate, future.refused)
        pattern = self._find_pattern(posed.program.program)
        settled = pattern.settling.settle(posed.program, realised, level)
        if pattern.recourse is None:
            pattern.recourse = Recourse(settled, list_gives(posed.program.program.structure))
        chain = self._chains.setdefault(level, Chain(self._options, float(self.scenario.attrs["tolerance"])))
        solution = chain.solve(pattern.recourse.lift(settled))
        if not solution.status.has_plan:
            return Answer(future, level, solution.status.value, solution.status.value)
        own, breaches = pattern.recourse.read(solution)
        idle = pattern.settling.list_idle(own.columns)
        width = len(posed.program.program.column_labels)
        found = pattern.labeller.label(posed.scenario, replace(own, columns=own.columns[:width]))
        facts = Facts(
            begun=begun,
            planned=take_array(self.plan, "build", TECHNOLOGY, VINTAGE),
            measures=self._measures,
            later=level != OPERATION,
            broken=list_facts(posed.scenario, posed.program, (*breaches, *idle)),
        )
        verdict = verify_stressed(self._verifier, posed.scenario, found, facts)
        if not verdict.accepted:
            return Answer(future, level, FAILED, PlanRefused(verdict).tell("en"))
        hurt = own.objective + own.values.get(MISS, 0.0) + sum(one.amount * one.price for one in breaches)
        seconds = perf_counter() - started
        return Answer(future, level, own.status.value, "", posed.scenario, found, (*breaches, *idle), hurt, seconds)

    def _find_pattern(self, compiled: SparseProgram) -> _Pattern:
        found = self._patterns.get(id(compiled))
        if found is None:
            names = self.scenario[TECHNOLOGY].values.astype(str)[self._measures]
            found = self._patterns[id(compiled)] = _Pattern(Settling(compiled, names.tolist()), Labeller(compiled))
        return found


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
