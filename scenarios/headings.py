"""What programmes and sectors are called: words under which technologies are told, named in tables of a case."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from scenarios.terms import PROGRAMME, SECTOR

if TYPE_CHECKING:
    import pandas
    import xarray

HEADINGS = "headings"
"""The attribute of a scenario that has them: nothing is computed with them, so that they are no part of its digest."""
TABLES = {PROGRAMME: "programmes", SECTOR: "sectors"}
LANGUAGES = ("sv", "en")
Names = Mapping[str, Mapping[str, str]]
"""By label the name in each language."""


def write_headings(frames: Mapping[str, pandas.DataFrame]) -> dict[str, str]:
    """The names that tables have, as an attribute; none where they have none."""
    names = {dim: _list_names(frames[table], dim) for dim, table in TABLES.items()}
    return {HEADINGS: json.dumps(names, ensure_ascii=False)} if any(names.values()) else {}


def read_headings(scenario: xarray.Dataset, dim: str) -> Names:
    """The names of programmes, or of sectors, by label and language."""
    found: Mapping[str, Names] = json.loads(str(scenario.attrs.get(HEADINGS, "{}")))
    return found.get(dim, {})


def _list_names(frame: pandas.DataFrame, dim: str) -> dict[str, dict[str, str]]:
    return {
        str(row[dim]): {lang: str(row[f"name_{lang}"]) or str(row[dim]) for lang in LANGUAGES}
        for row in frame.to_dict("records")
    }
