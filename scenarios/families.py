"""Families of a case: measures that are spoken of as one, with names of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scenarios.actions import MEASURES, list_measures
from scenarios.tables import Tables, choose_rows
from scenarios.terms import FAMILY

FAMILIES = "families"
LANGUAGES = ("sv", "en")


@dataclass(frozen=True)
class MeasureFamily:
    """A family: its label, its names by language and its measures."""

    label: str
    names: Mapping[str, str]
    measures: tuple[str, ...]


def list_families(tables: Tables, variants: Sequence[str]) -> list[MeasureFamily]:
    """The families of a case in their order; none where it has no such table."""
    rows = choose_rows(tables, variants).frames[FAMILIES].to_dict("records")
    return [
        MeasureFamily(
            str(row[FAMILY]),
            {lang: str(row[f"name_{lang}"]) for lang in LANGUAGES},
            list_measures(str(row[MEASURES])),
        )
        for row in rows
    ]
