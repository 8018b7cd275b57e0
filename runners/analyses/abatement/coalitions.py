"""What is a set of measures worth? Each set's best plan, verified, and never one solved that is known already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from model.queries.no_plan import NoPlan
from model.solver.solution import Status
from runners.analyses.abatement.abatement_metrics import Yardstick
from runners.analyses.abatement.measure_bundles import Player
from runners.analyses.oracle import Oracle
from scenarios.arrays import read_arrays
from scenarios.catalog import TECHNOLOGY
from scenarios.exclusion import find_unbuilt
from scenarios.settings import Settings

USED = 1e-9
"""Starts and use below this are solver dust."""
Worth = np.ndarray
"""The amounts of a plan, in the order of `Amounts`."""


@dataclass(frozen=True)
class Weighed:
    """A set that was solved: which players its plan used, its amounts (None: there is no plan), and its gap."""

    allowed: int
    used: int
    worth: Worth | None
    gap: float = 0.0


def exclude_players(players: Iterable[Player]) -> Settings:
    """The settings that close all that players are."""
    return {f"exclude.{member}": 1.0 for player in players for member in player.members}


class Coalitions:
    """The worth of sets of players, each a whole number with a bit per player (`1 << i` for the i-th).

    Args:
        oracle: of the case and the settings that hold in every set; solves neighbouring sets one from the other.
        players: who plays.
        yardstick: what is measured.
        known: answers to sets that were weighed before.
    """

    def __init__(
        self,
        oracle: Oracle,
        players: Sequence[Player],
        yardstick: Yardstick,
        known: Mapping[int, Weighed] | None = None,
    ) -> None:
        self.players = tuple(players)
        self.full = (1 << len(players)) - 1
        self.solved = 0
        self.worst = 0.0
        self.failure: NoPlan | None = None
        self._oracle, self._yardstick = oracle, yardstick
        self._known: dict[int, Weighed] = dict(known or {})
        self._given = frozenset(self._known)

    def weigh(self, allowed: int) -> Worth | None:
        """The amounts of the best plan of a set; None where no plan keeps all hard rules.

        Raises:
            CaseError: the settings cannot be used.
            PlanRefused: the verifier did not accept a plan.
            NoPlan: the time was out before there was a plan.
        """
        if allowed not in self._known:
            self._known[allowed] = self._recall(allowed) or self._solve(allowed)
        return self._known[allowed].worth

    def list_found(self) -> dict[int, Weighed]:
        """Answers to sets that were not known to begin with, in the order in which they were asked for."""
        return {allowed: answer for allowed, answer in self._known.items() if allowed not in self._given}

    def learn(self, found: Mapping[int, Weighed]) -> None:
        """Take over answers that were found elsewhere; of a set that is known already the first stays."""
        for allowed, answer in found.items():
            if allowed not in self._known:
                self._known[allowed] = answer
                self.solved += answer.allowed == allowed
                self.worst = max(self.worst, answer.gap)

    def find_used(self, allowed: int) -> int:
        """Which players the best plan of a set uses."""
        self.weigh(allowed)
        return self._known[allowed].used

    def sum_gaps(self, *sets: int) -> float:
        """By how much the plans of sets may together be dearer than the best, in money."""
        for allowed in sets:
            self.weigh(allowed)
        return sum(self._known[allowed].gap for allowed in sets)

    def _recall(self, allowed: int) -> Weighed | None:
        """An answer that is this set's too: of a larger one whose plan used nothing else; none larger has no plan."""
        for answer in self._known.values():
            within = answer.used & ~allowed == 0 and allowed & ~answer.allowed == 0
            if within and answer.allowed != allowed:
                return answer
        return None

    def _solve(self, allowed: int) -> Weighed:
        closed = [player for i, player in enumerate(self.players) if not allowed >> i & 1]
        self.solved += 1
        try:
            outcome = self._oracle.find_plan(exclude_players(closed))
        except NoPlan as error:
            if error.status is not Status.INFEASIBLE:
                raise
            self.failure = self.failure or error
            return Weighed(allowed, 0, None)
        gap = float(outcome.plan.attrs["gap"]) * abs(float(outcome.plan.attrs["objective"]))
        self.worst = max(self.worst, gap)
        worth = np.array(self._yardstick.measure(outcome.scenario, outcome.plan))
        return Weighed(allowed, allowed & self._mark_used(outcome.scenario, outcome.plan), worth, gap)

    def _mark_used(self, scenario: xr.Dataset, plan: xr.Dataset) -> int:
        """Players of whom the plan builds or uses what an exclusion would have closed."""
        used = np.abs(plan["build"].values).max(axis=1) > USED
        active = plan["activity"].values.max(axis=(1, 2)) > USED
        used |= active & find_unbuilt(read_arrays(scenario))
        names = set(scenario[TECHNOLOGY].values[used].tolist())
        return sum(1 << i for i, player in enumerate(self.players) if names.intersection(player.members))
