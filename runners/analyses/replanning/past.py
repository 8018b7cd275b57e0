"""Which columns of a program are decided by what is known, and by a plan before it of what is not."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import xarray as xr

from model.compiled.revise import LinearProgram
from model.solver.facts import Facts, find_columns, join_facts
from scenarios.known import Known
from scenarios.terms import TECHNOLOGY

BEGUN = {"build": "build", "units": "units", "begin": "begin"}
ENDED = ("retired", "scrapped")
SMALLEST = 1e-9
Place = tuple[str | int, ...]
"""Labels of a decision."""


def locate_known(program: LinearProgram, scenario: xr.Dataset, known: Known) -> Facts:
    """Columns of what is known: builds with their units and starts, loans, grants."""
    builds = {tuple(place): amount for place, amount in known.build.items()}
    sizes = dict(zip(scenario[TECHNOLOGY].values.tolist(), scenario["unit_size"].values.tolist(), strict=True))
    units = {(k, v): np.round(amount / sizes[k]) for (k, v), amount in known.build.items() if sizes[k] > 0}
    starts = {place: float(amount > SMALLEST) for place, amount in builds.items()}
    return join_facts(
        find_columns(program, "build", builds),
        find_columns(program, "units", units),
        find_columns(program, "begin", starts),
        find_columns(program, "draw", dict(known.draw)),
        find_columns(program, "claimed", dict(known.claimed)),
    )


def locate_least(program: LinearProgram, known: Known) -> Facts:
    """Columns of what is under way and begins to serve after the last year with actuals."""
    return find_columns(program, "build", {tuple(place): amount for place, amount in known.least.items()})


def locate_planned(program: LinearProgram, before: xr.Dataset, known: Known) -> Facts:
    """Columns of the past as a plan has it, of technologies and years that nothing is known of."""
    taken: Collection[object] = known.build
    found = [find_columns(program, name, _read(before, name, known.until, taken)) for name in (*BEGUN, *ENDED)]
    return join_facts(*found)


def is_as_planned(before: xr.Dataset, known: Known) -> bool:
    """Whether all decisions that are known are those of a plan."""
    pairs = (("build", known.build), ("draw", known.draw), ("claimed", known.claimed))
    return not known.least and all(
        abs(float(before[name].sel(dict(zip(before[name].dims, place, strict=True)))) - value)
        <= SMALLEST * max(1.0, abs(value))
        for name, facts in pairs
        for place, value in facts.items()
    )


def list_values(decision: xr.DataArray) -> dict[Place, float]:
    """The values of a decision by their labels."""
    labels = [decision[dim].values.tolist() for dim in decision.dims]
    at = np.ndindex(*decision.shape)
    return {tuple(own[i] for own, i in zip(labels, place, strict=True)): float(decision.values[place]) for place in at}


def _read(before: xr.Dataset, name: str, until: int, taken: Collection[object]) -> dict[Place, float]:
    """A decision of a plan up to a year, but for builds that are known."""
    if name not in before:
        return {}
    return {
        place: value
        for place, value in list_values(before[name]).items()
        if max(i for i in place if isinstance(i, int)) <= until and (name in ENDED or place not in taken)
    }
