"""What a curve says, as tables: its points, and what is built at each of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from runners.analyses.cost_curve.parametric_solve import average_costs
from runners.analyses.cost_curve.system import Curve
from scenarios.catalog import ACCOUNT, INVENTORY_YEAR, TECHNOLOGY, YEAR

KILOTONNE = "kt"
MILLIONS = "MSEK"
PER_TONNE = 1000.0
"""MSEK per kt is this many SEK per tonne."""
SMALLEST = 1e-4
"""Of the most that is built of a measure along the curve: less is nothing."""
TRACE = 1e-6


def scale_tonnes(curve: Curve) -> float:
    """What turns money per unit of level into SEK per tonne; NaN for an account that is not in kilotonnes."""
    tonnes = curve.probe.unit.startswith(KILOTONNE) and curve.scenario.attrs["money"] == MILLIONS
    return PER_TONNE if tonnes else np.nan


def tabulate_points(curve: Curve) -> pd.DataFrame:
    """A row per point, from loose to tight.

    Columns: `system/points` in the catalog of results.
    """
    scale, side = scale_tonnes(curve), curve.probe.side
    base = find_base(curve)
    rows = []
    for stop in curve.stops:
        average = average_costs(curve.scenario, curve.probe, curve.free, stop)
        steep = max(-side * stop.slope, 0.0)
        rows.append(
            {
                "level": stop.level,
                "reduction_percent": 100.0 * (1.0 - stop.level / base),
                "cost_money": stop.cost,
                "extra_money": stop.cost - curve.free.cost,
                "misses_money": stop.misses,
                "marginal_money_per_unit": steep,
                "marginal_per_t": steep / curve.discount * scale,
                "average_discounted_per_t": average["discounted"] * scale,
                "average_undiscounted_per_t": average["undiscounted"] * scale,
                "bound_money": stop.bound,
            }
        )
    return pd.DataFrame(rows)


def find_base(curve: Curve) -> float:
    """The inventory of the base year that a yearly level is compared with; NaN where there is none."""
    scenario, year = curve.scenario, find_base_year(curve)
    if curve.probe.cumulative or year not in scenario[INVENTORY_YEAR].values:
        return np.nan
    found = float(scenario["inventory"].sel({ACCOUNT: curve.probe.account, INVENTORY_YEAR: year}))
    return found if found > 0 else np.nan


def find_base_year(curve: Curve) -> int:
    """The base year of the target that the curve is drawn over; without one, that of the case."""
    return curve.probe.base_year or int(curve.scenario["base_year"])


def tabulate_built(curve: Curve) -> pd.DataFrame:
    """What is built of each measure at each point: level, technology, code, names, build, unit, first_year."""
    scenario = curve.scenario
    years, names = scenario[YEAR].values, scenario[TECHNOLOGY].values
    rows = []
    for stop in curve.stops:
        for k in np.flatnonzero(_find_built(curve, stop.build)):
            rows.append(
                {
                    "level": stop.level,
                    TECHNOLOGY: str(names[k]),
                    "code": str(scenario["technology_code"].values[k]),
                    "name_sv": str(scenario["technology_name_sv"].values[k]),
                    "name_en": str(scenario["technology_name_en"].values[k]),
                    "build": float(stop.built[k]),
                    "unit": str(scenario["technology_capacity_unit"].values[k]),
                    "first_year": int(years[np.argmax(stop.build[k] > SMALLEST * stop.build[k].max())]),
                }
            )
    columns = ["level", TECHNOLOGY, "code", "name_sv", "name_en", "build", "unit", "first_year"]
    return pd.DataFrame(rows, columns=columns)


@dataclass(frozen=True)
class Move:
    """A measure that comes into the plan along a curve, or goes out of it again."""

    technology: int
    enters: bool
    level: float
    marginal: float
    most: float


def list_moves(curve: Curve) -> list[Move]:
    """Which measures enter and leave, from loose to tight; those in the free plan enter at the first point.

    `level` is that of the first point at which it is built (or is not any more), `marginal` money per unit there, in
    money of the cap's first year, `most` the most that is built of it along the curve.
    """
    built = np.array([_find_built(curve, stop.build) for stop in curve.stops])
    most = np.array([stop.built for stop in curve.stops]).max(axis=0)
    steep = [max(-curve.probe.side * stop.slope, 0.0) / curve.discount for stop in curve.stops]
    moves = []
    for place, stop in enumerate(curve.stops):
        before = built[place - 1] if place else np.zeros(built.shape[1], dtype=bool)
        changed = np.flatnonzero(built[place] != before)
        for k in sorted(changed, key=lambda k: (not built[place, k], k)):
            moves.append(Move(int(k), bool(built[place, k]), stop.level, steep[place], float(most[k])))
    return moves


def tabulate_moves(curve: Curve) -> pd.DataFrame:
    """The moves as a table: technology, code, names, move (enters, leaves), level, marginal_per_t, most, unit."""
    scenario, scale = curve.scenario, scale_tonnes(curve)
    rows = [
        {
            TECHNOLOGY: str(scenario[TECHNOLOGY].values[move.technology]),
            "code": str(scenario["technology_code"].values[move.technology]),
            "name_sv": str(scenario["technology_name_sv"].values[move.technology]),
            "name_en": str(scenario["technology_name_en"].values[move.technology]),
            "move": "enters" if move.enters else "leaves",
            "level": move.level,
            "marginal_per_t": move.marginal * scale,
            "most": move.most,
            "unit": str(scenario["technology_capacity_unit"].values[move.technology]),
        }
        for move in list_moves(curve)
    ]
    columns = [TECHNOLOGY, "code", "name_sv", "name_en", "move", "level", "marginal_per_t", "most", "unit"]
    return pd.DataFrame(rows, columns=columns)


def _find_built(curve: Curve, build: np.ndarray) -> np.ndarray:
    """Which measures a plan builds (technology): more than a trace of the most along the curve."""
    most = np.array([stop.built for stop in curve.stops]).max(axis=0)
    measures = curve.scenario["technology_measure"].values.astype(bool)
    return np.asarray(measures & (build.sum(axis=1) > np.maximum(SMALLEST * most, TRACE)))
