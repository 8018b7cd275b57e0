"""What a folder of `fardplan curve` holds, read back if nobody has touched it and if it belongs to the plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runners.reports.run_folder import Run, find_strangers
from runners.results.catalog import list_needed
from runners.results.result import CURVE, name_content, open_each, open_result
from scenarios.errors import CaseError, Problem

if TYPE_CHECKING:
    import pandas as pd

CONTENT = name_content(CURVE)
SYSTEM, FRONTIER, MEASURES = "system", "frontier", "measures"
QUESTION = frozenset({"account", "target", "others", "sense", "unit", "year", "last_year", "cumulative", "money"}) | {
    *("price_year", "discount_rate", "certified_error", "certificate", "whole_units"),
}
FACTS: Mapping[str, frozenset[str]] = {
    SYSTEM: QUESTION | {"free_level", "free_cost_msek", "reach", "ends_by", "verified"},
    FRONTIER: QUESTION | {"second", "second_year", "second_unit"},
    MEASURES: frozenset(
        {"definition", "definitions", "account", "year", "unit", "discount_rate", "levels", "enabling"}
    ),
}
"""What `curve.json` of each kind has to say."""
CHOICES = ("case", "target", "price", "finance", "convention", "exclude", "settings", "do_nothing")
"""Parts of the configuration that make a curve another one than the plan's."""


@dataclass(frozen=True)
class CurveRun:
    """A curve as it was written: its kind, what `curve.json` says, its tables and its manifest."""

    place: Path
    kind: str
    content: Mapping[str, Any]
    tables: Mapping[str, pd.DataFrame]
    manifest: Mapping[str, Any]


def open_curve(place: Path) -> CurveRun:
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
    return CurveRun(place, kind, content, tables, result.origin)


def open_curves(places: Sequence[Path], run: Run | None = None) -> tuple[CurveRun, ...]:
    """Several curves, each of its own kind and, where there is a plan, of the plan's case.

    Args:
        places: their folders.
        run: the plan that they are shown beside.

    Raises:
        CaseError: what is wrong with all of them.
    """

    def find_wrong(curve: CurveRun, before: Sequence[CurveRun]) -> Iterator[Problem]:
        if any(other.kind == curve.kind for other in before):
            yield Problem("curve_twice", str(curve.place), fields={"kind": curve.kind})
        if run is not None:
            yield from find_strangers(curve.place, curve.manifest, run)

    return open_each(places, open_curve, find_wrong)


def list_differing_choices(curve: CurveRun, run: Run) -> list[str]:
    """Parts of the configuration in which a curve differs from the plan that it stands beside."""
    mine, other = (dict(manifest.get("config", {})) for manifest in (curve.manifest, run.manifest))
    return [name for name in CHOICES if mine.get(name) != other.get(name)]
