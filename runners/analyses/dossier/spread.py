"""How much of an entry nearly cheapest plans have, at least and at most, level by level of cost."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from model.compiled.revise import LinearProgram
from model.queries.near_optimal import Nearby
from model.solver.solution import SolverOptions
from runners.analyses.dossier.entries import Entry
from runners.analyses.near_optimal.amounts import Measure, list_measures
from runners.analyses.near_optimal.ranges import reach_ends
from runners.analyses.near_optimal.searched import PERCENT, Judge, measure_room, read_point
from runners.outcome import Outcome

MOST_EACH = 4
"""So many measures of one unit, and each is told by itself."""


@dataclass(frozen=True)
class Spread:
    """The least and the most of a measure, or of an entry whose measures have one unit, within a level of cost.

    `percent` of `room` is what plans may cost more, in money; `low` and `high` are means over the plan's years of what
    the plan's own building has in service, in `unit`, and `planned` the same of the plan. No plan in parts of units
    lies outside them.
    """

    label: str
    percent: float
    room: float
    low: float
    high: float
    planned: float
    unit: str


class Spreader:
    """Asks for least and most of one plan's entries, in one warm chain; every end is verified."""

    def __init__(
        self, outcome: Outcome, program: LinearProgram, options: SolverOptions, levels: Sequence[float]
    ) -> None:
        plan = outcome.plan
        self._measures = {m.technology: m for m in list_measures(program, outcome.scenario)}
        self._nearby = Nearby(program, options, float(plan.attrs["miss"]))
        self._judge = Judge(outcome.scenario, program, self._nearby, float(plan.attrs["bound"]))
        self._point = read_point(program, plan)
        room = measure_room(self._nearby.objective, plan)
        objective = float(plan.attrs["objective"])
        self._levels = [(level, room.money * level / PERCENT) for level in sorted(levels)]
        self._limits = [objective + money for _, money in self._levels]
        self.room = room

    @property
    def verified(self) -> int:
        """Ends that the verifier accepted."""
        return self._judge.count

    def spread(self, entry: Entry, step: Callable[[], None]) -> Iterator[Spread]:
        """Each measure of an entry, and all together where they have one unit and are several; level by level.

        Of many in one unit the whole alone: what one of them may be says little where the next may take its place.
        """
        own = [self._measures[name] for name in entry.measures if name in self._measures]
        whole = _join(entry.label, own)
        asked = own if whole is None else [whole, *(own if len(own) <= MOST_EACH else [])]
        for measure in asked:
            yield from self._ask(measure, step)
        self._judge.settle()

    def _ask(self, measure: Measure, step: Callable[[], None]) -> Iterator[Spread]:
        ends = reach_ends(self._nearby, measure, self._limits, self._judge.accept)
        planned = _clean(measure.size(self._point))
        for (percent, money), (low, high) in zip(self._levels, ends, strict=True):
            step()
            yield Spread(measure.technology, percent, money, low.amount, high.amount, planned, measure.unit)


def _join(label: str, measures: Sequence[Measure]) -> Measure | None:
    """Several measures of one unit as one; None where they are one, or of several units."""
    if len(measures) < 2 or len({measure.unit for measure in measures}) > 1:
        return None
    weights = np.sum([measure.weights for measure in measures], axis=0)
    constant = sum(measure.constant for measure in measures)
    return replace(measures[0], technology=label, weights=weights, constant=constant, builds={}, serves=np.zeros(0))


def _clean(amount: float) -> float:
    return amount if abs(amount) > 1e-6 else 0.0
