"""Lund's numbers beside those of the library: each that both have is the same, but for those that the page lists.

The page is written by `FARDPLAN_LUND_LIBRARY=write pytest tests/test_lund_library.py`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd
import pytest

from scenarios.assemble import assemble
from scenarios.catalog import TABLE_BY_NAME, TABLES, Table
from scenarios.checks.check import check_tables
from scenarios.choices import Choices
from scenarios.layers import find_layers, number_keys
from scenarios.tables import CONFIDENCE, NOTE, SOURCE, UNIT, VALUE, columns_of, read_tables
from scenarios.terms import PATH

ROOT = Path(__file__).parent.parent
LIBRARY, LUND = ROOT / "scenarios" / "library", ROOT / "scenarios" / "lund"
PAGE = ROOT / "docs" / "lund-library.md"
COMMON = "common"
ELSEWHERE = ("se1", "se2", "se3")
"""Electricity areas in which Lund does not lie."""
BESIDE = (SOURCE, CONFIDENCE, NOTE)
HEAD = """# Lund beside the library

Written by `FARDPLAN_LUND_LIBRARY=write pytest tests/test_lund_library.py`, which fails where a number moves: change
the tables, not this page.

Lund's case is one folder, older than the library that was drawn from it. **It is not laid upon the library**, though it
could be: the test takes the rows of Lund away that stand in a layer to the letter, lays what is left upon those layers,
and finds every number of the scenario where it was. What keeps the folder whole:

* the order of technologies, commodities and accounts would be another, and plans that cost the same are told apart by
  it: figures that are quoted would move within the gap;
* the layers bring what Lund does not have (below), an actor among it;
* places of numbers in reports, such as `prices.csv:51`, would be those of layers.

So that the two do not drift apart, every number that both have is compared here. Numbers of a kind (all slices, years
and vintages) count as one.

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


def list_below(lund: Groups, layers: Mapping[str, Groups]) -> list[str]:
    """Layers that Lund can lie on: it has all that they say, and all that those below them say but for `common`."""
    whole = {name for name, groups in layers.items() if name == COMMON or all(key in lund for key in groups)}
    below = {name: {layer.folder.name for layer in find_layers(LIBRARY / name)[0][1:]} for name in layers}
    return [name for name in layers if name in whole and below[name] <= whole]


def lay_stack(folder: Path, lund: Groups, layers: Mapping[str, Groups]) -> tuple[int, int]:
    """Lund as a stack: rows that stand in a layer to the letter are left to it; how many are, and how many stay."""
    names = list_below(lund, layers)
    given = {key: rows for name in names for key, rows in layers[name].items()}
    (folder / "layers.csv").write_text("layer\n" + "".join(f"library/{name}\n" for name in names), encoding="utf-8")
    kept: dict[str, list[pd.DataFrame]] = {}
    for key, rows in lund.items():
        if key not in given or list_cells(given[key]) != list_cells(rows):
            kept.setdefault(key[0], []).append(rows)
    for table, parts in kept.items():
        pd.concat(parts).to_csv(folder / f"{table}.csv", index=False)
    every, stay = (sum(map(len, found)) for found in (lund.values(), [rows for part in kept.values() for rows in part]))
    return every - stay, stay


def list_cells(rows: pd.DataFrame) -> list[tuple[str, ...]]:
    """Rows with where they come from, in any order."""
    return sorted(map(tuple, rows.to_numpy().tolist()))


def tell_stack(lund: Groups, layers: Mapping[str, Groups], left: int, stay: int) -> Iterator[str]:
    names = list_below(lund, layers)
    told = ", ".join(f"`{name}`" for name in names)
    brought = [
        f"{table} {' '.join(filter(None, about))}" for table, about in layers[COMMON] if (table, about) not in lund
    ]
    yield from ("## As a stack", "", f"Lund can lie on {len(names)} layers: {told}.")
    yield f"{left} of its {left + stay} rows stand there to the letter; {stay} would stay its own."
    yield from (f"The layers would bring {len(brought)} things that Lund does not have: {', '.join(brought)}.", "")


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


def read_layers() -> dict[str, Groups]:
    """What each layer of the library says that Lund may share."""
    names = sorted(place.name for place in LIBRARY.iterdir() if place.is_dir() and place.name not in ELSEWHERE)
    return {name: read_groups(LIBRARY / name) for name in names}


@pytest.mark.slow
def test_each_number_of_lund_that_the_library_has_is_the_same_or_listed(tmp_path: Path) -> None:
    lund, layers = read_groups(LUND), read_layers()
    stack = tell_stack(lund, layers, *lay_stack(tmp_path, lund, layers))
    page = HEAD + "\n".join([*stack, *list_lines(lund, layers)]) + "\n"
    if os.environ.get("FARDPLAN_LUND_LIBRARY") == "write":
        PAGE.write_text(page, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page


@pytest.mark.slow
def test_lund_as_a_stack_has_every_number_where_it_was(tmp_path: Path) -> None:
    """Every quantity of the scenario, label by label; the stack has labels more and none less."""
    lay_stack(tmp_path, read_groups(LUND), read_layers())
    choices = Choices(variants=("base_2024",))
    assert check_tables(read_tables(tmp_path), choices) == []
    whole, stack = (assemble(read_tables(folder), choices) for folder in (LUND, tmp_path))
    labels = {dim: index for dim, index in whole.indexes.items() if dim not in ("source", "part")}
    for dim, index in labels.items():
        assert set(index) <= set(stack[dim].values.tolist()), dim
    stack = stack.reindex({dim: whole[dim] for dim in labels})
    moved = {name for name in whole.data_vars if not whole[name].equals(stack[name])}
    parts = {name for name in moved if "part" in whole[name].dims}  # rows of sums, in another order
    assert moved == parts
    for name in parts:
        assert sorted(whole[name].values.ravel().tolist()) == sorted(stack[name].values.ravel().tolist()), name
