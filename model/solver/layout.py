"""How are decisions laid out on the scenario's labels? As arrays, which plans that decide the same have in common."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from operator import is_

import numpy as np
import xarray as xr

from model.compiled.labels import list_indices
from model.compiled.sparse import SparseProgram
from model.parameters.coefficient import WHOLE_YEAR
from model.parameters.structure import Structure
from model.solver.decision_labels import list_dims
from model.solver.misses import SETTLED
from model.solver.solution import WHOLE_WITHIN
from scenarios.arithmetic.support import SUPPORTED
from scenarios.arithmetic.vintages import RUN
from scenarios.catalog import ACCOUNT, COMMODITY, SLICE, TECHNOLOGY

WHOLE = ("units", "begin", "ever", "issue", "saves")
ACTIVITY, TRADED = "activity", ("purchase", "sale")
CREDITED, CREDITED_BY = (ACCOUNT, "credit"), ("account_price", "credit_share", "most_credit")
"""What credits are raised in, and what says by how much."""
SPREAD_BY = ("activity_profile", "hours")
"""What says by which part of the year decisions fall on slices."""
LAID_BY = (*SPREAD_BY, *CREDITED_BY)
"""All numbers of a scenario that its plan is laid out by."""
PLANS_HELD = 2
"""Plans whose arrays are kept for those after them: the last one, and one that others come back to."""
ZERO = 1e-9
"""Solver dust: amounts nearer to zero than this, and than this part of the largest, are shown as zero where a decision
cannot be negative."""

Laid = tuple[np.ndarray, ...]
Labels = Mapping[str, list[object]]


class Layout:
    """Where the columns of a program go on the labels of its scenarios, and what was laid there of the last plans.

    `places` by decision.
    """

    def __init__(self, program: SparseProgram, labels: Labels) -> None:
        self._at, self._labels = program.structure, labels
        self.places = _place_decisions(program, labels)
        self._yearly = _find_yearly(program.structure, labels, self.places)
        self._laid: dict[tuple[str, ...], list[_Laid]] = {}
        self._last: tuple[Laid, bool, Mapping[str, np.ndarray]] | None = None

    def lay(self, scenario: xr.Dataset, columns: np.ndarray, *, whole: bool) -> dict[str, np.ndarray]:
        """One array per decision; what is the same in two plans is the same array in both, and read-only.

        Args:
            scenario: that was solved.
            columns: of the program, as found.
            whole: whole decisions are whole numbers, which are meant where they are nearly reached.
        """
        read = tuple(scenario._variables[name].values for name in LAID_BY)
        if self._last is None or whole != self._last[1] or not all(map(is_, (columns, *read), self._last[0])):
            self._last = (columns, *read), whole, self._lay_all(scenario, columns, whole=whole)
        arrays = self._last[2]
        return {**arrays, **{name: arrays[name].copy() for name in SETTLED}}

    def _lay_all(self, scenario: xr.Dataset, columns: np.ndarray, *, whole: bool) -> Mapping[str, np.ndarray]:
        given, arrays = self._yearly.read_spread(scenario), dict[str, np.ndarray]()
        for name, at in self.places.items():
            asked = (columns[at.columns], np.array(whole), *given.get(name, ()))
            (arrays[name],) = self._recall((name,), asked, partial(self._lay_one, name, *asked))
        credited = (*(arrays[name] for name in CREDITED), *(scenario.variables[name].values for name in CREDITED_BY))
        settled = self._recall(CREDITED, credited, lambda: _settle_credits(self._at, self._labels, *credited))
        arrays |= dict(zip(CREDITED, settled, strict=True))
        return arrays

    def _lay_one(self, name: str, numbers: np.ndarray, whole: np.ndarray, *given: np.ndarray) -> Laid:
        array = _scatter(name, self.places[name], numbers.copy(), whole=bool(whole))
        self._yearly.spread(name, array, *given)
        return (array,)

    def _recall(self, names: tuple[str, ...], asked: Laid, make: Callable[[], Laid]) -> Laid:
        """Arrays as they were laid of the same numbers, or anew."""
        before = self._laid.setdefault(names, [])
        for laid in before:
            if all(map(_is_same, laid.asked, asked)):
                return laid.arrays
        arrays = make()
        for array in arrays:
            array.flags.writeable = False
        self._laid[names] = [_Laid(asked, arrays), *before[: PLANS_HELD - 1]]
        return arrays


def _is_same(one: np.ndarray, other: np.ndarray) -> bool:
    """The same to the last bit."""
    return one is other or (one.shape == other.shape and one.tobytes() == other.tobytes())


@dataclass(frozen=True)
class _Laid:
    """Arrays of a plan, and what they were made of."""

    asked: Laid
    arrays: Laid


def order_dims(dims: tuple[str, ...]) -> tuple[str, ...]:
    """Slices stand before years in every Dataset of ours, as in the catalog."""
    return (*dims[:-2], dims[-1], dims[-2]) if dims[-1] == SLICE else dims


@dataclass(frozen=True)
class Places:
    """Where the values of a decision come from and go to: columns, flat positions, and the shape."""

    columns: np.ndarray
    positions: np.ndarray
    shape: tuple[int, ...]


def _place_decisions(program: SparseProgram, labels: Labels) -> dict[str, Places]:
    """By decision; slots that are the whole year go into the first slice, to be spread later."""
    place = {dim: {label: i for i, label in enumerate(values)} for dim, values in labels.items()}
    place[SLICE][WHOLE_YEAR] = 0
    places = {}
    for name, dims in list_dims(program.structure).items():
        ordered = order_dims(dims)
        shape = tuple(len(labels[dim]) for dim in ordered)
        columns = program.column_families.get(name, np.empty(0, dtype=np.int64))
        along = list(zip(*list_indices(program.column_labels, name), strict=True))
        axes = [np.array([place[dim][label] for label in along[dims.index(dim)]]) for dim in ordered if along]
        positions = np.ravel_multi_index(tuple(axes), shape) if along else columns
        places[name] = Places(columns, np.asarray(positions), shape)
    return places


def _scatter(name: str, at: Places, values: np.ndarray, *, whole: bool) -> np.ndarray:
    """The array of a decision, without solver dust; of whole decisions the whole numbers that are meant.

    A point with parts of units is shown as it is: a millionth of an issue carries a millionth of what it may be.
    """
    if name != ACCOUNT:
        sizes = np.abs(values)
        values[sizes < ZERO * min(1.0, sizes.max(initial=0.0))] = 0.0
    if whole and name in WHOLE:
        near = np.round(values)
        values = np.where(np.abs(values - near) < WHOLE_WITHIN, near, values)
    flat = np.zeros(math.prod(at.shape))
    flat[at.positions] = values
    return flat.reshape(at.shape)


@dataclass(frozen=True)
class _Yearly:
    """What is decided over the year and falls on the slices: technologies, those that run by vintage or are paid by
    output among them, and commodities that are traded."""

    technologies: np.ndarray
    running: np.ndarray
    supported: np.ndarray
    traded: np.ndarray

    def read_spread(self, scenario: xr.Dataset) -> dict[str, Laid]:
        """By which part of the year each decision falls on slices."""
        profile, hours = (scenario.variables[name].values for name in SPREAD_BY)
        return dict.fromkeys((ACTIVITY, RUN, SUPPORTED), (profile,)) | dict.fromkeys(TRADED, (hours,))

    def spread(self, name: str, array: np.ndarray, *given: np.ndarray) -> None:
        """Activity falls on slices by profile, trade by hours."""
        if name == ACTIVITY:
            used = array[self.technologies].sum(axis=1, keepdims=True)
            array[self.technologies] = used * given[0][self.technologies]
        if name == RUN and self.running.size:
            run = array[self.running].sum(axis=2, keepdims=True)
            array[self.running] = run * given[0][self.running, None]
        if name == SUPPORTED and self.supported.size:
            paid = array[:, self.supported].sum(axis=2, keepdims=True)
            array[:, self.supported] = paid * given[0][self.supported]
        if name in TRADED:
            traded = array[self.traded].sum(axis=1, keepdims=True)
            array[self.traded] = traded * (given[0] / given[0].sum())[:, None]


def _find_yearly(at: Structure, labels: Labels, places: Mapping[str, Places]) -> _Yearly:
    year = (WHOLE_YEAR,)
    technologies = np.flatnonzero([at.slots[str(k)] == year for k in labels[TECHNOLOGY]])
    traded = np.flatnonzero([at.balance_slots[str(c)] == year for c in labels[COMMODITY]])
    running, supported = (
        np.intersect1d(technologies, np.unravel_index(places[name].positions, places[name].shape)[axis])
        if name in places
        else technologies[:0]
        for name, axis in ((RUN, 0), (SUPPORTED, 1))
    )
    return _Yearly(technologies, running, supported, traded)


def _settle_credits(
    at: Structure,
    labels: Labels,
    accounts: np.ndarray,
    credit: np.ndarray,
    price: np.ndarray,
    share: np.ndarray,
    most_credit: np.ndarray,
) -> Laid:
    """Raise every credit to what it may be, so that net accounts are unique where nothing makes the solver do so.

    Only accounts that no floor and no negative price looks at are raised: there it could cost something.
    """
    accounts, credit = accounts.copy(), credit.copy()
    place = {e: i for i, e in enumerate(labels[ACCOUNT])}
    guarded = {at.target_account[t] for t in at.floors} | {
        str(e) for e, row in zip(labels[ACCOUNT], price, strict=True) if (row < 0).any()
    }
    used = {str(f) for parts in at.parts.values() for f in parts} | {f for _, f in at.credits}
    for e, f in at.credits:
        if e in guarded or e in used:
            continue
        i, j = place[e], place[f]
        most = np.minimum(share[i, j] * np.maximum(accounts[j], 0.0), most_credit[i, j])
        raised = np.maximum(most - credit[i, j], 0.0)
        credit[i, j] += raised
        accounts[i] -= raised
    return accounts, credit
