"""Which rules of a program did a person set, and what is the program without some of them?

A rule is all rows of one family about one label: all its years. Letting it go frees its rows; where it stands before a
decision too, as the most that can begin stands before the start, that number grows out of the way as well.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from model.compiled.revise import LinearProgram
from model.compiled.task import Task

GIVING = frozenset(
    {
        "project_least",
        *("target", "target_total", "build_most", "build_least", "build_growth", "capacity_most", "capacity_least"),
        *("activity_most", "activity_least", "activity_growth", "purchase_most", "purchase_least", "sale_most"),
        *(f"group_{what}_{side}" for what in ("capacity", "build", "activity", "share") for side in ("most", "least")),
        *("group_build_growth", "group_activity_growth", "level_start"),
        *("build_pace_most", "activity_pace_most", "group_build_pace_most", "group_activity_pace_most"),
        *("capacity_end_most", "group_capacity_end_most"),
        *("once", "requires", "follows", "supports", "excludes", "begin_least", "credit_most", "firm"),
        *("own_most", "frame_most", "step_most", "ceiling_most", "result_least", "draw_most", "issue_least"),
        "loss_most",
        *("grant_pool", "claim_project", "support_most", "support_in_all"),
    }
)
"""Families of rules that a person set and could let go; the others are how things are."""

BUILD_MOST, CAPACITY_MOST, START_WINDOW = "build_most", "capacity_most", "start_window"
"""A bound on starts is a speed; where it is nothing, the year is outside the start years."""
BEGIN_MOST, ISSUE_MOST, DRAW_MOST = "begin_most", "issue_most", "draw_most"
"""Rows in which what a speed, a potential or a most of drawing allows stands before a decision."""
OUT_OF_THE_WAY = 100.0
"""Such a number of a rule that is let go, in parts of its largest."""
UNKNOWN = 1e4
"""The same where the program has no number to go by."""

Rule = tuple[str, str]
"""Family and the label it is about."""


@dataclass(frozen=True)
class Hold:
    """How a rule holds: its `rows`, and by place in the matrix what a number before a decision is without it."""

    rows: tuple[int, ...]
    numbers: Mapping[int, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Core:
    """Rules that cannot all hold.

    `rules` are told with the rows that take part. `lumps` are labels whose units must be whole for that. `rows` are
    those of a proof where even without every rule nothing can hold: how things are.
    """

    rules: Mapping[Rule, tuple[int, ...]]
    lumps: tuple[str, ...] = ()
    rows: tuple[int, ...] = ()


def take_part(giving: Mapping[Rule, Hold], core: Iterable[Rule], proof: Collection[int]) -> dict[Rule, tuple[int, ...]]:
    """The rules of a core with their rows in a proof; with all where only a number before a decision stands in it."""
    return {rule: tuple(row for row in giving[rule].rows if row in proof) or giving[rule].rows for rule in core}


def list_giving(program: LinearProgram) -> dict[Rule, Hold]:
    """Every rule that a person set and could let go and that has a bound."""
    rows: dict[Rule, list[int]] = defaultdict(list)
    bounded = np.isfinite(program.row_lower) | np.isfinite(program.row_upper)
    for row, label in enumerate(program.program.row_labels):
        if label.family in GIVING and bounded[row]:
            rows[name_family(program, row), find_item(label.index)].append(row)
    numbers = _find_numbers(program)
    return {rule: Hold(tuple(held), numbers.get(rule, {})) for rule, held in rows.items()}


def name_family(program: LinearProgram, row: int) -> str:
    """The family of a row's rule; a bound of nothing on starts is no speed."""
    family = program.program.row_labels[row].family
    return START_WINDOW if family == BUILD_MOST and program.row_upper[row] == 0 else family


def find_item(index: Sequence[object]) -> str:
    """The first label of an index; years and places are none."""
    return next((i for i in index if isinstance(i, str)), "")


def loosen_task(task: Task, holds: Iterable[Hold]) -> Task:
    """The task without some rules."""
    lower, upper, entries = task.row_lower.copy(), task.row_upper.copy(), task.entries.copy()
    for hold in holds:
        rows = list(hold.rows)
        lower[rows], upper[rows] = -np.inf, np.inf
        if hold.numbers:
            entries[list(hold.numbers)] = list(hold.numbers.values())
    return replace(task, row_lower=lower, row_upper=upper, entries=entries)


def find_holders(program: LinearProgram, row: int) -> list[Rule]:
    """The rules behind a row: its own, or those whose numbers stand in it."""
    label = program.program.row_labels[row]
    item = find_item(label.index)
    if label.family == BEGIN_MOST:
        return [(BUILD_MOST, item), (START_WINDOW, item), (CAPACITY_MOST, item)]
    if label.family == ISSUE_MOST:
        return [(DRAW_MOST, item)]
    return [(name_family(program, row), item)] if label.family in GIVING else []


def _find_numbers(program: LinearProgram) -> dict[Rule, dict[int, float]]:
    """The numbers before decisions of each rule that has any, as they are without it."""
    families, labels = program.program.row_families, program.program.row_labels
    kind = np.zeros(len(labels), dtype=np.int8)
    for code, family in enumerate((BEGIN_MOST, ISSUE_MOST), 1):
        kind[list(families.get(family, ()))] = code
    if not kind.any():
        return {}
    column_of = np.repeat(np.arange(len(program.column_lower)), np.diff(program.starts))
    decided = program.program.integrality[column_of].astype(bool)
    places = np.flatnonzero((kind[program.rows] > 0) & decided)
    by_item: dict[tuple[int, str], list[int]] = defaultdict(list)
    for place in places.tolist():
        row = int(program.rows[place])
        by_item[int(kind[row]), find_item(labels[row].index)].append(place)
    found: dict[Rule, dict[int, float]] = {}
    for (code, item), held in by_item.items():
        sizes = np.abs(program.entries[held])
        grown = OUT_OF_THE_WAY * sizes.max() if sizes.max() > 0 else UNKNOWN
        signed = dict.fromkeys(held, -grown)
        if code == 1:
            shut = {place: number for place, number in signed.items() if program.entries[place] == 0}
            found[START_WINDOW, item] = shut
            found[BUILD_MOST, item] = found[CAPACITY_MOST, item] = {p: n for p, n in signed.items() if p not in shut}
        else:
            found[DRAW_MOST, item] = signed
    return found
