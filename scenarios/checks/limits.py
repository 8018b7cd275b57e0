"""Which limits contradict each other, year by year as the plan would see them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isinf

import numpy as np

from scenarios.catalog import GROUP, QUANTITY_BY_NAME, YES_NO
from scenarios.cells import NUMBER, ROW
from scenarios.checks.view import View, file_of, write_plainly
from scenarios.errors import Problem

PAIRS = (
    ("least_capacity", "most_capacity"),
    ("least_build", "most_build"),
    ("least_activity", "most_activity"),
    ("least_purchase", "most_purchase"),
    ("group_least_capacity", "group_most_capacity"),
    ("group_least_build", "group_most_build"),
    ("group_least_activity", "group_most_activity"),
    ("group_least_share", "group_most_share"),
)
"""Limits from below and from above on the same amount."""
SLACK = 1e-9
"""By how much a limit from below may exceed one from above, relative to it: rounding in a spreadsheet."""


def find_contradictory_limits(view: View) -> Iterator[Problem]:
    """Least above most in some plan year; the first such year is told."""
    for least, most in PAIRS:
        yield from _compare(view, least, most, "limits_contradict")


def find_stock_above_potential(view: View) -> Iterator[Problem]:
    """More stands already than may stand, and nothing of it may be retired."""
    kept = [k for k in view.capacitated if view.technologies[k]["retirable"] == "no"]
    yield from _compare(view, "existing", "most_capacity", "stock_above_potential", kept)


def _compare(view: View, low: str, high: str, key: str, only: list[str] | None = None) -> Iterator[Problem]:
    """Problems at `low` where it is above `high`."""
    places, others = view.rows_of(low), view.rows_of(high)
    labels = [label for label in places if label in others and (only is None or label in only)]
    if not labels or not view.years:
        return
    below, above = view.filled(low, labels), view.filled(high, labels)
    broken = below > above + SLACK * np.maximum(1.0, np.abs(above))
    for i in np.flatnonzero(broken.any(axis=1)):
        year = int(np.argmax(broken[i]))
        row, column = places[labels[i]]
        fields = {"label": labels[i], "low": low, "high": high, "year": view.years[year]}
        fields |= {"least": write_plainly(below[i, year]), "most": write_plainly(above[i, year])}
        fields |= {"other_row": others[labels[i]][0], "other_file": file_of(QUANTITY_BY_NAME[high].table)}
        yield Problem(key, file_of(QUANTITY_BY_NAME[low].table), row, column, fields)


def find_wrong_windows(view: View) -> Iterator[Problem]:
    """Windows of start that close before they open."""
    opens, closes = view.single("earliest_start"), view.single("latest_start")
    places = view.rows_of("latest_start")
    for name in closes:
        if opens.get(name, -np.inf) > closes[name]:
            row, column = places[name]
            fields = {"technology": name, "earliest": write_plainly(opens[name]), "latest": write_plainly(closes[name])}
            yield Problem("window_closed", file_of("parameters"), row, column, fields)


def find_windows_outside_plan(view: View) -> Iterator[Problem]:
    """Windows of start that miss the years of the case, so that what they admit is never built."""
    case = view.case
    if "first_year" not in case or "last_year" not in case:
        return
    first, last = case["first_year"], case["last_year"]
    span = {"first": write_plainly(first), "last": write_plainly(last)}
    for name, year, outside in (
        *((k, "earliest_start", value > last) for k, value in view.single("earliest_start").items()),
        *((k, "latest_start", value < first) for k, value in view.single("latest_start").items()),
    ):
        if outside and view.technologies.get(name, {}).get("buildable") == "yes":
            row, column = view.rows_of(year)[name]
            fields = {"technology": name, "quantity": year, "found": write_plainly(view.single(year)[name]), **span}
            yield Problem("window_outside", file_of("parameters"), row, column, fields)


def find_impossible_commitments(view: View) -> Iterator[Problem]:
    """Committed builds of what cannot be built then: outside its window, excluded by name, or not buildable at all.

    Doing nothing asks for no measure, committed or not.
    """
    places = view.rows_of("least_build")
    names = [name for name in places if name in view.technologies]
    committed = view.filled("least_build", names) > 0
    opens, closes = view.single("earliest_start"), view.single("latest_start")
    for name, years in zip(names, committed, strict=True):
        bound = [year for year, holds in zip(view.years, years, strict=True) if holds]
        opened = view.find_open(opens.get(name, -np.inf), closes.get(name, np.inf))
        outside = [y for y in bound if y not in opened]
        row, column = places[name]
        key, fields = "", {"technology": name, "year": (outside or bound or [0])[0]}
        if bound and name not in view.builders:
            key = "committed_unbuildable"
        elif bound and name in view.choices.exclude:
            key = "committed_excluded"
        elif outside:
            key = "committed_outside"
        if key:
            yield Problem(key, file_of("parameters"), row, column, fields)


def find_missing_shares(view: View) -> Iterator[Problem]:
    """Shares of groups that name no whole, and wholes that are the group itself."""
    groups = view.labels("groups")
    for quantity in ("group_least_share", "group_most_share"):
        for name, (row, column) in view.rows_of(quantity).items():
            if name in groups and not groups[name]["of"]:
                fields = {"group": name, "quantity": quantity}
                yield Problem("share_without_whole", file_of("limits"), row, column, fields)
    for name, about in groups.items():
        if about["of"] == name:
            yield Problem("whole_is_itself", file_of("groups"), int(about[ROW]), "of", {"group": name})


def find_empty_groups(view: View) -> Iterator[Problem]:
    """Groups that are limited, or the whole of a share, but have no members."""
    groups = view.labels("groups")
    limited = set(view.chosen.frames["limits"][GROUP]) | {about["of"] for about in groups.values()}
    filled = set(view.chosen.frames["members"][GROUP])
    for name, about in groups.items():
        if name in limited - filled:
            yield Problem("group_empty", file_of("groups"), int(about[ROW]), GROUP, {"group": name})


def find_unbounded_starts(view: View) -> Iterator[Problem]:
    """Starts decided by whole numbers on which no finite limit stands, so that no program can be written."""
    starts = _starts(view)
    for (name, (row, reason)), most in zip(starts.items(), bound_starts(view, list(starts)), strict=True):
        if isinf(most):
            fields = {"technology": name, "reason": reason}
            yield Problem("start_unbounded", file_of("technologies"), row, None, fields)


def find_impossible_lumps(view: View) -> Iterator[Problem]:
    """Units and least sizes larger than anything that may be built."""
    for quantity in ("unit_size", "least_size"):
        places, sizes = view.rows_of(quantity), view.single(quantity)
        names = [name for name in sizes if name in view.builders]
        for name, most in zip(names, bound_starts(view, names), strict=True):
            if sizes[name] > most * (1 + SLACK) and view.years:
                row, column = places[name]
                fields = {"quantity": quantity, "found": write_plainly(sizes[name]), "most": write_plainly(most)}
                yield Problem("lump_impossible", file_of("parameters"), row, column, {"technology": name, **fields})


def bound_starts(view: View, technologies: list[str]) -> np.ndarray:
    """Most capacity of one start of each, from build rates, potential and stock; infinite where nothing limits it.

    Stock that may be scrapped leaves its place to the start.
    """
    if not view.years:
        return np.zeros(len(technologies))
    names = ("most_build", "most_capacity", "existing")
    most_build, most_capacity, existing = (view.filled(name, technologies) for name in names)
    staying = np.array([view.technologies[name]["retirable"] != YES_NO[0] for name in technologies], dtype=bool)
    room = np.maximum(most_capacity - existing * staying[:, None], 0.0).max(axis=1)
    return np.asarray(np.minimum((most_build * view.span[1]).max(axis=1), room))


def _starts(view: View) -> Mapping[str, tuple[int, str]]:
    """Buildable technologies with a decision about starts: their line, and what calls for it."""
    reasons: dict[str, str] = {}
    logic = view.chosen.frames["logic"]
    named = logic[logic["kind"].isin(["requires", "follows", "excludes"])]
    reasons |= dict.fromkeys([*named["technology"], *named["other"]], "logic")
    costs = view.written("project_cost")
    reasons |= dict.fromkeys(costs.loc[costs[NUMBER] > 0, "technology"], "project_cost")
    for quantity in ("least_size", "unit_size"):
        reasons |= {name: quantity for name, size in view.single(quantity).items() if size > 0}
    reasons |= {name: "once" for name, about in view.technologies.items() if about["once"] == "yes"}
    return {
        name: (int(view.technologies[name][ROW]), reason) for name, reason in reasons.items() if name in view.builders
    }
