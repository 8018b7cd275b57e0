"""What is asked in a scenario, and what came of it: a plan with all that led to it, and the verdict on it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import xarray as xr

from model.compiled.revise import LinearProgram
from model.solver.solution import Status
from model.verifier.verdict import Verdict
from scenarios.arrays import Arrays
from scenarios.errors import Notice
from scenarios.tables import Tables

VERIFY = "verify"
"""The phase in which a plan is judged."""


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

    def judged(self, judgement: Judgement) -> Outcome:
        """The outcome with the verdict on its plan."""
        seconds = {**self.seconds, VERIFY: self.seconds.get(VERIFY, 0.0) + judgement.seconds}
        return replace(self, verdict=judgement.verdict, seconds=seconds)


@dataclass(frozen=True)
class Judgement:
    """The verdict on a plan that was accepted, and the seconds that it took."""

    verdict: Verdict
    seconds: float


@dataclass(frozen=True)
class Posed:
    """What is asked in a scenario: its numbers, its program before it is solved, and its do-nothing plan, if any.

    `known` are the scenario's arrays, with what was reckoned of them.
    """

    scenario: xr.Dataset
    program: LinearProgram
    nothing: xr.Dataset | None
    known: Arrays | None = field(default=None, repr=False, compare=False)
