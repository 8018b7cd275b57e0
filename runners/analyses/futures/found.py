"""What is asked of several futures, and what was found: how each ends, what was begun, and what could not be had."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

import numpy as np
import xarray as xr

from conf.words import say
from model.compiled.blocks_risk import Measure
from model.compiled.blocks_tree import Branch
from model.compiled.revise import LinearProgram
from model.queries.no_plan import NoPlan
from model.solver.blocks_solve import Joint
from model.solver.solution import Status
from model.verifier.shared import SharedDecision
from runners.analyses.futures.design import Future
from runners.analyses.rolling.roll import Sight


class Method(Enum):
    """How futures are solved together."""

    CHOOSE = "choose"
    """By cuts where they serve and the block is large, else as one program."""
    BLOCK = "block"
    """As one program."""
    CUTS = "cuts"
    """Future by future, by cuts of what each costs over what they share."""


@dataclass(frozen=True)
class Asked:
    """What is looked for.

    Args:
        decide_until: what begins before this year is decided for all futures that have not parted.
        measure: what of the futures' values is least.
        alpha, weight, relative: as in `model.compiled.blocks_risk.Risk`.
        of: cost, misses, debt or debt.ACTOR.
        fresh: futures drawn anew, on which the first step is tried; 0: none.
        seed: of their draws.
        sight: how a plan that is made anew as years pass looks ahead; None: none is made.
        method: how the block is solved.
    """

    decide_until: int
    measure: Measure = Measure.MEAN
    alpha: float = 0.9
    weight: float = 1.0
    relative: bool = False
    of: str = "cost"
    fresh: int = 0
    seed: int = 0
    sight: Sight | None = None
    method: Method = Method.CHOOSE


@dataclass(frozen=True)
class Tried:
    """What a future costs with a first step that was not made for it.

    `strained` where it has no way on from it: `cost` then has what is lacking in it, at the prices of
    `model.solver.recourse`,
    and is endless where even that helps nothing. `columns` are the point, where it is not strained.
    """

    cost: float
    strained: bool
    columns: np.ndarray = field(default_factory=lambda: np.empty(0))


@dataclass(frozen=True)
class Ending:
    """How a future ends: its plan, what it costs, and what it would have cost had it been known (`least`).

    `tried` is what it costs with the first step of expected numbers; `rolled` what it costs where the plan is made anew
    as years pass (endless where that ends without a way on), and `changed` what part of it changes each time.
    """

    future: Future
    probability: float
    scenario: xr.Dataset
    plan: xr.Dataset
    least: float
    cost: float
    value: float
    tried: Tried
    violation: float
    rolled: float = np.nan
    changed: float = np.nan

    @property
    def expected(self) -> float:
        """What it costs with the first step of expected numbers."""
        return self.tried.cost

    @property
    def regret(self) -> float:
        """What it costs more than if it had been known."""
        return self.cost - self.least


@dataclass(frozen=True)
class Aside:
    """A future that has no plan at all, and why."""

    future: Future
    failure: NoPlan


@dataclass(frozen=True)
class Found:
    """What was found.

    `mean` (n_columns) is the point of the plan for expected numbers, whose cost is `mean_cost`. `fresh` is the first
    step tried on fresh futures; `shape` is how many rows and columns the block has. `stands` are all futures that there
    were, each with the one that stands for it and how far away, where some stand for others.
    """

    asked: Asked
    scenario: xr.Dataset
    program: LinearProgram
    branches: tuple[Branch, ...]
    endings: tuple[Ending, ...]
    aside: tuple[Aside, ...]
    joint: Joint
    mean: np.ndarray
    mean_cost: float
    fresh: tuple[Tried, ...]
    relaxed: bool
    drawn: bool
    shape: tuple[int, int]
    seconds: dict[str, float] = field(default_factory=dict)
    stands: tuple[tuple[Future, str, float], ...] = ()
    reduced_error: float = 0.0

    @property
    def value(self) -> float:
        """What was least, at the plan."""
        return self.joint.value

    @property
    def bound(self) -> float:
        """What no plan of the block is below in its measure."""
        return self.joint.bound

    @property
    def weights(self) -> np.ndarray:
        """Probabilities of the futures that have a plan."""
        return np.array([ending.probability for ending in self.endings])

    def expect(self, name: str) -> float:
        """The expected value of a number of the endings."""
        return float(self.weights @ np.array([getattr(ending, name) for ending in self.endings]))

    @property
    def perfect(self) -> float:
        """EVPI: what it would be worth to know which future comes."""
        return self.expect("cost") - self.expect("least")

    @property
    def stochastic(self) -> float:
        """VSS: what planning for all futures is worth against planning for expected numbers."""
        return self.expect("expected") - self.expect("cost")


class NoTogether(NoPlan):
    """Every future has a plan, but nothing that is begun now leaves all of them one; or none was found in time."""

    def __init__(self, status: Status) -> None:
        super().__init__(status, (), {})
        self.ways = ()

    def tell(self, lang: str = "sv") -> str:
        """Why there is no plan, and what to do."""
        key = "futures_none_together" if self.status is Status.INFEASIBLE else "futures_none_in_time"
        return say(key, lang)


class Unshared(NoPlan):
    """Plans of futures that have not parted and begin differently: our own fault."""

    def __init__(self, broken: Sequence[SharedDecision], names: Sequence[str]) -> None:
        self.broken, self.futures = broken, names
        super().__init__(Status.FAILED, (), {})

    def tell(self, lang: str = "sv") -> str:
        """The first of them in words."""
        one = self.broken[0]
        place = ", ".join(map(str, one.labels))
        fields = {"first": self.futures[one.first], "second": self.futures[one.second], "decision": one.decision}
        return say("futures_unshared", lang, place=place, amount=f"{one.difference:g}", **fields)
