"""What comes about of a plan: its measures built to a share, later, or not at all."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from model.solver.settled import SETTLED, Realised
from runners.analyses.stress.futures import Fate
from runners.sweep_store.memory import take_array
from scenarios.terms import ACTOR, INSTRUMENT, TECHNOLOGY, VINTAGE, YEAR

CLAIMED, DRAW, BUILD = "claimed", "draw", "build"


def realise_plan(
    scenario: xr.Dataset, plan: xr.Dataset, fate: Fate, refused: frozenset[str] = frozenset()
) -> tuple[Realised, np.ndarray]:
    """What is begun of each measure, and what of it is the plan's `build` (technology, vintage).

    rho[k,v'] plan[k,v] is begun in v', the plan year that contains v + late[k]; nothing after the last year. What is
    short then may be begun later at the earliest in the year after it should have come.

    Args:
        scenario: of the plan.
        plan: that was found.
        fate: what becomes of each measure.
        refused: grants that nobody gets.
    """
    late = _move_vintages(scenario, fate.late)
    moved = late * (fate.share * fate.built)[:, None, None]
    measures = scenario.variables[f"{TECHNOLOGY}_measure"].values.astype(bool)
    names, years = scenario.variables[TECHNOLOGY].values.astype(str), scenario.variables[YEAR].values.astype(int)
    amounts, planned = {}, {}
    for name in SETTLED:
        values = take_array(plan, name, TECHNOLOGY, VINTAGE)
        begun = np.einsum("kv,kvw->kw", values, moved)
        planned[name] = _label(np.einsum("kv,kvw->kw", values, late), measures[:, None], names, years)
        amounts[name] = _label(begun, measures[:, None], names, years)
        if name == BUILD:
            built = np.where(measures[:, None], begun, 0.0)
    realised = Realised(amounts, planned, *_realise_money(scenario, plan, moved), refused)
    return realised, built


def _move_vintages(scenario: xr.Dataset, late: np.ndarray) -> np.ndarray:
    """1 where what a plan begins in a vintage would come about in another (technology, vintage, vintage), else 0."""
    years, length = scenario.variables[YEAR].values.astype(float), scenario.variables["length"].values
    start = years[None, :] + late[:, None]
    return np.asarray((start[:, :, None] >= years) & (start[:, :, None] < years + length), dtype=float)


def _realise_money(
    scenario: xr.Dataset, plan: xr.Dataset, moved: np.ndarray
) -> tuple[dict[tuple[str, str, int], float], dict[tuple[str, str, int], float]]:
    """Most that is claimed, in step with what is built, and most that is drawn, as in the plan; none without actors."""
    if CLAIMED not in plan.variables:
        return {}, {}
    claimed = take_array(plan, CLAIMED, INSTRUMENT, TECHNOLOGY, VINTAGE)
    measures = scenario.variables[f"{TECHNOLOGY}_measure"].values.astype(bool)
    came = np.where(measures[:, None], np.einsum("ikv,kvw->ikw", claimed, moved), claimed)
    drawn = take_array(plan, DRAW, INSTRUMENT, ACTOR, YEAR)
    labels = {dim: scenario.variables[dim].values.astype(str) for dim in (INSTRUMENT, TECHNOLOGY, ACTOR)}
    years = scenario.variables[YEAR].values.astype(int)
    some = np.ones(1, dtype=bool)
    return (
        _label(came, some, labels[INSTRUMENT], labels[TECHNOLOGY], years),
        _label(drawn, some, labels[INSTRUMENT], labels[ACTOR], years),
    )


def _label(values: np.ndarray, where: np.ndarray, *labels: np.ndarray) -> dict[Any, float]:
    """Amounts that are not 0, by their labels."""
    places = np.nonzero((values != 0) & where)
    named = (label[place].tolist() for label, place in zip(labels, places, strict=True))
    return dict(zip(zip(*named, strict=True), values[places].tolist(), strict=True))
