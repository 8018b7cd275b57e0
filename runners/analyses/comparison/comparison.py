"""What is there to say of two plans beside each other? Everything that both sides hold, as tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from runners.analyses.comparison.binding import compare_bindings
from runners.analyses.comparison.bridge import bridge_actors, bridge_costs, group_components, group_items
from runners.analyses.comparison.compared_plans import (
    ROWS_ONLY,
    WHOLE,
    Side,
    check_comparable,
    has_same_prices,
    has_same_years,
    list_common_years,
    open_sides,
)
from runners.analyses.comparison.differences import compare_accounts, compare_measures, compare_targets
from runners.analyses.comparison.sweep_sides import MARK, open_scenario
from scenarios.errors import CaseError, Problem

LETTERS = "ABCDEFGHIJ"
MISSES = "excess"
"""The component of cost that missed targets are valued at."""
BLANKS: tuple[Any, ...] = (None, "", [], {}, False)


@dataclass(frozen=True)
class Comparison:
    """A plan beside the first one.

    Args:
        first: what is compared with.
        second: what is compared.
        years: plan years that both have.
        asked: choices that differ: key, first, second.
        bridge: of cost by component and item, None where totals cannot be compared; `why_no_bridge` is a message then.
        actors: of cost by who bears it, or None.
        measures, targets, accounts: what is built, how targets fare, what accounts hold.
        bindings: rules that bind in one and not the other, or None.
    """

    first: Side
    second: Side
    years: list[int]
    asked: Sequence[tuple[str, str, str]]
    bridge: pd.DataFrame | None
    why_no_bridge: str
    actors: pd.DataFrame | None
    measures: pd.DataFrame
    targets: pd.DataFrame
    accounts: pd.DataFrame
    bindings: pd.DataFrame | None

    @property
    def dearer(self) -> float:
        """What the second costs more than the first; not a number where that means nothing."""
        comparable = has_same_years(self.first, self.second) and has_same_prices(self.first, self.second)
        return self.second.cost - self.first.cost if comparable else float("nan")

    @property
    def silent(self) -> list[str]:
        """Sides that put no value on what they miss where the other does; none where there is no bridge."""
        if self.bridge is None:
            return []
        pairs = ((self.first, self.second), (self.second, self.first))
        return [side.name for side, other in pairs if other.valued & side.missed - side.valued]

    @property
    def valued_misses(self) -> float:
        """The part of the difference that is the value of missed targets; 0 where there is no bridge."""
        if self.bridge is None:
            return 0.0
        return float(self.bridge.loc[self.bridge["component"] == MISSES, "difference"].sum())


def open_all(words: Sequence[str]) -> list[Side]:
    """The sides that words name: run folders, and scenarios of sweeps as `SWEEP#12`.

    Raises:
        CaseError: everything that cannot be opened.
        PlanRefused: the verifier does not accept a plan.
    """
    sides: dict[int, Side] = {}
    problems = list[Problem]()
    runs = [i for i, word in enumerate(words) if MARK not in word or Path(word).is_dir()]
    for i in (i for i in range(len(words)) if i not in runs):
        try:
            sides[i] = open_scenario(words[i], LETTERS[i])
        except CaseError as error:
            problems += error.problems
    try:
        opened = open_sides([Path(words[i]) for i in runs], [LETTERS[i] for i in runs])
        sides |= dict(zip(runs, opened, strict=True))
    except CaseError as error:
        problems += error.problems
    if problems:
        raise CaseError(problems)
    return [sides[i] for i in range(len(words))]


def compare_sides(sides: Sequence[Side], *, deep: bool = True) -> list[Comparison]:
    """Every side but the first beside the first; raises CaseError where there is nothing to compare.

    `deep` False leaves out what takes longest: the bridge, who bears it, and which rules bind.
    """
    check_comparable(sides)
    return [_compare(sides[0], side, deep) for side in sides[1:]]


def _compare(first: Side, second: Side, deep: bool) -> Comparison:
    years = list_common_years([first, second])
    why = _find_obstacle(first, second)
    bridged = deep and not why
    return Comparison(
        first=first,
        second=second,
        years=years,
        asked=list(list_asked(first, second)),
        bridge=bridge_costs(first, second) if bridged else None,
        why_no_bridge=why,
        actors=bridge_actors(first, second) if bridged else None,
        measures=compare_measures(first, second, years),
        targets=compare_targets(first, second, years),
        accounts=compare_accounts(first, second, years),
        bindings=compare_bindings(first, second, years) if deep else None,
    )


def _find_obstacle(first: Side, second: Side) -> str:
    """The message that says why cost has no bridge; empty where it has one."""
    if ROWS_ONLY in (first.kind, second.kind):
        return "compare_no_bridge_sweep"
    if not has_same_years(first, second):
        return "compare_no_bridge_years"
    if not has_same_prices(first, second):
        return "compare_no_bridge_prices"
    return ""


def list_asked(first: Side, second: Side) -> Sequence[tuple[str, str, str]]:
    """Choices and files of the case that differ: what, as it is in the first, as it is in the second."""
    rows = []
    for key in dict.fromkeys([*first.asked, *second.asked]):
        mine, theirs = first.asked.get(key), second.asked.get(key)
        if mine != theirs and not (mine in BLANKS and theirs in BLANKS):
            rows.append((key, _write(mine), _write(theirs)))
    for file in sorted({*first.inputs, *second.inputs}):
        if first.inputs.get(file) != second.inputs.get(file):
            rows.append((file, first.inputs.get(file, "–")[:8], second.inputs.get(file, "–")[:8]))
    if first.price_year != second.price_year:
        rows.append(("price_year", str(first.price_year), str(second.price_year)))
    if not has_same_years(first, second):
        mine, theirs = (f"{min(side.years)}–{max(side.years)}" for side in (first, second))
        rows.append(("years", mine, theirs))
    return rows


def _write(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "–"
    return "–" if value in BLANKS else str(value)


def tabulate_comparisons(comparisons: Sequence[Comparison]) -> dict[str, pd.DataFrame]:
    """All tables by file name; rows say in `beside` which side stands beside the first."""
    tables: dict[str, list[pd.DataFrame]] = {}
    for one in comparisons:
        found: dict[str, pd.DataFrame | None] = {
            "asked": pd.DataFrame(one.asked, columns=["what", "first", "second"]),
            "bridge": one.bridge,
            "bridge_components": None if one.bridge is None else group_components(one.bridge),
            "bridge_items": None if one.bridge is None else group_items(one.bridge),
            "bridge_actors": one.actors,
            "measures": one.measures,
            "targets": one.targets,
            "accounts": one.accounts,
            "rules": one.bindings,
        }
        for name, table in found.items():
            if table is not None:
                tables.setdefault(name, []).append(table.assign(beside=one.second.name))
    return {name: pd.concat(parts, ignore_index=True) for name, parts in tables.items()}


def describe_comparisons(sides: Sequence[Side], comparisons: Sequence[Comparison]) -> dict[str, Any]:
    """The whole as JSON writes it."""
    return {
        "definition": "present cost to society in constant prices; differences are second less first; numbers: the "
        "first's decisions at the second's numbers less the first; plan: the rest",
        **{f"name_{lang}": name for lang, name in sides[0].names.items()},
        "money": sides[0].money,
        "price_year": sides[0].price_year,
        "plans": [describe_side(side) for side in sides],
        "comparisons": [_describe(one) for one in comparisons],
    }


def describe_side(side: Side) -> Mapping[str, Any]:
    """Who a side is, and whether it was verified again."""
    return {
        "name": side.name,
        "kind": side.kind,
        "case": side.case,
        "digest": side.digest,
        "cost_money": side.cost,
        "verified_again": side.kind == WHOLE,
        "whole_units": side.whole_units,
        "max_violation": side.max_violation,
        **side.facts,
    }


def _describe(one: Comparison) -> dict[str, Any]:
    bridge = None if one.bridge is None else group_components(one.bridge).to_dict("records")
    rest = None if one.bridge is None else float(one.bridge["difference"].sum()) - one.dearer
    return {
        "first": one.first.name,
        "second": one.second.name,
        "difference_money": one.dearer,
        "silent": one.silent,
        "difference_without_misses_money": one.dearer - one.valued_misses,
        "bridge": bridge,
        "bridge_rest": rest,
        "actors": None if one.actors is None else one.actors.to_dict("records"),
        "why_no_bridge": one.why_no_bridge or None,
        "moved": one.measures.loc[one.measures["moved"] != "same", ["technology", "moved"]].to_dict("records"),
    }
