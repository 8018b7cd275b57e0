"""What a folder of `fardplan curve` holds, read back if nobody has touched it and if it belongs to the plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from runners.reports.run_folder import Run, find_strangers
from runners.results.catalog import list_needed
from runners.results.result import CURVE, Result, name_content, open_each, open_result
from scenarios.errors import CaseError, Problem

CONTENT = name_content(CURVE)
SYSTEM, FRONTIER, MEASURES = "system", "frontier", "measures"
QUESTION = frozenset({"account", "target", "others", "sense", "unit", "year", "last_year", "cumulative", "money"}) | {
    *("price_year", "discount_rate", "certified_error", "certificate", "whole_units"),
}
FACTS: Mapping[str, frozenset[str]] = {
    SYSTEM: QUESTION | {"free_level", "free_cost_money", "reach", "ends_by", "verified"},
    FRONTIER: QUESTION | {"second", "second_year", "second_unit"},
    MEASURES: frozenset(
        {"definition", "definitions", "account", "year", "unit", "discount_rate", "levels", "enabling"}
    ),
}
"""What `curve.json` of each kind has to say."""


def open_curve(place: Path) -> Result:
    """Read the folder of a curve whole, after every file was compared with its digest.

    Args:
        place: the folder that `fardplan curve` wrote.

    Raises:
        CaseError: it is no such folder, a file is missing or was changed since, or it lacks what is shown.
    """
    result = open_result(place, CURVE)
    kind, content, tables = result.kind, result.facts, result.tables
    if kind not in FACTS:
        raise CaseError([Problem("curve_kind_unknown", str(place / CONTENT), fields={"found": kind})])
    absent = sorted(FACTS[kind] - set(content))
    absent += [
        f"{table.name}.{column}"
        for table in list_needed(kind)
        for column in sorted(set(table.expected) - set(tables.get(table.name, ())))
    ]
    if absent:
        fields = {"missing": ", ".join(absent)}
        raise CaseError([Problem("curve_lacks", str(place), fields=fields)])
    return result


def open_curves(places: Sequence[Path], run: Run | None = None) -> tuple[Result, ...]:
    """Several curves, each of its own kind and, where there is a plan, of the plan's case.

    Args:
        places: their folders.
        run: the plan that they are shown beside.

    Raises:
        CaseError: what is wrong with all of them.
    """

    def find_wrong(curve: Result, before: Sequence[Result]) -> Iterator[Problem]:
        if any(other.kind == curve.kind for other in before):
            yield Problem("curve_twice", str(curve.place), fields={"kind": curve.kind})
        if run is not None:
            yield from find_strangers(curve.place or Path(), curve.origin, run)

    return open_each(places, open_curve, find_wrong)
