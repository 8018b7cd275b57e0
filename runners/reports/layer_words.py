"""What `fardplan check` says of the layers of a case: how many numbers each gives, and what was overridden."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from conf.words import LANGUAGES, format_number, say
from scenarios.catalog import TABLES, Table
from scenarios.cells import ROW, list_numbers
from scenarios.layers import SPAN, name_place, number_keys
from scenarios.tables import CONFIDENCE, NOTE, UNIT, Tables, columns_of, number_columns
from scenarios.terms import SOURCE

SOURCES, DESCRIBED = "sources", ("publisher", "address", "accessed")
MOST = 20
"""Overrides that are listed."""


def write_layers(tables: Tables, lang: str = LANGUAGES[0]) -> str:
    """The layers of a case with their numbers, and the numbers that gave way; blank of a case that is one folder."""
    if len(tables.layers) < 2:
        return ""
    heights = list_numbers(tables)[ROW] // SPAN
    lines = [say("layers_title", lang)]
    for depth, layer in reversed([*enumerate(tables.layers)]):
        count = format_number(int((heights == -depth).sum()), lang, 0)
        lines.append("  " + say("layers_line", lang, name=layer.name or say("layers_own", lang), count=count))
    told = list(_list_overrides(tables, lang))
    lines.append(say("layers_overridden", lang, count=len(told)))
    lines += [f"  {line}" for line in told[:MOST]]
    return "\n".join(lines + (["  " + say("layers_more", lang, count=len(told) - MOST)] if len(told) > MOST else []))


def _list_overrides(tables: Tables, lang: str) -> Iterator[str]:
    """One line for each thing that a lower layer says and a higher one says otherwise: the first row of either."""
    for table in TABLES:
        gone = tables.overridden.get(table.name)
        if gone is None or gone.empty:
            continue
        keys = number_keys(table)
        shown = [*number_columns(table)[:1], UNIT] if table.numbers else [columns_of(table)[len(table.keys)]]
        kept = tables.frames[table.name]
        for about, rows in gone.groupby(keys, sort=False) if keys else [((), gone)]:
            same = kept
            for key, cell in zip(keys, about, strict=True):
                same = same[same[key] == cell]
            if _say(rows, table) == _say(same, table):
                continue
            old, new = (_show(part, shown) for part in (rows, same))
            places = [
                "{}:{}".format(*name_place(tables.layers, f"{table.name}.csv", int(part.index[0])))
                for part in (rows, same)
            ]
            what = " ".join(map(str, about)) or table.name
            yield say("layers_override", lang, what=what, old=old, new=new, old_place=places[0], new_place=places[1])


def _say(rows: pd.DataFrame, table: Table) -> list[list[str]]:
    """What rows say, without where it comes from."""
    beside = {NOTE, SOURCE, CONFIDENCE, *(DESCRIBED if table.name == SOURCES else ())}
    columns = [name for name in columns_of(table) if name not in beside or name in table.keys]
    return sorted(rows[columns].astype(str).to_numpy().tolist())


def _show(rows: pd.DataFrame, columns: list[str]) -> str:
    more = " ..." if len(rows) > 1 else ""
    return " ".join(cell for cell in map(str, rows.iloc[0][columns]) if cell) + more
