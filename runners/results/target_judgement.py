"""The one judge of targets: whether one is met, in which year it is told, by how much it is missed, when it is reached.

A target holds in several years and may be met in some and missed in others. Every view tells it in one of them: the
year in which it is missed most; of one that is met always, the first year in which it shapes the plan, else the first
in which it holds. It is met where it is met in all its years.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from runners.results.derived import derived
from scenarios.target_states import ACTS
from scenarios.terms import TARGET, YEAR

SAME = 1e-6
"""Misses nearer to each other than this, in parts of the larger, are as large: the first of them is told."""
SPANS = ("first_year", "last_year", "years_held", "years_missed", "missed_from", "missed_since", "met_from")
"""What is said of all years of a target."""


@derived
def judge_targets(targets: pd.DataFrame) -> pd.DataFrame:
    """A row per target, in the order in which they stand.

    The columns are those of its table in the year in which it is told, so that `excess` is the most by which it is
    missed (0 where it is met always) and `met` whether it is met always; and of all its years: first_year, last_year,
    years_held, years_missed, missed_from (first year missed), missed_since (year from which it is missed to its end)
    and met_from (year from which it is met to its end), each blank where there is none.

    Args:
        targets: `plan/targets` in the catalog of results: a row per target and year in which it holds.
    """
    met, held = targets["met"].to_numpy(dtype=bool), targets[YEAR].to_numpy(dtype=int)
    excess, acts = targets["excess"].to_numpy(dtype=float), (targets["acts"] == ACTS).to_numpy(dtype=bool)
    own: dict[str, list[int]] = {}
    for place, name in enumerate(targets[TARGET].tolist()):
        own.setdefault(name, []).append(place)
    told = [places[_find_told(met[places], excess[places], acts[places])] for places in own.values()]
    spans = [_span_years(met[places], held[places]) for places in own.values()]
    rows = [row | span for row, span in zip(targets.iloc[told].to_dict("records"), spans, strict=True)]
    judged = pd.DataFrame(rows, columns=[*targets.columns, *SPANS])
    return judged.astype(dict.fromkeys(SPANS, "Int64"))


def count_missed(missed: NDArray[np.bool_]) -> int:
    """How many targets are missed, from whether each is in each year (target, year)."""
    return int(missed.any(axis=1).sum())


def _span_years(met: NDArray[np.bool_], held: NDArray[np.int64]) -> dict[Hashable, Any]:
    missed, kept = np.flatnonzero(~met), np.flatnonzero(met)
    start = int(missed[-1]) + 1 if len(missed) else 0
    fall = int(kept[-1]) + 1 if len(kept) else 0
    return {
        "first_year": held[0],
        "last_year": held[-1],
        "years_held": len(held),
        "years_missed": len(missed),
        "missed_from": held[missed[0]] if len(missed) else pd.NA,
        "missed_since": held[fall] if fall < len(held) else pd.NA,
        "met_from": held[start] if start < len(held) else pd.NA,
    }


def _find_told(met: NDArray[np.bool_], excess: NDArray[np.float64], acts: NDArray[np.bool_]) -> int:
    """The place of the year in which a target is told."""
    if not met.all():
        missed = np.where(met, -np.inf, excess)
        return int(np.flatnonzero(missed >= missed.max() * (1.0 - SAME))[0])
    return int(np.argmax(acts))
