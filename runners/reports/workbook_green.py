"""The sheet of green debt: projects, share financed, expected tonnes, the factor of electricity with its year."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from runners.accounts.green_impact import GRID_FACTOR, GRID_YEAR, OTHERS
from runners.reports.workbook_blocks import Contents
from runners.views.renderers.sheets import Block, Row, Sheet
from runners.views.section import Cell, Column, Formula, Kind
from scenarios.terms import TECHNOLOGY

GRID_NAME = "grid_factor"
"""The defined name of the cell with the factor of electricity, which a reader may change."""
PERCENT = 100.0


def list_green_impact(contents: Contents) -> Sheet | None:
    """A row per measure and owner that green debt finances; tonnes with electricity follow the factor above it."""
    table = contents.table("green_impact")
    if table is None:
        return None
    financed = table[(table[TECHNOLOGY] != OTHERS) & (table["green_share"] > 0)]
    if financed.empty:
        return None
    notes = contents.note_money("green", "green_method")
    factor = Block(
        "grid",
        (
            Column(contents.say("assumption"), width=42),
            Column(contents.say("value"), Kind.COUNT, 8),
            Column(contents.say("unit"), width=20),
            Column(contents.say("edition"), Kind.WHOLE, 12),
        ),
        ((contents.say("grid_factor"), GRID_FACTOR, contents.say("grid_unit"), GRID_YEAR),),
        contents.say("heading_grid"),
    )
    rows = tuple(_describe(contents, row) for row in financed.to_dict("records"))
    projects = Block("green", _list_columns(contents), rows, contents.say("heading_green"), contents.say("total"))
    return Sheet("green", contents.say("tab_green"), contents.say("title_green"), notes, (factor, projects), "green")


def _list_columns(contents: Contents) -> tuple[Column, ...]:
    return (
        Column(contents.head("plan/green_impact", "technology"), width=42),
        Column(contents.head("plan/green_impact", "code"), width=8),
        Column(contents.head("plan/green_impact", "actor"), width=20),
        Column(contents.head("plan/green_impact", "outlay", contents.money), Kind.AMOUNT, 12, summed=True),
        Column(contents.head("plan/green_impact", "green_share", "%"), Kind.AMOUNT, 12),
        Column(contents.head("plan/green_impact", "service_years"), Kind.COUNT, 10),
        Column(contents.head("plan/green_impact", "tonnes"), Kind.COUNT, 14, summed=True),
        Column(contents.head("plan/green_impact", "electricity"), Kind.AMOUNT, 14, summed=True),
        Column(contents.say("tonnes_with_grid"), Kind.COUNT, 16, summed=True),
        Column(contents.say("tonnes_financed"), Kind.COUNT, 16, summed=True),
        Column(contents.head("plan/green_impact", "nominal"), Kind.AMOUNT, 12, summed=True),
    )


def _describe(contents: Contents, row: Mapping[Any, Any]) -> Row:
    """A row of a project and an owner; two cells are reckoned in the sheet from the others and the factor."""
    named = contents.table("actors")
    owners = {} if named is None else dict(zip(named["actor"], named[contents.name], strict=True))
    share, tonnes, used = (float(row[name]) for name in ("green_share", "tonnes", "electricity"))
    whole = tonnes - used * GRID_FACTOR
    cells: tuple[Cell, ...] = (
        str(row[contents.name]),
        str(row["code"]),
        str(owners.get(row["actor"], row["actor"])),
        float(row["outlay"]),
        PERCENT * share,
        int(np.rint(row["service_years"])),
        tonnes,
        used,
    )
    return (
        *cells,
        Formula(f"=G{{row}}-H{{row}}*{GRID_NAME}", whole),
        Formula("=I{row}*E{row}/100", whole * share),
        float(row["nominal"]),
    )
