"""Which plans of a chunk are surely accepted, all looked at at once?

Every rule is asked of all plans together, on arrays with a dimension of plans before all others. A plan that misses
any rule by more than half of what is allowed, and every plan of a chunk that cannot be judged together, is left to be
judged by itself: what is accepted here would be accepted there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, cast

import numpy as np
import xarray as xr

from model.verifier.form import find_decisions
from model.verifier.memory import STATED, WHERE, Memory
from model.verifier.merging import merge, settle
from model.verifier.reading import Arrays, Reading, Scene, find_span
from model.verifier.stack import Apart, Stack, Uneven
from model.verifier.terms import LEAST_SCALE, NOTHING, Array, Rule

CERTAIN = 0.5
"""Part of the tolerance within which nobody needs to look again: sums over many plans round otherwise than over one."""

Case = tuple[xr.Dataset, xr.Dataset]
"""A scenario and its plan."""


class Shared(Memory):
    """What is reckoned of several scenarios, as one where it is the same."""

    def __init__(self, memories: Sequence[Memory]) -> None:
        super().__init__(scenario=memories[0].scenario)
        self._memories = memories
        self._scenes = [Scene(memory) for memory in memories]
        self._merged: dict[object, Any] = {}
        self._moved = _list_moved(memories)

    def read(self, name: str) -> Array:
        """The array of a variable, of all scenarios."""
        if name not in self._merged:
            self._merged[name] = merge([memory.read(name) for memory in self._ask(name)])
        found: Array = self._merged[name]
        return found

    def _ask(self, name: str) -> Sequence[Memory]:
        """Whom to ask for an array or an attribute: the first one alone where all of them have the same."""
        return self._memories[:1] if self._moved is not None and name not in self._moved else self._memories

    def locate(self, name: str) -> Array:
        """Where the array has a number, of all scenarios."""
        found: Array = merge([memory.locate(name) for memory in self._ask(f"{name}{WHERE}")])
        return found

    def state(self, attribute: str) -> Any:
        """An attribute that all scenarios share."""
        return merge([memory.state(attribute) for memory in self._ask(f"{STATED}{attribute}")])

    def recall(self, make: Callable[..., Any], *_: object) -> Any:
        """What is reckoned of each scenario, as one: of all at once where it is not the same for all of them."""
        if make not in self._merged:
            self._merged[make] = self._reckon(make)
        return self._merged[make]

    def _reckon(self, make: Callable[..., Any]) -> Any:
        first, *others = self._memories
        value = first.recall(make, self._scenes[0])
        if self._moved is not None and self._moved.isdisjoint(first.list_sources(make)):
            self._memories[-1].take(make, first)  # which those of the next chunk follow
            return value
        if not all(memory.keeps(make) for memory in others):
            try:
                return settle(make(Scene(self)))
            except (Uneven, AttributeError, TypeError):  # it asks for what only the numbers of one have
                pass
        return merge([memory.recall(make, scene) for memory, scene in zip(self._memories, self._scenes, strict=True)])


def _list_moved(memories: Sequence[Memory]) -> Set[str] | None:
    """What is not the same in all of some memories that follow each other; None where they do not."""
    if not all(after.follows(before) for before, after in pairwise(memories)):
        return None
    return set[str]().union(*(memory.changed for memory in memories[1:]))


class _Plans(Arrays):
    """The variables of several plans as attributes."""

    def __init__(self, datasets: Sequence[xr.Dataset]) -> None:
        self._datasets = datasets

    def __getattr__(self, name: str) -> Array:
        each = [dataset.variables[name].values for dataset in self._datasets]
        shared = all(one is each[0] for one in each)
        self.__dict__[name] = found = each[0] if shared else cast(Array, Apart(each))
        return found


class _Together(Reading):
    """Scenarios and plans side by side, as if there were one of each."""

    def __init__(self, readings: Sequence[Reading]) -> None:
        first, memory = readings[0], Shared([read.memory for read in readings])
        told = {"memory": memory, "scenario": first.scenario, "dataset": first.dataset, "relaxed": first.relaxed}
        for name, value in {**told, "made": {}, "_datasets": [read.dataset for read in readings]}.items():
            object.__setattr__(self, name, value)

    @cached_property
    def plan(self) -> Arrays:
        """Decisions of all plans."""
        return _Plans(self._told_plans())

    def _told_plans(self) -> Sequence[xr.Dataset]:
        return cast(Sequence[xr.Dataset], self.__dict__["_datasets"])

    def tell(self, attribute: str) -> object:
        """What all plans say of themselves alike."""
        return merge([plan.attrs.get(attribute) for plan in self._told_plans()])

    def count(self, attribute: str) -> Array:
        """A number that each plan says of itself."""
        stated = [plan.attrs.get(attribute) for plan in self._told_plans()]
        numbers = [float(one) if isinstance(one, int | float | np.number) else np.nan for one in stated]
        return cast(Array, Stack(np.array(numbers)))

    def _find_some(self, decision: str) -> tuple[Array, tuple[float, float]]:
        values = getattr(self.plan, decision)
        if not isinstance(values, Stack):
            return super()._find_some(decision)
        some, numbers = values.find_some()
        return some, find_span(numbers.whole)


def find_accepted(
    readings: Sequence[Reading], list_rules: Callable[[Reading], Iterable[Rule]], tolerance: float
) -> Array:
    """Which of several plans surely keep all rules, (plan).

    Args:
        readings: scenarios with plans whose labels are those of their scenarios.
        list_rules: all rules, of a plan.
        tolerance: as in `verify`.
    """
    try:
        return _find_kept(list_rules(_Together(readings)), len(readings), tolerance * CERTAIN)
    except Uneven:
        if len(readings) == 1:
            return np.array([False])
    half = len(readings) // 2
    return np.concatenate([find_accepted(part, list_rules, tolerance) for part in (readings[:half], readings[half:])])


@dataclass(frozen=True, eq=False)
class Broken:
    """A rule that one of several plans misses: at which of its places, by how much, and that over its terms' size."""

    rule: Rule
    place: int
    amount: float
    relative: float


def find_broken(
    readings: Sequence[Reading], list_rules: Callable[[Reading], Iterable[Rule]], tolerance: float
) -> list[list[Broken] | None]:
    """What each of several plans misses, by more than is certain to be allowed; None of one to be judged by itself.

    Args:
        readings: scenarios with plans whose labels are those of their scenarios.
        list_rules: all rules, of a plan.
        tolerance: as in `verify`.
    """
    try:
        found: list[list[Broken]] = [[] for _ in readings]
        for rule, miss, relative in _weigh(list_rules(_Together(readings)), tolerance * CERTAIN):
            over = np.broadcast_to(~(relative <= tolerance * CERTAIN), (len(readings), rule.places.count))
            for plan, place in np.argwhere(over).tolist():
                row = plan if len(miss) > 1 else 0
                found[plan].append(Broken(rule, place, float(miss[row, place]), float(relative[row, place])))
        return list(found)
    except Uneven:
        if len(readings) == 1:
            return [None]
    half = len(readings) // 2
    return [one for part in (readings[:half], readings[half:]) for one in find_broken(part, list_rules, tolerance)]


def _find_kept(rules: Iterable[Rule], count: int, most: float) -> Array:
    """Plans that miss no rule by more than so much of the size of its terms."""
    kept = np.ones(count, dtype=bool)
    for _, _, relative in _weigh(rules, most):
        kept &= (relative <= most).all(axis=1)
    return kept


def _weigh(rules: Iterable[Rule], most: float) -> Iterator[tuple[Rule, Array, Array]]:
    """Rules that some plan misses by more than so much, with the misses and what they are of the size of their terms.

    Both are (plan, place), one row where all plans share them.
    """
    for rule in rules:
        if rule.rest is NOTHING or not rule.places.count:
            continue
        rest = rule.places.pick(rule.rest.value)
        missed: Array = np.abs(rest) if rule.exact else rest
        if rule.places.only is not None:
            missed = np.where(rule.places.only, missed, 0.0)
        if (missed.whole if isinstance(missed, Stack) else missed).max() <= most:
            continue
        miss, size = _list_each(missed), _list_each(rule.places.pick(rule.rest.size))
        scale = np.where(np.isfinite(size), np.maximum(LEAST_SCALE, size), LEAST_SCALE)
        miss = np.broadcast_to(miss, np.broadcast_shapes(miss.shape, scale.shape))
        yield rule, miss, miss / scale


def _list_each(values: Array) -> Array:
    """Numbers of all plans (plan, place); one row where they share them."""
    return values.list_each() if isinstance(values, Stack) else values[None]


def find_alike(read: Reading, plans: Sequence[xr.Dataset]) -> Array:
    """Plans that have the variables of a first one, whose labels are known to be right, on the very same labels."""
    first, decisions = read.dataset, find_decisions(read)
    dims = {dim for each in decisions.values() for dim in each}
    return np.array([_is_alike(first, plan, decisions, dims) for plan in plans])


def _is_alike(first: xr.Dataset, plan: xr.Dataset, decisions: Iterable[str], dims: Iterable[str]) -> bool:
    ours, theirs = first._variables, plan._variables
    if any(name not in theirs or theirs[name].dims != ours[name].dims for name in decisions):
        return False
    known, told = first._indexes, plan._indexes
    return all(dim in told and (told[dim] is known[dim] or told[dim].equals(known[dim])) for dim in dims)
