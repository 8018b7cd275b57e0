"""Which rules bind in one plan and not in the other? Those that somebody set, by the verifier's own reading.

A rule binds where its two sides are equal, as far as plans are exact, and are not both zero. Targets are not among
them: how they fare is a table of its own. Which of the binding rules cost something is a question of prices
(`fardplan why`); here it is only said what a plan stands against.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

import numpy as np
import pandas as pd
import xarray as xr

from model.verifier.reading import LOGIC_ROW, Reading
from model.verifier.terms import NOTHING, Rule
from model.verifier.verify import THEMES
from runners.analyses.comparison.compared_plans import Side
from scenarios.catalog import CALENDAR, SLICE, VINTAGE, YEAR

TIGHT = 1e-6
"""Sides this near to each other, in parts of their size, are equal."""
SIDED = ("group_capacity", "group_build", "group_activity", "group_share")
"""Rules that the verifier tells twice by one name, first as a most, then as a least."""
SET = frozenset(
    {
        *("build_most", "build_least", "build_growth", "capacity_most", "capacity_least"),
        *("activity_most", "activity_least", "activity_growth", "purchase_most", "purchase_least", "sale_most"),
        *("build_pace_most", "activity_pace_most", "capacity_end_most", "group_capacity_end_most"),
        *("group_build_pace_most", "group_activity_pace_most"),
        *SIDED,
        "level_start",
        *("group_build_growth", "group_activity_growth"),
        *("once", "requires", "follows", "supports", "firm", "credit_most"),
        *("own_most", "frame_most", "step_most", "ceiling_most", "result_least", "draw_most", "loss_most"),
        *("grant_pool", "claim_project"),
    }
)
"""Rules that a person set and could let go."""
TIMES = (YEAR, VINTAGE, CALENDAR, SLICE)

Held = dict[tuple[str, str], set[int]]
"""Years by rule and item; no years for a rule without."""


def compare_bindings(first: Side, second: Side, years: list[int]) -> pd.DataFrame | None:
    """A row per rule and item that does not bind in the same years of both; None where a scenario is not at hand.

    Columns: `compare/rules` in the catalog of results.
    """
    held = []
    for side in (first, second):
        if side.scenario is None or side.plan is None:
            return None
        held.append(find_bindings(side.scenario, side.plan))
    mine, theirs = held
    rows = []
    for rule, item in sorted(set(mine) | set(theirs)):
        one, other = (part.get((rule, item), set()) & set(years) for part in (mine, theirs))
        if one != other:
            parts = {"both": one & other, "first": one - other, "second": other - one}
            texts = {name: " ".join(map(str, sorted(found))) for name, found in parts.items()}
            rows.append({"rule": rule, "item": item, **texts})
    return pd.DataFrame(rows, columns=["rule", "item", "both", "first", "second"])


def find_bindings(scenario: xr.Dataset, plan: xr.Dataset) -> Held:
    """Every rule that binds, by family and the label it is about, with its years."""
    read = Reading(scenario, plan, True)
    held: Held = defaultdict(set)
    seen: Counter[str] = Counter()
    for check in THEMES:
        for rule in check(read):
            seen[rule.name] += 1
            if rule.name in SET and not rule.exact and rule.places.count and rule.rest is not NOTHING:
                side = ("_most", "_least")[(seen[rule.name] - 1) % 2] if rule.name in SIDED else ""
                for item, year in _list_tight(read, scenario, rule):
                    held[f"{rule.name}{side}", item].add(year)
    return held


def _list_tight(read: Reading, scenario: xr.Dataset, rule: Rule) -> Iterator[tuple[str, int]]:
    """Item and year of every place where a rule is tight."""
    rest, size = rule.places.pick(rule.rest.value), rule.places.pick(rule.rest.size)
    tight = (size > TIGHT) & (np.abs(rest) <= TIGHT * np.maximum(1.0, size)) & np.isfinite(size)
    for place in np.flatnonzero(tight):
        position = rule.places.find_position(int(place))
        labels = {dim: read.labels[dim][i] for dim, i in zip(rule.dims, position, strict=True) if dim != LOGIC_ROW}
        if LOGIC_ROW in rule.dims:
            i = position[rule.dims.index(LOGIC_ROW)]
            labels = {LOGIC_ROW: str(scenario["logic_technology"].values[i]), **labels}
        item = next((str(label) for dim, label in labels.items() if dim not in TIMES), "")
        year = int(next((label for dim, label in labels.items() if dim in (YEAR, VINTAGE, CALENDAR)), 0))
        yield item, max((int(y) for y in read.years if y <= year), default=year)
