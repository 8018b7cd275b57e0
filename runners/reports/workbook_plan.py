"""Sheets of what the plan does: targets, emission path, measures and their timetable, cost by year."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from runners.reports.tables import COMPONENTS
from runners.reports.workbook_blocks import (
    Contents,
    choose_decimals,
    clean_cell,
    list_cells,
    scale_unit,
    spread_years,
    year_columns,
)
from runners.views.renderers.sheets import Block, Chart, Row, Sheet
from runners.views.section import Column, Kind
from scenarios.terms import ACCOUNT, ACTOR, TECHNOLOGY, YEAR

LARGE = 1000.0
"""Measures counted in thousands are shown in whole units."""
ROLES = ("sector", "removal")
"""Accounts that are stacked in the emission path: what is emitted, and what is taken up again."""


def list_targets(contents: Contents) -> Sheet | None:
    """How each target fares in each year in which it holds."""
    table = contents.table("targets")
    if table is None:
        return None
    words = {
        name: [contents.word(f"workbook_{name}_{word}", word) for word in table[name]] for name in ("sense", "mode")
    }
    met = [contents.say("yes" if met else "no") for met in table["met"]]
    units = [contents.write_unit(unit) for unit in table["unit"]]
    numbers = ("cap", "value", "excess", "outside")
    columns = (
        Column(contents.head("plan/targets", "target"), width=46),
        Column(contents.head("plan/targets", "year"), Kind.WHOLE, 7),
        Column(contents.head("plan/targets", "sense"), width=9),
        *(Column(contents.head("plan/targets", name), Kind.AMOUNT, 10) for name in numbers),
        Column(contents.head("plan/targets", "unit"), width=15),
        Column(contents.head("plan/targets", "met"), width=8),
        Column(contents.head("plan/targets", "price", contents.money), Kind.AMOUNT, 15),
        Column(contents.head("plan/targets", "excess_price", contents.money), Kind.AMOUNT, 15),
        Column(contents.head("plan/targets", "mode"), width=11),
    )
    shown = table.assign(unit=units, met_word=met, **words)
    names = (contents.name, YEAR, "sense", *numbers, "unit", "met_word", "price", "excess_price", "mode")
    rows = list_cells(shown, names)
    block = Block("targets", columns, rows, decimals=choose_decimals(list_cells(table, numbers)))
    notes = contents.note_money("targets")
    return Sheet("targets", contents.say("tab_targets"), contents.say("title_targets"), notes, (block,), "targets")


def list_path(contents: Contents) -> Sheet | None:
    """Emissions and removals by sector and year, and every other account."""
    table = contents.table("accounts")
    if table is None:
        return None
    signed = table.assign(value=np.where(table["role"] == "removal", -table["value"], table["value"]))
    parts = signed[
        signed["role"].isin(ROLES) & (signed.groupby(ACCOUNT)["value"].transform(lambda v: v.abs().max()) > 0)
    ]
    others = table[~table["role"].isin(ROLES)]
    named = (("path", _order_accounts(parts), "heading_sectors"), ("accounts", others, "heading_accounts"))
    blocks = [_spread_accounts(contents, key, rows, contents.say(head)) for key, rows, head in named if len(rows)]
    if not blocks:
        return None
    notes = (contents.say("note_path"), contents.say("note_years"))
    return Sheet("path", contents.say("tab_path"), contents.say("title_path"), notes, tuple(blocks))


def _order_accounts(table: pd.DataFrame) -> pd.DataFrame:
    """The largest accounts first, what is taken up after what is emitted."""
    size = table.groupby(ACCOUNT)["value"].transform(lambda values: values.abs().sum())
    return table.assign(size=size).sort_values(["role", "size"], ascending=[False, False], kind="stable")


def _spread_accounts(contents: Contents, key: str, table: pd.DataFrame, heading: str) -> Block:
    wide = spread_years(contents, table, (contents.name, "unit"), "value")
    wide["unit"] = [contents.write_unit(unit) for unit in wide["unit"]]
    columns = (
        Column(contents.head("plan/accounts", "account"), width=40),
        Column(contents.head("plan/accounts", "unit"), width=15),
    )
    rows = list_cells(wide)
    one_unit = wide["unit"].str.split(" ").str[0].nunique() == 1
    charted = key == "path" and one_unit
    return Block(
        key,
        (*columns, *year_columns(contents, summed=charted)),
        rows,
        heading,
        total=contents.say("net") if charted else "",
        decimals=() if charted else choose_decimals(rows),
        chart=Chart(contents.say("chart_path"), contents.say("chart_per_year", unit=rows[0][1]), most=16)
        if charted
        else None,
    )


def list_measures(contents: Contents) -> Sheet | None:
    """Each measure by owner: when it starts and serves, how much, at what outlay, and what stands in each year."""
    built, standing = contents.table("investments"), contents.table("capacity")
    if built is None or standing is None:
        return None
    built = built[built["measure"]]
    if built.empty:
        return None
    added = standing[standing["measure"]].assign(value=lambda rows: rows["added"])
    owned = list_cells(spread_years(contents, added, (TECHNOLOGY, ACTOR), "value"))
    stands = {(str(row[0]), str(row[1])): row[2:] for row in owned}
    npv = _find_npv(contents)
    blank: Row = (None,) * len(contents.years)
    rows = [
        _describe_measure(contents, mine, stands.get((str(technology), str(actor)), blank), npv)
        for (technology, actor), mine in built.groupby([TECHNOLOGY, ACTOR], sort=False)
    ]
    columns = (
        Column(contents.say("measure"), width=40),
        Column(contents.head("plan/investments", "code"), width=6),
        Column(contents.head("plan/investments", "programme"), width=19),
        Column(contents.head("plan/investments", "actor"), width=24),
        Column(contents.say("share_owned"), Kind.WHOLE, 7),
        Column(contents.head("plan/actions", "first_start"), Kind.WHOLE, 6),
        Column(contents.head("plan/investments", "first_service"), Kind.WHOLE, 6),
        Column(contents.head("plan/investments", "unit"), width=12),
        Column(contents.head("plan/investments", "build"), Kind.AMOUNT, 8),
        Column(contents.head("plan/investments", "outlay", contents.money), Kind.AMOUNT, 8, summed=True),
        Column(contents.head("plan/investments", "nominal"), Kind.AMOUNT, 8, summed=True),
        Column(contents.head("plan/measures_finance", "npv", contents.money), Kind.AMOUNT, 8),
        *year_columns(contents, summed=False),
    )
    rows.sort(key=lambda row: (str(row[2]), float(row[5]) if isinstance(row[5], float | int) else np.inf))
    decimals = tuple(0 if _find_largest(row) >= LARGE else 1 for row in rows)
    block = Block("measures", columns, tuple(rows), total=contents.say("total"), decimals=decimals)
    notes = contents.note_money("measures", "outlay")
    title = contents.say("title_measures")
    return Sheet("measures", contents.say("tab_measures"), title, notes, (block,), "measures", "measures")


def _describe_measure(contents: Contents, mine: pd.DataFrame, stands: Row, npv: Mapping[tuple[str, str], float]) -> Row:
    """A row of a measure and one of its owners, counted in plain units."""
    first, started = mine.iloc[0], mine[mine["build"] != 0]
    scale, unit = scale_unit(str(first["unit"]))
    years = [scale * cell if isinstance(cell, float) else cell for cell in stands]
    return (
        _name_measure(contents, first),
        str(first["code"]),
        _name_programme(contents, str(first["programme"])),
        _name_actor(contents, str(first[ACTOR])),
        100.0 * float(first["share"]),
        clean_cell(started[YEAR].min() if len(started) else np.nan),
        clean_cell(started["first_service"].min() if len(started) else np.nan),
        contents.write_unit(unit),
        scale * float(mine["build"].sum()),
        float(mine["outlay"].sum()),
        float(mine["nominal"].sum()),
        npv.get((str(first[TECHNOLOGY]), str(first[ACTOR]))),
        *years,
    )


def _name_measure(contents: Contents, first: pd.Series[Any]) -> str:
    """`Pit storage (decided)`: what is no option says so."""
    word = contents.word(f"workbook_project_{first['status']}", "")
    return f"{first[contents.name]} ({word})" if word else str(first[contents.name])


def _find_largest(row: Row) -> float:
    return max((abs(cell) for cell in row if isinstance(cell, float)), default=0.0)


def list_costs(contents: Contents) -> Sheet | None:
    """What the plan costs, part by part and year by year; and in present value, which sums to what was least."""
    table = contents.table("costs")
    if table is None:
        return None
    order = [component for component in COMPONENTS if (table["component"] == component).any()]
    table = table.assign(order=pd.Categorical(table["component"], order)).sort_values("order", kind="stable")
    named = table.assign(part=[contents.word(f"workbook_component_{c}", c) for c in table["component"]])
    wide = spread_years(contents, named, ("part",), "cost")
    yearly = Block(
        "costs",
        (Column(contents.head("plan/costs", "component"), width=42), *year_columns(contents)),
        list_cells(wide),
        contents.say("heading_costs"),
        contents.say("total"),
        contents.say("sum"),
        chart=Chart(contents.say("chart_costs"), contents.say("chart_money", money=contents.money)),
    )
    sums = named.groupby("part", sort=False)["present_value"].sum().reset_index()
    columns = (
        Column(contents.head("plan/costs", "component"), width=42),
        Column(contents.head("plan/costs", "present_value", contents.money), Kind.AMOUNT, 10, summed=True),
    )
    heading = contents.say("heading_present")
    present = Block("present_costs", columns, list_cells(sums), heading, contents.say("total"))
    notes = contents.note_money("costs")
    return Sheet("costs", contents.say("tab_costs"), contents.say("title_costs"), notes, (yearly, present))


def _find_npv(contents: Contents) -> dict[tuple[str, str], float]:
    """Net present value of each measure to each of its owners."""
    table = contents.table("measures_finance")
    if table is None:
        return {}
    own = table[table["level"] == "measure"]
    rows = zip(own["item"], own[ACTOR], own["npv"], strict=True)
    return {(str(item), str(actor)): float(npv) for item, actor, npv in rows if np.isfinite(npv)}


def _name_programme(contents: Contents, programme: str) -> str:
    return contents.word(f"programme_{programme}", programme.replace("_", " "))


def _name_actor(contents: Contents, actor: str) -> str:
    table = contents.table("actors")
    named = {} if table is None else dict(zip(table[ACTOR], table[contents.name], strict=True))
    return str(named.get(actor, actor.replace("_", " ")))
