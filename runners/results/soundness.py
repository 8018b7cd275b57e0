"""Whether what a folder holds is of the form in which it was written: tables by the catalog, a summary by its types.

Digests say that nobody edited a folder since it was written; they say nothing of who wrote it. What is read here was
perhaps put together by somebody else, so every value is looked at before it is shown.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runners.results.catalog import Type, find_table
from runners.results.reading import read_csv_tables
from scenarios.errors import CaseError, Problem

if TYPE_CHECKING:
    import pandas as pd

SPOILED = (ValueError, TypeError, LookupError, ArithmeticError, AttributeError, RecursionError)
"""What pandas, pyarrow and json raise over files that are no tables, or no JSON."""

Judge = Callable[[Any], bool]


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def _is_number_or_null(value: Any) -> bool:
    return value is None or _is_number(value)


def _is_year(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10_000


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _are_entries(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(entry, dict) for entry in value)


def _are_targets(value: Any) -> bool:
    """Entries whose values are plain, with the year and the number of years missed that views count with."""
    plain = str | int | float | None
    if not _are_entries(value) or not all(isinstance(one, plain) for entry in value for one in entry.values()):
        return False
    return all(_is_year(entry["year"]) and _is_flag(entry["met"]) for entry in value) and all(
        _is_number(entry.get("years_missed", 0)) for entry in value
    )


def _are_lengths(value: Any) -> bool:
    return isinstance(value, dict) and all(year.isdecimal() and _is_number(length) for year, length in value.items())


SUMMARY_TYPES: Mapping[str, Judge] = {
    **dict.fromkeys(("case", "name_sv", "name_en", "money", "digest", "status"), _is_text),
    **dict.fromkeys(("objective_money", "discount_rate", "max_violation"), _is_number),
    **dict.fromkeys(("price_year", "first_year", "last_year"), _is_year),
    **dict.fromkeys(
        ("bound_money", "gap", "social_cost_money", "finance_cost_money", "decided_money"), _is_number_or_null
    ),
    "years": _are_lengths,
    "verified": _is_flag,
    "targets": _are_targets,
    "notices": _are_entries,
}
"""What every summary of a plan has, and what it is."""


def read_sound_tables(place: Path, kind: str, contents: Mapping[str, bytes], folder: str) -> dict[str, pd.DataFrame]:
    """Every declared table among files, by its name.

    Args:
        place: of the folder that they were read from.
        kind: of the answer they belong to.
        contents: bytes by path.
        folder: in which tables stand.

    Raises:
        CaseError: each file that is no table, or not the one that its name says.
    """
    tables: dict[str, pd.DataFrame] = {}
    problems = []
    for path, data in contents.items():
        try:
            found = read_csv_tables(kind, {path: data}, folder)
            wrong = next((column for name, table in found.items() if (column := _find_wrong(kind, name, table))), "")
        except SPOILED:
            found, wrong = {}, "?"
        if wrong:
            problems.append(Problem("run_file_spoiled", str(place / path)))
        tables |= found
    if problems:
        raise CaseError(problems)
    return tables


def read_sound_summary(place: Path, data: bytes) -> dict[str, Any]:
    """The summary of a plan; `place` is its file.

    Raises:
        CaseError: it is no JSON of the form of a summary.
    """
    try:
        summary = json.loads(data)
        sound = isinstance(summary, dict) and all(judge(summary[name]) for name, judge in SUMMARY_TYPES.items())
    except SPOILED:
        sound = False
    if not sound:
        raise CaseError([Problem("run_file_spoiled", str(place))])
    return dict(summary)


def read_sound_facts(place: Path, data: bytes, *, summary: bool) -> dict[str, Any]:
    """What the one JSON of an answer says; `place` is its file, `summary`: it is that of a plan.

    Raises:
        CaseError: it is no JSON of names and values, or no summary.
    """
    if summary:
        return read_sound_summary(place, data)
    try:
        facts = json.loads(data)
    except SPOILED:
        facts = None
    if not isinstance(facts, dict):
        raise CaseError([Problem("run_file_spoiled", str(place))])
    return facts


def _find_wrong(kind: str, name: str, table: pd.DataFrame) -> str:
    """The first column that is missing, or whose cells are not what they are declared to be; blank where none is."""
    import numpy as np

    declared = find_table(kind, name)
    for column in declared.expected:
        if column not in table.columns:
            return column
    for column in declared.list_typed(Type.NUMBER, Type.WHOLE) & set(table.columns):
        if np.isinf(table[column].to_numpy(float, na_value=np.nan)).any():
            return column
    for column in declared.list_typed(Type.MARK) & set(table.columns):
        if not set(table[column].dropna().unique()) <= {"True", "False", "", True, False}:
            return column
    return ""
