"""The sheet of changes: what was chosen otherwise in a second run, and what came out otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from runners.reports.run_folder import Run
from runners.reports.workbook_blocks import Contents, choose_decimals
from runners.views.renderers.sheets import Block, Sheet
from runners.views.section import Column, Formula, Kind
from scenarios.errors import CaseError, Problem
from scenarios.terms import TARGET, TECHNOLOGY, YEAR

SAME = ("money", "price_year")
"""What two runs must share for their money to be compared."""
NO_CHOICES = ("lang", "out")
FIGURES = ("objective_msek", "social_cost_msek", "finance_cost_msek")
SMALLEST = 1e-6


def check_comparable(run: Run, against: Run) -> None:
    """Refuse two runs whose money is of different units or price levels.

    Raises:
        CaseError: with what differs.
    """
    problems = []
    for name in SAME:
        found, expected = against.summary.get(name), run.summary.get(name)
        if found != expected:
            fields = {"name": name, "found": found, "expected": expected}
            problems.append(Problem("workbook_against_money", str(against.place), fields=fields))
    if problems:
        raise CaseError(problems)


def list_changes(contents: Contents) -> Sheet | None:
    """This run beside the other: choices and inputs, key sums, targets, outlay by measure, cost by part."""
    other = contents.against
    if other is None:
        return None
    blocks = [
        _list_choices(contents, other),
        _list_sums(contents, other),
        _list_targets(contents, other),
        _list_outlays(contents, other),
        _list_costs(contents, other),
    ]
    notes = (*contents.note_money("changes"), contents.say("note_against", place=other.place.name))
    filled = tuple(block for block in blocks if block.rows)
    return Sheet("changes", contents.say("tab_changes"), contents.say("title_changes"), notes, filled)


def _list_choices(contents: Contents, other: Run) -> Block:
    """Choices and input files that are not the same."""
    mine, theirs = dict(_flatten(contents.run.manifest["config"])), dict(_flatten(other.manifest["config"]))
    keys = [key for key in {**mine, **theirs} if mine.get(key) != theirs.get(key) and key not in NO_CHOICES]
    rows = [(key, "", _write_choice(theirs.get(key)), _write_choice(mine.get(key))) for key in keys]
    files, others = contents.run.manifest["inputs"], other.manifest["inputs"]
    changed = [name for name in sorted({**files, **others}) if files.get(name) != others.get(name)]
    same, differs = contents.say("before"), contents.say("changed")
    rows += [(name, "", same if name in others else "", differs if name in files else "") for name in changed]
    columns = (
        Column(contents.say("choice"), width=44),
        Column("", width=16),
        Column(contents.say("before"), width=12),
        Column(contents.say("now"), width=12),
    )
    return Block("choices", columns, tuple(rows), contents.say("heading_choices"))


def _flatten(config: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in config.items():
        if isinstance(value, Mapping):
            yield from _flatten(value, f"{before}{key}.")
        else:
            yield f"{before}{key}", value


def _write_choice(value: object) -> str:
    return "" if value is None else str(value)


def _list_sums(contents: Contents, other: Run) -> Block:
    pairs = [
        (contents.say(f"sum_{name}"), contents.money, other.summary.get(name), contents.run.summary.get(name))
        for name in FIGURES
    ]
    return _compare(contents, "sums", "heading_sums", contents.say("figure"), pairs)


def _list_targets(contents: Contents, other: Run) -> Block:
    """Outcome of each target in the year in which it is told, and of the other plan in the same year."""
    table = other.tables["targets"]
    before = dict(zip(zip(table[TARGET], table[YEAR], strict=True), table["value"], strict=True))
    pairs = []
    for entry in contents.run.summary["targets"]:
        name, old = f"{entry[contents.name]}, {entry[YEAR]}", before.get((entry[TARGET], entry[YEAR]))
        pairs.append((name, contents.write_unit(entry["unit"]), old, entry["value"]))
    return _compare(contents, "target_changes", "heading_target_changes", contents.say("target"), pairs)


def _list_outlays(contents: Contents, other: Run) -> Block:
    names = _collect_names(contents, other, "investments", TECHNOLOGY)
    now, before = (_sum_table(run, "investments", TECHNOLOGY, "outlay") for run in (contents.run, other))
    pairs = [(names[label], contents.money, before.get(label, 0.0), now.get(label, 0.0)) for label in names]
    changed = [pair for pair in pairs if abs(pair[3] - pair[2]) > SMALLEST]
    return _compare(contents, "outlay_changes", "heading_outlay_changes", contents.say("measure"), changed, True)


def _list_costs(contents: Contents, other: Run) -> Block:
    now, before = (_sum_table(run, "costs", "component", "present_value") for run in (contents.run, other))
    pairs = [
        (contents.word(f"workbook_component_{part}", part), contents.money, before.get(part, 0.0), now.get(part, 0.0))
        for part in dict.fromkeys([*now, *before])
    ]
    return _compare(contents, "cost_changes", "heading_cost_changes", contents.say("part"), pairs, True)


def _compare(
    contents: Contents, key: str, heading: str, title: str, pairs: list[tuple[str, str, Any, Any]], summed: bool = False
) -> Block:
    """Rows of before, now and the difference, which the sheet reckons."""
    rows = []
    for name, unit, old, new in pairs:
        before, now = (None if value is None or not np.isfinite(value) else float(value) for value in (old, new))
        known = before is not None and now is not None
        change = Formula("=D{row}-C{row}", float(now) - float(before)) if known else None  # type: ignore[arg-type]
        rows.append((name, unit, before, now, change))
    columns = (
        Column(title, width=44),
        Column(contents.say("unit"), width=16),
        *(Column(contents.say(word), Kind.AMOUNT, 12, summed) for word in ("before", "now", "change")),
    )
    decimals = choose_decimals([row[2:4] for row in rows])
    total = contents.say("total") if summed else ""
    return Block(key, columns, tuple(rows), contents.say(heading), total, decimals=decimals)


def _sum_table(run: Run, name: str, label: str, values: str) -> dict[str, float]:
    table = run.tables[name]
    sums: pd.Series[float] = table.groupby(label, sort=False)[values].sum()
    return {str(key): float(value) for key, value in sums.items()}


def _collect_names(contents: Contents, other: Run, name: str, label: str) -> dict[str, str]:
    tables = [run.tables[name][[label, contents.name]] for run in (contents.run, other)]
    both = pd.concat(tables).drop_duplicates(label)
    return dict(zip(both[label], both[contents.name], strict=True))
