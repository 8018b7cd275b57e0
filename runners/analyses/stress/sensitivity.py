"""Which uncertain number the spread of the futures hangs on: a tornado, Morris screening or Sobol indices.

A tornado moves one number at a time, to where one future of twenty lies below and above, all others in the middle. Keys
that are tied move together, and so are told as one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd
import xarray as xr

from conf.words import LANGUAGES
from runners.analyses.stress.circumstances import Circumstance
from runners.analyses.stress.conditions import list_names, name_key
from runners.analyses.stress.futures import Future, list_uncertain, make_futures
from runners.analyses.stress.tables import Tried
from runners.designs.indices import Index, MorrisDesign, design_morris, design_sobol, measure_effects, measure_indices
from scenarios.errors import CaseError, Problem

TORNADO, MORRIS, SOBOL = METHODS = ("tornado", "morris", "sobol")
LOW, HIGH = 0.05, 0.95
COST, HURT, MISSED = OUTPUTS = ("cost", "hurt", "targets_missed")
COLUMNS = (
    *("circumstance", "method", "output", "key", "name_sv", "name_en", "size", "size_low", "size_high"),
    *("at_low", "at_high", "mean_effect", "deviation", "first_order", "first_low", "first_high"),
)
INSIDE = 1e-9
"""Points this near to the faces of the cube are put inside: some distributions have no ends."""
Measure = Callable[[np.ndarray], Mapping[str, np.ndarray]]
Solve = Callable[[Sequence[Future]], Sequence[Tried]]


def rank_numbers(
    circumstance: Circumstance, scenario: xr.Dataset, method: str, size: int, seed: int, solve: Solve
) -> pd.DataFrame:
    """A row per output and number: what the output hangs on most first, in the output's own unit.

    `size` is how much of the output a number moves: of a tornado the distance between both ends, of Morris mu*, of
    Sobol the total index times the deviation of the output.

    Args:
        circumstance: whose numbers are looked at.
        scenario: of the plan.
        method: of `METHODS`.
        size: trajectories of Morris, rows of Sobol.
        seed: of the design.
        solve: the answers to futures, in their order.

    Raises:
        CaseError: nothing in the circumstance is uncertain.
    """
    ranges, fixed = list_uncertain(circumstance, scenario)
    if not ranges:
        raise CaseError([Problem("stress_certain", f"--with {circumstance.name}")])
    points, measure = _choose_design(method, len(ranges), size, seed)
    tried = solve(make_futures(ranges, fixed, np.clip(points, INSIDE, 1.0 - INSIDE), scenario))
    names = {lang: list_names(scenario, lang) for lang in LANGUAGES}
    rows = []
    for output in OUTPUTS:
        values = np.array([_read(one, output) for one in tried])
        if not np.isfinite(values).all():
            continue
        columns = measure(values)
        for i, one in enumerate(ranges):
            told = {f"name_{lang}": name_key(one.key, names[lang], lang) for lang in LANGUAGES}
            about = {"circumstance": circumstance.name, "method": method, "output": output, "key": one.key, **told}
            rows.append(about | {name: float(column[i]) for name, column in columns.items()})
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    order = table["output"].map(OUTPUTS.index)
    return table.assign(order=order).sort_values(["order", "size"], ascending=[True, False]).drop(columns="order")


def _choose_design(method: str, width: int, size: int, seed: int) -> tuple[np.ndarray, Measure]:
    """The points of a method, and what it says of an output at them."""
    if method == TORNADO:
        return _design_tornado(width), _measure_tornado
    if method == SOBOL:
        return design_sobol(width, size, seed), lambda values: _measure_sobol(values, width, seed)
    design = design_morris(width, size, seed)
    return design.points, lambda values: _measure_morris(design, values, seed)


def _design_tornado(width: int) -> np.ndarray:
    """The middle, and then for each number its low and its high end (2 width + 1, width)."""
    points = np.full((2 * width + 1, width), 0.5)
    for key in range(width):
        points[1 + 2 * key, key], points[2 + 2 * key, key] = LOW, HIGH
    return points


def _measure_tornado(values: np.ndarray) -> dict[str, np.ndarray]:
    low, high = values[1::2] - values[0], values[2::2] - values[0]
    return {"size": np.abs(high - low), "at_low": low, "at_high": high}


def _measure_morris(design: MorrisDesign, values: np.ndarray, seed: int) -> dict[str, np.ndarray]:
    effects = measure_effects(design, values, seed)
    size = effects.size
    ends = {"size_low": size.low, "size_high": size.high}
    return {"size": size.value, **ends, "mean_effect": effects.mean, "deviation": effects.deviation}


def _measure_sobol(values: np.ndarray, width: int, seed: int) -> dict[str, np.ndarray]:
    first, total = measure_indices(values, width, seed)
    spread = float(values.std())

    def scale(index: Index) -> dict[str, np.ndarray]:
        return {"size": spread * index.value, "size_low": spread * index.low, "size_high": spread * index.high}

    return {**scale(total), "first_order": first.value, "first_low": first.low, "first_high": first.high}


def _read(one: Tried, output: str) -> float:
    if not one.found:
        return float("nan")
    if output == HURT:
        return one.answer.hurt
    found = one.fate["objective_money" if output == COST else "targets_missed"]
    return float(found)
