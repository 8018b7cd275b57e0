"""Lund's numbers beside those of the library: each that both have is the same, but for those that the page lists.

The page is written by `FARDPLAN_LUND_LIBRARY=write pytest tests/test_lund_library.py`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd
import pytest

from scenarios.catalog import TABLE_BY_NAME, TABLES, Table
from scenarios.layers import number_keys
from scenarios.tables import CONFIDENCE, NOTE, SOURCE, UNIT, VALUE, columns_of
from scenarios.terms import PATH

ROOT = Path(__file__).parent.parent
LIBRARY, LUND = ROOT / "scenarios" / "library", ROOT / "scenarios" / "lund"
PAGE = ROOT / "docs" / "lund-library.md"
ELSEWHERE = ("se1", "se2", "se3")
"""Electricity areas in which Lund does not lie."""
BESIDE = (SOURCE, CONFIDENCE, NOTE)
HEAD = """# Lund beside the library

Written by `FARDPLAN_LUND_LIBRARY=write pytest tests/test_lund_library.py`, which fails where a number moves: change
the tables, not this page.

Lund's case is one folder, older than the library that was drawn from it. It is not laid upon the library:
`library/common` has an energy company as an actor that Lund has by its name, transport is summed of other accounts
there, and a stack would have rows in another order, on which ties between plans hang. So that the two do not drift
apart, every number that both have is compared here. Numbers of a kind (all slices, years and vintages) count as one.

"""

Groups = dict[tuple[str, tuple[str, ...]], pd.DataFrame]


def read_groups(folder: Path) -> Groups:
    """What a folder says, by table and what it is about."""
    found: Groups = {}
    for table in TABLES:
        file = folder / f"{table.name}.csv"
        if file.exists():
            frame = pd.read_csv(file, dtype=str, keep_default_na=False).reindex(
                columns=columns_of(table), fill_value=""
            )
            for label in table.labels:
                frame[label.name] = frame[label.name].mask(frame[label.name] == "", label.default or "")
            keys = number_keys(table)
            for about, rows in frame.groupby(keys, sort=False) if keys else [((), frame)]:
                found[table.name, tuple(map(str, about))] = rows
    return found


def say_all(rows: pd.DataFrame) -> list[tuple[str, ...]]:
    """Rows without where they come from, in any order."""
    return sorted(map(tuple, rows[[name for name in rows if name not in BESIDE]].to_numpy().tolist()))


def show(table: Table, rows: pd.DataFrame, other: pd.DataFrame) -> str:
    """The first cells that differ."""
    if table.numbers and VALUE in rows:
        row = rows.iloc[0]
        path = f" along {row[PATH]}" if row.get(PATH) else ""
        return f"{row[VALUE]} {row[UNIT]}{path}" + (" ..." if len(rows) > 1 else "")
    names = [name for name in rows if name not in (*BESIDE, *table.keys) and list(rows[name]) != list(other[name])]
    return "; ".join(f"{name} {rows[name].iloc[0] or '-'}" for name in names)


def list_lines(lund: Groups, layers: Mapping[str, Groups]) -> Iterator[str]:
    yield from ("| layer | the same | differ | not in Lund |", "|---|---:|---:|---:|")
    differing: list[str] = []
    lacking: list[str] = []
    for name, groups in layers.items():
        both = {key: rows for key, rows in groups.items() if key in lund}
        other = [key for key, rows in both.items() if say_all(rows) != say_all(lund[key])]
        gone = [key for key in groups if key not in lund]
        yield f"| `{name}` | {len(both) - len(other)} | {len(other)} | {len(gone)} |"
        for key in other:
            table = TABLE_BY_NAME[key[0]]
            cells = show(table, groups[key], lund[key]), show(table, lund[key], groups[key])
            differing.append(f"| `{name}` | {key[0]} | {' '.join(filter(None, key[1]))} | {cells[0]} | {cells[1]} |")
        if gone:
            told = ", ".join(f"{table} {' '.join(filter(None, about))}".strip() for table, about in gone)
            lacking.append(f"* `{name}`: {told}.")
    yield from ("", "## What differs", "", "| layer | table | about | library | Lund |", "|---|---|---|---|---|")
    yield from differing
    yield from ("", "## What Lund does not have", "", *lacking)


@pytest.mark.slow
def test_each_number_of_lund_that_the_library_has_is_the_same_or_listed() -> None:
    names = sorted(place.name for place in LIBRARY.iterdir() if place.is_dir() and place.name not in ELSEWHERE)
    lines = list_lines(read_groups(LUND), {name: read_groups(LIBRARY / name) for name in names})
    page = HEAD + "\n".join(lines) + "\n"
    if os.environ.get("FARDPLAN_LUND_LIBRARY") == "write":
        PAGE.write_text(page, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page
