"""What a folder of `fardplan curve` holds, read back if nobody has touched it and if it belongs to the plan."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runners.reports.run_folder import TABLES_FOLDER, Run, find_strangers, read_kept
from scenarios.errors import CaseError, Problem

if TYPE_CHECKING:
    import pandas as pd

CURVE = "curve"
CONTENT = "curve.json"
SYSTEM, FRONTIER, MEASURES = "system", "frontier", "measures"
NUMBERS = frozenset(
    {
        *("level", "reduction_percent", "cost_msek", "extra_msek", "misses_msek", "marginal_msek_per_unit"),
        *("marginal_sek_per_t", "average_discounted_sek_per_t", "average_undiscounted_sek_per_t", "bound_msek"),
        *("second_level", "build", "first_year", "most", "cost", "cost_error", "misses", "tonnes", "tonnes_error"),
        *("tonnes_discounted", "year_cost", "year_tonnes", "cost_per_tonne", "cost_alone", "tonnes_alone"),
        *("enabler_cost_alone", "enabler_tonnes_alone", "cost_with", "tonnes_with"),
    }
)
"""Columns of numbers; every other column is text, whatever it looks like."""
POINTS = frozenset({"level", "reduction_percent", "cost_msek", "extra_msek", "misses_msek"}) | {
    *("marginal_msek_per_unit", "marginal_sek_per_t"),
}
AVERAGES = frozenset({"average_discounted_sek_per_t", "average_undiscounted_sek_per_t"})
NAMES = frozenset({"code", "name_sv", "name_en"})
COLUMNS: Mapping[str, Mapping[str, frozenset[str]]] = {
    SYSTEM: {
        "points": POINTS | AVERAGES,
        "moves": NAMES | {"technology", "move", "level", "marginal_sek_per_t", "most", "unit"},
    },
    FRONTIER: {"points": POINTS | {"second_level"}},
    MEASURES: {
        "costs_per_tonne": NAMES
        | {"level", "item", "programme", "way", "definition", "cost", "tonnes", "cost_per_tonne", "unit"}
    },
}
"""Tables that each kind of curve has, with the columns that are shown."""
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
    manifest, contents = read_kept(place, CURVE, (CONTENT,))
    content = dict(json.loads(contents[CONTENT]))
    kind = str(content.get("kind", ""))
    if kind not in COLUMNS:
        raise CaseError([Problem("curve_kind_unknown", str(place / CONTENT), fields={"found": kind})])
    absent = sorted(FACTS[kind] - set(content))
    tables = {
        Path(path).stem: _read_table(data)
        for path, data in contents.items()
        if path.startswith(f"{TABLES_FOLDER}/") and path.endswith(".csv")
    }
    absent += [
        f"{name}.{column}"
        for name, columns in COLUMNS[kind].items()
        for column in sorted(columns - set(tables.get(name, ())))
    ]
    if absent:
        fields = {"missing": ", ".join(absent)}
        raise CaseError([Problem("curve_lacks", str(place), fields=fields)])
    return CurveRun(place, kind, content, tables, manifest)


def open_curves(places: Sequence[Path], run: Run | None = None) -> tuple[CurveRun, ...]:
    """Several curves, each of its own kind and, where there is a plan, of the plan's case.

    Args:
        places: their folders.
        run: the plan that they are shown beside.

    Raises:
        CaseError: what is wrong with all of them.
    """
    problems: list[Problem] = []
    curves: list[CurveRun] = []
    for place in places:
        try:
            curve = open_curve(place)
        except CaseError as error:
            problems += error.problems
            continue
        if any(other.kind == curve.kind for other in curves):
            problems.append(Problem("curve_twice", str(place), fields={"kind": curve.kind}))
        problems += [] if run is None else find_strangers(place, curve.manifest, run)
        curves.append(curve)
    if problems:
        raise CaseError(problems)
    return tuple(curves)


def list_differing_choices(curve: CurveRun, run: Run) -> list[str]:
    """Parts of the configuration in which a curve differs from the plan that it stands beside."""
    mine, other = (dict(manifest.get("config", {})) for manifest in (curve.manifest, run.manifest))
    return [name for name in CHOICES if mine.get(name) != other.get(name)]


def _read_table(data: bytes) -> pd.DataFrame:
    """A table with its numbers to the last digit, and blank text as blank text."""
    import pandas as pd

    header = pd.read_csv(BytesIO(data), nrows=0).columns
    texts = [column for column in header if column not in NUMBERS]
    blanks = {column: [""] for column in header if column in NUMBERS}
    return pd.read_csv(BytesIO(data), dtype=dict.fromkeys(texts, object), keep_default_na=False, na_values=blanks)
